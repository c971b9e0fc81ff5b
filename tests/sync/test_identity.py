"""Which Zuora account is which Salesforce account: found, never guessed, never created twice."""

from __future__ import annotations

from typing import Any

import pytest

from connector.domain import ids
from connector.domain.operations import Key, Noun
from connector.errors import RemoteUnavailable
from connector.sync.outcome import Status
from tests.cast import ACME_CORP, ACME_HOLDING, ACME_LABS, ADA, GRACE, SHIPPING, account, contact
from tests.sync.world import World, results

CAPITALS = ids.normalise("001AbCdEfGhIjKl")
TWIN = ids.normalise("001aBcDeFgHiJkL")


def body(crm_id: str = ACME_CORP, **fields: Any) -> dict[str, Any]:
    """A Zuora account as somebody made it by hand."""
    person = {"firstName": "Emmy", "lastName": "Noether", "country": "United States", "state": "California"}
    made = {"name": "Acme", "currency": "USD", "billCycleDay": 1, "autoPay": False, "crmId": crm_id}
    return {**made, "billToContact": person, "soldToSameAsBillTo": True, **fields}


def cancel(world: World, crm_id: str = ACME_CORP) -> dict[str, Any]:
    (made,) = world.accounts(crm_id)
    with world.tenant.writing() as store:
        return store.change("accounts", made["id"], status="Canceled")


def test_an_account_made_by_hand_is_taken_over_with_its_contact(world: World) -> None:
    world.seed(account())
    world.seed_zuora(accounts=[body()])
    report = world.sync()
    made = world.account()
    assert (made["name"], made["salesRep"]) == ("Acme Corp", "005000000000001AAA")
    assert world.identities() == [f"{ACME_CORP}-billTo"]
    assert made["billToId"] == made["soldToId"]
    assert results(report)[f"account:{ACME_CORP}"] == "updated"
    world.forget_requests()
    world.sync()
    assert world.writes() == []


def test_a_crm_id_of_15_characters_is_the_same_account(world: World) -> None:
    world.seed(account(CAPITALS))
    world.seed_zuora(accounts=[body(CAPITALS[:15])])
    report = world.sync(CAPITALS)
    (made,) = world.state("accounts")
    assert (made["name"], report.zuora_id) == ("Acme Corp", made["id"])


def test_a_crm_id_that_lost_its_capitals_is_the_same_account(world: World) -> None:
    world.seed(account(CAPITALS))
    world.seed_zuora(accounts=[body(CAPITALS.lower())])
    world.sync(CAPITALS)
    (made,) = world.state("accounts")
    assert made["name"] == "Acme Corp"


def test_an_id_that_differs_in_case_alone_is_another_account(world: World) -> None:
    world.seed(account(CAPITALS))
    world.seed_zuora(accounts=[body(TWIN[:15], name="Twin Ltd"), body(TWIN, name="Twin Ltd too")])
    report = world.sync(CAPITALS)
    assert results(report)[f"account:{CAPITALS}"] == "created"
    assert [each["name"] for each in world.state("accounts")] == ["Twin Ltd", "Twin Ltd too", "Acme Corp"]


def test_several_zuora_accounts_are_listed_and_none_is_touched(world: World) -> None:
    world.seed(account(contacts=[contact(ADA)]))
    world.seed_zuora(accounts=[body(), body(ACME_CORP[:15])])
    before = world.tenant.snapshot()
    report = world.sync()
    assert world.tenant.snapshot() == before
    assert report.status is Status.FAILED
    first, second = sorted(f"{each['accountNumber']} ({each['id']})" for each in world.state("accounts"))
    assert report.message == (
        f"Account Acme Corp ({ACME_CORP}) has several Zuora accounts with its CRM ID: {first}, {second}. Choose one on "
        "the account's page (“Use this Zuora account”), or clear the CRM ID of the others in Zuora, and resync."
    )


def test_the_account_an_administrator_chose_is_used(world: World) -> None:
    world.seed(account())
    world.seed_zuora(accounts=[body(), body()])
    _, second = world.state("accounts")
    world.memory.chosen[ACME_CORP] = second["id"]
    report = world.sync()
    assert report.zuora_id == second["id"]
    assert [each["name"] for each in world.state("accounts")] == ["Acme", "Acme Corp"]
    world.forget_requests()
    assert set(results(world.sync()).values()) == {"unchanged"}
    assert world.writes() == []


def test_a_canceled_account_is_refused_with_both_ways_out(world: World) -> None:
    world.seed(account())
    world.sync()
    number = cancel(world)["accountNumber"]
    report = world.sync()
    assert report.message == (
        f"Account Acme Corp ({ACME_CORP}) is Zuora account {number}, which is canceled. Reactivate it in Zuora, "
        "or clear its CRM ID there so that a new one is made, and resync."
    )
    assert len(world.state("accounts")) == 1


def test_a_canceled_account_without_its_crm_id_makes_room_for_a_new_one(world: World) -> None:
    world.seed(account(contacts=[contact(ADA)], **SHIPPING))
    world.sync()
    old = cancel(world)
    with world.tenant.writing() as store:
        store.change("accounts", old["id"], crmId=None)
    report = world.sync()
    assert report.status is Status.SUCCEEDED
    assert world.account()["id"] != old["id"]
    assert world.identities() == [f"{ACME_CORP}-billTo", f"{ACME_CORP}-soldTo", ADA]
    world.forget_requests()
    assert set(results(world.sync()).values()) == {"unchanged"}
    assert world.writes() == []


def test_a_canceled_account_beside_a_living_one_is_passed_over(world: World) -> None:
    world.seed(account())
    world.sync()
    cancel(world)
    world.seed_zuora(accounts=[body(name="Acme reborn")])
    world.lose_database()
    report = world.sync()
    assert report.status is Status.SUCCEEDED
    assert {each["status"]: each["name"] for each in world.accounts()} == {
        "Canceled": "Acme Corp",
        "Active": "Acme Corp",
    }


def test_a_link_to_an_account_whose_crm_id_was_moved_follows_the_crm_id(world: World) -> None:
    world.seed(account())
    world.sync()
    old = world.account()
    with world.tenant.writing() as store:
        store.change("accounts", old["id"], crmId=None, name="Left alone")
    world.seed_zuora(accounts=[body(name="Has the id now")])
    world.sync()
    assert world.account()["name"] == "Acme Corp"
    assert next(each for each in world.state("accounts") if each["id"] == old["id"])["name"] == "Left alone"


def test_a_link_to_an_account_of_another_crm_id_is_never_written_to(world: World) -> None:
    world.seed(account())
    world.sync()
    made = world.account()
    with world.tenant.writing() as store:
        store.change("accounts", made["id"], crmId=ACME_LABS, name="Acme Labs")
    report = world.sync()
    (only,) = world.state("accounts")
    assert (only["crmId"], only["name"]) == (ACME_LABS, "Acme Labs")
    assert report.status is Status.FAILED
    assert report.message == (
        f"Account Acme Corp ({ACME_CORP}) was synced to the Zuora account {made['accountNumber']}, whose CRM ID is now "
        f"{ACME_LABS}. Set it back to {ACME_CORP} in Zuora, or remove the account's record under “Records in "
        "Zuora” so that a new account is made, and resync."
    )


def test_an_account_that_zuora_no_longer_has_is_not_created_again(world: World) -> None:
    world.seed(account(contacts=[contact(ADA)]))
    world.sync()
    made = world.account()
    with world.tenant.writing() as store:
        store.remove("accounts", made["id"])
    report = world.sync()
    assert world.state("accounts") == []
    assert report.status is Status.FAILED
    assert report.message == (
        f"Account Acme Corp ({ACME_CORP}) was synced to the Zuora account {made['id']}, which Zuora does not have any more. If "
        "it was deleted there, remove the account's record under “Records in Zuora” and resync: a new account is then "
        "created."
    )

    del world.memory.links[Key(Noun.ACCOUNT, ACME_CORP)]
    with world.tenant.writing() as store:
        for each in store.where("contacts", accountId=made["id"]):
            store.remove("contacts", each["id"])
    assert world.sync().status is Status.SUCCEEDED
    assert world.identities() == [f"{ACME_CORP}-billTo", ADA]


def test_a_search_that_lags_behind_its_writes_is_waited_for(world: World) -> None:
    world.tenant.change_settings({"query_lag_s": 3600})
    world.seed(account(contacts=[contact(ADA)], **SHIPPING))
    world.sync()
    made = world.account()
    world.forget_requests()
    with pytest.raises(RemoteUnavailable) as lags:
        world.sync()
    assert lags.value.message == (
        f"Account {ACME_CORP} could not be looked up, nothing was written: Zuora has the account {made['id']}, but its "
        "search does not show it yet."
    )
    assert world.writes() == []
    world.tenant.change_settings({"query_lag_s": 0})
    assert set(results(world.sync()).values()) == {"unchanged"}
    assert len(world.state("accounts")) == 1


def test_a_deleted_account_is_left_alone_in_zuora(world: World) -> None:
    world.seed(account())
    world.sync()
    world.change("Account", ACME_CORP, IsDeleted=True, Name="Gone")
    before = world.tenant.snapshot()
    report = world.sync()
    assert world.tenant.snapshot() == before
    assert report.message == (
        f"Account {ACME_CORP} is deleted in Salesforce; nothing is carried. Restore it from the recycle bin and "
        "resync, or remove it from the list of accounts; in Zuora nothing is closed."
    )


def test_an_account_salesforce_does_not_know_is_told_so(world: World) -> None:
    world.seed(account())
    report = world.sync(ACME_LABS)
    assert report.message.startswith(f"Account {ACME_LABS} cannot be found in Salesforce")
    assert world.zuora.requests() == []


def test_a_lost_database_is_rebuilt_without_writing(world: World) -> None:
    world.seed(
        account(ACME_HOLDING, Name="Acme Holding"),
        account(
            ParentId=ACME_HOLDING, contacts=[contact(ADA), contact(GRACE, FirstName="Grace")], **SHIPPING
        ),
    )
    world.sync()
    links = {key: dict(value) for key, value in world.memory.links.items()}
    world.lose_database()
    world.forget_requests()
    report = world.sync()
    assert world.writes() == []
    assert set(results(report).values()) == {"unchanged"}
    assert {key: links[key] for key in world.memory.links} == world.memory.links
    assert set(links) - set(world.memory.links) <= {Key(Noun.CONTACT, f"{ACME_HOLDING}-billTo")}
