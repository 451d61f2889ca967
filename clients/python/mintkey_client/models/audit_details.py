from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.audit_details_after import AuditDetailsAfter
    from ..models.audit_details_before import AuditDetailsBefore
    from ..models.audit_details_notes import AuditDetailsNotes


T = TypeVar("T", bound="AuditDetails")


@_attrs_define
class AuditDetails:
    """What an action changed: only the fields that did.

    Attributes:
        after (AuditDetailsAfter): The fields as they became.
        before (AuditDetailsBefore): The fields as they were.
        notes (AuditDetailsNotes): Further details, such as a reason.
    """

    after: AuditDetailsAfter
    before: AuditDetailsBefore
    notes: AuditDetailsNotes
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        after = self.after.to_dict()

        before = self.before.to_dict()

        notes = self.notes.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "after": after,
                "before": before,
                "notes": notes,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.audit_details_after import AuditDetailsAfter
        from ..models.audit_details_before import AuditDetailsBefore
        from ..models.audit_details_notes import AuditDetailsNotes

        d = dict(src_dict)
        after = AuditDetailsAfter.from_dict(d.pop("after"))

        before = AuditDetailsBefore.from_dict(d.pop("before"))

        notes = AuditDetailsNotes.from_dict(d.pop("notes"))

        audit_details = cls(
            after=after,
            before=before,
            notes=notes,
        )

        audit_details.additional_properties = d
        return audit_details

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
