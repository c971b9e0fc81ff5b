"""Orders, subscriptions and what hangs below them, as object query and ZOQL know them."""

from __future__ import annotations

from collections.abc import Callable

from connector.sandbox.zuora.fields import words
from connector.sandbox.zuora.orders import expanded
from connector.sandbox.zuora.query_kind import Find, Kind, Relation, one, table
from connector.sandbox.zuora.store import Record, View


def _below(name: str, find: Find) -> Callable[[View], list[Record]]:
    """All records that hang below the records of a table."""
    return lambda view: [found for record in view.all(name) for found in find(view, record)]


def _all_charges(view: View) -> list[Record]:
    plans = _below("subscriptions", expanded.rate_plans)(view)
    return [charge for plan in plans for charge in expanded.rate_plan_charges(view, plan)]


ORDER_KINDS: dict[str, Kind] = {
    "orders": Kind(
        zoql_name="Order",
        records=table("orders"),
        fields=expanded.ORDER,
        keys=("id", "orderNumber"),
        custom="Order",
        filters=words("id updateddate accountid orderdate ordernumber status category"),
        relations={
            "account": Relation("account", "accounts", one("accounts", "accountId")),
            "orderlineitems": Relation(
                "orderLineItems", "order-line-items", expanded.line_items, is_many=True
            ),
            "orderactions": Relation("orderActions", "order-actions", expanded.order_actions, is_many=True),
        },
        expands=words(
            "account orderlineitems orderactions orderactions.subscription"
            " orderactions.subscription.rateplans orderactions.subscription.rateplans.rateplancharges"
        ),
    ),
    "subscriptions": Kind(
        zoql_name="Subscription",
        records=table("subscriptions"),
        fields=expanded.SUBSCRIPTION,
        keys=("id", "name"),
        custom="Subscription",
        filters=words(
            "id updateddate accountid invoiceownerid name originalid previoussubscriptionid status"
            " termtype version islatestversion termstartdate termenddate contracteffectivedate"
            " autorenew"
        ),
        relations={
            "account": Relation("account", "accounts", one("accounts", "accountId")),
            "invoiceowner": Relation("invoiceOwner", "accounts", one("accounts", "invoiceOwnerId")),
            "billtocontact": Relation("billToContact", "contacts", one("contacts", "billToContactId")),
            "soldtocontact": Relation("soldToContact", "contacts", one("contacts", "soldToContactId")),
            "rateplans": Relation("ratePlans", "rate-plans", expanded.rate_plans, is_many=True),
        },
        expands=words(
            "account account.billto account.soldto invoiceowner billtocontact soldtocontact rateplans"
            " rateplans.rateplancharges"
        ),
        empty_expands={"invoiceitems": "invoiceItems"},
    ),
}
NESTED_KINDS: dict[str, Kind] = {
    "rate-plans": Kind(
        zoql_name="RatePlan",
        records=_below("subscriptions", expanded.rate_plans),
        fields=expanded.RATE_PLAN,
        custom="RatePlan",
        filters=(),
        relations={
            "rateplancharges": Relation(
                "ratePlanCharges", "rate-plan-charges", expanded.rate_plan_charges, is_many=True
            )
        },
    ),
    "rate-plan-charges": Kind(
        zoql_name="RatePlanCharge",
        records=_all_charges,
        fields=expanded.RATE_PLAN_CHARGE,
        custom="RatePlanCharge",
        filters=(),
    ),
    "order-line-items": Kind(
        zoql_name="OrderLineItem",
        records=table("order_line_items"),
        fields=expanded.ORDER_LINE_ITEM,
        custom="OrderLineItem",
        filters=(),
    ),
    "order-actions": Kind(
        zoql_name="OrderAction",
        records=_below("orders", expanded.order_actions),
        fields=expanded.ORDER_ACTION,
        filters=(),
        relations={
            "subscription": Relation("subscription", "subscriptions", expanded.subscription_of_action)
        },
    ),
}
