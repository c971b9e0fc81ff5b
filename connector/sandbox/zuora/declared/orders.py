"""Orders: created at once, created in the background, and previewed; one set of order actions for all
three.
"""

from __future__ import annotations

from connector.sandbox.zuora.declared import accounts
from connector.sandbox.zuora.declared.order_actions import ACTION, PREVIEWED_ACTION, custom
from connector.sandbox.zuora.declared.pricing import CUSTOM_CHARGE_FIELDS
from connector.sandbox.zuora.fields import (
    Field,
    Shape,
    choice,
    fields_of,
    many,
    nested,
    shape,
    texts,
    without,
)

QUOTE = shape(
    texts("OpportunityCloseDate__QT OpportunityName__QT QuoteBusinessType__QT QuoteNumber__QT QuoteType__QT")
)


def _subscriptions(action: Shape) -> Field:
    return many(
        nested(
            shape(
                texts("notes=1000 subscriptionNumber"),
                fields_of("opaque", "ramp"),
                customFields=custom("Subscription"),
                orderActions=many(nested(action)),
                quote=nested(QUOTE),
            )
        )
    )


LINE_ITEM = shape(
    texts(
        "UOM accountingCode adjustmentLiabilityAccountingCode adjustmentRevenueAccountingCode billTo"
        " contractAssetAccountingCode contractLiabilityAccountingCode"
        " contractRecognizedRevenueAccountingCode currency deferredRevenueAccountingCode description itemName"
        " itemNumber originalOrderLineItemNumber originalOrderNumber ownerAccountNumber productCode"
        " productRatePlanChargeId purchaseOrderNumber recognizedRevenueAccountingCode"
        " relatedSubscriptionNumber revenueRecognitionRule invoiceGroupNumber=255 sequenceSetId"
        " paymentTerm invoiceTemplateId shipTo soldTo taxCode unbilledReceivablesAccountingCode"
    ),
    fields_of("number", "amountPerUnit inlineDiscountPerUnit listPricePerUnit quantity"),
    fields_of("date", "billTargetDate transactionEndDate transactionStartDate"),
    fields_of(
        "boolean",
        "excludeItemBillingFromRevenueAccounting excludeItemBookingFromRevenueAccounting"
        " isAllocationEligible"
        " isUnbilled",
    ),
    billingRule=choice("TriggerWithoutFulfillment|TriggerAsFulfillmentOccurs"),
    customFields=custom("OrderLineItem"),
    inlineDiscountType=choice("Percentage|FixedAmount|None"),
    itemCategory=choice("Sales|Return"),
    itemState=choice("Executing|Booked|SentToBilling|Complete|Cancelled"),
    itemType=choice("Product|Fee|Services"),
    revenueAmortizationMethod=choice("Immediate|Ratable Using Start And End Dates"),
    revenueRecognitionTiming=choice("Upon Billing Document Posting Date|Upon Order Activation Date"),
    taxMode=choice("TaxInclusive|TaxExclusive"),
)

_BILLING_OPTIONS = shape(
    texts("creditMemoReasonCode"),
    fields_of("date", "documentDate targetDate"),
    fields_of("boolean", "generateDraftInvoice"),
    chargeTypeToExclude=many(choice("OneTime|Recurring|Usage")),
)
_PROCESSING = {
    **fields_of("boolean", "applyCredit applyCreditBalance collectPayment runBilling"),
    **fields_of("opaque", "applicationOrder electronicPaymentOptions"),
    "billingOptions": nested(_BILLING_OPTIONS),
}
_ORDER = {
    **texts("existingAccountId existingAccountNumber=70 orderNumber=100 description reasonCode=255"),
    **fields_of("date", "orderDate*"),
    "category": choice("NewSales|Return"),
    "customFields": custom("Order"),
    "orderLineItems": many(nested(LINE_ITEM)),
}
ORDER = shape(
    _ORDER,
    fields_of("opaque", "commitments schedulingOptions"),
    newAccount=nested(accounts.IN_ORDER),
    processingOptions=nested(
        shape(
            _PROCESSING,
            texts("refundReasonCode"),
            fields_of("boolean", "refund writeOff"),
            fields_of("number", "refundAmount"),
            fields_of("opaque", "writeOffBehavior"),
        )
    ),
    status=choice("Draft|Pending|Completed|Scheduled|Executing|Failed"),
    subscriptions=_subscriptions(ACTION),
)
ASYNC_ORDER = shape(
    _ORDER,
    externallyManagedBy=choice("Amazon|Apple|Google|Roku"),
    newAccount=nested(accounts.IN_ORDER),
    processingOptions=nested(shape(_PROCESSING)),
    subscriptions=_subscriptions(ACTION),
)
_LATE_DATES = shape(fields_of("date", "triggerDate"), name=choice("ServiceActivation|CustomerAcceptance"))
TRIGGER_DATES = shape(
    subscriptions=many(
        nested(
            shape(
                texts("subscriptionNumber*=100"),
                orderActions=many(
                    nested(
                        shape(
                            fields_of("integer", "sequence*"),
                            charges=many(
                                nested(shape(texts("chargeNumber"), fields_of("date", "specificTriggerDate")))
                            ),
                            triggerDates=many(nested(_LATE_DATES)),
                        )
                    )
                ),
            )
        )
    )
)
PREVIEW_OPTIONS = shape(
    fields_of("boolean", "skipTax validateScheduledOrders"),
    fields_of("integer", "previewNumberOfPeriods"),
    fields_of("date", "specificPreviewThruDate"),
    chargeTypeToExclude=many(choice("OneTime|Recurring|Usage")),
    previewThruType=choice("SpecificDate|TermEnd|NumberOfPeriods"),
    previewTypes=many(
        choice("ChargeMetrics|BillingDocs|OrderDeltaMetrics|OrderMetrics|RampMetrics|RampDeltaMetrics")
    ),
)
PREVIEW = shape(
    _ORDER,
    fields_of("opaque", "previewAccountInfo"),
    previewOptions=nested(PREVIEW_OPTIONS, required=True),
    subscriptions=_subscriptions(PREVIEWED_ACTION),
)
ORDER_FIELDS = shape(
    customFields=custom("Order"),
    subscriptions=many(
        nested(
            shape(
                texts("subscriptionNumber"),
                orderActions=many(
                    nested(
                        shape(
                            texts("orderActionId"),
                            fields_of("integer", "sequence"),
                            customFields=custom("OrderAction"),
                        )
                    )
                ),
            )
        )
    ),
)
SUBSCRIPTION_FIELDS = shape(
    customFields=custom("Subscription"),
    ratePlans=many(
        nested(
            shape(
                texts("ratePlanId"),
                charges=many(
                    nested(shape(texts("chargeId chargeNumber"), customFields=CUSTOM_CHARGE_FIELDS))
                ),
                customFields=custom("RatePlan"),
            )
        )
    ),
)
_FIXED = (
    *("currency", "itemCategory", "itemNumber", "productRatePlanChargeId"),
    *("originalOrderLineItemNumber", "originalOrderNumber"),
)
LINE_ITEM_CHANGE = shape(
    without(LINE_ITEM, *_FIXED).fields,
    itemState=choice("Executing|Booked|SentToBilling|Complete|Canceled"),  # so spelled here
)
