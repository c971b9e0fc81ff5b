"""What an order says in words: its payment term, its quote and opportunity. Cleaned, for people paste into these fields."""

from __future__ import annotations

from connector.domain import JSON
from connector.domain.line_fields import text_field
from connector.domain.rules import Options
from connector.domain.snapshot import OrderSnapshot

# CPQ's own terms but this one are called the same in Zuora (its defaults); what a tenant adds goes under CPQ's name.
_PAYMENT_TERMS = {"due on receipt": "Due Upon Receipt"}
# Zuora's document: "New, Amendment, Renew or Cancel", and for the business "New, Upsell, Downsell, Renewal or Churn". Which of
# those CPQ's three types mean is unverified; an amendment may be an upsell or a downsell, so its business type is left out.
_QUOTE_TYPES = {"quote": "New", "amendment": "Amendment", "renewal": "Renew"}
_BUSINESS_TYPES = {"quote": "New", "renewal": "Renewal"}
_QUOTE_NAME_LENGTH, _OPPORTUNITY_NAME_LENGTH = 32, 100


def payment_term(order: OrderSnapshot, options: Options) -> str:
    """As Zuora calls it; empty where the order names none, or the options leave payment terms out."""
    term = text_field(order.record, "SBQQ__PaymentTerm__c") if options.order_payment_terms else ""
    return _PAYMENT_TERMS.get(term.lower(), term)


def quote(order: OrderSnapshot) -> JSON:
    """The field `quote` of an entry of `subscriptions`, as {"quote": {…}}; {} where there is nothing to say."""
    kind = text_field(order.record, "SBQQ__Quote__r.SBQQ__Type__c")
    said = {
        "QuoteNumber__QT": text_field(order.record, "SBQQ__Quote__r.Name")[:_QUOTE_NAME_LENGTH],
        "QuoteType__QT": _QUOTE_TYPES.get(kind.lower(), kind[:_QUOTE_NAME_LENGTH]),
        "QuoteBusinessType__QT": _BUSINESS_TYPES.get(kind.lower(), ""),
        "OpportunityName__QT": text_field(order.record, "Opportunity.Name")[:_OPPORTUNITY_NAME_LENGTH],
        "OpportunityCloseDate__QT": text_field(order.record, "Opportunity.CloseDate")[:10],
    }
    given = {name: value for name, value in said.items() if value}
    return {"quote": given} if given else {}
