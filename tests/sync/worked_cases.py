"""The worked cases: what Salesforce CPQ sold, what Zuora is told of it, and what Zuora bills.

How to read one. An order has lines: number, product, first and last day, quantity, net price of one product term (a year, unless
said otherwise) and the total CPQ makes of it:

    multiplier = (whole months + days left over x 12/365) / months of the product term
    unit price = price x multiplier, rounded to the cent;  total = unit price x quantity

`told` is what Zuora is told, order by order, in the notation of `telling`; prices there are for one billing period. `bill` is every
amount on Zuora's invoices, in their order; a period that is not whole costs its days by the days of that period. `sold` and
`billed` may differ by a cent an invoice item, and never by more.

All figures are worked out by hand. Where they are not obvious the sum stands above the case. The tags are the vendor's documented
rules (O orders, U usage, P products, C contacts, USE use cases, ERR errors).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from connector.domain.rules import MoneyRule
from tests import cast
from tests.sync.casebook import (
    ActivatedInZuora,
    AddedInSalesforce,
    Case,
    CatalogInZuora,
    InSalesforce,
    InZuora,
    MovedInZuora,
    RatePlanInZuora,
    Setting,
    Synced,
    amendment,
    item,
    line,
    new,
    renewal,
)

JSON = dict[str, Any]

SEATS = cast.product()
PLATFORM = cast.product(cast.PLATFORM, Name="Platform", ProductCode="PLAT")
ONBOARDING = cast.product(cast.ONBOARDING, Name="Onboarding", ProductCode="ONB")
CALLS = cast.product(cast.CALLS, Name="API calls", ProductCode="CALLS", SBQQ__HasConsumptionSchedule__c=True)
SUPPORT = cast.product("01t000000000005AAA", Name="Support", ProductCode="SUP")
STORAGE = cast.product("01t000000000006AAA", Name="Storage", ProductCode="STO")
REBATE = cast.product("01t000000000007AAA", Name="Rebate", ProductCode="REB")

QUARTERLY = {"SBQQ__BillingFrequency__c": "Quarterly"}
SEMIANNUAL = {"SBQQ__BillingFrequency__c": "Semiannual"}
ANNUAL = {"SBQQ__BillingFrequency__c": "Annual"}
AT_ONCE = {"SBQQ__BillingFrequency__c": "Invoice Plan"}
BLOCK = {"SBQQ__PricingMethod__c": "Block"}
EVERGREEN = {"SBQQ__SubscriptionType__c": "Evergreen"}

BILLING_ADMINISTRATOR = "The billing administrator, in Zuora"
OPERATOR = "The operator of this connector"


def order_id(number: int) -> str:
    return f"801000000000{number:03d}AAA"


def line_id(number: int) -> str:
    return f"802000000000{number:03d}AAA"


# Ten seats for the year 2026 at 120.00, billed monthly: 10 x 120.00 / 12 = 100.00 a month. Most chains begin with it.
TEN_SEATS = line(1, SEATS, "2026-01-01", "2026-12-31", "10", "120.00", total="1200.00")
FIRST_YEAR = new(101, "2026-01-01", TEN_SEATS)
CREATED = "101: create SUB-1: 10 x 10.00 Month, 2026-01-01 for 12 months"

NEW_ORDERS = (
    Case(
        "ten seats for a year, billed monthly",
        "The plainest sale there is.",
        tags="O1 O2 O3 P4 P5",
        orders=(FIRST_YEAR,),
        told=(CREATED,),
        ends=("SUB-1 Active: 10 until 2026-12-31",),
        sold="1200.00",
        bill=("SUB-1: 12 x 100.00",),
        billed="1200.00",
    ),
    Case(
        "billed quarterly",
        "The same seats, four invoices a year.",
        tags="O2",
        orders=(
            new(
                101,
                "2026-01-01",
                line(1, SEATS, "2026-01-01", "2026-12-31", "10", "120.00", total="1200.00", **QUARTERLY),
            ),
        ),
        told=("101: create SUB-1: 10 x 30.00 Quarter, 2026-01-01 for 12 months",),
        ends=("SUB-1 Active: 10 until 2026-12-31",),
        sold="1200.00",
        bill=("SUB-1: 4 x 300.00",),
        billed="1200.00",
    ),
    Case(
        "billed twice a year",
        "From February on; the half years are counted from there.",
        tags="O2",
        orders=(
            new(
                101,
                "2026-02-01",
                line(1, SEATS, "2026-02-01", "2027-01-31", "10", "120.00", total="1200.00", **SEMIANNUAL),
            ),
        ),
        told=("101: create SUB-1: 10 x 60.00 Semi_Annual, 2026-02-01 for 12 months",),
        ends=("SUB-1 Active: 10 until 2027-01-31",),
        sold="1200.00",
        bill=("SUB-1: 2 x 600.00",),
        billed="1200.00",
    ),
    Case(
        "three years, billed annually",
        "Unit price 120.00 x 36/12 = 360.00 for the whole term; a year of it is 120.00 again.",
        tags="O2",
        orders=(
            new(
                101,
                "2026-03-15",
                line(1, SEATS, "2026-03-15", "2029-03-14", "10", "120.00", total="3600.00", **ANNUAL),
            ),
        ),
        told=("101: create SUB-1: 10 x 120.00 Annual, 2026-03-15 for 36 months",),
        ends=("SUB-1 Active: 10 until 2029-03-14",),
        sold="3600.00",
        bill=("SUB-1: 3 x 1200.00",),
        billed="3600.00",
    ),
    Case(
        "three years, billed monthly",
        "Thirty-six invoices of 100.00.",
        tags="O2",
        orders=(
            new(
                101, "2026-01-01", line(1, SEATS, "2026-01-01", "2028-12-31", "10", "120.00", total="3600.00")
            ),
        ),
        told=("101: create SUB-1: 10 x 10.00 Month, 2026-01-01 for 36 months",),
        ends=("SUB-1 Active: 10 until 2028-12-31",),
        sold="3600.00",
        bill=("SUB-1: 36 x 100.00",),
        billed="3600.00",
    ),
    Case(
        "invoice plan: the whole term at once",
        "Eighteen months, one invoice: 120.00 x 18/12 = 180.00 a seat.",
        tags="O2 P5",
        orders=(
            new(
                101,
                "2026-01-01",
                line(1, SEATS, "2026-01-01", "2027-06-30", "10", "120.00", total="1800.00", **AT_ONCE),
            ),
        ),
        told=("101: create SUB-1: 10 x 180.00 Subscription_Term, 2026-01-01 for 18 months",),
        ends=("SUB-1 Active: 10 until 2027-06-30",),
        sold="1800.00",
        bill=("SUB-1: 1 x 1800.00",),
        billed="1800.00",
    ),
    Case(
        "a product term of one month",
        "The price book names a price for a month (10.00); the seats are sold for a year: 10.00 x 12 = 120.00.",
        tags="O23",
        orders=(
            new(
                101,
                "2026-01-01",
                line(1, SEATS, "2026-01-01", "2026-12-31", "10", "10.00", term=1, total="1200.00"),
            ),
        ),
        told=(CREATED,),
        ends=("SUB-1 Active: 10 until 2026-12-31",),
        sold="1200.00",
        bill=("SUB-1: 12 x 100.00",),
        billed="1200.00",
    ),
    # CPQ: (10 + 15 x 12/365) / 12 = 0.874429; 120.00 x 0.874429 = 104.93; x 10 = 1049.30.
    # Zuora: ten whole months and 15 of November's 30 days = 10.5 months; 1049.30 / 10.5 = 99.9333 a month, 9.99333 a seat. Cents
    # would move a month by 0.03; 9.993 moves it by less than half a cent. November: 99.93 x 15/30 = 49.965, rounded 49.97.
    Case(
        "a broken last month",
        "Sold until 15 November: fifteen days of that month are billed by its thirty days.",
        tags="O23",
        orders=(
            new(
                101, "2026-01-01", line(1, SEATS, "2026-01-01", "2026-11-15", "10", "120.00", total="1049.30")
            ),
        ),
        told=("101: create SUB-1: 10 x 9.993 Month, 2026-01-01 for 319 days",),
        ends=("SUB-1 Active: 10 until 2026-11-15",),
        sold="1049.30",
        bill=("SUB-1: 10 x 99.93, 1 x 49.97",),
        billed="1049.27",
    ),
    # CPQ: (11 + 16 x 12/365) / 12 = 0.960502; unit 115.26; 1152.60. Zuora: months from the 16th; 11 and 16/31 = 357/31 months;
    # 1152.60 x 31/357 = 100.0857, a seat 10.009 (10.01 would move a month by 1.4 cents). Last: 100.09 x 16/31 = 51.66.
    Case(
        "a broken first month",
        "From 16 January to the end of the year: periods are counted from the 16th, so the last one is broken.",
        tags="O23",
        orders=(
            new(
                101, "2026-01-16", line(1, SEATS, "2026-01-16", "2026-12-31", "10", "120.00", total="1152.60")
            ),
        ),
        told=("101: create SUB-1: 10 x 10.009 Month, 2026-01-16 for 350 days",),
        ends=("SUB-1 Active: 10 until 2026-12-31",),
        sold="1152.60",
        bill=("SUB-1: 11 x 100.09, 1 x 51.66",),
        billed="1152.65",
    ),
    Case(
        "from the last day of January",
        "Six whole months from 31 January: the periods begin on 31 January, 28 February, 31 March and so on.",
        tags="O23",
        orders=(
            new(
                101, "2026-01-31", line(1, SEATS, "2026-01-31", "2026-07-30", "10", "120.00", total="600.00")
            ),
        ),
        told=("101: create SUB-1: 10 x 10.00 Month, 2026-01-31 for 6 months",),
        ends=("SUB-1 Active: 10 until 2026-07-30",),
        sold="600.00",
        bill=("SUB-1: 6 x 100.00",),
        billed="600.00",
    ),
    Case(
        "from a leap day",
        "29 February 2028 to 27 February 2029 is a whole year.",
        tags="O23",
        orders=(
            new(
                101, "2028-02-29", line(1, SEATS, "2028-02-29", "2029-02-27", "10", "120.00", total="1200.00")
            ),
        ),
        told=("101: create SUB-1: 10 x 10.00 Month, 2028-02-29 for 12 months",),
        ends=("SUB-1 Active: 10 until 2029-02-27",),
        sold="1200.00",
        bill=("SUB-1: 12 x 100.00",),
        billed="1200.00",
    ),
    # 100.00 / 12 = 8.3333 a month: 12 x 8.33 = 99.96, four cents short in twelve invoices.
    Case(
        "a third of a cent",
        "A hundred for the year does not divide by twelve: each invoice is rounded for itself.",
        tags="O23",
        orders=(
            new(101, "2026-01-01", line(1, SEATS, "2026-01-01", "2026-12-31", "1", "100.00", total="100.00")),
        ),
        told=("101: create SUB-1: 1 x 8.33 Month, 2026-01-01 for 12 months",),
        ends=("SUB-1 Active: 1 until 2026-12-31",),
        sold="100.00",
        bill=("SUB-1: 12 x 8.33",),
        billed="99.96",
    ),
    # 5000 x 1.00 / 12 = 416.6667 a month; a unit 0.0833333: 0.08 would bill 400.00, 0.083333 bills 416.665, rounded 416.67.
    Case(
        "five thousand units at a dollar a year",
        "The price of a unit takes as many places as the month needs to come out right.",
        tags="O23",
        orders=(
            new(
                101, "2026-01-01", line(1, SEATS, "2026-01-01", "2026-12-31", "5000", "1.00", total="5000.00")
            ),
        ),
        told=("101: create SUB-1: 5000 x 0.083333 Month, 2026-01-01 for 12 months",),
        ends=("SUB-1 Active: 5000 until 2026-12-31",),
        sold="5000.00",
        bill=("SUB-1: 12 x 416.67",),
        billed="5000.04",
    ),
    Case(
        "block price: one amount for fifty",
        "A block of fifty for 6000.00 a year is a flat fee of 500.00 a month, whatever the quantity.",
        tags="P4 O20",
        orders=(
            new(
                101,
                "2026-01-01",
                line(1, STORAGE, "2026-01-01", "2026-12-31", "50", "120.00", total="6000.00", **BLOCK),
            ),
        ),
        told=("101: create SUB-1: flat 500.00 Month, 2026-01-01 for 12 months",),
        ends=("SUB-1 Active: flat until 2026-12-31",),
        sold="6000.00",
        bill=("SUB-1: 12 x 500.00",),
        billed="6000.00",
    ),
    Case(
        "percent of total: support at a fifth of the seats",
        "20 % of 1200.00 is 240.00 a year; Zuora gets the price it ended up with.",
        tags="O20",
        orders=(
            new(
                101,
                "2026-01-01",
                TEN_SEATS,
                line(
                    2,
                    SUPPORT,
                    "2026-01-01",
                    "2026-12-31",
                    "1",
                    "240.00",
                    total="240.00",
                    SBQQ__SubscriptionPricing__c="Percent Of Total",
                    SBQQ__PricingMethod__c="Percent Of Total",
                ),
            ),
        ),
        told=(CREATED, "101: create SUB-2: 1 x 20.00 Month, 2026-01-01 for 12 months"),
        ends=("SUB-1 Active: 10 until 2026-12-31", "SUB-2 Active: 1 until 2026-12-31"),
        sold="1440.00",
        bill=("SUB-1: 12 x 100.00", "SUB-2: 12 x 20.00"),
        billed="1440.00",
    ),
    Case(
        "a discount as a line of its own",
        "A rebate of 120.00 for the year, as a product with a negative price.",
        tags="O20",
        orders=(
            new(
                101,
                "2026-01-01",
                TEN_SEATS,
                line(2, REBATE, "2026-01-01", "2026-12-31", "1", "-120.00", total="-120.00"),
            ),
        ),
        told=(CREATED, "101: create SUB-2: 1 x -10.00 Month, 2026-01-01 for 12 months"),
        ends=("SUB-1 Active: 10 until 2026-12-31", "SUB-2 Active: 1 until 2026-12-31"),
        sold="1080.00",
        bill=("SUB-1: 12 x 100.00", "SUB-2: 12 x -10.00"),
        billed="1080.00",
    ),
    Case(
        "a discount in the price",
        "A quarter off the list price of 120.00: the net price of 90.00 is Zuora's list price.",
        tags="O20 O21",
        orders=(
            new(
                101,
                "2026-01-01",
                line(
                    1,
                    SEATS,
                    "2026-01-01",
                    "2026-12-31",
                    "10",
                    "90.00",
                    total="900.00",
                    ListPrice=Decimal("120.00"),
                ),
            ),
        ),
        told=("101: create SUB-1: 10 x 7.50 Month, 2026-01-01 for 12 months",),
        ends=("SUB-1 Active: 10 until 2026-12-31",),
        sold="900.00",
        bill=("SUB-1: 12 x 75.00",),
        billed="900.00",
    ),
    Case(
        "given away for nothing",
        "A free year is a subscription at 0.00.",
        tags="O20",
        orders=(
            new(101, "2026-01-01", line(1, SEATS, "2026-01-01", "2026-12-31", "10", "0.00", total="0.00")),
        ),
        told=("101: create SUB-1: 10 x 0.00 Month, 2026-01-01 for 12 months",),
        ends=("SUB-1 Active: 10 until 2026-12-31",),
        sold="0.00",
        bill=("SUB-1: 12 x 0.00",),
        billed="0.00",
    ),
    Case(
        "billed in arrears",
        "Each month is billed when it is over; the amounts are the same.",
        tags="O2",
        orders=(
            new(
                101,
                "2026-01-01",
                line(
                    1,
                    SEATS,
                    "2026-01-01",
                    "2026-12-31",
                    "10",
                    "120.00",
                    total="1200.00",
                    SBQQ__BillingType__c="Arrears",
                ),
            ),
        ),
        told=("101: create SUB-1: 10 x 10.00 Month in arrears, 2026-01-01 for 12 months",),
        ends=("SUB-1 Active: 10 until 2026-12-31",),
        sold="1200.00",
        bill=("SUB-1: 12 x 100.00",),
        billed="1200.00",
    ),
    Case(
        "evergreen",
        "Seats without an end; the total in Salesforce is that of one product term. Billed here through June.",
        tags="O18",
        orders=(
            new(
                101,
                "2026-01-01",
                line(1, SEATS, "2026-01-01", None, "10", "120.00", total="1200.00", **EVERGREEN),
            ),
        ),
        told=("101: create SUB-1: 10 x 10.00 Month, 2026-01-01 without end",),
        ends=("SUB-1 Active: 10 until further notice",),
        sold="1200.00",
        through="2026-06-30",
        bill=("SUB-1: 6 x 100.00",),
        billed="600.00",
    ),
    Case(
        "evergreen, cancelled on 1 July",
        "Six months are billed, and no more.",
        tags="O18 O10",
        orders=(
            new(
                101,
                "2026-01-01",
                line(1, SEATS, "2026-01-01", None, "10", "120.00", total="1200.00", **EVERGREEN),
            ),
            amendment(
                102,
                "2026-07-01",
                line(2, SEATS, "2026-07-01", None, "-10", "120.00", total="-1200.00", changes=1, **EVERGREEN),
            ),
        ),
        told=(
            "101: create SUB-1: 10 x 10.00 Month, 2026-01-01 without end",
            "102: cancel SUB-1 on 2026-07-01",
        ),
        ends=("SUB-1 Cancelled: 10 until 2026-06-30",),
        sold="0.00",
        through="2030-12-31",
        bill=("SUB-1: 6 x 100.00",),
        billed="600.00",
    ),
    Case(
        "a one-time line",
        "Onboarding is no subscription: it is a line item of the same Zuora order.",
        tags="O2",
        orders=(new(101, "2026-01-01", TEN_SEATS, item(9, ONBOARDING, "3", "750.00", total="2250.00")),),
        told=(CREATED, "101: item Onboarding: 3 x 750.00"),
        ends=("SUB-1 Active: 10 until 2026-12-31",),
        sold="3450.00",
        bill=("SUB-1: 12 x 100.00", "Onboarding: 1 x 2250.00"),
        billed="3450.00",
    ),
    Case(
        "a one-time block",
        "Twenty-five for 750.00 together: one item at 750.00.",
        tags="O2 P4",
        orders=(new(101, "2026-01-01", item(9, ONBOARDING, "25", "30.00", total="750.00", **BLOCK)),),
        told=("101: item Onboarding: 1 x 750.00",),
        sold="750.00",
        bill=("Onboarding: 1 x 750.00",),
        billed="750.00",
    ),
    Case(
        "a bundle whose head has no price",
        "The head is left out, and that is said; its components are lines of their own.",
        tags="O20",
        orders=(
            new(
                101,
                "2026-01-01",
                line(3, PLATFORM, "2026-01-01", "2026-12-31", "1", "0.00", total="0.00"),
                line(
                    1,
                    SEATS,
                    "2026-01-01",
                    "2026-12-31",
                    "10",
                    "120.00",
                    total="1200.00",
                    SBQQ__RequiredBy__c=line_id(3),
                ),
                line(
                    2,
                    SUPPORT,
                    "2026-01-01",
                    "2026-12-31",
                    "1",
                    "240.00",
                    total="240.00",
                    SBQQ__RequiredBy__c=line_id(3),
                ),
            ),
        ),
        told=(CREATED, "101: create SUB-2: 1 x 20.00 Month, 2026-01-01 for 12 months"),
        ends=("SUB-1 Active: 10 until 2026-12-31", "SUB-2 Active: 1 until 2026-12-31"),
        sold="1440.00",
        bill=("SUB-1: 12 x 100.00", "SUB-2: 12 x 20.00"),
        billed="1440.00",
        notes=(
            "Order 00000101, line 0000000003 (Platform) is the head of a bundle and has no price of its own; its components are "
            "carried.",
        ),
    ),
)


def segment(number: int, year: int, index: int, quantity: str, price: str, total: str) -> JSON:
    """A year of a ramp: its segments share a key."""
    ramp = {
        "SBQQ__SegmentKey__c": "ramp-1",
        "SBQQ__SegmentIndex__c": Decimal(index),
        "SBQQ__DimensionType__c": "Year",
    }
    return line(number, SEATS, f"{year}-01-01", f"{year}-12-31", quantity, price, total=total, **ramp)


RAMP = new(
    101,
    "2026-01-01",
    segment(1, 2026, 1, "10", "120.00", "1200.00"),
    segment(2, 2027, 2, "15", "120.00", "1800.00"),
    segment(3, 2028, 3, "20", "126.00", "2520.00"),
)
RAMPED = (
    "101: create SUB-1: 10 x 10.00 Month, 2026-01-01 for 36 months",
    "101: update SUB-1 from 2027-01-01: 15 x 10.00",
    "101: update SUB-1 from 2028-01-01: 20 x 10.50",
)

RAMPS = (
    Case(
        "a ramp of three years",
        "10, 15 and 20 seats, the last year 5 % dearer: one subscription whose quantity and price are agreed to move.",
        tags="O19",
        orders=(RAMP,),
        told=RAMPED,
        ends=("SUB-1 Active: 20 until 2028-12-31",),
        sold="5520.00",
        bill=("SUB-1: 12 x 100.00, 12 x 150.00, 12 x 210.00",),
        billed="5520.00",
    ),
    # Half a year of 3 seats: 3 x 60.00 = 180.00. The third year is said again behind the change.
    Case(
        "an amendment inside a ramp",
        "Three more seats for the second half of the second year; the third year stays as agreed.",
        tags="O19 O11",
        orders=(
            RAMP,
            amendment(
                102,
                "2027-07-01",
                line(4, SEATS, "2027-07-01", "2027-12-31", "3", "120.00", total="180.00", changes=2),
            ),
        ),
        told=(
            *RAMPED,
            "102: update SUB-1 from 2027-07-01, before a later change: 18 x 10.00",
            "102: update SUB-1 from 2028-01-01: 20 x 10.50",
        ),
        ends=("SUB-1 Active: 20 until 2028-12-31",),
        sold="5700.00",
        bill=("SUB-1: 12 x 100.00, 6 x 150.00, 6 x 180.00, 12 x 210.00",),
        billed="5700.00",
    ),
    Case(
        "the one-time dimension of a ramp",
        "The set-up of a ramp is billed once.",
        tags="O19",
        orders=(
            new(
                101,
                "2026-01-01",
                segment(1, 2026, 1, "10", "120.00", "1200.00"),
                segment(2, 2027, 2, "15", "120.00", "1800.00"),
                item(
                    9,
                    ONBOARDING,
                    "1",
                    "500.00",
                    total="500.00",
                    SBQQ__SubscriptionPricing__c="Fixed Price",
                    SBQQ__DimensionType__c="One Time",
                    SBQQ__SegmentIndex__c=Decimal(0),
                    SBQQ__SegmentKey__c="ramp-1",
                ),
            ),
        ),
        told=(
            "101: create SUB-1: 10 x 10.00 Month, 2026-01-01 for 24 months",
            "101: update SUB-1 from 2027-01-01: 15 x 10.00",
            "101: item Onboarding: 1 x 500.00",
        ),
        ends=("SUB-1 Active: 15 until 2027-12-31",),
        sold="3500.00",
        bill=("SUB-1: 12 x 100.00, 12 x 150.00", "Onboarding: 1 x 500.00"),
        billed="3500.00",
    ),
)

CURRENCIES_AND_OPTIONS = (
    # 43500 / 12 = 3625 yen a month; a seat 1208.33: whole yen would bill 3624, so one place more: 3 x 1208.3 = 3624.9, rounded 3625.
    Case(
        "yen have no cents",
        "Three seats at 14500 yen a year.",
        tags="O8",
        account={"CurrencyIsoCode": "JPY"},
        orders=(
            new(
                101,
                "2026-01-01",
                line(1, SEATS, "2026-01-01", "2026-12-31", "3", "14500", total="43500", currency="JPY"),
                CurrencyIsoCode="JPY",
            ),
        ),
        told=("101: create SUB-1: 3 x 1208.30 Month, 2026-01-01 for 12 months",),
        ends=("SUB-1 Active: 3 until 2026-12-31",),
        sold="43500",
        bill=("SUB-1: 12 x 3625.00",),
        billed="43500",
    ),
    # 700.000 / 12 = 58.3333 a month, a seat 8.33333: 8.333 would bill 58.331; 8.3333 bills 58.3331, rounded 58.333.
    Case(
        "dinars have three places",
        "Seven seats at 100.000 dinars a year.",
        tags="O8",
        account={"CurrencyIsoCode": "KWD"},
        tenant={"currencies": ["USD", "KWD"]},
        org={"currencies": ["USD", "KWD"]},
        orders=(
            new(
                101,
                "2026-01-01",
                line(1, SEATS, "2026-01-01", "2026-12-31", "7", "100.000", total="700.000", currency="KWD"),
                CurrencyIsoCode="KWD",
            ),
        ),
        told=("101: create SUB-1: 7 x 8.3333 Month, 2026-01-01 for 12 months",),
        ends=("SUB-1 Active: 7 until 2026-12-31",),
        sold="700.000",
        bill=("SUB-1: 12 x 58.333",),
        billed="699.996",
    ),
    Case(
        "an order in another currency than its account",
        "Zuora's multi-currency is on: the order is billed in euros, its account in dollars.",
        tags="O8",
        options={"multi_currency": True},
        tenant={"multiple_currencies": True},
        orders=(
            new(
                101,
                "2026-01-01",
                line(1, SEATS, "2026-01-01", "2026-12-31", "10", "120.00", total="1200.00", currency="EUR"),
                CurrencyIsoCode="EUR",
            ),
        ),
        told=("101: create SUB-1: 10 x 10.00 Month, 2026-01-01 for 12 months, in EUR",),
        ends=("SUB-1 Active: 10 until 2026-12-31",),
        sold="1200.00",
        bill=("SUB-1: 12 x 100.00",),
        billed="1200.00",
    ),
    Case(
        "list price base: whole months",
        "The option is on: Zuora is told the price of the whole year and how many months it is for.",
        tags="O22",
        options={"list_price_base": True},
        orders=(FIRST_YEAR,),
        told=("101: create SUB-1: 10 x 120.00 per 12 months, Month, 2026-01-01 for 12 months",),
        ends=("SUB-1 Active: 10 until 2026-12-31",),
        sold="1200.00",
        bill=("SUB-1: 12 x 100.00",),
        billed="1200.00",
    ),
    # As the case of a broken last month: a list price base of 10.5 months cannot be said.
    Case(
        "list price base: broken months",
        "Zuora takes whole months only, so the price is said by the billing period, and the sum is right.",
        tags="O22",
        options={"list_price_base": True},
        orders=(
            new(
                101, "2026-01-01", line(1, SEATS, "2026-01-01", "2026-11-15", "10", "120.00", total="1049.30")
            ),
        ),
        told=("101: create SUB-1: 10 x 9.993 Month, 2026-01-01 for 319 days",),
        ends=("SUB-1 Active: 10 until 2026-11-15",),
        sold="1049.30",
        bill=("SUB-1: 10 x 99.93, 1 x 49.97",),
        billed="1049.27",
    ),
    # A year of 15 seats is 1800.00; the list price is still that of a seat for twelve months.
    Case(
        "list price base: a quantity up",
        "Five more seats from May: the price for twelve months stays 120.00.",
        tags="O22 O11",
        options={"list_price_base": True},
        orders=(
            FIRST_YEAR,
            amendment(
                102,
                "2026-05-01",
                line(2, SEATS, "2026-05-01", "2026-12-31", "5", "120.00", total="400.00", changes=1),
            ),
        ),
        told=(
            "101: create SUB-1: 10 x 120.00 per 12 months, Month, 2026-01-01 for 12 months",
            "102: update SUB-1 from 2026-05-01: 15 x 120.00",
        ),
        ends=("SUB-1 Active: 15 until 2026-12-31",),
        sold="1600.00",
        bill=("SUB-1: 4 x 100.00, 8 x 150.00",),
        billed="1600.00",
    ),
    Case(
        "terms in days",
        "The option is on: a year is said as its 365 days.",
        tags="O2",
        options={"term_in_days": True},
        orders=(FIRST_YEAR,),
        told=("101: create SUB-1: 10 x 10.00 Month, 2026-01-01 for 365 days",),
        ends=("SUB-1 Active: 10 until 2026-12-31",),
        sold="1200.00",
        bill=("SUB-1: 12 x 100.00",),
        billed="1200.00",
    ),
    # Eleven months from February: 110.00 a seat.
    Case(
        "the subscription begins with its contract",
        "The option to use the line's own start is off: the term is the contract's year, the charge begins in February.",
        tags="O2",
        options={"use_subscription_start": False},
        records={
            "Contract": [
                {
                    "Id": "800000000000009AAA",
                    "AccountId": cast.ACME_CORP,
                    "StartDate": "2026-01-01",
                    "ContractTerm": 12,
                }
            ]
        },
        orders=(
            new(
                101,
                "2026-02-01",
                line(
                    1,
                    SEATS,
                    "2026-02-01",
                    "2026-12-31",
                    "10",
                    "120.00",
                    total="1100.00",
                    SBQQ__Contract__c="800000000000009AAA",
                ),
            ),
        ),
        told=("101: create SUB-1: 10 x 10.00 Month, 2026-01-01 for 12 months, charged from 2026-02-01",),
        ends=("SUB-1 Active: 10 until 2026-12-31",),
        sold="1100.00",
        bill=("SUB-1: 11 x 100.00",),
        billed="1100.00",
    ),
    Case(
        "trigger dates",
        "The order's authorised dates go along as activation and acceptance.",
        tags="O4 O5",
        options={"trigger_dates": True},
        tenant={"service_activation_required": True, "customer_acceptance_required": True},
        orders=(
            new(
                101,
                "2026-01-01",
                TEN_SEATS,
                CompanyAuthorizedDate="2026-01-05",
                CustomerAuthorizedDate="2026-01-06",
            ),
        ),
        told=(f"{CREATED}, activated 2026-01-05, accepted 2026-01-06",),
        ends=("SUB-1 Active: 10 until 2026-12-31",),
        sold="1200.00",
        bill=("SUB-1: 12 x 100.00",),
        billed="1200.00",
    ),
)

SLAB = cast.schedule(
    2,
    rates=[
        cast.rate("0", "10", "2"),
        cast.rate("10", "100", "1.5"),
        cast.rate("100", None, "50", SBQQ__PricingMethod__c="FlatFee"),
    ],
    SBQQ__ConsumptionSchedule__c="0Mh000000000002CAA",
    SBQQ__ConsumptionSchedule__r={"Name": "Storage"},
    SBQQ__Type__c="Slab",
    SBQQ__BillingTermUnit__c="Quarter",
    SBQQ__UnitOfMeasure__c="GB",
    product_schedule_id="0Mq000000000002CAA",
)
USAGE_TOLD = "101: create SUB-5: volume 0 to 184 at 0.50; 185 up at 0.40; Month, 2026-01-01 for 12 months"
SLAB_TOLD = "101: create SUB-5: tiered 0 to 9 at 2.00; 10 to 99 at 1.50; 100 up at 50.00 flat; Quarter, 2026-01-01 for 12 months"
USAGE_END = ("SUB-5 Active: usage until 2026-12-31",)


def calls(*schedules: JSON, number: int = 5, **fields: Any) -> JSON:
    return cast.usage_line(f"{number:010d}", schedules=schedules, **fields)


USAGE = (
    Case(
        "usage by volume",
        "Up to 185 calls a month at 0.50, from the 185th all at 0.40. Salesforce's upper bound is not included, Zuora's is.",
        tags="U1 U3 U4 U6",
        orders=(new(101, "2026-01-01", calls(cast.schedule())),),
        told=(USAGE_TOLD,),
        ends=USAGE_END,
    ),
    Case(
        "usage by tiers",
        "A slab: each tier's part at its own price, the last one for a flat 50.00.",
        tags="U1 U4 U6",
        orders=(new(101, "2026-01-01", calls(SLAB)),),
        told=(SLAB_TOLD,),
        ends=USAGE_END,
    ),
    Case(
        "one product with two schedules",
        "Each schedule is a rate plan of its own on the one subscription.",
        tags="U1",
        orders=(new(101, "2026-01-01", calls(cast.schedule(), SLAB)),),
        told=(USAGE_TOLD, SLAB_TOLD),
        ends=USAGE_END,
    ),
    Case(
        "a unit with two decimals",
        "Tiers meet a hundredth of a unit below the bound.",
        tags="U4 U5",
        options={"unit_decimals": 2},
        orders=(new(101, "2026-01-01", calls(cast.schedule())),),
        told=(
            "101: create SUB-5: volume 0 to 184.99 at 0.50; 185 up at 0.40; Month, 2026-01-01 for 12 months",
        ),
        ends=USAGE_END,
    ),
    Case(
        "a unit with two decimals, next tier one unit higher",
        "The increment option: the upper bound belongs to the tier, and the next one begins a hundredth above.",
        tags="U5",
        options={"unit_decimals": 2, "increment_tiers": True},
        orders=(new(101, "2026-01-01", calls(cast.schedule())),),
        told=(
            "101: create SUB-5: volume 0 to 185 at 0.50; 185.01 up at 0.40; Month, 2026-01-01 for 12 months",
        ),
        ends=USAGE_END,
    ),
    Case(
        "a schedule added after the product was first sold",
        "Zuora lacks the new schedule: the vendor's connector fails here, this one adds its rate plan to the product.",
        tags="U9 P3",
        orders=(
            new(101, "2026-01-01", calls(cast.schedule())),
            new(102, "2026-02-01", calls(SLAB, number=6, ServiceDate="2026-02-01", EndDate="2027-01-31")),
        ),
        told=(
            USAGE_TOLD,
            "102: create SUB-6: tiered 0 to 9 at 2.00; 10 to 99 at 1.50; 100 up at 50.00 flat; Quarter, 2026-02-01 for 12 months",
        ),
        ends=(*USAGE_END, "SUB-6 Active: usage until 2027-01-31"),
    ),
    Case(
        "usage cancelled",
        "The usage subscription ends on 1 July.",
        tags="U1 O10",
        orders=(
            new(101, "2026-01-01", calls(cast.schedule())),
            amendment(
                102,
                "2026-07-01",
                calls(
                    number=6,
                    Quantity=Decimal(-1),
                    ServiceDate="2026-07-01",
                    SBQQ__ProrateMultiplier__c=Decimal("0.5"),
                    SBQQ__RevisedOrderProduct__c=line_id(5),
                    SBQQ__ContractAction__c="Cancel",
                ),
            ),
        ),
        told=(USAGE_TOLD, "102: cancel SUB-5 on 2026-07-01"),
        ends=("SUB-5 Cancelled: usage until 2026-06-30",),
    ),
)


def change(
    number: int, day: str, quantity: str, *, total: str, last_day: str = "2026-12-31", **fields: Any
) -> JSON:
    """A change of the ten seats at their own price."""
    return line(number, SEATS, day, last_day, quantity, "120.00", total=total, changes=1, **fields)


MORE = amendment(102, "2026-05-01", change(2, "2026-05-01", "5", total="400.00"))
MORE_TOLD = "102: update SUB-1 from 2026-05-01: 15 x 10.00"

AMENDMENTS = (
    Case(
        "five seats more from 1 May",
        "Eight months of five seats: 5 x 80.00 = 400.00. The quantity is the sum of the chain.",
        tags="O9 O11 O16 USE-quantity",
        orders=(FIRST_YEAR, MORE),
        told=(CREATED, MORE_TOLD),
        ends=("SUB-1 Active: 15 until 2026-12-31",),
        sold="1600.00",
        bill=("SUB-1: 4 x 100.00, 8 x 150.00",),
        billed="1600.00",
    ),
    # CPQ: (9 + 17 x 12/365) / 12 = 0.796575; unit 95.59; x 5 = 477.95. Zuora: 17 of March's 31 days and nine months = 296/31 months;
    # 477.95 x 31/296 = 50.0556 a month, with the first ten seats' 100.00 it is 150.0556, a seat 10.004. March: 100.00 x 14/31 = 45.16
    # and 150.06 x 17/31 = 82.29.
    Case(
        "five seats more from 15 March",
        "In the middle of a month the two systems count the broken month differently; the price of a seat carries the difference.",
        tags="O11 O23 USE-quantity",
        orders=(FIRST_YEAR, amendment(102, "2026-03-15", change(2, "2026-03-15", "5", total="477.95"))),
        told=(CREATED, "102: update SUB-1 from 2026-03-15: 15 x 10.004"),
        ends=("SUB-1 Active: 15 until 2026-12-31",),
        sold="1677.95",
        bill=("SUB-1: 2 x 100.00, 1 x 45.16, 1 x 82.29, 9 x 150.06",),
        billed="1677.99",
    ),
    # CPQ: (7 + 17 x 12/365) / 12 = 0.629909; unit 75.59; x 6 = 453.54. Zuora: 47 of the second quarter's 91 days and two quarters =
    # 229/91; 453.54 x 91/229 = 180.2277 a quarter, with 300.00 it is 480.2277, a seat 30.014. Second quarter: 300.00 x 44/91 = 145.05
    # and 480.224 x 47/91 = 248.03.
    Case(
        "six seats more in the middle of a quarter",
        "The same by the quarter.",
        tags="O11 O23 USE-quantity",
        orders=(
            new(
                101,
                "2026-01-01",
                line(1, SEATS, "2026-01-01", "2026-12-31", "10", "120.00", total="1200.00", **QUARTERLY),
            ),
            amendment(102, "2026-05-15", change(2, "2026-05-15", "6", total="453.54", **QUARTERLY)),
        ),
        told=(
            "101: create SUB-1: 10 x 30.00 Quarter, 2026-01-01 for 12 months",
            "102: update SUB-1 from 2026-05-15: 16 x 30.014",
        ),
        ends=("SUB-1 Active: 16 until 2026-12-31",),
        sold="1653.54",
        bill=("SUB-1: 1 x 300.00, 1 x 145.05, 1 x 248.03, 2 x 480.22",),
        billed="1653.52",
    ),
    Case(
        "four seats fewer from 1 July",
        "Six months of four seats are given back: 4 x 60.00 = 240.00.",
        tags="O11 USE-quantity",
        orders=(FIRST_YEAR, amendment(102, "2026-07-01", change(2, "2026-07-01", "-4", total="-240.00"))),
        told=(CREATED, "102: update SUB-1 from 2026-07-01: 6 x 10.00"),
        ends=("SUB-1 Active: 6 until 2026-12-31",),
        sold="960.00",
        bill=("SUB-1: 6 x 100.00, 6 x 60.00",),
        billed="960.00",
    ),
    # 382.36 x 31/296 = 40.0445 a month given back; 59.9555 left, a seat 9.993. March: 45.16 and 59.958 x 17/31 = 32.88.
    Case(
        "four seats fewer from 15 March",
        "4 x 95.59 = 382.36 are given back.",
        tags="O11 O23 USE-quantity",
        orders=(FIRST_YEAR, amendment(102, "2026-03-15", change(2, "2026-03-15", "-4", total="-382.36"))),
        told=(CREATED, "102: update SUB-1 from 2026-03-15: 6 x 9.993"),
        ends=("SUB-1 Active: 6 until 2026-12-31",),
        sold="817.64",
        bill=("SUB-1: 2 x 100.00, 1 x 45.16, 1 x 32.88, 9 x 59.96",),
        billed="817.68",
    ),
    Case(
        "to zero on 1 July",
        "All ten seats are given back, 10 x 60.00 = 600.00: the subscription is cancelled on that day.",
        tags="O10 USE-cancel",
        orders=(FIRST_YEAR, amendment(102, "2026-07-01", change(2, "2026-07-01", "-10", total="-600.00"))),
        told=(CREATED, "102: cancel SUB-1 on 2026-07-01"),
        ends=("SUB-1 Cancelled: 10 until 2026-06-30",),
        sold="600.00",
        bill=("SUB-1: 6 x 100.00",),
        billed="600.00",
    ),
    # CPQ: (7 + 22 x 12/365) / 12 = 0.643607; unit 77.23; 772.30 are given back, 427.70 stay sold. Zuora would bill four months and nine of
    # May's 31 days: 429.03, which is 1.33 too much. May pays for it: 100.00 - 1.3323 / (9/31) = 95.4111, a seat 9.541; 95.41 x 9/31 =
    # 27.70.
    Case(
        "to zero on 10 May",
        "Salesforce gives back a little more than the days of May are worth to Zuora: the last month before is priced to make up for it.",
        tags="O10 O23 USE-cancel",
        orders=(FIRST_YEAR, amendment(102, "2026-05-10", change(2, "2026-05-10", "-10", total="-772.30"))),
        told=(CREATED, "102: update SUB-1 from 2026-05-01: 10 x 9.541", "102: cancel SUB-1 on 2026-05-10"),
        ends=("SUB-1 Cancelled: 10 until 2026-05-09",),
        sold="427.70",
        bill=("SUB-1: 4 x 100.00, 1 x 27.70",),
        billed="427.70",
    ),
    # Salesforce counts months: half of 1200.00 comes back. Zuora counts days: 181/365 of the year would be 595.07, which is 4.93 too
    # little. The year pays for it: 1200.00 + 4.9315 x 365/181 = 1209.9448, a seat 120.994; 1209.94 x 181/365 = 600.00.
    Case(
        "a year paid in advance, cancelled after six months",
        "Half a year is given back.",
        tags="O10 O23 USE-cancel",
        orders=(
            new(
                101,
                "2026-01-01",
                line(1, SEATS, "2026-01-01", "2026-12-31", "10", "120.00", total="1200.00", **ANNUAL),
            ),
            amendment(102, "2026-07-01", change(2, "2026-07-01", "-10", total="-600.00", **ANNUAL)),
        ),
        told=(
            "101: create SUB-1: 10 x 120.00 Annual, 2026-01-01 for 12 months",
            "102: update SUB-1 from 2026-01-01: 10 x 120.994",
            "102: cancel SUB-1 on 2026-07-01",
        ),
        ends=("SUB-1 Cancelled: 10 until 2026-06-30",),
        sold="600.00",
        bill=("SUB-1: 1 x 600.00",),
        billed="600.00",
    ),
    Case(
        "a product added",
        "The platform from 1 April, ending with the contract: nine months of 600.00 a year.",
        tags="O13 USE-add",
        orders=(
            FIRST_YEAR,
            amendment(
                102,
                "2026-04-01",
                line(2, PLATFORM, "2026-04-01", "2026-12-31", "1", "600.00", total="450.00"),
            ),
        ),
        told=(CREATED, "102: create SUB-2: 1 x 50.00 Month, 2026-04-01 for 9 months"),
        ends=("SUB-1 Active: 10 until 2026-12-31", "SUB-2 Active: 1 until 2026-12-31"),
        sold="1650.00",
        bill=("SUB-1: 12 x 100.00", "SUB-2: 9 x 50.00"),
        billed="1650.00",
    ),
    # CPQ: 600.00 x 0.796575 = 477.95; x 2 = 955.90. Zuora: months from the 15th, nine and 17/31 = 296/31; 955.90 x 31/296 = 100.1111,
    # one 50.056. Last: 100.112 x 17/31 = 54.90.
    Case(
        "a product added on 15 March",
        "Its months are counted from its own start, and the last one is broken by the contract's end.",
        tags="O13 O22 O23 USE-add",
        orders=(
            FIRST_YEAR,
            amendment(
                102,
                "2026-03-15",
                line(2, PLATFORM, "2026-03-15", "2026-12-31", "2", "600.00", total="955.90"),
            ),
        ),
        told=(CREATED, "102: create SUB-2: 2 x 50.056 Month, 2026-03-15 for 292 days"),
        ends=("SUB-1 Active: 10 until 2026-12-31", "SUB-2 Active: 2 until 2026-12-31"),
        sold="2155.90",
        bill=("SUB-1: 12 x 100.00", "SUB-2: 9 x 100.11, 1 x 54.90"),
        billed="2155.89",
    ),
    Case(
        "another price",
        "CPQ writes a price change as a cancellation and a new line, and so it is carried: 144.00 a year from 1 July.",
        tags="O9 O12 USE-price",
        orders=(
            FIRST_YEAR,
            amendment(
                102,
                "2026-07-01",
                change(2, "2026-07-01", "-10", total="-600.00"),
                line(3, SEATS, "2026-07-01", "2026-12-31", "10", "144.00", total="720.00"),
            ),
        ),
        told=(
            CREATED,
            "102: cancel SUB-1 on 2026-07-01",
            "102: create SUB-3: 10 x 12.00 Month, 2026-07-01 for 6 months",
        ),
        ends=("SUB-1 Cancelled: 10 until 2026-06-30", "SUB-3 Active: 10 until 2026-12-31"),
        sold="1320.00",
        bill=("SUB-1: 6 x 100.00", "SUB-3: 6 x 120.00"),
        billed="1320.00",
    ),
    Case(
        "a one-time line added",
        "Onboarding, sold with more seats.",
        tags="O2 O11 USE-add",
        orders=(
            FIRST_YEAR,
            amendment(
                102,
                "2026-05-01",
                change(2, "2026-05-01", "5", total="400.00"),
                item(9, ONBOARDING, "1", "750.00", total="750.00"),
            ),
        ),
        told=(CREATED, MORE_TOLD, "102: item Onboarding: 1 x 750.00"),
        ends=("SUB-1 Active: 15 until 2026-12-31",),
        sold="2350.00",
        bill=("SUB-1: 4 x 100.00, 8 x 150.00", "Onboarding: 1 x 750.00"),
        billed="2350.00",
    ),
    Case(
        "several amendments of one line",
        "Up by five in May, down by three in September; both revise the first order product.",
        tags="O11 O16 USE-quantity",
        orders=(
            FIRST_YEAR,
            MORE,
            amendment(103, "2026-09-01", change(3, "2026-09-01", "-3", total="-120.00")),
        ),
        told=(CREATED, MORE_TOLD, "103: update SUB-1 from 2026-09-01: 12 x 10.00"),
        ends=("SUB-1 Active: 12 until 2026-12-31",),
        sold="1480.00",
        bill=("SUB-1: 4 x 100.00, 4 x 150.00, 4 x 120.00",),
        billed="1480.00",
    ),
    # Second change: (7 + 12 x 12/365) / 12 = 0.616210; unit 73.95; x 5 = 369.75; 12 of May's 31 days and seven months = 229/31;
    # 369.75 x 31/229 = 50.0535. Together 100.00 + 50.0556 + 50.0535 = 200.1091, a seat 10.0055. May: 150.06 x 19/31 = 91.97 and
    # 200.11 x 12/31 = 77.46.
    Case(
        "several amendments in the middle of months",
        "Five seats more on 15 March and five more on 20 May.",
        tags="O11 O23 USE-quantity",
        orders=(
            FIRST_YEAR,
            amendment(102, "2026-03-15", change(2, "2026-03-15", "5", total="477.95")),
            amendment(103, "2026-05-20", change(3, "2026-05-20", "5", total="369.75")),
        ),
        told=(
            CREATED,
            "102: update SUB-1 from 2026-03-15: 15 x 10.004",
            "103: update SUB-1 from 2026-05-20: 20 x 10.0055",
        ),
        ends=("SUB-1 Active: 20 until 2026-12-31",),
        sold="2047.70",
        bill=("SUB-1: 2 x 100.00, 1 x 45.16, 1 x 82.29, 1 x 150.06, 1 x 91.97, 1 x 77.46, 7 x 200.11",),
        billed="2047.71",
    ),
    Case(
        "backdated to the first day",
        "The five seats were there from the beginning: 5 x 120.00 = 600.00.",
        tags="O11 USE-quantity",
        orders=(FIRST_YEAR, amendment(102, "2026-01-01", change(2, "2026-01-01", "5", total="600.00"))),
        told=(CREATED, "102: update SUB-1 from 2026-01-01: 15 x 10.00"),
        ends=("SUB-1 Active: 15 until 2026-12-31",),
        sold="1800.00",
        bill=("SUB-1: 12 x 150.00",),
        billed="1800.00",
    ),
    # Order 103 was made last and counts from May, before order 102. What holds from September is said again behind it:
    # 10 + 2 = 12 from May, 10 + 2 + 5 = 17 from September.
    Case(
        "backdated before a later amendment that Zuora has",
        "Five seats more from September are in Zuora when two more from May come: eight months of two are 160.00.",
        tags="O11 USE-quantity",
        orders=(
            FIRST_YEAR,
            amendment(102, "2026-05-02", change(2, "2026-09-01", "5", total="200.00")),
            amendment(103, "2026-05-03", change(3, "2026-05-01", "2", total="160.00")),
        ),
        told=(
            CREATED,
            "102: update SUB-1 from 2026-09-01: 15 x 10.00",
            "103: update SUB-1 from 2026-05-01, before a later change: 12 x 10.00",
            "103: update SUB-1 from 2026-09-01: 17 x 10.00",
        ),
        ends=("SUB-1 Active: 17 until 2026-12-31",),
        sold="1560.00",
        bill=("SUB-1: 4 x 100.00, 4 x 120.00, 4 x 170.00",),
        billed="1560.00",
    ),
    Case(
        "five seats more for the summer",
        "June to August only: 5 x 30.00 = 150.00; from September it is ten again.",
        tags="O11 USE-quantity",
        orders=(
            FIRST_YEAR,
            amendment(102, "2026-06-01", change(2, "2026-06-01", "5", total="150.00", last_day="2026-08-31")),
        ),
        told=(
            CREATED,
            "102: update SUB-1 from 2026-06-01: 15 x 10.00",
            "102: update SUB-1 from 2026-09-01: 10 x 10.00",
        ),
        ends=("SUB-1 Active: 10 until 2026-12-31",),
        sold="1350.00",
        bill=("SUB-1: 5 x 100.00, 3 x 150.00, 4 x 100.00",),
        billed="1350.00",
    ),
    Case(
        "taken back and sold again",
        "Two lines of one order cancel each other out: Zuora has nothing to do, and an order without actions is not sent.",
        tags="USE-quantity",
        orders=(
            FIRST_YEAR,
            amendment(
                102,
                "2026-05-01",
                change(2, "2026-05-01", "-10", total="-800.00"),
                change(3, "2026-05-01", "10", total="800.00"),
            ),
        ),
        skips={102: "nothing in it changes what Zuora bills"},
        told=(CREATED,),
        ends=("SUB-1 Active: 10 until 2026-12-31",),
        sold="1200.00",
        bill=("SUB-1: 12 x 100.00",),
        billed="1200.00",
    ),
    # Twenty-five of the fifty fall away for six months: 25 x 60.00 = 1500.00, which is 250.00 a month.
    Case(
        "a smaller block",
        "The flat fee falls from 500.00 to 250.00 a month.",
        tags="O9 P4 USE-quantity",
        orders=(
            new(
                101,
                "2026-01-01",
                line(1, STORAGE, "2026-01-01", "2026-12-31", "50", "120.00", total="6000.00", **BLOCK),
            ),
            amendment(
                102,
                "2026-07-01",
                line(
                    2,
                    STORAGE,
                    "2026-07-01",
                    "2026-12-31",
                    "-25",
                    "120.00",
                    total="-1500.00",
                    changes=1,
                    **BLOCK,
                ),
            ),
        ),
        told=(
            "101: create SUB-1: flat 500.00 Month, 2026-01-01 for 12 months",
            "102: update SUB-1 from 2026-07-01: flat 250.00",
        ),
        ends=("SUB-1 Active: flat until 2026-12-31",),
        sold="4500.00",
        bill=("SUB-1: 6 x 500.00, 6 x 250.00",),
        billed="4500.00",
    ),
    Case(
        "more of an evergreen subscription",
        "Five seats more from 1 May, without an end.",
        tags="O11 O18 USE-quantity",
        orders=(
            new(
                101,
                "2026-01-01",
                line(1, SEATS, "2026-01-01", None, "10", "120.00", total="1200.00", **EVERGREEN),
            ),
            amendment(
                102,
                "2026-05-01",
                line(2, SEATS, "2026-05-01", None, "5", "120.00", total="600.00", changes=1, **EVERGREEN),
            ),
        ),
        told=("101: create SUB-1: 10 x 10.00 Month, 2026-01-01 without end", MORE_TOLD),
        ends=("SUB-1 Active: 15 until further notice",),
        sold="1800.00",
        through="2026-06-30",
        bill=("SUB-1: 4 x 100.00, 2 x 150.00",),
        billed="700.00",
    ),
)


def renewed(
    number: int, quantity: str, price: str, *, total: str, last_day: str = "2027-12-31", **fields: Any
) -> JSON:
    """The seats in the year after."""
    return line(number, SEATS, "2027-01-01", last_day, quantity, price, total=total, renews=1, **fields)


RENEWED = "102: renew SUB-1 from 2027-01-01 for 12 months"

RENEWALS = (
    Case(
        "renewed as it was",
        "Another year of the same.",
        tags="O14 O18 USE-renew",
        orders=(FIRST_YEAR, renewal(102, "2027-01-01", renewed(2, "10", "120.00", total="1200.00"))),
        told=(CREATED, RENEWED),
        ends=("SUB-1 Active: 10 until 2027-12-31",),
        sold="2400.00",
        bill=("SUB-1: 24 x 100.00",),
        billed="2400.00",
    ),
    Case(
        "renewed with an uplift of 5 %",
        "126.00 a year: 10.50 a month.",
        tags="O14 USE-renew",
        orders=(FIRST_YEAR, renewal(102, "2027-01-01", renewed(2, "10", "126.00", total="1260.00"))),
        told=(CREATED, RENEWED, "102: update SUB-1 from 2027-01-01: 10 x 10.50"),
        ends=("SUB-1 Active: 10 until 2027-12-31",),
        sold="2460.00",
        bill=("SUB-1: 12 x 100.00, 12 x 105.00",),
        billed="2460.00",
    ),
    Case(
        "renewed with two seats more",
        "Twelve seats in the second year.",
        tags="O14 USE-renew",
        orders=(FIRST_YEAR, renewal(102, "2027-01-01", renewed(2, "12", "120.00", total="1440.00"))),
        told=(CREATED, RENEWED, "102: update SUB-1 from 2027-01-01: 12 x 10.00"),
        ends=("SUB-1 Active: 12 until 2027-12-31",),
        sold="2640.00",
        bill=("SUB-1: 12 x 100.00, 12 x 120.00",),
        billed="2640.00",
    ),
    Case(
        "renewed for half a year",
        "The renewal's own dates make the term: 10 x 60.00.",
        tags="O14 USE-renew",
        orders=(
            FIRST_YEAR,
            renewal(102, "2027-01-01", renewed(2, "10", "120.00", total="600.00", last_day="2027-06-30")),
        ),
        told=(CREATED, "102: renew SUB-1 from 2027-01-01 for 6 months"),
        ends=("SUB-1 Active: 10 until 2027-06-30",),
        sold="1800.00",
        bill=("SUB-1: 18 x 100.00",),
        billed="1800.00",
    ),
    Case(
        "renewed with its one-time line",
        "CPQ renews one-time lines, Zuora's one-time charges do not renew: the renewal brings a new line item.",
        tags="O14 O24 USE-renew-asset",
        orders=(
            new(101, "2026-01-01", TEN_SEATS, item(8, ONBOARDING, "1", "750.00", total="750.00")),
            renewal(
                102,
                "2027-01-01",
                renewed(2, "10", "120.00", total="1200.00"),
                item(9, ONBOARDING, "1", "800.00", total="800.00"),
            ),
        ),
        told=(CREATED, "101: item Onboarding: 1 x 750.00", RENEWED, "102: item Onboarding: 1 x 800.00"),
        ends=("SUB-1 Active: 10 until 2027-12-31",),
        sold="3950.00",
        bill=("SUB-1: 24 x 100.00", "Onboarding: 1 x 750.00, 1 x 800.00"),
        billed="3950.00",
    ),
    Case(
        "an amended line renewed",
        "The fifteen seats it has become by then.",
        tags="O14 O16 USE-renew",
        orders=(FIRST_YEAR, MORE, renewal(103, "2027-01-01", renewed(3, "15", "120.00", total="1800.00"))),
        told=(CREATED, MORE_TOLD, "103: renew SUB-1 from 2027-01-01 for 12 months"),
        ends=("SUB-1 Active: 15 until 2027-12-31",),
        sold="3400.00",
        bill=("SUB-1: 4 x 100.00, 20 x 150.00",),
        billed="3400.00",
    ),
    Case(
        "billed at once, renewed at once",
        "A year on one invoice, and the next year on another.",
        tags="O14 USE-renew",
        orders=(
            new(
                101,
                "2026-01-01",
                line(1, SEATS, "2026-01-01", "2026-12-31", "10", "120.00", total="1200.00", **AT_ONCE),
            ),
            renewal(102, "2027-01-01", renewed(2, "10", "132.00", total="1320.00", **AT_ONCE)),
        ),
        told=(
            "101: create SUB-1: 10 x 120.00 Subscription_Term, 2026-01-01 for 12 months",
            RENEWED,
            "102: update SUB-1 from 2027-01-01: 10 x 132.00",
        ),
        ends=("SUB-1 Active: 10 until 2027-12-31",),
        sold="2520.00",
        bill=("SUB-1: 1 x 1200.00, 1 x 1320.00",),
        billed="2520.00",
    ),
    # The rest of the first year, three months of ten seats, comes back: 10 x 30.00 = 300.00. The new year is 132.00 a seat.
    Case(
        "renewed early, the rest given back in the same order",
        "On 1 October a new year begins; what was sold of the old one beyond that day is given back.",
        tags="O14 USE-renew",
        orders=(
            FIRST_YEAR,
            renewal(
                102,
                "2026-10-01",
                change(2, "2026-10-01", "-10", total="-300.00"),
                line(3, SEATS, "2026-10-01", "2027-09-30", "10", "132.00", total="1320.00", renews=1),
            ),
        ),
        told=(
            CREATED,
            "102: end the term of SUB-1 after 273 days",
            "102: renew SUB-1 from 2026-10-01 for 12 months",
            "102: update SUB-1 from 2026-10-01: 10 x 11.00",
        ),
        ends=("SUB-1 Active: 10 until 2027-09-30",),
        sold="2220.00",
        bill=("SUB-1: 9 x 100.00, 12 x 110.00",),
        billed="2220.00",
    ),
    Case(
        "renewed early after a cancellation",
        "The old year is cancelled first: what was cancelled cannot be renewed, so the new year is a subscription of its own.",
        tags="O14 O10 USE-renew",
        orders=(
            FIRST_YEAR,
            amendment(102, "2026-10-01", change(2, "2026-10-01", "-10", total="-300.00")),
            renewal(
                103,
                "2026-10-01",
                line(3, SEATS, "2026-10-01", "2027-09-30", "10", "132.00", total="1320.00", renews=1),
            ),
        ),
        told=(
            CREATED,
            "102: cancel SUB-1 on 2026-10-01",
            "103: create SUB-3: 10 x 11.00 Month, 2026-10-01 for 12 months",
        ),
        ends=("SUB-1 Cancelled: 10 until 2026-09-30", "SUB-3 Active: 10 until 2027-09-30"),
        sold="2220.00",
        bill=("SUB-1: 9 x 100.00", "SUB-3: 12 x 110.00"),
        billed="2220.00",
    ),
    Case(
        "renewed late",
        "A month lies between the two years: nothing is billed for it, so the second year is a subscription of its own.",
        tags="O14 USE-renew",
        orders=(
            FIRST_YEAR,
            renewal(
                102,
                "2027-02-01",
                line(2, SEATS, "2027-02-01", "2028-01-31", "10", "120.00", total="1200.00", renews=1),
            ),
        ),
        told=(CREATED, "102: create SUB-2: 10 x 10.00 Month, 2027-02-01 for 12 months"),
        ends=("SUB-1 Active: 10 until 2026-12-31", "SUB-2 Active: 10 until 2028-01-31"),
        sold="2400.00",
        bill=("SUB-1: 12 x 100.00", "SUB-2: 12 x 100.00"),
        billed="2400.00",
    ),
    Case(
        "renewed, then amended",
        "Five seats more in the second half of the second year: 5 x 60.00 = 300.00.",
        tags="O14 O11 USE-renew USE-quantity",
        orders=(
            FIRST_YEAR,
            renewal(102, "2027-01-01", renewed(2, "10", "120.00", total="1200.00")),
            amendment(103, "2027-07-01", change(3, "2027-07-01", "5", total="300.00", last_day="2027-12-31")),
        ),
        told=(CREATED, RENEWED, "103: update SUB-1 from 2027-07-01: 15 x 10.00"),
        ends=("SUB-1 Active: 15 until 2027-12-31",),
        sold="2700.00",
        bill=("SUB-1: 18 x 100.00, 6 x 150.00",),
        billed="2700.00",
    ),
    Case(
        "a product left out of the renewal, another one taken in",
        "The platform ends with its term; support begins with the new one.",
        tags="O13 O14 USE-renew USE-add",
        orders=(
            new(
                101,
                "2026-01-01",
                TEN_SEATS,
                line(2, PLATFORM, "2026-01-01", "2026-12-31", "1", "600.00", total="600.00"),
            ),
            renewal(
                102,
                "2027-01-01",
                renewed(3, "10", "120.00", total="1200.00"),
                line(4, SUPPORT, "2027-01-01", "2027-12-31", "1", "240.00", total="240.00"),
            ),
        ),
        told=(
            CREATED,
            "101: create SUB-2: 1 x 50.00 Month, 2026-01-01 for 12 months",
            RENEWED,
            "102: create SUB-4: 1 x 20.00 Month, 2027-01-01 for 12 months",
        ),
        ends=(
            "SUB-1 Active: 10 until 2027-12-31",
            "SUB-2 Active: 1 until 2026-12-31",
            "SUB-4 Active: 1 until 2027-12-31",
        ),
        sold="3240.00",
        bill=("SUB-1: 24 x 100.00", "SUB-2: 12 x 50.00", "SUB-4: 12 x 20.00"),
        billed="3240.00",
    ),
)

WHOLE_CONTRACTS = (
    Case(
        "a whole contract cancelled",
        "Seats and platform end on 1 July; the onboarding that was done stays billed.",
        tags="O10 USE-cancel",
        orders=(
            new(
                101,
                "2026-01-01",
                TEN_SEATS,
                line(2, PLATFORM, "2026-01-01", "2026-12-31", "1", "600.00", total="600.00"),
                item(9, ONBOARDING, "1", "750.00", total="750.00"),
            ),
            amendment(
                102,
                "2026-07-01",
                change(3, "2026-07-01", "-10", total="-600.00"),
                line(4, PLATFORM, "2026-07-01", "2026-12-31", "-1", "600.00", total="-300.00", changes=2),
            ),
        ),
        told=(
            CREATED,
            "101: create SUB-2: 1 x 50.00 Month, 2026-01-01 for 12 months",
            "101: item Onboarding: 1 x 750.00",
            "102: cancel SUB-1 on 2026-07-01",
            "102: cancel SUB-2 on 2026-07-01",
        ),
        ends=("SUB-1 Cancelled: 10 until 2026-06-30", "SUB-2 Cancelled: 1 until 2026-06-30"),
        sold="1650.00",
        bill=("SUB-1: 6 x 100.00", "SUB-2: 6 x 50.00", "Onboarding: 1 x 750.00"),
        billed="1650.00",
    ),
    # 1200.00 + 400.00 - 120.00 + 40.00 + 1680.00 - 840.00 = 2360.00. Seats: 10, 15 from May, 12 from September, 14 from November
    # and in the second year, none from July.
    Case(
        "a first order, three amendments, a renewal and a cancellation",
        "The whole life of ten seats.",
        tags="O10 O11 O14 O16 USE-quantity USE-renew USE-cancel",
        orders=(
            FIRST_YEAR,
            MORE,
            amendment(103, "2026-09-01", change(3, "2026-09-01", "-3", total="-120.00")),
            amendment(104, "2026-11-01", change(4, "2026-11-01", "2", total="40.00")),
            renewal(105, "2027-01-01", renewed(5, "14", "120.00", total="1680.00")),
            amendment(
                106, "2027-07-01", change(6, "2027-07-01", "-14", total="-840.00", last_day="2027-12-31")
            ),
        ),
        told=(
            CREATED,
            MORE_TOLD,
            "103: update SUB-1 from 2026-09-01: 12 x 10.00",
            "104: update SUB-1 from 2026-11-01: 14 x 10.00",
            "105: renew SUB-1 from 2027-01-01 for 12 months",
            "106: cancel SUB-1 on 2027-07-01",
        ),
        ends=("SUB-1 Cancelled: 14 until 2027-06-30",),
        sold="2360.00",
        bill=("SUB-1: 4 x 100.00, 4 x 150.00, 2 x 120.00, 8 x 140.00",),
        billed="2360.00",
    ),
    Case(
        "sixty subscriptions in one order",
        "Over fifty the order goes to Zuora's asynchronous endpoint; what is billed is the same.",
        tags="O1 O2",
        orders=(
            new(
                101,
                "2026-01-01",
                *(
                    line(n, SEATS, "2026-01-01", "2026-12-31", "1", "12.00", total="12.00")
                    for n in range(1, 61)
                ),
            ),
        ),
        told=tuple(f"101: create SUB-{n}: 1 x 1.00 Month, 2026-01-01 for 12 months" for n in range(1, 61)),
        ends=tuple(f"SUB-{n} Active: 1 until 2026-12-31" for n in range(1, 61)),
        sold="720.00",
        bill=tuple(f"SUB-{n}: 12 x 1.00" for n in range(1, 61)),
        billed="720.00",
    ),
)

LABS = cast.account(
    cast.ACME_LABS,
    Name="Acme Labs",
    contacts=[cast.contact(cast.GRACE, FirstName="Grace", LastName="Hopper")],
)
OWNERS = {"invoice_owner_field": "InvoiceOwner__c", "subscription_owner_field": "SubscriptionOwner__c"}
YEAR = {"sold": "1200.00", "bill": ("SUB-1: 12 x 100.00",), "billed": "1200.00"}
TEN = ("SUB-1 Active: 10 until 2026-12-31",)
ELM_STREET = {
    "BillingStreet": "5 Elm Street",
    "BillingCity": "Boston",
    "BillingState": "MA",
    "BillingPostalCode": "02110",
    "BillingCountry": "United States",
}
QUOTE = {"Id": "a0q000000000001AAA", "Name": "Q-00042", "SBQQ__Type__c": "Quote"}

TERMS = (
    Case(
        "another account pays",
        "Acme Labs is the invoice owner; it is brought into Zuora first. Zuora is told both owners.",
        tags="O6 O7 USE-owner",
        options=OWNERS,
        others=(LABS,),
        orders=(new(101, "2026-01-01", TEN_SEATS, InvoiceOwner__c=cast.ACME_LABS),),
        told=(f"{CREATED}, invoice owner Acme Labs, owner Acme Corp",),
        ends=TEN,
        **YEAR,
    ),
    Case(
        "another account owns",
        "Acme Labs owns the subscription, Acme Corp pays for it.",
        tags="O6 O7 USE-owner",
        options=OWNERS,
        others=(LABS,),
        orders=(new(101, "2026-01-01", TEN_SEATS, SubscriptionOwner__c=cast.ACME_LABS),),
        told=(f"{CREATED}, invoice owner Acme Corp, owner Acme Labs",),
        ends=TEN,
        **YEAR,
    ),
    Case(
        "another account pays from the renewal on",
        "The renewal names Acme Labs as invoice owner.",
        tags="O15 USE-owner",
        options=OWNERS,
        others=(LABS,),
        orders=(
            FIRST_YEAR,
            renewal(
                102, "2027-01-01", renewed(2, "10", "120.00", total="1200.00"), InvoiceOwner__c=cast.ACME_LABS
            ),
        ),
        told=(CREATED, "102: bill SUB-1 to Acme Labs from 2027-01-01", RENEWED),
        ends=("SUB-1 Active: 10 until 2027-12-31",),
        sold="2400.00",
        bill=("SUB-1: 24 x 100.00",),
        billed="2400.00",
    ),
    Case(
        "the order's own contacts",
        "Ada is billed, Grace receives: contacts of the account, found or made in Zuora.",
        tags="C1 C2 C3",
        contacts=(cast.contact(cast.ADA), cast.contact(cast.GRACE, FirstName="Grace", LastName="Hopper")),
        orders=(
            new(
                101,
                "2026-01-01",
                TEN_SEATS,
                item(9, ONBOARDING, "1", "750.00", total="750.00"),
                BillToContactId=cast.ADA,
                ShipToContactId=cast.GRACE,
            ),
        ),
        told=(
            f"{CREATED}, bill-to Ada Lovelace, sold-to Grace Hopper",
            "101: item Onboarding: 1 x 750.00, bill-to Ada Lovelace, sold-to Grace Hopper",
        ),
        ends=TEN,
        sold="1950.00",
        bill=("SUB-1: 12 x 100.00", "Onboarding: 1 x 750.00"),
        billed="1950.00",
    ),
    Case(
        "the order's own address",
        "No contact is named, but an address that is not the account's: a contact is made of it, once, and found again.",
        tags="C1 C4",
        orders=(new(101, "2026-01-01", TEN_SEATS, **ELM_STREET),),
        told=(f"{CREATED}, bill-to Acme Corp_billTo Acme Corp_billTo",),
        ends=TEN,
        **YEAR,
    ),
    Case(
        "neither contact nor address",
        "Nothing is said: the account's bill-to and sold-to count.",
        tags="C1 C2",
        orders=(FIRST_YEAR,),
        told=(CREATED,),
        ends=TEN,
        **YEAR,
    ),
    Case(
        "a contact that is not the invoice owner's",
        "Zuora bills a subscription to a contact of its invoice owner only.",
        tags="C5",
        options=OWNERS,
        others=(LABS,),
        contacts=(cast.contact(cast.ADA),),
        orders=(new(101, "2026-01-01", TEN_SEATS, InvoiceOwner__c=cast.ACME_LABS, BillToContactId=cast.ADA),),
        stops={
            101: f"Order 00000101 ({order_id(101)}) names Contact Ada Lovelace ({cast.ADA}) as its Bill To Contact, who belongs to Account "
            f"Acme Corp ({cast.ACME_CORP}); its invoice owner is Account Acme Labs ({cast.ACME_LABS}), and Zuora takes a contact of that "
            "account only. Choose a contact of the invoice owner, or correct the invoice owner of the order, in Salesforce and resync."
        },
        cure=(InSalesforce("Order", order_id(101), {"BillToContactId": cast.GRACE}),),
        told=(f"{CREATED}, invoice owner Acme Labs, owner Acme Corp, bill-to Grace Hopper",),
        ends=TEN,
        **YEAR,
    ),
    Case(
        "a payment term of its own",
        "Net 60, whatever the account has.",
        tags="O7",
        orders=(new(101, "2026-01-01", TEN_SEATS, SBQQ__PaymentTerm__c="Net 60"),),
        told=(f"{CREATED}, payment term Net 60",),
        ends=TEN,
        **YEAR,
    ),
    Case(
        "the quote on the subscription",
        "The option to carry opportunity fields is on.",
        tags="O1",
        options={"opportunity_fields": True},
        records={"SBQQ__Quote__c": [QUOTE]},
        orders=(new(101, "2026-01-01", TEN_SEATS, SBQQ__Quote__c=QUOTE["Id"]),),
        told=(f"{CREATED}, quote Q-00042 (New)",),
        ends=TEN,
        **YEAR,
    ),
)

AMENDED_LINE = "Order 00000102, line 0000000002 (Seats)"
STANDARD_DATES = {"EffectiveStartDate": "2000-01-01", "EffectiveEndDate": "3000-01-01"}
FLAT_CHARGE = {
    "Name": "Seats",
    "ProductRatePlanId": "Standard",
    "ChargeModel": "Flat Fee Pricing",
    "ChargeType": "Recurring",
    "BillCycleType": "DefaultFromCustomer",
    "BillingPeriod": "Month",
    "TriggerEvent": "ContractEffective",
    "ListPriceBase": "Per Billing Period",
    "BillingTiming": "In Advance",
    "EndDateCondition": "SubscriptionEnd",
    "UseDiscountSpecificAccountingCode": False,
    "ProductRatePlanChargeTierData": {
        "ProductRatePlanChargeTier": [{"Currency": "USD", "Price": 0, "PriceFormat": "Flat Fee"}]
    },
}


def in_catalog(*charges: JSON, external_id: str = "") -> CatalogInZuora:
    """The product Seats in Zuora with a rate plan "Standard"."""
    plan = {"Name": "Standard", "ProductId": "SEAT", "ActiveCurrencies": ["USD"], **STANDARD_DATES}
    if external_id:
        plan["ExternalRatePlanIds"] = external_id
    return CatalogInZuora(
        {
            "products": [{"Name": "Seats", "SKU": "SEAT", **STANDARD_DATES}],
            "product_rate_plans": [plan],
            "product_rate_plan_charges": [{**charge, "ProductRatePlanId": external_id} for charge in charges],
        }
    )


DOCUMENTED_ERRORS = (
    Case(
        "the product code is empty (Invalid referenced products)",
        "Zuora's SKU is the product code. The owner fills it and the order goes.",
        tags="ERR-invalid-products P3",
        orders=(new(101, "2026-01-01", {**TEN_SEATS, "Product2": cast.product(ProductCode=None)}),),
        stops={
            101: f"Product Seats ({cast.SEATS}) has no product code; Zuora needs it as SKU. Fill Product Code in Salesforce and resync."
        },
        cure=(InSalesforce("Product2", cast.SEATS, {"ProductCode": "SEAT"}),),
        told=(CREATED,),
        ends=TEN,
        **YEAR,
    ),
    Case(
        "the subscription is not found in Zuora (Unable to locate a matching rate plan to amend)",
        "Somebody renumbered it and emptied the externally managed plan id of its rate plan. With that id filled it is found.",
        tags="ERR-no-rate-plan O16",
        orders=(FIRST_YEAR, MORE),
        by_hand=(RatePlanInZuora("SUB-0000001", number="A-S00000077"),),
        stops={
            102: f"{AMENDED_LINE} changes SUB-0000001, but Zuora has no rate plan to amend with the externally managed plan id "
            f"{line_id(1)}, and no subscription of that number on this account. Sync the order that sold it first, or write that id into "
            "the rate plan of its subscription in Zuora; if the subscription was moved to another owner there, move it back. Then resync."
        },
        cure=(RatePlanInZuora("A-S00000077", external_id=line_id(1)),),
        told=(CREATED, "102: update A-S00000077 from 2026-05-01: 15 x 10.00"),
        ends=("A-S00000077 Active: 15 until 2026-12-31",),
        sold="1600.00",
        bill=("A-S00000077: 4 x 100.00, 8 x 150.00",),
        billed="1600.00",
    ),
    Case(
        "the subscription was moved to another owner (Unable to locate a matching rate plan to amend)",
        "Acme Labs owns it in Zuora, Acme Corp amends it in Salesforce. Moved back, it is found.",
        tags="ERR-no-rate-plan O16",
        others=(LABS,),
        orders=(FIRST_YEAR, MORE),
        by_hand=(Synced(cast.ACME_LABS), MovedInZuora("SUB-0000001", cast.ACME_LABS)),
        stops={
            102: f"{AMENDED_LINE} changes SUB-0000001, but Zuora has no rate plan to amend with the externally managed plan id "
            f"{line_id(1)}, and no subscription of that number on this account. Sync the order that sold it first, or write that id into "
            "the rate plan of its subscription in Zuora; if the subscription was moved to another owner there, move it back. Then resync."
        },
        cure=(MovedInZuora("SUB-0000001", cast.ACME_CORP),),
        told=(CREATED, MORE_TOLD),
        ends=("SUB-1 Active: 15 until 2026-12-31",),
        sold="1600.00",
        bill=("SUB-1: 4 x 100.00, 8 x 150.00",),
        billed="1600.00",
    ),
    Case(
        "the revised order product is another account's (Unable to locate a matching rate plan to amend)",
        "Revised Order Product points into an order of Acme Labs.",
        tags="ERR-no-rate-plan O16",
        others=(
            cast.account(
                cast.ACME_LABS,
                Name="Acme Labs",
                orders=[
                    new(
                        109,
                        "2026-01-01",
                        line(19, SEATS, "2026-01-01", "2026-12-31", "1", "120.00", total="120.00"),
                    )
                ],
            ),
        ),
        orders=(
            FIRST_YEAR,
            amendment(
                102,
                "2026-05-01",
                line(2, SEATS, "2026-05-01", "2026-12-31", "5", "120.00", total="400.00", changes=19),
            ),
        ),
        stops={
            102: f"{AMENDED_LINE} revises the order product {line_id(19)}, which is in no activated order of this account, so there is no "
            "rate plan to amend. Fill Revised Order Product with the first order product of the subscription, or align the accounts "
            "of both orders, in Salesforce and resync."
        },
        cure=(InSalesforce("OrderItem", line_id(2), {"SBQQ__RevisedOrderProduct__c": line_id(1)}),),
        told=(CREATED, MORE_TOLD),
        ends=("SUB-1 Active: 15 until 2026-12-31",),
        sold="1600.00",
        bill=("SUB-1: 4 x 100.00, 8 x 150.00",),
        billed="1600.00",
    ),
    Case(
        "not contracted (No matching Subscription for order product)",
        "There is no CPQ subscription yet: the order is left out, with its reason, until somebody ticks Contracted.",
        tags="ERR-no-subscription O17",
        orders=(new(101, "2026-01-01", TEN_SEATS, SBQQ__Contracted__c=False),),
        skips={
            101: "it has subscription lines and is not contracted. Tick Contracted in Salesforce and resync"
        },
        cure=(InSalesforce("Order", order_id(101), {"SBQQ__Contracted__c": True}),),
        told=(CREATED,),
        ends=TEN,
        **YEAR,
    ),
    Case(
        "not activated (No matching Subscription for order product)",
        "A draft is left out until it is activated.",
        tags="ERR-no-subscription O17",
        orders=(new(101, "2026-01-01", TEN_SEATS, Status="Draft", StatusCode="Draft"),),
        skips={101: "its status is Draft, not activated. Activate it in Salesforce and resync"},
        cure=(InSalesforce("Order", order_id(101), {"Status": "Activated", "StatusCode": "Activated"}),),
        told=(CREATED,),
        ends=TEN,
        **YEAR,
    ),
    Case(
        "usage without the schedule's id or number in Zuora (Revised order product has no revised consumption schedule id)",
        "A renumbered subscription whose rate plan lacks the schedule's id cannot be told; with that id filled it is found.",
        tags="ERR-no-revised-schedule",
        orders=USAGE[-1].orders,
        by_hand=(RatePlanInZuora("SUB-0000005", number="A-S00000077"),),
        stops={
            102: "Order 00000102, line 0000000006 (API calls) changes SUB-0000005, but Zuora has no rate plan to amend with the externally "
            "managed plan id a07000000000001AAA, and no subscription of that number on this account. Sync the order that sold it first, "
            "or write that id into the rate plan of its subscription in Zuora; if the subscription was moved to another owner there, "
            "move it back. Then resync."
        },
        cure=(RatePlanInZuora("A-S00000077", external_id="a07000000000001AAA"),),
        told=(USAGE_TOLD, "102: cancel A-S00000077 on 2026-07-01"),
        ends=("A-S00000077 Cancelled: usage until 2026-06-30",),
    ),
    Case(
        "usage without the schedule's id in Zuora (Revised order product has no revised consumption schedule id)",
        "The vendor's connector needs that id on the rate plan. Here the subscription is found by its number all the same.",
        tags="ERR-no-revised-schedule",
        orders=USAGE[-1].orders,
        by_hand=(RatePlanInZuora("SUB-0000005"),),
        told=USAGE[-1].told,
        ends=USAGE[-1].ends,
    ),
    Case(
        "a schedule taken off its product (Order product consumption schedule not found)",
        "Nothing in the catalog stands for the order's copy of it, until the schedule is on the product again.",
        tags="ERR-schedule-not-found U9",
        orders=(new(101, "2026-01-01", calls(cast.schedule(product_schedule_id=""))),),
        stops={
            101: "Order 00000101, line 0000000005 (API calls), schedule Calls by the month has no counterpart on the product (Product "
            "Consumption Schedule not found). Add the schedule to the product again in Salesforce, and resync."
        },
        cure=(
            AddedInSalesforce(
                {
                    "ProductConsumptionSchedule": [
                        {
                            "Id": cast.CALLS_BY_RATE,
                            "ProductId": cast.CALLS,
                            "ConsumptionScheduleId": cast.CALL_RATES,
                        }
                    ]
                }
            ),
        ),
        told=(USAGE_TOLD,),
        ends=USAGE_END,
    ),
    Case(
        "a product without a rate plan of ours (Cannot find the charge for the product)",
        "Zuora has the SKU, but no rate plan with Salesforce's id: the vendor's connector fails, this one adds rate plan and charge.",
        tags="ERR-no-charge P1 P3",
        before=(in_catalog(),),
        orders=(FIRST_YEAR,),
        told=(CREATED,),
        ends=TEN,
        **YEAR,
    ),
    Case(
        "a rate plan without a charge (Cannot find the charge for the product)",
        "The rate plan has Salesforce's id and no charge: one is added.",
        tags="ERR-no-charge P1 P2",
        before=(in_catalog(external_id=cast.SEATS),),
        orders=(FIRST_YEAR,),
        told=(CREATED,),
        ends=TEN,
        **YEAR,
    ),
    Case(
        "a charge that does not fit (Cannot find the charge for the product)",
        "The rate plan with Salesforce's id charges a flat fee, the line is sold by the unit: nothing is guessed.",
        tags="ERR-no-charge P4",
        before=(in_catalog(FLAT_CHARGE, external_id=cast.SEATS),),
        orders=(FIRST_YEAR,),
        stops={
            101: f"Product Seats ({cast.SEATS}) is sold as Recurring / Per Unit Pricing, but Zuora's charge <id> of its rate plan is "
            "Recurring / Flat Fee Pricing. Point the rate plan's externally managed plan id at a fitting plan in Zuora, or correct the "
            "product in Salesforce, and resync."
        },
        who=OPERATOR,
    ),
)

STOPS = (
    Case(
        "more taken back than was sold",
        "Twelve of ten seats.",
        tags="STOP",
        orders=(FIRST_YEAR, amendment(102, "2026-07-01", change(2, "2026-07-01", "-12", total="-720.00"))),
        stops={
            102: f"{AMENDED_LINE} takes more back from SUB-0000001 than was sold: from 2026-07-01 on its quantity would be -2. Correct "
            "Quantity in Salesforce and resync."
        },
        told=(CREATED,),
        ends=TEN,
        **YEAR,
    ),
    # Nine months of five seats are 450.00.
    Case(
        "beyond the term",
        "The amendment goes on until March, the contract ends in December.",
        tags="STOP",
        orders=(
            FIRST_YEAR,
            amendment(102, "2026-07-01", change(2, "2026-07-01", "5", total="450.00", last_day="2027-03-31")),
        ),
        stops={
            102: f"{AMENDED_LINE} changes SUB-0000001 from 2026-07-01 to 2027-03-31, but that runs from 2026-01-01 to 2026-12-31. Correct "
            "Start Date or End Date in Salesforce and resync."
        },
        told=(CREATED,),
        ends=TEN,
        **YEAR,
    ),
    Case(
        "in another currency",
        "Without multi-currency Zuora bills in the account's currency alone.",
        tags="STOP O8 O9",
        orders=(new(101, "2026-01-01", {**TEN_SEATS, "CurrencyIsoCode": "EUR"}, CurrencyIsoCode="EUR"),),
        stops={
            101: f"Order 00000101 ({order_id(101)}) is in EUR, but Zuora bills its account in USD. Correct the order's currency in "
            "Salesforce, or bill it through another account; or, where Zuora's multi-currency is on, switch on the integration's "
            "option “Orders in other currencies”. Then resync."
        },
    ),
    Case(
        "another billing frequency by amendment",
        "Zuora cannot change the billing period of a subscription.",
        tags="STOP O9",
        orders=(
            FIRST_YEAR,
            amendment(102, "2026-05-01", change(2, "2026-05-01", "5", total="400.00", **QUARTERLY)),
        ),
        stops={
            102: f"{AMENDED_LINE} is sold in another way than SUB-0000001, "
            "which it changes (billing frequency); Zuora cannot change that. Cancel the old line and sell a new one in Salesforce, "
            "and resync."
        },
        told=(CREATED,),
        ends=TEN,
        **YEAR,
    ),
    Case(
        "an amendment that points at nothing",
        "Its type says amendment, but nothing says of what: carried as new it would bill twice.",
        tags="STOP O16",
        orders=(
            FIRST_YEAR,
            new(
                102,
                "2026-05-01",
                line(2, SEATS, "2026-05-01", "2026-12-31", "5", "120.00", total="400.00"),
                Type="Amendment",
            ),
        ),
        stops={
            102: f"Order 00000102 ({order_id(102)}) is an amendment order (its Type is Amendment), but neither its opportunity names a "
            "contract nor a line its Revised Order Product. Fill Revised Order Product, or correct that in Salesforce if it is a new "
            "order, and resync."
        },
        cure=(InSalesforce("OrderItem", line_id(2), {"SBQQ__RevisedOrderProduct__c": line_id(1)}),),
        told=(CREATED, MORE_TOLD),
        ends=("SUB-1 Active: 15 until 2026-12-31",),
        sold="1600.00",
        bill=("SUB-1: 4 x 100.00, 8 x 150.00",),
        billed="1600.00",
    ),
    Case(
        "cancelled in Zuora by hand",
        "Somebody ended it on 1 June in Zuora; Salesforce sells it on and amends it from July.",
        tags="STOP",
        orders=(FIRST_YEAR, amendment(102, "2026-07-01", change(2, "2026-07-01", "5", total="300.00"))),
        by_hand=(InZuora("SUB-0000001", "2026-06-01"),),
        stops={
            102: f"{AMENDED_LINE} changes SUB-0000001, which was cancelled in Zuora, though Salesforce sells it on. Enter the order in "
            "Zuora by hand, under the same order number, and resync."
        },
        who=BILLING_ADMINISTRATOR,
        told=(CREATED,),
        ends=("SUB-1 Cancelled: 10 until 2026-05-31",),
        sold="1200.00",
        bill=("SUB-1: 5 x 100.00",),
        billed="500.00",
        overbills="-700.00",
    ),
    Case(
        "quantity changed in Zuora by hand",
        "Somebody made it twenty from June. The order stops until that is put right; put right it goes.",
        tags="STOP",
        orders=(FIRST_YEAR, amendment(102, "2026-09-01", change(2, "2026-09-01", "5", total="200.00"))),
        by_hand=(InZuora("SUB-0000001", "2026-06-01", 20),),
        stops={
            102: f"{AMENDED_LINE} changes SUB-0000001, which is not as its orders left it: its quantity there is 20, by Salesforce 10. The "
            "order would overwrite that. Put it right in Zuora, or let the integration warn only, and resync."
        },
        who=BILLING_ADMINISTRATOR,
        cure=(InZuora("SUB-0000001", "2026-06-01", 10),),
        told=(CREATED, "102: update SUB-1 from 2026-09-01: 15 x 10.00"),
        ends=("SUB-1 Active: 15 until 2026-12-31",),
        sold="1400.00",
        bill=("SUB-1: 8 x 100.00, 4 x 150.00",),
        billed="1400.00",
    ),
    # June to August stay at twenty, which is three times 100.00 more than was sold: the warning says what is overwritten.
    Case(
        "quantity changed in Zuora by hand, warn only",
        "The integration warns and goes on: from September it is what Salesforce sold.",
        tags="WARN",
        options={"money_rule": MoneyRule.WARN},
        orders=(FIRST_YEAR, amendment(102, "2026-09-01", change(2, "2026-09-01", "5", total="200.00"))),
        by_hand=(InZuora("SUB-0000001", "2026-06-01", 20),),
        warns=(
            "SUB-0000001 is not as its orders left it, and is overwritten: its quantity there is 20, by Salesforce 10.",
        ),
        told=(CREATED, "102: update SUB-1 from 2026-09-01: 15 x 10.00"),
        ends=("SUB-1 Active: 15 until 2026-12-31",),
        sold="1400.00",
        bill=("SUB-1: 5 x 100.00, 3 x 200.00, 4 x 150.00",),
        billed="1700.00",
        overbills="300.00",
    ),
    Case(
        "the total does not follow from the price",
        "Ten at 120.00 are 1200.00, but the line says 1100.00.",
        tags="STOP",
        orders=(new(101, "2026-01-01", {**TEN_SEATS, "TotalPrice": Decimal("1100.00")}),),
        stops={
            101: "Order 00000101, line 0000000001 (Seats): Zuora would bill 1200.00 (10 x 10.00 x 12 periods), Salesforce sold 1100.00; "
            "the difference of 100.00 is more than rounding. Correct Unit Price, Total Price or the dates in Salesforce, or allow more "
            "price decimals in the integration, and resync."
        },
    ),
    Case(
        "the total does not follow from the price, warn only",
        "Zuora bills by the price; the warning tells both figures.",
        tags="WARN",
        options={"money_rule": MoneyRule.WARN},
        orders=(new(101, "2026-01-01", {**TEN_SEATS, "TotalPrice": Decimal("1100.00")}),),
        warns=(
            "Order 00000101, line 0000000001 (Seats): Zuora would bill 1200.00 (10 x 10.00 x 12 periods), Salesforce sold 1100.00; the "
            "difference of 100.00 is more than rounding. Correct Unit Price, Total Price or the dates in Salesforce, or allow more "
            "price decimals in the integration, and resync.",
        ),
        told=(CREATED,),
        ends=TEN,
        sold="1100.00",
        bill=("SUB-1: 12 x 100.00",),
        billed="1200.00",
        overbills="100.00",
    ),
    Case(
        "lines that are not seen",
        "Salesforce sums the order to 2400.00, the lines that can be read come to 1200.00.",
        tags="STOP",
        orders=(new(101, "2026-01-01", TEN_SEATS, TotalAmount=Decimal("2400.00")),),
        stops={
            101: f"Order 00000101 ({order_id(101)}) amounts to 2400.00 in Salesforce, but its lines come to 1200.00: 1200.00 is missing. "
            "Let the integration user see all its order products, or recalculate the order, in Salesforce, and resync."
        },
    ),
    # By the multiplier twelve months: 1200.00 / 12 = 100.00 a month. By the dates twenty-four: 50.00.
    Case(
        "an end date a year off",
        "The total still adds up; the prorate multiplier gives the wrong date away.",
        tags="STOP",
        orders=(new(101, "2026-01-01", {**TEN_SEATS, "EndDate": "2027-12-31"}),),
        stops={
            101: "Order 00000101, line 0000000001 (Seats) is prorated over 12 months, but its dates span 24: by its multiplier a billing "
            "period costs 10.00, by its dates 5.00. Correct Start Date or End Date in Salesforce and resync; if the dates are right and "
            "Salesforce CPQ prorates in its own way, let the integration warn only."
        },
        cure=(InSalesforce("OrderItem", line_id(1), {"EndDate": "2026-12-31"}),),
        told=(CREATED,),
        ends=TEN,
        **YEAR,
    ),
    Case(
        "an early renewal that gives nothing back",
        "Zuora ends the old term on 1 October, so three sold months would go unbilled: 1320.00 - 300.00 = 1020.00.",
        tags="STOP O14",
        orders=(
            FIRST_YEAR,
            renewal(
                102,
                "2026-10-01",
                line(2, SEATS, "2026-10-01", "2027-09-30", "10", "132.00", total="1320.00", renews=1),
            ),
        ),
        stops={
            102: f"{AMENDED_LINE}: Zuora would bill 1020.00 (10 x 11.00 x 12 periods), Salesforce sold 1320.00; the difference of -300.00 "
            "is more than rounding. It renews SUB-0000001 before its term ends on 2027-01-01, and Zuora takes back what was sold for the "
            "rest of it. Give that back in Salesforce by amending it to zero from 2026-10-01 on, and then deactivate and activate this "
            "order in Salesforce, so that it comes after that. Else correct Unit Price, Total Price or the dates in Salesforce, or allow "
            "more price decimals in the integration, and resync."
        },
        told=(CREATED,),
        ends=TEN,
        **YEAR,
    ),
    Case(
        "a renewal of what never ends",
        "An evergreen subscription has no next term.",
        tags="STOP O18",
        orders=(
            new(
                101,
                "2026-01-01",
                line(1, SEATS, "2026-01-01", None, "10", "120.00", total="1200.00", **EVERGREEN),
            ),
            renewal(102, "2027-01-01", renewed(2, "10", "120.00", total="1200.00")),
        ),
        stops={
            102: f"{AMENDED_LINE} renews SUB-0000001, which is evergreen and never ends. Remove the line from the renewal in Salesforce "
            "and resync."
        },
        told=("101: create SUB-1: 10 x 10.00 Month, 2026-01-01 without end",),
        ends=("SUB-1 Active: 10 until further notice",),
        sold="1200.00",
        through="2026-06-30",
        bill=("SUB-1: 6 x 100.00",),
        billed="600.00",
    ),
    Case(
        "more than three hundred subscriptions",
        "Zuora takes at most three hundred in one order, in the background, too.",
        tags="STOP",
        orders=(
            new(
                101,
                "2026-01-01",
                *(
                    line(n, SEATS, "2026-01-01", "2026-12-31", "1", "12.00", total="12.00")
                    for n in range(1, 302)
                ),
            ),
        ),
        stops={
            101: f"Order 00000101 ({order_id(101)}) comes to 301 subscriptions with 301 order actions and no line items; Zuora takes at "
            "most 300 subscriptions and actions and 100 line items in one order. Split it into several orders in Salesforce, and resync."
        },
    ),
    Case(
        "a pending subscription in the way",
        "The tenant asks for an activation date, and nobody has set it: the first order is pending, and the amendment waits for it.",
        tags="STOP O4",
        tenant={"service_activation_required": True},
        orders=(FIRST_YEAR, MORE),
        by_hand=(Setting({}),),
        warns=(
            f"Order 00000101 ({order_id(101)}) is pending in Zuora: it bills nothing until its activation dates are set there. Set them on "
            "the order in Zuora.",
        ),
        stops={
            102: f"{AMENDED_LINE} changes SUB-0000001, which is still pending activation in Zuora. Set its activation dates there "
            "and resync."
        },
        who=BILLING_ADMINISTRATOR,
        cure=(ActivatedInZuora("00000101", "2026-01-01"),),
        told=(CREATED, MORE_TOLD),
        ends=("SUB-1 Active: 15 until 2026-12-31",),
        sold="1600.00",
        bill=("SUB-1: 4 x 100.00, 8 x 150.00",),
        billed="1600.00",
    ),
    Case(
        "a one-time line taken back",
        "Zuora credits by a credit memo, not by an order.",
        tags="STOP",
        orders=(
            new(101, "2026-01-01", item(8, ONBOARDING, "1", "750.00", total="750.00")),
            amendment(102, "2026-02-01", item(9, ONBOARDING, "-1", "750.00", total="-750.00")),
        ),
        stops={
            102: "Order 00000102, line 0000000009 (Onboarding) takes back 1 of a one-time line; Zuora takes it back with a credit memo, "
            "not with an order. Credit it in Zuora and enter the order there by hand, under the same order number, and resync."
        },
        who=BILLING_ADMINISTRATOR,
        told=("101: item Onboarding: 1 x 750.00",),
        sold="750.00",
        bill=("Onboarding: 1 x 750.00",),
        billed="750.00",
    ),
    Case(
        "amendments left to people",
        "The option to amend subscriptions is off: new orders alone are carried.",
        tags="STOP",
        options={"amend_subscriptions": False},
        orders=(FIRST_YEAR, MORE),
        skips={
            102: "it is an amendment order, and the integration leaves those to people. Enter it in Zuora by hand, under the same order "
            "number"
        },
        told=(CREATED,),
        ends=TEN,
        **YEAR,
    ),
    Case(
        "usage without a subscription",
        "An order line item cannot carry usage.",
        tags="STOP U8",
        orders=(new(101, "2026-01-01", calls(cast.schedule(), SBQQ__SubscriptionPricing__c=None)),),
        stops={
            101: "Order 00000101, line 0000000005 (API calls) is charged by usage and has no subscription (Subscription Pricing is empty); "
            "Zuora's order line items cannot carry usage. Fill Subscription Pricing of the order product in Salesforce, contract the "
            "order, and resync."
        },
        cure=(InSalesforce("OrderItem", line_id(5), {"SBQQ__SubscriptionPricing__c": "Fixed Price"}),),
        told=(USAGE_TOLD,),
        ends=USAGE_END,
    ),
    Case(
        "a rate in another currency",
        "All rates of an order are in its currency.",
        tags="STOP U2",
        orders=(
            new(
                101,
                "2026-01-01",
                calls(cast.schedule(rates=[cast.rate("0", None, "0.5", CurrencyIsoCode="EUR")])),
            ),
        ),
        stops={
            101: "Order 00000101, line 0000000005 (API calls), schedule Calls by the month has a rate in EUR (CurrencyIsoCode), but its "
            "order is in USD. Zuora bills an order in one currency: correct the rate in Salesforce, and resync."
        },
    ),
    Case(
        "a tier with a cap",
        "An order in Zuora cannot say a cap: dropped, it would overbill.",
        tags="STOP U7",
        options={"tier_caps_field": "Cap__c"},
        orders=(
            new(
                101,
                "2026-01-01",
                calls(cast.schedule(rates=[cast.rate("0", None, "0.5", Cap__c=Decimal(1000))])),
            ),
        ),
        stops={
            101: "Order 00000101, line 0000000005 (API calls), schedule Calls by the month caps a tier at 1000 (Cap__c), which an order in "
            "Zuora cannot say, so that more could be billed than was sold. Empty the cap in Salesforce, or the tier cap field of the "
            "integration to bill without caps, and resync."
        },
        who=OPERATOR,
        cure=(Setting({"tier_caps_field": ""}),),
        told=("101: create SUB-5: volume 0 up at 0.50; Month, 2026-01-01 for 12 months",),
        ends=USAGE_END,
    ),
)

CASES = (
    *NEW_ORDERS,
    *RAMPS,
    *CURRENCIES_AND_OPTIONS,
    *USAGE,
    *AMENDMENTS,
    *RENEWALS,
    *WHOLE_CONTRACTS,
    *TERMS,
    *DOCUMENTED_ERRORS,
    *STOPS,
)

DOCUMENTED = (
    *("USE-quantity", "USE-cancel", "USE-price", "USE-add", "USE-renew", "USE-renew-asset", "USE-owner"),
    *(f"O{number}" for number in range(1, 25)),
    *(f"U{number}" for number in range(1, 10)),
    *(f"P{number}" for number in range(1, 6)),
    *(f"C{number}" for number in range(1, 6)),
    *("ERR-invalid-products", "ERR-no-rate-plan", "ERR-no-subscription"),
    *("ERR-no-revised-schedule", "ERR-schedule-not-found", "ERR-no-charge"),
)
"""What the vendor documents of orders, usage, products and contacts: each must be the tag of a case."""
