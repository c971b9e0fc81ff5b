"""Both sandboxes, one integration between them, and the hand of a test on all of it.

The pipeline goes over real HTTP with the real clients; a test reads the end state straight from the sandboxes.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import requests

from connector.clients.credentials import Network, SalesforceCredentials, SalesforceLogin, ZuoraCredentials
from connector.clients.salesforce import SalesforceClient
from connector.clients.tokens import MemoryTokenCache
from connector.clients.zuora import ZuoraClient
from connector.domain.operations import Key, Noun, Plan, Severity
from connector.domain.rules import Options, Rule
from connector.domain.snapshot import AccountSnapshot
from connector.errors import RemoteUnavailable
from connector.models.default_mapping import DEFAULT_RULES
from connector.sandbox.salesforce.org import Org
from connector.sandbox.zuora.orders.billing import Bounds, invoices
from connector.sandbox.zuora.seeding import seed as seed_tenant
from connector.sandbox.zuora.tenant import Tenant
from connector.sync import engine
from connector.sync.journal import Entry
from connector.sync.outcome import Outcome, Report
from connector.sync.services import Services
from tests.cast import ACME_CORP
from tests.services.world import SECRETS
from tests.sync.dataset import dataset
from tests.sync.keepers import Keepers, Memory

JSON = dict[str, Any]
SALESFORCE_HOST = "salesforce.sandbox.test"
ZUORA_HOST = "zuora.sandbox.test"


@dataclass(slots=True)
class Hand:
    """The control routes of one sandbox: faults and the log of requests."""

    url: str
    session: requests.Session = field(default_factory=requests.Session)

    def send(self, method: str, name: str, body: JSON | None = None) -> JSON:
        answer = self.session.request(method, f"{self.url}/__sandbox__/{name}", json=body, timeout=10)
        assert answer.ok, answer.text
        found: JSON = answer.json()
        return found

    def fault(self, action: str, method: str | None = None, path: str | None = None, **more: Any) -> None:
        self.send("POST", "faults", {"action": action, "method": method, "path": path, **more})

    def heal(self) -> None:
        self.send("DELETE", "faults")

    @property
    def faults_fired(self) -> int:
        return sum(fault["fired"] for fault in self.send("GET", "faults")["faults"])

    def requests(self) -> list[JSON]:
        found: list[JSON] = self.send("GET", "requests")["requests"]
        return found

    def forget_requests(self) -> None:
        self.send("DELETE", "requests")


@dataclass(slots=True)
class World:
    org: Org
    tenant: Tenant
    salesforce: Hand
    zuora: Hand
    memory: Memory = field(default_factory=Memory)
    options: Options = field(default_factory=Options)
    rules: Sequence[Rule] = DEFAULT_RULES
    retries: int = 1
    read_timeout: float = 10.0
    salesforce_secret: str = SECRETS[0]
    zuora_secret: str = SECRETS[1]
    waited: list[float] = field(default_factory=list)
    pause: Callable[[float], None] | None = None
    seconds_a_poll: float = 0.0
    is_repeated: bool = True
    tokens: MemoryTokenCache = field(default_factory=MemoryTokenCache)
    visible: dict[str, frozenset[str]] = field(default_factory=dict, repr=False)

    # What is there before a sync

    def seed(self, *accounts: AccountSnapshot) -> None:
        """The accounts of the cast in the Salesforce org, with all they stand on. Once a test: `add` puts more in."""
        self.org.seed(dataset(accounts))

    def add(self, *accounts: AccountSnapshot) -> None:
        """As `seed`, beside what is there already."""
        there = {row["Id"] for rows in self.org.snapshot()["records"].values() for row in rows}
        more = dataset(accounts)
        self.org.seed({name: [row for row in rows if row["Id"] not in there] for name, rows in more.items()})

    def change(self, sobject: str, salesforce_id: str, **fields: Any) -> None:
        self.org.update(sobject, salesforce_id, **fields)

    def seed_zuora(self, **bodies: list[JSON]) -> None:
        seed_tenant(self.tenant, bodies)

    def option(self, **changes: Any) -> None:
        self.options = dataclasses.replace(self.options, **changes)

    def start_anew(self) -> None:
        """Empty sandboxes, an empty database and empty caches."""
        self.salesforce.send("POST", "reset")
        self.zuora.send("POST", "reset")
        self.lose_database()
        self.cool_down()

    def lose_database(self) -> None:
        self.memory = Memory()

    def cool_down(self) -> None:
        """Empty caches: the next run logs in and describes anew."""
        self.tokens = MemoryTokenCache()
        self.visible = {}

    # Runs

    @contextmanager
    def services(self, keepers: Keepers) -> Iterator[Services]:
        network = Network(
            routes={SALESFORCE_HOST: self.salesforce.url, ZUORA_HOST: self.zuora.url},
            connect_timeout=5.0,
            read_timeout=self.read_timeout,
            retries=self.retries,
        )
        session: JSON = {"sleep": self.waited.append, "jitter": lambda: 1.0}
        with (
            SalesforceClient(self._salesforce_credentials(), network, self.tokens, **session) as salesforce,
            ZuoraClient(self._zuora_credentials(), network, self.tokens, **session) as zuora,
        ):
            yield Services(
                salesforce=salesforce,
                zuora=zuora,
                journal=keepers,
                links=keepers,
                intents=keepers,
                visible_fields=lambda name: self._fields(salesforce, name),
                wait=self.pause or self.waited.append,
                clock=self._clock,
                is_repeated=lambda _: self.is_repeated,
            )

    def sync(self, salesforce_id: str = ACME_CORP, *, keepers: Keepers | None = None) -> Report:
        """One run, with a log of its own."""
        self.memory.entries.clear()
        held = keepers or self.memory.open_run()
        held.account = salesforce_id
        try:
            with self.services(held) as services:
                return engine.sync(services, salesforce_id, rules=self.rules, options=self.options)
        finally:
            held.close()

    def preview(self, salesforce_id: str = ACME_CORP) -> Plan:
        self.memory.entries.clear()
        held = self.memory.open_run()
        held.account = salesforce_id
        try:
            with self.services(held) as services:
                return engine.preview(services, salesforce_id, rules=self.rules, options=self.options)
        finally:
            held.close()

    def sync_until_done(self, salesforce_id: str = ACME_CORP, *, runs: int = 4) -> Report:
        """As the job does: again while something was unavailable."""
        for _ in range(runs):
            try:
                report = self.sync(salesforce_id)
            except RemoteUnavailable:
                continue
            if report.unavailable is None:
                return report
        raise AssertionError(f"{salesforce_id} was not settled within {runs} runs")

    # What is there afterwards

    def state(self, table: str) -> list[JSON]:
        found: list[JSON] = self.tenant.snapshot()[table]
        return found

    def accounts(self, crm_id: str = ACME_CORP) -> list[JSON]:
        return [account for account in self.state("accounts") if account["crmId"] == crm_id]

    def account(self, crm_id: str = ACME_CORP) -> JSON:
        """The one Zuora account of a CRM ID, with its contacts under `billTo` and `soldTo`."""
        (account,) = self.accounts(crm_id)
        held = {contact["id"]: contact for contact in self.state("contacts")}
        return {**account, "billTo": held[account["billToId"]], "soldTo": held[account["soldToId"]]}

    def contacts(self, crm_id: str = ACME_CORP) -> list[JSON]:
        """Zuora's contacts of one account, in the order of their identity."""
        (account,) = self.accounts(crm_id)
        held = [each for each in self.state("contacts") if each["accountId"] == account["id"]]
        return sorted(held, key=lambda contact: str(contact.get("crmId__c")))

    def identities(self, crm_id: str = ACME_CORP) -> list[str]:
        return [str(contact.get("crmId__c")) for contact in self.contacts(crm_id)]

    def orders(self) -> list[str]:
        """The numbers of Zuora's orders, in the order of their making."""
        return [str(order["orderNumber"]) for order in self.state("orders")]

    def subscription(self, number: str) -> JSON:
        """The latest version of a subscription with its one rate plan as `plan` and its one charge as `charge`."""
        (found,) = [
            each
            for each in self.state("subscriptions")
            if each["subscriptionNumber"] == number and each["isLatestVersion"]
        ]
        (plan,) = found["ratePlans"]
        (charge,) = plan["charges"]
        return {**found, "plan": plan, "charge": charge}

    def billed(self) -> list[Decimal]:
        """Each amount the Zuora sandbox would put on an invoice for all it holds, by its own reckoning."""
        documents = invoices(
            self.state("subscriptions"), self.state("order_line_items"), Bounds(None, None, ())
        )
        return [item["amountWithoutTax"] for document in documents for item in document["invoiceItems"]]

    def writes(self) -> list[str]:
        """Every call that changes something in Zuora, as "POST /v1/accounts"."""
        return [f"{sent['method']} {sent['path']}" for sent in self.written()]

    def written(self) -> list[JSON]:
        """The logged requests behind `writes`."""
        reading = ("/oauth/token", "/v1/action/query")
        return [
            sent
            for sent in self.zuora.requests()
            if sent["method"] not in ("GET", "HEAD") and sent["path"] not in reading
        ]

    def forget_requests(self) -> None:
        self.salesforce.forget_requests()
        self.zuora.forget_requests()

    def call_counts(self) -> Counter[str]:
        """ "zuora GET /object-query/accounts" -> how often."""
        sides = (("salesforce", self.salesforce), ("zuora", self.zuora))
        return Counter(
            f"{side} {sent['method']} {sent['path']}" for side, hand in sides for sent in hand.requests()
        )

    # The log

    @property
    def log(self) -> list[Entry]:
        return self.memory.entries

    def messages(self, level: Severity | None = None) -> list[str]:
        return [entry.message for entry in self.log if level is None or entry.level == level]

    def _clock(self) -> float:
        """Time passes by pauses, and by polls for as long as the test has each take."""
        polls = sum(sent["path"].startswith("/v1/async-jobs/") for sent in self.zuora.requests())
        return sum(self.waited) + polls * self.seconds_a_poll

    def _fields(self, salesforce: SalesforceClient, name: str) -> frozenset[str]:
        if name not in self.visible:
            self.visible[name] = salesforce.field_names(name)
        return self.visible[name]

    def _salesforce_credentials(self) -> SalesforceCredentials:
        return SalesforceCredentials(
            name="Acme org",
            host=SALESFORCE_HOST,
            login=SalesforceLogin.CLIENT_CREDENTIALS,
            api_version="62.0",
            consumer_key=self.org.logins.consumer_key,
            consumer_secret=self.salesforce_secret,
        )

    def _zuora_credentials(self) -> ZuoraCredentials:
        return ZuoraCredentials(
            name="Acme tenant",
            host=ZUORA_HOST,
            client_id=self.tenant.client_id,
            client_secret=self.zuora_secret,
        )


def results(report: Report) -> dict[str, str]:
    """What became of each record: {"account:001…": "created"}."""
    return {str(outcome.key): str(outcome.result) for outcome in report.outcomes}


def outcome_of(report: Report, noun: Noun, value: str) -> Outcome:
    (found,) = [outcome for outcome in report.outcomes if outcome.key == Key(noun, value)]
    return found
