from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="Check")


@_attrs_define
class Check:
    """A credential, and what it should be allowed to do.

    Attributes:
        credential (str): The API key or access token that was sent to you. White space around it is dropped, and so is
            the scheme (`Bearer`,
            `ApiKey`, `APIToken`, `Api-Key` or `Token`, in any case) if you pass on the whole value of an `Authorization`
            header.
        ip (str | Unset): The address that it was sent from; compared with the token's `allowed_cidrs`.
        scopes (list[str] | Unset): Scopes that a credential must hold; none if it is empty.
    """

    credential: str
    ip: str | Unset = UNSET
    scopes: list[str] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        credential = self.credential

        ip = self.ip

        scopes: list[str] | Unset = UNSET
        if not isinstance(self.scopes, Unset):
            scopes = self.scopes

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "credential": credential,
            }
        )
        if ip is not UNSET:
            field_dict["ip"] = ip
        if scopes is not UNSET:
            field_dict["scopes"] = scopes

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        credential = d.pop("credential")

        ip = d.pop("ip", UNSET)

        scopes = cast(list[str], d.pop("scopes", UNSET))

        check = cls(
            credential=credential,
            ip=ip,
            scopes=scopes,
        )

        return check
