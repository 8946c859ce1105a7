"""The pictures of the documentation are those of the methods as they are."""

import pathlib
import re
import sys

import pytest

from complaintflow.cli._methods import every_method, method_of
from complaintflow.rendering import as_dot, diagram_of
from complaintflow.rendering._graphviz import digest

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs"
ALL = [pytest.param(method, id=method.name) for method in every_method()]


@pytest.mark.parametrize("method", ALL)
def test_every_picture_is_drawn_from_its_method_as_it_is(method):
    """
    A picture carries the digest of what it was drawn from; `make pictures` draws it anew.
    """
    svg = (DOCS / "pictures" / f"{method.name}.svg").read_text(encoding="utf-8")
    drawn_from = re.search(r'data-drawn-from="(\w+)"', svg)

    assert drawn_from, "no picture of ours"
    assert digest(as_dot(diagram_of(method))) == drawn_from[1], "it is old: run `make pictures`"


def test_every_picture_of_a_case_is_drawn_from_its_method_and_shown():
    """
    The state that is marked stands in the name of the file.
    """
    pages = "".join(page.read_text(encoding="utf-8") for page in DOCS.glob("how-to/*.md"))
    pictures = list((DOCS / "pictures").glob("*_at_*.svg"))
    for picture in pictures:
        name, _, at = picture.stem.partition("_at_")
        drawn_from = re.search(r'data-drawn-from="(\w+)"', picture.read_text(encoding="utf-8"))

        assert digest(as_dot(diagram_of(method_of(name), at=at))) == drawn_from[1], "it is old"
        assert f"```{{method-picture}} {name}\n:at: {at}\n" in pages
    assert pictures


def test_the_picture_of_another_drawer_is_drawn_from_its_method_as_it_is(monkeypatch):
    """
    Two drawings are compared, and both are of today's method.
    """
    monkeypatch.setattr(sys, "path", [str(DOCS / "_ext"), *sys.path])
    import pictures

    svg = (DOCS / "pictures" / "graph_machine.svg").read_text(encoding="utf-8")
    drawn_from = re.search(r'data-drawn-from="(\w+)"', svg)

    assert drawn_from, "it does not say what it was drawn from: run `make pictures`"
    assert digest(pictures.graph_machine()) == drawn_from[1], "it is old: run `make pictures`"


@pytest.mark.parametrize("method", ALL)
def test_every_method_has_its_picture_on_a_page(method):
    """
    A picture that no page shows is seen by nobody.
    """
    pages = [page.read_text(encoding="utf-8") for page in DOCS.glob("explanation/*.md")]

    assert any(f"```{{method-picture}} {method.name}\n" in page for page in pages)
