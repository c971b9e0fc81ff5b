"""Accounts under others: missing parents are created root first, existing ones are left as they are."""

from __future__ import annotations

from typing import Any

from connector.domain.operations import Noun, Severity
from connector.domain.snapshot import AccountSnapshot
from connector.sync.outcome import Result, Status
from tests.cast import ACME_CORP, ACME_HOLDING, ACME_LABS, ADA, GRACE, account, contact
from tests.sync.world import World, outcome_of, results


def level(number: int, **fields: Any) -> AccountSnapshot:
    """A link of a long chain: number 1 is the root, each further one stands under the one before."""
    own, above = f"00100000000000{number}AAA", f"00100000000000{number - 1}AAA"
    return account(own, **{"Name": f"Level {number}", "ParentId": above if number > 1 else None, **fields})


def family(
    *, holding: dict[str, Any] | None = None, corp: dict[str, Any] | None = None
) -> list[AccountSnapshot]:
    """Acme Holding above Acme Corp above Acme Labs; Ada belongs to the holding, Grace to the labs."""
    return [
        account(ACME_HOLDING, contacts=[contact(ADA)], **{"Name": "Acme Holding", **(holding or {})}),
        account(ACME_CORP, **{"Name": "Acme Corp", "ParentId": ACME_HOLDING, **(corp or {})}),
        account(ACME_LABS, contacts=[contact(GRACE)], Name="Acme Labs", ParentId=ACME_CORP),
    ]


def test_a_chain_of_three_is_created_root_first_with_contacts(world: World) -> None:
    world.seed(*family())
    report = world.sync(ACME_LABS)
    holding, corp, labs = (world.account(key) for key in (ACME_HOLDING, ACME_CORP, ACME_LABS))
    assert (holding["parentId"], corp["parentId"], labs["parentId"]) == (None, holding["id"], corp["id"])
    assert world.identities(ACME_HOLDING) == [f"{ACME_HOLDING}-billTo", ADA]
    assert world.identities(ACME_LABS) == [f"{ACME_LABS}-billTo", GRACE]
    assert [each["crmId"] for each in world.state("accounts")] == [ACME_HOLDING, ACME_CORP, ACME_LABS]
    assert set(results(report).values()) == {"created"}
    assert report.zuora_account_number == labs["accountNumber"]

    world.forget_requests()
    assert results(world.sync(ACME_LABS)) == {
        f"account:{ACME_LABS}": "unchanged",
        f"contact:{ACME_LABS}-billTo": "unchanged",
        f"contact:{GRACE}": "unchanged",
    }
    assert world.writes() == []


def test_a_parent_that_zuora_has_is_left_as_it_is(world: World) -> None:
    world.seed(*family())
    world.sync(ACME_CORP)
    world.change("Account", ACME_HOLDING, Name="Acme Holding International")
    world.forget_requests()
    world.sync(ACME_LABS)
    assert world.account(ACME_HOLDING)["name"] == "Acme Holding"
    assert world.account(ACME_LABS)["parentId"] == world.account(ACME_CORP)["id"]
    assert world.writes() == ["POST /v1/accounts", "POST /v1/contacts"]


def test_an_account_that_moves_gets_its_new_parent(world: World) -> None:
    world.seed(*family())
    world.sync(ACME_LABS)
    world.change("Account", ACME_LABS, ParentId=ACME_HOLDING)
    world.forget_requests()
    world.sync(ACME_LABS)
    assert world.account(ACME_LABS)["parentId"] == world.account(ACME_HOLDING)["id"]
    assert [call["body"] for call in world.written()] == [{"parentId": world.account(ACME_HOLDING)["id"]}]


def test_an_account_that_moves_under_a_parent_zuora_lacks_gets_both(world: World) -> None:
    world.seed(*family(corp={"ParentId": None}))
    world.sync(ACME_CORP)
    world.change("Account", ACME_CORP, ParentId=ACME_HOLDING)
    report = world.sync(ACME_CORP)
    assert world.account(ACME_CORP)["parentId"] == world.account(ACME_HOLDING)["id"]
    assert report.status is Status.SUCCEEDED
    world.forget_requests()
    assert set(results(world.sync(ACME_CORP)).values()) == {"unchanged"}
    assert world.writes() == []


def test_a_parent_cleared_in_salesforce_is_told_and_stays_in_zuora(world: World) -> None:
    world.seed(*family())
    world.sync(ACME_CORP)
    world.change("Account", ACME_CORP, ParentId=None, BillingCity="Oakland")
    report = world.sync(ACME_CORP)
    corp = world.account(ACME_CORP)
    assert corp["parentId"] == world.account(ACME_HOLDING)["id"]
    assert corp["billTo"]["city"] == "Oakland"
    assert report.status is Status.SUCCEEDED
    (warning,) = [entry for entry in world.log if entry.level is Severity.WARNING]
    assert warning.message == (
        f"Account Acme Corp ({ACME_CORP}) has no parent in Salesforce, but Zuora account {corp['accountNumber']} "
        "has one. Clearing a parent is not sent; remove it in Zuora if it should go."
    )
    assert warning.who_acts == "The billing administrator, in Zuora"


def test_a_circle_of_parents_is_spelled_out(world: World) -> None:
    world.seed(*family(holding={"ParentId": ACME_LABS}))
    report = world.sync(ACME_CORP)
    assert world.state("accounts") == []
    assert report.message == (
        f"Account Acme Corp ({ACME_CORP}) is in a circle of parents: Acme Corp → Acme Holding → Acme Labs → Acme Corp. "
        "Correct Parent Account on one of them in Salesforce and resync."
    )


def test_an_account_that_is_its_own_parent_is_told_so(world: World) -> None:
    world.seed(account(ParentId=ACME_CORP))
    assert "Acme Corp → Acme Corp" in world.sync().message
    assert world.state("accounts") == []


def test_the_fifth_level_is_carried_and_the_sixth_refused(world: World) -> None:
    world.seed(*(level(number) for number in range(1, 7)))
    fifth, sixth = "001000000000005AAA", "001000000000006AAA"
    assert world.sync(fifth).status is Status.SUCCEEDED
    assert len(world.state("accounts")) == 5
    report = world.sync(sixth)
    assert len(world.state("accounts")) == 5
    assert report.message == (
        f"Account Level 6 ({sixth}) stands on level 6 or deeper of its account hierarchy; Zuora allows 5 levels. "
        "Shorten the chain of Parent Account in Salesforce and resync."
    )


def test_a_parent_without_address_stops_a_new_child_and_says_why(world: World) -> None:
    world.seed(*family(holding={"BillingState": None}))
    report = world.sync(ACME_CORP)
    assert world.state("accounts") == []
    assert report.status is Status.FAILED
    waiting = outcome_of(report, Noun.ACCOUNT, ACME_CORP)
    assert waiting.result is Result.WAITING
    assert waiting.message == (
        f"Account Acme Corp ({ACME_CORP}) waits: Account Acme Holding ({ACME_HOLDING}) has no billing state; "
        "Zuora bills and taxes by it. Fill BillingState in Salesforce and resync."
    )
    world.change("Account", ACME_HOLDING, BillingState="California")
    assert world.sync(ACME_CORP).status is Status.SUCCEEDED
    assert world.account(ACME_CORP)["parentId"] == world.account(ACME_HOLDING)["id"]


def test_a_parent_without_address_does_not_keep_an_existing_child_from_its_update(world: World) -> None:
    world.seed(*family(holding={"BillingState": None}, corp={"ParentId": None}))
    world.sync(ACME_CORP)
    world.change("Account", ACME_CORP, ParentId=ACME_HOLDING, Name="Acme Corporation")
    report = world.sync(ACME_CORP)
    assert world.account(ACME_CORP)["name"] == "Acme Corporation"
    assert world.account(ACME_CORP)["parentId"] is None
    assert world.accounts(ACME_HOLDING) == []
    assert report.status is Status.PARTIAL
    assert [str(outcome.key) for outcome in report.failures] == [
        f"account:{ACME_HOLDING}",
        f"account:{ACME_CORP}-parent",
    ]
    assert world.messages(Severity.WARNING)[0] == (
        f"The place of Account Acme Corporation ({ACME_CORP}) under its parent waits: Account Acme Holding "
        f"({ACME_HOLDING}) has no billing state; Zuora bills and taxes by it. Fill BillingState in Salesforce and resync."
    )


def test_a_grandparent_without_address_does_not_keep_an_existing_child_from_its_update(world: World) -> None:
    world.seed(*family(holding={"BillingState": None}))
    world.change("Account", ACME_LABS, ParentId=None)
    world.sync(ACME_LABS)
    world.change("Account", ACME_LABS, ParentId=ACME_CORP, Name="Acme Laboratories")
    report = world.sync(ACME_LABS)
    assert world.account(ACME_LABS)["name"] == "Acme Laboratories"
    assert world.account(ACME_LABS)["parentId"] is None
    assert outcome_of(report, Noun.ACCOUNT, ACME_LABS).result is Result.UPDATED
    assert outcome_of(report, Noun.ACCOUNT, ACME_CORP).result is Result.WAITING


def test_a_parent_that_zuora_refuses_does_not_keep_an_existing_child_from_its_update(world: World) -> None:
    world.seed(*family(holding={"Name": "Acme/Holding"}, corp={"ParentId": None}))
    world.sync(ACME_CORP)
    world.change("Account", ACME_CORP, ParentId=ACME_HOLDING, Name="Acme Corporation")
    report = world.sync(ACME_CORP)
    assert world.account(ACME_CORP)["name"] == "Acme Corporation"
    assert world.account(ACME_CORP)["parentId"] is None
    assert report.status is Status.PARTIAL
    assert outcome_of(report, Noun.ACCOUNT, f"{ACME_CORP}-parent").result is Result.WAITING


def test_a_parent_that_cannot_be_read_is_named(world: World) -> None:
    world.seed(*family())
    world.change("Account", ACME_HOLDING, IsDeleted=True)
    report = world.sync(ACME_CORP)
    assert world.state("accounts") == []
    assert f"has the parent account {ACME_HOLDING}, which cannot be read: it is deleted" in report.message
