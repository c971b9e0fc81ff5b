"""Lines charged by usage: every consumption schedule becomes a Zuora rate plan with one usage charge (vendor rules U1-U9).

The catalog entry is the schedule on the product (ProductConsumptionSchedule), shared by all orders; its prices are a
placeholder, because the order says its own. A Range is Zuora's volume pricing (the whole quantity at one tier's price), a
Slab is tiered pricing (each tier's part at its own).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from connector.domain import JSON, ids, paths
from connector.domain.catalog import ChargeSetup, ProductUse, Schedule, catalog_currencies
from connector.domain.catalog_fields import unit_of_measure
from connector.domain.charge_types import SCHEDULES, is_usage
from connector.domain.labels import line_label
from connector.domain.line_fields import decimal_field, line_error, plain
from connector.domain.operations import LineMoney, Ref
from connector.domain.rules import Options
from connector.domain.snapshot import OrderSnapshot
from connector.domain.tiers import Tier, fault, in_order, zuora_tiers
from connector.domain.values import Unconvertible, as_text, cleaned
from connector.errors import ConfigError

_SETUPS = {"Range": ChargeSetup.USAGE_VOLUME, "Slab": ChargeSetup.USAGE_TIERED}
_PRICE_FORMATS = ("PerUnit", "FlatFee")  # spelt alike on both sides
_MONTHS = {"Month": 1, "Quarter": 3, "Year": 12}
_PERIODS = {1: "Month", 3: "Quarter", 6: "Semi_Annual", 12: "Annual"}


@dataclass(frozen=True, slots=True)
class UsagePlan:
    """One consumption schedule of a line. `schedule_id` is the SBQQ__OrderItemConsumptionSchedule__c record's (18 characters);
    `tiers` are Zuora's."""

    schedule_id: str
    use: ProductUse
    tiers: tuple[JSON, ...]

    def rate_plan(self, *, start: JSON) -> JSON:
        """The entry of `subscribeToRatePlans`; `start` is the `startDate` of its charge."""
        kind = "usageVolume" if self.use.setup is ChargeSetup.USAGE_VOLUME else "usageTiered"
        billing: JSON = {
            "billingPeriod": self.use.billing_period,
            "billCycleType": "ChargeTriggerDay",
            "billingPeriodAlignment": "AlignToCharge",
        }
        if self.use.specific_months:
            billing["specificBillingPeriod"] = self.use.specific_months
        return {
            "productRatePlanId": Ref(self.use.rate_plan_key),
            "externallyManagedPlanId": self.schedule_id,
            "externalCatalogPlanId": self.use.external_id,
            "subscriptionRatePlanNumber": self.schedule_id,
            "chargeOverrides": [
                {
                    "productRatePlanChargeId": Ref(self.use.charge_key),
                    # The unit of measure is the catalog charge's: Zuora's document types `uom` of usageVolume as a number.
                    "pricing": {kind: {"tiers": list(self.tiers)}},
                    "billing": billing,
                    "startDate": start,
                    "endDate": {"endDateCondition": "Subscription_End"},
                }
            ],
        }


def read_usage(
    order: OrderSnapshot, record: JSON, *, currency: str, options: Options
) -> tuple[UsagePlan, ...]:
    """The plans of an order product charged by usage (charge_types.is_usage), one for each of its consumption schedules.

    Raises RecordError naming the line, the schedule and the field; ConfigError where a tier has a cap.
    """
    label = line_label(order, record)
    schedules: Sequence[JSON] = record.get(SCHEDULES) or ()
    if not schedules:
        raise line_error(
            label,
            record,
            "is charged by usage and has no consumption schedule, so nothing says what its usage costs",
            "Add a consumption schedule to the product in Salesforce, let the order product have its copy with the rates, "
            "and resync.",
        )
    return tuple(
        _plan(f"{label}, schedule {_name(schedule)}", record, schedule, currency=currency, options=options)
        for schedule in schedules
    )


def usage_difference(label: str, money: LineMoney) -> str:
    return (
        f"{label}: usage is billed as it is used, nothing in advance, but Salesforce sold {money.salesforce_total}; Zuora would "
        "never bill that. Set the price of the order product to 0 in Salesforce, or sell the fixed part as a line of its own, "
        "and resync."
    )


def catalog_products(record: JSON) -> dict[str, JSON]:
    """The products of one line by the id of their catalog entry: the product's, or for usage those of its schedules."""
    product: JSON = record.get("Product2") or {}
    if not product.get("Id"):
        return {}
    if not is_usage(record):
        return {ids.normalise(str(product["Id"])): product}
    return {
        ids.normalise(str(schedule["product_schedule_id"])): product
        for schedule in record.get(SCHEDULES) or ()
        if schedule.get("product_schedule_id")
    }


def _plan(label: str, record: JSON, schedule: JSON, *, currency: str, options: Options) -> UsagePlan:
    product_schedule = str(schedule.get("product_schedule_id") or "")
    if not product_schedule:
        raise line_error(
            label,
            record,
            "has no counterpart on the product (Product Consumption Schedule not found)",
            "Add the schedule to the product again in Salesforce, and resync.",
        )
    setup = _SETUPS.get(str(schedule.get("SBQQ__Type__c")))
    if setup is None:
        raise _unknown(label, record, schedule, "SBQQ__Type__c", "Range or Slab")
    if schedule.get("SBQQ__RatingMethod__c") not in (None, "Tier"):
        raise _unknown(label, record, schedule, "SBQQ__RatingMethod__c", "Tier")
    period, specific_months = _billing_period(label, record, schedule)
    unit = unit_of_measure(schedule.get("SBQQ__UnitOfMeasure__c"), options)
    return UsagePlan(
        schedule_id=ids.normalise(str(schedule["Id"])),
        use=ProductUse(
            product=record.get("Product2") or {},
            setup=setup,
            currencies=catalog_currencies(currency, options),
            billing_period=period,
            specific_months=specific_months,
            schedule=Schedule(ids.normalise(product_schedule), _name(schedule), unit),
        ),
        tiers=_tiers(label, record, schedule, currency=currency, options=options),
    )


def _name(schedule: JSON) -> str:
    """The schedule's own name; its copy on the order product is merely numbered."""
    named = (schedule.get("SBQQ__ConsumptionSchedule__r") or {}).get("Name") or schedule.get("Name")
    return cleaned(str(named or ""), multiline=False) or str(schedule["Id"])


def _billing_period(label: str, record: JSON, schedule: JSON) -> tuple[str, int]:
    """Zuora's billing period and, where it has no name for it, its months."""
    unit_months = _MONTHS.get(str(schedule.get("SBQQ__BillingTermUnit__c")))
    if unit_months is None:
        raise _unknown(label, record, schedule, "SBQQ__BillingTermUnit__c", "Month, Quarter or Year")
    count = decimal_field(label, schedule, "SBQQ__BillingTerm__c")
    if count < 1 or count != count.to_integral_value():
        raise _unknown(label, record, schedule, "SBQQ__BillingTerm__c", "a whole number from 1")
    months = int(count) * unit_months
    return (_PERIODS[months], 0) if months in _PERIODS else ("Specific_Months", months)


def _tiers(label: str, record: JSON, schedule: JSON, *, currency: str, options: Options) -> tuple[JSON, ...]:
    rates: Sequence[JSON] = schedule.get("rates") or ()
    if not rates:
        raise line_error(
            label, record, "has no consumption rates", "Add its rates with prices in Salesforce, and resync."
        )
    for rate in rates:
        _refuse_currency(label, record, rate, currency)
        _refuse_cap(label, record, rate, options)
    tiers = in_order([_tier(label, record, rate) for rate in rates])
    if found := fault(tiers):
        raise line_error(label, record, found, "Correct the consumption rates in Salesforce, and resync.")
    return tuple(zuora_tiers(tiers, increments=options.increment_tiers, decimals=options.unit_decimals))


def _tier(label: str, record: JSON, rate: JSON) -> Tier:
    price_format = str(rate.get("SBQQ__PricingMethod__c"))
    if price_format not in _PRICE_FORMATS:
        raise _unknown(label, record, rate, "SBQQ__PricingMethod__c", "PerUnit or FlatFee")
    is_open = rate.get("SBQQ__UpperBound__c") is None
    return Tier(
        lower=decimal_field(label, rate, "SBQQ__LowerBound__c"),
        upper=None if is_open else decimal_field(label, rate, "SBQQ__UpperBound__c"),
        price=decimal_field(label, rate, "SBQQ__Price__c"),
        price_format=price_format,
    )


def _refuse_currency(label: str, record: JSON, rate: JSON, currency: str) -> None:
    found = rate.get("CurrencyIsoCode")
    if found and found != currency:
        raise line_error(
            label,
            record,
            f"has a rate in {found} (CurrencyIsoCode), but its order is in {currency}",
            "Zuora bills an order in one currency: correct the rate in Salesforce, and resync.",
        )


def _refuse_cap(label: str, record: JSON, rate: JSON, options: Options) -> None:
    """Zuora's document has no field for a cap in the tier of an order (ChargeTier), nor in the catalog's; whether a tenant with
    charge modifiers (vendor rule U7) takes more is unverified. A cap that were dropped would overbill."""
    name = options.tier_caps_field
    if not name:
        return
    if not paths.has(rate, name):
        raise _misnamed(
            label, record, name, "does not exist on the consumption rate or is hidden from the user"
        )
    found = paths.read(rate, name)
    if found is None:
        return
    try:
        cap = plain(Decimal(as_text(found)))
    except (InvalidOperation, Unconvertible):
        held = cleaned(str(found), multiline=False)[:40]
        raise _misnamed(label, record, name, f"holds “{held}”, which is no number") from None
    raise ConfigError(
        f"{label} caps a tier at {cap} ({name}), which an order in Zuora cannot say, so that more could be "
        "billed than was sold. Empty the cap in Salesforce, or the tier cap field of the integration to bill without caps, "
        "and resync.",
        record=str(record.get("Id") or ""),
    )


def _misnamed(label: str, record: JSON, name: str, what: str) -> ConfigError:
    """A cap that may be there must not be billed past."""
    return ConfigError(
        f"{label} is not carried: the integration's option “Tier cap field” names {name}, which {what}. Correct or empty the "
        "option, or give the integration user read access to the field in Salesforce, and resync.",
        record=str(record.get("Id") or ""),
    )


def _unknown(label: str, record: JSON, found: JSON, name: str, wanted: str) -> Exception:
    return line_error(
        label,
        record,
        f"has {name} {found.get(name)!r}; Zuora needs {wanted}",
        f"Correct {name} in Salesforce, and resync.",
    )
