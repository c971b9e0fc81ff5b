"""Both sandboxes alone, on fixed ports, until Ctrl+C: for trying a mapping or a client against them."""

from __future__ import annotations

import contextlib
import signal
import socket
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from connector.sandbox import demo_org
from connector.sandbox.salesforce.app import create_app as create_salesforce
from connector.sandbox.salesforce.org import Org
from connector.sandbox.serving import SandboxServer
from connector.sandbox.zuora.app import create_app as create_zuora
from connector.sandbox.zuora.seeding import seed
from connector.sandbox.zuora.tenant import Tenant
from syncadmin.demo_environment import SALESFORCE_HOST, ZUORA_HOST


class Command(BaseCommand):
    help = "Start the Salesforce and the Zuora sandbox on this machine, and say how to reach them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--salesforce-port", type=int, default=8801, help="0 takes a free one")
        parser.add_argument("--zuora-port", type=int, default=8802, help="0 takes a free one")
        parser.add_argument("--empty", action="store_true", help="without the invented org of the demo")

    def handle(self, *, salesforce_port: int, zuora_port: int, empty: bool, **options: Any) -> None:
        signal.signal(signal.SIGTERM, _interrupt)
        for port in (salesforce_port, zuora_port):
            _check(port)
        org, tenant = Org(settings={"multi_currency": True}), Tenant()
        if not empty:
            org.seed(demo_org.build())
            seed(tenant, demo_org.zuora_seed())
        with (
            SandboxServer(create_salesforce(org=org), port=salesforce_port) as salesforce,
            SandboxServer(create_zuora(tenant=tenant), port=zuora_port) as zuora,
            contextlib.suppress(KeyboardInterrupt),
        ):
            self._tell(org, tenant, salesforce.url, zuora.url)
            signal.pause()

    def _tell(self, org: Org, tenant: Tenant, salesforce_url: str, zuora_url: str) -> None:
        for line in (
            f"Salesforce sandbox: {salesforce_url}  (host {SALESFORCE_HOST})",
            f"  client credentials: {org.logins.consumer_key} / {org.logins.consumer_secret}",
            f"Zuora sandbox: {zuora_url}  (custom host {ZUORA_HOST})",
            f"  client: {tenant.client_id} / {tenant.client_secret}",
            "To let a console reach them, set in its environment:",
            f"  SANDBOX_ROUTES={SALESFORCE_HOST}={salesforce_url},{ZUORA_HOST}={zuora_url}",
            "State, faults and requests: under /__sandbox__/ of each. Ctrl+C ends both.",
        ):
            self.stdout.write(line)
        self.stdout.flush()


def _check(port: int) -> None:
    """Raise CommandError where nothing can listen on the port: the server itself would end the process with words of its own."""
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or "it is no port number"
        raise CommandError(
            f"Port {port} cannot be used ({reason}). Choose others with --salesforce-port and --zuora-port; 0 takes free ones."
        ) from None


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
