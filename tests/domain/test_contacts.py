"""Whether a bill-to may be built: judged by what Zuora would hold afterwards, not by what this update sends."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connector.domain.operations import Action, Key, Noun, Plan
from connector.domain.plan import plan_account
from connector.domain.rules import Mode, Options, Pair
from connector.domain.snapshot import AccountSnapshot, ZuoraState
from tests.cast import ACME_CORP, RULES, account, snapshot, zuora_account


def plan(what: AccountSnapshot, *, mode: Mode, **bill_to: Any) -> Plan:
    """The plan under a mapping that writes a billing address in `mode`; `bill_to`: what Zuora holds otherwise."""
    rules = [replace(rule, mode=mode) if rule.pair is Pair.BILL_TO else rule for rule in RULES]
    found = zuora_account()
    held = {**found["billToContact"], **bill_to}
    found = {**found, "billToContact": held, "soldToContact": held}
    state = ZuoraState(accounts={ACME_CORP: (found,)}, contacts={found["id"]: (held,)})
    return plan_account(snapshot(what, zuora=state), ACME_CORP, rules=rules, options=Options())


@pytest.mark.parametrize("mode", [Mode.CREATE_ONLY, Mode.IF_EMPTY])
def test_an_address_that_updates_leave_alone_keeps_none_from_being_made(mode: Mode) -> None:
    made = plan(account(Name="Acme Corporation"), mode=mode)
    assert made.errors() == ()
    assert {str(each.key): each.payload for each in made.writes()} == {
        f"account:{ACME_CORP}": {"name": "Acme Corporation"},
        f"contact:{ACME_CORP}-billTo": {
            "firstName": "Acme Corporation_billTo",
            "lastName": "Acme Corporation_billTo",
        },
    }


def test_an_address_zuora_lacks_is_filled_where_it_is_empty() -> None:
    made = plan(account(), mode=Mode.IF_EMPTY, state=None)
    (update,) = made.writes()
    assert (update.action, update.payload) == (Action.UPDATE, {"state": "California"})


def test_an_address_that_the_mapping_withholds_from_zuora_is_the_operators_matter() -> None:
    (problem,) = plan(account(), mode=Mode.CREATE_ONLY, state=None).errors()
    assert problem.key == Key(Noun.ACCOUNT, ACME_CORP)
    assert problem.message == (
        f"The bill-to of Account Acme Corp ({ACME_CORP}) has no state in Zuora, and the mapping does not write BillingState "
        "there in an update. Zuora bills and taxes by it. Fill it in Zuora, or let the mapping row write it always, and resync."
    )
    assert problem.who_acts == "The operator of this connector"


def test_an_address_neither_side_has_is_the_owners_matter() -> None:
    (problem,) = plan(account(BillingState=None), mode=Mode.IF_EMPTY, state=None).errors()
    assert "has no billing state" in problem.message
    assert problem.who_acts == "The owner of the record in Salesforce"
