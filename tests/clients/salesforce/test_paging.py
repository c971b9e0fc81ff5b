"""Pages, nested pages, and servers that never end."""

from __future__ import annotations

from typing import Any

import pytest

from connector.clients.salesforce import SalesforceClient
from connector.clients.salesforce.paging import MAX_PAGES, Pages
from connector.errors import RemoteRejected
from tests.clients.conftest import Reply, Script

NEXT = "/services/data/v62.0/query/01gD0000002HU6KIAW-{}"


def page(*records: Any, next_page: object = None, **more: Any) -> dict[str, Any]:
    return {
        "totalSize": 9,
        "done": next_page is None,
        "records": list(records),
        **({} if next_page is None else {"nextRecordsUrl": next_page}),
        **more,
    }


def account(number: int, **more: Any) -> dict[str, Any]:
    return {"attributes": {"type": "Account"}, "Id": f"001{number}", **more}


def test_outer_and_nested_pages_are_followed_to_their_ends(
    salesforce: SalesforceClient, script: Script
) -> None:
    script.answer(
        page(
            account(
                1,
                Contacts=page({"Id": "0031"}, next_page=NEXT.format("child-1")),
                Parent=account(9, Contacts=page({"Id": "0039"}, next_page=NEXT.format("child-9"))),
            ),
            account(2, Contacts=None),
            next_page=NEXT.format(1),
        ),
        page({"Id": "0032"}, next_page=NEXT.format("child-2")),
        page({"Id": "0033"}),
        page({"Id": "0040"}),
        page(account(3, Contacts=page({"Id": "0034"}))),
    )
    found = salesforce.query("SELECT Id, (SELECT Id FROM Contacts) FROM Account")
    assert [record["Id"] for record in found] == ["0011", "0012", "0013"]
    assert [child["Id"] for child in found[0]["Contacts"]["records"]] == ["0031", "0032", "0033"]
    assert (found[0]["Contacts"]["done"], found[0]["Contacts"]["totalSize"]) == (True, 3)
    assert [child["Id"] for child in found[0]["Parent"]["Contacts"]["records"]] == ["0039", "0040"]
    assert found[1]["Contacts"] is None
    assert [child["Id"] for child in found[2]["Contacts"]["records"]] == ["0034"]
    assert [asked.path for asked in script.api[1:]] == [
        NEXT.format(name) for name in ("child-1", "child-2", "child-9", "1")
    ]


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/services/data/v62.0/query/01g-1",
        "//evil.example/services/data/v62.0/query/01g-1",
        "@evil.example/services/data/v62.0/query/01g-1",
        ".evil.example/services/data/v62.0/query/01g-1",
        "/services/data/v62.0/query/../../oauth2/revoke",
        "/services/data/v62.0/sobjects/Account",
        "/services/data/v62.0/query/01g-1\n",
        "",
        7,
    ],
)
def test_a_next_page_elsewhere_is_not_followed(
    salesforce: SalesforceClient, script: Script, url: object
) -> None:
    script.answer(page(account(1), next_page=url, done=False))
    with pytest.raises(RemoteRejected, match="not followed"):
        salesforce.query("SELECT Id FROM Account")
    assert len(script.api) == 1


def test_a_query_that_is_not_done_but_names_no_next_page_is_refused(
    salesforce: SalesforceClient, script: Script
) -> None:
    script.answer(page(account(1), done=False))
    with pytest.raises(RemoteRejected, match="not followed"):
        salesforce.query("SELECT Id FROM Account")


def test_a_repeated_page_is_noticed(salesforce: SalesforceClient, script: Script) -> None:
    script.answer(page(account(1), next_page=NEXT.format(1)))
    with pytest.raises(RemoteRejected, match="without end"):
        salesforce.query("SELECT Id FROM Account")
    assert len(script.api) == 2


def test_empty_pages_without_end_are_noticed(salesforce: SalesforceClient, script: Script) -> None:
    script.answer(page(account(1), next_page=NEXT.format(1)), page(next_page=NEXT.format(2)))
    with pytest.raises(RemoteRejected, match="without end"):
        salesforce.query("SELECT Id FROM Account")
    assert len(script.api) == 2


def test_full_pages_without_end_are_noticed() -> None:
    followed: list[str] = []

    def follow(url: str) -> dict[str, Any]:
        followed.append(url)
        return page(account(1), next_page=NEXT.format(len(followed)))

    with pytest.raises(RemoteRejected, match="without end"):
        Pages(follow).collect(page(account(1), next_page=NEXT.format("first")))
    assert len(followed) == MAX_PAGES


@pytest.mark.parametrize("body", [{"done": True}, {"records": {}}, {"records": ["x"]}, [], "x"])
def test_an_answer_without_records_is_unexpected(
    salesforce: SalesforceClient, script: Script, body: Any
) -> None:
    script.answer(Reply(body))
    with pytest.raises(RemoteRejected, match="unexpected reply"):
        salesforce.query("SELECT Id FROM Account")
