"""What the demo org sells: one product for every way CPQ prices a line, in every currency of its customers.

List prices are chosen to stay whole at every step from a product term down to a month, so that a cent of
difference in a sync is the sync's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from connector.sandbox.demo_org.identifiers import salesforce_id

Record = dict[str, object]

PRICE_BOOK_ID = salesforce_id("Pricebook2", "standard")

# As order products name them.
DIMENSION_KINDS = ("Year", "One Time")

# The price list of each currency is the list in US dollars times this.
CURRENCIES = {
    "USD": Decimal(1),
    "CAD": Decimal("1.25"),
    "GBP": Decimal("0.75"),
    "EUR": Decimal(1),
    "MXN": Decimal(20),
    "JPY": Decimal(150),
}


@dataclass(frozen=True, slots=True)
class Band:
    """A block price: from `lower` up to, not including, `upper` (None: no end), in US dollars for the
    product's term."""

    lower: int
    upper: int | None
    price: int


@dataclass(frozen=True, slots=True)
class Product:
    """A Product2. `price` is in US dollars for `term` months (None reads as 12), or for the piece where it
    is no subscription; with `bands` it is a block-priced fee and `price` is that of the first band; with
    `percent` it costs that share of the other lines. `schedules` are the keys of its consumption
    schedules."""

    key: str
    code: str | None
    name: str
    family: str
    price: int
    subscription: bool = True
    term: int | None = 12
    frequency: str | None = "Annual"
    charge_type: str | None = "Recurring"
    billing_type: str | None = "Advance"
    bands: tuple[Band, ...] = ()
    percent: int = 0
    schedules: tuple[str, ...] = ()
    is_evergreen: bool = False
    is_ramped: bool = False
    tax_code: str | None = None

    @property
    def salesforce_id(self) -> str:
        return salesforce_id("Product2", self.key)

    @property
    def pricing_method(self) -> str:
        if self.percent:
            return "Percent Of Total"
        return "Block" if self.bands else "List"

    @property
    def subscription_pricing(self) -> str | None:
        if self.percent:
            return "Percent Of Total"
        return "Fixed Price" if self.subscription else None

    @property
    def subscription_type(self) -> str:
        """CPQ's default is "Renewable", which products that are no subscription keep."""
        return "Evergreen" if self.is_evergreen else "Renewable"

    def entry_id(self, currency: str) -> str:
        return salesforce_id("PricebookEntry", f"{self.key}/{currency}")

    def list_price(self, currency: str) -> Decimal:
        return self.price * CURRENCIES[currency]

    def band(self, quantity: Decimal) -> Band:
        return next(band for band in self.bands if band.upper is None or quantity < band.upper)


def _usage(key: str, code: str, name: str, *schedules: str, subscription: bool = True) -> Product:
    """A product whose price is that of what is used: the line itself costs nothing."""
    return Product(
        key,
        code,
        name,
        "Usage",
        0,
        subscription=subscription,
        frequency="Monthly" if subscription else None,
        charge_type="Usage",
        billing_type=None,
        schedules=schedules,
    )


def _one_time(
    key: str, code: str, name: str, family: str, price: int, *, charge_type: str | None = "One-Time"
) -> Product:
    return Product(
        key,
        code,
        name,
        family,
        price,
        subscription=False,
        term=None,
        frequency=None,
        charge_type=charge_type,
        billing_type=None,
    )


PRODUCTS = (
    Product(
        "seat_monthly", "ANL-PRO", "Analytics Professional Seat", "Software", 48, term=1, frequency="Monthly"
    ),
    Product("seat_annual", "ANL-ENT", "Analytics Enterprise Seat", "Software", 1188),
    # A blank term on the product reads as twelve months.
    Product(
        "storage", "STO-TB", "Object Storage, Terabyte", "Storage", 600, term=None, frequency="Quarterly"
    ),
    Product(
        "platform",
        "PLT-FEE",
        "Platform Fee",
        "Software",
        6000,
        bands=(Band(1, 101, 6000), Band(101, 501, 18000), Band(501, None, 42000)),
    ),
    Product("support", "SUP-PRM", "Premium Support", "Support", 2400, frequency="Semiannual"),
    Product(
        "retention",
        "RET-ARC",
        "Archive Retention",
        "Storage",
        360,
        frequency="Monthly",
        billing_type="Arrears",
    ),
    # Products from before the charge type was introduced leave it blank: the subscription pricing tells
    # them apart.
    Product(
        "helpdesk",
        "SUP-HLP",
        "Help Desk (heritage plan)",
        "Support",
        1200,
        frequency="Monthly",
        charge_type=None,
    ),
    Product("prototype", None, "Prototype Telemetry Feed", "Software", 120, term=1, frequency="Monthly"),
    _one_time("onboarding", "ONB-STD", "Onboarding Service", "Services", 2500),
    _one_time("training", "TRN-DAY", "Training Day", "Services", 1200),
    _one_time("gateway", "HW-GTW", "Edge Gateway", "Hardware", 348, charge_type=None),
    _one_time("rack", "HW-RCK", "Rack Mount Kit", "Hardware", 84),
    _usage("calls", "USE-API", "Interface Calls", "calls"),
    _usage("transfer", "USE-TRF", "Data Transfer", "transfer"),
    _usage("messages", "USE-MSG", "Messages", "text_messages", "letters"),
    _usage("unmetered", "USE-UNM", "Measured Nowhere"),
    _usage("loose_meter", "USE-LOO", "Loose Meter", "calls", subscription=False),
    Product(
        "seat_evergreen",
        "ANL-EVG",
        "Analytics Evergreen Seat",
        "Software",
        36,
        term=1,
        frequency="Monthly",
        is_evergreen=True,
    ),
    Product(
        "seat_ramped",
        "ANL-RMP",
        "Analytics Ramped Seat",
        "Software",
        1200,
        is_ramped=True,
        tax_code="SW-SAAS",
    ),
    Product("care", "SUP-POT", "Care Plan", "Support", 0, percent=20),
    Product("credit", "DSC-LOY", "Loyalty Credit", "Software", 0, term=1, frequency="Monthly"),
    Product("suite", "BDL-SUI", "Analytics Suite", "Software", 0),
    Product("retainer", "SVC-RET", "Advisory Retainer", "Services", 12000, frequency="Invoice Plan"),
)
BY_KEY = {product.key: product for product in PRODUCTS}


def price_books() -> list[Record]:
    return [{"Id": PRICE_BOOK_ID, "Name": "Standard Price Book", "IsActive": True, "IsStandard": True}]


def products() -> list[Record]:
    return [_product_record(product) for product in PRODUCTS]


def price_book_entries() -> list[Record]:
    return [
        {
            "Id": product.entry_id(currency),
            "Pricebook2Id": PRICE_BOOK_ID,
            "Product2Id": product.salesforce_id,
            "CurrencyIsoCode": currency,
            "UnitPrice": float(product.list_price(currency)),
            "IsActive": True,
            "UseStandardPrice": False,
        }
        for product in PRODUCTS
        for currency in CURRENCIES
    ]


def block_price_id(product: Product, band: Band, *, currency: str) -> str:
    return salesforce_id("SBQQ__BlockPrice__c", f"{product.key}/{currency}/{band.lower}")


def block_prices() -> list[Record]:
    return [
        {
            "Id": block_price_id(product, band, currency=currency),
            "Name": f"{product.name} from {band.lower}",
            "SBQQ__Product__c": product.salesforce_id,
            "SBQQ__PriceBook2__c": PRICE_BOOK_ID,
            "SBQQ__LowerBound__c": float(band.lower),
            "SBQQ__UpperBound__c": float(band.upper) if band.upper else None,
            "SBQQ__Price__c": float(band.price * rate),
            "CurrencyIsoCode": currency,
        }
        for product in PRODUCTS
        for band in product.bands
        for currency, rate in CURRENCIES.items()
    ]


def dimension_id(product: Product, kind: str) -> str:
    return salesforce_id("SBQQ__Dimension__c", f"{product.key}/{kind}")


def dimensions() -> list[Record]:
    """The price dimensions of a ramped product: its years, and what is paid once beside them."""
    return [
        {
            "Id": dimension_id(product, kind),
            "Name": f"{product.name}: {kind}",
            "SBQQ__Product__c": product.salesforce_id,
            "SBQQ__PriceBook__c": PRICE_BOOK_ID,
            # The price dimension says "One-time" where the order product says "One Time".
            "SBQQ__Type__c": "One-time" if kind == "One Time" else kind,
            "SBQQ__UnitPrice__c": None,
        }
        for product in PRODUCTS
        if product.is_ramped
        for kind in DIMENSION_KINDS
    ]


def _product_record(product: Product) -> Record:
    return {
        "Id": product.salesforce_id,
        "Name": product.name,
        "ProductCode": product.code,
        "Family": product.family,
        "IsActive": True,
        "QuantityUnitOfMeasure": "Each",
        "SBQQ__ChargeType__c": product.charge_type,
        "SBQQ__BillingFrequency__c": product.frequency,
        "SBQQ__BillingType__c": product.billing_type,
        "SBQQ__PricingMethod__c": product.pricing_method,
        "SBQQ__SubscriptionPricing__c": product.subscription_pricing,
        "SBQQ__SubscriptionType__c": product.subscription_type,
        "SBQQ__SubscriptionTerm__c": None if product.term is None else float(product.term),
        "SBQQ__SubscriptionPercent__c": float(product.percent) or None,
        "SBQQ__HasConsumptionSchedule__c": bool(product.schedules),
        "SBQQ__Taxable__c": bool(product.tax_code),
        "SBQQ__TaxCode__c": product.tax_code,
        "TaxMode__c": "TaxExclusive" if product.tax_code else None,
        "Z_Accounting_Code__c": "Accounts Receivable" if product.tax_code else None,
        "Z_Deferred_Revenue_Account__c": "Deferred Revenue" if product.tax_code else None,
        "Z_Recognized_Revenue_Account__c": "Subscription Revenue" if product.tax_code else None,
    }
