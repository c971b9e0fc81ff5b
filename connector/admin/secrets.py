"""Secrets in forms: written, never read. A page holds no secret, neither stored nor just typed.

An empty input keeps what is stored, a box beside it forgets it. What was typed is lost when the form has an error elsewhere:
typing it again is the smaller harm.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextareaWidget

from connector.models import EncryptedTextField, SecretFormField

_KEEP = "Set — leave empty to keep"


class Forget:
    """What a ticked box says. False, so that nobody takes it for a new secret."""

    def __init__(self, *, typed: bool) -> None:
        self.typed = typed

    def __bool__(self) -> bool:
        return False


class _SecretWidget(forms.Widget):
    """Renders no value at all; `is_set` and `is_lost` describe what is stored."""

    template_name = "connector/secret.html"
    is_multiline = False
    is_set = False
    is_lost = False

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, attrs)
        if self.is_set and not self.is_lost:
            context["widget"]["attrs"]["placeholder"] = _KEEP
        shown = {"is_multiline": self.is_multiline, "is_set": self.is_set, "is_lost": self.is_lost}
        context["widget"].update(shown, value=None, clear=_clear(name))
        return context

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """By the console's templates; a form's own renderer looks only into the packages."""
        return render_to_string(self.template_name, self.get_context(name, value, attrs))

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        typed = super().value_from_datadict(data, files, name)
        return Forget(typed=bool(typed)) if data.get(_clear(name)) else typed


class SecretInput(_SecretWidget, UnfoldAdminPasswordWidget):
    """For a secret on one line."""


class SecretText(_SecretWidget, UnfoldAdminTextareaWidget):
    """For a key of several lines, which a password input would join to one."""

    is_multiline = True


class SecretField(SecretFormField):
    def clean(self, value: Any) -> Any:
        if not isinstance(value, Forget):
            return super().clean(value)
        if value.typed:
            raise ValidationError("Enter a new one, or clear what is stored; not both.")
        return value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return isinstance(data, Forget) or super().has_changed(initial, data)


SECRET_OVERRIDES = {EncryptedTextField: {"form_class": SecretField, "widget": SecretInput}}


class SecretsForm(forms.ModelForm):
    """A form whose secrets are `SecretField`s."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self._secrets():
            stored = getattr(self.instance, name)
            self.fields[name].widget.is_set = bool(stored)
            self.fields[name].widget.is_lost = not stored.is_readable

    def clean(self) -> dict[str, Any]:
        """Forgets before the model is asked whether anything is missing."""
        cleaned = super().clean() or self.cleaned_data
        for name in self._secrets():
            if isinstance(cleaned.get(name), Forget):
                setattr(self.instance, name, "")
        return cleaned

    def _secrets(self) -> list[str]:
        return [name for name, field in self.fields.items() if isinstance(field, SecretField)]


def _clear(name: str) -> str:
    return f"{name}-clear"
