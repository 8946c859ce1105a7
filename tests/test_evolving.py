"""
Methods change while complaints are open: a case is moved on purpose, and nothing is made up.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from contextlib import closing

import pytest
from attrs import evolve
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from complaintflow import (
    Actor,
    AsyncDesk,
    Case,
    Conflict,
    Desk,
    EvidenceError,
    KeyReused,
    MethodError,
    Migration,
    Refused,
    Rule,
    TimeLimit,
    UnknownCase,
    UnknownMethod,
    Within,
    documents,
)
from complaintflow._engine import compiled
from complaintflow._engine._reached import reached
from complaintflow.acts import Apologize, Assure, ChangeMethod, KeepPromise, NoteMood, Waive
from complaintflow.adapters.memory import AsyncMemoryStore, MemoryStore
from complaintflow.adapters.sqlite import SqliteStore
from complaintflow.cli import app
from complaintflow.cli._methods import every_method
from complaintflow.errors import MappingError
from complaintflow.invariants import precedence
from complaintflow.methods import seven_as, six_steps
from complaintflow.testing import FrozenClock, histories, methods
from complaintflow.verification._exploring import Configuration, explore

from .conftest import ACKNOWLEDGE, ASK, CLOSE, EMPATHIZE, LISTEN, MONDAY, OFFER, ROADS
from .test_desk import LEAN

SIX = six_steps()
SECOND = evolve(SIX, version="2")
"""The six steps, with nothing changed but the version."""

FOLLOWED = six_steps(sixth="follow_up")
STRICT = six_steps(strict=True)
TIMED = six_steps(first_response=Within(2, "hours"))
AGAIN = evolve(TIMED, version="2")


def renamed(method, was, now):
    """
    Return a method in which a fact has another name.
    """

    def named(facts):
        return frozenset(now if fact == was else fact for fact in facts)

    def needs(given):
        return tuple(now if need == was else need for need in given)

    def outcome(each):
        return evolve(
            each,
            needs=needs(each.needs),
            establishes=named(each.establishes),
            clears=named(each.clears),
        )

    return evolve(
        method,
        version="2",
        facts=[evolve(f, name=now) if f.name == was else f for f in method.facts],
        rules=[
            evolve(
                rule,
                needs=needs(rule.needs),
                establishes=named(rule.establishes),
                clears=named(rule.clears),
                outcomes=[outcome(each) for each in rule.outcomes],
            )
            for rule in method.rules
        ],
        edges=[evolve(edge, given=named(edge.given)) for edge in method.edges],
        waivable=named(method.waivable),
        language=(),
        invariants=(),
        accepted=(),
    )


@pytest.fixture
def store():
    """
    Return a store that several desks of a test share.
    """
    return MemoryStore()


@pytest.fixture
def clock():
    """
    Return a clock that stands still.
    """
    return FrozenClock(MONDAY)


@pytest.fixture
def desk_with(store, clock):
    """
    Return a function that makes a desk with some methods.
    """

    def made(*methods, **options):
        return Desk(*methods, store=store, clock=clock, **options)

    return made


def tell(desk, case_id, *acts, method=None):
    """
    Open a case and record acts on it, and return it.
    """
    case = desk.open(
        case_id, customer="ana", complaint="It arrived broken", by="sam", method=method
    )
    for act in acts:
        case = desk.record(case_id, act, by="ana" if act.spec.speaker == "customer" else "sam")
    return case


def moved(desk, migration, case_id="t-1", **options):
    """
    Move a case.
    """
    return desk.move(case_id, migration, reason="a new version", by="sam", **options)


def reasons(desk, migration, case_id="t-1", by="sam"):
    """
    Return the codes of why a case cannot be moved; it must stay as it was.
    """
    before = desk.get(case_id), desk.history(case_id)
    with pytest.raises(Refused) as no:
        desk.move(case_id, migration, reason="a new version", by=by)

    assert before == (desk.get(case_id), desk.history(case_id))
    return [unmet.code for unmet in no.value.unmet]


# -- several versions on one desk ---------------------------------------------------------------


def test_a_desk_serves_each_case_by_the_version_it_was_opened_under(desk_with):
    """
    What was promised to a customer does not change because the next one is promised something else.
    """
    tell(desk_with(SIX), "old")
    desk = desk_with(SECOND, SIX)
    tell(desk, "new")

    assert {"old": SIX.pin, "new": SECOND.pin} == {c.id: c.pin for c in desk.cases()}
    assert SIX == desk.method_of("old")
    assert SECOND == desk.method_of("new")


@pytest.mark.parametrize("other", [SECOND, FOLLOWED, seven_as()], ids=str)
def test_a_case_is_bound_to_name_version_and_settings(desk_with, other):
    """
    A desk that lacks any of the three does not guess.
    """
    tell(desk_with(SIX), "t-1")

    with pytest.raises(UnknownMethod):
        desk_with(other).record("t-1", LISTEN, by="sam")


# -- moving one case ----------------------------------------------------------------------------


@pytest.mark.parametrize("state", ROADS)
def test_a_case_goes_to_a_version_in_which_nothing_has_changed_as_it_is(desk_with, state):
    """
    In whatever state it is; everything but what it is bound to stays.
    """
    desk = desk_with(SECOND, SIX)
    before = tell(desk_with(SIX), "t-1", *ROADS[state])
    case = moved(desk, Migration(SIX, SECOND))

    assert state == before.state == case.state
    assert SECOND.pin == case.pin
    assert (before.facts, before.ledger, before.cycle) == (case.facts, case.ledger, case.cycle)
    assert (before.version + 1, before.is_closed) == (case.version, case.is_closed)
    assert case == desk.get("t-1")


def test_a_moved_case_goes_on_under_its_new_method(desk_with):
    """
    What comes next is decided by it, and by it alone.
    """
    desk = desk_with(FOLLOWED, SIX)
    tell(desk_with(SIX), "t-1", *ROADS["agreed"], KeepPromise("p1"))
    desk.record("t-1", NoteMood("calm"), by="sam")
    moved(desk, Migration(SIX, FOLLOWED, facts={"lesson_recorded": None}))

    with pytest.raises(Refused) as no:
        desk.record("t-1", CLOSE, by="sam")
    assert ["followed_up"] == [unmet.code for unmet in no.value.unmet]


def test_the_move_is_an_entry_that_says_what_became_of_the_case(desk_with):
    """
    Whoever reads the history sees when the rules changed, who did it and why.
    """
    desk = desk_with(SECOND, SIX)
    tell(desk_with(SIX), "t-1", LISTEN)
    moved(desk, Migration(SIX, SECOND), key="move-1")

    entry = desk.history("t-1")[-1]
    assert ChangeMethod("a new version", SECOND.pin) == entry.act
    assert (SECOND.pin, "sam", "heard") == (entry.bound_to, entry.by.id, entry.state)


def test_the_history_replays_to_the_case_and_its_chain_goes_on(desk_with):
    """
    Evidence of the time before is worth as much afterwards.
    """
    desk = desk_with(SECOND, SIX)
    tell(desk_with(SIX), "t-1", LISTEN, ACKNOWLEDGE)
    head = desk.head("t-1")
    case = moved(desk, Migration(SIX, SECOND))
    case = desk.record("t-1", EMPATHIZE, by="sam")

    assert case == Case.replay(desk.history("t-1"))
    assert desk.verify("t-1", head=head).is_whole
    assert desk.verify("t-1", head=desk.head("t-1")).is_whole


def test_moving_twice_with_one_key_moves_once(desk_with):
    """
    A script that is run again after a crash does no harm.
    """
    desk = desk_with(SECOND, SIX)
    tell(desk_with(SIX), "t-1", LISTEN)
    first = moved(desk, Migration(SIX, SECOND), key="move-1")

    assert first == moved(desk, Migration(SIX, SECOND), key="move-1")
    with pytest.raises(KeyReused):
        desk.move("t-1", Migration(SIX, SECOND), reason="another", by="sam", key="move-1")
    with pytest.raises(UnknownMethod):
        moved(desk, Migration(SIX, SECOND))


def test_a_key_is_known_again_where_facts_were_renamed(desk_with):
    """
    What became of its facts is how it came out, not what was asked.
    """
    other = renamed(SIX, "heard", "listened_to")
    desk = desk_with(other, SIX)
    tell(desk_with(SIX), "t-1", LISTEN)
    migration = Migration(SIX, other, facts={"heard": "listened_to"})
    case = moved(desk, migration, key="move-1")

    assert {"listened_to"} == case.facts
    assert case == moved(desk, migration, key="move-1")


def test_a_move_decided_on_an_old_version_is_a_conflict(desk_with):
    """
    Somebody acted in between, and that may matter.
    """
    desk = desk_with(SECOND, SIX)
    tell(desk_with(SIX), "t-1", LISTEN)

    with pytest.raises(Conflict):
        moved(desk, Migration(SIX, SECOND), version=1)
    with pytest.raises(UnknownCase):
        moved(desk, Migration(SIX, SECOND), "t-2")


def test_it_is_told_to_observers_and_refusals_are_told_too(desk_with):
    """
    It is a step like any other.
    """
    seen, refused = [], []
    desk = desk_with(
        STRICT,
        SIX,
        observers=[lambda case, entry: seen.append(entry.trigger)],
        on_refused=lambda case, act, no: refused.append((act.trigger, no.unmet[0].code)),
    )
    tell(desk_with(SIX), "t-1", LISTEN)
    tell(desk_with(SIX), "t-2", LISTEN, ACKNOWLEDGE, EMPATHIZE)
    moved(desk, Migration(SIX, STRICT))
    with pytest.raises(Refused):
        moved(desk, Migration(SIX, STRICT), "t-2")

    assert ["change_method"] == seen
    assert [("change_method", "out_of_place")] == refused


def test_an_erasure_after_it_takes_the_words_and_leaves_the_move(desk_with):
    """
    What a case is bound to is nobody's secret; why it was moved may name somebody.
    """
    desk = desk_with(SECOND, SIX)
    tell(desk_with(SIX), "t-1", LISTEN)
    moved(desk, Migration(SIX, SECOND))
    case = desk.erase("t-1", reason="asked", by="sam")

    assert SECOND.pin == case.pin
    assert case == Case.replay(desk.history("t-1"))
    assert desk.verify("t-1").is_whole
    assert "[erased]" == desk.history("t-1")[2].act.reason


def test_it_is_no_act_that_a_host_records(desk_with):
    """
    There is one way to it, and it is checked.
    """
    desk = desk_with(SECOND, SIX)
    tell(desk_with(SIX), "t-1")

    with pytest.raises(Exception, match="change_method"):
        desk.record("t-1", ChangeMethod("because", SECOND.pin), by="sam")
    with pytest.raises(MethodError, match="change_method"):
        evolve(SIX, rules=(*SIX.rules, Rule(ChangeMethod)))


# -- nothing is made up -------------------------------------------------------------------------


def test_what_the_target_demands_on_the_way_must_have_been_done(desk_with):
    """
    The strict method apologizes before it empathizes; a case that did not is no strict case.
    """
    desk = desk_with(STRICT, SIX)
    tell(desk_with(SIX), "t-1", LISTEN, ACKNOWLEDGE, EMPATHIZE)

    with pytest.raises(Refused) as no:
        moved(desk, Migration(SIX, STRICT))
    assert (
        f"no case of {STRICT.pin} comes to be empathized without the facts apologized, "
        "process_promised; name an earlier state for it, states={'empathized': ...}"
    ) in str(no.value)


def test_a_fact_that_comes_too_early_is_told_with_how_to_drop_it(desk_with):
    """
    Facts have the names of states, so it says that it speaks of facts; and of the source's names.
    """
    desk = desk_with(STRICT, SIX)
    tell(desk_with(SIX), "t-1", LISTEN, ACKNOWLEDGE, EMPATHIZE)
    back = {"states": {"empathized": "acknowledged"}}

    with pytest.raises(Refused) as no:
        moved(desk, Migration(SIX, STRICT, **back))
    assert (
        f"no case of {STRICT.pin} comes to be acknowledged with the fact empathy_shown; "
        "drop it with facts={'empathy_shown': None}"
    ) in str(no.value)
    assert moved(desk, Migration(SIX, STRICT, **back, facts={"empathy_shown": None}))


def test_it_can_go_back_to_where_that_is_done(desk_with):
    """
    An honest mapping says: from there it goes on, and what was skipped comes now.
    """
    desk = desk_with(STRICT, SIX)
    tell(desk_with(SIX), "t-1", LISTEN, ACKNOWLEDGE, EMPATHIZE)
    back = Migration(
        SIX, STRICT, states={"empathized": "acknowledged"}, facts={"empathy_shown": None}
    )
    case = moved(desk, back)

    assert ("acknowledged", {"heard", "recognised"}) == (case.state, case.facts)
    with pytest.raises(Refused) as no:
        desk.record("t-1", EMPATHIZE, by="sam")
    assert {"apologized", "process_promised"} == {unmet.code for unmet in no.value.unmet}


def test_a_state_is_no_proof_of_what_leads_to_it(desk_with):
    """
    Mapping a state forward does not do what lies between.
    """
    desk = desk_with(SECOND, SIX)
    tell(desk_with(SIX), "t-1", LISTEN)

    assert ["out_of_place"] == reasons(desk, Migration(SIX, SECOND, states={"heard": "agreed"}))
    assert ["out_of_place"] == reasons(desk, Migration(SIX, SECOND, states={"heard": "closed"}))


def test_a_fact_cannot_become_one_that_another_act_earns():
    """
    Recognising the problem is not showing empathy, whatever a mapping says.
    """
    with pytest.raises(MappingError) as wrong:
        Migration(SIX, SECOND, facts={"recognised": "empathy_shown"})

    assert "fact 'recognised' is earned by acknowledge_problem" in str(wrong.value)
    assert "does not earn 'empathy_shown'" in str(wrong.value)


def test_where_a_fact_has_two_sources_the_history_tells_which_it_was(desk_with):
    """
    An assurance that counted as an apology is none in the next version; an apology is one.
    """
    both = evolve(
        SIX,
        version="0",
        rules=[
            evolve(rule, establishes=["process_promised", "apologized"])
            if rule.trigger == "assure"
            else rule
            for rule in SIX.rules
        ],
        accepted=(),
    )
    migration = Migration(both, SIX)
    sorry, assured = Apologize(words="I am sorry"), Assure(words="We will find a way")
    tell(desk_with(both), "honest", LISTEN, sorry, assured)
    tell(desk_with(both), "other", LISTEN, assured)
    desk = desk_with(SIX, both)

    assert {"heard", "apologized", "process_promised"} == moved(desk, migration, "honest").facts
    with pytest.raises(Refused, match=r"'apologized' was earned by assure, which does not earn"):
        moved(desk, migration, "other")
    dropping = Migration(both, SIX, facts={"apologized": None})
    assert {"heard", "process_promised"} == moved(desk, dropping, "other").facts


def test_what_was_done_without_must_be_allowed_there_too(desk_with):
    """
    A waiver is an exception of the method that allowed it.
    """
    none = evolve(STRICT, version="2", waivable=())
    desk = desk_with(none, STRICT)
    waived = Waive(requirement="apologized", reason="she asked us to get on with it")
    tell(desk_with(STRICT), "t-1", LISTEN, waived)

    assert ["waiver_not_allowed"] == reasons(desk, Migration(STRICT, none))


def test_what_was_done_without_is_done_without_there_too(desk_with):
    """
    It was decided for this cycle, and is not asked again.
    """
    same = evolve(STRICT, version="2")
    desk = desk_with(same, STRICT)
    waived = Waive(requirement="apologized", reason="she asked us to get on with it")
    road = (LISTEN, ACKNOWLEDGE, waived, Assure(words="We will find a fair solution"), EMPATHIZE)
    tell(desk_with(STRICT), "t-1", *road)

    assert "empathized" == moved(desk, Migration(STRICT, same)).state


def nowhere(source, target):
    """
    Return a migration that carries over next to nothing.
    """
    return Migration(
        source,
        target,
        states={s.name: None if s.final else "received" for s in source.states},
        facts={f.name: None for f in source.facts},
        limits={limit.code: None for limit in source.limits},
    )


def test_a_case_that_owes_something_goes_nowhere_where_nothing_can_be_kept(desk_with):
    """
    A promise that no act can keep would be broken by the move.
    """
    desk = desk_with(LEAN, SIX)
    tell(desk_with(SIX), "t-1", *ROADS["agreed"])
    tell(desk_with(SIX), "t-2", LISTEN)

    assert ["promise_stranded", "deadline_stranded"] == reasons(desk, nowhere(SIX, LEAN))
    assert "received" == moved(desk, nowhere(SIX, LEAN), "t-2").state


def test_where_there_is_too_much_to_look_at_nothing_is_moved(desk_with, monkeypatch):
    """
    What is not known is no yes.
    """
    from complaintflow._engine import _reached

    monkeypatch.setattr(_reached, "BOUND", 5)
    desk = desk_with(SECOND, SIX)
    tell(desk_with(SIX), "t-1", LISTEN)

    assert ["undecided"] == reasons(desk, Migration(SIX, SECOND))


def test_a_case_stays_where_the_mapping_says_so(desk_with):
    """
    Those that are nearly done may end as they began.
    """
    desk = desk_with(SECOND, SIX)
    tell(desk_with(SIX), "t-1", *ROADS["agreed"])

    assert ["stays"] == reasons(desk, Migration(SIX, SECOND, states={"agreed": None}))


def test_nobody_moves_a_case_who_may_not(desk_with):
    """
    A method is what a company has promised; not everybody changes that.
    """
    desk = desk_with(SECOND, SIX)
    tell(desk_with(SIX), "t-1", LISTEN)
    migration = Migration(SIX, SECOND)

    assert ["not_allowed"] == reasons(desk, migration, by=Actor("kim", may=["listen"]))
    assert ["not_theirs"] == reasons(desk, migration, by=Actor("ana", "customer"))
    assert ["not_allowed", "not_theirs", "out_of_place"] == reasons(
        desk,
        Migration(SIX, SECOND, states={"heard": "agreed"}),
        by=Actor("ana", "customer", may=[]),
    )
    by = Actor("lead", may=["change_method"])
    assert SECOND.pin == desk.move("t-1", migration, reason="new", by=by).pin


# -- time ---------------------------------------------------------------------------------------


def test_a_deadline_goes_on_as_it_was_promised(desk_with, clock):
    """
    A move buys no time, and costs none.
    """
    desk = desk_with(AGAIN, TIMED)
    before = tell(desk_with(TIMED), "t-1")
    clock.advance(hours=1)
    case = moved(desk, Migration(TIMED, AGAIN))

    assert before.deadlines == case.deadlines
    clock.advance(hours=2)
    assert ["deadline_passed"] == [entry.trigger for entry in desk.tick()]


def test_what_has_passed_is_recorded_before_the_move(desk_with, clock):
    """
    A breach is permanent, and is no business of the next method.
    """
    desk = desk_with(SIX, TIMED)
    tell(desk_with(TIMED), "t-1")
    clock.advance(hours=3)
    case = moved(desk, Migration(TIMED, SIX, limits={"first_response": None}))

    triggers = [entry.trigger for entry in desk.history("t-1")]
    assert ["open", "deadline_passed", "change_method"] == triggers
    assert ["first_response"] == [breach.code for breach in case.breaches]


def test_a_limit_that_the_target_does_not_have_ends_only_where_that_is_said(desk_with):
    """
    What is forgotten is told at once, and not when a deadline is missed.
    """
    with pytest.raises(MappingError, match="has no limit 'first_response'"):
        Migration(TIMED, SIX)

    desk = desk_with(SIX, TIMED)
    tell(desk_with(TIMED), "t-1")
    case = moved(desk, Migration(TIMED, SIX, limits={"first_response": None}))
    assert () == case.deadlines
    assert () == case.breaches


def test_a_limit_may_have_another_name(desk_with, clock):
    """
    The deadline is the same; what it is called is the method's.
    """
    other = evolve(
        TIMED,
        version="2",
        limits=[
            TimeLimit("reply", "nobody replied", Within(9, "days"), starts="open", ends="listen")
        ],
    )
    desk = desk_with(other, TIMED)
    [before] = tell(desk_with(TIMED), "t-1").deadlines
    [after] = moved(desk, Migration(TIMED, other, limits={"first_response": "reply"})).deadlines

    assert ("reply", "nobody replied", before.due) == (after.code, after.text, after.due)
    clock.advance(hours=3)
    assert ["reply"] == [entry.act.deadline for entry in desk.tick()]
    assert [("reply", before.due)] == [(b.code, b.due) for b in desk.get("t-1").breaches]


def pausing(version, **options):
    """
    Return the six steps with a limit that stands still while it waits for the customer.
    """
    limit = TimeLimit(
        "answer", "no answer in time", Within(10, "days"), starts="open", ends="close", **options
    )
    return evolve(SIX, version=version, limits=[limit])


def test_a_deadline_that_stands_still_runs_on_where_the_target_does_not_pause_it(desk_with, clock):
    """
    Otherwise it would stand still for ever.
    """
    old, new = pausing("1p", pausable=True), pausing("2p")
    desk = desk_with(new, old)
    tell(desk_with(old), "t-1", LISTEN, ACKNOWLEDGE, EMPATHIZE, ASK, OFFER)
    [before] = desk.get("t-1").deadlines
    assert before.paused_at is not None

    clock.advance(days=3)
    [after] = moved(desk, Migration(old, new)).deadlines
    assert after.paused_at is None
    assert 3 == (after.due - before.due).days


def test_a_deadline_stands_still_where_the_target_pauses_it(desk_with, clock):
    """
    The other way round as well; and what stands still in both has not moved.
    """
    old, new, same = pausing("1p"), pausing("2p", pausable=True), pausing("3p", pausable=True)
    desk = desk_with(new, old, same)
    tell(desk_with(old), "t-1", LISTEN, ACKNOWLEDGE, EMPATHIZE, ASK, OFFER)
    clock.advance(days=3)
    [after] = moved(desk, Migration(old, new)).deadlines
    assert clock.now() == after.paused_at

    clock.advance(days=3)
    assert (after,) == moved(desk, Migration(new, same)).deadlines


# -- invariants that are watched ----------------------------------------------------------------


def test_what_is_watched_anew_has_seen_the_history(desk_with):
    """
    An invariant that begins in the middle would miss what came before, and warn of it.
    """
    invariant = precedence(
        "empathize", "offer", code="felt_first", text="an offer before empathy", watch="refuse"
    )
    watching = evolve(SIX, version="2", invariants=(*SIX.invariants, invariant))
    desk = desk_with(watching, SIX)
    tell(desk_with(SIX), "t-1", LISTEN, ACKNOWLEDGE, EMPATHIZE, ASK)
    moved(desk, Migration(SIX, watching))

    assert "negotiating" == desk.record("t-1", OFFER, by="sam").state
    assert () == tuple(u for u in desk.get("t-1").warnings if u.code == "felt_first")


# -- the mapping --------------------------------------------------------------------------------


def test_every_problem_of_a_mapping_is_told_at_once():
    """
    Whoever writes one is not sent round and round.
    """
    with pytest.raises(MappingError) as wrong:
        Migration(
            SIX,
            FOLLOWED,
            states={"recieved": "heard", "heard": "herd"},
            facts={"recognised": "empathy_shown"},
            limits={"late": None},
        )

    told = str(wrong.value)
    for each in (
        "has no state 'recieved' (did you mean 'received'?)",
        "has no state 'herd' (did you mean 'heard'?)",
        "has no fact 'lesson_recorded'",
        "facts={'lesson_recorded': ...}, or facts={'lesson_recorded': None} to have it earned anew",
        "fact 'recognised' is earned by acknowledge_problem",
        "has no limit 'late'",
    ):
        assert each in told


@pytest.mark.parametrize(
    ("arguments", "options", "told"),
    [
        ((SIX, SIX), {}, "a method that changes needs another version"),
        ((SIX, "seven_as"), {}, "from one method to another"),
        ((SIX, SECOND), {"states": {"heard": 1}}, "states must map names"),
        ((SIX, SECOND), {"facts": "heard"}, "facts must map names"),
        ((SIX, SECOND), {"states": [("heard", None), ("heard", None)]}, "is said twice"),
    ],
)
def test_what_is_no_mapping_is_told_as_such(arguments, options, told):
    """
    At the front door, and in our words.
    """
    with pytest.raises(MappingError, match=told):
        Migration(*arguments, **options)


def test_an_act_that_is_another_class_there_is_a_problem():
    """
    The histories of the moved cases could not be read any more.
    """
    from complaintflow import act
    from complaintflow.acts import Act

    @act
    class Learn(Act):
        lesson: str

    other = evolve(
        SIX,
        version="2",
        rules=[
            Rule(Learn, establishes="lesson_recorded") if rule.trigger == "learn" else rule
            for rule in SIX.rules
        ],
    )
    with pytest.raises(MappingError, match="act 'learn' is another class"):
        Migration(SIX, other)


def test_a_desk_takes_only_what_it_has(desk_with):
    """
    A case that goes where the desk cannot follow would be lost to it.
    """
    tell(desk_with(SIX), "t-1")

    with pytest.raises(UnknownMethod, match=r"six_steps/2"):
        moved(desk_with(SIX), Migration(SIX, SECOND))
    with pytest.raises(UnknownMethod):
        desk_with(SECOND).preview_move(Migration(SIX, SECOND))
    with pytest.raises(EvidenceError, match="it takes a Migration"):
        moved(desk_with(SIX), "six_steps")


def test_everything_that_is_wrong_with_a_move_is_told_at_once(desk_with):
    """
    As at every door of a desk.
    """
    desk = desk_with(SECOND, SIX)
    with pytest.raises(EvidenceError) as wrong:
        desk.move(7, "six_steps", reason=" ", by="", key="", version=-1)
    told = str(wrong.value)
    for each in ("Migration", "reason", "the id of a case", "by must", "key must", "version must"):
        assert each in told
    with pytest.raises(EvidenceError, match="has 3 problems"):
        desk.move_all("six_steps", reason=" ", by="")


# -- a whole store ------------------------------------------------------------------------------


@pytest.fixture
def full(desk_with):
    """
    Return a desk with a case in each state of the six steps, which is to become strict.
    """
    old = desk_with(SIX)
    for number, (state, acts) in enumerate(ROADS.items()):
        tell(old, f"t-{number:02}-{state}", *acts)
    return desk_with(STRICT, SIX)


def test_a_preview_tells_for_each_state_how_many_can_and_of_the_others_why(full):
    """
    A change of method is decided on figures, before anything is done.
    """
    before = list(full.export_all())
    report = full.preview_move(Migration(SIX, STRICT))

    assert report.is_preview
    assert not report.is_clean
    assert before == list(full.export_all()), "nothing was done"
    able = [each.state for each in report.states if each.can]
    assert ["received", "heard", "acknowledged", "withdrawn", "lapsed", "merged"] == sorted(
        able, key=list(ROADS).index
    )
    assert {"out_of_place"} == {unmet.code for stuck in report.stuck for unmet in stuck.unmet}
    assert len(ROADS) == report.can + len(report.stuck)
    assert f"{SIX.pin} -> {STRICT.pin}: 6 can be moved, 6 cannot" in str(report)
    assert "t-03-empathized (empathized): no case of" in str(report)


def test_moving_them_all_does_what_the_preview_said(full):
    """
    And those that cannot stay where they are, as they are.
    """
    migration = Migration(SIX, STRICT)
    seen = full.preview_move(migration)
    done = full.move_all(migration, reason="stricter from now on", by="lead")

    assert evolve(seen, is_preview=False) == done
    assert {stuck.case_id for stuck in done.stuck} == {
        case.id for case in full.cases() if case.pin == SIX.pin
    }
    assert all(full.verify(case.id).is_whole for case in full.cases())
    assert (0, done.stuck) == (
        (again := full.move_all(migration, reason="again", by="lead")).can,
        again.stuck,
    )


def test_a_store_is_gone_through_in_pages(desk_with, monkeypatch):
    """
    However many cases there are, a few are in memory.
    """
    from complaintflow._desk import _migrating

    monkeypatch.setattr(_migrating, "PAGE", 3)
    for number in range(10):
        tell(desk_with(SIX), f"t-{number}")
    desk = desk_with(SECOND, SIX)

    assert 10 == desk.preview_move(Migration(SIX, SECOND)).can
    assert 10 == desk.move_all(Migration(SIX, SECOND), reason="new", by="sam").can
    assert 0 == desk.preview_move(Migration(SIX, SECOND)).can


def test_a_case_on_which_somebody_acts_in_between_is_told(desk_with, store):
    """
    It is moved the next time.
    """
    tell(desk_with(SIX), "t-1")

    class Raced:
        def __getattr__(self, name):
            return getattr(store, name)

        def commit(self, change):
            raise Conflict(change.case_id, change.expected, change.expected + 1)

    report = Desk(SECOND, SIX, store=Raced()).move_all(
        Migration(SIX, SECOND), reason="new", by="sam"
    )
    assert ["conflict"] == [unmet.code for unmet in report.stuck[0].unmet]


def test_an_awaited_desk_does_the_same(clock):
    """
    There is one script, and two ways to run it.
    """

    async def script():
        store = AsyncMemoryStore()
        old = AsyncDesk(SIX, store=store, clock=clock)
        for name in ("t-1", "t-2"):
            await old.open(name, customer="ana", complaint="It arrived broken", by="sam")
        desk = AsyncDesk(SECOND, SIX, store=store, clock=clock)
        migration = Migration(SIX, SECOND)
        seen = await desk.preview_move(migration)
        case = await desk.move("t-1", migration, reason="new", by="sam")
        done = await desk.move_all(migration, reason="new", by="sam")
        return seen.can, case.pin, done.can

    assert (2, SECOND.pin, 1) == asyncio.run(script())


def test_cases_are_moved_in_a_file_as_well(tmp_path):
    """
    The column that a store finds them by is the new one.
    """
    with closing(SqliteStore(tmp_path / "cases.db")) as store:
        tell(Desk(SIX, store=store), "t-1", LISTEN)
        desk = Desk(SECOND, SIX, store=store)
        moved(desk, Migration(SIX, SECOND))

        assert SECOND.pin == store.load("t-1").method
        assert "t-1" == Desk(SECOND, store=store).get("t-1").id
        assert desk.verify("t-1").is_whole


def test_a_moved_case_goes_to_another_store_whole(desk_with):
    """
    An export holds the entries as they are.
    """
    desk = desk_with(SECOND, SIX)
    tell(desk_with(SIX), "t-1", LISTEN)
    moved(desk, Migration(SIX, SECOND))
    other = Desk(SECOND, SIX)

    assert 1 == other.import_all(desk.export_all())
    assert desk.get("t-1") == other.get("t-1")


# -- at the command line ------------------------------------------------------------------------


@pytest.fixture
def command(tmp_path, monkeypatch):
    """
    Return a function that moves the cases of a file to the strict six steps, by the command.
    """
    monkeypatch.chdir(tmp_path)
    (tmp_path / "strict.toml").write_text(documents.dumps(STRICT), encoding="utf-8")
    with closing(SqliteStore("cases.db")) as store:
        tell(Desk(SIX, store=store), "t-1", LISTEN)
        tell(Desk(SIX, store=store), "t-2", LISTEN, ACKNOWLEDGE, EMPATHIZE)

    def run(*arguments):
        asked = ["move", "--store", "sqlite:///cases.db", "--from", "six_steps"]
        return CliRunner().invoke(app, [*asked, "--to", "strict.toml", *arguments])

    return run


def pins():
    """
    Return what the cases of the file are bound to.
    """
    with closing(SqliteStore("cases.db")) as store:
        return [store.load(name).method for name in ("t-1", "t-2")]


def test_the_command_tells_and_does_nothing_where_a_preview_is_asked_for(command):
    """
    Whoever runs it looks first.
    """
    seen = command("--preview")

    assert 1 == seen.exit_code
    assert "heard heard 1 0 empathized empathized 0 1" in " ".join(seen.output.split())
    assert "empathized without the facts apologized" in " ".join(seen.output.split())
    assert "1 can be moved, 1 cannot" in seen.output
    assert [SIX.pin, SIX.pin] == pins()


def test_the_command_says_what_is_missing_in_its_own_words(command):
    """
    Whoever types options is not told to write Python.
    """
    told = " ".join(command("--to", "seven_as", "--preview").stderr.split())

    assert "--state heard=NEW, or --state heard= to leave them there" in told
    assert "={" not in told
    earned = command("--fact", "empathy_shown=lesson_recorded", "--preview").stderr
    assert "--fact empathy_shown= has it earned anew" in " ".join(earned.split())


def test_the_command_moves_what_can_be_moved(command):
    """
    And its exit code says whether that was all.
    """
    why = ("--by", "lead", "--reason", "stricter from now on")
    first = command(*why, "--json")
    assert (1, [STRICT.pin, SIX.pin]) == (first.exit_code, pins())
    told = json.loads(first.output)
    assert [{"state": "heard", "becomes": "heard", "can": 1, "cannot": 0}] == told["states"][:1]
    assert ["t-2"] == [stuck["case"] for stuck in told["stuck"]]

    back = ("--state", "empathized=acknowledged", "--fact", "empathy_shown=")
    rest = command(*why, *back)
    assert (0, [STRICT.pin, STRICT.pin]) == (rest.exit_code, pins())
    assert "1 moved" in rest.output
    assert "no case is bound to it" in command("--preview").output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "say who moves them and why: --by NAME --reason TEXT"),
        (("--preview", "--state", "heard"), "--state 'heard' must be OLD=NEW"),
        (("--preview", "--fact", "herd="), "did you mean 'heard'?"),
    ],
)
def test_the_command_says_what_it_cannot_use(command, arguments, told):
    """
    In one sentence, and with the exit code for it.
    """
    wrong = command(*arguments)

    assert 2 == wrong.exit_code
    assert told in wrong.stderr
    assert [SIX.pin, SIX.pin] == pins()


# -- what a method can come to ------------------------------------------------------------------


def configurations(method, waived=frozenset()):
    """
    Return what a move takes a method to come to.
    """
    found = reached(compiled(method), method, waived)
    return {Configuration(state, facts) for state, sets in found.items() for facts in sets}


@pytest.mark.parametrize("method", every_method(), ids=str)
def test_a_move_and_a_proof_take_a_method_to_come_to_the_same(method):
    """
    Otherwise what is proved of a method would not hold for the cases that are moved to it.
    """
    assert set(explore(method).configurations) == configurations(method)


@pytest.mark.parametrize("method", every_method(), ids=str)
def test_with_waivers_it_comes_to_more_and_never_to_less(method):
    """
    Doing without a requirement opens a way, and closes none.
    """
    plain = configurations(method)

    assert plain <= configurations(method, method.waivable)


# -- whatever the methods, whatever the case ----------------------------------------------------


@st.composite
def changed(draw, method):
    """
    Return a later version of a method: other needs, other consequences, or none.

    A change after which it would be no method is left out.
    """
    facts = [fact.name for fact in method.facts]
    later = evolve(method, version="next")
    for place, rule in enumerate(method.rules):
        kind = draw(st.sampled_from(["same"] * 6 + ["asks", "gives less", "gives more"]))
        fact = draw(st.sampled_from(facts)) if facts else None
        other = rule
        if kind == "asks" and fact and fact not in rule.needs:
            other = evolve(rule, needs=(*rule.needs, fact))
        elif kind == "gives less" and fact:
            other = evolve(rule, establishes=rule.establishes - {fact})
        elif kind == "gives more" and fact:
            other = evolve(rule, establishes=rule.establishes | {fact})
        if other is not rule:
            rules = [*later.rules[:place], other, *later.rules[place + 1 :]]
            with contextlib.suppress(MethodError):
                later = evolve(later, rules=rules)
    return later


@st.composite
def migrations(draw):
    """
    Return a migration between versions of a made-up method, and a history under the first.
    """
    old = draw(methods())
    new = draw(changed(old))
    history = draw(histories(old, max_size=12))
    drops = {fact.name: None for fact in old.facts if draw(st.integers(0, 3)) == 0}
    try:
        return Migration(old, new, facts=drops), history
    except MappingError:
        reject()


def earned_by(method, entry):
    """
    Return what the act of an entry, with the outcome it had, establishes in a method, by its data.
    """
    for rule in method.rules:
        if rule.act is type(entry.act):
            own = [o.establishes for o in rule.outcomes if o.name == entry.outcome]
            return rule.establishes.union(*own)
    return frozenset()


@pytest.mark.untraced
@given(migrations())
def test_no_move_makes_anything_up(drawn):
    """
    Each fact was there before and was earned; the state is one that the new method comes to.
    """
    migration, history = drawn
    case = Case.replay(history)
    unmet = migration.unmet(case, history)
    assume(not unmet)
    entry = _moved(migration, case, history)
    after = case.apply(entry)

    assert after.facts <= case.facts
    cycle = max((n for n, e in enumerate(history) if e.move.begins_cycle), default=0)
    earned = frozenset().union(*(earned_by(migration.target, e) for e in history[cycle:]))
    assert after.facts <= earned
    if not case.ledger.waived:
        assert Configuration(after.state, after.facts) in explore(migration.target)
    kept = ("promises", "breaches", "proposals", "issues", "accounts", "owner", "waived")
    assert all(getattr(case.ledger, k) == getattr(after.ledger, k) for k in kept)
    assert after == Case.replay([*history, entry])
    assert (migration.target.pin, case.cycle, case.is_closed) == (
        after.pin,
        after.cycle,
        after.is_closed,
    )


@settings(max_examples=20)
@given(methods(), st.data())
def test_every_case_can_go_to_a_version_in_which_nothing_changed(method, data):
    """
    A check that is too strict would keep cases back for nothing.
    """
    history = data.draw(histories(method, max_size=12))
    migration = Migration(method, evolve(method, version="next"))
    case = Case.replay(history)

    assert not migration.reads_history(case)
    assert () == migration.unmet(case)
    entry = _moved(migration, case, history)
    after = case.apply(entry)
    assert (case.state, case.facts, case.ledger) == (after.state, after.facts, after.ledger)


def _moved(migration, case, history):
    from complaintflow._engine._moving import move_case

    # A deadline may lie in the very moment of the last entry.
    assume(not case.to_record(case.updated_at))
    return move_case(
        migration, case, reason="new", at=case.updated_at, by=Actor("sam"), history=history
    )
