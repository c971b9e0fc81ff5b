"""The objects that object query and ZOQL know.

The filter lists of accounts and contacts are documented; the others are unverified and kept to the fields
that a client has a plain need for.
"""

from __future__ import annotations

from connector.sandbox.zuora import catalog_views, expanded
from connector.sandbox.zuora.fields import words
from connector.sandbox.zuora.orders.expanded import latest_of_account
from connector.sandbox.zuora.orders.query_kinds import NESTED_KINDS, ORDER_KINDS
from connector.sandbox.zuora.query_kind import Kind, Relation, children, one, table

ACCOUNTS = Kind(
    zoql_name="Account",
    records=table("accounts"),
    fields=expanded.ACCOUNT,
    keys=("id", "accountNumber"),
    custom="Account",
    filters=words(
        "id updateddate accountnumber balance batch billcycleday billtoid communicationprofileid"
        " crmid currency defaultpaymentmethodid invoicetemplateid lastinvoicedate name parentid"
        " shiptoid soldtoid status"
    ),
    relations={
        "billto": Relation("billTo", "contacts", one("contacts", "billToId")),
        "soldto": Relation("soldTo", "contacts", one("contacts", "soldToId")),
        "shipto": Relation("shipTo", "contacts", one("contacts", "shipToId")),
        "subscriptions": Relation("subscriptions", "subscriptions", latest_of_account, is_many=True),
    },
    expands=words(
        "billto soldto shipto subscriptions subscriptions.rateplans subscriptions.rateplans.rateplancharges"
    ),
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
    records=table("contacts"),
    fields=expanded.CONTACT,
    custom="Contact",
    filters=words("id updateddate accountid country firstname lastname personalemail workemail workphone"),
)

PRODUCTS = Kind(
    zoql_name="Product",
    records=table("products"),
    fields=catalog_views.PRODUCT,
    keys=("id", "productNumber"),
    custom="Product",
    filters=words("id updateddate name sku productnumber effectivestartdate effectiveenddate"),
    relations={
        "productrateplans": Relation(
            "productRatePlans",
            "product-rate-plans",
            children("product_rate_plans", "ProductId"),
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
    records=table("product_rate_plans"),
    fields=catalog_views.RATE_PLAN,
    keys=("id", "productRatePlanNumber"),
    custom="ProductRatePlan",
    filters=words("id updateddate productid name productrateplannumber effectivestartdate effectiveenddate"),
    relations={
        "product": Relation("product", "products", one("products", "ProductId")),
        "productrateplancharges": Relation(
            "productRatePlanCharges",
            "product-rate-plan-charges",
            children("product_rate_plan_charges", "ProductRatePlanId"),
            is_many=True,
        ),
    },
    expands=words("product productrateplancharges productrateplancharges.productrateplanchargetiers"),
)
CHARGES = Kind(
    zoql_name="ProductRatePlanCharge",
    records=table("product_rate_plan_charges"),
    fields=catalog_views.CHARGE,
    keys=("id", "productRatePlanChargeNumber"),
    custom="ProductRatePlanCharge",
    filters=words("id updateddate productrateplanid name chargemodel chargetype productrateplanchargenumber"),
    relations={
        "productrateplan": Relation(
            "productRatePlan", "product-rate-plans", one("product_rate_plans", "ProductRatePlanId")
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
            one("product_rate_plan_charges", "productRatePlanChargeId"),
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
    **ORDER_KINDS,
}
ENDPOINTS = tuple(KINDS)
KINDS |= NESTED_KINDS
