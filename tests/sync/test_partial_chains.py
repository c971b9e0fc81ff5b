"""A chain that this run creates only in part: it is joined with what Zuora has, and what it lacks is told."""

from __future__ import annotations

import pytest

from connector.domain.operations import Noun, Severity
from connector.sync.outcome import Result, Status
from tests.cast import ACME_CORP, ACME_HOLDING, ACME_LABS, ADA, account, contact
from tests.sync.test_parents import family
from tests.sync.world import World, outcome_of


def test_a_root_created_above_an_existing_middle_is_joined_with_it(world: World) -> None:
    world.seed(*family(corp={"ParentId": None}))
    world.sync(ACME_CORP)
    world.change("Account", ACME_CORP, ParentId=ACME_HOLDING, Name="Acme Corporation")
    report = world.sync(ACME_LABS)
    holding, corp, labs = (world.account(key) for key in (ACME_HOLDING, ACME_CORP, ACME_LABS))
    assert (corp["parentId"], labs["parentId"]) == (holding["id"], corp["id"])
    assert corp["name"] == "Acme Corp"
    assert report.status is Status.SUCCEEDED
    assert outcome_of(report, Noun.ACCOUNT, f"{ACME_CORP}-parent").result is Result.UPDATED
    told = f"The place of Account Acme Corporation ({ACME_CORP}) under its parent updated in Zuora: parentId."
    assert told in world.messages()
    (decision,) = [
        operation.decision
        for operation in report.plan.operations
        if operation.key.value == f"{ACME_CORP}-parent"
    ]
    assert decision == (
        f"Zuora account {corp['accountNumber']} is there, but not under Account Acme Holding ({ACME_HOLDING}): update "
        "its parent and nothing else"
    )
    world.forget_requests()
    world.sync(ACME_LABS)
    assert world.writes() == []


def test_a_middle_without_a_parent_in_zuora_gets_the_one_that_is_there(world: World) -> None:
    world.seed(*family(corp={"ParentId": None}))
    world.sync(ACME_HOLDING)
    world.sync(ACME_CORP)
    world.change("Account", ACME_CORP, ParentId=ACME_HOLDING)
    world.forget_requests()
    world.sync(ACME_LABS)
    assert world.account(ACME_CORP)["parentId"] == world.account(ACME_HOLDING)["id"]
    assert world.written()[0]["body"] == {"parentId": world.account(ACME_HOLDING)["id"]}


def test_a_middle_that_zuora_has_under_another_parent_is_told_and_left_alone(world: World) -> None:
    other = "001000000000009AAA"
    world.seed(*family(), account(other, Name="Acme Ventures"))
    world.sync(ACME_CORP)
    world.sync(other)
    world.change("Account", ACME_CORP, ParentId=other)
    report = world.sync(ACME_LABS)
    corp = world.account(ACME_CORP)
    assert corp["parentId"] == world.account(ACME_HOLDING)["id"]
    assert world.account(ACME_LABS)["parentId"] == corp["id"]
    assert report.status is Status.SUCCEEDED
    (warning,) = [entry for entry in world.log if entry.level is Severity.WARNING]
    assert warning.message == (
        f"Account Acme Corp ({ACME_CORP}) stands under Account Acme Ventures ({other}) in Salesforce, but Zuora account "
        f"{corp['accountNumber']} has another parent. It is left there; sync Account Acme Corp ({ACME_CORP}) itself to "
        "move it."
    )
    assert warning.who_acts == "The operator of this connector"

    world.sync(ACME_CORP)
    assert world.account(ACME_CORP)["parentId"] == world.account(other)["id"]


def test_a_middle_moves_under_a_root_that_is_only_now_created(world: World) -> None:
    other = "001000000000009AAA"
    world.seed(*family(), account(other, Name="Acme Ventures"))
    world.sync(ACME_CORP)
    world.change("Account", ACME_CORP, ParentId=other)
    assert world.sync(ACME_LABS).status is Status.SUCCEEDED
    assert world.account(ACME_CORP)["parentId"] == world.account(other)["id"]


def test_a_root_that_cannot_be_created_leaves_the_middle_where_it_is(world: World) -> None:
    world.seed(*family(holding={"Name": "Acme/Holding"}, corp={"ParentId": None}))
    world.sync(ACME_CORP)
    world.change("Account", ACME_CORP, ParentId=ACME_HOLDING)
    report = world.sync(ACME_LABS)
    assert world.account(ACME_CORP)["parentId"] is None
    assert world.account(ACME_LABS)["parentId"] == world.account(ACME_CORP)["id"]
    assert outcome_of(report, Noun.ACCOUNT, f"{ACME_CORP}-parent").result is Result.WAITING
    assert report.status is Status.PARTIAL


LACK = (
    f"Parent Account Acme Holding ({ACME_HOLDING}) is created without Contact Ada Lovelace ({ADA}); a sync of another account "
    "does not come back to it. Sync the parent itself after fixing it."
)


@pytest.mark.parametrize("status", [400, 503])
def test_a_parent_left_without_a_contact_is_told_where_the_contact_fails(world: World, status: int) -> None:
    world.seed(*family())
    world.zuora.fault("status", "POST", "^/v1/contacts$", status=status, times=20)
    report = world.sync(ACME_CORP)
    assert world.identities(ACME_HOLDING) == [f"{ACME_HOLDING}-billTo"]
    assert report.status is Status.PARTIAL
    outcome = outcome_of(report, Noun.CONTACT, ADA)
    assert outcome.message.endswith(LACK)
    assert "Nobody" not in outcome.who_acts
    assert any(message.endswith(LACK) for message in world.messages())

    world.zuora.heal()
    world.sync(ACME_HOLDING)
    assert world.identities(ACME_HOLDING) == [f"{ACME_HOLDING}-billTo", ADA]


def test_a_parent_created_without_a_faulty_contact_is_told_in_the_plan(world: World) -> None:
    ada = contact(ADA, AccountId=ACME_HOLDING, FirstName=None)
    world.seed(account(ACME_HOLDING, Name="Acme Holding", contacts=[ada]), account(ParentId=ACME_HOLDING))
    world.sync()
    assert len(world.state("accounts")) == 2
    (warning,) = [message for message in world.messages(Severity.WARNING) if "Parent" in message]
    assert warning == LACK.replace("Ada Lovelace", "Lovelace")


def test_a_contact_that_waits_for_its_parent_is_no_lack(world: World) -> None:
    ada = contact(ADA, AccountId=ACME_HOLDING, FirstName=None)
    holding = account(ACME_HOLDING, Name="Acme/Holding", contacts=[ada], BillingState="Nowhere")
    world.seed(holding, account(ParentId=ACME_HOLDING))
    world.sync()
    assert world.state("accounts") == []
    assert "is created without" not in str(world.messages())


def test_a_contact_of_the_account_itself_is_no_lack_of_a_parent(world: World) -> None:
    world.seed(account(contacts=[contact(ADA, FirstName=None)]))
    world.sync()
    assert "is created without" not in str(world.messages())
