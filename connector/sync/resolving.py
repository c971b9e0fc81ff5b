"""References of a payload become what Zuora said of the records they name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.domain.operations import Key, Ref
from connector.errors import ConfigError


def resolve(value: Any, known: Mapping[Key, Mapping[str, str]]) -> Any:
    """The payload with every reference replaced. Raises ConfigError for one that is not known."""
    if isinstance(value, Ref):
        found = known.get(value.key, {}).get(value.attribute)
        if not found:
            raise ConfigError(
                f"the {value.attribute} of {value.key} is not known although it should be by now. Remove its record under "
                "“Records in Zuora” and resync: it is then looked up."
            )
        return found
    if isinstance(value, Mapping):
        return {key: resolve(inner, known) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [resolve(inner, known) for inner in value]
    return value
