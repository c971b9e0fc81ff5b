"""Products, rate plans and charges as the CRUD operations take them: capitalised names, enums with blanks."""

from __future__ import annotations

from connector.sandbox.zuora.fields import Field, choice, fields_of, many, nested, shape, texts

TIER_FIELDS = shape(
    texts("Currency"),
    fields_of("number", "DiscountAmount DiscountPercentage EndingUnit Price StartingUnit"),
    fields_of("boolean", "IsOveragePrice"),
    PriceFormat=choice("Flat Fee|Per Unit"),
)
TIERS = nested(shape(ProductRatePlanChargeTier=many(nested(TIER_FIELDS))), required=True)

PRODUCT = shape(
    texts("Category=100 Description=500 Name*=100 ProductNumber=100 SKU=50"),
    fields_of("date", "EffectiveEndDate* EffectiveStartDate*"),
    fields_of("boolean", "AllowFeatureChanges"),
    custom="Product",
)

RATE_PLAN = shape(
    texts(
        "Description=500 ExternalIdSourceSystem ExternalRatePlanIds Name*=255 ProductId*=32"
        " ProductRatePlanNumber=100"
    ),
    fields_of("date", "EffectiveEndDate EffectiveStartDate"),
    fields_of("number", "Grade"),
    custom="ProductRatePlan",
    ActiveCurrencies=many(Field("text")),
)

_CHOICES = {
    "ApplyDiscountTo": choice(
        "ONETIME (1)|RECURRING (2)|USAGE (4)|ONETIMERECURRING (3)|ONETIMEUSAGE (5)|RECURRINGUSAGE (6)"
        "|ONETIMERECURRINGUSAGE (7)"
    ),
    "BillCycleType": choice(
        "DefaultFromCustomer|SpecificDayofMonth|SubscriptionStartDay|ChargeTriggerDay|SpecificDayofWeek"
        "|TermStartDay|TermEndDay",
        required=True,
    ),
    "BillingPeriod": choice(
        "Month|Quarter|Annual|Semi-Annual|Specific Months|Subscription Term|Week|Specific Weeks|Specific Days",
        required=True,
    ),
    "BillingPeriodAlignment": choice(
        "AlignToCharge|AlignToSubscriptionStart|AlignToTermStart|AlignToTermEnd"
    ),
    "BillingTiming": choice("In Advance|In Arrears"),
    "ChargeFunction": choice(
        "Standard|Prepayment|CommitmentTrueUp|Drawdown|CreditCommitment|DrawdownAndCreditCommitment"
    ),
    "CommitmentType": choice("UNIT|CURRENCY"),
    "ChargeModel": choice(
        "Discount-Fixed Amount|Discount-Percentage|Flat Fee Pricing|Per Unit Pricing|Overage Pricing"
        "|Tiered Pricing|Tiered with Overage Pricing|Volume Pricing|Delivery Pricing|MultiAttributePricing"
        "|PreratedPerUnit|PreratedPricing`|HighWatermarkVolumePricing|HighWatermarkTieredPricing",
        required=True,
    ),
    "ChargeType": choice("OneTime|Recurring|Usage", required=True),
    "CreditOption": choice("TimeBased|ConsumptionBased|FullCreditBack"),
    "DiscountLevel": choice("rateplan|subscription|account"),
    "EndDateCondition": choice("SubscriptionEnd|FixedPeriod"),
    "ListPriceBase": choice("Per Billing Period|Per Month|Per Week|Per Year|Per Specific Months"),
    "OverageCalculationOption": choice("EndOfSmoothingPeriod|PerBillingPeriod"),
    "OverageUnusedUnitsCreditOption": choice("NoCredit|CreditBySpecificRate"),
    "PrepaidOperationType": choice("topup|drawdown"),
    "PriceChangeOption": choice("NoChange|SpecificPercentageValue|UseLatestProductCatalogPricing"),
    "PriceIncreaseOption": choice("FromTenantPercentageValue|SpecificPercentageValue"),
    "ProrationOption": choice("NoProration|TimeBasedProration|DefaultFromTenantSetting|ChargeFullPeriod"),
    "RatingGroup": choice("ByBillingPeriod|ByUsageStartDate|ByUsageRecord|ByUsageUpload|ByGroupId"),
    "RevRecTriggerCondition": choice("ContractEffectiveDate|ServiceActivationDate|CustomerAcceptanceDate"),
    "RevenueAmortizationMethod": choice("Immediate|Ratable Using Start And End Dates"),
    "RevenueRecognitionRuleName": choice("Recognize upon invoicing|Recognize daily over time"),
    "RevenueRecognitionTiming": choice("Upon Billing Document Posting Date|Upon Order Activation Date"),
    "RolloverApply": choice("ApplyFirst|ApplyLast"),
    "SmoothingModel": choice("RollingWindow|Rollover"),
    "TaxMode": choice("TaxExclusive|TaxInclusive"),
    "TriggerEvent": choice("ContractEffective|ServiceActivation|CustomerAcceptance", required=True),
    "UpToPeriodsType": choice("Billing Periods|Days|Weeks|Months|Years"),
    "UsageRecordRatingOption": choice("EndOfBillingPeriod|OnDemand"),
    "ValidityPeriodType": choice("SUBSCRIPTION_TERM|ANNUAL|SEMI_ANNUAL|QUARTER|MONTH"),
    "WeeklyBillCycleDay": choice("Sunday|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday"),
}

CHARGE = shape(
    _CHOICES,
    texts(
        "AccountingCode=100 DeferredRevenueAccount=100 Description=500 DrawdownUom Formula Name*=100"
        " PrepaidUom ProductCategory ProductClass ProductFamily ProductLine"
        " ProductRatePlanChargeNumber=100 ProductRatePlanId*=32 RecognizedRevenueAccount=100"
        " RevRecCode=70 TaxCode=64 UOM=25"
    ),
    fields_of(
        "boolean",
        "ApplyToBillingPeriodPartially ExcludeItemBillingFromRevenueAccounting"
        " ExcludeItemBookingFromRevenueAccounting IsAllocationEligible IsPrepaid IsRollover"
        " IsStackedDiscount IsUnbilled LegacyRevenueReporting ReflectDiscountInNetAmount Taxable"
        " UseDiscountSpecificAccountingCode* UseTenantDefaultForPriceChange",
    ),
    fields_of(
        "number",
        "DefaultQuantity DrawdownRate IncludedUnits MaxQuantity MinQuantity PrepaidQuantity"
        " PrepaidTotalQuantity"
        " PriceIncreasePercentage RolloverPeriods",
    ),
    fields_of(
        "integer", "BillCycleDay NumberOfPeriod RolloverPeriodLength SpecificBillingPeriod UpToPeriods"
    ),
    fields_of("opaque", "ChargeModelConfiguration DeliverySchedule"),
    custom="ProductRatePlanCharge",
    ProductRatePlanChargeTierData=TIERS,
    SpecificListPriceBase=Field("integer", at_least=1, at_most=120),
)
