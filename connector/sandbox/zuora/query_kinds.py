"""The objects that object query and ZOQL know: where they are kept, how they are shown, what may be
filtered.

The filter lists of accounts and contacts are documented; the others are unverified and kept to the fields
that a client has a plain need for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from connector.sandbox.zuora import catalog_views, expanded
from connector.sandbox.zuora.fields import words
from connector.sandbox.zuora.settings import Settings
from connector.sandbox.zuora.store import Record, View

Find = Callable[[View, Record], list[Record]]


@dataclass(frozen=True, slots=True)
class Relation:
    """What `expand[]` adds: under which name, of which kind, one record or a list of them."""

    shown_as: str
    kind: str
    find: Find
    is_many: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    zoql_name: str
    records: Callable[[View], list[Record]]
    fields: Mapping[str, expanded.Source]
    filters: tuple[str, ...]
    keys: tuple[str, ...] = ("id",)
    custom: str | None = None
    relations: Mapping[str, Relation] = field(default_factory=dict)
    expands: tuple[str, ...] = ()
    empty_expands: Mapping[str, str] = field(default_factory=dict)  # objects this sandbox holds none of

    def show(self, record: Record) -> dict[str, Any]:
        """The record with every field, nulls included."""
        shown = {name: expanded.value(record, source) for name, source in self.fields.items()}
        return shown | expanded.custom_values(record)

    def declared_custom(self, settings: Settings) -> Mapping[str, Mapping[str, Any]]:
        return settings.custom_fields.get(self.custom, {}) if self.custom else {}


def _table(name: str) -> Callable[[View], list[Record]]:
    return lambda view: view.all(name)


def _one(table: str, field_name: str) -> Find:
    def find(view: View, record: Record) -> list[Record]:
        found = view.get(table, record[field_name]) if record.get(field_name) else None
        return [found] if found else []

    return find


def _children(table: str, field_name: str) -> Find:
    def find(view: View, record: Record) -> list[Record]:
        return view.where(table, **{field_name: record["id"]})

    return find


ACCOUNTS = Kind(
    zoql_name="Account",
    records=_table("accounts"),
    fields=expanded.ACCOUNT,
    keys=("id", "accountNumber"),
    custom="Account",
    filters=words(
        "id updateddate accountnumber balance batch billcycleday billtoid communicationprofileid"
        " crmid currency defaultpaymentmethodid invoicetemplateid lastinvoicedate name parentid"
        " shiptoid soldtoid status"
    ),
    relations={
        "billto": Relation("billTo", "contacts", _one("contacts", "billToId")),
        "soldto": Relation("soldTo", "contacts", _one("contacts", "soldToId")),
        "shipto": Relation("shipTo", "contacts", _one("contacts", "shipToId")),
    },
    expands=words("billto soldto shipto"),
    empty_expands={
        "payments": "payments",
        "refunds": "refunds",
        "creditmemos": "creditMemos",
        "debitmemos": "debitMemos",
        "invoices": "invoices",
        "usages": "usages",
        "paymentmethods": "paymentMethods",
    },
)
CONTACTS = Kind(
    zoql_name="Contact",
    records=_table("contacts"),
    fields=expanded.CONTACT,
    custom="Contact",
    filters=words("id updateddate accountid country firstname lastname personalemail workemail workphone"),
)

PRODUCTS = Kind(
    zoql_name="Product",
    records=_table("products"),
    fields=catalog_views.PRODUCT,
    keys=("id", "productNumber"),
    custom="Product",
    filters=words("id updateddate name sku productnumber effectivestartdate effectiveenddate"),
    relations={
        "productrateplans": Relation(
            "productRatePlans",
            "product-rate-plans",
            _children("product_rate_plans", "ProductId"),
            is_many=True,
        )
    },
    expands=words(
        "productrateplans productrateplans.productrateplancharges"
        " productrateplans.productrateplancharges.productrateplanchargetiers"
    ),
)
RATE_PLANS = Kind(
    zoql_name="ProductRatePlan",
    records=_table("product_rate_plans"),
    fields=catalog_views.RATE_PLAN,
    keys=("id", "productRatePlanNumber"),
    custom="ProductRatePlan",
    filters=words("id updateddate productid name productrateplannumber effectivestartdate effectiveenddate"),
    relations={
        "product": Relation("product", "products", _one("products", "ProductId")),
        "productrateplancharges": Relation(
            "productRatePlanCharges",
            "product-rate-plan-charges",
            _children("product_rate_plan_charges", "ProductRatePlanId"),
            is_many=True,
        ),
    },
    expands=words("product productrateplancharges productrateplancharges.productrateplanchargetiers"),
)
CHARGES = Kind(
    zoql_name="ProductRatePlanCharge",
    records=_table("product_rate_plan_charges"),
    fields=catalog_views.CHARGE,
    keys=("id", "productRatePlanChargeNumber"),
    custom="ProductRatePlanCharge",
    filters=words("id updateddate productrateplanid name chargemodel chargetype productrateplanchargenumber"),
    relations={
        "productrateplan": Relation(
            "productRatePlan", "product-rate-plans", _one("product_rate_plans", "ProductRatePlanId")
        ),
        "productrateplanchargetiers": Relation(
            "productRatePlanChargeTiers",
            "product-rate-plan-charge-tiers",
            catalog_views.tiers_of,
            is_many=True,
        ),
    },
    expands=words("productrateplan productrateplanchargetiers"),
)
TIERS = Kind(
    zoql_name="ProductRatePlanChargeTier",
    records=catalog_views.tiers,
    fields=catalog_views.TIER,
    filters=words("id updateddate productrateplanchargeid currency"),
    relations={
        "productrateplancharge": Relation(
            "productRatePlanCharge",
            "product-rate-plan-charges",
            _one("product_rate_plan_charges", "productRatePlanChargeId"),
        )
    },
    expands=words("productrateplancharge"),
)

KINDS: dict[str, Kind] = {
    "accounts": ACCOUNTS,
    "contacts": CONTACTS,
    "products": PRODUCTS,
    "product-rate-plans": RATE_PLANS,
    "product-rate-plan-charges": CHARGES,
    "product-rate-plan-charge-tiers": TIERS,
}
