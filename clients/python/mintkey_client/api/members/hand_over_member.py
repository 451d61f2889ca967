from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.hand_over import HandOver
from ...models.member_hand_over import MemberHandOver
from ...models.problem import Problem
from ...types import Response


def _get_kwargs(
    id: UUID,
    *,
    body: MemberHandOver,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/members/{id}/hand-over".format(
            id=quote(str(id), safe=""),
        ),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> HandOver | Problem | None:
    if response.status_code == 200:
        response_200 = HandOver.from_dict(response.json())

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
) -> Response[HandOver | Problem]:
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
    body: MemberHandOver,
) -> Response[HandOver | Problem]:
    """Hand over what a member owns

     Their tokens go to another active member or to an active service account, and the service accounts
    that they manage
    go to the other member. Because the member knows the tokens' secrets, these stop working at once;
    the new owner
    rotates a token to get a new secret. Tokens of the service accounts stay as they are: rotate those
    whose secrets the
    member may have kept. Requires `mintkey:tokens.write` too.

    Args:
        id (UUID):
        body (MemberHandOver): A request to hand over what a member owns.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[HandOver | Problem]
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
    body: MemberHandOver,
) -> HandOver | Problem | None:
    """Hand over what a member owns

     Their tokens go to another active member or to an active service account, and the service accounts
    that they manage
    go to the other member. Because the member knows the tokens' secrets, these stop working at once;
    the new owner
    rotates a token to get a new secret. Tokens of the service accounts stay as they are: rotate those
    whose secrets the
    member may have kept. Requires `mintkey:tokens.write` too.

    Args:
        id (UUID):
        body (MemberHandOver): A request to hand over what a member owns.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        HandOver | Problem
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
    body: MemberHandOver,
) -> Response[HandOver | Problem]:
    """Hand over what a member owns

     Their tokens go to another active member or to an active service account, and the service accounts
    that they manage
    go to the other member. Because the member knows the tokens' secrets, these stop working at once;
    the new owner
    rotates a token to get a new secret. Tokens of the service accounts stay as they are: rotate those
    whose secrets the
    member may have kept. Requires `mintkey:tokens.write` too.

    Args:
        id (UUID):
        body (MemberHandOver): A request to hand over what a member owns.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[HandOver | Problem]
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
    body: MemberHandOver,
) -> HandOver | Problem | None:
    """Hand over what a member owns

     Their tokens go to another active member or to an active service account, and the service accounts
    that they manage
    go to the other member. Because the member knows the tokens' secrets, these stop working at once;
    the new owner
    rotates a token to get a new secret. Tokens of the service accounts stay as they are: rotate those
    whose secrets the
    member may have kept. Requires `mintkey:tokens.write` too.

    Args:
        id (UUID):
        body (MemberHandOver): A request to hand over what a member owns.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        HandOver | Problem
    """

    return (
        await asyncio_detailed(
            id=id,
            client=client,
            body=body,
        )
    ).parsed
