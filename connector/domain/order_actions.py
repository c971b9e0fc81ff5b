"""The order actions that bring one subscription from what it was to what a chain says it must be.

A change that lies before later changes of the same subscription is stated together with all of these: Zuora keeps what comes
later as it was (its tutorial "Update products on subscriptions with future-dated updates"), and each of them gets its new
quantity by an update of its own. Were they to go, as another reading has it, the same updates would bring them back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from connector.domain import JSON
from connector.domain.billing_periods import Span
from connector.domain.chain_changes import ChainChange
from connector.domain.chain_moves import Move
from connector.domain.chains import Chain, Segment
from connector.domain.line_fields import optional_date
from connector.domain.terms import term


@dataclass(frozen=True, slots=True)
class Target:
    """How an existing subscription, its rate plan and its charge are named in an order."""

    number: str
    rate_plan: JSON
    """{"ratePlanId": …}; {"subscriptionRatePlanNumber": …} for one that an earlier order of the same run creates;
    {"uniqueToken": …} for one that the same order creates (Zuora: "add and update a product in the same order")."""
    charge: JSON
    """{"chargeNumber": …}, {"productRatePlanChargeId": …} or {"uniqueToken": …} for the same three."""
    term_start: str = ""
    """When its current term began, by Zuora's own word; empty where it has not spoken."""


def changes_of(
    change: ChainChange, target: Target, triggers: Sequence[JSON], *, in_days: bool = False
) -> list[JSON]:
    """The actions on a subscription that exists, in the order Zuora carries them out. `triggers`: further trigger dates;
    `in_days`: a renewal's term is stated in days."""
    before, after, renewed = change.before, change.after, change.renewed
    assert before is not None  # noqa: S101 - a chain that is opened has its own action
    updates = {move.day: _update(move, after, target, triggers) for move in change.moves}
    turn = renewed.start if renewed else None
    early = [action for day, action in updates.items() if turn is None or day < turn]
    late = [action for day, action in updates.items() if turn is not None and day >= turn]
    actions = [
        *early,
        *(_renewal(before, renewed, target, triggers, in_days=in_days) if renewed else ()),
        *late,
    ]
    if after.canceled_on and not before.canceled_on:
        actions.append(_cancellation(after.canceled_on, triggers))
    return actions


def later_updates(change: ChainChange, target: Target, triggers: Sequence[JSON]) -> list[JSON]:
    """What follows the creation of a subscription whose price or quantity is agreed to move (a ramp)."""
    return [_update(move, change.after, target, triggers) for move in change.moves]


def dated(day: date, triggers: Sequence[JSON]) -> list[JSON]:
    return [{"name": "ContractEffective", "triggerDate": day.isoformat()}, *triggers]


def length(span: Span, *, in_days: bool = False) -> JSON:
    """A term as Zuora states it: whole months, else days. `span` has an end."""
    assert span.end is not None  # noqa: S101 - an evergreen term has no length
    counted = term(span.start, span.end - timedelta(days=1))
    if counted.days or in_days or not counted.months:
        return {"period": (span.end - span.start).days, "periodType": "Day"}
    return {"period": counted.months, "periodType": "Month"}


def _update(move: Move, chain: Chain, target: Target, triggers: Sequence[JSON]) -> JSON:
    """Zuora asks for the day of an update before an update by a field of its own."""
    day = move.day.isoformat()
    return {
        "type": "UpdateProduct",
        "triggerDates": dated(move.day, triggers),
        "updateProduct": {
            **target.rate_plan,
            **({"specificUpdateDate": day} if move.is_before else {}),
            "chargeUpdates": [
                {
                    **target.charge,
                    "effectiveDate": {
                        "triggerEvent": "SpecificDate",
                        "specificTriggerDate": day,
                    },
                    "pricing": _pricing(move.segment, chain),
                }
            ],
        },
    }


def _pricing(segment: Segment, chain: Chain) -> JSON:
    if chain.charging.is_flat:
        return {"recurringFlatFee": {"listPrice": segment.price}}
    if not segment.quantity:
        return {"recurringPerUnit": {"quantity": segment.quantity}}
    return {"recurringPerUnit": {"listPrice": segment.price, "quantity": segment.quantity}}


def _renewal(
    before: Chain, renewed: Span, target: Target, triggers: Sequence[JSON], *, in_days: bool
) -> list[JSON]:
    """RenewSubscription takes the stored renewal term, which somebody may have changed: it is stated anew right before."""
    terms: JSON = {
        "autoRenew": False,
        "renewalSetting": "RENEW_WITH_SPECIFIC_TERM",
        "renewalTerms": [length(renewed, in_days=in_days)],
    }
    running = before.periods.terms[-1]
    if running.end and renewed.start < running.end:
        begins = optional_date(target.term_start) or running.start
        terms["lastTerm"] = {
            "termType": "TERMED",
            "period": (renewed.start - begins).days,
            "periodType": "Day",
        }
    when = dated(renewed.start, triggers)
    return [
        {"type": "TermsAndConditions", "triggerDates": when, "termsAndConditions": terms},
        {"type": "RenewSubscription", "triggerDates": when, "renewSubscription": {}},
    ]


def _cancellation(day: date, triggers: Sequence[JSON]) -> JSON:
    return {
        "type": "CancelSubscription",
        "triggerDates": dated(day, triggers),
        "cancelSubscription": {
            "cancellationPolicy": "SpecificDate",
            "cancellationEffectiveDate": day.isoformat(),
        },
    }
