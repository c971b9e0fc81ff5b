"""RenewSubscription: the next term by the stored renewal terms; recurring charges go on."""

from __future__ import annotations

from connector.sandbox.zuora.orders.endings import with_term_end
from connector.sandbox.zuora.orders.periods import BY_TERM
from connector.sandbox.zuora.orders.recipients import changed_recipients
from connector.sandbox.zuora.orders.state import Action, Work, add_version
from connector.sandbox.zuora.orders.terms import renewed
from connector.sandbox.zuora.store import Record


def renew_subscription(work: Work, action: Action, subscription: Record) -> Record:
    values = renewed(action, subscription)
    old_end, new_end = subscription["termEndDate"], values["termEndDate"]
    plans = subscription["ratePlans"]
    by_term = any(charge["billingPeriod"] == BY_TERM for plan in plans for charge in plan["charges"])
    if new_end is None and by_term:  # documented
        raise action.refuse("a subscription with a charge billed by the term cannot become evergreen.")
    longer = [with_term_end(plan, old_end, new_end) for plan in plans]
    recipients = changed_recipients(work, action, subscription)
    return add_version(work, subscription, {**values, **recipients, "ratePlans": longer})
