from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.role import Role
from ..models.service_account_status import ServiceAccountStatus
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.principal_name import PrincipalName


T = TypeVar("T", bound="ServiceAccount")


@_attrs_define
class ServiceAccount:
    """A service account: the identity of an agent, a device or a pipeline.

    Attributes:
        created_at (datetime.datetime): Milliseconds since 1970-01-01T00:00:00Z; in JSON as RFC 3339 UTC with `Z` and
            three decimals.
        created_by (PrincipalName): A user or service account, with its name.
        id (UUID): A service account.
        members (list[PrincipalName]): The members who may make and rotate its tokens.
        name (str): Display name, unique in the organization.
        organization_id (UUID): An organization: the tenant that everything else belongs to.
        role (Role): What a member of an organization may do.
        status (ServiceAccountStatus): The status of a service account.
        tokens (int): How many of its tokens aren't invalidated.
        updated_at (datetime.datetime): Milliseconds since 1970-01-01T00:00:00Z; in JSON as RFC 3339 UTC with `Z` and
            three decimals.
        allowed_scopes (list[str] | None | Unset): Scopes that further limit the role; null for no limit.
        description (None | str | Unset): What it is for.
    """

    created_at: datetime.datetime
    created_by: PrincipalName
    id: UUID
    members: list[PrincipalName]
    name: str
    organization_id: UUID
    role: Role
    status: ServiceAccountStatus
    tokens: int
    updated_at: datetime.datetime
    allowed_scopes: list[str] | None | Unset = UNSET
    description: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        created_at = self.created_at.isoformat()

        created_by = self.created_by.to_dict()

        id = str(self.id)

        members = []
        for members_item_data in self.members:
            members_item = members_item_data.to_dict()
            members.append(members_item)

        name = self.name

        organization_id = str(self.organization_id)

        role = self.role.value

        status = self.status.value

        tokens = self.tokens

        updated_at = self.updated_at.isoformat()

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

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "created_at": created_at,
                "created_by": created_by,
                "id": id,
                "members": members,
                "name": name,
                "organization_id": organization_id,
                "role": role,
                "status": status,
                "tokens": tokens,
                "updated_at": updated_at,
            }
        )
        if allowed_scopes is not UNSET:
            field_dict["allowed_scopes"] = allowed_scopes
        if description is not UNSET:
            field_dict["description"] = description

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.principal_name import PrincipalName

        d = dict(src_dict)
        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        created_by = PrincipalName.from_dict(d.pop("created_by"))

        id = UUID(d.pop("id"))

        members = []
        _members = d.pop("members")
        for members_item_data in _members:
            members_item = PrincipalName.from_dict(members_item_data)

            members.append(members_item)

        name = d.pop("name")

        organization_id = UUID(d.pop("organization_id"))

        role = Role(d.pop("role"))

        status = ServiceAccountStatus(d.pop("status"))

        tokens = d.pop("tokens")

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

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

        service_account = cls(
            created_at=created_at,
            created_by=created_by,
            id=id,
            members=members,
            name=name,
            organization_id=organization_id,
            role=role,
            status=status,
            tokens=tokens,
            updated_at=updated_at,
            allowed_scopes=allowed_scopes,
            description=description,
        )

        service_account.additional_properties = d
        return service_account

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
