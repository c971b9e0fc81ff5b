"""What people type into Salesforce and must not, field by field, and what becomes of it.

A case is one field of one record with one bad value. Its outcome is stated: the value is carried, cleaned, cut or left out
and the record is in Zuora, or the record stays out and a line of the log names it, who acts, and on what.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

ACCOUNT, CONTACT, ORDER, LINE, PRODUCT = "Account", "Contact", "Order", "OrderItem", "Product2"


class Fate(StrEnum):
    CARRIED = "carried as it is"
    CLEANED = "carried without what no request can hold"
    CUT = "carried up to Zuora's length"
    EMPTY = "carried without a value"
    LEFT_OUT = "carried without the value, with a warning"
    WITHOUT = "carried, since the field decides nothing here"
    SKIPPED = "left in Salesforce, with the reason"
    STOPPED = "stopped before Zuora is asked"
    REFUSED = "refused by Zuora"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`told`: what the line of the log says, where there must be one."""

    fate: Fate
    told: str = ""


Row = Mapping[str, Outcome]

CARRIED, CLEANED, CUT = Outcome(Fate.CARRIED), Outcome(Fate.CLEANED), Outcome(Fate.CUT)
EMPTY, WITHOUT = Outcome(Fate.EMPTY), Outcome(Fate.WITHOUT)


def stopped(told: str) -> Outcome:
    return Outcome(Fate.STOPPED, told)


def refused(told: str) -> Outcome:
    return Outcome(Fate.REFUSED, told)


def left_out(told: str) -> Outcome:
    return Outcome(Fate.LEFT_OUT, told)


def skipped(told: str) -> Outcome:
    return Outcome(Fate.SKIPPED, told)


TEXTS: Mapping[str, Any] = {
    "nothing": None,
    "blank": "   ",
    "too long": "Overlong " * 7500,
    "emoji": "Acme 🚀",
    "right to left": "شركة \u202eAcme",
    "control characters": "Ac\x00me\x07\x1b[31m\r\nCorp\ud83d",
    "markup": "<b onclick=alert(1)>{{7*7}}",
    "quotes": "O'Hara') OR Name != '",
    "formula": '=HYPERLINK("Acme")',
}


def every(outcome: Outcome, **others: Outcome) -> Row:
    return {name: others.get(name.replace(" ", "_"), outcome) for name in TEXTS}


def text(longest: int, **others: Outcome) -> Row:
    """A field that carries any text up to a length."""
    told = stopped(f"Zuora takes at most {longest} in ")
    row = {name: told if value and len(value.strip()) > longest else CARRIED for name, value in TEXTS.items()}
    short = len("Acme[31m Corp") <= longest
    changed = {"nothing": EMPTY, "blank": EMPTY, "control characters": CLEANED if short else told}
    return {**row, **changed, **{name.replace("_", " "): outcome for name, outcome in others.items()}}


NO_STATE, NO_COUNTRY = (
    stopped("which is no state or province of United States"),
    stopped("which is no country"),
)
NO_EMAIL = left_out("which is no e-mail address")
HELD_BACK_EMOJI = stopped("holds the character 🚀 (U+1F680 ROCKET), which Zuora refuses")


def address(prefix: str, **needed: Outcome) -> dict[str, Row]:
    """`needed`: what is said where state or country is missing, if they may not."""
    state, country = needed.get("state", EMPTY), needed.get("country", EMPTY)
    return {
        f"{prefix}Street": text(255),
        f"{prefix}City": text(100),
        f"{prefix}State": every(NO_STATE, nothing=state, blank=state),
        f"{prefix}PostalCode": text(20, right_to_left=CARRIED),
        f"{prefix}Country": every(NO_COUNTRY, nothing=country, blank=country),
    }


NO_CODE = stopped("has no product code; Zuora needs it as SKU")
NO_TAX_CODE = stopped("is taxable and has no tax code")
UNKNOWN_TERM = refused("is not defined")
OTHER_CURRENCY = stopped("but Zuora bills its account in USD")
NOT_ACTIVATED = skipped("not activated. Activate it in Salesforce and resync")
UNFINISHED_ADDRESS = stopped("has a billing address of its own, without country")

TEXT_FIELDS: Mapping[str, Mapping[str, Row]] = {
    ACCOUNT: {
        "Name": text(
            255,
            nothing=stopped("has no Name; Zuora requires name"),
            blank=stopped("has no Name; Zuora requires name"),
            too_long=CUT,
            emoji=HELD_BACK_EMOJI,
        ),
        "Description": text(65535),
        "OwnerId": text(50),
        "CurrencyIsoCode": text(3, nothing=WITHOUT, blank=WITHOUT),
        **address(
            "Billing", state=stopped("has no billing state"), country=stopped("has no billing country")
        ),
        **address("Shipping"),
    },
    CONTACT: {
        name: text(
            100,
            nothing=stopped(f"has no {name}; Zuora requires"),
            blank=stopped(f"has no {name}; Zuora requires"),
            emoji=HELD_BACK_EMOJI,
        )
        for name in ("FirstName", "LastName")
    }
    | {
        "Email": every(NO_EMAIL, nothing=EMPTY, blank=EMPTY),
        "Phone": text(40),
        "MobilePhone": text(100),
        "Fax": text(40),
        **address("Mailing"),
    },
    ORDER: {
        "OrderNumber": every(
            CARRIED,
            nothing=stopped("Order without a number"),
            blank=stopped("Order without a number"),
            too_long=stopped("characters"),
            control_characters=CLEANED,
        ),
        "PoNumber": every(WITHOUT),
        "SBQQ__PaymentTerm__c": every(UNKNOWN_TERM, nothing=WITHOUT, blank=WITHOUT),
        "CurrencyIsoCode": every(OTHER_CURRENCY, nothing=WITHOUT, blank=WITHOUT),
        "Type": every(WITHOUT),
        "StatusCode": every(NOT_ACTIVATED),
        "SBQQ__PriceCalcStatus__c": every(WITHOUT),
        **{
            f"Billing{part}": every(UNFINISHED_ADDRESS, nothing=WITHOUT, blank=WITHOUT)
            for part in ("Street", "City", "State", "PostalCode")
        },
        "BillingCountry": every(NO_COUNTRY, nothing=WITHOUT, blank=WITHOUT),
    },
    LINE: {
        "OrderItemNumber": every(WITHOUT),
        "SBQQ__BillingFrequency__c": every(
            stopped("has the billing frequency"), nothing=WITHOUT, blank=WITHOUT
        ),
        "SBQQ__ChargeType__c": every(stopped("has the Charge Type"), nothing=WITHOUT, blank=WITHOUT),
        "SBQQ__BillingType__c": every(stopped("has the Billing Type"), nothing=WITHOUT, blank=WITHOUT),
        "SBQQ__SubscriptionType__c": every(
            stopped("has the Subscription Type"), nothing=WITHOUT, blank=WITHOUT
        ),
        "SBQQ__PricingMethod__c": every(WITHOUT),
        "SBQQ__ContractAction__c": every(stopped("has the contract action"), nothing=WITHOUT, blank=WITHOUT),
    },
    PRODUCT: {
        "Name": every(WITHOUT),
        "ProductCode": text(50, nothing=NO_CODE, blank=NO_CODE, too_long=stopped("Zuora's SKU holds 50")),
        "Description": every(WITHOUT),
        "SBQQ__TaxCode__c": text(
            64, nothing=NO_TAX_CODE, blank=NO_TAX_CODE, too_long=stopped("Zuora holds 64")
        ),
        "QuantityUnitOfMeasure": every(
            refused("which is not defined"), nothing=WITHOUT, blank=WITHOUT, too_long=WITHOUT, markup=WITHOUT
        ),
    },
}

NUMBERS: Mapping[str, Any] = {
    "nothing": None,
    "zero": 0,
    "negative": -5,
    "huge": 1e15,
    "many decimals": 3.3333337448556666,
    "next to nothing": 1e-12,
}
MORE_THAN_ROUNDING = stopped("is more than rounding")
OTHER_MONTHS = stopped("but its dates span 12")
NO_MULTIPLIER = stopped("has no usable prorate multiplier")


def numbers(outcome: Outcome, **others: Outcome) -> Row:
    return {name: others.get(name.replace(" ", "_"), outcome) for name in NUMBERS}


NUMBER_FIELDS: Mapping[str, Mapping[str, Row]] = {
    LINE: {
        "Quantity": numbers(
            MORE_THAN_ROUNDING,
            nothing=stopped("has no usable Quantity"),
            zero=skipped("all its lines have the quantity 0"),
            negative=stopped("has the quantity -5 and revises no order product"),
        ),
        "UnitPrice": numbers(MORE_THAN_ROUNDING, nothing=stopped("has no usable UnitPrice")),
        "TotalPrice": numbers(MORE_THAN_ROUNDING, nothing=WITHOUT),
        "SBQQ__DefaultSubscriptionTerm__c": numbers(
            OTHER_MONTHS, nothing=WITHOUT, zero=WITHOUT, negative=NO_MULTIPLIER
        ),
        "SBQQ__ProrateMultiplier__c": numbers(
            OTHER_MONTHS, nothing=WITHOUT, zero=NO_MULTIPLIER, negative=NO_MULTIPLIER
        ),
    },
    ORDER: {"TotalAmount": numbers(stopped("amounts to"), nothing=WITHOUT)},
}

DATES: Mapping[str, Any] = {
    "nothing": None,
    "reversed": "",
    "leap day": "2028-02-29",
    "far past": "0001-01-01",
    "far future": "9999-12-31",
    "no day of the calendar": "2026-02-30",
}
REVERSED = {"ServiceDate": "2027-06-01", "EndDate": "2025-01-01", "EffectiveDate": "2027-06-01"}
BEFORE_ITS_START = stopped("before its start on")
OTHER_SPAN = stopped("but its dates span")


def dates(outcome: Outcome, **others: Outcome) -> Row:
    return {name: others.get(name.replace(" ", "_"), outcome) for name in DATES}


DATE_FIELDS: Mapping[str, Mapping[str, Row]] = {
    LINE: {
        "ServiceDate": dates(
            BEFORE_ITS_START,
            nothing=WITHOUT,
            far_past=OTHER_SPAN,
            far_future=stopped("has no usable ServiceDate"),
            no_day_of_the_calendar=stopped("has no usable ServiceDate"),
        ),
        "EndDate": dates(
            BEFORE_ITS_START,
            nothing=stopped("has no usable EndDate"),
            leap_day=OTHER_SPAN,
            far_future=stopped("has no usable EndDate"),
            no_day_of_the_calendar=stopped("has no usable EndDate"),
        ),
    },
    ORDER: {
        "EffectiveDate": dates(
            WITHOUT, nothing=refused("'orderDate'"), no_day_of_the_calendar=refused("'orderDate'")
        ),
        "ActivatedDate": dates(WITHOUT),
    },
}


@dataclass(frozen=True, slots=True)
class Case:
    sobject: str
    field: str
    name: str
    value: Any
    outcome: Outcome

    def __str__(self) -> str:
        return f"{self.sobject}.{self.field}-{self.name}"


def cases() -> Iterator[Case]:
    for kinds, values in ((TEXT_FIELDS, TEXTS), (NUMBER_FIELDS, NUMBERS), (DATE_FIELDS, DATES)):
        for sobject, fields in kinds.items():
            for field, row in fields.items():
                for name, outcome in row.items():
                    value = REVERSED.get(field) if name == "reversed" else values[name]
                    if field == "ActivatedDate" and value:
                        value = f"{value}T00:00:00.000+0000"
                    yield Case(sobject, field, name, value, outcome)
