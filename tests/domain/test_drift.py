"""What of a plan is drift."""

from __future__ import annotations

from typing import Any

import pytest

from connector.domain.drift import MOST_DIFFERENCES, Difference, Drift, Kind, drift
from connector.domain.operations import Action, Change, Key, Noun, Operation, Plan, Problem, Severity
from connector.domain.plan import plan_account
from connector.domain.rules import Options
from connector.domain.snapshot import ZuoraState
from tests.cast import ACME_CORP, RULES, account, snapshot, zuora_account

OWN = Key(Noun.ACCOUNT, ACME_CORP)
FIRST_ORDER = Key(Noun.ORDER, "00000101")


def _operation(action: Action, key: Key = OWN, **fields: Any) -> Operation:
    return Operation(action, key, title=f"The {key.noun}", decision="", **fields)


def _plan(*operations: Operation, problems: tuple[Problem, ...] = ()) -> Plan:
    return Plan(ACME_CORP, "Acme Corp", operations, problems)


def _problem(key: Key, severity: Severity = Severity.ERROR, message: str = "No state.") -> Problem:
    return Problem(severity, key, ACME_CORP, message)


def _of_account(zuora: dict[str, Any], **fields: Any) -> Drift | None:
    state = ZuoraState(accounts={ACME_CORP: (zuora,)})
    read = snapshot(account(**fields), zuora=state)
    return drift(plan_account(read, ACME_CORP, rules=RULES, options=Options()))


def test_an_account_that_zuora_holds_as_it_is_has_no_drift() -> None:
    assert _of_account(zuora_account()) is None


@pytest.mark.parametrize(
    "told",
    [
        {"BillingCountry": "US"},
        {"BillingCountry": "USA", "BillingState": "CA"},
        {"BillingStreet": " 1 Market Street "},
        {"Name": "Acme Corp "},
        {"Description": ""},
    ],
)
def test_what_is_only_written_in_another_way_is_no_drift(told: dict[str, Any]) -> None:
    assert _of_account(zuora_account(), **told) is None


def test_a_field_that_differs_is_told_with_both_values() -> None:
    found = _of_account(zuora_account(), Description="Pays late", BillingCity="Oakland")

    assert found is not None
    assert (found.kind, found.message) == (Kind.DIFFERS, "")
    assert {(each.noun, each.field, each.before, each.after) for each in found.differences} == {
        ("contact", "city", "San Francisco", "Oakland"),
        ("account", "notes", None, "Pays late"),
    }


def test_notices_and_warnings_alone_are_no_drift() -> None:
    told = tuple(_problem(OWN, severity) for severity in (Severity.NOTICE, Severity.WARNING))

    assert drift(_plan(_operation(Action.UNCHANGED), _operation(Action.SKIP), problems=told)) is None


@pytest.mark.parametrize(("key", "kind"), [(OWN, Kind.MISSING), (FIRST_ORDER, Kind.DIFFERS)])
def test_a_record_that_zuora_lacks_has_no_field(key: Key, kind: Kind) -> None:
    found = drift(_plan(_operation(Action.CREATE, key)))

    assert found == Drift(kind, (Difference(key.noun, f"The {key.noun}"),))


def test_what_an_error_stops_is_told_and_no_difference() -> None:
    found = drift(_plan(_operation(Action.CREATE), problems=(_problem(OWN), _problem(FIRST_ORDER))))

    assert found == Drift(Kind.STOPPED, (), "No state. (1 more)", "The owner of the record in Salesforce")


def test_an_account_of_which_a_part_is_stopped_differs_and_says_so() -> None:
    changed = _operation(Action.UPDATE, changes=(Change("name", "Acme", "Acme Corp"),))

    found = drift(_plan(changed, _operation(Action.CREATE, FIRST_ORDER), problems=(_problem(FIRST_ORDER),)))

    assert found == Drift(
        Kind.DIFFERS,
        (Difference(Noun.ACCOUNT, "The account", "name", "Acme", "Acme Corp"),),
        "No state.",
        "The owner of the record in Salesforce",
    )


def test_what_is_too_much_to_list_is_counted() -> None:
    orders = [
        _operation(Action.CREATE, Key(Noun.ORDER, str(number))) for number in range(MOST_DIFFERENCES + 3)
    ]

    found = drift(_plan(*orders))

    assert found is not None
    assert (len(found.differences), found.more) == (MOST_DIFFERENCES, 3)
