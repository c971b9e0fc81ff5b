"""An integration's mapping rows: those it begins with, and what each must hold."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import models

from connector.domain import rules
from connector.domain.mapping import build
from connector.domain.rules import Rule
from connector.models import FieldMapping, Integration
from connector.models.default_mapping import DEFAULT_RULES
from tests.cast import ACME_CORP, account_record
from tests.models import rows

pytestmark = pytest.mark.django_db


def faults(row: models.Model) -> dict[str, list[str]]:
    try:
        row.clean()
    except ValidationError as error:
        return error.message_dict
    return {}


def mapping(**fields: Any) -> FieldMapping:
    return FieldMapping(**{"pair": "account", "source": "Site", "target": "Region__c", **fields})


@pytest.mark.postgres
def test_a_new_integration_has_the_default_mapping_as_rows() -> None:
    there = rows.integration()
    assert there.rules() == DEFAULT_RULES
    assert Integration.objects.get().rules() == DEFAULT_RULES


def test_saving_again_does_not_bring_deleted_rows_back() -> None:
    there = rows.integration()
    there.mappings.filter(target="fax").delete()
    there.save()
    assert len(there.rules()) == len(DEFAULT_RULES) - 1


def test_loading_an_export_does_not_add_rows() -> None:
    there = rows.integration()
    there.mappings.filter(target="fax").delete()
    export = serializers.serialize(
        "json", [there.salesforce, there.zuora, there, *FieldMapping.objects.all()]
    )
    there.mappings.all().delete()
    there.delete()
    for entry in serializers.deserialize("json", export):
        entry.save()
    assert len(Integration.objects.get().rules()) == len(DEFAULT_RULES) - 1


def test_the_default_mapping_passes_its_own_checks() -> None:
    for row in rows.integration().mappings.all():
        row.full_clean()


def test_the_default_mapping_covers_what_zuora_requires() -> None:
    targets = {(rule.pair.value, rule.target) for rule in DEFAULT_RULES}
    assert {("account", "name"), ("account", "currency"), ("account", "billCycleDay")} <= targets
    assert {("contact", "firstName"), ("contact", "lastName")} <= targets
    assert {("bill_to", "country"), ("bill_to", "state"), ("sold_to", "country")} <= targets
    constants = {rule.target: rule.default for rule in DEFAULT_RULES if not rule.source}
    assert constants == {
        "billCycleDay": 1,
        "autoPay": False,
        "UseDiscountSpecificAccountingCode": False,
        "itemType": "Product",
    }


def test_the_default_mapping_makes_a_whole_account_without_a_word_of_complaint() -> None:
    record = account_record(ACME_CORP)
    account = build(DEFAULT_RULES, record, pair=rules.Pair.ACCOUNT, creating=True)
    assert account.problems == ()
    assert account.payload == {
        "name": "Acme Corp",
        "currency": "USD",
        "salesRep": "005000000000001AAA",
        "billCycleDay": 1,
        "autoPay": False,
    }
    bill_to = build(DEFAULT_RULES, record, pair=rules.Pair.BILL_TO, creating=True)
    assert bill_to.problems == ()
    assert bill_to.payload == {
        "address1": "1 Market Street",
        "city": "San Francisco",
        "state": "California",
        "zipCode": "94105",
        "country": "US",
    }


def test_rules_follow_the_rows_in_their_order() -> None:
    there = rows.integration()
    there.mappings.all().delete()
    late = FieldMapping.objects.create(
        integration=there,
        pair="contact",
        position=2,
        source="Account.Site",
        target="Region__c",
        transform="truncate",
        arguments={"length": 40},
        default="none",
        mode="if_empty",
        required=True,
    )
    FieldMapping.objects.create(integration=there, pair="account", position=1, source="Site", target="notes")
    FieldMapping.objects.create(
        integration=there, pair="account", position=0, source="Fax", target="fax__c", is_active=False
    )
    assert [rule.target for rule in there.rules()] == ["notes", "Region__c"]
    assert (
        there.rules()[1]
        == late.rule()
        == Rule(
            pair=rules.Pair.CONTACT,
            source="Account.Site",
            target="Region__c",
            transform="truncate",
            arguments={"length": 40},
            default="none",
            mode=rules.Mode.IF_EMPTY,
            required=True,
        )
    )


@pytest.mark.postgres
@pytest.mark.parametrize("default", [None, 1, 0, False, "", "text", ["a"]])
def test_a_default_keeps_its_type(default: object) -> None:
    there = rows.integration()
    row = FieldMapping.objects.create(integration=there, pair="account", target="x__c", default=default)
    kept = FieldMapping.objects.get(pk=row.pk).default
    assert (kept, type(kept)) == (default, type(default))


@pytest.mark.parametrize(
    ("choices", "domain"),
    [
        (Integration.StateRule, rules.StateRule),
        (Integration.MoneyRule, rules.MoneyRule),
        (FieldMapping.Pair, rules.Pair),
        (FieldMapping.Mode, rules.Mode),
    ],
)
def test_every_choice_is_one_the_domain_knows(choices: Any, domain: Any) -> None:
    assert set(choices.values) == {member.value for member in domain}


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({}, []),
        ({"source": "Owner.Manager.Email"}, []),
        ({"source": "A__r.B__r.C__r.D__r.E__r.Name"}, []),
        ({"source": "A__r.B__r.C__r.D__r.E__r.F__r.Name"}, ["source"]),
        ({"source": ""}, ["source"]),
        ({"source": "", "default": False}, []),
        ({"source": "Name, Id"}, ["source"]),
        ({"source": "Name FROM Account WHERE"}, ["source"]),
        ({"source": ".Name"}, ["source"]),
        ({"source": "Näme"}, ["source"]),
        ({"target": "taxInfo.VATId"}, []),
        ({"target": "taxInfo/VATId"}, ["target"]),
        ({"target": ""}, ["target"]),
        ({"target": "crmId"}, ["target"]),
        ({"target": "crmId__c", "pair": "contact"}, ["target"]),
        ({"target": "parentId"}, ["target"]),
        ({"target": "Notes"}, ["target"]),
        ({"target": "zipCode"}, ["target"]),
        ({"target": "zipCode", "pair": "contact"}, []),
        ({"source": "", "transform": "constant", "arguments": {"value": 1}}, []),
        ({"transform": "eval"}, ["arguments"]),
        ({"transform": "trim", "arguments": {"length": 1}}, ["arguments"]),
        ({"target": "billToContact.firstName"}, ["target"]),
        ({"arguments": [1]}, ["arguments"]),
        ({"transform": "truncate"}, ["arguments"]),
        ({"transform": "truncate", "arguments": {"length": True}}, ["arguments"]),
        ({"transform": "truncate", "arguments": {"length": 50}}, []),
    ],
)
def test_a_mapping_row_is_checked(fields: dict[str, Any], fault: list[str]) -> None:
    assert list(faults(mapping(**fields))) == fault


def test_rows_say_what_they_do() -> None:
    assert str(mapping()) == "Account → account: Site → Region__c"
    assert str(mapping(source="", default=1, target="billCycleDay")).endswith("default → billCycleDay")
