"""What a requirement is, and what it is asked about."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from attrs import field, frozen

from complaintflow._actors import Actor
from complaintflow._calendars import Calendars
from complaintflow._help import tells_fields
from complaintflow._ledger import Ledger
from complaintflow._pieces import name_set, names, triggers
from complaintflow._value import Value
from complaintflow.errors import Unmet, Way

if TYPE_CHECKING:
    from complaintflow._case import Case, Entry
    from complaintflow._method import Method

Reads = Literal["facts", "ledger", "evidence", "time", "authority"]


@tells_fields
class Question:
    """What a requirement is asked about: an act, on a case, at a time, by somebody."""

    method: Method
    """The method that asks."""
    case: Case
    """The case as it is before the act."""
    act: Any
    """The act in question. None: what can be said without its evidence."""
    at: datetime
    """When it is to be done."""
    by: Actor
    """Who wants to record it."""
    calendar: Calendars | None
    """Tells business days. None: Monday to Friday."""
    # What the engine notes on it; defaults of the class, as most questions need no other.
    outcome: str | None = None
    """Which of its outcomes the act has, once it has been read."""
    path: Any = None
    """What the engine knows of that outcome."""
    entry: Entry | None = None
    """The answer, where it is yes."""
    heard: Any = None
    """What the language rules found in the words of the act, once they have read it."""
    is_barred: bool = False
    """True: a watched invariant does not let the act be."""

    def __init__(  # noqa: PLR0917  (made once for each decision: by position, for speed)
        self,
        method: Method,
        case: Case,
        act: Any,
        at: datetime,
        by: Actor,
        calendar: Calendars | None = None,
    ) -> None:
        self.method = method
        self.case = case
        self.act = act
        self.at = at
        self.by = by
        self.calendar = calendar

    @property
    def ledger(self) -> Ledger:
        """The ledger of the case."""
        return self.case.ledger


Met = Callable[[Question], bool]


@frozen(eq=False, repr=False)
class Made(Value):
    """Which maker of the vocabulary made a requirement, and from what."""

    maker: str
    """The maker's name; `'within_authority'`."""

    arguments: tuple[tuple[str, object], ...] = ()
    """What it was given, by name, in its own order and without what is at its default."""

    evidence: tuple[tuple[str, Any], ...] = field(default=(), eq=False, repr=False)
    """The fields of an act that the requirement reads, each with the type it must have."""

    functions: tuple[object, ...] = field(default=(), eq=False, repr=False)
    """What it was made to do, so that it is known when somebody has changed that."""

    def did(self, requirement: Requirement) -> bool:
        """Return whether a requirement still does what it was made to do."""
        return all(now is then for now, then in zip(does(requirement), self.functions, strict=True))


@frozen(eq=False, repr=False)
class Requirement(Value):
    """One named question, with its sentence for a no."""

    code: str
    """Its name in the method; `'within_authority'`."""

    text: str
    """What is missing when it is not met; `{customer}` stands for the customer's name."""

    met: Met = field(eq=False)
    """The question. Pure."""

    cites: tuple[str, ...] = field(default=(), converter=names)
    """The clauses it stands on."""

    reads: frozenset[Reads] = field(default=frozenset(), converter=name_set)
    """What the answer can change with."""

    fact: str | None = None
    """The fact it asks for. None: it asks for something else."""

    should: bool = False
    """True: a no is a warning on the entry. False: a no is a refusal."""

    satisfied_by: tuple[str, ...] = field(default=(), converter=triggers)
    """The acts that could satisfy it, by trigger or class."""

    opened_by: tuple[str, ...] = field(default=(), converter=triggers)
    """
    The triggers, or `trigger/outcome`, after which its standing half can be taken to hold.

    Empty: those it is satisfied by.
    """

    standing: Met | None = field(default=None, eq=False)
    """The half that needs no evidence: *some* promise is open. None: there is no such half."""

    steps: Callable[[Question], Way | None] | None = field(default=None, eq=False)
    """The steps to a yes, for one that asks the ledger. None: it knows of none."""

    waits: Callable[[Question], datetime | None] | None = field(default=None, eq=False)
    """When it will be met by itself, None where that is not known yet. None: time does not help."""

    tell: Callable[[Question], str] | None = field(default=None, eq=False)
    """The sentence, where it depends on the case. None: `text` is the sentence."""

    made_by: Made | None = None
    """Which maker of the vocabulary made it, and from what. None: it is none of the vocabulary."""

    _always: Unmet | None = field(default=None, init=False, eq=False)
    """The no, where it is the same for every case."""

    def __attrs_post_init__(self) -> None:
        if self.tell is None and isinstance(self.text, str) and "{customer}" not in self.text:
            no = Unmet(self.code, self.text, self.cites, self.satisfied_by, fields=self.fields)
            object.__setattr__(self, "_always", no)

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of an act that it reads; empty also where that is not known."""
        made = self.made_by
        return tuple(name for name, _ in made.evidence) if isinstance(made, Made) else ()

    @property
    def openers(self) -> tuple[str, ...]:
        """What makes its standing half hold."""
        return self.opened_by or self.satisfied_by

    def unmet(self, question: Question) -> Unmet:
        """Return the no as a refusal reports it."""
        if self._always is not None:
            return self._always
        text = self.text if self.tell is None else self.tell(question)
        return Unmet(
            self.code,
            text.replace("{customer}", question.case.customer),
            self.cites,
            self.satisfied_by,
            fields=self.fields,
        )


def holds(_: Question) -> bool:
    """Say yes: the standing half of what evidence alone decides."""
    return True


def does(requirement: Requirement) -> tuple[object, ...]:
    """Return everything that a requirement can do."""
    return (
        requirement.met,
        requirement.standing,
        requirement.steps,
        requirement.waits,
        requirement.tell,
    )


@frozen(eq=False, repr=False)
class Fact(Value):
    """What an act can establish: true or not, within a cycle."""

    name: str
    """One or more words in snake case; `'heard'`."""

    unmet: str
    """The sentence where it is missing; `'{customer} has not been heard'`."""

    cites: tuple[str, ...] = field(default=(), converter=names)
    """The clauses that ask for it."""

    def needed(self, satisfied_by: tuple[str, ...]) -> Requirement:
        """Return the requirement that asks for this fact."""
        name = self.name
        return Requirement(
            code=name,
            text=self.unmet,
            met=lambda question: name in question.case.facts,
            cites=self.cites,
            reads=["facts"],
            fact=name,
            satisfied_by=satisfied_by,
        )


@frozen(eq=False, repr=False)
class Advised(Value):
    """A need that is recommended, not demanded: without it the entry carries a warning."""

    need: str | Requirement
    """A fact by name, or another requirement."""


def listed(names: Iterable[str]) -> str:
    """Return names as a text; `none` where there are none."""
    return ", ".join(names) or "none"
