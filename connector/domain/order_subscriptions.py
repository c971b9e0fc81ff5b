"""The entries of an order's `subscriptions`: a new subscription with what is agreed of it, or changes of one Zuora has.

An existing subscription is found as the vendor's connector finds it, too: by the externally managed plan id of its rate plan,
which holds the first order product of the chain. What Zuora then shows of it is held against what Salesforce says it should be
by now: somebody may have changed it there, and an order would overwrite that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from connector.domain import JSON
from connector.domain.chain_changes import ChainChange
from connector.domain.chains import Chain, Segment
from connector.domain.line_fields import line_error, plain
from connector.domain.lines import Line
from connector.domain.matching import SettledInZuora
from connector.domain.operations import Key, Noun, Problem, Ref, Severity
from connector.domain.order_actions import Target, changes_of, later_updates
from connector.domain.order_history import History
from connector.domain.order_pieces import create_subscription, tokens
from connector.domain.pricing import half_unit, minor_digits, rounded
from connector.domain.rules import MoneyRule, Options
from connector.domain.snapshot import OrderSnapshot, ZuoraState, ZuoraSubscription

_PENDING = ("Pending Activation", "Pending Acceptance")


def targets(
    order: OrderSnapshot,
    changes: Sequence[ChainChange],
    *,
    state: ZuoraState,
    history: History,
    options: Options,
) -> Mapping[str, Target]:
    """How each chain that exists is named, by root.

    Raises RecordError where there is no such subscription, SettledInZuora where it is not as it should be.
    """
    found: dict[str, Target] = {}
    for change in changes:
        if (chain := change.before) is None:
            _refuse_second(order, change, state)
            _check_replaced(change, changes, state, history, options)
            continue
        line = change.lines[0]
        there = state.subscription(*chain.names)
        if there is not None:
            if chain.root not in history.touched:
                _check_standing(line, change, there, options)
            if not there.charge_number and not chain.charging.is_usage:
                raise _several_charges(line, there)
            found[chain.root] = Target(
                there.number,
                {"ratePlanId": there.rate_plan_id},
                {"chargeNumber": there.charge_number},
                term_start="" if chain.root in history.touched else there.term_start,
            )
        elif chain.root in history.touched:
            rate_plan = {"subscriptionRatePlanNumber": chain.root}
            found[chain.root] = Target(
                chain.number, rate_plan, {"productRatePlanChargeId": Ref(line.use.charge_key)}
            )
        else:
            raise _no_rate_plan(line, chain)
    return found


def entry(change: ChainChange, known: Mapping[str, Target], *, options: Options) -> JSON:
    """One subscription's entry. Its `orderActions` are empty where nothing is to be said of it."""
    if change.before is None:
        return {"orderActions": _opening(change, options)}
    target = known[change.before.root]
    return {
        "subscriptionNumber": target.number,
        "orderActions": changes_of(change, target, (), in_days=options.term_in_days),
    }


def _opening(change: ChainChange, options: Options) -> list[JSON]:
    chain, line = change.after, change.lines[0]
    plan_token, charge_token = tokens(chain)
    target = Target(chain.number, {"uniqueToken": plan_token}, {"uniqueToken": charge_token})
    return [
        create_subscription(chain, line, triggers=(), options=options),
        *later_updates(change, target, ()),
    ]


def _refuse_second(order: OrderSnapshot, change: ChainChange, state: ZuoraState) -> None:
    """A line that opens a subscription, and Zuora has one for it: synced or entered under another order number. One of this very
    order tells that the order came through although nobody heard of it: apply looks it up."""
    chain, line = change.after, change.lines[0]
    there = state.subscription(*chain.names)
    if there is not None and there.order_number != order.order_number:
        raise SettledInZuora(
            f"{line.label} sells {chain.number}, but Zuora has the subscription {there.number} for it already, from another order. "
            "Sold again, it would be billed twice. Where that is the same sale, give Zuora's order the number of this one, or enter "
            "this order in Zuora by hand under its number; else free the externally managed plan id or the number there. Then "
            "resync.",
            record=line.salesforce_id,
        )


def _no_rate_plan(line: Line, chain: Chain) -> Exception:
    return line_error(
        line.label,
        line.record,
        f"changes {chain.number}, but Zuora has no rate plan to amend with the externally managed plan id "
        f"{' or '.join(chain.plan_ids)}, and no subscription of that number on this account",
        "Sync the order that sold it first, or write that id into the rate plan of its subscription in Zuora; if the subscription "
        "was moved to another owner there, move it back. Then resync.",
    )


def _several_charges(line: Line, there: ZuoraSubscription) -> SettledInZuora:
    return SettledInZuora(
        f"{line.label} changes {there.number}, whose rate plan in Zuora has not exactly one charge, so it cannot be told which one is "
        "meant. Enter the order in Zuora by hand, under the same order number, and resync.",
        record=line.salesforce_id,
    )


def _check_standing(line: Line, change: ChainChange, there: ZuoraSubscription, options: Options) -> None:
    chain = change.before
    assert chain is not None  # noqa: S101 - the caller asks for chains that exist
    label = f"{line.label} changes {there.number}, which"
    if there.status in _PENDING:
        raise SettledInZuora(
            f"{label} is still {there.status.lower()} in Zuora. Set its activation dates there and resync.",
            record=line.salesforce_id,
        )
    if there.is_cancelled and not chain.canceled_on:
        raise SettledInZuora(
            f"{label} was cancelled in Zuora, though Salesforce sells it on. Enter the order in Zuora by hand, under the same order "
            "number, and resync.",
            record=line.salesforce_id,
        )
    if (problem := _difference(change, chain, there)) and options.money_rule is MoneyRule.STOP:
        raise SettledInZuora(
            f"{label} is not as its orders left it: {problem}. The order would overwrite that. Put it right in Zuora, or let the "
            "integration warn only, and resync.",
            record=line.salesforce_id,
        )


def _check_replaced(
    change: ChainChange,
    changes: Sequence[ChainChange],
    state: ZuoraState,
    history: History,
    options: Options,
) -> None:
    """The subscription in whose place another is opened: running on in Zuora, it would bill beside that."""
    difference = _replaced_difference(change, changes, state, history)
    if difference and options.money_rule is MoneyRule.STOP:
        line = change.lines[0]
        raise SettledInZuora(
            f"{line.label} opens another subscription in place of {difference} Then resync, or let the integration warn only.",
            record=line.salesforce_id,
        )


def _replaced_difference(
    change: ChainChange, changes: Sequence[ChainChange], state: ZuoraState, history: History
) -> str:
    """Which subscription it is, when it ends in Zuora and what to do; empty where it ends there as it was sold (cancelled to the
    end of its term it does), and where the order itself changes it, for that is checked by itself."""
    chain = history.book.chains.get(change.replaces)
    there = state.subscription(*chain.names) if chain else None
    changed = {each.before.root for each in changes if each.before} | history.touched.keys()
    if not chain or not there or chain.root in changed:
        return ""
    ends = chain.ends.isoformat() if chain.ends else None
    if there.term_end == ends:
        return ""
    label = f"{there.number}, which does not end as its orders left it:"
    if there.is_cancelled:
        return (
            f"{label} it was cancelled there on {there.term_end or 'no day'}, by Salesforce it ends on {ends or 'no day'}. What was sold "
            "for the days between is not billed; put it right in Zuora."
        )
    both = "Both would bill. " if there.term_end is None or (ends and there.term_end > ends) else ""
    return f"{label} {_term_end(there, ends)}. {both}End it in Zuora on {ends or 'no day'}."


def standing_warnings(
    order: OrderSnapshot, changes: Sequence[ChainChange], *, state: ZuoraState, history: History
) -> list[Problem]:
    """Where the integration warns only: what the order is about to overwrite."""
    key = Key(Noun.ORDER, order.order_number)
    found: list[Problem] = []
    for change in changes:
        if replaced := _replaced_difference(change, changes, state, history):
            message = f"{change.lines[0].label} opens another subscription in place of {replaced}"
            found.append(Problem(Severity.WARNING, key, order.salesforce_id, message))
        chain = change.before
        there = state.subscription(*chain.names) if chain else None
        if not chain or not there or chain.root in history.touched:
            continue
        if difference := _difference(change, chain, there):
            message = f"{there.number} is not as its orders left it, and is overwritten: {difference}."
            found.append(Problem(Severity.WARNING, key, order.salesforce_id, message))
    return found


def _difference(change: ChainChange, chain: Chain, there: ZuoraSubscription) -> str:
    last, charging = chain.segments()[-1], chain.charging
    if there.quantity is not None and not charging.is_flat and there.quantity != last.quantity:
        return f"its quantity there is {plain(there.quantity)}, by Salesforce {plain(last.quantity)}"
    counted = Decimal(1) if charging.is_flat else last.quantity
    if there.price is not None and last.quantity and not charging.is_usage:
        apart = Fraction(there.price - last.price) * Fraction(counted) / charging.base
        is_near = abs(apart) <= 2 * half_unit(charging.currency)
        if not is_near and not (_states_price(change) and there.price == _to_the_cent(chain, last)):
            return f"its price there is {plain(there.price)}, by Salesforce {plain(last.price)}"
    ends = chain.ends.isoformat() if chain.ends else None
    if there.term_end != ends:
        return _term_end(there, ends)
    begins = chain.periods.terms[-1].start.isoformat()
    if there.term_start and there.term_start != begins:
        return f"its term begins there on {there.term_start}, by Salesforce on {begins}"
    return ""


def _to_the_cent(chain: Chain, segment: Segment) -> Decimal:
    """The price with the places of the currency and no more, as it is in orders that were entered by hand or carried by another
    connector. (The connector's own take as many places as the amount of all units needs.)"""
    charging = chain.charging
    counted = Fraction(1) if charging.is_flat else Fraction(segment.quantity)
    exact = chain.amount_on(segment.start) * charging.base / counted
    return rounded(exact, minor_digits(charging.currency))


def _states_price(change: ChainChange) -> bool:
    """Whether all that the order sells is billed at a price it states itself, with all places, whatever the price was before. An
    update states the price anew, and so does every one after it; what ends takes no price along. But a renewal without an
    update on its first day or before goes on at the price that is there."""
    renewed = change.renewed
    return renewed is None or any(move.day <= renewed.start for move in change.moves)


def _term_end(there: ZuoraSubscription, ends: str | None) -> str:
    return f"its term ends there on {there.term_end or 'no day'}, by Salesforce on {ends or 'no day'}"
