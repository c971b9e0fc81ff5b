"""The demo org: a Salesforce org of invented companies, for the demo and the tests.

It is plain data, made anew by every call and the same every time. Most of it must sync; each of the rest
fails for one reason, which `flaws()` puts into words.
"""

from __future__ import annotations

from connector.sandbox.demo_org import (
    catalog,
    companies_americas,
    companies_asia_pacific,
    companies_changing,
    companies_europe,
    companies_flawed,
    companies_particular,
    consumption,
)
from connector.sandbox.demo_org.companies import account_record, contact_records
from connector.sandbox.demo_org.orders import paperwork_of
from connector.sandbox.demo_org.people import users
from connector.sandbox.demo_org.sales_changing import CHANGING
from connector.sandbox.demo_org.sales_particular import PARTICULAR
from connector.sandbox.demo_org.sales_table import SALES
from connector.sandbox.demo_org.zuora_accounts import zuora_accounts

__all__ = ["build", "flaws", "showcase", "zuora_seed"]

Record = dict[str, object]

# In the order of the tables, which name a parent before its children; new ones come last, so that nobody's
# account number moves.
_COMPANIES = {
    company.key: company
    for module in (
        *(companies_americas, companies_europe, companies_asia_pacific, companies_flawed),
        *(companies_changing, companies_particular),
    )
    for company in module.COMPANIES
}
# What an account is good for -> the company's key. Those in companies_flawed are found under their own keys.
_SHOWCASE = {
    "healthy": "acme_corp",
    "hierarchy_root": "acme_holding",
    "hierarchy_leaf": "acme_labs",
    "separate_shipping": "acme_corp",
    "no_orders": "atelier_imagine",
    "three_orders": "bluebird_sample_foods",
    "twelve_lines": "fictional_widgets",
    "block_priced": "bluebird_sample_foods",
    "multi_year": "maple_mockup",
    "two_contracts": "muster_und_soehne",
    "prorated_whole_months": "invencao_agua_clara",
    "prorated_mid_month": "erabliere_exemple",
    "one_time_only": "alpen_attrappe",
    "empty_charge_type": "voorbeeld_bloemen",
    "order_address": "fictif_marseille",
    "draft_order": "beispielwerk_koeln",
    "queued_order": "kalpanik_systems",
    "uncontracted_order": "merlion_mockworks",
    "long_name": "long_name",
    "apostrophe_and_ampersand": "osample_and_daughters",
    "accented_name": "societe_exemple",
    "japanese_name": "kakuu_shoji",
    "right_to_left_name": "mithal_trading",
    "country_code": "placeholder_pictures",
    "fifth_level": "nesting_dolls_5",
    "existing_in_zuora": "shamrock_sample",
    "existing_by_short_id": "voorbeeld_bollen",
    "case_twin": "voorbeeld_bloemen",
    "merged_away": "merged_away",
    "merge_winner": "merge_winner",
    "most_complex": "chain",
    # Companies that were invented for what they bought are called after it.
    **{company.key: company.key for company in companies_changing.COMPANIES},
    **{company.key: company.key for company in companies_particular.COMPANIES},
}


def build() -> dict[str, list[Record]]:
    """Salesforce records by object, as its REST API would show them: 18-character ids, dates as text, money
    as doubles. A lookup points into the same dataset: parents stand before children, objects before those
    that refer to them, except what was written back later (order product to contract and subscription, a
    merged account to its winner, a parent cycle) and an opportunity that amends or renews a contract.
    """
    numbered = list(enumerate(_COMPANIES.values(), start=1))
    paperwork = paperwork_of(SALES, (*CHANGING, *PARTICULAR), companies=_COMPANIES)
    return {
        "User": users(),
        "Pricebook2": catalog.price_books(),
        "Product2": catalog.products(),
        "PricebookEntry": catalog.price_book_entries(),
        "SBQQ__BlockPrice__c": catalog.block_prices(),
        "SBQQ__Dimension__c": catalog.dimensions(),
        "ConsumptionSchedule": consumption.schedules(),
        "ConsumptionRate": consumption.rates(),
        "ProductConsumptionSchedule": consumption.product_schedules(),
        "Account": [account_record(company, number=number) for number, company in numbered],
        "Contact": [
            record for number, company in numbered for record in contact_records(company, number=number)
        ],
        **paperwork,
    }


def showcase() -> dict[str, str]:
    """Account ids by what the account is there to show, the flawed ones included."""
    keys = {**_SHOWCASE, **{name: name for name in companies_flawed.FLAWS}}
    return {name: _COMPANIES[key].salesforce_id for name, key in keys.items()}


def flaws() -> dict[str, str]:
    """What is wrong with each account that cannot sync, by its 18-character id."""
    return {_COMPANIES[key].salesforce_id: flaw for key, flaw in companies_flawed.FLAWS.items()}


def zuora_seed() -> dict[str, list[Record]]:
    """What the Zuora sandbox is seeded with: {"accounts": [bodies of POST /v1/accounts]}."""
    return {"accounts": zuora_accounts(_COMPANIES)}
