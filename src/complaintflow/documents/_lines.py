"""On which line of a text the pieces of a document stand, by their path."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from typing import Any

from attrs import define, field

from complaintflow.documents._kinds import Path

Lines = dict[Path, int]

_TOML = re.compile(
    r'''
    (?P<skip>[ \t\r]+|\#[^\n]*)
  | (?P<newline>\n)
  | (?P<text>"""(?:\\.|[^\\])*?"{3,5}|\'{3}.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|'[^'\n]*')
  | (?P<mark>[\[\]{}=,.])
  | (?P<bare>[^\s\[\]{}=,.\#"']+)
    ''',
    re.VERBOSE | re.DOTALL,
)

_JSON = re.compile(
    r"""(?P<skip>[ \t\r]+)|(?P<newline>\n)|(?P<text>"(?:\\.|[^"\\])*")"""
    r"""|(?P<mark>[\[\]{}:,])|(?P<bare>[^\s\[\]{}:,"]+)""",
    re.DOTALL,
)


@define
class _Scanner:
    """The tokens of a text that was found to be right, one after the other."""

    tokens: list[tuple[str, str, int]]
    lines: Lines = field(factory=dict)
    place: int = 0

    @property
    def now(self) -> str:
        """The token it stands on; a newline is one. Empty: the end."""
        return self.tokens[self.place][1] if self.place < len(self.tokens) else ""

    @property
    def line(self) -> int:
        return self.tokens[min(self.place, len(self.tokens) - 1)][2]

    def next(self) -> str:
        """Return the token it stands on, and go on."""
        token = self.now
        self.place += 1
        return token

    def over_newlines(self) -> None:
        while self.now == "\n":
            self.place += 1

    def note(self, path: Path) -> None:
        self.lines.setdefault(path, self.line)


def _tokens(pattern: re.Pattern[str], text: str) -> list[tuple[str, str, int]]:
    tokens, line = [], 1
    for match in pattern.finditer(text):
        kind = match.lastgroup or ""
        if kind != "skip":
            tokens.append((kind, match.group(), line))
        line += match.group().count("\n")
    return tokens


def lines_of_json(text: str) -> Lines:
    """Return the lines of a JSON text that is right."""
    tokens = [token for token in _tokens(_JSON, text) if token[0] != "newline"]
    scanner = _Scanner(tokens)
    _json_value(scanner, ())
    return scanner.lines


def _json_value(scanner: _Scanner, path: Path) -> None:
    scanner.note(path)
    opening = scanner.next()
    if opening == "[":
        place = 0
        while scanner.now != "]":
            _json_value(scanner, (*path, place))
            place += 1
            if scanner.now == ",":
                scanner.next()
        scanner.next()
    elif opening == "{":
        while scanner.now != "}":
            line, key = scanner.line, json.loads(scanner.next())
            scanner.next()  # the colon
            _json_value(scanner, (*path, key))
            scanner.lines[*path, key] = line
            if scanner.now == ",":
                scanner.next()
        scanner.next()


def lines_of_toml(text: str) -> Lines:
    """Return the lines of a TOML text that is right."""
    scanner = _Scanner(_tokens(_TOML, text))
    counts: dict[Path, int] = {}
    base: Path = ()
    while scanner.place < len(scanner.tokens):
        scanner.over_newlines()
        if scanner.now == "[":
            base = _header(scanner, counts)
        elif scanner.now:
            _pair(scanner, base)
    return scanner.lines


def _header(scanner: _Scanner, counts: dict[Path, int]) -> Path:
    line = scanner.line
    scanner.next()
    is_array = scanner.now == "["
    if is_array:
        scanner.next()
    path = _within_arrays(_key(scanner), counts)
    scanner.next()
    if is_array:
        scanner.next()
        counts[path] = counts.get(path, -1) + 1
        scanner.lines.setdefault(path, line)
        path = (*path, counts[path])
    _note_parents(scanner.lines, path, 0, line)
    return path


def _within_arrays(key: Path, counts: dict[Path, int]) -> Path:
    """Return the path of a header, with the places of the tables of arrays that it goes through."""
    path: Path = ()
    for part in key:
        if path in counts:
            path = (*path, counts[path])
        path = (*path, part)
    return path


def _pair(scanner: _Scanner, base: Path) -> None:
    line = scanner.line
    path = (*base, *_key(scanner))
    scanner.next()  # the equals sign
    _note_parents(scanner.lines, path, len(base), line)
    _toml_value(scanner, path)


def _note_parents(lines: Lines, path: Path, known: int, line: int) -> None:
    for length in range(known + 1, len(path) + 1):
        lines.setdefault(path[:length], line)


def _key(scanner: _Scanner) -> Path:
    parts = [_unquoted(scanner.next())]
    while scanner.now == ".":
        scanner.next()
        parts.append(_unquoted(scanner.next()))
    return tuple(parts)


def _unquoted(token: str) -> str:
    return str(tomllib.loads(f"it = {token}")["it"]) if token[:1] in {'"', "'"} else token


def _toml_value(scanner: _Scanner, path: Path) -> None:
    opening = scanner.next()
    if opening == "[":
        place = 0
        scanner.over_newlines()
        while scanner.now != "]":
            scanner.note((*path, place))
            _toml_value(scanner, (*path, place))
            place += 1
            _over_comma(scanner)
        scanner.next()
    elif opening == "{":
        scanner.over_newlines()
        while scanner.now != "}":
            _pair(scanner, path)
            _over_comma(scanner)
        scanner.next()
    else:
        # A number or a time may be of several tokens: 1.5, or 2026-01-05 09:00.
        while scanner.now not in {"", "\n", ",", "]", "}"}:
            scanner.next()


def _over_comma(scanner: _Scanner) -> None:
    scanner.over_newlines()
    if scanner.now == ",":
        scanner.next()
    scanner.over_newlines()


SCANNERS: dict[str, Callable[[str], dict[Any, int]]] = {
    "toml": lines_of_toml,
    "json": lines_of_json,
}


def line_of(path: Path, lines: Lines) -> int | None:
    """Return the line of a path, or of the nearest thing around it; None where none is known."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return None
