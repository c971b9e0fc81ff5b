"""The fields of object query, which differ from those of the v1 operations: shown name -> where the value
comes from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from connector.sandbox.zuora.fields import words
from connector.sandbox.zuora.store import Record
from connector.sandbox.zuora.tenant import USER_ID

Source = str | Callable[[Record], Any]


def same(names: str) -> dict[str, Source]:
    return {name: name for name in words(names)}


def value(record: Record, source: Source) -> Any:
    return record.get(source) if isinstance(source, str) else source(record)


def custom_values(record: Record) -> dict[str, Any]:
    return {name: held for name, held in record.items() if name.endswith(("__c", "__NS"))}


def _tax(name: str) -> Source:
    return lambda record: record["taxInfo"].get(name)


STAMPS: Mapping[str, Source] = {
    **same("id createdDate updatedDate"),
    "createdById": lambda _: USER_ID,
    "updatedById": lambda _: USER_ID,
}

ACCOUNT: Mapping[str, Source] = {
    **STAMPS,
    **same(
        "accountNumber autoPay batch billCycleDay billToId communicationProfileId"
        " creditMemoTemplateId crmId currency customerServiceRepName debitMemoTemplateId"
        " defaultPaymentMethodId invoiceDeliveryPrefsEmail invoiceDeliveryPrefsPrint invoiceTemplateId"
        " name notes parentId partnerAccount paymentGateway paymentTerm purchaseOrderNumber"
        " sequenceSetId shipToId soldToId status"
    ),
    "additionalEmailAddresses": lambda record: ",".join(record["additionalEmailAddresses"]) or None,
    "allowInvoiceEdit": lambda _: False,
    "balance": lambda _: 0,
    "bcdSettingOption": lambda record: "ManualSet" if record["billCycleDay"] else "AutoSet",
    "lastInvoiceDate": lambda _: None,
    "salesRepName": "salesRep",
    "taxCompanyCode": _tax("companyCode"),
    "taxExemptCertificateID": _tax("exemptCertificateId"),
    "taxExemptCertificateType": _tax("exemptCertificateType"),
    "taxExemptDescription": _tax("exemptDescription"),
    "taxExemptEffectiveDate": _tax("exemptEffectiveDate"),
    "taxExemptEntityUseCode": _tax("exemptEntityUseCode"),
    "taxExemptExpirationDate": _tax("exemptExpirationDate"),
    "taxExemptIssuingJurisdiction": _tax("exemptIssuingJurisdiction"),
    "taxExemptStatus": _tax("exemptStatus"),
    "vATId": _tax("VATId"),
}

CONTACT: Mapping[str, Source] = {
    **STAMPS,
    **same(
        "accountId address1 address2 asBillTo asShipTo asSoldTo city country county fax firstName"
        " homePhone lastName mobilePhone nickname otherPhone otherPhoneType personalEmail state"
        " taxRegion workEmail workPhone"
    ),
    "postalCode": "zipCode",
}
