"""Object query and ZOQL: what a client finds, and when it does not find it yet."""

from __future__ import annotations

from typing import Any

import pytest


def ids(found: list[dict[str, Any]]) -> set[str]:
    return {item["id"] for item in found}


def names(found: list[dict[str, Any]]) -> list[str]:
    return [item["name"] for item in found]


def bad(zuora: Any, query: str) -> str:
    answer = zuora.send("GET", f"/object-query/{query}")
    assert answer.status_code == 400
    body = answer.json()
    assert set(body) == {"reasons", "requestId"}
    assert [reason["code"] for reason in body["reasons"]] == [50000027]
    return str(body["reasons"][0]["message"])


def test_an_account_is_found_by_crm_id_whatever_the_case(zuora: Any) -> None:
    made = zuora.account(crmId="001Ak00000AbCdE")
    [found] = zuora.find("accounts", filter="crmid.EQ:001AK00000ABCDE")
    assert (found["id"], found["crmId"]) == (made["accountId"], "001Ak00000AbCdE")
    assert "success" not in zuora.done("GET", "/object-query/accounts")
    assert zuora.find("accounts", filter="crmid.EQ:001Ak00000AbCdF") == []


def test_nulls_are_left_out_unless_asked_for(zuora: Any) -> None:
    zuora.account()
    [without] = zuora.find("accounts")
    [with_nulls] = zuora.find("accounts", includeNullFields="true")
    assert "notes" not in without
    assert with_nulls["notes"] is None


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (["name.EQ:acme corp"], ["Acme Corp"]),
        (["name.NE:acme corp"], ["Acme Holding", "Zeta"]),
        (["name.SW:ACME"], ["Acme Corp", "Acme Holding"]),
        (["name.IN:[zeta,acme corp]"], ["Acme Corp", "Zeta"]),
        (["name.GT:acme corp"], ["Acme Holding", "Zeta"]),
        (["name.GE:acme holding", "name.LT:zeta"], ["Acme Holding"]),
        (["billcycleday.LE:5"], ["Acme Corp", "Acme Holding"]),
        (["crmid.EQ:null"], ["Zeta"]),
        (["crmid.NE:null", "currency.EQ:eur"], ["Acme Holding"]),
        (["updateddate.GT:2000-01-01T00:00:00Z"], ["Acme Corp", "Acme Holding", "Zeta"]),
        (["parentid.EQ:8ad0"], []),
    ],
)
def test_filters_are_joined_by_and(zuora: Any, asked: list[str], expected: list[str]) -> None:
    zuora.account()
    zuora.account(name="Acme Holding", currency="EUR", billCycleDay=5)
    zuora.account(name="Zeta", crmId=..., billCycleDay=15)
    assert names(zuora.find("accounts", filter=asked, sort="name.ASC")) == expected


def test_an_indexed_custom_field_can_be_filtered(zuora: Any, make_contact_body: Any) -> None:
    made = zuora.account(billToContact=make_contact_body(crmId__c="003Ak000001"))
    [found] = zuora.find("contacts", filter="crmId__c.EQ:003Ak000001")
    assert found["id"] == made["billToContactId"]
    assert (found["postalCode"], found["crmId__c"]) == ("94105", "003Ak000001")
    zuora.settings(custom_fields={"Contact": {"plain__c": {}}})
    assert bad(zuora, "contacts?filter[]=plain__c.EQ:x") == "Invalid filter parameter: plain__c"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("accounts?filter[]=notes.EQ:x", "Invalid filter parameter: notes"),
        ("accounts?filter[]=name", "Invalid filter parameter: name"),
        ("accounts?filter[]=name.LIKE:x", "Invalid filter operator: LIKE"),
        ("accounts?filter[]=name.IN:x", "Invalid filter value: x"),
        ("accounts?filter[]=billcycleday.GT:x", "Invalid filter value: x"),
        ("accounts?pageSize=100", "Invalid pageSize parameter: 100"),
        ("accounts?pageSize=0", "Invalid pageSize parameter: 0"),
        ("accounts?cursor=abc", "Invalid cursor parameter"),
        ("accounts?expand[]=friends", "Invalid expand parameter: friends"),
        ("contacts?expand[]=account", "Invalid expand parameter: account"),
        ("accounts?sort[]=name", "Invalid sort parameter: name"),
        ("accounts?fields[]=nothing", "Invalid fields parameter: nothing"),
    ],
)
def test_a_bad_query(zuora: Any, query: str, message: str) -> None:
    zuora.account()
    assert bad(zuora, query) == message


def test_pages_follow_the_cursor(zuora: Any) -> None:
    made = {zuora.account()["accountId"] for _ in range(12)}
    first = zuora.done("GET", "/object-query/accounts")
    assert len(first["data"]) == 10
    second = zuora.done("GET", "/object-query/accounts", params={"cursor": first["nextPage"]})
    assert "nextPage" not in second
    assert ids(first["data"]) | ids(second["data"]) == made
    assert len(second["data"]) == 2
    bad(zuora, f"accounts?cursor={first['nextPage']}&filter[]=name.EQ:x")


def test_sorting_both_ways(zuora: Any) -> None:
    for name in ("b", "C", "a"):
        zuora.account(name=name)
    assert names(zuora.find("accounts", sort="name.ASC")) == ["a", "b", "C"]
    assert names(zuora.find("accounts", sort="name.DESC")) == ["C", "b", "a"]


def test_expanding_contacts(zuora: Any) -> None:
    made = zuora.account()
    [found] = zuora.find("accounts", expand=["billto", "soldto", "invoices"])
    assert (found["billTo"]["firstName"], found["soldTo"]["firstName"]) == ("Ada", "Grace")
    assert found["billTo"]["id"] == made["billToContactId"]
    assert found["invoices"] == []


def test_chosen_fields_only(zuora: Any) -> None:
    made = zuora.account()
    assert zuora.find("accounts", fields="id,name") == [{"id": made["accountId"], "name": "Acme Corp"}]


def test_one_object_by_its_key(zuora: Any) -> None:
    made = zuora.account()
    for key in (made["accountId"], made["accountNumber"]):
        found = zuora.done("GET", f"/object-query/accounts/{key}?expand[]=billto")
        assert (found["id"], found["billTo"]["firstName"]) == (made["accountId"], "Ada")
    answer = zuora.send("GET", "/object-query/accounts/A404")
    assert (answer.status_code, answer.json()["reasons"][0]["code"]) == (404, 50000040)


def test_the_query_lag_hides_young_writes(zuora: Any) -> None:
    old = zuora.account(name="Old")
    zuora.settings(clock_offset_s=100, query_lag_s=60)
    zuora.log_in()
    zuora.account(name="Young")
    zuora.done("PUT", f"/v1/accounts/{old['accountId']}", {"name": "Renamed"})
    assert names(zuora.find("accounts")) == ["Old"]
    zoql = {"queryString": "select Id, Name from Account"}
    assert [r["Name"] for r in zuora.done("POST", "/v1/action/query", zoql)["records"]] == ["Old"]
    assert zuora.done("GET", f"/v1/accounts/{old['accountId']}")["basicInfo"]["name"] == "Renamed"
    zuora.settings(clock_offset_s=200)
    zuora.log_in()
    assert names(zuora.find("accounts", sort="name.ASC")) == ["Renamed", "Young"]


def test_a_stale_answer_misses_the_last_write_once(zuora: Any) -> None:
    zuora.account(name="First")
    contact = zuora.account(name="Second")["soldToContactId"]
    zuora.control("POST", "faults", {"action": "stale", "path": "^/object-query/"})
    assert names(zuora.find("accounts")) == ["First"]
    assert len(zuora.find("accounts")) == 2
    assert contact in ids(zuora.find("contacts"))


def zoql(zuora: Any, *words: str) -> list[dict[str, Any]]:
    query = {"queryString": " ".join(words)}
    records: list[dict[str, Any]] = zuora.done("POST", "/v1/action/query", query)["records"]
    return records


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("Name = 'Acme Corp'", {"Acme Corp"}),
        ("Name = 'acme corp' or Name = 'Zeta'", {"Acme Corp", "Zeta"}),
        ("Currency = 'USD' and Name != 'Zeta'", {"Acme Corp"}),
        ("Name = 'Zeta' or Name = 'Acme Corp' and Currency = 'EUR'", {"Zeta"}),
        ("CrmId = null", {"Zeta"}),
        ("CrmId != null", {"Acme Corp", "O'Brien"}),
        ("Name like 'acme%'", {"Acme Corp"}),
        ("Name = 'O\\'Brien'", {"O'Brien"}),
        ("BillCycleDay > 1", {"Zeta"}),
        ("AutoPay = false", {"Acme Corp", "O'Brien", "Zeta"}),
    ],
)
def test_zoql(zuora: Any, where: str, expected: set[str]) -> None:
    zuora.account()
    zuora.account(name="O'Brien", currency="EUR")
    zuora.account(name="Zeta", crmId=..., billCycleDay=15)
    found = zoql(zuora, "select Id, Name, CrmId from Account where", where)
    assert {record["Name"] for record in found} == expected
    assert all("CrmId" in record or record["Name"] == "Zeta" for record in found)


def test_zoql_of_contacts(zuora: Any, make_contact_body: Any) -> None:
    made = zuora.account(billToContact=make_contact_body(crmId__c="003"))
    where = f"AccountId = '{made['accountId']}' and crmId__c = '003'"
    assert zoql(zuora, "select Id, crmId__c, PostalCode from Contact where", where) == [
        {"Id": made["billToContactId"], "crmId__c": "003", "PostalCode": "94105"}
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SELECT Id FROM Account",
        "select * from Account",
        "select Id from",
        "select Id Name from Account",
        "select Id from Nothing",
        "select Nothing from Account",
        "select Id from Account where Name in ('a')",
        "select Id from Account where (Name = 'a')",
        "select Id from Account where Name = 'a' order by Name",
        "select Id from Account where Name = a",
        "select Id from Account where Name = 'a",
    ],
)
def test_zoql_that_cannot_be_read(zuora: Any, text: str) -> None:
    answer = zuora.send("POST", "/v1/action/query", {"queryString": text})
    assert answer.status_code == 400
    assert answer.json()["success"] is False
    assert answer.json()["errors"][0]["code"] == "MALFORMED_QUERY"


def test_zoql_pages_with_a_locator(zuora: Any) -> None:
    zuora.settings(zoql_page=3)
    made = {zuora.account()["accountId"] for _ in range(4)}
    first = zuora.done("POST", "/v1/action/query", {"queryString": "select Id from Account"})
    assert (first["size"], first["done"], len(first["records"])) == (4, False, 3)
    more = zuora.done("POST", "/v1/action/queryMore", {"queryLocator": first["queryLocator"]})
    assert (more["done"], "queryLocator" in more) == (True, False)
    assert {record["Id"] for record in first["records"] + more["records"]} == made
    answer = zuora.send("POST", "/v1/action/queryMore", {"queryLocator": "???"})
    assert answer.status_code == 400
