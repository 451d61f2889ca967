from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.via import Via
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.principal_name import PrincipalName


T = TypeVar("T", bound="Me")


@_attrs_define
class Me:
    """Who the caller is and what the credential may do now.

    Attributes:
        organization_id (UUID): An organization: the tenant that everything else belongs to.
        principal (PrincipalName): A user or service account, with its name.
        scopes (list[str]): What the credential may do now.
        via (Via): The authentication method of a caller.
        expires_at (datetime.datetime | None | Unset):
        token_id (None | Unset | UUID):
    """

    organization_id: UUID
    principal: PrincipalName
    scopes: list[str]
    via: Via
    expires_at: datetime.datetime | None | Unset = UNSET
    token_id: None | Unset | UUID = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        organization_id = str(self.organization_id)

        principal = self.principal.to_dict()

        scopes = self.scopes

        via = self.via.value

        expires_at: None | str | Unset
        if isinstance(self.expires_at, Unset):
            expires_at = UNSET
        elif isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

        token_id: None | str | Unset
        if isinstance(self.token_id, Unset):
            token_id = UNSET
        elif isinstance(self.token_id, UUID):
            token_id = str(self.token_id)
        else:
            token_id = self.token_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "organization_id": organization_id,
                "principal": principal,
                "scopes": scopes,
                "via": via,
            }
        )
        if expires_at is not UNSET:
            field_dict["expires_at"] = expires_at
        if token_id is not UNSET:
            field_dict["token_id"] = token_id

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.principal_name import PrincipalName

        d = dict(src_dict)
        organization_id = UUID(d.pop("organization_id"))

        principal = PrincipalName.from_dict(d.pop("principal"))

        scopes = cast(list[str], d.pop("scopes"))

        via = Via(d.pop("via"))

        def _parse_expires_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                expires_at_type_0 = datetime.datetime.fromisoformat(data)

                return expires_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        expires_at = _parse_expires_at(d.pop("expires_at", UNSET))

        def _parse_token_id(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                token_id_type_0 = UUID(data)

                return token_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        token_id = _parse_token_id(d.pop("token_id", UNSET))

        me = cls(
            organization_id=organization_id,
            principal=principal,
            scopes=scopes,
            via=via,
            expires_at=expires_at,
            token_id=token_id,
        )

        me.additional_properties = d
        return me

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
