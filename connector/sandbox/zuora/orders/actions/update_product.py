"""UpdateProduct: another quantity or price from a day on, as a new segment of the charge.

Any day of the charge's life may be named. What becomes of segments that begin after it is unverified, so a tenant
setting says it: `backdated_update` overwrite (they are gone, the update holds to the charge's end) or split (they
stay, the update holds until the next of them).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.sandbox.zuora.errors import BAD_VALUE, MISSING_FIELD
from connector.sandbox.zuora.orders import pricing
from connector.sandbox.zuora.orders.rate_plans import find
from connector.sandbox.zuora.orders.state import Action, Work, add_version
from connector.sandbox.zuora.store import Record

CHARGE_KEYS = {"chargeNumber": "number", "productRatePlanChargeId": "productRatePlanChargeId"}


def update_product(work: Work, action: Action, subscription: Record) -> Record:
    index = find(work, action, subscription, action.details)
    plan = subscription["ratePlans"][index]
    charges = list(plan["charges"])
    updates = action.details.get("chargeUpdates") or []
    if not updates:
        raise action.refuse("'chargeUpdates' is required.", category=MISSING_FIELD)
    for update in updates:
        position = _position(work, action, charges, update)
        charges[position] = _updated(work, action, charges[position], update)
    custom = action.details.get("customFields", {})
    plans = list(subscription["ratePlans"])
    plans[index] = {**plan, **custom, "charges": charges, "lastChangeType": "Update"}
    return add_version(work, subscription, {"ratePlans": plans})


def _position(work: Work, action: Action, charges: list[dict[str, Any]], update: Mapping[str, Any]) -> int:
    if update.get("uniqueToken"):
        wanted = ("number", work.tokens.get(update["uniqueToken"]))
    else:
        named = [(field, update[key]) for key, field in CHARGE_KEYS.items() if update.get(key)]
        if len(named) != 1:
            message = f"exactly one of {', '.join(CHARGE_KEYS)}, uniqueToken names a charge."
            raise action.refuse(message, category=MISSING_FIELD)
        wanted = named[0]
    for position, charge in enumerate(charges):
        if charge[wanted[0]] == wanted[1]:
            return position
    raise action.refuse(f"the rate plan has no charge '{wanted[1]}'.", category=BAD_VALUE)


def _updated(work: Work, action: Action, charge: dict[str, Any], update: Mapping[str, Any]) -> dict[str, Any]:
    where = f"the update of '{charge['name']}'"
    catalog_charge = work.store.get("product_rate_plan_charges", charge["productRatePlanChargeId"])
    if catalog_charge is None or charge["type"] == "OneTime":
        raise action.refuse(f"{where}: a one-time charge is not updated.")
    given = pricing.pricing_of(action, catalog_charge, update.get("pricing", {}), where=where)
    changes = pricing.changed_terms(action, charge, given, where=where)
    day = _day(action, update)
    begins = charge["segments"][0]["effectiveStartDate"]
    ends = charge["segments"][-1]["effectiveEndDate"]
    if begins is None or day < begins or (ends and day >= ends):
        raise action.refuse(f"{where} is dated {day}, outside the charge's life from {begins} to {ends}.")
    later = [each for each in charge["segments"] if each["effectiveStartDate"] > day]
    if later and not action.details.get("specificUpdateDate"):  # that it is refused is unverified
        raise action.refuse(
            f"{where}: the charge changes again on {later[0]['effectiveStartDate']}; an update on {day}, before that, needs"
            " 'specificUpdateDate'.",
            category=MISSING_FIELD,
        )
    splits = work.tenant.settings.backdated_update == "split"
    segments = _segments(charge["segments"], day, changes, keeps_later=splits)
    return {**charge, **update.get("customFields", {}), "segments": segments}


def _segments(
    before: list[dict[str, Any]], day: str, changes: Mapping[str, Any], *, keeps_later: bool
) -> list[dict[str, Any]]:
    """The segments with the changes from a day on; what is not changed stays as it was on that day."""
    earlier = [segment for segment in before if segment["effectiveStartDate"] <= day]
    later = [segment for segment in before if segment["effectiveStartDate"] > day]
    held = earlier.pop()
    ends = (held if keeps_later else before[-1])["effectiveEndDate"]
    if held["effectiveStartDate"] < day:
        earlier.append({**held, "effectiveEndDate": day})
    new = {**held, **changes, "effectiveStartDate": day, "effectiveEndDate": ends}
    found = [*earlier, new, *(later if keeps_later else [])]
    return [{**segment, "segment": number} for number, segment in enumerate(found, 1)]


def _day(action: Action, update: Mapping[str, Any]) -> str:
    given, before = update.get("effectiveDate", {}), action.details.get("specificUpdateDate")
    if given.get("triggerEvent") == "SpecificDate" or given.get("specificTriggerDate"):
        if not given.get("specificTriggerDate"):
            message = "'effectiveDate.specificTriggerDate' is required."
            raise action.refuse(message, category=MISSING_FIELD)
        if before and before != given["specificTriggerDate"]:
            message = "'specificUpdateDate' and 'effectiveDate.specificTriggerDate' are two days."
            raise action.refuse(message, category=BAD_VALUE)
        return str(given["specificTriggerDate"])
    return str(before or action.effective_date)
