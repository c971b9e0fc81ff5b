"""Sync one account now, in this process, and print its log. Exit status 0 where all went well."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from connector import jobs
from connector.errors import ConnectorError
from connector.management import choosing, printing
from connector.management.text import visible
from connector.models import RunAlreadyOpen, SyncRun


class Command(BaseCommand):
    help = "Sync one Salesforce account to Zuora now, and print the log of the run."

    def add_arguments(self, parser: ArgumentParser) -> None:
        choosing.add_arguments(parser)

    def handle(self, *, salesforce_id: str, integration: str | None, **options: Any) -> None:
        account = choosing.chosen_account(salesforce_id, integration)
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
