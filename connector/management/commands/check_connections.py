"""Test every connection and say which org or tenant answered. Exit status 1 where one did not."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from connector import jobs
from connector.errors import ConnectorError
from connector.management.text import visible
from connector.models import SalesforceConnection, ZuoraConnection


class Command(BaseCommand):
    help = "Test every Salesforce and Zuora connection."

    def handle(self, **options: Any) -> None:
        outcomes = [
            *(
                self._report("Salesforce", row, jobs.test_salesforce)
                for row in SalesforceConnection.objects.all()
            ),
            *(self._report("Zuora", row, jobs.test_zuora) for row in ZuoraConnection.objects.all()),
        ]
        if not outcomes:
            self.stdout.write("There is no connection yet. Create them in the admin.")
        if not all(outcomes):
            sys.exit(1)

    def _report(self, system: str, connection: Any, test: Any) -> bool:
        try:
            lines = test(connection)
        except ConnectorError as error:
            self.stdout.write(f"{system} “{connection}”: failed. {visible(error)}")
            return False
        self.stdout.write(f"{system} “{connection}”: answered.")
        for label, value in lines.items():
            self.stdout.write(f"    {label}: {visible(value)}")
        return True
