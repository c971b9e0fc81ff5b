"""Companies in the United Kingdom, Ireland and on the continent."""

from __future__ import annotations

from connector.sandbox.demo_org.companies import Address, Company

COMPANIES = (
    Company(
        "fictional_widgets",
        "Fictional Widgets plc",
        "GBP",
        "Manufacturing",
        billing=Address("10 Makebelieve Street", "London", "Greater London", "EC1A 1AA", "United Kingdom"),
        people=("Nigel Notional", "Felicity Fictional"),
    ),
    Company(
        "widgets_and_sprockets",
        "Widgets & Sprockets (Manchester) Ltd",
        "GBP",
        "Machinery",
        parent="fictional_widgets",
        billing=Address("3 Pretend Mill", "Manchester", "Greater Manchester", "M1 1AE", "United Kingdom"),
        people=("Simon Sprocket",),
    ),
    Company(
        "sprocket_pretend_services",
        "Sprocket Pretend Services Ltd",
        "GBP",
        "Consulting",
        parent="widgets_and_sprockets",
        billing=Address(
            "Unit 6, Sham Industrial Estate", "Leeds", "West Yorkshire", "LS1 4DY", "United Kingdom"
        ),
        shipping=Address(
            "Unit 9, Sham Industrial Estate", "Leeds", "West Yorkshire", "LS1 4DZ", "United Kingdom"
        ),
        people=("Prudence Pretend", "Colin Counterfactual"),
    ),
    Company(
        "shamrock_sample",
        "Shamrock Sample DAC",
        "EUR",
        "Technology",
        billing=Address("42 Example Quay", "Dublin", "Dublin", "D02 XY45", "Ireland"),
        people=("Siobhán Sampla", "Pádraig Sampla"),
    ),
    Company(
        "muster_und_soehne",
        "Muster & Söhne GmbH",
        "EUR",
        "Manufacturing",
        billing=Address("Musterstraße 1", "München", "Bayern", "80331", "Germany"),
        shipping=Address("Werkstor 3, Beispielweg 12", "Augsburg", "Bayern", "86150", "Germany"),
        people=("Erika Mustermann", "Max Mustermann", "Jürgen Größenwahn"),
    ),
    Company(
        "beispielwerk_koeln",
        "Beispielwerk Köln AG",
        "EUR",
        "Chemicals",
        parent="muster_und_soehne",
        billing=Address("Am Fantasieufer 20", "Köln", "Nordrhein-Westfalen", "50667", "Germany"),
        people=("Otto Beispiel",),
    ),
    Company(
        "societe_exemple",
        "Société Exemple S.A.",
        "EUR",
        "Finance",
        billing=Address("8, avenue de la Fiction", "Paris", "Île-de-France", "75008", "France"),
        people=("Jérôme Exemple", "Hélène Fictive"),
    ),
    Company(
        "atelier_imagine",
        "L'Atelier Imaginé",
        "EUR",
        "Apparel",
        parent="societe_exemple",
        billing=Address("21, quai des Rêves", "Lyon", "Auvergne-Rhône-Alpes", "69002", "France"),
        people=("Amélie Imaginée",),
    ),
    Company(
        "fictif_marseille",
        "Fictif Marseille SARL",
        "EUR",
        "Shipping",
        parent="atelier_imagine",
        billing=Address(
            "5, rue du Port-Inventé", "Marseille", "Provence-Alpes-Côte d'Azur", "13002", "France"
        ),
        people=("César Fictif", "Fanny Fictif"),
    ),
    Company(
        "pahittad_design",
        "Påhittad Design AB",
        "EUR",
        "Media",
        billing=Address("Exempelgatan 14", "Stockholm", "Stockholms län", "111 20", "Sweden"),
        people=("Åsa Exempel", "Björn Påhitt"),
    ),
    Company(
        "alpen_attrappe",
        "Alpen-Attrappe AG",
        "EUR",
        "Construction",
        billing=Address("Kulissenweg 9", "Zürich", "Zürich", "8001", "Switzerland"),
        people=("Urs Attrappe", "Vreni Kulisse", "Reto Requisit"),
    ),
    Company(
        "voorbeeld_bloemen",
        "Voorbeeld Bloemen B.V.",
        "EUR",
        "Agriculture",
        billing=Address("Verzonnen Gracht 33", "Amsterdam", "Noord-Holland", "1016 AB", "Netherlands"),
        people=("Daan Voorbeeld",),
    ),
    Company(
        "voorbeeld_bollen",
        "Voorbeeld Bollen B.V.",
        "EUR",
        "Agriculture",
        billing=Address("Denkbeeldige Dijk 2", "Haarlem", "Noord-Holland", "2011 CD", "Netherlands"),
        people=("Lotte Voorbeeld",),
        same_letters_as="voorbeeld_bloemen",
        note="Its id differs from that of Voorbeeld Bloemen in case only.",
    ),
)
