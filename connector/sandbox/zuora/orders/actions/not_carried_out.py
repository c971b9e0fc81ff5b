"""Actions that Zuora knows and this sandbox refuses to pretend."""

from __future__ import annotations

from connector.sandbox.zuora.orders.state import Action, Work
from connector.sandbox.zuora.store import Record


def not_carried_out(work: Work, action: Action, subscription: Record) -> Record:
    raise action.refuse(
        f"{action.type} of {subscription['subscriptionNumber']} is not carried out by this sandbox."
    )
