"""
Long names may be broken after an underscore, a dot or a slash, where the style sheet lets them.

A browser breaks no `take_action_before_listen` by itself, so that in a table such a name takes
the room of the sentences beside it. The mark is an element: whoever copies the name copies none.
"""
# ruff: noqa: INP001, ARG001  (Sphinx imports it by its path, and calls on its terms)

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

CODE = re.compile(r'(?<=<span class="pre">)[^<]+')
PLACES = re.compile(r"(?<=[^\W_])[_./=]+(?=[^\W_])")


def breakable(page: str) -> str:
    """Return a page whose code may be broken."""
    return CODE.sub(lambda code: PLACES.sub(r"\g<0><wbr>", code[0]), page)


def mark(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Mark the code of a page before it is written."""
    if "body" in context:
        context["body"] = breakable(context["body"])


def setup(app: Sphinx) -> ExtensionMetadata:
    """Have Sphinx mark every page."""
    app.connect("html-page-context", mark)
    return {"parallel_read_safe": True}
