from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define

from ..models.token_kind import TokenKind
from ..models.token_status import TokenStatus
from ..types import UNSET, Unset

T = TypeVar("T", bound="BulkFilter")


@_attrs_define
class BulkFilter:
    """Conditions on tokens, at least one.

    Attributes:
        expiring_within (str | Unset): A duration in milliseconds, always more than zero: `10s`, `60m`, `10000h`, `90d`,
            `2w`, `1h30m`.
        kind (TokenKind | Unset): The kinds of credential that a token can be.
        label (str | Unset): A pattern of labels, in any case: `*` stands for any text, as in `plant-3-*`.
        owner_id (UUID | Unset): Tokens of this user or service account.
        q (str | Unset): As `q` of the list of tokens.
        scope (str | Unset): A scope's name, `*`, or a prefix followed by `.*` or `:*`.
        status (TokenStatus | Unset): The status of a token at a point in time.
    """

    expiring_within: str | Unset = UNSET
    kind: TokenKind | Unset = UNSET
    label: str | Unset = UNSET
    owner_id: UUID | Unset = UNSET
    q: str | Unset = UNSET
    scope: str | Unset = UNSET
    status: TokenStatus | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        expiring_within = self.expiring_within

        kind: str | Unset = UNSET
        if not isinstance(self.kind, Unset):
            kind = self.kind.value

        label = self.label

        owner_id: str | Unset = UNSET
        if not isinstance(self.owner_id, Unset):
            owner_id = str(self.owner_id)

        q = self.q

        scope = self.scope

        status: str | Unset = UNSET
        if not isinstance(self.status, Unset):
            status = self.status.value

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if expiring_within is not UNSET:
            field_dict["expiring_within"] = expiring_within
        if kind is not UNSET:
            field_dict["kind"] = kind
        if label is not UNSET:
            field_dict["label"] = label
        if owner_id is not UNSET:
            field_dict["owner_id"] = owner_id
        if q is not UNSET:
            field_dict["q"] = q
        if scope is not UNSET:
            field_dict["scope"] = scope
        if status is not UNSET:
            field_dict["status"] = status

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        expiring_within = d.pop("expiring_within", UNSET)

        _kind = d.pop("kind", UNSET)
        kind: TokenKind | Unset
        if isinstance(_kind, Unset):
            kind = UNSET
        else:
            kind = TokenKind(_kind)

        label = d.pop("label", UNSET)

        _owner_id = d.pop("owner_id", UNSET)
        owner_id: UUID | Unset
        if isinstance(_owner_id, Unset):
            owner_id = UNSET
        else:
            owner_id = UUID(_owner_id)

        q = d.pop("q", UNSET)

        scope = d.pop("scope", UNSET)

        _status = d.pop("status", UNSET)
        status: TokenStatus | Unset
        if isinstance(_status, Unset):
            status = UNSET
        else:
            status = TokenStatus(_status)

        bulk_filter = cls(
            expiring_within=expiring_within,
            kind=kind,
            label=label,
            owner_id=owner_id,
            q=q,
            scope=scope,
            status=status,
        )

        return bulk_filter
