"""Where rows of a field mapping are taken from: a file or a text, another integration, the default mapping. How, and why.

Each source ends as a text in one of the formats, so that everything behind it is one way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from connector.domain.mapping_files import FORMATS, written
from connector.domain.mapping_files.comparing import How
from connector.models import Integration
from connector.models.stored_mappings import default_entries, entry_of, rows_of

LONGEST = 1_000_000
"""Bytes of a file or a text."""

_INPUT = {"class": "sa-input"}
HOW = (
    (How.KEEP.value, "Add and change, keep the others"),
    (How.REPLACE.value, "Replace all rows: those that are not named there are removed"),
)


@dataclass(frozen=True, slots=True)
class Source:
    """`said` begins the reason that the history keeps; `is_file`: its lines mean something to whoever gave it."""

    text: str
    form: str
    said: str
    is_file: bool = False


class SourceForm(forms.Form):
    """What every source has in common."""

    title = ""
    note = ""
    field_order = ("form", "file", "text", "other", "how", "reason")

    how = forms.ChoiceField(label="How", choices=HOW, initial=How.KEEP.value, widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Reason",
        max_length=300,
        widget=forms.TextInput(attrs={**_INPUT, "autocomplete": "off"}),
        help_text="Kept in the history of each row that changes.",
        error_messages={"required": "Say why: the history of each row keeps it."},
    )

    def __init__(self, *args: Any, integration: Integration, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        self.integration = integration

    def source(self) -> Source:
        """Of a form that is valid."""
        raise NotImplementedError


class FileForm(SourceForm):
    title = "Import a field mapping"
    note = "From a file, or from a text that you paste."

    form = forms.ChoiceField(
        label="Format",
        choices=[(name, each.title) for name, each in FORMATS.items()],
        widget=forms.Select(attrs=_INPUT),
    )
    file = forms.FileField(
        label="File",
        required=False,
        widget=forms.FileInput(attrs=_INPUT),
        help_text="UTF-8, at most 1 MB. Where a file is chosen, the text below is not looked at.",
        error_messages={"empty": "The file is empty."},
    )
    text = forms.CharField(
        label="Or the text itself",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"class": "sa-input sa-mono", "rows": 10, "spellcheck": "false"}),
        error_messages={"null_characters_not_allowed": "This is no text: it holds a NUL character."},
    )

    def clean_file(self) -> str:
        """Its text; empty where none was chosen."""
        upload = self.cleaned_data["file"]
        if not isinstance(upload, UploadedFile):
            return ""
        if (upload.size or 0) > LONGEST:
            raise ValidationError(_too_long("file", upload.size or 0))
        return _decoded(upload.read())

    def clean_text(self) -> str:
        """With the line ends that it had before a browser sent it."""
        text = str(self.cleaned_data["text"]).replace("\r\n", "\n")
        if (size := len(text.encode(errors="replace"))) > LONGEST:
            raise ValidationError(_too_long("text", size))
        return text

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        is_given = given.get("file") or str(given.get("text", "")).strip()
        if not is_given and not {"file", "text"} & set(self.errors):
            self.add_error("file", "Choose a file, or paste the text.")
        return given

    def source(self) -> Source:
        given = self.cleaned_data
        return Source(given["file"] or given["text"], given["form"], "Imported", is_file=True)


class CopyForm(SourceForm):
    title = "Copy a field mapping"
    note = "The rows of another integration, as they are now. It keeps them."

    other = forms.ModelChoiceField(
        label="From integration",
        queryset=Integration.objects.none(),
        widget=forms.Select(attrs=_INPUT),
        error_messages={"required": "Choose an integration."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["other"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Integration.objects.exclude(pk=self.integration.pk)

    def source(self) -> Source:
        other: Integration = self.cleaned_data["other"]
        entries = [entry_of(row) for row in rows_of(other)]
        return Source(written(entries, form="json"), "json", f"Copied from “{other}”")


class DefaultForm(SourceForm):
    title = "Restore the default mapping"
    note = "The rows that a new integration has. Notes stay with their rows."

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["how"].initial = How.REPLACE.value

    def source(self) -> Source:
        entries = default_entries(rows_of(self.integration))
        return Source(written(entries, form="json"), "json", "Default mapping restored")


FORMS: dict[str, type[SourceForm]] = {"import": FileForm, "copy": CopyForm, "default": DefaultForm}


def _too_long(what: str, size: int) -> str:
    return f"The {what} has {size:,} bytes; at most {LONGEST:,} are taken. Nothing was read."


def _decoded(content: bytes) -> str:
    """Raises ValidationError with the line of what is no text."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ValidationError(
            f"Line {line}: This is no text in UTF-8. Save the file anew with that encoding."
        ) from None
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise ValidationError(f"Line {line}: This is no text: it holds a NUL character.")
    if not text.strip():
        raise ValidationError("The file is empty.")
    return text
