"""Each rule the database itself holds, seen broken."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError

from connector.models import OPEN, FieldMapping, Integration, RecordLink, SyncRun, WriteIntent
from connector.models.intents import LIVE, IntentState
from tests.cast import ACME_CORP, ACME_HOLDING
from tests.models import rows

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def refused(create: Callable[[], models.Model]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        create()


def test_names_of_connections_and_integrations_are_unique() -> None:
    there = rows.integration(name="Acme")
    refused(lambda: rows.salesforce_connection(name="Acme org"))
    refused(lambda: rows.zuora_connection(name="Acme tenant"))
    refused(lambda: rows.integration(name="Acme", salesforce=there.salesforce, zuora=there.zuora))


def test_a_connection_in_use_cannot_be_deleted() -> None:
    there = rows.integration()
    with pytest.raises(ProtectedError):
        there.salesforce.delete()
    with pytest.raises(ProtectedError):
        there.zuora.delete()


def test_an_integration_that_knows_accounts_cannot_be_deleted() -> None:
    acme = rows.account()
    with pytest.raises(ProtectedError):
        acme.integration.delete()


def test_prices_have_at_most_nine_decimals() -> None:
    rows.integration(name="Nine", max_price_decimals=9)
    refused(lambda: rows.integration(name="Ten", max_price_decimals=10))


def test_units_have_at_most_nine_decimals() -> None:
    rows.integration(name="Nine", unit_decimals=9)
    refused(lambda: rows.integration(name="Ten", unit_decimals=10))


def test_a_zuora_field_is_filled_by_one_row_only() -> None:
    there = rows.integration()
    FieldMapping.objects.create(integration=there, pair="account", source="Site", target="Region__c")
    FieldMapping.objects.create(integration=there, pair="contact", source="Title", target="Region__c")
    refused(
        lambda: FieldMapping.objects.create(
            integration=there, pair="account", source="Rating", target="Region__c"
        )
    )


def test_an_account_is_known_once_per_integration() -> None:
    acme = rows.account()
    rows.account(of=rows.integration(name="Other"))
    refused(lambda: rows.account(of=acme.integration))


@pytest.mark.parametrize("salesforce_id", [ACME_CORP[:15], ""])
def test_a_salesforce_id_is_kept_with_18_characters(salesforce_id: str) -> None:
    there = rows.integration()
    refused(lambda: rows.account(salesforce_id, of=there))


def test_a_record_is_linked_once() -> None:
    there = rows.integration()
    RecordLink.objects.create(integration=there, noun="order", key="00000102", attributes={"id": "8a1"})
    RecordLink.objects.create(integration=there, noun="product", key="00000102", attributes={"id": "8a2"})
    refused(
        lambda: RecordLink.objects.create(
            integration=there, noun="order", key="00000102", attributes={"id": "8a3"}
        )
    )


@pytest.mark.parametrize("status", OPEN)
def test_an_account_has_one_open_sync(status: str) -> None:
    acme = rows.account()
    rows.sync_run(acme, status=status)
    refused(lambda: rows.sync_run(acme))


def test_previews_and_closed_syncs_do_not_count_as_open() -> None:
    acme = rows.account()
    rows.sync_run(acme)
    for status in ("succeeded", "partial", "failed", "cancelled"):
        rows.sync_run(acme, status=status)
    rows.sync_run(acme, kind="preview")
    rows.sync_run(acme, kind="preview")
    rows.sync_run(rows.account(ACME_HOLDING, of=acme.integration))
    assert SyncRun.objects.count() == 8


@pytest.mark.parametrize("state", LIVE)
def test_a_record_has_one_live_intent(state: str) -> None:
    run = rows.started_run()
    rows.write_intent(run, state=state)
    refused(lambda: rows.write_intent(run))


def test_closed_intents_do_not_count_as_live() -> None:
    run = rows.started_run()
    for state in (IntentState.SETTLED, IntentState.FAILED, IntentState.OPEN):
        rows.write_intent(run, state=state)
    rows.write_intent(run, noun="contact")
    assert WriteIntent.objects.count() == 4


def test_a_failing_default_mapping_leaves_no_integration_behind() -> None:
    there = rows.integration()
    refused(lambda: Integration.objects.create(name="Acme", salesforce=there.salesforce, zuora=there.zuora))
    assert Integration.objects.count() == 1
    assert FieldMapping.objects.values("integration").distinct().count() == 1
