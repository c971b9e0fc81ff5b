"""Recorded queries of a real org, asked again here: the pages and records must have the same keys."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from connector.sandbox.salesforce.org import Org
from tests.sandbox.salesforce.cast import V62, Api

RECORDING = (
    Path(__file__).parents[4] / "shared" / "reference" / "salesforce-recordings" / "_interactions.json"
)

pytestmark = pytest.mark.skipif(
    not RECORDING.is_file(), reason="the recorded traffic is not beside this checkout"
)


def recorded() -> list[dict[str, Any]]:
    if not RECORDING.is_file():
        return []
    found: list[dict[str, Any]] = json.loads(RECORDING.read_text())
    return found


def queries() -> list[Any]:
    """Return the recorded queries on objects and with features this sandbox has."""
    chosen = []
    for each in recorded():
        split = urlsplit(each["uri"])
        soql = parse_qs(split.query).get("q", [""])[0]
        is_query = split.path.endswith("/query/") and "/tooling/" not in split.path
        is_elsewhere = any(word in soql for word in ("RecordType", "TYPEOF", "CleanStatus"))
        if is_query and not is_elsewhere:
            chosen.append(pytest.param(soql, json.loads(each["response_body"]), id=soql[:60]))
    return chosen


@pytest.mark.parametrize(("soql", "theirs"), queries())
def test_a_page_has_the_recorded_keys(org: Org, api: Api, soql: str, theirs: dict[str, Any]) -> None:
    org.seed({"Account": [{"Name": "Sitwell-Bluth", "AccountNumber": "420"}]})
    reply = api.query(soql)
    assert reply.status_code == 200, reply.text
    mine = reply.json()
    assert list(mine) == list(theirs)
    for record, pattern in zip(mine["records"][:1], theirs["records"][:1], strict=False):
        assert list(record) == list(pattern)
        assert list(record["attributes"]) == list(pattern["attributes"])


def test_recorded_queries_are_at_hand() -> None:
    assert len(queries()) >= 10


def test_collection_results_have_the_recorded_keys(api: Api) -> None:
    theirs = next(
        json.loads(each["response_body"])
        for each in recorded()
        if each["method"] == "PATCH" and each["uri"].endswith("/composite/sobjects/Account/Id")
    )
    row = {"Name": "Sitwell-Bluth", "AccountNumber": "420", "Id": None, "attributes": {"type": "Account"}}
    body = {"allOrNone": False, "records": [row]}
    mine = api.patch(f"{V62}/composite/sobjects/Account/Id", body).json()
    assert [list(result) for result in mine] == [list(result) for result in theirs]


def test_the_organization_is_shown_as_recorded(org: Org, api: Api) -> None:
    theirs = next(
        json.loads(each["response_body"]) for each in recorded() if "/sobjects/Organization/" in each["uri"]
    )
    mine = api.get(f"{V62}/sobjects/Organization/{org.org_id}").json()
    unseen = {"LastViewedDate", "LastReferencedDate"}
    assert set(mine) - unseen <= set(theirs)
    assert mine["Address"].keys() == theirs["Address"].keys()
