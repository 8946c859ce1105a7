"""
Definitions with anything in any place, and with several mistakes at once.

Whatever is wrong, there is one error, it names everything that is wrong, and nothing that only
follows from something else.
"""

import contextlib
import copy
import inspect

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintflow import (
    Departure,
    Edge,
    Fact,
    LanguageRule,
    Method,
    MethodError,
    Origin,
    Outcome,
    Requirement,
    Rule,
    State,
    TimeError,
    TimeLimit,
    Within,
    stays,
)
from complaintflow import _fields as fields
from complaintflow.acts import (
    Accept,
    AcknowledgeProblem,
    Answer,
    AskExpectation,
    Close,
    DeadlineNear,
    DeadlinePassed,
    FollowUp,
    KeepPromise,
    Lapse,
    Listen,
    NotReached,
    Offer,
    Reopen,
    Satisfaction,
    Waive,
    Withdraw,
)
from complaintflow.invariants import Invariant, existence, never, precedence, since
from complaintflow.methods import five_steps, personal_ownership, seven_as, six_steps
from complaintflow.requirements import (
    attempts_made,
    deadline_near,
    deadline_passed,
    promise_open,
)

STATES = [
    State("received", "the customer is to be heard", 1, waits_for="customer", cites="own-1"),
    State("understood", "something is to be offered", 2),
    State("negotiating", "the customer is to answer", 3, waits_for="customer"),
    State("settled", "what was agreed is to be done"),
    State("closed", "it is resolved", final=True, waits_for="nobody"),
    State("withdrawn", "the customer took it back", final=True, waits_for="nobody"),
    State("lapsed", "the customer fell silent", final=True, waits_for="nobody"),
]
EVERYWHERE = [state.name for state in STATES]
WORKING = EVERYWHERE[:4]

WELL_SAID = Requirement(
    "well_said", "say it well", lambda _: True, reads=["evidence"], cites="own-2"
)
SATISFIED = Satisfaction(yes="resolved", no="resolved")

SOUND = {
    "name": "sound",
    "version": "1",
    "title": "The sound way",
    "initial": "received",
    "states": STATES,
    "facts": [
        Fact("heard", "{customer} has not been heard"),
        Fact("recognised", "the problem is not recognised"),
        Fact("expectation_known", "what {customer} expects is unknown"),
        Fact("offer_open", "no offer stands"),
        Fact("agreed", "nothing is agreed"),
        Fact("promises_settled", "not everything that was promised is settled"),
    ],
    "rules": [
        Rule(Listen, outcomes=[Outcome("finished", establishes="heard")]),
        Rule(AcknowledgeProblem, needs=["heard", WELL_SAID], establishes="recognised"),
        Rule(
            AskExpectation,
            needs=["heard"],
            outcomes=[
                Outcome(name, establishes="expectation_known") for name in ("answered", "unknown")
            ],
        ),
        Rule(
            Offer,
            needs=["heard", "recognised", "expectation_known"],
            establishes="offer_open",
            notify={"offer_made": "customer"},
        ),
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
        Rule(
            FollowUp,
            outcomes=[Outcome("not_satisfied", begins_cycle=True)],
            reads=SATISFIED,
        ),
        Rule(Reopen, begins_cycle=True),
        Rule(Withdraw, in_way=False),
        Rule(Waive, in_way=False),
        Rule(
            NotReached,
            reads=lambda act, _: "by_phone" if act.channel == "phone" else "otherwise",
            outcomes=[Outcome("by_phone"), Outcome("otherwise")],
        ),
        Rule(Lapse, needs=[attempts_made(2)], in_way=False),
        Rule(DeadlinePassed, needs=[deadline_passed()], in_way=False),
        Rule(DeadlineNear, needs=[deadline_near()], in_way=False),
    ],
    "edges": [
        Edge("received", Listen, "understood", outcome="finished"),
        Edge("received", Listen),
        *stays("understood", AcknowledgeProblem, AskExpectation),
        Edge(["understood", "negotiating"], Offer, "negotiating", given="heard"),
        Edge("negotiating", Accept, "settled"),
        *stays(EVERYWHERE, KeepPromise, DeadlinePassed, DeadlineNear),
        Edge("received", NotReached, outcome="by_phone"),
        *stays(WORKING, NotReached, Waive),
        Edge("settled", Close, "closed"),
        Edge("closed", FollowUp, "received", outcome="not_satisfied"),
        Edge("closed", FollowUp),
        Edge(["closed", "withdrawn", "lapsed"], Reopen, "received"),
        Edge(WORKING, Withdraw, "withdrawn"),
        Edge(["received", "negotiating"], Lapse, "lapsed"),
    ],
    "waivable": ["expectation_known", "well_said"],
    "limits": [
        TimeLimit(
            "answer",
            "nobody has answered",
            Within(3),
            starts="open",
            ends=Listen,
            reminders=Within(1),
            pausable=True,
            paused_in="negotiating",
            notify={"late": "team"},
            remind={"soon": "owner"},
        )
    ],
    "promise_reminders": Within(1),
    "language": [LanguageRule("soon", ["soon", "any day"], "say when", acts=Offer, until="agreed")],
    "settings": {"strict": False},
    "notes": {"own-3": "it is so by itself"},
    "origins": [Origin("The way we have always done it")],
    "invariants": [
        precedence("listen/finished", Offer),
        never(Offer, without="heard", code="unheard", watch="refuse"),
    ],
    "accepted": {"some: finding": "it is meant to be so"},
}

JUNK = [None, 5, [], [[]], {}, "x", "", "a/b", object(), lambda: 1, int]


def error_of(make, **given):
    """
    Return the one error there may be. None: there is none; any other is a failure.
    """
    try:
        make(**given)
    except MethodError as error:
        return error
    return None


def found(**changes):
    """
    Return what is wrong with the sound method when it has other parts.
    """
    error = error_of(Method, **SOUND | changes)
    return [] if error is None else list(error.problems)


def changed(pieces, index, **changes):
    """
    Return pieces with fields of one of them changed, as it would have been made so.
    """
    return [attrs.evolve(p, **changes) if i == index else p for i, p in enumerate(pieces)]


def test_the_sound_method_is_sound():
    """
    Otherwise nothing that follows here means anything.
    """
    assert [] == found()


def pieces():
    """
    Yield every piece of the sound method: its name, how to put another in its place, and itself.
    """
    for name in ("states", "facts", "edges", "limits", "language", "origins", "rules"):
        for index, piece in enumerate(SOUND[name]):

            def put(other, name=name, index=index):
                return {name: [other if i == index else p for i, p in enumerate(SOUND[name])]}

            yield f"{name}[{index}]", put, piece
            for place, outcome in enumerate(getattr(piece, "outcomes", ())):

                def put_in(other, put=put, piece=piece, place=place):
                    others = [other if i == place else o for i, o in enumerate(piece.outcomes)]
                    return put(attrs.evolve(piece, outcomes=others))

                yield f"{name}[{index}].outcomes[{place}]", put_in, outcome

    def put_need(other):
        return {"rules": changed(SOUND["rules"], 1, needs=["heard", other, other])}

    def put_satisfaction(other):
        return {"rules": changed(SOUND["rules"], 7, reads=other)}

    yield "requirement", put_need, WELL_SAID
    yield "satisfaction", put_satisfaction, SATISFIED
    yield "departure", lambda other: {"departs": [other]}, Departure("I1", "we are a bank")


FIELDS = [
    pytest.param(put, piece, field.name, id=f"{name}.{field.name}")
    for name, put, piece in pieces()
    for field in attrs.fields(type(piece))
    if field.init
]


@pytest.mark.parametrize(("put", "piece", "name"), FIELDS)
def test_whatever_stands_in_a_field_is_told_as_one_problem(put, piece, name):
    """
    No bare error of Python's, and nothing that only follows from it.
    """
    is_departure = isinstance(piece, Departure)
    for junk in JUNK:
        told = found(**put(attrs.evolve(piece, **{name: junk})))
        if name in fields.unfit(attrs.evolve(piece, **{name: junk})):
            assert len(told) == 1 or is_departure, (junk, told)
            assert name in told[0], (junk, told)


@pytest.mark.parametrize(
    ("put", "piece"), [pytest.param(put, piece, id=name) for name, put, piece in pieces()]
)
def test_whatever_stands_for_a_piece_is_told_as_one_problem(put, piece):
    """
    Also where it was the one that defines what others name.
    """
    for junk in [*JUNK, Within(1), STATES[0]]:
        if type(junk) is not type(piece):
            told = found(**put(junk))
            assert len(told) <= 1, (junk, told)


@pytest.mark.parametrize("name", [f.name for f in attrs.fields(Method) if f.init])
def test_whatever_stands_in_a_field_of_a_method_is_told_as_one_problem(name):
    """
    Also where there is nothing left to look at.
    """
    for junk in JUNK:
        told = found(**{name: junk})
        if not isinstance(junk, str | list | dict):
            assert len(told) <= 1, (junk, told)


@st.composite
def anything_in_some_places(draw):
    """
    Draw the sound method with anything in the place of some fields, pieces and parts.
    """
    parts = {
        name: list(value) if isinstance(value, list) else value for name, value in SOUND.items()
    }
    for _ in range(draw(st.integers(1, 8))):
        name = draw(st.sampled_from(sorted(parts)))
        junk = draw(st.sampled_from([*JUNK, STATES[0], WELL_SAID, SATISFIED, Outcome("x")]))
        if not isinstance(parts[name], list) or draw(st.integers(0, 9)) == 0:
            parts[name] = copy.copy(junk)
        elif parts[name]:
            index = draw(st.integers(0, len(parts[name]) - 1))
            piece = parts[name][index]
            if name != "invariants" and attrs.has(type(piece)) and draw(st.booleans()):
                field = draw(st.sampled_from([f.name for f in attrs.fields(type(piece)) if f.init]))
                several = draw(st.sampled_from([junk, [junk], [junk, junk], ["x", junk]]))
                parts[name][index] = attrs.evolve(piece, **{field: several})
            else:
                parts[name][index] = junk
    return parts


@given(parts=anything_in_some_places())
def test_anything_in_several_places_is_one_error(parts):
    """
    Where there is next to nothing left of a method, too.
    """
    found(**parts)


# -- pieces that are checked alone ----------------------------------------------------------------

ALONE = [
    pytest.param(lambda **given: Within(**{"amount": 3} | given), Within, TimeError, id="Within"),
    pytest.param(
        lambda **given: Invariant(
            **{"code": "c", "text": "t", "template": "precedence", "acts": "a", "others": "b"}
            | given
        ),
        Invariant,
        MethodError,
        id="Invariant",
    ),
]


@pytest.mark.parametrize(("make", "piece", "error"), ALONE)
def test_what_is_used_outside_of_methods_too_checks_itself(make, piece, error):
    """
    With one error of ours, whatever it is given.
    """
    make()
    for each in attrs.fields(piece):
        for junk in JUNK if each.init else ():
            with contextlib.suppress(error):
                make(**{each.name: junk})


@pytest.mark.parametrize("junk", JUNK, ids=range(len(JUNK)))
def test_makers_of_invariants_take_anything_too(junk):
    """
    They make a sentence of what they are given, and the invariant tells what is none of it.
    """
    for make in (
        lambda: precedence(junk, "offer"),
        lambda: precedence("listen", junk),
        lambda: never("offer", without=junk),
        lambda: since("a", "b", undone_by=junk),
        lambda: existence("a", within=junk),
        lambda: existence("a", text=junk),
        lambda: existence("a", code=junk),
        lambda: existence("a", cites=junk),
        lambda: existence("a", watch=junk),
        lambda: existence("a", each_cycle=junk),
    ):
        with contextlib.suppress(MethodError):
            make()


def test_every_field_of_every_piece_has_a_check():
    """
    A field that is added without one would be taken as it is, whatever it is.
    """
    classes = {
        *(Method, State, Fact, Outcome, Rule, Satisfaction, Requirement, Edge, Departure, Origin),
        *(TimeLimit, LanguageRule, Invariant),
    }
    has = {cls.__name__: {each.name for each in attrs.fields(cls) if each.init} for cls in classes}

    assert has == {name: set(checks) for name, checks in fields.FIELDS.items()}


# -- settings -------------------------------------------------------------------------------------

SETTINGS = [
    pytest.param(make, name, id=f"{make.__name__}.{name}")
    for make in (five_steps, personal_ownership, seven_as, six_steps)
    for name in inspect.signature(make).parameters
]


@pytest.mark.parametrize(("make", "name"), SETTINGS)
def test_whatever_a_setting_is_told_as_one_problem(make, name):
    """
    A setting is refused by its name, or it is one.
    """
    for junk in [*JUNK, ["x", 5], [None], 0, -1, "yes", Within(1, end_of_day=True)]:
        error = error_of(make, **{name: junk})
        if error is not None:
            assert f"the configuration of {make.__name__}" == error.subject
            assert [name] == [told.split()[0] for told in error.problems]


def test_all_settings_that_are_wrong_are_told_at_once():
    """
    Whatever is wrong with them.
    """
    with pytest.raises(MethodError) as error:
        personal_ownership(
            first_person_words=5, templates=[" "], attempts=0, strict="yes", follow_up_after=14
        )

    assert ["strict", "attempts", "follow_up_after", "first_person_words", "templates"] == [
        problem.split()[0] for problem in error.value.problems
    ]


def test_a_setting_may_name_a_calendar_that_the_host_will_supply():
    """
    Its holidays are not known before there is a desk.
    """
    span = Within(10, "business_days", calendar="GB")

    assert ("follow_up_after", span) in personal_ownership(follow_up_after=span).settings


# -- several mistakes at once ---------------------------------------------------------------------


class Draft:
    """
    The sound method as lists of pieces, for mistakes to be made in.
    """

    def __init__(self):
        """
        Begin without any.
        """
        self.parts = {
            name: list(value) if isinstance(value, list) else value for name, value in SOUND.items()
        }

    def set(self, **parts):
        """
        Put others in the place of whole parts.
        """
        self.parts |= parts

    def add(self, kind, *pieces):
        """
        Add pieces.
        """
        self.parts[kind] += pieces

    def change(self, kind, index, **changes):
        """
        Change fields of one of the pieces; none is ever taken out.
        """
        pieces = self.parts[kind]
        pieces[index] = attrs.evolve(pieces[index], **changes)

    def rule(self, act, **changes):
        """
        Change fields of the rule of an act.
        """
        self.change("rules", [rule.act for rule in SOUND["rules"]].index(act), **changes)

    def edge(self, act, **changes):
        """
        Change fields of the first edge of an act.
        """
        triggers = [edge.trigger for edge in SOUND["edges"]]
        self.change("edges", triggers.index(act.trigger), **changes)


@attrs.frozen
class Mistake:
    """
    What can be done wrong, and what is said of it.
    """

    place: str
    """Where: there is only one mistake in a place."""
    told: str
    make: object
    about: str = ""
    """What it is about, for those that hide it."""
    hides: tuple[str, ...] = ()
    """What can be said no more, where something cannot be read."""

    def goes_with(self, other):
        """
        Return whether both can be told.
        """
        return (
            self.place != other.place
            and self.about not in other.hides
            and other.about not in self.hides
        )


MISTAKES = [
    Mistake("title", "title must not be blank", lambda d: d.set(title=" ")),
    Mistake(
        "version",
        "version must hold no '/', which parts name, version and settings in a pin, not '2026/1'",
        lambda d: d.set(version="2026/1"),
    ),
    Mistake(
        "promises_within",
        "promises_within must be a span such as Within(14, 'days'), not str ('14 days')",
        lambda d: d.set(promises_within="14 days"),
    ),
    Mistake("notes", "notes must be texts by name, not int (5)", lambda d: d.set(notes=5)),
    Mistake(
        "settings",
        "settings must be values by name, not str ('a')",
        lambda d: d.set(settings=("a",)),
    ),
    Mistake(
        "initial",
        "initial: unknown state 'recieved' (did you mean 'received'?)",
        lambda d: d.set(initial="recieved"),
    ),
    Mistake(
        "waivable",
        "waivable: unknown requirement 'wellsaid' (did you mean 'well_said'?)",
        lambda d: d.set(waivable=["expectation_known", "wellsaid"]),
        about="codes",
    ),
    Mistake(
        "waivable",
        "charter I1: heard can never be waived; take it out of waivable",
        lambda d: d.set(waivable=["heard"]),
        about="earning",
    ),
    Mistake(
        "departs",
        "charter I1: the method says it departs from it, but it does not; take it out",
        lambda d: d.set(departs=[Departure("I1", "just in case")]),
        about="everything",
    ),
    Mistake(
        "departs",
        "departs[0]: invariant must be text, not list ([])",
        lambda d: d.set(departs=[Departure([], "we are a bank")]),
        hides=("needs of offer",),
    ),
    Mistake(
        "states",
        "state 'understood': about must be text, not int (5)",
        lambda d: d.change("states", 1, about=5),
    ),
    Mistake(
        "received",
        "state 'received': waits_for must be one of 'agent', 'customer', 'nobody', "
        "not str ('nobdy')",
        lambda d: d.change("states", 0, waits_for="nobdy"),
    ),
    Mistake(
        "closed",
        "state 'closed': final must be True or False, not str ('no')",
        lambda d: d.change("states", 4, final="no"),
        hides=("end",),
    ),
    Mistake(
        "agreed",
        "fact 'agreed': cites must be ids of clauses, not int (5)",
        lambda d: d.change("facts", 4, cites=[5]),
    ),
    Mistake(
        "heard",
        "fact 'heard': unmet must be text, not int (5)",
        lambda d: d.change("facts", 0, unmet=5),
    ),
    Mistake(
        "facts",
        "facts[6]: name must be text, not None",
        lambda d: d.add("facts", Fact(None, "who knows")),
        hides=("fact", "codes", "everything"),
    ),
    Mistake(
        "facts",
        "facts[6] must be a Fact, not str ('heard')",
        lambda d: d.add("facts", "heard"),
        hides=("fact", "codes", "everything"),
    ),
    Mistake(
        "listen",
        "rule of listen: unknown outcome 'finishd' (did you mean 'finished'?)",
        lambda d: d.rule(Listen, outcomes=[Outcome("finishd", establishes="heard")]),
        hides=("everything",),
    ),
    Mistake(
        "listen",
        "rule of listen: outcomes must be a sequence of Outcome, not None",
        lambda d: d.rule(Listen, outcomes=None),
        hides=("everything", "earning", "codes"),
    ),
    Mistake(
        "recognising",
        "rule of acknowledge_problem: requirement well_said: reads must be one of 'facts', "
        "'ledger', 'evidence', 'time', 'authority', not str ('evidnce')",
        lambda d: d.rule(
            AcknowledgeProblem, needs=["heard", attrs.evolve(WELL_SAID, reads=["evidnce"])]
        ),
        hides=("everything",),
    ),
    Mistake(
        "recognising",
        "rule of acknowledge_problem: unknown fact 'herd' (did you mean 'heard'?)",
        lambda d: d.rule(AcknowledgeProblem, needs=["herd", WELL_SAID]),
        about="fact",
        hides=("everything",),
    ),
    Mistake(
        "recognising",
        "rule of acknowledge_problem: unknown fact 'xyz'",
        lambda d: d.rule(AcknowledgeProblem, establishes="xyz"),
        about="fact",
        hides=("needs of offer", "everything"),
    ),
    Mistake(
        "asking",
        "rule of ask_expectation: needs must be facts by name, and requirements, not int (5)",
        lambda d: d.rule(AskExpectation, needs=5),
        hides=("codes", "everything"),
    ),
    Mistake(
        "offer",
        "rule of offer: unknown fact 'recognized' (did you mean 'recognised'?)",
        lambda d: d.rule(Offer, needs=["heard", "recognized", "expectation_known"]),
        about="fact",
        hides=("everything",),
    ),
    Mistake(
        "offer",
        "charter I2: offer must need a fact that says feelings or the problem are recognised "
        "(recognised), or the method must declare that it departs from I2",
        lambda d: d.rule(Offer, needs=["heard", "expectation_known"]),
        about="needs of offer",
    ),
    Mistake(
        "accept",
        "rule of accept: unknown fact 'agred' (did you mean 'agreed'?)",
        lambda d: d.rule(Accept, establishes="agred"),
        about="fact",
        hides=("everything",),
    ),
    Mistake(
        "accept",
        "charter I4: accept make promises, so close (resolved) must need a fact that only a "
        "settled promise establishes, and that they clear",
        lambda d: d.rule(Accept, clears="offer_open"),
        about="promises",
    ),
    Mistake(
        "keeping",
        "rule of keep_promise: notify must name an audience; there is no 'custmer' "
        "(did you mean 'customer'?)",
        lambda d: d.rule(KeepPromise, notify=[("kept", "custmer")]),
        hides=("everything",),
    ),
    Mistake(
        "close",
        "rule of close: notify must be topics with their audiences, such as "
        "[('offer_made', 'customer')], not str ('closed'), str ('customer')",
        lambda d: d.rule(Close, notify=("closed", "customer")),
        hides=("everything",),
    ),
    Mistake(
        "follow_up",
        "rule of follow_up: its satisfaction reads the field 'resolvd', which the act does not "
        "have (did you mean 'resolved'?)",
        lambda d: d.rule(FollowUp, reads=Satisfaction(yes="resolvd", no="resolved")),
    ),
    Mistake(
        "follow_up",
        "rule of follow_up: its satisfaction: yes must be names of fields, not int (5)",
        lambda d: d.rule(FollowUp, reads=Satisfaction(yes=5, no="resolved")),
        hides=("everything",),
    ),
    Mistake(
        "reopen",
        "rule of reopen: begins_cycle must be True or False, not str ('yes')",
        lambda d: d.rule(Reopen, begins_cycle="yes"),
        hides=("everything", "reopen"),
    ),
    Mistake(
        "withdraw",
        "charter I6: withdraw must not need heard",
        lambda d: d.rule(Withdraw, needs="heard"),
    ),
    Mistake(
        "lapse",
        "rule of lapse: it needs 7, which is neither a fact's name nor a requirement",
        lambda d: d.rule(Lapse, needs=[7, attempts_made(2)]),
        hides=("codes", "everything"),
    ),
    Mistake(
        "not_reached",
        "rule of not_reached: outcomes[2] must be an Outcome, not str ('lost')",
        lambda d: d.rule(NotReached, outcomes=[Outcome("by_phone"), Outcome("otherwise"), "lost"]),
        hides=("codes", "everything", "earning", "needs of offer", "promises", "satisfied"),
    ),
    Mistake(
        "more rules",
        "rules[15] must be a Rule, not None",
        lambda d: d.add("rules", None),
        hides=("act", "codes", "everything", "needs of offer", "satisfied", "promises"),
    ),
    Mistake(
        "more rules",
        "rule of answer: no edge has it, so it is never possible; give it one",
        lambda d: d.add("rules", Rule(Answer)),
        about="act",
    ),
    Mistake(
        "edges",
        "edges[18] must be an Edge, not tuple (('received', 'listen'))",
        lambda d: d.add("edges", ("received", "listen")),
        hides=("act", "edge", "reopen"),
    ),
    Mistake(
        "edges",
        "edge listen from settled: unknown state 'xyz'",
        lambda d: d.add("edges", Edge("settled", Listen, "xyz")),
        hides=("edge",),
    ),
    Mistake(
        "edges",
        "edges[18]: sources must be names of states, not list ([])",
        lambda d: d.add("edges", Edge([[]], Listen)),
    ),
    Mistake(
        "edges",
        "duplicate edge: close from settled has an earlier one",
        lambda d: d.add("edges", Edge("settled", Close, "closed")),
    ),
    Mistake(
        "edges",
        "edge offer leaves the final state lapsed and begins no cycle; only what begins one may",
        lambda d: d.add("edges", Edge("lapsed", Offer, "negotiating")),
    ),
    Mistake(
        "edge of accept",
        "edge accept from negotiating: unknown state 'setled' (did you mean 'settled'?)",
        lambda d: d.edge(Accept, target="setled"),
    ),
    Mistake(
        "edge of ask_expectation",
        "edge ask_expectatoin from understood: unknown act 'ask_expectatoin' "
        "(did you mean 'ask_expectation'?)",
        lambda d: d.edge(AskExpectation, trigger="ask_expectatoin"),
        about="act",
    ),
    Mistake(
        "edge of listen",
        "edge listen from received: unknown outcome 'finishd' (did you mean 'finished'?)",
        lambda d: d.edge(Listen, outcome="finishd"),
    ),
    Mistake(
        "edge of offer",
        "edge offer from understood, negotiating: unknown fact 'herd' (did you mean 'heard'?)",
        lambda d: d.edge(Offer, given="herd"),
        about="fact",
    ),
    Mistake(
        "edge of reopen",
        "reopen begins a cycle, so it must lead to 'received'; from closed, withdrawn, lapsed it "
        "does not",
        lambda d: d.edge(Reopen, target="understood"),
        about="reopen",
    ),
    Mistake(
        "edge of withdraw",
        "charter I6: the customer can always leave: no withdraw to a final state from negotiating",
        lambda d: d.edge(Withdraw, sources=["received", "understood", "settled"]),
        about="edge",
    ),
    Mistake(
        "edge of lapse",
        "charter I6: a silent customer must leave: no lapse to a final state from negotiating",
        lambda d: d.edge(Lapse, sources="received"),
        about="edge",
    ),
    Mistake(
        "edge of deadline_passed",
        "charter I5: it makes promises or has time limits, so deadline_passed must be possible "
        "in every state; it is not in settled",
        lambda d: d.edge(DeadlinePassed, sources=[s for s in EVERYWHERE if s != "settled"]),
        about="edge",
    ),
    Mistake(
        "attic",
        "state 'attic' cannot be reached from 'received'",
        lambda d: (
            d.add("states", State("attic", "nobody comes here")),
            d.add(
                "edges",
                Edge("attic", Withdraw, "withdrawn"),
                *stays("attic", KeepPromise, DeadlinePassed, DeadlineNear),
            ),
        ),
        about="edge",
    ),
    Mistake(
        "limits",
        "time limit answer: unknown act 'lisen' (did you mean 'listen'?)",
        lambda d: d.change("limits", 0, ends="lisen"),
        about="act",
    ),
    Mistake(
        "limits",
        "time limit answer: within must be a span such as Within(14, 'days'), not str ('3 days')",
        lambda d: d.change("limits", 0, within="3 days"),
    ),
    Mistake(
        "limits",
        "time limit promise: the library calls the deadlines of promises so; give it another code",
        lambda d: d.change("limits", 0, code="promise"),
    ),
    Mistake(
        "language",
        "language rule soon: strong_from must be one of 'calm', 'discontent', 'upset', 'angry', "
        "'hostile', not str ('furious')",
        lambda d: d.change("language", 0, strong_from="furious"),
    ),
    Mistake(
        "language",
        "language rule soon: the star of '*soon' can only stand at the end of a word",
        lambda d: d.change("language", 0, phrases="*soon"),
    ),
    Mistake(
        "language",
        "language[0]: code must be text, not int (5)",
        lambda d: d.change("language", 0, code=5),
        hides=("codes",),
    ),
    Mistake(
        "origins",
        "origin 'The way we have always done it': confidence must be one of 'primary', "
        "'secondary', 'hearsay', not str ('sure')",
        lambda d: d.change("origins", 0, confidence="sure"),
    ),
    Mistake(
        "accepted",
        "accepted: 'some: finding' takes a reason: say why it is meant to be so",
        lambda d: d.set(accepted={"some: finding": " "}),
    ),
]


def told_of(mistakes):
    """
    Return what is said where several mistakes were made.
    """
    draft = Draft()
    # A piece without a name is told by its place, so those come first.
    for mistake in sorted(mistakes, key=lambda mistake: mistake.place != "edges"):
        mistake.make(draft)
    return sorted(found(**draft.parts))


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.told[:70])
def test_one_mistake_is_one_problem(mistake):
    """
    What is expected of several is true of each.
    """
    assert [mistake.told] == told_of([mistake])


@st.composite
def some_mistakes(draw):
    """
    Draw up to ten mistakes in different places, of which none hides another.
    """
    chosen = []
    for mistake in draw(st.permutations(MISTAKES)):
        if all(map(mistake.goes_with, chosen)):
            chosen.append(mistake)
    return chosen[: draw(st.integers(1, 10))]


@given(mistakes=some_mistakes())
def test_every_mistake_is_told_at_once_and_nothing_else(mistakes):
    """
    Ten mistakes are mended in one round, and nobody mends what was right.
    """
    told = told_of(mistakes)

    assert sorted(mistake.told for mistake in mistakes) == told


@pytest.mark.parametrize("first", MISTAKES, ids=lambda mistake: mistake.told[:70])
def test_any_two_mistakes_are_both_told(first):
    """
    Every pair of which neither hides the other.
    """
    for second in MISTAKES[MISTAKES.index(first) + 1 :]:
        if first.goes_with(second):
            assert sorted([first.told, second.told]) == told_of([first, second])
