"""Integrations: which org goes to which tenant, and how. Their field mapping is read on the same page, row by row.

A mapping row is changed on a page of its own. The editor that knows both systems' fields is more than a table can be.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import Count, DateField, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from connector import jobs
from connector.admin import drift, mapping_defaults, mapping_editor, triggers
from connector.admin.audit import AuditedAdmin
from connector.admin.badges import Badge, Tone, report_badge
from connector.admin.mapping_editor import MappingForm
from connector.admin.mapping_revert import RevertedAdmin
from connector.admin.mapping_transfer import SEE, MappingTransfer, may_take
from connector.admin.pages import EnteredAdmin, named, row_key, under
from connector.admin.stories import shown_value
from connector.domain.mapping_files import Entry
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


class OptionalJSONField(forms.JSONField):
    """Nothing shows as nothing, where JSON would have it "null"."""

    def prepare_value(self, value: Any) -> Any:
        return "" if value is None else super().prepare_value(value)


@admin.register(FieldMapping)
class FieldMappingAdmin(RevertedAdmin, EnteredAdmin):
    form = MappingForm
    _told: WeakKeyDictionary[HttpRequest, jobs.Checked | None] = WeakKeyDictionary()
    """What both systems said of the row that a request saves."""
    change_form_template = "connector/mapping_row.html"
    list_display = ("shown_target", "pair", "shown_source", "mode", "required", "is_active")
    list_filter = ("integration", "pair", "mode", "is_active")
    list_select_related = ("integration",)
    search_fields = ("source", "target", "note")
    actions = None
    fieldsets = (
        (None, {"fields": ("integration", "pair", "source", "target", "position")}),
        ("Value", {"fields": ("transform", "arguments", "default", "mode", "required")}),
        (None, {"fields": ("is_active", "note")}),
    )

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "default":
            kwargs["form_class"] = OptionalJSONField
        if db_field.name in ("source", "target"):
            kwargs["widget"] = UnfoldAdminTextInputWidget(
                attrs={"list": f"mapping-{db_field.name}s", "autocomplete": "off", "spellcheck": "false"}
            )
        if db_field.name in ("default", "arguments"):
            kwargs["widget"] = UnfoldAdminTextareaWidget(attrs={"rows": 2})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        pieces = (
            ("choices", mapping_editor.choices, ("GET",)),
            ("check", self.check_view, ("POST",)),
            ("trial", self.trial_view, ("POST",)),
        )
        return [
            *(
                path(
                    f"{name}/",
                    self.admin_site.admin_view(mapping_editor.editing(view, methods=methods)),
                    name=f"connector_fieldmapping_{name}",
                )
                for name, view, methods in pieces
            ),
            *super().get_urls(),
        ]

    def check_view(self, request: HttpRequest) -> HttpResponse:
        return mapping_editor.check(request, self._bound(request, row_key(request.GET.get("row", ""))))

    def trial_view(self, request: HttpRequest) -> HttpResponse:
        return mapping_editor.trial(request, self._bound(request, row_key(request.GET.get("row", ""))))

    def _bound(self, request: HttpRequest, key: int | None) -> forms.ModelForm:
        """The form as it is being filled in, of the row that it is about or of a new one."""
        row = FieldMapping.objects.filter(pk=key).first() if key is not None else None
        return self.get_form(request, row, change=row is not None)(request.POST, instance=row)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], **kwargs: Any
    ) -> HttpResponse:
        row = kwargs.get("obj")
        integration = row.integration if row else mapping_editor.of_key(request.GET.get("integration", ""))
        accounts = mapping_editor.accounts_of(integration) if integration else []
        return super().render_change_form(request, {**context, "trial_accounts": accounts}, **kwargs)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """The systems are asked before the transaction in which the row is checked and saved: a database must not wait for a remote."""
        may = self.has_change_permission(request) if object_id else self.has_add_permission(request)
        if request.method == "POST" and may:
            key = row_key(unquote(object_id or ""))
            stored = FieldMapping.objects.filter(pk=key).first() if key is not None else None
            self._told[request] = mapping_editor.looked_at(self._bound(request, key), stored)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.told = self._told.get(request)
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        for unchecked in form.told.unchecked if form.told else ():
            messages.warning(request, unchecked)

    def _answer(self, request: HttpRequest, obj: Any, done: str) -> HttpResponse:
        super()._answer(request, obj, done)
        address = reverse("admin:connector_integration_change", args=[obj.integration_id])
        return HttpResponseRedirect(f"{address}#mapping")

    @display(description="Zuora field", ordering="target")
    def shown_target(self, row: FieldMapping) -> str:
        return under(row.target, row.integration)

    @display(description="Salesforce field", ordering="source")
    def shown_source(self, row: FieldMapping) -> str:
        return row.source or "Always the default"


def _shown(request: HttpRequest, integration: Integration) -> dict[str, Any]:
    rows = rows_of(integration)
    missing = mapping_defaults.missing(rows)
    may = request.user.has_perm
    latest = integration.drift_reports.first() if may("connector.view_driftreport") else None
    return {
        "integration": integration,
        "drift": latest,
        "drift_badge": report_badge(latest) if latest else None,
        "can_start_drift": may(drift.START),
        "trial_accounts": mapping_editor.accounts_of(integration),
        "pairs": [
            (
                pair,
                [_shown_row(row) for row in rows if row.pair == pair],
                [_shown_rule(rule) for rule in missing if rule.pair.value == pair.value],
            )
            for pair in FieldMapping.Pair
        ],
        "can_map": may("connector.change_fieldmapping"),
        "can_add_mapping": may("connector.add_fieldmapping"),
        "can_see_mapping": may(SEE),
        "can_take_mapping": may_take(request),
    }


def _shown_row(row: FieldMapping) -> dict[str, Any]:
    return {
        "row": row,
        "default": shown_value(row.default),
        "arguments": shown_value(row.arguments or None),
        "standing": mapping_defaults.standing(row),
    }


def _shown_rule(rule: Rule) -> dict[str, Any]:
    return {"rule": rule, "facts": mapping_defaults.facts(Entry(rule))}
