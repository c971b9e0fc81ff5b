"""Field mapping rows, one on a page of its own: entered, checked against both systems, tried, put back from its history."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from connector import jobs
from connector.admin import mapping_editor
from connector.admin.mapping_editor import MappingForm
from connector.admin.mapping_revert import RevertedAdmin
from connector.admin.pages import EnteredAdmin, row_key, under
from connector.models import FieldMapping


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
        if db_field.name == "position":
            kwargs["show_hidden_initial"] = True
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
        may_see = request.user.has_perm(mapping_editor.SEE_ACCOUNTS)
        accounts = mapping_editor.accounts_of(integration) if integration and may_see else []
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

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """A new row comes last of its integration's."""
        given: dict[str, Any] = super().get_changeform_initial_data(request)
        if (integration := mapping_editor.of_key(request.GET.get("integration", ""))) is not None:
            last = integration.mappings.aggregate(last=Max("position"))["last"]
            given.setdefault("position", 0 if last is None else last + 1)
        return given

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.told = self._told.get(request)
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change and "position" not in form.changed_data:
            # The rows may have been put in order since the page was opened, or just now.
            stored = FieldMapping.objects.select_for_update().get(pk=obj.pk)
            obj.position = stored.position
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
