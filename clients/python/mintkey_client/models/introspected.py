from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.principal_type import PrincipalType
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.introspected_cnf import IntrospectedCnf


T = TypeVar("T", bound="Introspected")


@_attrs_define
class Introspected:
    """The state of a credential (RFC 7662 section 2.2). All members but `active` are there only if that is true.

    Attributes:
        active (bool): Whether the credential works now.
        aud (str | Unset): The audience of the access token.
        client_id (str | Unset): The client ID; `mintkey` for an access token that came from a password.
        cnf (IntrospectedCnf | Unset): What the access token is bound to: `x5t#S256`, SHA-256 of a certificate in
            base64url. Compare it with that of your
            client (RFC 8705 section 3.2).
        exp (int | Unset): When it expires, in seconds since 1970; left out for never.
        iat (int | Unset): When the access token was issued, in seconds since 1970.
        iss (str | Unset): The issuer of the access token.
        jti (UUID | Unset): The access token's own id.
        organization_id (UUID | Unset): An organization: the tenant that everything else belongs to.
        scope (str | Unset): The scopes that it may use now, separated by spaces.
        sub (UUID | Unset): The user or service account.
        sub_type (PrincipalType | Unset): The kinds of identity.
        token_type (str | Unset): `Bearer` for an access token, `api_key` for an API key.
        username (str | Unset): The e-mail address of a user, or the name of a service account.
    """

    active: bool
    aud: str | Unset = UNSET
    client_id: str | Unset = UNSET
    cnf: IntrospectedCnf | Unset = UNSET
    exp: int | Unset = UNSET
    iat: int | Unset = UNSET
    iss: str | Unset = UNSET
    jti: UUID | Unset = UNSET
    organization_id: UUID | Unset = UNSET
    scope: str | Unset = UNSET
    sub: UUID | Unset = UNSET
    sub_type: PrincipalType | Unset = UNSET
    token_type: str | Unset = UNSET
    username: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        active = self.active

        aud = self.aud

        client_id = self.client_id

        cnf: dict[str, Any] | Unset = UNSET
        if not isinstance(self.cnf, Unset):
            cnf = self.cnf.to_dict()

        exp = self.exp

        iat = self.iat

        iss = self.iss

        jti: str | Unset = UNSET
        if not isinstance(self.jti, Unset):
            jti = str(self.jti)

        organization_id: str | Unset = UNSET
        if not isinstance(self.organization_id, Unset):
            organization_id = str(self.organization_id)

        scope = self.scope

        sub: str | Unset = UNSET
        if not isinstance(self.sub, Unset):
            sub = str(self.sub)

        sub_type: str | Unset = UNSET
        if not isinstance(self.sub_type, Unset):
            sub_type = self.sub_type.value

        token_type = self.token_type

        username = self.username

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "active": active,
            }
        )
        if aud is not UNSET:
            field_dict["aud"] = aud
        if client_id is not UNSET:
            field_dict["client_id"] = client_id
        if cnf is not UNSET:
            field_dict["cnf"] = cnf
        if exp is not UNSET:
            field_dict["exp"] = exp
        if iat is not UNSET:
            field_dict["iat"] = iat
        if iss is not UNSET:
            field_dict["iss"] = iss
        if jti is not UNSET:
            field_dict["jti"] = jti
        if organization_id is not UNSET:
            field_dict["organization_id"] = organization_id
        if scope is not UNSET:
            field_dict["scope"] = scope
        if sub is not UNSET:
            field_dict["sub"] = sub
        if sub_type is not UNSET:
            field_dict["sub_type"] = sub_type
        if token_type is not UNSET:
            field_dict["token_type"] = token_type
        if username is not UNSET:
            field_dict["username"] = username

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.introspected_cnf import IntrospectedCnf

        d = dict(src_dict)
        active = d.pop("active")

        aud = d.pop("aud", UNSET)

        client_id = d.pop("client_id", UNSET)

        _cnf = d.pop("cnf", UNSET)
        cnf: IntrospectedCnf | Unset
        if isinstance(_cnf, Unset):
            cnf = UNSET
        else:
            cnf = IntrospectedCnf.from_dict(_cnf)

        exp = d.pop("exp", UNSET)

        iat = d.pop("iat", UNSET)

        iss = d.pop("iss", UNSET)

        _jti = d.pop("jti", UNSET)
        jti: UUID | Unset
        if isinstance(_jti, Unset):
            jti = UNSET
        else:
            jti = UUID(_jti)

        _organization_id = d.pop("organization_id", UNSET)
        organization_id: UUID | Unset
        if isinstance(_organization_id, Unset):
            organization_id = UNSET
        else:
            organization_id = UUID(_organization_id)

        scope = d.pop("scope", UNSET)

        _sub = d.pop("sub", UNSET)
        sub: UUID | Unset
        if isinstance(_sub, Unset):
            sub = UNSET
        else:
            sub = UUID(_sub)

        _sub_type = d.pop("sub_type", UNSET)
        sub_type: PrincipalType | Unset
        if isinstance(_sub_type, Unset):
            sub_type = UNSET
        else:
            sub_type = PrincipalType(_sub_type)

        token_type = d.pop("token_type", UNSET)

        username = d.pop("username", UNSET)

        introspected = cls(
            active=active,
            aud=aud,
            client_id=client_id,
            cnf=cnf,
            exp=exp,
            iat=iat,
            iss=iss,
            jti=jti,
            organization_id=organization_id,
            scope=scope,
            sub=sub,
            sub_type=sub_type,
            token_type=token_type,
            username=username,
        )

        introspected.additional_properties = d
        return introspected

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
