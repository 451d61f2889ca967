from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.list_tokens_kind import ListTokensKind
from ...models.list_tokens_sort import ListTokensSort
from ...models.list_tokens_status import ListTokensStatus
from ...models.problem import Problem
from ...models.token_page import TokenPage
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    status: ListTokensStatus | Unset = UNSET,
    expiring_within: str | Unset = UNSET,
    owner_id: UUID | Unset = UNSET,
    kind: ListTokensKind | Unset = UNSET,
    scope: str | Unset = UNSET,
    q: str | Unset = UNSET,
    sort: ListTokensSort | Unset = UNSET,
    page: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    cursor: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_status: str | Unset = UNSET
    if not isinstance(status, Unset):
        json_status = status.value

    params["status"] = json_status

    params["expiring_within"] = expiring_within

    json_owner_id: str | Unset = UNSET
    if not isinstance(owner_id, Unset):
        json_owner_id = str(owner_id)
    params["owner_id"] = json_owner_id

    json_kind: str | Unset = UNSET
    if not isinstance(kind, Unset):
        json_kind = kind.value

    params["kind"] = json_kind

    params["scope"] = scope

    params["q"] = q

    json_sort: str | Unset = UNSET
    if not isinstance(sort, Unset):
        json_sort = sort.value

    params["sort"] = json_sort

    params["page"] = page

    params["limit"] = limit

    params["cursor"] = cursor

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/tokens",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Problem | TokenPage | None:
    if response.status_code == 200:
        response_200 = TokenPage.from_dict(response.json())

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
) -> Response[Problem | TokenPage]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    status: ListTokensStatus | Unset = UNSET,
    expiring_within: str | Unset = UNSET,
    owner_id: UUID | Unset = UNSET,
    kind: ListTokensKind | Unset = UNSET,
    scope: str | Unset = UNSET,
    q: str | Unset = UNSET,
    sort: ListTokensSort | Unset = UNSET,
    page: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    cursor: str | Unset = UNSET,
) -> Response[Problem | TokenPage]:
    """List tokens

     Your own tokens; administrators and auditors see those of the whole organization. Expired and
    invalidated tokens are
    listed too. A filtered `total` counts to 10,000 at most and then has `total_capped`. A list never
    has a secret.

    Args:
        status (ListTokensStatus | Unset): The status of a token at a point in time.
        expiring_within (str | Unset): A duration in milliseconds, always more than zero: `10s`,
            `60m`, `10000h`, `90d`, `2w`, `1h30m`.
        owner_id (UUID | Unset):
        kind (ListTokensKind | Unset): The kinds of credential that a token can be.
        scope (str | Unset): A scope's name, `*`, or a prefix followed by `.*` or `:*`.
        q (str | Unset):
        sort (ListTokensSort | Unset):
        page (int | Unset):
        limit (int | Unset):
        cursor (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | TokenPage]
    """

    kwargs = _get_kwargs(
        status=status,
        expiring_within=expiring_within,
        owner_id=owner_id,
        kind=kind,
        scope=scope,
        q=q,
        sort=sort,
        page=page,
        limit=limit,
        cursor=cursor,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    status: ListTokensStatus | Unset = UNSET,
    expiring_within: str | Unset = UNSET,
    owner_id: UUID | Unset = UNSET,
    kind: ListTokensKind | Unset = UNSET,
    scope: str | Unset = UNSET,
    q: str | Unset = UNSET,
    sort: ListTokensSort | Unset = UNSET,
    page: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    cursor: str | Unset = UNSET,
) -> Problem | TokenPage | None:
    """List tokens

     Your own tokens; administrators and auditors see those of the whole organization. Expired and
    invalidated tokens are
    listed too. A filtered `total` counts to 10,000 at most and then has `total_capped`. A list never
    has a secret.

    Args:
        status (ListTokensStatus | Unset): The status of a token at a point in time.
        expiring_within (str | Unset): A duration in milliseconds, always more than zero: `10s`,
            `60m`, `10000h`, `90d`, `2w`, `1h30m`.
        owner_id (UUID | Unset):
        kind (ListTokensKind | Unset): The kinds of credential that a token can be.
        scope (str | Unset): A scope's name, `*`, or a prefix followed by `.*` or `:*`.
        q (str | Unset):
        sort (ListTokensSort | Unset):
        page (int | Unset):
        limit (int | Unset):
        cursor (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | TokenPage
    """

    return sync_detailed(
        client=client,
        status=status,
        expiring_within=expiring_within,
        owner_id=owner_id,
        kind=kind,
        scope=scope,
        q=q,
        sort=sort,
        page=page,
        limit=limit,
        cursor=cursor,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    status: ListTokensStatus | Unset = UNSET,
    expiring_within: str | Unset = UNSET,
    owner_id: UUID | Unset = UNSET,
    kind: ListTokensKind | Unset = UNSET,
    scope: str | Unset = UNSET,
    q: str | Unset = UNSET,
    sort: ListTokensSort | Unset = UNSET,
    page: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    cursor: str | Unset = UNSET,
) -> Response[Problem | TokenPage]:
    """List tokens

     Your own tokens; administrators and auditors see those of the whole organization. Expired and
    invalidated tokens are
    listed too. A filtered `total` counts to 10,000 at most and then has `total_capped`. A list never
    has a secret.

    Args:
        status (ListTokensStatus | Unset): The status of a token at a point in time.
        expiring_within (str | Unset): A duration in milliseconds, always more than zero: `10s`,
            `60m`, `10000h`, `90d`, `2w`, `1h30m`.
        owner_id (UUID | Unset):
        kind (ListTokensKind | Unset): The kinds of credential that a token can be.
        scope (str | Unset): A scope's name, `*`, or a prefix followed by `.*` or `:*`.
        q (str | Unset):
        sort (ListTokensSort | Unset):
        page (int | Unset):
        limit (int | Unset):
        cursor (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | TokenPage]
    """

    kwargs = _get_kwargs(
        status=status,
        expiring_within=expiring_within,
        owner_id=owner_id,
        kind=kind,
        scope=scope,
        q=q,
        sort=sort,
        page=page,
        limit=limit,
        cursor=cursor,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    status: ListTokensStatus | Unset = UNSET,
    expiring_within: str | Unset = UNSET,
    owner_id: UUID | Unset = UNSET,
    kind: ListTokensKind | Unset = UNSET,
    scope: str | Unset = UNSET,
    q: str | Unset = UNSET,
    sort: ListTokensSort | Unset = UNSET,
    page: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    cursor: str | Unset = UNSET,
) -> Problem | TokenPage | None:
    """List tokens

     Your own tokens; administrators and auditors see those of the whole organization. Expired and
    invalidated tokens are
    listed too. A filtered `total` counts to 10,000 at most and then has `total_capped`. A list never
    has a secret.

    Args:
        status (ListTokensStatus | Unset): The status of a token at a point in time.
        expiring_within (str | Unset): A duration in milliseconds, always more than zero: `10s`,
            `60m`, `10000h`, `90d`, `2w`, `1h30m`.
        owner_id (UUID | Unset):
        kind (ListTokensKind | Unset): The kinds of credential that a token can be.
        scope (str | Unset): A scope's name, `*`, or a prefix followed by `.*` or `:*`.
        q (str | Unset):
        sort (ListTokensSort | Unset):
        page (int | Unset):
        limit (int | Unset):
        cursor (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | TokenPage
    """

    return (
        await asyncio_detailed(
            client=client,
            status=status,
            expiring_within=expiring_within,
            owner_id=owner_id,
            kind=kind,
            scope=scope,
            q=q,
            sort=sort,
            page=page,
            limit=limit,
            cursor=cursor,
        )
    ).parsed
