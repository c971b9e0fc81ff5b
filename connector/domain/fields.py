"""What Zuora lets us write: the fields a mapping may fill, with their kind, length and limits.

One table per object under the names of the REST requests, so that a mapping row can be checked when it
is saved and a value before it is sent: a value Zuora would refuse is a sentence in the log instead of an
error code. Fields that belong to the flow (contacts by id, payment methods, billing in the same call)
are left out on purpose: a mapping row must not reach them. Custom fields (`…__c`) are accepted without
being listed; their types are the tenant's.

Lengths are Zuora's published ones, from the OpenAPI document where it states them and else from the
SDK's texts. For a contact inside an account request they are those of that request, which for
`mobilePhone` is the shorter one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from connector.domain.rules import Pair


class Kind(StrEnum):
    TEXT = "text"
    EMAIL = "e-mail address"
    BOOLEAN = "yes/no"
    INTEGER = "whole number"
    DATE = "date"
    LIST = "list of e-mail addresses"
    CUSTOM = "custom field"


@dataclass(frozen=True, slots=True)
class ZuoraField:
    """One field of a Zuora request. `max_length` counts characters; None: not published."""

    name: str
    kind: Kind = Kind.TEXT
    max_length: int | None = None
    on_update: bool = True
    """False: given once, when the record is created, and never changed."""
    four_byte: bool = True
    """Whether characters beyond U+FFFF (emoji, rare ideographs) are accepted."""
    multiline: bool = False
    can_be_emptied: bool = True
    choices: tuple[str, ...] = ()


_CUSTOM_NAME = re.compile(r"[A-Za-z](?:[A-Za-z0-9_]{0,252})__c", re.ASCII)


def _table(*rows: ZuoraField) -> dict[str, ZuoraField]:
    return {row.name: row for row in rows}


def _given(*rows: ZuoraField) -> dict[str, ZuoraField]:
    """Fields that stay as they were given at creation: of what was sold, for a standard field may change what is billed, and of the
    catalogue, which the connector never changes."""
    return _table(*(replace(row, on_update=False) for row in rows))


def _flag(name: str) -> ZuoraField:
    return ZuoraField(name, Kind.BOOLEAN, can_be_emptied=False)


_ACCOUNT = _table(
    ZuoraField("name", max_length=255, four_byte=False, can_be_emptied=False),
    # The shorter of two published lengths. A number with the tenant's own prefix is refused by Zuora.
    ZuoraField("accountNumber", max_length=50, on_update=False),
    ZuoraField("currency", max_length=3, on_update=False),
    ZuoraField("organizationLabel", on_update=False),
    ZuoraField("crmId", max_length=100),
    ZuoraField("parentId", max_length=32),
    ZuoraField("notes", max_length=65535, multiline=True),
    ZuoraField("billCycleDay", Kind.INTEGER, can_be_emptied=False),
    ZuoraField("paymentTerm", can_be_emptied=False),
    ZuoraField("batch", can_be_emptied=False),
    ZuoraField("salesRep", max_length=50),
    ZuoraField("customerServiceRepName", max_length=50),
    ZuoraField("purchaseOrderNumber", max_length=100),
    ZuoraField("additionalEmailAddresses", Kind.LIST),
    ZuoraField("communicationProfileId", max_length=32),
    ZuoraField("invoiceTemplateId", max_length=32),
    ZuoraField("creditMemoTemplateId", max_length=32),
    ZuoraField("debitMemoTemplateId", max_length=32),
    ZuoraField("summaryStatementTemplateId", max_length=32),
    ZuoraField("sequenceSetId", max_length=32),
    ZuoraField("paymentGateway", max_length=40),
    ZuoraField("profileNumber"),
    ZuoraField("tagging"),
    _flag("autoPay"),
    _flag("partnerAccount"),
    _flag("gatewayRoutingEligible"),
    _flag("invoiceDeliveryPrefsEmail"),
    _flag("invoiceDeliveryPrefsPrint"),
    ZuoraField("taxInfo.VATId"),
    ZuoraField("taxInfo.companyCode"),
    ZuoraField("taxInfo.exemptCertificateId"),
    ZuoraField("taxInfo.exemptCertificateType"),
    ZuoraField("taxInfo.exemptDescription"),
    ZuoraField("taxInfo.exemptEffectiveDate", Kind.DATE),
    ZuoraField("taxInfo.exemptEntityUseCode", max_length=64),
    ZuoraField("taxInfo.exemptExpirationDate", Kind.DATE),
    ZuoraField("taxInfo.exemptIssuingJurisdiction"),
    ZuoraField("taxInfo.exemptStatus", can_be_emptied=False),
    ZuoraField("einvoiceProfile.businessCategory", choices=("B2B", "B2C", "B2G")),
    ZuoraField("einvoiceProfile.businessName", max_length=255),
    ZuoraField("einvoiceProfile.businessNumber"),
    ZuoraField("einvoiceProfile.businessNumberSchemeId"),
    _flag("einvoiceProfile.enabled"),
    ZuoraField("einvoiceProfile.endpointId"),
    ZuoraField("einvoiceProfile.endpointSchemeId"),
    ZuoraField("einvoiceProfile.taxRegisterNumber"),
    ZuoraField("Class__NS", max_length=255),
    ZuoraField("CustomerType__NS", choices=("Company", "Individual"), can_be_emptied=False),
    ZuoraField("Department__NS", max_length=255),
    ZuoraField("IntegrationId__NS", max_length=255),
    ZuoraField("IntegrationStatus__NS", max_length=255),
    ZuoraField("Location__NS", max_length=255),
    ZuoraField("Subsidiary__NS", max_length=255),
    ZuoraField("SyncDate__NS", max_length=255),
    ZuoraField("SynctoNetSuite__NS", choices=("Yes", "No"), can_be_emptied=False),
)

_INLINE_CONTACT = _table(
    ZuoraField("firstName", max_length=100, four_byte=False, can_be_emptied=False),
    ZuoraField("lastName", max_length=100, four_byte=False, can_be_emptied=False),
    ZuoraField("nickname", max_length=100),
    ZuoraField("address1", max_length=255, multiline=True),
    ZuoraField("address2", max_length=255, multiline=True),
    ZuoraField("city", max_length=100),
    ZuoraField("county", max_length=100),
    ZuoraField("state", max_length=100),
    ZuoraField("zipCode", max_length=20),
    ZuoraField("country", max_length=64),
    ZuoraField("taxRegion", max_length=100),
    ZuoraField("workEmail", Kind.EMAIL, max_length=80),
    ZuoraField("personalEmail", Kind.EMAIL, max_length=80),
    ZuoraField("workPhone", max_length=40),
    ZuoraField("homePhone", max_length=40),
    ZuoraField("mobilePhone", max_length=40),
    ZuoraField("otherPhone", max_length=40),
    ZuoraField("otherPhoneType", choices=("Work", "Mobile", "Home", "Other")),
    ZuoraField("fax", max_length=40),
)

_CONTACT = {
    **_INLINE_CONTACT,
    "mobilePhone": replace(_INLINE_CONTACT["mobilePhone"], max_length=100),
    "contactDescription": ZuoraField("contactDescription", max_length=100),
}

# Of products and orders only what neither identifies a record nor changes what is billed: prices, quantities, periods, dates and
# accounts are the connector's to say, from the money that was sold.
_PRODUCT = _given(
    ZuoraField("Name", max_length=100, can_be_emptied=False),
    ZuoraField("Description", max_length=500, multiline=True),
    ZuoraField("Category", max_length=100),
    ZuoraField("ProductNumber", max_length=100),
)
_RATE_PLAN = _given(
    ZuoraField("Name", max_length=255, can_be_emptied=False),
    ZuoraField("Description", max_length=500, multiline=True),
    ZuoraField("ProductRatePlanNumber", max_length=100),
)
_REVENUE_CHOICES = (
    "Upon Billing Document Posting Date",
    "Upon Order Activation Date",
)
_CHARGE = _given(
    ZuoraField("Name", max_length=100, can_be_emptied=False),
    ZuoraField("Description", max_length=500, multiline=True),
    ZuoraField("ProductRatePlanChargeNumber", max_length=100),
    ZuoraField("AccountingCode", max_length=100),
    ZuoraField("DeferredRevenueAccount", max_length=100),
    ZuoraField("RecognizedRevenueAccount", max_length=100),
    ZuoraField("RevenueRecognitionRuleName"),
    ZuoraField("RevRecCode", max_length=70),
    _flag("UseDiscountSpecificAccountingCode"),
    ZuoraField("ProductCategory"),
    ZuoraField("ProductClass"),
    ZuoraField("ProductFamily"),
    ZuoraField("ProductLine"),
)
# How long descriptions of orders and line items may be is unverified: no longer than other texts of an order.
_DESCRIPTION = ZuoraField("description", max_length=255, multiline=True)
_ORDER = _given(
    _DESCRIPTION,
    ZuoraField("reasonCode", max_length=255),
    # Laid on each of its subscriptions.
    ZuoraField("quote.QuoteNumber__QT", max_length=32),
    ZuoraField("quote.QuoteType__QT", max_length=32),
    ZuoraField("quote.QuoteBusinessType__QT", max_length=32),
    ZuoraField("quote.OpportunityName__QT", max_length=100),
    ZuoraField("quote.OpportunityCloseDate__QT", Kind.DATE),
)
_LINE_ITEM = _given(
    ZuoraField("itemName", max_length=255, can_be_emptied=False),
    _DESCRIPTION,
    ZuoraField("itemType", choices=("Product", "Fee", "Services"), can_be_emptied=False),
    ZuoraField("invoiceGroupNumber", max_length=255),
    ZuoraField("sequenceSetId", max_length=32),
    ZuoraField("invoiceTemplateId", max_length=32),
    ZuoraField("accountingCode"),
    ZuoraField("deferredRevenueAccountingCode"),
    ZuoraField("recognizedRevenueAccountingCode"),
    ZuoraField("revenueRecognitionRule"),
    ZuoraField("revenueRecognitionTiming", max_length=200, choices=_REVENUE_CHOICES),
)
_SUBSCRIPTION = _given(
    ZuoraField("notes", max_length=500, multiline=True),
    ZuoraField("invoiceGroupNumber", max_length=255),
    _flag("invoiceSeparately"),
    ZuoraField("invoiceTemplateId", max_length=32),
    ZuoraField("sequenceSetId", max_length=32),
)
_SUBSCRIPTION_RATE_PLAN = _given(ZuoraField("ratePlanName", max_length=255, can_be_emptied=False))
_SUBSCRIPTION_CHARGE = _given(
    ZuoraField("name", max_length=100, can_be_emptied=False),
    ZuoraField("deferredRevenueAccountingCode"),
    ZuoraField("recognizedRevenueAccountingCode"),
    ZuoraField("revenueRecognitionRuleName"),
    ZuoraField("revRecCode", max_length=70),
    ZuoraField("productCategory"),
    ZuoraField("productClass"),
    ZuoraField("productFamily"),
    ZuoraField("productLine"),
)

_TABLES = {
    Pair.ACCOUNT: _ACCOUNT,
    Pair.BILL_TO: _INLINE_CONTACT,
    Pair.SOLD_TO: _INLINE_CONTACT,
    Pair.CONTACT: _CONTACT,
    Pair.PRODUCT: _PRODUCT,
    Pair.RATE_PLAN: _RATE_PLAN,
    Pair.CHARGE: _CHARGE,
    Pair.ORDER: _ORDER,
    Pair.ORDER_LINE_ITEM: _LINE_ITEM,
    Pair.SUBSCRIPTION: _SUBSCRIPTION,
    Pair.SUBSCRIPTION_RATE_PLAN: _SUBSCRIPTION_RATE_PLAN,
    Pair.SUBSCRIPTION_CHARGE: _SUBSCRIPTION_CHARGE,
}
_CATALOGUE = (Pair.PRODUCT, Pair.RATE_PLAN, Pair.CHARGE)


def names(pair: Pair) -> tuple[str, ...]:
    """Every listed field a mapping row of this pair can fill, in the order of the table."""
    return tuple(_TABLES[pair])


def is_custom(target: str) -> bool:
    """Whether the name is that of a Zuora custom field. They stand at the top of a request, never nested."""
    return _CUSTOM_NAME.fullmatch(target) is not None


def find(pair: Pair, target: str) -> ZuoraField | None:
    """The field of that exact name, a custom one without known limits, or None: Zuora has no such field."""
    declared = _TABLES[pair].get(target)
    if declared is None and is_custom(target):
        return ZuoraField(target, Kind.CUSTOM, on_update=pair not in _CATALOGUE, multiline=True)
    return declared
