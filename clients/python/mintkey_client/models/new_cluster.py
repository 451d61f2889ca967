from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.new_cluster_group import NewClusterGroup


T = TypeVar("T", bound="NewCluster")


@_attrs_define
class NewCluster:
    """A cluster to register.

    Attributes:
        ca_pem (str): The certificates that its API server is checked with, in PEM.
        name (str): The name of a token, a service account or an organization: one line of 1 to 100 visible characters
            in Unicode's
            form C.
        server (str): The URL of its API server: `https://` and a host, with an optional port and path.
        default_namespace (str | Unset): The name of a Kubernetes namespace: a DNS label (RFC 1123 section 2.1).
        groups (list[NewClusterGroup] | Unset): The groups that credentials are members of there.
    """

    ca_pem: str
    name: str
    server: str
    default_namespace: str | Unset = UNSET
    groups: list[NewClusterGroup] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        ca_pem = self.ca_pem

        name = self.name

        server = self.server

        default_namespace = self.default_namespace

        groups: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.groups, Unset):
            groups = []
            for groups_item_data in self.groups:
                groups_item = groups_item_data.to_dict()
                groups.append(groups_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "ca_pem": ca_pem,
                "name": name,
                "server": server,
            }
        )
        if default_namespace is not UNSET:
            field_dict["default_namespace"] = default_namespace
        if groups is not UNSET:
            field_dict["groups"] = groups

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.new_cluster_group import NewClusterGroup

        d = dict(src_dict)
        ca_pem = d.pop("ca_pem")

        name = d.pop("name")

        server = d.pop("server")

        default_namespace = d.pop("default_namespace", UNSET)

        _groups = d.pop("groups", UNSET)
        groups: list[NewClusterGroup] | Unset = UNSET
        if _groups is not UNSET:
            groups = []
            for groups_item_data in _groups:
                groups_item = NewClusterGroup.from_dict(groups_item_data)

                groups.append(groups_item)

        new_cluster = cls(
            ca_pem=ca_pem,
            name=name,
            server=server,
            default_namespace=default_namespace,
            groups=groups,
        )

        return new_cluster
