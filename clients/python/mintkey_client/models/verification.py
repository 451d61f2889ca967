from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.verification_code import VerificationCode
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.principal_name import PrincipalName
    from ..models.token import Token


T = TypeVar("T", bound="Verification")


@_attrs_define
class Verification:
    """The result of a check of a credential.

    Attributes:
        code (VerificationCode): Why a credential is accepted or refused.
        valid (bool): Whether the credential is accepted.
        missing_scopes (list[str] | None | Unset): The scopes that were asked for and aren't held.
        principal (None | PrincipalName | Unset):
        token (None | Token | Unset):
    """

    code: VerificationCode
    valid: bool
    missing_scopes: list[str] | None | Unset = UNSET
    principal: None | PrincipalName | Unset = UNSET
    token: None | Token | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.principal_name import PrincipalName
        from ..models.token import Token

        code = self.code.value

        valid = self.valid

        missing_scopes: list[str] | None | Unset
        if isinstance(self.missing_scopes, Unset):
            missing_scopes = UNSET
        elif isinstance(self.missing_scopes, list):
            missing_scopes = self.missing_scopes

        else:
            missing_scopes = self.missing_scopes

        principal: dict[str, Any] | None | Unset
        if isinstance(self.principal, Unset):
            principal = UNSET
        elif isinstance(self.principal, PrincipalName):
            principal = self.principal.to_dict()
        else:
            principal = self.principal

        token: dict[str, Any] | None | Unset
        if isinstance(self.token, Unset):
            token = UNSET
        elif isinstance(self.token, Token):
            token = self.token.to_dict()
        else:
            token = self.token

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "code": code,
                "valid": valid,
            }
        )
        if missing_scopes is not UNSET:
            field_dict["missing_scopes"] = missing_scopes
        if principal is not UNSET:
            field_dict["principal"] = principal
        if token is not UNSET:
            field_dict["token"] = token

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.principal_name import PrincipalName
        from ..models.token import Token

        d = dict(src_dict)
        code = VerificationCode(d.pop("code"))

        valid = d.pop("valid")

        def _parse_missing_scopes(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                missing_scopes_type_0 = cast(list[str], data)

                return missing_scopes_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        missing_scopes = _parse_missing_scopes(d.pop("missing_scopes", UNSET))

        def _parse_principal(data: object) -> None | PrincipalName | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                principal_type_0 = PrincipalName.from_dict(data)

                return principal_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PrincipalName | Unset, data)

        principal = _parse_principal(d.pop("principal", UNSET))

        def _parse_token(data: object) -> None | Token | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                token_type_0 = Token.from_dict(data)

                return token_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Token | Unset, data)

        token = _parse_token(d.pop("token", UNSET))

        verification = cls(
            code=code,
            valid=valid,
            missing_scopes=missing_scopes,
            principal=principal,
            token=token,
        )

        verification.additional_properties = d
        return verification

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
