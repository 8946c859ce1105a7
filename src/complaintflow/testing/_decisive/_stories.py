"""
Decisive stories: real ones, each of which ends with a question that hangs on one thing alone.

What a random story hardly ever reaches is listed here, with evidence: a lost guard, a wrong target,
a fact that is not cleared are each seen by one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import chain, islice

import attrs
from attrs import define, field, frozen

from complaintflow._actors import Actor
from complaintflow._case import Case, Entry
from complaintflow._engine import compiled
from complaintflow._engine._machine import RECORDED_BY as MAY_RECORD
from complaintflow._engine._machine import AskingEvent
from complaintflow._engine._path import Path
from complaintflow._engine._reasons import could_be_met
from complaintflow._method import Method
from complaintflow._requirements import Question as Asked
from complaintflow._requirements import Requirement
from complaintflow._value import Value
from complaintflow.acts import Act
from complaintflow.errors import EvidenceError, Refused
from complaintflow.testing._attempts import ANA, LEE, LONG, RECORDED_BY, SAM, attempt, varied
from complaintflow.testing._decisive._questions import Question, questions
from complaintflow.testing._decisive._roads import Road, Roads
from complaintflow.testing._exploring import configuration
from complaintflow.testing._shapes import PLAIN, plain_acts

NO_LIMIT_LEFT = Actor("kim", limits={})
"""Somebody who may offer nothing at all."""

ROBO = Actor("robo", "bot")

CANDIDATES = 8
"""On how many roads, with different ledgers, a question is asked before others are looked for."""

MORE_CANDIDATES = 100
"""On how many it is asked before it counts as one that cannot be asked alone."""

ANYBODYS = (PLAIN, "We look into it")
"""Words that anybody could have said: not in the first person, or to any customer."""

REMARKS = 16
"""How many kinds of each act are tried where one more remark may be what lacks."""

REDONE = 4
"""How many of the last entries are tried again where a remark has undone one."""


@frozen(eq=False, repr=False)
class DecisiveStory(Value):
    """A history, an act that is asked after it, and the answer, which hangs on one thing alone."""

    about: str
    """What it decides; `'offer: nothing but heard lacks while negotiating'`."""
    history: tuple[Entry, ...]
    """What was recorded before, as the method decided it; the opening first."""
    act: Act
    """What is asked, with its evidence."""
    at: datetime
    """When it is asked."""
    by: Actor
    """Who asks."""
    entry: Entry | None
    """The answer, where it is yes. None: it is no."""
    unmet: tuple[str, ...] = ()
    """The codes of everything it is refused for. Empty: it is not refused."""

    @property
    def trigger(self) -> str:
        """The trigger of the act that is asked."""
        return self.act.trigger

    @property
    def case(self) -> Case:
        """The case on which the act is asked."""
        return Case.replay(self.history)

    def __str__(self) -> str:
        told = ", ".join(_named(e.trigger, e.outcome) for e in self.history)
        if self.entry is None:
            return f"{told}: then {self.trigger} is refused for {', '.join(self.unmet)}"
        asked = _named(self.trigger, self.entry.outcome)
        return f"{told}: then {asked} is recorded, and the case is {self.entry.state}"


def _about(trigger: str, outcome: str | None, about: str) -> str:
    return f"{_named(trigger, outcome)}: {about}"


def _named(trigger: str, outcome: str | None) -> str:
    return trigger if outcome is None else f"{trigger} ({outcome})"


def stories(method: Method) -> tuple[DecisiveStory, ...]:
    """
    Return the decisive stories of a method, in the order of its rules.

    For each act, outcome and state: one that shows it possible, one for each fact that it
    establishes or clears, one for each thing it needs after which that alone is missing, and one
    where it has all it needs and it is not the time. Evidence is made up, and decided by the
    method. Nothing is waived on the way.

    A story has the fewest steps that were found. For a method of forty acts that takes seconds:
    ask once, and not in each test.
    """
    return distinct(told for _, told in Teller(method).answers())


def distinct(several: Iterable[DecisiveStory | None]) -> tuple[DecisiveStory, ...]:
    """Return stories without those that ask the same after the same as an earlier one."""
    found: dict[object, DecisiveStory] = {}
    for story in several:
        if story is not None:
            asked = (story.history, story.act, story.at, story.by)
            found.setdefault(asked, story)
    return tuple(found.values())


@define
class Teller:
    """Tells the stories of one method."""

    method: Method
    roads: Roads = field(init=False)
    _in_state: dict[str, list[Road]] = field(factory=dict)
    _ordered: dict[tuple[str, str | None, str], list[Road]] = field(factory=dict)
    """The roads to a state as they are tried for an act: where the least is in its way first."""
    _first: dict[str, DecisiveStory] = field(factory=dict)
    """For each act the first story in which it is possible."""
    _possible: dict[tuple[str, str | None], list[Road]] = field(factory=dict)
    """For each act and outcome the roads on which it was found possible."""

    def __attrs_post_init__(self) -> None:
        self.roads = Roads(self.method).build()
        for (state, _), several in self.roads.nearest.items():
            self._in_state.setdefault(state, []).extend(several)
        for several in self._in_state.values():
            several.sort(key=lambda road: len(road.history))

    def answers(self) -> Iterator[tuple[str, DecisiveStory | None]]:
        """Yield what can be asked, each with its story; None where it is never asked alone."""
        asked = [question for question in questions(self.method) if self.could_be(question)]
        told = [self.tell(question) for question in asked]
        for question, story in zip(asked, told, strict=True):
            # What was learned on the way may help those that could not be told at first.
            about = _about(question.trigger, question.outcome, question.about)
            yield about, story or self.tell_otherwise(question)
        yield from self.beyond_facts()
        yield from self.recorders()

    def could_be(self, question: Question) -> bool:
        """Return whether some case stands where a question can be asked."""
        return any(question.fits(r.case.facts) for r in self._in_state.get(question.state, ()))

    # -- what facts and states decide -----------------------------------------------------------

    def tell(self, question: Question) -> DecisiveStory | None:
        """Return the shortest story that asks a question; None where it is never asked alone."""
        several = self._hopeful(question, CANDIDATES)
        for ask in (self._asked, self._prepared):
            for road in several:
                told = ask(road, question)
                if told is not None:
                    return told
                if ask == self._prepared and question.answer != "taken":
                    break
        return None

    def tell_otherwise(self, question: Question) -> DecisiveStory | None:
        """
        Return a story on a road less near, or on which something was done earlier.

        None where that fails too.
        """
        several = self._hopeful(question, MORE_CANDIDATES)
        for road in several[CANDIDATES:]:
            told = self._asked(road, question)
            if told is not None:
                return told
        for road in several[:CANDIDATES]:
            for longer in self.roads.detours(road, question.trigger, question.outcome):
                told = self._asked(longer, question)
                if told is not None:
                    return told
        return None

    def _hopeful(self, question: Question, at_most: int) -> list[Road]:
        """Return roads after which a question fits, where the least is in its way first."""
        trigger, outcome, state = question.trigger, question.outcome, question.state
        ordered = self._ordered.get((trigger, outcome, state))
        if ordered is None:
            beyond = compiled(self.method).events[trigger].paths[outcome].beyond
            ordered = sorted(
                self._in_state.get(state, ()), key=lambda road: self._in_the_way(road, beyond)
            )
            self._ordered[trigger, outcome, state] = ordered
        by_facts = self._sees_facts(trigger, outcome)
        return self._differing(ordered, question.fits, at_most=at_most, by_facts=by_facts)

    def _in_the_way(self, road: Road, beyond: Iterable[Requirement]) -> int:
        """Return how much of what an act asks beyond facts neither evidence nor time can bring."""
        asked = Asked(self.method, road.case, None, road.case.updated_at, SAM)
        return sum("time" not in each.reads and not could_be_met(each, asked) for each in beyond)

    def _differing(
        self,
        roads: Iterable[Road],
        fits: Callable[[frozenset[str]], bool],
        *,
        at_most: int = CANDIDATES,
        by_facts: bool = False,
    ) -> list[Road]:
        """Return those of some roads that end with facts that fit, each with another ledger."""
        found: dict[object, Road] = {}
        for road in roads:
            kind = (road.traits, road.case.facts if by_facts else None)
            if kind not in found and fits(road.case.facts):
                found[kind] = road
                if len(found) == at_most:
                    break
        return list(found.values())

    def _sees_facts(self, trigger: str, outcome: str | None) -> bool:
        """Return whether something that is no fact by itself hangs on facts, too."""
        needs = self.method.requirements(self.method.rule(trigger), outcome)
        return any(need.fact is None and "facts" in need.reads for need in needs)

    def _asked(self, road: Road, question: Question) -> DecisiveStory | None:
        trigger, outcome = question.trigger, question.outcome
        if question.answer == "taken":
            entry = self.roads.entry(road.case, trigger, outcome)
            return None if entry is None else self._taken(road, question, entry)
        wanted = {question.lacking or "not_now"}
        for act in self.roads.acts(road.case, trigger, outcome):
            for wait in (timedelta(0), LONG):
                at = road.case.updated_at + wait
                answer = attempt(self.method, road.case, act, at=at)
                if isinstance(answer, Entry):
                    return self._taken(road, question, answer) if question.answer == "any" else None
                if {unmet.code for unmet in answer.unmet} == wanted:
                    about = _about(trigger, outcome, question.about)
                    return _ending(road, about, act, answer, at=at)
        return None

    def _prepared(self, road: Road, question: Question) -> DecisiveStory | None:
        trigger, outcome = question.trigger, question.outcome
        if question.answer == "taken":
            for longer, entry in self.roads.prepared(road, trigger, outcome):
                return self._taken(longer, question, entry)
            return None
        for longer in self.roads.preparations(road, trigger, outcome):
            told = self._asked(longer, question)
            if told is not None:
                return told
        return None

    def _taken(self, road: Road, question: Question, entry: Entry) -> DecisiveStory:
        about = _about(question.trigger, question.outcome, question.about)
        told = DecisiveStory(about, road.history, entry.act, entry.at, entry.by, entry)
        self._first.setdefault(question.trigger, told)
        self._possible.setdefault((question.trigger, question.outcome), []).append(road)
        return told

    # -- what evidence, ledger, time and authority decide ---------------------------------------

    def beyond_facts(self) -> Iterator[tuple[str, DecisiveStory | None]]:
        """
        Yield a story for each thing beyond facts that an act needs, or that is recommended.

        What it needs lacks alone; what is recommended is warned of.
        """
        for event in compiled(self.method).acts.values():
            for outcome, path in event.leading.items():
                asked = [*path.beyond, *(advice for advice in path.advice if advice.fact is None)]
                several = self._leading(event, outcome, path) if asked else []
                for requirement in asked:
                    about = _about(event.name, outcome, _without(requirement))
                    yield about, self._without(several, event.name, outcome, requirement)

    def _leading(self, event: AskingEvent, outcome: str | None, path: Path) -> list[Road]:
        """Return roads after which facts and state let an act have an outcome."""
        found = list(self._possible.get((event.name, outcome), ()))
        for state, transitions in event.transitions.items():
            leading = [t.given for t in transitions if outcome in t.moves]
            found += self._differing(
                self._in_state.get(state, ()),
                lambda facts, leading=leading: (  # type: ignore[misc]
                    path.facts <= facts and any(given <= facts for given in leading)
                ),
                by_facts=self._sees_facts(event.name, outcome),
            )
        return found

    def _without(
        self, several: list[Road], trigger: str, outcome: str | None, requirement: Requirement
    ) -> DecisiveStory | None:
        for road in several:
            told = self._lacking(road, trigger, outcome, requirement)
            if told is not None:
                return told
        for longer in chain(
            self._once_more(several, trigger, outcome),
            *(self.roads.preparations(road, trigger, outcome) for road in several[:1]),
            self._remarked(several[:1], requirement),
        ):
            told = self._lacking(longer, trigger, outcome, requirement)
            if told is not None:
                return told
        return None

    def _once_more(self, several: list[Road], trigger: str, outcome: str | None) -> Iterator[Road]:
        """Yield roads on which an act was just done: what it takes up is no longer there."""
        for road in several:
            entry = self.roads.entry(road.case, trigger, outcome)
            if entry is not None:
                yield road.on(entry)

    def _remarked(self, several: list[Road], requirement: Requirement) -> Iterator[Road]:
        """Yield roads on which something more was noted that leads nowhere."""
        for road in several if {"ledger", "evidence"} <= requirement.reads else ():
            for trigger in self.method.triggers:
                for acts in plain_acts(self.method, trigger, road.case).values():
                    for act in islice(varied(acts), REMARKS):
                        answer = attempt(self.method, road.case, act)
                        if isinstance(answer, Entry) and answer.move.target == road.case.state:
                            yield from self._as_before(road, road.on(answer))

    def _as_before(self, road: Road, remarked: Road) -> Iterator[Road]:
        """Yield a road after a remark, and that on which what the remark has undone is redone."""
        yield remarked
        if configuration(remarked.case) != configuration(road.case):
            for entry in road.history[:0:-1][:REDONE]:
                again = self.roads.again(remarked, entry)
                if again is not None and configuration(again.case) == configuration(road.case):
                    yield again

    def _lacking(
        self, road: Road, trigger: str, outcome: str | None, requirement: Requirement
    ) -> DecisiveStory | None:
        for act in self.roads.acts(road.case, trigger, outcome):
            for said in self._said_badly(act, requirement):
                for by in _people(said):
                    for wait in (
                        (timedelta(0), LONG) if "time" in requirement.reads else (timedelta(0),)
                    ):
                        at = road.case.updated_at + wait
                        answer = attempt(self.method, road.case, said, at=at, by=by)
                        if _lacks(answer, requirement):
                            about = _about(trigger, outcome, _without(requirement))
                            return _ending(road, about, said, answer, at=at, by=by)
        return None

    def _said_badly(self, act: Act, requirement: Requirement) -> Iterator[Act]:
        """Yield an act, also in words that a rule forbids, or that anybody could have said."""
        rule = next((r for r in self.method.language if r.code == requirement.code), None)
        fields = [name for name in act.spec.said if getattr(act, name) is not None]
        if rule is None or not fields:
            yield act
            plain = fields if "evidence" in requirement.reads else []
            yield from self._saying(act, ((name, said) for name in plain for said in ANYBODYS))
            return
        yield from self._saying(act, ((fields[0], f"Well, {p} it is") for p in rule.phrases))

    def _saying(self, act: Act, words: Iterable[tuple[str, str]]) -> Iterator[Act]:
        """Yield an act with other words in a field, where that makes one."""
        for name, said in words:
            try:
                yield attrs.evolve(act, **{name: said})  # type: ignore[misc]
            except EvidenceError:
                continue  # such as the lines of a plan, which are no text

    # -- who records ----------------------------------------------------------------------------

    def recorders(self) -> Iterator[tuple[str, DecisiveStory | None]]:
        """Yield for each act that not everybody can record a story in which the wrong one does."""
        for event in compiled(self.method).acts.values():
            strangers = [a for a in (ANA, ROBO, SAM) if a.kind not in event.recorded_by]
            told = self._first.get(event.name)
            if strangers and told is not None:
                by = strangers[0]
                answer = attempt(self.method, told.case, told.act, at=told.at, by=by)
                about = f"{event.name}: it is not {by.id}'s to record"
                road = Road(told.case, told.history)
                yield about, _ending(road, about, told.act, answer, at=told.at, by=by)


def _without(requirement: Requirement) -> str:
    if requirement.should:
        return f"it is possible, and warned of, without {requirement.code}"
    return f"nothing but {requirement.code} lacks"


def _lacks(answer: Entry | Refused, requirement: Requirement) -> bool:
    """Return whether an answer shows that something lacks: it alone, where it has to be there."""
    if isinstance(answer, Entry):
        return requirement.should and requirement.code in {w.code for w in answer.warnings}
    return not requirement.should and {u.code for u in answer.unmet} == {requirement.code}


def _ending(
    road: Road,
    about: str,
    act: Act,
    answer: Entry | Refused,
    *,
    at: datetime,
    by: Actor | None = None,
) -> DecisiveStory:
    """Return the story of a road, and of what was answered at its end."""
    entry = answer if isinstance(answer, Entry) else None
    unmet = answer.unmet if isinstance(answer, Refused) else ()
    by = by or RECORDED_BY[act.spec.speaker]
    return DecisiveStory(
        about, road.history, act, at, by, entry, tuple([each.code for each in unmet])
    )


def _people(act: Act) -> Iterable[Actor]:
    usual = RECORDED_BY[act.spec.speaker]
    others = [a for a in (NO_LIMIT_LEFT, SAM, LEE, ROBO) if a != usual]
    return (usual, *(a for a in others if a.kind in MAY_RECORD[act.spec.speaker]))
