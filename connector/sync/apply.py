"""Carry a plan out: one operation at a time, each its own outcome, each told in the journal.

An operation that fails stops only what needs it. When the remote stops answering, the rest waits: the run is repeated as a
whole later, which is safe because gather and plan look first. Custom fields of what was sold keep no order waiting.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from connector.domain import JSON
from connector.domain.operations import CATALOGUE, OWED, Action, Key, Noun, Operation, Plan, Problem, Severity
from connector.domain.order_terms import refused_term
from connector.domain.rules import MoneyRule, Options
from connector.errors import ConnectorError, RemotePaused, RemoteRejected, RemoteUnavailable
from connector.sync import wording
from connector.sync.creating import create
from connector.sync.found_orders import Anew, Made, settle_absent, tell_found
from connector.sync.journal import Entry, Halted, Step
from connector.sync.order_jobs import Patience, StillAtIt
from connector.sync.outcome import OPERATOR, PROMISE, Outcome, Report, Result
from connector.sync.rendering import plain
from connector.sync.resolving import resolve
from connector.sync.sending import UPDATE, Yield
from connector.sync.services import Services
from connector.sync.verifying import is_verified, judge

UNAVAILABLE_IN_A_ROW = 2
_SOLD = (Noun.ORDER, Noun.ORDER_LINE_ITEM, Noun.SUBSCRIPTION)
_PENDING = "Zuora keeps it pending: set its activation dates in Zuora."
_DONE = {
    Action.CREATE: Result.CREATED,
    Action.UPDATE: Result.UPDATED,
    Action.UNCHANGED: Result.UNCHANGED,
    Action.SKIP: Result.SKIPPED,
}


class Application:
    """One plan being applied: what is known so far, what failed, what came of each operation."""

    def __init__(
        self,
        services: Services,
        plan: Plan,
        stale: Mapping[Key, Mapping[str, str]],
        options: Options,
        anew: Anew,
    ) -> None:
        self.services = services
        self.options = options
        self.anew = anew
        self.stale = stale
        self.plan = plan
        self.known: Yield = {key: dict(attributes) for key, attributes in plan.known.items()}
        self.stopped: dict[Key, Problem] = dict(plan.blocked())
        self.outcomes: list[Outcome] = []
        self.unavailable: RemoteUnavailable | None = None
        self.misses: Counter[bool] = Counter()
        self.patience = Patience()
        self.is_halted = False

    def run(self) -> Report:
        self._remember_known()
        try:
            for operation in self.plan.operations:
                self._apply(operation)
            self._settle_owed()
        except Halted:
            self.is_halted = True
        self._mention_unplanned()
        account = self.known.get(Key(Noun.ACCOUNT, self.plan.salesforce_id), {})
        return Report(
            plan=self.plan,
            outcomes=tuple(self.outcomes),
            zuora_id=account.get("id", ""),
            zuora_account_number=account.get("accountNumber", ""),
            unavailable=self.unavailable,
            is_halted=self.is_halted,
            to_check=tuple(self.services.journal.to_check()),
        )

    def _remember_known(self) -> None:
        for key, seen in self.stale.items():
            self.services.links.forget(key, seen)
        tell_found(self.services, self.plan, known=self.known, anew=self.anew)
        remembered = self.services.links.get_all(self.known.keys())
        for key, attributes in self.known.items():
            if not attributes.items() <= remembered.get(key, {}).items():
                self.services.links.put(key, attributes)
        self.services.links.confirm(self.known.keys())
        settle_absent(self.services, self.plan)

    def _settle_owed(self) -> None:
        """Nothing is owed any more to an account whose contacts have all come to something."""
        for key, attributes in self.known.items():
            if attributes.get("contacts") != OWED:
                continue
            own = [each for each in self.plan.operations if wording.belongs(each, key, attributes["id"])]
            if not any(each.key in self.stopped for each in own):
                self.services.links.put(key, {"id": attributes["id"], "contacts": ""})

    def _apply(self, operation: Operation) -> None:
        if (problem := self._stopping(operation)) is not None:
            self._stop(operation, problem)
            return
        writes = operation.action in (Action.CREATE, Action.UPDATE)
        if writes and self.misses[_is_of_fields(operation)] >= UNAVAILABLE_IN_A_ROW:
            message = "it was not tried, because Zuora did not answer before."
            self._fail(operation, RemoteUnavailable(message, system="Zuora"))
            return
        try:
            payload, made = self._carry_out(operation)
        except ConnectorError as error:
            self._fail(operation, error)
            return
        if writes:
            self.misses[_is_of_fields(operation)] = 0
        self._succeed(operation, payload, made)

    def _stopping(self, operation: Operation) -> Problem | None:
        for key in (operation.key, *operation.requirements()):
            if key in self.stopped:
                return self.stopped[key]
        return None

    def _carry_out(self, operation: Operation) -> tuple[JSON, Made]:
        """Send what the operation says. The answer is what was sent, for the log, and what came of a create."""
        if operation.action not in (Action.CREATE, Action.UPDATE):
            return {}, Made({})
        payload: JSON = resolve(operation.payload, self.known)
        if operation.action is Action.CREATE:
            if self.options.verify_with_zuora and is_verified(operation):
                self._verify(operation, payload)
            self.services.journal.beat()
            made = create(self.services, operation, payload, patience=self.patience)
            self.known |= made.known
            return payload, made
        self.services.journal.beat()
        UPDATE[operation.key.noun](self.services.zuora, operation.target, payload)
        return payload, Made({})

    def _verify(self, operation: Operation, payload: JSON) -> None:
        """Ask Zuora what it would bill, keep that in the plan, and tell it. Raises what the money rule stops the order for."""
        verdict = judge(self.services, operation, payload)
        noted = verdict.noted(operation)
        self.plan = replace(
            self.plan,
            operations=tuple(noted if each is operation else each for each in self.plan.operations),
        )
        if verdict.fault is not None and verdict.is_grave and self.options.money_rule is MoneyRule.STOP:
            raise verdict.fault
        self.services.journal.write(
            Entry(
                Step.APPLY,
                f"{operation.title}: {verdict.sentence}",
                level=Severity.WARNING if verdict.doubt else Severity.NOTICE,
                noun=operation.key.noun,
                record=operation.title,
                salesforce_id=operation.salesforce_id,
                who_acts=verdict.fault.who_acts if verdict.fault is not None else "",
            )
        )

    def _succeed(self, operation: Operation, payload: JSON, made: Made) -> None:
        result = Result.FOUND if made.found else _DONE[operation.action]
        attributes = self.known.get(operation.key, {})
        number = attributes.get("accountNumber", "")
        self.outcomes.append(
            Outcome(operation.key, operation.title, result, zuora_id=attributes.get("id", ""))
        )
        sentence = (
            f"{operation.title} {made.found}." if made.found else wording.sentence(operation, result, number)
        )
        # Of an order that was pending before, the plan has warned already.
        pending = attributes.get("status") == "Pending" and operation.action is Action.CREATE
        self.services.journal.write(
            Entry(
                Step.APPLY,
                f"{sentence} {_PENDING}" if pending else sentence,
                level=Severity.WARNING if pending else Severity.NOTICE,
                noun=operation.key.noun,
                action=result,
                record=operation.title,
                salesforce_id=operation.salesforce_id,
                zuora_id=attributes.get("id", ""),
                detail=wording.detail(operation, payload),
            )
        )

    def _fail(self, operation: Operation, error: ConnectorError) -> None:
        waits = isinstance(error, RemoteUnavailable)
        if isinstance(error, RemoteRejected):
            self._doubt_catalog(operation)
        if isinstance(error, RemoteUnavailable):
            self.misses[_is_of_fields(operation)] += not isinstance(error, StillAtIt)
            self.unavailable = _graver(self.unavailable, error)
        message, who_acts = self._told(operation, error)
        result = Result.WAITING if waits else Result.FAILED
        self.stopped[operation.key] = Problem(
            Severity.ERROR, operation.key, operation.salesforce_id, message, who_acts
        )
        self.outcomes.append(Outcome(operation.key, operation.title, result, message, who_acts))
        self.services.journal.write(
            Entry(
                Step.APPLY,
                message,
                level=Severity.WARNING if waits else Severity.ERROR,
                noun=operation.key.noun,
                action=result,
                record=operation.title,
                salesforce_id=operation.salesforce_id,
                who_acts=who_acts,
                detail={**wording.detail(operation, plain(operation.payload)), **wording.remote(error)},
            )
        )

    def _told(self, operation: Operation, error: ConnectorError) -> tuple[str, str]:
        """What happened, and who acts: nobody only where the run is repeated by itself and comes back to the record."""
        what = "is not finished yet" if isinstance(error, StillAtIt) else wording.could_not(operation)
        message = f"{operation.title} {what}: {error.message}"
        message = " ".join((message, *filter(None, (refused_term(operation, error.message),))))
        if not isinstance(error, RemoteUnavailable):
            return message, error.who_acts
        if not self.services.is_repeated(error):
            return message, OPERATOR
        return message + PROMISE, error.who_acts

    def _doubt_catalog(self, operation: Operation) -> None:
        """A refused order may name a rate plan that is gone from Zuora's catalog: the next run looks its products up anew."""
        for key in operation.requirements():
            if key.noun in CATALOGUE and (seen := self.services.links.get(key)):
                self.services.links.forget(key, seen)

    def _stop(self, operation: Operation, problem: Problem) -> None:
        """The plan told its own errors already; only what waits for another record is a new sentence."""
        own = problem.key == operation.key
        result = Result.FAILED if own else Result.WAITING
        message = problem.message if own else f"{operation.title} waits: {problem.message}"
        self.stopped.setdefault(operation.key, problem)
        self.outcomes.append(Outcome(operation.key, operation.title, result, message, problem.who_acts))
        if not own:
            self.services.journal.write(
                Entry(
                    Step.APPLY,
                    message,
                    level=Severity.WARNING,
                    noun=operation.key.noun,
                    action=result,
                    record=operation.title,
                    salesforce_id=operation.salesforce_id,
                    who_acts=problem.who_acts,
                    detail=wording.detail(operation, plain(operation.payload)),
                )
            )

    def _mention_unplanned(self) -> None:
        """An error of a record that has no operation (an account that cannot be planned) is an outcome, too."""
        told = {outcome.key for outcome in self.outcomes}
        for problem in self.plan.errors():
            if problem.key not in told:
                told.add(problem.key)
                outcome = Outcome(
                    problem.key, problem.record, Result.FAILED, problem.message, problem.who_acts
                )
                self.outcomes.insert(0, outcome)


def _is_of_fields(operation: Operation) -> bool:
    """Whether it changes custom fields of what was sold: of that nothing else is ever updated. Misses in a row are counted apart."""
    return operation.action is Action.UPDATE and operation.key.noun in _SOLD


def _graver(one: RemoteUnavailable | None, other: RemoteUnavailable) -> RemoteUnavailable:
    """The failure that counts as a try, with the longest wait that was asked for; what was not sent at all counts last."""
    if one is None:
        return other
    longest = max(one.retry_after or 0.0, other.retry_after or 0.0)
    pauses = isinstance(one, RemotePaused), isinstance(other, RemotePaused)
    chosen = other if pauses == (True, False) else one
    if pauses[0] == pauses[1] and (other.retry_after or 0) > (one.retry_after or 0):
        chosen = other
    chosen.retry_after = longest or None
    return chosen


def apply(
    services: Services,
    plan: Plan,
    *,
    options: Options,
    anew: Anew,
    stale: Mapping[Key, Mapping[str, str]] | None = None,
) -> Report:
    """Carry out `plan`, after forgetting what gather found `stale`. Failures are outcomes of the report, whose plan says what
    was verified."""
    return Application(services, plan, stale or {}, options, anew).run()
