"""What the connector fills itself, whatever the mapping says: the fields that identify a record or decide what is billed.

One table for all who ask: the refusal of a mapping row that would fill one of them, and the page that shows an administrator what
no row shows. Whatever else the connector sends is a row of the default mapping.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from connector.domain.rules import Pair


class Why(StrEnum):
    """Completes "The connector fills crmId itself: it …". Rows may fill what the connector only stands in for."""

    IDENTIFIES = "identifies the record"
    BILLS = "decides what is billed"
    STANDS_IN = "is filled where no mapping row gives it a value"
    NAMES_SCHEDULE = "tells the schedules of a product apart; otherwise a mapping row fills it"


@dataclass(frozen=True, slots=True)
class OwnField:
    """`source` is where the value comes from, as an administrator would say it; `target` stands for all that is nested in it."""

    pair: Pair
    source: str
    target: str
    why: Why


def refused(pair: Pair, target: str) -> OwnField | None:
    """The field of that name which no row may fill; None where a row may, or where the connector does not fill it."""
    return next(
        (each for each in OWN_FIELDS if each.why in _REFUSED and each.pair is pair and covers(each, target)),
        None,
    )


def of(pair: Pair) -> tuple[OwnField, ...]:
    return tuple(each for each in OWN_FIELDS if each.pair is pair)


def covers(field: OwnField, target: str) -> bool:
    return target == field.target or target.startswith(f"{field.target}.")


_REFUSED = (Why.IDENTIFIES, Why.BILLS)
_PRODUCT_ID = "Id; of usage ProductConsumptionSchedule.Id"
_ORDER_OWNERS = "the integration's owner fields of Order"
_CONTRACT_TERMS = "ServiceDate, EndDate, SBQQ__DefaultSubscriptionTerm__c, SBQQ__SubscriptionType__c"


def _rows(pair: Pair, why: Why, *rows: tuple[str, str]) -> tuple[OwnField, ...]:
    return tuple(OwnField(pair, source, target, why) for source, target in rows)


def _contact(pair: Pair, identity: str) -> tuple[OwnField, ...]:
    return _rows(
        pair,
        Why.IDENTIFIES,
        (identity, "crmId__c"),
        ("Order.Id, of the address of an order", "crmOrderId__c"),
        ("the account", "accountId"),
    )


def _address(pair: Pair, role: str, option: str) -> tuple[OwnField, ...]:
    name = f"the option “{option}”, else Name and _{role}"
    return (
        *_contact(pair, f"Id and -{role}, or Id of the designated contact"),
        *_rows(pair, Why.STANDS_IN, (name, "firstName"), (name, "lastName")),
    )


OWN_FIELDS: tuple[OwnField, ...] = (
    *_rows(Pair.ACCOUNT, Why.IDENTIFIES, ("Id", "crmId"), ("ParentId", "parentId")),
    *_rows(
        Pair.ACCOUNT,
        Why.BILLS,
        ("billing address", "billToContact"),
        ("billing address", "billToContactId"),
        ("shipping address", "soldToContact"),
        ("shipping address", "soldToContactId"),
        ("no shipping address", "soldToSameAsBillTo"),
    ),
    *_rows(
        Pair.ACCOUNT,
        Why.STANDS_IN,
        ("the option “account number from a template”", "accountNumber"),
        ("the option “default currency”", "currency"),
    ),
    *_address(Pair.BILL_TO, "billTo", "bill-to contact field"),
    *_address(Pair.SOLD_TO, "soldTo", "sold-to contact field"),
    *_contact(Pair.CONTACT, "Id"),
    *_rows(Pair.PRODUCT, Why.IDENTIFIES, ("ProductCode", "SKU")),
    *_rows(
        Pair.PRODUCT,
        Why.BILLS,
        ("the option “for sale from”", "EffectiveStartDate"),
        ("the option “for sale until”", "EffectiveEndDate"),
    ),
    *_rows(
        Pair.RATE_PLAN, Why.IDENTIFIES, (_PRODUCT_ID, "ExternalRatePlanIds"), ("the product", "ProductId")
    ),
    *_rows(
        Pair.RATE_PLAN,
        Why.BILLS,
        ("the option “for sale from”", "EffectiveStartDate"),
        ("the option “for sale until”", "EffectiveEndDate"),
        ("the order's currency and the option “currencies of new products”", "ActiveCurrencies"),
    ),
    *_rows(Pair.RATE_PLAN, Why.NAMES_SCHEDULE, ("of usage: Name and ConsumptionSchedule.Name", "Name")),
    *_rows(Pair.CHARGE, Why.IDENTIFIES, ("the rate plan", "ProductRatePlanId")),
    *_rows(
        Pair.CHARGE,
        Why.BILLS,
        ("SBQQ__ChargeType__c, SBQQ__SubscriptionPricing__c", "ChargeType"),
        ("SBQQ__PricingMethod__c, ConsumptionSchedule.Type", "ChargeModel"),
        ("SBQQ__BillingFrequency__c", "BillingPeriod"),
        ("ConsumptionSchedule.BillingTerm", "SpecificBillingPeriod"),
        ("always DefaultFromCustomer", "BillCycleType"),
        ("always In Advance; the order says its own", "BillingTiming"),
        ("always ContractEffective", "TriggerEvent"),
        ("always SubscriptionEnd", "EndDateCondition"),
        ("always Per Billing Period", "ListPriceBase"),
        ("0 in every currency; the order says its own", "ProductRatePlanChargeTierData"),
        ("QuantityUnitOfMeasure, else the option “unit of measure”", "UOM"),
        ("always 1; the order says its own", "DefaultQuantity"),
        ("SBQQ__Taxable__c", "Taxable"),
        ("SBQQ__TaxCode__c", "TaxCode"),
        ("TaxMode__c, else the option “tax mode”", "TaxMode"),
    ),
    *_rows(Pair.CHARGE, Why.NAMES_SCHEDULE, ("of usage: ConsumptionSchedule.Name", "Name")),
    *_rows(
        Pair.CHARGE,
        Why.STANDS_IN,
        ("the option “accounting code”", "AccountingCode"),
        ("the option “accounting code”", "DeferredRevenueAccount"),
        ("the option “accounting code”", "RecognizedRevenueAccount"),
    ),
    *_rows(
        Pair.ORDER,
        Why.IDENTIFIES,
        ("OrderNumber", "orderNumber"),
        ("AccountId", "existingAccountNumber"),
    ),
    *_rows(
        Pair.ORDER,
        Why.BILLS,
        ("EffectiveDate", "orderDate"),
        ("never a bill run or a payment", "processingOptions"),
    ),
    *_rows(
        Pair.ORDER_LINE_ITEM,
        Why.IDENTIFIES,
        ("Id", "purchaseOrderNumber"),
        ("Product2.ProductCode", "productCode"),
        ("Product2.Id", "productRatePlanChargeId"),
    ),
    *_rows(
        Pair.ORDER_LINE_ITEM,
        Why.BILLS,
        ("always Sales", "itemCategory"),
        ("always SentToBilling", "itemState"),
        ("Quantity", "quantity"),
        ("UnitPrice", "amountPerUnit"),
        ("UnitPrice", "listPricePerUnit"),
        ("Order.EffectiveDate", "transactionStartDate"),
        ("Order.EffectiveDate", "transactionEndDate"),
        ("Order.ActivatedDate, else Order.EffectiveDate", "billTargetDate"),
        (_ORDER_OWNERS, "ownerAccountNumber"),
        ("bill-to of the order", "billTo"),
        ("ship-to of the order", "soldTo"),
        ("Order.SBQQ__PaymentTerm__c", "paymentTerm"),
        ("Order.CurrencyIsoCode", "currency"),
    ),
    *_rows(
        Pair.SUBSCRIPTION,
        Why.IDENTIFIES,
        ("SBQQ__Subscription__r.Name, else the numbers of order and line", "subscriptionNumber"),
    ),
    *_rows(
        Pair.SUBSCRIPTION,
        Why.BILLS,
        (_CONTRACT_TERMS, "terms"),
        (_ORDER_OWNERS, "invoiceOwnerAccountNumber"),
        (_ORDER_OWNERS, "subscriptionOwnerAccountNumber"),
        ("bill-to of the order", "billToContactId"),
        ("ship-to of the order", "soldToContactId"),
        ("Order.SBQQ__PaymentTerm__c", "paymentTerm"),
        ("Order.CurrencyIsoCode", "currency"),
        ("ServiceDate and the authorized dates of the order", "triggerDates"),
        ("what the line does to the subscription", "type"),
        ("Quantity and price of a line that changes it", "updateProduct"),
        ("dates of a line that renews it", "termsAndConditions"),
        ("a line that renews it", "renewSubscription"),
        ("ServiceDate of a line that cancels it", "cancelSubscription"),
        ("another invoice owner of the order", "ownerTransfer"),
    ),
    *_rows(
        Pair.SUBSCRIPTION_RATE_PLAN,
        Why.IDENTIFIES,
        ("Product2.Id", "productRatePlanId"),
        ("Id; of usage OrderItemConsumptionSchedule.Id", "externallyManagedPlanId"),
        ("Id; of usage OrderItemConsumptionSchedule.Id", "subscriptionRatePlanNumber"),
        ("of usage: ProductConsumptionSchedule.Id", "externalCatalogPlanId"),
        ("Id, of a ramp", "uniqueToken"),
    ),
    *_rows(
        Pair.SUBSCRIPTION_CHARGE,
        Why.IDENTIFIES,
        ("Product2.Id", "productRatePlanChargeId"),
        ("Id, of a ramp", "uniqueToken"),
    ),
    *_rows(
        Pair.SUBSCRIPTION_CHARGE,
        Why.BILLS,
        ("UnitPrice, TotalPrice, Quantity, consumption rates", "pricing"),
        ("SBQQ__BillingFrequency__c, SBQQ__BillingType__c", "billing"),
        ("ServiceDate", "startDate"),
        ("always the end of the subscription", "endDate"),
    ),
)
