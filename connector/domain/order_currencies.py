"""The currency an order is sold in."""

from __future__ import annotations

from connector.domain.labels import LONGEST_NAME, excerpt, order_label
from connector.domain.line_fields import text_field
from connector.domain.rules import Options
from connector.domain.snapshot import OrderSnapshot
from connector.errors import RecordError


def order_currency(order: OrderSnapshot, account_currency: str, options: Options) -> str:
    """The currency an order is sold in.

    Raises RecordError where that is not the account's and Zuora's multi-currency is off.
    """
    stated = text_field(order.record, "CurrencyIsoCode")
    currency = stated or account_currency or options.default_currency
    if account_currency and currency != account_currency and not options.multi_currency:
        raise RecordError(
            f"{order_label(order)} is in {excerpt(currency, longest=LONGEST_NAME)}, but Zuora bills its account in {account_currency}. "
            "Correct the order's currency in Salesforce, or bill it through another account; or, where Zuora's multi-currency is on, "
            "switch on the integration's option “Orders in other currencies”. Then resync.",
            record=order.salesforce_id,
        )
    return currency
