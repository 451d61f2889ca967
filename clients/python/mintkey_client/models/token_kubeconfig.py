from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.kubeconfig_method import KubeconfigMethod

T = TypeVar("T", bound="TokenKubeconfig")


@_attrs_define
class TokenKubeconfig:
    """The kubeconfig of a token: its cluster, namespace and authentication method.

    Attributes:
        cluster_id (UUID): A Kubernetes cluster.
        method (KubeconfigMethod): How `kubectl` authenticates with a kubeconfig.
        namespace (str): The namespace that `kubectl` uses by default.
    """

    cluster_id: UUID
    method: KubeconfigMethod
    namespace: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        cluster_id = str(self.cluster_id)

        method = self.method.value

        namespace = self.namespace

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "cluster_id": cluster_id,
                "method": method,
                "namespace": namespace,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        cluster_id = UUID(d.pop("cluster_id"))

        method = KubeconfigMethod(d.pop("method"))

        namespace = d.pop("namespace")

        token_kubeconfig = cls(
            cluster_id=cluster_id,
            method=method,
            namespace=namespace,
        )

        token_kubeconfig.additional_properties = d
        return token_kubeconfig

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
