"""Zuora's read names turned into its write names.

Object queries answer `salesRepName`, `vATId` and `postalCode` for what a POST or PUT calls `salesRep`, `taxInfo.VATId`
and `zipCode`. The domain compares and writes under the write names only, so they are changed here, at the door. Fields
without a write name (ids, balances, dates) are passed through; empty ones stay absent, as Zuora leaves them out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.domain import JSON

ACCOUNT: Mapping[str, str] = {
    "salesRepName": "salesRep",
    "vATId": "taxInfo.VATId",
    "taxCompanyCode": "taxInfo.companyCode",
    "taxExemptCertificateID": "taxInfo.exemptCertificateId",
    "taxExemptCertificateType": "taxInfo.exemptCertificateType",
    "taxExemptDescription": "taxInfo.exemptDescription",
    "taxExemptEffectiveDate": "taxInfo.exemptEffectiveDate",
    "taxExemptEntityUseCode": "taxInfo.exemptEntityUseCode",
    "taxExemptExpirationDate": "taxInfo.exemptExpirationDate",
    "taxExemptIssuingJurisdiction": "taxInfo.exemptIssuingJurisdiction",
    "taxExemptStatus": "taxInfo.exemptStatus",
}
CONTACT: Mapping[str, str] = {"postalCode": "zipCode"}
NESTED_CONTACTS: Mapping[str, str] = {
    "billTo": "billToContact",
    "soldTo": "soldToContact",
    "shipTo": "shipToContact",
}


def account(record: JSON) -> JSON:
    """An account of an object query under write names, its contacts nested as in a POST."""
    written: JSON = {}
    for name, value in record.items():
        if name in NESTED_CONTACTS:
            if isinstance(value, Mapping):
                written[NESTED_CONTACTS[name]] = contact(dict(value))
        elif name == "additionalEmailAddresses":
            written[name] = _addresses(value)
        else:
            _put(written, ACCOUNT.get(name, name), value)
    return written


def contact(record: JSON) -> JSON:
    return {CONTACT.get(name, name): value for name, value in record.items()}


def _addresses(value: object) -> list[str]:
    """Read as one comma-separated text, written as a list."""
    if isinstance(value, list):
        return [str(address) for address in value]
    return [address.strip() for address in str(value or "").split(",") if address.strip()]


def _put(record: JSON, target: str, value: Any) -> None:
    outer, _, inner = target.partition(".")
    if inner:
        record.setdefault(outer, {})[inner] = value
    else:
        record[outer] = value
