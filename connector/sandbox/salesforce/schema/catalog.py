"""The schema as one org shows it: features switched on, fields hidden, fields added.

SOQL, describe and writes all look here, so a hidden field is missing everywhere alike, and gives the
same error as one that never existed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from connector.sandbox.salesforce.schema.accounts import ACCOUNT, CONTACT, OPPORTUNITY, ORGANIZATION, USER
from connector.sandbox.salesforce.schema.cpq import (
    ORDER_ITEM_RATE,
    ORDER_ITEM_SCHEDULE,
    QUOTE,
    QUOTE_LINE,
    SUBSCRIPTION,
)
from connector.sandbox.salesforce.schema.discounts import DISCOUNT_SCHEDULE, DISCOUNT_TIER, PRICE_SCHEDULE
from connector.sandbox.salesforce.schema.fields import Field, SObject
from connector.sandbox.salesforce.schema.orders import ASSET, CONTRACT, ORDER, ORDER_ITEM
from connector.sandbox.salesforce.schema.products import (
    BLOCK_PRICE,
    CONSUMPTION_RATE,
    CONSUMPTION_SCHEDULE,
    DIMENSION,
    PRICE_BOOK,
    PRICE_BOOK_ENTRY,
    PRODUCT,
    PRODUCT_CONSUMPTION_SCHEDULE,
)

OBJECTS: tuple[SObject, ...] = (
    *(ACCOUNT, CONTACT, OPPORTUNITY, ORDER, ORDER_ITEM, CONTRACT, ASSET, USER, ORGANIZATION),
    *(PRODUCT, PRICE_BOOK, PRICE_BOOK_ENTRY, BLOCK_PRICE, DIMENSION),
    *(CONSUMPTION_SCHEDULE, CONSUMPTION_RATE, PRODUCT_CONSUMPTION_SCHEDULE),
    *(QUOTE, QUOTE_LINE, SUBSCRIPTION, ORDER_ITEM_SCHEDULE, ORDER_ITEM_RATE),
    *(DISCOUNT_SCHEDULE, DISCOUNT_TIER, PRICE_SCHEDULE),
)


Hidden = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Children:
    """A relationship from the parent's side; `name` is None where a query cannot use it."""

    name: str | None
    sobject: str
    field: Field


@dataclass(frozen=True, slots=True)
class Entity:
    """One object as this org shows it; names are found in any letter case."""

    sobject: SObject
    fields: tuple[Field, ...]
    children: tuple[Children, ...]
    _by_name: Mapping[str, Field] = field(repr=False)
    _by_relationship: Mapping[str, Field] = field(repr=False)
    _by_children: Mapping[str, Children] = field(repr=False)

    @property
    def name(self) -> str:
        return self.sobject.name

    def field_named(self, name: str) -> Field | None:
        return self._by_name.get(name.lower())

    def parent_named(self, relationship: str) -> Field | None:
        return self._by_relationship.get(relationship.lower())

    def children_named(self, relationship: str) -> Children | None:
        return self._by_children.get(relationship.lower())


class Catalog:
    """Every object of the org; made anew when a setting or a custom field changes."""

    def __init__(
        self,
        objects: Iterable[SObject],
        *,
        features: frozenset[str] = frozenset(),
        hidden: Hidden = frozenset(),
        currencies: tuple[str, ...] = (),
    ) -> None:
        shown = {
            sobject.name: tuple(
                replace(each, values=currencies) if each.name == "CurrencyIsoCode" else each
                for each in sobject.fields
                if _is_shown(sobject, each, features, hidden)
            )
            for sobject in objects
        }
        children = _children_of(shown)
        self._entities = {
            sobject.name.lower(): _entity(sobject, shown[sobject.name], children.get(sobject.name, ()))
            for sobject in objects
        }

    def __iter__(self) -> Iterator[Entity]:
        return iter(self._entities.values())

    def find(self, name: str) -> Entity | None:
        return self._entities.get(name.lower())

    def entity(self, name: str) -> Entity:
        """Return an object that is known to exist."""
        return self._entities[name.lower()]


def hidden_names(hidden: Mapping[str, Iterable[str]]) -> Hidden:
    """Return what a setting hides, by object and field in lower case."""
    return frozenset((sobject.lower(), name.lower()) for sobject, names in hidden.items() for name in names)


@lru_cache(maxsize=64)
def catalog_of(
    objects: tuple[SObject, ...], features: frozenset[str], hidden: Hidden, currencies: tuple[str, ...]
) -> Catalog:
    """Return the catalogue of one combination; it never changes, so orgs share it."""
    return Catalog(objects, features=features, hidden=hidden, currencies=currencies)


def _is_shown(sobject: SObject, each: Field, features: frozenset[str], hidden: Hidden) -> bool:
    """Whether the field exists for the integration user; hiding an address hides its parts."""
    if each.feature is not None and each.feature not in features:
        return False
    if not hidden:
        return True
    names = {each.name.lower(), (each.compound or each.name).lower()}
    return not any((sobject.name.lower(), name) in hidden for name in names)


def _children_of(shown: Mapping[str, tuple[Field, ...]]) -> dict[str, tuple[Children, ...]]:
    found: dict[str, list[Children]] = {}
    for sobject, fields in shown.items():
        for each in fields:
            if each.reference_to is not None:
                found.setdefault(each.reference_to, []).append(Children(each.children, sobject, each))
    return {parent: tuple(children) for parent, children in found.items()}


def _entity(sobject: SObject, fields: tuple[Field, ...], children: tuple[Children, ...]) -> Entity:
    return Entity(
        sobject,
        fields,
        children,
        {each.name.lower(): each for each in fields},
        {each.relationship.lower(): each for each in fields if each.relationship},
        {each.name.lower(): each for each in children if each.name},
    )
