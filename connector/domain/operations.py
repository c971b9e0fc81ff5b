"""The vocabulary of a plan: operations, references, changes and problems.

A plan names what it will create by keys known beforehand (18-character Salesforce ids, order numbers), so a whole
chain can be planned before anything is written. An id that Zuora will only hand out later stands in a payload as a
`Ref` and is resolved when the plan is applied.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from connector.domain import JSON


class Noun(StrEnum):
    """What an operation is about, in flow order."""

    ACCOUNT = "account"
    CONTACT = "contact"
    PRODUCT = "product"
    RATE_PLAN = "rate plan"
    CHARGE = "charge"
    ORDER = "order"
    ORDER_LINE_ITEM = "order line item"
    SUBSCRIPTION = "subscription"


CATALOGUE = (Noun.PRODUCT, Noun.RATE_PLAN, Noun.CHARGE)
"""What accounts share."""


class Action(StrEnum):
    CREATE = "create"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    SKIP = "skip"


class Severity(StrEnum):
    NOTICE = "notice"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Key:
    """Names one record before Zuora does: e.g. Key(Noun.ORDER, "00000102")."""

    noun: Noun
    value: str

    def __str__(self) -> str:
        return f"{self.noun}:{self.value}"


@dataclass(frozen=True, slots=True)
class Ref:
    """Stands in a payload for something Zuora will say of `key` later: its id, or its account number."""

    key: Key
    attribute: str = "id"

    def __str__(self) -> str:
        return f"{{{self.key}.{self.attribute}}}"


@dataclass(frozen=True, slots=True)
class Change:
    """One field an update would change; `before` is what Zuora holds now."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Problem:
    """Something an administrator must know: what happened, to which record, what to do.

    An ERROR about `key` stops the operation of that key, if the plan has one, and everything that needs it.
    """

    severity: Severity
    key: Key
    record: str
    message: str
    who_acts: str = "The owner of the record in Salesforce"
    shared: str = ""
    """Of a notice: what it says for every record alike, without a full stop. `subject` names the record below it."""
    subject: str = ""


class EffectKind(StrEnum):
    """What an order does to a subscription, or that it sells something once; what says most of it comes first."""

    TRANSFERRED = "transferred"
    NEW = "new"
    CANCELLED = "cancelled"
    RENEWED = "renewed"
    CHANGED = "changed"
    ONE_TIME = "one-time"


@dataclass(frozen=True, slots=True)
class Effect:
    """What one order does to one subscription on one day, as text for a person.

    `subscription` is its number, empty for a one-time item; `day` an ISO date; `until` the last day of a term that begins. What
    was before is empty where nothing was. Prices are per unit and `period` ("month"); usage is priced "as used".
    """

    what: EffectKind
    subscription: str
    product: str
    day: str
    until: str = ""
    quantity_before: str = ""
    quantity: str = ""
    price_before: str = ""
    price: str = ""
    period: str = ""
    billed_to: str = ""
    """Of a transfer: the 18-character Salesforce id of the account that is billed from that day on."""


@dataclass(frozen=True, slots=True)
class LineMoney:
    """What Zuora will bill for one order product over its term, beside what Salesforce sold. Amounts are decimal strings.

    `span` says in words for how long ("36 months", "once", "as used", "no end"); `note` what the figures alone do not tell.
    """

    line: str
    per_period: str
    periods: str
    quantity: str
    zuora_total: str
    salesforce_total: str
    difference: str
    within_bound: bool
    span: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class OrderMoney:
    """The sums of one order beside what Salesforce states for it (Order.TotalAmount). Amounts are decimal strings.

    `bound` is the largest honest rounding difference. `verified_total` is what Zuora's own order preview says; empty where it
    was not asked, `verified_note` then tells why not.
    """

    currency: str
    zuora_total: str
    salesforce_total: str
    order_amount: str
    bound: str
    whole_total: str = ""
    whole_bound: str = ""
    """The same two for the whole life of every subscription the order touches, earlier orders included: what Zuora's preview
    states where it lists what is not billed yet."""
    verified_total: str = ""
    verified_note: str = ""


OWED = "owed"
"""What `contacts` says in the link of an account that is still without them."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One decided step.

    `target` is the Zuora id of what an update changes; of an order or a subscription its number. `yields` maps names in
    Zuora's answer to further keys the same call creates (an account comes with its bill-to and sold-to contacts). `needs`
    lists keys that must stand before; keys referred to in the payload count as well.
    """

    action: Action
    key: Key
    title: str
    decision: str
    salesforce_id: str = ""
    payload: JSON = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    target: str = ""
    yields: Mapping[str, Key] = field(default_factory=dict)
    needs: tuple[Key, ...] = ()
    money: tuple[LineMoney, ...] = ()
    sums: OrderMoney | None = None
    kind: str = ""
    """Of an order: "new", "amendment", "renewal" or "cancellation"."""
    effects: tuple[Effect, ...] = ()
    is_asynchronous: bool = False
    """An order over Zuora's synchronous limits: sent to the asynchronous endpoint, whose job is polled."""
    is_evergreen: bool = False
    """An order that starts, changes or ends a subscription which has no end."""
    is_owing: bool = False
    """An account created for the sake of another, whose contacts follow. Until they are there they are owed (`OWED` in its link):
    any later run that comes by makes up for them, for its own sync may never come."""

    def requirements(self) -> tuple[Key, ...]:
        """Every key that must be settled before this operation, each once, in order of appearance."""
        wanted = dict.fromkeys((*self.needs, *(ref.key for ref in references(self.payload))))
        return tuple(key for key in wanted if key != self.key)


@dataclass(frozen=True, slots=True)
class Plan:
    """What one account's sync would do, in order, and what stands in its way."""

    salesforce_id: str
    account_name: str
    operations: tuple[Operation, ...]
    problems: tuple[Problem, ...] = ()
    known: Mapping[Key, Mapping[str, str]] = field(default_factory=dict)
    """What Zuora already said of keys: {Key(ACCOUNT, "001…"): {"id": "8a…", "accountNumber": "A00000001"}}."""
    parent_id: str = ""
    """The 18-character Salesforce id of the account's parent, as Salesforce has it."""

    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)

    def blocked(self) -> dict[Key, Problem]:
        """Every operation that cannot run, with the error at the root of it: its own, or one it needs."""
        roots = {problem.key: problem for problem in reversed(self.errors())}
        for operation in self.operations:
            for key in (operation.key, *operation.requirements()):
                if key in roots:
                    roots.setdefault(operation.key, roots[key])
        return {
            operation.key: roots[operation.key] for operation in self.operations if operation.key in roots
        }

    def writes(self) -> tuple[Operation, ...]:
        """What changes something in Zuora and is not stopped by an error."""
        blocked = self.blocked()
        return tuple(each for each in self._decided() if each.key not in blocked)

    def stopped_writes(self) -> tuple[Operation, ...]:
        """What would change something in Zuora, were it not stopped by an error."""
        blocked = self.blocked()
        return tuple(each for each in self._decided() if each.key in blocked)

    def _decided(self) -> Iterator[Operation]:
        return (each for each in self.operations if each.action in (Action.CREATE, Action.UPDATE))


def references(value: Any) -> Iterator[Ref]:
    """Every `Ref` inside a payload, depth first."""
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from references(inner)
