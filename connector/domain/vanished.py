"""Orders that were sent without an answer and that Salesforce does not show any more, or holds back: no plan sends them, and Zuora
may bill them.

While that is open, orders wait that would be made without one (changes of subscriptions it may still change), or that may stand
for it (a sale that was deleted in Salesforce and entered anew: the customer would be billed twice).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from connector.domain import JSON, order_standing
from connector.domain.operations import Action, Key, Noun, Operation, Problem, Severity
from connector.domain.order_reach import changed, sells, stands_alone, touched
from connector.domain.sought import Withheld
from connector.domain.to_check import WHO_LOOKS

RESOLVE = "“Resolve by looking up” under Open writes"


@dataclass(frozen=True, slots=True)
class _Doubt:
    """Why orders wait: new sales where it `sells`, and changes of the `subscriptions`; None: of any."""

    why: str
    sells: bool = True
    subscriptions: frozenset[str] | None = None

    def holds(self, operation: Operation) -> bool:
        if operation.key.noun is not Noun.ORDER or operation.action is not Action.CREATE:
            return False
        if self.sells and sells(operation.payload):
            return True
        if self.subscriptions is None:
            return not stands_alone(operation.payload)
        return not self.subscriptions.isdisjoint(changed(operation.payload))


def waiting(withheld: Mapping[Key, Withheld], operations: Iterable[Operation]) -> Iterator[Problem]:
    """One for each order that waits; it names the first that it waits for."""
    doubts = [doubt for each in withheld.values() if (doubt := _doubt(each)) is not None]
    for operation in operations:
        doubt = next((each for each in doubts if each.holds(operation)), None)
        if doubt is not None:
            message = f"{operation.title} waits: {doubt.why}"
            yield Problem(Severity.ERROR, operation.key, operation.salesforce_id, message, WHO_LOOKS)


def moment(at: datetime) -> str:
    """In UTC, to the minute, and never early."""
    return f"{at + timedelta(minutes=1):%Y-%m-%d %H:%M} UTC"


def status_of(found: JSON) -> str:
    return str(found.get("status") or "unknown")


def _doubt(withheld: Withheld) -> _Doubt | None:
    sent, found = withheld.sent, withheld.found
    what = "does not show any more" if withheld.has_vanished else "holds back now"
    which = f"{sent.sought.title}, which Salesforce {what},"
    if found is None:
        if sent.held_until is None:
            return None
        ask = f", or choose {RESOLVE}, which asks Zuora for its job" if sent.has_job else ""
        return _Doubt(
            f"{which} was sent by an earlier run that heard no answer, and Zuora may still make it. Resync after "
            f"{moment(sent.held_until)}{ask}."
        )
    if reason := order_standing.refusal(found):
        return _Doubt(
            f"{which} could not be looked up in Zuora, which may bill it: {reason} Until it can, what may build on it or stand for it "
            "waits."
        )
    if order_standing.is_withdrawn(found):
        return None
    status = status_of(found)
    if order_standing.is_carried_out(found):
        why = (
            f"{which} is in Zuora ({status}) and bills it, or will. Where this one stands for it, take that one back in Zuora first. "
            + (f"Then choose {RESOLVE}, and resync." if withheld.has_vanished else "Then resync.")
        )
        return _Doubt(why, sells=sells(found), subscriptions=frozenset())
    why = f"{which} has the status {status} in Zuora: {order_standing.advice_unshown(status)}"
    may_sell = sells(found) and not order_standing.is_dormant(found)
    if may_sell:
        why = f"{why} Where it is wanted and this one is another sale, complete that one in Zuora, choose {RESOLVE}, and resync."
    return _Doubt(why, sells=may_sell, subscriptions=touched(found))
