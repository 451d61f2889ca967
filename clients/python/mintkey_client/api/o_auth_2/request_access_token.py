from http import HTTPStatus
from typing import Any

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.access_token import AccessToken
from ...models.access_token_request import AccessTokenRequest
from ...models.o_auth_error import OAuthError
from ...models.problem import Problem
from ...types import Response


def _get_kwargs(
    *,
    body: AccessTokenRequest,
) -> dict[str, Any]:
    headers: dict[str, Any] = {}

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/oauth/token",
    }

    _kwargs["data"] = body.to_dict()
    headers["Content-Type"] = "application/x-www-form-urlencoded"

    _kwargs["headers"] = headers
    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> AccessToken | OAuthError | Problem | None:
    if response.status_code == 200:
        response_200 = AccessToken.from_dict(response.json())

        return response_200

    if response.status_code == 400:
        response_400 = OAuthError.from_dict(response.json())

        return response_400

    if response.status_code == 401:
        response_401 = OAuthError.from_dict(response.json())

        return response_401

    if response.status_code == 413:
        response_413 = OAuthError.from_dict(response.json())

        return response_413

    if response.status_code == 429:
        response_429 = OAuthError.from_dict(response.json())

        return response_429

    if response.status_code == 431:
        response_431 = Problem.from_dict(response.json())

        return response_431

    if response.status_code == 500:
        response_500 = OAuthError.from_dict(response.json())

        return response_500

    if response.status_code == 503:
        response_503 = OAuthError.from_dict(response.json())

        return response_503

    if response.status_code == 504:
        response_504 = OAuthError.from_dict(response.json())

        return response_504

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> Response[AccessToken | OAuthError | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    body: AccessTokenRequest,
) -> Response[AccessToken | OAuthError | Problem]:
    """Request an access token

     The client credentials grant. The client authenticates by `Basic` (ID and secret form-encoded, as in
    RFC 6749
    section 2.3.1), by `client_id` and `client_secret` in the form, by a JWT that it signed with one of
    its keys
    (`private_key_jwt`, RFC 7523), or by `client_id` and its certificate (`tls_client_auth`, RFC 8705),
    and not in two ways.
    The certificate is needed with the access token too. The access token is a JWT (RFC 9068) with a
    lifetime of at most
    an hour; it never outlives its token, and is revoked with it.

    Args:
        body (AccessTokenRequest): A request for an access token.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AccessToken | OAuthError | Problem]
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
    body: AccessTokenRequest,
) -> AccessToken | OAuthError | Problem | None:
    """Request an access token

     The client credentials grant. The client authenticates by `Basic` (ID and secret form-encoded, as in
    RFC 6749
    section 2.3.1), by `client_id` and `client_secret` in the form, by a JWT that it signed with one of
    its keys
    (`private_key_jwt`, RFC 7523), or by `client_id` and its certificate (`tls_client_auth`, RFC 8705),
    and not in two ways.
    The certificate is needed with the access token too. The access token is a JWT (RFC 9068) with a
    lifetime of at most
    an hour; it never outlives its token, and is revoked with it.

    Args:
        body (AccessTokenRequest): A request for an access token.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AccessToken | OAuthError | Problem
    """

    return sync_detailed(
        client=client,
        body=body,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    body: AccessTokenRequest,
) -> Response[AccessToken | OAuthError | Problem]:
    """Request an access token

     The client credentials grant. The client authenticates by `Basic` (ID and secret form-encoded, as in
    RFC 6749
    section 2.3.1), by `client_id` and `client_secret` in the form, by a JWT that it signed with one of
    its keys
    (`private_key_jwt`, RFC 7523), or by `client_id` and its certificate (`tls_client_auth`, RFC 8705),
    and not in two ways.
    The certificate is needed with the access token too. The access token is a JWT (RFC 9068) with a
    lifetime of at most
    an hour; it never outlives its token, and is revoked with it.

    Args:
        body (AccessTokenRequest): A request for an access token.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AccessToken | OAuthError | Problem]
    """

    kwargs = _get_kwargs(
        body=body,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    body: AccessTokenRequest,
) -> AccessToken | OAuthError | Problem | None:
    """Request an access token

     The client credentials grant. The client authenticates by `Basic` (ID and secret form-encoded, as in
    RFC 6749
    section 2.3.1), by `client_id` and `client_secret` in the form, by a JWT that it signed with one of
    its keys
    (`private_key_jwt`, RFC 7523), or by `client_id` and its certificate (`tls_client_auth`, RFC 8705),
    and not in two ways.
    The certificate is needed with the access token too. The access token is a JWT (RFC 9068) with a
    lifetime of at most
    an hour; it never outlives its token, and is revoked with it.

    Args:
        body (AccessTokenRequest): A request for an access token.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AccessToken | OAuthError | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            body=body,
        )
    ).parsed
