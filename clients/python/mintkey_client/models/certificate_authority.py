from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="CertificateAuthority")


@_attrs_define
class CertificateAuthority:
    """An authority that issues the client certificates of an organization.

    Attributes:
        brought (bool): Whether an administrator brought it; otherwise it was made here.
        certificates (str): Its certificate and those above it, in PEM.
        created_at (datetime.datetime): Milliseconds since 1970-01-01T00:00:00Z; in JSON as RFC 3339 UTC with `Z` and
            three decimals.
        expires_at (datetime.datetime): Milliseconds since 1970-01-01T00:00:00Z; in JSON as RFC 3339 UTC with `Z` and
            three decimals.
        fingerprint_sha256 (str): SHA-256 of its certificate, in hexadecimal.
        id (UUID): A certificate authority of an organization.
        subject (str): Its name in certificates (RFC 4514).
    """

    brought: bool
    certificates: str
    created_at: datetime.datetime
    expires_at: datetime.datetime
    fingerprint_sha256: str
    id: UUID
    subject: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        brought = self.brought

        certificates = self.certificates

        created_at = self.created_at.isoformat()

        expires_at = self.expires_at.isoformat()

        fingerprint_sha256 = self.fingerprint_sha256

        id = str(self.id)

        subject = self.subject

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "brought": brought,
                "certificates": certificates,
                "created_at": created_at,
                "expires_at": expires_at,
                "fingerprint_sha256": fingerprint_sha256,
                "id": id,
                "subject": subject,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        brought = d.pop("brought")

        certificates = d.pop("certificates")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        expires_at = datetime.datetime.fromisoformat(d.pop("expires_at"))

        fingerprint_sha256 = d.pop("fingerprint_sha256")

        id = UUID(d.pop("id"))

        subject = d.pop("subject")

        certificate_authority = cls(
            brought=brought,
            certificates=certificates,
            created_at=created_at,
            expires_at=expires_at,
            fingerprint_sha256=fingerprint_sha256,
            id=id,
            subject=subject,
        )

        certificate_authority.additional_properties = d
        return certificate_authority

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
