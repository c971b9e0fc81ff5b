"""Everything on one machine, from nothing: sandboxes, queue, worker, console, and an invented org, synced and shown.

The environment of the demo is chosen in `syncadmin.demo_environment` before the settings are read. All state is made anew at
each start, for the sandboxes forget theirs. One account, the most complex, is left to be previewed and synced by whoever watches.
With --once that one is synced, too, and the demo ends after the sync: exit status 0 where every account ended as the org's own list
of flaws says it must.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from connector import jobs
from connector.management import printing
from connector.management.demonstration import processes, rows
from connector.management.text import visible
from connector.models import OPEN, Account, SyncRun
from connector.sandbox import demo_org
from connector.sandbox.salesforce.app import create_app as create_salesforce
from connector.sandbox.salesforce.org import Org
from connector.sandbox.serving import SandboxServer
from connector.sandbox.zuora.app import create_app as create_zuora
from connector.sandbox.zuora.seeding import seed
from connector.sandbox.zuora.tenant import Tenant
from syncadmin.demo_environment import SALESFORCE_HOST, ZUORA_HOST
from syncadmin.embedded.valkey import running_valkey

SHOWN = "healthy"
LEFT_TO_TRY = "most_complex"
PATIENCE_SECONDS = 120
WORKERS = 2


class Command(BaseCommand):
    family: processes.Family
    help = "Start the demo: an invented Salesforce CPQ org, synced to an invented Zuora tenant, with the console."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="end after the sync; exit status 0 if all went well"
        )

    def handle(self, *, once: bool, **options: Any) -> None:
        if "DEMO_WEB_PORT" not in os.environ:
            raise CommandError("The demo runs only by its own command: python3 manage.py demo")
        signal.signal(signal.SIGTERM, _interrupt)
        began = time.monotonic()
        org, tenant = Org(settings={"multi_currency": True}), Tenant()
        with contextlib.ExitStack() as stack:
            self._start(stack, org, tenant)
            records = demo_org.build()
            org.seed(records)
            seed(tenant, demo_org.zuora_seed())
            integration, password = rows.create_rows(
                org, tenant, salesforce_host=SALESFORCE_HOST, zuora_host=ZUORA_HOST
            )
            added = rows.add_accounts(integration, records["Account"])
            left = None if once else demo_org.showcase()[LEFT_TO_TRY]
            accounts = [account for account in added if account.salesforce_id != left]
            self._sync(accounts)
            surprises = self._show(accounts)
            seconds = time.monotonic() - began
            self._say(
                f"Ready after {seconds:.1f} seconds. The console: http://127.0.0.1:{_port('DEMO_WEB_PORT')}/admin/"
            )
            self._say(f"Log in as {rows.ADMINISTRATOR} with the password {password}")
            if left is not None:
                self._say("One account, the most complex, is left for you. In a second terminal:")
                for name in ("preview_account", "sync_account"):
                    self._say(f"  python3 manage.py {name} {left}")
                self._say("Ctrl+C ends the demo.")
                self._wait()
        sys.exit(1 if surprises else 0)

    def _start(self, stack: contextlib.ExitStack, org: Org, tenant: Tenant) -> None:
        folder = Path(settings.DATABASES["default"]["NAME"]).parent
        for stale in folder.glob("db.sqlite3*"):
            stale.unlink()
        queue = Path(
            urlsplit(settings.REDIS_URL).path
        ).parent  # made and removed by `syncadmin.demo_environment`
        stack.enter_context(running_valkey(str(queue)))
        stack.enter_context(SandboxServer(create_salesforce(org=org), port=_port("DEMO_SALESFORCE_PORT")))
        stack.enter_context(SandboxServer(create_zuora(tenant=tenant), port=_port("DEMO_ZUORA_PORT")))
        self._say("Sandboxes and queue are up; preparing the database.")
        call_command("migrate", verbosity=0)
        commands = [*([processes.worker()] * WORKERS), processes.web(_port("DEMO_WEB_PORT"))]
        self.family = stack.enter_context(processes.running(*commands, log=folder / "demo.log"))

    def _sync(self, accounts: list[Account]) -> None:
        self._say(f"Syncing {len(accounts)} accounts…")
        for account in accounts:
            jobs.enqueue_sync(account, trigger=SyncRun.Trigger.QUEUED)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while waiting := SyncRun.objects.filter(status__in=OPEN).count():
            if time.monotonic() > deadline:
                raise CommandError(
                    f"{waiting} runs have not finished; see {settings.BASE_DIR / 'var' / 'demo' / 'demo.log'}."
                )
            self._revive()
            time.sleep(0.1)

    def _revive(self) -> None:
        for told in self.family.revive():
            self._say(f"{datetime.now().astimezone():%H:%M:%S} {told}")

    def _show(self, accounts: list[Account]) -> list[str]:
        """Print one account's log and the accounts that need somebody; the answer is what ended otherwise than it must."""
        shown = Account.objects.get(salesforce_id=demo_org.showcase()[SHOWN])
        if shown.last_run is not None:
            for line in printing.log_lines(shown.last_run):
                self._say(line)
        flaws = demo_org.flaws()
        surprises = []
        self._say("")
        self._say("Accounts that need somebody:")
        for account in Account.objects.filter(pk__in=[each.pk for each in accounts]).order_by("name"):
            expected = account.salesforce_id in flaws
            failed = account.last_outcome != Account.Outcome.SUCCEEDED
            if failed:
                self._say(
                    f"  {visible(account.name or account.salesforce_id)}: {visible(account.last_message)}"
                )
            if failed != expected:
                surprises.append(account.salesforce_id)
                self._say(
                    f"  ^ not as expected: {flaws.get(account.salesforce_id, 'it should have succeeded')}"
                )
        synced = Account.objects.filter(last_outcome=Account.Outcome.SUCCEEDED).count()
        self._say(
            f"{synced} of {len(accounts)} accounts are in step; {len(flaws)} have flaws put there to be seen."
        )
        self._check_console()
        return surprises

    def _check_console(self) -> None:
        url = f"http://127.0.0.1:{_port('DEMO_WEB_PORT')}/admin/login/"
        for _ in range(100):
            with contextlib.suppress(requests.ConnectionError):
                requests.get(url, timeout=10).raise_for_status()
                return
            time.sleep(0.1)
        raise CommandError(f"The console does not answer at {url}.")

    def _wait(self) -> None:
        with contextlib.suppress(KeyboardInterrupt):
            while True:
                self._revive()
                time.sleep(1)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _port(name: str) -> int:
    return int(os.environ[name])


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
