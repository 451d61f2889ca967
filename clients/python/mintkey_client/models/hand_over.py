from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="HandOver")


@_attrs_define
class HandOver:
    """What went from one owner to another.

    Attributes:
        service_accounts (int): Service accounts that are given to the new owner.
        tokens (int): Tokens that have a new owner, and a new, undisclosed secret.
    """

    service_accounts: int
    tokens: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        service_accounts = self.service_accounts

        tokens = self.tokens

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "service_accounts": service_accounts,
                "tokens": tokens,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        service_accounts = d.pop("service_accounts")

        tokens = d.pop("tokens")

        hand_over = cls(
            service_accounts=service_accounts,
            tokens=tokens,
        )

        hand_over.additional_properties = d
        return hand_over

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
