"""
No page shows its own markup: a build that made one that does, fails.

A fence that Markdown does not take for one is no error to it. It is shown, and so is all of the
page that it swallowed.
"""
# ruff: noqa: INP001, ARG001  (Sphinx imports it by its path, and calls on its terms)

from __future__ import annotations

import re
from collections.abc import Iterator

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata

MARKUP = re.compile(r"```|``|^:::|\{[\w:-]+\}$|\]\(|:[a-z]+:$|^\s*\.\. \w+::")
AS_IT_IS = (nodes.literal, nodes.FixedTextElement, nodes.raw, nodes.comment)


def left(doctree: nodes.document) -> Iterator[nodes.Text]:
    """Yield every text that shows what should have been read as markup."""
    for text in doctree.findall(nodes.Text):
        if MARKUP.search(text) and not _is_as_it_is(text):
            yield text


def _is_as_it_is(node: nodes.Node) -> bool:
    while (node := node.parent) is not None:
        if isinstance(node, AS_IT_IS):
            return True
    return False


def look(app: Sphinx, doctree: nodes.document) -> None:
    """Warn of each, which fails the build."""
    for text in left(doctree):
        logging.getLogger(__name__).warning(
            "markup is shown as text: %r", str(text), location=text.parent
        )


def setup(app: Sphinx) -> ExtensionMetadata:
    """Look at every page that was read."""
    app.connect("doctree-read", look)
    return {"parallel_read_safe": True}
