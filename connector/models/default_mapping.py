"""The mapping rows a new integration starts with. They are data: an administrator edits the copies.

Identity (CRM ids), parents and the links between account and contacts are not mapped: the connector fills them itself.
"""

from __future__ import annotations

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
    Rule(Pair.ORDER_LINE_ITEM, "Product2.Name", "itemName", transform="truncate", arguments={"length": 255}),
)
