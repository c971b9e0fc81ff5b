"""The mapping rows a new integration starts with. They are data: an administrator edits the copies.

What identifies a record or decides what is billed is not mapped: the connector fills it itself (domain/own_fields.py).
"""

from __future__ import annotations

from connector.domain import JSON
from connector.domain.order_mapping import SELDOM_THERE
from connector.domain.rules import Mode, Pair, Rule


def _address(pair: Pair, prefix: str) -> tuple[Rule, ...]:
    """The five parts of a Salesforce address, under Zuora's names.

    Countries go as ISO codes: Zuora documents that it takes them, while its list of names is the tenant's own.
    """
    return (
        Rule(pair, f"{prefix}Street", "address1"),
        Rule(pair, f"{prefix}City", "city"),
        Rule(pair, f"{prefix}State", "state", transform="state_name"),
        Rule(pair, f"{prefix}PostalCode", "zipCode"),
        Rule(pair, f"{prefix}Country", "country", transform="country_code"),
    )


def _quote(source: str, target: str, transform: str, arguments: JSON | None = None) -> Rule:
    """Laid on every subscription of an order, where the integration carries quote and opportunity."""
    return Rule(Pair.ORDER, source, f"quote.{target}", transform=transform, arguments=arguments or {})


# Zuora's document: "New, Amendment, Renew or Cancel", and for the business "New, Upsell, Downsell, Renewal or Churn". Which of
# those CPQ's three types mean is unverified; an amendment may be an upsell or a downsell, so its business type is left out.
_QUOTE_TYPE = "SBQQ__Quote__r.SBQQ__Type__c"
_QUOTE_TYPES = {"Quote": "New", "Amendment": "Amendment", "Renewal": "Renew"}
_BUSINESS_TYPES = {"Quote": "New", "Renewal": "Renewal"}

DEFAULT_RULES: tuple[Rule, ...] = (
    Rule(Pair.ACCOUNT, "Name", "name", transform="truncate", arguments={"length": 255}, required=True),
    # Without a default of its own: an account that states no currency takes the integration's.
    Rule(Pair.ACCOUNT, "CurrencyIsoCode", "currency", mode=Mode.CREATE_ONLY),
    Rule(Pair.ACCOUNT, "OwnerId", "salesRep"),
    Rule(Pair.ACCOUNT, "Description", "notes"),
    Rule(Pair.ACCOUNT, "", "billCycleDay", transform="number", default=1, mode=Mode.CREATE_ONLY),
    # Said explicitly: Zuora sets accounts made through its API to auto-pay otherwise.
    Rule(Pair.ACCOUNT, "", "autoPay", transform="boolean", default=False, mode=Mode.CREATE_ONLY),
    *_address(Pair.BILL_TO, "Billing"),
    *_address(Pair.SOLD_TO, "Shipping"),
    Rule(Pair.CONTACT, "FirstName", "firstName", required=True),
    Rule(Pair.CONTACT, "LastName", "lastName", required=True),
    Rule(Pair.CONTACT, "Email", "workEmail"),
    Rule(Pair.CONTACT, "Phone", "workPhone"),
    Rule(Pair.CONTACT, "MobilePhone", "mobilePhone"),
    Rule(Pair.CONTACT, "Fax", "fax"),
    *_address(Pair.CONTACT, "Mailing"),
    Rule(Pair.PRODUCT, "Name", "Name", transform="truncate", arguments={"length": 100}),
    Rule(Pair.PRODUCT, "Description", "Description", transform="truncate", arguments={"length": 500}),
    Rule(Pair.RATE_PLAN, "Name", "Name", transform="truncate", arguments={"length": 255}),
    Rule(Pair.CHARGE, "Name", "Name", transform="truncate", arguments={"length": 100}),
    # Accounting codes; without these fields the integration's accounting code counts.
    *SELDOM_THERE,
    Rule(Pair.CHARGE, "", "UseDiscountSpecificAccountingCode", transform="boolean", default=False),
    Rule(Pair.ORDER, "Description", "description", transform="truncate", arguments={"length": 255}),
    _quote("SBQQ__Quote__r.Name", "QuoteNumber__QT", "truncate", {"length": 32}),
    _quote(_QUOTE_TYPE, "QuoteType__QT", "lookup", {"table": _QUOTE_TYPES, "default": ""}),
    _quote(_QUOTE_TYPE, "QuoteBusinessType__QT", "lookup", {"table": _BUSINESS_TYPES, "default": ""}),
    _quote("Opportunity.Name", "OpportunityName__QT", "truncate", {"length": 100}),
    _quote("Opportunity.CloseDate", "OpportunityCloseDate__QT", "date"),
    Rule(Pair.ORDER_LINE_ITEM, "Product2.Name", "itemName", transform="truncate", arguments={"length": 255}),
    Rule(Pair.ORDER_LINE_ITEM, "Description", "description", transform="truncate", arguments={"length": 255}),
    Rule(Pair.ORDER_LINE_ITEM, "", "itemType", default="Product"),
)
