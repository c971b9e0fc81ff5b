"""The editor of a mapping row: what both systems' fields are, what is wrong with the row as it is typed, what it makes of an account.

Each is a piece of the page that comes by itself or at the press of a button; without scripts the form works as any other, and
everything is checked again when it is saved. Where a system is down the row can be saved all the same, and what was not checked is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render

from connector import jobs
from connector.admin.pages import row_key, who_acts
from connector.admin.stories import shown_value
from connector.domain import fields, ids
from connector.domain.mapping_files import Fault
from connector.domain.mapping_files.comparing import Comparison, Kind
from connector.domain.mapping_trial import Trial
from connector.domain.operations import Severity
from connector.domain.order_mapping import SELDOM_THERE
from connector.domain.own_fields import refused
from connector.domain.rules import SOURCE_OBJECTS, TARGET_OBJECTS, Pair, Rule
from connector.errors import ConnectorError, RecordError
from connector.models import Account, FieldMapping, Integration

_LOOKED_AT = ("integration", "pair", "source", "target", "transform", "arguments")
MOST_ACCOUNTS = 200


class MappingForm(forms.ModelForm):
    """Refuses as well what both systems said against the row when they were asked (`looked_at`)."""

    told: jobs.Checked | None = None
    """What both systems said of the row, asked before: the form is checked inside a transaction, where nobody may wait for a remote."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # the stubs leave it out
        if self.told is not None and not self.errors:
            for name, fault in self.told.faults.items():
                self.add_error(name, fault)


def looked_at(form: forms.ModelForm, stored: FieldMapping | None) -> jobs.Checked | None:
    """What both systems say of the row in a form, where that differs in what they know of from what is stored."""
    if not form.is_valid():
        return None
    row: FieldMapping = form.instance
    if stored is not None and all(getattr(row, name) == getattr(stored, name) for name in _LOOKED_AT):
        return None
    return jobs.Describer(row.integration).check(row.rule())


SEE_ACCOUNTS = "connector.view_account"
"""A trial shows an account's data."""


def editing(
    view: Callable[[HttpRequest], HttpResponse], *, methods: tuple[str, ...]
) -> Callable[[HttpRequest], HttpResponse]:
    """For whoever may add or change rows: these pieces ask the remote systems."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if request.method not in methods:
            return HttpResponseNotAllowed(methods)
        if not any(request.user.has_perm(f"connector.{verb}_fieldmapping") for verb in ("add", "change")):
            raise PermissionDenied
        return view(request)

    return guarded


def choices(request: HttpRequest) -> HttpResponse:
    """The fields that may be named, for the pair and the integration that are chosen."""
    integration, pair = of_key(request.GET.get("integration", "")), _pair(request.GET.get("pair", ""))
    if integration is None or pair is None:
        return render(request, "connector/mapping_choices.html", {})
    describer, unasked = jobs.Describer(integration), []
    sources: list[tuple[str, str]] = []
    custom: Iterable[str] = ()
    try:
        described = describer.salesforce(SOURCE_OBJECTS[pair])
        sources = [
            (each.path, _kind(each.label, each.type, each.length)) for each in described.fields.values()
        ]
        sources += [
            (f"{each.name}.", f"{each.label}: fields of {', '.join(each.leads_to)}")
            for each in described.relationships.values()
        ]
    except ConnectorError as error:
        unasked.append(f"Salesforce: {error.message}")
    try:
        custom = describer.zuora(TARGET_OBJECTS[pair])
    except ConnectorError as error:
        unasked.append(f"Zuora: {error.message}")
    targets = [(name, _limits(pair, name)) for name in fields.names(pair) if not refused(pair, name)]
    targets += [(name, _limits(pair, name)) for name in sorted(custom) if not refused(pair, name)]
    shown = {
        "sources": sorted(sources, key=lambda each: each[0].lower()),
        "targets": targets,
        "unasked": unasked,
        "source_object": SOURCE_OBJECTS[pair],
        "target_object": TARGET_OBJECTS[pair],
    }
    return render(request, "connector/mapping_choices.html", shown)


def check(request: HttpRequest, form: forms.ModelForm) -> HttpResponse:
    """What is wrong with the row as it stands in the form."""
    if not request.POST.get("target", "").strip():
        return render(request, "connector/mapping_check.html", {"is_empty": True})
    form.is_valid()
    faults = [(_label(form, name), fault) for name, said in form.errors.items() for fault in said]
    told = jobs.Checked()
    if (rule := _rule(form)) is not None and (
        integration := form.cleaned_data.get("integration")
    ) is not None:
        told = jobs.Describer(integration).check(rule)
    faults += [(_label(form, name), fault) for name, fault in told.faults.items()]
    target = fields.find(rule.pair, rule.target) if rule is not None else None
    shown = {
        "faults": faults,
        "cautions": told.cautions,
        "unchecked": told.unchecked,
        "sources": [(each.path, _kind(each.label, each.type, each.length)) for each in told.sources],
        "target": (rule.target, _limits(rule.pair, rule.target)) if rule is not None and target else None,
    }
    return render(request, "connector/mapping_check.html", shown)


def trial(request: HttpRequest, form: forms.ModelForm) -> HttpResponse:
    """What the row in the form makes of an account."""
    form.is_valid()
    rule, integration = _rule(form), form.cleaned_data.get("integration")
    if rule is None or integration is None:
        return render(
            request,
            "connector/mapping_trial.html",
            {"refused": "Correct what is said above first; nothing was read."},
        )
    return tried(request, integration, [rule])


def tried(request: HttpRequest, integration: Integration, rules: list[Rule]) -> HttpResponse:
    if not request.user.has_perm(SEE_ACCOUNTS):
        raise PermissionDenied
    try:
        account_id = _account_id(integration, request.POST.get("account", ""))
        found = jobs.try_mapping(integration, account_id, rules)
    except ConnectorError as error:
        return render(
            request, "connector/mapping_trial.html", {"error": error, "who_acts": who_acts(error.who_acts)}
        )
    groups = [
        (
            FieldMapping.Pair(pair.value).label,
            [_shown(each) for each in found.trials if each.rule.pair is pair],
        )
        for pair in Pair
    ]
    shown = {"account": found.account, "groups": [group for group in groups if group[1]]}
    return render(request, "connector/mapping_trial.html", shown)


def held_against(integration: Integration, comparison: Comparison) -> tuple[list[Fault], tuple[str, ...]]:
    """What both systems have against the rows that would be new or changed, and what could not be looked at."""
    describer = jobs.Describer(integration)
    found: list[Fault] = []
    unchecked: dict[str, None] = {}
    for change in comparison.changes:
        rule = change.entry.rule
        if change.kind == Kind.REMOVED or not change.entry.is_active:
            continue
        if rule in SELDOM_THERE:
            continue  # as every new integration has it, whatever its org has
        told = describer.check(rule)
        label = f"{rule.source or 'default'} → {rule.target}"
        found += [Fault(change.entry.line, f"{label}: {message}") for message in told.faults.values()]
        unchecked |= dict.fromkeys(told.unchecked)
    return found, tuple(unchecked)


def accounts_of(integration: Integration) -> list[Account]:
    """To choose from; any other can be named by its id."""
    return list(Account.objects.filter(integration=integration).order_by("name", "pk")[:MOST_ACCOUNTS])


def _shown(trial: Trial) -> dict[str, Any]:
    problems = [
        each for each in trial.problems if each.severity is not Severity.NOTICE or trial.result is None
    ]
    return {
        "trial": trial,
        "given": [(path, shown_value(value)) for path, value in trial.given],
        "result": shown_value(trial.result),
        "problems": problems,
    }


def _account_id(integration: Integration, text: str) -> str:
    """By id, or by the exact name of one that is known. Raises RecordError."""
    text = text.replace("\x00", "").strip()
    named = list(Account.objects.filter(integration=integration, name=text)[:2]) if text else []
    if len(named) == 1:
        return str(named[0].salesforce_id)
    if not text:
        raise RecordError("Choose an account, or write its Salesforce id.")
    return ids.expect(text)


def _rule(form: forms.ModelForm) -> Rule | None:
    """The row in the form, where it is sense in itself: what the systems say against it is told beside it."""
    data = form.cleaned_data
    pair = _pair(str(data.get("pair") or form.data.get("pair") or ""))
    if pair is None:
        return None
    given = {name: data.get(name, form.data.get(name, "")) for name in ("source", "target", "transform")}
    row = FieldMapping(
        pair=pair.value,
        arguments=data.get("arguments") or {},
        default=data.get("default"),
        required=bool(data.get("required")),
        **given,
    )
    try:
        row.clean()
    except ValidationError:
        return None
    return row.rule()


def _label(form: forms.ModelForm, name: str) -> str:
    return str(form.fields[name].label or name) if name in form.fields else ""


def _kind(label: str, kind: str, length: int) -> str:
    return f"{label} ({kind}{f', up to {length} characters' if length else ''})"


def _limits(pair: Pair, name: str) -> str:
    found = fields.find(pair, name)
    if found is None:
        return ""
    parts = [str(found.kind)]
    parts += [f"up to {found.max_length} characters"] if found.max_length else []
    parts += [f"one of {', '.join(found.choices)}"] if found.choices else []
    parts += [] if found.on_update else ["only when creating"]
    return ", ".join(parts)


def of_key(key: str) -> Integration | None:
    """The integration that an address names; None for none."""
    pk = row_key(key)
    found = Integration.objects.select_related("salesforce", "zuora")
    return found.filter(pk=pk).first() if pk is not None else None


def _pair(text: str) -> Pair | None:
    return Pair(text) if text in {pair.value for pair in Pair} else None
