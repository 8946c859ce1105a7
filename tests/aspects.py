"""
What a method can come to, one aspect of the ledger at a time: more than it can, and never less.

An aspect tells ledgers apart by one thing: whether a promise is open, what the open questions are
about. It runs along with states and facts, moved by the machine's own paths and moves, and by what
the acts themselves write.

- Nothing else is known: `known` makes values that cannot be read where nothing is known, and what
  reads there anyway can come out either way. So can what is asked of evidence, time or people.
- Where something is there, it may be alone or not, and both is tried.
- Evidence is of every shape it can have.

So whatever a real case comes to is among what is reached here, and what is possible nowhere here
is never possible. As in `explore`, nothing is waived on the way.
"""

# ruff: noqa: D102
# What an aspect tells apart stands with its class.

from contextlib import suppress
from datetime import timedelta
from functools import cache
from itertools import product

import attrs
from attrs import evolve, frozen

from complaintflow import Actor, Case, Entry
from complaintflow._deadlines import Deadline
from complaintflow._engine import compiled
from complaintflow._evidence import PlanItem, Remedy
from complaintflow._ledger import EMPTY, Asked, Issue, Ledger, Plan, Promise
from complaintflow._requirements import Question
from complaintflow.errors import EvidenceError
from complaintflow.testing._attempts import RECORDED_BY, START, opened
from complaintflow.testing._shapes import PLAIN, Known, fields_of
from complaintflow.verification._system import system_of

REMINDED, DUE = START + timedelta(days=10), START + timedelta(days=30)
MOMENTS = (START, START + timedelta(days=20), START + timedelta(days=400))
"""Before a reminder, after it, and after everything is due."""

PLAINLY = {
    "text": PLAIN,
    "what": PLAIN,
    "who": "sam",
    "document": PLAIN,
    "due": DUE,
    "items": (PlanItem(what=PLAIN, who="sam", due=DUE),),
}
"""What stands where something has to, and it does not matter what."""

ANY_NUMBER = tuple((Remedy("refund"),) * many for many in range(3))
"""What is agreed to, where it is not known."""


def known(cls, **told):
    """
    Return a value of which nothing else is known: to read another field is an AttributeError.
    """
    value = object.__new__(cls)
    for name, field in told.items():
        object.__setattr__(value, name, field)
    return value


def whole(cls, **told):
    """
    Return the same as a value that can be written.
    """
    fields = {each.name for each in attrs.fields(cls)}
    return cls(**{name: value for name, value in PLAINLY.items() if name in fields} | told)


# -- aspects ------------------------------------------------------------------------------------


class Silence:
    """
    Whether the case was closed because the customer fell silent.
    """

    def of(self, ledger):
        return ledger.lapsed

    def told(self, lapsed, make, each):
        return {"lapsed": lapsed}


class Questions:
    """
    What the questions are about that wait for an answer.
    """

    def of(self, ledger):
        return frozenset(asked.about for asked in ledger.questions if asked.answer is None)

    def told(self, abouts, make, each):
        return {
            "questions": tuple(
                make(Asked, id=f"{about} {n}", about=about, answer=None)
                for about in sorted(abouts)
                for n in range(each)
            )
        }


class Issues:
    """
    Whether there is an issue that waits for its action, and one that has it.
    """

    def of(self, ledger):
        return frozenset(issue.settled for issue in ledger.issues)

    def told(self, kinds, make, each):
        return {
            "issues": tuple(
                make(Issue, id=f"{settled} {n}", settled=settled)
                for settled in sorted(kinds)
                for n in range(each)
            )
        }


class Promises:
    """
    Whether a promise is open.
    """

    def of(self, ledger):
        return bool(ledger.outstanding)

    def told(self, is_open, make, each):
        several = range(each if is_open else 0)
        return {"promises": tuple(make(Promise, id=f"p{n}", state="open") for n in several)}


SIDES = ("customer_agreed_at", "company_agreed_at")


class Agreement:
    """
    Whether there is a plan, and which side has agreed to it.
    """

    def of(self, ledger):
        plan = ledger.plan
        return plan and frozenset(side for side in SIDES if getattr(plan, side) is not None)

    def told(self, agreed, make, each):
        if agreed is None:
            return {"plan": None}
        return {"plan": make(Plan, **{side: START if side in agreed else None for side in SIDES})}


class Time:
    """
    Which deadlines run or stand still, of promises too, and whether there is a reminder to come.
    """

    def of(self, ledger):
        promised = [(p.deadline, p.breached_at) for p in ledger.outstanding]
        return frozenset(
            (d.code, d.reminded < len(d.reminders), d.paused_at is not None, breach is not None)
            for d, breach in [*((d, None) for d in ledger.deadlines), *promised]
        )

    def told(self, kinds, make, each):
        promises, deadlines = [], []
        for code, reminds, stands_still, is_breached in sorted(kinds):
            due = {"due": DUE, "reminders": (REMINDED, DUE)[: each * reminds], "reminded": 0}
            if code != "promise":
                still = START if stands_still else None
                told = {"text": PLAIN, "about": None, "paused_at": still}
                deadlines.append(make(Deadline, code=code, **due, **told))
                continue
            told = {"what": PLAIN, "state": "open", "breached_at": START if is_breached else None}
            for _ in range(each):
                promises.append(make(Promise, id=f"p{len(promises)}", **due, **told))
        return {"deadlines": tuple(deadlines), "promises": tuple(promises)}


ASPECTS = (Silence(), Questions(), Issues(), Promises(), Agreement(), Time())


# -- what they can come to ----------------------------------------------------------------------


class Agreed:
    """
    An act by which something is agreed to.
    """

    def __init__(self, remedies):
        self.remedies = remedies

    def agreed(self, ledger):
        return self.remedies


@frozen
class Chance:
    """
    An act that can be, when, and the case it can be on.
    """

    act: object
    at: object
    told: object
    """What is known of the ledger."""
    case: object
    """A case with such a ledger, and nothing else in it."""


@cache
def evidence(act_class, targets):
    """
    Return an act of every shape that its evidence can have.
    """
    fields = fields_of(act_class, targets)
    acts = []
    for shapes in product(*fields.values()):
        with suppress(EvidenceError):  # the values contradict each other
            acts.append(act_class(**{n: s.plain for n, s in zip(fields, shapes, strict=True)}))
    return acts


class Followed:
    """
    Everything that a method can come to, as far as one aspect of the ledger tells it.
    """

    def __init__(self, method, aspect, within=None):
        self.method, self.aspect = method, aspect
        self.case = opened(method)
        self.reached = {}
        """What the ledger can be, by state and facts."""
        self._can, self._after = {}, {}
        self._explore(compiled(method), within)

    def _explore(self, machine, within):
        system = system_of(self.method)
        waiting = [(system.start, 0, self.aspect.of(self.case.ledger))]
        seen = set(waiting)
        while waiting:
            node, mask, kind = waiting.pop()
            here = system.nodes[node], system.names(mask)
            if within is not None and here not in within:
                continue
            self.reached.setdefault(here, set()).add(kind)
            for arc in system.arcs[node]:
                branch = arc.taken(mask)
                if branch is not None:
                    event = machine.events[arc.trigger]
                    for after in self.after(event, branch.move, kind):
                        there = (branch.target, branch.after(mask), after)
                        if there not in seen:
                            seen.add(there)
                            waiting.append(there)

    def rules_out(self, machines, trigger, outcome, here):
        """
        Return whether an act can have an outcome under none of some machines, at a configuration.
        """
        kinds = self.reached.get((here.state, here.facts), ())
        return not any(self.can(m, trigger, outcome, kind) for kind in kinds for m in machines)

    def can(self, machine, trigger, outcome, kind):
        """
        Return whether an act can have an outcome, where the ledger is of some kind.
        """
        key = (machine, trigger, outcome, kind)
        if key not in self._can:
            ways = self._ways_of(machine.events[trigger], outcome, kind)
            self._can[key] = any(True for _ in ways)
        return self._can[key]

    def _ways_of(self, event, outcome, kind):
        """
        Yield how an act can have an outcome, where the ledger is of some kind.
        """
        beyond = event.paths[outcome].beyond
        needs = [need for need in beyond if "ledger" in need.reads]
        for each in (1, 2):
            told = known(Ledger, **self.aspect.told(kind, known, each))
            ledger = EMPTY.but(**self.aspect.told(kind, whole, each))
            case = evolve(self.case, ledger=ledger)
            moments = [at for at in MOMENTS if self._stands(beyond, told, at)]
            targets = Known(self.method, case, at_most=None).pointing(event.rule.act)
            for act in evidence(event.rule.act, targets):
                if outcome not in self._outcomes(event, act, told):
                    continue
                for at in moments:
                    asked = Question(self.method, known(Case, ledger=told), act, at, known(Actor))
                    if all(may(need.met, asked) for need in needs):
                        yield Chance(act, at, told, case)

    def _stands(self, needs, told, at):
        """
        Return whether an act can be at some time, whatever its evidence.
        """
        asked = Question(self.method, known(Case, ledger=told), None, at, known(Actor))
        return all(may(need.standing, asked) for need in needs if need.standing is not None)

    @staticmethod
    def _outcomes(event, act, told):
        try:
            return {None if event.reads is None else event.reads(act, told)}
        except AttributeError:
            return event.paths

    def after(self, event, move, kind):
        """
        Return of what kinds the ledger can be after a move by an act.
        """
        where = move.target if event.machine.limits.paused_in else None
        key = (event.name, move.outcome, move.begins_cycle, move.ends, where, kind)
        if key not in self._after:
            move = evolve(move, source=self.case.state)  # the ledger is the same wherever it is
            self._after[key] = frozenset(
                self.aspect.of(chance.case.apply(entry).ledger)
                for chance in self._ways_of(event, move.outcome, kind)
                for entry in self._entries(event, move, chance)
            )
        return self._after[key]

    def _entries(self, event, move, chance):
        """
        Yield the entries of an act, as far as they matter to the ledger.
        """
        act, at, case, machine = chance.act, chance.at, chance.case, event.machine
        by = RECORDED_BY[act.spec.speaker]
        for remedies in self._agreed(act, chance.told):
            promises = machine.promised(Question(self.method, case, Agreed(remedies), at, by))
            deadlines = None
            if event.limits and "deadlines" in vars(chance.told):
                asked = Question(self.method, case, act, at, by)
                deadlines = machine.limits.running(asked, event.limits, move, promises)
            yield Entry(case.id, case.version + 1, act, at, by, move, promises, deadlines)

    @staticmethod
    def _agreed(act, told):
        try:
            return [act.agreed(told)]
        except AttributeError:
            return ANY_NUMBER


def may(met, question):
    """
    Return whether a question can be answered with yes, as far as anything is known.
    """
    try:
        return met(question)
    except AttributeError:
        return True


def follow(method, aspects=ASPECTS):
    """
    Return what each aspect tells of a method; what one rules out the next need not look at.
    """
    found, within = [], None
    for aspect in aspects:
        followed = Followed(method, aspect, within)
        within = followed.reached.keys()
        found.append(followed)
    return found
