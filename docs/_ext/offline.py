"""
No page needs the network: a build that made one that does, fails.

Links may lead out; whatever a browser fetches by itself has to lie beside the page.
"""
# ruff: noqa: INP001  (a folder of Sphinx extensions is no package)

from __future__ import annotations

import re
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.typing import ExtensionMetadata

FETCHED = re.compile(
    r"<(?:script|img|iframe|source|video|audio|embed)\b[^>]*\bsrc\s*=\s*[\"']?(?:https?:)?//"
    r"|<link\b[^>]*\bhref\s*=\s*[\"']?(?:https?:)?//",
    re.IGNORECASE,
)
IMPORTED = re.compile(r"(?:@import|url\()\s*[\"']?(?:https?:)?//", re.IGNORECASE)
CANONICAL = re.compile(r"<link\b[^>]*\brel\s*=\s*[\"']?canonical", re.IGNORECASE)


def fetched(text: str) -> list[str]:
    """Return what a page or a style sheet has a browser fetch from elsewhere."""
    found = [match[0] for match in (*FETCHED.finditer(text), *IMPORTED.finditer(text))]
    return [each for each in found if not CANONICAL.match(each)]


def look_at_every_page(app: Sphinx, exception: Exception | None) -> None:
    """
    Raise where a page that was made needs the network.
    """
    if exception is not None or app.builder.format != "html":
        return
    pages = [*Path(app.outdir).rglob("*.html"), *Path(app.outdir).rglob("*.css")]
    wrong = [f"{page}: {each}" for page in pages for each in fetched(page.read_text("utf-8"))]
    if wrong:
        raise ExtensionError("these pages need the network:\n" + "\n".join(wrong))


def setup(app: Sphinx) -> ExtensionMetadata:
    """
    Look when the build is done.
    """
    app.connect("build-finished", look_at_every_page)
    return {"parallel_read_safe": True}
