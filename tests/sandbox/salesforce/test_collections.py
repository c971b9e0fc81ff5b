"""Many records in one call, and records found by an external id."""

from __future__ import annotations

from typing import Any

import pytest

from connector.sandbox.salesforce.org import Org
from tests.sandbox.salesforce.cast import ACME_CORP, ACME_HOLDING, ADA, BARE_LTD, V62, Api

ACCOUNT = {"type": "Account"}
MANY = f"{V62}/composite/sobjects"


@pytest.fixture
def numbered(org: Org) -> None:
    field = {"object": "Account", "name": "Legacy__c", "type": "string", "length": 20, "externalId": True}
    org.add_described_field(field)
    org.update("Account", ACME_CORP, Legacy__c="L-1")


def rows(*records: dict[str, Any], all_or_none: bool = False) -> dict[str, Any]:
    return {
        "allOrNone": all_or_none,
        "records": [{"attributes": ACCOUNT, **record} for record in records],
    }


def test_each_record_has_its_own_result(org: Org, api: Api) -> None:
    reply = api.post(MANY, rows({"Name": "One"}, {"Phone": "1"}, {"Name": "Three", "Foo": 1}))
    assert reply.status_code == 200
    first, second, third = reply.json()
    assert first == {"id": first["id"], "success": True, "errors": []}
    assert second == {
        "success": False,
        "errors": [
            {
                "statusCode": "REQUIRED_FIELD_MISSING",
                "message": "Required fields are missing: [Name]",
                "fields": ["Name"],
            }
        ],
    }
    assert third["errors"][0]["statusCode"] == "INVALID_FIELD"
    assert org.record("Account", first["id"])["Name"] == "One"


def test_all_or_none_keeps_nothing_when_one_fails(org: Org, api: Api) -> None:
    before = org.snapshot()["records"]["Account"]
    first, second = api.post(MANY, rows({"Name": "One"}, {"Phone": "1"}, all_or_none=True)).json()
    assert first["errors"][0]["statusCode"] == "ALL_OR_NONE_OPERATION_ROLLED_BACK"
    assert second["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING"
    assert org.snapshot()["records"]["Account"] == before


def test_records_are_changed_and_deleted_together(org: Org, api: Api) -> None:
    changed = api.patch(
        MANY, rows({"Id": ACME_CORP[:15], "Name": "New"}, {"id": "001999999999999", "Name": "x"})
    )
    assert [result["success"] for result in changed.json()] == [True, False]
    assert changed.json()[0]["id"] == ACME_CORP
    assert org.record("Account", ACME_CORP)["Name"] == "New"
    deleted = api.delete(MANY, params={"ids": f"{BARE_LTD},nonsense"})
    assert [result["success"] for result in deleted.json()] == [True, False]
    assert org.record("Account", BARE_LTD)["IsDeleted"] is True


def test_records_are_fetched_in_the_order_of_their_ids(api: Api) -> None:
    wanted = {"ids": [ACME_CORP, "001999999999999", ADA, ACME_HOLDING], "fields": ["Name"]}
    found = api.post(f"{MANY}/Account", wanted).json()
    assert [record and record["Name"] for record in found] == ["Acme Corp", None, None, "Acme Holding"]
    by_address = api.get(f"{MANY}/Account", params={"ids": f"{ACME_CORP},{ACME_HOLDING}", "fields": "Name"})
    assert [record["Name"] for record in by_address.json()] == ["Acme Corp", "Acme Holding"]


@pytest.mark.usefixtures("numbered")
def test_an_upsert_tells_new_from_known(org: Org, api: Api) -> None:
    body = rows({"Legacy__c": "l-1", "Name": "Renamed"}, {"Legacy__c": "L-2", "Name": "Fresh"})
    known, fresh = api.patch(f"{MANY}/Account/Legacy__c", body).json()
    assert (known["id"], known["created"]) == (ACME_CORP, False)
    assert fresh["created"] is True
    assert org.record("Account", ACME_CORP)["Name"] == "Renamed"
    by_id = api.patch(
        f"{MANY}/Account/Id", rows({"Id": None, "Name": "Null id"}, {"Id": ACME_CORP, "Site": "HQ"})
    )
    assert [result["created"] for result in by_id.json()] == [True, False]
    assert org.record("Account", ACME_CORP)["Site"] == "HQ"


@pytest.mark.usefixtures("numbered")
def test_one_record_is_reached_by_its_external_id(org: Org, api: Api) -> None:
    path = f"{V62}/sobjects/Account/Legacy__c"
    assert api.get(f"{path}/L-1").json()["Name"] == "Acme Corp"
    assert api.get(f"{path}/L-9").status_code == 404
    assert api.patch(f"{path}/L-1", {"Name": "Renamed"}).status_code == 204
    created = api.patch(f"{path}/L-9", {"Name": "Fresh"})
    assert created.status_code == 201
    org.update("Account", created.json()["id"], Legacy__c="L-1")
    several = api.get(f"{path}/L-1")
    assert several.status_code == 300
    assert several.json()[0] == f"{V62}/sobjects/Account/{ACME_CORP}"
    assert api.get(f"{V62}/sobjects/Account/Name/Acme").status_code == 404


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"records": [{"attributes": ACCOUNT, "Name": "x"}] * 201}, "EXCEEDED_ID_LIMIT"),
        ({"records": "x"}, "JSON_PARSER_ERROR"),
        ({}, "JSON_PARSER_ERROR"),
    ],
)
def test_a_collection_has_its_bounds(api: Api, body: dict[str, Any], code: str) -> None:
    assert api.post(MANY, body).json()[0]["errorCode"] == code


def test_a_row_says_which_object_it_is(api: Api) -> None:
    (result,) = api.post(MANY, {"records": [{"Name": "x"}]}).json()
    assert result["errors"][0]["statusCode"] == "INVALID_TYPE"
