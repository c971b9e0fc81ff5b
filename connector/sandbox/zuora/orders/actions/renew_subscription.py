"""RenewSubscription: the next term by the stored renewal terms; recurring charges go on."""

from __future__ import annotations

from connector.sandbox.zuora.orders.rate_plans import made_longer
from connector.sandbox.zuora.orders.state import Action, Work, add_version
from connector.sandbox.zuora.orders.terms import renewed
from connector.sandbox.zuora.store import Record


def renew_subscription(work: Work, action: Action, subscription: Record) -> Record:
    values = renewed(action, subscription)
    old_end, new_end = subscription["termEndDate"], values["termEndDate"]
    plans = [made_longer(plan, old_end, new_end) for plan in subscription["ratePlans"]]
    return add_version(work, subscription, {**values, "ratePlans": plans})
