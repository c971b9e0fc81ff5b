"""What lines become inside the Zuora order: a subscription with one rate plan and charge, or an order line item."""

from __future__ import annotations

from collections.abc import Sequence

from connector.domain import JSON
from connector.domain.catalog import sku_of
from connector.domain.chains import Chain
from connector.domain.lines import Line
from connector.domain.operations import Ref
from connector.domain.order_actions import dated, length
from connector.domain.rules import Options
from connector.domain.snapshot import OrderSnapshot
from connector.domain.values import cleaned


def create_subscription(chain: Chain, line: Line, *, triggers: Sequence[JSON], options: Options) -> JSON:
    """The action that creates the subscription of a chain, opened by `line`: one rate plan with one charge, or one for
    each consumption schedule.

    With the contract effective date alone, a tenant that asks for activation or acceptance keeps the order pending.
    """
    span = chain.periods.terms[0]
    return {
        "type": "CreateSubscription",
        "triggerDates": dated(span.start, triggers),
        "createSubscription": {
            "subscriptionNumber": chain.number,
            "terms": _terms(chain, options),
            "subscribeToRatePlans": [plan.rate_plan(start=_start(chain)) for plan in line.usage]
            or [_rate_plan(chain, line)],
        },
    }


def tokens(chain: Chain) -> tuple[str, str]:
    """By what later actions of the same order name the rate plan and the charge of a chain it opens (at most 50 characters)."""
    return f"{chain.root}-plan", f"{chain.root}-charge"


def _terms(chain: Chain, options: Options) -> JSON:
    """Salesforce decides about renewals; Zuora must not renew by itself."""
    span = chain.periods.terms[0]
    start = span.start.isoformat()
    if span.end is None:
        # Zuora takes neither renewal terms nor auto-renewal with an evergreen term.
        return {"initialTerm": {"termType": "EVERGREEN", "startDate": start}, "autoRenew": False}
    term = length(span, in_days=options.term_in_days)
    return {
        "initialTerm": {"termType": "TERMED", "startDate": start, **term},
        "autoRenew": False,
        "renewalSetting": "RENEW_WITH_SPECIFIC_TERM",
        "renewalTerms": [term],
    }


def _rate_plan(chain: Chain, line: Line) -> JSON:
    first, *later = chain.segments()
    plan_token, charge_token = ({"uniqueToken": token} if later else {} for token in tokens(chain))
    pricing: JSON = {"listPrice": first.price, **_base(chain)}
    name = "recurringFlatFee" if chain.charging.is_flat else "recurringPerUnit"
    if not chain.charging.is_flat:
        pricing["quantity"] = first.quantity
    timing = "IN_ARREARS" if line.record.get("SBQQ__BillingType__c") == "Arrears" else "IN_ADVANCE"
    return {
        "productRatePlanId": Ref(line.use.rate_plan_key),
        "externallyManagedPlanId": chain.root,
        "subscriptionRatePlanNumber": chain.root,
        **plan_token,
        "chargeOverrides": [
            {
                **charge_token,
                "productRatePlanChargeId": Ref(line.use.charge_key),
                "pricing": {name: pricing},
                "billing": {
                    "billingPeriod": chain.periods.billing_period,
                    "billingTiming": timing,
                    # Periods counted from the line's own start: only then is every period but the last one whole,
                    # and the sum Zuora bills equal to what was sold, whatever the account's bill cycle day.
                    "billCycleType": "ChargeTriggerDay",
                    "billingPeriodAlignment": "AlignToCharge",
                },
                "startDate": _start(chain),
                "endDate": {"endDateCondition": "Subscription_End"},
            }
        ],
    }


def _base(chain: Chain) -> JSON:
    months = chain.charging.base * chain.charging.period_months
    if chain.charging.base == 1:
        return {"listPriceBase": "Per_Billing_Period"}
    return {"listPriceBase": "Per_Specific_Months", "specificListPriceBase": int(months)}


def _start(chain: Chain) -> JSON:
    if chain.periods.anchor == chain.periods.terms[0].start:
        return {"triggerEvent": "ContractEffective"}
    return {"triggerEvent": "SpecificDate", "specificTriggerDate": chain.periods.anchor.isoformat()}


def order_line_item(order: OrderSnapshot, line: Line) -> JSON:
    """The entry of `orderLineItems` for a one-time line (vendor's field guide, order line item).

    Raises RecordError where its product has no usable product code."""
    product = line.use.product
    activated = str(order.record.get("ActivatedDate") or "")[:10]
    day = order.record["EffectiveDate"]
    return {
        "itemName": (cleaned(str(product.get("Name") or ""), multiline=False) or line.number)[:255],
        "itemCategory": "Sales",
        "itemState": "SentToBilling",
        "quantity": line.counted,
        "amountPerUnit": line.unit_price,
        "listPricePerUnit": line.unit_price,
        "productCode": sku_of(product),
        **({"productRatePlanChargeId": Ref(line.uses[0].charge_key)} if line.uses else {}),
        "purchaseOrderNumber": line.record["Id"],
        "transactionStartDate": day,
        "transactionEndDate": day,
        "billTargetDate": activated or day,
    }
