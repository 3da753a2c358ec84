"""Taxes: which rate applies to what at which place, and how much it comes to."""

from services.taxes.commands import add_tax_rates, delete_tax_rate, save_tax_rate, set_tax_class
from services.taxes.queries import RatePlace, find_tax_table, list_tax_rates
from services.taxes.records import STANDARD, TaxRateDraft, TaxRateRecord, TaxTable
from services.taxes.rules import tax_of

__all__ = [
    "STANDARD",
    "RatePlace",
    "TaxRateDraft",
    "TaxRateRecord",
    "TaxTable",
    "add_tax_rates",
    "delete_tax_rate",
    "find_tax_table",
    "list_tax_rates",
    "save_tax_rate",
    "set_tax_class",
    "tax_of",
]
