"""A field mapping row as the domain sees it, and the options of an integration that change what is planned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Pair(StrEnum):
    """Which Salesforce object becomes which Zuora object. Bill-to and sold-to are read from the Account."""

    ACCOUNT = "account"
    BILL_TO = "bill_to"
    SOLD_TO = "sold_to"
    CONTACT = "contact"


class Mode(StrEnum):
    ALWAYS = "always"
    CREATE_ONLY = "create_only"
    IF_EMPTY = "if_empty"


@dataclass(frozen=True, slots=True)
class Rule:
    """One mapping row: dotted Salesforce path -> dotted Zuora REST name, through one named transform.

    An empty `source` makes the row a constant: `default` is the value. `arguments` are the transform's own.
    """

    pair: Pair
    source: str
    target: str
    transform: str = ""
    arguments: Mapping[str, object] = field(default_factory=dict)
    default: object = None
    mode: Mode = Mode.ALWAYS
    required: bool = False


class StateRule(StrEnum):
    """When a billing address must name a state: the vendor's rule, or only where Zuora knows subdivisions."""

    EVERY_COUNTRY = "every_country"
    WHERE_SUBDIVIDED = "where_subdivided"


class MoneyRule(StrEnum):
    STOP = "stop"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Options:
    """What an integration lets its administrator choose. `bill_to_contact` and `sold_to_contact` are relationship paths on
    Account to a Contact (for example `Billing_Contact__r`); empty means that names are made from the account name.
    `catalog_currencies` are those a product created in Zuora is priced in, besides the currency of its order."""

    state_rule: StateRule = StateRule.EVERY_COUNTRY
    sync_contacts: bool = True
    sync_orders: bool = True
    default_currency: str = "USD"
    bill_to_contact: str = ""
    sold_to_contact: str = ""
    catalog_currencies: tuple[str, ...] = ()
    max_price_decimals: int = 6
    money_rule: MoneyRule = MoneyRule.STOP
