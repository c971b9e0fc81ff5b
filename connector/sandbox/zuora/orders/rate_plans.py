"""Rate plans inside a subscription: subscribed from the catalog with overrides, and found again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.sandbox.zuora.errors import BAD_VALUE, MISSING_FIELD
from connector.sandbox.zuora.orders import endings, pricing
from connector.sandbox.zuora.orders.amounts import base_fits
from connector.sandbox.zuora.orders.periods import BY_TERM
from connector.sandbox.zuora.orders.state import TRIGGERS, Action, Work
from connector.sandbox.zuora.store import Record

PLAN_KEYS = ("ratePlanId", "subscriptionRatePlanNumber", "uniqueToken", "productRatePlanNumber")


def subscribe(
    work: Work, action: Action, given: Mapping[str, Any], subscription: Mapping[str, Any]
) -> dict[str, Any]:
    """A rate plan as it will stand in the subscription; `subscription` gives its trigger dates and term
    end.
    """
    catalog_plan = _catalog_plan(work, action, given)
    product = work.store.get("products", catalog_plan["ProductId"]) or {}
    plan: dict[str, Any] = {
        "id": None,
        "originalRatePlanId": None,
        "formerIds": [],
        "subscriptionRatePlanNumber": given.get("subscriptionRatePlanNumber")
        or f"SRP-{work.store.next_number('subscription rate plan'):08d}",
        "productId": product["id"],
        "productName": product["Name"],
        "productSku": product["SKU"],
        "productRatePlanId": catalog_plan["id"],
        "productRatePlanNumber": catalog_plan["ProductRatePlanNumber"],
        "name": given.get("ratePlanName") or catalog_plan["Name"],
        "externallyManagedPlanId": given.get("externallyManagedPlanId"),
        "externalCatalogPlanId": given.get("externalCatalogPlanId"),
        "lastChangeType": "Add",
        **given.get("customFields", {}),
    }
    plan["charges"] = _charges(work, action, given, subscription, catalog_plan)
    if given.get("uniqueToken"):
        work.tokens[given["uniqueToken"]] = plan["subscriptionRatePlanNumber"]
    return plan


def find(work: Work, action: Action, subscription: Record, given: Mapping[str, Any]) -> int:
    """The position of the rate plan an action names; refused when none or several fit."""
    named = [(key, given[key]) for key in PLAN_KEYS if given.get(key)]
    if len(named) != 1:
        raise action.refuse(f"exactly one of {', '.join(PLAN_KEYS)} is needed.", category=MISSING_FIELD)
    key, value = named[0]
    if key == "uniqueToken":
        key, value = "subscriptionRatePlanNumber", work.tokens.get(value)
    fitting = [
        index
        for index, plan in enumerate(subscription["ratePlans"])
        if plan.get(key) == value
        or (
            key == "ratePlanId" and value in (plan["id"], *plan["formerIds"])
        )  # documented: the id of any version
    ]
    fitting = [index for index in fitting if subscription["ratePlans"][index]["lastChangeType"] != "Remove"]
    if len(fitting) != 1:
        message = f"the subscription has {len(fitting)} rate plans with {named[0][0]} '{named[0][1]}'."
        raise action.refuse(message, category=BAD_VALUE)
    return fitting[0]


def _catalog_plan(work: Work, action: Action, given: Mapping[str, Any]) -> Record:
    by_id, by_number = given.get("productRatePlanId"), given.get("productRatePlanNumber")
    if bool(by_id) == bool(by_number):
        message = "exactly one of productRatePlanId, productRatePlanNumber is needed."
        raise action.refuse(message, category=MISSING_FIELD)
    plan = (
        work.store.get("product_rate_plans", by_id)
        if by_id
        else work.store.first("product_rate_plans", ProductRatePlanNumber=by_number)
    )
    if plan is None:
        raise action.refuse(f"there is no product rate plan '{by_id or by_number}'.", category=BAD_VALUE)
    if not plan["EffectiveStartDate"] <= action.effective_date < plan["EffectiveEndDate"]:  # unverified
        raise action.refuse(
            f"the product rate plan '{plan['Name']}' is not effective on {action.effective_date}."
        )
    if work.currency not in plan["ActiveCurrencies"]:
        raise action.refuse(f"the product rate plan '{plan['Name']}' is not active in {work.currency}.")
    return plan


def _charges(
    work: Work,
    action: Action,
    given: Mapping[str, Any],
    subscription: Mapping[str, Any],
    catalog_plan: Record,
) -> list[dict[str, Any]]:
    catalog_charges = work.store.where("product_rate_plan_charges", ProductRatePlanId=catalog_plan["id"])
    overrides = {}
    for override in given.get("chargeOverrides", []):
        if override["productRatePlanChargeId"] not in {charge["id"] for charge in catalog_charges}:
            message = (
                f"the product rate plan '{catalog_plan['Name']}' has no charge"
                f" '{override['productRatePlanChargeId']}'."
            )
            raise action.refuse(message, category=BAD_VALUE)
        overrides[override["productRatePlanChargeId"]] = override
    if given.get("isAddingSubsetCharges"):
        catalog_charges = [charge for charge in catalog_charges if charge["id"] in overrides]
    return [
        _charge(work, action, found, overrides.get(found["id"], {}), subscription)
        for found in catalog_charges
    ]


def _charge(
    work: Work, action: Action, found: Record, override: Mapping[str, Any], subscription: Mapping[str, Any]
) -> dict[str, Any]:
    where = f"the override of '{found['Name']}'"
    given = pricing.pricing_of(action, found, override.get("pricing", {}), where=where)
    number = override.get("chargeNumber") or f"C-{work.store.next_number('subscription charge'):08d}"
    if override.get("uniqueToken"):
        work.tokens[override["uniqueToken"]] = number
    billing = _billing(action, found, override.get("billing", {}), where=where)
    start = _start(action, found, override.get("startDate", {}), subscription, where=where)
    ending = endings.ending_of(action, override.get("endDate", {}), start, billing, where=where)
    base = pricing.list_price_base(action, found, given, where=where)
    if not base_fits(base | billing):
        message = (
            f"{where}: a price {base['listPriceBase']} does not fit the period {billing['billingPeriod']}."
        )
        raise action.refuse(message)  # unverified
    if billing["billingPeriod"] == BY_TERM and subscription["termEndDate"] is None:
        raise action.refuse(f"{where}: an evergreen subscription has no charge that is billed by the term.")
    segment = {
        "id": None,
        "segment": 1,
        "effectiveStartDate": start,
        "effectiveEndDate": endings.within_term(ending["ownEndDate"], subscription["termEndDate"]),
        **pricing.first_terms(action, found, given, currency=work.currency, where=where),
    }
    return {
        "number": number,
        "name": override.get("name") or found["Name"],
        "productRatePlanChargeId": found["id"],
        "type": found["ChargeType"],
        "model": found["ChargeModel"],
        "uom": found.get("UOM"),
        "triggerEvent": override.get("startDate", {}).get("triggerEvent") or found["TriggerEvent"],
        **ending,
        "originalOrderDate": work.order_date,
        **base,
        **billing,
        "segments": [segment],
        **override.get("customFields", {}),
    }


def _billing(action: Action, found: Record, given: Mapping[str, Any], *, where: str) -> dict[str, Any]:
    period = given.get("billingPeriod") or found["BillingPeriod"].replace(" ", "_").replace("-", "_")
    length = given.get("specificBillingPeriod") or found.get("SpecificBillingPeriod")
    if period.startswith("Specific_") and not length:
        raise action.refuse(f"{where}: {period} needs 'specificBillingPeriod'.", category=MISSING_FIELD)
    cycle, day = given.get("billCycleType") or found["BillCycleType"], given.get("billCycleDay")
    if cycle == "SpecificDayofMonth" and day is None and found.get("BillCycleDay") is None:
        raise action.refuse(f"{where}: {cycle} needs 'billCycleDay'.", category=MISSING_FIELD)
    return {
        "billingPeriod": period,
        "specificBillingPeriod": length if period.startswith("Specific_") else None,
        "billingPeriodAlignment": given.get("billingPeriodAlignment")
        or found.get("BillingPeriodAlignment", "AlignToCharge"),
        "billingTiming": given.get("billingTiming")
        or found.get("BillingTiming", "In Advance").upper().replace(" ", "_"),
        "billCycleType": cycle,
        "billCycleDay": day if day is not None else found.get("BillCycleDay"),
    }


def _start(
    action: Action, found: Record, given: Mapping[str, Any], subscription: Mapping[str, Any], *, where: str
) -> str | None:
    """The day the charge begins; None while the event that triggers it has no date."""
    event = given.get("triggerEvent") or found["TriggerEvent"]
    if event == "SpecificDate":
        if not given.get("specificTriggerDate"):
            message = f"{where}.startDate: SpecificDate needs 'specificTriggerDate'."
            raise action.refuse(message, category=MISSING_FIELD)
        start: str | None = given["specificTriggerDate"]
    else:
        start = action.triggers.get(TRIGGERS[event])
    ends = subscription["termEndDate"]
    if start and (start < subscription["subscriptionStartDate"] or (ends and start >= ends)):
        raise action.refuse(f"{where} would begin on {start}, outside the subscription's term.")
    return start
