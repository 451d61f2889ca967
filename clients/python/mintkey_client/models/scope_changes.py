from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="ScopeChanges")


@_attrs_define
class ScopeChanges:
    """Changes to a scope: a field that is left out stays as it is.

    Attributes:
        admin_only (bool | Unset): Whether only administrators' credentials can hold it.
        description (str | Unset): What it allows, for people: at most 1,000 characters.
    """

    admin_only: bool | Unset = UNSET
    description: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        admin_only = self.admin_only

        description = self.description

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if admin_only is not UNSET:
            field_dict["admin_only"] = admin_only
        if description is not UNSET:
            field_dict["description"] = description

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        admin_only = d.pop("admin_only", UNSET)

        description = d.pop("description", UNSET)

        scope_changes = cls(
            admin_only=admin_only,
            description=description,
        )

        return scope_changes
