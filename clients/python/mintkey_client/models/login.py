from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="Login")


@_attrs_define
class Login:
    """A user's or a client's secret. Either `username` and `password`, or `client_id` and `client_secret`.

    Attributes:
        client_id (str | Unset): A token's client ID.
        client_secret (str | Unset): Its client secret.
        grant_type (str | Unset): Optional; must match the pair: `password` or `client_credentials`.
        organization_id (UUID | Unset): An organization: the tenant that everything else belongs to.
        password (str | Unset): Their password.
        scope (str | Unset): Narrows the access token to these scopes, separated by spaces.
        username (str | Unset): The user's e-mail address.
    """

    client_id: str | Unset = UNSET
    client_secret: str | Unset = UNSET
    grant_type: str | Unset = UNSET
    organization_id: UUID | Unset = UNSET
    password: str | Unset = UNSET
    scope: str | Unset = UNSET
    username: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        client_id = self.client_id

        client_secret = self.client_secret

        grant_type = self.grant_type

        organization_id: str | Unset = UNSET
        if not isinstance(self.organization_id, Unset):
            organization_id = str(self.organization_id)

        password = self.password

        scope = self.scope

        username = self.username

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if client_id is not UNSET:
            field_dict["client_id"] = client_id
        if client_secret is not UNSET:
            field_dict["client_secret"] = client_secret
        if grant_type is not UNSET:
            field_dict["grant_type"] = grant_type
        if organization_id is not UNSET:
            field_dict["organization_id"] = organization_id
        if password is not UNSET:
            field_dict["password"] = password
        if scope is not UNSET:
            field_dict["scope"] = scope
        if username is not UNSET:
            field_dict["username"] = username

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        client_id = d.pop("client_id", UNSET)

        client_secret = d.pop("client_secret", UNSET)

        grant_type = d.pop("grant_type", UNSET)

        _organization_id = d.pop("organization_id", UNSET)
        organization_id: UUID | Unset
        if isinstance(_organization_id, Unset):
            organization_id = UNSET
        else:
            organization_id = UUID(_organization_id)

        password = d.pop("password", UNSET)

        scope = d.pop("scope", UNSET)

        username = d.pop("username", UNSET)

        login = cls(
            client_id=client_id,
            client_secret=client_secret,
            grant_type=grant_type,
            organization_id=organization_id,
            password=password,
            scope=scope,
            username=username,
        )

        return login
