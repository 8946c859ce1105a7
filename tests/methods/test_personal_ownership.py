"""
Personal ownership, document 002, by example; each docstring names the clause it is about.
"""

from datetime import UTC, datetime, timedelta

import attrs
import pytest

from complaintflow import MethodError, Within
from complaintflow.acts import (
    DONT_KNOW,
    Accept,
    AcceptAsk,
    Answer,
    Approve,
    AskExpectation,
    BreakPromise,
    Close,
    Coordinate,
    Correct,
    Counter,
    CustomerReplied,
    DeadlinePassed,
    DeclareDeadlock,
    Decline,
    Expectation,
    FollowUp,
    HandOver,
    KeepPromise,
    Lapse,
    Listen,
    Merge,
    Mitigate,
    NoteIssue,
    NoteMood,
    NotReached,
    Offer,
    RecogniseAnger,
    Reiterate,
    ReleasePromise,
    Remedy,
    Reopen,
    RequestApproval,
    Reschedule,
    Resume,
    SuspendContact,
    TakeOwnership,
    Waive,
    Withdraw,
)
from complaintflow.methods import personal_ownership
from complaintflow.methods.personal_ownership import FAIR_QUESTION

WORKING = (
    *("received", "heard", "restated", "owned", "consulted", "negotiating", "settled"),
    "waiting",
)
WAITING = ("received", "owned", "negotiating", "waiting")
ENDED = ("closed", "withdrawn", "deadlocked", "lapsed", "merged")

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)

RECOGNISE = RecogniseAnger(
    words="You are angry, and you have every right to be", problem="a cracked teapot"
)
LISTEN = Listen(account="It came two weeks late, and the teapot is cracked", mood="angry")
CALMER = NoteMood(mood="upset")
REITERATE = Reiterate(
    words="So the teapot came late and broken", problem="no present", confirmed=True
)
OWN = TakeOwnership(
    words="I, personally, will see that this is solved",
    commitment="a call each day until it is",
)
ASK = AskExpectation(
    question=FAIR_QUESTION,
    expectation=Expectation(words="My money back", amount="60.00", currency="EUR"),
)
MONEY = Remedy("refund", "40.00", "EUR", redresses="broken_product")
OFFER = Offer(remedies=[MONEY], words="Would forty euros be fair?")
WISH = Remedy("refund", "60.00", "EUR", redresses="broken_product")
ACCEPT_ASK = AcceptAsk(remedies=[WISH], words="You shall have it")
KEEP = KeepPromise("p1")
FOLLOW_UP = FollowUp(words="Is it solved, and are you pleased?", resolved=True, pleased=True)
CLOSE = Close(retained="yes")
DEADLOCK = DeclareDeadlock(words="We cannot agree; the ombudsman may help you")
TRIED = NotReached(channel="phone")
LAPSE = Lapse(reason="no answer")
MERGE = Merge(into="t-9", reason="They called about it, too")
LATER = Reschedule(to=MONDAY + timedelta(days=1), words="Shall we talk tomorrow?", accepted=True)
WEEKS = timedelta(days=29)
"""From the settlement: two weeks for the promise, two more for the follow-up, and a day."""

HEARD = (RECOGNISE, LISTEN)
RESTATED = (*HEARD, CALMER, REITERATE)
OWNED = (*RESTATED, OWN)
CONSULTED = (*OWNED, ASK)
NEGOTIATING = (*CONSULTED, OFFER)
SETTLED = (*NEGOTIATING, Accept())
ROADS = {
    "received": (),
    "heard": HEARD,
    "restated": RESTATED,
    "owned": OWNED,
    "consulted": CONSULTED,
    "negotiating": NEGOTIATING,
    "settled": SETTLED,
    "waiting": (*HEARD, LATER),
    "closed": (*SETTLED, KEEP, WEEKS, FOLLOW_UP, CLOSE),
    "withdrawn": (Withdraw(),),
    "deadlocked": (*NEGOTIATING, DEADLOCK),
    "lapsed": (TRIED, TRIED, TRIED, LAPSE),
    "merged": (MERGE,),
}
"""A road into each state on which nothing is left out."""


@pytest.fixture
def told(begin):
    """
    Return a function that tells a story of personal ownership up to a state.
    """

    def up_to(state, **settings):
        story = begin(personal_ownership(**settings))
        for step in ROADS[state]:
            if isinstance(step, timedelta):
                story.now += step
            else:
                story.record(step)

        assert state == story.state
        return story

    return up_to


def codes(entry):
    """
    Return the codes of what an entry was recorded without.
    """
    return [unmet.code for unmet in entry.warnings]


# -- the main road ------------------------------------------------------------------------------


def test_the_main_road_leads_from_listening_to_a_follow_up(told):
    """
    002-10, 002-60: each step in a state of its own, and nothing to warn of on the way.
    """
    story = told("closed")
    states = list(dict.fromkeys(entry.state for entry in story.entries))

    assert [
        *("received", "heard", "restated", "owned", "consulted", "negotiating", "settled"),
        "closed",
    ] == states
    assert [] == [(e.trigger, codes(e)) for e in story.entries if e.warnings]


@pytest.mark.parametrize(
    ("state", "act", "missing"),
    [
        ("received", REITERATE, ["heard", "recognised", "calmer"]),
        ("received", OWN, ["heard", "restated"]),
        ("received", ASK, ["heard", "restated", "owned", "calmer"]),
        (
            "received",
            OFFER,
            ["heard", "recognised", "restated", "owned", "expectation_known", "calmer"],
        ),
        ("heard", OWN, ["restated"]),
        ("restated", ASK, ["owned"]),
        ("restated", OFFER, ["owned", "expectation_known"]),
        ("owned", OFFER, ["expectation_known"]),
        ("owned", ACCEPT_ASK, ["expectation_known", "ask_open"]),
        ("consulted", Accept(), ["offer_open"]),
        ("negotiating", FOLLOW_UP, ["agreed"]),
    ],
    ids=lambda value: getattr(value, "trigger", value) if not isinstance(value, list) else "",
)
def test_a_later_step_waits_for_the_earlier_ones(told, state, act, missing):
    """
    002-10, 002-32, 002-40: each step needs what the one before has brought.
    """
    assert missing == told(state).unmet(act)


# -- 1. listen ----------------------------------------------------------------------------------


def test_no_time_ends_the_listening(told):
    """
    002-10: "be patient".
    """
    story = told("received")
    story.record(RECOGNISE, Listen(account="Where shall I begin?", finished=False))
    story.wait(days=400)

    assert ("received", ()) == (story.state, story.case.deadlines)
    assert ["heard"] == story.unmet(OWN)[:1]


def test_the_first_contact_can_have_a_time_limit(told):
    """
    002-10: "the moment you encounter an upset customer" has no number until one is set.
    """
    limit = Within(4, "hours")

    assert () == told("received").case.deadlines
    assert ["first_response"] == [
        d.code for d in told("received", first_response=limit).case.deadlines
    ]
    assert () == told("heard", first_response=limit).case.deadlines


def test_the_customer_may_vent_and_says_when_they_have_finished(told):
    """
    002-11: venting is kept in the customer's words.
    """
    story = told("received")
    story.record(RECOGNISE, Listen(account="Never again!", finished=False))

    assert "received" == story.state
    assert "heard" == story.record(Listen(account="That is all")).state
    assert ("Never again!", "That is all") == story.ledger.accounts[-2:]


def test_personal_attacks_change_nothing(told):
    """
    002-12: "not to take the attacks personally"; no rule reads the customer's words.
    """
    story = told("received")
    story.record(RECOGNISE)
    entry = story.record(Listen(account="You idiot! That's your policy, is it?", mood="hostile"))

    assert ("heard", ()) == (entry.state, entry.warnings)


@pytest.mark.parametrize(
    "words",
    [
        "It is not our fault",
        "You should have read the label",
        "Calm down, please",
        "There’s nothing we can do",  # noqa: RUF001
        "There is nothing we can do",
    ],
)
def test_defensive_words_are_noticed_while_the_customer_vents(told, words):
    """
    002-13: starting off defensive escalates the anger.
    """
    story = told("received")

    assert ["defensive"] == story.warnings(RecogniseAnger(words=words, problem="a crack"))

    story.record(LISTEN)

    assert [] == story.warnings(RecogniseAnger(words=words, problem="a crack"))


def test_the_real_problem_should_be_named(told):
    """
    002-14: behind what was vented there is something, written down beside it.
    """
    story = told("heard")
    story.record(CALMER)
    bare = Reiterate(words="So it came late and broken", confirmed=True)

    assert ["real_problem"] == story.warnings(bare)


def test_listening_includes_recognising_the_anger(told):
    """
    002-15, 002-16: the customer is looking for acknowledgement, so hearing does not end without.
    """
    story = told("received")

    assert ["recognised"] == story.unmet(LISTEN)
    assert ["recognise_anger"] == story.way(LISTEN)

    story.record(Listen(account="Never again!", finished=False), RECOGNISE)

    assert "a cracked teapot" == story.entries[-1].act.problem
    assert "heard" == story.record(LISTEN).state


# -- the calm -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("opening", "mood", "passes"),
    [
        (None, None, False),
        ("calm", None, True),
        ("discontent", None, True),
        ("angry", None, False),
        ("hostile", "angry", True),
        ("hostile", "hostile", False),
        ("upset", "angry", False),
        (None, "upset", False),
        (None, "discontent", True),
    ],
)
def test_solving_begins_once_the_customer_is_calmer(told, opening, mood, passes):
    """
    002-17, 002-20: calm, or started to calm down; and the mood has to be noted at all.
    """
    story = told("received")
    story.record(RECOGNISE, Listen(account="It is cracked", mood=opening))
    if mood is not None:
        story.record(NoteMood(mood=mood))

    if passes:
        assert "restated" == story.record(REITERATE).state
    else:
        assert ["calmer"] == story.unmet(REITERATE)
        assert ["note_mood"] == story.way(REITERATE)


def test_the_threshold_of_calm_is_the_hosts(told):
    """
    002-17, 002-20: "calmer" and "started to calm down" are two readings.
    """
    story = told("heard", calm_when_lower=False)
    story.record(CALMER)

    assert ["calmer"] == story.unmet(REITERATE)

    story.record(NoteMood(mood="discontent"), REITERATE)

    assert "restated" == story.state


def test_the_calm_can_be_overridden_with_a_reason(told):
    """
    002-17: or the talk goes on without it, on the record.
    """
    story = told("heard")
    story.record(Waive(requirement="calmer", reason="Their flight leaves in an hour"))

    assert "restated" == story.record(REITERATE).state


@pytest.mark.parametrize(
    ("state", "act"),
    [("owned", ASK), ("consulted", OFFER), ("consulted", ACCEPT_ASK)],
    ids=lambda value: getattr(value, "trigger", value),
)
def test_no_solution_is_sought_with_somebody_upset_again(told, state, act):
    """
    002-17: the gate stands before any solution, and not only before the restatement.
    """
    story = told(state)
    story.record(NoteMood(mood="hostile"))

    assert ["calmer"] == story.unmet(act)

    story.record(CALMER, act)

    assert "calmer" not in story.ledger.waived


def test_a_talk_can_be_put_off_until_the_customer_is_calmer(told):
    """
    002-17: a time agreed on is a deadline, and resuming asks whether everyone is calmer.
    """
    story = told("waiting")

    assert [("resume", LATER.to)] == [(d.code, d.due) for d in story.case.deadlines]
    assert ["everyone_calmer"] == codes(story.decide(Resume(mood="hostile")))

    story.record(Resume(mood="discontent"))

    assert ("heard", ()) == (story.state, story.case.deadlines)
    assert "restated" == story.record(REITERATE).state


@pytest.mark.parametrize("state", ["heard", "restated", "owned", "consulted", "negotiating"])
def test_a_talk_that_was_put_off_goes_on_where_it_was(told, state):
    """
    002-17: calming down is no reason to ask everything again.
    """
    story = told(state)
    story.record(LATER, Resume(mood="calm"))

    assert state == story.state


@pytest.mark.parametrize("mood", ["calm", "hostile"])
@pytest.mark.parametrize("exit_", [Withdraw(), Decline()], ids=lambda act: act.trigger)
def test_tone_neither_opens_nor_shuts_a_door(told, mood, exit_):
    """
    002-18: behind the emotion is a genuine problem.
    """
    story = told("negotiating")
    story.record(NoteMood(mood=mood))

    assert ["attempts_made"] == story.unmet(LAPSE)
    assert story.record(exit_).state in {"withdrawn", "negotiating"}


# -- words that shut a customer down ------------------------------------------------------------

FORBIDDEN = [
    ("policy_phrase", "002-21", "I am sorry, but that's our policy"),
    ("policy_phrase", "002-21", "Well, that’s our policy."),  # noqa: RUF001
    ("policy_phrase", "002-21", "THAT IS OUR  POLICY"),
    ("policy_phrase", "002-21", "Thats our policy"),
    ("policy_phrase", "002-21", "That\u00b4s our policy"),
    ("policy_phrase", "002-21", "I cannot do it, because that's our policy"),
    ("website_phrase", "002-22", "You'll have to go to our website"),
    ("website_phrase", "002-22", "You’ll have to go to our website"),  # noqa: RUF001
    ("website_phrase", "002-22", "For that you will have to go to our website, ma'am"),
]


@pytest.mark.parametrize(("code", "clause", "words"), FORBIDDEN)
def test_the_two_phrases_the_document_names_are_refused(told, code, clause, words):
    """
    002-21, 002-22: straight or curly, contracted or not, whatever the act.
    """
    story = told("heard")
    for act in (RecogniseAnger(words=words, problem="x"), Mitigate(harm="x", words=words)):
        assert [(code, (clause,))] == [(u.code, u.cites) for u in story.refused(act).unmet]


@pytest.mark.parametrize(("code", "clause", "words"), FORBIDDEN)
def test_a_forbidden_phrase_can_be_overridden_on_the_record(told, code, clause, words):
    """
    002-21, 002-22: with a reason; the entry still says what was said.
    """
    story = told("heard")
    story.record(Waive(requirement=code, reason="The law makes us say it"))
    entry = story.record(Mitigate(harm="x", words=words))

    assert code in codes(entry)
    assert "The law makes us say it" == story.entries[-2].act.reason


@pytest.mark.parametrize(
    "words",
    [
        "No exceptions – that's our policy",  # noqa: RUF001
        "We cannot refund it — that's our policy",
        "No refunds (that's our policy)",
        "No refunds - that's our policy",
        "I can't refund it -- that's our policy",
        "I do not make the rules\u2026 that's our policy",
        "I can't refund it\nThat's our policy",
    ],
)
def test_a_no_before_a_dash_excuses_nothing(told, words):
    """
    002-21: the phrase stands in a clause of its own, and is not negated by the one before.
    """
    assert ["policy_phrase"] == told("heard").unmet(Mitigate(harm="x", words=words))


def test_a_phrase_that_is_denied_is_no_hit(told):
    """
    002-21: saying that one does not say it is not saying it.
    """
    for words in ("I won't say that's our policy", "I won't\nsay that's our policy"):
        assert [] == told("heard").warnings(Mitigate(harm="x", words=words))


def test_quoting_the_customer_is_no_hit(told):
    """
    002-21: their words stay theirs, also in our mail.
    """
    story = told("received")
    story.record(RECOGNISE, Listen(account="They told me that's our policy, and hung up"))

    for quotation in ("“that’s our policy”", "‘that’s our policy’", "'that's our policy'"):  # noqa: RUF001
        words = f"You were told {quotation}"
        assert [] == story.warnings(RecogniseAnger(words=words, problem="a no"))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("It's our policy", "policy_shield"),
        ("It is company policy", "policy_shield"),
        ("Per our policy we cannot", "policy_shield"),
        ("Please visit our website", "redirect"),
        ("Go to our website", "redirect"),
        ("Another department will help you", "pass_off"),
        ("A different team will call", "pass_off"),
        ("I'll transfer you", "pass_off"),
        ("I will transfer you", "pass_off"),
        ("My supervisor will have to help", "pass_off"),
        ("My manager will call you", "pass_off"),
        ("You'll need to have a supervisor assist", "pass_off"),
    ],
)
def test_shutting_down_and_passing_off_is_noticed(told, words, code):
    """
    002-21, 002-22, 002-23, 002-30, 002-31: what sounds like it is a warning, never a wall.
    """
    assert [code] == told("heard").warnings(Mitigate(harm="x", words=words))


def test_a_customer_who_was_given_nobody_yet_is_not_transferred_unnoticed(told):
    """
    002-23: "didn't call to be re-directed"; a hand-over before anybody took responsibility.
    """
    hand_over = HandOver("lee", "shift ends", words="Lee takes over", statement="I am here")

    assert ["taken_before"] == told("heard").warnings(hand_over)
    assert ["taken_before"] == told("heard", strict=True).unmet(hand_over)
    assert [] == told("owned").warnings(hand_over)


@pytest.mark.parametrize(
    ("state", "act"),
    [
        ("received", RECOGNISE),
        ("heard", LISTEN),
        ("heard", REITERATE),
        ("owned", ASK),
        ("consulted", OFFER),
        ("consulted", ACCEPT_ASK),
        ("settled", FOLLOW_UP),
    ],
    ids=lambda value: getattr(value, "trigger", value),
)
def test_a_live_person_should_speak(told, state, act):
    """
    002-24: what a bot says may be logged, and is noticed.
    """
    story = told(state)
    story.record(CALMER)
    story.wait(days=40)

    assert ["by_human"] == codes(story.decide(act, by="robo"))
    assert [] == codes(story.decide(act, by="sam"))


def test_strictly_a_bot_takes_no_step(told):
    """
    002-24: with `strict` a bot's words do not count.
    """
    assert ["by_human"] == told("received", strict=True).unmet(RECOGNISE, by="robo")


# -- 2. reiterate -------------------------------------------------------------------------------


def test_a_restatement_is_in_ones_own_words(told):
    """
    002-25: a paste of the account says that it was copied, not heard.
    """
    story = told("heard")
    story.record(CALMER)
    pasted = Reiterate(words="it came two weeks late and the teapot is CRACKED!", problem="x")

    assert ["own_words"] == story.unmet(pasted)


def test_an_unconfirmed_restatement_is_noticed_when_somebody_builds_on_it(told):
    """
    002-25: the customer's yes is recommended, and may come later.
    """
    story = told("heard")
    story.record(CALMER, Reiterate(words="Late and broken", problem="no present"))

    assert "restated" == story.state
    assert ["restatement_confirmed"] == codes(story.decide(OWN))

    story.record(Answer(words="Yes, that is it", confirms=True))

    assert [] == story.warnings(OWN)


def test_strictly_a_restatement_is_confirmed(told):
    """
    002-25: or that is waived with a reason.
    """
    story = told("heard", strict=True)
    story.record(CALMER, Reiterate(words="Late and broken", problem="no present"))

    assert ["restatement_confirmed"] == story.unmet(OWN)

    story.record(Waive(requirement="restatement_confirmed", reason="They wrote by post"), OWN)

    assert "owned" == story.state


@pytest.mark.parametrize("later", [False, True], ids=["at once", "later"])
def test_a_restatement_that_is_not_it_goes_back_to_listening(told, later):
    """
    002-25: whoever was not understood is heard again.
    """
    story = told("heard")
    story.record(CALMER)
    if later:
        story.record(Reiterate(words="You want a discount", problem="x"))
        story.record(Answer(words="No!", confirms=False))
    else:
        story.record(Reiterate(words="You want a discount", problem="x", confirmed=False))

    assert ("received", ["recognised"]) == (story.state, story.facts)
    assert "restated" == story.record(Listen(account="No, it came late"), REITERATE).state


@pytest.mark.parametrize("onward", [(OWN,), (OWN, ASK), (OWN, ASK, OFFER)], ids=len)
def test_a_late_no_to_the_restatement_leaves_a_way_on(told, onward):
    """
    002-25: however far it went, the talk goes back to listening and can be led to an offer.
    """
    story = told("heard")
    story.record(CALMER, Reiterate(words="Late and broken", problem="no present"), *onward)
    story.record(Answer(words="No, that is not it at all", confirms=False))

    assert "received" == story.state
    assert story.refused(OFFER).way

    story.record(LISTEN, CALMER, REITERATE, OWN, ASK, OFFER)

    assert "negotiating" == story.state


# -- 3. own -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "says_so"),
    [
        ("I will see to it", True),
        ("I'll see to it", True),
        ("We will see to it", False),
        ("It will be seen to", False),
    ],
)
def test_ownership_is_taken_in_the_first_person(told, words, says_so):
    """
    002-32: "you, personally, will take responsibility".
    """
    story = told("restated")
    act = TakeOwnership(words=words, commitment="a call each day")

    if says_so:
        assert ("owned", "sam") == (story.record(act).state, story.case.owner)
    else:
        assert ["first_person"] == story.unmet(act)


def test_the_first_person_has_other_words_in_other_languages(told):
    """
    002-32: a setting; one word may be given as a text.
    """
    own = TakeOwnership(words="Das übernehme ich", commitment="jeden Tag ein Anruf")
    not_own = TakeOwnership(words="Das wird gemacht", commitment="jeden Tag ein Anruf")
    for words in (["ich", "Ich"], "ich"):
        story = told("restated", first_person_words=words)

        assert ["first_person"] == story.unmet(not_own)
        assert "owned" == story.record(own).state


@pytest.mark.parametrize("words", [(), [""], [" "], [1]], ids=str)
def test_the_first_person_needs_a_word(words):
    """
    002-32: no word at all would let every text pass.
    """
    with pytest.raises(MethodError):
        personal_ownership(first_person_words=words)


def test_ownership_is_a_persons(told):
    """
    002-24, 002-32: a bot takes no responsibility.
    """
    assert ["by_human"] == told("restated").unmet(OWN, by="robo")


def test_ownership_commits_to_working_together(told):
    """
    002-33: "you'll work with them to make sure".
    """
    assert ["commitment_named"] == told("restated").unmet(TakeOwnership(words="I will"))


def test_a_case_changes_hands_with_a_reason_the_new_owners_words_and_the_customer_told(told):
    """
    002-34: "instead of simply passing the customer off".
    """
    story = told("owned")
    bare = HandOver("lee", "holiday", words="Lee takes over from Monday")

    assert [("new_owner_speaks", ("002-34",))] == [
        (unmet.code, unmet.cites) for unmet in story.refused(bare).unmet
    ]

    story.record(
        HandOver("lee", "holiday", words="Lee takes over", statement="I am Lee; I will see to it")
    )

    assert ("owned", "lee") == (story.state, story.case.owner)


def test_the_new_owner_speaks_for_themselves(told):
    """
    002-32, 002-34: whoever takes the case over takes responsibility as the first owner did.
    """
    story = told("owned")
    ours = HandOver("lee", "holiday", words="Lee takes over", statement="We will see to it")

    assert ["first_person"] == story.unmet(ours)
    assert "the new owner" in story.refused(ours).unmet[0].text


def test_a_case_is_not_handed_to_whoever_has_it(told):
    """
    002-34: a hand-over that changes nothing tells the customer something untrue.
    """
    story = told("owned")
    no = story.refused(HandOver("sam", "holiday", words="Sam takes over", statement="I do"))

    assert [("another_owner", "sam has it already: hand it to somebody else")] == [
        (unmet.code, unmet.text) for unmet in no.unmet
    ]


@pytest.mark.parametrize("state", ["owned", "consulted", "negotiating", "settled"])
def test_nobody_takes_a_case_over_in_passing(told, state):
    """
    002-34: the owner is stable; a change of hands is a hand-over, with all that it takes.
    """
    story = told(state)

    assert ["owner_stays"] == story.unmet(OWN, by="lee")
    assert "sam" == story.case.owner
    assert state == story.record(OWN, by="sam").state

    story.record(HandOver("lee", "holiday", words="Lee takes over", statement="I am here"))

    assert state == story.record(OWN, by="lee").state


HAND_OVER = HandOver("lee", "holiday", words="Lee takes over", statement="I am Lee; I see to it")


def test_the_owner_is_the_same_in_the_next_cycle(told):
    """
    002-34: what begins again is the complaint, and not the search for somebody to own it.
    """
    story = told("closed")
    story.record(Reopen(reason="It broke again"), *RESTATED)

    assert ["owner_stays"] == story.unmet(OWN, by="lee")
    assert "owned" == story.record(OWN).state


def test_the_owner_stays_while_the_issue_is_said_back_once_more(told):
    """
    002-34: a restatement that is not it is heard again by the same person.
    """
    story = told("heard")
    story.record(CALMER, Reiterate(words="So it came late", problem="late"), OWN)
    story.record(Answer(words="No, it is broken", confirms=False), LISTEN, CALMER, REITERATE)

    assert ["owner_stays"] == story.unmet(OWN, by="lee")


def test_whoever_was_handed_a_case_is_its_owner(told):
    """
    002-34: also where they have not said so again themselves yet, and nobody had before them.
    """
    story = told("restated")

    assert ["taken_before"] == [w.code for w in story.record(HAND_OVER).warnings]
    assert ["owner_stays"] == story.unmet(OWN, by="kim")
    assert "owned" == story.record(OWN, by="lee").state


def test_a_program_hands_nothing_over(told):
    """
    002-24, 002-32: it is a person who says who goes on with it.
    """
    assert ["by_human"] == told("owned").unmet(HAND_OVER, by="robo")


@pytest.mark.parametrize("strict", [False, True])
def test_an_owner_who_is_gone_leaves_a_way_to_another(told, strict):
    """
    002-34: in a later cycle the case is handed over, with all that it takes, and no warning.
    """
    story = told("closed", strict=strict)
    story.record(Reopen(reason="It broke again"), *RESTATED)

    assert ["hand_over (lee)"] == story.way(OWN, by="lee")
    assert () == story.record(HAND_OVER, by="lee").warnings
    assert "owned" == story.record(OWN, by="lee").state


@pytest.mark.parametrize("state", WORKING)
def test_others_can_be_asked_for_help_while_the_owner_stays(told, state):
    """
    002-35: coordinating with another department or a supervisor is nobody's passing off.
    """
    story = told(state)
    owner, facts = story.case.owner, story.facts
    story.record(Coordinate(team="warehouse", about="straw"))

    assert (state, owner, facts) == (story.state, story.case.owner, story.facts)


# -- 4. ask what is fair ------------------------------------------------------------------------


def test_the_company_does_not_make_the_first_proposal(told):
    """
    002-40, 002-42: the starting point is the customer's.
    """
    story = told("owned")

    assert [("expectation_known", ("002-40", "002-42"))] == [
        (unmet.code, unmet.cites) for unmet in story.refused(OFFER).unmet
    ]
    assert ["ask_expectation (answered)"] == story.way(OFFER)


def test_the_expectation_cannot_be_waived(told):
    """
    002-40: the document itself demands it.
    """
    assert ["may_be_waived"] == told("owned").unmet(
        Waive(requirement="expectation_known", reason="We know what they want")
    )


def test_telling_the_customer_what_will_happen_is_noticed(told):
    """
    002-40: a voucher dangled before the question is a first proposal, too.
    """
    story = told("owned")
    hasty = Mitigate(harm="x", words="You get a voucher")

    assert ["premature_remedy"] == story.warnings(hasty)

    story.record(ASK)

    assert [] == story.warnings(hasty)


def test_the_documents_own_question_is_at_hand(told):
    """
    002-41: "What would you consider a fair solution?", word for word.
    """
    assert "What would you consider a fair solution?" == FAIR_QUESTION
    assert "consulted" == told("owned").record(ASK).state


def test_the_way_takes_up_the_question_that_is_open(told):
    """
    002-41: whoever has asked waits for the answer, and does not ask again.
    """
    story = told("owned")
    story.record(AskExpectation(question=FAIR_QUESTION))
    asked = story.ledger.questions[-1].id

    assert [f"answer (expectation, {asked})"] == story.way(OFFER)
    assert [f"answer (expectation, {asked})"] == story.way(ACCEPT_ASK)

    story.record(Answer(words="My money back", to=asked))

    assert "negotiating" == story.record(OFFER).state


def test_a_word_that_confirms_nothing_leaves_the_restatement_open(told):
    """
    002-25: the words are kept, and the question still waits for a yes or a no.
    """
    story = told("heard")
    story.record(CALMER, Reiterate(words="So it came late and broken", problem="no present"))
    entry = story.record(Answer(words="Just a moment"))

    assert ("unanswered", [None]) == (entry.outcome, [q.answer for q in story.ledger.questions])

    story.record(Answer(words="Yes", confirms=True))

    assert "restatement_confirmed" in story.facts


def test_the_question_counts_with_its_answer(told):
    """
    002-41, 002-43: the answer may come later, and is the expectation on record.
    """
    story = told("owned")
    story.record(AskExpectation(question=FAIR_QUESTION))

    assert ("owned", ["expectation_known"]) == (story.state, story.unmet(OFFER))

    story.record(Answer(words="My money back"))

    assert ("consulted", "My money back") == (story.state, story.ledger.expectation.words)


@pytest.mark.parametrize("later", [False, True], ids=["at once", "later"])
def test_no_wish_named_is_an_answer(told, later):
    """
    002-41: then the company may propose, and there is no wish to agree to.
    """
    story = told("owned")
    if later:
        story.record(AskExpectation(question=FAIR_QUESTION))
        story.record(Answer(words="I don't know", unknown=True))
    else:
        story.record(AskExpectation(question=FAIR_QUESTION, expectation=DONT_KNOW))

    assert ["ask_open"] == story.unmet(ACCEPT_ASK)
    assert "negotiating" == story.record(OFFER).state


# -- 5. negotiate -------------------------------------------------------------------------------


def test_a_wish_beyond_what_can_be_offered_is_answered_with_a_counter_offer(told):
    """
    002-50: flatly rejecting it is not among the acts; a deadlock waits for an offer.
    """
    story = told("consulted")

    assert ["offered"] == story.unmet(DEADLOCK)
    assert ["offer"] == story.way(DEADLOCK)
    assert "deadlocked" == story.record(OFFER, DEADLOCK).state


@pytest.mark.parametrize(
    "remedies",
    [
        [MONEY],
        [Remedy("refund", 60, "USD", redresses="other")],
        [Remedy("voucher", redresses="time_lost")],
    ],
    ids=["less", "another currency", "no sum"],
)
def test_a_wish_is_agreed_to_as_it_is_or_answered_with_an_offer(told, remedies):
    """
    002-42, 002-50: less than the customer asked for is a counter-offer, and theirs to accept.
    """
    story = told("consulted")
    no = story.refused(AcceptAsk(remedies=remedies, words="We agree"))

    assert [("meets_the_ask", ("002-42", "002-50"))] == [(u.code, u.cites) for u in no.unmet]
    assert "ana asked for 60.00 EUR; agree to all of it" in no.unmet[0].text
    assert "settled" == story.record(ACCEPT_ASK).state


def test_the_wish_that_counts_is_the_one_named_last(told):
    """
    002-51: who has come down is met where they are.
    """
    story = told("negotiating")
    story.record(Counter(words="Fifty, then", remedies=[Remedy("refund", 50, "EUR")]))
    short = Remedy("refund", 49, "EUR", redresses="other")

    assert ["meets_the_ask"] == story.unmet(AcceptAsk(remedies=[short], words="Forty-nine"))

    met = AcceptAsk(remedies=[attrs.evolve(short, amount=50)], words="Fifty it is")

    assert "settled" == story.record(met).state


def test_the_company_works_down_from_the_wish(told):
    """
    002-51: offering more than was asked for is noticed; other currencies are not compared.
    """
    story = told("consulted")

    def offered(amount, currency):
        remedy = Remedy("refund", amount, currency, redresses="other")
        return codes(story.decide(Offer(remedies=[remedy], words="Fair?")))

    assert [["below_the_ask"], [], []] == [
        *(offered(61, "EUR"), offered(60, "EUR"), offered(100, "USD"))
    ]


def test_a_wish_that_rises_is_noticed(told):
    """
    002-51: successive asks should come down.
    """
    story = told("negotiating")

    def countered(amount):
        act = Counter(words=f"{amount} then", remedies=[Remedy("refund", amount, "EUR")])
        return story.warnings(act)

    assert [["not_rising"], [], ["not_rising"]] == [countered(70), countered(55), countered(56)]


def test_strictly_an_offer_is_not_above_the_wish(told):
    """
    002-51: with `strict` a warning becomes a refusal.
    """
    more = Offer(remedies=[Remedy("refund", 61, "EUR", redresses="other")], words="Fair?")

    assert ["below_the_ask"] == told("consulted", strict=True).unmet(more)


@pytest.mark.parametrize("act", [Offer, AcceptAsk])
@pytest.mark.parametrize("redress", ["time_lost", "broken_product", "other"])
def test_a_settlement_names_what_it_makes_up_for(told, act, redress):
    """
    002-52: "time lost on a service or a broken product".
    """
    story = told("consulted")

    bare = Remedy("refund", 60, "EUR")

    assert ["redress_named"] == story.unmet(act(remedies=[bare], words="Here"))

    story.record(act(remedies=[attrs.evolve(bare, redresses=redress)], words="Here"))

    assert story.state in {"negotiating", "settled"}


def test_negotiation_goes_round_until_somebody_accepts(told):
    """
    002-51: offers and asks follow each other, and each of them is kept.
    """
    story = told("negotiating")
    story.record(Decline(reason="Too little"))

    assert ["offer_open"] == story.unmet(Accept())

    story.record(Counter(words="Fifty", remedies=[Remedy("refund", 50, "EUR")]), OFFER, Accept())

    assert "settled" == story.state
    assert [("refund of 40.00 EUR", "sam", "open")] == [
        (p.what, p.who, p.state) for p in story.ledger.promises
    ]


def test_an_offer_above_ones_limit_takes_approval(told):
    """
    002-50: what an agent can offer has limits, and somebody else may lift them.
    """
    story = told("consulted")

    assert ["within_authority"] == story.unmet(OFFER, by="kim")

    story.record(RequestApproval(reason="It is fair", remedies=[MONEY]), by="kim")
    story.record(Approve(), by="lee")

    assert "negotiating" == story.record(OFFER, by="kim").state


# -- 6. follow up -------------------------------------------------------------------------------


def test_a_settlement_does_not_end_the_case(told):
    """
    002-60: "your job is not over".
    """
    story = told("settled")

    assert not story.case.is_closed
    assert ["promises_settled", "followed_up"] == story.unmet(CLOSE)


def test_a_follow_up_comes_after_a_few_weeks(told):
    """
    002-61: too early is refused, and the refusal says when.
    """
    story = told("settled")
    opens = story.now + timedelta(days=28)
    no = story.refused(FOLLOW_UP)

    assert ["it is too early: not before 2026-02-02 09:00 UTC"] == [u.text for u in no.unmet]
    assert [opens] == [step.not_before for step in no.way]
    assert ["not_too_early"] == story.unmet(FOLLOW_UP, at=opens - timedelta(seconds=1))
    assert "settled" == story.decide(FOLLOW_UP, at=opens).state


def test_the_window_counts_from_the_last_promise_due(told):
    """
    002-61: what is done in March is followed up after March.
    """
    story = told("consulted")
    march = datetime(2026, 3, 2, 9, tzinfo=UTC)
    story.record(
        Offer([Remedy("repair", due=march, redresses="other")], words="In March?"), Accept()
    )

    assert "settled" == story.decide(FOLLOW_UP, at=march + timedelta(days=14)).state
    assert ["not_too_early"] == story.unmet(FOLLOW_UP, at=march + timedelta(days=13))
    assert [march + timedelta(days=28)] == [
        d.due for d in story.case.deadlines if d.code == "follow_up"
    ]


def test_a_follow_up_is_never_due_before_it_is_possible(told):
    """
    002-61: the window has a beginning and an end in that order, also in a second cycle.
    """
    story = told("consulted")
    june = datetime(2026, 6, 1, 9, tzinfo=UTC)
    repair = Remedy("repair", due=june, redresses="other")
    story.record(Offer([repair], words="In June?"), Accept(), Reopen(reason="Another crack"))
    story.record(*SETTLED)
    (due,) = [d.due for d in story.case.deadlines if d.code == "follow_up"]

    assert "settled" == story.decide(FOLLOW_UP, at=due).state


def test_a_promise_that_was_released_holds_no_follow_up_back(told):
    """
    002-61: what nobody waits for any more does not move the window.
    """
    story = told("consulted")
    june = datetime(2026, 6, 1, 9, tzinfo=UTC)
    story.record(
        Offer([MONEY, Remedy("repair", due=june)], words="Both?"), Accept(), ReleasePromise("p2")
    )
    story.wait(days=29)

    assert "settled" == story.decide(FOLLOW_UP).state


def test_a_late_follow_up_is_allowed_and_a_breach(told):
    """
    002-61: better late than never, and the record says that it was late.
    """
    story = told("settled")
    story.wait(days=60)
    found = story.record(DeadlinePassed(deadline="follow_up"))

    assert [("deadline_passed", "owner")] == [(e.topic, e.to) for e in found.effects]
    assert "closed" == story.record(KEEP, FOLLOW_UP, CLOSE).state


def test_a_customer_who_wants_no_contact_is_not_followed_up(told):
    """
    002-61: the follow-up itself is waived with a reason; or only its window is.
    """
    story = told("settled")
    story.record(KEEP, Waive(requirement="followed_up", reason="They asked for no more calls"))

    assert "closed" == story.record(CLOSE).state

    story = told("settled")
    story.record(KEEP, Waive(requirement="not_too_early", reason="They leave the country"))

    assert "closed" == story.record(FOLLOW_UP, CLOSE).state


def test_the_window_is_the_hosts(told):
    """
    002-61: "a few weeks" is a proposal of ours, two to four.
    """
    story = told("settled", promises_within=Within(1, "days"), follow_up_after=Within(7, "days"))

    assert "settled" == story.decide(FOLLOW_UP, at=story.now + timedelta(days=8)).state


def test_a_window_that_ends_before_it_begins_is_told():
    """
    002-61: every follow-up would be a breach.
    """
    with pytest.raises(MethodError, match="follow_up_within"):
        personal_ownership(follow_up_after=Within(5, "weeks"))


@pytest.mark.parametrize(("resolved", "pleased"), [(False, True), (True, False), (None, False)])
def test_one_no_at_the_follow_up_begins_again(told, resolved, pleased):
    """
    002-62: sufficiently resolved, and pleased with the result.
    """
    story = told("settled")
    story.wait(days=29)
    story.record(KEEP, FollowUp(words="All well?", resolved=resolved, pleased=pleased))

    assert ("received", 2, []) == (story.state, story.case.cycle, story.facts)


@pytest.mark.parametrize("first", [{"resolved": True}, {"pleased": True}], ids=str)
@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "later"])
def test_the_two_questions_of_the_follow_up_may_be_answered_one_by_one(told, first, at_once):
    """
    002-62: a yes is not asked for again, and one no is enough, whenever it comes.
    """
    story = told("settled")
    story.record(KEEP)
    story.wait(days=30).record(FollowUp(words="All well?", **(first if at_once else {})))
    if not at_once:
        story.record(Answer(words="So far", **first))
    (other,) = {"resolved", "pleased"} - first.keys()

    assert "followed_up" in story.unmet(CLOSE)
    assert "not_satisfied" == story.decide(Answer(words="No", **{other: False})).outcome
    assert "not_satisfied" == story.decide(Answer(words="It broke", resolved=False)).outcome
    assert "satisfied" == story.record(Answer(words="Yes", **{other: True})).outcome
    assert "closed" == story.record(CLOSE).state


def test_the_follow_up_may_be_answered_later(told):
    """
    002-62: an e-mail is answered when it is answered; both answers are wanted.
    """
    story = told("settled")
    story.wait(days=29)
    story.record(KEEP, FollowUp(words="All well?"))

    assert ["followed_up"] == story.unmet(CLOSE)
    assert "closed" == story.record(Answer("Yes", resolved=True, pleased=True), CLOSE).state


def test_a_customer_who_cannot_be_reached_leaves_it_unconfirmed(told):
    """
    002-61: not before the window opens, and after the attempts; never as resolved.
    """
    story = told("settled")
    unconfirmed = Close(outcome="unconfirmed", retained="unknown")
    story.record(KEEP, TRIED, TRIED, TRIED)

    assert ["not_too_early"] == story.unmet(unconfirmed)

    story.wait(days=29)

    assert "closed" == story.record(unconfirmed).state


def test_the_close_should_say_whether_the_customer_stays(told):
    """
    002-02, 002-64: lost, retained, or unknown; whether going further pays can be counted.
    """
    story = told("settled")
    story.wait(days=29).record(KEEP, FOLLOW_UP)

    assert ["retained_recorded"] == codes(story.decide(Close()))
    story.record(CLOSE)

    assert "yes" == story.ledger.retained


def test_the_mood_is_on_record_from_the_start(told):
    """
    002-01: whether it escalated or diffused can be read off.
    """
    story = told("restated")

    assert ("angry", "upset") == (story.ledger.opening_mood, story.ledger.mood)


# -- promises, silence, exits, cycles -----------------------------------------------------------


def test_a_promise_is_broken_only_with_somebody_elses_approval(told):
    """
    002-52: what cannot be kept is said so, and stays a breach.
    """
    story = told("settled")
    broken = BreakPromise("p1", reason="The bank has closed")

    assert ["break_approved"] == story.unmet(broken)

    story.record(RequestApproval(reason="The bank has closed", promise="p1"), Approve(), broken)

    assert [("broken", story.now)] == [(p.state, p.breached_at) for p in story.ledger.promises]


@pytest.mark.parametrize("state", WAITING)
def test_a_silent_customer_lets_the_case_lapse(told, state):
    """
    A customer who falls silent must not keep a case open for ever; a word takes it up again.
    """
    story = told(state)
    story.record(TRIED, TRIED)

    assert ["attempts_made"] == story.unmet(LAPSE)

    story.record(TRIED, LAPSE)

    assert ("lapsed", ()) == (story.state, story.case.deadlines)

    story.record(CustomerReplied(words="I was in hospital"))

    assert ("received", 2, []) == (story.state, story.case.cycle, story.facts)


@pytest.mark.parametrize("state", ["heard", "consulted"])
def test_a_customer_who_hangs_up_in_anger_lets_the_case_lapse(told, state):
    """
    002-17: whoever is not calmer and never answers again is waited for, and not for ever.
    """
    story = told(state)
    story.record(TRIED, TRIED, TRIED, LAPSE)

    assert "lapsed" == story.state


@pytest.mark.parametrize("state", WORKING)
def test_the_customer_can_withdraw_from_every_working_state(told, state):
    """
    It is their complaint; what is not released stays tracked.
    """
    story = told(state)
    outstanding = len(story.ledger.outstanding)
    story.record(Withdraw(reason="Never mind"))

    assert ("withdrawn", outstanding) == (story.state, len(story.ledger.outstanding))


@pytest.mark.parametrize("state", [*ENDED, "settled"])
def test_every_duty_is_fresh_when_a_case_is_taken_up_again(told, state):
    """
    002-62: heard again, recognised again, calmer again, owned again.
    """
    story = told(state)
    story.record(Reopen(reason="It broke again"))

    assert ("received", []) == (story.state, story.facts)
    assert ["heard", "recognised", "restated", "owned", "expectation_known", "calmer"] == (
        story.unmet(OFFER)
    )


@pytest.mark.parametrize("state", WORKING)
def test_remarks_lead_nowhere(told, state):
    """
    Moods, issues, urgent relief and pauses are noted in every step without taking one.
    """
    story = told(state)
    facts = story.facts
    story.record(
        *(NoteMood(mood="upset"), NoteIssue(text="late"), TRIED),
        *(SuspendContact(reason="threats"), Mitigate(harm="a cut", words="Please use gloves")),
        Correct(entry=1, reason="Her name is Anna"),
    )

    assert (state, facts) == (story.state, story.facts)


# -- settings -----------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["heard", "recognised", "restated", "owned", "promises_settled"])
def test_what_the_method_stands_on_cannot_be_waived(told, code):
    """
    002-10, 002-15, 002-32: neither hearing, recognition, the restatement nor the owner.
    """
    assert ["may_be_waived"] == told("received").unmet(Waive(requirement=code, reason="Busy"))


@pytest.mark.parametrize(
    "settings",
    [
        {"attempts": 0},
        {"promises_within": 14},
        {"follow_up_after": None},
        {"follow_up_within": "28 days"},
        {"calm_when_lower": "yes"},
        {"first_response": 4},
        {"strict": 1},
        {"language": "en"},
    ],
    ids=str,
)
def test_a_setting_that_makes_no_sense_is_told(settings):
    """
    A window that is no window would never open.
    """
    with pytest.raises(MethodError):
        personal_ownership(**settings)


def test_language_rules_can_be_left_out(told):
    """
    They read English; then nothing blocks, and there is nothing of theirs to waive.
    """
    story = told("heard", language=False)

    assert [] == story.warnings(Mitigate(harm="x", words="That's our policy"))
    assert ["may_be_waived"] == story.unmet(Waive(requirement="policy_phrase", reason="x"))


# -- what is offered and off by default ---------------------------------------------------------


def test_a_link_and_nothing_else_is_no_reply(told):
    """
    002-23: the customer did not call to be re-directed.
    """
    story = told("received")
    link = RecogniseAnger(words="Please see https://shop.example/returns", problem="a crack")

    assert ["link_only"] == story.warnings(link)


def test_a_link_among_many_words_is_no_reply_either(told):
    """
    002-23: courtesies take nothing up, and a link in an answer is no deflection.
    """
    story = told("heard")
    polite = (
        "Hello Ana, thank you for contacting us. For information on returns, exchanges and "
        "everything else please read our answers, which you find at https://shop.example/answers. "
        "All of them are kept up to date. Kind regards, the shop"
    )

    assert ["link_only"] == story.warnings(RecogniseAnger(words=polite, problem="a crack"))

    helped = "I will see to it that you get a new one; it is at https://shop.example/track"

    assert [] == story.warnings(RecogniseAnger(words=helped, problem="a crack"))


def test_calling_somebody_else_instead_is_a_redirection(told):
    """
    002-22, 002-23: wherever the customer is sent.
    """
    story = told("received")
    sent = RecogniseAnger(words="Please call our hotline instead", problem="a crack")

    assert ["redirect"] == story.warnings(sent)


def test_the_restatement_can_be_asked_to_take_up_the_account(told):
    """
    002-26: off by default; somebody who listened uses a word of the customer's.
    """
    vague = Reiterate(words="So something went wrong", problem="a crack", confirmed=True)
    heard = told("heard", takes_up_the_account=True)
    heard.record(CALMER)

    assert ["account_taken_up"] == heard.warnings(vague)
    assert [] == heard.warnings(REITERATE)

    other = told("heard")
    other.record(CALMER)

    assert [] == other.warnings(vague)


@pytest.mark.parametrize(
    ("words", "is_script"),
    [
        ("I, personally, will take care of your request!", True),
        ("I personally will take good care of your request", True),
        ("I will not sleep before your teapot is whole", False),
    ],
)
def test_a_script_is_known_by_its_words(told, words, is_script):
    """
    002-36: off without templates; a word more or less makes a script nobody's own.
    """
    script = "I personally will take care of your request"
    mine = TakeOwnership(words=words, commitment="a call each day")

    assert is_script == ("unscripted" in told("restated", templates=script).warnings(mine))
    assert [] == told("restated").warnings(mine)


def test_the_follow_up_can_be_asked_to_say_that_they_matter(told):
    """
    002-63: off by default; read as a language rule.
    """
    kind = FollowUp(words="You matter to us: is it solved?", resolved=True, pleased=True)

    for settings, act, warned in (
        ({"says_they_matter": True}, FOLLOW_UP, ["matters"]),
        ({"says_they_matter": True}, kind, []),
        ({}, FOLLOW_UP, []),
    ):
        story = told("settled", **settings)
        story.record(KEEP)
        story.now += WEEKS

        assert warned == story.warnings(act)


def test_a_template_says_something():
    """
    A blank script would be like nothing, or like everything.
    """
    with pytest.raises(MethodError, match="templates must be texts that say something"):
        personal_ownership(templates=["I will", " "])
