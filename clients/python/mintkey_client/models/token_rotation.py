from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

from ..models.pkcs_12_format import Pkcs12Format
from ..types import UNSET, Unset

T = TypeVar("T", bound="TokenRotation")


@_attrs_define
class TokenRotation:
    """How a token's secret is replaced.

    Attributes:
        csr (str | Unset): A certificate signing request (RFC 2986) in PEM. Only its public key counts.
        keep_client_keys (bool | Unset): Whether client keys stay. `false` if left out.
        overlap (str | Unset): A duration in milliseconds, always more than zero: `10s`, `60m`, `10000h`, `90d`, `2w`,
            `1h30m`.
        password (str | Unset): The password of the PKCS#12 bundle with the new certificate of a `client_certificate`.
        pkcs12 (Pkcs12Format | Unset): How a PKCS#12 bundle is encrypted.
    """

    csr: str | Unset = UNSET
    keep_client_keys: bool | Unset = UNSET
    overlap: str | Unset = UNSET
    password: str | Unset = UNSET
    pkcs12: Pkcs12Format | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        csr = self.csr

        keep_client_keys = self.keep_client_keys

        overlap = self.overlap

        password = self.password

        pkcs12: str | Unset = UNSET
        if not isinstance(self.pkcs12, Unset):
            pkcs12 = self.pkcs12.value

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if csr is not UNSET:
            field_dict["csr"] = csr
        if keep_client_keys is not UNSET:
            field_dict["keep_client_keys"] = keep_client_keys
        if overlap is not UNSET:
            field_dict["overlap"] = overlap
        if password is not UNSET:
            field_dict["password"] = password
        if pkcs12 is not UNSET:
            field_dict["pkcs12"] = pkcs12

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        csr = d.pop("csr", UNSET)

        keep_client_keys = d.pop("keep_client_keys", UNSET)

        overlap = d.pop("overlap", UNSET)

        password = d.pop("password", UNSET)

        _pkcs12 = d.pop("pkcs12", UNSET)
        pkcs12: Pkcs12Format | Unset
        if isinstance(_pkcs12, Unset):
            pkcs12 = UNSET
        else:
            pkcs12 = Pkcs12Format(_pkcs12)

        token_rotation = cls(
            csr=csr,
            keep_client_keys=keep_client_keys,
            overlap=overlap,
            password=password,
            pkcs12=pkcs12,
        )

        return token_rotation
