from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.bulk_outcome import BulkOutcome
from ..models.error_code import ErrorCode
from ..types import UNSET, Unset

T = TypeVar("T", bound="BulkItem")


@_attrs_define
class BulkItem:
    """What became of one token.

    Attributes:
        id (UUID): A token; also its client ID.
        outcome (BulkOutcome): What became of one token of many.
        code (ErrorCode | Unset): The `code` of a problem (RFC 9457): stable, for programs to act on.
        detail (str | Unset): Why it was refused, for people.
        label (str | Unset): Its label; left out if there is no such token, or none that you have access to.
    """

    id: UUID
    outcome: BulkOutcome
    code: ErrorCode | Unset = UNSET
    detail: str | Unset = UNSET
    label: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        outcome = self.outcome.value

        code: str | Unset = UNSET
        if not isinstance(self.code, Unset):
            code = self.code.value

        detail = self.detail

        label = self.label

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "outcome": outcome,
            }
        )
        if code is not UNSET:
            field_dict["code"] = code
        if detail is not UNSET:
            field_dict["detail"] = detail
        if label is not UNSET:
            field_dict["label"] = label

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        outcome = BulkOutcome(d.pop("outcome"))

        _code = d.pop("code", UNSET)
        code: ErrorCode | Unset
        if isinstance(_code, Unset):
            code = UNSET
        else:
            code = ErrorCode(_code)

        detail = d.pop("detail", UNSET)

        label = d.pop("label", UNSET)

        bulk_item = cls(
            id=id,
            outcome=outcome,
            code=code,
            detail=detail,
            label=label,
        )

        bulk_item.additional_properties = d
        return bulk_item

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
