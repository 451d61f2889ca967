from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.access_token import AccessToken
from ...models.login import Login
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    body: Login | Unset = UNSET,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/api/v1/login",
    }

    if isinstance(body, Login):
        if not isinstance(body, Unset):
            _kwargs["json"] = body.to_dict()

        headers["Content-Type"] = "application/json"
    if isinstance(body, Login):
        if not isinstance(body, Unset):
            _kwargs["data"] = body.to_dict()
        headers["Content-Type"] = "application/x-www-form-urlencoded"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> AccessToken | Problem | None:
    if response.status_code == 200:
        response_200 = AccessToken.from_dict(response.json())

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

    if response.status_code == 413:
        response_413 = Problem.from_dict(response.json())

        return response_413

    if response.status_code == 415:
        response_415 = Problem.from_dict(response.json())

        return response_415

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
) -> Response[AccessToken | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: Login | Unset = UNSET,
) -> Response[AccessToken | Problem]:
    """Exchange a password or a client secret for an access token

     Send `username` and `password`, or `client_id` and `client_secret`; as JSON or as a form. The access
    token is a JWT
    (RFC 9068) that is sent as `Authorization: Bearer …`. It never outlives the token that it came from,
    and is revoked
    with it. After 5 failures in 15 minutes for one account from one address, or 100 from one address,
    further attempts
    get 429.

    Args:
        body (Login | Unset): A user's or a client's secret. Either `username` and `password`, or
            `client_id` and `client_secret`.
        body (Login | Unset): A user's or a client's secret. Either `username` and `password`, or
            `client_id` and `client_secret`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AccessToken | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)


def sync(
    *,
    client: AuthenticatedClient,
    body: Login | Unset = UNSET,
) -> AccessToken | Problem | None:
    """Exchange a password or a client secret for an access token

     Send `username` and `password`, or `client_id` and `client_secret`; as JSON or as a form. The access
    token is a JWT
    (RFC 9068) that is sent as `Authorization: Bearer …`. It never outlives the token that it came from,
    and is revoked
    with it. After 5 failures in 15 minutes for one account from one address, or 100 from one address,
    further attempts
    get 429.

    Args:
        body (Login | Unset): A user's or a client's secret. Either `username` and `password`, or
            `client_id` and `client_secret`.
        body (Login | Unset): A user's or a client's secret. Either `username` and `password`, or
            `client_id` and `client_secret`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AccessToken | Problem
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: Login | Unset = UNSET,
) -> Response[AccessToken | Problem]:
    """Exchange a password or a client secret for an access token

     Send `username` and `password`, or `client_id` and `client_secret`; as JSON or as a form. The access
    token is a JWT
    (RFC 9068) that is sent as `Authorization: Bearer …`. It never outlives the token that it came from,
    and is revoked
    with it. After 5 failures in 15 minutes for one account from one address, or 100 from one address,
    further attempts
    get 429.

    Args:
        body (Login | Unset): A user's or a client's secret. Either `username` and `password`, or
            `client_id` and `client_secret`.
        body (Login | Unset): A user's or a client's secret. Either `username` and `password`, or
            `client_id` and `client_secret`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AccessToken | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: Login | Unset = UNSET,
) -> AccessToken | Problem | None:
    """Exchange a password or a client secret for an access token

     Send `username` and `password`, or `client_id` and `client_secret`; as JSON or as a form. The access
    token is a JWT
    (RFC 9068) that is sent as `Authorization: Bearer …`. It never outlives the token that it came from,
    and is revoked
    with it. After 5 failures in 15 minutes for one account from one address, or 100 from one address,
    further attempts
    get 429.

    Args:
        body (Login | Unset): A user's or a client's secret. Either `username` and `password`, or
            `client_id` and `client_secret`.
        body (Login | Unset): A user's or a client's secret. Either `username` and `password`, or
            `client_id` and `client_secret`.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AccessToken | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
