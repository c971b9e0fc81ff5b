"""Accounts: created by POST /v1/accounts, patched by PUT, and created inside an order."""

from __future__ import annotations

from connector.sandbox.zuora.declared import contacts
from connector.sandbox.zuora.fields import (
    Field,
    Shape,
    choice,
    fields_of,
    many,
    nested,
    optional,
    shape,
    texts,
)

NAME = Field("text", required=True, length=255, plain=True)
TAX_INFO = shape(
    texts(
        "VATId=25 companyCode=50 exemptCertificateId=32 exemptCertificateType=32 exemptDescription=500"
        " exemptEntityUseCode=64 exemptIssuingJurisdiction=32"
    ),
    fields_of("date", "exemptEffectiveDate exemptExpirationDate"),
    exemptStatus=choice("No|Yes|PendingVerification"),
)
_SHARED = {
    **texts(
        "batch communicationProfileId creditMemoTemplateId crmId=100 customerServiceRepName=50"
        " debitMemoTemplateId invoiceTemplateId=32 notes=65535 parentId paymentGateway=40 paymentTerm"
        " purchaseOrderNumber=100 salesRep=50 sequenceSetId=32"
    ),
    **fields_of("boolean", "autoPay invoiceDeliveryPrefsEmail invoiceDeliveryPrefsPrint partnerAccount"),
    "name": NAME,
}
_BY_REST = {
    **texts("profileNumber summaryStatementTemplateId tagging"),
    **fields_of("opaque", "einvoiceProfile gatewayRoutingEligible"),
    "additionalEmailAddresses": many(Field("text")),
    "billCycleDay": Field("integer", at_least=0, at_most=31),
    "taxInfo": nested(TAX_INFO),
}
_ON_CREATION = {
    **texts("accountNumber=70 currency* hpmCreditCardPaymentMethodId organizationLabel"),
    **fields_of("boolean", "shipToSameAsBillTo soldToSameAsBillTo"),
    **fields_of("opaque", "creditCard paymentMethod"),
}

CREATE = shape(
    _SHARED,
    _BY_REST,
    _ON_CREATION,
    texts("creditMemoReasonCode"),
    fields_of("date", "documentDate targetDate"),
    fields_of("boolean", "applyCredit applyCreditBalance collect runBilling"),
    fields_of("opaque", "applicationOrder subscription"),
    custom="Account",
    billToContact=nested(contacts.IN_ACCOUNT, required=True),
    soldToContact=nested(contacts.IN_ACCOUNT),
    shipToContact=nested(contacts.IN_ACCOUNT),
)

UPDATE = optional(
    shape(
        _SHARED,
        _BY_REST,
        texts("billToContactId defaultPaymentMethodId=64 shipToContactId soldToContactId"),
        custom="Account",
        billToContact=nested(contacts.IN_ACCOUNT_UPDATE),
        soldToContact=nested(contacts.IN_ACCOUNT_UPDATE),
        shipToContact=nested(contacts.IN_ACCOUNT_UPDATE),
    )
)

IN_ORDER = shape(
    _SHARED,
    _ON_CREATION,
    texts("additionalEmailAddresses=1200"),
    fields_of("boolean", "allowInvoiceEdit"),
    billCycleDay=Field("integer", required=True, at_least=0, at_most=31),
    billToContact=nested(contacts.IN_ORDER, required=True),
    soldToContact=nested(contacts.IN_ORDER),
    shipToContact=nested(contacts.IN_ORDER),
    customFields=nested(Shape({}, "Account")),
    taxInfo=nested(
        Shape({name: field for name, field in TAX_INFO.fields.items() if name != "exemptEntityUseCode"})
    ),
)
