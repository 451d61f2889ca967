from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Scope")


@_attrs_define
class Scope:
    """A scope of the catalogue.

    Attributes:
        admin_only (bool): Whether only administrators' credentials can hold it.
        description (str): What it allows, for people.
        id (UUID): A scope of an organization's catalogue.
        name (str): Its name; never changes.
    """

    admin_only: bool
    description: str
    id: UUID
    name: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        admin_only = self.admin_only

        description = self.description

        id = str(self.id)

        name = self.name

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "admin_only": admin_only,
                "description": description,
                "id": id,
                "name": name,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        admin_only = d.pop("admin_only")

        description = d.pop("description")

        id = UUID(d.pop("id"))

        name = d.pop("name")

        scope = cls(
            admin_only=admin_only,
            description=description,
            id=id,
            name=name,
        )

        scope.additional_properties = d
        return scope

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
