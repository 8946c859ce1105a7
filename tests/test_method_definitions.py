"""
Definitions of methods: one that is valid, and every kind of mistake that is found in others.
"""

from datetime import UTC, datetime

import attrs
import pytest
from hypothesis import settings

from complaintflow import (
    Advised,
    Departure,
    Edge,
    EvidenceError,
    Fact,
    LanguageRule,
    Method,
    MethodError,
    Outcome,
    Requirement,
    Rule,
    State,
    TimeLimit,
    UnknownAct,
    Within,
    act,
    methods,
    stays,
)
from complaintflow.acts import (
    Accept,
    AcknowledgeProblem,
    Act,
    Answer,
    Apologize,
    Approve,
    AskExpectation,
    AskQuestion,
    BreakPromise,
    Close,
    Correct,
    CustomerReplied,
    DeadlineNear,
    DeadlinePassed,
    FollowUp,
    KeepPromise,
    Lapse,
    Listen,
    Merge,
    Mitigate,
    NotReached,
    Offer,
    ReleasePromise,
    Remedy,
    Reopen,
    RequestApproval,
    Waive,
    Withdraw,
)
from complaintflow.methods import six_steps
from complaintflow.methods.common import answers
from complaintflow.requirements import (
    approval_open,
    approver_is_another,
    attempts_made,
    break_approved,
    deadline_passed,
    fills,
    may_be_waived,
    nothing_outstanding,
    promise_open,
    question_open,
    says,
)
from complaintflow.testing import method_machine

STATES = (
    State("received", "the customer is to be heard", 1, waits_for="customer", cites="own-1"),
    State("heard", "something is to be offered", 2),
    State("offered", "the customer is to answer", 3, waits_for="customer"),
    State("agreed", "what was agreed is to be done"),
    State("closed", "it is resolved", final=True, waits_for="nobody"),
    State("withdrawn", "the customer took it back", final=True, waits_for="nobody"),
    State("lapsed", "the customer fell silent", final=True, waits_for="nobody"),
)
EVERYWHERE = tuple(state.name for state in STATES)
WORKING = EVERYWHERE[:4]

FACTS = (
    Fact("heard", "{customer} has not been heard"),
    Fact("recognised", "the problem is not recognised"),
    Fact("offer_open", "no offer stands"),
    Fact("agreed", "nothing is agreed"),
    Fact("promises_settled", "not everything that was promised is settled"),
)

RULES = (
    Rule(Listen, outcomes=[Outcome("finished", establishes="heard")], cites="own-1"),
    Rule(AcknowledgeProblem, needs=["heard"], establishes="recognised"),
    Rule(Offer, needs=["heard", "recognised"], establishes="offer_open"),
    Rule(
        Accept,
        needs=["offer_open"],
        establishes="agreed",
        clears=["offer_open", "promises_settled"],
    ),
    Rule(
        KeepPromise,
        needs=[promise_open()],
        outcomes=[Outcome("settled", establishes="promises_settled")],
    ),
    Rule(Close, needs=["agreed", "promises_settled"], in_way=False),
    Rule(Withdraw, in_way=False),
    Rule(NotReached, in_way=False),
    Rule(Lapse, needs=[attempts_made(2)], in_way=False),
    Rule(DeadlinePassed, needs=[deadline_passed()], in_way=False),
)

EDGES = (
    Edge("received", "listen", "heard", outcome="finished"),
    Edge("received", "listen"),
    *stays(["heard"], AcknowledgeProblem),
    Edge(["heard", "offered"], "offer", "offered"),
    Edge("offered", "accept", "agreed"),
    *stays(EVERYWHERE, KeepPromise, DeadlinePassed),
    *stays(WORKING, NotReached),
    Edge("agreed", "close", "closed"),
    Edge(WORKING, "withdraw", "withdrawn"),
    Edge(["received", "offered"], "lapse", "lapsed"),
)

SMALL = {
    "name": "small",
    "version": "1",
    "title": "The small way",
    "initial": "received",
    "states": STATES,
    "facts": FACTS,
    "rules": RULES,
    "edges": EDGES,
}

ASKING = {
    "facts": [*FACTS, Fact("expectation_known", "what {customer} expects is unknown")],
    "rules": [
        *RULES,
        Rule(
            AskExpectation,
            needs=["heard"],
            outcomes=[
                Outcome("answered", establishes="expectation_known"),
                Outcome("unknown", establishes="expectation_known"),
            ],
        ),
    ],
    "edges": [*EDGES, *stays(["heard"], AskExpectation)],
}
"""What makes it a method that negotiates: it asks the customer what they expect."""


def small(**changes):
    """
    Return the small method with other parts in it.
    """
    return Method(**(SMALL | changes))


def problems(**changes):
    """
    Return everything that is wrong with the small method when it has other parts in it.
    """
    with pytest.raises(MethodError) as error:
        small(**changes)
    return list(error.value.problems)


def but_rule(*replaced, rules=RULES):
    """
    Return the rules with some in the place of those about the same acts.
    """
    others = {rule.trigger: rule for rule in replaced}
    return [others.get(rule.trigger, rule) for rule in rules]


# -- a valid one --------------------------------------------------------------------------------


def test_a_small_method_takes_a_page(begin):
    """
    And everything the documented ones have: refusals with ways, promises, exits.
    """
    story = begin(small())
    offer = Offer(remedies=[Remedy("refund", 40, "EUR")], words="Forty?")

    assert ["listen (finished)", "acknowledge_problem"] == story.way(offer)

    story.record(Listen(account="It broke"), AcknowledgeProblem(words="It broke"), offer, Accept())

    assert ["promises_settled"] == story.unmet(Close())
    assert "closed" == story.record(KeepPromise("p1"), Close()).state


def test_a_recommended_fact_is_a_warning_where_it_is_missing(begin):
    """
    And none where it holds.
    """
    method = small(
        rules=but_rule(
            Rule(NotReached, needs=[Advised("recognised")], in_way=False),
        )
    )
    story = begin(method)

    assert ["recognised"] == story.warnings(NotReached(channel="phone"))

    story.record(Listen(account="It broke"), AcknowledgeProblem(words="It broke"))

    assert [] == story.warnings(NotReached(channel="phone"))


def test_a_method_is_a_value():
    """
    Two equal ones are one; another version is another.
    """
    assert small() == small()
    assert hash(small()) == hash(small())
    assert small() != small(version="2")
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        small().name = "large"


def test_a_method_is_pinned_by_name_version_and_settings():
    """
    What a case was promised is found again years later.
    """
    plain, set_up = small(), small(settings={"strict": True})

    assert plain.pin.startswith("small/1/")
    assert plain.pin == small(settings={}).pin
    assert set_up.pin not in {plain.pin, small(settings={"strict": 1}).pin}
    assert set_up.pin == small(settings=[("strict", True)]).pin


def test_a_method_answers_questions_about_itself():
    """
    Pictures and documentation are drawn from it.
    """
    method = small()

    assert frozenset({"closed", "withdrawn", "lapsed"}) == method.final
    assert ("listen", "acknowledge_problem", "offer") == method.triggers[:3]
    assert STATES[1] is method.state("heard")
    assert RULES[2] is method.rule("offer")
    assert ("listen",) == method.establishing("heard")
    assert ("keep_promise",) == method.establishing("promises_settled")
    assert ["heard", "recognised"] == [r.code for r in method.requirements(method.rule("offer"))]
    assert {("own-1", "state received"), ("own-1", "act listen")} == set(method.cited())


def test_what_a_method_does_not_have_is_told():
    """
    With what may have been meant.
    """
    with pytest.raises(KeyError):
        small().state("herad")
    with pytest.raises(UnknownAct, match=r"small has no act 'ofer' \(did you mean 'offer'\?\)"):
        small().rule("ofer")


def test_what_a_method_cites_is_found_in_all_of_its_parts():
    """
    "Where is this clause enforced" has an answer for each.
    """
    method = small(
        facts=[attrs.evolve(FACTS[0], cites="own-2"), *FACTS[1:]],
        rules=but_rule(
            Rule(Withdraw, needs=[fills("reason", code="why", text="why?", cites=["own-3"])]),
            Rule(
                Close,
                needs=["agreed", "promises_settled"],
                outcomes=[
                    Outcome(
                        "resolved",
                        needs=[Advised(fills("cost", code="c", text="c", cites=["own-4"]))],
                    )
                ],
            ),
        ),
        limits=[
            TimeLimit("late", "late", Within(1), starts=["open"], ends=["listen"], cites="own-5")
        ],
        language=[LanguageRule("l", "soon", "soon", cites="own-6")],
        notes={"own-7": "it is so by itself"},
    )

    assert {
        ("own-1", "state received"),
        ("own-1", "act listen"),
        ("own-2", "fact heard"),
        ("own-3", "requirement why"),
        ("own-4", "requirement c"),
        ("own-5", "time limit late"),
        ("own-6", "language rule l"),
        ("own-7", "by construction: it is so by itself"),
    } == set(method.cited())


def test_parts_of_a_definition_take_one_name_or_several():
    """
    A lone text is one name, never its letters.
    """
    assert ("heard",) == Edge("heard", "offer").sources
    assert frozenset({"heard"}) == Rule(Listen, establishes="heard").establishes
    assert frozenset({"heard"}) == Edge("heard", "offer", given="heard").given
    assert (("offered", "customer"),) == Rule(Offer, notify={"offered": "customer"}).notify
    assert (("offered", "customer"),) == Rule(Offer, notify=[("offered", "customer")]).notify


# -- everything at once -------------------------------------------------------------------------


def test_a_dozen_mistakes_are_told_at_once():
    """
    Whoever writes a method wants to correct it once, and to be told what they meant.
    """
    assert [
        "initial: unknown state 'recieved' (did you mean 'received'?)",
        "rule of listen: unknown outcome 'finishd' (did you mean 'finished'?)",
        "rule of listen: unknown fact 'haerd' (did you mean 'heard'?)",
        "rule of offer: unknown fact 'recognized' (did you mean 'recognised'?)",
        "edge close from agreed: unknown state 'closd' (did you mean 'closed'?)",
        "edge ofer from heard: unknown act 'ofer' (did you mean 'offer'?)",
        "edge listen from heard: unknown outcome 'done'; there is finished, unfinished",
        "edge offer from agreed: unknown fact 'hard' (did you mean 'heard'?)",
        "time limit late: unknown act 'lisen' (did you mean 'listen'?)",
        "language rule soon: unknown act 'ofer' (did you mean 'offer'?)",
        "language rule soon: unknown fact 'xyz'",
        "waivable: unknown requirement 'recognise' (did you mean 'recognised'?)",
        (
            "charter I1: offer must need a fact that says the customer's account is heard "
            "(no fact does yet: name one that nothing but listen (finished) establishes), "
            "or the method must declare that it departs from I1"
        ),
    ] == problems(
        initial="recieved",
        rules=but_rule(
            Rule(Listen, outcomes=[Outcome("finishd", establishes="haerd")]),
            Rule(Offer, needs=["recognized"], establishes="offer_open"),
            Rule(AcknowledgeProblem, establishes=["recognised", "heard"]),
            rules=WAIVING,
        ),
        edges=[
            *(edge for edge in EDGES if edge.trigger != "close"),
            Edge("agreed", "close", "closd"),
            Edge("heard", "ofer"),
            Edge("heard", "listen", outcome="done"),
            Edge("agreed", "offer", given="hard"),
            *stays(WORKING, Waive),
        ],
        waivable=["recognise"],
        limits=[TimeLimit("late", "late", Within(1), starts="open", ends="lisen")],
        language=[LanguageRule("soon", "soon", "soon", acts="ofer", until="xyz")],
    )


def test_problems_are_told_in_one_sentence_each():
    """
    The error is the list.
    """
    with pytest.raises(MethodError) as error:
        small(rules=WAIVING, edges=WAIVING_EDGES, initial="recieved", waivable="x")

    assert (
        "method 'small' has 2 problems:\n"
        "- initial: unknown state 'recieved' (did you mean 'received'?)\n"
        "- waivable: unknown requirement 'x'"
    ) == str(error.value)


# -- pieces -------------------------------------------------------------------------------------


class Unmarked(Act):
    """
    A class that misses its `@act`.
    """


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": " "}, ["name must not be blank"]),
        (
            {"version": 1, "title": ""},
            [
                "version must be text, not int (1)",
                "title must not be blank",
            ],
        ),
        ({"states": [*STATES, "more"]}, ["states[7] must be a State, not str ('more')"]),
        ({"facts": ["heard"]}, ["facts[0] must be a Fact, not str ('heard')"]),
        ({"rules": [Listen]}, [f"rules[0] must be a Rule, not type ({Listen!r:.40})"]),
        (
            {"edges": [("received", "listen")]},
            ["edges[0] must be an Edge, not tuple (('received', 'listen'))"],
        ),
        ({"departs": ["I1"]}, ["departs[0] must be a Departure, not str ('I1')"]),
        (
            {"limits": [Within(1)]},
            [f"limits[0] must be a TimeLimit, not Within ({Within(1)!r:.40})"],
        ),
        ({"language": ["soon"]}, ["language[0] must be a LanguageRule, not str ('soon')"]),
        (
            {"rules": [Rule(Unmarked), Rule(int)]},
            [
                f"rules[0]: act must be a class under @act, not type ({Unmarked!r:.40})",
                f"rules[1]: act must be a class under @act, not type ({int!r:.40})",
            ],
        ),
    ],
)
def test_a_definition_is_made_of_its_pieces(changes, expected):
    """
    A misplaced one is told by its place.
    """
    assert expected == problems(**changes)


@pytest.mark.parametrize("need", [promise_open, 7, None, Fact("heard", "not heard"), Listen])
def test_a_need_is_a_fact_by_its_name_or_a_requirement(need):
    """
    Forgetting the parentheses after the maker of one is a likely slip.
    """
    (told, *_) = problems(rules=but_rule(Rule(Withdraw, needs=[need])))

    assert told.startswith("rule of withdraw: ")


@pytest.mark.parametrize("within", ["14 days", 14, None])
def test_promises_are_due_within_a_span(within):
    """
    Found when the method is built, and not when the first customer says yes.
    """
    assert 1 == len(problems(promises_within=within))


# -- names --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"states": [*STATES, State("heard", "once more")]},
            "state 'heard' is defined 2 times; give it once",
        ),
        (
            {"facts": [*FACTS, FACTS[0], FACTS[0]]},
            "fact 'heard' is defined 3 times; give it once",
        ),
        (
            {"rules": [*RULES, Rule(Withdraw)]},
            "the rule of act 'withdraw' is defined 2 times; give it once",
        ),
        (
            {"rules": but_rule(Rule(Withdraw, establishes="agreed", clears="agreed"))},
            "rule of withdraw: fact 'agreed' is both established and cleared; take one out",
        ),
        (
            {
                "rules": but_rule(
                    Rule(
                        Close,
                        needs=["agreed", "promises_settled"],
                        outcomes=[Outcome("resolved")] * 2,
                    )
                )
            },
            "rule of close: outcome 'resolved' is defined 2 times; give it once",
        ),
        (
            {
                "rules": but_rule(
                    Rule(Offer, needs=["heard", "recognised", "settled"], establishes="offer_open")
                )
            },
            "rule of offer: unknown fact 'settled' (did you mean 'promises_settled'?)",
        ),
        (
            {"rules": but_rule(Rule(Withdraw, needs=[Advised("agred")]))},
            "rule of withdraw: unknown fact 'agred' (did you mean 'agreed'?)",
        ),
        (
            {"rules": but_rule(Rule(Withdraw, clears="agred"))},
            "rule of withdraw: unknown fact 'agred' (did you mean 'agreed'?)",
        ),
        (
            {
                "rules": but_rule(
                    Rule(
                        Close,
                        needs=["agreed", "promises_settled"],
                        outcomes=[Outcome("resolved", needs=["x"])],
                    )
                )
            },
            "rule of close: unknown fact 'x'",
        ),
        (
            {
                "facts": [*FACTS, Fact("blessed", "not blessed")],
                "rules": but_rule(Rule(NotReached, needs=["blessed"])),
            },
            "rule of not_reached: nobody can satisfy 'blessed': no act establishes it",
        ),
        (
            {
                "rules": [*RULES, Rule(Approve, needs=[approval_open()])],
                "edges": [*EDGES, Edge("heard", "approve")],
            },
            (
                "rule of approve: nobody can satisfy 'approval_open': it takes request_approval, "
                "which has no rule"
            ),
        ),
        (
            {"rules": but_rule(Rule(NotReached, needs=[Advised(approval_open())]))},
            (
                "rule of not_reached: nobody can satisfy 'approval_open': "
                "it takes request_approval, which has no rule"
            ),
        ),
        (
            {"edges": [*EDGES, Edge([], "offer")]},
            "edge offer from nowhere: it starts in no state; name one",
        ),
        (
            {"edges": [*EDGES, Edge("hurd", "offer")]},
            "edge offer from hurd: unknown state 'hurd' (did you mean 'heard'?)",
        ),
        (
            {"edges": [*EDGES, Edge("agreed", "open")]},
            "edge open from agreed: unknown act 'open'",
        ),
        (
            {"edges": [*EDGES, Edge("agreed", "close", "lapsed")]},
            "duplicate edge: close from agreed has an earlier one",
        ),
        (
            {"edges": [*EDGES, Edge("agreed", "close", outcome="resolved", given="agreed")]},
            "duplicate edge: close (resolved) from agreed has an earlier one",
        ),
        (
            {"rules": [*RULES, Rule(Apologize)]},
            "rule of apologize: no edge has it, so it is never possible; give it one",
        ),
        (
            {
                "limits": [
                    TimeLimit("late", "x", Within(n), starts="open", ends="listen") for n in (1, 2)
                ]
            },
            "time limit 'late' is defined 2 times; give it once",
        ),
        (
            {"limits": [TimeLimit("late", "x", Within(1), starts="opened", ends="listen")]},
            "time limit late: unknown act 'opened' (did you mean 'open'?)",
        ),
        (
            {"language": [LanguageRule("r", "a", "x"), LanguageRule("r", "b", "x")]},
            "language rule 'r' is defined 2 times; give it once",
        ),
        (
            {"language": [LanguageRule("r", [], "x")]},
            "language rule r: every phrase must say something, and there must be one",
        ),
        (
            {"language": [LanguageRule("r", ["soon", " * "], "x")]},
            "language rule r: every phrase must say something, and there must be one",
        ),
        (
            {"states": [attrs.evolve(state, final=False) for state in STATES]},
            "no state is final: a case could never be closed",
        ),
        (
            {"states": [attrs.evolve(STATES[0], final=True), *STATES[1:]]},
            "state 'received' is both initial and final; begin in another",
        ),
    ],
)
def test_a_name_that_fits_nothing_is_told(changes, expected):
    """
    Also where `transitions` would have made a state of it, or called a function of that name.
    """
    assert expected in problems(**changes)


@pytest.mark.parametrize("name", ["State", "Trigger", "Open"])
def test_some_names_are_no_triggers(name):
    """
    The machine has attributes of these names, and opening is an act of the library.
    """
    made = act(type(name, (Act,), {"__module__": __name__}))
    told = problems(rules=[*RULES, Rule(made)], edges=[*EDGES, Edge("heard", made.trigger)])

    assert (
        f"rule of {name.lower()}: an act cannot be called '{name.lower()}'; "
        "give the class another name"
    ) in told


@pytest.mark.parametrize("phrase", ["*fund", "re*und", "re fund*ing"])
def test_a_star_stands_at_the_end_of_a_word(phrase):
    """
    Anywhere else it would quietly stand for something else: "*fund" for every word.
    """
    assert 1 == len(problems(language=[LanguageRule("r", phrase, "x")]))


def test_outcomes_may_be_read_by_the_method_itself():
    """
    Then the method names them, and edges may use them.
    """
    method = small(
        rules=but_rule(
            Rule(
                NotReached,
                reads=lambda act, _: "by_phone" if act.channel == "phone" else "otherwise",
                outcomes=[Outcome("by_phone"), Outcome("otherwise")],
            )
        ),
        edges=[
            *(edge for edge in EDGES if edge.trigger != "not_reached"),
            Edge("heard", "not_reached", outcome="by_phone"),
        ],
    )

    assert ("by_phone", "otherwise") == tuple(o.name for o in method.rule("not_reached").outcomes)


def test_acts_may_be_named_by_their_classes_wherever_they_are_named():
    """
    As edges and invariants take them.
    """
    method = small(
        limits=[TimeLimit("late", "late", Within(1), starts="open", ends=[Listen, Close])],
        language=[LanguageRule("soon", "soon", "say when", acts=Offer)],
        rules=but_rule(
            Rule(
                NotReached,
                needs=[
                    Requirement("due", "too early", bool, satisfied_by=Listen, opened_by=[Offer])
                ],
            )
        ),
    )

    assert (("open",), ("listen", "close")) == (method.limits[0].starts, method.limits[0].ends)
    assert ("offer",) == method.language[0].acts
    (need,) = method.rule("not_reached").needs
    assert (("listen",), ("offer",)) == (need.satisfied_by, need.opened_by)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            Requirement("fine", "it is not fine", bool, reads=["evidence"]),
            Requirement("fine", "it is another matter", bool, reads=["evidence"]),
        ),
        (
            fills("reason", code="fine", text="why?", cites="1"),
            fills("words", code="fine", text="what?", cites="1"),
        ),
        (
            fills("reason", code="fine", text="why?", cites="1"),
            Requirement("fine", "it is not fine", bool, reads=["evidence"]),
        ),
    ],
    ids=["own", "of one maker", "made and own"],
)
def test_one_code_is_one_question(first, second):
    """
    Whoever waives one would waive the other, and a refusal would name neither.
    """
    told = problems(
        rules=but_rule(
            Rule(Withdraw, needs=[first], in_way=False),
            attrs.evolve(RULES[1], needs=["heard", second]),
        )
    )

    assert (
        "requirement 'fine' asks different things in different places; give each a code of its own"
        in told
    )


def test_one_question_may_be_told_and_set_in_different_ways():
    """
    It is the same one to whoever waives it.
    """
    assert small(
        rules=but_rule(
            Rule(NotReached, needs=[Advised(attempts_made(3, cites="own-2"))], in_way=False)
        )
    )


def test_a_requirement_is_not_called_as_a_fact_is():
    """
    A waiver of the one would be one of the other.
    """
    told = problems(
        rules=but_rule(Rule(Withdraw, needs=[fills("reason", code="agreed", text="w", cites="1")]))
    )

    assert ["requirement 'agreed' is called as a fact is; give it another code"] == told


@pytest.mark.parametrize(
    ("to", "meant"), [("custmer", "customer"), ("ownr", "owner"), ("approvers", "approver")]
)
def test_an_audience_that_is_nearly_one_of_ours_is_a_slip(to, meant):
    """
    Nobody would ever be told.
    """
    (told,) = problems(rules=but_rule(Rule(NotReached, notify={"tried": to})))

    assert told == (
        f"rule of not_reached: notify must name an audience; there is no '{to}' "
        f"(did you mean '{meant}'?)"
    )


@pytest.mark.parametrize("to", ["ombudsman", "legal", "other", "team_lead"])
def test_a_host_may_tell_audiences_of_its_own(to):
    """
    Its notifier knows who they are.
    """
    assert small(rules=but_rule(Rule(NotReached, notify={"tried": to})))


def test_pairs_may_be_lists():
    """
    As JSON has them.
    """
    assert (("offered", "customer"),) == Rule(Offer, notify=[["offered", "customer"]]).notify
    assert hash(Rule(Offer, notify=[["offered", "customer"]]))


def test_what_cannot_be_read_hides_nothing_else():
    """
    A state without a name is taken for the one that is mentioned and not defined.
    """
    nameless = [attrs.evolve(state, name=5) if state.name == "heard" else state for state in STATES]
    told = problems(
        states=[*nameless, State("attic", "nobody comes here")],
        edges=[
            *EDGES,
            Edge("hard", "withdraw", "withdrawn"),
            Edge("attic", "withdraw", "withdrawn"),
            Edge("attic", "deadline_passed"),
        ],
    )

    assert [
        "states[1]: name must be text, not int (5)",
        "edge withdraw from hard: unknown state 'hard' (did you mean 'heard'?)",
        "state 'attic' cannot be reached from 'received'",
    ] == told


# -- the graph ----------------------------------------------------------------------------------


def test_a_state_that_cannot_be_reached_is_told():
    """
    Nobody would ever stand in it.
    """
    assert ["state 'attic' cannot be reached from 'received'"] == problems(
        states=[*STATES, State("attic", "nobody comes here")],
        edges=[
            *EDGES,
            Edge("attic", "withdraw", "withdrawn"),
            Edge("attic", "deadline_passed"),
        ],
    )


def test_a_dead_end_is_told():
    """
    A case must always be able to reach a close (I6).
    """
    told = problems(
        states=[*STATES, State("limbo", "nobody leaves here")],
        edges=[*EDGES, Edge("heard", "accept", "limbo"), Edge("limbo", "deadline_passed")],
    )

    assert "state 'limbo' is a dead end: no final state can be reached from it" in told


def test_nothing_but_a_reopening_leaves_a_final_state():
    """
    An end that an offer walks out of is no end.
    """
    assert [
        "edge offer leaves the final state closed and begins no cycle; only what begins one may"
    ] == problems(edges=[*EDGES, Edge("closed", "offer", "offered")])


def test_an_outcome_that_begins_no_cycle_does_not_leave_a_final_state():
    """
    One of several outcomes that reopens does not reopen for the others.
    """
    reopening = Outcome("after_silence", begins_cycle=True)

    assert 1 == len(
        problems(
            rules=[*RULES, Rule(CustomerReplied, outcomes=[reopening])],
            edges=[*EDGES, Edge("lapsed", "customer_replied", "received")],
        )
    )


def test_a_reopening_may_leave_a_final_state():
    """
    With fresh duties: it begins a cycle.
    """
    method = small(
        rules=[*RULES, Rule(Reopen, begins_cycle=True)],
        edges=[*EDGES, Edge(["closed", "lapsed"], "reopen", "received")],
    )

    assert "reopen" in method.triggers


def test_a_cycle_begins_in_the_first_state():
    """
    Whoever begins again in the middle has every duty open, and no act there that meets them.
    """
    assert [
        "reopen begins a cycle, so it must lead to 'received'; from closed it does not"
    ] == problems(
        rules=[*RULES, Rule(Reopen, begins_cycle=True)],
        edges=[*EDGES, Edge("closed", "reopen", "heard"), Edge("lapsed", "reopen", "received")],
    )


def test_an_outcome_that_begins_a_cycle_may_not_stay_where_it_is():
    """
    An edge for every outcome is one for that outcome, too, unless an earlier one takes it.
    """
    again = Rule(FollowUp, outcomes=[Outcome("not_satisfied", begins_cycle=True)])
    first = Edge("heard", "follow_up", "received", outcome="not_satisfied")
    staying = Edge(["received", "heard"], "follow_up")

    assert "follow_up" in small(rules=[*RULES, again], edges=[*EDGES, first, staying]).triggers
    told = problems(rules=[*RULES, again], edges=[*EDGES, staying])

    assert ["from heard it does not"] == [problem.partition("; ")[2] for problem in told]


# -- the charter --------------------------------------------------------------------------------


def without(rule, fact):
    """
    Return a rule that does not need a fact.
    """
    return attrs.evolve(rule, needs=[need for need in rule.needs if need != fact])


OFFER = RULES[2]


def test_i1_no_remedy_before_the_account_is_heard():
    """
    The first of what no method may quietly do without.
    """
    assert [
        (
            "charter I1: offer must need a fact that says the customer's account is heard (heard), "
            "or the method must declare that it departs from I1"
        )
    ] == problems(rules=but_rule(without(OFFER, "heard")))


def test_i2_no_remedy_before_the_problem_is_recognised():
    """
    Nor compensation before recognition.
    """
    assert [
        (
            "charter I2: offer must need a fact that says feelings or the problem are recognised "
            "(recognised), or the method must declare that it departs from I2"
        )
    ] == problems(rules=but_rule(without(OFFER, "recognised")))


def test_i3_no_offer_before_the_expectation_is_known_where_one_asks_for_it():
    """
    A method that negotiates hears the expectation first.
    """
    assert [
        (
            "charter I3: offer must need a fact that says the customer's expectation is known "
            "(expectation_known), or the method must declare that it departs from I3"
        )
    ] == problems(**ASKING)

    asked = attrs.evolve(OFFER, needs=[*OFFER.needs, "expectation_known"])

    assert small(**(ASKING | {"rules": but_rule(asked, rules=ASKING["rules"])}))


def test_i3_does_not_bind_a_method_that_asks_for_no_expectation():
    """
    Five steps negotiate nothing; an `Answer` to another question makes no negotiation.
    """
    assert small(
        rules=[*RULES, Rule(AskQuestion), Rule(Answer, needs=[question_open()])],
        edges=[*EDGES, *stays(["heard"], AskQuestion, Answer)],
    )


@pytest.mark.parametrize("invariant", ["I1", "I2", "I3"])
def test_a_method_may_depart_from_the_charter_if_it_says_so(invariant):
    """
    With its reason, which every picture of it will show.
    """
    facts = {"I1": "heard", "I2": "recognised", "I3": ""}
    changes = dict(ASKING) if invariant == "I3" else {}
    rules = but_rule(without(OFFER, facts[invariant]), rules=changes.get("rules", RULES))
    method = small(
        **(changes | {"rules": rules, "departs": [Departure(invariant, "we are a bank")]})
    )

    assert [invariant] == [departure.invariant for departure in method.departs]


@pytest.mark.parametrize("invariant", ["I1", "I2", "I3"])
def test_a_departure_that_is_none_is_told(invariant):
    """
    A method must not look worse than it is; where nothing is negotiated there is no I3, either.
    """
    assert [
        f"charter {invariant}: the method says it departs from it, but it does not; take it out"
    ] == problems(departs=[Departure(invariant, "just in case")])


@pytest.mark.parametrize("invariant", ["I4", "I5", "I6", "I9", ""])
def test_only_the_first_three_invariants_can_be_departed_from(invariant):
    """
    Promises, history and the way out are not a method's to give up.
    """
    assert 1 == len(problems(departs=[Departure(invariant, "we are in a hurry")]))


@pytest.mark.parametrize("reason", ["", " ", None])
def test_a_departure_has_a_reason(reason):
    """
    Saying so without saying why says nothing.
    """
    rules = but_rule(without(OFFER, "heard"))

    (told,) = problems(rules=rules, departs=[Departure("I1", reason)])

    assert told.startswith("departure from I1: reason must ")


@pytest.mark.parametrize(
    ("fact", "rule"),
    [
        ("heard", Rule(Listen, establishes="heard")),
        (
            "heard",
            Rule(
                Listen,
                outcomes=[Outcome(n, establishes="heard") for n in ("finished", "unfinished")],
            ),
        ),
        ("recognised", Rule(AcknowledgeProblem, needs=["heard"])),
    ],
    ids=["however it comes out", "unfinished", "nothing"],
)
def test_only_the_acts_themselves_earn_what_the_charter_asks_for(fact, rule):
    """
    A customer who has more to say is not heard, whatever the method calls it.
    """
    others = [Rule(NotReached, establishes="recognised")] if fact == "recognised" else []
    told = problems(rules=but_rule(rule, *others))
    invariant = {"heard": "I1", "recognised": "I2"}[fact]

    assert told[0].startswith(f"charter {invariant}: offer must need a fact that says ")
    assert "(no fact does yet: name one that nothing but " in told[0]


def test_a_fact_that_something_else_establishes_too_earns_nothing():
    """
    One side door is enough to walk around the front one.
    """
    told = problems(rules=but_rule(Rule(NotReached, establishes="heard")))

    assert told[0].startswith("charter I1: offer must need")


def test_an_act_of_ones_own_that_gives_a_remedy_is_guarded_too():
    """
    The charter covers what it has never heard of.
    """

    @act(remedy=True)
    class SendFlowers(Act):
        """Send flowers."""

    told = problems(
        rules=[*RULES, Rule(SendFlowers, needs=["heard"])],
        edges=[*EDGES, *stays(["heard"], SendFlowers)],
    )

    assert ["charter I2: send_flowers must need"] == [p[:34] for p in told]


def test_an_act_of_ones_own_can_be_what_the_charter_asks_for():
    """
    A host may hear, recognise and ask in its own way.
    """

    @act(hearing="done", outcomes={"done": "all is told", "more": "there is more"})
    class WatchVideo(Act):
        """Watch what the customer filmed."""

        done: bool

        def read_outcome(self, ledger):
            """Tell whether that was all."""
            return "done" if self.done else "more"

    @act(recognition=True)
    class Bow(Act):
        """Bow."""

    assert small(
        rules=[
            Rule(WatchVideo, outcomes=[Outcome("done", establishes="heard")]),
            Rule(Bow, establishes="recognised"),
            *RULES[2:],
        ],
        edges=[
            Edge("received", "watch_video", "heard", outcome="done"),
            Edge("received", "watch_video"),
            *stays(["heard"], Bow),
            *(e for e in EDGES if e.trigger not in ("listen", "acknowledge_problem")),
        ],
    )


def test_relief_from_harm_needs_nothing():
    """
    It is no remedy, so the charter lets it come first.
    """
    assert small(rules=[*RULES, Rule(Mitigate)], edges=[*EDGES, *stays(WORKING, Mitigate)])


WAIVING = [*RULES, Rule(Waive, needs=[may_be_waived()], in_way=False)]
WAIVING_EDGES = [*EDGES, *stays(WORKING, Waive)]


@pytest.mark.parametrize(("code", "invariant"), [("heard", "I1"), ("recognised", "I2")])
def test_hearing_and_recognition_can_never_be_waived(code, invariant):
    """
    A waiver would be the side door.
    """
    assert [
        f"charter {invariant}: {code} can never be waived; take it out of waivable"
    ] == problems(rules=WAIVING, edges=WAIVING_EDGES, waivable=[code])


def test_the_expectation_can_be_waived():
    """
    I3 yields to a reason, where the method allows it.
    """
    asked = attrs.evolve(OFFER, needs=[*OFFER.needs, "expectation_known"])

    rules = [*but_rule(asked, rules=ASKING["rules"]), WAIVING[-1]]
    edges = [*ASKING["edges"], *stays(WORKING, Waive)]
    assert small(
        **(ASKING | {"rules": rules, "edges": edges}),
        waivable=["expectation_known"],
    )


def test_what_was_promised_can_never_be_waived():
    """
    I4: closing over a promise is not a matter of giving a reason.
    """
    told = problems(rules=WAIVING, edges=WAIVING_EDGES, waivable=["promises_settled"])

    assert ["charter I4"] == [problem[:10] for problem in told]


@pytest.mark.parametrize("code", ["break_approved", "approver_is_another"])
def test_the_second_person_for_a_breach_can_never_be_waived(code):
    """
    I4: a promise is broken with somebody else's approval, or not at all.
    """
    told = problems(
        rules=[
            *WAIVING,
            Rule(RequestApproval),
            Rule(Approve, needs=[approval_open(), approver_is_another()]),
            Rule(
                BreakPromise,
                needs=[promise_open(), break_approved()],
                outcomes=[Outcome("settled", establishes="promises_settled")],
            ),
        ],
        edges=[*WAIVING_EDGES, *stays(EVERYWHERE, RequestApproval, Approve, BreakPromise)],
        waivable=[code],
    )

    assert ["charter I4"] == [problem[:10] for problem in told]


def test_i4_a_promise_is_broken_with_somebody_elses_approval():
    """
    A method that lets promises be broken says who has to agree.
    """
    told = problems(
        rules=[
            *RULES,
            Rule(
                BreakPromise,
                needs=[promise_open()],
                outcomes=[Outcome("settled", establishes="promises_settled")],
            ),
        ],
        edges=[*EDGES, *stays(EVERYWHERE, BreakPromise)],
    )

    assert ["charter I4"] == [problem[:10] for problem in told]


@pytest.mark.parametrize(
    "rules",
    [
        but_rule(Rule(Close, needs=["agreed"])),
        but_rule(Rule(Accept, needs=["offer_open"], establishes="agreed", clears="offer_open")),
        but_rule(Rule(NotReached, establishes="promises_settled")),
        but_rule(
            Rule(
                KeepPromise,
                needs=[promise_open()],
                outcomes=[
                    Outcome(name, establishes="promises_settled")
                    for name in ("settled", "outstanding")
                ],
            )
        ),
        but_rule(
            Rule(
                Close,
                needs=["agreed"],
                outcomes=[Outcome("unconfirmed", needs=["promises_settled"])],
            )
        ),
    ],
    ids=["not needed", "not cleared", "by something else", "too early", "by another outcome"],
)
def test_i4_a_case_does_not_close_over_an_open_promise(rules):
    """
    The close needs a fact that only a settled promise establishes, and a new one clears.
    """
    assert [
        (
            "charter I4: accept make promises, so close (resolved) must need a fact that only a "
            "settled promise establishes, and that they clear"
        )
    ] == problems(rules=rules)


def test_i4_a_method_that_promises_has_a_close_to_ask():
    """
    Where nothing asks whether promises were kept, they need not be.
    """
    told = problems(
        rules=[rule for rule in RULES if rule.trigger != "close"],
        edges=[
            *(edge for edge in EDGES if edge.trigger != "close"),
            Edge("agreed", "accept", "closed"),
        ],
    )

    assert "charter I4" in {problem[:10] for problem in told}


def test_i4_the_resolved_close_alone_may_need_it():
    """
    A close as unconfirmed may be another matter to a method.
    """
    assert small(
        rules=but_rule(
            Rule(
                Close,
                needs=["agreed"],
                outcomes=[Outcome("resolved", needs=["promises_settled"])],
            )
        )
    )


def test_i4_binds_only_methods_that_promise_something():
    """
    A method without acceptance has nothing to keep.
    """
    assert Method(
        **(
            SMALL
            | {
                "facts": FACTS[:2],
                "rules": [
                    *RULES[:2],
                    Rule(Close, needs=["recognised"]),
                    *RULES[6:9],
                ],
                "states": [STATES[0], STATES[1], *STATES[4:]],
                "edges": [
                    *EDGES[:3],
                    Edge("heard", "close", "closed"),
                    Edge(["received", "heard"], "withdraw", "withdrawn"),
                    *stays(["received", "heard"], NotReached),
                    Edge("received", "lapse", "lapsed"),
                ],
            }
        )
    )


def test_i5_a_breach_is_recorded_whatever_the_state():
    """
    A promise is overdue on a closed case, too.
    """
    assert [
        (
            "charter I5: it makes promises or has time limits, so deadline_passed must be possible "
            "in every state; it is not in closed, withdrawn, lapsed"
        )
    ] == problems(
        edges=[
            *(edge for edge in EDGES if edge.trigger != "deadline_passed"),
            *stays(WORKING, DeadlinePassed),
        ]
    )


@pytest.mark.parametrize("state", WORKING)
def test_i6_the_customer_can_always_withdraw(state):
    """
    From every state that is not final, and to one that is.
    """
    rest = [name for name in WORKING if name != state]
    expected = (
        f"charter I6: the customer can always leave: no withdraw to a final state from {state}"
    )

    assert [expected] == problems(
        edges=[
            *(edge for edge in EDGES if edge.trigger != "withdraw"),
            Edge(rest, "withdraw", "withdrawn"),
        ]
    )


@pytest.mark.parametrize(
    "edges",
    [
        [
            Edge(["heard", "offered", "agreed"], "withdraw", "withdrawn"),
            Edge("received", "withdraw"),
        ],
        [
            Edge(["heard", "offered", "agreed"], "withdraw", "withdrawn"),
            Edge("received", "withdraw", "heard"),
        ],
        [
            Edge(["heard", "offered", "agreed"], "withdraw", "withdrawn"),
            Edge("received", "withdraw", "withdrawn", given="heard"),
        ],
    ],
    ids=["stays", "elsewhere", "only if heard"],
)
def test_i6_a_withdrawal_that_does_not_end_the_case_is_none(edges):
    """
    Being told "noted" is not being let go.
    """
    others = [edge for edge in EDGES if edge.trigger != "withdraw"]

    assert problems(edges=[*others, *edges])


def test_i6_a_state_that_is_there_twice_is_told_once():
    """
    That it is there twice is another problem.
    """
    told = problems(
        states=[*STATES, STATES[2]],
        edges=[edge for edge in EDGES if edge.trigger not in {"withdraw", "lapse"}],
    )

    assert ["received, heard, offered, agreed", "received, offered"] == [
        each.rpartition(" from ")[2] for each in told if each.startswith("charter I6")
    ]


def test_i6_a_silent_customer_lets_the_case_end():
    """
    Every state that waits for the customer can lapse.
    """
    assert [
        "charter I6: a silent customer must leave: no lapse to a final state from offered"
    ] == problems(
        edges=[
            *(edge for edge in EDGES if edge.trigger != "lapse"),
            Edge("received", "lapse", "lapsed"),
        ]
    )


@pytest.mark.parametrize("trigger", [Withdraw, Lapse])
def test_i6_leaving_needs_no_fact(trigger):
    """
    Nobody has to be heard before they may go.
    """
    told = problems(rules=but_rule(Rule(trigger, needs=["heard"])))

    assert [f"charter I6: {trigger.trigger} must not need heard"] == told


@pytest.mark.parametrize(
    "need",
    [
        attempts_made(3),
        Requirement("full_moon", "the moon is not full", lambda _: False, reads=["time"]),
        Requirement("kind_word", "ask for it", lambda _: False, reads=["ledger"]),
    ],
    ids=lambda need: need.code,
)
def test_i6_a_withdrawal_waits_for_nothing(need):
    """
    It may be asked what it says, and nothing else.
    """
    told = problems(rules=but_rule(Rule(Withdraw, needs=[need])))

    assert ["charter I6"] == [problem[:10] for problem in told]


def test_i6_a_word_that_takes_up_a_lapsed_case_is_fine():
    """
    The way back in is no way out.
    """
    assert small(
        rules=[
            *RULES,
            Rule(CustomerReplied, outcomes=[Outcome("after_silence", begins_cycle=True)]),
        ],
        edges=[*EDGES, Edge("lapsed", "customer_replied", "received", outcome="after_silence")],
    )


# -- the documented ones ------------------------------------------------------------------------


@pytest.mark.parametrize("method", methods.all(), ids=lambda method: method.name)
def test_the_documented_methods_depart_from_nothing_without_saying_so(method):
    """
    They are built, so they are valid; their departures are there to be read.
    """
    assert all(departure.reason for departure in method.departs)
    assert method == methods.get(method.name)
    assert method.name in methods.names()


def test_a_method_that_is_not_documented_is_told():
    """
    With the one that may have been meant.
    """
    with pytest.raises(LookupError, match="did you mean 'six_steps'"):
        methods.get("six_step")


# -- found by reading it a second time ----------------------------------------------------------


def test_parts_may_be_named_by_one_name_or_class():
    """
    A lone text is one name, never its letters.
    """
    lone = small(
        rules=but_rule(
            Rule(AcknowledgeProblem, needs="heard", establishes="recognised"),
        ),
        edges=[
            *(edge for edge in EDGES if edge.trigger != "offer"),
            Edge("heard", Offer, "offered"),
            *stays("offered", Offer),
        ],
    )

    assert ("heard",) == lone.rule("acknowledge_problem").needs
    assert [(("heard",), "offer", "offered"), (("offered",), "offer", None)] == [
        (edge.sources, edge.trigger, edge.target) for edge in lone.edges if edge.trigger == "offer"
    ]
    assert Edge("offered", Offer) == Edge(["offered"], "offer") == stays("offered", Offer)[0]
    assert (attempts_made(2).code,) == tuple(n.code for n in Rule(Lapse, attempts_made(2)).needs)


def test_a_state_may_be_called_as_our_sentences_begin():
    """
    The graph is looked at whatever its states are called.
    """
    told = problems(
        states=[*STATES, State("unknown_state", "nobody comes here")],
        edges=[
            *EDGES,
            *stays("unknown_state", DeadlinePassed),
            Edge("unknown_state", "withdraw", "withdrawn"),
        ],
    )

    assert ["state 'unknown_state' cannot be reached from 'received'"] == told


def test_i6_a_withdrawal_needs_nothing_in_any_outcome():
    """
    What the rule may not ask, its outcomes may not ask either.
    """
    asking = Rule(
        Withdraw,
        outcomes=[Outcome("late", needs=["heard"]), Outcome("early", needs=[attempts_made(2)])],
        reads=lambda act, ledger: "late" if ledger.attempts else "early",
    )

    assert ["charter I6: withdraw must not need heard, attempts_made"] == problems(
        rules=but_rule(asking)
    )


@pytest.mark.parametrize(
    "rule",
    [
        Rule(
            Listen,
            outcomes=[Outcome("finished", establishes="heard")],
            reads=lambda _act, _ledger: "finished",
        ),
        Rule(
            Listen,
            outcomes=[Outcome("enough", establishes="heard")],
            reads=lambda _act, _ledger: "enough",
        ),
    ],
    ids=["by the same name", "by another"],
)
def test_i1_a_reading_of_the_methods_own_hears_nobody(rule):
    """
    It could call anything "finished".
    """
    edges = [edge for edge in EDGES if edge.trigger != "listen"]
    told = problems(
        rules=but_rule(rule),
        edges=[*edges, Edge("received", "listen", "heard"), *stays("heard", Listen)],
    )

    assert ["charter I1"] == [problem[:10] for problem in told]


@act
class ShutDown(Act):
    """
    An act of a host's own that ends cases.
    """


def test_i4_nothing_else_ends_a_case_over_open_promises():
    """
    Otherwise a host's own exit would be the side door.
    """
    by_the_side = [*EDGES, Edge("agreed", "shut_down", "closed")]

    assert [
        (
            "charter I4: shut_down ends a case over open promises; "
            "close, withdraw, lapse, declare_deadlock may"
        )
    ] == problems(rules=[*RULES, Rule(ShutDown)], edges=by_the_side)
    assert small(rules=[*RULES, Rule(ShutDown, needs="promises_settled")], edges=by_the_side)
    assert small(rules=[*RULES, Rule(ShutDown)], edges=[*EDGES, *stays("closed", ShutDown)])


def test_i4_a_case_is_merged_only_where_nothing_is_owed():
    """
    Promises stay with the case they were made on, and nobody would look for them there.
    """
    edges = [*EDGES, Edge("agreed", "merge", "closed")]

    assert [
        "charter I4: merge must need nothing_outstanding(): promises stay with their case"
    ] == problems(rules=[*RULES, Rule(Merge)], edges=edges)
    merging = Rule(Merge, needs=[nothing_outstanding()])
    assert small(rules=[*RULES, merging], edges=edges)
    waived = problems(
        rules=[*WAIVING, merging],
        edges=[*edges, *stays(WORKING, Waive)],
        waivable=["nothing_outstanding"],
    )
    assert [
        "charter I4: nothing_outstanding can never be waived; take it out of waivable"
    ] == waived


# -- plain data ---------------------------------------------------------------------------------


def test_plain_data_becomes_an_act_of_the_method():
    """
    A form or a client sends JSON; whoever embeds the library should not have to take it apart.
    """
    offer = six_steps().act(
        "offer",
        {
            "words": "Your money back",
            "remedies": [{"kind": "refund", "amount": "40.00", "currency": "EUR"}],
            "expires": "2026-02-01T12:00:00+00:00",
        },
    )

    assert (
        Offer(
            [Remedy("refund", "40.00", "EUR")],
            "Your money back",
            expires=datetime(2026, 2, 1, 12, tzinfo=UTC),
        )
        == offer
    )


@pytest.mark.parametrize("data", [None, [], "words", 7])
def test_what_is_no_mapping_is_no_evidence(data):
    """
    One clear error, whatever a client sends.
    """
    with pytest.raises(EvidenceError, match="must be a mapping of fields"):
        six_steps().act("offer", data)


def test_everything_wrong_with_plain_data_is_told_at_once():
    """
    Whoever mends a form mends it once.
    """
    with pytest.raises(EvidenceError) as unfit:
        six_steps().act("offer", {"wrods": "So", "remedies": [{"amount": 1.5}]})

    assert {"wrods", "words", "remedies[0].kind", "remedies[0].amount"} == {
        problem.split(" ")[0] for problem in unfit.value.problems
    }


def test_an_act_that_the_method_does_not_have_is_no_act_of_it():
    """
    The error names what it may have been meant to be.
    """
    with pytest.raises(UnknownAct, match="did you mean 'offer'"):
        six_steps().act("ofer", {})


@pytest.mark.parametrize("phrase", ["... instead", "please call ..."])
def test_a_gap_stands_between_words(phrase):
    """
    At an end it would stand for nothing, and match anything.
    """
    rule = LanguageRule("redirect", phrase, "{phrase}")

    assert [
        f"language rule redirect: the gap of '{phrase}' can only stand between words"
    ] == problems(language=[rule])


def test_an_answer_that_answers_nothing_can_have_consequences_too():
    """
    `answers` asks of each outcome that such a question is open; this one is about none of them.
    """
    rule = answers(Outcome("unanswered", notify=[("word", "owner")]), Outcome("confirmed"))

    assert [(), ("restatement_asked",)] == [
        tuple(need.code for need in outcome.needs) for outcome in rule.outcomes
    ]


# -- what an act names --------------------------------------------------------------------------

BARE = {
    "rules": [
        *(
            Rule(rule.act, outcomes=rule.outcomes, in_way=rule.in_way)
            if rule.act in (KeepPromise, DeadlinePassed)
            else rule
            for rule in RULES
        ),
        Rule(Waive, in_way=False),
        Rule(ReleasePromise, outcomes=[Outcome("settled", establishes="promises_settled")]),
        Rule(Correct, in_way=False),
        Rule(DeadlineNear, in_way=False),
    ],
    "edges": [
        *EDGES,
        *stays(WORKING, Waive),
        *stays(EVERYWHERE, ReleasePromise, Correct, DeadlineNear),
    ],
    "waivable": ["agreed"],
}


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (Withdraw(releases=["p1", "p99"]), "releases_open"),
        (KeepPromise("p99"), "promise_open"),
        (ReleasePromise("p99"), "promise_open"),
        (Waive("sorry", "they asked us to"), "may_be_waived"),
        (Waive("heard", "they asked us to"), "may_be_waived"),
        (Correct(99, "a slip"), "entry_exists"),
        (DeadlinePassed("promise", promise="p1"), "deadline_passed"),
        (DeadlineNear("answer"), "deadline_near"),
    ],
    ids=lambda value: value if isinstance(value, str) else str(value),
)
def test_what_an_act_names_must_be_there_though_its_rule_does_not_ask(begin, act, code):
    """
    Nobody releases a promise that nobody made; a method that forgets to ask opens no hole.
    """
    story = begin(small(**BARE))
    offer = Offer([Remedy("a refund")], words="You get your money back.")
    told = Listen("It never came"), AcknowledgeProblem("I see"), offer, Accept()
    story.record(*told)

    assert [code] == story.unmet(act)
    assert [code] == [
        need.code for need in story.method.requirements(story.method.rule(act.trigger))
    ]


def test_what_a_rule_asks_for_itself_is_asked_once():
    """
    With the clauses it cites, and in the place it has there.
    """
    method = small()

    assert ["promise_open"] == [r.code for r in method.requirements(method.rule("keep_promise"))]


@pytest.mark.parametrize("code", ["releases_open", "promise_open", "may_be_waived"])
def test_a_reason_makes_nothing_that_is_not_there(code):
    """
    A waiver of it would be the hole again.
    """
    told = problems(rules=WAIVING, edges=WAIVING_EDGES, waivable=[code])

    assert [
        f"waivable: '{code}' asks for what an act names, which a reason cannot bring about"
    ] == told


def test_what_can_be_waived_takes_an_act_that_waives():
    """
    Otherwise the list would say what can be done without, and nothing could.
    """
    assert [
        (
            "waivable: there is no rule for waive, so nothing can be done without: add "
            "Rule(Waive, in_way=False), and stays(..., Waive) for the states it is possible in"
        )
    ] == problems(waivable=["agreed"])


def test_a_method_that_asks_for_little_keeps_the_charter():
    """
    Its sessions are drawn at random, by our own testing kit.
    """
    case = method_machine(small(**BARE)).TestCase
    case.settings = settings(max_examples=25, stateful_step_count=15, deadline=None)
    case().runTest()


NEAR = {
    "rules": [*RULES, Rule(DeadlineNear, in_way=False)],
    "edges": [*EDGES, *stays(WORKING, DeadlineNear)],
}


@pytest.mark.parametrize(
    ("within", "reminder"),
    [
        (Within(1, "hours"), Within(30, "hours")),
        (Within(1, "hours"), Within(1, "hours")),
        (Within(2), Within(2)),
        (Within(2), Within(1, "weeks")),
        (Within(2, end_of_day=True), Within(3)),
        (Within(1, "months"), Within(5, "weeks")),
        (Within(2, "business_days"), Within(2, "business_days")),
    ],
    ids=str,
)
def test_a_reminder_that_is_longer_than_its_limit_is_told(within, reminder):
    """
    It would be dropped without a word, and nobody reminded.
    """
    limit = TimeLimit("answer", "late", within, starts="open", ends=Listen, reminders=reminder)

    assert [
        f"time limit answer: a reminder {reminder} before is never given: it runs for {within}"
    ] == problems(**NEAR, limits=[limit])


@pytest.mark.parametrize(
    ("within", "reminder"),
    [
        (Within(2), Within(47, "hours")),
        (Within(2, end_of_day=True), Within(2)),
        (Within(2, "business_days"), Within(3)),
        (Within(1, "months"), Within(4, "weeks")),
    ],
    ids=str,
)
def test_a_reminder_that_may_be_given_is_no_problem(within, reminder):
    """
    Where a weekend or a short month decides, it is not ours to say.
    """
    limit = TimeLimit("answer", "late", within, starts="open", ends=Listen, reminders=reminder)

    assert small(**NEAR, limits=[limit])
    starts = [datetime(2026, month, day, 8, tzinfo=UTC) for month in range(1, 13) for day in (1, 3)]
    assert any(limit.deadline(start).reminders for start in starts)


def test_a_setting_for_all_limits_leaves_out_what_one_is_too_short_for():
    """
    A week before a promise is due makes sense beside an answer within two days.
    """
    method = six_steps(first_response=Within(2), remind_before=(Within(7), Within(1)))

    assert ((Within(1),), (Within(7), Within(1))) == (
        method.limits[0].reminders,
        method.promise_reminders,
    )


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"facts": [*FACTS[1:], Fact("heard", "{custmer} has not been heard")]},
            "fact 'heard': unmet holds '{custmer}', which stands for nothing; '{customer}' does",
        ),
        (
            {"language": [LanguageRule("soon", "soon", "'{phrases}' says nothing")]},
            "language rule soon: text holds '{phrases}', which stands for nothing; '{phrase}' does",
        ),
        (
            {"language": [LanguageRule("soon", "soon", "{customer} waits")]},
            (
                "language rule soon: text holds '{customer}', which stands for nothing; "
                "'{phrase}' does"
            ),
        ),
        (
            {"limits": [TimeLimit("answer", "{} waits", Within(1), starts="open", ends=Listen)]},
            "time limit answer: text holds '{}', which stands for nothing; '{customer}' does",
        ),
        (
            {
                "rules": [
                    *RULES[:-3],
                    Rule(NotReached, [says("x", "{name}?", bool, cites=())]),
                    *RULES[-2:],
                ]
            },
            (
                "rule of not_reached: requirement x: text holds '{name}', which stands for "
                "nothing; '{customer}' does"
            ),
        ),
    ],
    ids=["fact", "language rule", "not in a language rule", "time limit", "requirement"],
)
def test_a_placeholder_that_stands_for_nothing_is_told(changes, told):
    """
    An agent would see it as it is written.
    """
    assert [told] == problems(**changes)


def test_a_single_piece_where_there_may_be_several_is_told_how_to_be_put():
    """
    Nothing of it is printed: whoever wrote it knows which one it is.
    """
    limit = TimeLimit("answer", "late", Within(1), starts="open", ends=Listen)

    assert [
        "limits must be a sequence of TimeLimit, and is a single one: put it in [ ]"
    ] == problems(limits=limit)


def test_a_text_where_pieces_belong_is_one_problem():
    """
    It is not its letters.
    """
    assert "states must be a sequence of State, not str ('rung')" == problems(states="rung")[0]


def test_what_records_time_is_told_with_how_to_add_it():
    """
    Whoever sets a first time limit has never heard of that act.
    """
    limit = TimeLimit("answer", "late", Within(1), starts="open", ends=Listen)
    told = problems(
        rules=[rule for rule in RULES if rule.act is not DeadlinePassed],
        edges=[
            *(edge for edge in EDGES if edge.trigger not in ("deadline_passed", "keep_promise")),
            *stays(EVERYWHERE, KeepPromise),
        ],
        limits=[limit],
    )

    assert told[0].endswith(
        "; add Rule(DeadlinePassed, in_way=False), and stays(STATES, DeadlinePassed) to the edges"
    )
