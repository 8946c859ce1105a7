"""
Where each clause of a source document went: what holds it, and which tests show it.

In a page, with a name that `complaintflow.methods.get` knows:

    ```{method-traceability} six_steps
    ```

What is no clause of one document stands in `decisions.toml` beside the page:

    ```{decisions} decisions.toml
    ```

A test shows a clause when its docstring names it. Where the tests are not beside the documentation,
as in a package without them, the table has no column for them.
"""
# ruff: noqa: INP001  (a folder of Sphinx extensions is no package)

from __future__ import annotations

import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from docutils import nodes
from method_tables import Clauses, Row, Table
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


class Decisions(Table):
    """What the documents contradict each other in, or leave out, with what holds and shows it."""

    required_arguments = 1
    header: Row = ("id", "what", "what holds it", "shown by")

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        file = Path(self.env.doc2path(self.env.docname)).with_name(self.arguments[0])
        self.env.note_dependency(str(file))
        return self.table(
            (row["id"], row["says"], row["held"], _listed(row["shown"]))
            for row in tomllib.loads(file.read_text(encoding="utf-8"))["rows"]
        )


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(f"`{name}`" for name in names[:SHOWN]) + more


def setup(app: Sphinx) -> ExtensionMetadata:
    """Have Sphinx know the table."""
    app.add_directive("method-traceability", Traceability)
    app.add_directive("decisions", Decisions)
    return {"parallel_read_safe": True}
