"""The two clients of a worker's job, each behind the gate that all workers share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import django_rq

from connector.clients.salesforce import SalesforceClient
from connector.clients.zuora import ZuoraClient
from connector.jobs import stopping
from connector.jobs.allowances import allowance
from connector.jobs.doorbell import QUEUE
from connector.jobs.gates import salesforce_gate, zuora_gate
from connector.jobs.shared_tokens import SharedTokens
from connector.models import Integration, network


@contextmanager
def clients(
    integration: Integration, *, before_write: Callable[[], None]
) -> Iterator[tuple[SalesforceClient, ZuoraClient]]:
    """`before_write` is asked before each call that changes something in Zuora, and raises where none may leave."""
    org, tenant, redis = integration.salesforce, integration.zuora, django_rq.get_connection(QUEUE)
    with (
        SalesforceClient(
            org.credentials(),
            network(),
            SharedTokens(org),
            allowance=allowance(org),
            gate=salesforce_gate(org, redis),
            sleep=stopping.pause,
        ) as salesforce,
        ZuoraClient(
            tenant.credentials(),
            network(),
            SharedTokens(tenant),
            gate=zuora_gate(tenant, redis, before_write=before_write),
            sleep=stopping.pause,
        ) as zuora,
    ):
        yield salesforce, zuora
