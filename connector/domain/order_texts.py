"""An order's payment term in Zuora's words. Cleaned, for people paste into the field."""

from __future__ import annotations

from connector.domain.line_fields import text_field
from connector.domain.rules import Options
from connector.domain.snapshot import OrderSnapshot

# CPQ's own terms but this one are called the same in Zuora (its defaults); what a tenant adds goes under CPQ's name.
_PAYMENT_TERMS = {"due on receipt": "Due Upon Receipt"}


def payment_term(order: OrderSnapshot, options: Options) -> str:
    """As Zuora calls it; empty where the order names none, or the options leave payment terms out."""
    term = text_field(order.record, "SBQQ__PaymentTerm__c") if options.order_payment_terms else ""
    return _PAYMENT_TERMS.get(term.lower(), term)
