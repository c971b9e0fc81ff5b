"""What a chain cannot bear: refused by name, with what to correct."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from connector.domain.chains import Chain
from connector.domain.labels import LONGEST_NAME, excerpt, listed, order_label
from connector.domain.line_fields import line_error, plain
from connector.domain.lines import Line, LineKind
from connector.domain.order_kinds import OrderKind, contract_action, kind
from connector.domain.snapshot import OrderSnapshot
from connector.errors import RecordError

OPENING = ("", "new", "add")
"""Contract actions of lines that open a subscription."""


def check_opening(order: OrderSnapshot, line: Line) -> None:
    """A line that revises nothing opens a subscription; but only where nothing says that it should revise one: carried as
    new, an amendment bills a customer twice."""
    what, hint = kind(order)
    if contract_action(line.record) not in OPENING:
        action = excerpt(str(line.record["SBQQ__ContractAction__c"]), longest=LONGEST_NAME)
        raise line_error(
            line.label,
            line.record,
            f"has the contract action {action} but no Revised Order Product, so the subscription it changes cannot be told",
            "Fill Revised Order Product with the first order product of that subscription in Salesforce and resync.",
        )
    revising = any(record.get("SBQQ__RevisedOrderProduct__c") for record in order.lines)
    if what is not OrderKind.NEW and hint and not revising:
        raise RecordError(
            f"{order_label(order)} is {what.with_article} order ({hint}), but neither its opportunity names a contract nor a line "
            "its Revised Order Product. Fill Revised Order Product, or correct that in Salesforce if it is a new order, and "
            "resync.",
            record=order.salesforce_id,
        )


def check_quantity(line: Line) -> None:
    if line.quantity < 0:
        raise line_error(
            line.label,
            line.record,
            f"has the quantity {plain(line.quantity)} and revises no order product of a running subscription",
            "Fill Revised Order Product, or correct Quantity, in Salesforce and resync.",
        )


def check_rates(line: Line) -> None:
    """A line that sells usage for a new term says what it costs."""
    if line.kind is LineKind.USAGE and not line.usage:
        raise line_error(
            line.label,
            line.record,
            "sells usage for another term and has no consumption schedule, so nothing says what it costs then",
            "Let the order product have its copy of the schedule with the rates in Salesforce, and resync.",
        )


def differences(chain: Chain, line: Line) -> str:
    """What `line` is sold by otherwise than the chain, in words; empty where nothing is: a subscription's charge keeps these for
    ever. A field the line leaves empty is as it was."""
    charging = chain.charging
    record = line.record
    told = [
        words
        for words, differs in (
            ("product", line.product_id != charging.product_id),
            ("currency", line.currency != charging.currency),
            ("charge type", (line.kind is LineKind.USAGE) != charging.is_usage),
            ("pricing method", line.is_flat != charging.is_flat),
            ("subscription type", line.is_endless != chain.is_evergreen),
            (
                "billing frequency",
                bool(record.get("SBQQ__BillingFrequency__c"))
                and not charging.is_usage
                and line.billing_period != chain.periods.billing_period,
            ),
            (
                "billing type",
                bool(record.get("SBQQ__BillingType__c")) and line.is_in_arrears != charging.is_in_arrears,
            ),
            ("consumption schedules", bool(line.usage) and line.rates != charging.rates),
        )
        if differs
    ]
    return listed(told)


def check_alike(chain: Chain, lines: Sequence[Line]) -> None:
    for line in lines:
        if apart := differences(chain, line):
            raise line_error(
                line.label,
                line.record,
                f"is sold in another way than {chain.number}, which it changes ({apart}); Zuora cannot change that",
                "Cancel the old line and sell a new one in Salesforce, and resync.",
            )


def check_dates(chain: Chain, line: Line) -> None:
    ends = chain.ends
    end = line.end or ends
    outside = (
        line.start < chain.periods.anchor or (ends and line.start >= ends) or (ends and end and end > ends)
    )
    if not outside and not chain.canceled_on:
        return
    until = f" to {date.fromordinal(ends.toordinal() - 1)}" if ends else ""
    last_day = f" to {line.record.get('EndDate')}" if line.end else ""
    state = "was canceled and ran" if chain.canceled_on else "runs"
    raise line_error(
        line.label,
        line.record,
        f"changes {chain.number} from {line.start}{last_day}, but that {state} from {chain.periods.anchor}{until}",
        "Correct Start Date or End Date in Salesforce and resync.",
    )


def check_quantities(chain: Chain, line: Line) -> None:
    """After an order's lines, of which `line` is the last."""
    least = min(chain.segments(), key=lambda segment: segment.quantity, default=None)
    if least is not None and least.quantity < 0:
        raise line_error(
            line.label,
            line.record,
            f"takes more back from {chain.number} than was sold: from {least.start} on its quantity would be {plain(least.quantity)}",
            "Correct Quantity in Salesforce and resync.",
        )
    upside_down = next(
        (each for each in chain.segments() if each.quantity and each.price * line.unit_price < 0), None
    )
    if upside_down is not None and not chain.charging.is_flat:
        raise line_error(
            line.label,
            line.record,
            f"leaves {plain(upside_down.quantity)} of {chain.number} from {upside_down.start} on, at a price of "
            f"{upside_down.price} that no sale can have: its total does not fit what was sold before",
            "Correct Unit Price or the dates in Salesforce and resync.",
        )


def unknown(line: Line) -> RecordError:
    return line_error(
        line.label,
        line.record,
        f"revises the order product {line.revises}, which is in no activated order of this account, so there is no rate plan to "
        "amend",
        "Fill Revised Order Product with the first order product of the subscription, or align the accounts of both orders, in "
        "Salesforce and resync.",
    )
