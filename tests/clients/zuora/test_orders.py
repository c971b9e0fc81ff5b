"""Orders and their jobs: what goes out and what of the answer is needed."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from connector.clients.zuora import ZuoraClient
from connector.errors import ConfigError, RemoteRejected, RemoteUnavailable
from tests.clients.conftest import Reply, Sandbox, Script, tenant_client

ORDER = {"orderNumber": "00000101", "status": "Completed"}
MISSING = Reply({"success": False, "reasons": [{"code": 50000040, "message": "Cannot find it"}]}, status=404)
OLD_MISSING = Reply({"success": False, "reasons": [{"code": 50000040, "message": "Cannot find it"}]})


def test_an_order_is_given_as_zuora_keeps_it(zuora: ZuoraClient, script: Script) -> None:
    script.answer({"success": True, "order": ORDER})
    assert zuora.get_order("00000101") == ORDER
    assert script.api[0].path == "/v1/orders/00000101"


@pytest.mark.parametrize("reply", [MISSING, OLD_MISSING], ids=["404", "200 before 2024-05-20"])
def test_an_order_that_is_not_there_is_none(zuora: ZuoraClient, script: Script, reply: Reply) -> None:
    script.answer(reply)
    assert zuora.get_order("00000101") is None
    assert len(script.api) == 1


@pytest.mark.parametrize("order", [None, [], "x"])
def test_an_answer_without_its_order_is_unexpected(zuora: ZuoraClient, script: Script, order: Any) -> None:
    script.answer({"success": True, "order": order})
    with pytest.raises(RemoteRejected, match=r"unexpected reply.*00000101"):
        zuora.get_order("00000101")


def test_orders_of_an_account_are_given_page_by_page(zuora: ZuoraClient, script: Script) -> None:
    script.answer({"success": True, "orders": [ORDER], "nextPage": "https://zuora.test/v1/orders?page=2"})
    script.answer({"success": True, "orders": [{"orderNumber": "00000102"}]})
    pages = zuora.order_pages("A 1")
    assert next(pages) == {"00000101": ORDER}
    assert len(script.api) == 1
    assert list(pages) == [{"00000102": {"orderNumber": "00000102"}}]
    assert [asked.path for asked in script.api] == ["/v1/orders/subscriptionOwner/A%201"] * 2
    assert [asked.query for asked in script.api] == [
        {"page": ["1"], "pageSize": ["40"]},
        {"page": ["2"], "pageSize": ["40"]},
    ]


def test_an_account_that_is_not_there_has_no_orders(zuora: ZuoraClient, script: Script) -> None:
    script.answer(MISSING)
    assert list(zuora.order_pages("A1")) == []


@pytest.mark.parametrize("orders", [None, {}, [{}]])
def test_a_list_without_orders_is_unexpected(zuora: ZuoraClient, script: Script, orders: Any) -> None:
    script.answer({"success": True, "orders": orders})
    with pytest.raises(RemoteRejected, match="unexpected reply"):
        list(zuora.order_pages("A1"))


def test_a_created_order_is_answered_whole(zuora: ZuoraClient, script: Script) -> None:
    answer = {
        "success": True,
        **ORDER,
        "subscriptions": [{"subscriptionNumber": "SUB-1", "status": "Active"}],
    }
    script.answer(answer)
    assert zuora.create_order({"orderNumber": "00000101"}, idempotency_key="k1") == answer
    [asked] = script.api
    assert (asked.method, asked.path) == ("POST", "/v1/orders")
    assert asked.headers["Idempotency-Key"] == "k1"


@pytest.mark.parametrize("missing", ["orderNumber", "status"])
def test_a_created_order_without_what_we_need_is_in_doubt(
    zuora: ZuoraClient, script: Script, missing: str
) -> None:
    script.answer({"success": True, **{name: value for name, value in ORDER.items() if name != missing}})
    with pytest.raises(RemoteUnavailable, match=f"no {missing}") as caught:
        zuora.create_order({"orderNumber": "00000101"}, idempotency_key="k1")
    assert (caught.value.outcome_unknown, caught.value.record) == (True, "00000101")


def test_a_long_order_becomes_a_job_that_is_asked_for(zuora: ZuoraClient, script: Script) -> None:
    done = {"success": True, "status": "Completed", "errors": None, "result": {"orderNumber": "00000101"}}
    script.answer({"success": True, "jobId": "job-1"}, {"success": True, "status": "Processing"}, done)
    job_id = zuora.create_order_async({"orderNumber": "00000101"}, idempotency_key="k1")
    assert job_id == "job-1"
    assert zuora.get_job(job_id) == {"success": True, "status": "Processing"}
    assert zuora.get_job(job_id) == done
    assert [asked.path for asked in script.api] == ["/v1/async/orders", *["/v1/async-jobs/job-1"] * 2]


def test_a_job_without_a_status_is_unexpected(zuora: ZuoraClient, script: Script) -> None:
    script.answer({"success": True})
    with pytest.raises(RemoteRejected, match="status"):
        zuora.get_job("job-1")


@pytest.mark.parametrize("reply", [MISSING, OLD_MISSING], ids=["404", "200 before 2024-05-20"])
def test_a_job_zuora_does_not_know_is_none(zuora: ZuoraClient, script: Script, reply: Reply) -> None:
    script.answer(reply)
    assert zuora.get_job("job-1") is None


def test_a_preview_is_asked_for_without_a_key_and_again_after_a_lost_answer(
    zuora: ZuoraClient, script: Script
) -> None:
    previewed = {"invoices": [{"amountWithoutTax": 1200}], "creditMemos": []}
    script.answer(Reply({}, status=503), {"success": True, "previewResult": previewed})
    assert zuora.preview_order({"orderNumber": "00000101"}) == previewed
    assert [(asked.method, asked.path) for asked in script.api] == [("POST", "/v1/orders/preview")] * 2
    assert "Idempotency-Key" not in script.api[0].headers


def test_a_preview_without_its_result_is_unexpected(zuora: ZuoraClient, script: Script) -> None:
    script.answer({"success": True})
    with pytest.raises(RemoteRejected, match="previewResult"):
        zuora.preview_order({"orderNumber": "00000101"})


def test_custom_fields_are_changed_by_calls_that_are_repeated_without_a_key(
    zuora: ZuoraClient, script: Script
) -> None:
    lost, done = Reply({}, status=503), {"success": True}
    script.answer(lost, done, lost, done, lost, done)
    body = {"customFields": {"Note__c": "x"}}
    zuora.update_order_fields("00000101", body)
    zuora.update_line_item("8ad0item", body)
    zuora.update_subscription_fields("SUB-1", body)
    paths = (
        "/v1/orders/00000101/customFields",
        "/v1/order-line-items/8ad0item",
        "/v1/subscriptions/SUB-1/customFields",
    )
    assert [(asked.method, asked.path) for asked in script.api] == [
        ("PUT", path) for path in paths for _ in range(2)
    ]
    assert not any("Idempotency-Key" in asked.headers for asked in script.api)


def test_a_change_of_custom_fields_that_is_refused_names_what_was_to_change(
    zuora: ZuoraClient, script: Script
) -> None:
    reason = {"code": 53500021, "message": "'customFields.Note__c' is not a known custom field."}
    script.answer(Reply({"success": False, "reasons": [reason]}, status=400))
    with pytest.raises(ConfigError, match=r"SUB-1.*customFields\.Note__c") as caught:
        zuora.update_subscription_fields("SUB-1", {"customFields": {"Note__c": "x"}})
    assert caught.value.record == "SUB-1"


@pytest.fixture
def client(tenant: Sandbox) -> Iterator[ZuoraClient]:
    with tenant_client(tenant) as made:
        yield made


def order(client: ZuoraClient, **changes: Any) -> dict[str, Any]:
    """An order of one item for an account made on the way."""
    made = client.create_account(
        {
            "name": "Acme Corp",
            "currency": "USD",
            "billCycleDay": 1,
            "autoPay": False,
            "billToContact": {"firstName": "Ada", "lastName": "Lovelace"},
        },
        idempotency_key="account",
    )
    item = {
        "itemType": "Product",
        "itemName": "Training",
        "itemState": "SentToBilling",
        "quantity": Decimal("2"),
        "amountPerUnit": Decimal("99.90"),
        "productCode": "TRN-1",
        "transactionStartDate": "2026-01-01",
    }
    given = {
        "orderNumber": "00000101",
        "orderDate": "2026-01-01",
        "existingAccountNumber": made.account_number,
        "orderLineItems": [item],
    }
    return given | changes


def test_an_order_is_kept_once_and_read_back(client: ZuoraClient, tenant: Sandbox) -> None:
    assert client.get_order("00000101") is None
    payload = order(client)
    tenant.fault("drop_after", method="POST", path="^/v1/orders$")
    with pytest.raises(RemoteUnavailable) as caught:
        client.create_order(payload, idempotency_key="k1")
    assert caught.value.outcome_unknown is True
    answer = client.create_order(payload, idempotency_key="k1")
    assert (answer["orderNumber"], answer["status"]) == ("00000101", "Completed")
    kept = client.get_order("00000101") or {}
    [item] = kept["orderLineItems"]
    assert (kept["orderNumber"], item["itemName"]) == ("00000101", "Training")
    assert Decimal(item["amountPerUnit"]) == Decimal("99.90")


def test_an_order_is_listed_as_it_is_read(client: ZuoraClient) -> None:
    payload = order(client)
    for number in ("00000101", "00000102"):
        client.create_order({**payload, "orderNumber": number}, idempotency_key=number)
    [page] = client.order_pages(payload["existingAccountNumber"])
    assert page == {number: client.get_order(number) for number in ("00000101", "00000102")}


def test_a_number_taken_by_another_order_is_refused(client: ZuoraClient) -> None:
    payload = order(client)
    client.create_order(payload, idempotency_key="k1")
    with pytest.raises(RemoteRejected, match="00000101"):
        client.create_order(payload, idempotency_key="k2")


def test_an_order_in_the_background_ends_as_the_same_order(client: ZuoraClient) -> None:
    job_id = client.create_order_async(order(client), idempotency_key="k1")
    seen = [(client.get_job(job_id) or {})["status"] for _ in range(3)]
    assert seen[0] == "Processing"
    assert seen[-1] == "Completed"
    assert (client.get_job(job_id)["result"] or {})["orderNumber"] == "00000101"
    assert client.get_order("00000101")


def test_an_order_refused_in_the_background_says_why_in_its_job(client: ZuoraClient) -> None:
    job_id = client.create_order_async(order(client, orderLineItems=[{}]), idempotency_key="k1")
    seen = [client.get_job(job_id) for _ in range(3)]
    assert seen[-1]["status"] == "Failed"
    assert seen[-1]["errors"]
    assert client.get_order("00000101") is None
