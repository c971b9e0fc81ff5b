"""The queries gather sends, built from the mapping's own source paths: a field is read because a rule needs it.

A field the integration user cannot see would make the whole query fail (INVALID_FIELD), so fields of the object itself are
narrowed to those its describe shows; the mapping then names the row whose source is hidden. Paths through relationships
cannot be judged from one describe and are asked for as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from connector.domain import transforms
from connector.domain.account_numbers import fields as template_fields
from connector.domain.catalog_fields import OPTIONAL_PRODUCT_FIELDS, TAX_FIELDS
from connector.domain.order_addresses import address_fields
from connector.domain.order_mapping import LINE_PAIRS, PRODUCT_PAIRS, in_use
from connector.domain.order_owners import owner_fields
from connector.domain.rules import Options, Pair, Rule

# One field a level: the parents' ids up to a level beyond Zuora's five, so that "too deep" is seen and not guessed.
_LEVELS = 5
_REFUSED = re.compile(r"no (?:field|relationship) ([A-Za-z0-9_]+)")
"""As the client says what Salesforce refused a query for."""
_ACCOUNT_PAIRS = (Pair.ACCOUNT, Pair.BILL_TO, Pair.SOLD_TO)

ORDER_FIELDS = (
    "Id",
    "AccountId",
    "OrderNumber",
    "Status",
    "StatusCode",
    "Type",
    "EffectiveDate",
    "ActivatedDate",
    "PoNumber",
    "TotalAmount",
    "BillToContactId",
    "ShipToContactId",
    "SBQQ__Contracted__c",
    "SBQQ__PriceCalcStatus__c",
    "SBQQ__PriceCalcStatusMessage__c",
    "SBQQ__PaymentTerm__c",
    "Opportunity.SBQQ__AmendedContract__c",
    "Opportunity.SBQQ__RenewedContract__c",
    "SBQQ__Quote__r.SBQQ__Type__c",
)
LINE_FIELDS = (
    "Id",
    "OrderId",
    "OrderItemNumber",
    "Quantity",
    "UnitPrice",
    "TotalPrice",
    "ServiceDate",
    "EndDate",
    "SBQQ__ChargeType__c",
    "SBQQ__BillingFrequency__c",
    "SBQQ__BillingType__c",
    "SBQQ__SubscriptionType__c",
    "SBQQ__SubscriptionPricing__c",
    "SBQQ__DefaultSubscriptionTerm__c",
    "SBQQ__ProrateMultiplier__c",
    "SBQQ__PricingMethod__c",
    "SBQQ__ContractAction__c",
    "SBQQ__RevisedOrderProduct__c",
    "SBQQ__DimensionType__c",
    "SBQQ__SegmentIndex__c",
    "SBQQ__SegmentKey__c",
    "SBQQ__RequiredBy__c",
    "SBQQ__BundleRoot__c",
    "SBQQ__Contract__r.StartDate",
    "SBQQ__Subscription__r.Name",
    "Product2.Id",
    "Product2.Name",
    "Product2.ProductCode",
    "Product2.Description",
    "Product2.SBQQ__HasConsumptionSchedule__c",
    *(f"Product2.{name}" for name in TAX_FIELDS),
)
_SCHEDULE_FIELDS = (
    "Id",
    "Name",
    "SBQQ__OrderItem__c",
    "SBQQ__ConsumptionSchedule__c",
    "SBQQ__ConsumptionSchedule__r.Name",
    "SBQQ__Type__c",
    "SBQQ__RatingMethod__c",
    "SBQQ__BillingTerm__c",
    "SBQQ__BillingTermUnit__c",
    "SBQQ__UnitOfMeasure__c",
)
_RATE_FIELDS = (
    "Id",
    "SBQQ__OrderItemConsumptionSchedule__c",
    "SBQQ__LowerBound__c",
    "SBQQ__UpperBound__c",
    "SBQQ__Price__c",
    "SBQQ__PricingMethod__c",
)


def accounts_by_id(rules: Sequence[Rule], options: Options, visible: frozenset[str], id_list: str) -> str:
    """The accounts themselves and whatever was merged into them. `id_list` is SOQL: quoted ids in parentheses."""
    fields = ", ".join(_account_fields(rules, options, visible))
    return f"SELECT {fields} FROM Account WHERE Id IN {id_list} OR MasterRecordId IN {id_list}"  # noqa: S608


def contacts_by_account(rules: Sequence[Rule], visible: frozenset[str], id_list: str) -> str:
    return f"SELECT {_contact_fields(rules, visible)} FROM Contact WHERE AccountId IN {id_list} ORDER BY Id"  # noqa: S608


def contacts_by_id(rules: Sequence[Rule], visible: frozenset[str], id_list: str) -> str:
    return f"SELECT {_contact_fields(rules, visible)} FROM Contact WHERE Id IN {id_list} ORDER BY Id"  # noqa: S608


def orders_by_account(
    rules: Sequence[Rule], options: Options, visible: frozenset[str], id_list: str, *, latest: int = 0
) -> str:
    """`visible`: the fields of Order the user may read; what the options ask for beyond `ORDER_FIELDS` is narrowed to them.
    `latest`: only so many, the last one first."""
    asked = ["CurrencyIsoCode", *owner_fields(options)]
    if options.order_contacts:
        asked += [name for pair in (Pair.BILL_TO, Pair.SOLD_TO) for name in address_fields(rules, pair)]
    if options.trigger_dates:
        asked += ["CompanyAuthorizedDate", "CustomerAuthorizedDate"]
    # A field of Order alone has no dot: what an option says of other objects is not asked for.
    own = [name for name in _narrowed(asked, visible) if "." not in name]
    mapped = _narrowed(_sources(in_use(rules, options), Pair.ORDER), visible)
    fields = ", ".join(_once((*ORDER_FIELDS, *own, *mapped)))
    sequence = "EffectiveDate, OrderNumber"
    if latest:
        sequence = f"EffectiveDate DESC, OrderNumber DESC LIMIT {latest}"
    return f"SELECT {fields} FROM Order WHERE AccountId IN {id_list} ORDER BY {sequence}"  # noqa: S608


def own_line_sources(rules: Sequence[Rule]) -> list[str]:
    """The fields of OrderItem itself that rows of the mapping read: only for these its describe is worth a call."""
    known = {name.lower() for name in LINE_FIELDS}
    sources = _sources(rules, *LINE_PAIRS)
    return [name for name in sources if name and "." not in name and name.lower() not in known]


def lines_by_order(
    rules: Sequence[Rule], visible: frozenset[str], visible_of_product: frozenset[str], id_list: str
) -> str:
    """`visible`: the fields of OrderItem the user may read; may be empty where `own_line_sources` names none."""
    of_product = (*OPTIONAL_PRODUCT_FIELDS, *_sources(rules, *PRODUCT_PAIRS.values()))
    optional = (f"Product2.{name}" for name in _narrowed(of_product, visible_of_product))
    mapped = _narrowed(_sources(rules, *LINE_PAIRS), visible)
    fields = ", ".join(_once((*LINE_FIELDS, *optional, *mapped)))
    return f"SELECT {fields} FROM OrderItem WHERE OrderId IN {id_list} ORDER BY OrderItemNumber, Id"  # noqa: S608


def schedules_by_line(id_list: str) -> str:
    fields = ", ".join(_SCHEDULE_FIELDS)
    return f"SELECT {fields} FROM SBQQ__OrderItemConsumptionSchedule__c WHERE SBQQ__OrderItem__c IN {id_list} ORDER BY Id"  # noqa: S608


def rates_by_schedule(options: Options, visible: frozenset[str], multi_currency: bool, id_list: str) -> str:
    """`visible`: the fields of the rate the user may read, to which the options' cap field is narrowed; may be empty where they
    name none."""
    caps = _narrowed((options.tier_caps_field,), visible)
    fields = ", ".join(_once((*_RATE_FIELDS, *caps, *(("CurrencyIsoCode",) if multi_currency else ()))))
    return (
        f"SELECT {fields} FROM SBQQ__OrderItemConsumptionRate__c "  # noqa: S608
        f"WHERE SBQQ__OrderItemConsumptionSchedule__c IN {id_list} ORDER BY SBQQ__LowerBound__c, Id"
    )


def schedules_by_product(id_list: str) -> str:
    """The oldest last, so that it is the one a dictionary keeps where a schedule is on a product twice."""
    return (
        "SELECT Id, ProductId, ConsumptionScheduleId FROM ProductConsumptionSchedule "  # noqa: S608
        f"WHERE ProductId IN {id_list} ORDER BY Id DESC"
    )


def naming(rules: Sequence[Rule], refusal: str) -> str:
    """Which rows a query was refused for, by the field or relationship that Salesforce names in its refusal; empty where none."""
    named = {name.lower() for name in _REFUSED.findall(refusal)}
    found = [
        f"{source} → {rule.target} ({rule.pair.replace('_', ' ')})"
        for rule in rules
        for source in transforms.sources(rule)
        if named & {part.lower() for part in source.split(".")}
    ]
    if not found:
        return ""
    return (
        f"It is asked for by the mapping row {', '.join(dict.fromkeys(found))}. Correct that row or switch it off, or make the field "
        "visible to the integration user in Salesforce; nothing was left out silently."
    )


def _contact_fields(rules: Sequence[Rule], visible: frozenset[str]) -> str:
    sources = _sources(rules, Pair.CONTACT)
    return ", ".join(_narrowed(("Id", "AccountId", "FirstName", "LastName", *sources), visible))


def _account_fields(rules: Sequence[Rule], options: Options, visible: frozenset[str]) -> tuple[str, ...]:
    sources = [*_sources(rules, *_ACCOUNT_PAIRS), *template_fields(options.account_number_template)]
    people = [path for path in (options.bill_to_contact, options.sold_to_contact) if path]
    personal = _sources(rules, Pair.CONTACT)
    through = [
        f"{path}.{field}"
        for path in people
        for field in ("Id", "AccountId", "FirstName", "LastName", *personal)
        if field
    ]
    above = [f"{'Parent.' * level}ParentId" for level in range(1, _LEVELS + 1)]
    fixed = ("Id", "Name", "ParentId", "IsDeleted", "MasterRecordId")
    return _once((*fixed, *above, *_narrowed((*sources, *through), visible)))


def _sources(rules: Sequence[Rule], *pairs: Pair) -> list[str]:
    """Every path the rows of these pairs read, those among a transform's arguments included."""
    return [source for rule in rules if rule.pair in pairs for source in transforms.sources(rule)]


def _narrowed(sources: Iterable[str], visible: frozenset[str]) -> tuple[str, ...]:
    seen = {name.lower() for name in visible}
    wanted = _once(source for source in sources if source)
    return tuple(source for source in wanted if "." in source or source.lower() in seen)


def _once(names: Iterable[str]) -> tuple[str, ...]:
    """Each field once, in its first spelling: Salesforce knows no case, and refuses a query that names one twice."""
    spelt: dict[str, str] = {}
    for name in names:
        spelt.setdefault(name.lower(), name)
    return tuple(spelt.values())
