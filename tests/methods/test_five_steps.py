"""
The five steps of document 000, by example; each docstring names the clause it is about.
"""

from datetime import timedelta

import pytest
from attrs import evolve

from complaintflow import Actor, MethodError, Within
from complaintflow.acts import (
    Answer,
    Apologize,
    AskQuestion,
    Close,
    Coordinate,
    Correct,
    CustomerReplied,
    DeadlinePassed,
    Empathize,
    FollowUp,
    FollowUpNotApplicable,
    HandOver,
    Lapse,
    Listen,
    Merge,
    Mitigate,
    NoteIssue,
    NoteMood,
    NoteOurSide,
    NoteUnderstanding,
    NotReached,
    Open,
    Reopen,
    SuspendContact,
    TakeAction,
    TakeOwnership,
    Waive,
    Withdraw,
)
from complaintflow.methods import five_steps

WORKING = ("received", "empathized", "heard", "asked", "acted")
WAITING = ("empathized", "heard", "acted")
ENDED = ("closed", "withdrawn", "lapsed", "merged")

EMPATHIZE = Empathize(words="Oh, I’m so sorry about that")  # noqa: RUF001  (as in the document)
LISTEN = Listen(account="The teapot came two weeks late, and it is cracked")
QUESTION = AskQuestion(question="When was it for?", answer="For my mother's birthday")
ANYTHING_ELSE = AskQuestion(
    question="Is there anything else?", answer="No, that is all", about="anything_else"
)
ISSUE = NoteIssue(text="the teapot is cracked", primary=True)
OUR_SIDE = NoteOurSide(account="The parcel left us whole")
UNDERSTANDING = NoteUnderstanding(point_of_view="A present that could not be given")
ACTION = TakeAction("i1", "replacement", words="A new teapot is on its way")
FOLLOW_UP = FollowUp(words="Did the new one arrive?", resolved=True, channel="phone")
NOT_APPLICABLE = FollowUpNotApplicable(reason="They asked us not to call")
TRIED = NotReached(channel="phone")
LAPSE = Lapse(reason="no answer")
MERGE = Merge(into="t-9", reason="They called about it, too")

PREPARED = (ANYTHING_ELSE, ISSUE, OUR_SIDE, UNDERSTANDING)
ROADS = {
    "received": [],
    "empathized": [EMPATHIZE],
    "heard": [EMPATHIZE, LISTEN],
    "asked": [EMPATHIZE, LISTEN, *PREPARED],
    "acted": [EMPATHIZE, LISTEN, *PREPARED, ACTION],
    "closed": [EMPATHIZE, LISTEN, *PREPARED, ACTION, FOLLOW_UP, Close()],
    "withdrawn": [Withdraw()],
    "lapsed": [EMPATHIZE, TRIED, TRIED, TRIED, LAPSE],
    "merged": [MERGE],
}
"""A road into each state on which nothing is left out."""


@pytest.fixture
def told(begin):
    """
    Return a function that tells a story of the five steps up to a state.
    """

    def up_to(state, **settings):
        story = begin(five_steps(**settings))
        if ROADS[state]:
            story.record(*ROADS[state])

        assert state == story.state
        return story

    return up_to


def followed_up(**answers):
    """
    Return a follow-up with these answers.
    """
    return FollowUp(words="Is it resolved?", channel="e-mail", **answers)


# -- the main road ------------------------------------------------------------------------------


def test_the_main_road_leads_through_five_steps_to_a_close(begin):
    """
    000-01, 000-02: a complaint arrives, and five numbered steps are followed in their order.
    """
    story = begin(five_steps())
    states = [
        story.record(act).state
        for act in (EMPATHIZE, LISTEN, *PREPARED, ACTION, FOLLOW_UP, Close())
    ]

    assert [
        *("empathized", "heard", "asked", "asked", "asked", "asked", "acted", "acted", "closed"),
    ] == states
    assert [] == [entry for entry in story.entries if entry.warnings]


def test_each_step_has_the_number_the_document_gives_it():
    """
    000-02: a picture of the method can be laid beside the document.
    """
    assert [1, 2, 3, 4, 5] == [s.step for s in five_steps().states if s.step is not None]


@pytest.mark.parametrize("channel", ["phone", "e-mail", None])
def test_a_complaint_may_arrive_in_any_way(begin, channel):
    """
    000-01: the text's customer calls; others write.
    """
    opening = Open(complaint="It broke", customer="ana", channel=channel)

    assert "received" == begin(five_steps(), opening=opening).state


@pytest.mark.parametrize(
    ("state", "act", "missing"),
    [
        ("received", LISTEN, ["empathy_shown"]),
        ("received", QUESTION, ["heard"]),
        ("empathized", QUESTION, ["heard"]),
        ("empathized", UNDERSTANDING, ["heard"]),
        ("received", ACTION, ["empathy_shown", "heard", "answered", "issue_known"]),
        ("empathized", ACTION, ["heard", "answered", "issue_known"]),
        ("heard", ACTION, ["answered", "issue_known"]),
        ("asked", FOLLOW_UP, ["all_settled"]),
        ("asked", NOT_APPLICABLE, ["all_settled"]),
        ("asked", Close(), ["all_settled", "follow_up_settled"]),
        ("acted", Close(), ["follow_up_settled"]),
    ],
    ids=lambda value: getattr(value, "trigger", value) if not isinstance(value, list) else "",
)
def test_a_later_step_waits_for_the_earlier_ones(told, state, act, missing):
    """
    000-02, 000-23: the steps are numbered, and each needs what the one before has brought.
    """
    assert missing == told(state).unmet(act)


def test_an_action_for_somebody_not_heard_is_refused_with_every_reason(told):
    """
    000-02: whoever rushes learns everything that is missing, and the shortest honest way.
    """
    no = told("received").refused(ACTION)

    assert (
        "cannot take_action while received: no empathy shown; ana has not been heard; no question "
        "has been asked and answered; 'i1' is no open issue; open issues: none\n"
        "first: empathize, listen (finished), ask_question (answered), note_issue, take_action"
    ) == str(no)


# -- 1. empathize -------------------------------------------------------------------------------


def test_words_of_regret_can_be_the_empathy(told):
    """
    000-10, 000-11: "Oh, I'm so sorry about that" is the document's own example.
    """
    story = told("received")

    assert [] == story.warnings(EMPATHIZE)
    assert ("empathized", ["empathy_shown"]) == (story.state, story.facts)


def test_an_apology_admits_no_fault(told):
    """
    000-12: apologising doesn't mean agreeing with it; admitting fault is said on purpose.
    """
    story = told("received")
    plain, admitting = Apologize(words="I am sorry"), Apologize("It was us", admits_fault=True)

    assert (False, True) == (plain.admits_fault, admitting.admits_fault)

    before = story.ledger
    story.record(plain, admitting)

    assert before == story.ledger
    assert ("received", []) == (story.state, story.facts)


@pytest.mark.parametrize("words", ["I am sorry if you were hurt", "Sorry, but it was dry"])
def test_an_apology_that_is_none_is_noticed(told, words):
    """
    No document says so: a conditional apology is worse than none.
    """
    assert ["non_apology"] == told("received").warnings(Apologize(words=words))


def test_the_mood_can_be_noted_before_and_after(told):
    """
    000-13: empathy lowers the defensiveness, and the record can show it.
    """
    story = told("received")
    story.record(NoteMood(mood="angry"), EMPATHIZE, NoteMood(mood="discontent"))

    assert ("angry", "discontent") == (story.ledger.opening_mood, story.ledger.mood)


# -- what should not be said --------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "You’re wrong about the date",  # noqa: RUF001
        "You are wrong about the date",
        "I think you are mistaken",
        "That's not true at all",
        "That is impossible",
        "Actually, you signed for it",
        "Actually you did",
    ],
)
def test_contradicting_the_customer_is_noticed(told, words):
    """
    000-04, 000-05: their perception is their reality, and it is useless to argue with it.
    """
    story = told("received")
    entry = story.record(Empathize(words=words))

    assert [("contradiction", ("000-04", "000-05"))] == [(w.code, w.cites) for w in entry.warnings]


@pytest.mark.parametrize(
    ("mood", "strong"),
    [(None, False), ("calm", False), ("discontent", False), ("upset", True), ("hostile", True)],
)
def test_contradicting_somebody_upset_is_noticed_strongly(told, mood, strong):
    """
    000-05: "especially if they're emotional".
    """
    story = told("received")
    if mood is not None:
        story.record(NoteMood(mood=mood))

    entry = story.record(Empathize(words="You're wrong"))

    assert [strong] == [warning.strong for warning in entry.warnings]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("You're right.", ["empty_agreement"]),
        ("You’re absolutely right!", ["empty_agreement"]),  # noqa: RUF001
        ("Yes, you're right!", ["empty_agreement"]),
        ("You are right; a new teapot is on its way", []),
        ("Yes, you're right, and a new teapot is on its way", []),
    ],
)
def test_an_action_that_only_agrees_is_noticed(told, words, found):
    """
    000-07: a resolution is more than simply saying "You're right".
    """
    assert found == told("asked").warnings(TakeAction("i1", "reply", words=words))


def test_strictly_an_action_that_only_agrees_is_refused(told):
    """
    000-07: agreement alone does not satisfy the fourth step, where what is advised is demanded.
    """
    story = told("asked", strict=True)

    assert ["empty_agreement"] == story.unmet(TakeAction("i1", "reply", words="You’re right."))  # noqa: RUF001
    assert "acted" == story.record(ACTION).state


def test_language_rules_can_be_left_out(told):
    """
    They read English; a helpdesk may write in something else.
    """
    for strict in (False, True):
        story = told("asked", language=False, strict=strict)

        assert [] == story.warnings(TakeAction("i1", "reply", words="You're right."))


# -- 2. listen ----------------------------------------------------------------------------------


def test_the_customers_own_words_are_the_account(told):
    """
    000-20, 000-22: what is on record is the complaint as it was told, with notes beside it.
    """
    story = told("empathized")
    entry = story.record(Listen(account="It is cracked", notes="sounded tired"))

    assert ("heard", "It is cracked") == (story.state, story.ledger.accounts[-1])
    assert "sounded tired" == entry.act.notes


def test_a_customer_who_has_more_to_say_is_not_heard_yet(told):
    """
    000-20: really listening is listening to the end.
    """
    story = told("empathized")
    story.record(Listen(account="Where shall I begin?", finished=False))

    assert "empathized" == story.state
    assert ["heard"] == story.unmet(QUESTION)


def test_listening_goes_on_in_every_later_state(told):
    """
    000-22: a customer may remember something at any time.
    """
    for state in WORKING[1:]:
        story = told(state)
        story.record(Listen(account="And the lid is gone"))

        assert "And the lid is gone" == story.ledger.accounts[-1]


# -- 3. ask questions ---------------------------------------------------------------------------


def test_a_question_counts_with_its_answer(told):
    """
    000-30: having asked is not understanding yet.
    """
    story = told("heard")
    story.record(AskQuestion(question="When was it for?"))

    assert "heard" == story.state
    assert "answered" in story.unmet(ACTION)

    story.record(Answer(words="For Sunday"))

    assert "asked" == story.state
    assert {"answered", "heard"} <= set(story.facts)


def test_an_action_is_about_an_issue_on_record(told):
    """
    000-31: the original complaint often isn't the biggest or only problem, so they are listed.
    """
    story = told("heard")
    story.record(QUESTION)

    assert ["issue_known"] == story.unmet(ACTION)
    assert ["note_issue", "take_action"] == story.way(ACTION)

    story.record(ISSUE)

    assert ["'i2' is no open issue; open issues: i1"] == [
        unmet.text for unmet in story.refused(TakeAction("i2", "refund", words="Here")).unmet
    ]
    assert "acted" == story.record(ACTION).state


def test_what_should_be_understood_before_acting_is_noticed_where_it_is_not(told):
    """
    000-03, 000-31, 000-32, 000-34: each is recommended, and its lack is on the record.
    """
    story = told("heard")
    story.record(QUESTION, NoteIssue(text="cracked"))
    entry = story.record(ACTION)

    assert [
        ("all_told", ("000-31",)),
        ("primary_named", ("000-31",)),
        ("our_side_noted", ("000-03",)),
        ("understood", ("000-32", "000-34")),
    ] == [(warning.code, warning.cites) for warning in entry.warnings]


def test_strictly_what_should_be_understood_before_acting_is_demanded(told):
    """
    000-03, 000-31, 000-32, 000-34: with `strict` there is no action without them.
    """
    story = told("heard", strict=True)
    story.record(QUESTION, NoteIssue(text="cracked"))

    assert ["all_told", "primary_named", "our_side_noted", "understood"] == story.unmet(ACTION)


def test_anything_else_may_be_answered_later(told):
    """
    000-31: "no" is an answer, and it may come by e-mail.
    """
    story = told("heard")
    story.record(AskQuestion(question="Is there anything else?", about="anything_else"))
    entry = story.record(Answer(words="No"))

    assert ("all_told", "asked") == (entry.outcome, story.state)
    assert {"answered", "all_told"} <= set(story.facts)


def test_the_two_sides_of_a_story_are_kept_apart(told):
    """
    000-03: the company's account takes nothing from the customer's.
    """
    story = told("heard")
    before = story.ledger.accounts
    entry = story.record(OUR_SIDE)

    assert before == story.ledger.accounts
    assert "The parcel left us whole" == entry.act.account


def test_questions_go_round_as_often_as_it_takes(told):
    """
    000-33: layers are peeled back one by one.
    """
    story = told("heard")
    story.record(QUESTION, QUESTION, NoteIssue(text="late"), QUESTION)

    assert ("asked", 3) == (story.state, len(story.ledger.questions))


# -- 4. take action -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["apology_only", "education", "refund", "a song"])
def test_what_is_done_is_the_agents_choice(told, kind):
    """
    000-40, 000-41, 000-42, 000-43: there is no closed list of what alleviates a complaint.
    """
    story = told("asked")

    assert "acted" == story.record(TakeAction("i1", kind, words="This is what we do")).state


def test_every_issue_has_its_action_before_it_goes_on(told):
    """
    000-44: "Either way, fix it" is said of everything that came up.
    """
    story = told("asked")
    story.record(NoteIssue(text="it was late"), NoteIssue(text="nobody answered"))

    assert ["take_action (i1)", "take_action (i2)", "take_action (settled, i3)"] == (
        story.way(FOLLOW_UP)
    )
    assert "remaining" == story.record(ACTION).outcome
    assert ["issue_known"] == story.unmet(ACTION)

    none_needed = TakeAction("i2", "none", words="It came in the end", result="none_needed")

    assert "remaining" == story.record(none_needed).outcome
    assert "asked" == story.state
    assert "settled" == story.record(TakeAction("i3", "call", words="Here I am")).outcome
    assert "acted" == story.state


def test_an_action_still_to_be_done_settles_nothing(told):
    """
    000-44: planned is not fixed.
    """
    story = told("asked")
    entry = story.record(TakeAction("i1", "refund", words="It is coming", result="pending"))

    assert ("pending", "asked") == (entry.outcome, story.state)
    assert "all_settled" in story.unmet(Close())
    assert "acted" == story.record(ACTION).state


def test_an_issue_that_turns_up_late_is_dealt_with_too(told):
    """
    000-31, 000-44: what comes up after the action goes back to it, and is followed up itself.
    """
    story = told("acted")
    story.record(FOLLOW_UP, NoteIssue(text="the lid is gone, too"))

    assert "asked" == story.state
    assert ["all_settled", "follow_up_settled"] == story.unmet(Close())

    story.record(TakeAction("i2", "replacement", words="A lid is on its way"))

    assert ["follow_up_settled"] == story.unmet(Close())
    assert "closed" == story.record(FOLLOW_UP, Close()).state


# -- 5. follow up, when applicable --------------------------------------------------------------


def test_a_follow_up_says_how_the_customer_was_reached(told):
    """
    000-51: "call or reach out" leaves a trace of channel, time and who.
    """
    story = told("acted")
    no = story.refused(FollowUp(words="All well?", resolved=True))

    assert [("channel_recorded", ("000-51",))] == [(u.code, u.cites) for u in no.unmet]

    entry = story.record(FOLLOW_UP)

    assert ("phone", "sam", story.now) == (entry.act.channel, entry.by.id, entry.at)


def test_a_follow_up_that_does_not_apply_takes_a_reason(told):
    """
    000-50: "when applicable" is a choice, and silent skipping is none.
    """
    story = told("acted")

    assert ["follow_up_settled"] == story.unmet(Close())
    assert "closed" == story.record(NOT_APPLICABLE, Close()).state
    assert "They asked us not to call" == story.entries[-2].act.reason


def test_a_follow_up_asks_whether_it_is_resolved_and_no_more(told):
    """
    000-52: being pleased belongs to another document.
    """
    story = told("acted")
    entry = story.record(followed_up(resolved=True, pleased=False))

    assert "satisfied" == entry.outcome
    assert "closed" == story.record(Close()).state


def test_a_no_at_the_follow_up_begins_again(told):
    """
    000-52: not resolved is a reopening, with every duty fresh and the issues kept.
    """
    story = told("acted")
    entry = story.record(followed_up(resolved=False))

    assert ("not_satisfied", "received", 2, []) == (
        *(entry.outcome, story.state, story.case.cycle, story.facts),
    )
    assert [("i1", False)] == [(i.id, i.settled) for i in story.ledger.issues]
    assert [("reopened", "owner")] == [(e.topic, e.to) for e in entry.effects]


@pytest.mark.parametrize(
    ("resolved", "state"), [(True, "acted"), (False, "received"), (None, "acted")]
)
def test_the_answer_to_a_follow_up_may_come_later(told, resolved, state):
    """
    000-52: an e-mail is answered when it is answered; words without a yes settle nothing.
    """
    story = told("acted")
    story.record(followed_up())

    assert ["follow_up_settled"] == story.unmet(Close())

    story.record(Answer(words="About that teapot", resolved=resolved))

    assert state == story.state
    assert (resolved is True) == ("follow_up_settled" in story.facts)


@pytest.mark.parametrize("resolved", [True, False])
def test_a_follow_up_that_was_answered_leaves_no_question_open(told, resolved):
    """
    000-52: its one question is answered, and the next answer is to something else.
    """
    story = told("acted")
    story.record(followed_up(resolved=resolved))

    assert () == tuple(q.text for q in story.ledger.questions if q.answer is None)


def test_an_answer_about_being_pleased_says_nothing_about_being_resolved(told):
    """
    000-52: given at once or later, the same answer means the same.
    """
    at_once, later = told("acted"), told("acted")
    first = at_once.record(followed_up(pleased=False))
    later.record(followed_up())
    second = later.record(Answer(words="Not pleased", pleased=False))

    assert "unanswered" == first.outcome
    assert "not_satisfied" != second.outcome
    assert "acted" == later.state


def test_a_late_yes_counts_for_nothing_that_came_after_the_follow_up(told):
    """
    000-44, 000-52: an issue noted meanwhile is acted on first; a no is heard at any time.
    """
    story = told("acted")
    story.record(followed_up(), NoteIssue(text="the lid is gone, too"))
    yes = Answer(words="Yes, thank you", resolved=True)

    assert ["all_settled"] == story.unmet(yes)
    assert "not_satisfied" == story.decide(Answer(words="No", resolved=False)).outcome

    story.record(TakeAction("i2", "replacement", words="A lid is on its way"))

    assert ["follow_up_settled"] == story.unmet(Close())
    assert "closed" == story.record(yes, Close()).state


# -- time ---------------------------------------------------------------------------------------


def test_quickly_has_no_number_until_one_is_set(told):
    """
    000-06: the document says "quickly and efficiently", and the definition that it gives none.
    """
    assert () == told("received").case.deadlines
    assert "no number" in dict(five_steps().notes)["000-06"]


def test_action_can_have_a_time_limit(told):
    """
    000-06: from the opening to the first action, and a breach is recorded once.
    """
    story = told("received", action_within=Within(3, "days"))
    (deadline,) = story.case.deadlines

    assert ("action_due", timedelta(days=3)) == (deadline.code, deadline.due - story.now)

    passed = DeadlinePassed(deadline="action_due")

    assert ["deadline_passed"] == story.unmet(passed)

    story.wait(days=4).record(passed)

    assert ["deadline_passed"] == story.unmet(passed)
    assert () == told("acted", action_within=Within(3, "days")).case.deadlines


# -- silence, exits, cycles ---------------------------------------------------------------------


@pytest.mark.parametrize("state", WAITING)
def test_a_silent_customer_lets_the_case_lapse(told, state):
    """
    Waiting for an answer that never comes ends the case, and never as resolved.
    """
    story = told(state)
    story.record(TRIED, TRIED)

    assert ["attempts_made"] == story.unmet(LAPSE)
    assert ["not_reached"] == story.way(LAPSE)

    story.record(TRIED, LAPSE)

    assert ("lapsed", True) == (story.state, story.case.is_closed)


@pytest.mark.parametrize("state", [name for name in WORKING if name not in {*WAITING, "asked"}])
def test_a_case_that_waits_for_the_agent_does_not_lapse(told, state):
    """
    The silence is ours, then.
    """
    story = told(state)
    story.record(TRIED, TRIED, TRIED)

    assert ["not_now"] == story.unmet(LAPSE)


def test_a_word_takes_a_lapsed_case_up_again(told):
    """
    With fresh duties: who comes back is met with empathy again.
    """
    story = told("lapsed")
    story.record(CustomerReplied(words="I was in hospital"))

    assert ("received", 2, []) == (story.state, story.case.cycle, story.facts)


@pytest.mark.parametrize("state", WORKING)
def test_the_customer_can_withdraw_from_every_working_state(told, state):
    """
    It is their complaint.
    """
    assert "withdrawn" == told(state).record(Withdraw(reason="Never mind")).state


@pytest.mark.parametrize("state", [*ENDED, "acted"])
def test_a_case_can_be_taken_up_again(told, state):
    """
    000-52: the next complaint about the same teapot finds its issues open again.
    """
    story = told(state)
    story.record(Reopen(reason="It broke again"))

    assert ("received", 2, []) == (story.state, story.case.cycle, story.facts)
    assert all(not issue.settled for issue in story.ledger.issues)


def test_every_duty_is_fresh_in_a_new_cycle(told):
    """
    000-02: what was done for the first complaint is not done for the second.
    """
    story = told("closed")
    story.record(Reopen(reason="It broke again"))

    assert ["empathy_shown", "heard", "answered"] == story.unmet(ACTION)

    story.record(EMPATHIZE, LISTEN, QUESTION)

    assert ["all_told", "our_side_noted", "understood"] == story.warnings(ACTION)


@pytest.mark.parametrize("state", WORKING)
def test_remarks_lead_nowhere(told, state):
    """
    Moods, owners, teams and urgent relief are noted in every step without taking one.
    """
    story = told(state)
    facts = story.facts
    story.record(
        *(NoteMood(mood="hostile"), TakeOwnership(words="It is mine"), TRIED),
        *(Coordinate(team="warehouse", about="straw"), SuspendContact(reason="threats")),
        Mitigate(harm="a cut finger", words="Please use gloves"),
        HandOver(to="lee", reason="holiday", words="Lee takes over"),
        Correct(entry=1, reason="Her name is Anna"),
    )

    assert (state, facts) == (story.state, story.facts)


# -- waivers and settings -----------------------------------------------------------------------


@pytest.mark.parametrize("code", ["all_told", "our_side_noted", "understood"])
def test_what_is_recommended_can_be_waived_with_a_reason(told, code):
    """
    000-03, 000-31, 000-32: done without on purpose is not forgotten.
    """
    story = told("heard", strict=True)
    story.record(QUESTION, ISSUE)

    assert code in story.unmet(ACTION)

    story.record(Waive(requirement=code, reason="They are in a hurry"))

    assert code not in story.unmet(ACTION)


@pytest.mark.parametrize("code", ["empathy_shown", "heard", "answered", "all_settled"])
def test_the_steps_themselves_cannot_be_waived(told, code):
    """
    000-02: five steps are five steps.
    """
    assert ["may_be_waived"] == told("received").unmet(Waive(requirement=code, reason="Busy"))


@pytest.mark.parametrize(
    "settings",
    [{"attempts": 0}, {"action_within": 3}, {"strict": "yes"}, {"language": None}],
    ids=str,
)
def test_a_setting_that_makes_no_sense_is_told(settings):
    """
    A time limit that is no time limit would never pass.
    """
    with pytest.raises(MethodError):
        five_steps(**settings)


def test_the_number_of_attempts_is_the_hosts(told):
    """
    No document says how often is often enough.
    """
    assert "lapsed" == told("empathized", attempts=1).record(TRIED, LAPSE).state


@pytest.mark.parametrize(
    ("state", "act", "told_to"),
    [
        ("asked", ACTION, [("action_taken", "customer")]),
        ("closed", Reopen(reason="Again"), [("reopened", "owner")]),
        ("received", Withdraw(), [("withdrawn", "owner")]),
        ("closed", CustomerReplied(words="Thank you"), [("customer_replied", "owner")]),
        ("received", EMPATHIZE, []),
    ],
    ids=lambda value: getattr(value, "trigger", None),
)
def test_a_step_says_who_should_be_told(told, state, act, told_to):
    """
    The notifications of a method are part of it, as data.
    """
    assert told_to == [(e.topic, e.to) for e in told(state).record(act).effects]


# -- what is offered and off by default ---------------------------------------------------------


def test_whoever_listens_can_be_asked_to_listen_to_nobody_else(told):
    """
    000-21: "stop whatever else you're doing"; the host knows what else somebody does.
    """
    busy = Actor("sam", listens_elsewhere=True)
    story = told("empathized", exclusive_listening=True)

    assert ["listens_to_one"] == story.unmet(LISTEN, by=busy)
    assert ["listen"] == [step.trigger for step in story.refused(LISTEN, by=busy).way]
    assert "heard" == story.record(LISTEN, by="sam").state
    assert "heard" == told("empathized").record(LISTEN, by=busy).state


def test_the_mood_before_and_after_the_empathy_can_be_asked_for(told):
    """
    000-13: empathy lowers the defensiveness, and whoever wants to see it notes both.
    """
    story = told("received", mood_around_empathy=True)

    assert ["mood_noted"] == story.warnings(EMPATHIZE)
    assert ["mood_after"] == story.warnings(LISTEN)

    noted = told("received", mood_around_empathy=True)
    noted.record(NoteMood(mood="angry"))

    assert [] == noted.warnings(EMPATHIZE)
    assert [] == noted.warnings(evolve(LISTEN, mood="upset"))
    assert [] == told("received").warnings(EMPATHIZE)
