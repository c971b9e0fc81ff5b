"""Print what a sync of one account would do, and what it would bill, without writing anything to Zuora."""

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
    help = "Print the plan for one Salesforce account: problems, changes, and the money of its orders."

    def add_arguments(self, parser: ArgumentParser) -> None:
        choosing.add_arguments(parser)

    def handle(self, *, salesforce_id: str, integration: str | None, **options: Any) -> None:
        account = choosing.chosen_account(salesforce_id, integration)
        try:
            run = jobs.run_now(account, kind=SyncRun.Kind.PREVIEW, trigger=SyncRun.Trigger.COMMAND)
        except (RunAlreadyOpen, ConnectorError) as error:
            raise CommandError(visible(error)) from None
        run.refresh_from_db()
        if run.plan is None:
            raise CommandError(visible(run.message))
        for line in printing.plan_lines(run.plan):
            self.stdout.write(line)
        if printing.has_errors(run.plan):
            sys.exit(1)
