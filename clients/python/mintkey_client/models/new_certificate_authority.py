from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="NewCertificateAuthority")


@_attrs_define
class NewCertificateAuthority:
    """An authority that an administrator brings: an intermediate of the organization's own hierarchy.

    Attributes:
        certificates (str): Its certificate in PEM, and after it those above it, up to the root.
        private_key (str): Its private key in PEM, not encrypted: on P-256 or P-384, or for RSA.
    """

    certificates: str
    private_key: str

    def to_dict(self) -> dict[str, Any]:
        certificates = self.certificates

        private_key = self.private_key

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "certificates": certificates,
                "private_key": private_key,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        certificates = d.pop("certificates")

        private_key = d.pop("private_key")

        new_certificate_authority = cls(
            certificates=certificates,
            private_key=private_key,
        )

        return new_certificate_authority
