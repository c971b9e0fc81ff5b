"""What the demo's Zuora tenant holds before the first sync: accounts that people entered by hand in earlier
years.

Bodies for POST /v1/accounts. One is to be found and brought up to date, one carries its CRM ID in the
15-character form, and two carry the same CRM ID, which Zuora does not forbid.
"""

from __future__ import annotations

from connector.sandbox.demo_org.companies import Company

Record = dict[str, object]


def existing_account(
    company: Company, *, crm_id: str, name: str, number: str, first: str, last: str
) -> Record:
    """An account as somebody typed it in: the name and the person of that time, and the address of today."""
    address = company.billing
    return {
        "name": name,
        "accountNumber": number,
        "currency": company.currency,
        "crmId": crm_id,
        "billCycleDay": 1,
        "autoPay": False,
        "paymentTerm": "Net 30",
        "notes": "Entered by hand.",
        "billToContact": {
            "firstName": first,
            "lastName": last,
            "address1": address.street,
            "city": address.city,
            "state": address.state,
            "zipCode": address.postal_code,
            "country": address.country,
            "workEmail": f"accounts@{company.domain}",
        },
        "soldToSameAsBillTo": True,
    }


def zuora_accounts(companies: dict[str, Company]) -> list[Record]:
    known = companies["shamrock_sample"]
    by_short_id = companies["voorbeeld_bollen"]
    doubled = companies["several_in_zuora"]
    return [
        existing_account(
            known,
            crm_id=known.salesforce_id,
            name="Shamrock Sample Limited",
            number="HAND-0001",
            first="Shamrock",
            last="Accounts",
        ),
        existing_account(
            by_short_id,
            crm_id=by_short_id.salesforce_id[:15],
            name=by_short_id.name,
            number="HAND-0002",
            first="Lotte",
            last="Voorbeeld",
        ),
        *(
            existing_account(
                doubled,
                crm_id=doubled.salesforce_id,
                name=f"{doubled.name} ({branch})",
                number=number,
                first="Doris",
                last="Doppel",
            )
            for branch, number in (("Hamburg", "HAND-0003"), ("Bremen", "HAND-0004"))
        ),
    ]
