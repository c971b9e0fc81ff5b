"""What the fields of both systems are, for whoever edits a mapping: asked while somebody waits, and kept for ten minutes.

A side that cannot be asked does not keep anybody from editing: what could not be checked is said instead.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, cast

from django.core.cache import cache
from redis.exceptions import RedisError

from connector.clients.salesforce import SalesforceClient
from connector.clients.zuora import ZuoraClient
from connector.domain import fields, mapping_rows, paths, transforms
from connector.domain.mapping_rows import SourceField
from connector.domain.rules import SOURCE_OBJECTS, TARGET_OBJECTS, Pair, Rule
from connector.errors import ConnectorError, RemoteUnavailable
from connector.jobs.allowances import allowance
from connector.jobs.asking import impatient
from connector.jobs.keepers import FIELDS_KEPT_SECONDS
from connector.jobs.shared_tokens import SharedTokens
from connector.models import Integration

logger = logging.getLogger(__name__)

ANEW_SECONDS = 15
AWAY_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Relationship:
    """A lookup of an object: the name that paths use, and the objects it leads to."""

    name: str
    label: str
    leads_to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Description:
    """One Salesforce object: its fields by name in small letters, and its relationships likewise."""

    fields: Mapping[str, SourceField]
    relationships: Mapping[str, Relationship]


@dataclass(slots=True)
class Checked:
    """What is wrong with a row, as sentences by field of its form; what to be careful about; and what could not be checked, and why."""

    faults: dict[str, str] = field(default_factory=dict)
    cautions: list[str] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)
    sources: list[SourceField] = field(default_factory=list)


class Describer:
    """Both sides of one integration. Raises ConnectorError where a side cannot be asked."""

    def __init__(self, integration: Integration) -> None:
        self.integration = integration
        self._heard: dict[tuple[str, bool], Any] = {}

    def _known(self, key: str, ask: Callable[[], Any], *, anew: bool) -> Any:
        """As `_kept`; asked once by one describer, however many rows it checks. Raises ConnectorError."""
        if (key, anew) not in self._heard:
            try:
                self._heard[key, anew] = _kept(key, ask, anew=anew)
            except ConnectorError as error:
                self._heard[key, anew] = error
        found = self._heard[key, anew]
        if isinstance(found, ConnectorError):
            raise found
        return found

    def salesforce(self, object_name: str, *, anew: bool = False) -> Description:
        """As `zuora`."""
        org = self.integration.salesforce

        def ask() -> list[list[Any]]:
            with SalesforceClient(
                org.credentials(), impatient(), SharedTokens(org), allowance=allowance(org)
            ) as client:
                found = client.describe(object_name).get("fields") or []
            return [
                [
                    str(each.get("name") or ""),
                    str(each.get("type") or ""),
                    int(each.get("length") or 0),
                    str(each.get("label") or ""),
                    str(each.get("relationshipName") or ""),
                    [str(name) for name in each.get("referenceTo") or ()],
                ]
                for each in found
            ]

        key = f"describe:{org.pk}:{int(org.updated_at.timestamp())}:{object_name}"
        rows = self._known(key, ask, anew=anew)
        return Description(
            {row[0].lower(): SourceField(row[0], row[1], row[2], row[3]) for row in rows},
            {row[4].lower(): Relationship(row[4], row[3], tuple(row[5])) for row in rows if row[4]},
        )

    def zuora(self, object_name: str, *, anew: bool = False) -> frozenset[str]:
        """`anew`: somebody may just have created what is missing."""
        tenant = self.integration.zuora

        def ask() -> list[str]:
            with ZuoraClient(tenant.credentials(), impatient(), SharedTokens(tenant)) as client:
                return sorted(client.custom_fields(object_name))

        key = f"custom:{tenant.pk}:{int(tenant.updated_at.timestamp())}:{object_name}"
        return frozenset(cast("list[str]", self._known(key, ask, anew=anew)))

    def source(self, path: str, pair: Pair) -> SourceField | None:
        """The field at the end of a path; None where there is none that the integration user sees."""
        *way, name = path.split(".")
        objects: tuple[str, ...] = (SOURCE_OBJECTS[pair],)
        for step in way:
            found = (self.salesforce(each).relationships.get(step.lower()) for each in objects)
            objects = next((each.leads_to for each in found if each), ())
        for anew in (False, True):
            for each in objects:
                if end := self.salesforce(each, anew=anew).fields.get(name.lower()):
                    return SourceField(path, end.type, end.length, end.label)
        return None

    def check(self, rule: Rule) -> Checked:
        """What both systems have to say of a row that is sense in itself. Never raises."""
        told = Checked()
        _asked(told, "Salesforce", lambda: self._check_source(told, rule))
        _asked(told, "Zuora", lambda: self._check_target(told, rule))
        return told

    def _check_source(self, told: Checked, rule: Rule) -> None:
        for path in dict.fromkeys(path for path in transforms.sources(rule) if path and paths.is_valid(path)):
            found = self.source(path, rule.pair)
            if found is None:
                told.faults["source" if path == rule.source else "arguments"] = (
                    f"Salesforce shows the integration user no field “{path}” of {SOURCE_OBJECTS[rule.pair]}. Correct the name, or make "
                    "the field visible to that user in Salesforce (field-level security)."
                )
                continue
            told.sources.append(found)
            if path != rule.source:
                continue
            if clash := mapping_rows.clash(rule, found):
                told.faults["source"] = clash
            if caution := mapping_rows.may_be_cut(rule, found):
                told.cautions.append(caution)

    def _check_target(self, told: Checked, rule: Rule) -> None:
        if not fields.is_custom(rule.target):
            return
        object_name = TARGET_OBJECTS[rule.pair]
        if rule.target not in self.zuora(object_name) and rule.target not in self.zuora(
            object_name, anew=True
        ):
            told.faults["target"] = (
                f"Zuora has no custom field “{rule.target}” on {object_name}. Create it in Zuora, or correct the name; capitals count."
            )


def _asked(told: Checked, system: str, check: Callable[[], None]) -> None:
    try:
        check()
    except ConnectorError as error:
        told.unchecked.append(
            f"{system}'s fields could not be looked at, so the row was not checked against them: {error.message}"
        )


def _kept(key: str, ask: Callable[[], Any], *, anew: bool = False) -> Any:
    """What is kept, else what is asked; `anew` asks again, at most every ANEW_SECONDS. A side that did not answer is not asked for
    AWAY_SECONDS: whoever types would wait for it with every letter."""
    try:
        kept = cache.get(key)
        if kept is not None and not (anew and cache.add(f"{key}:anew", 1, ANEW_SECONDS)):
            return kept
        if away := cache.get(f"{key}:away"):
            system, message = away
            raise RemoteUnavailable(message, system=system)
    except RedisError:
        return ask()
    try:
        found = ask()
    except RemoteUnavailable as error:
        with suppress(RedisError):
            cache.set(f"{key}:away", [error.system, error.message], timeout=AWAY_SECONDS)
        raise
    try:
        cache.set(key, found, timeout=FIELDS_KEPT_SECONDS)
    except RedisError as error:
        logger.warning("A description could not be kept: %s", type(error).__name__)
    return found
