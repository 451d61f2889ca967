from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..models.role import Role
from ..types import UNSET, Unset

T = TypeVar("T", bound="ServiceAccountChanges")


@_attrs_define
class ServiceAccountChanges:
    """Changes to a service account: a field that is left out stays as it is.

    Attributes:
        allowed_scopes (list[str] | None | Unset):
        description (None | str | Unset):
        invalidate_tokens (bool | Unset): Whether to invalidate tokens that would gain permissions their creators
            couldn't grant. `false` if left out.
        member_ids (list[UUID] | Unset): Members of a service account, without repeats.
        name (str | Unset): The name of a token, a service account or an organization: one line of 1 to 100 visible
            characters in Unicode's
            form C.
        role (Role | Unset): What a member of an organization may do.
    """

    allowed_scopes: list[str] | None | Unset = UNSET
    description: None | str | Unset = UNSET
    invalidate_tokens: bool | Unset = UNSET
    member_ids: list[UUID] | Unset = UNSET
    name: str | Unset = UNSET
    role: Role | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        allowed_scopes: list[str] | None | Unset
        if isinstance(self.allowed_scopes, Unset):
            allowed_scopes = UNSET
        elif isinstance(self.allowed_scopes, list):
            allowed_scopes = self.allowed_scopes

        else:
            allowed_scopes = self.allowed_scopes

        description: None | str | Unset
        if isinstance(self.description, Unset):
            description = UNSET
        else:
            description = self.description

        invalidate_tokens = self.invalidate_tokens

        member_ids: list[str] | Unset = UNSET
        if not isinstance(self.member_ids, Unset):
            member_ids = []
            for componentsschemas_member_ids_item_data in self.member_ids:
                componentsschemas_member_ids_item = str(
                    componentsschemas_member_ids_item_data
                )
                member_ids.append(componentsschemas_member_ids_item)

        name = self.name

        role: str | Unset = UNSET
        if not isinstance(self.role, Unset):
            role = self.role.value

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if allowed_scopes is not UNSET:
            field_dict["allowed_scopes"] = allowed_scopes
        if description is not UNSET:
            field_dict["description"] = description
        if invalidate_tokens is not UNSET:
            field_dict["invalidate_tokens"] = invalidate_tokens
        if member_ids is not UNSET:
            field_dict["member_ids"] = member_ids
        if name is not UNSET:
            field_dict["name"] = name
        if role is not UNSET:
            field_dict["role"] = role

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)

        def _parse_allowed_scopes(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                allowed_scopes_type_0 = cast(list[str], data)

                return allowed_scopes_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        allowed_scopes = _parse_allowed_scopes(d.pop("allowed_scopes", UNSET))

        def _parse_description(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        description = _parse_description(d.pop("description", UNSET))

        invalidate_tokens = d.pop("invalidate_tokens", UNSET)

        _member_ids = d.pop("member_ids", UNSET)
        member_ids: list[UUID] | Unset = UNSET
        if _member_ids is not UNSET:
            member_ids = []
            for componentsschemas_member_ids_item_data in _member_ids:
                componentsschemas_member_ids_item = UUID(
                    componentsschemas_member_ids_item_data
                )

                member_ids.append(componentsschemas_member_ids_item)

        name = d.pop("name", UNSET)

        _role = d.pop("role", UNSET)
        role: Role | Unset
        if isinstance(_role, Unset):
            role = UNSET
        else:
            role = Role(_role)

        service_account_changes = cls(
            allowed_scopes=allowed_scopes,
            description=description,
            invalidate_tokens=invalidate_tokens,
            member_ids=member_ids,
            name=name,
            role=role,
        )

        return service_account_changes
