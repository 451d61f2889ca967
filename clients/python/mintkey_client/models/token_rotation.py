from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="TokenRotation")


@_attrs_define
class TokenRotation:
    """How a token's secret is replaced.

    Attributes:
        keep_client_keys (bool | Unset): Whether client keys stay. `false` if left out.
        overlap (str | Unset): A duration in milliseconds, always more than zero: `10s`, `60m`, `10000h`, `90d`, `2w`,
            `1h30m`.
    """

    keep_client_keys: bool | Unset = UNSET
    overlap: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        keep_client_keys = self.keep_client_keys

        overlap = self.overlap

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if keep_client_keys is not UNSET:
            field_dict["keep_client_keys"] = keep_client_keys
        if overlap is not UNSET:
            field_dict["overlap"] = overlap

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        keep_client_keys = d.pop("keep_client_keys", UNSET)

        overlap = d.pop("overlap", UNSET)

        token_rotation = cls(
            keep_client_keys=keep_client_keys,
            overlap=overlap,
        )

        return token_rotation
