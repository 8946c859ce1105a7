"""A method as something to look at, to read or to hand on: what `show` gives, and where it goes."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path

import typer

from complaintflow import Case, Method, documents
from complaintflow._spelling import did_you_mean
from complaintflow.cli._description import describe
from complaintflow.cli._page import Page, write, write_bytes, write_data
from complaintflow.cli._reading import Unusable, cannot_be_written
from complaintflow.cli._show import show
from complaintflow.rendering import as_dot, as_mermaid, as_png, as_svg, diagram_of


class Format(StrEnum):
    """How a method is shown."""

    TEXT = "text"
    JSON = "json"
    TOML = "toml"
    MERMAID = "mermaid"
    DOT = "dot"
    SVG = "svg"
    PNG = "png"


SUFFIXES = {f".{each}": each for each in Format} | {
    ".txt": Format.TEXT,
    ".mmd": Format.MERMAID,
    ".gv": Format.DOT,
}
"""What the end of a file's name says about the format."""

ENDINGS = (".txt", ".json", ".toml", ".mmd", ".dot", ".svg", ".png")
"""The usual one of each format."""


def format_named(name: str) -> Format:
    """
    Return the format of a name.

    Raises:
        BadParameter: there is none; says which there are.
    """
    if name not in [*Format]:
        there_are = f"{did_you_mean(name, Format)}; there are: {', '.join(Format)}"
        raise typer.BadParameter(f"there is no format '{name}'{there_are}")
    return Format(name)


def format_for(asked: Format | None, path: Path | None) -> Format:
    """
    Return the format that is asked for, or that a file's name ends in; text where neither is.

    Raises:
        Unusable: the name ends in something that nothing is written as.
    """
    if asked is not None or path is None:
        return asked or Format.TEXT
    _, dot, ending = path.name.rpartition(".")
    if not dot or f".{ending.lower()}" in SUFFIXES:
        return SUFFIXES.get(f".{ending.lower()}", Format.TEXT)
    raise Unusable(
        f"'{path}' ends in '.{ending}', which nothing is written as; let it end in one of "
        f"{', '.join(ENDINGS)}, or say --format"
    )


def give(method: Method, as_format: Format, at: Case | None = None) -> None:
    """
    Write a method to the reader, with where a case stands in it.

    Raises:
        Unusable: it is a picture, and the reader a terminal; or the format has no place for a case.

        CannotDraw: a picture cannot be drawn here.

        DocumentError: it cannot be written as a document.
    """
    _check(as_format, at)
    if as_format is Format.JSON:
        write_data(describe(method), indent=2)
    elif as_format is Format.PNG:
        if sys.stdout.isatty():
            message = "a PNG is no text for a terminal; name a file for it: -o FILE.png"
            raise Unusable(message)
        write_bytes(as_png(diagram_of(method, at=at)))
    else:
        write(_text(method, as_format, at))


def keep(method: Method, as_format: Format, path: Path, at: Case | None = None) -> None:
    """
    Write a method to a file, over what may have been in it, with where a case stands in it.

    Raises:
        Unusable: the file cannot be written, or the format has no place for a case.

        CannotDraw: a picture cannot be drawn here.

        DocumentError: it cannot be written as a document.
    """
    _check(as_format, at)
    content = (
        as_png(diagram_of(method, at=at))
        if as_format is Format.PNG
        else _text(method, as_format, at).encode("utf-8", "backslashreplace")
    )
    try:
        path.write_bytes(content)
    except (OSError, ValueError) as error:
        raise cannot_be_written(path, error) from None


def _check(as_format: Format, at: Case | None) -> None:
    if at is not None and as_format in {Format.JSON, Format.TOML}:
        told = f"{as_format} holds a method, and no case; leave out --case, or take another format"
        raise Unusable(told)


def _text(method: Method, as_format: Format, at: Case | None) -> str:
    match as_format:
        case Format.JSON:
            return json.dumps(describe(method), ensure_ascii=False, indent=2) + "\n"
        case Format.TOML:
            return documents.dumps(method)
        case Format.MERMAID:
            return as_mermaid(diagram_of(method, at=at))
        case Format.DOT:
            return as_dot(diagram_of(method, at=at))
        case Format.SVG:
            return as_svg(diagram_of(method, at=at))
        case _:
            page = Page()
            show(page, method, at)
            return page.told()
