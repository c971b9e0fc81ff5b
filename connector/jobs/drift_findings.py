"""What a drift report keeps of one account, as rows that are not stored yet: masked where the integration hides personal data."""

from __future__ import annotations

import json
from typing import Any

from connector.domain.drift import Difference, Drift
from connector.errors import ConnectorError
from connector.models import DriftDifference, DriftFinding, DriftReport, sanitise
from connector.models.drift import VALUE_LIMIT, FindingKind
from connector.sync.rendering import plain


def finding(report: DriftReport, found: Drift) -> DriftFinding:
    message = found.message
    if found.more:
        message = f"{message} {found.more} more differences are not listed.".strip()
    made = _row(report, FindingKind(found.kind.value), message, found.who_acts)
    made.unkept = [_difference(report, made, each) for each in found.differences]
    return made


def unread(report: DriftReport, error: ConnectorError) -> DriftFinding:
    return _row(report, FindingKind.UNREAD, error.message, error.who_acts)


def unplanned(report: DriftReport, error: Exception) -> DriftFinding:
    message = (
        f"The connector itself failed at this account ({type(error).__name__}). Look for drift report {report.pk} in the worker's "
        "log, and report it."
    )
    return _row(report, FindingKind.STOPPED, message, "The operator of this connector")


def _row(report: DriftReport, kind: FindingKind, message: str, who_acts: str) -> DriftFinding:
    return DriftFinding(
        kind=kind,
        message=sanitise.text(report.shown(message)),
        who_acts=sanitise.text(report.shown(who_acts), limit=200),
    )


def _difference(report: DriftReport, made: DriftFinding, found: Difference) -> DriftDifference:
    told = {"field": found.field, "before": plain(found.before), "after": plain(found.after)}
    told = report.shown(told)  # together: the field says whether its values are personal
    return DriftDifference(
        finding=made,
        noun=found.noun,
        record=sanitise.line(report.shown(found.record), limit=VALUE_LIMIT),
        field=sanitise.line(found.field, limit=200),
        before=_text(told["before"]),
        after=_text(told["after"]),
    )


def _text(value: Any) -> str:
    """Text as it is, nothing as nothing, everything else as JSON."""
    if value is None:
        return ""
    return sanitise.text(
        value if isinstance(value, str) else json.dumps(value, ensure_ascii=False), limit=VALUE_LIMIT
    )
