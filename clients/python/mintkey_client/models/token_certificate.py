from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="TokenCertificate")


@_attrs_define
class TokenCertificate:
    """A certificate by which a token authenticates.

    Attributes:
        expires_at (datetime.datetime): Milliseconds since 1970-01-01T00:00:00Z; in JSON as RFC 3339 UTC with `Z` and
            three decimals.
        fingerprint_sha256 (str): SHA-256 of its DER form, in hexadecimal.
    """

    expires_at: datetime.datetime
    fingerprint_sha256: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        expires_at = self.expires_at.isoformat()

        fingerprint_sha256 = self.fingerprint_sha256

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "expires_at": expires_at,
                "fingerprint_sha256": fingerprint_sha256,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        expires_at = datetime.datetime.fromisoformat(d.pop("expires_at"))

        fingerprint_sha256 = d.pop("fingerprint_sha256")

        token_certificate = cls(
            expires_at=expires_at,
            fingerprint_sha256=fingerprint_sha256,
        )

        token_certificate.additional_properties = d
        return token_certificate

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
