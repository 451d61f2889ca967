"""The server under test, and what a test makes in it over the public API. `cargo xtask test` sets the variables."""

import os

import requests

URL = os.environ["MINTKEY_URL"]
GRANTED = ["mintkey:scopes.read", "mintkey:tokens.read", "mintkey:verify"]


def api(path, key=None, **rest):
    """Calls the JSON API; anything but success is an error."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    answer = requests.post(f"{URL}/api/v1{path}", headers=headers, timeout=30, **rest)
    assert answer.ok, f"{path}: {answer.status_code} {answer.text}"
    return answer.json()


def login():
    """An access token of the administrator."""
    body = {"username": os.environ["MINTKEY_ADMIN_EMAIL"], "password": os.environ["MINTKEY_ADMIN_PASSWORD"]}
    return api("/login", json=body)["access_token"]


def create_token(**rest):
    """A token: its client ID, client secret and API key."""
    return api("/tokens", login(), json={"label": "foreign client", "scopes": GRANTED, **rest})


def invalidate(token):
    """Ends a token for good."""
    api(f"/tokens/{token['id']}/invalidate", login())


def metadata():
    """What the authorization server says of itself (RFC 8414)."""
    answer = requests.get(f"{URL}/.well-known/oauth-authorization-server", timeout=30)
    assert answer.status_code == 200
    return answer.json()
