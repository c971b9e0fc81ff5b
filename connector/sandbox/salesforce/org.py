"""The org: its records, schema, settings, logins and sessions, and the one lock around them all."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

from connector.sandbox.salesforce.addresses import fill_names
from connector.sandbox.salesforce.births import Births
from connector.sandbox.salesforce.changes import Changes
from connector.sandbox.salesforce.cursors import Cursors
from connector.sandbox.salesforce.derivations import derive
from connector.sandbox.salesforce.errors import ApiError
from connector.sandbox.salesforce.ids import to_long_id
from connector.sandbox.salesforce.instants import Clock, second_text, utc_now
from connector.sandbox.salesforce.records import Json, Record, Store, whole
from connector.sandbox.salesforce.schema.catalog import OBJECTS, Catalog, Entity, catalog_of, hidden_names
from connector.sandbox.salesforce.schema.fields import MULTI_CURRENCY, STATE_COUNTRY, Field, SObject
from connector.sandbox.salesforce.schema.runtime import parse_field, with_field
from connector.sandbox.salesforce.seeding import Dataset, Seeding
from connector.sandbox.salesforce.sessions import Sessions
from connector.sandbox.salesforce.settings import Settings
from connector.sandbox.salesforce.soql.execution import Engine

ORG_ID = "00DSb0000000001"
USER_ID = to_long_id("005Sb0000000001") or ""
EVERY_FEATURE = frozenset({MULTI_CURRENCY, STATE_COUNTRY})


@dataclass(frozen=True, slots=True)
class Logins:
    """What a client may log in with; certificates (PEM) by consumer key serve the JWT bearer flow."""

    consumer_key: str = "3MVG9sandboxConsumerKey"
    consumer_secret: str = field(default="sandbox-consumer-secret", repr=False)
    username: str = "integration@acme-holding.example"
    password: str = field(default="sandbox-password", repr=False)
    security_token: str = field(default="sandboxSecurityToken", repr=False)
    certificates: Mapping[str, str] = field(default_factory=dict, repr=False)


class Org:
    """One org. Every public method takes the lock; `lock` itself is for a request that needs several."""

    def __init__(
        self,
        *,
        settings: Mapping[str, Any] | None = None,
        logins: Logins | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self.lock = threading.RLock()
        self.logins = logins or Logins()
        self.clock = clock
        self._initial = Settings().changed(settings or {})
        self.reset()

    def reset(self) -> None:
        """Back to an empty org: one organization, one integration user, the settings it was made with."""
        with self.lock:
            self.settings = self._initial
            self.store = Store()
            self.cursors = Cursors()
            self.sessions = Sessions()
            self.certificates = dict(self.logins.certificates)
            self.api_requests = 0
            self._births = Births()
            self._objects: tuple[SObject, ...] = OBJECTS
            self._show()
            self._found()

    @property
    def latency_ms(self) -> float:
        return self.settings.latency_ms

    @property
    def instance_url(self) -> str:
        return self.settings.instance_url

    @property
    def org_id(self) -> str:
        organization = next(iter(self.store.records("Organization")))
        return str(organization["Id"])

    def seed(self, dataset: Dataset) -> dict[str, int]:
        """Add records by object name; raises ValueError, and then nothing has changed.

        Fields of features that are off may be given: they are kept and stay invisible. An
        Organization in the dataset takes the place of the one the org starts with.
        """
        with self.lock:
            store = self.store.copy()
            if "Organization" in dataset:
                store.drop("Organization")
            counts = self._seeding(store).load(dataset)
            self.store = store
            return counts

    def record(self, sobject: str, record_id: str) -> Record:
        """Return a copy of a record with every field it can have; raises LookupError."""
        with self.lock:
            return whole(self._full_entity(sobject), self._stored(sobject, record_id))

    def update(self, sobject: str, record_id: str, **fields: Json) -> None:
        """Write fields past all rules, read-only ones too; raises ValueError or LookupError."""
        with self.lock:
            entity, record = self._full_entity(sobject), self._stored(sobject, record_id)
            seeding = self._seeding(self.store)
            changes = seeding.accepted(entity, fields, place=f"{sobject} {record_id}")
            seeding.check_lookups(entity, {"Id": record["Id"], **changes})
            record.update(changes)
            fill_names(record, written=set(changes))
            derive(entity.name, record, self.store, changed=changes.keys())
            self.changes(self._full).settle(entity, record)
            stamp = second_text(self.clock())
            for name in ("LastModifiedDate", "SystemModstamp"):
                record[name] = changes.get(name) or stamp

    def merge(self, winner_id: str, loser_id: str) -> None:
        """Merge two records as a user would; raises ValueError."""
        with self.lock:
            sobject = self.store.object_of(to_long_id(winner_id) or "")
            if sobject is None:
                raise ValueError(f"There is no record {winner_id}.")
            try:
                self.changes(self._full).merge(self._full.entity(sobject), winner_id, loser_id)
            except ApiError as error:
                raise ValueError(str(error)) from error

    def add_custom_field(self, sobject: str, custom_field: Field) -> None:
        """Add a custom field to an object while the org runs; raises ValueError where it is taken."""
        with self.lock:
            self._objects = with_field(self._objects, sobject, custom_field)
            self._show()

    def add_described_field(self, description: Mapping[str, Any]) -> None:
        """Add a custom field from JSON, see `schema.runtime`; raises ValueError."""
        with self.lock:
            self.add_custom_field(str(description.get("object")), parse_field(description))

    def register_certificate(self, consumer_key: str, pem: str) -> None:
        """Let the holder of a key log in by JWT bearer; takes a certificate or a public key."""
        with self.lock:
            self.certificates[consumer_key] = pem

    def change_settings(self, changes: dict[str, Any]) -> dict[str, Any]:
        with self.lock:
            self.settings = self.settings.changed(changes)
            self._show()
            return self.settings.as_json()

    def expire_tokens(self) -> None:
        with self.lock:
            self.sessions.expire()

    def snapshot(self) -> dict[str, Any]:
        """Return the whole state but secrets; records show every field that has a value."""
        with self.lock:
            return {
                "org_id": self.org_id,
                "user_id": USER_ID,
                "username": self.logins.username,
                "api_requests": self.api_requests,
                "settings": self.settings.as_json(),
                "records": {
                    sobject: [dict(record) for record in table.values()] for sobject, table in self.store
                },
            }

    def engine(self, *, version: int, include_deleted: bool = False) -> Engine:
        return Engine(self.catalog, self.store, self.clock().date(), version, include_deleted)

    def changes(self, catalog: Catalog | None = None) -> Changes:
        """Return what a request may write with; the catalogue is the visible one unless given."""
        return Changes(
            self.store,
            catalog or self.catalog,
            self._births,
            self.clock(),
            USER_ID,
            self.settings.currencies[0],
        )

    def _show(self) -> None:
        self.schema_changed_at = self.clock().astimezone(UTC).replace(microsecond=0)
        currencies, hidden = self.settings.currencies, hidden_names(self.settings.hidden_fields)
        self._full = catalog_of(self._objects, EVERY_FEATURE, frozenset(), currencies)
        self.catalog = catalog_of(self._objects, self.settings.features(), hidden, currencies)

    def _found(self) -> None:
        """Make the organization and the integration user every token acts as."""
        person: Record = {
            "Id": USER_ID,
            "Username": self.logins.username,
            "FirstName": "Integration",
            "LastName": "User",
            "Email": self.logins.username,
            "Alias": "integ",
            "UserType": "Standard",
        }
        company: Record = {
            "Id": ORG_ID,
            "Name": "Acme Sandbox Org",
            "Country": "US",
            "IsSandbox": True,
            "OrganizationType": "Developer Edition",
            "InstanceName": "SBX1",
            "TimeZoneSidKey": "GMT",
        }
        self._seeding(self.store).load({"User": [person], "Organization": [company]})

    def _seeding(self, store: Store) -> Seeding:
        return Seeding(store, self._full, self._births, self.clock(), USER_ID, self.settings.currencies[0])

    def _full_entity(self, sobject: str) -> Entity:
        entity = self._full.find(sobject)
        if entity is None:
            raise LookupError(f"The sandbox org has no object {sobject}.")
        return entity

    def _stored(self, sobject: str, record_id: str) -> Record:
        long_id = to_long_id(record_id) or ""
        record = self.store.find(long_id)
        if record is None or self.store.object_of(long_id) != self._full_entity(sobject).name:
            raise LookupError(f"There is no {sobject} {record_id}.")
        return record
