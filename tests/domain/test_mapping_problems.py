"""What mapping says of values and rows that cannot be sent; the decisions themselves are in test_mapping.py."""

from __future__ import annotations

from typing import Any

import pytest

from connector.domain import JSON
from connector.domain.mapping import FieldProblem, Mapped, build
from connector.domain.operations import Severity
from connector.domain.rules import Pair, Rule

LABEL = "Account Acme Corp (0015g00000AbCdEAAV)"
OPERATOR = "The operator of this connector"
ACME_CORP: JSON = {"Name": "Acme Corp", "Phone": "+33 1 23", "Fax": None}


def row(source: str, target: str, transform: str = "", **overrides: Any) -> Rule:
    return Rule(overrides.pop("pair", Pair.ACCOUNT), source, target, transform, **overrides)


def built(*rules: Rule, record: JSON | None = None, **overrides: Any) -> Mapped:
    settings: dict[str, Any] = {"pair": Pair.ACCOUNT, "creating": True, "record_label": LABEL} | overrides
    return build(rules, ACME_CORP if record is None else record, **settings)


def only(mapped: Mapped) -> FieldProblem:
    (problem,) = mapped.problems
    return problem


@pytest.mark.parametrize(
    ("rule", "record", "words"),
    [
        (row("Name", "name"), {"Name": "x" * 256}, "has 256 characters, but Zuora takes at most 255 in name"),
        (row("Name", "name"), {"Name": "Acme \U0001f680"}, "holds the character \U0001f680 (U+1F680 ROCKET)"),
        (row("Day__c", "billCycleDay"), {"Day__c": "first"}, "has “first” in Day__c, which is no number"),
        (row("Auto__c", "autoPay"), {"Auto__c": "perhaps"}, "which is neither yes nor no"),
        (row("A", "notes"), {"A": {"city": "Paris"}}, "has “…” in A, which is a group of values"),
        (row("A", "notes", "date"), {"A": "soon"}, "which is no date of the form yyyy-mm-dd"),
        (
            row("A", "notes", "lookup", arguments={"table": {"Gold": "VIP"}}),
            {"A": "Bronze"},
            "which is not in the table of the mapping row (mapping row A → notes)",
        ),
        (
            row("", "salesRep", "join", arguments={"paths": ["A", "B"]}),
            {"A": "x" * 30, "B": "y" * 30},
            f"has “{'x' * 30}” in A or “{'y' * 30}” in B, which has 61 characters",
        ),
    ],
)
def test_a_value_zuora_would_refuse_is_an_error_naming_record_field_and_row(
    rule: Rule, record: JSON, words: str
) -> None:
    mapped = built(rule, record=record)
    assert mapped.payload == {}
    problem = only(mapped)
    assert problem.severity is Severity.ERROR
    assert problem.message.startswith(LABEL)
    assert words in problem.message
    assert problem.message.endswith("Correct it in Salesforce, or the mapping row, and resync.")


def test_truncating_is_the_remedy_for_a_long_text() -> None:
    rule = row("Name", "name", "truncate", arguments={"length": 255})
    assert built(rule, record={"Name": "x" * 300}) == Mapped({"name": "x" * 255})


def test_a_malformed_address_is_left_out_with_a_warning() -> None:
    rule = row("Email", "workEmail", pair=Pair.CONTACT)
    for creating in (True, False):
        mapped = built(
            rule,
            record={"Email": "ada at acme"},
            pair=Pair.CONTACT,
            creating=creating,
            current={"workEmail": "a@x.y"},
        )
        assert mapped.payload == {}
        assert only(mapped).severity is Severity.WARNING
        assert "has “ada at acme” in Email, which is no e-mail address" in only(mapped).message


def test_a_malformed_address_that_is_required_is_an_error() -> None:
    rule = row("Email", "workEmail", pair=Pair.CONTACT, required=True)
    mapped = built(rule, record={"Email": "ada"}, pair=Pair.CONTACT)
    assert only(mapped).severity is Severity.ERROR


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (row("Name", "nickname"), "Name → nickname cannot be used: Zuora has no field “nickname” there."),
        (row("Name", "billToContact.firstName"), "Zuora has no field"),
        (row("Na me", "name"), "“Na me” is no field path."),
        (row("Name", "name", "shout"), "There is no transform “shout”"),
        (row("Name", "name", "truncate"), "needs the argument “length”"),
        (row("", "name", required=True), "constant → name cannot be used: it has no value"),
        (row("", "billCycleDay", default="first"), "its own value is no number."),
        (row("Fax", "billCycleDay", default="first"), "its own value is no number."),
        (
            row("", "autoPay", "constant", arguments={"value": "perhaps"}),
            "its own value is neither yes nor no.",
        ),
    ],
)
def test_a_row_that_cannot_work_is_for_the_operator(rule: Rule, words: str) -> None:
    mapped = built(rule)
    assert mapped.payload == {}
    problem = only(mapped)
    assert problem.severity is Severity.ERROR
    assert words in problem.message
    assert problem.who_acts == OPERATOR


def test_everything_wrong_with_a_record_is_said_at_once() -> None:
    mapped = built(
        row("Name", "name"),
        row("Fax", "notes", required=True),
        row("Phone", "billCycleDay"),
        row("X", "nowhere"),
    )
    assert mapped.payload == {"name": "Acme Corp"}
    assert len(mapped.problems) == 3


def test_the_message_shows_only_the_beginning_of_a_long_value() -> None:
    problem = only(built(row("Name", "name"), record={"Name": "x\n" * 50_000}))
    assert len(problem.message) < 400
    assert "\n" not in problem.message
