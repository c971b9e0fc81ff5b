"""What a product says of its unit and taxes, as fields of its Zuora charge; what nobody set is left to Zuora."""

from __future__ import annotations

from connector.domain import JSON
from connector.domain.labels import product_label
from connector.domain.line_fields import text_field
from connector.domain.rules import Options
from connector.domain.values import cleaned
from connector.errors import RecordError

TAX_MODES = ("TaxExclusive", "TaxInclusive")
LONGEST_TAX_CODE = 64
# Fields of Product2. The tax mode is custom: the vendor has it made by hand.
TAX_FIELDS = ("SBQQ__Taxable__c", "SBQQ__TaxCode__c")
TAX_MODE_FIELD = "TaxMode__c"
ACCOUNTING_FIELDS = ("AccountingCode", "DeferredRevenueAccount", "RecognizedRevenueAccount")
"""Of a charge: mapping rows fill them, else the integration's accounting code does."""
UNIT_FIELD = "QuantityUnitOfMeasure"
# Not every org has them, or shows them.
OPTIONAL_PRODUCT_FIELDS = (UNIT_FIELD, TAX_MODE_FIELD)
LONGEST_UNIT = 25


def unit_of_measure(found: object, options: Options) -> str:
    """The unit a record names, where Zuora could know it; else the integration's.

    Zuora's units are the tenant's own (unverified that it has this one); a unit it lacks it refuses by name.
    """
    unit = cleaned(str(found or ""), multiline=False)
    return unit if unit and unit != "None" and len(unit) <= LONGEST_UNIT else options.unit_of_measure


def taxation(product: JSON, options: Options) -> JSON:
    """Empty for a product that is not taxable. Raises RecordError where it is and has no tax code, or an unknown mode.

    To be taxable, a charge must have an active tax code.
    Reference: https://docs.zuora.com/en/zuora-billing/set-up-zuora-billing/apply-taxes/tax-code-and-set-tax-mode
    """
    if not product.get("SBQQ__Taxable__c"):
        return {}
    code = text_field(product, "SBQQ__TaxCode__c")
    if not code:
        raise RecordError(
            f"{product_label(product)} is taxable and has no tax code (SBQQ__TaxCode__c); Zuora cannot tax it without. "
            "Fill Tax Code in Salesforce, or untick Taxable, and resync.",
            record=str(product.get("Id")),
        )
    if len(code) > LONGEST_TAX_CODE:
        raise _too_long(product, "SBQQ__TaxCode__c", code, LONGEST_TAX_CODE)
    mode = text_field(product, TAX_MODE_FIELD) or options.tax_mode
    # "Tax Exclusive" is how people write the value of a field they made themselves.
    mode = mode.replace(" ", "")
    if mode not in TAX_MODES:
        raise RecordError(
            f"{product_label(product)} has the tax mode {mode} ({TAX_MODE_FIELD}), which Zuora does not know. "
            f"Use {' or '.join(TAX_MODES)} in Salesforce and resync.",
            record=str(product.get("Id")),
        )
    return {"Taxable": True, "TaxCode": code, "TaxMode": mode}


def _too_long(product: JSON, name: str, value: str, most: int) -> RecordError:
    return RecordError(
        f"{product_label(product)} has {len(value)} characters in {name}; Zuora holds {most}. "
        "Shorten it in Salesforce and resync.",
        record=str(product.get("Id")),
    )
