"""The order actions that bring one subscription from what it was to what a chain says it must be.

A change that lies before later changes of the same subscription is stated together with all of these: Zuora keeps what comes
later as it was (its tutorial "Update products on subscriptions with future-dated updates"), and each of them gets its new
quantity by an update of its own. Were they to go, as another reading has it, the same updates would bring them back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from connector.domain import JSON
from connector.domain.billing_periods import Span
from connector.domain.chain_book import ChainChange
from connector.domain.chains import Chain, Segment
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


def changes_of(change: ChainChange, target: Target, triggers: Sequence[JSON]) -> list[JSON]:
    """The actions on a subscription that exists, in the order Zuora carries them out. `triggers`: further trigger dates."""
    before, after = change.before, change.after
    assert before is not None  # noqa: S101 - a chain that is opened has its own action
    renewed = change.renewed
    updates = {
        day: _update(day, segment, after, target, triggers, is_before=_changes_after(before, day))
        for day, segment in _moved(before, after, renewed)
    }
    turn = renewed.start if renewed else None
    early = [action for day, action in updates.items() if turn is None or day < turn]
    late = [action for day, action in updates.items() if turn is not None and day >= turn]
    actions = [*early, *(_renewal(before, renewed, triggers) if renewed else ()), *late]
    if after.canceled_on and not before.canceled_on:
        actions.append(_cancellation(after.canceled_on, triggers))
    return actions


def later_updates(chain: Chain, target: Target, triggers: Sequence[JSON]) -> list[JSON]:
    """What follows the creation of a subscription whose price or quantity is agreed to move (a ramp)."""
    return [_update(segment.start, segment, chain, target, triggers) for segment in chain.segments()[1:]]


def dated(day: date, triggers: Sequence[JSON]) -> list[JSON]:
    return [{"name": "ContractEffective", "triggerDate": day.isoformat()}, *triggers]


def length(span: Span, *, in_days: bool = False) -> JSON:
    """A term as Zuora states it: whole months, else days. `span` has an end."""
    assert span.end is not None  # noqa: S101 - an evergreen term has no length
    counted = term(span.start, span.end - timedelta(days=1))
    if counted.days or in_days or not counted.months:
        return {"period": (span.end - span.start).days, "periodType": "Day"}
    return {"period": counted.months, "periodType": "Month"}


def _moved(before: Chain, after: Chain, renewed: Span | None) -> list[tuple[date, Segment]]:
    """Every day on which something must be said, with what holds from then on."""
    if after.charging.is_usage:
        return []
    flat = after.charging.is_flat
    old, new = _continued(before, after, renewed), after.segments()
    days = sorted({segment.start for segment in (*old, *new)})
    days = [day for day in days if after.ends is None or day < after.ends]
    first = next((day for day in days if _at(old, day, flat) != _at(new, day, flat)), None)
    if first is None:
        return []
    return [(day, segment) for day in days if day >= first and (segment := _segment_at(new, day))]


def _continued(before: Chain, after: Chain, renewed: Span | None) -> tuple[Segment, ...]:
    """What would hold without any update: a renewal goes on with the last quantity and price."""
    segments = [each for each in before.segments() if after.ends is None or each.start < after.ends]
    if renewed:
        segments = [each for each in segments if each.start < renewed.start]
    if segments:
        segments[-1] = replace(segments[-1], end=after.ends)
    return tuple(segments)


def _changes_after(chain: Chain, day: date) -> bool:
    return any(segment.start > day for segment in chain.segments())


def _segment_at(segments: Sequence[Segment], day: date) -> Segment | None:
    return next(
        (each for each in segments if each.start <= day and (each.end is None or day < each.end)), None
    )


def _at(segments: Sequence[Segment], day: date, is_flat: bool) -> tuple[object, ...]:
    """What Zuora is told of a day; a flat fee has no quantity."""
    found = _segment_at(segments, day)
    if found is None:
        return ()
    return (None if is_flat else found.quantity, found.price if found.quantity else None)


def _update(
    day: date,
    segment: Segment,
    chain: Chain,
    target: Target,
    triggers: Sequence[JSON],
    *,
    is_before: bool = False,
) -> JSON:
    """`is_before`: Zuora holds a later change, and asks for the day of an update before an update by a field of its own."""
    return {
        "type": "UpdateProduct",
        "triggerDates": dated(day, triggers),
        "updateProduct": {
            **target.rate_plan,
            **({"specificUpdateDate": day.isoformat()} if is_before else {}),
            "chargeUpdates": [
                {
                    **target.charge,
                    "effectiveDate": {
                        "triggerEvent": "SpecificDate",
                        "specificTriggerDate": day.isoformat(),
                    },
                    "pricing": _pricing(segment, chain),
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


def _renewal(before: Chain, renewed: Span, triggers: Sequence[JSON]) -> list[JSON]:
    """RenewSubscription takes the stored renewal term, which somebody may have changed: it is stated anew right before."""
    terms: JSON = {
        "autoRenew": False,
        "renewalSetting": "RENEW_WITH_SPECIFIC_TERM",
        "renewalTerms": [length(renewed)],
    }
    running = before.periods.terms[-1]
    if running.end and renewed.start < running.end:
        terms["lastTerm"] = {
            "termType": "TERMED",
            "period": (renewed.start - running.start).days,
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
