"""Order actions: one object for each kind, as orders take them and as previews do."""

from __future__ import annotations

from connector.sandbox.zuora.declared.pricing import (
    CHARGE_OVERRIDE,
    CHARGE_UPDATE,
    PERIOD_TYPES,
    PREVIEWED_CHANGE_OVERRIDE,
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


_LAST_TERM = shape(
    fields_of("integer", "period"),
    fields_of("date", "startDate endDate"),
    periodType=choice(PERIOD_TYPES),
    termType=choice("TERMED|EVERGREEN", required=True),
)
TERMS_AND_CONDITIONS = shape(
    _DOCUMENTS,
    _CLEARING,
    texts("communicationProfileId"),
    fields_of(
        "boolean",
        "autoRenew clearingExistingCommunicationProfile clearingScheduledCancelDate"
        " clearingScheduledResumeDate clearingScheduledSuspendDate invoiceSeparately",
    ),
    fields_of("date", "scheduledCancelDate scheduledResumeDate scheduledSuspendDate"),
    fields_of("opaque", "paymentProfile"),
    lastTerm=nested(_LAST_TERM),
    renewalSetting=_RENEWAL_SETTING,
    renewalTerms=_RENEWAL_TERMS,
)
OWNER_TRANSFER = shape(
    _DOCUMENTS,
    _CLEARING,
    texts("destinationAccountNumber=70 destinationInvoiceAccountNumber=70"),
    fields_of("opaque", "paymentProfile"),
)
_PERIOD_TYPE = choice("Day|Week|Month|Year")
SUSPEND = shape(
    fields_of("integer", "suspendPeriods"),
    fields_of("date", "suspendSpecificDate"),
    suspendPeriodsType=_PERIOD_TYPE,
    suspendPolicy=choice("Today|EndOfLastInvoicePeriod|FixedPeriodsFromToday|SpecificDate", required=True),
)
RESUME = shape(
    fields_of("boolean", "extendsTerm"),
    fields_of("integer", "resumePeriods"),
    fields_of("date", "resumeSpecificDate"),
    resumePeriodsType=_PERIOD_TYPE,
    resumePolicy=choice(
        "Today|FixedPeriodsFromSuspendDate|FixedPeriodsFromToday|SpecificDate|SuspendDate", required=True
    ),
)


def _change_plan(override: Shape) -> Shape:
    plan = shape(
        without(RATE_PLAN, "isAddingSubsetCharges").fields,
        chargeOverrides=many(nested(without(override, "taxable"))),
    )
    return shape(
        texts(
            "externalCatalogPlanId productRatePlanId productRatePlanNumber ratePlanId subscriptionRatePlanNumber"
        ),
        fields_of("boolean", "resetBcd"),
        effectivePolicy=choice("EffectiveImmediately|EffectiveEndOfBillingPeriod|SpecificDate"),
        newProductRatePlan=nested(plan, required=True),
        subType=choice("Upgrade|Downgrade|Crossgrade|PlanChanged"),
    )


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


def _action(create: Shape, add: Shape, update: Shape, change: Shape) -> Shape:
    return shape(
        texts("changeReason=255"),
        addProduct=nested(add),
        cancelSubscription=nested(CANCEL),
        changePlan=nested(change),
        createSubscription=nested(create),
        customFields=custom("OrderAction"),
        removeProduct=nested(REMOVE_PRODUCT),
        ownerTransfer=nested(OWNER_TRANSFER),
        renewSubscription=nested(RENEW),
        resume=nested(RESUME),
        suspend=nested(SUSPEND),
        termsAndConditions=nested(TERMS_AND_CONDITIONS),
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


ACTION = _action(CREATE_SUBSCRIPTION, RATE_PLAN, UPDATE_PRODUCT, _change_plan(CHARGE_OVERRIDE))
PREVIEWED_ACTION = _action(
    _create_subscription(PREVIEWED_PLAN),
    PREVIEWED_PLAN,
    PREVIEWED_UPDATE,
    _change_plan(PREVIEWED_CHANGE_OVERRIDE),
)
