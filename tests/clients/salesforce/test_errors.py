"""Salesforce's answers, case by case: what they mean and what they tell the administrator."""

from __future__ import annotations

from typing import Any

import pytest
from requests import PreparedRequest, Response

from connector.clients import exact_json
from connector.clients.redaction import redact
from connector.clients.salesforce.errors import failure_of
from connector.clients.tokens import TokenRefused
from connector.errors import ConfigError, RemoteRejected, RemoteUnavailable

URL = "https://acme.my.salesforce.com/services/data/v62.0/query?q=SELECT"


def answer(status: int, body: Any = None, *, text: bytes = b"", **headers: str) -> Response:
    made = Response()
    made.status_code = status
    made.url = URL
    made._content = exact_json.encode(body) if body is not None else text
    made.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    made.request = PreparedRequest()
    made.request.method = "GET"
    return made


def coded(status: int, code: str, message: str = "it is so") -> Response:
    return answer(status, [{"message": message, "errorCode": code}])


def judged(response: Response) -> Exception | None:
    return failure_of(response, redact=redact)


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (coded(401, "INVALID_SESSION_ID"), TokenRefused),
        (answer(401), TokenRefused),
        (answer(401, text=b"<html>Log in</html>"), TokenRefused),
        (answer(401, {"error": "invalid_token"}), TokenRefused),
        (coded(400, "INVALID_FIELD"), ConfigError),
        (coded(400, "INVALID_TYPE"), ConfigError),
        (coded(400, "MALFORMED_QUERY"), ConfigError),
        (coded(400, "QUERY_TOO_COMPLICATED"), ConfigError),
        (coded(400, "MALFORMED_ID"), RemoteRejected),
        (coded(400, "NEVER_HEARD_OF"), RemoteRejected),
        (coded(400, "UNABLE_TO_LOCK_ROW"), RemoteUnavailable),
        (coded(400, "QUERY_TIMEOUT"), RemoteUnavailable),
        (coded(400, "INVALID_QUERY_LOCATOR"), RemoteUnavailable),
        (coded(403, "REQUEST_LIMIT_EXCEEDED"), RemoteUnavailable),
        (coded(403, "TXN_SECURITY_METERING_ERROR"), RemoteUnavailable),
        (coded(403, "API_DISABLED_FOR_ORG"), ConfigError),
        (coded(403, "INSUFFICIENT_ACCESS"), ConfigError),
        (coded(403, "NEVER_HEARD_OF"), ConfigError),
        (answer(403), ConfigError),
        (coded(404, "NOT_FOUND"), ConfigError),
        (answer(406), RemoteUnavailable),
        (answer(410), ConfigError),
        (coded(410, "UNSUPPORTED_API_VERSION"), ConfigError),
        (answer(414), ConfigError),
        (answer(420, text=b"<html>edge</html>"), RemoteUnavailable),
        (answer(429), RemoteUnavailable),
        (answer(431), ConfigError),
        (coded(500, "APEX_ERROR"), RemoteUnavailable),
        (coded(503, "SERVER_UNAVAILABLE"), RemoteUnavailable),
        (answer(502, text=b"<html>Bad Gateway</html>"), RemoteUnavailable),
        (answer(500, []), RemoteUnavailable),
        (answer(500, ["odd"]), RemoteUnavailable),
    ],
)
def test_every_answer_has_its_meaning(response: Response, kind: type[Exception]) -> None:
    error = judged(response)
    assert type(error) is kind
    if isinstance(error, RemoteUnavailable):
        assert (error.system, error.status, error.outcome_unknown) == (
            "Salesforce",
            response.status_code,
            False,
        )


@pytest.mark.parametrize("status", [200, 201, 204])
def test_a_success_is_no_failure(status: int) -> None:
    assert judged(answer(status, {"done": True})) is None


ECHOED = "\nSELECT Id, Region__c FROM Account\n           ^\nERROR at Row:1:Column:12\n"


@pytest.mark.parametrize(
    ("code", "message", "told"),
    [
        (
            "INVALID_FIELD",
            f"{ECHOED}No such column 'Region__c' on entity 'Account'. If you are attempting to use a custom field...",
            "Salesforce knows no field Region__c on object Account that the connection's user may see",
        ),
        (
            "INVALID_FIELD",
            f"{ECHOED}Didn't understand relationship 'Owner' in field path.",
            "Salesforce knows no relationship Owner that",
        ),
        (
            "INVALID_TYPE",
            f"{ECHOED}sObject type 'XYZZY' is not supported. If you are attempting to use a custom object...",
            "Salesforce knows no object XYZZY that",
        ),
    ],
)
def test_a_hidden_name_is_told_without_the_echoed_query(code: str, message: str, told: str) -> None:
    error = judged(coded(400, code, message))
    assert isinstance(error, ConfigError)
    assert error.message.startswith(told)
    assert "field-level security" in error.message
    assert "Correct the mapping row or the option of the integration that names it" in error.message
    assert "SELECT" not in error.message


def test_a_message_says_what_was_asked_and_what_to_do() -> None:
    error = judged(coded(403, "INSUFFICIENT_ACCESS", "insufficient access rights on object id"))
    assert isinstance(error, ConfigError)
    assert error.message == (
        "Salesforce did not carry out GET /services/data/v62.0/query: insufficient access rights on object id "
        "(INSUFFICIENT_ACCESS). Give the connection's user the permission in Salesforce (profile or permission set), "
        "then resync."
    )


def test_a_spent_allowance_waits_long_and_a_stated_wait_wins() -> None:
    spent = judged(coded(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."))
    assert isinstance(spent, RemoteUnavailable)
    assert (spent.code, spent.retry_after) == ("REQUEST_LIMIT_EXCEEDED", 1800.0)
    stated = judged(answer(503, Retry_After="20"))
    assert isinstance(stated, RemoteUnavailable)
    assert stated.retry_after == 20.0


def test_a_long_message_is_cut() -> None:
    error = judged(coded(400, "NEVER_HEARD_OF", "x" * 100_000))
    assert isinstance(error, RemoteRejected)
    assert len(error.message) < 1000
