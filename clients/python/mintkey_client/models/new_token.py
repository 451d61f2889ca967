from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..models.kubeconfig_method import KubeconfigMethod
from ..models.pkcs_12_format import Pkcs12Format
from ..models.token_kind import TokenKind
from ..types import UNSET, Unset

T = TypeVar("T", bound="NewToken")


@_attrs_define
class NewToken:
    """A request for a token.

    Attributes:
        label (str): The name of a token, a service account or an organization: one line of 1 to 100 visible characters
            in Unicode's
            form C.
        scopes (list[str]): Scopes, or prefixes such as `plants.*`, without repeats.
        allowed_cidrs (list[str] | Unset): The addresses that a credential may be used from: any address if no range is
            named.

            A stored range that can't be read stays an entry that contains no address, so that its loss never turns the list
            into
            "any address".
        cluster_id (UUID | Unset): A Kubernetes cluster.
        csr (str | Unset): A certificate signing request (RFC 2986) in PEM. Only its public key counts.
        description (None | str | Unset):
        expiration_days (int | Unset): A number of days. A lifetime beyond the year 9999 or the organization's maximum
            is refused.
        expires_at (datetime.datetime | None | Unset):
        kind (TokenKind | Unset): The kinds of credential that a token can be.
        method (KubeconfigMethod | Unset): How `kubectl` authenticates with a kubeconfig.
        namespace (str | Unset): The name of a Kubernetes namespace: a DNS label (RFC 1123 section 2.1).
        owner_id (UUID | Unset): Owner; the caller if left out.
        password (str | Unset): The password of a `client_certificate`'s PKCS#12 bundle: 12 to 128 printable ASCII
            characters. Used once, not stored.
        pkcs12 (Pkcs12Format | Unset): How a PKCS#12 bundle is encrypted.
        ttl (str | Unset): A duration in milliseconds, always more than zero: `10s`, `60m`, `10000h`, `90d`, `2w`,
            `1h30m`.
    """

    label: str
    scopes: list[str]
    allowed_cidrs: list[str] | Unset = UNSET
    cluster_id: UUID | Unset = UNSET
    csr: str | Unset = UNSET
    description: None | str | Unset = UNSET
    expiration_days: int | Unset = UNSET
    expires_at: datetime.datetime | None | Unset = UNSET
    kind: TokenKind | Unset = UNSET
    method: KubeconfigMethod | Unset = UNSET
    namespace: str | Unset = UNSET
    owner_id: UUID | Unset = UNSET
    password: str | Unset = UNSET
    pkcs12: Pkcs12Format | Unset = UNSET
    ttl: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        label = self.label

        scopes = self.scopes

        allowed_cidrs: list[str] | Unset = UNSET
        if not isinstance(self.allowed_cidrs, Unset):
            allowed_cidrs = self.allowed_cidrs

        cluster_id: str | Unset = UNSET
        if not isinstance(self.cluster_id, Unset):
            cluster_id = str(self.cluster_id)

        csr = self.csr

        description: None | str | Unset
        if isinstance(self.description, Unset):
            description = UNSET
        else:
            description = self.description

        expiration_days = self.expiration_days

        expires_at: None | str | Unset
        if isinstance(self.expires_at, Unset):
            expires_at = UNSET
        elif isinstance(self.expires_at, datetime.datetime):
            expires_at = self.expires_at.isoformat()
        else:
            expires_at = self.expires_at

        kind: str | Unset = UNSET
        if not isinstance(self.kind, Unset):
            kind = self.kind.value

        method: str | Unset = UNSET
        if not isinstance(self.method, Unset):
            method = self.method.value

        namespace = self.namespace

        owner_id: str | Unset = UNSET
        if not isinstance(self.owner_id, Unset):
            owner_id = str(self.owner_id)

        password = self.password

        pkcs12: str | Unset = UNSET
        if not isinstance(self.pkcs12, Unset):
            pkcs12 = self.pkcs12.value

        ttl = self.ttl

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "label": label,
                "scopes": scopes,
            }
        )
        if allowed_cidrs is not UNSET:
            field_dict["allowed_cidrs"] = allowed_cidrs
        if cluster_id is not UNSET:
            field_dict["cluster_id"] = cluster_id
        if csr is not UNSET:
            field_dict["csr"] = csr
        if description is not UNSET:
            field_dict["description"] = description
        if expiration_days is not UNSET:
            field_dict["expiration_days"] = expiration_days
        if expires_at is not UNSET:
            field_dict["expires_at"] = expires_at
        if kind is not UNSET:
            field_dict["kind"] = kind
        if method is not UNSET:
            field_dict["method"] = method
        if namespace is not UNSET:
            field_dict["namespace"] = namespace
        if owner_id is not UNSET:
            field_dict["owner_id"] = owner_id
        if password is not UNSET:
            field_dict["password"] = password
        if pkcs12 is not UNSET:
            field_dict["pkcs12"] = pkcs12
        if ttl is not UNSET:
            field_dict["ttl"] = ttl

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        label = d.pop("label")

        scopes = cast(list[str], d.pop("scopes"))

        allowed_cidrs = cast(list[str], d.pop("allowed_cidrs", UNSET))

        _cluster_id = d.pop("cluster_id", UNSET)
        cluster_id: UUID | Unset
        if isinstance(_cluster_id, Unset):
            cluster_id = UNSET
        else:
            cluster_id = UUID(_cluster_id)

        csr = d.pop("csr", UNSET)

        def _parse_description(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        description = _parse_description(d.pop("description", UNSET))

        expiration_days = d.pop("expiration_days", UNSET)

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

        _kind = d.pop("kind", UNSET)
        kind: TokenKind | Unset
        if isinstance(_kind, Unset):
            kind = UNSET
        else:
            kind = TokenKind(_kind)

        _method = d.pop("method", UNSET)
        method: KubeconfigMethod | Unset
        if isinstance(_method, Unset):
            method = UNSET
        else:
            method = KubeconfigMethod(_method)

        namespace = d.pop("namespace", UNSET)

        _owner_id = d.pop("owner_id", UNSET)
        owner_id: UUID | Unset
        if isinstance(_owner_id, Unset):
            owner_id = UNSET
        else:
            owner_id = UUID(_owner_id)

        password = d.pop("password", UNSET)

        _pkcs12 = d.pop("pkcs12", UNSET)
        pkcs12: Pkcs12Format | Unset
        if isinstance(_pkcs12, Unset):
            pkcs12 = UNSET
        else:
            pkcs12 = Pkcs12Format(_pkcs12)

        ttl = d.pop("ttl", UNSET)

        new_token = cls(
            label=label,
            scopes=scopes,
            allowed_cidrs=allowed_cidrs,
            cluster_id=cluster_id,
            csr=csr,
            description=description,
            expiration_days=expiration_days,
            expires_at=expires_at,
            kind=kind,
            method=method,
            namespace=namespace,
            owner_id=owner_id,
            password=password,
            pkcs12=pkcs12,
            ttl=ttl,
        )

        return new_token
