"""The product catalog: looked up by the ids Salesforce knows, created flat where it is missing, never changed."""

from __future__ import annotations

from connector.clients.zuora.errors import Asked, unexpected
from connector.clients.zuora.wire import Wire, part, wanted
from connector.domain import JSON
from connector.domain.snapshot import ZuoraRatePlan
from connector.errors import ConfigError, RemoteUnavailable

_STRICT = (("rejectUnknownFields", "true"),)
"""Without it, Actions and CRUD calls drop a misspelt field in silence."""


class Catalog(Wire):
    # Reference: https://developer.zuora.com/v1-api-reference/api/product-rate-plans/get_productrateplanbyexternalid/
    def find_rate_plan(self, external_id: str) -> ZuoraRatePlan | None:
        """The product rate plan whose externally managed plan ids hold this id, with its charge; None where none does.

        A plan whose charge was never created (a run died between the two calls) has empty charge fields.
        Raises ConfigError where several plans, or several charges, could be meant.
        """
        asked = Asked(
            "GET", f"/v1/product-rate-plans/external-id/{part(external_id, 'external id')}", external_id
        )
        answer = self._find(asked.path, record=external_id)
        if answer is None:
            return None
        plans = answer.get("productRatePlans")
        if not isinstance(plans, list):
            raise unexpected(asked, "productRatePlans")
        if len(plans) > 1:
            plans = [plan for plan in plans if plan.get("status") != "Expired"] or plans
        if len(plans) > 1:
            raise ConfigError(
                f"Zuora has {len(plans)} rate plans with the externally managed plan id {external_id}: "
                f"{_listed(plans)}. Leave the id on the one that is meant.",
                record=external_id,
            )
        return self._rate_plan(wanted(plans[0], "id", asked), external_id) if plans else None

    # Reference: https://developer.zuora.com/v1-api-reference/api/object-queries/queryproductrateplanbykey/
    def _rate_plan(self, rate_plan_id: str, external_id: str) -> ZuoraRatePlan:
        asked = Asked(
            "GET", f"/object-query/product-rate-plans/{part(rate_plan_id, 'rate plan id')}", external_id
        )
        plan = self._find(asked.path, record=external_id, params=[("expand[]", "productrateplancharges")])
        if plan is None:
            raise RemoteUnavailable(
                f"Zuora knows the rate plan {rate_plan_id} of {external_id} but does not show it to queries yet.",
                system="Zuora",
                status=404,
                record=external_id,
            )
        charges = plan.get("productRatePlanCharges") or []
        if len(charges) > 1:
            raise ConfigError(
                f"The rate plan {plan.get('name') or rate_plan_id} of {external_id} has {len(charges)} charges in Zuora: "
                f"{_listed(charges)}. A rate plan synced from Salesforce CPQ has exactly one.",
                record=external_id,
            )
        charge: JSON = charges[0] if charges else {}
        return ZuoraRatePlan(
            product_id=wanted(plan, "productId", asked),
            rate_plan_id=rate_plan_id,
            charge_id=wanted(charge, "id", asked) if charge else "",
            charge_model=str(charge.get("chargeModel") or ""),
            charge_type=str(charge.get("chargeType") or ""),
        )

    # Reference: https://developer.zuora.com/v1-api-reference/api/actions/action_postquery/
    def find_product(self, sku: str) -> str | None:
        """The id of the product with this SKU; None where there is none. Raises ConfigError where there are several."""
        asked = Asked("POST", "/v1/action/query", f"product {sku}")
        answer = self._ask(
            asked.path,
            {"queryString": f"select Id, Name from Product where SKU = '{zoql_text(sku)}'"},  # noqa: S608
            record=asked.record,
        )
        records = answer.get("records", [] if answer.get("size") == 0 else None)
        if not isinstance(records, list):
            raise unexpected(asked, "records")
        if len(records) > 1:
            raise ConfigError(
                f"Zuora has {len(records)} products with the SKU {sku}: {_listed(records)}. Give each its own SKU.",
                record=sku,
            )
        return wanted(records[0], "Id", asked) if records else None

    # Reference: https://developer.zuora.com/v1-api-reference/api/products/object_postproduct/
    def create_product(self, payload: JSON, *, idempotency_key: str) -> str:
        return self._create_object("product", payload, idempotency_key=idempotency_key)

    # Reference: https://developer.zuora.com/v1-api-reference/api/product-rate-plans/object_postproductrateplan/
    def create_rate_plan(self, payload: JSON, *, idempotency_key: str) -> str:
        return self._create_object("product-rate-plan", payload, idempotency_key=idempotency_key)

    # Reference: https://developer.zuora.com/v1-api-reference/api/product-rate-plan-charges/object_postproductrateplancharge/
    def create_charge(self, payload: JSON, *, idempotency_key: str) -> str:
        return self._create_object("product-rate-plan-charge", payload, idempotency_key=idempotency_key)

    def _create_object(self, noun: str, payload: JSON, *, idempotency_key: str) -> str:
        record = f"{noun} {payload.get('Name', '')}".strip()
        asked = Asked("POST", f"/v1/object/{noun}", record, creates=True)
        answer = self._create(
            asked.path, payload, record=record, idempotency_key=idempotency_key, params=_STRICT
        )
        return wanted({"Id": answer.get("Id", answer.get("id"))}, "Id", asked)


def zoql_text(value: str) -> str:
    """A text inside the quotes of a ZOQL condition.

    Reference: https://knowledgecenter.zuora.com/Zuora_Platform/API/G_SOAP_API/K_Zuora_Object_Query_Language
    """
    return value.replace("\\", "\\\\").replace("'", "\\'")


def _listed(records: list[JSON]) -> str:
    named = (
        f"{record.get('name') or record.get('Name') or 'unnamed'} ({record.get('id') or record.get('Id')})"
        for record in records
    )
    return ", ".join(named)
