"""
Annotations as a reader would write them: `Said`, not `Annotated[str, Voiced(voice='agent')]`.

Sphinx writes out what an alias is made of, in signatures as in the types of fields.
"""
# ruff: noqa: INP001, ARG001, PLR0917  (Sphinx imports it by its path, and calls on its terms)

from __future__ import annotations

import re
from collections.abc import Iterator

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.typing import ExtensionMetadata

OPENING, CLOSING = {"(", "[", "{"}, {")", "]", "}"}
OURS = "complaintflow.acts."
MARKED = (
    (r"~?[\w.]*Annotated\[str, Voiced\(voice='agent'\)\]", f"~{OURS}Said"),
    (r"~?[\w.]*Annotated\[str, Voiced\(voice='customer'\)\]", f"~{OURS}Told"),
    (
        r"~?[\w.]*Annotated\[[\w.~]*Sequence\[[~\w.]*?(\w+)\], NotEmpty\(\)\]",
        rf"tuple[~{OURS}\1, ...]",
    ),
    (r"~?[\w.]*Literal\['calm', [^]]*\]", f"~{OURS}Mood"),
)

LONGEST = 60
"""Of how many characters a value may be, to be shown."""

TAKES_ANYTHING = {
    "(*args, **kwargs)",
    "(*args: Any, **kwargs: Any)",
    "(*_: object, **__: object)",
}
"""What Protocols and acts are said to take, which nobody calls as such."""


def _named(text: str) -> str:
    for pattern, alias in MARKED:
        text = re.sub(pattern, alias, text)
    return text


def in_a_signature(
    app: Sphinx,
    what: str,
    name: str,
    obj: object,
    options: object,
    signature: str | None,
    return_annotation: str | None,
) -> tuple[str | None, str | None]:
    """Name the aliases, and leave out what a reader cannot use."""
    if what == "class" and signature in TAKES_ANYTHING:
        return "", return_annotation
    if signature is not None:
        signature = _named("".join(map(_with_a_short_value, _arguments(signature))))
    return signature, return_annotation


def _arguments(signature: str) -> Iterator[str]:
    """Yield a signature in pieces, each an argument up to the comma or the end."""
    pieces = re.split(r"('[^']*'|[\[\](){},])", signature)
    depth, piece = 0, ""
    for part in pieces:
        depth += (part in OPENING) - (part in CLOSING)
        if (part == "," and depth == 1) or (part == ")" and depth == 0):
            yield piece
            piece = ""
        piece += part
    yield piece


def _with_a_short_value(argument: str) -> str:
    name, equals, value = argument.partition(" = ")
    return f"{name}{equals}..." if equals and _is_no_help(value) else argument


def _is_no_help(value: str) -> bool:
    return value == "NOTHING" or "<" in value or len(value) > LONGEST


def in_fields(app: Sphinx, doctree: nodes.document) -> None:
    """Name the aliases in the types of fields, each with a link."""
    for annotation in doctree.findall(addnodes.desc_annotation):
        text = "".join(map(_shown, annotation))
        if (named := _named(text)) != text:
            annotation[:] = list(_linked(named))


def in_values(app: Sphinx, doctree: nodes.document) -> None:
    """Leave out the value of a constant that is longer than its description, or no Python."""
    for annotation in list(doctree.findall(addnodes.desc_annotation)):
        value = annotation.astext().strip()
        if value.startswith("= ") and _is_no_help(value):
            annotation.parent.remove(annotation)


def _shown(node: nodes.Node) -> str:
    # A reference carries its short and its full name, until one of them is chosen.
    conditions = list(node.findall(addnodes.pending_xref_condition))
    return conditions[0].astext() if conditions else node.astext()


def _linked(text: str) -> Iterator[nodes.Node]:
    for part in re.split(r"(~[\w.]+)", text):
        if part.startswith("~"):
            address = part.removeprefix("~")
            shown = nodes.Text(address.rpartition(".")[2])
            yield addnodes.pending_xref(
                "", shown, refdomain="py", reftype="obj", reftarget=address, refexplicit=True
            )
        elif part:
            yield nodes.Text(part)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Have Sphinx ask us before it shows an annotation."""
    app.connect("autodoc-process-signature", in_a_signature)
    app.connect("doctree-read", in_fields)
    app.connect("doctree-read", in_values)
    return {"parallel_read_safe": True}
