from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.audit_action import AuditAction
from ..models.audit_outcome import AuditOutcome
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.audit_actor import AuditActor
    from ..models.audit_details import AuditDetails
    from ..models.audit_target import AuditTarget


T = TypeVar("T", bound="AuditEvent")


@_attrs_define
class AuditEvent:
    """An action that was done or refused, with its position in the organization's hash chain.

    Attributes:
        action (AuditAction | str): What was done: `token.create`. Events from older versions can have other names.
        actor (AuditActor): Who acted, by the name that they had then.
        count (int): How often it happened: more than once only where like events are counted together.
        details (AuditDetails): What an action changed: only the fields that did.
        hash_ (str): SHA-256 over the event and `previous_hash`, as 64 hexadecimal digits.
        id (UUID): One event of the audit log.
        occurred_at (datetime.datetime): Milliseconds since 1970-01-01T00:00:00Z; in JSON as RFC 3339 UTC with `Z` and
            three decimals.
        outcome (AuditOutcome): The outcome of an action in the audit log.
        previous_hash (str): The hash of the event before it; zeros for the first.
        sequence (int): Its number in the organization, from 1 and without gaps.
        target (AuditTarget): What was acted on, by the name that it had then.
        via (str): Authentication method.
        credential_id (None | Unset | UUID): The token or console session that was used.
        ip (None | str | Unset): IP address.
        request_id (None | Unset | UUID): The request; the server's log has it too.
        user_agent (None | str | Unset): User agent.
    """

    action: AuditAction | str
    actor: AuditActor
    count: int
    details: AuditDetails
    hash_: str
    id: UUID
    occurred_at: datetime.datetime
    outcome: AuditOutcome
    previous_hash: str
    sequence: int
    target: AuditTarget
    via: str
    credential_id: None | Unset | UUID = UNSET
    ip: None | str | Unset = UNSET
    request_id: None | Unset | UUID = UNSET
    user_agent: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        action: str
        if isinstance(self.action, AuditAction):
            action = self.action.value
        else:
            action = self.action

        actor = self.actor.to_dict()

        count = self.count

        details = self.details.to_dict()

        hash_ = self.hash_

        id = str(self.id)

        occurred_at = self.occurred_at.isoformat()

        outcome = self.outcome.value

        previous_hash = self.previous_hash

        sequence = self.sequence

        target = self.target.to_dict()

        via = self.via

        credential_id: None | str | Unset
        if isinstance(self.credential_id, Unset):
            credential_id = UNSET
        elif isinstance(self.credential_id, UUID):
            credential_id = str(self.credential_id)
        else:
            credential_id = self.credential_id

        ip: None | str | Unset
        if isinstance(self.ip, Unset):
            ip = UNSET
        else:
            ip = self.ip

        request_id: None | str | Unset
        if isinstance(self.request_id, Unset):
            request_id = UNSET
        elif isinstance(self.request_id, UUID):
            request_id = str(self.request_id)
        else:
            request_id = self.request_id

        user_agent: None | str | Unset
        if isinstance(self.user_agent, Unset):
            user_agent = UNSET
        else:
            user_agent = self.user_agent

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "action": action,
                "actor": actor,
                "count": count,
                "details": details,
                "hash": hash_,
                "id": id,
                "occurred_at": occurred_at,
                "outcome": outcome,
                "previous_hash": previous_hash,
                "sequence": sequence,
                "target": target,
                "via": via,
            }
        )
        if credential_id is not UNSET:
            field_dict["credential_id"] = credential_id
        if ip is not UNSET:
            field_dict["ip"] = ip
        if request_id is not UNSET:
            field_dict["request_id"] = request_id
        if user_agent is not UNSET:
            field_dict["user_agent"] = user_agent

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.audit_actor import AuditActor
        from ..models.audit_details import AuditDetails
        from ..models.audit_target import AuditTarget

        d = dict(src_dict)

        def _parse_action(data: object) -> AuditAction | str:
            try:
                if not isinstance(data, str):
                    raise TypeError()
                action_type_0 = AuditAction(data)

                return action_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AuditAction | str, data)

        action = _parse_action(d.pop("action"))

        actor = AuditActor.from_dict(d.pop("actor"))

        count = d.pop("count")

        details = AuditDetails.from_dict(d.pop("details"))

        hash_ = d.pop("hash")

        id = UUID(d.pop("id"))

        occurred_at = datetime.datetime.fromisoformat(d.pop("occurred_at"))

        outcome = AuditOutcome(d.pop("outcome"))

        previous_hash = d.pop("previous_hash")

        sequence = d.pop("sequence")

        target = AuditTarget.from_dict(d.pop("target"))

        via = d.pop("via")

        def _parse_credential_id(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                credential_id_type_0 = UUID(data)

                return credential_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        credential_id = _parse_credential_id(d.pop("credential_id", UNSET))

        def _parse_ip(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        ip = _parse_ip(d.pop("ip", UNSET))

        def _parse_request_id(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                request_id_type_0 = UUID(data)

                return request_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        request_id = _parse_request_id(d.pop("request_id", UNSET))

        def _parse_user_agent(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        user_agent = _parse_user_agent(d.pop("user_agent", UNSET))

        audit_event = cls(
            action=action,
            actor=actor,
            count=count,
            details=details,
            hash_=hash_,
            id=id,
            occurred_at=occurred_at,
            outcome=outcome,
            previous_hash=previous_hash,
            sequence=sequence,
            target=target,
            via=via,
            credential_id=credential_id,
            ip=ip,
            request_id=request_id,
            user_agent=user_agent,
        )

        audit_event.additional_properties = d
        return audit_event

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
