"""Products: one Salesforce product becomes one Zuora product, one rate plan and one charge, created only where missing.

Found again by the rate plan's externally managed plan id, which holds the Product2 id (vendor rules P1-P5); a product charged by
usage has one rate plan for each of its consumption schedules, found by the ProductConsumptionSchedule id (U1). An existing
rate plan is never changed: the order's own price and billing override the catalog's.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from connector.domain import JSON, ids
from connector.domain.catalog_fields import ACCOUNTING_FIELDS, UNIT_FIELD, taxation, unit_of_measure
from connector.domain.labels import product_label
from connector.domain.line_fields import text_field
from connector.domain.operations import Action, Key, Noun, Operation, Ref
from connector.domain.rules import Options
from connector.domain.snapshot import ZuoraRatePlan, ZuoraState
from connector.domain.values import cleaned
from connector.errors import ConfigError, RecordError

# Zuora takes the tenant's default currency and four others in one call.
MOST_CURRENCIES = 5


class ChargeSetup(StrEnum):
    """How a line is charged, as Zuora's (charge type, charge model)."""

    RECURRING_PER_UNIT = "recurring per unit"
    RECURRING_FLAT_FEE = "recurring flat fee"
    ONE_TIME = "one-time"
    USAGE_VOLUME = "usage by volume"
    USAGE_TIERED = "usage by tiers"

    @property
    def charge_type(self) -> str:
        return _CHARGES[self][0]

    @property
    def charge_model(self) -> str:
        return _CHARGES[self][1]


_CHARGES = {
    ChargeSetup.RECURRING_PER_UNIT: ("Recurring", "Per Unit Pricing"),
    ChargeSetup.RECURRING_FLAT_FEE: ("Recurring", "Flat Fee Pricing"),
    ChargeSetup.ONE_TIME: ("OneTime", "Per Unit Pricing"),
    ChargeSetup.USAGE_VOLUME: ("Usage", "Volume Pricing"),
    ChargeSetup.USAGE_TIERED: ("Usage", "Tiered Pricing"),
}


@dataclass(frozen=True, slots=True)
class Schedule:
    """A consumption schedule on a product: the id of its ProductConsumptionSchedule (18 characters), name, Zuora's unit."""

    product_schedule_id: str
    name: str
    unit_of_measure: str


@dataclass(frozen=True, slots=True)
class ProductUse:
    """A product one order needs: the Product2 record, how it is charged, and in which currencies (the order's first).

    `schedule` is set where it is charged by usage; `specific_months` where the billing period is Specific_Months.
    """

    product: JSON
    setup: ChargeSetup
    currencies: tuple[str, ...]
    billing_period: str = "Month"
    specific_months: int = 0
    schedule: Schedule | None = None

    @property
    def external_id(self) -> str:
        return self.schedule.product_schedule_id if self.schedule else ids.normalise(str(self.product["Id"]))

    @property
    def label(self) -> str:
        whole = product_label(self.product)
        return f"{whole}, schedule {self.schedule.name}" if self.schedule else whole

    @property
    def rate_plan_key(self) -> Key:
        return Key(Noun.RATE_PLAN, self.external_id)

    @property
    def charge_key(self) -> Key:
        return Key(Noun.CHARGE, self.external_id)


def catalog_currencies(currency: str, options: Options) -> tuple[str, ...]:
    """The currencies a new rate plan is priced in: the order's first, at most as many as one call takes."""
    return tuple(dict.fromkeys((currency, *options.catalog_currencies)))[:MOST_CURRENCIES]


def known_keys(plan: ZuoraRatePlan, external_id: str) -> dict[Key, dict[str, str]]:
    """What Zuora already says of one product, as links."""
    links = {Key(Noun.RATE_PLAN, external_id): {"id": plan.rate_plan_id, "productId": plan.product_id}}
    if plan.charge_id:
        links[Key(Noun.CHARGE, external_id)] = {
            "id": plan.charge_id,
            "chargeModel": plan.charge_model,
            "chargeType": plan.charge_type,
        }
    return links


def product_operations(use: ProductUse, state: ZuoraState, *, options: Options) -> list[Operation]:
    """What must be created for one product: nothing, a charge, or product, rate plan and charge.

    Raises RecordError where the product cannot become a Zuora product, ConfigError where Zuora's own entry does not fit.
    """
    existing = state.rate_plans.get(use.external_id)
    if existing is not None and existing.charge_id:
        _check_fit(use, existing)
        return []
    sku = sku_of(use.product)
    if reason := state.unclear.get(use.external_id) or state.unclear.get(sku):
        raise ConfigError(
            f"{use.label} cannot be told in Zuora's catalog: {reason}",
            record=use.external_id,
        )
    if existing is not None:
        return [_create_charge(use, existing.rate_plan_id, options)]
    product_key = Key(Noun.PRODUCT, sku)
    operations = [
        _create_rate_plan(use, product_key, options),
        _create_charge(use, Ref(use.rate_plan_key), options),
    ]
    if sku not in state.products:
        operations.insert(0, _create_product(use, product_key, sku, options))
    return operations


def sku_of(product: JSON) -> str:
    """The product code as Zuora's SKU. Raises RecordError where there is none, or none that fits."""
    sku = text_field(product, "ProductCode")
    if not sku:
        raise RecordError(
            f"{product_label(product)} has no product code; Zuora needs it as SKU. Fill Product Code in Salesforce and resync.",
            record=str(product.get("Id")),
        )
    if len(sku) > 50:
        raise RecordError(
            f"{product_label(product)} has a product code of {len(sku)} characters; Zuora's SKU holds 50. "
            "Shorten Product Code in Salesforce and resync.",
            record=str(product.get("Id")),
        )
    return sku


def _product_name(use: ProductUse) -> str:
    return cleaned(str(use.product.get("Name") or ""), multiline=False) or use.external_id


def _rate_plan_name(use: ProductUse) -> str:
    return f"{_product_name(use)} {use.schedule.name}" if use.schedule else _product_name(use)


def _charge_name(use: ProductUse) -> str:
    return use.schedule.name if use.schedule else _product_name(use)


def _check_fit(use: ProductUse, existing: ZuoraRatePlan) -> None:
    wanted = (use.setup.charge_type, use.setup.charge_model)
    found = (existing.charge_type, existing.charge_model)
    # An order line item names the charge only for its accounting; any one-time model serves it.
    if wanted == found or (use.setup is ChargeSetup.ONE_TIME and found[0] == "OneTime"):
        return
    raise ConfigError(
        f"{use.label} is sold as {wanted[0]} / {wanted[1]}, but Zuora's charge {existing.charge_id} "
        f"of its rate plan is {found[0]} / {found[1]}. Point the rate plan's externally managed plan id at a fitting plan in Zuora, "
        "or correct the product in Salesforce, and resync.",
        record=use.external_id,
    )


def _create_product(use: ProductUse, key: Key, sku: str, options: Options) -> Operation:
    payload: JSON = {
        "Name": _product_name(use)[:100],
        "SKU": sku,
        "EffectiveStartDate": options.catalog_start_date,
        "EffectiveEndDate": options.catalog_end_date,
    }
    return Operation(
        action=Action.CREATE,
        key=key,
        title=product_label(use.product),
        decision=f"Zuora has no product with SKU {sku}: create it",
        salesforce_id=ids.normalise(str(use.product["Id"])),
        payload=payload,
    )


def _create_rate_plan(use: ProductUse, product_key: Key, options: Options) -> Operation:
    owner = "schedule" if use.schedule else "product"
    return Operation(
        action=Action.CREATE,
        key=use.rate_plan_key,
        title=f"Rate plan of {use.label}",
        decision=f"Zuora has no rate plan with this {owner}'s id as externally managed plan id: create it",
        salesforce_id=use.external_id,
        payload={
            "Name": _rate_plan_name(use)[:255],
            "ProductId": Ref(product_key),
            "ExternalRatePlanIds": use.external_id,
            "EffectiveStartDate": options.catalog_start_date,
            "EffectiveEndDate": options.catalog_end_date,
            "ActiveCurrencies": list(use.currencies),
        },
    )


def _create_charge(use: ProductUse, rate_plan_id: Ref | str, options: Options) -> Operation:
    payload: JSON = {
        "Name": _charge_name(use)[:100],
        "ProductRatePlanId": rate_plan_id,
        "ChargeModel": use.setup.charge_model,
        "ChargeType": use.setup.charge_type,
        "BillCycleType": "DefaultFromCustomer",
        "BillingPeriod": use.billing_period.replace("_", "-" if use.billing_period == "Semi_Annual" else " "),
        "TriggerEvent": "ContractEffective",
        "UseDiscountSpecificAccountingCode": False,
        "ProductRatePlanChargeTierData": {"ProductRatePlanChargeTier": _placeholders(use)},
        **_units(use, options),
        **taxation(use.product, options),
    }
    if options.accounting_code:
        payload |= dict.fromkeys(ACCOUNTING_FIELDS, options.accounting_code)
    if use.specific_months:
        payload["SpecificBillingPeriod"] = use.specific_months
    if use.setup.charge_type == "Recurring":
        payload |= {
            "ListPriceBase": "Per Billing Period",
            "BillingTiming": "In Advance",
            "EndDateCondition": "SubscriptionEnd",
        }
    return Operation(
        action=Action.CREATE,
        key=use.charge_key,
        title=f"Charge of {use.label}",
        decision=f"The rate plan has no charge: create a {use.setup} charge",
        salesforce_id=use.external_id,
        payload=payload,
    )


def _placeholders(use: ProductUse) -> list[JSON]:
    """The price is the order's to say; the catalog holds none (vendor rule P1), for usage in a single tier (U3)."""
    price_format = "Flat Fee" if use.setup is ChargeSetup.RECURRING_FLAT_FEE else "Per Unit"
    bounds = {"StartingUnit": 0, "EndingUnit": 1} if use.schedule else {}
    return [
        {"Currency": currency, **bounds, "Price": 0, "PriceFormat": price_format}
        for currency in use.currencies
    ]


def _units(use: ProductUse, options: Options) -> JSON:
    # Whether a unit of measure is compulsory for per-unit charges is unverified; giving it is accepted either way.
    if use.schedule:
        return {"UOM": use.schedule.unit_of_measure}
    if use.setup is ChargeSetup.RECURRING_FLAT_FEE:
        return {}
    return {"UOM": unit_of_measure(use.product.get(UNIT_FIELD), options), "DefaultQuantity": 1}
