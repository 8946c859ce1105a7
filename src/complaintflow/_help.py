"""
What `help` tells of a class: its docstring, and after it what stands below each of its fields.

A field is documented by a text below it, which Python forgets. It is read from the source, when
somebody asks; importing the library does not wait for it.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import TypeVar

import attrs
from attrs import NOTHING

T = TypeVar("T", bound=type)


class Doc:
    """
    The docstring of a class whose fields are told after it.

    Args:
        said: the docstring as it was written.
    """

    __slots__ = ("said",)

    def __init__(self, said: str) -> None:
        self.said = said

    def __get__(self, instance: object, owner: type) -> str:
        told = "\n\n".join(_fields(owner))
        said = inspect.cleandoc(self.said)
        return f"{said}\n\nAttributes:\n{told}" if told else said


def tells_fields(cls: T) -> T:
    """Have `help` tell the fields of a class, where it has a docstring; return the class."""
    said = vars(cls).get("__doc__")
    if isinstance(said, str):
        cls.__doc__ = Doc(said)  # type: ignore[assignment]
    return cls


def said_of(cls: type) -> str:
    """Return the docstring of a class without its fields. Empty: it has none."""
    doc = next((doc for base in cls.__mro__ if (doc := vars(base).get("__doc__"))), "")
    return inspect.cleandoc(doc.said if isinstance(doc, Doc) else doc)


def about(cls: type) -> str:
    """Return what a class is, in the first sentence of its own words."""
    return " ".join(said_of(cls).partition("\n\n")[0].split())


def docs_of(cls: type) -> dict[str, str]:
    """Return what is said of the fields of a class, below each; nothing without source."""
    return {name: said for name, (_, said) in _read(cls).items() if said}


def _fields(cls: type) -> Iterator[str]:
    read = _read(cls)
    names = [f.name for f in attrs.fields(cls)] if attrs.has(cls) else docs_of(cls)
    for name in names:
        if not name.startswith("_"):
            type_, said = read.get(name, ("", ""))
            of_type = f": {type_ or _type(cls, name)}".removesuffix(": ")
            told = [f"    {line}".rstrip() for line in inspect.cleandoc(said).splitlines()]
            head = f"{name}{of_type}{_default(cls, name)}"
            yield "\n".join(f"    {line}".rstrip() for line in (head, *told))


def _type(cls: type, name: str) -> str:
    """Return the type of a field whose source is not there."""
    hints = (inspect.get_annotations(base).get(name, "") for base in cls.__mro__)
    hint = next(filter(None, hints), "")
    return hint if isinstance(hint, str) else inspect.formatannotation(hint)


def _default(cls: type, name: str) -> str:
    known = attrs.fields_dict(cls)[name].default if attrs.has(cls) else NOTHING
    default = known if attrs.has(cls) else getattr(cls, name, NOTHING)
    if default is NOTHING:
        return ""
    is_made = isinstance(default, attrs.Factory) or callable(default)  # type: ignore[arg-type]
    return " = ..." if is_made else f" = {default!r}"


# -- the source -----------------------------------------------------------------------------------

Field = tuple[str, str]
"""How the type of a field is written, and what is said below it; each may be empty."""


def _read(cls: type) -> dict[str, Field]:
    """Return the fields of a class as its source has them; nothing where it is not there."""
    found: dict[str, Field] = {}
    for base in reversed(cls.__mro__):
        found |= _classes_in(base.__module__).get(base.__qualname__, {})
    return found


@cache
def _classes_in(module: str) -> Mapping[str, Mapping[str, Field]]:
    """Return the fields of the classes of a module, by their qualified names."""
    try:
        source = inspect.getsource(sys.modules[module])
    except (KeyError, OSError, TypeError):
        return {}
    return dict(_classes(ast.parse(source), ""))


def _classes(tree: ast.AST, within: str) -> Iterator[tuple[str, Mapping[str, Field]]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef):
            name = f"{within}{node.name}"
            yield name, dict(_fields_in(node))
            yield from _classes(node, f"{name}.")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from _classes(node, f"{within}{node.name}.<locals>.")
        else:
            yield from _classes(node, within)


def _fields_in(made: ast.ClassDef) -> Iterator[tuple[str, Field]]:
    """Yield what is annotated, and what has a text below it, in the class and in `__init__`."""
    yield from _set_in(made.body, {})
    for each in made.body:
        if isinstance(each, ast.FunctionDef) and each.name == "__init__":
            taken = [*each.args.args, *each.args.kwonlyargs]
            yield from _set_in(each.body, {arg.arg: arg.annotation for arg in taken})


def _set_in(
    body: Sequence[ast.stmt], hints: Mapping[str, ast.expr | None]
) -> Iterator[tuple[str, Field]]:
    for statement, below in pairwise([*body, ast.Pass()]):
        said = _said(below)
        match statement:
            case ast.AnnAssign(target=target, annotation=hint):
                yield _name(target), (ast.unparse(hint), said)
            case ast.Assign(targets=[target]) if said:
                taken = hints.get(_name(target))
                yield _name(target), (ast.unparse(taken) if taken else "", said)


def _name(target: ast.expr) -> str:
    return target.attr if isinstance(target, ast.Attribute) else ast.unparse(target)


def _said(statement: ast.stmt) -> str:
    match statement:
        case ast.Expr(value=ast.Constant(value=str(said))):
            return said
    return ""
