from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.problem import Problem
from ...models.reviewed_token import ReviewedToken
from ...models.token_review import TokenReview
from ...types import Response


def _get_kwargs(
    id: UUID,
    *,
    body: TokenReview,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/k8s/{id}/tokenreview".format(
            id=quote(str(id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | ReviewedToken | None:
    if response.status_code == 200:
        response_200 = ReviewedToken.from_dict(response.json())

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

    if response.status_code == 413:
        response_413 = Problem.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = Problem.from_dict(response.json())

        return response_415

    if response.status_code == 421:
        response_421 = Problem.from_dict(response.json())

        return response_421

    if response.status_code == 429:
        response_429 = Problem.from_dict(response.json())

        return response_429

    if response.status_code == 500:
        response_500 = Problem.from_dict(response.json())

        return response_500

    if response.status_code == 503:
        response_503 = Problem.from_dict(response.json())

        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[Problem | ReviewedToken]:
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
    body: TokenReview,
) -> Response[Problem | ReviewedToken]:
    """Review a token for a Kubernetes cluster

     The webhook of a cluster's API server. `status.authenticated` is `false` for whatever isn't good
    now. The user's name is
    `mintkey:` with the IDs of the organization and of the owner, its groups are those of the cluster
    whose scope the token may use. A token that is bound to addresses or to a certificate isn't
    accepted.

    Args:
        id (UUID):
        body (TokenReview): A bearer token to review, as Kubernetes sends it. Other members are
            ignored.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ReviewedToken]
    """

    kwargs = _get_kwargs(
        id=id,
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    id: UUID,
    *,
    client: AuthenticatedClient,
    body: TokenReview,
) -> Problem | ReviewedToken | None:
    """Review a token for a Kubernetes cluster

     The webhook of a cluster's API server. `status.authenticated` is `false` for whatever isn't good
    now. The user's name is
    `mintkey:` with the IDs of the organization and of the owner, its groups are those of the cluster
    whose scope the token may use. A token that is bound to addresses or to a certificate isn't
    accepted.

    Args:
        id (UUID):
        body (TokenReview): A bearer token to review, as Kubernetes sends it. Other members are
            ignored.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ReviewedToken
    """

    return sync_detailed(
        id=id,
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    id: UUID,
    *,
    client: AuthenticatedClient,
    body: TokenReview,
) -> Response[Problem | ReviewedToken]:
    """Review a token for a Kubernetes cluster

     The webhook of a cluster's API server. `status.authenticated` is `false` for whatever isn't good
    now. The user's name is
    `mintkey:` with the IDs of the organization and of the owner, its groups are those of the cluster
    whose scope the token may use. A token that is bound to addresses or to a certificate isn't
    accepted.

    Args:
        id (UUID):
        body (TokenReview): A bearer token to review, as Kubernetes sends it. Other members are
            ignored.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | ReviewedToken]
    """

    kwargs = _get_kwargs(
        id=id,
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    id: UUID,
    *,
    client: AuthenticatedClient,
    body: TokenReview,
) -> Problem | ReviewedToken | None:
    """Review a token for a Kubernetes cluster

     The webhook of a cluster's API server. `status.authenticated` is `false` for whatever isn't good
    now. The user's name is
    `mintkey:` with the IDs of the organization and of the owner, its groups are those of the cluster
    whose scope the token may use. A token that is bound to addresses or to a certificate isn't
    accepted.

    Args:
        id (UUID):
        body (TokenReview): A bearer token to review, as Kubernetes sends it. Other members are
            ignored.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | ReviewedToken
    """

    return (
        await asyncio_detailed(
            id=id,
            client=client,
            body=body,
        )
    ).parsed
