"""What Authlib makes of Mintkey."""

import pytest
import requests
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from authlib.oauth2.rfc9068.claims import JWTAccessTokenClaims
from joserfc import jwt
from joserfc.jwk import KeySet
from mintkey import GRANTED, URL, create_token, invalidate, metadata


@pytest.fixture(name="token", scope="module")
def _token():
    return create_token()


def session(token, method="client_secret_basic"):
    server = metadata()
    return OAuth2Session(
        token["client_id"],
        token["client_secret"],
        token_endpoint_auth_method=method,
        revocation_endpoint_auth_method=method,
        token_endpoint=server["token_endpoint"],
    )


def introspect(client, text):
    return client.introspect_token(metadata()["introspection_endpoint"], token=text).json()


def test_the_metadata_are_what_rfc_8414_asks_for():
    """All but what belongs to flows that Mintkey doesn't have: it grants client credentials only."""
    server = AuthorizationServerMetadata(metadata())
    for name in (
        "token_endpoint",
        "token_endpoint_auth_methods_supported",
        "grant_types_supported",
        "revocation_endpoint",
        "revocation_endpoint_auth_methods_supported",
        "introspection_endpoint",
        "introspection_endpoint_auth_methods_supported",
    ):
        getattr(server, f"validate_{name}")()
    # Authlib treats an empty list as missing. Without an authorization endpoint, the list is empty.
    assert server["response_types_supported"] == []
    assert server["issuer"] == URL


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_client_credentials_give_all_or_less_but_never_more(token, method):
    client = session(token, method)
    assert sorted(client.fetch_token(grant_type="client_credentials")["scope"].split()) == GRANTED
    narrow = client.fetch_token(grant_type="client_credentials", scope="mintkey:verify")
    assert narrow["scope"] == "mintkey:verify"
    with pytest.raises(OAuthError, match="invalid_scope"):
        client.fetch_token(grant_type="client_credentials", scope="mintkey:members.write")


def test_an_access_token_is_a_jwt_of_rfc_9068(token):
    server = metadata()
    keys = KeySet.import_key_set(requests.get(server["jwks_uri"], timeout=30).json())
    text = session(token).fetch_token(grant_type="client_credentials")["access_token"]
    decoded = jwt.decode(text, keys, algorithms=["ES256", "EdDSA"])
    assert decoded.header["typ"] == "at+jwt"
    audience = decoded.claims["aud"]
    options = {
        "iss": {"essential": True, "validate": lambda _, value: value == server["issuer"]},
        "exp": {"essential": True},
        "aud": {"essential": True, "value": audience},
        "sub": {"essential": True},
        "client_id": {"essential": True, "value": token["client_id"]},
        "iat": {"essential": True},
        "jti": {"essential": True},
    }
    JWTAccessTokenClaims(decoded.claims, decoded.header, options).validate()


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_revocation_ends_one_access_token(token, method):
    client = session(token, method)
    first = client.fetch_token(grant_type="client_credentials")["access_token"]
    second = client.fetch_token(grant_type="client_credentials")["access_token"]
    assert introspect(client, first)["active"] is True
    assert client.revoke_token(metadata()["revocation_endpoint"], token=first).status_code == 200
    assert introspect(client, first) == {"active": False}
    assert introspect(client, second)["active"] is True


def test_invalidation_ends_every_access_token(token):
    other = create_token(label="to be ended")
    text = session(other).fetch_token(grant_type="client_credentials")["access_token"]
    assert introspect(session(token), text)["active"] is True
    invalidate(other)
    assert introspect(session(token), text) == {"active": False}
    with pytest.raises(OAuthError, match="invalid_client"):
        session(other, "client_secret_post").fetch_token(grant_type="client_credentials")
