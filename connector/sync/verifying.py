"""The option *verify with Zuora*: its order preview is asked for a second total, and the two are compared.

In a preview run every new order is asked about whose records Zuora has. In a sync each order is asked about right before it
is created, when all it refers to is known; under the money rule STOP an order whose totals differ, or that could not be
verified although Zuora could have been asked, is not sent. What Zuora's preview cannot be asked about is sent, with a warning
and a note in its sums: holding it back would stop evergreen and very long orders for good.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from connector.domain import JSON
from connector.domain.operations import (
    Action,
    Key,
    Noun,
    Operation,
    Plan,
    Problem,
    Severity,
    references,
)
from connector.domain.order_preview import (
    changes_existing,
    difference,
    lists_whole_life,
    preview_body,
    previewed_total,
    stated,
    why_not_previewed,
)
from connector.domain.rules import MoneyRule
from connector.errors import ConnectorError, RecordError, RemoteUnavailable
from connector.sync.resolving import resolve
from connector.sync.services import Services

_ADVICE = (
    "Compare the order's prices, quantities and dates in Salesforce with its products in Zuora, correct them and resync, or "
    "let the integration only warn of differences."
)
_PARTLY_BILLED = (
    "Zuora may have billed part of it already and list the rest alone, which cannot be told apart from a difference: compare the "
    "order with Zuora's invoices. Where Zuora is right, let “When amounts differ” only warn in the integration, or switch “Verify "
    "with Zuora” off, and resync."
)
_WHOLE_LIFE = "for the whole life of the subscriptions that the order changes, earlier orders included"
_SWITCH_OFF = "Without “Verify with Zuora” in the integration it is not asked first; with the money rule “warn” it is sent all the same."


@dataclass(frozen=True, slots=True)
class Verdict:
    """`total` is Zuora's own as a decimal text, where it said one; else `note` says why not. Beside a total `note` says what
    it is for, where that is more than the order. `fault` is what speaks against sending the order, `is_grave` whether the
    money rule STOP stops it for that."""

    total: str = ""
    note: str = ""
    fault: ConnectorError | None = None
    is_grave: bool = False

    @property
    def doubt(self) -> str:
        """What a person should know before trusting the order's money; empty where Zuora agrees."""
        if self.fault is not None:
            return self.fault.message
        return "" if self.total else self.note

    @property
    def sentence(self) -> str:
        aim = f" {_WHOLE_LIFE}" if self.note else ""
        return self.doubt or f"Zuora's own preview bills {self.total}, as planned{aim}."

    def noted(self, operation: Operation) -> Operation:
        """The operation with the verdict in its sums; unchanged where the plan states none."""
        if operation.sums is None:
            return operation
        return replace(
            operation, sums=replace(operation.sums, verified_total=self.total, verified_note=self.note)
        )


def is_verified(operation: Operation) -> bool:
    return operation.action is Action.CREATE and operation.key.noun is Noun.ORDER


def verified(services: Services, plan: Plan, *, money_rule: MoneyRule) -> Plan:
    """The plan of a preview run with Zuora's own totals; what they speak against is a problem of the plan."""
    planned = {operation.key: operation for operation in plan.operations}
    operations: list[Operation] = []
    problems: list[Problem] = []
    away = ""
    for operation in plan.operations:
        if is_verified(operation):
            verdict = Verdict(note=away) if away else _judge_planned(services, plan, planned, operation)
            operations.append(verdict.noted(operation))
            if isinstance(verdict.fault, RemoteUnavailable):
                away = verdict.note
            elif verdict.fault is not None:
                problems.append(_problem(operation, verdict, verdict.fault, money_rule))
        else:
            operations.append(operation)
    return replace(plan, operations=tuple(operations), problems=(*plan.problems, *problems))


def judge(services: Services, operation: Operation, payload: JSON) -> Verdict:
    """Ask Zuora about one order whose references are resolved. Raises nothing: a failure is part of the verdict."""
    if reason := why_not_previewed(operation):
        return Verdict(note=f"Not verified: {reason}.")
    try:
        total = previewed_total(services.zuora.preview_order(preview_body(payload)))
    except RemoteUnavailable as error:
        note = f"Not verified: {error.message}"
        told = _reworded(
            error, f"Zuora's order preview, which is asked first, did not answer: {error.message}"
        )
        return Verdict(note=note, fault=told, is_grave=True)
    except ConnectorError as error:
        told = _reworded(error, f"Zuora refuses it in its order preview: {error.message} {_SWITCH_OFF}")
        return Verdict(note="Not verified: Zuora refused the preview.", fault=told, is_grave=True)
    if total is None:
        return Verdict(note="Not verified: Zuora's preview states no amounts.")
    if apart := difference(operation, total):
        advice = f"{_PARTLY_BILLED} Else: {_ADVICE}" if changes_existing(payload) else _ADVICE
        fault = RecordError(f"{apart}. {advice}", record=operation.salesforce_id)
        return Verdict(stated(total, operation), fault=fault, is_grave=True)
    note = f"Zuora's own total is {_WHOLE_LIFE}." if lists_whole_life(operation, total) else ""
    return Verdict(stated(total, operation), note)


def _reworded(error: ConnectorError, message: str) -> ConnectorError:
    error.message, error.args = message, (message,)
    return error


def _judge_planned(
    services: Services, plan: Plan, planned: dict[Key, Operation], operation: Operation
) -> Verdict:
    if waits_for := _missing(plan, planned, operation):
        return Verdict(note=f"Not verified: Zuora can preview it only once {waits_for} exists there.")
    return judge(services, operation, resolve(operation.payload, plan.known))


def _missing(plan: Plan, planned: dict[Key, Operation], operation: Operation) -> str:
    """The first record the order needs that Zuora does not have yet, by its title."""
    for key in operation.requirements():
        needed = planned.get(key)
        if needed is not None and needed.action is Action.CREATE:
            return needed.title
    for ref in references(operation.payload):
        if not plan.known.get(ref.key, {}).get(ref.attribute):
            return str(ref.key)
    return ""


def _problem(operation: Operation, verdict: Verdict, fault: ConnectorError, rule: MoneyRule) -> Problem:
    stops = verdict.is_grave and rule is MoneyRule.STOP
    return Problem(
        Severity.ERROR if stops else Severity.WARNING,
        operation.key,
        operation.salesforce_id,
        f"{operation.title}: {fault.message}",
        fault.who_acts,
    )
