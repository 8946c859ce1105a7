"""
The check of a method: the shipped ones are clean, and every planted mistake is found.
"""

import random
import re
from collections import deque
from itertools import pairwise

import pytest
from attrs import evolve

from complaintflow import (
    Departure,
    Edge,
    Fact,
    Outcome,
    Rule,
    State,
    Within,
    methods,
    stays,
)
from complaintflow._invariants import TABLES, UNARY, Invariant
from complaintflow.acts import (
    AcknowledgeProblem,
    Apologize,
    Close,
    Empathize,
    Learn,
    Listen,
    Reopen,
    Waive,
)
from complaintflow.invariants import existence, never, precedence, since
from complaintflow.verification import Guard, Report, Turn, check
from complaintflow.verification._space import Undecided
from complaintflow.verification._subject import Subject
from complaintflow.verification._system import system_of

from .made import a_method, answers, changed, opened, wide
from .planted import (
    FACTS,
    PLANTED,
    PLANTED_TOO,
    SMALL,
    STATES,
    WAIVING,
    always_no,
    rule,
)

EVERY = [
    methods.five_steps(),
    methods.five_steps(strict=True, language=False),
    methods.seven_as(),
    methods.seven_as(strict=True, first_response=Within(2)),
    methods.personal_ownership(),
    methods.personal_ownership(strict=True),
    methods.six_steps(),
    methods.six_steps(strict=True),
    methods.six_steps(sixth="follow_up", strict=True),
    methods.six_steps(sixth=None, language=False),
]


@pytest.mark.untraced
@pytest.mark.parametrize("method", EVERY, ids=lambda method: method.pin)
def test_a_documented_method_keeps_what_it_promises(method):
    """
    Nothing is wanting, everything is decided, and nobody's guard could be lost unnoticed.
    """
    report = check(method, guards=True)

    assert report.is_clean, [str(f) for f in report.findings if f.is_wanting]
    assert {"proved"} == {proof.verdict for proof in report.proofs}
    assert {"caught", "redundant"} == {guard.verdict for guard in report.guards}
    assert all(f.accepted for f in report.findings if f.severity == "warning")
    assert {"error"}.isdisjoint(f.severity for f in report.findings)
    assert "listed" == report.searched


@pytest.mark.untraced
@pytest.mark.parametrize("method", EVERY[::2], ids=lambda method: method.pin)
def test_a_story_goes_from_the_opening_to_what_it_shows(method):
    """
    A manager reads it line by line: each begins where the one before has ended.
    """
    report = check(method, guards=True)
    stories = [each.story for each in (*report.findings, *report.guards) if each.story]

    assert stories
    for story in stories:
        assert method.initial == story[0].source
        for before, after in pairwise(story):
            assert before.target == after.source


# -- a method with every mistake ----------------------------------------------------------------


def test_a_small_method_is_clean():
    """
    What is planted below is all that is wrong.
    """
    report = check(SMALL)

    assert () == report.findings
    assert report.is_clean
    assert 10 == report.configurations
    assert ("I1", "I2") == tuple(proof.code for proof in report.proofs)


def test_a_pause_is_no_second_round():
    """
    What was earned before a pause, and not relied on yet, is as good after it.
    """
    pausing = {
        "rules": [*SMALL.rules, Rule(Learn)],
        "states": [*SMALL.states, State("waiting", "they are away")],
        "edges": [
            *SMALL.edges,
            Edge("done", "learn", "waiting"),
            Edge("waiting", "learn", "done"),
            Edge("waiting", "withdraw", "gone"),
        ],
    }

    assert () == check(changed(SMALL, **pausing)).findings


def test_a_pause_from_anywhere_is_no_second_round():
    """
    Before and after the fact they were away in one state, which nobody comes from the first time.
    """
    pausing = {
        "rules": [
            *(evolve(r, establishes="offered") if r.trigger == "offer" else r for r in SMALL.rules),
            Rule(Learn),
            Rule(Empathize),
        ],
        "facts": [*FACTS, Fact("offered", "nothing was offered")],
        "states": [*SMALL.states, State("written", "they wrote"), State("waiting", "away")],
        "edges": [
            *SMALL.edges,
            Edge("new", "empathize", "written"),
            *stays(["written"], AcknowledgeProblem, Listen),
            Edge("written", "offer", "done"),
            Edge(["heard", "written", "done"], "learn", "waiting"),
            Edge("waiting", "learn", "done", given=["offered"]),
            Edge("waiting", "learn", "heard"),
            Edge(["written", "waiting"], "withdraw", "gone"),
        ],
    }

    codes = {finding.code for finding in check(changed(SMALL, **pausing)).findings}
    assert "stale_fact" not in codes


@pytest.mark.parametrize("name", PLANTED_TOO)
def test_it_is_found_wherever_it_is_planted(name):
    """
    A kind of mistake comes in more than one shape.
    """
    key, changes = PLANTED_TOO[name]
    report = check(changed(SMALL, **changes))

    assert key in {finding.key for finding in report.findings}


def test_a_question_that_says_no_from_then_on_is_found_by_every_search():
    """
    Somebody came there while it said yes; whether they get out again is asked of where they are.
    """
    for name in list(PLANTED_TOO)[-2:]:
        key, changes = PLANTED_TOO[name]
        for at_most in (5_000, 1):
            report = check(changed(SMALL, **changes), at_most=at_most)
            finding = next(finding for finding in report.findings if finding.key == key)
            assert "if all questions say no from then on, nothing can happen" in finding.text
            assert "offer" == finding.story[-1].trigger


@pytest.mark.parametrize("code", PLANTED)
def test_what_is_planted_is_found(code):
    """
    A check that finds nothing has to be seen to find something.
    """
    report = check(changed(SMALL, **PLANTED[code]))

    assert code in {finding.code for finding in report.findings}


def found(key, **changes):
    """
    Return what is found of one kind, or by its key, in the small method with changes.
    """
    report = check(changed(SMALL, **changes))
    return next(finding for finding in report.findings if key in (finding.code, finding.key))


def test_a_finding_comes_with_the_shortest_story():
    """
    What would go wrong, in the words of the one who would have to explain it.
    """
    finding = found("stale_fact: close needs sorry", **PLANTED["stale_fact"])

    assert "'close/resolved' relies on 'sorry' from before the case went back" in finding.text
    assert (
        "listen (finished): new → heard; + heard",
        "acknowledge_problem: heard; + seen",
        "offer: heard → done",
        "apologize: done; + sorry",
        "learn: done → heard",
        "offer: heard → done",
        "close (resolved): done → closed",
    ) == tuple(map(str, finding.story))
    assert "stale_fact: close needs sorry" == finding.key
    assert str(finding).startswith("warning: 'close/resolved' relies on")


def test_a_step_says_what_holds_as_a_cycle_begins():
    """
    Everything is gone then: what is established anew is no less new than before.
    """
    name = "a fact that the act which begins the cycle establishes"
    finding = found("stale_fact: close needs sorry", **PLANTED_TOO[name][1])
    reopened = next(turn for turn in finding.story if turn.begins_cycle)

    assert (("sorry",), ("heard", "seen")) == (reopened.establishes, reopened.clears)
    assert "reopen: closed → new; + sorry; a new cycle begins" == str(reopened)


def test_a_step_says_what_it_ends():
    """
    That facts are gone is half of most stories.
    """
    again = Turn("reopen", None, "closed", "new", (), ("heard",), begins_cycle=True)
    lost = Turn("listen", None, "new", "new", (), ("heard",))

    assert "reopen: closed → new; a new cycle begins" == str(again)
    assert "listen: new; - heard" == str(lost)


def test_a_breach_of_the_charter_is_an_error():
    """
    I1 is proved of what a method does, and not only of how its rules are written.
    """
    finding = found("charter", **PLANTED["charter"])

    assert ("error", "I1") == (finding.severity, finding.about)
    assert "the method does not say that it departs" in finding.text
    assert ["acknowledge_problem", "offer"] == [turn.trigger for turn in finding.story]


def test_ways_out_are_part_of_the_charter():
    """
    The customer can always leave, a silent one's case lapses, a passed deadline is recorded.
    """
    without = [e for e in SMALL.edges if e.trigger != "withdraw"]
    guarded = [*without, Edge(["new", "heard", "done"], "withdraw", "gone", given=["heard"])]
    staying = [*without, Edge(["new", "heard", "done"], "withdraw")]
    for edges, where in ((guarded, ["new"]), (staying, ["new", "heard", "done"])):
        report = check(changed(SMALL, edges=edges))
        told = [f.about for f in report.findings if f.code == "charter"]
        assert [f"I6 {state}" for state in where] == told
    waiting = changed(SMALL, states=[evolve(s, waits_for="customer") for s in STATES])
    assert {"I6 new", "I6 heard", "I6 done"} == {
        f.about for f in check(waiting).findings if f.code == "charter"
    }
    limited = changed(SMALL, limits=methods.personal_ownership().limits)
    assert 5 == sum(f.about.startswith("I5") for f in check(limited).findings)


def test_a_departure_that_is_declared_is_a_note():
    """
    Whoever reads the report sees what the method does without, and why.
    """
    report = check(changed(SMALL, **PLANTED["departure"]))
    note = next(f for f in report.findings if f.code == "departure")

    assert ("note", "I2") == (note.severity, note.about)
    assert "there is nothing to recognise" in note.text
    assert "departed" == next(p.verdict for p in report.proofs if p.code == "I2")


def test_a_departure_from_what_does_not_concern_the_method_is_needless():
    """
    A reason for nothing is a reason that has been forgotten.
    """
    departs = [Departure("I3", "nobody is asked")]

    assert "I3" == found("departure_unneeded", departs=departs).about


@pytest.mark.parametrize(
    ("watch", "severity", "verdict", "told"),
    [
        (None, "error", "broken", "is not kept: acknowledge_problem before apologize"),
        ("warn", "note", "watched", "the desk warns of it"),
        ("refuse", "note", "watched", "the desk refuses it"),
    ],
)
def test_what_is_not_kept_is_an_error_unless_it_is_watched(watch, severity, verdict, told):
    """
    A host may want more than its method promises; then the desk sees to it.
    """
    wanted = precedence("apologize", "acknowledge_problem", watch=watch, cites="own-1")
    report = check(changed(SMALL, invariants=[wanted]))
    (finding,) = report.findings

    assert (severity, ("own-1",)) == (finding.severity, finding.cites)
    assert told in finding.text
    assert verdict == report.proofs[-1].verdict
    assert report.is_clean == (watch is not None)


def test_a_timed_invariant_is_not_proved():
    """
    A proof knows no time, and says so.
    """
    report = check(changed(SMALL, invariants=[existence("listen", within=Within(3), watch="warn")]))

    assert "watched" == report.proofs[-1].verdict
    assert report.is_clean


def test_what_a_waiver_can_set_aside_is_marked():
    """
    "Proved" would be too much said, where an exception can be granted.
    """
    stated = precedence("apologize", "close")
    report = check(changed(SMALL, **WAIVING, invariants=[stated], waivable=["sorry"]))

    assert [True, True, False] == [proof.needs_no_waiver for proof in report.proofs]
    assert {"proved"} == {proof.verdict for proof in report.proofs}


def test_what_only_a_waiver_opens_is_no_more_than_told():
    """
    A desk takes that edge, so "never" would be false; without the waiver it would be true.
    """
    method = changed(
        SMALL,
        rules=[*WAIVING["rules"], Rule(Learn, ["sorry"])],
        edges=[*WAIVING["edges"], Edge("heard", Learn, "done")],
        waivable=["sorry"],
    )

    report = check(method)
    assert [
        "note: 'learn' is never possible, whatever comes before it, unless something is waived",
        "note: the edge learn from heard to done is never taken, unless something is waived",
    ] == [*map(str, report.findings)]
    assert report.is_clean
    assert not check(evolve(method, waivable=())).is_clean


def test_a_reason_makes_a_finding_accepted():
    """
    What is meant to be so is told, and no longer wanting.
    """
    meant = [(f"stale_fact: {guard}", "once is enough") for guard in RELYING]
    changes = PLANTED["stale_fact"] | {"accepted": meant}
    finding = found("stale_fact", **changes)

    assert "once is enough" == finding.accepted
    assert check(changed(SMALL, **changes)).is_clean


def keys(code, **changes):
    """
    Return the keys of what is found of one kind, accepted or not.
    """
    report = check(changed(SMALL, **changes))
    return [finding.key for finding in report.findings if finding.code == code]


PITS = [State("q1", "nobody gets on"), State("q2", "nor here")]
TO_PITS = [Edge("heard", "learn", "q1"), Edge("done", "learn", "q2")]
RELYING = ("close needs sorry", "offer needs seen")
OUT_OF_PITS = [Edge(["q1", "q2"], "withdraw", "gone")]
LEARNING = {"rules": [*SMALL.rules, Rule(Learn)], "states": [*SMALL.states, *PITS]}
TWO_OF_A_KIND = {
    "dead_end": LEARNING | {"edges": [*SMALL.edges, *TO_PITS]},
    "cannot_close": LEARNING
    | {"edges": [*SMALL.edges, *TO_PITS, Edge("q1", "learn", "q2"), Edge("q2", "learn", "q1")]},
    "only_exits_left": LEARNING | {"edges": [*SMALL.edges, *TO_PITS, *OUT_OF_PITS]},
    "cycle_begins_midway": {
        "edges": [
            *(e for e in SMALL.edges if e.trigger != "reopen"),
            Edge("closed", "reopen", "heard"),
            Edge("gone", "reopen", "done"),
        ],
    },
    "stale_fact": {
        "rules": [*SMALL.rules, Rule(Learn), Rule(Empathize, ["sorry"])],
        "edges": [*SMALL.edges, Edge("done", "learn", "heard"), *stays(["done"], Empathize)],
    },
    "cannot_close_if_refused": {
        "rules": rule(Close, "sorry", always_no("perhaps", "ledger")),
        "edges": [
            *(e for e in SMALL.edges if e.trigger != "withdraw"),
            Edge("new", "withdraw", "gone"),
        ],
    },
}


@pytest.mark.parametrize("code", TWO_OF_A_KIND)
def test_a_reason_for_one_finding_hides_no_other(code):
    """
    What is accepted of one state, or of one act, says nothing about the next.
    """
    changes = TWO_OF_A_KIND[code]
    first, second, *_ = keys(code, **changes)
    accepted = check(changed(SMALL, **changes, accepted=[(first, "it is meant so")]))

    assert first != second
    assert [f.key for f in accepted.findings if f.accepted] == [first]
    assert second in {f.key for f in accepted.findings if f.is_wanting}


# -- guards -------------------------------------------------------------------------------------


def guards_of(**changes):
    """
    Return what becomes of each guard of the small method with changes.
    """
    return {g.name: g for g in check(changed(SMALL, **changes), guards=True).guards}


def test_a_report_can_be_read_as_it_is_printed():
    """
    What is wanting is counted in the first line; then come findings with their stories, and proofs.
    """
    clean, *proved = str(check(SMALL)).splitlines()
    assert re.fullmatch(r"\w+/1/\w+: nothing is wanting in \d+ configurations", clean)
    assert "proved: never a remedy before the customer is heard" in proved

    for code, changes in PLANTED.items():
        report = check(changed(SMALL, **changes))
        first, *lines = str(report).splitlines()
        assert f": {report.wanting} in " in first or not report.wanting, code
        for finding in report.findings:
            accepted = f" (accepted: {finding.accepted})" if finding.accepted else ""
            where = lines.index(f"{finding}{accepted}")
            story = lines[where + 1 : where + 1 + len(finding.story)]
            assert [line.split(". ", 1)[1] for line in story] == list(map(str, finding.story))


def test_a_report_says_what_nobody_notices_and_what_was_not_decided():
    """
    Both keep it from being clean, so both are counted.
    """
    guard = Guard("offer needs heard", "unnoticed")
    report = Report("m/1/0", (), (), (guard,), ("whether it ends",))

    assert report.wanting == "1 unnoticed guard, 1 not decided"
    assert str(report).splitlines() == [
        "m/1/0: 1 unnoticed guard, 1 not decided",
        "unnoticed: nobody notices when offer needs heard is lost",
        "not decided: whether it ends",
    ]


def test_each_guard_is_caught_or_redundant_or_unnoticed():
    """
    The table says which sentence watches over which guard.
    """
    guards = guards_of()

    assert {
        "offer needs heard": ("redundant", ""),
        "offer needs seen": ("caught", "I2"),
        "close needs sorry": ("unnoticed", ""),
    } == {name: (guard.verdict, guard.by) for name, guard in guards.items()}
    assert "close (resolved): done → closed" == str(guards["close needs sorry"].story[-1])
    assert not check(SMALL, guards=True).is_clean


def test_an_invariant_notices_a_guard_and_a_reason_makes_up_for_one():
    """
    Either somebody says no, or somebody has said why not.
    """
    noticed = guards_of(invariants=[precedence("apologize", "close")])["close needs sorry"]
    reason = [("unnoticed: close needs sorry", "the words are on paper")]
    accepted = check(changed(SMALL, accepted=reason), guards=True)

    assert ("caught", "close_before_apologize") == (noticed.verdict, noticed.by)
    assert accepted.is_clean
    assert "the words are on paper" == accepted.guards[-1].accepted
    assert check(changed(SMALL, accepted=reason)).is_clean


def test_what_is_cleared_and_what_is_given_are_guards_too():
    """
    A fact that is no longer cleared is as bad as one that is no longer needed.
    """
    clearing = {
        "rules": [
            *rule(Listen, outcomes=[Outcome("finished", establishes="heard")]),
            Rule(Learn, clears="sorry"),
        ],
        "edges": [*SMALL.edges, *stays(["done"], Learn), Edge("done", "listen", given=["sorry"])],
    }
    anew = since("apologize", "close", undone_by="learn")
    guards = guards_of(**clearing)

    assert "unnoticed" == guards["learn clears sorry"].verdict
    assert "unnoticed" == guards["listen from done given sorry: sorry"].verdict
    noticed = guards_of(**clearing, invariants=[anew])["learn clears sorry"]
    assert ("caught", anew.code) == (noticed.verdict, noticed.by)


def test_a_fact_that_is_asked_of_the_facts_themselves_notices_too():
    """
    `never` is a sentence as well as any.
    """
    guards = guards_of(invariants=[never("close", without="sorry")])

    assert "close_without_sorry" == guards["close needs sorry"].by


def test_a_sentence_that_is_not_kept_notices_nothing():
    """
    It says no to the method itself; whatever is taken from that, it would say so again.
    """
    guards = guards_of(invariants=[precedence("apologize", "acknowledge_problem")])

    assert "unnoticed" == guards["close needs sorry"].verdict


FORKED = {
    "facts": [*FACTS, Fact("told", "not told")],
    "rules": [*SMALL.rules, Rule(Learn, establishes="told")],
}


def forked(*given, **more):
    """
    Return what becomes of the guards where an offer leads back, too, if some facts are given.
    """
    edges = [
        *(e for e in SMALL.edges if e.trigger != "offer"),
        *stays(["heard"], Apologize, Learn),
        Edge("heard", "offer", "new", given=given),
        *more.get("onward", [Edge("heard", "offer", "done")]),
    ]
    found = guards_of(**FORKED, edges=edges)
    return {
        name.rpartition(": ")[2]: (guard.verdict, guard.by)
        for name, guard in found.items()
        if name.startswith("offer from heard to new")
    }


def test_a_clearing_that_is_lost_leaves_a_stale_fact():
    """
    What the second round relies on is from the first one.
    """
    rules = [*SMALL.rules, Rule(Learn, clears="sorry")]
    stale = guards_of(rules=rules, edges=[*SMALL.edges, Edge("done", "learn", "heard")])

    assert ("caught", "stale_fact") == (
        stale["learn clears sorry"].verdict,
        stale["learn clears sorry"].by,
    )


def test_an_edge_that_takes_all_hides_the_next():
    """
    Where nothing is given any more, nobody comes to the edge after it.
    """
    assert {"told": ("caught", "edge_never_taken")} == forked("told")


def test_an_edge_that_asks_for_less_overlaps_with_the_next():
    """
    It asked for more than the other, and now only their order decides.
    """
    onward = [
        Edge("heard", "offer", "done", given=["sorry"]),
        Edge("heard", "offer", "done"),
    ]

    assert {
        "told": ("caught", "edge_never_taken"),
        "sorry": ("caught", "edges_overlap"),
    } == forked("sorry", "told", onward=onward)


def test_a_given_that_the_rest_implies_is_redundant():
    """
    Nobody closes without an apology, whatever the edge says.
    """
    guards = guards_of(
        edges=[
            *(e for e in SMALL.edges if e.trigger != "close"),
            Edge("done", "close", "heard", given=["seen", "sorry"]),
            Edge("done", "close", "closed"),
        ]
    )

    assert {"redundant"} == {g.verdict for name, g in guards.items() if "given" in name}


# -- the searches -------------------------------------------------------------------------------


def an_invariant(chance, method):
    """
    Return a sentence about acts of a method.
    """
    triggers = [r.trigger for r in method.rules]
    names = [*triggers, *(f"{t}/{o}" for t in triggers[:-2] for o in ("well", "badly"))]
    chosen = chance.sample(names, 5)
    template = chance.choice(sorted(TABLES))
    more = {}
    if template == "never":
        more["facts"] = chance.sample([f.name for f in method.facts], 2)
    if template == "since":
        more["undone_by"] = chosen[4:]
    return Invariant(
        "stated",
        "it is so",
        template,
        chosen[:2],
        () if template in UNARY else chosen[2:4],
        each_cycle=chance.random() < 0.7,
        watch="warn",
        **more,
    )


def by_watching(method):
    """
    Return how many acts it takes to break what a method watches: found by making every entry.
    """
    case = opened(method)
    seen, waiting = {(case.state, case.facts, case.watched)}, deque([(case, 0)])
    while waiting:
        case, depth = waiting.popleft()
        for entry in answers(method, case):
            if entry.warnings:
                return depth + 1
            after = case.apply(entry)
            key = (after.state, after.facts, after.watched)
            if key not in seen:
                seen.add(key)
                waiting.append((after, depth + 1))
    return None


@pytest.mark.untraced
def test_what_is_proved_is_what_is_watched():
    """
    One table, three readers: the proof, by whichever search, and the desk tell the same.
    """
    broken = 0
    for seed in range(80):
        chance = random.Random(seed)
        plain = a_method(seed, facts=4, states=3)
        method = evolve(plain, invariants=[an_invariant(chance, plain)])
        expected = by_watching(method)
        for search in ({}, {"at_most": 1}, {"at_most": 1, "widest": 3}):
            subject = Subject(method, system_of(method), **search)
            try:
                trace = subject.counterexample(method.invariants[0])
            except Undecided:
                assert search.get("widest")
                continue
            assert expected == (None if trace is None else len(trace.legs)), (seed, search)
            story = subject.told(trace)
            assert expected is None or method.initial == story[0].source
        broken += expected is not None

    assert 25 < broken < 75


def told(report):
    """
    Return what a report says, and how long its stories are.
    """
    return (
        sorted((f.key, f.severity, len(f.story)) for f in report.findings),
        [(p.code, p.verdict, p.needs_no_waiver) for p in report.proofs],
    )


@pytest.mark.untraced
def test_every_search_reports_the_same():
    """
    A method that is too wide for a list is no less checked.
    """
    for seed in range(25):
        plain = a_method(seed, facts=4, states=3)
        stated = [an_invariant(random.Random(seed + n), plain) for n in range(3)]
        invariants = [evolve(i, code=f"stated_{n}") for n, i in enumerate(stated)]
        working = [state.name for state in plain.states if not state.final]
        method = evolve(
            plain,
            rules=[*plain.rules, Rule(Waive, in_way=False)],
            edges=[*plain.edges, *stays(working, Waive)],
            invariants=invariants,
            waivable=["f0"],
        )
        listed, packed = check(method), check(method, at_most=1)

        assert ("listed", "packed") == (listed.searched, packed.searched)
        assert listed.configurations == packed.configurations
        assert told(listed) == told(packed), seed


@pytest.mark.untraced
def test_guards_are_told_alike_by_every_search():
    """
    Also who notices a lost guard is no matter of speed.
    """
    for method in (SMALL, methods.six_steps()):
        listed = check(method, guards=True)
        packed = check(method, guards=True, at_most=1)

        assert [(g.name, g.verdict, g.by) for g in listed.guards] == [
            (g.name, g.verdict, g.by) for g in packed.guards
        ]


@pytest.mark.untraced
def test_what_is_too_wide_is_decided_as_far_as_it_can_be():
    """
    "Proved" and "not looked at" are two things; the report says which is which.
    """
    method = evolve(
        wide(40),
        invariants=[
            never("deed2001", without="f7"),
            precedence("deed1003", "deed2001"),
            precedence("deed1003", "deed1004"),
        ],
    )
    report = check(method)

    assert ("refined", None) == (report.searched, report.configurations)
    assert ["proved", "proved", "broken"] == [p.verdict for p in report.proofs[-3:]]
    assert any("whether a case can always be closed" in each for each in report.undecided)
    assert not report.is_clean
    guards = check(wide(9, states=2), guards=True, at_most=9, widest=7).guards
    assert {"undecided", "unnoticed"} >= {guard.verdict for guard in guards}


@pytest.mark.untraced
def test_nothing_is_proved_by_not_looking():
    """
    Where one fact at a time is all that may be looked at, most is left open, and said to be.
    """
    report = check(methods.seven_as(), at_most=1, widest=1)

    assert {"undecided", "proved"} >= {proof.verdict for proof in report.proofs}
    assert "undecided" in {proof.verdict for proof in report.proofs if proof.code == "I3"}
    assert any(each.startswith("charter I3: ") for each in report.undecided)
    assert any(each.startswith("invariant ") for each in report.undecided)
    departs = [Departure("I3", "to see what happens")]
    departing = changed(methods.seven_as(), departs=departs, invariants=[])
    assert any(
        each.startswith("charter I3: ") for each in check(departing, at_most=1, widest=1).undecided
    )
    guards = check(methods.five_steps(), at_most=1, widest=1, guards=True).guards
    assert "undecided" in {guard.verdict for guard in guards}


def test_a_promise_that_a_close_forgets_is_found():
    """
    I4: what was promised and not kept keeps a case open, or it is not resolved.
    """
    rules = [
        evolve(r, needs=[n for n in r.needs if n != "promises_settled"]) if r.act is Close else r
        for r in methods.six_steps().rules
    ]
    report = check(changed(methods.six_steps(), rules=rules, invariants=[]))
    finding = next(f for f in report.findings if f.code == "charter")

    assert "charter I4: a case closed as resolved over an open promise" == finding.text
    assert ["accept_ask", "close"] == [turn.trigger for turn in finding.story[-2:]]


def test_a_sentence_that_takes_too_long_a_walk_is_proved_all_the_same(monkeypatch):
    """
    A product can be larger than what it is made of.
    """
    method = methods.six_steps()
    expected = told(check(method))
    monkeypatch.setattr("complaintflow.verification._subject.PLACES", 0)

    assert expected == told(check(method))


def test_a_comparison_that_takes_too_long_is_given_up(monkeypatch):
    """
    "Nobody would notice" is only said where it is known.
    """
    monkeypatch.setattr("complaintflow.verification._noticing.PAIRS_AT_MOST", 3)
    guards = {g.name: g for g in check(methods.six_steps(), guards=True).guards}

    assert "undecided" == guards["accept clears offer_open"].verdict
    assert "pairs of configurations" in guards["accept clears offer_open"].by


def test_a_guard_whose_loss_locks_a_case_in_is_noticed():
    """
    Where nothing leads out any more, no sentence is needed to say no.
    """
    pit = [State("pit", "nobody gets out"), *STATES]
    guards = guards_of(
        states=pit,
        rules=[*SMALL.rules, Rule(Learn, ["sorry"])],
        edges=[*SMALL.edges, *stays(["closed"], Apologize), Edge("heard", "learn", "pit")],
    )

    assert ("caught", "dead_end") == (
        guards["learn needs sorry"].verdict,
        guards["learn needs sorry"].by,
    )


def test_what_begins_a_cycle_clears_everything_anyway():
    """
    A clearing beside it guards nothing.
    """
    guards = guards_of(rules=[*rule(Reopen)[:-1], Rule(Reopen, begins_cycle=True, clears="sorry")])

    assert "redundant" == guards["reopen clears sorry"].verdict
