from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="ClientParameters")


@_attrs_define
class ClientParameters:
    """How a client authenticates in the form, if it doesn't in the header.

    Attributes:
        client_assertion (str | Unset): A JWT that the client signed with one of its keys (RFC 7523), instead of its
            secret. `iss` and `sub` are the
            client ID, `aud` the issuer or the token endpoint, or a list of only these two, `exp` at most ten minutes ahead,
            and each `jti` works once.
        client_assertion_type (str | Unset): With an assertion: `urn:ietf:params:oauth:client-assertion-type:jwt-
            bearer`.
        client_id (str | Unset): The client ID, unless it is in the header.
        client_secret (str | Unset): The client secret, unless it is in the header.
    """

    client_assertion: str | Unset = UNSET
    client_assertion_type: str | Unset = UNSET
    client_id: str | Unset = UNSET
    client_secret: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        client_assertion = self.client_assertion

        client_assertion_type = self.client_assertion_type

        client_id = self.client_id

        client_secret = self.client_secret

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if client_assertion is not UNSET:
            field_dict["client_assertion"] = client_assertion
        if client_assertion_type is not UNSET:
            field_dict["client_assertion_type"] = client_assertion_type
        if client_id is not UNSET:
            field_dict["client_id"] = client_id
        if client_secret is not UNSET:
            field_dict["client_secret"] = client_secret

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        client_assertion = d.pop("client_assertion", UNSET)

        client_assertion_type = d.pop("client_assertion_type", UNSET)

        client_id = d.pop("client_id", UNSET)

        client_secret = d.pop("client_secret", UNSET)

        client_parameters = cls(
            client_assertion=client_assertion,
            client_assertion_type=client_assertion_type,
            client_id=client_id,
            client_secret=client_secret,
        )

        client_parameters.additional_properties = d
        return client_parameters

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
