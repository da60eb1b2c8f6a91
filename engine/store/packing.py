"""JSON values as bytes: for long lists that are kept and seldom read."""

from typing import Any

import orjson
import zstandard


def pack(value: Any) -> bytes:
    """Return ``value``, which JSON can have, packed; equal values give equal bytes."""
    return zstandard.compress(orjson.dumps(value, option=orjson.OPT_SORT_KEYS))


def unpack(packed: bytes) -> Any:
    """Return the JSON value that was packed."""
    return orjson.loads(zstandard.decompress(packed))
