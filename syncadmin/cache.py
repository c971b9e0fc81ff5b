"""JSON in the shared cache, not Django's pickle: whoever can write to Redis must not run code here."""

from __future__ import annotations

import json


class JSONSerializer:
    """What Django's Redis cache asks of a serializer."""

    def dumps(self, value: object) -> str:
        return json.dumps(value, separators=(",", ":"))

    def loads(self, data: bytes) -> object:
        return json.loads(data)
