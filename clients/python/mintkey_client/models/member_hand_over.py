from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define

T = TypeVar("T", bound="MemberHandOver")


@_attrs_define
class MemberHandOver:
    """A request to hand over what a member owns.

    Attributes:
        to_id (UUID): The new owner: a user or a service account.
    """

    to_id: UUID

    def to_dict(self) -> dict[str, Any]:
        to_id = str(self.to_id)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "to_id": to_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        to_id = UUID(d.pop("to_id"))

        member_hand_over = cls(
            to_id=to_id,
        )

        return member_hand_over
