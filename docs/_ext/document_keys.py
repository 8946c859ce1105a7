"""
Tables of the keys of a method as a document, made of the very tables that the reader reads by.

In a page:

    ```{document-keys} [states.NAME]
    ```

    ```{document-requirements}
    ```

`document-keys` lists the keys of one kind of table, `document-requirements` every question that a
requirement can ask, with the keys it takes.
"""
# ruff: noqa: INP001  (a folder of Sphinx extensions is no package)

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from docutils import nodes
from method_tables import Row, Table
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

from complaintflow.documents import _format as tables
from complaintflow.documents._kinds import (
    Choice,
    Const,
    Flag,
    Key,
    Kind,
    ListOf,
    Names,
    Record,
    TableOf,
    Whole,
)
from complaintflow.documents._spans import Setting, Span

TOLD: dict[type[Kind], str] = {
    Flag: "true or false",
    Names: "a text or a list",
    Setting: "any value",
    Span: "a span",
    TableOf: "a table by name",
    ListOf: "a list of tables",
    Record: "a table",
}


class Keys(Table):
    """The keys of one kind of table."""

    required_arguments = 1
    final_argument_whitespace = True
    header = ("key", "holds", "what it means")

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        record = dict(tables.sections())[self.arguments[0]]
        return self.table(self.rows(record))

    def rows(self, record: Record) -> Iterator[Row]:
        """Yield a row for each key."""
        for name, key in record.keys.items():
            must = " (required)" if key.required else ""
            yield f"`{name}`{must}", _holds(key), key.about


class Requirements(Table):
    """Every question that a requirement can ask."""

    header: ClassVar[Row] = ("`ask`", "what it requires", "keys")

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        return self.table(self.rows())

    def rows(self) -> Iterator[Row]:
        """Yield a row for each maker of the vocabulary."""
        common = {"ask", "cites", "satisfied_by", "opened_by"}
        for name, record in tables.REQUIREMENT.records["ask"].items():
            keys = [
                f"`{key}`{'' if each.required else ' (may be left out)'}"
                for key, each in record.keys.items()
                if key not in common
            ]
            link = f"{{py:func}}`~complaintflow.requirements.{name}`"
            yield link, record.keys["ask"].about.removeprefix("Require "), ", ".join(keys)


def _holds(key: Key) -> str:
    kind = key.kind
    if isinstance(kind, Choice):
        # The moods and the templates have a place of their own.
        return ", ".join(f"`{each}`" for each in kind.values)
    if isinstance(kind, Const):
        return f"`{kind.value}`"
    if isinstance(kind, Whole):
        return f"a whole number from {kind.least}"
    return TOLD.get(type(kind), "a text")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Have Sphinx know the tables."""
    app.add_directive("document-keys", Keys)
    app.add_directive("document-requirements", Requirements)
    return {"parallel_read_safe": True}
