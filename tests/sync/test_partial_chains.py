"""A chain that this run creates only in part: it is joined with what Zuora has, and what it lacks is told."""

from __future__ import annotations

import pytest

from connector.domain.operations import Noun, Severity
from connector.sync.outcome import Result, Status
from tests.cast import ACME_CORP, ACME_HOLDING, ACME_LABS, ADA, GRACE, account, contact
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


@pytest.mark.parametrize("status", [400, 503])
def test_a_contact_that_a_parent_was_created_without_is_made_up_for_by_whoever_comes_by(
    world: World, status: int
) -> None:
    world.seed(*family())
    world.zuora.fault("status", "POST", "^/v1/contacts$", status=status, times=20)
    report = world.sync(ACME_CORP)
    assert world.identities(ACME_HOLDING) == [f"{ACME_HOLDING}-billTo"]
    assert report.status is Status.PARTIAL
    assert outcome_of(report, Noun.CONTACT, ADA).is_failure

    world.zuora.heal()
    assert world.sync(ACME_LABS).status is Status.SUCCEEDED
    assert world.identities(ACME_HOLDING) == [f"{ACME_HOLDING}-billTo", ADA]
    world.forget_requests()
    assert world.sync(ACME_LABS).status is Status.SUCCEEDED
    assert world.writes() == []


def test_a_faulty_contact_of_a_parent_is_told_until_it_is_mended(world: World) -> None:
    ada = contact(ADA, AccountId=ACME_HOLDING, FirstName=None)
    world.seed(account(ACME_HOLDING, Name="Acme Holding", contacts=[ada]), account(ParentId=ACME_HOLDING))
    for _ in range(2):
        assert world.sync().status is Status.PARTIAL
        (error,) = world.messages(Severity.ERROR)
        assert error.startswith(f"Contact Lovelace ({ADA}) has no FirstName")

    world.change("Contact", ADA, FirstName="Ada")
    assert world.sync().status is Status.SUCCEEDED
    assert world.identities(ACME_HOLDING) == [f"{ACME_HOLDING}-billTo", ADA]


def test_a_parent_that_was_there_before_is_owed_nothing(world: World) -> None:
    world.seed(*family())
    world.sync(ACME_HOLDING)
    world.add(account(ACME_HOLDING, contacts=[contact(GRACE, AccountId=ACME_HOLDING, FirstName="Grace")]))
    world.sync(ACME_CORP)
    assert GRACE not in world.identities(ACME_HOLDING)
