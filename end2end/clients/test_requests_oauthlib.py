"""What requests-oauthlib makes of Mintkey."""

import os

import pytest
from mintkey import GRANTED, URL, create_token, invalidate, metadata
from oauthlib.oauth2 import BackendApplicationClient, InvalidClientError, InvalidScopeError
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

# The server under test listens on loopback without https.
os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"


@pytest.fixture(name="token", scope="module")
def _token():
    return create_token()


def fetch(token, by_form, scope=None):
    """A session with an access token."""
    session = OAuth2Session(client=BackendApplicationClient(client_id=token["client_id"], scope=scope))
    way = (
        {"client_id": token["client_id"], "client_secret": token["client_secret"], "include_client_id": True}
        if by_form
        else {"auth": HTTPBasicAuth(token["client_id"], token["client_secret"])}
    )
    session.fetch_token(metadata()["token_endpoint"], **way)
    return session


@pytest.mark.parametrize("by_form", [False, True])
def test_client_credentials_are_an_access_token_that_the_api_takes(token, by_form):
    session = fetch(token, by_form)
    assert sorted(session.token["scope"]) == GRANTED
    me = session.get(f"{URL}/api/v1/me").json()
    assert (me["via"], me["token_id"]) == ("access_token", token["id"])


@pytest.mark.parametrize("by_form", [False, True])
def test_a_scope_narrows_and_never_widens(token, by_form):
    session = fetch(token, by_form, ["mintkey:tokens.read"])
    assert session.token["scope"] == ["mintkey:tokens.read"]
    assert session.get(f"{URL}/api/v1/tokens").status_code == 200
    assert session.get(f"{URL}/api/v1/scopes").status_code == 403
    with pytest.raises(InvalidScopeError):
        fetch(token, by_form, ["mintkey:members.write"])


def test_a_revoked_access_token_is_inactive(token):
    session = fetch(token, by_form=False)
    server = metadata()
    basic = HTTPBasicAuth(token["client_id"], token["client_secret"])
    text = session.access_token

    def introspect():
        answer = session.post(server["introspection_endpoint"], data={"token": text}, auth=basic, withhold_token=True)
        return answer.json()

    assert introspect()["active"] is True
    # oauthlib creates the body and headers (RFC 7009).
    uri, headers, body = session._client.prepare_token_revocation_request(  # noqa: SLF001
        server["revocation_endpoint"].replace("http:", "https:"), text
    )
    answer = session.post(uri.replace("https:", "http:"), data=body, headers=headers, auth=basic, withhold_token=True)
    assert answer.status_code == 200
    assert introspect() == {"active": False}
    assert session.get(f"{URL}/api/v1/me").status_code == 401


@pytest.mark.parametrize("by_form", [False, True])
def test_an_invalidated_token_gets_no_access_token(by_form):
    token = create_token(label="to be ended")
    session = fetch(token, by_form)
    invalidate(token)
    assert session.get(f"{URL}/api/v1/me").status_code == 401
    with pytest.raises(InvalidClientError):
        fetch(token, by_form)
