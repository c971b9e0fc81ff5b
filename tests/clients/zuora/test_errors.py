"""Zuora's answers, case by case: what they mean, who acts, whether a create may have happened."""

from __future__ import annotations

from typing import Any

import pytest
from requests import PreparedRequest, Response

from connector.clients import exact_json
from connector.clients.tokens import TokenRefused
from connector.clients.zuora.errors import CATEGORIES, NAMED, Asked, failure_of, reasons_of, repeats
from connector.errors import ConfigError, RemoteRejected, RemoteUnavailable

CREATE = Asked("POST", "/v1/accounts", "Acme Corp", creates=True)
CHANGE = Asked("PUT", "/v1/accounts/8a1", "8a1")
READ = Asked("GET", "/v1/orders/00000101", "00000101")
REQUEST_ID = "6d1c9a2e-0000-4000-8000-000000000001"


def answer(status: int, body: Any = None, *, text: bytes = b"", **headers: str) -> Response:
    made = Response()
    made.status_code = status
    made._content = exact_json.encode(body) if body is not None else text
    made.headers.update(
        {"Zuora-Request-Id": REQUEST_ID, **{k.replace("_", "-"): v for k, v in headers.items()}}
    )
    made.request = PreparedRequest()
    return made


def judged(response: Response, asked: Asked = CREATE) -> Exception | None:
    return failure_of(response, exact_json.decode_or_none(response.content), asked)


def refusal(*codes: Any, message: str = "'state' is wrong") -> dict[str, Any]:
    return {
        "success": False,
        "reasons": [{"code": code, "message": message} for code in codes],
        "requestId": "x",
    }


@pytest.mark.parametrize("status", [200, 400, 500])
@pytest.mark.parametrize(
    ("category", "kind", "unknown"),
    [
        (10, ConfigError, None),
        (11, TokenRefused, None),
        (20, RemoteRejected, None),
        (21, ConfigError, None),
        (22, RemoteRejected, None),
        (23, RemoteRejected, None),
        (27, ConfigError, None),
        (30, RemoteRejected, None),
        (40, RemoteRejected, None),
        (45, RemoteRejected, None),
        (50, RemoteUnavailable, False),
        (60, RemoteUnavailable, True),
        (61, RemoteUnavailable, False),
        (70, RemoteUnavailable, False),
        (90, RemoteRejected, None),
        (99, RemoteUnavailable, True),
    ],
)
def test_the_category_decides_under_any_status(
    status: int, category: int, kind: type[Exception], unknown: bool | None
) -> None:
    error = judged(answer(status, refusal(53100000 + category)))
    assert type(error) is kind
    if isinstance(error, RemoteUnavailable):
        assert error.outcome_unknown is unknown
    assert "'state' is wrong" in str(error)


def test_every_category_of_the_table_is_tested_and_every_name_has_a_row() -> None:
    assert set(CATEGORIES) == {10, 11, 20, 21, 22, 23, 27, 30, 40, 45, 50, 60, 61, 70, 90, 99}
    assert set(NAMED.values()) <= set(CATEGORIES)


@pytest.mark.parametrize(
    ("response", "kind", "unknown"),
    [
        (answer(401), TokenRefused, None),
        (answer(401, {"message": "Authentication error"}), TokenRefused, None),
        (answer(403), ConfigError, None),
        (answer(404, text=b"no Route matched with those values"), ConfigError, None),
        (answer(404, refusal(50000040, message="The endpoint /v1/x does not exist.")), ConfigError, None),
        (answer(408), RemoteUnavailable, True),
        (answer(409), RemoteUnavailable, True),
        (answer(409, refusal(53100030)), RemoteUnavailable, True),
        (answer(409, refusal(53100050)), RemoteUnavailable, False),
        (answer(413), RemoteRejected, None),
        (answer(422), RemoteRejected, None),
        (answer(429), RemoteUnavailable, False),
        (answer(429, refusal(50000070)), RemoteUnavailable, False),
        (answer(500, {"reasons": [{"code": "SystemError", "message": "internal"}]}), RemoteUnavailable, True),
        (answer(500, refusal("NeverHeardOf")), RemoteUnavailable, True),
        (answer(502, text=b"<html>Bad Gateway</html>"), RemoteUnavailable, True),
        (answer(503), RemoteUnavailable, True),
        (answer(504), RemoteUnavailable, True),
        (answer(200, {"success": False}), RemoteRejected, None),
        (answer(200, {"success": False, "reasons": "odd"}), RemoteRejected, None),
        (answer(200, refusal("12")), RemoteRejected, None),
        (answer(200, text=b""), RemoteUnavailable, True),
        (answer(200, text=b'{"success": tr'), RemoteUnavailable, True),
        (answer(200, text=b"<html>Log in</html>"), RemoteUnavailable, True),
        (
            answer(200, {"Success": False, "Errors": [{"Code": "INVALID_VALUE", "Message": "x"}]}),
            RemoteRejected,
            None,
        ),
        (
            answer(400, {"success": False, "errors": [{"code": "INVALID_FIELD", "message": "x"}]}),
            ConfigError,
            None,
        ),
        (answer(400, {"Success": False, "Errors": {"Code": "LOCK_COMPETITION"}}), RemoteUnavailable, False),
        (answer(400, {"Code": "REQUEST_EXCEEDED_LIMIT", "Message": "x"}), RemoteUnavailable, False),
    ],
)
def test_every_other_answer_has_its_meaning(
    response: Response, kind: type[Exception], unknown: bool | None
) -> None:
    error = judged(response)
    assert type(error) is kind
    if isinstance(error, RemoteUnavailable):
        assert error.outcome_unknown is unknown
        assert (error.status, error.request_id) == (response.status_code, REQUEST_ID)


@pytest.mark.parametrize(
    "body", [{"success": True}, {"Success": True, "Id": "8a"}, {"data": []}, {"size": 0}]
)
def test_a_success_is_no_failure(body: dict[str, Any]) -> None:
    assert judged(answer(200, body)) is None


@pytest.mark.parametrize("asked", [READ, Asked("POST", "/v1/action/query")])
@pytest.mark.parametrize("response", [answer(503), answer(200, text=b"{"), answer(409)])
def test_a_read_has_no_unknown_outcome(asked: Asked, response: Response) -> None:
    error = judged(response, asked)
    assert isinstance(error, RemoteUnavailable)
    assert error.outcome_unknown is False
    assert "not known" not in error.message


def test_a_change_has_an_unknown_outcome_too() -> None:
    error = judged(answer(503), CHANGE)
    assert isinstance(error, RemoteUnavailable)
    assert error.outcome_unknown is True


@pytest.mark.parametrize(
    ("codes", "kind"),
    [
        ((53100050, 53100061), RemoteUnavailable),
        ((53100050, 53100020), RemoteRejected),
        ((53100020, 53100050), RemoteRejected),
        ((53100061, "NeverHeardOf"), RemoteRejected),
        ((53100020, 90000011), TokenRefused),
    ],
)
def test_several_reasons_are_repeated_only_if_all_of_them_pass(
    codes: tuple[Any, ...], kind: type[Exception]
) -> None:
    assert type(judged(answer(400, refusal(*codes)))) is kind


def test_two_passing_reasons_keep_the_doubt_of_either() -> None:
    error = judged(answer(500, refusal(53100061, 53100060)))
    assert isinstance(error, RemoteUnavailable)
    assert error.outcome_unknown is True


def test_a_message_says_what_happened_to_which_record_and_what_to_do() -> None:
    body = {
        "success": False,
        "reasons": [
            {"code": 53100020, "message": "Taxation Requirement: State is required."},
            {"code": 53100022, "message": "Country is missing"},
        ],
    }
    error = judged(answer(400, body))
    assert isinstance(error, RemoteRejected)
    assert error.message == (
        "Zuora did not carry out POST /v1/accounts for Acme Corp: Taxation Requirement: State is required.; "
        f"Country is missing (code 53100020, request {REQUEST_ID}). "
        "Correct the value in Salesforce (or its mapping row) and resync."
    )
    assert error.reasons == ("Taxation Requirement: State is required.", "Country is missing")
    assert (error.system, error.status, error.code) == ("Zuora", 400, "53100020")
    assert (error.request_id, error.record) == (REQUEST_ID, "Acme Corp")


def test_a_currency_that_is_refused_has_two_cures() -> None:
    error = judged(
        answer(400, refusal(53100020, message="'currency' has the value 'XAF', which is not enabled."))
    )
    assert isinstance(error, RemoteRejected)
    assert error.message.endswith(
        "Enable the currency in Zuora (Billing Settings), or correct it in Salesforce (or its mapping row), and resync."
    )


@pytest.mark.parametrize("system", ["Zuora", "Salesforce"])
def test_who_acts_on_a_refusal_names_the_system(system: str) -> None:
    error = RemoteRejected("No.", system=system)
    assert error.who_acts == f"The owner of the record in Salesforce, or the administrator of {system}"
    assert RemoteUnavailable("No.", system=system).who_acts == RemoteUnavailable.who_acts


def test_the_code_kept_is_that_of_the_reason_that_decided() -> None:
    error = judged(answer(400, refusal(53100050, 53100030)))
    assert isinstance(error, RemoteRejected)
    assert error.code == "53100030"


def test_a_stated_wait_is_kept() -> None:
    error = judged(answer(429, Retry_After="90"))
    assert isinstance(error, RemoteUnavailable)
    assert error.retry_after == 90.0


@pytest.mark.parametrize(("code", "times"), [("53100060", 1), ("SystemError", 1), ("53100061", 3), ("", 3)])
def test_an_internal_error_is_repeated_once_and_others_as_often_as_set(code: str, times: int) -> None:
    error = RemoteUnavailable("Zuora failed.", system="Zuora", code=code)
    assert repeats(error, network_retries=3) == times
    assert repeats(error, network_retries=0) == 0


@pytest.mark.parametrize(
    "body", [None, [], "text", 3, {"reasons": [None, 3]}, {"errors": "x"}, {"message": "x", "success": True}]
)
def test_a_body_without_reasons_has_none(body: Any) -> None:
    assert reasons_of(body) == ()
