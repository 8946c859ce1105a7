"""The documentation has nothing fetched from elsewhere, and the look at it is awake."""

import importlib
import pathlib
import sys

import pytest

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture(scope="module")
def offline():
    """
    The extension that looks.
    """
    sys.path.insert(0, str(DOCS / "_ext"))
    try:
        yield importlib.import_module("offline")
    finally:
        sys.path.remove(str(DOCS / "_ext"))


@pytest.mark.parametrize(
    "page",
    [
        '<script async src="https://example.org/a.js"></script>',
        "<img alt='' src='//example.org/a.png'>",
        '<link rel="stylesheet" href="http://example.org/a.css">',
        "@import 'https://example.org/a.css';",
        "src: url(https://example.org/font.woff2)",
    ],
)
def test_what_a_browser_fetches_by_itself_is_found(offline, page):
    """
    On a train, the page would be broken.
    """
    assert offline.fetched(page)


@pytest.mark.parametrize(
    "page",
    [
        '<a href="https://example.org">elsewhere</a>',
        '<script src="_static/a.js"></script>',
        '<link rel="canonical" href="https://example.org/page.html">',
        "url(../fonts/a.woff2)",
    ],
)
def test_a_link_may_lead_out(offline, page):
    """
    Nobody follows it but the reader.
    """
    assert not offline.fetched(page)
