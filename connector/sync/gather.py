"""Read, in bulk and once: up to 200 accounts from Salesforce with their ancestors, contacts and orders, and what Zuora holds.

Nothing is decided here. What local links already know is not asked for again; everything else is read by natural key (CRM ID,
crmId__c, order number, externally managed plan id), so a lost database costs calls, never duplicates.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from connector.domain import JSON, ids, paths, soql
from connector.domain.drafts import account_key
from connector.domain.labels import LONGEST_NAME, counted, excerpt
from connector.domain.line_fields import text_field
from connector.domain.matching import is_given_up
from connector.domain.operations import OWED
from connector.domain.order_mapping_updates import follow_lines
from connector.domain.rules import Options, Rule
from connector.domain.snapshot import AccountSnapshot, OrderSnapshot, Snapshot, ZuoraState
from connector.errors import ConfigError, RemoteUnavailable
from connector.sync.consumption import with_schedules
from connector.sync.journal import Entry, Step
from connector.sync.order_lookups import withheld_orders
from connector.sync.order_people import contact_identities, named_owners, unsettled, with_people
from connector.sync.reading import ReadLinks
from connector.sync.services import Services
from connector.sync.zuora_state import forget_below, grouped, zuora_state

MAX_ACCOUNTS = 200


def gather(
    services: Services, account_ids: Sequence[str], *, rules: Sequence[Rule], options: Options
) -> Snapshot:
    """Read everything the plans of `account_ids` (18 characters, at most 200) need.

    Raises what the clients raise: RemoteUnavailable, RemoteRejected, ConfigError (which names the mapping row whose field is hidden).
    """
    try:
        return _gathered(services, account_ids, rules, options)
    except ConfigError as error:
        if told := soql.naming(rules, error.message):
            raise ConfigError(f"{error.message} {told}", record=error.record) from error
        raise


def _gathered(
    services: Services, account_ids: Sequence[str], rules: Sequence[Rule], options: Options
) -> Snapshot:
    if len(account_ids) > MAX_ACCOUNTS:
        raise ValueError(f"gather reads at most {MAX_ACCOUNTS} accounts at once, not {len(account_ids)}")
    links = ReadLinks(services.links)
    services = replace(services, links=links)
    records, merged = _read_accounts(services, account_ids, rules, options)
    asked = [merged.get(account_id, account_id) for account_id in account_ids]
    requested = [key for key in dict.fromkeys(asked) if key in records and not records[key].get("IsDeleted")]
    rows = _order_rows(services, requested, rules, options) if options.sync_orders else []
    owners = named_owners(rows, options)
    unread = [key for key in owners if key not in records and key not in merged]
    more, more_merged = _read_accounts(services, unread, rules, options)
    records, merged = {**more, **records}, {**more_merged, **merged}
    living = {key: record for key, record in records.items() if not record.get("IsDeleted")}
    linked = _linked(services, living)
    found = _zuora_accounts(services, [*living, *merged], linked)
    owed = [key for key in living if key not in requested and _is_owed(services, key)]
    wanting_contacts = [key for key in living if key in requested or key in owed or not found.get(key)]
    contacts = _contacts(services, wanting_contacts, rules) if options.sync_contacts else {}
    absent = [key for key in living if not found.get(key) and key not in linked]
    rows = with_people(services, rows, contacts, absent=absent, rules=rules, options=options)
    forget_below(services, absent, contacts, rows, contact_identities(rows, merged, options))
    multi_currency = "CurrencyIsoCode" in services.visible_fields("Account")
    wanting = unsettled(services, rows)
    orders = _orders(services, rows, wanting, rules, options, multi_currency)
    accounts = {
        key: AccountSnapshot(
            salesforce_id=key,
            record=record,
            contacts=tuple(contacts.get(key, ())),
            orders=tuple(orders.get(key, ())),
        )
        for key, record in living.items()
    }
    shown = [order for account in accounts.values() for order in account.orders]
    unanswered, withheld = withheld_orders(services, shown, options)
    wanted_orders = [order for key in requested for order in orders.get(key, ())]
    bearing: dict[str, list[str]] = {key: [] for key in owed} | contact_identities(wanting, merged, options)
    owners = [merged.get(key, key) for key in owners]
    state = zuora_state(services, requested, found, contacts, wanted_orders, bearing, owners, rules)
    if any(_made_meanwhile(accounts[key], state) for key in requested):
        found = _zuora_accounts(services, [*living, *merged], linked)
        state = zuora_state(services, requested, found, contacts, wanted_orders, bearing, owners, rules)
    deleted = frozenset(key for key in asked if key in records and key not in living)
    for key in requested:
        _tell(services, accounts[key], state, options)
    return Snapshot(
        accounts,
        state,
        deleted=deleted,
        merged=merged,
        linked=linked,
        owed=frozenset(owed),
        stale=dict(links.stale),
        unanswered=unanswered,
        withheld=withheld,
    )


def _made_meanwhile(account: AccountSnapshot, state: ZuoraState) -> bool:
    """Whether Zuora has an order of an account that it did not show a moment before: another run, of an account merged into
    this one, has just created both, and the order must not pass for somebody else's."""
    return not state.accounts.get(account.salesforce_id) and any(
        state.orders.get(order.order_number) for order in account.orders
    )


def _read_accounts(
    services: Services, account_ids: Sequence[str], rules: Sequence[Rule], options: Options
) -> tuple[dict[str, JSON], dict[str, str]]:
    """Accounts by id with all their ancestors; and loser -> winner of every merge among them."""
    visible = services.visible_fields("Account")
    records: dict[str, JSON] = {}
    merged: dict[str, str] = {}
    wanted = list(dict.fromkeys(account_ids))
    while wanted:
        rows = services.salesforce.query_by_ids(
            lambda chunk: soql.accounts_by_id(rules, options, visible, chunk), wanted, include_deleted=True
        )
        for row in rows:
            row_id, winner = ids.normalise(str(row["Id"])), row.get("MasterRecordId")
            if row.get("IsDeleted") and winner:
                merged[row_id] = ids.normalise(str(winner))
            else:
                records[row_id] = row
        asked = {*records, *merged, *wanted}
        nexts = [
            *merged.values(),
            *(parent for row in rows if not row.get("IsDeleted") for parent in _above(row)),
        ]
        wanted = [key for key in dict.fromkeys(nexts) if key not in asked]
    return records, {loser: _winner(loser, merged) for loser in merged}


def _above(record: JSON) -> list[str]:
    """The ids of all parents one row tells of (Parent.Parent…ParentId)."""
    found = [paths.read(record, f"{'Parent.' * level}ParentId") for level in range(6)]
    return [ids.normalise(str(value)) for value in found if value]


def _winner(loser: str, merged: Mapping[str, str]) -> str:
    """A winner may itself have been merged later; a hand-made circle ends where it began."""
    seen = {loser}
    winner = merged[loser]
    while winner in merged and winner not in seen:
        seen.add(winner)
        winner = merged[winner]
    return winner


def _linked(services: Services, account_ids: Iterable[str]) -> dict[str, str]:
    """What an administrator chose, else what is remembered."""
    links = services.links
    known = links.get_all([account_key(key) for key in account_ids])
    linked = {
        key: links.chosen(account_key(key)) or known.get(account_key(key), {}).get("id", "")
        for key in account_ids
    }
    return {key: zuora_id for key, zuora_id in linked.items() if zuora_id}


def _is_owed(services: Services, account_id: str) -> bool:
    """Also where a run died between creating it and storing its link: only the intent tells of that one."""
    key = account_key(account_id)
    link = services.links.get(key)
    return link.get("contacts") == OWED if link else services.intents.is_live(key)


def _zuora_accounts(
    services: Services, account_ids: Sequence[str], linked: dict[str, str]
) -> dict[str, tuple[JSON, ...]]:
    """By 18-character id: what answers to its CRM ID, and what a link points at, even if no search shows it yet.

    A link to an account that was given up is forgotten, and taken out of `linked`. Raises RemoteUnavailable where Zuora has
    the linked account but no query shows it yet (whether queries lag behind writes is unverified).
    """
    found: dict[str, list[JSON]] = defaultdict(list)
    for account in services.zuora.find_accounts(account_ids):
        for key in account_ids:
            if ids.same(str(account.get("crmId") or ""), key):
                found[key].append(account)
    for key, zuora_id in tuple(linked.items()):
        if any(account["id"] == zuora_id for account in found[key]):
            continue
        there = services.zuora.get_account(zuora_id)
        if there and is_given_up(there, key):
            services.links.forget(account_key(key), {"id": zuora_id})
            del linked[key]
        elif there:
            found[key].append(there)
        elif services.zuora.has_account(zuora_id):
            raise RemoteUnavailable(
                f"Zuora has the account {zuora_id}, but its search does not show it yet.",
                system="Zuora",
                record=key,
            )
    return {key: tuple(accounts) for key, accounts in found.items() if accounts}


def _contacts(services: Services, account_ids: Sequence[str], rules: Sequence[Rule]) -> dict[str, list[JSON]]:
    if not account_ids:
        return {}
    visible = services.visible_fields("Contact")
    rows = services.salesforce.query_by_ids(
        lambda chunk: soql.contacts_by_account(rules, visible, chunk), account_ids
    )
    return grouped(rows, "AccountId")


def _order_rows(
    services: Services, account_ids: Sequence[str], rules: Sequence[Rule], options: Options
) -> list[JSON]:
    if not account_ids:
        return []
    visible = services.visible_fields("Order")
    return services.salesforce.query_by_ids(
        lambda chunk: soql.orders_by_account(rules, options, visible, chunk), account_ids
    )


def _orders(
    services: Services,
    rows: Sequence[JSON],
    wanting: Sequence[JSON],
    rules: Sequence[Rule],
    options: Options,
    multi_currency: bool,
) -> dict[str, list[OrderSnapshot]]:
    """Orders by account; lines only of those that no link settles (`wanting`), and of all where one builds on another or a mapping
    row may change what it became in Zuora."""
    lines = _lines(services, wanting, rules)
    chained = {str(line["OrderId"]) for line in lines if line.get("SBQQ__RevisedOrderProduct__c")}
    accounts = {str(row["AccountId"]) for row in wanting if str(row["Id"]) in chained}
    sought = {row["Id"] for row in wanting}
    settled = [row for row in rows if row["Id"] not in sought]
    if not follow_lines(rules):
        settled = [row for row in settled if str(row["AccountId"]) in accounts]
    lines += _lines(services, settled, rules)
    lines = with_schedules(services, lines, options=options, multi_currency=multi_currency)
    by_order = grouped(lines, "OrderId")
    orders: dict[str, list[OrderSnapshot]] = defaultdict(list)
    for row in rows:
        order_id = ids.normalise(str(row["Id"]))
        order = OrderSnapshot(
            order_id, text_field(row, "OrderNumber"), row, tuple(by_order.get(order_id, ()))
        )
        orders[ids.normalise(str(row["AccountId"]))].append(order)
    return orders


def _lines(services: Services, orders: Sequence[JSON], rules: Sequence[Rule]) -> list[JSON]:
    if not orders:
        return []
    of_product = services.visible_fields("Product2")
    visible = services.visible_fields("OrderItem") if soql.own_line_sources(rules) else frozenset[str]()
    return services.salesforce.query_by_ids(
        lambda chunk: soql.lines_by_order(rules, visible, of_product, chunk),
        [str(row["Id"]) for row in orders],
    )


def _tell(services: Services, account: AccountSnapshot, state: ZuoraState, options: Options) -> None:
    there = state.accounts.get(account.salesforce_id, ())
    numbers = ", ".join(str(each["accountNumber"]) for each in there) or "no account"
    read = [excerpt(account.name, longest=LONGEST_NAME) or account.salesforce_id]
    read += [counted(len(account.contacts), "contact")] if options.sync_contacts else []
    read += [counted(len(account.orders), "order")] if options.sync_orders else []
    services.journal.write(
        Entry(
            Step.GATHER,
            f"Read from Salesforce: {', '.join(read)}. Zuora holds {numbers} with its CRM ID.",
            noun="account",
            record=account.name,
            salesforce_id=account.salesforce_id,
            zuora_id=str(there[0]["id"]) if len(there) == 1 else "",
        )
    )
