"""Who may create a record now: one live intent for each, taken over from the dead and never from the living."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, models, transaction
from django.db.models import Q

from connector.domain import JSON
from connector.domain.open_writes import DOUBT_LIFE
from connector.domain.operations import Noun
from connector.models.integrations import Integration
from connector.models.run_states import OPEN
from connector.models.runs import SyncRun

if TYPE_CHECKING:
    from connector.models.intents import WriteIntent


class IntentHeld(Exception):
    """A run is at work on the intent of this record: wait and look again."""


class IntentState(models.TextChoices):
    OPEN = "open", "Open"
    UNKNOWN = "unknown", "Outcome unknown"
    SETTLED = "settled", "Settled"
    FAILED = "failed", "Failed"


LIVE = (IntentState.OPEN, IntentState.UNKNOWN)
NOBODYS = Q(run=None) | ~Q(run__status__in=OPEN)


class WriteIntentManager(models.Manager["WriteIntent"]):
    def claim(
        self,
        integration: Integration,
        *,
        run: SyncRun,
        noun: str,
        key: str,
        digest: str,
        is_asynchronous: bool = False,
        sought: JSON | None = None,
        now: datetime,
    ) -> WriteIntent:
        """Open the intent of a record, or take over what an earlier attempt or another run left open.

        A run that waits for its next attempt is at work on nothing: what it left is taken over, so that its siblings need not wait
        for it; it takes it back, or finds what came of it. A taken-over intent has `inherited` set; whether it keeps its
        idempotency key says `connector.domain.open_writes.inherit`. `sought` is what finds the record again.

        Raises IntentHeld while another run is at work on it, and RunSuperseded where this run's
        attempt was overtaken.
        """
        with transaction.atomic():
            run.hold()
            try:
                with transaction.atomic():
                    return self.create(
                        integration=integration,
                        noun=noun,
                        key=key,
                        payload_digest=digest,
                        is_asynchronous=is_asynchronous,
                        run=run,
                        account=run.account,
                        sought=sought,
                        opened_at=now,
                        key_issued_at=now,
                        sent_at=None,
                    )
            except IntegrityError:  # there is a live one
                live = self.live(integration, noun=noun, key=key).select_for_update().first()
            if live is None:
                raise IntentHeld(f"The {noun} {key} was claimed a moment ago by another run")
            live.integration = integration
            live._take_over(run, digest=digest, is_asynchronous=is_asynchronous, sought=sought, now=now)
            return live

    def doubt_orphans(self, *, now: datetime) -> int:
        """Mark as unknown what closed runs left open, and close what they never sent; how many there were. A living run's own is
        never touched."""
        unsent = 0
        orphans = self.filter(NOBODYS, state=IntentState.OPEN, sent_at=None, job_id="")
        for pk, attempts in orphans.values_list(
            "pk", "attempts"
        ):  # a run that takes one meanwhile counts another attempt
            unsent += self.filter(
                pk=pk, attempts=attempts, state=IntentState.OPEN, sent_at=None, job_id=""
            ).update(
                state=IntentState.FAILED,
                settled_at=now,
                reason="The run that was to send it ended before. Nothing was sent.",
            )
        return unsent + self.filter(NOBODYS, state=IntentState.OPEN, sent_at__isnull=False).update(
            state=IntentState.UNKNOWN,
            reason="The run that sent it ended before an answer was stored. The next sync of its account looks it up first.",
        )

    def left_alone(self) -> models.QuerySet[WriteIntent]:
        """Those whose end is open and on which no run is working."""
        return self.filter(NOBODYS, state__in=LIVE)

    def unanswered(self, integration: Integration, *, run: SyncRun | None) -> dict[tuple[str, str], str]:
        """The (noun, key) of what was sent and not answered, by `run` or by a run that has ended, with the digest of the payload that
        may have made each: empty where requests with different values may have."""
        sent = self.unanswered_rows(integration, run=run)
        fields = ("noun", "key", "was_changed", "payload_digest")
        return {
            (noun, key): "" if was_changed else digest
            for noun, key, was_changed, digest in sent.values_list(*fields)
        }

    def unanswered_rows(
        self, integration: Integration, *, run: SyncRun | None
    ) -> models.QuerySet[WriteIntent]:
        alike = self.left_alone() if run is None else self.filter(NOBODYS | Q(run=run), state__in=LIVE)
        return alike.filter(integration=integration, sent_at__isnull=False)

    def unanswered_orders(self, run: SyncRun) -> models.QuerySet[WriteIntent]:
        """Those of the run's account, oldest first, also where its row was removed and added anew."""
        account = run.account
        own = Q(account=account) | Q(account=None, sought__account_id=account.salesforce_id)
        orders = self.unanswered_rows(account.integration, run=run).filter(own, noun=Noun.ORDER)
        return orders.select_related("account", "run__account").order_by("opened_at")

    def note_vanished(self, run: SyncRun, keys: Collection[str], *, now: datetime) -> None:
        """Of the account's unanswered orders these are not shown by Salesforce any more, and the others are. Nothing of one that
        another attempt has taken over meanwhile."""
        for row in self.unanswered_orders(run):
            is_vanished = row.key in keys
            if is_vanished == (row.vanished_at is not None) and row.account_id:
                continue
            mine = self.filter(pk=row.pk, attempts=row.attempts, state__in=LIVE)
            mine.update(vanished_at=now if is_vanished else None, account=run.account)

    def close_absent(self, run: SyncRun, *, noun: str, key: str, now: datetime) -> bool:
        """Close as failed what nothing can come of any more; whether it was. A job would have to be asked, so its intent stays. Zuora was
        asked a while ago, when the run began: what might still have come then stays, too."""
        alike = self.filter(NOBODYS | Q(run=run), integration=run.account.integration, state__in=LIVE)
        intent = alike.filter(noun=noun, key=key, job_id="").first()
        if intent is None or not intent.as_open(now=now - DOUBT_LIFE).is_over:
            return False
        mine = self.filter(pk=intent.pk, attempts=intent.attempts, state__in=LIVE)
        return bool(
            mine.update(
                state=IntentState.FAILED,
                settled_at=now,
                reason="Looked up by a later run, which does not send it: Zuora does not have it, and nothing came of it.",
            )
        )

    def settle_known(self, run: SyncRun, found: Collection[tuple[str, str]], *, now: datetime) -> None:
        """`run` found these (noun, key) in Zuora by their natural keys: what an attempt that died left open of them is known now.

        An intent that another open run is working on stays its own.
        """
        alike = self.filter(
            NOBODYS | Q(run=run),
            integration=run.account.integration,
            key__in={key for _, key in found},
            state__in=LIVE,
        )
        known = [pk for pk, *pair in alike.values_list("pk", "noun", "key") if tuple(pair) in found]
        if known:
            self.filter(NOBODYS | Q(run=run), pk__in=known, state__in=LIVE).update(
                state=IntentState.SETTLED, settled_at=now, reason="Found in Zuora by a later run."
            )

    def live(self, integration: Integration, *, noun: str, key: str) -> models.QuerySet[WriteIntent]:
        """The open intent of a record, whosever it is: at most one."""
        return self.filter(integration=integration, noun=noun, key=key, state__in=LIVE)
