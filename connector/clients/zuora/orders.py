"""Orders: looked up by the number Salesforce gave them, created in one atomic call, or through a job that is polled.
Afterwards their custom fields can be changed."""

from __future__ import annotations

from collections.abc import Iterator

from connector.clients.zuora.errors import Asked, unexpected
from connector.clients.zuora.wire import Wire, part, wanted
from connector.domain import JSON


class Orders(Wire):
    # Reference: https://developer.zuora.com/v1-api-reference/api/orders/get_order/
    def get_order(self, order_number: str) -> JSON | None:
        """The order as Zuora keeps it; None where it has none of that number."""
        asked = Asked("GET", f"/v1/orders/{part(order_number, 'order number')}", order_number)
        answer = self._find(asked.path, record=order_number)
        if answer is None:
            return None
        order = answer.get("order")
        if not isinstance(order, dict):
            raise unexpected(asked, "order")
        return order

    # Reference: https://developer.zuora.com/v1-api-reference/api/orders/get_ordersbysubscriptionowner/
    def order_pages(self, account_number: str) -> Iterator[dict[str, JSON]]:
        """The orders that touch what the account owns, by number, a page at a time; each as `get_order` gives it, which is what Zuora's
        document says of both. An account that Zuora does not have has none."""
        path = f"/v1/orders/subscriptionOwner/{part(account_number, 'account number')}"
        for orders, asked in self._pages(path, "orders", record=account_number):
            yield {wanted(order, "orderNumber", asked): order for order in orders}

    # Reference: https://developer.zuora.com/v1-api-reference/api/orders/post_order/
    def create_order(self, payload: JSON, *, idempotency_key: str) -> JSON:
        """Zuora's whole answer: at least `orderNumber` and `status`, and `subscriptions` where it made some."""
        record = str(payload.get("orderNumber") or "")
        asked = Asked("POST", "/v1/orders", record, creates=True)
        answer = self._create(asked.path, payload, record=record, idempotency_key=idempotency_key)
        wanted(answer, "orderNumber", asked)
        wanted(answer, "status", asked)
        return answer

    # Reference: https://developer.zuora.com/v1-api-reference/api/orders/put_updateordercustomfields/
    def update_order_fields(self, order_number: str, payload: JSON) -> None:
        """Change the custom fields given and no others."""
        path = f"/v1/orders/{part(order_number, 'order number')}/customFields"
        self._change(path, payload, record=order_number)

    # Reference: https://developer.zuora.com/v1-api-reference/api/order-line-items/put_orderlineitem/
    def update_line_item(self, item_id: str, payload: JSON) -> None:
        """Change the fields given and no others."""
        self._change(f"/v1/order-line-items/{part(item_id, 'line item id')}", payload, record=item_id)

    # Reference: https://developer.zuora.com/v1-api-reference/api/orders/post_previeworder/
    def preview_order(self, payload: JSON) -> JSON:
        """What Zuora would bill: `invoices` and `creditMemos` with their `amountWithoutTax`. Changes nothing, so it may be
        repeated and needs no idempotency key (the document makes the header optional)."""
        record = str(payload.get("orderNumber") or "")
        asked = Asked("POST", "/v1/orders/preview", record)
        result = self._ask(asked.path, payload, record=record).get("previewResult")
        if not isinstance(result, dict):
            raise unexpected(asked, "previewResult")
        return result

    # Reference: https://developer.zuora.com/v1-api-reference/api/orders/post_createorderasynchronously/
    def create_order_async(self, payload: JSON, *, idempotency_key: str) -> str:
        """The id of the job that will create the order."""
        record = str(payload.get("orderNumber") or "")
        asked = Asked("POST", "/v1/async/orders", record, creates=True)
        answer = self._create(asked.path, payload, record=record, idempotency_key=idempotency_key)
        return wanted(answer, "jobId", asked)

    # Reference: https://developer.zuora.com/v1-api-reference/api/orders/get_jobstatusandresponse/
    def get_job(self, job_id: str) -> JSON | None:
        """`status` Processing, Completed or Failed; `result` of a completed job (it may be null); `errors` of a failed one.
        None where Zuora knows no such job (any more). Sent once: its caller polls."""
        asked = Asked("GET", f"/v1/async-jobs/{part(job_id, 'job id')}", job_id)
        answer = self._poll(asked.path, record=job_id)
        if answer is None:
            return None
        wanted(answer, "status", asked)
        return answer
