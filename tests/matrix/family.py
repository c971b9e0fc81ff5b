"""The family that everything is done to, and what must hold of it afterwards, whatever was done.

Acme Holding is the parent whom nobody syncs; Acme Corp, Acme Labs and Acme Works are its children. Corp and Labs order the same
new product, Works another one and an amendment. The invariants:

1. each account that was to be synced is in Zuora exactly once, or its open failure says why not; 2. each order number exists at
most once, and so does everything else that we create; 3. a further run writes nothing; 4. never more calls at a time than may be;
5. no secret in anything that is stored; 6. no write stays open without a run that works on it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import django_rq

from connector.jobs import run_now
from connector.jobs.doorbell import QUEUE
from connector.jobs.sweeping import doubt_open_writes
from connector.models import OPEN, Account, Integration, LogEntry, RecordLink, SyncRun, WriteIntent
from connector.sandbox.salesforce.org import Org
from connector.sandbox.zuora.tenant import Tenant
from tests import cpq
from tests.cast import (
    ACME_CORP,
    ACME_HOLDING,
    ACME_LABS,
    ADA,
    GRACE,
    PLATFORM,
    SHIPPING,
    account,
    contact,
    line,
    one_time_line,
    order,
    product,
)
from tests.sandbox_calls import Sandbox
from tests.services.world import SECRETS
from tests.sync.dataset import dataset
from tests.sync.faults import portrait_of

JSON = dict[str, Any]

ACME_WORKS = "001000000000004AAA"
CHILDREN = (ACME_CORP, ACME_LABS, ACME_WORKS)
CAP = 20
"""Calls at a time that a new connection allows."""


@dataclass(slots=True)
class Home:
    """Both sandboxes, the rows that point at them, and the children as accounts of the integration."""

    org: Org
    tenant: Tenant
    salesforce: Sandbox
    zuora: Sandbox
    integration: Integration
    children: list[Account] = field(default_factory=list)

    def settle_in(self) -> None:
        """The family moves in: nothing of it is in Zuora."""
        platform = product(PLATFORM, Name="Platform", ProductCode="PLAT")
        first = cpq.first(
            103,
            [
                cpq.sold(
                    13, start=date(2026, 1, 1), last_day=date(2026, 12, 31), quantity="5", Product2=platform
                )
            ],
            on=date(2026, 1, 1),
        )
        more = cpq.sold(
            14,
            start=date(2026, 7, 1),
            last_day=date(2026, 12, 31),
            quantity="2",
            revises=13,
            action="Existing",
            Product2=platform,
            SBQQ__Subscription__r=first.lines[0]["SBQQ__Subscription__r"],
        )
        self.org.seed(
            dataset(
                [
                    account(
                        ACME_HOLDING,
                        Name="Acme Holding",
                        contacts=[contact(GRACE, FirstName="Grace", LastName="Hopper")],
                    ),
                    account(
                        ACME_CORP,
                        ParentId=ACME_HOLDING,
                        contacts=[contact(ADA)],
                        orders=[order("00000101", lines=[line(), one_time_line()])],
                        **SHIPPING,
                    ),
                    account(
                        ACME_LABS,
                        Name="Acme Labs",
                        ParentId=ACME_HOLDING,
                        orders=[order("00000102", lines=[line("0000000012")])],
                    ),
                    account(
                        ACME_WORKS,
                        Name="Acme Works",
                        ParentId=ACME_HOLDING,
                        orders=[first, cpq.amendment(104, [more], on=date(2026, 7, 1))],
                    ),
                ]
            )
        )
        self.children = [
            Account.objects.remember(self.integration, key, name=name)
            for key, name in zip(CHILDREN, ("Acme Corp", "Acme Labs", "Acme Works"), strict=True)
        ]

    def sync_all(self) -> list[SyncRun]:
        """Each child once, in this process."""
        return [run_now(child, kind="sync", trigger="admin") for child in self.children]

    def forget_rows(self) -> None:
        """The database is lost, but for what an administrator entered."""
        Account.objects.all().delete()
        WriteIntent.objects.all().delete()
        RecordLink.objects.all().delete()
        self.children = [
            Account.objects.remember(self.integration, each.salesforce_id, name=each.name)
            for each in self.children
        ]

    def forget_tokens(self) -> None:
        """Everything that is kept in Redis."""
        django_rq.get_connection(QUEUE).flushdb()

    def move_out(self) -> None:
        """Back to the beginning."""
        self.salesforce.reset()
        self.zuora.reset()
        Account.objects.all().delete()
        WriteIntent.objects.all().delete()
        RecordLink.objects.all().delete()
        self.children = []
        self.forget_tokens()

    def portrait(self) -> JSON:
        """An order says what it changes by the ids of the catalog, or of the subscription once that is there: both mean the same, and
        what came of it shows in the subscription."""
        portrait = portrait_of(self.tenant.snapshot())
        return {**portrait, "orders": [_without_names_of_charges(each) for each in portrait["orders"]]}


def twice(state: JSON) -> list[str]:
    """Whatever exists more than once of what may exist once."""
    keys = Counter(f"account {each['crmId']}" for each in state["accounts"])
    keys += Counter(f"contact {each['accountId']} {each['crmId__c']}" for each in state["contacts"])
    keys += Counter(f"product {each['SKU']}" for each in state["products"])
    keys += Counter(
        f"plan {name}" for each in state["product_rate_plans"] for name in each["ExternalRatePlanIds"]
    )
    keys += Counter(f"charge {each['ProductRatePlanId']}" for each in state["product_rate_plan_charges"])
    keys += Counter(f"order {each['orderNumber']}" for each in state["orders"])
    keys += Counter(
        f"subscription {each['subscriptionNumber']}"
        for each in state["subscriptions"]
        if each["isLatestVersion"]
    )
    return sorted(key for key, count in keys.items() if count > 1)


def assert_nothing_twice(home: Home) -> None:
    found = twice(home.tenant.snapshot())
    assert not found, f"twice in Zuora: {', '.join(found)}"


def assert_told(home: Home) -> None:
    """The log explains: no line is empty or holds a secret, and whatever did not succeed says who acts."""
    entries = list(LogEntry.objects.all())
    assert all(entry.message for entry in entries)
    stored = [
        str(row) for model in (LogEntry, SyncRun, WriteIntent, RecordLink) for row in model.objects.values()
    ]
    assert not [text for text in stored if any(secret in text for secret in SECRETS)]
    for run in SyncRun.objects.exclude(status=SyncRun.Status.SUCCEEDED):
        told = [entry for entry in entries if entry.run_id == run.pk]
        if run.status in OPEN and not told:
            continue  # it has not begun
        assert run.message or run.status in OPEN, run.status
        assert [entry for entry in told if entry.who_acts or "carries it on" in entry.message], run.message


def assert_whole(home: Home, expected: JSON, *, again: bool = True) -> None:
    """The end state is the undisturbed one, and the invariants hold; `again`: a further run of everybody writes nothing."""
    assert not SyncRun.objects.filter(status__in=OPEN).exists()
    assert_nothing_twice(home)
    found = home.portrait()
    assert found == expected, differing(found, expected)
    assert_told(home)
    doubt_open_writes()
    live = WriteIntent.objects.filter(state__in=(WriteIntent.State.OPEN, WriteIntent.State.UNKNOWN))
    unsettled = [f"{intent.noun} {intent.key}: {intent.state}, {intent.reason}" for intent in live]
    assert not unsettled, unsettled
    if not again:
        return
    home.zuora.forget_requests()
    runs = home.sync_all()
    assert [run.message for run in runs if run.status != SyncRun.Status.SUCCEEDED] == []
    assert [f"{sent['method']} {sent['path']}" for sent in home.zuora.writes()] == []


def _without_names_of_charges(value: Any) -> Any:
    if isinstance(value, dict):
        names = (
            "ratePlanId",
            "productRatePlanId",
            "subscriptionRatePlanNumber",
            "chargeNumber",
            "productRatePlanChargeId",
        )
        return {key: _without_names_of_charges(inner) for key, inner in value.items() if key not in names}
    return [_without_names_of_charges(each) for each in value] if isinstance(value, list) else value


def differing(found: JSON, expected: JSON) -> list[str]:
    """What one of the two portraits has and the other has not, by table."""
    return [
        f"{table}: {sign} {record}"
        for table in expected
        for sign, some, others in (
            ("too much", found[table], expected[table]),
            ("missing", expected[table], found[table]),
        )
        for record in some
        if record not in others
    ]
