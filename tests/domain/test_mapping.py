from __future__ import annotations

from typing import Any

import pytest

from connector.domain import JSON
from connector.domain.mapping import FieldProblem, Mapped, build
from connector.domain.operations import Severity
from connector.domain.rules import Mode, Pair, Rule

LABEL = "Account Acme Corp (0015g00000AbCdEAAV)"
OPERATOR = "The operator of this connector"


def acme_corp(**overrides: object) -> JSON:
    record = {
        "Name": "Acme Corp",
        "Description": "Makes everything",
        "Phone": "+33 1 23",
        "Fax": None,
        "BillingState": "CA",
        "BillingCountry": "USA",
        "Owner": {"Name": "Ada Lovelace", "Email": "ada@acme.example"},
        "Parent": None,
    }
    return record | overrides


def row(source: str, target: str, transform: str = "", **overrides: Any) -> Rule:
    return Rule(overrides.pop("pair", Pair.ACCOUNT), source, target, transform, **overrides)


def built(*rules: Rule, record: JSON | None = None, **overrides: Any) -> Mapped:
    settings: dict[str, Any] = {"pair": Pair.ACCOUNT, "creating": True, "record_label": LABEL} | overrides
    return build(rules, acme_corp() if record is None else record, **settings)


def updated(*rules: Rule, current: JSON | None, **overrides: Any) -> Mapped:
    return built(*rules, creating=False, current=current, **overrides)


def only(mapped: Mapped) -> FieldProblem:
    (problem,) = mapped.problems
    return problem


def test_values_travel_under_their_targets_nested_by_dot() -> None:
    mapped = built(
        row("Name", "name"),
        row("owner.NAME", "salesRep"),
        row("", "batch", default="Batch1"),
        row("Vat__c", "taxInfo.VATId", "upper"),
        row("Code__c", "taxInfo.companyCode"),
        row("Seats__c", "Seats__c"),
        record=acme_corp(Vat__c="fr123", Code__c=7.0, Seats__c=25),
    )
    assert mapped == Mapped(
        {
            "name": "Acme Corp",
            "salesRep": "Ada Lovelace",
            "batch": "Batch1",
            "taxInfo": {"VATId": "FR123", "companyCode": "7"},
            "Seats__c": 25,
        }
    )


def test_only_the_rows_of_the_pair_count() -> None:
    mapped = built(
        row("BillingCountry", "country", "country_code", pair=Pair.BILL_TO),
        row("BillingState", "state", "state_name", pair=Pair.BILL_TO),
        row("Name", "name"),
        pair=Pair.BILL_TO,
    )
    assert mapped == Mapped({"country": "US", "state": "California"})


@pytest.mark.parametrize(
    ("mode", "creating", "current", "is_sent"),
    [
        (Mode.ALWAYS, True, None, True),
        (Mode.ALWAYS, False, {"notes": "old"}, True),
        (Mode.ALWAYS, False, None, True),
        (Mode.CREATE_ONLY, True, None, True),
        (Mode.CREATE_ONLY, False, {"notes": ""}, False),
        (Mode.IF_EMPTY, True, None, True),
        (Mode.IF_EMPTY, False, {"notes": ""}, True),
        (Mode.IF_EMPTY, False, {}, True),
        (Mode.IF_EMPTY, False, {"notes": "old"}, False),
        (Mode.IF_EMPTY, False, None, False),
    ],
)
def test_a_rows_mode_says_when_it_applies(
    mode: Mode, creating: bool, current: JSON | None, is_sent: bool
) -> None:
    mapped = built(row("Description", "notes", mode=mode), creating=creating, current=current)
    assert mapped == Mapped({"notes": "Makes everything"} if is_sent else {})


def test_what_zuora_never_changes_is_no_part_of_an_update() -> None:
    rule = row("CurrencyIsoCode", "currency", required=True)
    assert built(rule, record=acme_corp(CurrencyIsoCode="EUR")).payload == {"currency": "EUR"}
    assert updated(rule, record=acme_corp(CurrencyIsoCode="EUR"), current={"currency": "USD"}) == Mapped({})


def test_a_required_field_that_is_empty_says_what_to_do() -> None:
    problem = only(built(row("Fax", "notes", required=True)))
    assert problem.severity is Severity.ERROR
    assert problem.message == (f"{LABEL} has no Fax; Zuora requires notes. Fill it in Salesforce and resync.")
    assert (problem.source, problem.target) == ("Fax", "notes")
    assert problem.who_acts == "The owner of the record in Salesforce"


@pytest.mark.parametrize("empty", [None, "", "  ", "\x00", "\n"])
def test_blank_is_empty_too(empty: object) -> None:
    assert "has no Name" in only(built(row("Name", "name", required=True), record={"Name": empty})).message


def test_below_a_relationship_that_is_null_a_field_is_empty() -> None:
    assert "has no Parent.Name" in only(built(row("Parent.Name", "notes", required=True))).message


def test_a_default_stands_in_for_an_empty_source_as_it_is_written() -> None:
    rule = row("Fax", "notes", "upper", default="none", required=True)
    assert built(rule) == Mapped({"notes": "none"})
    assert updated(rule, current={"notes": "old"}) == Mapped({"notes": "none"})


def test_false_and_zero_are_values() -> None:
    record = acme_corp(Auto__c=False, Seats__c=0)
    rules = (
        row("Auto__c", "autoPay", default=True, required=True),
        row("Seats__c", "Seats__c", required=True),
    )
    assert built(*rules, record=record) == Mapped({"autoPay": False, "Seats__c": 0})


def test_a_new_record_goes_without_its_empty_fields() -> None:
    assert built(row("Fax", "notes"), row("Parent.Name", "salesRep")) == Mapped({})


def test_a_record_created_anew_empties_nothing_an_older_one_held() -> None:
    assert built(row("Fax", "notes"), current={"notes": "old"}) == Mapped({})


def test_a_field_that_became_empty_is_emptied_in_zuora() -> None:
    mapped = updated(
        row("Fax", "notes"),
        row("Fax", "additionalEmailAddresses"),
        row("Fax", "taxInfo.VATId"),
        row("Fax", "salesRep"),
        current={"notes": "old", "additionalEmailAddresses": ["a@x.example"], "taxInfo": {"VATId": "FR1"}},
    )
    assert mapped == Mapped({"notes": "", "additionalEmailAddresses": [], "taxInfo": {"VATId": ""}})


def test_nothing_is_emptied_where_it_is_not_known_what_zuora_holds() -> None:
    assert updated(row("Fax", "notes"), current=None) == Mapped({})


def test_a_field_zuora_cannot_hold_empty_is_kept_and_said() -> None:
    mapped = updated(row("Fax", "paymentTerm"), current={"paymentTerm": "Net 30"})
    assert mapped.payload == {}
    assert only(mapped).severity is Severity.NOTICE
    assert "has no Fax, but Zuora cannot hold an empty paymentTerm and keeps “Net 30”" in only(mapped).message


def test_a_field_that_was_not_read_is_left_alone_and_its_row_is_named() -> None:
    mapped = updated(row("Secret__c", "notes", default="none"), current={"notes": "old"})
    assert mapped.payload == {}
    problem = only(mapped)
    assert problem.severity is Severity.NOTICE
    assert "Secret__c was not read" in problem.message
    assert "notes is left as it is" in problem.message
    assert "mapping row Secret__c → notes" in problem.message
    assert problem.who_acts == OPERATOR


def test_a_new_record_takes_the_default_for_a_field_that_was_not_read() -> None:
    mapped = built(row("Secret__c", "notes", default="none", required=True))
    assert mapped.payload == {"notes": "none"}
    assert only(mapped).severity is Severity.NOTICE
    assert "notes gets its default" in only(mapped).message


def test_a_new_record_goes_without_a_field_that_was_not_read() -> None:
    mapped = built(row("Secret__c", "notes"))
    assert mapped.payload == {}
    assert "notes is left out" in only(mapped).message


@pytest.mark.parametrize("creating", [True, False])
def test_a_required_field_that_was_not_read_is_for_the_operator(creating: bool) -> None:
    mapped = built(row("Secret__c", "notes", required=True), creating=creating, current={})
    assert only(mapped).severity is Severity.ERROR
    assert "Zuora requires notes" in only(mapped).message
    assert only(mapped).who_acts == OPERATOR


def test_a_joined_value_waits_for_all_its_parts() -> None:
    rule = row("", "notes", "join", arguments={"paths": ["Name", "Secret__c"]})
    mapped = updated(rule, current={"notes": "Acme Corp of Paris"})
    assert mapped.payload == {}
    assert "Name or Secret__c was not read" in only(mapped).message


def test_a_state_is_not_emptied_because_its_country_can_be_read() -> None:
    rule = row("BillingState", "state", "state_name", pair=Pair.BILL_TO)
    record = acme_corp()
    del record["BillingState"]
    mapped = updated(rule, record=record, pair=Pair.BILL_TO, current={"state": "California"})
    assert mapped.payload == {}
    assert "BillingState was not read" in only(mapped).message


def test_rows_stand_in_for_each_other() -> None:
    phone, fax = row("Phone", "notes"), row("Fax", "notes", required=True)
    assert built(phone, fax) == Mapped({"notes": "+33 1 23"})
    assert built(fax, phone) == Mapped({"notes": "+33 1 23"})
    assert updated(fax, phone, current={"notes": "old"}) == Mapped({"notes": "+33 1 23"})


def test_of_two_rows_that_disagree_the_last_counts_and_both_are_named() -> None:
    mapped = built(row("Phone", "notes"), row("Description", "notes"))
    assert mapped.payload == {"notes": "Makes everything"}
    problem = only(mapped)
    assert problem.severity is Severity.WARNING
    assert "Phone → notes and Description → notes" in problem.message
    assert built(row("Phone", "notes"), row("Phone", "notes", "trim")).problems == ()


def test_a_field_is_not_emptied_while_one_of_its_rows_was_not_read() -> None:
    for rules in [(row("Fax", "notes"), row("Secret__c", "notes"))] * 2:
        assert updated(*rules, current={"notes": "old"}).payload == {}
        assert updated(*reversed(rules), current={"notes": "old"}).payload == {}
