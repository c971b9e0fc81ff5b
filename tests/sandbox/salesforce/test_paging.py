"""Pages of a result, pages of a nested result, and locators that lead nowhere."""

from __future__ import annotations

import pytest

from connector.sandbox.salesforce.org import Org
from tests.sandbox.salesforce.cast import ACME_HOLDING, V62, Api, account, contact

SELECT = "SELECT Name FROM Account WHERE Name LIKE 'Many%' ORDER BY Name"


@pytest.fixture
def many(org: Org) -> None:
    rows = [account(Id=None, ParentId=None, Name=f"Many {number:04}") for number in range(450)]
    org.seed({"Account": rows})


@pytest.mark.usefixtures("many")
def test_all_fits_in_one_page_by_default(api: Api) -> None:
    page = api.query(SELECT).json()
    assert (page["totalSize"], page["done"], len(page["records"])) == (450, True, 450)
    assert "nextRecordsUrl" not in page


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("resource", ["query", "queryAll"])
def test_the_batch_size_is_a_hint_within_its_bounds(api: Api, resource: str) -> None:
    hint = {"Sforce-Query-Options": "batchSize=10"}
    first = api.query(SELECT, resource=resource, headers=hint).json()
    assert (first["totalSize"], first["done"], len(first["records"])) == (450, False, 200)
    assert list(first) == ["totalSize", "done", "nextRecordsUrl", "records"]
    assert first["nextRecordsUrl"].startswith(f"{V62}/query/01g")
    assert first["nextRecordsUrl"].endswith("-200")
    second = api.get(first["nextRecordsUrl"]).json()
    third = api.get(second["nextRecordsUrl"].replace("/query/", "/queryAll/")).json()
    assert (third["done"], len(third["records"])) == (True, 50)
    names = [record["Name"] for page in (first, second, third) for record in page["records"]]
    assert names == [f"Many {number:04}" for number in range(450)]
    repeated = api.get(first["nextRecordsUrl"]).json()
    assert repeated["records"] == second["records"]


@pytest.mark.usefixtures("many")
def test_the_sandbox_can_page_below_the_bounds(org: Org, api: Api) -> None:
    org.change_settings({"page_size": 1})
    page = api.query("SELECT Id FROM Contact").json()
    assert (page["totalSize"], page["done"], len(page["records"])) == (2, False, 1)
    assert api.get(page["nextRecordsUrl"]).json()["done"] is True


def test_nested_results_have_pages_of_their_own(org: Org, api: Api) -> None:
    org.change_settings({"child_page_size": 2})
    people = [contact(Id=None, LastName=f"Clerk {n}", AccountId=ACME_HOLDING) for n in range(5)]
    org.seed({"Contact": people})
    outer = api.query("SELECT Name, (SELECT LastName FROM Contacts ORDER BY LastName) FROM Account").json()
    assert outer["done"] is True
    nested = outer["records"][0]["Contacts"]
    names = [record["LastName"] for record in nested["records"]]
    while not nested["done"]:
        assert nested["totalSize"] == 5
        nested = api.get(nested["nextRecordsUrl"]).json()
        names += [record["LastName"] for record in nested["records"]]
    assert names == [f"Clerk {n}" for n in range(5)]


@pytest.mark.usefixtures("many")
def test_a_result_does_not_move_while_it_is_read(org: Org, api: Api) -> None:
    org.change_settings({"page_size": 300})
    first = api.query(SELECT).json()
    late = api.names("SELECT Name FROM Account WHERE Name = 'Many 0449'")
    org.seed({"Account": [account(Id=None, ParentId=None, Name="Many 0000 b")]})
    second = api.get(first["nextRecordsUrl"]).json()
    assert second["records"][-1]["Name"] == late[0]
    assert second["totalSize"] == 450


@pytest.mark.usefixtures("many")
def test_cursors_expire(org: Org, api: Api) -> None:
    org.change_settings({"page_size": 300})
    address = api.query(SELECT).json()["nextRecordsUrl"]
    for wrong in (
        address.replace("-300", "-450"),
        address.replace("-300", "-x"),
        address.replace("-300", ""),
    ):
        assert api.get(wrong).json()[0]["errorCode"] == "INVALID_QUERY_LOCATOR"
    assert api.control("expire-cursors", {}).status_code == 200
    reply = api.get(address)
    assert (reply.status_code, reply.json()[0]["errorCode"]) == (400, "INVALID_QUERY_LOCATOR")
