"""One value and one Zuora field: the value as the field takes it, or the reason why it does not.

Nothing is bent to fit. A text too long is refused, not cut: which part of a name may go is for the
administrator to say (the transform "truncate"). The exception is a malformed e-mail address, which is
left out and reported: Zuora would refuse the whole record for it, and nobody is billed wrongly without
one.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from connector.domain import values
from connector.domain.fields import Kind, ZuoraField
from connector.domain.values import Unconvertible


@dataclass(frozen=True, slots=True)
class Fitted:
    """What can be sent (empty: nothing is left of it), and the malformed e-mail addresses left out."""

    value: Any
    left_out: tuple[str, ...] = ()


def fit(field: ZuoraField, value: object) -> Fitted:
    """The value as the field's kind wants it, cleaned. Raises Unconvertible."""
    match field.kind:
        case Kind.BOOLEAN:
            return Fitted(values.as_boolean(value))
        case Kind.INTEGER:
            return Fitted(values.as_integer(value))
        case Kind.DATE:
            return Fitted(values.as_date(value))
        case Kind.LIST:
            return _mailboxes(value)
        case Kind.CUSTOM if isinstance(value, bool):
            return Fitted(value)
        case Kind.CUSTOM if isinstance(value, int | float | Decimal):
            return Fitted(values.as_number(value))
    text = values.cleaned(values.as_text(value), multiline=field.multiline)
    if field.kind is Kind.EMAIL and text and not values.is_email(text):
        return Fitted("", left_out=(text,))
    return Fitted(_accepted(field, text))


def _accepted(field: ZuoraField, text: str) -> str:
    if field.max_length is not None and len(text) > field.max_length:
        raise Unconvertible(
            f"has {len(text)} characters, but Zuora takes at most {field.max_length} in {field.name} "
            "(the transform “truncate” would cut it)"
        )
    if not field.four_byte and (character := values.four_byte_character(text)):
        raise Unconvertible(f"holds the character {character}, which Zuora refuses in {field.name}")
    if not field.choices or not text:
        return text
    chosen = next((choice for choice in field.choices if choice.lower() == text.lower()), None)
    if chosen is None:
        raise Unconvertible(f"is none of what Zuora takes in {field.name}: {', '.join(field.choices)}")
    return chosen


def _mailboxes(value: object) -> Fitted:
    items = value if isinstance(value, list | tuple) else [value]
    texts = [values.as_text(item).replace(";", ",") for item in items if not values.is_empty(item)]
    parts = [values.cleaned(part, multiline=False) for text in texts for part in text.split(",")]
    wanted = [part for part in dict.fromkeys(parts) if part]
    sound = [text for text in wanted if values.is_email(text)]
    return Fitted(sound, left_out=tuple(text for text in wanted if text not in sound))
