"""
Where each clause of a source document went: what holds it, and which tests show it.

In a page, with a name that `complaintflow.methods.get` knows:

    ```{method-traceability} six_steps
    ```

A test shows a clause when its docstring names it. Where the tests are not beside the documentation,
as in a package without them, the table has no column for them.
"""
# ruff: noqa: INP001  (a folder of Sphinx extensions is no package)

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from docutils import nodes
from method_tables import Clauses, Row
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from complaintflow import Method, methods

TESTS = Path(__file__).resolve().parents[2] / "tests"
CLAUSE = re.compile(r"\b\d{3}-\d{2}\b")
SHOWN = 3
"""How many tests a row names, at most; there can be a dozen."""


@cache
def tests_by_clause(folder: Path) -> Mapping[str, tuple[str, ...]]:
    """Return the tests whose docstrings name a clause, by the clause's id."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for file in sorted(folder.rglob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for clause in CLAUSE.findall(ast.get_docstring(node) or ""):
                    found[clause][node.name] = None
    return {clause: tuple(names) for clause, names in found.items()}


class Traceability(Clauses):
    """Each clause of a method's source, with what holds it and what shows it."""

    def run(self) -> list[nodes.Node]:
        """Return the table, without its last column where there are no tests."""
        self.header: Row = ("clause", "force", "what holds it", "shown by")
        rows = list(self.rows(methods.get(self.arguments[0])))
        if TESTS.is_dir():
            return self.table(rows)
        self.header = self.header[:-1]
        return self.table(row[:-1] for row in rows)

    def rows(self, method: Method) -> Iterator[Row]:
        """Return a row for each clause of the method's source."""
        shown = tests_by_clause(TESTS)
        for clause, force, _, held in super().rows(method):
            yield clause, force, held, _listed(shown.get(clause, ()))


def _listed(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(f"`{name}`" for name in names[:SHOWN]) + more


def setup(app: Sphinx) -> ExtensionMetadata:
    """Have Sphinx know the table."""
    app.add_directive("method-traceability", Traceability)
    return {"parallel_read_safe": True}
