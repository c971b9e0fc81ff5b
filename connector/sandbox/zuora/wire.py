"""Zuora's JSON on the wire: reading bodies, writing answers, and the four forms of a refusal.

Whether a refusal travels with its own status or as HTTP 200 with `success: false` is decided by the
Zuora-Version header: before 2024-05-20 every categorised error of the v1 operations is a 200.
"""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import Response, current_app, g, request

from connector.sandbox.faults import Answer
from connector.sandbox.zuora import errors
from connector.sandbox.zuora.errors import BAD_JSON, BAD_VALUE, UNSUPPORTED, Reason, Refused, refuse
from connector.sandbox.zuora.fields import is_date
from connector.sandbox.zuora.tenant import Tenant

STATUSES_SINCE = "2024-05-20"
JSON_TYPE = "application/json;charset=utf-8"
_CRUD_CODES = {
    errors.MISSING_FIELD: "MISSING_REQUIRED_VALUE",
    errors.UNKNOWN_FIELD: "INVALID_FIELD",
    errors.NOT_FOUND: "INVALID_ID",
    errors.LOCKED: "LOCK_COMPETITION",
    errors.BUSINESS_RULE: "TRANSACTION_FAILED",
    errors.BAD_JSON: "MALFORMED_QUERY",
    errors.BAD_QUERY: "MALFORMED_QUERY",
}


def tenant() -> Tenant:
    """The tenant of the running application."""
    found: Tenant = current_app.extensions["zuora_tenant"]
    return found


def read_body() -> dict[str, Any]:
    """The request's JSON object, its numbers exact. Refused where there is none."""
    raw = request.get_data()
    if not raw or "json" not in (request.content_type or ""):
        raise refuse(UNSUPPORTED, f"Content type '{request.content_type or ''}' not supported", status=415)
    try:
        body = json.loads(raw, parse_float=Decimal, parse_constant=_no_constant)
        json.dumps(body, default=str, ensure_ascii=False).encode()  # lone surrogates do not survive this
    except (ValueError, RecursionError) as error:
        raise refuse(BAD_JSON, "The request body is not valid JSON.") from error
    if not isinstance(body, dict):
        raise refuse(BAD_JSON, "The request body is not a JSON object.")
    return body


def _no_constant(word: str) -> Any:
    raise ValueError(f"{word} is not JSON.")


def encoded(payload: Any) -> bytes:
    return json.dumps(payload, default=_plain, ensure_ascii=False, separators=(",", ":")).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return (
            int(value)
            if value == value.to_integral_value() and value.as_tuple().exponent == 0
            else float(value)
        )
    raise TypeError(f"{value!r} has no JSON form.")


def answered(payload: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    response = Response(encoded(payload), status=status, headers=dict(headers or {}))
    response.headers["Content-Type"] = JSON_TYPE
    return response


def succeeded(payload: Mapping[str, Any]) -> Response:
    return answered({"success": True, **payload})


def refused(refusal: Refused) -> Response:
    """The answer for a refusal, in the form of the family of endpoints the request went to."""
    path = request.path
    if path.startswith("/object-query"):
        return _with_headers(refusal, answered(_query_error(refusal), status=_status(refusal)))
    if path.startswith(("/v1/object/", "/v1/action/")):
        return _with_headers(refusal, _crud_refused(refusal))
    status = _status(refusal)
    if refusal.status is None and not request_version().is_at_least(STATUSES_SINCE):
        status = 200
    resource = errors.resource_of(path, has_body=bool(request.get_data()))
    body = {
        "success": False,
        "processId": process_id(),
        **_reasons(refusal, resource),
        "requestId": g.request_id,
    }
    return _with_headers(refusal, answered(body, status=status))


def lock_answer() -> Answer:
    """What the real system says when another request holds the record (category 50)."""
    reason = Reason(errors.LOCKED, "The object is locked by another request. Try again later.")
    request_id = str(uuid.uuid4())
    body = {
        "success": False,
        "processId": process_id(),
        "reasons": [reason.as_json(resource=errors.NO_RESOURCE)],
        "requestId": request_id,
    }
    return Answer(409, [("Content-Type", JSON_TYPE), ("Zuora-Request-Id", request_id)], encoded(body))


def process_id() -> str:
    return secrets.token_hex(8).upper()


def _status(refusal: Refused) -> int:
    return refusal.status or errors.CATEGORY_STATUS[refusal.reasons[0].category]


@dataclass(frozen=True, slots=True)
class Version:
    """A Zuora-Version: a number until 341.0, a date after that."""

    text: str

    def is_at_least(self, other: str) -> bool:
        return _order(self.text) >= _order(other)


def _order(text: str) -> tuple[bool, str, float]:
    if is_date(text):
        return True, text, 0.0
    return False, "", float(text)


def request_version() -> Version:
    """The version of the present request; Refused when its header names none."""
    text = request.headers.get("Zuora-Version") or tenant().settings.zuora_version
    try:
        _order(text)
    except ValueError as error:  # unverified; a version nobody published is refused
        raise refuse(BAD_VALUE, f"Zuora-Version '{text}' is not supported.", status=400) from error
    return Version(text)


def _reasons(refusal: Refused, resource: int) -> dict[str, Any]:
    return {"reasons": [reason.as_json(resource=resource) for reason in refusal.reasons]}


def _query_error(refusal: Refused) -> dict[str, Any]:
    return {**_reasons(refusal, errors.NO_RESOURCE), "requestId": g.request_id}


def _crud_refused(refusal: Refused) -> Response:
    status = _status(refusal)
    if status == 401:
        challenge = {"WWW-Authenticate": "Basic realm=Zuora API, ZSession realm=Zuora API, Bearer"}
        return answered({"message": "Authentication error"}, status=401, headers=challenge)
    found = [(_CRUD_CODES.get(r.category, "INVALID_VALUE"), r.message) for r in refusal.reasons]
    if tenant().settings.crud_error_style == "upper":
        body: dict[str, Any] = {"Success": False, "Errors": [{"Code": c, "Message": m} for c, m in found]}
    else:
        body = {"success": False, "errors": [{"code": c, "message": m} for c, m in found]}
    return answered(body, status=status if status == 429 else 400)


def _with_headers(refusal: Refused, response: Response) -> Response:
    response.headers.update(refusal.headers)
    return response
