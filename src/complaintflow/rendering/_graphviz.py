"""A diagram drawn by Graphviz: through its program, and the package that runs it."""

from __future__ import annotations

import hashlib
from typing import Literal
from xml.etree import ElementTree as ET

from complaintflow.errors import CannotDraw
from complaintflow.rendering import _words as words
from complaintflow.rendering._dot import as_dot
from complaintflow.rendering._model import Diagram
from complaintflow.rendering._style import CLASS, sheet

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"

DOTS = 150
"""Dots per inch of a picture: enough for a screen of today, and for print."""


def as_svg(diagram: Diagram) -> str:
    """
    Return a diagram as an SVG file.

    It stands on its own: light and dark by what the reader prefers, with the diagram in sentences
    for whoever cannot see it. It can also be put into a page of HTML as it is; its rules then
    apply to itself only, and its colours are the properties `--cf-...` of its class,
    `complaintflow-diagram`.

    Raises:
        CannotDraw: the extra or the program is missing, or the program failed.
    """
    source = as_dot(diagram)
    drawn = _draw(source, "svg").decode("utf-8")
    ET.register_namespace("", SVG)
    ET.register_namespace("xlink", XLINK)
    picture = ET.fromstring(drawn)  # noqa: S314  (Graphviz wrote it, not a stranger)
    for parent in list(picture.iter()):
        parent.attrib.pop("id", None)  # two of them on one page would have the same
        for child in [each for each in parent if each.tag == f"{{{SVG}}}title"]:
            parent.remove(child)  # the names by which the program knows its parts
    picture.set("class", CLASS)
    picture.set("role", "img")
    picture.set("aria-label", words.label(diagram))
    # Where it is what it was drawn from, so that an old picture is known for what it is.
    picture.set("data-drawn-from", digest(source))
    told = {"title": words.label(diagram), "desc": diagram.alternative, "style": sheet()}
    for place, (tag, text) in enumerate(told.items()):
        element = ET.Element(f"{{{SVG}}}{tag}")
        element.text = text
        picture.insert(place, element)
    return ET.tostring(picture, encoding="unicode") + "\n"


def as_png(diagram: Diagram) -> bytes:
    """
    Return a diagram as a PNG file: light, and large enough for print.

    Raises:
        CannotDraw: the extra or the program is missing, or the program failed.
    """
    return _draw(as_dot(diagram).replace("{\n", f"{{\n  graph [dpi={DOTS}]\n", 1), "png")


def digest(source: str) -> str:
    """Return what tells one text in the DOT language from another."""
    return hashlib.sha256(source.encode()).hexdigest()[:16]


def _draw(source: str, kind: Literal["svg", "png"]) -> bytes:
    try:
        import graphviz
    except ImportError:
        raise CannotDraw(
            kind,
            "the Python package 'graphviz' is not installed",
            "install complaintflow[diagrams]",
        ) from None
    try:
        drawn: bytes = graphviz.pipe("dot", kind, source.encode(), quiet=True)
    except graphviz.ExecutableNotFound:
        raise CannotDraw(
            kind,
            "the program 'dot' is not on the search path",
            "install Graphviz (https://graphviz.org/download; Debian, Ubuntu and Homebrew call "
            "the package graphviz)",
        ) from None
    except graphviz.CalledProcessError as error:
        said = (
            error.stderr.decode(errors="replace").strip() if error.stderr else "it did not say why"
        )
        raise CannotDraw(
            kind, f"the program 'dot' failed: {said}", "try it on the text that as_dot gives"
        ) from None
    return drawn
