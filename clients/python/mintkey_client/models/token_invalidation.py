from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="TokenInvalidation")


@_attrs_define
class TokenInvalidation:
    """How a token is invalidated.

    Attributes:
        force (bool | Unset): Even if it is the token that you are calling with.
        keep_access_tokens (bool | Unset): Let access tokens work until they expire.
        reason (str | Unset): Why, for the audit log.
    """

    force: bool | Unset = UNSET
    keep_access_tokens: bool | Unset = UNSET
    reason: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        force = self.force

        keep_access_tokens = self.keep_access_tokens

        reason = self.reason

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if force is not UNSET:
            field_dict["force"] = force
        if keep_access_tokens is not UNSET:
            field_dict["keep_access_tokens"] = keep_access_tokens
        if reason is not UNSET:
            field_dict["reason"] = reason

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        force = d.pop("force", UNSET)

        keep_access_tokens = d.pop("keep_access_tokens", UNSET)

        reason = d.pop("reason", UNSET)

        token_invalidation = cls(
            force=force,
            keep_access_tokens=keep_access_tokens,
            reason=reason,
        )

        return token_invalidation
