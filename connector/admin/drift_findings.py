"""What a drift report found, as its page and its export show it: narrowed by kind or field, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from connector.admin import exports
from connector.admin.badges import Badge, finding_badge, outcome_badge
from connector.admin.pages import row_key
from connector.models import DriftDifference, DriftFinding, DriftReport
from connector.models.drift import FindingKind

ACCOUNTS_SHOWN = 25
DIFFERENCES_SHOWN = 10
FIELDS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class ShownField:
    """Of how many accounts one field differs. `query` narrows the list to them, or undoes that."""

    noun: str
    field: str
    accounts: int
    query: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ShownFinding:
    row: DriftFinding
    badge: Badge
    differences: Sequence[DriftDifference]
    more: int
    since: Badge | None
    """What became of a sync that was started since."""

    @property
    def height(self) -> int:
        """How many rows of the table it takes."""
        return len(self.differences) + bool(self.more) + bool(self.row.message) or 1


@dataclass(frozen=True, slots=True)
class Choice:
    """What the list is narrowed to; empty is everything. `noun` and `field` go together, as a record without a field is one that
    Zuora lacks."""

    kind: str = ""
    noun: str = ""
    field: str = ""
    page: int = 1

    @classmethod
    def of(cls, request: HttpRequest) -> Choice:
        """As the address says; what it does not know it leaves out."""
        kind, noun = request.GET.get("kind", ""), request.GET.get("noun", "")
        known = noun in DriftDifference.Noun.values
        return cls(
            kind=kind if kind in FindingKind.values else "",
            noun=noun if known else "",
            field=request.GET.get("field", "").replace("\x00", "") if known else "",
            page=row_key(request.GET.get("page", "")) or 1,
        )

    def query(self) -> str:
        """For an address: "" or "?kind=…"."""
        given: dict[str, Any] = {"kind": self.kind} if self.kind else {}
        given |= {"noun": self.noun, "field": self.field} if self.noun else {}
        given |= {"page": self.page} if self.page > 1 else {}
        return f"?{urlencode(given)}" if given else ""

    def turned(self, number: int) -> str:
        return replace(self, page=number).query() or "?"

    def findings(self, report: DriftReport) -> QuerySet[DriftFinding]:
        found = report.findings.select_related("account__last_run").defer("account__last_run__plan")
        if self.kind:
            found = found.filter(kind=self.kind)
        if self.noun:
            differing = DriftDifference.objects.filter(
                finding__report=report, noun=self.noun, field=self.field
            )
            found = found.filter(pk__in=differing.values("finding"))
        return found

    def fields(self, report: DriftReport) -> list[ShownField]:
        counted = DriftDifference.objects.filter(finding__report=report).order_by().values("noun", "field")
        rows = counted.annotate(accounts=Count("finding", distinct=True))
        return [
            self._field(str(row["noun"]), str(row["field"]), int(row["accounts"]))
            for row in rows.order_by("-accounts", "noun", "field")[:FIELDS_SHOWN]
        ]

    def kinds(self, report: DriftReport) -> list[tuple[str, int, str, bool]]:
        """Label, count, query and whether it is chosen; all of them first."""
        counts = {kind: getattr(report, kind.value) for kind in FindingKind}
        every = [("All", sum(counts.values()), self._of_kind(""), not self.kind)]
        return every + [
            (str(kind.label), count, self._of_kind(kind.value), kind == self.kind)
            for kind, count in counts.items()
            if count
        ]

    def _field(self, noun: str, field: str, accounts: int) -> ShownField:
        is_chosen = (noun, field) == (self.noun, self.field)
        narrowed = replace(self, page=1, noun="", field="")
        narrowed = narrowed if is_chosen else replace(narrowed, noun=noun, field=field)
        label = str(DriftDifference.Noun(noun).label)
        return ShownField(label, field, accounts, narrowed.query() or "?", is_chosen)

    def _of_kind(self, kind: str) -> str:
        return replace(self, page=1, kind=kind).query() or "?"


def shown_findings(
    findings: QuerySet[DriftFinding], *, number: int
) -> tuple[Page[DriftFinding], list[ShownFinding]]:
    """The page of that number, or the nearest there is."""
    found = Paginator(findings.prefetch_related("differences"), ACCOUNTS_SHOWN).get_page(number)
    return found, [_finding(row) for row in found]


def _finding(row: DriftFinding) -> ShownFinding:
    differences = list(row.differences.all())
    last_run = row.account.last_run
    is_newer = last_run is not None and last_run.created_at > row.at
    return ShownFinding(
        row=row,
        badge=finding_badge(row),
        differences=differences[:DIFFERENCES_SHOWN],
        more=max(len(differences) - DIFFERENCES_SHOWN, 0),
        since=outcome_badge(row.account) if is_newer else None,
    )


def exported(findings: QuerySet[DriftFinding]) -> Iterator[tuple[object, ...]]:
    """A line for each difference; one for an account of which only a message is known."""
    for row in findings.prefetch_related("differences").iterator(chunk_size=200):
        account = row.account
        of_account = (
            account.name,
            account.salesforce_id,
            account.zuora_account_number,
            row.get_kind_display(),
        )
        told = (row.message, row.who_acts, exports.moment(row.at))
        differences = list(row.differences.all())
        for each in differences:
            field = each.field or "(missing in Zuora)"
            yield (
                *of_account,
                each.get_noun_display(),
                each.record,
                field,
                each.before,
                each.after,
                *told,
            )
        if not differences:
            yield (*of_account, "", "", "", "", "", *told)
