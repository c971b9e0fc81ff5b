"""What an order works on while it is carried out, and the versions of a subscription it leaves behind.

Every order action makes a new version of its subscription, with new ids for the subscription, its rate
plans and its charges (unverified whether once per action or once per order); numbers and original ids
stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from connector.sandbox.zuora.errors import BUSINESS_RULE, MISSING_FIELD, Refused, refuse
from connector.sandbox.zuora.store import Record, Store, View
from connector.sandbox.zuora.tenant import Tenant, new_id

TRIGGERS = {
    "ContractEffective": "contractEffectiveDate",
    "ServiceActivation": "serviceActivationDate",
    "CustomerAcceptance": "customerAcceptanceDate",
}


@dataclass(slots=True)
class Work:
    """One order under way. `tokens` are the unique tokens given to rate plans and charges inside it."""

    tenant: Tenant
    store: Store
    account: Record
    order_number: str
    order_date: str
    currency: str
    tokens: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Action:
    """One order action with the object that fits its type, and its trigger dates by the subscription's
    names.
    """

    type: str
    details: Mapping[str, Any]
    triggers: Mapping[str, str]
    where: str

    @property
    def effective_date(self) -> str:
        return self.triggers["contractEffectiveDate"]

    def refuse(self, message: str, *, category: int = BUSINESS_RULE) -> Refused:
        return refuse(category, f"{self.where}: {message}")


def trigger_dates(action: Mapping[str, Any], *, where: str) -> dict[str, str]:
    """The dates given with an action; the contract effective one is needed (unverified that it has no
    default).
    """
    given = {TRIGGERS[entry["name"]]: entry["triggerDate"] for entry in action.get("triggerDates", [])}
    if "contractEffectiveDate" not in given:
        raise refuse(MISSING_FIELD, f"{where}.triggerDates: the ContractEffective date is required.")
    check_trigger_order(given, where=f"{where}.triggerDates")
    return given


def check_trigger_order(dates: Mapping[str, Any], *, where: str) -> None:
    """Refused where a trigger date lies before one that comes before it; dates that are not given are left out.

    Documented: ContractEffectiveDate <= ServiceActivationDate <= ContractAcceptanceDate (docs.zuora.com, Additional field
    details of Subscription); category and words are unverified.
    """
    given = [(name, dates[field]) for name, field in TRIGGERS.items() if dates.get(field)]
    for (earlier, first), (later, second) in pairwise(given):
        if second < first:
            message = f"{where}: the {later} date {second} lies before the {earlier} date {first}."
            raise refuse(BUSINESS_RULE, message)


def status_by(tenant: Tenant, dates: Mapping[str, Any]) -> str:
    """The status of a subscription with these trigger dates: pending while the tenant asks for one more."""
    settings = tenant.settings
    if settings.service_activation_required and not dates.get("serviceActivationDate"):
        return "Pending Activation"
    if settings.customer_acceptance_required and not dates.get("customerAcceptanceDate"):
        return "Pending Acceptance"
    return "Active"


def is_pending(subscription: Mapping[str, Any]) -> bool:
    return str(subscription["status"]).startswith("Pending")


def latest(view: View, number: str) -> Record | None:
    return view.first("subscriptions", subscriptionNumber=number, isLatestVersion=True)


def add_version(work: Work, before: Record | None, values: Mapping[str, Any]) -> Record:
    """Store the next version of a subscription; the one before it is no longer the latest."""
    now = work.tenant.timestamp()
    if before is None:
        record: Record = {"originalCreatedDate": now, "previousSubscriptionId": None, "version": 1, **values}
    else:
        work.store.change("subscriptions", before["id"], isLatestVersion=False)
        record = {
            **before,
            **values,
            "version": before["version"] + 1,
            "previousSubscriptionId": before["id"],
        }
    record |= {"id": new_id(), "createdDate": now, "updatedDate": now, "isLatestVersion": True}
    record.setdefault("originalId", record["id"])
    record["orderNumber"] = work.order_number
    record["ratePlans"] = [_with_new_ids(plan) for plan in record["ratePlans"]]
    work.store.put("subscriptions", record)
    return record


def _with_new_ids(plan: dict[str, Any]) -> dict[str, Any]:
    plan_id = new_id()
    charges = []
    for charge in plan["charges"]:
        segments = [{**segment, "id": new_id()} for segment in charge["segments"]]
        original = charge.get("originalChargeId") or segments[0]["id"]
        charges.append({**charge, "originalChargeId": original, "segments": segments})
    return {
        **plan,
        "id": plan_id,
        "formerIds": [*plan["formerIds"], *([plan["id"]] if plan["id"] else [])],
        "originalRatePlanId": plan["originalRatePlanId"] or plan_id,
        "charges": charges,
    }
