"""
What every documented method keeps to, whatever its steps are called.
"""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import attrs
import pytest

import complaintflow
from complaintflow import MethodError, Refused, Within, documents, methods
from complaintflow._engine import _way
from complaintflow.acts import (
    DONT_KNOW,
    MOODS,
    Accept,
    AcceptAsk,
    AcknowledgeFeelings,
    AcknowledgeProblem,
    AgreePlan,
    AmendPlan,
    Answer,
    Apologize,
    Approve,
    AskExpectation,
    AskQuestion,
    Assure,
    AssurePrevention,
    BreakPromise,
    Close,
    ConfirmChallenges,
    ConfirmPlan,
    Correct,
    Counter,
    CustomerReplied,
    DeadlinePassed,
    Decline,
    Empathize,
    Expectation,
    FollowUp,
    HandOver,
    Invite,
    KeepPromise,
    Lapse,
    Learn,
    Listen,
    NoteIssue,
    NoteMood,
    NoteOurSide,
    NoteUnderstanding,
    NotReached,
    Offer,
    Open,
    PlanItem,
    ProposePlan,
    RecogniseAnger,
    Reiterate,
    ReleasePromise,
    Remedy,
    Reopen,
    RequestApproval,
    TakeAction,
    TakeOwnership,
    Thank,
    Withdraw,
)

FRIDAY = datetime(2026, 1, 9, 9, tzinfo=UTC)
REMEDY = Remedy("refund", "40.00", "EUR", who="sam", due=FRIDAY, redresses="other")
WISH = attrs.evolve(REMEDY, amount=60)
LISTEN = Listen(account="It came two weeks late, and the teapot is cracked", mood="discontent")
ASK = AskExpectation(
    question="What would you consider a fair solution?",
    expectation=Expectation(words="My money back", kind="refund", amount=60, currency="EUR"),
)
OFFER = Offer(
    remedies=[REMEDY],
    words="Would forty euros do, by Friday?",
    customer_need="a present",
    company_constraint="none are left",
)
PLAN = ProposePlan(
    items=[PlanItem("forty euros are sent back", who="sam", due=FRIDAY, remedy=REMEDY)],
    document="plan-1.pdf",
)
FOLLOW_UP = FollowUp(
    words="Is it resolved, and are you pleased?", resolved=True, pleased=True, channel="phone"
)
CLOSE = Close(retained="yes", cost="40.00", currency="EUR")
WEEKS = timedelta(days=40)

LIVES = {
    "five_steps": (
        Empathize(words="Oh, I'm so sorry about that"),
        LISTEN,
        AskQuestion("Is there anything else?", answer="No", about="anything_else"),
        NoteIssue(text="a cracked teapot", primary=True),
        NoteOurSide(account="The parcel left us whole"),
        NoteUnderstanding(point_of_view="A present that could not be given"),
        TakeAction("i1", "refund", words="The money is on its way"),
        FOLLOW_UP,
        CLOSE,
    ),
    "seven_as": (
        AcknowledgeFeelings(
            words="I understand that you are upset, and it is serious",
            feeling="upset",
            problem="a cracked teapot",
            mission="I see it through",
        ),
        Invite(words="Please tell me everything"),
        LISTEN,
        Apologize(words="I am sorry for the inconvenience"),
        Assure(words="We will work on it until you are satisfied"),
        NoteMood(mood="calm", willing=True),
        ASK,
        OFFER,
        NoteIssue(text="no present"),
        NoteIssue(text="none are left", whose="company"),
        ConfirmChallenges(words="You lack a present, and none are left", confirmed=True),
        PLAN,
        AgreePlan(),
        ConfirmPlan(words="So do we"),
        KeepPromise("p1"),
        FOLLOW_UP,
        Thank(words="Thank you for letting us put it right"),
        AssurePrevention(words="We do our best to prevent it", preventive_action="more straw"),
        CLOSE,
    ),
    "personal_ownership": (
        RecogniseAnger(words="You have every right to be angry", problem="a cracked teapot"),
        LISTEN,
        Reiterate(words="So it came late and broken", problem="no present", confirmed=True),
        TakeOwnership(words="I will see to it myself", commitment="a call each day"),
        ASK,
        OFFER,
        Accept(),
        KeepPromise("p1"),
        WEEKS,
        FOLLOW_UP,
        CLOSE,
    ),
    "six_steps": (
        LISTEN,
        AcknowledgeProblem(words="A cracked teapot; thank you for telling us"),
        Apologize(words="I am sorry about the teapot"),
        Assure(words="We will find a fair solution"),
        Empathize(
            words="A cracked teapot, and no present",
            issue="cracked teapot",
            concern="no present",
            impact="an empty table",
        ),
        ASK,
        OFFER,
        Accept(),
        KeepPromise("p1"),
        Learn(improvement="More straw from now on"),
        CLOSE,
    ),
}
"""A whole happy life under each method, with nothing left out; a span of time is waited for."""

RECOGNITION = {
    "five_steps": "empathy_shown",
    "seven_as": "feelings_acknowledged",
    "personal_ownership": "recognised",
    "six_steps": "recognised",
}
"""What each method calls the customer's being met at all."""

REMEDIES = {
    "five_steps": (TakeAction("i1", "refund", words="The money is on its way"),),
    "seven_as": (
        OFFER,
        PLAN,
        AmendPlan(items=PLAN.items, document="plan-2.pdf", reason="It takes longer"),
    ),
    "personal_ownership": (OFFER, AcceptAsk(remedies=[WISH], words="You shall have it")),
    "six_steps": (OFFER, AcceptAsk(remedies=[WISH], words="You shall have it")),
}
"""Every act of each method that gives or offers a remedy."""

EVERY_REMEDY = [(name, act) for name, acts in REMEDIES.items() for act in acts]

PROMISING = ("seven_as", "personal_ownership", "six_steps")
"""The methods that make promises; five steps takes its actions at once."""

QUESTION = AskQuestion(question="When was it for?", answer="For Sunday")
TRIED = NotReached(channel="phone")
ABUSE = (
    "You lying idiots! That's our policy, my foot. You'll have to go to our website yourselves; "
    "calm down, you're wrong, actually, you are mistaken, that's not true. You're right. "
    "Refund, voucher, compensation, whatever it takes, ASAP, look into it! Sorry if, sorry but, "
    "another department, my supervisor, not our fault, nothing we can do, obviously, it will "
    "never happen again, it is Tom's fault, you are to blame, overreacting, visit our website"
)
"""Everything that a rule of any method looks for, and worse."""


@pytest.fixture(params=methods.names())
def name(request):
    """
    Return the name of each documented method.
    """
    return request.param


@pytest.fixture
def told(begin):
    """
    Return a function that tells the happy life under a method, up to before an act or to its end.
    """

    def so_far(name, *, before=None, **settings):
        story = begin(getattr(methods, name)(**settings))
        live(story, before=before)
        return story

    return so_far


def live(story, *, before=None):
    """
    Tell the happy life of a story's method, up to before the first act of a trigger.
    """
    for step in LIVES[story.method.name]:
        if isinstance(step, timedelta):
            story.now += step
        elif step.trigger == before:
            return
        elif not (isinstance(step, NoteIssue) and story.case.cycle > 1):  # issues live on
            story.record(adapted(step, story))


def adapted(act, story):
    """
    Return the act about what the case has now: ids go on counting in another cycle, and time on.
    """
    due = max(FRIDAY, story.now + timedelta(days=1))
    if isinstance(act, KeepPromise):
        return attrs.evolve(act, promise=story.ledger.outstanding[0].id)
    if isinstance(act, TakeAction) and any(not issue.settled for issue in story.ledger.issues):
        return attrs.evolve(act, issue=next(i.id for i in story.ledger.issues if not i.settled))
    if isinstance(act, Offer):
        return attrs.evolve(act, remedies=[attrs.evolve(REMEDY, due=due)])
    if isinstance(act, ProposePlan):
        return attrs.evolve(act, items=[attrs.evolve(item, due=due) for item in act.items])
    return act


def every_moment(whole):
    """
    Yield a story for each moment of a whole one, from its opening to its end.
    """
    for length in range(1, len(whole.entries) + 1):
        story = type(whole)(whole.method)
        for entry in whole.entries[1:length]:
            story.record(entry.act, at=entry.at)
        yield story


def is_refused(story, act):
    """
    Return whether an act is refused now.
    """
    try:
        story.decide(act)
    except Refused:
        return True
    return False


def follow(story, way, act):
    """
    Do literally what a way says, with the evidence of the happy life; then the act itself.
    """
    own = {step.trigger: step for step in LIVES[story.method.name] if hasattr(step, "trigger")}
    own |= {"note_mood": NoteMood(mood="calm", willing=True), "ask_question": QUESTION}
    own |= {"accept_ask": REMEDIES["six_steps"][1], "reopen": Reopen(reason="They came back")}
    for step in way:
        if step.trigger == act.trigger:  # the act itself, its evidence amended
            continue
        story.now += WEEKS if "too early" in step.says else timedelta()
        taken = adapted(own[step.trigger], story)
        taken = attrs.evolve(taken, **dict(step.evidence))
        entry = story.record(taken, at=max(story.now, step.not_before or story.now))

        assert step.outcome in {None, entry.outcome}
    return story.record(adapted(act, story))


# -- the happy life -----------------------------------------------------------------------------


@pytest.mark.parametrize("strict", [True, False])
def test_a_whole_happy_life_leads_to_a_close_without_a_warning(told, name, strict):
    """
    Whoever leaves nothing out is told nothing, also where all that is recommended is demanded.
    """
    story = told(name, strict=strict)

    assert "closed" == story.state
    assert [] == [(e.trigger, [w.code for w in e.warnings]) for e in story.entries if e.warnings]


def test_a_second_happy_life_is_as_happy(told, name):
    """
    A reopened case can be led to its close, and nothing of the first life is in its way.
    """
    story = told(name, strict=True)
    story.record(Reopen(reason="It broke again"))
    live(story)

    assert ("closed", 2) == (story.state, story.case.cycle)
    assert [] == [(e.trigger, [w.code for w in e.warnings]) for e in story.entries if e.warnings]


def test_every_state_of_the_happy_life_has_a_way_to_the_close(told, name):
    """
    From wherever it stands, the refusal of the close shows how to come to it.
    """
    for story in every_moment(told(name)):
        if not story.case.is_closed and is_refused(story, CLOSE):
            assert story.refused(CLOSE).way, story.state


# -- nothing before hearing and recognition -----------------------------------------------------


def test_every_remedy_of_every_method_is_among_the_examples(name):
    """
    A new act that gives a remedy wants an example here.
    """
    remedies = {rule.trigger for rule in methods.get(name).rules if rule.act.spec.remedy}

    assert remedies == {act.trigger for act in REMEDIES[name]}


@pytest.mark.parametrize(("name", "act"), EVERY_REMEDY, ids=lambda v: getattr(v, "trigger", v))
def test_no_remedy_comes_before_hearing_and_recognition(told, name, act):
    """
    The charter's first two invariants, and every reason is told at once.
    """
    story = told(name, before=LIVES[name][0].trigger)

    assert {"heard", RECOGNITION[name]} <= set(story.unmet(act))


@pytest.mark.parametrize(("name", "act"), EVERY_REMEDY, ids=lambda v: getattr(v, "trigger", v))
def test_no_remedy_comes_before_hearing_and_recognition_in_the_second_cycle(told, name, act):
    """
    Facts do not survive a reopening.
    """
    story = told(name)
    story.record(Reopen(reason="It broke again"))

    assert [] == story.facts
    assert {"heard", RECOGNITION[name]} <= set(story.unmet(act))


@pytest.mark.parametrize("cycle", [1, 2])
@pytest.mark.parametrize("name", PROMISING)
def test_no_offer_comes_before_the_expectation_is_known(told, name, cycle):
    """
    The charter's third invariant, where a method negotiates, in every cycle anew.
    """
    story = told(name, before="ask_expectation" if cycle == 1 else None)
    if cycle == 2:
        story.record(Reopen(reason="It broke again"))
        live(story, before="ask_expectation")
    for act in REMEDIES[name]:
        assert "expectation_known" in story.unmet(act)


@pytest.mark.parametrize("cycle", [1, 2])
@pytest.mark.parametrize(("name", "act"), EVERY_REMEDY, ids=lambda v: getattr(v, "trigger", v))
def test_a_remedy_at_first_contact_is_refused_with_every_reason(told, name, act, cycle):
    """
    Nobody is sent back for one thing after the other.
    """
    story = told(name, before=LIVES[name][0].trigger if cycle == 1 else None)
    if cycle == 2:
        story.record(Reopen(reason="It broke again"))
    needs = {need for need in story.method.rule(act.trigger).needs if isinstance(need, str)}

    assert len(needs) >= 3
    assert needs <= set(story.unmet(act))


@pytest.mark.parametrize("name", PROMISING)
def test_not_knowing_what_to_expect_is_an_answer(told, name):
    """
    Whoever names no wish is offered something all the same.
    """
    story = told(name, before="ask_expectation")
    story.record(attrs.evolve(ASK, expectation=DONT_KNOW), OFFER)

    assert story.ledger.offer is not None


@pytest.mark.parametrize("cycle", [1, 2])
@pytest.mark.parametrize(("name", "act"), EVERY_REMEDY, ids=lambda v: getattr(v, "trigger", v))
def test_the_way_to_a_remedy_works_when_it_is_followed_literally(told, name, act, cycle):
    """
    A refusal that teaches has to be right, whichever cycle it teaches in.
    """
    story = told(name, before=LIVES[name][0].trigger)
    if cycle == 2:
        live(story, before=act.trigger if act.trigger in {"offer", "take_action"} else "offer")
        story.record(Withdraw(), Reopen(reason="They came back"))
    way = story.refused(act).way

    assert way
    assert act.trigger == follow(story, way, act).trigger


@pytest.mark.parametrize("name", PROMISING)
def test_the_way_to_a_close_counts_the_promises_made_on_it(told, name):
    """
    With a promise of the first cycle outstanding, keeping that one settles nothing yet.
    """
    story = told(name, before="keep_promise")
    story.record(Withdraw())

    assert "closed" == follow(story, story.refused(CLOSE).way, CLOSE).state


def test_the_way_to_a_close_is_found_without_looking_far(begin, name, monkeypatch):
    """
    A refusal is read while somebody waits: a search that looks everywhere would take long.
    """
    story = begin(methods.get(name))
    road = story.refused(Close()).way
    monkeypatch.setattr(_way, "BOUND", 4 * len(road))

    assert road == story.refused(Close()).way


# -- the customer's words -----------------------------------------------------------------------

SAYS = (
    Listen(account=ABUSE),
    CustomerReplied(words=ABUSE),
    AskQuestion(question="What happened?", answer=ABUSE),
    AskExpectation(question="What would be fair?", expectation=ABUSE),
    Answer(words=ABUSE),
    Counter(words=ABUSE),
    Decline(reason=ABUSE),
    Accept(words=ABUSE),
    AgreePlan(words=ABUSE),
    ReleasePromise("p1", words=ABUSE),
    Withdraw(reason=ABUSE),
    Reopen(reason="They called", words=ABUSE),
)
"""Every act that carries the customer's words, and those saying everything that is forbidden."""


def test_whatever_the_customer_says_no_rule_reads_it(told, name):
    """
    A word of theirs warns of nothing and stops nothing, at no moment of a life.
    """
    known = [act for act in SAYS if act.trigger in methods.get(name).triggers]
    said = set()
    for story in every_moment(told(name)):
        if not is_refused(story, AskQuestion(question="Why?")):
            story.record(AskQuestion(question="Why?"))
        for act in known:
            quiet = attrs.evolve(act, **dict.fromkeys(voiced(act), "Hm"))
            if not is_refused(story, quiet):
                expected, entry = story.decide(quiet), story.decide(act)
                said.add(act.trigger)

                assert (expected.warnings, expected.move) == (entry.warnings, entry.move)

    assert {act.trigger for act in known} == said


def voiced(act):
    """
    Return the fields of an act that hold the customer's words.
    """
    words = (ABUSE, Expectation(words=ABUSE))
    return [field.name for field in attrs.fields(type(act)) if getattr(act, field.name) in words]


@pytest.mark.parametrize("mood", MOODS)
def test_hearing_is_the_same_in_every_mood(told, name, mood):
    """
    Tone opens and shuts no door to being heard.
    """
    story = told(name, before="listen")
    entry = story.record(Listen(account=ABUSE, mood=mood))

    assert ("finished", ()) == (entry.outcome, entry.warnings)


def test_a_complaint_may_arrive_in_any_words(begin, name):
    """
    Opening a case is no step, and nobody is judged for how they complain.
    """
    story = begin(methods.get(name), opening=Open(complaint=ABUSE, customer="ana"))

    assert () == story.entries[0].warnings


# -- silence and exits --------------------------------------------------------------------------


def stories_in_each_state(told, name, **settings):
    """
    Return a story in each working state that the happy life passes through.
    """
    stories = every_moment(told(name, **settings))
    return {story.state: story for story in stories if not story.case.is_closed}


def test_a_silent_customer_lets_the_case_lapse_and_a_word_reopens_it(told, name):
    """
    Wherever it waits for the customer; it never counts as resolved.
    """
    waiting = {s.name for s in methods.get(name).states if s.waits_for == "customer"}
    for state, story in stories_in_each_state(told, name).items():
        if state in waiting:
            assert ["attempts_made"] == story.unmet(Lapse(reason="no answer"))

            story.record(TRIED, TRIED, TRIED, Lapse(reason="no answer"))

            assert ("lapsed", True) == (story.state, story.case.is_closed)
            assert "after_silence" == story.record(CustomerReplied(words="Hello?")).outcome
            assert (story.method.initial, []) == (story.state, story.facts)


def test_the_customer_can_withdraw_everywhere(told, name):
    """
    It is their complaint, in every state, and withdrawing waits for nothing.
    """
    for story in stories_in_each_state(told, name).values():
        assert "withdrawn" == story.record(Withdraw()).state


def test_a_word_after_a_resolved_close_reopens_nothing(told, name):
    """
    "Thank you" is a word, too.
    """
    story = told(name)

    assert "closed" == story.record(CustomerReplied(words="Thank you")).state


@pytest.mark.parametrize("strict", [False, True])
def test_a_silent_customer_never_keeps_a_case_from_ending(told, name, strict):
    """
    In every state of the life, what the agent can do alone leads to some end.
    """
    for state, story in stories_in_each_state(told, name, strict=strict).items():
        story.record(TRIED, TRIED, TRIED)
        ends = (Lapse(reason="no answer"), Close(outcome="unconfirmed"), Close())
        ways = [story.refused(end).way if is_refused(story, end) else () for end in ends]

        assert any(way is not None for way in ways), state


UNANSWERED = {
    ("five_steps", "asked"): (
        *LIVES["five_steps"][:2],
        AskQuestion("When was it for?", answer="For Sunday"),
        AskQuestion("Is there anything else?", about="anything_else"),
    ),
    ("personal_ownership", "restated"): (
        *LIVES["personal_ownership"][:2],
        Reiterate(words="So it came late and broken", problem="no present"),
    ),
}
"""Stories in which the next step waits for the customer's answer, where that is demanded."""


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize(("name", "state"), UNANSWERED)
def test_a_case_that_waits_for_an_answer_can_lapse(begin, name, state, strict):
    """
    Also in a state in which it is the agent's turn as soon as the answer is there.
    """
    story = begin(getattr(methods, name)(strict=strict))
    story.record(*UNANSWERED[name, state])

    assert state == story.state
    assert ["attempts_made"] == story.unmet(Lapse(reason="no answer"))
    assert "lapsed" == story.record(TRIED, TRIED, TRIED, Lapse(reason="no answer")).state


# -- owners -------------------------------------------------------------------------------------

HAND_OVER = HandOver(
    to="lee",
    reason="Sam is on leave",
    words="Lee goes on with it, and knows all of it",
    statement="I will see to it from here on",
)


@pytest.mark.parametrize("method", [*methods.all(), *documents.all()], ids=lambda m: m.name)
def test_nobody_is_handed_what_they_have(begin, method):
    """
    002-34: a hand-over to the present owner would tell the customer of a change that is none.
    """
    story = begin(method)
    told = story.record(HAND_OVER).effects

    assert "lee" == story.ledger.owner
    assert [("handed_over", "owner")] == [(effect.topic, effect.to) for effect in told]
    assert ["another_owner"] == story.unmet(HAND_OVER)
    assert "lee has it already" in story.refused(HAND_OVER).unmet[0].text

    story.record(attrs.evolve(HAND_OVER, to="kim"))

    assert "kim" == story.ledger.owner


# -- promises -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PROMISING)
@pytest.mark.parametrize("outcome", ["resolved", "unconfirmed"])
def test_no_close_over_an_outstanding_promise(told, name, outcome):
    """
    The charter's fourth invariant.
    """
    story = told(name, before="keep_promise")
    story.record(TRIED, TRIED, TRIED)
    story.now += WEEKS
    missing = story.unmet(attrs.evolve(CLOSE, outcome=outcome))

    assert "promises_settled" in missing or "not_now" in missing


@pytest.mark.parametrize("name", PROMISING)
@pytest.mark.parametrize(
    "settle", [KeepPromise("p1"), ReleasePromise("p1")], ids=lambda act: act.trigger
)
def test_promises_are_settled_on_a_closed_case(told, name, settle):
    """
    What a withdrawal does not release stays owed, and can be done.
    """
    story = told(name, before="keep_promise")
    story.record(Withdraw())
    story.record(settle)

    assert ("withdrawn", ()) == (story.state, story.ledger.outstanding)


@pytest.mark.parametrize("name", PROMISING)
def test_a_promise_is_found_overdue_and_broken_on_a_closed_case(told, name):
    """
    A breach is permanent, whatever closes.
    """
    story = told(name, before="keep_promise")
    story.record(Withdraw())
    story.now += WEEKS
    found = story.record(DeadlinePassed(deadline="promise", promise="p1")).at
    story.wait(days=1).record(
        RequestApproval(reason="The bank has closed", promise="p1"),
        Approve(),
        BreakPromise("p1", reason="The bank has closed"),
    )

    assert ("withdrawn", [("broken", found)]) == (
        *(story.state, [(p.state, p.breached_at) for p in story.ledger.promises]),
    )


def test_corrections_are_possible_on_a_closed_case(told, name):
    """
    History is not rewritten; what was wrong with it is written down, also afterwards.
    """
    story = told(name)
    before = story.case
    story.record(Correct(entry=2, reason="It was Tuesday"))

    assert (before.state, before.facts, before.ledger) == (
        *(story.state, story.case.facts, story.ledger),
    )


# -- settings -----------------------------------------------------------------------------------


def test_every_setting_is_part_of_the_pin(name):
    """
    A case is bound to what was promised to its customer.
    """
    make = getattr(methods, name)

    assert 3 == len({make().pin, make(strict=True).pin, make(attempts=2).pin})
    assert make().pin == methods.get(name).pin


@pytest.mark.parametrize("setting", ["strict", "language", "attempts"])
@pytest.mark.parametrize("value", ["yes", None, 0, -1])
def test_a_setting_that_makes_no_sense_is_told(name, setting, value):
    """
    Every method checks what it was given.
    """
    with pytest.raises(MethodError, match=setting):
        getattr(methods, name)(**{setting: value})


CLOCKS = {
    "five_steps": {"action_within": "000-06"},
    "seven_as": {"first_response": "001-01", "stale_after": "001-01"},
    "personal_ownership": {"first_response": "002-10"},
}
"""Time limits that the documents want and give no number for, each with its clause."""


@pytest.mark.parametrize(
    ("name", "setting", "clause"),
    [(name, setting, clause) for name, by in CLOCKS.items() for setting, clause in by.items()],
)
def test_a_clock_without_a_number_is_off_and_said_to_be(name, setting, clause):
    """
    000-06, 001-01, 002-10: soon, or at once, is no number that we could make up.
    """
    off, on = methods.get(name), getattr(methods, name)(**{setting: Within(2)})

    assert len(off.limits) + 1 == len(on.limits)
    assert [True, False] == [
        any(of == clause and f"`{setting}`" in note for of, note in method.notes)
        for method in (off, on)
    ]


def test_without_language_rules_nothing_said_is_noticed(told, name):
    """
    They read English; a helpdesk may write in something else.
    """
    assert () == methods.get(name).language or () == getattr(methods, name)(language=False).language
    assert "closed" == told(name, language=False, strict=True).state


# -- the definitions themselves -----------------------------------------------------------------

SOURCE = Path(complaintflow.__file__).parent


def test_a_definition_is_read_in_five_minutes(name):
    """
    Somebody who knows the document checks the steps and the rules line by line, in one sitting.
    """
    lines = {
        file.name: len(file.read_text(encoding="utf-8").splitlines())
        for file in (SOURCE / "methods" / name).glob("*.py")
    }

    assert {"__init__.py", "_steps.py", "_rules.py"} == lines.keys()
    assert lines["_steps.py"] + lines["_rules.py"] <= 350
    assert lines["__init__.py"] <= 220


def test_what_decides_knows_no_method_by_its_name():
    """
    A method that needed a special case would show that the mechanism does not fit.

    What is called is an example in a message of how a method is built.
    """
    known = {
        file.name: re.findall(
            rf"(?:{'|'.join(methods.names())})(?!\(\))", file.read_text(encoding="utf-8")
        )
        for folder in ("_engine", "_desk", "_requirements", "acts")
        for file in (SOURCE / folder).glob("*.py")
    }

    assert len(known) > 20
    assert {} == {file: names for file, names in known.items() if names}
