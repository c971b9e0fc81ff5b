"""What the companies of the demo org have bought, the first book of sales: every row is a new sale of plain
lines. Sales that were changed, and those of a particular kind, are in books of their own, which are counted
after this one, so that its numbers stay what they are.

Healthy rows start on the first of a month or run whole months, where CPQ and Zuora prorate alike; the one
row that does not (Érablière Exemple) is there to show that difference.
"""

from __future__ import annotations

from datetime import date

from connector.sandbox.demo_org.companies import Address
from connector.sandbox.demo_org.sales import Line, Sale

_JANUARY = date(2026, 1, 1)

_ACME = (
    Sale("acme_holding", _JANUARY, 12, (Line("platform", 1), Line("support", 1))),
    Sale(
        "acme_corp",
        _JANUARY,
        12,
        (Line("seat_monthly", 25), Line("platform", 1), Line("onboarding", 1)),
        bill_to="Ada Lovelace",
        ship_to="Grace Hopper",
        po_number="PO-4711",
    ),
    # Ends with the first order: nine of the product's twelve months.
    Sale("acme_corp", date(2026, 4, 1), 9, (Line("seat_annual", 10), Line("gateway", 4))),
    Sale("acme_labs", date(2026, 2, 1), 24, (Line("seat_annual", 40, discount=10), Line("training", 2))),
)

_AMERICAS = (
    Sale("bluebird_sample_foods", date(2025, 7, 1), 12, (Line("seat_monthly", 60),)),
    Sale("bluebird_sample_foods", _JANUARY, 6, (Line("storage", 20),), payment_term="Net 60"),
    # The block price of the band from 101 to 500 users, once for all 250 of them.
    Sale("bluebird_sample_foods", date(2026, 3, 1), 36, (Line("platform", 250), Line("retention", 5))),
    Sale("osample_and_daughters", _JANUARY, 12, (Line("seat_monthly", 8, discount=12),)),
    Sale("placeholder_pictures", date(2026, 5, 1), 12, (Line("seat_annual", 15), Line("training", 1))),
    Sale("long_name", _JANUARY, 12, (Line("support", 1),)),
    Sale(
        "maple_mockup",
        date(2026, 3, 1),
        36,
        (Line("seat_annual", 120, discount=15), Line("platform", 120), Line("onboarding", 1)),
        payment_term="Net 60",
    ),
    Sale(
        "erabliere_exemple",
        date(2026, 1, 1),
        12,
        (
            Line("seat_monthly", 12, start=date(2026, 1, 15)),
            Line("seat_annual", 3, start=date(2026, 3, 10)),
        ),
    ),
    Sale(
        "empresa_exemplo",
        _JANUARY,
        12,
        (Line("seat_monthly", 30), Line("storage", 10), Line("onboarding", 1)),
        po_number="EX-2026/1",
    ),
    Sale("invencao_agua_clara", date(2026, 6, 1), 7, (Line("seat_annual", 20),)),
)

_EUROPE = (
    Sale(
        "fictional_widgets",
        _JANUARY,
        12,
        (
            Line("seat_monthly", 100, discount=5),
            Line("seat_annual", 50),
            Line("storage", 30),
            Line("platform", 100),
            Line("support", 1),
            Line("retention", 10),
            Line("helpdesk", 1),
            Line("onboarding", 1),
            Line("training", 3, discount=50),
            Line("gateway", 12),
            Line("rack", 12),
            Line("seat_annual", 10, start=date(2026, 7, 1)),
        ),
        bill_to="Felicity Fictional",
        po_number="FW/0042",
    ),
    Sale("widgets_and_sprockets", date(2025, 10, 1), 24, (Line("storage", 40, discount=5),)),
    Sale("sprocket_pretend_services", _JANUARY, 12, (Line("seat_monthly", 5),)),
    Sale("shamrock_sample", _JANUARY, 12, (Line("seat_monthly", 18),)),
    # Two end dates in one order: CPQ makes two contracts.
    Sale(
        "muster_und_soehne",
        _JANUARY,
        36,
        (
            Line("seat_annual", 200, discount=20),
            Line("platform", 600),
            Line("support", 1, months=24),
            Line("onboarding", 1),
        ),
        copies_addresses=True,
    ),
    Sale(
        "beispielwerk_koeln",
        date(2026, 9, 1),
        12,
        (Line("seat_monthly", 7),),
        is_activated=False,
        is_contracted=False,
    ),
    Sale("societe_exemple", _JANUARY, 12, (Line("seat_annual", 75), Line("retention", 75))),
    Sale(
        "fictif_marseille",
        date(2026, 2, 1),
        12,
        (Line("seat_monthly", 14), Line("gateway", 2)),
        shipping=Address(
            "Hangar 3, quai Imaginaire", "Toulon", "Provence-Alpes-Côte d'Azur", "83000", "France"
        ),
    ),
    # Whole months from the middle of one.
    Sale(
        "pahittad_design",
        date(2026, 3, 16),
        12,
        (Line("seat_annual", 25), Line("seat_annual", 5, start=date(2026, 9, 16))),
    ),
    # Nothing here can be contracted: no line is a subscription.
    Sale(
        "alpen_attrappe",
        date(2026, 3, 1),
        1,
        (Line("gateway", 40), Line("rack", 40), Line("training", 5)),
        is_contracted=False,
    ),
    Sale("voorbeeld_bloemen", _JANUARY, 12, (Line("helpdesk", 1),)),
    Sale("voorbeeld_bollen", date(2026, 4, 1), 12, (Line("seat_monthly", 6),)),
)

_ASIA_PACIFIC = (
    Sale("kakuu_shoji", date(2026, 4, 1), 12, (Line("seat_annual", 30), Line("platform", 1))),
    Sale("kakuu_robotics", date(2026, 4, 1), 24, (Line("storage", 15),)),
    Sale(
        "wombat_makebelieve",
        date(2026, 7, 1),
        12,
        (Line("seat_monthly", 45), Line("support", 1), Line("training", 1)),
        copies_addresses=True,
    ),
    Sale("kalpanik_systems", date(2025, 11, 1), 12, (Line("seat_monthly", 80),)),
    Sale(
        "kalpanik_systems",
        date(2026, 2, 1),
        12,
        (Line("seat_monthly", 20),),
        price_calculation="Queued",
    ),
    Sale("merlion_mockworks", _JANUARY, 12, (Line("seat_monthly", 11),), is_contracted=False),
    Sale("mithal_trading", _JANUARY, 12, (Line("seat_monthly", 9),), payment_term="Due on receipt"),
)

_FLAWED = (
    Sale("no_billing_state", _JANUARY, 12, (Line("seat_monthly", 4),)),
    Sale("flawed_parent", _JANUARY, 12, (Line("seat_monthly", 4),)),
    Sale("no_country", _JANUARY, 12, (Line("seat_monthly", 4),)),
    Sale("parent_cycle", _JANUARY, 12, (Line("seat_monthly", 4),)),
    Sale("too_deep", _JANUARY, 12, (Line("seat_monthly", 4),)),
    Sale("emoji_name", _JANUARY, 12, (Line("seat_monthly", 4),)),
    Sale("missing_product_code", _JANUARY, 12, (Line("prototype", 10),)),
    Sale("unknown_country", _JANUARY, 12, (Line("seat_monthly", 4),)),
    Sale("currency_not_enabled", _JANUARY, 12, (Line("seat_monthly", 4),)),
    Sale("several_in_zuora", _JANUARY, 12, (Line("seat_monthly", 4),)),
    Sale("merge_winner", _JANUARY, 12, (Line("seat_monthly", 4),)),
)

SALES = (*_ACME, *_AMERICAS, *_EUROPE, *_ASIA_PACIFIC, *_FLAWED)
