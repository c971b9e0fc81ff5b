"""The Zuora half of gather: what links do not know is asked for by natural key, and nothing twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from connector.domain import JSON, ids, order_standing
from connector.domain.contacts import address_identity
from connector.domain.drafts import account_key
from connector.domain.line_fields import text_field
from connector.domain.operations import Key, Noun
from connector.domain.order_gates import gate
from connector.domain.order_mapping_updates import follow_subscriptions, follows_order
from connector.domain.orders import order_key
from connector.domain.rules import Pair, Rule
from connector.domain.snapshot import OrderSnapshot, ZuoraRatePlan, ZuoraState, ZuoraSubscription
from connector.domain.usage import catalog_products
from connector.errors import ConfigError, RecordError, RemoteRejected
from connector.sync.order_lookups import account_numbers, known_orders, settled_orders
from connector.sync.services import Services

T = TypeVar("T")
_LACKS = order_standing.gone()


def zuora_state(
    services: Services,
    requested: Sequence[str],
    found: Mapping[str, tuple[JSON, ...]],
    people: Mapping[str, Sequence[JSON]],
    orders: Sequence[OrderSnapshot],
    bearing: Mapping[str, Sequence[str]],
    parties: Sequence[str],
    rules: Sequence[Rule],
) -> ZuoraState:
    """Zuora's side for the accounts asked for. `found`: Zuora accounts by CRM ID; `people`: Salesforce contacts by account;
    `bearing`: by account, the identities of contacts that the orders need there; `parties`: accounts that may own or pay for
    the orders' subscriptions; `rules`: the mapping, which may follow into orders that Zuora has.

    Raises what the Zuora client raises.
    """
    holders = dict.fromkeys((*requested, *bearing))
    zuora_ids = [str(account["id"]) for key in holders for account in found.get(key, ())]
    contacts = (
        grouped(services.zuora.find_contacts(zuora_ids), "accountId", normalise=False) if zuora_ids else {}
    )
    contact_links: dict[str, str] = {}
    for key in holders:
        identities = [ids.normalise(str(person["Id"])) for person in people.get(key, ())]
        identities += bearing.get(key, ())
        owners = [str(account["id"]) for account in found.get(key, ())]
        contact_links |= _linked_contacts(services, contacts, owners, _contact_keys(key, identities))
    unanswered = services.intents.unanswered([order_key(order) for order in orders])
    known = known_orders(services, orders, unanswered)
    wanting = [order for order in orders if order.order_number not in known and not gate(order)]
    carried = [
        order for order in orders if order_standing.is_completed(known.get(order.order_number, _LACKS))
    ]
    unseen = [order for order in carried if not known[order.order_number] and follows_order(order, rules)]
    followed = _with_subscriptions(carried) if follow_subscriptions(rules) else []
    # What was sent and is found is planned once more, to be compared: without its rate plans it would be refused for nothing.
    in_doubt = [order for order in orders if order_key(order) in unanswered]
    lines = [line for order in (*wanting, *in_doubt) for line in order.lines]
    products = {key: product for line in lines for key, product in catalog_products(line).items()}
    unclear: dict[str, str] = {}
    rate_plans = _rate_plans(services, list(products), unclear)
    skus: dict[str, bool] = {}
    for key, product in products.items():
        sku = text_field(product, "ProductCode")
        skus[sku] = skus.get(sku, True) and key in rate_plans
    selling = _with_subscriptions(wanting)
    sellers = [ids.normalise(str(order.record["AccountId"])) for order in selling]
    unlisted: dict[str, str] = {}

    def read_subscriptions() -> dict[str, ZuoraSubscription]:
        unlisted.clear()
        return _subscriptions(
            services,
            account_numbers(found, [*requested, *parties]) if selling or followed else [],
            needed=account_numbers(found, [*sellers, *parties]) if selling else [],
            unlisted=unlisted,
        )

    subscriptions = read_subscriptions()
    # Zuora may have been at it, and done with it before or after its subscription was read: one order would then be counted twice, or
    # not at all.
    missed = in_doubt
    while missed := [order for order in missed if order.order_number not in known]:
        if not (came := known_orders(services, missed, unanswered)):
            break
        known |= came
        subscriptions = read_subscriptions()
    return ZuoraState(
        accounts=found,
        contacts={key: tuple(rows) for key, rows in contacts.items()},
        contact_links=contact_links,
        rate_plans=rate_plans,
        products=_products(services, skus, unclear),
        unclear=unclear,
        orders=known,
        mapped_orders=settled_orders(services, unseen, found),
        subscriptions=subscriptions,
        unlisted=unlisted,
    )


def _with_subscriptions(orders: Sequence[OrderSnapshot]) -> list[OrderSnapshot]:
    return [
        order for order in orders if any(line.get("SBQQ__SubscriptionPricing__c") for line in order.lines)
    ]


def _subscriptions(
    services: Services, owners: Sequence[str], *, needed: Sequence[str], unlisted: dict[str, str]
) -> dict[str, ZuoraSubscription]:
    """What the accounts own, by their numbers: `needed` to change it and not to sell it a second time, else to follow the mapping.
    What is wrong with a list that only the mapping wants must stop no order: it is noted."""
    found: dict[str, ZuoraSubscription] = {}
    for account_number in owners:
        try:
            listed = services.zuora.find_subscriptions(account_number)
        except (ConfigError, RecordError, RemoteRejected) as error:
            if account_number in needed or error.record != account_number:
                raise
            unlisted[account_number] = error.message
            continue
        for external_id, subscription in listed:
            found.setdefault(subscription.number, subscription)
            if not ids.is_salesforce_id(external_id):
                continue
            name = ids.normalise(external_id)
            # What was cancelled, and sold again by hand, says nothing of what is sold now.
            if name not in found or found[name].is_cancelled or not subscription.is_cancelled:
                found[name] = subscription
    return found


def _linked_contacts(
    services: Services, held: dict[str, list[JSON]], owners: Sequence[str], keys: Sequence[Key]
) -> dict[str, str]:
    """Zuora contact ids that links remember, by identity, for one account (`owners`: its Zuora ids). One that the search does
    not show, which may lag behind writes (unverified), is asked for by id and added to `held`; its link ends where it
    is not there, or is another account's."""
    if not owners:
        return {}
    shown = {str(contact["id"]) for owner in owners for contact in held.get(owner, ())}
    remembered: dict[str, str] = {}
    for key, link in services.links.get_all(keys).items():
        if link["id"] not in shown:
            contact = services.zuora.get_contact(link["id"])
            if contact is None or contact.get("accountId") not in owners:
                services.links.forget(key, link)
                continue
            held.setdefault(str(contact["accountId"]), []).append(contact)
        remembered[key.value] = link["id"]
    return remembered


def _contact_keys(account_id: str, people: Iterable[str]) -> list[Key]:
    roles = [address_identity(account_id, pair) for pair in (Pair.BILL_TO, Pair.SOLD_TO)]
    return [Key(Noun.CONTACT, identity) for identity in dict.fromkeys((*roles, *people))]


def forget_below(
    services: Services,
    absent: Iterable[str],
    people: Mapping[str, Sequence[JSON]],
    orders: Sequence[JSON],
    bearing: Mapping[str, Sequence[str]],
) -> None:
    """Links of contacts and orders of accounts that Zuora does not have (any more): they went with their account.

    Kept, they would pass for records of the new account, and these would never be created.
    """
    for account_id in set(absent):
        of_account = [ids.normalise(str(person["Id"])) for person in people.get(account_id, ())]
        keys = _contact_keys(account_id, (*of_account, *bearing.get(account_id, ())))
        keys += [
            Key(Noun.ORDER, text_field(row, "OrderNumber"))
            for row in orders
            if ids.normalise(str(row["AccountId"])) == account_id
        ]
        stale = services.links.get_all(keys)
        # Another run may be creating this very account, and links its contacts only after the account itself: so the account's
        # link is looked at last, and what is fresh is never forgotten.
        if stale and not services.links.get(account_key(account_id)):
            for key, link in stale.items():
                services.links.forget(key, link)


def _rate_plans(
    services: Services, external_ids: Sequence[str], unclear: dict[str, str]
) -> dict[str, ZuoraRatePlan]:
    found: dict[str, ZuoraRatePlan] = {}
    wanted = [
        Key(noun, external_id) for external_id in external_ids for noun in (Noun.RATE_PLAN, Noun.CHARGE)
    ]
    links = services.links.get_all(wanted)
    for external_id in external_ids:
        plan, charge = links.get(Key(Noun.RATE_PLAN, external_id)), links.get(Key(Noun.CHARGE, external_id))
        if plan and charge and {"chargeModel", "chargeType"} <= charge.keys():
            found[external_id] = ZuoraRatePlan(
                plan.get("productId", ""),
                plan["id"],
                charge["id"],
                charge["chargeModel"],
                charge["chargeType"],
            )
        elif answer := _unless_unclear(services.zuora.find_rate_plan, external_id, unclear):
            found[external_id] = answer
    return found


def _products(services: Services, skus: Mapping[str, bool], unclear: dict[str, str]) -> dict[str, str]:
    """Product ids by SKU. Of one that has its rate plan (True) a link is all that is asked for: nothing will be created under it,
    but what a dead run left open of it is known by that."""
    found: dict[str, str] = {}
    links = services.links.get_all([Key(Noun.PRODUCT, sku) for sku, has_plan in skus.items() if has_plan])
    for sku, has_plan in skus.items():
        if not sku:
            continue
        if has_plan:
            product_id = links.get(Key(Noun.PRODUCT, sku), {}).get("id")
        else:
            product_id = _unless_unclear(services.zuora.find_product, sku, unclear)
        if product_id:
            found[sku] = product_id
    return found


def _unless_unclear(find: Callable[[str], T | None], name: str, unclear: dict[str, str]) -> T | None:
    """What Zuora has of that name. What is wrong with one product must stop its orders, not the account: it is noted."""
    try:
        return find(name)
    except ConfigError as error:
        if error.record != name:
            raise
        unclear[name] = error.message
    return None


def grouped(rows: Iterable[JSON], field: str, *, normalise: bool = True) -> dict[str, list[JSON]]:
    grouped: dict[str, list[JSON]] = defaultdict(list)
    for row in rows:
        value = str(row.get(field) or "")
        grouped[ids.normalise(value) if normalise else value].append(row)
    return grouped
