"""Which price an order may override for which charge, and what the charge then costs."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from connector.sandbox.zuora.declared.pricing import TIER
from connector.sandbox.zuora.errors import BAD_VALUE, BUSINESS_RULE, MISSING_FIELD
from connector.sandbox.zuora.fields import Shape, check
from connector.sandbox.zuora.orders.state import Action
from connector.sandbox.zuora.store import Record
from connector.sandbox.zuora.tiers import flaw_of

PRICING_KEYS = {
    ("Recurring", "Per Unit Pricing"): "recurringPerUnit",
    ("Recurring", "Flat Fee Pricing"): "recurringFlatFee",
    ("Recurring", "Tiered Pricing"): "recurringTiered",
    ("Recurring", "Volume Pricing"): "recurringVolume",
    ("OneTime", "Per Unit Pricing"): "oneTimePerUnit",
    ("OneTime", "Flat Fee Pricing"): "oneTimeFlatFee",
    ("OneTime", "Tiered Pricing"): "oneTimeTiered",
    ("OneTime", "Volume Pricing"): "oneTimeVolume",
    ("Usage", "Per Unit Pricing"): "usagePerUnit",
    ("Usage", "Flat Fee Pricing"): "usageFlatFee",
    ("Usage", "Tiered Pricing"): "usageTiered",
    ("Usage", "Volume Pricing"): "usageVolume",
}
_HAS_QUANTITY = ("Per Unit Pricing", "Tiered Pricing", "Volume Pricing")
_TIERED = ("Tiered Pricing", "Volume Pricing")


def pricing_of(
    action: Action, catalog_charge: Record, given: Mapping[str, Any], *, where: str
) -> Mapping[str, Any]:
    """The given pricing object of the charge's own kind; refused when it is one of another kind."""
    key = PRICING_KEYS.get((catalog_charge["ChargeType"], catalog_charge["ChargeModel"]))
    if key is None:
        raise action.refuse(
            f"{where}: this sandbox sells no {catalog_charge['ChargeType']} charge of the model"
            f" {catalog_charge['ChargeModel']}."
        )
    others = [name for name in given if name != key]
    if others:
        message = (
            f"{where}.pricing holds {', '.join(others)}; the charge '{catalog_charge['Name']}' takes {key}."
        )
        raise action.refuse(message, category=BAD_VALUE)
    pricing: Mapping[str, Any] = given.get(key, {})
    if not isinstance(pricing, dict):
        raise action.refuse(f"{where}.pricing.{key} must be an object.", category=BAD_VALUE)
    return pricing


def first_terms(
    action: Action, catalog_charge: Record, pricing: Mapping[str, Any], *, currency: str, where: str
) -> dict[str, Any]:
    """Price, quantity and tiers of a new charge: what is given, else what the catalog says."""
    rows = [row for row in catalog_charge["tiers"] if row.get("Currency", currency) == currency]
    if not rows:
        raise action.refuse(f"{where}: the charge '{catalog_charge['Name']}' has no price in {currency}.")
    model = catalog_charge["ChargeModel"]
    terms: dict[str, Any] = {"price": None, "quantity": None, "tiers": None}
    if model in _TIERED:
        terms["tiers"] = pricing.get("tiers") or [_order_tier(row) for row in rows]
        _check_tiers(action, terms["tiers"], where=where)
    else:
        price = pricing.get("listPrice", rows[0].get("Price"))
        terms["price"] = None if price is None else Decimal(price)
        terms["originalListPrice"] = rows[0].get("Price")
    if model in _HAS_QUANTITY and catalog_charge["ChargeType"] != "Usage":
        quantity = pricing.get("quantity", catalog_charge.get("DefaultQuantity"))
        if quantity is None:  # unverified that there is no default of 1
            raise action.refuse(f"{where}.pricing: the quantity is required.", category=MISSING_FIELD)
        terms["quantity"] = Decimal(quantity)
    return terms


def list_price_base(
    action: Action, catalog_charge: Record, pricing: Mapping[str, Any], *, where: str
) -> dict[str, Any]:
    base = pricing.get("listPriceBase") or catalog_charge.get("ListPriceBase", "Per Billing Period").replace(
        " ", "_"
    )
    months = pricing.get("specificListPriceBase") or catalog_charge.get("SpecificListPriceBase")
    if base == "Per_Specific_Months" and not months:
        message = f"{where}.pricing: Per_Specific_Months needs 'specificListPriceBase'."
        raise action.refuse(message, category=MISSING_FIELD)
    return {"listPriceBase": base, "specificListPriceBase": months if base == "Per_Specific_Months" else None}


def changed_terms(
    action: Action, charge: Mapping[str, Any], pricing: Mapping[str, Any], *, where: str
) -> dict[str, Any]:
    """What an UpdateProduct says anew about price, quantity and tiers."""
    changes: dict[str, Any] = {}
    for name, kept in (("listPrice", "price"), ("quantity", "quantity")):
        if name in pricing:
            changes[kept] = Decimal(pricing[name])
    if "tiers" in pricing:
        _check_tiers(action, pricing["tiers"], where=where)
        changes["tiers"] = pricing["tiers"]
    if not changes:
        raise action.refuse(
            f"{where}: nothing about the charge {charge['number']} is changed.", category=BUSINESS_RULE
        )
    return changes


def _check_tiers(action: Action, tiers: Any, *, where: str) -> None:
    """The tiers of usage are taken as they are by the declarations, so their fields are looked at here too."""
    rows = tiers if isinstance(tiers, list) and tiers else [{}]
    reasons = [
        reason for row in rows for reason in check({"tier": row}, Shape({"tier": TIER}), custom_fields={})
    ]
    if reasons:
        raise action.refuse(f"{where}.pricing.tiers: {reasons[0].message}", category=reasons[0].category)
    flaw = flaw_of([(Decimal(row["startingUnit"]), row.get("endingUnit")) for row in rows])
    if flaw:
        raise action.refuse(f"{where}.pricing: the tiers {flaw}.", category=BAD_VALUE)


def _order_tier(row: Mapping[str, Any]) -> dict[str, Any]:
    tier = {
        "tier": row["Tier"],
        "startingUnit": row.get("StartingUnit", 0),
        "price": row.get("Price", 0),
        "priceFormat": row.get("PriceFormat", "Per Unit").replace(" ", ""),
    }
    return tier | ({"endingUnit": row["EndingUnit"]} if row.get("EndingUnit") is not None else {})
