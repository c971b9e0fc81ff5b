"""What Salesforce's answers mean, as one table: error code -> who acts, what to do.

The body of an error is a JSON list of {errorCode, message, fields}; gateways answer HTML, XML or nothing. The code
decides before the status: 403 is a spent allowance as well as a missing permission, 400 a locked row as well as a
misspelt field.

Reference: https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/errorcodes.htm
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any
from urllib.parse import urlsplit

from requests import Response

from connector.clients import exact_json
from connector.clients.failures import request_id, retry_after
from connector.clients.tokens import TokenRefused
from connector.errors import ConfigError, RemoteRejected, RemoteUnavailable


class Meaning(Enum):
    CONFIG = "the operator changes a setting"
    REJECTED = "Salesforce will say no again"
    UNAVAILABLE = "Salesforce may say yes later"
    TOKEN = "the session stopped working"  # noqa: S105 - a meaning, not a token


@dataclass(frozen=True, slots=True)
class Row:
    """`wait`: seconds to wait where Salesforce states none."""

    meaning: Meaning
    advice: str
    wait: float | None = None


_HIDDEN = (
    "Correct the mapping row or the option of the integration that names it, or, if the name is right, give the connection's user "
    "read access to it: Salesforce answers the same for a field hidden by field-level security as for one that does not exist."
)
_AGAIN = Row(Meaning.UNAVAILABLE, "It is tried again.")
_PERMISSION = Row(
    Meaning.CONFIG,
    "Give the connection's user the permission in Salesforce (profile or permission set), then resync.",
)

CODES: Mapping[str, Row] = {
    "INVALID_SESSION_ID": Row(Meaning.TOKEN, "The session ended."),
    "INVALID_FIELD": Row(Meaning.CONFIG, _HIDDEN),
    "INVALID_TYPE": Row(Meaning.CONFIG, _HIDDEN),
    "MALFORMED_QUERY": Row(
        Meaning.CONFIG,
        "Check the source paths of the field mapping and the field names in the options of the integration; the query is made "
        "from them.",
    ),
    "QUERY_TOO_COMPLICATED": Row(Meaning.CONFIG, "Map fewer formula fields, or make them simpler."),
    "MALFORMED_ID": Row(Meaning.REJECTED, "Check the id; it is not one of this object."),
    "NOT_FOUND": Row(
        Meaning.CONFIG,
        "Check the API version of the connection, and that its user may see the object asked for.",
    ),
    "API_DISABLED_FOR_ORG": Row(
        Meaning.CONFIG, "Use an edition or user with API access (permission API Enabled)."
    ),
    "API_CURRENTLY_DISABLED": _PERMISSION,
    "INSUFFICIENT_ACCESS": _PERMISSION,
    "UNSUPPORTED_API_VERSION": Row(Meaning.CONFIG, "Set a newer API version in the connection."),
    "REQUEST_LIMIT_EXCEEDED": Row(
        Meaning.UNAVAILABLE, "The org's allowance of API calls for 24 hours is used up.", wait=1800.0
    ),
    "TXN_SECURITY_METERING_ERROR": _AGAIN,
    "UNABLE_TO_LOCK_ROW": Row(Meaning.UNAVAILABLE, "Somebody else is changing the record in Salesforce."),
    "QUERY_TIMEOUT": _AGAIN,
    "SERVER_UNAVAILABLE": _AGAIN,
    "INVALID_QUERY_LOCATOR": Row(Meaning.UNAVAILABLE, "The pages of the query expired; it starts anew."),
}
"""TXN_SECURITY_METERING_ERROR, INVALID_QUERY_LOCATOR, SERVER_UNAVAILABLE and API_DISABLED_FOR_ORG are unverified; each is
taken in the reading that loses nothing."""

STATUSES: Mapping[int, Row] = {
    # For answers without a code of the table.
    401: CODES["INVALID_SESSION_ID"],
    403: _PERMISSION,
    404: CODES["NOT_FOUND"],
    406: _AGAIN,  # with an empty body: a passing state of the edge
    408: _AGAIN,
    410: Row(Meaning.CONFIG, "This API version is retired: set a newer one in the connection."),
    414: Row(Meaning.CONFIG, "The query is too long for Salesforce: map fewer fields."),
    420: _AGAIN,
    429: _AGAIN,
    431: Row(Meaning.CONFIG, "The query is too long for Salesforce: map fewer fields."),
}
OTHER_5XX = _AGAIN
OTHER_4XX = Row(Meaning.REJECTED, "Read what Salesforce says and correct what it names.")

LEFT_TO_THE_JOB = frozenset({"INVALID_QUERY_LOCATOR", "REQUEST_LIMIT_EXCEEDED"})
"""Codes whose call is not repeated within seconds: that would not help."""

_LONGEST_QUOTE = 600
_NAMED_IN_MESSAGE = (
    re.compile(r"No such column '(?P<field>[^']+)' on (?:entity|sobject of type) '?(?P<object>[^'.\s]+)"),
    re.compile(r"Didn't understand relationship '(?P<relationship>[^']+)'"),
    re.compile(r"sObject type '(?P<object>[^']+)' is not supported"),
)


def failure_of(response: Response, *, redact: Callable[[Any], Any]) -> Exception | None:
    """The error an answer means, or None where Salesforce carried the call out. `redact` takes secrets out of text."""
    if response.status_code < 300:
        return None
    found = _first(redact(exact_json.decode_or_none(response.content)))
    code = str(found.get("errorCode") or found.get("error") or "")
    message = " ".join(str(found.get("message") or found.get("error_description") or "").split())
    row = CODES.get(code) or _by_status(response.status_code)
    said = message or f"HTTP {response.status_code}"
    if row.meaning is Meaning.TOKEN:
        return TokenRefused(said)
    identity = request_id(response)
    text = f"{_what_happened(response, message or said)}{f' ({code})' if code else ''}. {row.advice}"
    if row.meaning is Meaning.CONFIG:
        return ConfigError(text)
    facts: dict[str, Any] = {
        "system": "Salesforce",
        "status": response.status_code,
        "code": code,
        "reasons": (said,),
        "request_id": identity,
    }
    if row.meaning is Meaning.REJECTED:
        return RemoteRejected(text, **facts)
    stated = retry_after(response)
    return RemoteUnavailable(text, retry_after=row.wait if stated is None else stated, **facts)


def unreadable(what: str) -> RemoteUnavailable:
    """A 2xx whose body is not JSON: a page of a gateway, or an answer cut short."""
    return RemoteUnavailable(
        f"Salesforce's answer to {what} cannot be read as JSON.", system="Salesforce", code="unreadable"
    )


def unexpected(what: str, missing: str) -> RemoteRejected:
    return RemoteRejected(
        f"unexpected reply of Salesforce to {what}: it holds no {missing}.", system="Salesforce"
    )


def _by_status(status: int) -> Row:
    if status in STATUSES:
        return STATUSES[status]
    return OTHER_5XX if status >= 500 else OTHER_4XX


def _first(body: object) -> Mapping[str, Any]:
    if isinstance(body, list) and body:
        body = body[0]
    return body if isinstance(body, Mapping) else {}


def _what_happened(response: Response, said: str) -> str:
    """Salesforce echoes the whole query before it names the field at fault; then the field is all that is told."""
    for pattern in _NAMED_IN_MESSAGE:
        if match := pattern.search(said):
            named = match.groupdict()
            subject = " on ".join(f"{kind} {name}" for kind, name in named.items() if name)
            return f"Salesforce knows no {subject} that the connection's user may see"
    path = urlsplit(str(response.url)).path
    return (
        f"Salesforce did not carry out {response.request.method} {path}: {said[:_LONGEST_QUOTE].rstrip('. ')}"
    )
