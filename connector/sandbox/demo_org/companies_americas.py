"""Companies in the United States, Canada and Brazil, the Acme family among them."""

from __future__ import annotations

from connector.sandbox.demo_org.companies import Address, Company

_LONG_NAME = " ".join(
    [
        "The Ancient and Laudable but Entirely Fictitious Guild of",
        *("Candle Painters, Clock Winders, Kite Menders, Hat Blockers, Map Folders, Bell Polishers,",) * 2,
        "and Sundial Menders",
    ]
)

COMPANIES = (
    Company(
        "acme_holding",
        "Acme Holding",
        "USD",
        "Finance",
        billing=Address("1 Placeholder Plaza, Floor 40", "New York", "New York", "10001", "United States"),
        people=("Hedy Holding",),
        note="Parent of the Acme family.",
    ),
    Company(
        "acme_corp",
        "Acme Corp",
        "USD",
        "Manufacturing",
        parent="acme_holding",
        billing=Address(
            "500 Sample Street\nSuite 1200", "San Francisco", "California", "94105", "United States"
        ),
        shipping=Address("77 Dockside Road", "Oakland", "California", "94607", "United States"),
        people=("Ada Lovelace", "Grace Hopper"),
        note="Billed in San Francisco, delivered to the warehouse in Oakland.",
    ),
    Company(
        "acme_labs",
        "Acme Labs",
        "USD",
        "Biotechnology",
        parent="acme_corp",
        billing=Address("12 Imaginary Park Drive", "Austin", "Texas", "78701", "United States"),
        people=("Linus Labcoat", "Beatrix Beaker", "Penny Petri"),
    ),
    Company(
        "bluebird_sample_foods",
        "Bluebird Sample Foods, Inc.",
        "USD",
        "Food & Beverage",
        billing=Address("2200 West Placeholder Avenue", "Chicago", "Illinois", "60601", "United States"),
        shipping=Address("9 Cold Store Lane", "Joliet", "Illinois", "60431", "United States"),
        people=("Robin Sample", "Wren Placeholder", "Jay Specimen", "Martin Mockup"),
    ),
    Company(
        "osample_and_daughters",
        "O'Sample & Daughters",
        "USD",
        "Retail",
        billing=Address("31 Fictional Row", "Boston", "Massachusetts", "02108", "United States"),
        people=("Maeve O'Sample", "Niamh O'Sample"),
    ),
    Company(
        "placeholder_pictures",
        "Placeholder Pictures LLC",
        "USD",
        "Entertainment",
        billing=Address("4 Backlot Boulevard", "Dallas", "TX", "75201", "USA"),
        people=("Cecil B. Demonstration",),
        note="Country and state were typed as codes.",
    ),
    Company(
        "long_name",
        _LONG_NAME,
        "USD",
        "Not For Profit",
        billing=Address("255 Character Court", "Denver", "Colorado", "80202", "United States"),
        people=("Bartholomew Longfellow-Placeholder",),
    ),
    Company(
        "maple_mockup",
        "Maple Mockup Ltd.",
        "CAD",
        "Agriculture",
        billing=Address("88 Example Quay", "Toronto", "Ontario", "M5J 2N8", "Canada"),
        people=("Sandy Mockup", "Leaf Example"),
    ),
    Company(
        "erabliere_exemple",
        "Érablière Exemple inc.",
        "CAD",
        "Food & Beverage",
        parent="maple_mockup",
        billing=Address("15, rue de l'Érable-Fictif", "Montréal", "Quebec", "H2Y 1C6", "Canada"),
        people=("Benoît Exemple", "Zoé Modèle"),
    ),
    Company(
        "empresa_exemplo",
        "Empresa Exemplo Ltda.",
        "USD",
        "Technology",
        billing=Address("Avenida Imaginária, 1000", "São Paulo", "São Paulo", "01310-100", "Brazil"),
        people=("João Exemplo", "Conceição Modelo"),
    ),
    Company(
        "invencao_agua_clara",
        "Invenção Água Clara S.A.",
        "USD",
        "Utilities",
        parent="empresa_exemplo",
        billing=Address("Rua do Faz de Conta, 25", "Rio de Janeiro", "Rio de Janeiro", "20040-020", "Brazil"),
        shipping=Address("Estrada da Fonte, 7", "Niterói", "Rio de Janeiro", "24020-005", "Brazil"),
        people=("Inês Invenção",),
    ),
)
