"""Accounts merged in Salesforce: the winner is synced, and Zuora's account of the loser is a person's decision."""

from __future__ import annotations

from connector.domain.operations import Severity
from connector.sync.outcome import Status
from tests.cast import ACME_CORP, ACME_LABS, GRACE, account, contact
from tests.sync.test_identity import cancel
from tests.sync.world import World


def merged(world: World) -> None:
    """Acme Labs is merged into Acme Corp."""
    world.org.merge(ACME_CORP, ACME_LABS)


def test_a_merged_account_is_followed_to_its_winner(world: World) -> None:
    world.seed(
        account(), account(ACME_LABS, Name="Acme Labs", contacts=[contact(GRACE, AccountId=ACME_LABS)])
    )
    merged(world)
    report = world.sync(ACME_LABS)
    assert world.accounts(ACME_LABS) == []
    assert world.identities(ACME_CORP) == [f"{ACME_CORP}-billTo", GRACE]
    assert report.plan.salesforce_id == ACME_CORP
    assert (
        f"Account {ACME_LABS} was merged into Account Acme Corp ({ACME_CORP}); that account is synced instead."
        in (world.messages(Severity.NOTICE))
    )


def test_a_winner_is_not_created_beside_the_loser_zuora_has(world: World) -> None:
    world.seed(account(), account(ACME_LABS, Name="Acme Labs"))
    world.sync(ACME_LABS)
    number = world.account(ACME_LABS)["accountNumber"]
    merged(world)
    for asked in (ACME_LABS, ACME_CORP):
        report = world.sync(asked)
        assert world.accounts(ACME_CORP) == []
        assert report.status is Status.FAILED
        assert report.message == (
            f"Account Acme Corp ({ACME_CORP}) swallowed a merged account that Zuora still knows as {number}; creating "
            f"another would split the customer. Set the CRM ID of {number} to {ACME_CORP} in Zuora and resync."
        )
    with world.tenant.writing() as store:
        store.change("accounts", world.account(ACME_LABS)["id"], crmId=ACME_CORP)
    assert world.sync(ACME_LABS).status is Status.SUCCEEDED
    assert len(world.state("accounts")) == 1


def test_a_loser_canceled_in_zuora_makes_room_for_its_winner(world: World) -> None:
    world.seed(account(), account(ACME_LABS, Name="Acme Labs"))
    world.sync(ACME_LABS)
    cancel(world, ACME_LABS)
    merged(world)
    assert world.sync(ACME_LABS).status is Status.SUCCEEDED
    assert world.account()["status"] == "Active"
    assert not [message for message in world.messages() if "swallowed" in message]


def test_a_loser_that_zuora_still_bills_beside_the_winner_is_told(world: World) -> None:
    world.seed(account(), account(ACME_LABS, Name="Acme Labs"))
    world.sync(ACME_CORP)
    world.sync(ACME_LABS)
    number = world.account(ACME_LABS)["accountNumber"]
    merged(world)
    report = world.sync(ACME_CORP)
    assert report.status is Status.SUCCEEDED
    (warning,) = [entry for entry in world.log if entry.level is Severity.WARNING]
    assert f"swallowed a merged account that Zuora still bills as {number}" in warning.message
    assert warning.who_acts == "The billing administrator, in Zuora"


def test_a_loser_whose_winner_was_deleted_later_is_told_as_deleted(world: World) -> None:
    world.seed(account(), account(ACME_LABS, Name="Acme Labs"))
    merged(world)
    world.change("Account", ACME_CORP, IsDeleted=True)
    report = world.sync(ACME_LABS)
    assert report.message.startswith(
        f"Account {ACME_LABS} was merged into {ACME_CORP}, which is deleted in Salesforce; nothing is carried."
    )
