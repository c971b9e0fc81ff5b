"""The REST resources over real HTTP: headers, addresses, records, limits, and what is not there."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from connector.sandbox.salesforce.org import Org
from tests.sandbox.salesforce.cast import ACME_CORP, ADA, BARE_LTD, V62, Api

TRAIL = ["CreatedDate", "LastModifiedDate", "SystemModstamp"]


def test_success_carries_the_recorded_headers(api: Api) -> None:
    first, second = api.get(f"{V62}/limits"), api.get(f"{V62}/limits")
    assert first.headers["Content-Type"] == "application/json;charset=UTF-8"
    assert first.headers["Cache-Control"] == "no-cache,must-revalidate,max-age=0,no-store,private"
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    assert first.headers["Sforce-Limit-Info"] == "api-usage=1/5000000"
    assert second.headers["Sforce-Limit-Info"] == "api-usage=2/5000000"
    assert second.json()["DailyApiRequests"] == {"Max": 5_000_000, "Remaining": 4_999_998}


def test_the_version_list_is_public_and_in_step(url: str) -> None:
    versions = requests.get(f"{url}/services/data/", timeout=5).json()
    assert versions[-1] == {"label": "Summer '26", "url": "/services/data/v67.0", "version": "67.0"}
    labels = {each["version"]: each["label"] for each in versions}
    assert (labels["66.0"], labels["65.0"], labels["64.0"]) == ("Spring '26", "Winter '26", "Summer '25")


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        (f"{V62}/nothing", 404, "NOT_FOUND"),
        (f"{V62}/sobjects/Nothing/describe", 404, "NOT_FOUND"),
        (f"{V62}/sobjects/Account/001999999999999", 404, "NOT_FOUND"),
        (f"{V62}/sobjects/Account/{ADA}", 404, "NOT_FOUND"),
        (f"{V62}/sobjects/Account/001999999999999ZZZ", 400, "MALFORMED_ID"),
        (f"{V62}/query", 400, "MALFORMED_QUERY"),
        (f"{V62}/query/01g000000000001AAA-200", 400, "INVALID_QUERY_LOCATOR"),
        ("/services/data/v30.0/limits", 410, "GONE"),
        ("/services/data/v99.0/limits", 404, "NOT_FOUND"),
        ("/services/apexrest/x", 404, "NOT_FOUND"),
    ],
)
def test_what_is_not_there(api: Api, path: str, status: int, code: str) -> None:
    reply = api.get(path)
    assert reply.status_code == status
    (error,) = reply.json()
    assert error["errorCode"] == code
    assert "fields" not in error


def test_a_method_a_resource_does_not_know_is_refused(api: Api) -> None:
    reply = api.delete(f"{V62}/limits")
    assert (reply.status_code, reply.json()[0]["errorCode"]) == (405, "METHOD_NOT_ALLOWED")


def test_a_record_is_created_read_changed_and_deleted(org: Org, api: Api) -> None:
    created = api.post(f"{V62}/sobjects/Account/", {"Name": "Smith Corp.", "NumberOfEmployees": "10000"})
    assert created.status_code == 201
    record_id = created.json()["id"]
    assert created.json() == {"id": record_id, "success": True, "errors": []}
    address = f"{V62}/sobjects/Account/{record_id}"
    assert created.headers["Location"] == address
    shown = api.get(address)
    assert "Last-Modified" in shown.headers
    assert (shown.json()["Name"], shown.json()["NumberOfEmployees"]) == ("Smith Corp.", 10000)
    assert list(shown.json())[:2] == ["attributes", "Id"]
    changed = api.patch(address, {"Name": "Smith Ltd", "ParentId": ACME_CORP[:15], "Phone": ""})
    assert (changed.status_code, changed.content) == (204, b"")
    assert "Content-Type" not in changed.headers
    assert org.record("Account", record_id)["ParentId"] == ACME_CORP
    assert api.get(address).json()["Phone"] is None
    assert api.delete(address).status_code == 204
    gone = api.get(address)
    assert (gone.status_code, gone.json()[0]["errorCode"]) == (404, "ENTITY_IS_DELETED")
    assert api.names("SELECT Name FROM Account WHERE Name = 'Smith Ltd'") == []
    assert api.names("SELECT Name FROM Account WHERE Name = 'Smith Ltd'", resource="queryAll") == [
        "Smith Ltd"
    ]


def test_a_record_shows_the_fields_asked_for(api: Api) -> None:
    shown = api.get(f"{V62}/sobjects/account/{ACME_CORP}", params={"fields": "Name,BillingCity"}).json()
    assert list(shown) == ["attributes", "Name", "BillingCity"]
    refused = api.get(f"{V62}/sobjects/Account/{ACME_CORP}", params={"fields": "Name,Nmae"})
    assert refused.json()[0]["message"] == "No such column 'Nmae' on sobject of type Account"


def test_deleting_takes_owned_records_along_and_stops_at_orders(org: Org, api: Api) -> None:
    refused = api.delete(f"{V62}/sobjects/Account/{ACME_CORP}")
    assert (refused.status_code, refused.json()[0]["errorCode"]) == (400, "DELETE_FAILED")
    assert org.record("Account", ACME_CORP)["IsDeleted"] is False
    child = api.post(f"{V62}/sobjects/Account", {"Name": "Child", "ParentId": BARE_LTD}).json()["id"]
    owned = api.post(f"{V62}/sobjects/Contact", {"LastName": "Owned", "AccountId": BARE_LTD}).json()["id"]
    assert api.delete(f"{V62}/sobjects/Account/{BARE_LTD}").status_code == 204
    assert org.record("Contact", owned)["IsDeleted"] is True
    orphan = org.record("Account", child)
    assert (orphan["IsDeleted"], orphan["ParentId"]) == (False, None)


def test_describe_agrees_with_the_list_of_objects(api: Api) -> None:
    listed = api.get(f"{V62}/sobjects").json()
    assert listed["maxBatchSize"] == 200
    one = next(each for each in listed["sobjects"] if each["name"] == "Order")
    described = api.get(f"{V62}/sobjects/Order/describe").json()
    assert {key: described[key] for key in one} == one
    fields = {field["name"]: field for field in described["fields"]}
    statuses = [value["value"] for value in fields["SBQQ__PriceCalcStatus__c"]["picklistValues"]]
    assert "Queued" in statuses
    assert fields["AccountId"]["referenceTo"] == ["Account"]
    assert api.get(f"{V62}/sobjects/Order").json()["objectDescribe"] == one


def test_an_unchanged_schema_is_not_sent_again(org: Org, api: Api) -> None:
    path = f"{V62}/sobjects/Account/describe"
    seen = api.get(path).headers["Last-Modified"]
    again = api.get(path, headers={"If-Modified-Since": seen})
    assert (again.status_code, again.content) == (304, b"")
    earlier = api.get(path, headers={"If-Modified-Since": "Sat, 1 Jan 2000 00:00:01 GMT"})
    assert earlier.status_code == 200
    assert api.get(path, headers={"If-Modified-Since": "yesterday"}).status_code == 200


def test_records_are_counted(api: Api) -> None:
    counted = api.get(f"{V62}/limits/recordCount", params={"sObjects": "Account,Asset"}).json()
    assert counted == {"sObjects": [{"count": 3, "name": "Account"}]}


def test_the_daily_allocation_runs_out(org: Org, api: Api) -> None:
    org.change_settings({"api_request_limit": 1})
    assert api.get(f"{V62}/limits").status_code == 200
    refused = api.get(f"{V62}/limits")
    assert refused.status_code == 403
    assert refused.json() == [
        {"message": "TotalRequests Limit exceeded.", "errorCode": "REQUEST_LIMIT_EXCEEDED"}
    ]


def test_a_too_long_address_is_refused(api: Api) -> None:
    soql = "SELECT Id FROM Account WHERE Name = 'x'" + " AND Name = 'x'" * 1000
    assert api.query(soql).status_code == 414
    assert api.get(f"{V62}/limits", headers={"X-Long": "x" * 16_500}).status_code == 431


def test_pretty_printing_is_asked_for(api: Api) -> None:
    assert "\n" not in api.get(f"{V62}/limits").text
    assert '  "DailyApiRequests" : {' in api.get(f"{V62}/limits", headers={"X-PrettyPrint": "1"}).text


@pytest.mark.parametrize(
    "name", ["株式会社アクメ", "🚀 Rocket", "O'Hara & Söhne", "a\u202eb", "tab\there", "\ud800"]
)
def test_any_text_comes_back_as_it_went_in(api: Api, name: str) -> None:
    record_id = api.post(f"{V62}/sobjects/Account", {"Name": name}).json()["id"]
    assert api.get(f"{V62}/sobjects/Account/{record_id}").json()["Name"] == name


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"",
        b'{"Name": ',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"Name":' + b"[" * 900 + b"]" * 900 + b"}",
    ],
)
def test_a_body_that_is_no_object_is_refused(api: Api, body: bytes) -> None:
    reply = api.call("POST", f"{V62}/sobjects/Account", data=body)
    assert (reply.status_code, reply.json()[0]["errorCode"]) == (400, "JSON_PARSER_ERROR")


def test_times_are_kept_to_the_second_in_utc(api: Api) -> None:
    shown: dict[str, Any] = api.get(f"{V62}/sobjects/Account/{ACME_CORP}").json()
    assert all(shown[name].endswith(".000+0000") and "T" in shown[name] for name in TRAIL)


def test_many_clients_write_at_once_and_nothing_is_lost(org: Org, api: Api) -> None:
    def create(number: int) -> str:
        with requests.Session() as own:
            mine = Api(api.url, api.token, own)
            record_id: str = mine.post(f"{V62}/sobjects/Account", {"Name": f"At once {number}"}).json()["id"]
            assert mine.query("SELECT Id, (SELECT Id FROM Contacts) FROM Account").status_code == 200
            return record_id

    with ThreadPoolExecutor(max_workers=8) as pool:
        ids = list(pool.map(create, range(24)))
    assert len(set(ids)) == 24
    assert api.query("SELECT COUNT() FROM Account WHERE Name LIKE 'At once%'").json()["totalSize"] == 24


def test_a_page_outside_the_services_is_html(url: str) -> None:
    reply = requests.get(f"{url}/lightning", timeout=5)
    assert reply.status_code == 404
    assert reply.headers["Content-Type"].startswith("text/html")
