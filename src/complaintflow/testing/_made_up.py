"""
Made-up methods: small, valid and odd, with acts of a host's own among the library's.

They have what the documented methods have (hearing, recognition, remedies, promises, loops and
exits) in any shape the checks of a definition let pass, so that what holds for them holds for a
method nobody has thought of.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from attrs import define, evolve, field
from hypothesis import strategies as st

from complaintflow._deadlines import TimeLimit, is_never_given
from complaintflow._invariants import Invariant, Watch
from complaintflow._method import Departing, Departure, Edge, Method, Outcome, Rule, State
from complaintflow._requirements import (
    Advised,
    Fact,
    Requirement,
    approval_open,
    approver_is_another,
    approver_may,
    attempts_made,
    break_approved,
    deadline_near,
    deadline_passed,
    entry_exists,
    fills,
    may_be_waived,
    offer_in_time,
    promise_open,
    releases_are_open,
    within_authority,
)
from complaintflow._time import Within
from complaintflow.acts import (
    Accept,
    AcceptAsk,
    AcknowledgeProblem,
    Act,
    Answer,
    Approve,
    AskExpectation,
    AskQuestion,
    BreakPromise,
    Close,
    Correct,
    CustomerReplied,
    DeadlineNear,
    DeadlinePassed,
    Empathize,
    FollowUp,
    KeepPromise,
    Lapse,
    Learn,
    Listen,
    NotReached,
    Offer,
    ReleasePromise,
    Reopen,
    RequestApproval,
    Waive,
    Withdraw,
)
from complaintflow.methods.common import answers
from complaintflow.testing._host_acts import (
    GiveVoucher,
    HearOut,
    LookInto,
    Nod,
    PutRight,
    SendPhoto,
    TryFix,
)

T = TypeVar("T")

HEARD, RECOGNISED, WISHED = "listened", "seen", "wished"
ON_TABLE, SETTLED = "on_table", "all_settled"


@define
class _Draft:
    """A method in the making."""

    draw: st.DrawFn
    working: list[str] = field(factory=list)
    ended: list[str] = field(factory=list)
    rules: list[Rule] = field(factory=list)
    edges: list[Edge] = field(factory=list)
    earned: list[str] = field(factory=list)
    departs: list[Departure] = field(factory=list)

    # -- drawing --------------------------------------------------------------------------------

    def maybe(self) -> bool:
        return self.draw(st.booleans())

    def some(self, of: Sequence[T], *, at_least: int = 0) -> list[T]:
        if not of:
            return []
        return self.draw(
            st.lists(st.sampled_from(of), min_size=min(at_least, len(of)), unique=True)
        )

    def one(self, of: Sequence[T]) -> T:
        return self.draw(st.sampled_from(of))

    # -- building -------------------------------------------------------------------------------

    def edge(
        self,
        sources: Iterable[str],
        trigger: str,
        target: str | None = None,
        *,
        outcome: str | None = None,
        given: Iterable[str] = (),
    ) -> None:
        """Add an edge where no earlier one hides it."""
        facts = frozenset(given)
        visible = [
            source
            for source in sources
            if not any(
                e.trigger == trigger
                and source in e.sources
                and e.outcome in (None, outcome)
                and e.given <= facts
                for e in self.edges
            )
        ]
        if visible:
            self.edges.append(Edge(visible, trigger, target, outcome=outcome, given=facts))

    def always(self, *rules: Rule, sources: Iterable[str]) -> None:
        """Add rules of acts that are possible in some states, and leave them as they are."""
        for rule in rules:
            self.rules.append(rule)
            self.edge(sources, rule.trigger)

    def needs(self) -> list[str | Requirement | Advised]:
        facts = self.some(self.earned)
        return [Advised(fact) if self.draw(st.integers(0, 3)) == 0 else fact for fact in facts]


@st.composite
def methods(draw: st.DrawFn) -> Method:
    """
    Return small methods that pass every check of a definition, with a host's own acts in them.

    A working state can always be left, by withdrawal; nothing else is promised: acts may never be
    possible, facts never be needed, and the charter may be departed from, as far as methods can.
    """
    draft = _Draft(draw)
    draft.working = [f"stage_{n}" for n in range(1, draw(st.integers(1, 4)) + 1)]
    draft.ended = ["closed", "withdrawn", "lapsed"]
    spare = [f"spare_{n}" for n in range(1, draw(st.integers(0, 3)) + 1)]
    movers = _conversation(draft, spare)
    remedies = _remedies(draft)
    _promises(draft)
    _road(draft, [*movers, *remedies])
    waiting = draft.some(draft.working)
    _ending(draft, waiting)
    limits = _limits(draft, waiting)
    parts: list[Rule | Outcome] = []
    for rule in draft.rules:
        parts += [rule, *rule.outcomes]
    facts = {fact for part in parts for fact in part.establishes | part.clears}
    can_be_waived = [*sorted(facts - {HEARD, RECOGNISED, ON_TABLE, SETTLED}), "within_authority"]
    codes = {n.code for r in draft.rules for n in r.needs if isinstance(n, Requirement)}
    return Method(
        name="made_up",
        version=draw(st.sampled_from(["1", "2"])),
        title="Made up",
        initial=draft.working[0],
        states=[
            *(
                State(name, "something is to be done", waits_for=_turn(name in waiting))
                for name in draft.working
            ),
            *(
                State(name, "it is over", final=True, waits_for="nobody")
                for name in _reached(draft)
            ),
        ],
        facts=[Fact(name, f"{name} is missing for {{customer}}") for name in sorted(facts)],
        rules=draft.rules,
        edges=draft.edges,
        waivable=draft.some([c for c in can_be_waived if c in facts | codes]),
        departs=draft.departs,
        limits=limits,
        invariants=_stated(draft),
        promises_within=Within(draw(st.integers(1, 30)), draw(st.sampled_from(["days", "hours"]))),
        promise_reminders=[Within(n, "days") for n in draft.some([1, 7])],
        settings={"drawn": draw(st.integers(0, 9))},
    )


def _turn(waits: bool) -> Any:  # noqa: FBT001
    return "customer" if waits else "agent"


def _reached(draft: _Draft) -> list[str]:
    targets = {edge.target for edge in draft.edges}
    return [name for name in draft.ended if name in targets]


def _conversation(draft: _Draft, spare: list[str]) -> list[Rule]:
    """Draw hearing, recognition, wishes and other steps, each with what it establishes."""
    rules = []
    hearings: list[type[Act]] = [Listen, HearOut]
    for heard in draft.some(hearings, at_least=1):
        outcome = heard.spec.hearing or ""
        rules.append(Rule(heard, outcomes=[Outcome(outcome, establishes=HEARD)]))
    rules += [
        Rule(seen, draft.some([HEARD]), establishes=RECOGNISED)
        for seen in draft.some([AcknowledgeProblem, Empathize, Nod], at_least=1)
    ]
    draft.earned += [HEARD, RECOGNISED]
    if draft.maybe():
        told = [
            Outcome("answered", establishes=WISHED),
            Outcome("unknown", establishes=WISHED),
        ]
        rules.append(Rule(AskExpectation, draft.some(draft.earned), outcomes=told))
        draft.earned.append(WISHED)
        if draft.maybe():
            later = [
                Outcome("expectation", establishes=WISHED),
                Outcome("no_expectation", establishes=WISHED),
            ]
            rules.append(answers(*later))
    steps = draft.some([LookInto, TryFix, SendPhoto, Learn, AskQuestion, FollowUp])
    for step in steps:
        rules.append(_step(draft, step, spare))
        draft.earned += [f for f in _established(rules[-1]) if f not in draft.earned]
    draft.rules += rules
    return rules


def _established(rule: Rule) -> list[str]:
    parts: list[Rule | Outcome] = [rule, *rule.outcomes]
    return sorted({f for part in parts for f in part.establishes})


def _step(draft: _Draft, step: type[Act], spare: list[str]) -> Rule:
    outcomes = []
    for name in draft.some(list(step.spec.outcomes)):
        establishes = draft.some(spare)
        clears = [f for f in draft.some([*spare, HEARD, RECOGNISED]) if f not in establishes]
        needs = draft.needs()
        outcomes.append(
            Outcome(name, needs, establishes, clears, begins_cycle=draft.draw(_seldom()))
        )
    establishes = draft.some(spare)
    clears = [f for f in draft.some(spare) if f not in establishes]
    return Rule(
        step,
        draft.needs(),
        establishes=establishes,
        clears=clears,
        outcomes=outcomes,
        in_way=draft.draw(st.integers(0, 5)) > 0,
    )


def _seldom() -> st.SearchStrategy[bool]:
    return st.integers(0, 7).map(lambda n: n == 7)  # noqa: PLR2004


def _remedies(draft: _Draft) -> list[Rule]:
    """Draw acts that give or promise remedies; some depart from the charter, and say so."""
    remedies: list[type[Act]] = [Offer, AcceptAsk, GiveVoucher, PutRight]
    given = draft.some(remedies)
    lacking: dict[type[Act], set[str]] = {one: set() for one in given}
    guards: list[tuple[Departing, str]] = [("I1", HEARD), ("I2", RECOGNISED)]
    if WISHED in draft.earned:
        guards.append(("I3", WISHED))
    for invariant, fact in guards:
        departs: bool = draft.draw(_seldom())
        if given and departs:
            draft.departs.append(Departure(invariant, "to see what happens"))
            for one in draft.some(given, at_least=1):
                lacking[one].add(fact)
    takes = Offer in given and draft.maybe()
    rules = []
    for one in given:
        needs: list[Any] = [fact for _, fact in guards if fact not in lacking[one]]
        needs += [need for need in draft.needs() if need not in (HEARD, RECOGNISED, WISHED)]
        needs += [within_authority()] if draft.maybe() else []
        promises = one in (AcceptAsk, PutRight)
        offers = one is Offer and takes
        rules.append(
            Rule(
                one,
                needs,
                establishes=[ON_TABLE] if offers else [],
                clears=[SETTLED] if promises else [],
            )
        )
    if takes:
        rules.append(Rule(Accept, [ON_TABLE, offer_in_time()], clears=[ON_TABLE, SETTLED]))
    draft.rules += rules
    return rules


def _promises(draft: _Draft) -> None:
    """Add what promises and limits need, where an act makes promises or asks for authority."""
    everywhere = [*draft.working, *draft.ended]
    promising = [rule.trigger for rule in draft.rules if rule.act.agreed is not Act.agreed]
    if promising or any(isinstance(n, Requirement) for r in draft.rules for n in r.needs):
        draft.always(
            Rule(RequestApproval),
            Rule(Approve, [approval_open(), approver_is_another(), approver_may()], in_way=False),
            sources=everywhere,
        )
    if not promising:
        return
    settled = [Outcome("settled", establishes=SETTLED)]
    # The library's requirement knows the library's acts alone.
    is_open = evolve(promise_open(), satisfied_by=promising)
    draft.always(
        Rule(KeepPromise, [is_open], outcomes=settled),
        Rule(ReleasePromise, [is_open], outcomes=settled, in_way=False),
        Rule(BreakPromise, [is_open, break_approved()], outcomes=settled, in_way=False),
        sources=everywhere,
    )
    draft.earned.append(SETTLED)


def _outcomes_of(rule: Rule) -> list[str | None]:
    """Return the outcomes that an edge may ask for; an answer only those it has a rule for."""
    if rule.act is Answer:
        return [None, *(outcome.name for outcome in rule.outcomes)]
    return [None, *rule.act.spec.outcomes]


def _road(draft: _Draft, movers: list[Rule]) -> None:
    """Draw edges: a road through every stage, and others here and there."""
    for mover in movers:
        for again in (o.name for o in mover.outcomes if o.begins_cycle):
            draft.edge(draft.working, mover.trigger, draft.working[0], outcome=again)
    for here, onward in zip(draft.working, draft.working[1:], strict=False):
        mover = draft.one(movers)
        # Where the road is hidden by an edge that is there already, that edge is made to lead on.
        outcome = draft.one(_outcomes_of(mover))
        draft.edge([here], mover.trigger, onward, outcome=outcome)
        if not any(here in e.sources and e.target == onward for e in draft.edges):
            draft.edge([here], "not_reached", onward)
    for mover in movers:
        if draft.maybe():
            draft.edge(
                draft.some(draft.working),
                mover.trigger,
                draft.one([None, *draft.working]),
                outcome=draft.one(_outcomes_of(mover)),
                given=draft.some(draft.earned),
            )
        draft.edge(draft.some(draft.working, at_least=1), mover.trigger)
    for mover in movers:
        if not any(edge.trigger == mover.trigger for edge in draft.edges):
            draft.edge(draft.working, mover.trigger)


def _ending(draft: _Draft, waiting: list[str]) -> None:
    """Add the exits that the charter asks for, and a close and a reopening."""
    everywhere = [*draft.working, *draft.ended]
    promising = any(rule.act.agreed is not Act.agreed for rule in draft.rules)
    if promising or draft.maybe():
        needs = [SETTLED] if promising else []
        others = [need for need in draft.needs() if need != SETTLED]
        retained = fills("retained", code="retained", text="does {customer} stay?", cites="x")
        more: list[Requirement | Advised] = [Advised(retained), attempts_made(1)]
        draft.rules.append(Rule(Close, [*needs, *others, *draft.some(more)]))
        draft.edge(draft.some(draft.working, at_least=1), "close", "closed")
    draft.rules.append(Rule(Withdraw, [releases_are_open()], in_way=False))
    draft.edge(draft.working, "withdraw", "withdrawn")
    draft.rules.append(Rule(NotReached, in_way=False))
    draft.edge(draft.working, "not_reached")
    if waiting:
        lapse = Rule(Lapse, [attempts_made(draft.draw(st.integers(1, 3)))], in_way=False)
        draft.rules.append(lapse)
        draft.edge(waiting, "lapse", "lapsed")
        if draft.maybe():
            back = [Outcome("after_silence", begins_cycle=True)]
            draft.rules.append(Rule(CustomerReplied, outcomes=back, in_way=False))
            first = draft.working[0]
            draft.edge(["lapsed"], "customer_replied", first, outcome="after_silence")
            draft.edge(draft.working, "customer_replied", outcome="word")
    ended = _reached(draft)
    draft.edges = [
        Edge(
            [s for s in e.sources if s in (*draft.working, *ended)],
            e.trigger,
            e.target,
            outcome=e.outcome,
            given=e.given,
        )
        for e in draft.edges
    ]
    if draft.maybe():
        draft.rules.append(Rule(Reopen, begins_cycle=True))
        draft.edge(draft.some(ended, at_least=1), "reopen", draft.working[0])
    everywhere = [*draft.working, *ended]
    draft.always(
        Rule(Waive, [may_be_waived()], in_way=False),
        Rule(Correct, [entry_exists()], in_way=False),
        Rule(DeadlineNear, [deadline_near()], in_way=False),
        Rule(DeadlinePassed, [deadline_passed()], in_way=False),
        sources=everywhere,
    )


def _stated(draft: _Draft) -> list[Invariant]:
    """Draw sentences about the order of acts; some are watched, and none is sure to be kept."""
    triggers = sorted({edge.trigger for edge in draft.edges})
    made: list[Invariant] = []
    for template in draft.some(["precedence", "response", "at_most_one"]):
        first, second = draft.one(triggers), draft.one(triggers)
        others = () if template == "at_most_one" else second
        watch: Watch | None = draft.one([None, "warn"])
        within = Within(3) if template == "response" and watch else None
        code = f"stated_{template}"
        made.append(
            Invariant(code, "it is so", template, first, others, within=within, watch=watch)
        )
    return made


def _limits(draft: _Draft, waiting: list[str]) -> list[TimeLimit]:
    if not draft.maybe():
        return []
    triggers = ["open", *(rule.trigger for rule in draft.rules)]
    ends = draft.some(triggers)
    within = Within(draft.draw(st.integers(1, 60)), draft.one(["days", "hours", "business_days"]))
    before = [Within(n, "days") for n in draft.some([1, 7, 30])]
    return [
        TimeLimit(
            "in_time",
            "it was not done in time",
            within,
            starts=draft.some(triggers, at_least=1),
            ends=ends,
            recurs=bool(ends) and draft.maybe(),
            pausable=bool(waiting) and draft.maybe(),
            reminders=[each for each in before if not is_never_given(each, within)],
        )
    ]
