import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

import httpx

from ... import errors
from ...client import AuthenticatedClient, Client
from ...models.audit_action import AuditAction
from ...models.audit_event_page import AuditEventPage
from ...models.audit_target_type import AuditTargetType
from ...models.list_audit_events_outcome import ListAuditEventsOutcome
from ...models.problem import Problem
from ...types import UNSET, Response, Unset


def _get_kwargs(
    *,
    actor: UUID | Unset = UNSET,
    credential: UUID | Unset = UNSET,
    action: AuditAction | str | Unset = UNSET,
    target: UUID | Unset = UNSET,
    target_type: AuditTargetType | str | Unset = UNSET,
    outcome: ListAuditEventsOutcome | Unset = UNSET,
    since: datetime.datetime | Unset = UNSET,
    until: datetime.datetime | Unset = UNSET,
    q: str | Unset = UNSET,
    page: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    cursor: str | Unset = UNSET,
) -> dict[str, Any]:

    params: dict[str, Any] = {}

    json_actor: str | Unset = UNSET
    if not isinstance(actor, Unset):
        json_actor = str(actor)
    params["actor"] = json_actor

    json_credential: str | Unset = UNSET
    if not isinstance(credential, Unset):
        json_credential = str(credential)
    params["credential"] = json_credential

    json_action: str | Unset
    if isinstance(action, Unset):
        json_action = UNSET
    elif isinstance(action, AuditAction):
        json_action = action.value
    else:
        json_action = action
    params["action"] = json_action

    json_target: str | Unset = UNSET
    if not isinstance(target, Unset):
        json_target = str(target)
    params["target"] = json_target

    json_target_type: str | Unset
    if isinstance(target_type, Unset):
        json_target_type = UNSET
    elif isinstance(target_type, AuditTargetType):
        json_target_type = target_type.value
    else:
        json_target_type = target_type
    params["target_type"] = json_target_type

    json_outcome: str | Unset = UNSET
    if not isinstance(outcome, Unset):
        json_outcome = outcome.value

    params["outcome"] = json_outcome

    json_since: str | Unset = UNSET
    if not isinstance(since, Unset):
        json_since = since.isoformat()
    params["since"] = json_since

    json_until: str | Unset = UNSET
    if not isinstance(until, Unset):
        json_until = until.isoformat()
    params["until"] = json_until

    params["q"] = q

    params["page"] = page

    params["limit"] = limit

    params["cursor"] = cursor

    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}

    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/api/v1/audit",
        "params": params,
    }

    return _kwargs


def _parse_response(
    *, client: AuthenticatedClient | Client, response: httpx.Response
) -> AuditEventPage | Problem | None:
    if response.status_code == 200:
        response_200 = AuditEventPage.from_dict(response.json())

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
) -> Response[AuditEventPage | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    *,
    client: AuthenticatedClient,
    actor: UUID | Unset = UNSET,
    credential: UUID | Unset = UNSET,
    action: AuditAction | str | Unset = UNSET,
    target: UUID | Unset = UNSET,
    target_type: AuditTargetType | str | Unset = UNSET,
    outcome: ListAuditEventsOutcome | Unset = UNSET,
    since: datetime.datetime | Unset = UNSET,
    until: datetime.datetime | Unset = UNSET,
    q: str | Unset = UNSET,
    page: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    cursor: str | Unset = UNSET,
) -> Response[AuditEventPage | Problem]:
    """List audit events

     What was done in the organization, newest first: by whom, with which credential, from where, to
    what, and what it
    changed. No event ever has a secret. A filtered `total` counts to 10,000 at most and then has
    `total_capped`.

    Args:
        actor (UUID | Unset):
        credential (UUID | Unset):
        action (AuditAction | str | Unset): What was done: `token.create`. Events from older
            versions can have other names.
        target (UUID | Unset):
        target_type (AuditTargetType | str | Unset): What kind of thing it is: `token`. Events
            from older versions can have other names.
        outcome (ListAuditEventsOutcome | Unset): The outcome of an action in the audit log.
        since (datetime.datetime | Unset): A time in a query.
        until (datetime.datetime | Unset): A time in a query.
        q (str | Unset):
        page (int | Unset):
        limit (int | Unset):
        cursor (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AuditEventPage | Problem]
    """

    kwargs = _get_kwargs(
        actor=actor,
        credential=credential,
        action=action,
        target=target,
        target_type=target_type,
        outcome=outcome,
        since=since,
        until=until,
        q=q,
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
    actor: UUID | Unset = UNSET,
    credential: UUID | Unset = UNSET,
    action: AuditAction | str | Unset = UNSET,
    target: UUID | Unset = UNSET,
    target_type: AuditTargetType | str | Unset = UNSET,
    outcome: ListAuditEventsOutcome | Unset = UNSET,
    since: datetime.datetime | Unset = UNSET,
    until: datetime.datetime | Unset = UNSET,
    q: str | Unset = UNSET,
    page: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    cursor: str | Unset = UNSET,
) -> AuditEventPage | Problem | None:
    """List audit events

     What was done in the organization, newest first: by whom, with which credential, from where, to
    what, and what it
    changed. No event ever has a secret. A filtered `total` counts to 10,000 at most and then has
    `total_capped`.

    Args:
        actor (UUID | Unset):
        credential (UUID | Unset):
        action (AuditAction | str | Unset): What was done: `token.create`. Events from older
            versions can have other names.
        target (UUID | Unset):
        target_type (AuditTargetType | str | Unset): What kind of thing it is: `token`. Events
            from older versions can have other names.
        outcome (ListAuditEventsOutcome | Unset): The outcome of an action in the audit log.
        since (datetime.datetime | Unset): A time in a query.
        until (datetime.datetime | Unset): A time in a query.
        q (str | Unset):
        page (int | Unset):
        limit (int | Unset):
        cursor (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AuditEventPage | Problem
    """

    return sync_detailed(
        client=client,
        actor=actor,
        credential=credential,
        action=action,
        target=target,
        target_type=target_type,
        outcome=outcome,
        since=since,
        until=until,
        q=q,
        page=page,
        limit=limit,
        cursor=cursor,
    ).parsed


async def asyncio_detailed(
    *,
    client: AuthenticatedClient,
    actor: UUID | Unset = UNSET,
    credential: UUID | Unset = UNSET,
    action: AuditAction | str | Unset = UNSET,
    target: UUID | Unset = UNSET,
    target_type: AuditTargetType | str | Unset = UNSET,
    outcome: ListAuditEventsOutcome | Unset = UNSET,
    since: datetime.datetime | Unset = UNSET,
    until: datetime.datetime | Unset = UNSET,
    q: str | Unset = UNSET,
    page: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    cursor: str | Unset = UNSET,
) -> Response[AuditEventPage | Problem]:
    """List audit events

     What was done in the organization, newest first: by whom, with which credential, from where, to
    what, and what it
    changed. No event ever has a secret. A filtered `total` counts to 10,000 at most and then has
    `total_capped`.

    Args:
        actor (UUID | Unset):
        credential (UUID | Unset):
        action (AuditAction | str | Unset): What was done: `token.create`. Events from older
            versions can have other names.
        target (UUID | Unset):
        target_type (AuditTargetType | str | Unset): What kind of thing it is: `token`. Events
            from older versions can have other names.
        outcome (ListAuditEventsOutcome | Unset): The outcome of an action in the audit log.
        since (datetime.datetime | Unset): A time in a query.
        until (datetime.datetime | Unset): A time in a query.
        q (str | Unset):
        page (int | Unset):
        limit (int | Unset):
        cursor (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[AuditEventPage | Problem]
    """

    kwargs = _get_kwargs(
        actor=actor,
        credential=credential,
        action=action,
        target=target,
        target_type=target_type,
        outcome=outcome,
        since=since,
        until=until,
        q=q,
        page=page,
        limit=limit,
        cursor=cursor,
    )

    response = await client.get_async_httpx_client().request(**kwargs)

    return _build_response(client=client, response=response)


async def asyncio(
    *,
    client: AuthenticatedClient,
    actor: UUID | Unset = UNSET,
    credential: UUID | Unset = UNSET,
    action: AuditAction | str | Unset = UNSET,
    target: UUID | Unset = UNSET,
    target_type: AuditTargetType | str | Unset = UNSET,
    outcome: ListAuditEventsOutcome | Unset = UNSET,
    since: datetime.datetime | Unset = UNSET,
    until: datetime.datetime | Unset = UNSET,
    q: str | Unset = UNSET,
    page: int | Unset = UNSET,
    limit: int | Unset = UNSET,
    cursor: str | Unset = UNSET,
) -> AuditEventPage | Problem | None:
    """List audit events

     What was done in the organization, newest first: by whom, with which credential, from where, to
    what, and what it
    changed. No event ever has a secret. A filtered `total` counts to 10,000 at most and then has
    `total_capped`.

    Args:
        actor (UUID | Unset):
        credential (UUID | Unset):
        action (AuditAction | str | Unset): What was done: `token.create`. Events from older
            versions can have other names.
        target (UUID | Unset):
        target_type (AuditTargetType | str | Unset): What kind of thing it is: `token`. Events
            from older versions can have other names.
        outcome (ListAuditEventsOutcome | Unset): The outcome of an action in the audit log.
        since (datetime.datetime | Unset): A time in a query.
        until (datetime.datetime | Unset): A time in a query.
        q (str | Unset):
        page (int | Unset):
        limit (int | Unset):
        cursor (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        AuditEventPage | Problem
    """

    return (
        await asyncio_detailed(
            client=client,
            actor=actor,
            credential=credential,
            action=action,
            target=target,
            target_type=target_type,
            outcome=outcome,
            since=since,
            until=until,
            q=q,
            page=page,
            limit=limit,
            cursor=cursor,
        )
    ).parsed
