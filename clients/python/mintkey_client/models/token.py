from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.token_kind import TokenKind
from ..models.token_status import TokenStatus
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.owner import Owner
    from ..models.principal_name import PrincipalName
    from ..models.token_certificate import TokenCertificate
    from ..models.token_kubeconfig import TokenKubeconfig


T = TypeVar("T", bound="Token")


@_attrs_define
class Token:
    """A token as everybody who may see it sees it: without any secret.

    Attributes:
        allowed_cidrs (list[str]): The address ranges that it may be used from; empty for any.
        client_id (UUID): A token; also its client ID.
        created_at (datetime.datetime): Milliseconds since 1970-01-01T00:00:00Z; in JSON as RFC 3339 UTC with `Z` and
            three decimals.
        created_by (PrincipalName): A user or service account, with its name.
        id (UUID): A token; also its client ID.
        key_hint (str): `mk_…` and the key's last four characters; of an imported key, what is known of it.
        kind (TokenKind): The kinds of credential that a token can be.
        label (str): Display name.
        organization_id (UUID): An organization: the tenant that everything else belongs to.
        owner (Owner): Who owns a token, as shown beside it.
        scopes (list[str]): Granted scopes.
        status (TokenStatus): The status of a token at a point in time.
        updated_at (datetime.datetime): Milliseconds since 1970-01-01T00:00:00Z; in JSON as RFC 3339 UTC with `Z` and
            three decimals.
        certificate (TokenCertificate | Unset): A certificate by which a token authenticates.
        description (None | str | Unset): What it is for.
        expires_at (datetime.datetime | None | Unset):
        invalidated_at (datetime.datetime | None | Unset):
        kubeconfig (TokenKubeconfig | Unset): The kubeconfig of a token: its cluster, namespace and authentication
            method.
        last_used_at (datetime.datetime | None | Unset):
        last_used_ip (None | str | Unset): From where it was last used, as far as is known: a use that doesn't tell an
            address leaves the last one.
        needs_attention (list[str] | Unset): The fields whose stored value can't be read; left out if all can. Such a
            token is refused. An unreadable range of
            `allowed_cidrs` alone only matches no address. Scopes and ranges can be replaced by an edit.
        previous_secret_expires_at (datetime.datetime | None | Unset):
        rotated_at (datetime.datetime | None | Unset):
    """

    allowed_cidrs: list[str]
    client_id: UUID
    created_at: datetime.datetime
    created_by: PrincipalName
    id: UUID
    key_hint: str
    kind: TokenKind
    label: str
    organization_id: UUID
    owner: Owner
    scopes: list[str]
    status: TokenStatus
    updated_at: datetime.datetime
    certificate: TokenCertificate | Unset = UNSET
    description: None | str | Unset = UNSET
    expires_at: datetime.datetime | None | Unset = UNSET
    invalidated_at: datetime.datetime | None | Unset = UNSET
    kubeconfig: TokenKubeconfig | Unset = UNSET
    last_used_at: datetime.datetime | None | Unset = UNSET
    last_used_ip: None | str | Unset = UNSET
    needs_attention: list[str] | Unset = UNSET
    previous_secret_expires_at: datetime.datetime | None | Unset = UNSET
    rotated_at: datetime.datetime | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        allowed_cidrs = self.allowed_cidrs

        client_id = str(self.client_id)

        created_at = self.created_at.isoformat()

        created_by = self.created_by.to_dict()

        id = str(self.id)

        key_hint = self.key_hint

        kind = self.kind.value

        label = self.label

        organization_id = str(self.organization_id)

        owner = self.owner.to_dict()

        scopes = self.scopes

        status = self.status.value

        updated_at = self.updated_at.isoformat()

        certificate: dict[str, Any] | Unset = UNSET
        if not isinstance(self.certificate, Unset):
            certificate = self.certificate.to_dict()

        description: None | str | Unset
        if isinstance(self.description, Unset):
            description = UNSET
        else:
            description = self.description

        expires_at: None | str | Unset
        if isinstance(self.expires_at, Unset):
            expires_at = UNSET
        elif isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

        invalidated_at: None | str | Unset
        if isinstance(self.invalidated_at, Unset):
            invalidated_at = UNSET
        elif isinstance(self.invalidated_at, datetime.datetime):
            invalidated_at = self.invalidated_at.isoformat()
        else:
            invalidated_at = self.invalidated_at

        kubeconfig: dict[str, Any] | Unset = UNSET
        if not isinstance(self.kubeconfig, Unset):
            kubeconfig = self.kubeconfig.to_dict()

        last_used_at: None | str | Unset
        if isinstance(self.last_used_at, Unset):
            last_used_at = UNSET
        elif isinstance(self.last_used_at, datetime.datetime):
            last_used_at = self.last_used_at.isoformat()
        else:
            last_used_at = self.last_used_at

        last_used_ip: None | str | Unset
        if isinstance(self.last_used_ip, Unset):
            last_used_ip = UNSET
        else:
            last_used_ip = self.last_used_ip

        needs_attention: list[str] | Unset = UNSET
        if not isinstance(self.needs_attention, Unset):
            needs_attention = self.needs_attention

        previous_secret_expires_at: None | str | Unset
        if isinstance(self.previous_secret_expires_at, Unset):
            previous_secret_expires_at = UNSET
        elif isinstance(self.previous_secret_expires_at, datetime.datetime):
            previous_secret_expires_at = self.previous_secret_expires_at.isoformat()
        else:
            previous_secret_expires_at = self.previous_secret_expires_at

        rotated_at: None | str | Unset
        if isinstance(self.rotated_at, Unset):
            rotated_at = UNSET
        elif isinstance(self.rotated_at, datetime.datetime):
            rotated_at = self.rotated_at.isoformat()
        else:
            rotated_at = self.rotated_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "allowed_cidrs": allowed_cidrs,
                "client_id": client_id,
                "created_at": created_at,
                "created_by": created_by,
                "id": id,
                "key_hint": key_hint,
                "kind": kind,
                "label": label,
                "organization_id": organization_id,
                "owner": owner,
                "scopes": scopes,
                "status": status,
                "updated_at": updated_at,
            }
        )
        if certificate is not UNSET:
            field_dict["certificate"] = certificate
        if description is not UNSET:
            field_dict["description"] = description
        if expires_at is not UNSET:
            field_dict["expires_at"] = expires_at
        if invalidated_at is not UNSET:
            field_dict["invalidated_at"] = invalidated_at
        if kubeconfig is not UNSET:
            field_dict["kubeconfig"] = kubeconfig
        if last_used_at is not UNSET:
            field_dict["last_used_at"] = last_used_at
        if last_used_ip is not UNSET:
            field_dict["last_used_ip"] = last_used_ip
        if needs_attention is not UNSET:
            field_dict["needs_attention"] = needs_attention
        if previous_secret_expires_at is not UNSET:
            field_dict["previous_secret_expires_at"] = previous_secret_expires_at
        if rotated_at is not UNSET:
            field_dict["rotated_at"] = rotated_at

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.owner import Owner
        from ..models.principal_name import PrincipalName
        from ..models.token_certificate import TokenCertificate
        from ..models.token_kubeconfig import TokenKubeconfig

        d = dict(src_dict)
        allowed_cidrs = cast(list[str], d.pop("allowed_cidrs"))

        client_id = UUID(d.pop("client_id"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        created_by = PrincipalName.from_dict(d.pop("created_by"))

        id = UUID(d.pop("id"))

        key_hint = d.pop("key_hint")

        kind = TokenKind(d.pop("kind"))

        label = d.pop("label")

        organization_id = UUID(d.pop("organization_id"))

        owner = Owner.from_dict(d.pop("owner"))

        scopes = cast(list[str], d.pop("scopes"))

        status = TokenStatus(d.pop("status"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        _certificate = d.pop("certificate", UNSET)
        certificate: TokenCertificate | Unset
        if isinstance(_certificate, Unset):
            certificate = UNSET
        else:
            certificate = TokenCertificate.from_dict(_certificate)

        def _parse_description(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        description = _parse_description(d.pop("description", UNSET))

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

        def _parse_invalidated_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                invalidated_at_type_0 = datetime.datetime.fromisoformat(data)

                return invalidated_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        invalidated_at = _parse_invalidated_at(d.pop("invalidated_at", UNSET))

        _kubeconfig = d.pop("kubeconfig", UNSET)
        kubeconfig: TokenKubeconfig | Unset
        if isinstance(_kubeconfig, Unset):
            kubeconfig = UNSET
        else:
            kubeconfig = TokenKubeconfig.from_dict(_kubeconfig)

        def _parse_last_used_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                last_used_at_type_0 = datetime.datetime.fromisoformat(data)

                return last_used_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        last_used_at = _parse_last_used_at(d.pop("last_used_at", UNSET))

        def _parse_last_used_ip(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        last_used_ip = _parse_last_used_ip(d.pop("last_used_ip", UNSET))

        needs_attention = cast(list[str], d.pop("needs_attention", UNSET))

        def _parse_previous_secret_expires_at(
            data: object,
        ) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                previous_secret_expires_at_type_0 = datetime.datetime.fromisoformat(
                    data
                )

                return previous_secret_expires_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        previous_secret_expires_at = _parse_previous_secret_expires_at(
            d.pop("previous_secret_expires_at", UNSET)
        )

        def _parse_rotated_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                rotated_at_type_0 = datetime.datetime.fromisoformat(data)

                return rotated_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        rotated_at = _parse_rotated_at(d.pop("rotated_at", UNSET))

        token = cls(
            allowed_cidrs=allowed_cidrs,
            client_id=client_id,
            created_at=created_at,
            created_by=created_by,
            id=id,
            key_hint=key_hint,
            kind=kind,
            label=label,
            organization_id=organization_id,
            owner=owner,
            scopes=scopes,
            status=status,
            updated_at=updated_at,
            certificate=certificate,
            description=description,
            expires_at=expires_at,
            invalidated_at=invalidated_at,
            kubeconfig=kubeconfig,
            last_used_at=last_used_at,
            last_used_ip=last_used_ip,
            needs_attention=needs_attention,
            previous_secret_expires_at=previous_secret_expires_at,
            rotated_at=rotated_at,
        )

        token.additional_properties = d
        return token

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
