"""
Tables of a documented method, read off its definition, so that no page can drift from it.

In a page, with a name that the command line knows:

    ```{method-clauses} six_steps
    ```

`method-clauses` sets what the source document asks for beside what holds it, `method-states` lists
the states, `method-acts` what each act needs and brings, `method-invariants` what is promised of
the order of acts. A method that is itself a document has no list of clauses: `method-origins` lists
its sources, and `method-steps` what is due in each step beside what holds it.
`act-vocabulary`, without a name, lists every act there is.
"""
# ruff: noqa: INP001  (a folder of Sphinx extensions is no package)

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

from complaintflow import Advised, Method, Outcome, Requirement, Rule, acts
from complaintflow.cli._methods import method_of
from complaintflow.methods.clauses import clauses_of
from complaintflow.rendering._words import EDITORIAL

Row = tuple[str, ...]


class Table(SphinxDirective):
    """A table with a header, its cells in the markup of the page."""

    header: ClassVar[Row]

    def table(self, rows: Iterable[Row]) -> list[nodes.Node]:
        """Return the table of these rows."""
        lines = [self.header, tuple("---" for _ in self.header), *rows]
        text = "\n".join("| " + " | ".join(map(_escaped, line)) + " |" for line in lines)
        made = self.parse_text_to_nodes(text)
        for table in made:
            table["classes"].append(type(self).__name__.lower())
        return made


class Vocabulary(Table):
    """Every act of the library: whose it is, how it can come out, and what it counts as."""

    header = ("act", "whose", "outcomes", "it is")

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        found = (getattr(acts, name) for name in acts.__all__)
        classes = (c for c in found if isinstance(c, type) and issubclass(c, acts.Act))
        return self.table(self.row(cls) for cls in classes if cls.trigger)

    def row(self, cls: type[acts.Act]) -> Row:
        """Return the row of one act."""
        spec = cls.spec
        marks = {
            "a remedy": spec.remedy,
            "a recognition": spec.recognition,
            "a hearing": spec.hearing,
            "asking what is expected": spec.expectation,
        }
        link = f"{{py:class}}`~complaintflow.acts.{cls.__name__}`"
        outcomes = ", ".join(map(_code, spec.outcomes))
        return (
            link,
            f"the {spec.speaker}",
            outcomes,
            ", ".join(m for m, is_so in marks.items() if is_so),
        )


class MethodTable(Table):
    """A table of the method that the argument names."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        return self.table(self.rows(method_of(self.arguments[0])))

    def rows(self, method: Method) -> Iterable[Row]:
        """Return what stands below the header."""
        raise NotImplementedError


class Clauses(MethodTable):
    """What a document asks for, and what of the method holds it."""

    header = ("clause", "force", "what it asks for", "what holds it")

    def rows(self, method: Method) -> Iterator[Row]:
        """Return a row for each clause of the method's source."""
        for clause in clauses_of(method.source):
            holds = dict.fromkeys(what for cited, what in method.cited() if cited == clause.id)
            yield clause.id, clause.force, clause.text, "; ".join(map(_holder, holds)) or "nothing"


class States(MethodTable):
    """The states of a method, in the order of its main road."""

    header = ("state", "step", "what it means", "waits for")

    def rows(self, method: Method) -> Iterator[Row]:
        """Return a row for each state."""
        for state in method.states:
            step = "" if state.step is None else str(state.step)
            inferred = " (inferred)" if state.inferred else ""
            waits = "nobody: it is over" if state.final else f"the {state.waits_for}"
            yield _code(state.name), f"{step}{inferred}", state.about, waits


class Acts(MethodTable):
    """What each act of a method needs and brings."""

    header = ("act", "must", "should", "brings")

    def rows(self, method: Method) -> Iterator[Row]:
        """Return a row for each act, and one for each outcome that differs."""
        for rule in method.rules:
            yield _code(rule.trigger), *_needs(rule), _brings(rule)
            for outcome in rule.outcomes:
                differs = (*_needs(outcome), _brings(outcome))
                if any(differs):
                    yield f"… {outcome.name}", *differs


class Origins(MethodTable):
    """Where a method that is a document comes from."""

    header = ("source", "published", "it is", "what it says")

    def rows(self, method: Method) -> Iterator[Row]:
        """Return a row for each source."""
        for origin in method.origins:
            title = f"[{origin.title}]({origin.where}), read on {origin.checked}"
            yield title, origin.published or "undated", origin.confidence, origin.says


class Steps(MethodTable):
    """What is due in each step of a method that is a document, and what of the method holds it."""

    header = ("step", "what is due", "what holds it")

    def rows(self, method: Method) -> Iterator[Row]:
        """Return a row for each step, and one for what is our own."""
        cited = list(method.cited())
        for step in sorted({step for step, _ in cited}, key=lambda step: (step == EDITORIAL, step)):
            due = "; ".join(state.about for state in method.states if step in state.cites)
            told = "what the sources do not say: our own" if step == EDITORIAL else due
            holds = dict.fromkeys(what for other, what in cited if other == step)
            yield step, told, "; ".join(map(_holder, holds))


class Invariants(MethodTable):
    """What a method promises of the order of acts."""

    header = ("never", "kind", "clauses")

    def rows(self, method: Method) -> Iterator[Row]:
        """Return a row for each invariant."""
        for invariant in method.invariants:
            template = f"{{py:func}}`~complaintflow.invariants.{invariant.template}`"
            yield invariant.text, template, ", ".join(invariant.cites)


def _needs(part: Rule | Outcome) -> Row:
    advised = [need.need for need in part.needs if isinstance(need, Advised)]
    demanded = [need for need in part.needs if not isinstance(need, Advised)]
    return _codes(demanded), _codes(advised)


def _codes(needs: Iterable[str | Requirement]) -> str:
    return ", ".join(_code(need if isinstance(need, str) else need.code) for need in needs)


def _brings(part: Rule | Outcome) -> str:
    cleared = [f"no more {_code(fact)}" for fact in sorted(part.clears)]
    anew = ["a new cycle"] if part.begins_cycle else []
    return ", ".join([*map(_code, sorted(part.establishes)), *cleared, *anew])


def _holder(what: str) -> str:
    kind, colon, sentence = what.partition(": ")
    if colon:
        return f"{kind}: {sentence}"
    kind, _, name = what.rpartition(" ")
    return f"{kind} {_code(name)}"


def _code(name: str) -> str:
    return f"`{name}`"


def _escaped(cell: str) -> str:
    return cell.replace("|", r"\|").replace("\n", " ")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Have Sphinx know the tables."""
    app.add_directive("act-vocabulary", Vocabulary)
    app.add_directive("method-clauses", Clauses)
    app.add_directive("method-states", States)
    app.add_directive("method-acts", Acts)
    app.add_directive("method-invariants", Invariants)
    app.add_directive("method-origins", Origins)
    app.add_directive("method-steps", Steps)
    return {"parallel_read_safe": True}
