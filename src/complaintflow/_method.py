"""
Methods: complete definitions of how complaints are resolved, as frozen data.

A definition that exists is valid: the whole of it is checked when it is built, and every problem
is reported at once. What needs facts to be explored is left to the verification of methods.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Literal, NoReturn

from attrs import evolve, field, frozen

from complaintflow._deadlines import TimeLimit, spans
from complaintflow._evidence._reading import evidence_from_data
from complaintflow._language import LanguageRule
from complaintflow._ledger import Ledger
from complaintflow._pieces import name_set, names, pairs, several, trigger
from complaintflow._requirements import Advised, Fact, Requirement
from complaintflow._time import Within
from complaintflow._value import Value
from complaintflow.acts import Act
from complaintflow.errors import MethodError, UnknownAct

if TYPE_CHECKING:
    # Whoever states none, or watches none, need not pay for them.
    from complaintflow._invariants import Invariant

Departing = Literal["I1", "I2", "I3"]
"""The invariants of the charter that a method can do without."""
Need = str | Requirement | Advised
Confidence = Literal["primary", "secondary", "hearsay"]
NOTHING: frozenset[str] = frozenset()


def _needs(value: Iterable[Need] | Need) -> tuple[Need, ...]:
    if isinstance(value, str | Requirement | Advised):
        return (value,)
    taken = several(value)
    if not isinstance(taken, tuple):
        return taken
    return tuple(sorted(taken, key=lambda need: isinstance(need, Advised)))


def _outcomes(value: Iterable[Outcome]) -> tuple[Outcome, ...]:
    return several(value)


def _states(value: Iterable[State]) -> tuple[State, ...]:
    return several(value)


def _facts(value: Iterable[Fact]) -> tuple[Fact, ...]:
    return several(value)


def _rules(value: Iterable[Rule]) -> tuple[Rule, ...]:
    return several(value)


def _edges(value: Iterable[Edge]) -> tuple[Edge, ...]:
    return several(value)


def _departures(value: Iterable[Departure]) -> tuple[Departure, ...]:
    return several(value)


def _limits(value: Iterable[TimeLimit]) -> tuple[TimeLimit, ...]:
    return several(value)


def _origins(value: Iterable[Origin]) -> tuple[Origin, ...]:
    return several(value)


def _language(value: Iterable[LanguageRule]) -> tuple[LanguageRule, ...]:
    return several(value)


def _invariants(value: Iterable[Invariant]) -> tuple[Invariant, ...]:
    return several(value)


@frozen(eq=False, repr=False)
class State(Value):
    """A named stage of a method."""

    name: str
    """What rules, edges and cases call it."""
    about: str
    """What it means to stand in it, in a sentence."""
    step: int | None = None
    """The number of the document's step that is due in it. None: no numbered step."""
    final: bool = False
    """True: nothing but a reopening leaves it."""
    waits_for: Literal["agent", "customer", "nobody"] = "agent"
    """Whose turn it is. A case that waits for the customer must be able to lapse."""
    inferred: bool = False
    """True: the document does not say so; we read it between its lines."""
    cites: tuple[str, ...] = field(default=(), converter=names)
    """The clauses it stands on."""


@frozen(eq=False, repr=False)
class Outcome(Value):
    """What follows when an act has one of its outcomes, beyond what its rule says of all."""

    name: str
    """One of the outcomes of the act."""
    needs: tuple[Need, ...] = field(default=(), converter=_needs)
    """What else it asks for: facts by name, and other requirements."""
    establishes: frozenset[str] = field(default=NOTHING, converter=name_set)
    """The facts it establishes."""
    clears: frozenset[str] = field(default=NOTHING, converter=name_set)
    """The facts it clears."""
    begins_cycle: bool = False
    """True: every fact is gone, and the duties are fresh."""
    notify: tuple[tuple[str, str], ...] = field(default=(), converter=pairs)
    """Who should be told of what: topic and audience."""


@frozen(eq=False, repr=False)
class Rule(Value):
    """What a method says about one act."""

    act: type[Act]
    """The class of the act."""
    needs: tuple[Need, ...] = field(default=(), converter=_needs)
    """
    Facts by name, and other requirements, in the order a refusal tells them.

    What is recommended comes after what is demanded, in its own order.
    """
    establishes: frozenset[str] = field(default=NOTHING, converter=name_set, kw_only=True)
    """The facts it establishes, however it comes out."""
    clears: frozenset[str] = field(default=NOTHING, converter=name_set, kw_only=True)
    """The facts it clears, however it comes out."""
    begins_cycle: bool = field(default=False, kw_only=True)
    """True: every fact is gone, and the duties are fresh."""
    outcomes: tuple[Outcome, ...] = field(default=(), converter=_outcomes, kw_only=True)
    """What follows from single outcomes. An outcome not listed has no consequences of its own."""
    in_way: bool = field(default=True, kw_only=True)
    """False: never proposed on the way to another act: exits, waivers, remarks."""
    cites: tuple[str, ...] = field(default=(), converter=names, kw_only=True)
    """The clauses the act stands on."""
    notify: tuple[tuple[str, str], ...] = field(default=(), converter=pairs, kw_only=True)
    """Who should be told of what: topic and audience."""
    reads: Callable[[Any, Ledger], str | None] | None = field(default=None, kw_only=True, eq=False)
    """How the method reads the act's outcome; a `Satisfaction`, or its own. None: as the act."""

    @property
    def trigger(self) -> str:
        """The trigger of the act."""
        return self.act.trigger


@frozen(eq=False, repr=False)
class Edge(Value):
    """Where an act leads: the first edge that matches state, outcome and facts."""

    sources: tuple[str, ...] = field(converter=names)
    """The states it leads away from, or that stay."""
    trigger: str = field(converter=trigger)
    """The act, by its trigger or its class."""
    target: str | None = None
    """The state it leads to. None: the state stays."""
    outcome: str | None = field(default=None, kw_only=True)
    """The outcome it is for. None: any."""
    given: frozenset[str] = field(default=NOTHING, converter=name_set, kw_only=True)
    """Facts that must hold before the act for this edge to be the one."""


def stays(sources: Iterable[str] | str, *acts: type[Act]) -> tuple[Edge, ...]:
    """Return edges for acts that are possible in some states and leave them as they are."""
    return tuple(Edge(sources, act) for act in acts)


@frozen(eq=False, repr=False)
class Departure(Value):
    """An invariant of the charter that a method does without, and why."""

    invariant: Departing
    """Its name in the charter; `'I3'`."""
    reason: str
    """Why, for people."""


@frozen(eq=False, repr=False)
class Origin(Value):
    """Where a method was read, and how sure it is that it is the method."""

    title: str
    """What it is called, and who published it."""
    where: str | None = None
    """Where it can be found. None: it cannot, or that is not known."""
    published: str | None = None
    """The year, month or day; `'2013-08-06'`. None: not known."""
    checked: str | None = None
    """The day on which somebody last compared it with the method. None: nobody has."""
    confidence: Confidence = "hearsay"
    """How close it is to whoever made the method up: their own text, a report of it, or less."""
    says: str | None = None
    """What in it the method stands on, in our words. None: not written down."""


@frozen(eq=False, repr=False)
class Method(Value):
    """
    How complaints are resolved: states, acts, requirements, loops and exits, with their sources.

    Raises:
        MethodError: the definition has problems; all of them are listed.
    """

    name: str
    """What hosts and stores call it."""
    version: str
    """Changes whenever what the method promises changes."""
    title: str
    """What people call it."""
    initial: str
    """The state an opened case stands in."""
    states: tuple[State, ...] = field(converter=_states)
    """In the order of the main road."""
    facts: tuple[Fact, ...] = field(converter=_facts)
    """In the order in which they are usually established."""
    rules: tuple[Rule, ...] = field(converter=_rules)
    """What it says about each act."""
    edges: tuple[Edge, ...] = field(converter=_edges)
    """Where acts lead; of those that match, the first."""
    source: str = ""
    """The document it comes from. Empty: it is a host's own."""
    waivable: frozenset[str] = field(default=NOTHING, converter=name_set)
    """Codes of requirements that can be done without, with a reason, for a cycle."""
    departs: tuple[Departure, ...] = field(default=(), converter=_departures)
    """The invariants of the charter it does without."""
    limits: tuple[TimeLimit, ...] = field(default=(), converter=_limits)
    """How long things may take."""
    promises_within: Within = Within(14, "days")
    """Until when a promise is due that names no time itself."""
    promise_reminders: tuple[Within, ...] = field(default=(), converter=spans)
    """How long before a promise is due to remind of it; each of them once."""
    language: tuple[LanguageRule, ...] = field(default=(), converter=_language)
    """What should not be said to the customer, and what should."""
    settings: tuple[tuple[str, object], ...] = field(default=(), converter=pairs)
    """What it was configured with."""
    notes: tuple[tuple[str, str], ...] = field(default=(), converter=pairs)
    """Clauses that hold by how the method is built, each with a sentence saying how."""
    variant: str = ""
    """Which reading of its name it is. Empty: there is only one."""
    origins: tuple[Origin, ...] = field(default=(), converter=_origins)
    """Where it was read, and how sure that is."""
    invariants: tuple[Invariant, ...] = field(default=(), converter=_invariants)
    """What it promises of the order of acts, whatever happens; see `complaintflow.invariants`."""
    accepted: tuple[tuple[str, str], ...] = field(default=(), converter=pairs)
    """
    What `complaintflow.verification.check` finds and is meant to be so: the key of the finding,
    such as `unnoticed: thank needs plan_agreed`, and the reason.
    """
    compiled: Any = field(default=None, init=False, eq=False, repr=False)
    """Room for what the engine makes of it, once."""

    def __repr__(self) -> str:
        return f"<Method {self.pin}>"

    def __reduce__(self) -> NoReturn:
        told = (
            f"it holds functions, and cannot be pickled: send its pin '{self.pin}', or its name "
            "and settings, and build it anew where they arrive; cases, entries and acts can be sent"
        )
        raise MethodError(f"method '{self.name}'", (told,))

    def __attrs_post_init__(self) -> None:
        # Whoever defines no method need not load what checks one.
        from complaintflow._definition import problems_of

        if problems := tuple(problems_of(self)):
            raise MethodError(f"method '{self.name!s:.40}'", problems)

    @property
    def pin(self) -> str:
        """Name, version and a digest of variant and settings: what a case is bound to."""
        return _pin(self)

    @property
    def final(self) -> frozenset[str]:
        """The names of the final states."""
        return frozenset(state.name for state in self.states if state.final)

    @property
    def triggers(self) -> tuple[str, ...]:
        """Every act it knows, in the order of its rules."""
        return tuple(rule.trigger for rule in self.rules)

    @property
    def calendars(self) -> frozenset[str]:
        """The names of the calendars its business days are counted on; a host supplies them."""
        counted = [self.promises_within, *self.promise_reminders]
        for limit in self.limits:
            counted += (limit.within, *limit.reminders)
        return frozenset(span.calendar for span in counted if span.calendar is not None)

    def state(self, name: str) -> State:
        """Return a state by its name; KeyError where there is none."""
        return next((s for s in self.states if s.name == name), None) or _missing(name)

    def rule(self, trigger: str) -> Rule:
        """
        Return the rule of an act.

        Raises:
            UnknownAct: the method has none; the error names what it may have been meant to be.
        """
        for rule in self.rules:
            if rule.trigger == trigger:
                return rule
        raise UnknownAct(self.name, trigger, self.triggers)

    def act(self, trigger: str, data: object) -> Act:
        """
        Return the act that plain data, such as JSON gives, describes.

        Times and amounts are texts in it, sequences are lists, and other evidence is a mapping.

        Args:
            trigger: the name of the act; `'offer'`.

            data: its evidence, by field.

        Raises:
            UnknownAct: the method has no such act; the error names what it may have been meant
                to be.

            EvidenceError: fields are missing, unknown or of the wrong type; all of them are listed.
        """
        return evidence_from_data(self.rule(trigger).act, data, trigger)

    def establishing(self, fact: str) -> tuple[str, ...]:
        """Return the triggers of the acts that can establish a fact, in the order of the rules."""
        return tuple(
            rule.trigger
            for rule in self.rules
            if fact in rule.establishes or any(fact in o.establishes for o in rule.outcomes)
        )

    def requirements(self, rule: Rule, outcome: str | None = None) -> tuple[Requirement, ...]:
        """
        Return what an act needs for an outcome, facts included, in the order it is told.

        What it names must be there, also where the rule does not ask for it: the promises that a
        withdrawal releases, the requirement that is waived, the entry that is corrected.
        """
        from complaintflow._requirements._named import asked_of

        needs: list[Need] = list(rule.needs)
        codes = {need.code for need in needs if isinstance(need, Requirement)}
        needs += [each for each in asked_of(rule.act) if each.code not in codes]
        for each in rule.outcomes:
            if each.name == outcome:
                needs += each.needs
        return tuple(dict.fromkeys(self._requirement(need) for need in needs))

    def _requirement(self, need: Need) -> Requirement:
        if isinstance(need, Advised):
            return evolve(self._requirement(need.need), should=True)
        if isinstance(need, Requirement):
            known = frozenset(self.triggers)
            return evolve(need, satisfied_by=[t for t in need.satisfied_by if t in known])
        fact = next(f for f in self.facts if f.name == need)
        return fact.needed(self.establishing(need))

    def cited(self) -> Iterator[tuple[str, str]]:
        """Yield every clause id it cites, each with what cites it."""
        for state in self.states:
            yield from ((c, f"state {state.name}") for c in state.cites)
        for fact in self.facts:
            yield from ((c, f"fact {fact.name}") for c in fact.cites)
        for rule in self.rules:
            yield from ((c, f"act {rule.trigger}") for c in rule.cites)
            for outcome in (None, *(o.name for o in rule.outcomes)):
                for need in self.requirements(rule, outcome):
                    if need.fact is None:
                        yield from ((c, f"requirement {need.code}") for c in need.cites)
        for limit in self.limits:
            yield from ((c, f"time limit {limit.code}") for c in limit.cites)
        for rule_ in self.language:
            yield from ((c, f"language rule {rule_.code}") for c in rule_.cites)
        for invariant in self.invariants:
            yield from ((c, f"invariant {invariant.code}") for c in invariant.cites)
        yield from ((c, f"by construction: {text}") for c, text in self.notes)


def _missing(name: str) -> State:
    raise KeyError(name)


def _pin(method: Method) -> str:
    import hashlib

    named = [(k, repr(v)) for k, v in method.settings]
    if method.variant:
        named.append(("variant", repr(method.variant)))
    told = repr(tuple(sorted(named)))
    digest = hashlib.sha256(told.encode()).hexdigest()[:8]
    return f"{method.name}/{method.version}/{digest}"
