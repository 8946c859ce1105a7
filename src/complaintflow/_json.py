"""
JSON as it is kept: without spaces, and in letters as they are.

orjson writes the same letters as the standard library, in a quarter of the time; where it is
installed (`complaintflow[fast]`) it writes. It reads a number of more than 64 bits as another one,
so that the standard library reads.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from json import JSONDecoder, JSONEncoder
from typing import Any

try:
    import orjson
except ImportError:
    orjson = None  # type: ignore[assignment]


@cache
def writer(*, sort: bool) -> Callable[[object], str]:
    """Return what writes data: in the order they come in, or canonically, with names sorted."""
    plainly = JSONEncoder(
        ensure_ascii=False, separators=(",", ":"), check_circular=False, sort_keys=sort
    ).encode
    if orjson is None:
        return plainly
    dumps, options = orjson.dumps, orjson.OPT_SORT_KEYS if sort else 0

    def quickly(data: object) -> str:
        try:
            return dumps(data, option=options).decode()
        except TypeError:  # a number that is too large for it, say
            return plainly(data)

    return quickly


read: Callable[[str], Any] = JSONDecoder().decode
"""Read a text. It raises a ValueError where that is no JSON."""
