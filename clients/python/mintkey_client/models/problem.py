from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.error_code import ErrorCode
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.field_error import FieldError


T = TypeVar("T", bound="Problem")


@_attrs_define
class Problem:
    """An error response (RFC 9457).

    Attributes:
        code (ErrorCode): The `code` of a problem (RFC 9457): stable, for programs to act on.
        detail (str): What happened, for people. It never contains values from the request.
        request_id (UUID): The same as the header `X-Request-Id`; the log has it too.
        status (int): The HTTP status.
        title (str): The code in words.
        type_ (str): A link to the code's explanation.
        errors (list[FieldError] | Unset): What is wrong: at most one entry for each field, or for each place within a
            field; 50 at most.
        token_ids (list[UUID] | Unset): The tokens that prevent the change: only with `tokens_would_gain`.
    """

    code: ErrorCode
    detail: str
    request_id: UUID
    status: int
    title: str
    type_: str
    errors: list[FieldError] | Unset = UNSET
    token_ids: list[UUID] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        code = self.code.value

        detail = self.detail

        request_id = str(self.request_id)

        status = self.status

        title = self.title

        type_ = self.type_

        errors: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.errors, Unset):
            errors = []
            for errors_item_data in self.errors:
                errors_item = errors_item_data.to_dict()
                errors.append(errors_item)

        token_ids: list[str] | Unset = UNSET
        if not isinstance(self.token_ids, Unset):
            token_ids = []
            for token_ids_item_data in self.token_ids:
                token_ids_item = str(token_ids_item_data)
                token_ids.append(token_ids_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "code": code,
                "detail": detail,
                "request_id": request_id,
                "status": status,
                "title": title,
                "type": type_,
            }
        )
        if errors is not UNSET:
            field_dict["errors"] = errors
        if token_ids is not UNSET:
            field_dict["token_ids"] = token_ids

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.field_error import FieldError

        d = dict(src_dict)
        code = ErrorCode(d.pop("code"))

        detail = d.pop("detail")

        request_id = UUID(d.pop("request_id"))

        status = d.pop("status")

        title = d.pop("title")

        type_ = d.pop("type")

        _errors = d.pop("errors", UNSET)
        errors: list[FieldError] | Unset = UNSET
        if _errors is not UNSET:
            errors = []
            for errors_item_data in _errors:
                errors_item = FieldError.from_dict(errors_item_data)

                errors.append(errors_item)

        _token_ids = d.pop("token_ids", UNSET)
        token_ids: list[UUID] | Unset = UNSET
        if _token_ids is not UNSET:
            token_ids = []
            for token_ids_item_data in _token_ids:
                token_ids_item = UUID(token_ids_item_data)

                token_ids.append(token_ids_item)

        problem = cls(
            code=code,
            detail=detail,
            request_id=request_id,
            status=status,
            title=title,
            type_=type_,
            errors=errors,
            token_ids=token_ids,
        )

        problem.additional_properties = d
        return problem

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
