"""Creates, rotates and invalidates a token."""

import os
from typing import TypeVar

from mintkey_client import AuthenticatedClient
from mintkey_client.api.credentials import get_me
from mintkey_client.api.tokens import create_token, invalidate_token, list_tokens, rotate_token
from mintkey_client.models import ListTokensStatus, MintedToken, NewToken, Problem, TokenInvalidation, TokenRotation

client = AuthenticatedClient(base_url=os.environ["MINTKEY_URL"], token=os.environ["MINTKEY_TOKEN"])


T = TypeVar("T")


def checked(answer: T | Problem | None) -> T:
    """The answer, unless it is a refusal."""
    if answer is None or isinstance(answer, Problem):
        raise SystemExit(f"refused: {answer and answer.detail}")
    return answer


print("I am", checked(get_me.sync(client=client)).principal.name)

new = NewToken(label="hall-b-gateway", scopes=["mintkey:tokens.read"], ttl="90d")
created: MintedToken = checked(create_token.sync(client=client, body=new))
print(created.id, "has the key", created.key_hint)

rotated = checked(rotate_token.sync(created.id, client=client, body=TokenRotation(overlap="24h")))
print("it has the key", rotated.key_hint, "now, and the old one until", rotated.previous_secret_expires_at)

checked(invalidate_token.sync(created.id, client=client, body=TokenInvalidation(reason="an example")))
print("active:", checked(list_tokens.sync(client=client, status=ListTokensStatus.ACTIVE)).total)
