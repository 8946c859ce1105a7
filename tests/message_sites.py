"""
Where the library says that something is wrong, and which of these places a run comes to.

They are read off the source: whatever is raised, and every problem that is yielded, appended, or
told to a reader or to somebody at a terminal.
"""

from __future__ import annotations

import ast
import builtins
import gc
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, Self

from attrs import frozen

import complaintflow

SOURCE = Path(complaintflow.__file__).parent
APART = ("testing/", "adapters/sqlalchemy/versions/")
"""The testing kit is read by whoever writes tests, where it stands; a migration says nothing."""

MARK = "__complaintflow_comes_to__"

TELLS = {
    *("found.say", "self.found.say", "self._say", "self.wrong", "complain"),
    *("self.object_to", "self._talk.object_to"),
}
"""What notes a problem, or says one."""

NAMES = {each.rpartition(".")[2] for each in TELLS}

PROBLEMS = {"says", "MethodProblem", "DocumentProblem"}
"""What makes a problem."""


@frozen
class Site:
    """A place that says that something is wrong."""

    file: str
    """Its path within the package."""

    where: str
    """The function it stands in, after the classes that hold it."""

    says: str
    """What it says, as it is written."""

    earlier: int
    """How many before it, in this function, say the same."""

    def __str__(self) -> str:
        again = f" ({self.earlier + 1})" if self.earlier else ""
        return f"{self.file}: {self.where}: {self.says}{again}"


class Following:
    """
    Notes which of the places are come to, for as long as it is entered.

    The functions that hold them are given a mark before each. To trace all that is called would
    take as long again as what is followed.
    """

    def __init__(self) -> None:
        self.sites: list[Site] = []
        """All of them, in the order of the source."""
        self._come_to: set[int] = set()
        self._codes: dict[tuple[str, str, int], CodeType] = {}
        self._before: list[tuple[FunctionType, CodeType]] = []
        for path in sorted(SOURCE.rglob("*.py")):
            file = path.relative_to(SOURCE).as_posix()
            if not file.startswith(APART):
                self._mark(ast.parse(path.read_text("utf-8")), path, file)

    def _mark(self, tree: ast.Module, path: Path, file: str) -> None:
        marks: dict[ast.stmt, list[int]] = {}
        earlier: Counter[tuple[str, str]] = Counter()
        for statement, where, says in _said_in(tree, tree, ()):
            marks.setdefault(statement, []).append(len(self.sites))
            self.sites.append(Site(file, where, says, earlier[where, says]))
            earlier[where, says] += 1
        if marks:
            module = ".".join(("complaintflow", *Path(file).with_suffix("").parts))
            import_module(module.removesuffix(".__init__"))
            _put(marks, tree)
            compiled = compile(tree, str(path), "exec", dont_inherit=True)
            codes = [*_codes_in(compiled)]
            named = Counter(map(_name_of, codes))
            # Two lambdas on one line have one name: neither is to be taken for the other.
            self._codes |= {_name_of(code): code for code in codes if named[_name_of(code)] == 1}

    def __enter__(self) -> Self:
        vars(builtins)[MARK] = self._come_to.add
        for made in [each for each in gc.get_objects() if type(each) is FunctionType]:
            marked = self._codes.get(_name_of(made.__code__))
            if marked is not None and marked.co_freevars == made.__code__.co_freevars:
                self._before.append((made, made.__code__))
                made.__code__ = marked
        return self

    def __exit__(self, *_: object) -> None:
        for made, code in self._before:
            made.__code__ = code

    @property
    def missed(self) -> list[Site]:
        """The places that were not come to."""
        return [site for number, site in enumerate(self.sites) if number not in self._come_to]


def _name_of(code: CodeType) -> tuple[str, str, int]:
    return code.co_filename, code.co_qualname, code.co_firstlineno


def _codes_in(code: CodeType) -> Iterator[CodeType]:
    for held in code.co_consts:
        if isinstance(held, CodeType):
            yield held
            yield from _codes_in(held)


def _said_in(
    tree: ast.AST, statement: Any, within: tuple[str, ...]
) -> Iterator[tuple[ast.stmt, str, str]]:
    """Yield every place: the statement that holds it, the function it is in, and what it says."""
    for node in ast.iter_child_nodes(tree):
        here = within
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            here = (*within, node.name)
        its = node if isinstance(node, ast.stmt) else statement
        if (says := _said(node)) is not None:
            yield its, ".".join(here), ast.unparse(says)
        yield from _said_in(node, its, here)


def _said(node: Any) -> ast.expr | None:  # noqa: PLR0911  (one for each way to say it)
    """Return what a piece of the source says is wrong. None: it says nothing."""
    match node:
        case ast.Raise(exc=ast.expr() as error):
            return error
        case ast.Yield(value=ast.JoinedStr() | ast.Constant(value=str()) as text):
            return text
        case ast.Yield(value=ast.Call(func=ast.Name(id=made) | ast.Attribute(attr=made))):
            return node.value if made in PROBLEMS else None
        case ast.Call(func=ast.Attribute(attr="append", value=held), args=[problem]):
            return problem if "problems" in ast.unparse(held) else None
        case ast.Call(func=ast.Name(id=told) | ast.Attribute(attr=told), args=[*_, problem]):
            is_told = told in NAMES and ast.unparse(node.func) in TELLS
            return problem if is_told else None
        case ast.AugAssign(target=held, value=problem):
            return problem if "problems" in ast.unparse(held) else None
    return None


def _put(marks: dict[ast.stmt, list[int]], tree: ast.AST) -> None:
    """Put marks before the statements of a piece of the source."""
    for name, held in ast.iter_fields(tree):
        blocks = [each for each in held if isinstance(each, BLOCKS)] if type(held) is list else ()
        for each in blocks:
            _put(marks, each)
        if blocks and isinstance(held[0], ast.stmt):
            setattr(tree, name, [each for stmt in held for each in (*_calls(marks, stmt), stmt)])


BLOCKS = (ast.stmt, ast.ExceptHandler, ast.match_case)
"""What holds statements, or is one."""


def _calls(marks: dict[ast.stmt, list[int]], statement: ast.stmt) -> Iterator[ast.stmt]:
    for number in marks.get(statement, ()):
        called = ast.Call(ast.Name(MARK, ast.Load()), [ast.Constant(number)], [])
        yield ast.fix_missing_locations(ast.copy_location(ast.Expr(called), statement))
