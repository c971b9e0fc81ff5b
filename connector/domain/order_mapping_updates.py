"""What an integration's mapping changes of orders that Zuora has carried out: custom fields follow Salesforce, nothing else does.

A standard field of what was sold may change what is billed, so it stays as it was given at creation. As at creation, a subscription
with its rate plans and charges is mapped from the line that opened it, told by the externally managed plan ids, and a line item from
the line that is its purchase order number. What amends a subscription maps nothing of it, so the orders of one chain never disagree.

Every update has a key of its own, so that no order is stopped by it. What cannot be mapped is left as it is in Zuora, with a warning:
it was sold without, and a row that is made today must not fail the orders of years.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from connector.domain import JSON, fields, ids
from connector.domain.diffs import changes, patch
from connector.domain.drafts import problem_of
from connector.domain.labels import counted, line_label, order_label
from connector.domain.mapping import build
from connector.domain.matching import SettledInZuora
from connector.domain.notices import named
from connector.domain.operations import Action, Change, Key, Noun, Operation, Problem, Severity
from connector.domain.order_history import BUGS
from connector.domain.order_mapping import ORDER_PAIRS, sold_lines
from connector.domain.order_standing import is_completed, refusal, standing
from connector.domain.rules import Mode, Pair, Rule
from connector.domain.snapshot import CANCELLED, OrderSnapshot, ZuoraState, ZuoraSubscription
from connector.errors import ConfigError, ConnectorError, RecordError

_OF_SUBSCRIPTIONS = (Pair.SUBSCRIPTION, Pair.SUBSCRIPTION_RATE_PLAN, Pair.SUBSCRIPTION_CHARGE)


def following(rules: Sequence[Rule]) -> tuple[Rule, ...]:
    """The rows that may change something of an order after its creation."""
    return tuple(rule for rule in rules if rule.pair in ORDER_PAIRS and _follows(rule))


def _follows(rule: Rule) -> bool:
    target = fields.find(rule.pair, rule.target)
    return target is not None and target.on_update and rule.mode is not Mode.CREATE_ONLY


def follow_lines(rules: Sequence[Rule]) -> bool:
    """Whether the lines of orders Zuora has must be read in Salesforce."""
    return any(rule.pair is not Pair.ORDER for rule in following(rules))


def follow_subscriptions(rules: Sequence[Rule]) -> bool:
    """Whether the subscriptions of orders Zuora has must be read in Zuora."""
    return any(rule.pair in _OF_SUBSCRIPTIONS for rule in following(rules))


def follows_order(order: OrderSnapshot, rules: Sequence[Rule]) -> bool:
    """Whether the order itself must be read in Zuora: for its own fields, or for those of line items it may have."""
    pairs = {rule.pair for rule in following(rules)}
    may_have_items = any(not line.get("SBQQ__SubscriptionPricing__c") for line in order.lines)
    return Pair.ORDER in pairs or (Pair.ORDER_LINE_ITEM in pairs and may_have_items)


def mapping_updates(
    orders: Sequence[OrderSnapshot], state: ZuoraState, rules: Sequence[Rule], *, account_number: str
) -> tuple[tuple[Operation, ...], tuple[Problem, ...]]:
    """What differs in the custom fields of the account's orders, and what is wrong with that. Never raises."""
    work = _Work(state, following(rules), account_number)
    for order in orders if work.rules else ():
        try:
            work.follow(order)
        except (RecordError, ConfigError, *BUGS) as fault:
            work.problems.append(_own_fault(order, fault))
    return tuple(work.operations), (*work.problems, *work.foreign(), *work.left_alone())


def fields_key(order: OrderSnapshot) -> Key:
    """Not the order's own: what stops this update must not stop what builds on the order."""
    return Key(Noun.ORDER, f"{order.order_number}-fields")


@dataclass(frozen=True, slots=True)
class _Update:
    """One record being compared, as its call names it and its log."""

    order: OrderSnapshot
    key: Key
    title: str
    target: str
    salesforce_id: str


@dataclass(slots=True)
class _Work:
    state: ZuoraState
    rules: Sequence[Rule]
    account_number: str
    operations: list[Operation] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    noticed: set[tuple[Pair, str]] = field(default_factory=set)
    subscriptions: set[str] = field(default_factory=set)
    elsewhere: dict[str, list[OrderSnapshot]] = field(default_factory=dict)
    unmapped: dict[tuple[str, Severity], dict[str, Problem]] = field(default_factory=dict)
    """By row and gravity: what is wrong, by the label of each record."""

    def foreign(self) -> Iterator[Problem]:
        for owner, orders in self.elsewhere.items():
            told = (
                f"Zuora has {named([order_label(each) for each in orders])} under account {owner}, and not under "
                f"{self.account_number}: custom fields are not compared. Correct the account in Salesforce or in Zuora, and resync."
            )
            first = orders[0]
            yield Problem(
                Severity.WARNING, fields_key(first), first.salesforce_id, told, SettledInZuora.who_acts
            )

    def left_alone(self) -> Iterator[Problem]:
        """One warning for each row, however many orders are older than it: what was sold has no need of the field."""
        for (row, severity), found in self.unmapped.items():
            first, *others = found.values()
            told = first.message
            if severity is Severity.ERROR:
                told += f" Until then the mapping row {row} leaves what stands in Zuora."
            if others:
                told += f" The same row meets {len(others)} more like this: {named(list(found)[1:])}."
            yield replace(first, message=told)

    def follow(self, order: OrderSnapshot) -> None:
        known = self.state.orders.get(order.order_number)
        if known is None:
            return
        held = self.state.mapped_orders.get(order.order_number, known)
        if not is_completed(held):
            if not known:
                self._tell_standing(order, held)
            return
        owner = str(held.get("existingAccountNumber") or self.account_number)
        if owner != self.account_number:
            # Not this account's to change. Of one that no link knows, the plan says so, and does not carry it.
            if not known:
                self.elsewhere.setdefault(owner, []).append(order)
            return
        if held:
            self._order(order, held)
            self._items(order, held)
        self._subscriptions(order)

    def _tell_standing(self, order: OrderSnapshot, held: JSON) -> None:
        """A link says that it was carried out, and Zuora something else, or nothing."""
        if reason := refusal(held):
            told = f"{order_label(order)} is in Zuora; its custom fields could not be compared: {reason}"
            self._warn(order, told, ConfigError.who_acts)
            return
        try:
            self.problems += standing(order, held, key=fields_key(order))
        except ConnectorError as error:
            self._warn(order, f"{error.message} Its mapped fields are not compared.", error.who_acts)

    def _warn(self, order: OrderSnapshot, told: str, who_acts: str) -> None:
        self.problems.append(
            Problem(Severity.WARNING, fields_key(order), order.salesforce_id, told, who_acts)
        )

    def _order(self, order: OrderSnapshot, held: JSON) -> None:
        label = order_label(order)
        update = _Update(
            order, fields_key(order), f"Custom fields of {label}", order.order_number, order.salesforce_id
        )
        # That an empty field may be missing there, or null, is unverified; both are nothing.
        changed, body = self._differences(update, Pair.ORDER, order.record, held.get("customFields"), label)
        self._add(update, changed, {"customFields": body})

    def _items(self, order: OrderSnapshot, held: JSON) -> None:
        lines = dict(sold_lines(order))
        for item in held.get("orderLineItems") or ():
            number = item.get("purchaseOrderNumber")
            line = lines.get(ids.normalise(number)) if ids.is_salesforce_id(number) else None
            if line is None or item.get("itemState") in CANCELLED:
                continue
            label = line_label(order, line)
            line_id = str(line["Id"])
            key = Key(Noun.ORDER_LINE_ITEM, line_id)
            title = f"Custom fields of the line item of {label}"
            update = _Update(order, key, title, str(item["id"]), line_id)
            changed, body = self._differences(
                update, Pair.ORDER_LINE_ITEM, line, item.get("customFields"), label
            )
            # The document gives this call every field of a line item, some with a default: that what is not sent stays is how Zuora's
            # other updates are documented, and unverified here.
            self._add(update, changed, {"customFields": body})

    def _subscriptions(self, order: OrderSnapshot) -> None:
        opened: dict[str, list[tuple[JSON, ZuoraSubscription]]] = {}
        for name, line in sold_lines(order):
            there = self.state.subscriptions.get(name)
            if there is not None and there.number not in self.subscriptions:
                opened.setdefault(there.number, []).append((line, there))
        self.subscriptions |= opened.keys()
        for parts in opened.values():
            # Whether Zuora takes new custom fields of what was cancelled is unverified: it is left alone, and so is a line item.
            if not parts[0][1].is_cancelled:
                self._subscription(order, parts)

    def _subscription(self, order: OrderSnapshot, parts: Sequence[tuple[JSON, ZuoraSubscription]]) -> None:
        """`parts`: each of its rate plans with the line it came of."""
        line, there = parts[0]
        label = line_label(order, line)
        title = f"Custom fields of subscription {there.number} ({label})"
        update = _Update(order, Key(Noun.SUBSCRIPTION, there.number), title, there.number, str(line["Id"]))
        changed, body = self._differences(update, Pair.SUBSCRIPTION, line, there.custom_fields, label)
        payload: JSON = {"customFields": body} if body else {}
        plans: list[JSON] = []
        for place, (own, plan) in enumerate(parts, 1):
            more, plan_body = self._rate_plan(update, own, plan, f" {place}" if len(parts) > 1 else "")
            changed += more
            plans += [plan_body] if plan_body else []
        self._add(update, changed, {**payload, **({"ratePlans": plans} if plans else {})})

    def _rate_plan(
        self, update: _Update, line: JSON, there: ZuoraSubscription, place: str
    ) -> tuple[tuple[Change, ...], JSON]:
        """`place` tells one of several in the names of its fields."""
        label = line_label(update.order, line)
        changed, body = self._differences(
            update, Pair.SUBSCRIPTION_RATE_PLAN, line, there.plan_fields, label, f"ratePlan{place}."
        )
        payload: JSON = {"customFields": body} if body else {}
        # Where a rate plan has several charges, it was not opened from here, and which one is meant cannot be told. That a number
        # stands for every segment of its charge is unverified.
        if there.charge_number:
            more, of_charge = self._differences(
                update, Pair.SUBSCRIPTION_CHARGE, line, there.charge_fields, label, f"charge{place}."
            )
            changed += more
            if of_charge:
                payload["charges"] = [{"chargeNumber": there.charge_number, "customFields": of_charge}]
        return changed, {"ratePlanId": there.rate_plan_id, **payload} if payload else {}

    def _differences(
        self,
        update: _Update,
        pair: Pair,
        record: JSON,
        held: Mapping[str, Any] | None,
        label: str,
        above: str = "",
    ) -> tuple[tuple[Change, ...], JSON]:
        """The fields that differ, named below `above`, and the body that says so."""
        current = dict(held or {})
        mapped = build(self.rules, record, pair=pair, creating=False, current=current, record_label=label)
        for each in mapped.problems:
            is_notice = each.severity is Severity.NOTICE
            severity = Severity.NOTICE if is_notice else Severity.WARNING
            told = Problem(severity, update.key, update.salesforce_id, each.message, each.who_acts)
            if not is_notice:
                row = f"{each.source or 'constant'} → {each.target} ({pair.replace('_', ' ')})"
                self.unmapped.setdefault((row, each.severity), {}).setdefault(label, told)
            elif (pair, each.target) not in self.noticed:  # a field that is hidden is so on every line
                self.noticed.add((pair, each.target))
                self.problems += [told] if told not in self.problems else []
        found = changes(current, mapped.payload, pair=pair)
        below = tuple(Change(f"{above}{each.field}", each.before, each.after) for each in found)
        return below, patch(current, mapped.payload, pair=pair)

    def _add(self, update: _Update, changed: tuple[Change, ...], payload: JSON) -> None:
        if not changed:
            return
        self.operations.append(
            Operation(
                action=Action.UPDATE,
                key=update.key,
                title=update.title,
                decision=f"Zuora has it; {counted(len(changed), 'difference')} in its custom fields: update",
                salesforce_id=update.salesforce_id,
                payload=payload,
                changes=changed,
                target=update.target,
            )
        )


def _own_fault(order: OrderSnapshot, fault: Exception) -> Problem:
    if isinstance(fault, ConnectorError):
        return problem_of(fields_key(order), order.salesforce_id, fault)
    told = (
        f"The custom fields of {order_label(order)} could not be compared: an error of the connector itself "
        f"({type(fault).__name__}: {fault}). Correct them in Zuora by hand, and report this with the order's lines."
    )
    return problem_of(fields_key(order), order.salesforce_id, ConfigError(told))
