"""Whom orders name besides their account: owners, and contacts for bill-to and ship-to, read once and in bulk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from connector.domain import JSON, ids, soql
from connector.domain.line_fields import text_field
from connector.domain.operations import Key, Noun
from connector.domain.order_contacts import ROLES, identities, named_contacts
from connector.domain.order_owners import owner_fields, owner_id
from connector.domain.rules import Options, Rule
from connector.sync.services import Services


def named_owners(rows: Iterable[JSON], options: Options) -> list[str]:
    """The accounts that orders name as their owners, by 18-character id, each once."""
    named = (owner_id(row, field) for row in rows for field in owner_fields(options))
    return [account_id for account_id in dict.fromkeys(named) if account_id]


def with_people(
    services: Services,
    rows: Sequence[JSON],
    known: Mapping[str, Sequence[JSON]],
    *,
    absent: Sequence[str],
    rules: Sequence[Rule],
    options: Options,
) -> list[JSON]:
    """The orders with the contacts they name under "BillToContact" and "ShipToContact", as if read through the relationship.

    `known`: contacts read already, by account. An order that a link settles needs none, unless its account is `absent` from
    Zuora: the link goes with it.
    """
    if not options.order_contacts:
        return list(rows)
    people = {ids.normalise(str(each["Id"])): each for found in known.values() for each in found}
    wanting = [row for row in rows if ids.normalise(str(row["AccountId"])) in absent]
    wanting += unsettled(services, rows)
    named = dict.fromkeys(each for row in wanting for each in named_contacts(row))
    if asked := [each for each in named if each not in people]:
        visible = services.visible_fields("Contact")
        found = services.salesforce.query_by_ids(
            lambda chunk: soql.contacts_by_id(rules, visible, chunk), asked
        )
        people |= {ids.normalise(str(each["Id"])): each for each in found}
    return [
        {
            **row,
            **{
                role.relationship: people.get(ids.normalise(str(row[role.field])))
                for role in ROLES
                if row.get(role.field)
            },
        }
        for row in rows
    ]


def contact_identities(
    rows: Iterable[JSON], merged: Mapping[str, str], options: Options
) -> dict[str, list[str]]:
    """By account: under which values of crmId__c Zuora may hold the contacts of these orders (`with_people`)."""
    found: dict[str, list[str]] = defaultdict(list)
    if options.order_contacts:
        for row in rows:
            for holder_id, identity in identities(row, ids.normalise(str(row["AccountId"])), options):
                found[merged.get(holder_id, holder_id)].append(identity)
    return found


def unsettled(services: Services, rows: Iterable[JSON]) -> list[JSON]:
    """The orders that no link settles, or of which an answer is missing."""
    keyed = [(row, Key(Noun.ORDER, text_field(row, "OrderNumber"))) for row in rows]
    unanswered = services.intents.unanswered([key for _, key in keyed])
    known = services.links.get_all([key for _, key in keyed])
    return [row for row, key in keyed if key in unanswered or key not in known]
