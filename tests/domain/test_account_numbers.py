"""Our own numbers for accounts: what makes one, and what is refused before Zuora is asked."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from connector.domain.account_numbers import account_number, fault, fields, kept_number
from connector.domain.rules import Options, Pair, Rule
from connector.errors import ConfigError, RecordError
from tests.cast import ACME_CORP, account


def number(template: str, *rules: Rule, **values: Any) -> str:
    there = account()
    there = replace(there, record={**there.record, "AccountNumber": "CD-451796", **values})
    return account_number(there, rules, Options(account_number_template=template))


@pytest.mark.parametrize(
    ("template", "made"),
    [
        ("", ""),
        ("SF-{Id}", f"SF-{ACME_CORP}"),
        ("{id}", ACME_CORP),
        ("{AccountNumber}", "CD-451796"),
        ("{Region__c}-{Serial__c}", "EU-1001"),
        ("{Owner.EmployeeNumber}/{Id}".replace("/", "."), f"42.{ACME_CORP}"),
    ],
)
def test_a_number_is_made_of_the_accounts_fields(template: str, made: str) -> None:
    values = {"Region__c": " EU ", "Serial__c": Decimal("1001.0"), "Owner": {"EmployeeNumber": "42"}}
    assert number(template, **values) == made


@pytest.mark.parametrize(
    "template", ["SF", "{", "}", "{Id", "Id}", "{{Id}}", "{}", "{a b}", "x/{Id}", "x\\{Id}"]
)
def test_a_template_that_cannot_hold_is_refused(template: str) -> None:
    assert fault(template)
    with pytest.raises(ConfigError, match="Account number from a template"):
        number(template)


def test_a_template_reads_its_fields() -> None:
    assert fields("{Region__c}-{Owner.EmployeeNumber}") == ("Region__c", "Owner.EmployeeNumber")


@pytest.mark.parametrize("empty", [None, "", "  ", "\x00"])
def test_an_empty_value_names_the_field(empty: Any) -> None:
    with pytest.raises(
        RecordError, match=r"has no AccountNumber, of which its account number in Zuora is made"
    ):
        number("N-{AccountNumber}", AccountNumber=empty)


def test_a_field_that_was_not_read_is_not_an_empty_one() -> None:
    with pytest.raises(
        ConfigError, match=r"Secret__c, which the option .* names, does not exist on Account or is hidden"
    ):
        number("{Secret__c}")


@pytest.mark.parametrize("value", ["x" * 51, "a/b", "a\\b"])
def test_what_zuora_would_not_take_is_refused(value: str) -> None:
    with pytest.raises(RecordError, match="Shorten AccountNumber in Salesforce"):
        number("{AccountNumber}", AccountNumber=value)


def test_fifty_characters_are_taken() -> None:
    assert number("{AccountNumber}", AccountNumber="x" * 50) == "x" * 50


def test_a_mapping_row_for_the_same_is_refused() -> None:
    with pytest.raises(ConfigError, match="a mapping row fills accountNumber, and so does the option"):
        number("SF-{Id}", Rule(Pair.ACCOUNT, "AccountNumber", "accountNumber"))


@pytest.mark.parametrize(("held", "count"), [(f"SF-{ACME_CORP}", 0), ("A00000012", 1)])
def test_another_number_is_told_and_kept(held: str, count: int) -> None:
    told = kept_number(account(), {"accountNumber": held}, (), Options(account_number_template="SF-{Id}"))
    assert len(told) == count
    assert all("it keeps the number" in each.message and held in each.message for each in told)


def test_what_cannot_be_numbered_is_no_matter_of_an_account_that_is_there() -> None:
    assert (
        kept_number(account(), {"accountNumber": "A1"}, (), Options(account_number_template="{Secret__c}"))
        == ()
    )
