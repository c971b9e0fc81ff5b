"""What becomes of every failure of a call, as one list of rows: made from the tables that decide, never beside them.

The tables of the two systems (`zuora/errors.py`, `salesforce/errors.py`) say what an answer means; the kinds of `errors.py`
say who acts and whether the queue tries again. What a call meets without an answer, and what the connector refuses to send,
has codes of its own, described here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from connector.clients.salesforce import errors as salesforce
from connector.clients.salesforce import login as salesforce_login
from connector.clients.salesforce.allowance import CODE as RESERVE
from connector.clients.zuora import errors as zuora
from connector.clients.zuora import login as zuora_login
from connector.errors import ConfigError, RemoteError, RemoteRejected, RemoteUnavailable

ZUORA, SALESFORCE, BOTH = "Zuora", "Salesforce", "Both"

TITLES: Mapping[int, str] = {
    # Reference: https://developer.zuora.com/docs/guides/error-handling/
    10: "no permission",
    11: "not authenticated",
    20: "invalid value",
    21: "unknown field",
    22: "required field missing",
    23: "required parameter missing",
    27: "not searchable",
    30: "a rule is broken",
    40: "not found",
    45: "not supported",
    50: "locked",
    60: "internal error",
    61: "unavailable for a short time",
    70: "limit of calls",
    90: "malformed request",
    99: "a system behind Zuora failed",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """What becomes of a failure: the error it is (None: the token is renewed first), and what that means for a run."""

    error: type[ConfigError] | type[RemoteError] | None
    label: str
    by_queue: str
    who_acts: str


CONFIG = Kind(ConfigError, "Setting", "No", ConfigError.who_acts)
REJECTED = Kind(RemoteRejected, "Refused", "No", RemoteRejected.who_acts)
UNAVAILABLE = Kind(RemoteUnavailable, "Passing", "Yes", RemoteUnavailable.who_acts)
WAIT = Kind(RemoteUnavailable, "Passing", "Yes, as a wait: it uses up no try", RemoteUnavailable.who_acts)
TOKEN = Kind(
    None,
    "Token",
    "No",
    f"Nobody at first: a new token is asked for, once. Refused again: {ConfigError.who_acts[0].lower()}{ConfigError.who_acts[1:]}",
)

_NO = "No"
_AS_SET = "Yes, as often as REMOTE_RETRIES says; a create never"
_ONCE = "Once; a create never"
_RENEWED = "Once, with a new token"


@dataclass(frozen=True, slots=True)
class RetryRow:
    """`key` is unique; `answer` is what is seen on the wire; `names` mean the same; `is_unsure`: a create answered so may have
    been carried out, and is looked up before anything is sent again."""

    key: str
    system: str
    answer: str
    kind: Kind
    within_call: str
    advice: str
    names: tuple[str, ...] = ()
    is_unsure: bool = False

    @property
    def who_acts(self) -> str:
        return self.kind.who_acts.format(system=self.system)


def rows() -> list[RetryRow]:
    """All of them: Zuora's, Salesforce's, the logins', the connector's own."""
    return [*_of_zuora(), *_of_salesforce(), *_of_logins(), *_OWN]


def find(system: str, *, status: int = 0, code: str = "") -> RetryRow | None:
    """The row of a failure as its log entry names it, or None."""
    if code in {row.answer for row in _OWN}:
        return _by_key(f"own-{code}")
    if system == ZUORA:
        category = zuora.Reason(code, "").category
        if category in zuora.CATEGORIES:
            return _by_key(f"zuora-category-{category}")
    elif system == SALESFORCE:
        if code in salesforce.CODES:
            return _by_key(f"salesforce-code-{code}")
    else:
        return None
    prefix = system.lower()
    return _by_key(f"{prefix}-status-{status}") or _by_key(f"{prefix}-status-{status // 100}xx")


def _by_key(key: str) -> RetryRow | None:
    return next((row for row in rows() if row.key == key), None)


def _of_zuora() -> Iterator[RetryRow]:
    for category, row in zuora.CATEGORIES.items():
        names = tuple(name for name, meant in zuora.NAMED.items() if meant == category)
        answer = f"Category {category:02}: {TITLES[category]}"
        yield _zuora_row(f"category-{category}", answer, row, names=names)
    for status, row in zuora.STATUSES.items():
        yield _zuora_row(f"status-{status}", f"{_status(status)}, no reason given", row)
    yield _zuora_row("status-2xx", "HTTP 200 with success false, no reason given", zuora.SAID_NO)
    yield _zuora_row("status-4xx", "Any other HTTP 4xx, no reason given", zuora.OTHER_4XX)
    yield _zuora_row("status-5xx", "Any HTTP 5xx, no reason given", zuora.OTHER_5XX)


def _zuora_row(key: str, answer: str, row: zuora.Row, *, names: tuple[str, ...] = ()) -> RetryRow:
    kind = _ZUORA_KINDS[row.meaning]
    within = _within(kind, limit=row.repeats)
    return RetryRow(f"zuora-{key}", ZUORA, answer, kind, within, row.advice, names, is_unsure=row.unsure)


def _of_salesforce() -> Iterator[RetryRow]:
    for code, row in salesforce.CODES.items():
        yield _salesforce_row(f"code-{code}", code, row, is_left=code in salesforce.LEFT_TO_THE_JOB)
    for status, row in salesforce.STATUSES.items():
        yield _salesforce_row(f"status-{status}", f"{_status(status)}, no code of this list", row)
    yield _salesforce_row("status-4xx", "Any other HTTP 4xx, no code of this list", salesforce.OTHER_4XX)
    yield _salesforce_row("status-5xx", "Any HTTP 5xx, no code of this list", salesforce.OTHER_5XX)


def _salesforce_row(key: str, answer: str, row: salesforce.Row, *, is_left: bool = False) -> RetryRow:
    kind = _SALESFORCE_KINDS[row.meaning]
    return RetryRow(
        f"salesforce-{key}", SALESFORCE, answer, kind, _NO if is_left else _within(kind), row.advice
    )


def _of_logins() -> Iterator[RetryRow]:
    for system, passing in ((ZUORA, zuora_login.PASSING), (SALESFORCE, salesforce_login.PASSING)):
        statuses = ", ".join(map(str, sorted(passing)))
        yield RetryRow(
            f"{system.lower()}-login-passing",
            system,
            f"Login answered with HTTP {statuses} or 5xx",
            UNAVAILABLE,
            "Yes, as often as REMOTE_RETRIES says",
            "A lock, a timeout or a limit says nothing of the credentials.",
        )
        yield RetryRow(
            f"{system.lower()}-login-refused",
            system,
            "Login answered with any other HTTP 4xx",
            CONFIG,
            _NO,
            "The credentials are refused. The connection shows as paused, and no other login is tried for a minute. Correct it "
            "and press Test connection.",
        )


def _own(
    code: str, kind: Kind, within: str, advice: str, *, system: str = BOTH, unsure: bool = False
) -> RetryRow:
    return RetryRow(f"own-{code}", system, code, kind, within, advice, is_unsure=unsure)


_OWN = (
    _own("unreachable", UNAVAILABLE, "Yes, as often as REMOTE_RETRIES says", "No connection came about; nothing was sent."),
    _own("timeout", UNAVAILABLE, _AS_SET, "No answer came in time.", unsure=True),
    _own("broken", UNAVAILABLE, _AS_SET, "The connection broke before the answer was whole.", unsure=True),
    _own("unreadable", UNAVAILABLE, _AS_SET, "A success whose body is not JSON: a gateway's page, or half an answer.", unsure=True),
    _own("too_large", UNAVAILABLE, _AS_SET, "An answer larger than the connector reads.", unsure=True),
    _own("redirect", REJECTED, _NO, "A redirect is never followed. Enter the host that serves the API in the connection."),
    _own("held", WAIT, _NO, "Another run is creating the same record, which is then used. Nothing was sent.", system=ZUORA),
    _own("circuit", WAIT, _NO, "The system failed many times in a row, so it is left alone for a while. Nothing was sent."),
    _own("budget", WAIT, _NO, "The share of the tenant's calls for this minute is used. Nothing was sent."),
    _own("concurrency", WAIT, _NO, "As many calls of all workers are under way as may be. Nothing was sent."),
    _own(
        RESERVE,
        WAIT,
        _NO,
        "Only the API calls kept for the org's other users are left. Nothing was sent. Lower the reserve of the connection to go "
        "on sooner.",
        system=SALESFORCE,
    ),
)  # fmt: skip

_ZUORA_KINDS: Mapping[zuora.Meaning, Kind] = {
    zuora.Meaning.CONFIG: CONFIG,
    zuora.Meaning.REJECTED: REJECTED,
    zuora.Meaning.UNAVAILABLE: UNAVAILABLE,
    zuora.Meaning.TOKEN: TOKEN,
}
_SALESFORCE_KINDS: Mapping[salesforce.Meaning, Kind] = {
    salesforce.Meaning.CONFIG: CONFIG,
    salesforce.Meaning.REJECTED: REJECTED,
    salesforce.Meaning.UNAVAILABLE: UNAVAILABLE,
    salesforce.Meaning.TOKEN: TOKEN,
}


def _within(kind: Kind, *, limit: int | None = None) -> str:
    if kind is TOKEN:
        return _RENEWED
    if kind is not UNAVAILABLE:
        return _NO
    return _AS_SET if limit is None else _ONCE


def _status(status: int) -> str:
    known = {each.value: each.phrase for each in HTTPStatus}
    return f"HTTP {status} {known[status]}" if status in known else f"HTTP {status}"
