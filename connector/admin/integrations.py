"""Integrations: which org goes to which tenant, and how. Their field mapping is read on the same page, row by row.

A mapping row is changed on a page of its own (field_mappings.py).
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, DateField, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from unfold.decorators import display

from connector.admin import drift, mapping_defaults, mapping_editor, triggers
from connector.admin.audit import AuditedAdmin
from connector.admin.badges import Badge, Tone, report_badge
from connector.admin.mapping_transfer import SEE, MappingTransfer, may_take
from connector.admin.pages import EnteredAdmin, named
from connector.admin.stories import shown_value
from connector.domain import own_fields, rules
from connector.domain.mapping_files import Entry
from connector.domain.order_mapping import in_use
from connector.domain.rules import Rule
from connector.models import DriftReport, FieldMapping, Integration
from connector.models.stored_mappings import rows_of


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

    def get_queryset(self, request: HttpRequest) -> QuerySet[Integration]:
        return super().get_queryset(request).annotate(account_count=Count("accounts"))

    def get_urls(self) -> list[URLPattern]:
        trial = self.admin_site.admin_view(self.trial_view)
        report = self.admin_site.admin_view(self.drift_view)
        return [
            path("<path:object_id>/trial/", trial, name="connector_integration_trial"),
            path("<path:object_id>/drift/", report, name="connector_integration_drift"),
            *super().get_urls(),
        ]

    @triggers.posted("connector.change_fieldmapping")
    def trial_view(self, request: HttpRequest, integration: Integration) -> HttpResponse:
        """Every row that is on, on one account."""
        return mapping_editor.tried(request, integration, list(integration.rules()))

    @triggers.posted(drift.START)
    def drift_view(self, request: HttpRequest, integration: Integration) -> HttpResponse:
        return drift.start(request, integration)

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
    rows, options = rows_of(integration), integration.options()
    missing = mapping_defaults.missing(rows)
    may = request.user.has_perm
    latest = integration.drift_reports.first() if may("connector.view_driftreport") else None
    return {
        "integration": integration,
        "drift": latest,
        "drift_badge": report_badge(latest) if latest else None,
        "can_start_drift": may(drift.START),
        "trial_accounts": mapping_editor.accounts_of(integration) if may(mapping_editor.SEE_ACCOUNTS) else [],
        "pairs": [
            (
                pair,
                [_shown_row(row, options) for row in rows if row.pair == pair],
                [_shown_rule(rule) for rule in missing if rule.pair.value == pair.value],
            )
            for pair in FieldMapping.Pair
        ],
        "own_fields": [(pair, own_fields.of(rules.Pair(pair.value))) for pair in FieldMapping.Pair],
        "can_map": may("connector.change_fieldmapping"),
        "can_add_mapping": may("connector.add_fieldmapping"),
        "can_see_mapping": may(SEE),
        "can_take_mapping": may_take(request),
    }


def _shown_row(row: FieldMapping, options: rules.Options) -> dict[str, Any]:
    return {
        "row": row,
        "is_in_use": bool(in_use([row.rule()], options)),
        "default": shown_value(row.default),
        "arguments": shown_value(row.arguments or None),
        "standing": mapping_defaults.standing(row),
    }


def _shown_rule(rule: Rule) -> dict[str, Any]:
    return {"rule": rule, "facts": mapping_defaults.facts(Entry(rule))}
