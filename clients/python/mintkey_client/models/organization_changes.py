from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="OrganizationChanges")


@_attrs_define
class OrganizationChanges:
    """Changes to an organization: a field that is left out stays as it is.

    Attributes:
        allow_compatible_pkcs12 (bool | Unset): Whether `pkcs12: compatible` may be asked for: bundles with weak
            encryption, for programs that open no other.
        audience (None | str | Unset): The `aud` of access tokens: a URI or a name, of printable ASCII characters
            without spaces. Never another
            organization's, nor an address of Mintkey itself. `null`: the organization's own address.
        audit_retention (None | str | Unset):
        default_token_ttl (str | Unset): A duration in milliseconds, always more than zero: `10s`, `60m`, `10000h`,
            `90d`, `2w`, `1h30m`.
        max_token_ttl (None | str | Unset):
        name (str | Unset): The name of a token, a service account or an organization: one line of 1 to 100 visible
            characters in Unicode's
            form C.
    """

    allow_compatible_pkcs12: bool | Unset = UNSET
    audience: None | str | Unset = UNSET
    audit_retention: None | str | Unset = UNSET
    default_token_ttl: str | Unset = UNSET
    max_token_ttl: None | str | Unset = UNSET
    name: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        allow_compatible_pkcs12 = self.allow_compatible_pkcs12

        audience: None | str | Unset
        if isinstance(self.audience, Unset):
            audience = UNSET
        else:
            audience = self.audience

        audit_retention: None | str | Unset
        if isinstance(self.audit_retention, Unset):
            audit_retention = UNSET
        else:
            audit_retention = self.audit_retention

        default_token_ttl = self.default_token_ttl

        max_token_ttl: None | str | Unset
        if isinstance(self.max_token_ttl, Unset):
            max_token_ttl = UNSET
        else:
            max_token_ttl = self.max_token_ttl

        name = self.name

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if allow_compatible_pkcs12 is not UNSET:
            field_dict["allow_compatible_pkcs12"] = allow_compatible_pkcs12
        if audience is not UNSET:
            field_dict["audience"] = audience
        if audit_retention is not UNSET:
            field_dict["audit_retention"] = audit_retention
        if default_token_ttl is not UNSET:
            field_dict["default_token_ttl"] = default_token_ttl
        if max_token_ttl is not UNSET:
            field_dict["max_token_ttl"] = max_token_ttl
        if name is not UNSET:
            field_dict["name"] = name

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        allow_compatible_pkcs12 = d.pop("allow_compatible_pkcs12", UNSET)

        def _parse_audience(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        audience = _parse_audience(d.pop("audience", UNSET))

        def _parse_audit_retention(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        audit_retention = _parse_audit_retention(d.pop("audit_retention", UNSET))

        default_token_ttl = d.pop("default_token_ttl", UNSET)

        def _parse_max_token_ttl(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        max_token_ttl = _parse_max_token_ttl(d.pop("max_token_ttl", UNSET))

        name = d.pop("name", UNSET)

        organization_changes = cls(
            allow_compatible_pkcs12=allow_compatible_pkcs12,
            audience=audience,
            audit_retention=audit_retention,
            default_token_ttl=default_token_ttl,
            max_token_ttl=max_token_ttl,
            name=name,
        )

        return organization_changes
