"""What Zuora's answers mean, as one table: category -> who acts, what to do, how often to repeat.

A v1 error code ends in a two-digit category, and the category decides, never the HTTP status alone: before Zuora-Version
2024-05-20 every categorised error comes under 200, after it 409 means a lock as well as "your first request is still
running". Actions and CRUD calls use names in place of numbers; they are translated into categories. Adding a case is a
row here and a row in the test.

Reference: https://developer.zuora.com/docs/guides/error-handling/
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from requests import Response

from connector.clients.failures import request_id, retry_after
from connector.clients.tokens import TokenRefused
from connector.errors import ConfigError, RemoteRejected, RemoteUnavailable


class Meaning(Enum):
    CONFIG = "the operator changes a setting"
    REJECTED = "Zuora will say no again"
    UNAVAILABLE = "Zuora may say yes later"
    TOKEN = "the token stopped working"  # noqa: S105 - a meaning, not a token


@dataclass(frozen=True, slots=True)
class Row:
    """`repeats`: how often a call is repeated at once (None: as often as the network setting says).
    `unsure`: whether a create answered so may have been carried out all the same."""

    meaning: Meaning
    advice: str
    repeats: int | None = None
    unsure: bool = False


CATEGORIES: Mapping[int, Row] = {
    10: Row(Meaning.CONFIG, "Give the OAuth client's user the permission for this in Zuora, then resync."),
    11: Row(Meaning.TOKEN, "Check the client id and secret of the Zuora connection."),
    20: Row(Meaning.REJECTED, "Correct the value in Salesforce (or its mapping row) and resync."),
    21: Row(Meaning.CONFIG, "Create the field in Zuora or take it out of the field mapping, then resync."),
    22: Row(Meaning.REJECTED, "Fill the field in Salesforce (or give its mapping row a default) and resync."),
    23: Row(
        Meaning.REJECTED, "A parameter Zuora wants was not sent; report it as a fault of this connector."
    ),
    27: Row(
        Meaning.CONFIG,
        "Zuora cannot search by that field. If it is a custom field, make it an indexed one in Zuora.",
    ),
    30: Row(
        Meaning.REJECTED,
        "Change the record so that Zuora's rule holds, or change the rule in Zuora, and resync.",
    ),
    40: Row(
        Meaning.REJECTED,
        "The record is not in Zuora (any more). Resync the account so that it is looked up anew.",
    ),
    45: Row(
        Meaning.REJECTED, "The tenant does not offer this. Ask Zuora's support to switch the feature on."
    ),
    50: Row(Meaning.UNAVAILABLE, "Somebody else is changing the record in Zuora."),
    60: Row(
        Meaning.UNAVAILABLE,
        "Zuora failed inside; if it lasts, give its support the request id.",
        1,
        unsure=True,
    ),
    61: Row(Meaning.UNAVAILABLE, "Zuora is unavailable for a short time."),
    70: Row(Meaning.UNAVAILABLE, "The tenant's limit of calls is reached."),
    90: Row(Meaning.REJECTED, "Zuora cannot read the request; report it as a fault of this connector."),
    99: Row(Meaning.UNAVAILABLE, "A system behind Zuora did not answer.", unsure=True),
}
"""Category 60 "a very limited number of times": Zuora's two lists of what to repeat disagree on it, so it is repeated once."""
_KEPT = (50, 60, 61, 70, 99)

NAMED: Mapping[str, int] = {
    # Names of Actions and CRUD errors; all but INVALID_VALUE are the SOAP API's, their use here is unverified.
    "API_DISABLED": 10,
    "INVALID_SESSION": 11,
    "INVALID_VALUE": 20,
    "INVALID_TYPE": 20,
    "INVALID_FIELD": 21,
    "MISSING_REQUIRED_VALUE": 22,
    "MALFORMED_QUERY": 90,
    "DUPLICATE_VALUE": 30,
    "TRANSACTION_FAILED": 30,
    "INVALID_ID": 40,
    "LOCK_COMPETITION": 50,
    "UNKNOWN_ERROR": 60,
    "SYSTEMERROR": 60,
    "TEMPORARY_ERROR": 61,
    "SERVER_UNAVAILABLE": 61,
    "QUERY_TIMEOUT": 61,
    "REQUEST_EXCEEDED_LIMIT": 70,
    "REQUEST_EXCEEDED_RATE": 70,
}

STATUSES: Mapping[int, Row] = {
    # Only for answers that give no reason of their own.
    401: Row(Meaning.TOKEN, CATEGORIES[11].advice),
    403: Row(Meaning.CONFIG, CATEGORIES[10].advice),
    404: Row(
        Meaning.CONFIG,
        "Check that the connection names the tenant's data centre and the tenant has this API.",
    ),
    408: Row(Meaning.UNAVAILABLE, "Zuora waited too long for the request.", unsure=True),
    409: Row(Meaning.UNAVAILABLE, "The same request is still being carried out.", unsure=True),
    422: Row(Meaning.REJECTED, "The idempotency key was used for another request; resync sends a new one."),
    429: Row(Meaning.UNAVAILABLE, "The tenant's limit of calls is reached."),
}
OTHER_4XX = Row(
    Meaning.REJECTED, "Read what Zuora says, change the record or the setting it names, and resync."
)
OTHER_5XX = Row(Meaning.UNAVAILABLE, "Zuora or a gateway before it failed.", unsure=True)
_CURRENCY = "Enable the currency in Zuora (Billing Settings), or correct it in Salesforce (or its mapping row), and resync."
SAID_NO = Row(Meaning.REJECTED, "Zuora gave no reason; give the request id to its support.")


@dataclass(frozen=True, slots=True)
class Reason:
    code: str
    message: str

    @property
    def category(self) -> int | None:
        """The last two digits of a v1 code (53100020 -> 20), or the category of a name; None where unknown."""
        if self.code.isdigit():
            return int(self.code) % 100 if len(self.code) >= 7 else None
        return NAMED.get(self.code.upper())


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked, as its failure names it. `creates`: a repeated call would make a second record. Else it is repeated
    within seconds, unless its caller does that (`is_repeatable`)."""

    method: str
    path: str
    record: str = ""
    creates: bool = False
    is_repeatable: bool = True

    @property
    def is_write(self) -> bool:
        return self.creates or self.method == "PUT"

    def __str__(self) -> str:
        return f"{self.method} {self.path}" + (f" for {self.record}" if self.record else "")


def failure_of(response: Response, body: object, asked: Asked) -> Exception | None:
    """The error an answer means, or None where Zuora carried the call out.

    `body` is the decoded body without secrets, None where it cannot be read.
    """
    status = response.status_code
    reasons = reasons_of(body)
    if status < 300 and body is None:
        return unreadable(response, asked)
    if status < 300 and not _says_no(body):
        return None
    if status == 409 and not all(reason.category == 50 for reason in reasons):
        return _error(STATUSES[409], response, reasons, asked)
    rows = [row for row in map(_row, reasons) if row is not None]
    if len(rows) < len(reasons) or not rows:
        rows.append(_by_status(status))
    return _error(_decisive(rows), response, reasons, asked)


def unreadable(response: Response, asked: Asked) -> RemoteUnavailable:
    """A 2xx whose body is not JSON: whatever was asked may well have been done."""
    unknown = asked.is_write
    return RemoteUnavailable(
        f"Zuora's answer to {asked} (HTTP {response.status_code}) cannot be read as JSON."
        + (" Whether Zuora carried it out is not known." if unknown else ""),
        system="Zuora",
        status=response.status_code,
        code="unreadable",
        request_id=request_id(response),
        record=asked.record,
        outcome_unknown=unknown,
    )


def unexpected(
    asked: Asked, missing: str, *, status: int = 200, request: str = ""
) -> RemoteRejected | RemoteUnavailable:
    """A successful answer without a field we need. A create has most likely been carried out, so it is unknown."""
    message = f"unexpected reply of Zuora to {asked}: it holds no {missing}."
    if asked.creates:
        return RemoteUnavailable(
            message,
            system="Zuora",
            status=status,
            request_id=request,
            record=asked.record,
            outcome_unknown=True,
        )
    return RemoteRejected(message, system="Zuora", status=status, request_id=request, record=asked.record)


def repeats(error: RemoteUnavailable, *, network_retries: int) -> int:
    """How often the call of this error may be repeated within seconds."""
    row = CATEGORIES.get(Reason(error.code, "").category or 0)
    return network_retries if row is None or row.repeats is None else min(row.repeats, network_retries)


def is_kept_under_key(error: RemoteUnavailable) -> bool:
    """Whether Zuora has answered a create in its own words, which it repeats under the same idempotency key for 24 hours. That calls
    above its limits (429) are refused before keys are looked at is unverified; what is refused under 409 may be at work still."""
    if error.system != "Zuora" or error.status == 429:
        return False
    category = Reason(error.code, "").category
    if error.status == 409:
        return category == 50
    return category in _KEPT or (error.status == 500 and bool(error.reasons))


def reasons_of(body: object) -> tuple[Reason, ...]:
    """Every reason in an error body: v1 `reasons`, CRUD `errors` or `Errors` in either casing, a lone `message`."""
    if not isinstance(body, Mapping):
        return ()
    listed = next((body[name] for name in ("reasons", "errors", "Errors") if body.get(name)), None)
    if isinstance(listed, Mapping):
        listed = [listed]
    if not isinstance(listed, list):
        listed = [body] if _read(body, "message") and not body.get("success") else []
    return tuple(
        Reason(_read(reason, "code"), _read(reason, "message"))
        for reason in listed
        if isinstance(reason, Mapping)
    )


def _read(reason: Mapping[str, Any], name: str) -> str:
    value = reason.get(name, reason.get(name.capitalize()))
    return "" if value is None else str(value)


def _says_no(body: object) -> bool:
    """HTTP 200 does not mean that the call succeeded: the body has the last word."""
    return isinstance(body, Mapping) and body.get("success", body.get("Success")) is False


def _row(reason: Reason) -> Row | None:
    if reason.category == 40 and "endpoint" in reason.message.lower():
        return STATUSES[
            404
        ]  # not the record is missing but the API; taken for an absent record, it would be created
    return CATEGORIES.get(reason.category or 0)


def _by_status(status: int) -> Row:
    if status in STATUSES:
        return STATUSES[status]
    if status >= 500:
        return OTHER_5XX
    return OTHER_4XX if status >= 400 else SAID_NO


def _decisive(rows: list[Row]) -> Row:
    """A token first, since nothing else was looked at; then whatever is permanent; all transient: the least hopeful."""
    for row in rows:
        if row.meaning is Meaning.TOKEN:
            return row
    for row in rows:
        if row.meaning is not Meaning.UNAVAILABLE:
            return row
    return next((row for row in rows if row.unsure), rows[0])


def _advice(row: Row, said: tuple[str, ...]) -> str:
    """A currency may be right and merely not enabled in the tenant; how Zuora words that is unverified."""
    if row is CATEGORIES[20] and any("currenc" in words.lower() for words in said):
        return _CURRENCY
    return row.advice


def _error(row: Row, response: Response, reasons: tuple[Reason, ...], asked: Asked) -> Exception:
    said = tuple(reason.message or "no reason given" for reason in reasons)
    code = next((reason.code for reason in reasons if _row(reason) is row), "")
    code = code or next((reason.code for reason in reasons), "")
    identity = request_id(response)
    words = "; ".join(said).rstrip(". ") or f"HTTP {response.status_code}"
    if row.meaning is Meaning.TOKEN:
        return TokenRefused(words)
    trail = ", ".join(
        part for part in (f"code {code}" if code else "", f"request {identity}" if identity else "") if part
    )
    unknown = row.meaning is Meaning.UNAVAILABLE and row.unsure and asked.is_write
    message = f"Zuora did not carry out {asked}: {words}" + (f" ({trail})" if trail else "")
    message += f". {_advice(row, said)}"
    if unknown:
        message = message.replace("did not carry out", "may not have carried out", 1)
    if row.meaning is Meaning.CONFIG:
        return ConfigError(message, record=asked.record)
    facts: dict[str, Any] = {
        "system": "Zuora",
        "status": response.status_code,
        "code": code,
        "reasons": said,
        "request_id": identity,
        "record": asked.record,
    }
    if row.meaning is Meaning.REJECTED:
        return RemoteRejected(message, **facts)
    return RemoteUnavailable(message, retry_after=retry_after(response), outcome_unknown=unknown, **facts)
