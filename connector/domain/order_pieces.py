"""What one line becomes inside the Zuora order: a subscription with one rate plan and charge, or an order line item."""

from __future__ import annotations

from connector.domain import JSON
from connector.domain.catalog import ChargeSetup, sku_of
from connector.domain.lines import Line
from connector.domain.operations import Ref
from connector.domain.snapshot import OrderSnapshot
from connector.domain.values import cleaned


def subscription(line: Line) -> JSON:
    """The entry of `subscriptions` that creates this line's subscription: one rate plan with one charge, or one for each schedule."""
    assert line.term is not None  # noqa: S101 - the caller asks for subscription lines only
    whole_months = not line.term.days
    length: JSON = {
        "period": line.term.months if whole_months else (line.term.end - line.term.start).days,
        "periodType": "Month" if whole_months else "Day",
    }
    start = line.start.isoformat()
    # With the contract effective date alone, a tenant that asks for activation or acceptance keeps the order pending.
    return {
        "orderActions": [
            {
                "type": "CreateSubscription",
                "triggerDates": [{"name": "ContractEffective", "triggerDate": start}],
                "createSubscription": {
                    "subscriptionNumber": line.subscription_number,
                    "terms": {
                        "initialTerm": {"termType": "TERMED", "startDate": start, **length},
                        # Salesforce decides about renewals; Zuora must not renew by itself.
                        "autoRenew": False,
                        "renewalSetting": "RENEW_WITH_SPECIFIC_TERM",
                        "renewalTerms": [length],
                    },
                    "subscribeToRatePlans": [plan.rate_plan() for plan in line.usage] or [_rate_plan(line)],
                },
            }
        ]
    }


def _rate_plan(line: Line) -> JSON:
    if line.use.setup is ChargeSetup.RECURRING_FLAT_FEE:
        pricing: JSON = {
            "recurringFlatFee": {"listPrice": line.priced.price, "listPriceBase": "Per_Billing_Period"}
        }
    else:
        pricing = {
            "recurringPerUnit": {
                "listPrice": line.priced.price,
                "listPriceBase": "Per_Billing_Period",
                "quantity": line.counted,
            }
        }
    timing = "IN_ARREARS" if line.record.get("SBQQ__BillingType__c") == "Arrears" else "IN_ADVANCE"
    return {
        "productRatePlanId": Ref(line.use.rate_plan_key),
        "externallyManagedPlanId": line.record["Id"],
        "subscriptionRatePlanNumber": line.record["Id"],
        "chargeOverrides": [
            {
                "productRatePlanChargeId": Ref(line.use.charge_key),
                "pricing": pricing,
                "billing": {
                    "billingPeriod": line.use.billing_period,
                    "billingTiming": timing,
                    # Periods counted from the line's own start: only then is every period but the last one whole,
                    # and the sum Zuora bills equal to what was sold, whatever the account's bill cycle day.
                    "billCycleType": "ChargeTriggerDay",
                    "billingPeriodAlignment": "AlignToCharge",
                },
                "startDate": {"triggerEvent": "ContractEffective"},
                "endDate": {"endDateCondition": "Subscription_End"},
            }
        ],
    }


def order_line_item(order: OrderSnapshot, line: Line) -> JSON:
    """The entry of `orderLineItems` for a one-time line (vendor's field guide, order line item).

    Raises RecordError where its product has no usable product code."""
    product = line.use.product
    activated = str(order.record.get("ActivatedDate") or "")[:10]
    day = order.record["EffectiveDate"]
    return {
        "itemName": (cleaned(str(product.get("Name") or ""), multiline=False) or line.number)[:255],
        "itemType": "Product",
        "itemCategory": "Sales",
        "itemState": "SentToBilling",
        "quantity": line.counted,
        "amountPerUnit": line.unit_price,
        "listPricePerUnit": line.unit_price,
        "productCode": sku_of(product),
        "productRatePlanChargeId": Ref(line.use.charge_key),
        "purchaseOrderNumber": line.record["Id"],
        "transactionStartDate": day,
        "transactionEndDate": day,
        "billTargetDate": activated or day,
    }
