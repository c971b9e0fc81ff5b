"""Charges inside orders: price overrides and price updates by charge model, billing, start and end.

Orders spell their enums with underscores (`Semi_Annual`), the catalog with blanks (`Semi-Annual`). Models
that no subscription of this sandbox has are taken as they are and refused later.
"""

from __future__ import annotations

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

QUANTITY = Field("number", at_least=0)
LIST_PRICE_BASE = choice("Per_Billing_Period|Per_Month|Per_Week|Per_Year|Per_Specific_Months")
PERIOD_TYPES = "Month|Year|Day|Week"
CUSTOM_CHARGE_FIELDS = nested(Shape({}, "RatePlanCharge"))

TIER = nested(
    shape(
        fields_of("number", "endingUnit originalListPrice price* startingUnit*"),
        tier=Field("integer", required=True, at_least=1),
        priceFormat=choice("FlatFee|PerUnit", required=True),
    )
)
_CHANGE = {
    "priceChangeOption": choice("NoChange|SpecificPercentageValue|UseLatestProductCatalogPricing"),
    "priceIncreasePercentage": Field("number", at_least=-100),
}
_PRICE = fields_of("number", "listPrice originalListPrice")
_BASE = {
    "listPriceBase": LIST_PRICE_BASE,
    "specificListPriceBase": Field("integer", at_least=1, at_most=200),
}
_TIERED = shape(_CHANGE, _BASE, fields_of("number", "uom"), quantity=QUANTITY, tiers=many(TIER))
_ONE_TIME_TIERED = shape(fields_of("number", "uom"), quantity=QUANTITY, tiers=many(TIER))

OVERRIDE_PRICING = shape(
    fields_of(
        "opaque",
        "chargeModelData discount recurringCalculated recurringDeliveryBased usageOverage usageTiered"
        " usageTieredWithOverage usageVolume usageFlatFee usagePerUnit",
    ),
    oneTimeFlatFee=nested(shape(fields_of("number", "listPrice* originalListPrice"))),
    oneTimePerUnit=nested(shape(_PRICE, fields_of("number", "uom"), quantity=QUANTITY)),
    oneTimeTiered=nested(_ONE_TIME_TIERED),
    oneTimeVolume=nested(_ONE_TIME_TIERED),
    recurringFlatFee=nested(shape(_CHANGE, _BASE, _PRICE)),
    recurringPerUnit=nested(shape(_CHANGE, _BASE, _PRICE, fields_of("number", "uom"), quantity=QUANTITY)),
    recurringTiered=nested(_TIERED),
    recurringVolume=nested(_TIERED),
)
UPDATE_PRICING = shape(
    fields_of(
        "opaque",
        "chargeModelData discount recurringCalculated recurringDeliveryBased usageFlatFee usageOverage"
        " usagePerUnit usageTiered usageTieredWithOverage usageVolume",
    ),
    recurringFlatFee=nested(shape(_CHANGE, _PRICE)),
    recurringPerUnit=nested(shape(_CHANGE, _PRICE, quantity=QUANTITY)),
    recurringTiered=nested(shape(_CHANGE, quantity=QUANTITY, tiers=many(TIER))),
    recurringVolume=nested(shape(_CHANGE, quantity=QUANTITY, tiers=many(TIER))),
)

BILLING = shape(
    fields_of("integer", "specificBillingPeriod"),
    billCycleDay=Field("integer", at_least=0, at_most=31),
    billCycleType=choice(
        "DefaultFromCustomer|SpecificDayofMonth|SubscriptionStartDay|ChargeTriggerDay|SpecificDayofWeek"
    ),
    billingPeriod=choice(
        "Month|Quarter|Semi_Annual|Annual|Eighteen_Months|Two_Years|Three_Years|Five_Years|Specific_Months"
        "|Subscription_Term|Week|Specific_Weeks|Specific_Days"
    ),
    billingPeriodAlignment=choice("AlignToCharge|AlignToSubscriptionStart|AlignToTermStart"),
    billingTiming=choice("IN_ADVANCE|IN_ARREARS"),
    weeklyBillCycleDay=choice("Sunday|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday"),
)
END = shape(
    fields_of("date", "specificEndDate"),
    fields_of("integer", "upToPeriods"),
    endDateCondition=choice("Subscription_End|Fixed_Period|Specific_End_Date"),
    endDatePolicy=choice("AlignToApplyToCharge|SpecificEndDate|FixedPeriod"),
    upToPeriodsType=choice("Billing_Periods|Days|Weeks|Months|Years"),
)
_TRIGGER_EVENT = choice("ContractEffective|ServiceActivation|CustomerAcceptance|SpecificDate")
START = shape(
    fields_of("date", "specificTriggerDate"),
    fields_of("integer", "periodsAfterChargeStart"),
    startDatePolicy=choice(
        "AlignToApplyToCharge|SpecificDate|EndOfLastInvoicePeriodOfApplyToCharge"
        "|FixedPeriodAfterApplyToChargeStartDate"
    ),
    startPeriodsType=choice("Days|Weeks|Months|Years"),
    triggerEvent=_TRIGGER_EVENT,
)
UPDATE_START = shape(fields_of("date", "specificTriggerDate"), triggerEvent=_TRIGGER_EVENT)

CHARGE_OVERRIDE = shape(
    texts(
        "accountReceivableAccountingCode adjustmentLiabilityAccountingCode"
        " adjustmentRevenueAccountingCode chargeModel chargeNumber=50 chargeType"
        " contractAssetAccountingCode contractLiabilityAccountingCode"
        " contractRecognizedRevenueAccountingCode deferredRevenueAccountingCode name pobPolicy"
        " productCategory productClass productFamily productLine productRatePlanChargeId*"
        " productRatePlanChargeNumber recognizedRevenueAccountingCode revRecCode=70"
        " revenueRecognitionRuleName taxCode unBilledReceivablesAccountingCode uniqueToken=50"
        " upsellOriginChargeNumber"
    ),
    fields_of(
        "boolean",
        "excludeItemBillingFromRevenueAccounting excludeItemBookingFromRevenueAccounting"
        " isAllocationEligible"
        " isRollover isUnbilled taxable",
    ),
    fields_of("number", "drawdownRate prepaidQuantity rolloverPeriods"),
    fields_of("integer", "rolloverPeriodLength"),
    fields_of("date", "estimatedStartDate"),
    fields_of("opaque", "negotiatedPriceTable pricingAttributes ratingPropertiesOverride"),
    billing=nested(BILLING),
    chargeFunction=choice("CommitmentTrueUp|CreditCommitment"),
    commitmentType=choice("CURRENCY"),
    creditOption=choice("TimeBased|ConsumptionBased|FullCreditBack"),
    customFields=CUSTOM_CHARGE_FIELDS,
    endDate=nested(END),
    pricing=nested(OVERRIDE_PRICING),
    prorationOption=choice(
        "NoProration|TimeBasedProration|DefaultFromTenantSetting|ChargeFullPeriod"
        "|CustomizeProrationOptionOverrides"
    ),
    revRecTriggerCondition=choice("Contract Effective Date|Service Activation Date|Customer Acceptance Date"),
    revenueAmortizationMethod=choice("Immediate|Ratable Using Start And End Dates"),
    revenueRecognitionTiming=choice("Upon Billing Document Posting Date|Upon Order Activation Date"),
    rolloverApply=choice("ApplyFirst|ApplyLast"),
    startDate=nested(START),
    taxMode=choice("TaxExclusive|TaxInclusive"),
    validityPeriodType=choice("SUBSCRIPTION_TERM|ANNUAL|SEMI_ANNUAL|QUARTER|MONTH"),
)
_USAGE = (
    "pricing.usageFlatFee",
    "pricing.usageOverage",
    "pricing.usagePerUnit",
    "pricing.usageTiered",
    "pricing.usageTieredWithOverage",
    "pricing.usageVolume",
)
PREVIEWED_CHANGE_OVERRIDE = without(CHARGE_OVERRIDE, *_USAGE)
PREVIEWED_CHARGE_OVERRIDE = without(
    PREVIEWED_CHANGE_OVERRIDE,
    "startDate.periodsAfterChargeStart",
    "startDate.startDatePolicy",
    "startDate.startPeriodsType",
)
CHARGE_UPDATE = shape(
    texts("chargeNumber productRatePlanChargeId productRatePlanChargeNumber uniqueToken"),
    fields_of("date", "estimatedStartDate"),
    fields_of("number", "prepaidQuantity"),
    fields_of("opaque", "negotiatedPriceTable pricingAttributes"),
    billing=nested(
        shape(billingPeriodAlignment=choice("AlignToCharge|AlignToSubscriptionStart|AlignToTermStart"))
    ),
    customFields=CUSTOM_CHARGE_FIELDS,
    effectiveDate=nested(UPDATE_START),
    pricing=nested(UPDATE_PRICING),
)
PREVIEWED_CHARGE_UPDATE = without(
    CHARGE_UPDATE, *_USAGE, "pricing.recurringCalculated", "pricing.recurringDeliveryBased"
)
