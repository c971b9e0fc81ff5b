"""The product catalog: products hold rate plans, rate plans hold charges, charges hold price tiers.

Records keep the capitalised names of the CRUD operations. Those drop unknown fields silently unless
`rejectUnknownFields` is asked for.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from connector.sandbox.zuora.declared import catalog as declared
from connector.sandbox.zuora.errors import (
    BAD_VALUE,
    BUSINESS_RULE,
    MISSING_FIELD,
    NOT_FOUND,
    UNKNOWN_FIELD,
    Reason,
    Refused,
    refuse,
)
from connector.sandbox.zuora.fields import Shape, check
from connector.sandbox.zuora.store import Record, Store, View
from connector.sandbox.zuora.tenant import Tenant, new_id
from connector.sandbox.zuora.tiers import flaw_of

MOST_CURRENCIES = 5  # the default one and four others in one call
WITH_UNITS = (
    "Per Unit Pricing",
    "Tiered Pricing",
    "Volume Pricing",
    "Overage Pricing",
    "Tiered with Overage Pricing",
)
ONE_PRICE = ("Flat Fee Pricing", "Per Unit Pricing")
TIERED = ("Tiered Pricing", "Volume Pricing")


def create_product(tenant: Tenant, store: Store, body: dict[str, Any], *, strict: bool = False) -> Record:
    values = _taken(tenant, body, declared.PRODUCT, strict=strict)
    _check_dates(values)
    if values.get("SKU") and store.first("products", SKU=values["SKU"]):  # unverified
        raise refuse(BUSINESS_RULE, f"The SKU '{values['SKU']}' is already in use.")
    number = store.next_number("product")
    numbered = {"SKU": f"SKU-{number:08d}", "ProductNumber": f"PC-{number:08d}"}
    return _stored(tenant, store, "products", numbered | values)


def create_rate_plan(tenant: Tenant, store: Store, body: dict[str, Any], *, strict: bool = False) -> Record:
    values = _taken(tenant, body, declared.RATE_PLAN, strict=strict)
    product = store.get("products", values["ProductId"])
    if product is None:
        raise refuse(
            BAD_VALUE, f"'ProductId' names the product '{values['ProductId']}', which does not exist."
        )
    dates = {name: product[name] for name in ("EffectiveStartDate", "EffectiveEndDate")}
    values = dates | values
    _check_dates(values)
    if store.first("product_rate_plans", ProductId=product["id"], Name=values["Name"]):
        raise refuse(BUSINESS_RULE, f"The product already has a rate plan named '{values['Name']}'.")
    currencies = values.setdefault("ActiveCurrencies", tenant.settings.currencies[:1])
    for currency in currencies:
        if currency not in tenant.settings.currencies:
            raise refuse(BAD_VALUE, f"'ActiveCurrencies' holds '{currency}', which is not enabled.")
    if len(currencies) > MOST_CURRENCIES:
        raise refuse(BAD_VALUE, f"'ActiveCurrencies' holds more than {MOST_CURRENCIES} currencies.")
    number = store.next_number("rate plan")
    values.setdefault("ProductRatePlanNumber", f"PRP-{number:08d}")
    values["ExternalRatePlanIds"] = split_ids(values.get("ExternalRatePlanIds", ""))
    return _stored(tenant, store, "product_rate_plans", values)


def create_charge(tenant: Tenant, store: Store, body: dict[str, Any], *, strict: bool = False) -> Record:
    values = _taken(tenant, body, declared.CHARGE, strict=strict)
    plan = store.get("product_rate_plans", values["ProductRatePlanId"])
    if plan is None:
        message = (
            f"'ProductRatePlanId' names the rate plan '{values['ProductRatePlanId']}', which does not exist."
        )
        raise refuse(BAD_VALUE, message)
    uom = values.get("UOM")
    if values["ChargeModel"] in WITH_UNITS and not uom:  # unverified
        raise refuse(MISSING_FIELD, f"'UOM' is required for the charge model {values['ChargeModel']}.")
    if uom and uom not in tenant.settings.units_of_measure:
        raise refuse(BAD_VALUE, f"'UOM' has the value '{uom}', which is not defined.")
    tiers = values.pop("ProductRatePlanChargeTierData").get("ProductRatePlanChargeTier") or []
    _check_tiers(tiers, model=values["ChargeModel"], currencies=plan["ActiveCurrencies"])
    number = store.next_number("charge")
    values.setdefault("ProductRatePlanChargeNumber", f"PRPC-{number:08d}")
    values["tiers"] = _numbered(tiers)
    return _stored(tenant, store, "product_rate_plan_charges", values)


def find_product(view: View, key: str) -> Record:
    """By id, SKU or number."""
    found = view.get("products", key) or view.first("products", SKU=key)
    found = found or view.first("products", ProductNumber=key)
    if found is None:
        raise refuse(NOT_FOUND, f"Cannot find a product with the key '{key}'.")
    return found


def find_rate_plan(view: View, key: str) -> Record:
    """By id, external id or number."""
    found = view.get("product_rate_plans", key) or view.first("product_rate_plans", ProductRatePlanNumber=key)
    found = found or next(iter(rate_plans_with_external_id(view, key)), None)
    if found is None:
        raise refuse(NOT_FOUND, f"Cannot find a product rate plan with the key '{key}'.")
    return found


def rate_plans_with_external_id(view: View, external_id: str) -> list[Record]:
    return [plan for plan in view.all("product_rate_plans") if external_id in plan["ExternalRatePlanIds"]]


def split_ids(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _taken(tenant: Tenant, body: dict[str, Any], shape: Shape, *, strict: bool) -> dict[str, Any]:
    """The body's known fields, checked; an empty string is no value."""
    reasons = check(body, shape, custom_fields=tenant.settings.custom_fields)
    if not strict:
        reasons = [reason for reason in reasons if reason.category != UNKNOWN_FIELD]
    if reasons:
        raise Refused(reasons)
    custom = tenant.settings.custom_fields.get(shape.custom or "", {})
    return {
        name: value
        for name, value in body.items()
        if value != "" and (name in shape.fields or name in custom)
    }


def _check_dates(values: dict[str, Any]) -> None:
    if values["EffectiveEndDate"] < values["EffectiveStartDate"]:
        raise refuse(BAD_VALUE, "'EffectiveEndDate' lies before 'EffectiveStartDate'.")


def _check_tiers(tiers: list[dict[str, Any]], *, model: str, currencies: list[str]) -> None:
    if not tiers:
        raise refuse(MISSING_FIELD, "'ProductRatePlanChargeTierData' holds no tier.")
    by_currency: dict[str, list[dict[str, Any]]] = {}
    for tier in tiers:
        currency = tier.get("Currency", currencies[0])
        if currency not in currencies:
            raise refuse(
                BAD_VALUE, f"A tier has the currency '{currency}', which is not one of the rate plan's."
            )
        by_currency.setdefault(currency, []).append(tier)
    reasons = []
    for currency, rows in by_currency.items():
        if model in ONE_PRICE and len(rows) > 1:
            reasons.append(Reason(BAD_VALUE, f"{model} has one tier for {currency}, not {len(rows)}."))
        if model in TIERED:
            reasons += _gaps(rows, currency)
    if reasons:
        raise Refused(reasons)


def _gaps(rows: list[dict[str, Any]], currency: str) -> list[Reason]:
    flaw = flaw_of([(Decimal(row.get("StartingUnit", 0)), row.get("EndingUnit")) for row in rows])
    return [Reason(BAD_VALUE, f"The tiers for {currency} {flaw}.")] if flaw else []


def _numbered(tiers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"id": new_id(), "Tier": number, **tier} for number, tier in enumerate(tiers, 1)]


def _stored(tenant: Tenant, store: Store, table: str, values: dict[str, Any]) -> Record:
    now = tenant.timestamp()
    record = {"id": new_id(), "createdDate": now, "updatedDate": now, **values}
    store.put(table, record)
    return record
