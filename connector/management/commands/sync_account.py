"""Sync one account now, in this process, and print its log; or have workers sync several. Exit status 0 where all went well.

Of several it is told whether they are queued, not what comes of them: each has its log, and `--failed` queues again what failed.
Exit status 1 then says that some are not under way yet.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from connector import jobs
from connector.domain.labels import counted
from connector.errors import ConfigError, ConnectorError
from connector.management import choosing, printing
from connector.management.text import visible
from connector.models import Account, RunAlreadyOpen, SyncRun


class Command(BaseCommand):
    help = "Sync one Salesforce account to Zuora now and print the log of the run; several are queued for the workers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "salesforce_ids",
            metavar="salesforce_id",
            nargs="*",
            help="Salesforce ids of accounts, 15 or 18 characters; one is synced at once, several are queued",
        )
        parser.add_argument(
            "--failed", action="store_true", help="queue all whose last sync failed or was partial"
        )
        parser.add_argument("--all", action="store_true", help="queue all accounts of the integration")
        choosing.add_integration(parser)

    def handle(self, *, salesforce_ids: list[str], integration: str | None, **options: Any) -> None:
        if [bool(salesforce_ids), options["failed"], options["all"]].count(True) != 1:
            raise CommandError("Name accounts by their Salesforce ids, or choose --failed or --all.")
        if len(salesforce_ids) == 1:
            self._sync(choosing.chosen_account(salesforce_ids[0], integration))
            return
        queue = jobs.queue_state()
        if not queue.reachable:
            raise CommandError(f"{queue.message} Nothing was queued.")
        if salesforce_ids:
            self._queue(choosing.chosen_accounts(salesforce_ids, integration))
        else:
            accounts = choosing.chosen_integration(integration).accounts.order_by("pk")
            wanted = accounts.filter(last_outcome__in=Account.FAILURES) if options["failed"] else accounts
            self._queue(list(wanted.select_related("integration")))
        if queue.message:
            self.stderr.write(queue.message)

    def _sync(self, account: Account) -> None:
        try:
            run = jobs.run_now(account, kind=SyncRun.Kind.SYNC, trigger=SyncRun.Trigger.COMMAND)
        except (RunAlreadyOpen, ConnectorError) as error:
            raise CommandError(visible(error)) from None
        run.refresh_from_db()
        for line in printing.log_lines(run):
            self.stdout.write(line)
        if run.status != SyncRun.Status.SUCCEEDED:  # else the log's last line is the same sentence
            self.stdout.write(f"  {run.get_status_display()}: {visible(run.message)}")
            sys.exit(1)

    def _queue(self, accounts: Iterable[Account]) -> None:
        """An account that is being synced already needs no second sync; one integration is switched off for all of them."""
        queued, waiting, busy = 0, 0, list[str]()
        for account in accounts:
            try:
                run = jobs.enqueue_sync(account, trigger=SyncRun.Trigger.QUEUED)
            except RunAlreadyOpen as error:
                busy.append(visible(error))
            except ConfigError as error:
                raise CommandError(f"{visible(error)} {_told(queued)}") from None
            else:
                queued += 1
                waiting += bool(run.who_acts)  # Redis did not take it
        self.stdout.write(_told(queued))
        for told in busy:
            self.stdout.write(f"  {told}")
        if waiting:
            raise CommandError(
                f"Redis did not take {waiting} of them, so no worker knows of them yet. They start by themselves once it is back: "
                "start Redis, or correct REDIS_URL. Exit status 1 means that; none of them has to be queued again."
            )


def _told(queued: int) -> str:
    return f"{counted(queued, 'sync')} queued.".capitalize()
