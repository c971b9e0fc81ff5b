"""Companies that a sync must refuse or stop at, each with one flaw, and the sound ones their flaws lean on.

`FLAWS` says of each what is wrong, in the words a reader of the demo should find again in its log.
"""

from __future__ import annotations

from connector.sandbox.demo_org.companies import Address, Company, account_id

_NEW_YORK = Address("99 Specimen Avenue", "New York", "New York", "10016", "United States")
_LEEDS = Address("12 Specimen Terrace", "Leeds", "West Yorkshire", "LS2 7EW", "United Kingdom")
_SEATTLE = Address("640 Specimen Way", "Seattle", "Washington", "98101", "United States")
_HAMBURG = Address("Probekai 5", "Hamburg", "Hamburg", "20457", "Germany")

_CHAIN = (*(f"nesting_dolls_{level}" for level in range(1, 6)), "too_deep")

FLAWS = {
    "no_billing_state": "The billing address has no state.",
    "no_country": "The billing address has no country.",
    "flawed_parent": "Its parent has a billing address without a state.",
    "parent_cycle": "Its parent's parent is the account itself.",
    "parent_cycle_other": "Its parent's parent is the account itself.",
    "too_deep": "It stands at the sixth level of its hierarchy; Zuora has five.",
    "emoji_name": "Its name holds a character of four bytes in UTF-8, which Zuora refuses.",
    "path_in_name": "Its name holds a path separator, which Zuora refuses.",
    "missing_product_code": "A product it ordered has no product code.",
    "unknown_country": "Its billing country is not a country.",
    "unknown_state": "Its billing state is not a state of the United States.",
    "currency_not_enabled": "Its currency is not enabled in Zuora.",
    "several_in_zuora": "Two accounts in Zuora carry its CRM ID.",
    "deleted": "It is deleted.",
    "amends_nowhere": "An amendment changes an order product that was never activated.",
    "amends_another_customer": "An amendment changes an order product of another customer.",
    "usage_without_schedule": "A usage line it ordered has no consumption schedule.",
    "usage_not_subscription": "A usage line it ordered is no subscription.",
}

COMPANIES = (
    Company(
        "no_billing_state",
        "Stateless Specimen Corp",
        "USD",
        "Technology",
        billing=_NEW_YORK,
        people=("Nona Stateless",),
        overrides={"BillingState": None},
    ),
    Company(
        "flawed_parent",
        "Stateless Specimen Subsidiary",
        "USD",
        "Technology",
        parent="no_billing_state",
        billing=_SEATTLE,
        people=("Junior Stateless",),
    ),
    Company(
        "no_country",
        "Nowhere Specimen Ltd",
        "GBP",
        "Media",
        billing=_LEEDS,
        people=("Nowell Nowhere",),
        overrides={"BillingCountry": None},
    ),
    Company(
        "parent_cycle",
        "Ouroboros Head Inc.",
        "USD",
        "Finance",
        parent="parent_cycle_other",
        billing=_SEATTLE,
        people=("Cyril Circle",),
    ),
    Company(
        "parent_cycle_other",
        "Ouroboros Tail Inc.",
        "USD",
        "Finance",
        parent="parent_cycle",
        billing=_SEATTLE,
        people=("Cyrilla Circle",),
    ),
    *(
        Company(
            key,
            f"Nesting Dolls Level {level} GmbH",
            "EUR",
            "Retail",
            parent=_CHAIN[level - 2] if level > 1 else "",
            billing=_HAMBURG,
            people=(f"Dora Puppe-{level}",),
        )
        for level, key in enumerate(_CHAIN, start=1)
    ),
    Company(
        "emoji_name",
        "Rocket \N{ROCKET} Pretend Inc.",
        "USD",
        "Engineering",
        billing=_SEATTLE,
        people=("Astra Pretend",),
    ),
    Company(
        "path_in_name",
        "North/South Specimen Inc.",
        "USD",
        "Transportation",
        billing=_SEATTLE,
        people=("Nora North",),
    ),
    Company(
        "missing_product_code",
        "Prototype Specimen Inc.",
        "USD",
        "Electronics",
        billing=_NEW_YORK,
        people=("Otis Prototype",),
    ),
    Company(
        "unknown_country",
        "Ruritanian Specimen Exports",
        "EUR",
        "Retail",
        billing=_HAMBURG,
        people=("Rudolf Ruritania",),
        overrides={"BillingCountry": "Ruritania"},
    ),
    Company(
        "unknown_state",
        "Jefferson Specimen Inc.",
        "USD",
        "Government",
        billing=_NEW_YORK,
        people=("Jefferson Specimen",),
        overrides={"BillingState": "Jefferson"},
    ),
    Company(
        "currency_not_enabled",
        "Compañía Ficticia S.A. de C.V.",
        "MXN",
        "Technology",
        billing=Address("Calle Inventada 7", "Ciudad de México", "Ciudad de México", "06000", "Mexico"),
        people=("Íñigo Ficticio",),
    ),
    Company(
        "several_in_zuora",
        "Doppelgänger Specimen GmbH",
        "EUR",
        "Consulting",
        billing=_HAMBURG,
        people=("Doris Doppel",),
    ),
    # Salesforce deletes the contacts of a deleted account with it, and moves those of a merged one.
    Company(
        "deleted", "Bygone Specimen Inc.", "USD", "Retail", billing=_NEW_YORK, overrides={"IsDeleted": True}
    ),
    Company(
        "merge_winner",
        "Merged Specimen Inc.",
        "USD",
        "Retail",
        billing=_SEATTLE,
        people=("Win Merger", "Duplicate Merger"),
    ),
    Company(
        "merged_away",
        "Merged Specimen (duplicate)",
        "USD",
        "Retail",
        billing=_SEATTLE,
        overrides={"IsDeleted": True, "MasterRecordId": account_id("merge_winner")},
    ),
)
