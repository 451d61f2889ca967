from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.minted_token import MintedToken
from ...models.problem import Problem
from ...models.token_rotation import TokenRotation
from ...types import UNSET, Response, Unset


def _get_kwargs(
    id: UUID,
    *,
    body: TokenRotation | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(idempotency_key, Unset):
        headers["Idempotency-Key"] = idempotency_key

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/tokens/{id}/rotate".format(
            id=quote(str(id), safe=""),
        ),
    }

    if not isinstance(body, Unset):
        _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> MintedToken | Problem | None:
    if response.status_code == 200:
        response_200 = MintedToken.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())

        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())

        return response_403

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())

        return response_404

    if response.status_code == 409:
        response_409 = Problem.from_dict(response.json())

        return response_409

    if response.status_code == 413:
        response_413 = Problem.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = Problem.from_dict(response.json())

        return response_415

    if response.status_code == 421:
        response_421 = Problem.from_dict(response.json())

        return response_421

    if response.status_code == 422:
        response_422 = Problem.from_dict(response.json())

        return response_422

    if response.status_code == 429:
        response_429 = Problem.from_dict(response.json())

        return response_429

    if response.status_code == 431:
        response_431 = Problem.from_dict(response.json())

        return response_431

    if response.status_code == 500:
        response_500 = Problem.from_dict(response.json())

        return response_500

    if response.status_code == 503:
        response_503 = Problem.from_dict(response.json())

        return response_503

    if response.status_code == 504:
        response_504 = Problem.from_dict(response.json())

        return response_504

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[MintedToken | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    id: UUID,
    *,
    client: AuthenticatedClient,
    body: TokenRotation | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> Response[MintedToken | Problem]:
    """Rotate a token's secret

     Gives the token a new secret, shown only in this answer. Without `overlap`, older secrets and client
    keys stop
    working at once; with it, they all work until the overlap ends, at most until the token expires.
    `keep_client_keys`
    keeps the client keys. Access tokens keep working.

    Args:
        id (UUID):
        idempotency_key (str | Unset):
        body (TokenRotation | Unset): How a token's secret is replaced.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[MintedToken | Problem]
    """

    kwargs = _get_kwargs(
        id=id,
        body=body,
        idempotency_key=idempotency_key,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    id: UUID,
    *,
    client: AuthenticatedClient,
    body: TokenRotation | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> MintedToken | Problem | None:
    """Rotate a token's secret

     Gives the token a new secret, shown only in this answer. Without `overlap`, older secrets and client
    keys stop
    working at once; with it, they all work until the overlap ends, at most until the token expires.
    `keep_client_keys`
    keeps the client keys. Access tokens keep working.

    Args:
        id (UUID):
        idempotency_key (str | Unset):
        body (TokenRotation | Unset): How a token's secret is replaced.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        MintedToken | Problem
    """

    return sync_detailed(
        id=id,
        client=client,
        body=body,
        idempotency_key=idempotency_key,
    ).parsed


async def asyncio_detailed(
    id: UUID,
    *,
    client: AuthenticatedClient,
    body: TokenRotation | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> Response[MintedToken | Problem]:
    """Rotate a token's secret

     Gives the token a new secret, shown only in this answer. Without `overlap`, older secrets and client
    keys stop
    working at once; with it, they all work until the overlap ends, at most until the token expires.
    `keep_client_keys`
    keeps the client keys. Access tokens keep working.

    Args:
        id (UUID):
        idempotency_key (str | Unset):
        body (TokenRotation | Unset): How a token's secret is replaced.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[MintedToken | Problem]
    """

    kwargs = _get_kwargs(
        id=id,
        body=body,
        idempotency_key=idempotency_key,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    id: UUID,
    *,
    client: AuthenticatedClient,
    body: TokenRotation | Unset = UNSET,
    idempotency_key: str | Unset = UNSET,
) -> MintedToken | Problem | None:
    """Rotate a token's secret

     Gives the token a new secret, shown only in this answer. Without `overlap`, older secrets and client
    keys stop
    working at once; with it, they all work until the overlap ends, at most until the token expires.
    `keep_client_keys`
    keeps the client keys. Access tokens keep working.

    Args:
        id (UUID):
        idempotency_key (str | Unset):
        body (TokenRotation | Unset): How a token's secret is replaced.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        MintedToken | Problem
    """

    return (
        await asyncio_detailed(
            id=id,
            client=client,
            body=body,
            idempotency_key=idempotency_key,
        )
    ).parsed
