"""The sandbox's own routes around this org: state, merging, changing a record, faults, the log."""

from __future__ import annotations

import requests

from connector.sandbox.salesforce.org import Org
from tests.sandbox.salesforce.cast import ACME_CORP, ACME_HOLDING, V62, Api, account


def test_the_state_is_read_back_without_secrets(org: Org, api: Api) -> None:
    state = api.session.get(f"{api.url}/__sandbox__/state", timeout=5)
    assert {"Account", "Order", "User"} <= set(state.json()["records"])
    assert state.json()["org_id"] == org.org_id
    assert org.logins.consumer_secret not in state.text
    assert org.logins.password not in state.text
    assert api.token not in state.text
    log = api.session.get(f"{api.url}/__sandbox__/requests", timeout=5).text
    assert api.token not in log


def test_a_dataset_is_seeded_over_http(org: Org, api: Api) -> None:
    assert api.control("seed", {"Account": [{"Name": "Posted"}]}).json() == {"Account": 1}
    assert api.names("SELECT Name FROM Account WHERE Name = 'Posted'") == ["Posted"]
    refused = api.control("seed", {"Account": [account()]})
    assert refused.status_code == 400
    assert "is taken" in refused.json()["error"]


def test_a_merge_is_made_over_http(org: Org, api: Api) -> None:
    assert api.control("merge", {"winner": ACME_HOLDING, "loser": ACME_CORP}).status_code == 200
    soql = "SELECT Name, MasterRecordId, IsDeleted FROM Account WHERE MasterRecordId != null"
    (loser,) = api.query(soql, resource="queryAll").json()["records"]
    assert (loser["MasterRecordId"], loser["IsDeleted"]) == (ACME_HOLDING, True)
    assert api.control("merge", {"winner": ACME_HOLDING, "loser": ACME_CORP}).status_code == 400


def test_a_record_is_changed_over_http_past_the_rules(org: Org, api: Api) -> None:
    change = {"object": "Account", "id": ACME_CORP, "fields": {"BillingState": None}}
    assert api.control("update", change).status_code == 200
    assert org.record("Account", ACME_CORP)["BillingState"] is None
    for wrong in ({**change, "id": "x"}, {**change, "fields": {"Foo": 1}}, {"object": "Account"}):
        assert api.control("update", wrong).status_code == 400


def test_a_locked_row_is_a_fault_of_the_system_s_own(api: Api) -> None:
    api.control("faults", {"method": "PATCH", "path": "/sobjects/Account/", "action": "lock"})
    path = f"{V62}/sobjects/Account/{ACME_CORP}"
    locked = api.patch(path, {"Site": "HQ"})
    assert (locked.status_code, locked.json()[0]["errorCode"]) == (400, "UNABLE_TO_LOCK_ROW")
    assert api.patch(path, {"Site": "HQ"}).status_code == 204


def test_an_expired_token_is_a_fault_too(api: Api) -> None:
    api.control("faults", {"path": "/query", "action": "expire_token"})
    assert api.query("SELECT Id FROM Account").status_code == 401


def test_a_reset_forgets_records_tokens_and_settings(org: Org, api: Api) -> None:
    api.control("settings", {"multi_currency": True})
    requests.post(f"{api.url}/__sandbox__/reset", timeout=5)
    assert api.query("SELECT Id FROM Account").status_code == 401
    assert org.snapshot()["settings"]["multi_currency"] is False
    assert "Account" not in org.snapshot()["records"]
