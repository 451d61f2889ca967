from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.cluster_group import ClusterGroup


T = TypeVar("T", bound="Cluster")


@_attrs_define
class Cluster:
    """A Kubernetes cluster.

    Attributes:
        ca_pem (str): The certificates that its API server is checked with, in PEM.
        created_at (datetime.datetime): Milliseconds since 1970-01-01T00:00:00Z; in JSON as RFC 3339 UTC with `Z` and
            three decimals.
        default_namespace (str): The namespace of those who name none.
        groups (list[ClusterGroup]): The groups that credentials are members of there.
        id (UUID): A Kubernetes cluster.
        name (str): Display name.
        server (str): The URL of its API server.
        updated_at (datetime.datetime): Milliseconds since 1970-01-01T00:00:00Z; in JSON as RFC 3339 UTC with `Z` and
            three decimals.
    """

    ca_pem: str
    created_at: datetime.datetime
    default_namespace: str
    groups: list[ClusterGroup]
    id: UUID
    name: str
    server: str
    updated_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        ca_pem = self.ca_pem

        created_at = self.created_at.isoformat()

        default_namespace = self.default_namespace

        groups = []
        for groups_item_data in self.groups:
            groups_item = groups_item_data.to_dict()
            groups.append(groups_item)

        id = str(self.id)

        name = self.name

        server = self.server

        updated_at = self.updated_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "ca_pem": ca_pem,
                "created_at": created_at,
                "default_namespace": default_namespace,
                "groups": groups,
                "id": id,
                "name": name,
                "server": server,
                "updated_at": updated_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.cluster_group import ClusterGroup

        d = dict(src_dict)
        ca_pem = d.pop("ca_pem")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        default_namespace = d.pop("default_namespace")

        groups = []
        _groups = d.pop("groups")
        for groups_item_data in _groups:
            groups_item = ClusterGroup.from_dict(groups_item_data)

            groups.append(groups_item)

        id = UUID(d.pop("id"))

        name = d.pop("name")

        server = d.pop("server")

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        cluster = cls(
            ca_pem=ca_pem,
            created_at=created_at,
            default_namespace=default_namespace,
            groups=groups,
            id=id,
            name=name,
            server=server,
            updated_at=updated_at,
        )

        cluster.additional_properties = d
        return cluster

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
