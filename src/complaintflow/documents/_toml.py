"""
Plain data as TOML that people read: one line for what fits in one, a table for what does not.

Nothing here knows what the data means, but which tables are always written at length.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from complaintflow.documents._format import DOCUMENT

WIDTH = 100
"""Lists are broken at this column."""

LONGEST_LINE = 120
"""A table of more columns than this gets lines of its own."""

AT_LENGTH = frozenset({"acts"})
"""What is never put in one line, so that each of its entries has a place to look for."""

UNORDERED = frozenset({"requirements"})
"""Where the order says nothing: what fits in a line comes first."""


def toml_of(data: Mapping[str, Any]) -> str:
    """Return plain data as TOML."""
    plain = {key: each for key, each in data.items() if not _is_section(each)}
    blocks = [_pairs(plain)]
    for key, each in data.items():
        if _is_section(each):
            about = DOCUMENT.keys[key].about
            blocks.append([f"# {about}", *_section(key, each)])
    return "\n\n\n".join("\n".join(lines) for lines in blocks) + "\n"


def _is_section(value: object) -> bool:
    is_tables = isinstance(value, list) and value and isinstance(value[0], Mapping)
    return (isinstance(value, Mapping) and "span" not in value) or bool(is_tables)


def _section(name: str, value: Any) -> list[str]:
    if isinstance(value, list):
        return _joined([f"[[{name}]]", *_pairs(each)] for each in value)
    short = {key: each for key, each in value.items() if len(_line(key, each)) <= LONGEST_LINE}
    if not all(isinstance(each, Mapping) for each in value.values()):
        short = value
    elif name in AT_LENGTH or (name not in UNORDERED and len(short) < len(value)):
        short = {}
    blocks = [[f"[{name}]", *_pairs(short)]] if short else []
    for key, each in value.items():
        if key not in short:
            blocks.append(list(_table(f"{name}.{_key(key)}", each)))
    return _joined(blocks)


def _line(key: str, value: Any) -> str:
    return f"{_key(key)} = {_inline(value)}"


def _joined(blocks: Iterable[list[str]]) -> list[str]:
    """Return blocks of lines as one, with a blank line between them."""
    lines: list[str] = []
    for block in blocks:
        lines += ["", *block] if lines else block
    return lines


def _table(name: str, value: Mapping[str, Any]) -> Iterator[str]:
    """Yield a table; an entry that is too long for a line comes last, as a table of its own."""
    yield f"[{name}]"
    later: list[tuple[str, Any]] = []
    for key, each in value.items():
        # The entries of a table within a table are lines of it: `outcomes.finished = {...}`.
        entries = {f"{key}.{_key(k)}": v for k, v in each.items()} if _is_nested(each) else {}
        if not entries:
            yield from _pair(_key(key), each)
        for path, entry in entries.items():
            line = f"{path} = {_inline(entry)}"
            if later or len(line) > LONGEST_LINE:
                later.append((path, entry))
            else:
                yield line
    for path, entry in later:
        yield from _table(f"{name}.{path}", entry)


def _is_nested(value: object) -> bool:
    return isinstance(value, Mapping) and all(isinstance(v, Mapping) for v in value.values())


def _pairs(values: Mapping[str, Any]) -> list[str]:
    return [line for key, each in values.items() for line in _pair(_key(key), each)]


def _pair(key: str, value: Any) -> list[str]:
    """Return a key and its value: in one line where that fits, or where there is no other way."""
    line = f"{key} = {_inline(value)}"
    if not isinstance(value, list) or (len(line) <= WIDTH and not _holds_tables(value)):
        return [line]
    return [f"{key} = [", *(f"  {each}" for each in _items(value)), "]"]


def _holds_tables(values: Sequence[object]) -> bool:
    return len(values) > 1 and any(isinstance(each, Mapping) for each in values)


def _items(values: Sequence[Any]) -> Iterator[str]:
    """Yield the items of a list: tables each in a line, others as many as fit in one."""
    line = ""
    for each in values:
        item = f"{_inline(each)},"
        if line and (isinstance(each, Mapping) or len(f"  {line} {item}") > WIDTH):
            yield line
            line = ""
        line = f"{line} {item}" if line else item
    yield line


def _inline(value: Any) -> str:
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{_key(key)} = {_inline(each)}" for key, each in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, list):
        return f"[{', '.join(map(_inline, value))}]"
    if isinstance(value, str):
        return _text(value)
    return str(value).lower() if isinstance(value, bool) else repr(value)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _text(name)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
