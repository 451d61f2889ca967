from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.new_client_keys_keys_item import NewClientKeysKeysItem


T = TypeVar("T", bound="NewClientKeys")


@_attrs_define
class NewClientKeys:
    """The public keys that a client has from now on.

    Attributes:
        keys (list[NewClientKeysKeysItem]): At most 5 public JWKs: EC on P-256, OKP on Ed25519, or RSA of 2048 to 4096
            bits. `kid`, `alg` and `use` are
            kept, other members are dropped.
    """

    keys: list[NewClientKeysKeysItem]

    def to_dict(self) -> dict[str, Any]:
        keys = []
        for keys_item_data in self.keys:
            keys_item = keys_item_data.to_dict()
            keys.append(keys_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "keys": keys,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.new_client_keys_keys_item import NewClientKeysKeysItem

        d = dict(src_dict)
        keys = []
        _keys = d.pop("keys")
        for keys_item_data in _keys:
            keys_item = NewClientKeysKeysItem.from_dict(keys_item_data)

            keys.append(keys_item)

        new_client_keys = cls(
            keys=keys,
        )

        return new_client_keys
