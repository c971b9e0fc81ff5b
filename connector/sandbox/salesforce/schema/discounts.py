"""Discount and price schedules, which order products may point to.

Of the price schedule only the name is known: the sources name it as the target of a lookup.
"""

from __future__ import annotations

from connector.sandbox.salesforce.schema.cpq_values import CONSUMPTION_TYPES
from connector.sandbox.salesforce.schema.fields import (
    SObject,
    audit,
    checkbox,
    currency,
    currency_code,
    identity,
    lookup,
    master_detail,
    name_of,
    number,
    owner,
    percent,
    picklist,
    textarea,
)

DISCOUNT_SCHEDULE = SObject(
    "SBQQ__DiscountSchedule__c",
    "Discount Schedule",
    "Discount Schedules",
    "a09",
    fields=(
        *identity(),
        name_of(80),
        owner(),
        lookup("SBQQ__Account__c", "Account", children="Discount_Schedules"),
        picklist("SBQQ__AggregationScope__c", "Quote", "Group"),
        picklist("SBQQ__ConstraintField__c", "Account__c"),
        checkbox("SBQQ__CrossOrders__c"),
        checkbox("SBQQ__CrossProducts__c"),
        textarea("SBQQ__Description__c", 5_000),
        picklist("SBQQ__DiscountUnit__c", "Percent", "Amount", "Price"),
        textarea("SBQQ__ExcludedPricebookIds__c"),
        checkbox("SBQQ__IncludeBundledProducts__c"),
        lookup("SBQQ__OrderProduct__c", "OrderItem", children="DiscountSchedules"),
        lookup("SBQQ__Order__c", "Order", children="DiscountSchedules"),
        lookup(
            "SBQQ__OriginalDiscountSchedule__c", "SBQQ__DiscountSchedule__c", children="DiscountSchedules"
        ),
        picklist("SBQQ__OverrideBehavior__c", "All", "Current Tier Only"),
        number("SBQQ__PriceScale__c", 8, 0),
        lookup("SBQQ__Pricebook__c", "Pricebook2", children="DiscountSchedules"),
        lookup("SBQQ__Product__c", "Product2", children="DiscountSchedules"),
        picklist("SBQQ__QuoteLineQuantityField__c", "Quantity"),
        lookup("SBQQ__QuoteLine__c", "SBQQ__QuoteLine__c", children="Discount_Schedules"),
        lookup("SBQQ__Quote__c", "SBQQ__Quote__c", children="Discount_Schedules"),
        picklist("SBQQ__Type__c", *CONSUMPTION_TYPES),
        checkbox("SBQQ__UsePriceForAmount__c"),
        checkbox("SBQQ__UserDefined__c"),
        currency_code(),
        *audit(viewed=False),
    ),
)

DISCOUNT_TIER = SObject(
    "SBQQ__DiscountTier__c",
    "Discount Tier",
    "Discount Tiers",
    "a0A",
    fields=(
        *identity(),
        name_of(80),
        currency("SBQQ__DiscountAmount__c", 14),
        percent("SBQQ__Discount__c", 14, 10),
        number("SBQQ__LowerBound__c", 12, 0),
        number("SBQQ__Number__c", 5, 0),
        currency("SBQQ__Price__c", 18, 7),
        master_detail("SBQQ__Schedule__c", "SBQQ__DiscountSchedule__c", children="DiscountTiers"),
        number("SBQQ__UpperBound__c", 12, 0),
        currency_code(),
        *audit(viewed=False),
    ),
)

PRICE_SCHEDULE = SObject(
    "SBQQ__PriceSchedule__c",
    "Price Schedule",
    "Price Schedules",
    "a0B",
    fields=(*identity(), name_of(80), owner(), currency_code(), *audit(viewed=False)),
)
