"""What should be true: pure functions over frozen dataclasses and plain JSON. No I/O, no clock, no Django."""

from __future__ import annotations

from typing import Any, TypeAlias

JSON: TypeAlias = dict[str, Any]
"""One wire object, Salesforce's or Zuora's. Typed where we decide, plain JSON where we merely carry."""
