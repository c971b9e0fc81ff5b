"""What the demo org says of a company, and the Salesforce Account made from it.

A flaw is one override on an otherwise sound company: the contacts keep the sound address, so that every
failing account fails for one reason only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from connector.sandbox.demo_org.identifiers import case_twin, salesforce_id
from connector.sandbox.demo_org.people import mailbox, phone_number, user_for

Record = dict[str, object]

_TITLES = ("Chief Financial Officer", "Head of Operations", "Accounts Payable Lead", "IT Director")


@dataclass(frozen=True, slots=True)
class Address:
    """An address as Salesforce holds it: names of state and country written out, unless a company says
    otherwise."""

    street: str
    city: str
    state: str
    postal_code: str
    country: str


def address_fields(address: Address | None, prefix: str) -> Record:
    """The five fields of an address, e.g. BillingStreet for the prefix "Billing"; all None without one."""
    return {
        f"{prefix}Street": address and address.street,
        f"{prefix}City": address and address.city,
        f"{prefix}State": address and address.state,
        f"{prefix}PostalCode": address and address.postal_code,
        f"{prefix}Country": address and address.country,
    }


@dataclass(frozen=True, slots=True)
class Company:
    """One company. `parent` is the key of another; `people` are "First Last" names; `overrides` are written
    over the Account as they stand, which is how a flaw gets in; `same_letters_as` asks for an id that
    differs from that company's in case only."""

    key: str
    name: str
    currency: str
    industry: str
    billing: Address
    people: tuple[str, ...] = ()
    shipping: Address | None = None
    parent: str = ""
    note: str = ""
    same_letters_as: str = ""
    overrides: Mapping[str, object] = field(default_factory=dict)

    @property
    def salesforce_id(self) -> str:
        if self.same_letters_as:
            return case_twin(account_id(self.same_letters_as))
        return account_id(self.key)

    @property
    def domain(self) -> str:
        return f"{self.key.replace('_', '-')}.example"


def account_id(key: str) -> str:
    return salesforce_id("Account", key)


def account_record(company: Company, *, number: int) -> Record:
    """The Account; `number` is its place in the org, which makes its account number and telephone number."""
    return {
        "Id": company.salesforce_id,
        "IsDeleted": False,
        "MasterRecordId": None,
        "Name": company.name,
        "Type": "Customer - Direct",
        "ParentId": account_id(company.parent) if company.parent else None,
        "OwnerId": user_for(company.billing.country),
        "AccountNumber": f"DEMO-{number:04d}",
        "CurrencyIsoCode": company.currency,
        "Industry": company.industry,
        "Phone": phone_number(company.billing.country, number),
        "Website": f"https://www.{company.domain}",
        "Description": company.note or None,
        **address_fields(company.billing, "Billing"),
        **address_fields(company.shipping, "Shipping"),
        **company.overrides,
    }


def contact_id(company_key: str, name: str) -> str:
    return salesforce_id("Contact", f"{company_key}/{name}")


def contact_records(company: Company, *, number: int) -> list[Record]:
    """The company's Contacts, with the company's sound billing address as their mailing address."""
    return [
        {
            "Id": contact_id(company.key, name),
            "AccountId": company.salesforce_id,
            "OwnerId": user_for(company.billing.country),
            "CurrencyIsoCode": company.currency,
            "FirstName": first,
            "LastName": last,
            "Name": name,
            "Title": _TITLES[place],
            "Email": f"{mailbox(first, last, spare=f'contact{place + 1}')}@{company.domain}",
            "Phone": phone_number(company.billing.country, 2 * number + place),
            # Not everybody has given a mobile number.
            "MobilePhone": phone_number(company.billing.country, 99 - number) if place % 2 == 0 else None,
            **address_fields(company.billing, "Mailing"),
        }
        for place, name in enumerate(company.people)
        for first, last in [name.split(" ", 1)]
    ]
