"""The one pipeline. Preview is gather and plan; sync is gather, plan and apply. A single account is a batch of one."""

from __future__ import annotations

from collections.abc import Sequence

from connector.domain.labels import LONGEST_NAME, counted, excerpt
from connector.domain.operations import Plan, Severity
from connector.domain.plan import plan_account
from connector.domain.rules import Options, Rule
from connector.domain.snapshot import Snapshot
from connector.errors import ConnectorError
from connector.sync.apply import apply
from connector.sync.found_orders import planned_anew
from connector.sync.gather import gather
from connector.sync.journal import Entry, Step
from connector.sync.outcome import Report, Status, summary
from connector.sync.rendering import plan_as_json
from connector.sync.services import Services
from connector.sync.vanished_orders import tell_vanished
from connector.sync.verifying import verified


def preview(services: Services, salesforce_id: str, *, rules: Sequence[Rule], options: Options) -> Plan:
    """What a sync of this account would do now; writes nothing but the journal.

    Raises what gather raises.
    """
    _, plan = _planned(services, salesforce_id, rules=rules, options=options)
    if options.verify_with_zuora:
        plan = verified(services, plan, money_rule=options.money_rule)
    _tell_plan(services, plan)
    return plan


def survey(
    services: Services, salesforce_ids: Sequence[str], *, rules: Sequence[Rule], options: Options
) -> list[Plan]:
    """What `preview` would say of each of several accounts, in their order, from one reading of them all; at most 200.

    Raises what gather raises, also where a single account is the reason.
    """
    snapshot = gather(services, salesforce_ids, rules=rules, options=options)
    services.seen(snapshot)
    return [
        _surveyed(services, snapshot, salesforce_id, rules=rules, options=options)
        for salesforce_id in salesforce_ids
    ]


def sync(services: Services, salesforce_id: str, *, rules: Sequence[Rule], options: Options) -> Report:
    """Bring Zuora in step with one Salesforce account. Safe to repeat at any time.

    Raises what gather raises; once writing has begun, failures are outcomes of the report.
    A report that `is_halted` has told no end in the journal: whoever halted it does.
    """
    snapshot, plan = _planned(services, salesforce_id, rules=rules, options=options)
    _tell_plan(services, plan)
    tell_vanished(services, snapshot, options=options)
    anew = planned_anew(snapshot, salesforce_id, rules=rules, options=options)
    report = apply(services, plan, options=options, anew=anew, stale=snapshot.stale)
    if not report.is_halted:
        _tell_end(services, report)
    return report


def _planned(
    services: Services, salesforce_id: str, *, rules: Sequence[Rule], options: Options
) -> tuple[Snapshot, Plan]:
    snapshot = _gathered(services, salesforce_id, rules=rules, options=options)
    services.seen(snapshot)
    plan = plan_account(snapshot, salesforce_id, rules=rules, options=options)
    services.seen(plan)
    return snapshot, plan


def _surveyed(
    services: Services, snapshot: Snapshot, salesforce_id: str, *, rules: Sequence[Rule], options: Options
) -> Plan:
    plan = plan_account(snapshot, salesforce_id, rules=rules, options=options)
    services.seen(plan)
    return verified(services, plan, money_rule=options.money_rule) if options.verify_with_zuora else plan


def _gathered(services: Services, salesforce_id: str, *, rules: Sequence[Rule], options: Options) -> Snapshot:
    """As gather; what it raises says whose sync it was, and that no harm was done."""
    try:
        return gather(services, [salesforce_id], rules=rules, options=options)
    except ConnectorError as error:
        error.record = error.record or salesforce_id
        error.message = (
            f"Account {salesforce_id} could not be looked up, nothing was written: {error.message}"
        )
        error.args = (error.message,)
        raise


def _tell_plan(services: Services, plan: Plan) -> None:
    writes, stopped, errors = len(plan.writes()), len(plan.stopped_writes()), len(plan.errors())
    known = excerpt(plan.account_name, longest=LONGEST_NAME)
    name = f"{known} ({plan.salesforce_id})" if known else plan.salesforce_id
    decided = f"{counted(writes, 'change')} to make in Zuora" if writes else "nothing to change in Zuora"
    decided += f", {stopped} stopped" if stopped else ""
    problems = f"; {counted(errors, 'error')}" if errors else ""
    services.journal.write(
        Entry(
            Step.PLAN,
            f"Plan for {name}: {decided}{problems}.",
            noun="account",
            record=plan.account_name,
            salesforce_id=plan.salesforce_id,
            detail={"operations": [_line(operation) for operation in plan_as_json(plan)["operations"]]},
        )
    )
    for problem in plan.problems:
        services.journal.write(
            Entry(
                Step.PLAN,
                problem.message,
                level=problem.severity,
                noun=problem.key.noun,
                record=problem.record,
                salesforce_id=plan.salesforce_id,
                who_acts=problem.who_acts if problem.severity is not Severity.NOTICE else "",
            )
        )


def _line(operation: dict[str, object]) -> str:
    return f"{operation['action']}: {operation['title']} — {operation['decision']}"


def _left_to_check(report: Report) -> str:
    return (
        f" To be looked at: {counted(len(report.to_check), 'order')}, see above." if report.to_check else ""
    )


def _tell_end(services: Services, report: Report) -> None:
    levels = {
        Status.SUCCEEDED: Severity.NOTICE,
        Status.PARTIAL: Severity.WARNING,
        Status.FAILED: Severity.ERROR,
    }
    services.journal.write(
        Entry(
            Step.FINISH,
            f"{summary(report.outcomes)}{_left_to_check(report)}",
            level=levels[report.status],
            noun="account",
            record=report.plan.account_name,
            salesforce_id=report.plan.salesforce_id,
            zuora_id=report.zuora_id,
            who_acts=report.who_acts,
        )
    )
