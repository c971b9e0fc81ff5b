"""Several calls in one: their answers, their references to each other, and undoing them together."""

from __future__ import annotations

from typing import Any

import pytest

from connector.sandbox.salesforce.org import Org
from tests.sandbox.salesforce.cast import ACME_CORP, V62, Api

COMPOSITE = f"{V62}/composite"


def ask(name: str, method: str, path: str, **rest: Any) -> dict[str, Any]:
    return {"referenceId": name, "method": method, "url": f"{V62}/{path}", **rest}


def answers(api: Api, *calls: dict[str, Any], all_or_none: bool = False) -> list[dict[str, Any]]:
    reply = api.post(COMPOSITE, {"allOrNone": all_or_none, "compositeRequest": list(calls)})
    assert reply.status_code == 200
    found: list[dict[str, Any]] = reply.json()["compositeResponse"]
    return found


def test_later_calls_use_earlier_answers(org: Org, api: Api) -> None:
    created, owned, found = answers(
        api,
        ask("parent", "POST", "sobjects/Account", body={"Name": "Fresh"}),
        ask("child", "POST", "sobjects/Contact", body={"LastName": "Kid", "AccountId": "@{parent.id}"}),
        ask(
            "list", "GET", "query/?q=SELECT+Id,(SELECT+Id+FROM+Contacts)+FROM+Account+WHERE+Id='@{parent.id}'"
        ),
    )
    assert set(created) == {"body", "httpHeaders", "httpStatusCode", "referenceId"}
    assert created["httpStatusCode"] == 201
    assert created["httpHeaders"]["Location"].endswith(created["body"]["id"])
    assert org.record("Contact", owned["body"]["id"])["AccountId"] == created["body"]["id"]
    assert found["body"]["records"][0]["Contacts"]["totalSize"] == 1


def test_a_failed_call_does_not_stop_the_others(api: Api) -> None:
    failed, halted, fine = answers(
        api,
        ask("bad", "GET", "query/?q=select count() from XYZZY"),
        ask("after", "GET", "sobjects/Account/@{bad.records[0].Id}"),
        ask("good", "GET", "query/?q=select count() from Account"),
    )
    assert (failed["httpStatusCode"], failed["body"][0]["errorCode"]) == (400, "INVALID_TYPE")
    assert halted["body"][0]["errorCode"] == "PROCESSING_HALTED"
    assert fine["body"]["totalSize"] == 3


def test_all_or_none_undoes_every_call(org: Org, api: Api) -> None:
    before = org.snapshot()["records"]["Account"]
    first, second = answers(
        api,
        ask("one", "PATCH", f"sobjects/Account/{ACME_CORP}", body={"Name": "Renamed"}),
        ask("two", "POST", "sobjects/Account", body={}),
        all_or_none=True,
    )
    assert (first["httpStatusCode"], first["body"][0]["errorCode"]) == (400, "PROCESSING_HALTED")
    assert second["body"][0]["errorCode"] == "REQUIRED_FIELD_MISSING"
    assert org.snapshot()["records"]["Account"] == before


def test_an_unchanged_describe_has_no_body(api: Api) -> None:
    headers = {"If-Modified-Since": "Fri, 31 Dec 2100 00:00:00 GMT"}
    (reply,) = answers(api, ask("ref", "GET", "sobjects/Account/describe", httpHeaders=headers))
    assert (reply["httpStatusCode"], reply["body"]) == (304, None)
    assert "Last-Modified" in reply["httpHeaders"]


def test_an_empty_answer_is_null(api: Api) -> None:
    (reply,) = answers(api, ask("ref", "PATCH", f"sobjects/Account/{ACME_CORP}", body={"Site": "HQ"}))
    assert (reply["httpStatusCode"], reply["body"]) == (204, None)


@pytest.mark.parametrize(
    ("calls", "code"),
    [
        ([ask(f"r{n}", "GET", "limits") for n in range(26)], "LIMIT_EXCEEDED"),
        ([ask(f"r{n}", "GET", "query?q=SELECT+Id+FROM+User") for n in range(6)], "LIMIT_EXCEEDED"),
        ([ask("same", "GET", "limits"), ask("same", "GET", "limits")], "INVALID_INPUT"),
        ([{"method": "GET", "url": f"{V62}/limits"}], "INVALID_INPUT"),
        ([], "JSON_PARSER_ERROR"),
        ("x", "JSON_PARSER_ERROR"),
    ],
)
def test_a_composite_has_its_bounds(api: Api, calls: Any, code: str) -> None:
    reply = api.post(COMPOSITE, {"compositeRequest": calls})
    assert (reply.status_code, reply.json()[0]["errorCode"]) == (400, code)


def test_a_call_outside_the_api_is_not_found(api: Api) -> None:
    (reply,) = answers(api, {"referenceId": "out", "method": "GET", "url": "/services/oauth2/userinfo"})
    assert (reply["httpStatusCode"], reply["body"][0]["errorCode"]) == (404, "NOT_FOUND")
