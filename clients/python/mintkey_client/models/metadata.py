from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Metadata")


@_attrs_define
class Metadata:
    """The server's description of itself (RFC 8414 section 2).

    Attributes:
        grant_types_supported (list[str]): The supported grants.
        id_token_signing_alg_values_supported (list[str]): The signature algorithms of access tokens, under the name
            that programs for `OpenID` Connect expect.
        introspection_endpoint (str): Where credentials are introspected.
        introspection_endpoint_auth_methods_supported (list[str]): How a caller authenticates at the introspection
            endpoint.
        introspection_endpoint_auth_signing_alg_values_supported (list[str]): The signature algorithms of assertions at
            the introspection endpoint.
        issuer (str): The `iss` of every access token.
        jwks_uri (str): The public keys of access tokens.
        response_types_supported (list[str]): None: there is no authorization endpoint.
        revocation_endpoint (str): Where access tokens are revoked.
        revocation_endpoint_auth_methods_supported (list[str]): How a client authenticates at the revocation endpoint.
        revocation_endpoint_auth_signing_alg_values_supported (list[str]): The signature algorithms of assertions at the
            revocation endpoint.
        service_documentation (str): The API reference page.
        subject_types_supported (list[str]): How subjects are named: alike for every client (`OpenID` Connect Discovery
            1.0 section 3).
        tls_client_certificate_bound_access_tokens (bool): Whether access tokens are bound to the certificate that a
            client authenticates with (RFC 8705 section 3.3).
        token_endpoint (str): Where access tokens are issued.
        token_endpoint_auth_methods_supported (list[str]): How a client authenticates at the token endpoint.
        token_endpoint_auth_signing_alg_values_supported (list[str]): The signature algorithms of assertions at the
            token endpoint.
    """

    grant_types_supported: list[str]
    id_token_signing_alg_values_supported: list[str]
    introspection_endpoint: str
    introspection_endpoint_auth_methods_supported: list[str]
    introspection_endpoint_auth_signing_alg_values_supported: list[str]
    issuer: str
    jwks_uri: str
    response_types_supported: list[str]
    revocation_endpoint: str
    revocation_endpoint_auth_methods_supported: list[str]
    revocation_endpoint_auth_signing_alg_values_supported: list[str]
    service_documentation: str
    subject_types_supported: list[str]
    tls_client_certificate_bound_access_tokens: bool
    token_endpoint: str
    token_endpoint_auth_methods_supported: list[str]
    token_endpoint_auth_signing_alg_values_supported: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        grant_types_supported = self.grant_types_supported

        id_token_signing_alg_values_supported = (
            self.id_token_signing_alg_values_supported
        )

        introspection_endpoint = self.introspection_endpoint

        introspection_endpoint_auth_methods_supported = (
            self.introspection_endpoint_auth_methods_supported
        )

        introspection_endpoint_auth_signing_alg_values_supported = (
            self.introspection_endpoint_auth_signing_alg_values_supported
        )

        issuer = self.issuer

        jwks_uri = self.jwks_uri

        response_types_supported = self.response_types_supported

        revocation_endpoint = self.revocation_endpoint

        revocation_endpoint_auth_methods_supported = (
            self.revocation_endpoint_auth_methods_supported
        )

        revocation_endpoint_auth_signing_alg_values_supported = (
            self.revocation_endpoint_auth_signing_alg_values_supported
        )

        service_documentation = self.service_documentation

        subject_types_supported = self.subject_types_supported

        tls_client_certificate_bound_access_tokens = (
            self.tls_client_certificate_bound_access_tokens
        )

        token_endpoint = self.token_endpoint

        token_endpoint_auth_methods_supported = (
            self.token_endpoint_auth_methods_supported
        )

        token_endpoint_auth_signing_alg_values_supported = (
            self.token_endpoint_auth_signing_alg_values_supported
        )

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "grant_types_supported": grant_types_supported,
                "id_token_signing_alg_values_supported": id_token_signing_alg_values_supported,
                "introspection_endpoint": introspection_endpoint,
                "introspection_endpoint_auth_methods_supported": introspection_endpoint_auth_methods_supported,
                "introspection_endpoint_auth_signing_alg_values_supported": introspection_endpoint_auth_signing_alg_values_supported,
                "issuer": issuer,
                "jwks_uri": jwks_uri,
                "response_types_supported": response_types_supported,
                "revocation_endpoint": revocation_endpoint,
                "revocation_endpoint_auth_methods_supported": revocation_endpoint_auth_methods_supported,
                "revocation_endpoint_auth_signing_alg_values_supported": revocation_endpoint_auth_signing_alg_values_supported,
                "service_documentation": service_documentation,
                "subject_types_supported": subject_types_supported,
                "tls_client_certificate_bound_access_tokens": tls_client_certificate_bound_access_tokens,
                "token_endpoint": token_endpoint,
                "token_endpoint_auth_methods_supported": token_endpoint_auth_methods_supported,
                "token_endpoint_auth_signing_alg_values_supported": token_endpoint_auth_signing_alg_values_supported,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        grant_types_supported = cast(list[str], d.pop("grant_types_supported"))

        id_token_signing_alg_values_supported = cast(
            list[str], d.pop("id_token_signing_alg_values_supported")
        )

        introspection_endpoint = d.pop("introspection_endpoint")

        introspection_endpoint_auth_methods_supported = cast(
            list[str], d.pop("introspection_endpoint_auth_methods_supported")
        )

        introspection_endpoint_auth_signing_alg_values_supported = cast(
            list[str], d.pop("introspection_endpoint_auth_signing_alg_values_supported")
        )

        issuer = d.pop("issuer")

        jwks_uri = d.pop("jwks_uri")

        response_types_supported = cast(list[str], d.pop("response_types_supported"))

        revocation_endpoint = d.pop("revocation_endpoint")

        revocation_endpoint_auth_methods_supported = cast(
            list[str], d.pop("revocation_endpoint_auth_methods_supported")
        )

        revocation_endpoint_auth_signing_alg_values_supported = cast(
            list[str], d.pop("revocation_endpoint_auth_signing_alg_values_supported")
        )

        service_documentation = d.pop("service_documentation")

        subject_types_supported = cast(list[str], d.pop("subject_types_supported"))

        tls_client_certificate_bound_access_tokens = d.pop(
            "tls_client_certificate_bound_access_tokens"
        )

        token_endpoint = d.pop("token_endpoint")

        token_endpoint_auth_methods_supported = cast(
            list[str], d.pop("token_endpoint_auth_methods_supported")
        )

        token_endpoint_auth_signing_alg_values_supported = cast(
            list[str], d.pop("token_endpoint_auth_signing_alg_values_supported")
        )

        metadata = cls(
            grant_types_supported=grant_types_supported,
            id_token_signing_alg_values_supported=id_token_signing_alg_values_supported,
            introspection_endpoint=introspection_endpoint,
            introspection_endpoint_auth_methods_supported=introspection_endpoint_auth_methods_supported,
            introspection_endpoint_auth_signing_alg_values_supported=introspection_endpoint_auth_signing_alg_values_supported,
            issuer=issuer,
            jwks_uri=jwks_uri,
            response_types_supported=response_types_supported,
            revocation_endpoint=revocation_endpoint,
            revocation_endpoint_auth_methods_supported=revocation_endpoint_auth_methods_supported,
            revocation_endpoint_auth_signing_alg_values_supported=revocation_endpoint_auth_signing_alg_values_supported,
            service_documentation=service_documentation,
            subject_types_supported=subject_types_supported,
            tls_client_certificate_bound_access_tokens=tls_client_certificate_bound_access_tokens,
            token_endpoint=token_endpoint,
            token_endpoint_auth_methods_supported=token_endpoint_auth_methods_supported,
            token_endpoint_auth_signing_alg_values_supported=token_endpoint_auth_signing_alg_values_supported,
        )

        metadata.additional_properties = d
        return metadata

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
