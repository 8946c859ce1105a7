"""
The five verdicts: what a log says of a rule in a case, and what it leaves open.
"""

import itertools
import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from complaintflow import Edge, Rule, State, Within, act, errors, methods
from complaintflow import invariants as inv
from complaintflow.acts import Act
from complaintflow.audit import Verdict, audit, mapping_of
from complaintflow.invariants import absence, existence, never, precedence, response

NINE = datetime(2026, 1, 5, 9)  # as helpdesks export it: no zone

ACTS = {
    "new": "open",
    "call": "listen/finished",
    "ack": "acknowledge_problem",
    "feel": "empathize",
    "wish": "ask_expectation/answered",
    "offer": "offer",
    "yes": "accept",
    "paid": "keep_promise/settled",
    "done": "close/resolved",
    "again": "reopen",
    "note": [],
}
"""A helpdesk's activities, short."""

ROAD = "new call ack feel wish offer yes paid done"
"""A case that goes well by the six steps."""


def told(*cases):
    """
    Return the lines of cases, each as `id: activity activity@hour ...`, an hour apart.
    """
    lines = []
    for text in cases:
        case, _, words = text.partition(":")
        for hour, word in enumerate(words.split()):
            name, _, at = word.partition("@")
            lines.append((case, name, NINE + timedelta(hours=float(at or hour))))
    return lines


def test_where_cases_stand_is_told_where_the_log_leaves_no_doubt():
    """
    In the order of the method; a case that went another way stands nowhere in it.
    """
    report = audit(
        told(
            "a: new call",
            "b: new call ack",
            "c: new call",
            f"d: {ROAD}",
            "e: new",
            "f: new offer",
            "g: call ack",
            "h: new call@1 ack@1",
        ),
        mapping_of({"activities": ACTS}),
        methods.six_steps(),
    )

    assert {"received": 1, "heard": 2, "acknowledged": 1, "closed": 1} == dict(report.standings)
    assert list(report.standings) == ["received", "heard", "acknowledged", "closed"]
    assert report.data()["standings"] == report.standings
    assert (
        {} == audit(told("a: new"), mapping_of({"activities": ACTS}), existence("listen")).standings
    )


UNARY = {"existence", "absence", "at_most_one", "exactly_one", "init", "last"}
TEMPLATES = UNARY | {
    *("responded_existence", "response", "precedence", "succession", "alternate_response"),
    *("alternate_precedence", "chain_response", "chain_precedence", "not_coexistence"),
    *("not_succession", "not_chain_succession", "coexistence", "choice", "exclusive_choice"),
}

KEPT, BROKEN, PENDING, CANNOT_TELL, NOT_APPLICABLE = Verdict
MAPPING = mapping_of({"activities": ACTS})
HASTY = precedence("acknowledge_problem", "offer", code="hasty")
PAYS = response("accept", "keep_promise", code="pays")


def verdict(case, rule, mapping=MAPPING, **options):
    """
    Return the verdict of one rule, or of a method, for one case.
    """
    return audit(told(f"x:{case}"), mapping, rule, **options).cases["x"][0]


@pytest.mark.parametrize(
    ("case", "hasty", "pays"),
    [
        (ROAD, KEPT, KEPT),
        ("new offer ack yes paid done", BROKEN, KEPT),
        ("new ack offer yes", KEPT, PENDING),
        ("new ack offer yes done", KEPT, BROKEN),
        ("new note", NOT_APPLICABLE, NOT_APPLICABLE),
        ("new ack@1 offer@1", CANNOT_TELL, NOT_APPLICABLE),
        ("new ack@1 ack@2 offer@2", KEPT, NOT_APPLICABLE),
        ("new ack@1 note@1 offer@2", KEPT, NOT_APPLICABLE),
        ("new offer@1 note@1 ack@2", BROKEN, NOT_APPLICABLE),
        ("offer yes paid", CANNOT_TELL, KEPT),
        ("ack offer", KEPT, CANNOT_TELL),
        ("new@0 offer@0", BROKEN, NOT_APPLICABLE),
        ("offer@0 new@0", BROKEN, NOT_APPLICABLE),
        ("new yes@1 paid@1 done", NOT_APPLICABLE, CANNOT_TELL),
        ("new yes@1 paid@1 paid@2 done", NOT_APPLICABLE, KEPT),
        ("new ack offer done again offer", BROKEN, NOT_APPLICABLE),
        ("new yes done paid", NOT_APPLICABLE, BROKEN),
        ("new yes paid done yes", NOT_APPLICABLE, KEPT),
        ("new yes again", NOT_APPLICABLE, BROKEN),
    ],
)
def test_a_case_gets_the_verdict_that_its_log_allows(case, hasty, pays):
    """
    Equal times, open ends, missing beginnings and second rounds are where audits go wrong.
    """
    report = audit(told(f"x:{case}"), MAPPING, [HASTY, PAYS])

    assert (hasty, pays) == report.cases["x"]


def test_an_order_that_the_log_does_not_say_is_never_chosen():
    """
    Whichever order the lines of one time stand in, the answer is the same, and says so.
    """
    reports = [
        audit(told(f"x:new {first}@1 {second}@1"), MAPPING, HASTY)
        for first, second in (("ack", "offer"), ("offer", "ack"))
    ]

    assert [CANNOT_TELL, CANNOT_TELL] == [r.cases["x"][0] for r in reports]
    assert [1, 1] == [r.tied for r in reports]
    assert {"same_time"} == {r.findings[0].reasons[0].code for r in reports}


@pytest.mark.parametrize("within", [None, Within(2, "days")])
def test_hundreds_of_lines_may_have_one_time(within):
    """
    An import writes all of a case at midnight, and no order of it is left out for that.
    """
    rule = response("offer", "accept", code="answered", within=within)
    lines = " ".join(["new", *["offer@1"] * 510])

    assert [PENDING, CANNOT_TELL] == [verdict(lines, rule), verdict(f"{lines} yes@1", rule)]


def test_a_case_that_began_before_the_log_is_not_condemned_for_what_cannot_be_seen():
    """
    Every export begins somewhere, in the middle of some tickets.
    """
    report = audit(told("x:offer", "y:new offer"), MAPPING, [HASTY, absence("offer", code="none")])

    assert {"x": (CANNOT_TELL, BROKEN), "y": (BROKEN, BROKEN)} == report.cases
    assert 1 == report.beheaded
    assert "began_before" == report.findings[0].reasons[0].code


def test_a_mapping_without_openings_takes_every_beginning_for_one():
    """
    Not every helpdesk logs that a ticket was opened.
    """
    mapping = mapping_of({"activities": {"ack": "acknowledge_problem", "offer": "offer"}})

    assert BROKEN == verdict("offer ack", HASTY, mapping)


def test_what_is_missing_is_pending_where_nothing_closes_a_case_and_the_report_says_so():
    """
    A log of closings nobody mapped would look as if all promises were still to come.
    """
    activities = {name: act for name, act in ACTS.items() if name != "done"}
    mapping = mapping_of({"activities": activities})
    over = mapping_of({"activities": activities, "log": {"complete": True}})

    assert PENDING == verdict("new yes", PAYS, mapping)
    assert "no activity closes a case" in audit(told("x:new yes"), mapping, PAYS).notes[0]
    assert BROKEN == verdict("new yes", PAYS, over)
    assert () == audit(told("x:new yes"), over, PAYS).notes


def test_an_outcome_that_is_not_said_is_left_open():
    """
    A log that says "survey" does not say what the customer answered.
    """
    mapping = mapping_of({"activities": {"new": "open", "survey": "follow_up", "done": "close"}})
    rule = response("follow_up/not_satisfied", "reopen", code="listens")
    report = audit(told("x:new survey done"), mapping, rule)

    assert CANNOT_TELL == report.cases["x"][0]
    assert "outcome_open" == report.findings[0].reasons[0].code


def test_facts_come_from_the_mapping_or_from_the_method():
    """
    What `never` asks for has to be known from somewhere.
    """
    mapping = mapping_of(
        {
            "activities": {
                "call": {"act": "listen", "outcome": "finished", "establishes": "heard"},
                "lost": {"clears": ["heard"]},
                "offer": "offer",
            }
        }
    )
    rule = never("offer", without="heard", code="deaf")

    assert KEPT == verdict("call offer", rule, mapping)
    assert BROKEN == verdict("offer call", rule, mapping)
    assert BROKEN == verdict("call lost offer", rule, mapping)
    assert CANNOT_TELL == verdict("call@1 offer@1", rule, mapping)
    assert NOT_APPLICABLE == verdict("call", rule, mapping)
    method = evolve(methods.six_steps(), invariants=[never("offer", without="heard", code="deaf")])
    found = audit(told("x:new call offer", "y:new offer"), MAPPING, method).cases
    assert {"x": KEPT, "y": BROKEN} == {case: both[1] for case, both in found.items()}


def test_several_acts_of_one_activity_happen_in_their_order():
    """
    One button of a helpdesk often does two things.
    """
    mapping = mapping_of(
        {
            "activities": {
                "good": ["acknowledge_problem", "offer"],
                "bad": {"acts": ["offer", "acknowledge_problem"]},
            }
        }
    )

    assert KEPT == verdict("good", HASTY, mapping)
    assert BROKEN == verdict("bad", HASTY, mapping)


def test_the_whole_history_is_one_where_the_rule_says_so():
    """
    A reopened case begins anew unless the rule speaks of all of it.
    """
    once = absence("offer", code="once")
    for_all = precedence("acknowledge_problem", "offer", code="all", each_cycle=False)

    assert KEPT == verdict("new ack done again offer", for_all)
    assert BROKEN == verdict("new ack done again offer", HASTY)
    assert BROKEN == verdict("new offer done again", once)


# -- time -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("new yes@1 paid@3", KEPT),
        ("new yes@1 paid@9", BROKEN),
        ("new yes@1 note@2", PENDING),
        ("new yes@1 note@20", BROKEN),
        ("new yes@1 done@2", BROKEN),
        ("new yes@1 paid@1", CANNOT_TELL),
        ("new note@2", NOT_APPLICABLE),
        ("paid@1 yes@2 paid@3", KEPT),
    ],
)
def test_a_rule_with_a_span_of_time_is_judged_by_the_clock(case, expected):
    """
    A promise that is kept a month late was not kept in time.
    """
    rule = response("accept", "keep_promise", within=Within(4, "hours"), code="soon")
    mapping = mapping_of({"activities": ACTS})

    assert expected == verdict(case, rule, mapping)


def test_time_runs_until_the_end_that_is_told():
    """
    A ticket that nobody has touched since is late today, not on the day of its last line.
    """
    rule = existence("listen", within=Within(2, "days"), code="heard_soon")

    assert PENDING == verdict("new note", rule)
    assert BROKEN == verdict("new note", rule, until=datetime(2026, 1, 8, 9, tzinfo=UTC))
    assert KEPT == verdict("new call note", rule, until=datetime(2026, 3, 8, 9, tzinfo=UTC))
    with pytest.raises(errors.TimeError, match="until"):
        verdict("new note", rule, until=datetime(2026, 1, 8, 9))


def test_timed_rules_stand_beside_the_others_and_sorted_cases_keep_theirs():
    """
    A case that is read again starts its clocks again.
    """
    rules = [HASTY, response("offer", "accept", within=Within(3, "hours"), code="soon")]
    report = audit(told("x:new yes@9 offer@2 ack@1", "y:new ack offer yes"), MAPPING, rules)

    assert {"x": (KEPT, BROKEN), "y": (KEPT, KEPT)} == report.cases
    assert [("x", "soon", "yes", 2)] == [
        (f.case, f.rule, f.activity, f.line) for f in report.findings
    ]


def test_a_time_that_nobody_means_is_no_line_for_a_clock():
    """
    The year 1 is how some databases write that they do not know, and then nobody does.
    """
    rule = response("accept", "keep_promise", within=Within(4, "hours"), code="soon")
    lines = [("x", "yes", datetime(1, 1, 1)), *told("x:new yes paid")]
    report = audit(lines, MAPPING, rule)

    assert (1, {"x": (CANNOT_TELL,)}) == (report.unusable, report.cases)
    assert "year 1 " in report.samples[0].why


FACTS = ("f", "g", "h")
STEPS = {
    "offer": "offer",
    "again": "reopen",
    "close": {"act": "close", "outcome": "resolved"},
    **{f"+{fact}": {"establishes": fact} for fact in FACTS},
    **{f"-{fact}": {"clears": fact} for fact in FACTS},
    "new": "open",
}


@pytest.mark.untraced
@given(
    st.lists(st.tuples(st.sampled_from([*STEPS][:-1]), st.integers(0, 6)), max_size=7),
    st.booleans(),
)
def test_what_is_possible_of_facts_before_the_log_is_what_some_beginning_leads_to(steps, each):
    """
    Of the facts that may be there it is enough to look at all, and at all but one.
    """
    rule = never("offer", without=FACTS, code="deaf", each_cycle=each)
    mapping = mapping_of({"activities": STEPS})
    lines = [("x", name, NINE + timedelta(hours=1 + hour)) for name, hour in steps]
    if not lines:
        return
    beginnings = [
        [("x", "new", NINE - timedelta(hours=9))]
        + [("x", f"+{fact}", NINE - timedelta(hours=1)) for fact in some]
        for n in range(len(FACTS) + 1)
        for some in itertools.combinations(FACTS, n)
    ]
    # An offer may have been made before the log, too: with all facts, it changes no more than that.
    good = [("x", f"+{fact}", NINE - timedelta(hours=5)) for fact in FACTS]
    good += [("x", "offer", NINE - timedelta(hours=4))]
    good += [("x", f"-{fact}", NINE - timedelta(hours=3)) for fact in FACTS]
    beginnings += [[one[0], *good, *one[1:]] for one in beginnings]
    verdicts = {audit([*one, *lines], mapping, rule).cases["x"][0] for one in beginnings}
    wanted = verdicts.pop() if len(verdicts) == 1 else CANNOT_TELL

    assert wanted == audit(lines, mapping, rule).cases["x"][0]


def test_a_rule_that_asks_for_many_facts_is_quick_where_the_beginning_is_missing():
    """
    Forty facts have a million million sets.
    """
    facts = [f"fact_{n}" for n in range(40)]
    rule = never("offer", without=facts, code="deaf")
    activities = {"new": "open", "offer": "offer", "all": {"establishes": facts}}
    mapping = mapping_of({"activities": activities | {f: {"establishes": f} for f in facts}})
    known = told(f"x:{' '.join(facts)} offer", "y:offer@0 all@0", f"z:{' '.join(facts[1:])} offer")

    assert {"x": (KEPT,), "y": (CANNOT_TELL,), "z": (CANNOT_TELL,)} == (
        audit(known, mapping, rule).cases
    )


# -- a method -------------------------------------------------------------------------------------


def test_a_replay_tells_only_the_first_deviation_with_what_was_missing():
    """
    After the first wrong step everything looks wrong, and tells nobody anything.
    """
    report = audit(told("x:new offer call ack feel yes paid done"), MAPPING, methods.six_steps())
    [found] = [each for each in report.findings if each.rule == "six_steps"]

    assert (BROKEN, "offer", 2) == (found.verdict, found.activity, found.line)
    assert ["heard", "recognised", "empathy_shown", "expectation_known"] == [
        reason.code for reason in found.reasons
    ]
    assert "the customer has not been heard" == found.reasons[0].text
    assert ("003-10", "003-11", "003-12") == found.reasons[0].cites


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (ROAD, KEPT),
        ("new call ack", PENDING),
        ("new", PENDING),
        (f"{ROAD} again call", PENDING),
        (f"{ROAD} again offer", BROKEN),
        ("new call ack feel wish offer yes done", BROKEN),
        ("new ack@1 call@1", CANNOT_TELL),
        ("new call@1 call@1 ack@2", PENDING),
        ("call ack", CANNOT_TELL),
    ],
)
def test_a_case_is_held_against_the_whole_method(case, expected):
    """
    What `decide` would have refused is a deviation, and nothing else is.
    """
    assert expected == verdict(case, methods.six_steps())


def test_a_method_is_audited_with_the_invariants_that_it_carries():
    """
    A replay stops at the first deviation; a sentence is judged to the end.
    """
    method = methods.six_steps()
    report = audit(told("x:new offer call ack"), MAPPING, method)

    assert ["six_steps", *(each.code for each in method.invariants)] == [
        r.code for r in report.rules
    ]
    assert {"six_steps", "offer_before_expectation"} <= {each.rule for each in report.findings}


def test_a_step_that_no_state_has_says_where_it_is_possible():
    """
    Sometimes nothing is missing but the moment.
    """
    [found] = audit(told(f"x:{ROAD} offer"), MAPPING, methods.six_steps()).findings

    assert "the case is over; offer is not possible while closed: it is possible while " in str(
        found
    )


def test_what_a_log_cannot_answer_is_said_and_taken_to_be_met():
    """
    Nobody's authority stands in an event log.
    """
    report = audit(told(f"x:{ROAD}"), MAPPING, methods.six_steps())

    assert ("offer", "within_authority") in [(u.trigger, u.code) for u in report.unjudged]
    assert [] == list(audit(told(f"x:{ROAD}"), MAPPING, HASTY).unjudged)


def test_an_outcome_that_is_not_said_is_read_in_favour_of_a_replayed_case():
    """
    A log that says "called" may mean the call that heard the customer out.
    """
    mapping = mapping_of({"activities": ACTS | {"call": "listen", "paid": "keep_promise"}})

    assert KEPT == verdict(ROAD, methods.six_steps(), mapping)


def test_a_waiver_lets_pass_what_the_method_lets_be_waived_and_no_more():
    """
    The log does not say what was waived, so it may have been the right thing.
    """
    method = methods.six_steps(strict=True, language=False)
    mapping = mapping_of({"activities": ACTS | {"skip": "waive"}})
    without_learning = "new call skip ack feel wish offer yes paid done"

    assert BROKEN == verdict(ROAD, method, mapping)
    assert KEPT == verdict(without_learning, method, mapping)
    assert BROKEN == verdict("new skip offer", method, mapping)


def test_a_case_that_the_log_closes_before_the_method_does_deviates():
    """
    Deleting a ticket is a side door past every method.
    """
    mapping = mapping_of({"activities": ACTS | {"deleted": {"closes": True}}})
    report = audit(told("x:new call deleted"), mapping, methods.six_steps())

    assert BROKEN == report.cases["x"][0]
    assert "the case was over while heard" == report.findings[0].reasons[0].text
    assert (None, None, None) == (
        report.findings[0].at,
        report.findings[0].activity,
        report.findings[0].line,
    )


def test_of_several_acts_the_one_that_deviates_is_told():
    """
    One button that does two things may do the second too early.
    """
    mapping = mapping_of(
        {"activities": {"new": "open", "both": ["open", "listen/finished", "offer"]}}
    )
    found = audit(told("x:new both"), mapping, methods.six_steps()).findings[0]

    assert ["recognised", "empathy_shown", "expectation_known"] == [r.code for r in found.reasons]


def test_a_method_has_nothing_to_say_of_a_case_without_an_act():
    """
    Tickets that are no complaints are in every log.
    """
    assert NOT_APPLICABLE == verdict("note", methods.six_steps(), MAPPING_WITHOUT_OPENING)


def test_an_act_of_a_hosts_own_that_only_ends_cases_closes_them():
    """
    A method of one's own has closings of its own.
    """

    @act
    class Archive(Act):
        """It is put away."""

        note: str

    base = methods.five_steps(language=False)
    working = [state.name for state in base.states if not state.final]
    method = evolve(
        base,
        name="own",
        states=[*base.states, State("archived", "put away", final=True, waits_for="nobody")],
        rules=[*base.rules, Rule(Archive)],
        edges=[
            *base.edges,
            Edge(working, Archive, "archived"),
            Edge("archived", "deadline_passed"),
        ],
        invariants=[existence("take_action", code="helps")],
    )
    mapping = mapping_of(
        {"activities": {"new": "open", "away": "archive", "note": "note_mood", "done": "close"}}
    )
    report = audit(told("x:new away", "y:new note"), mapping, method)

    assert (KEPT, BROKEN) == report.cases["x"]
    assert (PENDING, PENDING) == report.cases["y"]


def test_times_without_a_zone_are_of_the_zone_of_the_log():
    """
    Two hours are two hours, also in the night the clocks go forward.
    """
    rule = response("accept", "keep_promise", within=Within(2, "hours"), code="soon")
    night = datetime(2026, 3, 29, 1, 30)
    lines = [("x", "yes", night), ("x", "paid", night + timedelta(hours=3))]
    vienna = mapping_of({"activities": ACTS, "log": {"zone": "Europe/Vienna"}})

    assert KEPT == audit([("x", "new", night), *lines], vienna, rule).cases["x"][0]
    assert BROKEN == audit([("x", "new", night), *lines], MAPPING, rule).cases["x"][0]


def test_facts_of_a_mapping_count_in_a_replay():
    """
    What a helpdesk knows otherwise need not be an act in it.
    """
    given_facts = {"establishes": ["heard", "recognised", "empathy_shown", "expectation_known"]}
    mapping = mapping_of(
        {"activities": {"all": given_facts, "acts": "apologize", "call": "listen"}}
    )

    assert PENDING == verdict("call all call", methods.six_steps(), mapping)
    cleared = mapping_of(
        {"activities": ACTS | {"forget": {"clears": "heard"}, "sorry": "apologize"}}
    )
    assert BROKEN == verdict("new call forget sorry", methods.six_steps(), cleared)


# -- the fold -------------------------------------------------------------------------------------

SOME = ("new", "ack", "offer", "yes", "paid", "done", "again", "note", "odd")
RULES = (
    HASTY,
    PAYS,
    inv.alternate_precedence("acknowledge_problem", "offer", code="alternate"),
    inv.chain_response("offer", "accept", code="chain"),
    inv.not_succession("close", "offer", code="after"),
    inv.response("accept", "keep_promise", within=Within(3, "hours"), code="soon"),
)


@st.composite
def logs(draw, names=SOME, cases=3, hours=6):
    """
    Draw lines of a few cases at a few hours, in any order.
    """
    line = st.tuples(
        st.sampled_from([f"c{n}" for n in range(cases)]),
        st.sampled_from(names),
        st.integers(0, hours).map(lambda hour: NINE + timedelta(hours=hour)),
    )
    return draw(st.lists(line, min_size=1, max_size=14))


END = datetime(2026, 1, 6, tzinfo=UTC)


@given(logs())
def test_interleaved_cases_are_judged_as_each_alone(lines):
    """
    A helpdesk works on many tickets at once; none of them may colour another.
    """
    together = audit(lines, MAPPING, RULES, until=END)
    alone = {}
    for case in dict.fromkeys(line[0] for line in lines):
        own = [line for line in lines if line[0] == case]
        alone |= audit(own, MAPPING, RULES, until=END).cases

    assert alone == together.cases


@given(logs(), st.randoms(use_true_random=False))
def test_the_order_of_the_lines_changes_no_verdict(lines, order):
    """
    Unsorted files, and lines of one time in whatever order, get the same answers.
    """
    shuffled = order.sample(lines, len(lines))
    by_time = sorted(lines, key=lambda line: line[2])
    reports = [audit(each, MAPPING, RULES, until=END) for each in (lines, shuffled, by_time)]

    assert reports[0].cases == reports[1].cases == reports[2].cases
    assert reports[0].unknown == reports[1].unknown == reports[2].unknown
    assert 1 == len({report.tied for report in reports})
    assert 0 == reports[2].unsorted
    found = [{(f.case, f.rule, f.verdict, f.at) for f in report.findings} for report in reports]
    assert found[0] == found[1] == found[2]


def test_what_was_noted_too_early_is_taken_back():
    """
    Half of a tie, or half of an unsorted case, looks worse than the whole.
    """
    rules = [HASTY, absence("accept", code="none")]
    tie = audit(told("x:new offer@1 ack@1 done@2 again@3 offer@4"), MAPPING, rules)
    late = audit(told("x:new offer@3 ack@4 done@5 again@6 offer@7 ack@1"), MAPPING, rules)

    assert [NINE + timedelta(hours=4)] == [f.at for f in tie.findings if f.verdict is BROKEN]
    assert [NINE + timedelta(hours=7)] == [f.at for f in late.findings if f.verdict is BROKEN]


def every_order(lines):
    """
    Yield the lines of one case in every order that their times allow, a minute apart.
    """
    groups = [
        list(g) for _, g in itertools.groupby(sorted(lines, key=lambda x: x[2]), lambda x: x[2])
    ]
    for choice in itertools.product(*(itertools.permutations(group) for group in groups)):
        flat = [line for group in choice for line in group]
        yield [(c, a, NINE + timedelta(minutes=n)) for n, (c, a, _) in enumerate(flat)]


@given(
    logs(names=("ack", "offer", "yes", "paid", "done"), cases=1, hours=3).filter(
        lambda lines: len(lines) <= 6
    )
)
def test_a_verdict_stands_only_where_every_order_gives_it(lines):
    """
    The definition of "cannot tell", by brute force: no order turns kept into broken silently.
    """
    rules = RULES[:5]
    found = audit(lines, MAPPING_WITHOUT_OPENING, rules).cases["c0"]
    by_order = [
        audit(each, MAPPING_WITHOUT_OPENING, rules).cases["c0"] for each in every_order(lines)
    ]
    expected = tuple(
        verdicts.pop() if len(verdicts) == 1 else CANNOT_TELL
        for verdicts in ({each[place] for each in by_order} for place in range(len(rules)))
    )

    assert expected == found


MAPPING_WITHOUT_OPENING = mapping_of(
    {"activities": {name: act for name, act in ACTS.items() if name != "new"}}
)


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_the_fold_and_the_table_agree_on_every_short_history(template):
    """
    The audit has no semantics of its own.
    """
    make = getattr(inv, template)
    kinds = ("offer",) if template in UNARY else ("offer", "accept")
    rule = make(*kinds, code="it")
    mapping = mapping_of(
        {"activities": {"0": "thank", "1": "offer", "2": "accept"}, "log": {"complete": True}}
    )
    words = [word for n in range(1, 6) for word in itertools.product((0, 1, 2), repeat=n)]
    lines = [
        (f"{word}", str(letter), NINE + timedelta(hours=hour))
        for word in words
        for hour, letter in enumerate(word)
    ]
    found = audit(lines, mapping, rule).cases
    expected = {}
    for word in words:
        seen = [0 if letter == 2 and len(kinds) == 1 else letter for letter in word]
        place = rule.table.read(seen)
        ok = KEPT if rule.table.touched[place] else NOT_APPLICABLE
        expected[str(word)] = (ok if rule.table.kept[place] else BROKEN,)

    assert expected == found


def test_a_day_of_many_lines_is_judged_without_trying_every_order():
    """
    Twenty lines of one day have more orders than there are seconds since the big bang.
    """
    names = list(ACTS) * 3
    random.Random(1).shuffle(names)
    lines = [("x", name, NINE) for name in names]
    report = audit(lines, MAPPING, [HASTY, PAYS, absence("thank", code="none")])

    assert (CANNOT_TELL, CANNOT_TELL, KEPT) == report.cases["x"]


# -- the report -----------------------------------------------------------------------------------


def test_a_report_counts_every_case_once_in_each_rule():
    """
    Totals that do not add up are no totals.
    """
    report = audit(
        told("a:new ack offer", "b:new offer", "c:new", "d:offer"), MAPPING, [HASTY, PAYS]
    )

    assert {len(report.cases)} == {sum(rule.totals.values()) for rule in report.rules}
    assert Counter(both[0] for both in report.cases.values()) == Counter(
        {v: n for v, n in report.rules[0].totals.items() if n}
    )
    assert ("b",) == report.broken() == report.broken("hasty")
    assert () == report.broken("pays")
    assert not report.is_clean
    assert [3, 1] == [len(report.data(limit)["findings"]) for limit in (None, 1)]
    assert [4, 2] == [len(list(report.rows(limit))) for limit in (None, 1)]


def test_what_the_mapping_does_not_know_is_counted_and_what_the_log_lacks_is_named():
    """
    A misspelt activity would otherwise look like one that never happens.
    """
    mapping = mapping_of({"activities": {"Refund offered": "offer", "Ack": "acknowledge_problem"}})
    lines = told("x:Refund_offered Refund_offered Ack odd")
    lines = [
        (case, name.replace("_", " ") + ("!" if "R" in name else ""), at)
        for case, name, at in lines
    ]
    report = audit(lines, mapping, HASTY)

    assert {"Refund offered!": 2, "odd": 1} == report.unknown
    assert ("Refund offered",) == report.unseen
    assert "does not know 'Refund offered!' (did you mean 'Refund offered'?)" in report.notes[-1]
    assert "none of the activities" in audit(told("x:odd"), mapping, HASTY).notes[1]
