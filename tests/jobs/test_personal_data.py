"""With the option on nothing personal is stored; what Zuora gets is the same."""

from __future__ import annotations

import json

import pytest

from connector.domain.operations import Key, Noun
from connector.domain.personal import Mask
from connector.domain.sought import Sought
from connector.jobs.keepers import RowIntents
from connector.jobs.running import run_now
from connector.models import Account, Integration, LogEntry, SyncRun, WriteIntent
from tests.cast import ACME_CORP, ADA, contact
from tests.models import rows
from tests.services.world import World

PERSONAL = ("Ada", "Lovelace", "ada@acme.example", "1 Market Street", "+1 415 555 0100")


def _stored() -> str:
    """All that the log, the runs, the accounts and the intents hold, as one text."""
    tables = (LogEntry, SyncRun, Account, WriteIntent)
    return json.dumps([list(table.objects.values()) for table in tables], default=str, ensure_ascii=False)


def _left(stored: str) -> list[str]:
    return [value for value in PERSONAL if value in stored]


def _hide(world: World, *, is_hidden: bool) -> None:
    Integration.objects.update(hide_personal_data=is_hidden)
    world.account.refresh_from_db()


@pytest.fixture
def peopled(world_in_transaction: World) -> World:
    world_in_transaction.org.seed({"Contact": [contact(Phone="+1 415 555 0100")]})
    return world_in_transaction


def test_nothing_personal_is_stored_of_a_preview_and_a_sync(peopled: World) -> None:
    _hide(peopled, is_hidden=True)

    preview = run_now(peopled.account, kind=SyncRun.Kind.PREVIEW, trigger=SyncRun.Trigger.COMMAND)
    sync = run_now(peopled.account, kind=SyncRun.Kind.SYNC, trigger=SyncRun.Trigger.COMMAND)

    assert (preview.status, sync.status) == ("succeeded", "succeeded"), sync.message
    stored = _stored()
    assert _left(stored) == []
    assert all(told in stored for told in (ADA, ACME_CORP, "Acme Corp", "San Francisco", "A… L…"))
    sent = {each["lastName"]: each for each in peopled.tenant.store.all("contacts")}
    assert (sent["Lovelace"]["firstName"], sent["Lovelace"]["workEmail"]) == ("Ada", "ada@acme.example")


def test_without_the_option_the_log_says_it_all(peopled: World) -> None:
    run_now(peopled.account, kind=SyncRun.Kind.SYNC, trigger=SyncRun.Trigger.COMMAND)

    assert {"Ada", "Lovelace", "ada@acme.example"} <= set(_left(_stored()))


@pytest.mark.django_db
def test_the_reason_of_a_write_is_masked() -> None:
    run = rows.started_run()
    run.mask = Mask()
    run.mask.learn(contact())
    intents = RowIntents(run)
    sought = Sought(Key(Noun.CONTACT, ADA), f"Contact Ada Lovelace ({ADA})")
    first = intents.claim(Key(Noun.CONTACT, ADA), "d1", sought=sought)
    intents.leave_unknown(first, "No answer for Ada Lovelace.")
    assert WriteIntent.objects.get().record.title == f"Contact A… L… ({ADA})"
    intents.fail(intents.claim(Key(Noun.CONTACT, ADA), "d1"), "Zuora refused ada@acme.example.")

    assert [intent.reason for intent in WriteIntent.objects.all()] == ["Zuora refused [e-mail]."]


@pytest.mark.django_db
def test_messages_reach_the_account_masked() -> None:
    run = rows.started_run()
    run.mask = Mask()
    run.mask.learn(contact())

    run.fail(message="Contact Ada Lovelace is refused.", who_acts="Lovelace", now=rows.NOW)

    run.account.refresh_from_db()
    assert (run.message, run.who_acts) == ("Contact A… L… is refused.", "L…")
    assert run.account.last_message == run.message
