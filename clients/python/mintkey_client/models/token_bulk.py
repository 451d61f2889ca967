from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define

from ..models.bulk_action import BulkAction
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.bulk_filter import BulkFilter


T = TypeVar("T", bound="TokenBulk")


@_attrs_define
class TokenBulk:
    """A request about many tokens: those that it names, or those that match a filter.

    Attributes:
        action (BulkAction): What can be done to many tokens at once.
        dry_run (bool | Unset): Change nothing, and answer with the tokens that are selected.
        filter_ (BulkFilter | Unset): Conditions on tokens, at least one.
        force (bool | Unset): Even the token that you are calling with.
        ids (list[UUID] | Unset): Tokens, without repeats.
        keep_access_tokens (bool | Unset): Let access tokens work until they expire. For `invalidate` only.
        reason (str | Unset): Why, for the audit log. For `invalidate` only.
    """

    action: BulkAction
    dry_run: bool | Unset = UNSET
    filter_: BulkFilter | Unset = UNSET
    force: bool | Unset = UNSET
    ids: list[UUID] | Unset = UNSET
    keep_access_tokens: bool | Unset = UNSET
    reason: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        action = self.action.value

        dry_run = self.dry_run

        filter_: dict[str, Any] | Unset = UNSET
        if not isinstance(self.filter_, Unset):
            filter_ = self.filter_.to_dict()

        force = self.force

        ids: list[str] | Unset = UNSET
        if not isinstance(self.ids, Unset):
            ids = []
            for componentsschemas_token_ids_item_data in self.ids:
                componentsschemas_token_ids_item = str(
                    componentsschemas_token_ids_item_data
                )
                ids.append(componentsschemas_token_ids_item)

        keep_access_tokens = self.keep_access_tokens

        reason = self.reason

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "action": action,
            }
        )
        if dry_run is not UNSET:
            field_dict["dry_run"] = dry_run
        if filter_ is not UNSET:
            field_dict["filter"] = filter_
        if force is not UNSET:
            field_dict["force"] = force
        if ids is not UNSET:
            field_dict["ids"] = ids
        if keep_access_tokens is not UNSET:
            field_dict["keep_access_tokens"] = keep_access_tokens
        if reason is not UNSET:
            field_dict["reason"] = reason

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.bulk_filter import BulkFilter

        d = dict(src_dict)
        action = BulkAction(d.pop("action"))

        dry_run = d.pop("dry_run", UNSET)

        _filter_ = d.pop("filter", UNSET)
        filter_: BulkFilter | Unset
        if isinstance(_filter_, Unset):
            filter_ = UNSET
        else:
            filter_ = BulkFilter.from_dict(_filter_)

        force = d.pop("force", UNSET)

        _ids = d.pop("ids", UNSET)
        ids: list[UUID] | Unset = UNSET
        if _ids is not UNSET:
            ids = []
            for componentsschemas_token_ids_item_data in _ids:
                componentsschemas_token_ids_item = UUID(
                    componentsschemas_token_ids_item_data
                )

                ids.append(componentsschemas_token_ids_item)

        keep_access_tokens = d.pop("keep_access_tokens", UNSET)

        reason = d.pop("reason", UNSET)

        token_bulk = cls(
            action=action,
            dry_run=dry_run,
            filter_=filter_,
            force=force,
            ids=ids,
            keep_access_tokens=keep_access_tokens,
            reason=reason,
        )

        return token_bulk
