"""What the engine works with while it only looks: links and intents of all accounts of one integration, a journal that keeps nothing.

Nothing is sent to Zuora from here: whatever would write raises, in the keepers and once more before a call leaves.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NoReturn

from connector.domain.operations import Key, Noun
from connector.domain.sought import Sought, Unanswered
from connector.errors import RemoteUnavailable
from connector.jobs import stopping
from connector.jobs.keepers import VisibleFields, known_links, unanswered
from connector.jobs.org_guard import check_org
from connector.jobs.remotes import clients
from connector.models import Account, DriftReport, Integration, RecordLink, WriteIntent
from connector.sync.journal import Entry, Intent
from connector.sync.services import Services


def refuse_to_write() -> NoReturn:
    raise TypeError("A drift report writes nothing")


class NoJournal:
    def write(self, entry: Entry) -> None:
        pass

    def beat(self) -> None:
        pass

    def to_check(self) -> Sequence[str]:
        return ()


class KnownLinks:
    def __init__(self, integration: Integration) -> None:
        self.integration = integration

    def get(self, key: Key) -> Mapping[str, str] | None:
        return RecordLink.objects.attributes(self.integration, noun=key.noun, key=key.value)

    def get_all(self, keys: Collection[Key]) -> Mapping[Key, Mapping[str, str]]:
        return known_links(self.integration, keys)

    def chosen(self, key: Key) -> str:
        if key.noun is not Noun.ACCOUNT:
            return ""
        of_key = Account.objects.filter(integration=self.integration, salesforce_id=key.value)
        return of_key.values_list("chosen_zuora_id", flat=True).first() or ""

    def put(self, key: Key, attributes: Mapping[str, str]) -> None:
        refuse_to_write()

    def confirm(self, keys: Collection[Key]) -> None:
        refuse_to_write()

    def forget(self, key: Key, seen: Mapping[str, str]) -> None:
        refuse_to_write()


class KnownIntents:
    def __init__(self, integration: Integration) -> None:
        self.integration = integration

    def is_live(self, key: Key) -> bool:
        return WriteIntent.objects.live(self.integration, noun=key.noun, key=key.value).exists()

    def unanswered(self, keys: Collection[Key]) -> Mapping[Key, str]:
        return unanswered(self.integration, keys)

    def unanswered_orders(self) -> Mapping[Key, Unanswered]:
        return {}  # what came of them is for a sync to settle

    def note_vanished(self, keys: Collection[Key]) -> None:
        refuse_to_write()

    def close_absent(self, key: Key) -> bool:
        refuse_to_write()

    def claim(
        self, key: Key, payload_digest: str, *, is_asynchronous: bool = False, sought: Sought | None = None
    ) -> Intent:
        refuse_to_write()

    def renew(self, intent: Intent) -> Intent:
        refuse_to_write()

    def sending(self, intent: Intent) -> None:
        refuse_to_write()

    def not_sent(self, intent: Intent) -> None:
        refuse_to_write()

    def keep_job(self, intent: Intent, job_id: str) -> Intent:
        refuse_to_write()

    def settle(self, intent: Intent, links: Mapping[Key, Mapping[str, str]]) -> None:
        refuse_to_write()

    def fail(self, intent: Intent, reason: str) -> None:
        refuse_to_write()

    def leave_unknown(self, intent: Intent, reason: str, *, is_answered: bool = False) -> None:
        refuse_to_write()


def _never_repeated(_: RemoteUnavailable) -> bool:
    return False


@contextmanager
def looking(report: DriftReport) -> Iterator[Services]:
    """Raises what `check_org` raises."""
    integration = report.integration
    with clients(integration, before_write=refuse_to_write) as (salesforce, zuora):
        check_org(integration.salesforce, salesforce)
        yield Services(
            salesforce=salesforce,
            zuora=zuora,
            journal=NoJournal(),
            links=KnownLinks(integration),
            intents=KnownIntents(integration),
            visible_fields=VisibleFields(integration.salesforce, salesforce),
            wait=stopping.wait,
            clock=time.monotonic,
            is_repeated=_never_repeated,
            seen=lambda seen: report.mask.learn(seen) if report.mask else None,
        )
