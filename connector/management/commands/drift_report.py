"""Have a worker compare all accounts of an integration with Zuora, without writing anything. Exit status 1 where one is not in step."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count

from connector import jobs
from connector.management import choosing
from connector.management.text import visible
from connector.models import DriftDifference, DriftReport

LOOK_SECONDS = 0.5


class Command(BaseCommand):
    help = "Count what differs between Salesforce and Zuora over all accounts; nothing is written to Zuora."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--integration", help="its name; needed only where there are several")
        parser.add_argument("--wait", action="store_true", help="wait for the report and print it")

    def handle(self, *, integration: str | None, wait: bool, **options: Any) -> None:
        queue = jobs.queue_state()
        if not queue.reachable:
            raise CommandError(queue.message)
        report, is_new = jobs.enqueue_drift_report(choosing.chosen_integration(integration))
        self.stdout.write(
            f"{visible(report)}: report {report.pk} {'is queued' if is_new else 'is open already'}."
        )
        if queue.message:
            self.stderr.write(queue.message)
        if not wait:
            return
        while report.is_open:
            time.sleep(LOOK_SECONDS)
            report.refresh_from_db()
        for line in _lines(report):
            self.stdout.write(line)
        if report.status != DriftReport.Status.FINISHED or report.in_step != report.checked:
            sys.exit(1)


def _lines(report: DriftReport) -> Iterator[str]:
    yield visible(report.message)
    counted = DriftDifference.objects.filter(finding__report=report).order_by().values("noun", "field")
    for row in counted.annotate(accounts=Count("finding", distinct=True)).order_by(
        "-accounts", "noun", "field"
    ):
        what = f"{row['noun']} {row['field'] or '(missing in Zuora)'}"
        yield f"  {row['accounts']:>6}  {visible(what)}"
    for found in report.findings.select_related("account"):
        account = found.account
        yield f"  {found.get_kind_display()}: {visible(account)} ({account.salesforce_id}) {visible(found.message)}".rstrip()
