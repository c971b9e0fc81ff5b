"""Orders: created at once, created in the background, and previewed; one set of order actions for all
three.
"""

from __future__ import annotations

from connector.sandbox.zuora.declared import accounts
from connector.sandbox.zuora.declared.pricing import (
    CHARGE_OVERRIDE,
    CHARGE_UPDATE,
    PERIOD_TYPES,
    PREVIEWED_CHARGE_OVERRIDE,
    PREVIEWED_CHARGE_UPDATE,
)
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


def custom(object_name: str) -> Field:
    return nested(Shape({}, object_name))


_RENEWAL_SETTING = choice("RENEW_WITH_SPECIFIC_TERM|RENEW_TO_EVERGREEN")
_RENEWAL_TERMS = many(nested(shape(fields_of("integer", "period"), periodType=choice(PERIOD_TYPES))))
_DOCUMENTS = texts(
    "billToContactId invoiceGroupNumber=255 invoiceTemplateId paymentTerm sequenceSetId shipToContactId"
    " soldToContactId"
)
_CLEARING = fields_of(
    "boolean",
    "clearingExistingBillToContact clearingExistingInvoiceGroupNumber clearingExistingInvoiceTemplate"
    " clearingExistingPaymentTerm clearingExistingSequenceSet clearingExistingShipToContact"
    " clearingExistingSoldToContact",
)
TERMS = shape(
    fields_of("boolean", "autoRenew"),
    initialTerm=nested(
        shape(
            fields_of("integer", "period"),
            fields_of("date", "startDate endDate"),
            periodType=choice(PERIOD_TYPES),
            termType=choice("TERMED|EVERGREEN", required=True),
        ),
        required=True,
    ),
    renewalSetting=_RENEWAL_SETTING,
    renewalTerms=_RENEWAL_TERMS,
)

RATE_PLAN = shape(
    texts(
        "externalCatalogPlanId externallyManagedPlanId productRatePlanId productRatePlanNumber ratePlanName"
        " subscriptionRatePlanNumber=50 uniqueToken=50"
    ),
    fields_of("boolean", "clearingExistingFeatures isAddingSubsetCharges isFromExternalCatalog"),
    fields_of("opaque", "subscriptionProductFeatures"),
    chargeOverrides=many(nested(CHARGE_OVERRIDE)),
    customFields=custom("RatePlan"),
)
# A preview knows the plan by its id only, and takes no external ids.
PREVIEWED_PLAN = shape(
    without(RATE_PLAN, "externalCatalogPlanId", "externallyManagedPlanId").fields,
    texts("productRatePlanId*"),
    chargeOverrides=many(nested(PREVIEWED_CHARGE_OVERRIDE)),
)
UPDATE_PRODUCT = shape(
    texts("externalCatalogPlanId productRatePlanNumber ratePlanId subscriptionRatePlanNumber uniqueToken"),
    fields_of("boolean", "clearingExistingFeatures isAddingSubsetCharges"),
    fields_of("date", "specificUpdateDate"),
    fields_of("opaque", "subscriptionProductFeatures"),
    chargeUpdates=many(nested(CHARGE_UPDATE)),
    customFields=custom("RatePlan"),
)
PREVIEWED_UPDATE = shape(
    without(UPDATE_PRODUCT, "externalCatalogPlanId").fields,
    chargeUpdates=many(nested(PREVIEWED_CHARGE_UPDATE)),
)
REMOVE_PRODUCT = shape(
    texts("externalCatalogPlanId productRatePlanNumber ratePlanId subscriptionRatePlanNumber uniqueToken"),
    fields_of("opaque", "chargeUpdates"),
    customFields=custom("RatePlan"),
)
CANCEL = shape(
    fields_of("date", "cancellationEffectiveDate"),
    cancellationPolicy=choice("EndOfCurrentTerm|EndOfLastInvoicePeriod|SpecificDate", required=True),
)
RENEW = shape(_DOCUMENTS, _CLEARING)


def _create_subscription(plan: Shape) -> Shape:
    return shape(
        _DOCUMENTS,
        texts(
            "currency=3 invoiceOwnerAccountNumber=70 notes=500 subscriptionNumber=100"
            " subscriptionOwnerAccountNumber=70"
        ),
        fields_of("boolean", "invoiceSeparately"),
        fields_of("opaque", "newSubscriptionOwnerAccount"),
        subscribeToRatePlans=many(nested(plan)),
        terms=nested(TERMS),
    )


CREATE_SUBSCRIPTION = shape(_create_subscription(RATE_PLAN).fields, fields_of("opaque", "paymentProfile"))


def _action(create: Shape, add: Shape, update: Shape) -> Shape:
    return shape(
        texts("changeReason=255"),
        fields_of("opaque", "changePlan ownerTransfer resume suspend termsAndConditions"),
        addProduct=nested(add),
        cancelSubscription=nested(CANCEL),
        createSubscription=nested(create),
        customFields=custom("OrderAction"),
        removeProduct=nested(REMOVE_PRODUCT),
        renewSubscription=nested(RENEW),
        triggerDates=many(
            nested(
                shape(
                    fields_of("date", "triggerDate"),
                    name=choice("ContractEffective|ServiceActivation|CustomerAcceptance"),
                )
            )
        ),
        type=choice(
            "CreateSubscription|TermsAndConditions|AddProduct|UpdateProduct|RemoveProduct|RenewSubscription"
            "|CancelSubscription|OwnerTransfer|Suspend|Resume|ChangePlan",
            required=True,
        ),
        updateProduct=nested(update),
    )


ACTION = _action(CREATE_SUBSCRIPTION, RATE_PLAN, UPDATE_PRODUCT)
PREVIEWED_ACTION = _action(_create_subscription(PREVIEWED_PLAN), PREVIEWED_PLAN, PREVIEWED_UPDATE)
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
        " contractRecognizedRevenueAccountingCode currency deferredRevenueAccountingCode itemName"
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
    **texts("existingAccountId existingAccountNumber=70 orderNumber=100 reasonCode=255"),
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
