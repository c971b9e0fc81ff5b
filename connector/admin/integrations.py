"""Integrations: which org goes to which tenant, and how. Their field mapping is read on the same page, row by row.

A mapping row is changed on a page of its own (field_mappings.py).
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, DateField, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from unfold.decorators import display

from connector.admin import drift, mapping_defaults, mapping_editor, triggers
from connector.admin.audit import AuditedAdmin
from connector.admin.badges import Badge, Tone, report_badge
from connector.admin.mapping_transfer import SEE, MappingTransfer, may_take
from connector.admin.pages import EnteredAdmin, breakable, named, row_key
from connector.admin.stories import shown_value
from connector.domain import own_fields
from connector.domain.mapping_files import Entry
from connector.domain.order_mapping import in_use
from connector.domain.rules import Options, Pair, Rule
from connector.models import DriftReport, FieldMapping, Integration
from connector.models.mappings import transform_choices
from connector.models.stored_mappings import ChangedMeanwhile, put_in_order, rows_of

MAP = "connector.change_fieldmapping"
_TRANSFORMS = dict(transform_choices())
_MODES = dict(FieldMapping.Mode.choices)


@admin.register(Integration)
class IntegrationAdmin(MappingTransfer, AuditedAdmin, EnteredAdmin):
    list_display = ("shown_name", "shown_state", "salesforce", "zuora", "shown_accounts")
    list_select_related = ("salesforce", "zuora")
    search_fields = ("name",)
    actions = None
    change_form_template = "connector/integration.html"
    # Sections that fold, not the theme's tabs: those cannot be reached with a keyboard.
    fieldsets = (
        (None, {"fields": ("name", "salesforce", "zuora", "is_active")}),
        (
            "Accounts and contacts",
            {
                "fields": (
                    "state_rule",
                    "default_currency",
                    "account_number_template",
                    "bill_to_contact",
                    "sold_to_contact",
                    "sync_contacts",
                )
            },
        ),
        ("Privacy", {"fields": ("hide_personal_data",)}),
        (
            "Orders",
            {"fields": ("sync_orders", "amend_subscriptions", "use_subscription_start", "trigger_dates")},
        ),
        ("Money check", {"fields": ("money_rule", "verify_with_zuora", "max_price_decimals")}),
        (
            "Who pays, and how",
            {
                "classes": ["collapse"],
                "fields": (
                    "order_contacts",
                    "order_payment_terms",
                    "multi_currency",
                    "invoice_owner_field",
                    "subscription_owner_field",
                ),
            },
        ),
        (
            "New products in Zuora",
            {
                "classes": ["collapse"],
                "fields": (
                    "catalog_currencies",
                    "unit_of_measure",
                    "tax_mode",
                    "accounting_code",
                    "catalog_start_date",
                    "catalog_end_date",
                ),
            },
        ),
        (
            "Terms, tiers and opportunities",
            {
                "classes": ["collapse"],
                "fields": (
                    "term_in_days",
                    "list_price_base",
                    "increment_tiers",
                    "unit_decimals",
                    "tier_caps_field",
                    "opportunity_fields",
                ),
            },
        ),
    )

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if isinstance(db_field, DateField):
            kwargs["error_messages"] = {"invalid": "Write the day as YYYY-MM-DD, for example 2000-01-01."}
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    class Media:
        js = ("connector/mapping_order.js",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Integration]:
        return super().get_queryset(request).annotate(account_count=Count("accounts"))

    def get_urls(self) -> list[URLPattern]:
        trial = self.admin_site.admin_view(self.trial_view)
        report = self.admin_site.admin_view(self.drift_view)
        order = self.admin_site.admin_view(self.order_view)
        return [
            path("<path:object_id>/trial/", trial, name="connector_integration_trial"),
            path("<path:object_id>/drift/", report, name="connector_integration_drift"),
            path("<path:object_id>/mapping/order/", order, name="connector_integration_mapping_order"),
            *super().get_urls(),
        ]

    @triggers.posted(MAP)
    def trial_view(self, request: HttpRequest, integration: Integration) -> HttpResponse:
        """Every row that is on, on one account."""
        return mapping_editor.tried(request, integration, list(integration.rules()))

    @triggers.posted(drift.START)
    def drift_view(self, request: HttpRequest, integration: Integration) -> HttpResponse:
        return drift.start(request, integration)

    @triggers.posted(MAP)
    def order_view(self, request: HttpRequest, integration: Integration) -> HttpResponse:
        """The rows of one pair as they were dragged; the answer is how they are now, and one message."""
        pair, wanted, seen = (request.POST.get(name, "") for name in ("pair", "rows", "seen"))
        if pair not in FieldMapping.Pair.values:
            return HttpResponse("There is no such pair.", status=400, content_type="text/plain")
        label, is_saved = FieldMapping.Pair(pair).label, True
        try:
            put_in_order(integration, Pair(pair), _keys(wanted), seen=_keys(seen), reason="Put in order")
        except ChangedMeanwhile:
            is_saved = False
        shown = {**_shown_mapping(request, integration), "label": label, "is_saved": is_saved}
        shown["group"] = next(group for group in shown["pairs"] if group[0] == pair)
        return render(request, "connector/mapping_ordered.html", shown)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        integration = self.get_object(request, object_id)
        shown = _shown(request, integration) if integration is not None else {}
        return super().change_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[Any]]:
        """Drift reports, which nobody removes by hand, go with their integration."""
        shown, counts, lost, protected = super().get_deleted_objects(objs, request)
        return shown, counts, lost - {str(DriftReport._meta.verbose_name)}, protected

    @display(description="Integration", ordering="name")
    def shown_name(self, integration: Any) -> str:
        return named(integration, f"{integration.salesforce} → {integration.zuora}")

    @display(description="State", ordering="is_active")
    def shown_state(self, integration: Integration) -> str:
        return str(
            Badge("Active", Tone.GOOD, "check_circle")
            if integration.is_active
            else Badge("Switched off", Tone.QUIET, "block")
        )

    @display(description="Accounts", ordering="account_count")
    def shown_accounts(self, integration: Any) -> str:
        return str(integration.account_count)


def _shown(request: HttpRequest, integration: Integration) -> dict[str, Any]:
    may = request.user.has_perm
    latest = integration.drift_reports.first() if may("connector.view_driftreport") else None
    return {
        **_shown_mapping(request, integration),
        "own_fields": [(pair, own_fields.of(Pair(pair.value))) for pair in FieldMapping.Pair],
        "drift": latest,
        "drift_badge": report_badge(latest) if latest else None,
        "can_start_drift": may(drift.START),
        "trial_accounts": mapping_editor.accounts_of(integration) if may(mapping_editor.SEE_ACCOUNTS) else [],
    }


def _shown_mapping(request: HttpRequest, integration: Integration) -> dict[str, Any]:
    rows, options = rows_of(integration), integration.options()
    missing = mapping_defaults.missing(rows)
    may = request.user.has_perm
    return {
        "integration": integration,
        "pairs": [
            (
                pair,
                [_shown_row(row, options) for row in rows if row.pair == pair],
                [_shown_rule(rule) for rule in missing if rule.pair.value == pair.value],
            )
            for pair in FieldMapping.Pair
        ],
        "rows_address": reverse("admin:connector_fieldmapping_changelist"),
        "can_map": may(MAP),
        "can_add_mapping": may("connector.add_fieldmapping"),
        "can_see_mapping": may(SEE),
        "can_take_mapping": may_take(request),
    }


def _keys(text: str) -> list[int]:
    """Numbers of rows; 0 for what is none, which no row has."""
    return [row_key(each) or 0 for each in text.split(",")]


def _shown_row(row: FieldMapping, options: Options) -> dict[str, Any]:
    """Labels come from tables made once: Django makes one for each label it is asked for, and a mapping may have hundreds of rows."""
    return {
        "row": row,
        "source": breakable(row.source),
        "target": breakable(row.target),
        "transform": _TRANSFORMS.get(row.transform, row.transform),
        "mode": _MODES.get(row.mode, row.mode),
        "is_in_use": bool(in_use([row.rule()], options)),
        "default": shown_value(row.default),
        "arguments": shown_value(row.arguments or None),
        "standing": mapping_defaults.standing(row),
    }


def _shown_rule(rule: Rule) -> dict[str, Any]:
    return {
        "rule": rule,
        "source": breakable(rule.source),
        "target": breakable(rule.target),
        "facts": mapping_defaults.facts(Entry(rule)),
    }
