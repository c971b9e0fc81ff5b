"""Seeding goes through the API's own validation and stores all or nothing."""

from __future__ import annotations

from typing import Any

import requests


def test_seeded_accounts_are_like_created_ones(zuora: Any, make_account_body: Any) -> None:
    assert zuora.control(
        "POST", "seed", {"accounts": [make_account_body(), make_account_body(name="Zeta")]}
    ) == {"accounts": 2}
    assert [account["name"] for account in zuora.find("accounts", sort="name.ASC")] == ["Acme Corp", "Zeta"]


def test_one_bad_body_refuses_the_whole_seed(zuora: Any, make_account_body: Any) -> None:
    dataset = {"accounts": [make_account_body(), make_account_body(currency="XXX")]}
    answer = requests.post(f"{zuora.url}/__sandbox__/seed", json=dataset, timeout=5)
    assert answer.status_code == 400
    assert "accounts[1]" in answer.json()["error"]
    assert "currency" in answer.json()["error"]
    assert zuora.state()["accounts"] == []


def test_a_seed_names_what_is_above_by_sku_and_number(zuora: Any) -> None:
    product = {
        "Name": "Seats",
        "SKU": "SEAT",
        "EffectiveStartDate": "2000-01-01",
        "EffectiveEndDate": "3000-01-01",
    }
    plan = {"Name": "Monthly", "ProductId": "SEAT"}
    assert zuora.control("POST", "seed", {"product_rate_plans": [plan], "products": [product]}) == {
        "products": 1,
        "product_rate_plans": 1,
    }
    state = zuora.state()
    assert state["product_rate_plans"][0]["ProductId"] == state["products"][0]["id"]


def test_an_unknown_kind_is_refused(zuora: Any) -> None:
    answer = requests.post(f"{zuora.url}/__sandbox__/seed", json={"invoices": []}, timeout=5)
    assert (answer.status_code, "invoices" in answer.json()["error"]) == (400, True)


def test_settings_are_checked_and_reset(zuora: Any) -> None:
    for changes in ({"colour": "red"}, {"query_lag_s": "long"}, {"custom_fields": {"Invoice": {}}}):
        answer = requests.post(f"{zuora.url}/__sandbox__/settings", json=changes, timeout=5)
        assert answer.status_code == 400, changes
    zuora.settings(custom_fields={"Account": {"Tier__c": {"type": "text"}}}, query_lag_s=3)
    zuora.control("POST", "reset")
    settings = zuora.state()["settings"]
    assert (settings["custom_fields"]["Account"], settings["query_lag_s"]) == ({}, 0)
    assert set(settings["custom_fields"]["Contact"]) == {"crmId__c", "crmOrderId__c"}
