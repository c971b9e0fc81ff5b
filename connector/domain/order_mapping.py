"""What an integration's mapping adds to an order and to the products it needs, after the connector has said what is billed.

The mapped values are laid over what was planned, each where its endpoint wants it: a product's custom fields at the top of its
request, those of an order and of what is in it under `customFields`. Which line a part of the order came of is told by the ids that
are sent along: the externally managed plan id of a rate plan, the purchase order number of a line item.

Products, and standard fields of an order and of what is in it, are given here and not changed afterwards, so every mode of such a row
means "when it is created"; custom fields of an order follow later (`order_mapping_updates`). Of an amendment nothing is mapped but
the order itself: what it changes was mapped when it was opened. Quote and opportunity are the exception: Zuora's document gives
every entry of `subscriptions` a `quote`, and the quote types Amendment and Renew besides New, so a subscription names the quote that
changed it last. That its earlier versions keep theirs is unverified.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from connector.domain import JSON, fields, ids, paths
from connector.domain.labels import line_label, order_label, product_label
from connector.domain.mapping import FieldProblem, build
from connector.domain.operations import Action, Key, Noun, Operation, Problem, Severity
from connector.domain.rules import Mode, Options, Pair, Rule
from connector.domain.snapshot import OrderSnapshot
from connector.errors import ConfigError

PRODUCT_PAIRS: Mapping[Noun, Pair] = {
    Noun.PRODUCT: Pair.PRODUCT,
    Noun.RATE_PLAN: Pair.RATE_PLAN,
    Noun.CHARGE: Pair.CHARGE,
}
LINE_PAIRS = (
    Pair.ORDER_LINE_ITEM,
    Pair.SUBSCRIPTION,
    Pair.SUBSCRIPTION_RATE_PLAN,
    Pair.SUBSCRIPTION_CHARGE,
)
ORDER_PAIRS = (Pair.ORDER, *LINE_PAIRS)
_GIVEN = (*PRODUCT_PAIRS.values(), *ORDER_PAIRS)
_OF_SUBSCRIPTIONS = "quote"
"""The group of an order's targets that is laid on each of its subscriptions."""
SELDOM_THERE = (
    Rule(Pair.CHARGE, "Z_Accounting_Code__c", "AccountingCode"),
    Rule(Pair.CHARGE, "Z_Deferred_Revenue_Account__c", "DeferredRevenueAccount"),
    Rule(Pair.CHARGE, "Z_Recognized_Revenue_Account__c", "RecognizedRevenueAccount"),
)
"""Default rows whose sources not every org has: the vendor has them made by hand. Their absence is told once for all products."""


def in_use(rules: Sequence[Rule], options: Options) -> tuple[Rule, ...]:
    """The rows without those that an option leaves out: quote and opportunity on the subscriptions of an order."""
    if options.opportunity_fields:
        return tuple(rules)
    return tuple(
        rule
        for rule in rules
        if rule.pair is not Pair.ORDER or not rule.target.startswith(f"{_OF_SUBSCRIPTIONS}.")
    )


def with_mapping(
    order: OrderSnapshot, operations: Sequence[Operation], rules: Sequence[Rule]
) -> tuple[tuple[Operation, ...], tuple[Problem, ...]]:
    """The operations of one order with what the mapping adds, and what is wrong with that. Never raises."""
    own = tuple(rule for rule in rules if rule.pair in _GIVEN)
    if not own:
        return tuple(operations), ()
    work = _Work(order, own, dict(named_lines(order)))
    return tuple(work.filled(operation) for operation in operations), tuple(work.problems)


def named_lines(order: OrderSnapshot) -> Iterator[tuple[str, JSON]]:
    """Each line under every id by which a planned record names it: its own, its product's, its schedules' on both."""
    yield from sold_lines(order)
    for line in order.lines:
        if product_id := paths.read(line, "Product2.Id"):
            yield ids.normalise(str(product_id)), line
        for schedule in line.get("consumption_schedules") or ():
            if schedule.get("product_schedule_id"):
                yield ids.normalise(str(schedule["product_schedule_id"])), line


def sold_lines(order: OrderSnapshot) -> Iterator[tuple[str, JSON]]:
    """Each line under the ids that name what was sold by it, and not what it is sold from: its own, and its schedules'."""
    for line in order.lines:
        yield ids.normalise(str(line["Id"])), line
        for schedule in line.get("consumption_schedules") or ():
            if schedule.get("Id"):
                yield ids.normalise(str(schedule["Id"])), line


@dataclass(slots=True)
class _Work:
    """One order being filled; `lines` as `named_lines` names them."""

    order: OrderSnapshot
    rules: Sequence[Rule]
    lines: Mapping[str, JSON]
    problems: list[Problem] = field(default_factory=list)

    def filled(self, operation: Operation) -> Operation:
        if operation.action is not Action.CREATE:
            return operation
        if operation.key.noun in PRODUCT_PAIRS:
            return self._product(operation)
        return self._order(operation) if operation.key.noun is Noun.ORDER else operation

    def _product(self, operation: Operation) -> Operation:
        line = self.lines.get(ids.normalise(operation.salesforce_id))
        product = (line or {}).get("Product2")
        if not isinstance(product, dict):
            return operation
        pair = PRODUCT_PAIRS[operation.key.noun]
        mapped = self._mapped(operation.key, pair, product, product_label(product))
        if not ids.same(product.get("Id"), operation.salesforce_id):
            # A consumption schedule of the product is what this is about, and its name tells it from the others.
            mapped.pop("Name", None)
        return replace(operation, payload={**operation.payload, **mapped})

    def _order(self, operation: Operation) -> Operation:
        mapped = self._mapped(operation.key, Pair.ORDER, self.order.record, order_label(self.order))
        of_each = {name: mapped.pop(name) for name in (_OF_SUBSCRIPTIONS,) if name in mapped}
        payload = _laid_over(operation.payload, mapped)
        if items := payload.get("orderLineItems"):
            payload["orderLineItems"] = [
                self._part(operation.key, Pair.ORDER_LINE_ITEM, item, item.get("purchaseOrderNumber"))
                for item in items
            ]
        if entries := payload.get("subscriptions"):
            payload["subscriptions"] = [
                {**self._subscription(operation.key, entry), **of_each} for entry in entries
            ]
        return replace(operation, payload=payload)

    def _subscription(self, key: Key, entry: JSON) -> JSON:
        """It is opened by the line of its first rate plan."""
        whole: JSON = {**entry, "orderActions": []}
        for action in entry.get("orderActions", ()):
            opened = action.get("createSubscription")
            if not opened or not opened.get("subscribeToRatePlans"):
                whole["orderActions"].append(action)
                continue
            plans = [self._rate_plan(key, plan) for plan in opened["subscribeToRatePlans"]]
            first = plans[0].get("externallyManagedPlanId")
            opened = self._part(key, Pair.SUBSCRIPTION, {**opened, "subscribeToRatePlans": plans}, first)
            if custom := opened.pop("customFields", None):
                whole["customFields"] = {**whole.get("customFields", {}), **custom}
            whole["orderActions"].append({**action, "createSubscription": opened})
        return whole

    def _rate_plan(self, key: Key, plan: JSON) -> JSON:
        line_id = plan.get("externallyManagedPlanId")
        whole = self._part(key, Pair.SUBSCRIPTION_RATE_PLAN, plan, line_id)
        if charges := plan.get("chargeOverrides"):
            whole["chargeOverrides"] = [
                self._part(key, Pair.SUBSCRIPTION_CHARGE, charge, line_id) for charge in charges
            ]
        return whole

    def _part(self, key: Key, pair: Pair, part: JSON, line_id: object) -> JSON:
        line = self.lines.get(ids.normalise(str(line_id or "")))
        if line is None:
            return dict(part)
        return _laid_over(part, self._mapped(key, pair, line, line_label(self.order, line)))

    def _mapped(self, key: Key, pair: Pair, record: JSON, label: str) -> JSON:
        mapped = build(self.rules, record, pair=pair, creating=True, record_label=label)
        salesforce_id = str(record.get("Id") or self.order.salesforce_id)
        seldom = self._seldom_there(pair)
        unread = [each for each in mapped.problems if (each.severity, each.source, each.target) in seldom]
        told = [
            Problem(each.severity, key, salesforce_id, each.message, each.who_acts)
            for each in mapped.problems
            if each not in unread
        ]
        told += [_unread(key, salesforce_id, unread, label)] if unread else []
        self.problems += [problem for problem in told if problem not in self.problems]
        return mapped.payload

    def _seldom_there(self, pair: Pair) -> set[tuple[Severity, str, str]]:
        """What a notice is about where it is of a default row that an administrator left as it is."""
        return {
            (Severity.NOTICE, rule.source, rule.target)
            for rule in self.rules
            if rule.pair is pair and replace(rule, mode=Mode.ALWAYS) in SELDOM_THERE
        }


def _unread(key: Key, salesforce_id: str, unread: Sequence[FieldProblem], label: str) -> Problem:
    sources, targets = (
        ", ".join(names) for names in zip(*((each.source, each.target) for each in unread), strict=True)
    )
    shared = (
        f"Salesforce shows the integration user no {sources} of products, and does not tell a hidden field from one that does not "
        f"exist. Charges are created with the integration's accounting code, or Zuora's own default, in {targets}. Make the fields "
        "visible in Salesforce, or switch these mapping rows off where the org has none. It concerns"
    )
    return Problem(
        Severity.NOTICE,
        key,
        salesforce_id,
        f"{shared}: {label}.",
        ConfigError.who_acts,
        shared=shared,
        subject=label,
    )


def _laid_over(part: JSON, mapped: JSON) -> JSON:
    custom = {name: value for name, value in mapped.items() if fields.is_custom(name)}
    whole: JSON = {**part, **{name: value for name, value in mapped.items() if name not in custom}}
    if custom:
        whole["customFields"] = {**part.get("customFields", {}), **custom}
    return whole
