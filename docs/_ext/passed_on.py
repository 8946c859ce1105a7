"""
What a package passes on is described by the words that stand where it is made.

Sphinx reads what is said of a constant in the module it is asked for. Where that module only
imports it, Sphinx tells of the constant's type instead: what a dictionary is.
"""
# ruff: noqa: INP001, ARG001, PLR0917  (Sphinx imports it by its path, and calls on its terms)

from __future__ import annotations

import ast
import inspect
from importlib import import_module

from sphinx.application import Sphinx
from sphinx.pycode import ModuleAnalyzer
from sphinx.util import logging
from sphinx.util.typing import ExtensionMetadata


def maker(module: str, name: str) -> tuple[str, str] | None:
    """Return the module a name is imported from, and its name there. None: it is not imported."""
    for node in ast.walk(ast.parse(inspect.getsource(import_module(module)))):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                if name == (alias.asname or alias.name):
                    return node.module, alias.name
    return None


def words(module: str, name: str) -> list[str]:
    """Return what is said of a constant where it is made; nothing where nothing is."""
    while (made := maker(module, name)) is not None:
        module, name = made
    return ModuleAnalyzer.for_module(module).find_attr_docs().get(("", name), [])


def describe(
    app: Sphinx, what: str, address: str, obj: object, options: object, lines: list[str]
) -> None:
    """Put the words of a constant in place of those of its type; warn where it has none."""
    if what != "data" or "\n".join(lines).strip() != (inspect.getdoc(type(obj)) or "").strip():
        return
    module, _, name = address.rpartition(".")
    lines[:] = words(module, name)
    if not lines:
        logging.getLogger(__name__).warning("nothing is said of %s where it is made", address)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Have Sphinx ask before anything else is made of a docstring."""
    app.connect("autodoc-process-docstring", describe, priority=100)
    return {"parallel_read_safe": True}
