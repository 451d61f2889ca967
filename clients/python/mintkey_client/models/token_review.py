from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.token_review_spec import TokenReviewSpec


T = TypeVar("T", bound="TokenReview")


@_attrs_define
class TokenReview:
    """A bearer token to review, as Kubernetes sends it. Other members are ignored.

    Attributes:
        api_version (str): `authentication.k8s.io/v1` or `authentication.k8s.io/v1beta1`; the answer has the same.
        kind (str): `TokenReview`.
        spec (TokenReviewSpec): What is reviewed.
    """

    api_version: str
    kind: str
    spec: TokenReviewSpec
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        api_version = self.api_version

        kind = self.kind

        spec = self.spec.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "apiVersion": api_version,
                "kind": kind,
                "spec": spec,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.token_review_spec import TokenReviewSpec

        d = dict(src_dict)
        api_version = d.pop("apiVersion")

        kind = d.pop("kind")

        spec = TokenReviewSpec.from_dict(d.pop("spec"))

        token_review = cls(
            api_version=api_version,
            kind=kind,
            spec=spec,
        )

        token_review.additional_properties = d
        return token_review

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
