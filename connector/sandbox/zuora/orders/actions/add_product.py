"""AddProduct: another rate plan from a day within the term."""

from __future__ import annotations

from connector.sandbox.zuora.orders.rate_plans import subscribe
from connector.sandbox.zuora.orders.state import Action, Work, add_version
from connector.sandbox.zuora.store import Record


def add_product(work: Work, action: Action, subscription: Record) -> Record:
    plan = subscribe(work, action, action.details, subscription)
    return add_version(work, subscription, {"ratePlans": [*subscription["ratePlans"], plan]})
