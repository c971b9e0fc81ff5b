"""The part of an integration that says what products created in Zuora look like (vendor rule P5). Existing ones are never changed."""

from __future__ import annotations

from datetime import date

from django.db import models

from connector.domain.rules import Options

_DEFAULTS = Options()

EARLIEST = date(1900, 1, 1)
LATEST = date(3000, 1, 1)
"""Zuora names no range for these dates (unverified): the latest is what the vendor's own connector writes."""


class CatalogOptions(models.Model):
    """Its fields are called as those of `connector.domain.rules.Options`."""

    class TaxMode(models.TextChoices):
        EXCLUSIVE = "TaxExclusive", "Tax is added to the price"
        INCLUSIVE = "TaxInclusive", "The price includes tax"

    unit_of_measure = models.CharField(
        "unit of measure",
        max_length=25,
        default=_DEFAULTS.unit_of_measure,
        help_text="Of products that name none. It must be one of Zuora's units, written the same way.",
    )
    tax_mode = models.CharField(
        "tax mode",
        max_length=20,
        choices=TaxMode.choices,
        default=_DEFAULTS.tax_mode,
        help_text="Of taxable products that name none. Salesforce CPQ quotes without tax, so with the other choice customers pay "
        "less than what was sold plus tax.",
    )
    accounting_code = models.CharField(
        "accounting code",
        max_length=100,
        blank=True,
        default=_DEFAULTS.accounting_code,
        help_text="Of products that name none. It must exist in Zuora. Empty: Zuora's own default.",
    )
    catalog_start_date = models.DateField(
        "for sale from",
        default=date.fromisoformat(_DEFAULTS.catalog_start_date),
        help_text="Zuora sells a product between these two days only. The default lies before any order; an order of an earlier day "
        "is refused by Zuora.",
    )
    catalog_end_date = models.DateField(
        "for sale until",
        default=date.fromisoformat(_DEFAULTS.catalog_end_date),
        help_text="The default means without end.",
    )

    class Meta:
        abstract = True

    def catalog_faults(self) -> dict[str, str]:
        """What is wrong with what was entered, by field; spaces around names are taken away first."""
        faults: dict[str, str] = {}
        self.unit_of_measure = self.unit_of_measure.strip()
        self.accounting_code = self.accounting_code.strip()
        if not self.unit_of_measure:
            faults["unit_of_measure"] = (
                f"Write one of Zuora's units, for example {_DEFAULTS.unit_of_measure}."
            )
        if self.tax_mode not in self.TaxMode.values:
            faults["tax_mode"] = f"Choose one of {' and '.join(self.TaxMode.values)}."
        for field in ("catalog_start_date", "catalog_end_date"):
            day = getattr(self, field)
            if not isinstance(day, date) or not EARLIEST <= day <= LATEST:
                faults[field] = f"Write a day from {EARLIEST} to {LATEST}, as YYYY-MM-DD."
        if (
            not faults.keys() & {"catalog_start_date", "catalog_end_date"}
            and not self._ends_after_its_start()
        ):
            faults["catalog_end_date"] = f"Write a day after {self.catalog_start_date}, the first one."
        return faults

    def _ends_after_its_start(self) -> bool:
        return self.catalog_start_date < self.catalog_end_date
