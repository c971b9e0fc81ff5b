"""The demo org in both sandboxes, over real HTTP: Salesforce takes all of it and answers for it, Zuora refuses
exactly the accounts that are flawed in Zuora's eyes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from connector.sandbox import demo_org
from connector.sandbox.salesforce.app import create_app as create_salesforce
from connector.sandbox.salesforce.org import Org as SalesforceOrg
from connector.sandbox.serving import SandboxServer
from connector.sandbox.zuora.app import create_app as create_zuora
from connector.sandbox.zuora.tenant import Tenant

Record = dict[str, Any]


def sent(session: requests.Session, method: str, url: str, **options: Any) -> Any:
    response = session.request(method, url, timeout=10, **options)
    assert response.ok, response.text
    return response.json()


@pytest.fixture(scope="module")
def salesforce() -> Iterator[tuple[requests.Session, str]]:
    """A session that is logged in to a Salesforce sandbox seeded with the demo org, and the sandbox's URL."""
    org = SalesforceOrg(settings={"multi_currency": True})
    with SandboxServer(create_salesforce(org=org)) as server, requests.Session() as session:
        counts = sent(session, "POST", f"{server.url}/__sandbox__/seed", json=demo_org.build())
        assert counts == {name: len(records) for name, records in demo_org.build().items()}
        token = sent(
            session,
            "POST",
            f"{server.url}/services/oauth2/token",
            data={
                "grant_type": "client_credentials",
                "client_id": org.logins.consumer_key,
                "client_secret": org.logins.consumer_secret,
            },
        )
        session.headers["Authorization"] = f"Bearer {token['access_token']}"
        yield session, f"{server.url}/services/data/v62.0"


@pytest.fixture
def zuora() -> Iterator[tuple[requests.Session, str]]:
    """A session that is logged in to an empty Zuora sandbox, and the sandbox's URL."""
    tenant = Tenant()
    with SandboxServer(create_zuora(tenant=tenant)) as server, requests.Session() as session:
        token = sent(
            session,
            "POST",
            f"{server.url}/oauth/token",
            data={
                "grant_type": "client_credentials",
                "client_id": tenant.client_id,
                "client_secret": tenant.client_secret,
            },
        )
        session.headers.update(
            {"Authorization": f"Bearer {token['access_token']}", "Zuora-Version": "2025-08-12"}
        )
        yield session, server.url


def queried(salesforce: tuple[requests.Session, str], soql: str, *, resource: str = "query") -> list[Record]:
    session, url = salesforce
    answer = sent(session, "GET", f"{url}/{resource}", params={"q": soql})
    assert answer["done"]
    records: list[Record] = answer["records"]
    return records


def test_every_value_is_read_back_as_it_was_built(salesforce: tuple[requests.Session, str]) -> None:
    for object_name, records in demo_org.build().items():
        fields = ", ".join(records[0])
        answered = queried(salesforce, f"SELECT {fields} FROM {object_name}", resource="queryAll")  # noqa: S608
        found = {record["Id"]: record for record in answered}
        for record in records:
            assert {name: found[record["Id"]][name] for name in record} == record


def test_acme_corp_is_found_with_its_family_and_order_lines(salesforce: tuple[requests.Session, str]) -> None:
    (acme,) = queried(
        salesforce,
        "SELECT Name, Parent.Name, Owner.Email, BillingAddress, (SELECT Name FROM Contacts ORDER BY LastName) "
        "FROM Account WHERE Name = 'Acme Corp'",
    )
    assert acme["Parent"]["Name"] == "Acme Holding"
    assert acme["Owner"]["Email"] == "petra.pipeline@demo-org.test"
    assert acme["BillingAddress"]["city"] == "San Francisco"
    assert [contact["Name"] for contact in acme["Contacts"]["records"]] == ["Grace Hopper", "Ada Lovelace"]
    lines = queried(
        salesforce,
        "SELECT TotalPrice, Product2.ProductCode, SBQQ__Subscription__r.Name, Order.SBQQ__Quote__r.Name "
        "FROM OrderItem WHERE Order.Account.Name = 'Acme Corp' AND SBQQ__SubscriptionPricing__c != null "
        "ORDER BY OrderItemNumber",
    )
    assert [(line["Product2"]["ProductCode"], line["TotalPrice"]) for line in lines] == [
        ("ANL-PRO", 14400.0),
        ("PLT-FEE", 6000.0),
        ("ANL-ENT", 8910.0),
    ]
    assert all(line["SBQQ__Subscription__r"]["Name"].startswith("SUB-") for line in lines)


def test_the_amendments_of_a_contract_are_found_through_their_opportunity(
    salesforce: tuple[requests.Session, str],
) -> None:
    (first, *_) = orders = queried(
        salesforce,
        "SELECT Id, OrderNumber, Type, EffectiveDate, TotalAmount, Opportunity.Name, Opportunity.CloseDate, "
        "Opportunity.SBQQ__AmendedContract__c, Opportunity.SBQQ__RenewedContract__c, SBQQ__Quote__r.Name, "
        "SBQQ__Quote__r.SBQQ__Type__c, ContractId, BillToContact.Name, CustomerAuthorizedDate, "
        "CompanyAuthorizedDate, BillingStreet, ShippingCountry "
        "FROM Order WHERE Account.Name LIKE 'Evolving Example%' ORDER BY EffectiveDate, OrderNumber",
    )
    assert [order["SBQQ__Quote__r"]["SBQQ__Type__c"] for order in orders] == [
        *("Quote", "Amendment", "Amendment", "Amendment", "Renewal", "Amendment")
    ]
    assert first["BillToContact"]["Name"] == "Finch Example"
    contract = orders[1]["Opportunity"]["SBQQ__AmendedContract__c"]
    amending = queried(
        salesforce,
        f"SELECT Id FROM Order WHERE Opportunity.SBQQ__AmendedContract__c = '{contract}' "  # noqa: S608
        "ORDER BY SBQQ__Quote__r.SBQQ__StartDate__c, LastModifiedDate",
    )
    assert [order["Id"] for order in amending] == [order["Id"] for order in orders[1:4]]
    assert orders[4]["Opportunity"]["SBQQ__RenewedContract__c"] == contract


def test_a_line_is_read_with_its_chain_its_ramp_its_bundle_and_its_terms(
    salesforce: tuple[requests.Session, str],
) -> None:
    lines = queried(
        salesforce,
        "SELECT Product2.ProductCode, SBQQ__SegmentIndex__c, SBQQ__SegmentKey__c, SBQQ__DimensionType__c, "
        "SBQQ__PriceDimension__r.SBQQ__Type__c, SBQQ__RequiredBy__r.Product2.ProductCode, "
        "SBQQ__BundleRoot__r.SBQQ__ContractAction__c, SBQQ__RevisedOrderProduct__r.OrderItemNumber, "
        "SBQQ__TerminatedDate__c, SBQQ__DiscountSchedule__c, SBQQ__TaxCode__c, "
        "SBQQ__Contract__r.StartDate, SBQQ__Contract__r.EndDate, SBQQ__Subscription__r.Name, "
        "(SELECT OrderItemNumber FROM SBQQ__RevisingOrderProducts__r ORDER BY OrderItemNumber) "
        "FROM OrderItem WHERE Order.Account.Name LIKE 'Evolving Example%' "
        "AND Order.Opportunity.SBQQ__AmendedContract__c = null "
        "AND Order.Opportunity.SBQQ__RenewedContract__c = null ORDER BY OrderItemNumber",
    )
    codes = [line["Product2"]["ProductCode"] for line in lines]
    assert codes == [
        *("ANL-PRO", "ANL-RMP", "ANL-RMP", "ANL-RMP", "BDL-SUI", "STO-TB", "SUP-PRM", "USE-API"),
        *("PLT-FEE", "ONB-STD", "HW-GTW"),
    ]
    seats, ramped, storage = lines[0], lines[1], lines[5]
    # Three amendments, the renewal and the cancellation all point to it.
    assert seats["SBQQ__RevisingOrderProducts__r"]["totalSize"] == 5
    assert seats["SBQQ__Contract__r"]["EndDate"] == ramped["SBQQ__Contract__r"]["EndDate"] == "2025-12-31"
    assert ramped["SBQQ__PriceDimension__r"]["SBQQ__Type__c"] == ramped["SBQQ__DimensionType__c"] == "Year"
    assert (ramped["SBQQ__SegmentIndex__c"], ramped["SBQQ__TaxCode__c"]) == (1.0, "SW-SAAS")
    assert storage["SBQQ__RequiredBy__r"]["Product2"]["ProductCode"] == "BDL-SUI"
    assert storage["SBQQ__BundleRoot__r"]["SBQQ__ContractAction__c"] == "New"


def test_usage_is_read_from_the_order_product_down_to_its_rates(
    salesforce: tuple[requests.Session, str],
) -> None:
    rates = queried(
        salesforce,
        "SELECT SBQQ__OrderItemConsumptionSchedule__r.SBQQ__ConsumptionSchedule__c, "
        "SBQQ__OrderItemConsumptionSchedule__r.SBQQ__Type__c, SBQQ__LowerBound__c, SBQQ__UpperBound__c, Cap__c "
        "FROM SBQQ__OrderItemConsumptionRate__c WHERE SBQQ__OrderItemConsumptionSchedule__r."
        "SBQQ__OrderItem__r.Order.Account.Name = 'Staircase Sample Corp' AND Cap__c > 0",
    )
    (capped,) = rates
    assert (capped["SBQQ__LowerBound__c"], capped["SBQQ__UpperBound__c"], capped["Cap__c"]) == (
        *(100.0, 500.0, 50.0),
    )
    linked = queried(
        salesforce,
        "SELECT Product.ProductCode, Product.SBQQ__HasConsumptionSchedule__c, ConsumptionSchedule.Type, "
        "ConsumptionScheduleId FROM ProductConsumptionSchedule WHERE Product.ProductCode = 'USE-TRF'",
    )
    schedule = capped["SBQQ__OrderItemConsumptionSchedule__r"]
    assert [(each["ConsumptionScheduleId"], each["ConsumptionSchedule"]["Type"]) for each in linked] == [
        (schedule["SBQQ__ConsumptionSchedule__c"], schedule["SBQQ__Type__c"])
    ]


def test_the_owners_of_an_order_are_read_with_it(salesforce: tuple[requests.Session, str]) -> None:
    (order,) = queried(
        salesforce,
        "SELECT InvoiceOwner__r.Name, SubscriptionOwner__r.Name, BillToContact.AccountId, InvoiceOwner__c, "
        "ShipToContact.AccountId, SubscriptionOwner__c FROM Order WHERE InvoiceOwner__c != null",
    )
    assert order["InvoiceOwner__r"]["Name"] == "Paymaster Placeholder Corp"
    assert order["SubscriptionOwner__r"]["Name"] == "Front Desk Pretend Services"
    assert order["BillToContact"]["AccountId"] == order["InvoiceOwner__c"]
    assert order["ShipToContact"]["AccountId"] == order["SubscriptionOwner__c"]


def test_the_deleted_and_the_merged_are_seen_by_query_all_only(
    salesforce: tuple[requests.Session, str],
) -> None:
    soql = "SELECT Id, MasterRecordId FROM Account WHERE IsDeleted = true"
    show = demo_org.showcase()
    assert queried(salesforce, soql) == []
    gone = {
        record["Id"]: record["MasterRecordId"] for record in queried(salesforce, soql, resource="queryAll")
    }
    assert gone == {show["deleted"]: None, show["merged_away"]: show["merge_winner"]}


def bare_body(account: Record) -> Record:
    """A POST /v1/accounts body with what Zuora judges: name, currency and billing address."""
    return {
        "name": account["Name"],
        "currency": account["CurrencyIsoCode"],
        "crmId": account["Id"],
        "billCycleDay": 1,
        "autoPay": False,
        "billToContact": {
            "firstName": "Ada",
            "lastName": "Lovelace",
            "city": account["BillingCity"],
            "state": account["BillingState"] or "",
            "country": account["BillingCountry"] or "",
        },
    }


def test_zuora_refuses_the_flawed_accounts_and_no_other(zuora: tuple[requests.Session, str]) -> None:
    session, url = zuora
    made: dict[str, str] = {}
    refused = {}
    for account in demo_org.build()["Account"]:
        body = bare_body(account)
        if account["ParentId"] in made:
            body["parentId"] = made[account["ParentId"]]
        answer = session.post(f"{url}/v1/accounts", json=body, timeout=10).json()
        if answer["success"]:
            made[account["Id"]] = answer["accountId"]
        else:
            refused[account["Id"]] = len(answer["reasons"])
    show = demo_org.showcase()
    judged_by_zuora = (
        "too_deep",
        "emoji_name",
        "path_in_name",
        "unknown_country",
        "unknown_state",
        "currency_not_enabled",
    )
    assert refused == {show[name]: 1 for name in judged_by_zuora}


def test_zuora_takes_the_accounts_of_earlier_years(zuora: tuple[requests.Session, str]) -> None:
    session, url = zuora
    assert sent(session, "POST", f"{url}/__sandbox__/seed", json=demo_org.zuora_seed()) == {"accounts": 4}
    show = demo_org.showcase()
    for showcase, count in (("existing_in_zuora", 1), ("several_in_zuora", 2), ("healthy", 0)):
        found = sent(
            session, "GET", f"{url}/object-query/accounts", params={"filter[]": f"crmid.EQ:{show[showcase]}"}
        )
        assert len(found["data"]) == count
    # Zuora ignores case: the 15-character form finds the account of the case twin as well.
    twin = sent(
        session,
        "GET",
        f"{url}/object-query/accounts",
        params={"filter[]": f"crmid.EQ:{show['case_twin'][:15]}"},
    )
    assert [account["crmId"] for account in twin["data"]] == [show["existing_by_short_id"][:15]]
