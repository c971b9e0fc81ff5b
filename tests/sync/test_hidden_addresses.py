"""An address that field-level security hides is unknown, which is something else than empty."""

from __future__ import annotations

from typing import Any

import pytest

from connector.domain.operations import Severity
from connector.sandbox.salesforce.schema.fields import lookup
from connector.sync.outcome import Status
from tests.cast import ACME_CORP, ACME_HOLDING, ADA, SHIPPING, account, contact
from tests.sync.world import World


def hide(world: World, *fields: str) -> None:
    world.org.change_settings({"hidden_fields": {"Account": list(fields)}})
    world.cool_down()


def shipping_warnings(world: World) -> list[Any]:
    return [
        entry for entry in world.log if entry.level is Severity.WARNING and "ShippingStreet" in entry.message
    ]


@pytest.mark.parametrize(
    "hidden", [("ShippingStreet", "ShippingCity", "ShippingCountry"), ("ShippingStreet",)]
)
def test_a_hidden_shipping_address_leaves_the_sold_to_alone(world: World, hidden: tuple[str, ...]) -> None:
    world.seed(account(**SHIPPING))
    world.sync()
    before = world.account()["soldTo"]
    hide(world, *hidden)
    world.change("Account", ACME_CORP, Name="Acme Corporation", ShippingCity="Salem")
    report = world.sync()
    made = world.account()
    assert (made["name"], made["soldTo"]) == ("Acme Corporation", before)
    assert report.status is Status.SUCCEEDED
    (warning,) = shipping_warnings(world)
    assert warning.message == (
        f"The shipping address of Account Acme Corporation ({ACME_CORP}) was not read: {', '.join(hidden)} "
        f"{'do' if len(hidden) > 1 else 'does'} not exist or {'are' if len(hidden) > 1 else 'is'} hidden from the "
        "integration user. Its sold-to contact in Zuora is left as it is. Give the integration user read access in "
        "Salesforce, or correct the mapping, and resync."
    )
    assert warning.who_acts == "The operator of this connector"


def test_a_new_account_with_a_hidden_shipping_address_is_told_and_put_right_later(world: World) -> None:
    world.seed(account(**SHIPPING))
    hide(world, *SHIPPING)
    report = world.sync()
    made = world.account()
    assert made["soldToId"] == made["billToId"]
    assert report.status is Status.SUCCEEDED
    (warning,) = shipping_warnings(world)
    assert "Its sold-to contact in Zuora is its bill-to until then." in warning.message

    hide(world)
    world.sync()
    assert world.account()["soldTo"]["city"] == "Portland"
    assert shipping_warnings(world) == []


def test_a_sold_to_behind_a_hidden_address_keeps_the_address_it_has(world: World) -> None:
    """The person in the role is also a contact of the account: its mailing address must not slip in."""
    world.org.add_custom_field("Account", lookup("Shipping_Contact__c", "Contact"))
    world.option(sold_to_contact="Shipping_Contact__r")
    world.seed(account(contacts=[contact(ADA, MailingCity="London")], **SHIPPING))
    world.change("Account", ACME_CORP, Shipping_Contact__c=ADA)
    world.sync()
    assert world.account()["soldTo"]["city"] == "Portland"
    hide(world, *SHIPPING)
    world.forget_requests()
    world.sync()
    assert world.writes() == []
    assert world.account()["soldTo"]["city"] == "Portland"


@pytest.mark.parametrize("is_there", [False, True])
def test_a_hidden_billing_country_is_the_operators_matter(world: World, is_there: bool) -> None:
    world.seed(account())
    if is_there:
        world.sync()
    hide(world, "BillingCountry")
    before = world.tenant.snapshot()
    report = world.sync()
    assert world.tenant.snapshot() == before
    assert report.status is Status.FAILED
    assert report.message == (
        f"The billing country of Account Acme Corp ({ACME_CORP}) was not read: BillingCountry does not exist or is "
        "hidden from the integration user. Zuora bills and taxes by it. Give the integration user read access in "
        "Salesforce, or correct the mapping, and resync."
    )
    assert report.who_acts == "The operator of this connector"


def test_a_hidden_billing_country_of_a_parent_stops_its_new_child_alone(world: World) -> None:
    world.seed(account(ACME_HOLDING, Name="Acme Holding"), account(ParentId=ACME_HOLDING))
    hide(world, "BillingCountry")
    report = world.sync()
    assert world.state("accounts") == []
    assert report.status is Status.FAILED
    assert {failure.who_acts for failure in report.failures} == {"The operator of this connector"}
