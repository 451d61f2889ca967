from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.reviewed_token_status import ReviewedTokenStatus


T = TypeVar("T", bound="ReviewedToken")


@_attrs_define
class ReviewedToken:
    """The answer to a review, as Kubernetes reads it.

    Attributes:
        api_version (str): That of the request.
        kind (str): `TokenReview`.
        status (ReviewedTokenStatus): `authenticated`, and, if it is true, `user`.
    """

    api_version: str
    kind: str
    status: ReviewedTokenStatus
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        api_version = self.api_version

        kind = self.kind

        status = self.status.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "apiVersion": api_version,
                "kind": kind,
                "status": status,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.reviewed_token_status import ReviewedTokenStatus

        d = dict(src_dict)
        api_version = d.pop("apiVersion")

        kind = d.pop("kind")

        status = ReviewedTokenStatus.from_dict(d.pop("status"))

        reviewed_token = cls(
            api_version=api_version,
            kind=kind,
            status=status,
        )

        reviewed_token.additional_properties = d
        return reviewed_token

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
