"""Value sets of the CPQ package that several objects share."""

from __future__ import annotations

CHARGE_TYPES = ("One-Time", "Recurring", "Usage")
BILLING_TYPES = ("Advance", "Arrears")
BILLING_FREQUENCIES = ("Annual", "Invoice Plan", "Monthly", "Quarterly", "Semiannual")
PAYMENT_TERMS = ("Due on receipt", "Net 15", "Net 30", "Net 45", "Net 60", "Net 90")
PRICE_CALCULATION_STATUSES = ("Aborted", "Completed", "Failed", "Not Needed", "Not Started", "Queued")
CONTRACTING_METHODS = ("By Subscription End Date", "Single Contract")
PRODUCT_PRICING_METHODS = ("List", "Cost", "Block", "Percent Of Total")
PRICING_METHODS = (*PRODUCT_PRICING_METHODS, "Custom")
SUBSCRIPTION_PRICINGS = ("Fixed Price", "Percent Of Total")
SUBSCRIPTION_TYPES = ("Renewable", "Evergreen", "Renewable/Evergreen", "One-time")
CONSUMPTION_TYPES = ("Range", "Slab")
CONSUMPTION_PRICINGS = ("PerUnit", "FlatFee")
DIMENSION_TYPES = ("Year", "Quarter", "Month", "Custom", "One-time")
