"""Each documented method has a page, and the page tells all of it."""

import inspect
import pathlib
import re

import pytest

from complaintflow import documents, methods

PAGES = pathlib.Path(__file__).resolve().parents[2] / "docs" / "explanation"

SECTIONS = [
    "The road",
    "The picture",
    "A conversation",
    "What each act needs",
    "What never happens",
    "Clause by clause",
    "Settings",
    "What is refused, and what is only noted",
    "What the document leaves open",
]
TABLES = ["method-states", "method-picture", "method-acts", "method-invariants", "method-clauses"]


SHARED = [
    "The picture of {}",
    "A conversation by {}",
    "What each act of {} needs",
    "Step by step, with the sources of {}",
    "What {} refuses, and what it only notes",
]
SHARED_TABLES = [
    "method-picture",
    "method-states",
    "method-acts",
    "method-origins",
    "method-steps",
]


@pytest.fixture(params=methods.names())
def name(request):
    """
    Return the name of each documented method.
    """
    return request.param


@pytest.fixture
def page(name):
    """
    Return the text of a method's page.
    """
    return (PAGES / f"{name.replace('_', '-')}.md").read_text(encoding="utf-8")


def test_the_pages_of_the_methods_are_built_alike(page):
    """
    Whoever has read one finds their way in the others.
    """
    assert SECTIONS == re.findall(r"^## (.*)$", page, re.MULTILINE)


def test_the_tables_of_a_page_are_read_off_its_method(name, page):
    """
    What is copied drifts.
    """
    assert [(table, name) for table in TABLES] == re.findall(
        r"^```\{(method-\w+)\} (\w+)$", page, re.MULTILINE
    )


def test_every_setting_of_a_method_is_on_its_page_with_its_default(name, page):
    """
    And none that there is not.
    """
    table = page.partition("## Settings")[2].partition("\n## ")[0]
    told = dict(re.findall(r"^\| `(\w+)` \| ([^|]+) \|", table, re.MULTILINE))
    taken = inspect.signature(getattr(methods, name)).parameters

    assert set(taken) == told.keys()
    for setting, parameter in taken.items():
        shown = str(parameter.default) if "days" in told[setting] else f"`{parameter.default!r}`"
        assert shown.replace("('I',)", '("I",)').replace("'", '"') == told[setting].replace(
            "'", '"'
        )


def test_a_page_says_what_became_of_a_complaint_that_came_in_twice(page):
    """
    No document thinks of it, so it is our decision.
    """
    assert "`Merge(into, reason)`" in page.partition("## What the document leaves open")[2]


@pytest.mark.parametrize("method", documents.all(), ids=lambda method: method.name)
def test_the_methods_that_are_documents_are_told_as_fully(method):
    """
    Picture, conversation, sources and refusals, each on a page that two of them share.
    """
    page = (PAGES / "last-and-heard.md").read_text(encoding="utf-8")
    told = page.partition(f"\n## {method.title}\n")[2].partition("\n## ")[0]

    assert re.findall(r"^### (.*)$", told, re.MULTILINE) == [
        section.format(method.title) for section in SHARED
    ]
    assert re.findall(r"^```\{(method-\w+)\} (\w+)$", told, re.MULTILINE) == [
        (table, method.name) for table in SHARED_TABLES
    ]
