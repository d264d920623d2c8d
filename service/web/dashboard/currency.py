"""Money as operators read it."""

from decimal import Decimal
from functools import partial

from babel.numbers import format_currency
from flask import Flask


def register(app: Flask, code: str) -> None:
    """Template filters: `money` for a sum, `price` for what one of many costs, to its last digit."""
    app.add_template_filter(partial(_written, code=code), "money")
    app.add_template_filter(partial(_written, code=code, exact=True), "price")


def _written(value: Decimal, *, code: str, exact: bool = False) -> str:
    return format_currency(value, code, locale="en", decimal_quantization=not exact)
