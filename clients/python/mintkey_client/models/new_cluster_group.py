from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="NewClusterGroup")


@_attrs_define
class NewClusterGroup:
    """A group, and the scope that makes a credential a member of it.

    Attributes:
        group (str): Its name in the cluster. Never one of Kubernetes' own, which begin with `system:`.
        scope (str): A scope of the catalogue.
    """

    group: str
    scope: str

    def to_dict(self) -> dict[str, Any]:
        group = self.group

        scope = self.scope

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "group": group,
                "scope": scope,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        group = d.pop("group")

        scope = d.pop("scope")

        new_cluster_group = cls(
            group=group,
            scope=scope,
        )

        return new_cluster_group
