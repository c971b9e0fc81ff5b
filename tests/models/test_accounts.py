"""Known accounts and what is remembered of their records."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from connector.domain.operations import Noun
from connector.errors import RecordError
from connector.models import Account, RecordLink
from tests.cast import ACME_CORP, ACME_HOLDING, ADA, SEATS
from tests.models import rows

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

BILL_TO = f"{ACME_CORP}:bill_to"


@pytest.mark.parametrize("entered", [ACME_CORP, ACME_CORP[:15], f"  {ACME_CORP[:15]} "])
def test_an_account_is_remembered_under_its_18_characters(entered: str) -> None:
    there = rows.integration()
    first = Account.objects.remember(there, entered, name="Acme Corp")
    again = Account.objects.remember(there, ACME_CORP)
    assert (first.salesforce_id, again.pk, again.name) == (ACME_CORP, first.pk, "Acme Corp")


def test_name_and_parent_follow_salesforce() -> None:
    there = rows.integration()
    Account.objects.remember(there, ACME_CORP, name="Acme Corp", parent_salesforce_id=ACME_HOLDING[:15])
    assert Account.objects.get().parent_salesforce_id == ACME_HOLDING
    Account.objects.remember(there, ACME_CORP, name="Acme\x00\nCorporation" + "x" * 300)
    renamed = Account.objects.get()
    assert renamed.name.startswith("Acme␀ Corporationxxx")
    assert (len(renamed.name), renamed.parent_salesforce_id) == (255, "")


@pytest.mark.parametrize("entered", ["", "001", ADA, "001000000000002AAB", "001' OR Name != '"])
def test_what_is_no_account_id_is_refused(entered: str) -> None:
    with pytest.raises(RecordError):
        Account.objects.remember(rows.integration(), entered)
    with pytest.raises(ValidationError) as caught:
        Account(salesforce_id=entered).clean()
    assert "salesforce_id" in caught.value.message_dict


def test_a_short_id_entered_in_a_form_is_completed() -> None:
    acme = Account(salesforce_id=ACME_CORP[:15], chosen_zuora_id=" 8a1 ")
    acme.clean()
    assert (acme.salesforce_id, acme.chosen_zuora_id) == (ACME_CORP, "8a1")


def test_a_form_says_that_an_account_is_known_already() -> None:
    acme = rows.account()
    with pytest.raises(ValidationError, match="This integration knows the account already"):
        Account(integration=acme.integration, salesforce_id=ACME_CORP[:15]).full_clean()
    Account(integration=acme.integration, salesforce_id=ACME_HOLDING[:15]).full_clean()


def test_the_chosen_zuora_account_wins() -> None:
    assert Account(zuora_id="8a1").known_zuora_id == "8a1"
    assert Account(zuora_id="8a1", chosen_zuora_id="8a2").known_zuora_id == "8a2"


def test_an_account_is_shown_by_its_name_or_its_id() -> None:
    assert str(Account(name="Acme Corp", salesforce_id=ACME_CORP)) == "Acme Corp"
    assert str(Account(salesforce_id=ACME_CORP)) == ACME_CORP


def test_a_link_is_found_again_by_its_key() -> None:
    acme = rows.account()
    assert RecordLink.objects.attributes(acme.integration, noun="contact", key=BILL_TO) is None
    link = RecordLink.objects.remember(
        acme.integration, noun="contact", key=BILL_TO, attributes={"id": "8b1"}, account=acme
    )
    assert RecordLink.objects.attributes(acme.integration, noun="contact", key=BILL_TO) == {"id": "8b1"}
    assert (link.account, link.zuora_id, str(link)) == (acme, "8b1", f"Contact {BILL_TO} → 8b1")
    other = rows.integration(name="Other")
    assert RecordLink.objects.attributes(other, noun="contact", key=BILL_TO) is None


def test_attributes_add_up_while_the_zuora_id_stays() -> None:
    there = rows.integration()

    def remember(**attributes: str) -> dict[str, str] | None:
        RecordLink.objects.remember(there, noun="order", key="00000102", attributes=attributes)
        return RecordLink.objects.attributes(there, noun="order", key="00000102")

    remember(id="8c1", orderNumber="00000102")
    assert remember(status="Completed") == {"id": "8c1", "orderNumber": "00000102", "status": "Completed"}
    assert remember(id="8c1", status="Draft") == {
        "id": "8c1",
        "orderNumber": "00000102",
        "status": "Draft",
    }
    assert remember(id="8c2") == {"id": "8c2"}
    assert RecordLink.objects.count() == 1


def test_a_link_keeps_its_account_when_somebody_else_meets_the_record() -> None:
    acme = rows.account()
    there = acme.integration
    RecordLink.objects.remember(
        there, noun="contact", key=ADA, attributes={"id": "8b1"}, account=acme, salesforce_id=ADA
    )
    RecordLink.objects.remember(there, noun="contact", key=ADA, attributes={"id": "8b1"})
    link = RecordLink.objects.get()
    assert (link.account, link.salesforce_id) == (acme, ADA)


def test_an_account_row_shows_its_link_and_forgets_with_it() -> None:
    acme = rows.account()
    there = acme.integration
    RecordLink.objects.remember(
        there, noun=Noun.ACCOUNT, key=ACME_CORP, attributes={"id": "8a1", "accountNumber": "A00000001"}
    )
    acme.refresh_from_db()
    assert (acme.zuora_id, acme.zuora_account_number) == ("8a1", "A00000001")

    RecordLink.objects.remember(there, noun=Noun.ACCOUNT, key=ACME_CORP, attributes={"id": "8a2"})
    acme.refresh_from_db()
    assert (acme.zuora_id, acme.zuora_account_number) == ("8a2", "")

    RecordLink.objects.forget(there, noun=Noun.ACCOUNT, key=ACME_CORP)
    acme.refresh_from_db()
    assert (acme.zuora_id, RecordLink.objects.count()) == ("", 0)


@pytest.mark.parametrize("is_seen", [True, False])
def test_links_of_one_create_are_stored_together_beside_what_is_there(
    monkeypatch: pytest.MonkeyPatch, is_seen: bool
) -> None:
    """Also where another run stores one of them between the look and the insert."""
    acme = rows.account()
    there = acme.integration
    RecordLink.objects.remember(there, noun="contact", key=ADA, attributes={"id": "8b1", "a": "b"})
    if not is_seen:
        monkeypatch.setattr(type(RecordLink.objects), "attributes_of", lambda *_: {})

    links = {
        ("account", ACME_CORP): {"id": "8a1", "accountNumber": "A00000001"},
        ("contact", ADA): {"id": "8b1", "c": "d"},
        ("product", SEATS): {"id": "8p1"},
    }
    RecordLink.objects.remember_all(there, links, of=ACME_CORP, syncing=acme)

    kept = {(link.noun, link.key): (link.attributes, link.account) for link in RecordLink.objects.all()}
    assert kept == {
        ("account", ACME_CORP): (links["account", ACME_CORP], acme),
        ("contact", ADA): ({"id": "8b1", "a": "b", "c": "d"}, acme),
        ("product", SEATS): ({"id": "8p1"}, None),
    }
    acme.refresh_from_db()
    assert acme.zuora_id == "8a1"


def test_the_link_of_an_account_nobody_added_needs_no_row() -> None:
    there = rows.integration()
    RecordLink.objects.remember(there, noun="account", key=ACME_HOLDING, attributes={"id": "8a9"})
    assert RecordLink.objects.attributes(there, noun="account", key=ACME_HOLDING) == {"id": "8a9"}
    assert not Account.objects.exists()


def test_links_outlive_the_account_row() -> None:
    acme = rows.account()
    RecordLink.objects.remember(
        acme.integration, noun="order", key="00000102", attributes={"id": "8c1"}, account=acme
    )
    acme.delete()
    assert RecordLink.objects.get().account is None


def test_every_noun_of_a_plan_can_be_linked() -> None:
    assert set(RecordLink.Noun.values) == {noun.value for noun in Noun}
