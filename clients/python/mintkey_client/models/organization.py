from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="Organization")


@_attrs_define
class Organization:
    """An organization and its settings.

    Attributes:
        allow_compatible_pkcs12 (bool): Whether certificates may be handed out in a PKCS#12 bundle with weak encryption,
            for programs that open no other.
        audience (str): The `aud` of its access tokens (RFC 9068 section 2.2).
        created_at (datetime.datetime): Milliseconds since 1970-01-01T00:00:00Z; in JSON as RFC 3339 UTC with `Z` and
            three decimals.
        default_token_ttl (str): Default token lifetime, such as `90d`.
        id (UUID): An organization: the tenant that everything else belongs to.
        name (str): Display name.
        updated_at (datetime.datetime): Milliseconds since 1970-01-01T00:00:00Z; in JSON as RFC 3339 UTC with `Z` and
            three decimals.
        audit_retention (None | str | Unset): Audit log retention, such as `400d`; null keeps events forever.
        max_token_ttl (None | str | Unset): Maximum token lifetime, such as `365d`; null for no limit.
    """

    allow_compatible_pkcs12: bool
    audience: str
    created_at: datetime.datetime
    default_token_ttl: str
    id: UUID
    name: str
    updated_at: datetime.datetime
    audit_retention: None | str | Unset = UNSET
    max_token_ttl: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        allow_compatible_pkcs12 = self.allow_compatible_pkcs12

        audience = self.audience

        created_at = self.created_at.isoformat()

        default_token_ttl = self.default_token_ttl

        id = str(self.id)

        name = self.name

        updated_at = self.updated_at.isoformat()

        audit_retention: None | str | Unset
        if isinstance(self.audit_retention, Unset):
            audit_retention = UNSET
        else:
            audit_retention = self.audit_retention

        max_token_ttl: None | str | Unset
        if isinstance(self.max_token_ttl, Unset):
            max_token_ttl = UNSET
        else:
            max_token_ttl = self.max_token_ttl

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "allow_compatible_pkcs12": allow_compatible_pkcs12,
                "audience": audience,
                "created_at": created_at,
                "default_token_ttl": default_token_ttl,
                "id": id,
                "name": name,
                "updated_at": updated_at,
            }
        )
        if audit_retention is not UNSET:
            field_dict["audit_retention"] = audit_retention
        if max_token_ttl is not UNSET:
            field_dict["max_token_ttl"] = max_token_ttl

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        allow_compatible_pkcs12 = d.pop("allow_compatible_pkcs12")

        audience = d.pop("audience")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        default_token_ttl = d.pop("default_token_ttl")

        id = UUID(d.pop("id"))

        name = d.pop("name")

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        def _parse_audit_retention(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        audit_retention = _parse_audit_retention(d.pop("audit_retention", UNSET))

        def _parse_max_token_ttl(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        max_token_ttl = _parse_max_token_ttl(d.pop("max_token_ttl", UNSET))

        organization = cls(
            allow_compatible_pkcs12=allow_compatible_pkcs12,
            audience=audience,
            created_at=created_at,
            default_token_ttl=default_token_ttl,
            id=id,
            name=name,
            updated_at=updated_at,
            audit_retention=audit_retention,
            max_token_ttl=max_token_ttl,
        )

        organization.additional_properties = d
        return organization

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
