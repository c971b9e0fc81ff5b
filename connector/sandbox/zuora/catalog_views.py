"""The catalog as it is read: in the CRUD names, in the v1 names, and in the names of object query."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from connector.sandbox.zuora.expanded import STAMPS, Source, custom_values
from connector.sandbox.zuora.fields import words
from connector.sandbox.zuora.store import Record, View
from connector.sandbox.zuora.tenant import USER_ID

_CATEGORIES = ("Base Products", "Add On Services", "Miscellaneous Products")
_CRUD_HIDDEN = ("id", "createdDate", "updatedDate", "tiers")
_NOT_READ = {
    "products": words("ProductNumber"),
    "product_rate_plans": words("ExternalRatePlanIds ExternalIdSourceSystem ProductRatePlanNumber"),
    "product_rate_plan_charges": words("ProductRatePlanChargeNumber"),
}


def crud(record: Record, *, table: str) -> dict[str, Any]:
    """As GET /v1/object/... answers it: what is not set is left out."""
    hidden = (*_CRUD_HIDDEN, *_NOT_READ[table])
    return {
        "Id": record["id"],
        "CreatedById": USER_ID,
        "CreatedDate": record["createdDate"],
        "UpdatedById": USER_ID,
        "UpdatedDate": record["updatedDate"],
        **{name: value for name, value in record.items() if name not in hidden},
    }


def product(record: Record, *, base_url: str) -> dict[str, Any]:
    """As GET /v1/catalog/products answers it; the rate plans are an address since version 230."""
    return {
        "id": record["id"],
        "sku": record["SKU"],
        "name": record["Name"],
        "category": record.get("Category"),
        "effectiveStartDate": record["EffectiveStartDate"],
        "effectiveEndDate": record["EffectiveEndDate"],
        "productNumber": record["ProductNumber"],
        "productFeatures": [],
        "productRatePlans": f"{base_url}v1/products/{record['id']}/product-rate-plans",
        **custom_values(record),
    }


def rate_plan(view: View, record: Record, *, today: date) -> dict[str, Any]:
    """With its charges, as GET /v1/products/{key}/product-rate-plans answers it."""
    charges = view.where("product_rate_plan_charges", ProductRatePlanId=record["id"])
    return {
        **_plan_basics(record, today=today),
        "productRatePlanCharges": [charge(found) for found in charges],
        **custom_values(record),
    }


def rate_plan_with_external_ids(record: Record, *, today: date, source_as: str) -> dict[str, Any]:
    """Without charges; the two endpoints spell the source system's name differently."""
    return {
        **_plan_basics(record, today=today),
        "externallyManagedPlanIds": record["ExternalRatePlanIds"],
        source_as: record.get("ExternalIdSourceSystem"),
    }


def charge(record: Record) -> dict[str, Any]:
    model = record["ChargeModel"]
    return {
        "id": record["id"],
        "name": record["Name"],
        "type": record["ChargeType"],
        "model": model.removesuffix(" Pricing").replace(" ", "")
        if model != "Flat Fee Pricing"
        else "FlatFee",
        "uom": record.get("UOM"),
        "billingPeriod": record["BillingPeriod"].replace(" ", "_").replace("-", "_"),
        "billingTiming": record.get("BillingTiming", "In Advance").upper().replace(" ", "_"),
        "billingPeriodAlignment": record.get("BillingPeriodAlignment"),
        "defaultQuantity": _decimal(record.get("DefaultQuantity")),
        "endDateCondition": record.get("EndDateCondition", "SubscriptionEnd"),
        "productRatePlanChargeNumber": record["ProductRatePlanChargeNumber"],
        "taxable": record.get("Taxable", False),
        "taxCode": record.get("TaxCode"),
        "taxMode": record.get("TaxMode"),
        "triggerEvent": record["TriggerEvent"],
        "listPriceBase": record.get("ListPriceBase", "Per Billing Period").replace(" ", "_"),
        "pricing": _pricing(record),
        **custom_values(record),
    }


def _plan_basics(record: Record, *, today: date) -> dict[str, Any]:
    start, end = record["EffectiveStartDate"], record["EffectiveEndDate"]
    now = today.isoformat()
    return {
        "id": record["id"],
        "name": record["Name"],
        "status": "NotStarted" if now < start else "Expired" if now > end else "Active",
        "effectiveStartDate": start,
        "effectiveEndDate": end,
        "productRatePlanNumber": record["ProductRatePlanNumber"],
        "grade": record.get("Grade"),
    }


def _pricing(record: Record) -> list[dict[str, Any]]:
    by_currency: dict[str, list[dict[str, Any]]] = {}
    for tier in record["tiers"]:
        by_currency.setdefault(tier.get("Currency", ""), []).append(tier)
    if record["ChargeModel"] in ("Flat Fee Pricing", "Per Unit Pricing"):
        return [
            {"currency": currency, "price": _decimal(rows[0].get("Price")), "tiers": None}
            for currency, rows in by_currency.items()
        ]
    return [
        {"currency": currency, "price": None, "tiers": [_tier(row) for row in rows]}
        for currency, rows in by_currency.items()
    ]


def _tier(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "tier": row["Tier"],
        "startingUnit": _decimal(row.get("StartingUnit", 0)),
        "endingUnit": _decimal(row.get("EndingUnit")),
        "price": _decimal(row.get("Price")),
        "priceFormat": row.get("PriceFormat", "Per Unit"),
    }


def _decimal(value: Any) -> str | None:
    return None if value is None else f"{value}"


def _lower(names: str) -> dict[str, Source]:
    """Object query's name of a CRUD field differs in its first letter only."""
    return {name[0].lower() + name[1:]: name for name in words(names)}


PRODUCT: Mapping[str, Source] = {
    **STAMPS,
    **_lower("Name EffectiveStartDate EffectiveEndDate SKU ProductNumber"),
    "allowFeatureChanges": lambda record: record.get("AllowFeatureChanges", False),
    "category": lambda record: record.get("Category") if record.get("Category") in _CATEGORIES else None,
}
RATE_PLAN: Mapping[str, Source] = {
    **STAMPS,
    **_lower("ProductId Name EffectiveStartDate EffectiveEndDate Grade ProductRatePlanNumber"),
}
CHARGE: Mapping[str, Source] = {
    **STAMPS,
    **_lower(
        "AccountingCode BillCycleDay BillCycleType BillingPeriod BillingPeriodAlignment ChargeModel"
        " ChargeType DefaultQuantity DeferredRevenueAccount EndDateCondition ListPriceBase Name"
        " NumberOfPeriod PriceChangeOption ProductRatePlanId ProductRatePlanChargeNumber"
        " RecognizedRevenueAccount RevRecCode SpecificBillingPeriod SpecificListPriceBase Taxable"
        " TaxCode TaxMode TriggerEvent UOM UseDiscountSpecificAccountingCode"
    ),
    "billingTiming": lambda record: record.get("BillingTiming", "In Advance").upper().replace(" ", "_"),
}
TIER: Mapping[str, Source] = {
    **STAMPS,
    **_lower("Currency DiscountAmount DiscountPercentage EndingUnit Price PriceFormat StartingUnit Tier"),
    "productRatePlanChargeId": "productRatePlanChargeId",
    "active": lambda _: True,
}


def tiers(view: View) -> list[Record]:
    return [row for found in view.all("product_rate_plan_charges") for row in tiers_of(view, found)]


def tiers_of(_: View, found: Record) -> list[Record]:
    stamps = {name: found[name] for name in ("createdDate", "updatedDate")}
    return [{**stamps, **row, "productRatePlanChargeId": found["id"]} for row in found["tiers"]]
