"""What is seen to on every page of the documentation while it is built."""

import importlib
import pathlib
import sys

import pytest
from docutils import nodes
from docutils.utils import new_document

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture(scope="module")
def extensions():
    """
    Import an extension of the documentation by its name.
    """
    sys.path.insert(0, str(DOCS / "_ext"))
    try:
        yield importlib.import_module
    finally:
        sys.path.remove(str(DOCS / "_ext"))


def page(*parts):
    """
    Return a page with one paragraph.
    """
    document = new_document("page")
    document += nodes.paragraph("", "", *parts)
    return document


@pytest.mark.parametrize(
    "text",
    [
        "```{document-keys} ",
        "Return `` (did you mean?)`` for it.",
        ":::{note}",
        "see {py:func}",
        "see [the guide](guide.md)",
        ".. autoclass:: complaintflow.Desk",
    ],
)
def test_markup_that_is_shown_as_text_is_found(extensions, text):
    """
    A fence that is none swallows half a page, and Markdown has no word to say about it.
    """
    assert list(extensions("markup_left").left(page(nodes.Text(text))))


@pytest.mark.parametrize(
    "part",
    [
        nodes.Text("A span {hours} of `words` stands here: (see below)."),
        nodes.literal("", "```mermaid"),
        nodes.literal_block("", "see [the guide](guide.md)"),
    ],
)
def test_text_and_code_are_no_markup(extensions, part):
    """
    A page about Mermaid shows three backticks.
    """
    assert not list(extensions("markup_left").left(page(part)))


def test_a_long_name_may_be_broken_where_it_has_a_joint(extensions):
    """
    In code only, at no end of it, and with nothing that is copied along.
    """
    code = '<a href="a_b.html"><span class="pre">take_action/settled</span></a> a_b __init__'
    dunder = '<span class="pre">__init__</span>'

    assert extensions("breaking").breakable(code) == code.replace(
        "take_action/settled", "take_<wbr>action/<wbr>settled"
    )
    assert extensions("breaking").breakable(dunder) == dunder


def test_a_default_that_helps_no_reader_is_not_spelt_out(extensions):
    """
    What attrs makes anew, a function, and a value that is longer than all the rest.
    """
    told = "(a: str = 'x, (y', b: tuple[int, ...] = NOTHING, *, c: F = <function f>, d: T = {})"
    shown = extensions("signatures").in_a_signature(
        None, "function", "f", None, None, told.replace("{}", repr(tuple(range(40)))), None
    )

    assert shown == (
        "(a: str = 'x, (y', b: tuple[int, ...] = ..., *, c: F = ..., d: T = ...)",
        None,
    )


def test_what_a_package_passes_on_is_described_where_it_is_made(extensions):
    """
    Not by what a whole number is.
    """
    lines = int.__doc__.splitlines()
    address = "complaintflow.adapters.postgres.SCHEMA_VERSION"
    extensions("passed_on").describe(None, "data", address, 1, None, lines)

    assert "The layout of the tables, kept in `complaintflow_schema`." == lines[0]


def test_what_a_module_says_itself_is_left_as_it_is(extensions):
    """
    There is nothing to look for.
    """
    lines = ["The layout of the tables."]
    address = "complaintflow.adapters.postgres.SCHEMA_VERSION"
    extensions("passed_on").describe(None, "data", address, 1, None, lines)

    assert ["The layout of the tables."] == lines
