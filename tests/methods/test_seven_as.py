"""
The seven A's of document 001, by example; each docstring names the clause it is about.
"""

from datetime import UTC, datetime, timedelta

import attrs
import pytest

from complaintflow import MethodError, Within
from complaintflow.acts import (
    DONT_KNOW,
    MOODS,
    AcknowledgeFeelings,
    AgreePlan,
    AmendPlan,
    Answer,
    Apologize,
    Approve,
    AskExpectation,
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
    DeclareDeadlock,
    Expectation,
    FollowUp,
    Invite,
    KeepPromise,
    Lapse,
    Listen,
    Merge,
    Mitigate,
    NoteIssue,
    NoteMistake,
    NoteMood,
    NotReached,
    Offer,
    PlanItem,
    ProposePlan,
    ReleasePromise,
    Remedy,
    Reopen,
    RequestApproval,
    Reschedule,
    Resume,
    SuspendContact,
    Thank,
    Waive,
    Withdraw,
)
from complaintflow.methods import seven_as

WORKING = (
    *("received", "acknowledged", "aired", "apologized", "assured", "waiting", "planning"),
    "implementing",
)
WAITING = ("acknowledged", "assured", "waiting", "planning")
ENDED = ("closed", "withdrawn", "deadlocked", "lapsed", "merged")

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
FRIDAY = MONDAY + timedelta(days=4)

ACKNOWLEDGE = AcknowledgeFeelings(
    words="I understand that you are upset, and we take it seriously",
    feeling="upset",
    problem="a cracked teapot",
    mission="I will see this through",
)
INVITE = Invite(words="Please tell me everything that is on your mind")
LISTEN = Listen(account="It came two weeks late, and the teapot is cracked")
APOLOGIZE = Apologize(words="I am sorry for the inconvenience")
ASSURE = Assure(words="We will work on it until you are satisfied")
WILLING = NoteMood(mood="discontent", willing=True)
ASK = AskExpectation(
    question="What would help?", expectation=Expectation(words="A new one", kind="replacement")
)
REPLACEMENT = Remedy(
    "replacement", who="workshop", due=FRIDAY, issue="i1", urgency="pressing", redresses="other"
)
OFFER = Offer(remedies=[REPLACEMENT], words="The workshop sends a new one by Friday")
THEIRS = NoteIssue(text="no teapot on Sunday", urgency="pressing")
OURS = NoteIssue(text="the kiln is down", whose="company")
CHALLENGES = ConfirmChallenges(words="You lack a teapot, and our kiln is down", confirmed=True)
LINE = PlanItem("a new teapot is sent", who="workshop", due=FRIDAY, issue="i1", remedy=REPLACEMENT)
PLAN = ProposePlan(items=[LINE], document="plan-1.pdf", words="This is the plan")
CONFIRM = ConfirmPlan(words="We agree to it")
CHECK_IN = FollowUp(words="Are you satisfied with it?", resolved=True, pleased=True)
THANK = Thank(words="Thank you for letting us put it right")
PREVENT = AssurePrevention(
    words="We do our best that it does not happen again", preventive_action="straw in every box"
)
DEADLOCK = DeclareDeadlock(words="We cannot agree; the ombudsman may help you")
TRIED = NotReached(channel="phone")
LAPSE = Lapse(reason="no answer")
MERGE = Merge(into="t-9", reason="They called about it, too")
LATER = Reschedule(to=MONDAY + timedelta(days=1), words="Shall we talk tomorrow?", accepted=True)

HEARD = (ACKNOWLEDGE, INVITE, LISTEN)
ASSURED = (*HEARD, APOLOGIZE, ASSURE)
DISCUSSED = (*ASSURED, WILLING, THEIRS, OURS, ASK, OFFER, CHALLENGES)
AGREED = (*DISCUSSED, PLAN, AgreePlan(), CONFIRM)
DONE = (*AGREED, KeepPromise("p1"))
LIFE = (*DONE, CHECK_IN, THANK, PREVENT, Close())
ROADS = {
    "received": [],
    "acknowledged": [ACKNOWLEDGE],
    "aired": HEARD,
    "apologized": [*HEARD, APOLOGIZE],
    "assured": ASSURED,
    "waiting": [*ASSURED, NoteMood(mood="hostile"), LATER],
    "planning": [*DISCUSSED, PLAN],
    "implementing": AGREED,
    "closed": LIFE,
    "withdrawn": [Withdraw()],
    "deadlocked": [*DISCUSSED, DEADLOCK],
    "lapsed": [ACKNOWLEDGE, TRIED, TRIED, TRIED, LAPSE],
    "merged": [MERGE],
}
"""A road into each state on which nothing is left out."""


@pytest.fixture
def told(begin):
    """
    Return a function that tells a story of the seven A's up to a state.
    """

    def up_to(state, **settings):
        story = begin(seven_as(**settings))
        if ROADS[state]:
            story.record(*ROADS[state])

        assert state == story.state
        return story

    return up_to


def codes(entry):
    """
    Return the codes of what an entry was recorded without.
    """
    return [unmet.code for unmet in entry.warnings]


# -- the main road ------------------------------------------------------------------------------


def test_the_main_road_leads_through_seven_steps_to_a_close(begin):
    """
    001-04: seven A's, in their order, and nothing to warn of on the way.
    """
    story = begin(seven_as())
    states = list(dict.fromkeys(story.record(act).state for act in LIFE))

    assert [
        *("acknowledged", "aired", "apologized", "assured", "planning", "implementing", "closed")
    ] == states
    assert [] == [(e.trigger, codes(e)) for e in story.entries if e.warnings]


def test_each_step_has_the_number_the_document_gives_it():
    """
    001-04: the discussion is the second half of the fourth A, so the numbering stays seven.
    """
    steps = [state.step for state in seven_as().states if state.step is not None]

    assert [1, 2, 3, 4, 4, 5, 6, 7] == steps


@pytest.mark.parametrize("mood", MOODS)
def test_the_order_is_the_same_however_the_customer_feels(begin, mood):
    """
    001-02, 001-03: from mild discontent to downright hostility, the response is consistent.
    """
    story = begin(seven_as())
    story.record(NoteMood(mood=mood))

    assert ["feelings_acknowledged"] == story.unmet(INVITE)
    assert ["feelings_acknowledged", "invited"] == story.unmet(LISTEN)
    assert ["heard"] == story.unmet(APOLOGIZE)
    assert ["heard", "apologized"] == story.unmet(ASSURE)
    assert "assured" == story.record(*ASSURED).state


@pytest.mark.parametrize(
    ("state", "act", "missing"),
    [
        ("received", INVITE, ["feelings_acknowledged"]),
        ("acknowledged", LISTEN, ["invited"]),
        ("acknowledged", APOLOGIZE, ["heard"]),
        ("aired", ASSURE, ["apologized"]),
        ("aired", OFFER, ["apologized", "assured", "willing", "expectation_known"]),
        ("apologized", ASK, ["assured", "willing"]),
        ("assured", OFFER, ["willing", "expectation_known"]),
        (
            *("assured", PLAN),
            ["willing", "expectation_known", "offered", "challenges_clear", "issues_noted"],
        ),
        ("assured", AgreePlan(), ["plan_proposed"]),
        ("planning", CHECK_IN, ["plan_agreed", "promises_settled"]),
        ("implementing", THANK, ["promises_settled"]),
        ("implementing", PREVENT, ["promises_settled"]),
    ],
    ids=lambda value: getattr(value, "trigger", value) if not isinstance(value, list) else "",
)
def test_a_later_step_waits_for_the_earlier_ones(told, state, act, missing):
    """
    001-04: each A needs what the one before has brought.
    """
    assert missing == told(state).unmet(act)


def test_an_offer_at_first_contact_is_refused_with_every_reason(told):
    """
    001-04, 001-45, 001-46: whoever rushes learns everything that is missing.
    """
    no = told("received").refused(OFFER)

    assert [
        *("feelings_acknowledged", "heard", "apologized", "assured", "willing"),
        "expectation_known",
    ] == [unmet.code for unmet in no.unmet]
    assert [
        *("acknowledge_feelings", "invite", "listen (finished)", "apologize", "assure"),
        *("note_mood (willing)", "ask_expectation (answered)"),
    ] == [str(step) for step in no.way]


# -- 1. acknowledge their feelings --------------------------------------------------------------


def test_an_acknowledgement_names_a_feeling(told):
    """
    001-10: recognising that somebody is upset is naming it.
    """
    entry = told("received").record(ACKNOWLEDGE)

    assert ("upset", "acknowledged", ()) == (entry.act.feeling, entry.state, entry.warnings)


def test_an_acknowledgement_says_that_there_is_a_problem(told):
    """
    001-24: the second A begins "once you've acknowledged that there is a problem".
    """
    bare = AcknowledgeFeelings(words="I understand, and it is serious", feeling="upset")

    assert [("problem_named", ("001-24",))] == [
        (unmet.code, unmet.cites) for unmet in told("received").refused(bare).unmet
    ]


@pytest.mark.parametrize(
    ("words", "mission", "found"),
    [
        ("A cracked teapot", "I will see to it", ["not_validated", "taken_lightly"]),
        ("I hear you", "I will see to it", ["taken_lightly"]),
        ("It is a serious matter", "I will see to it", ["not_validated"]),
        ("I hear you, and it is serious", None, ["mission_named"]),
        ("I hear you; we don’t take that lightly", "I will see to it", []),  # noqa: RUF001
    ],
)
def test_an_acknowledgement_should_validate_be_serious_and_commit(told, words, mission, found):
    """
    001-12, 001-13, 001-14: okay to feel so, not taken lightly, and "your mission".
    """
    act = AcknowledgeFeelings(words=words, feeling="upset", problem="a crack", mission=mission)

    assert found == told("received").warnings(act)


def test_strictly_the_mission_is_demanded(told):
    """
    001-14: with `strict` there is no acknowledgement without a commitment.
    """
    bare = AcknowledgeFeelings(words="I hear you; it is serious", feeling="upset", problem="crack")

    assert ["mission_named"] == told("received", strict=True).unmet(bare)


@pytest.mark.parametrize(
    "words",
    [
        "Please calm down",
        "You are overreacting",
        "You are over-reacting",
        "It is an overreaction",
        "Don't be upset",
        "There is no need to be upset",
        "There is no reason to be upset",
        "You shouldn’t feel that way",  # noqa: RUF001
        "You should not feel that way",
    ],
)
def test_judging_feelings_is_noticed(told, words):
    """
    001-11: "validation is not about judgment".
    """
    act = AcknowledgeFeelings(
        words=f"I hear you, it is serious. {words}", feeling="upset", problem="crack", mission="me"
    )

    assert ["judged_feelings"] == told("received").warnings(act)


# -- 2. air their grievances --------------------------------------------------------------------


def test_the_customer_is_invited_before_they_are_heard(told):
    """
    001-20: clearing the air takes an invitation, and that an acknowledgement.
    """
    story = told("acknowledged")

    assert ["invited"] == story.unmet(LISTEN)
    assert ["invite"] == story.way(LISTEN)
    assert "aired" == story.record(INVITE, LISTEN).state


def test_only_the_customer_ends_the_airing(told):
    """
    001-21, 001-22: "don't rush them"; no time limit ends it, however long it takes.
    """
    story = told("acknowledged")
    story.record(INVITE, Listen(account="Where shall I begin?", finished=False))
    story.wait(days=400)

    assert () == story.case.deadlines
    assert ("acknowledged", ["heard"]) == (story.state, story.unmet(APOLOGIZE))

    story.record(Listen(account="And that is all"))

    assert "aired" == story.state
    assert ("Where shall I begin?", "And that is all") == story.ledger.accounts[-2:]


def test_words_of_a_solution_are_noticed_while_the_customer_airs(told):
    """
    001-22: a solution in the middle of a sentence is rushing them.
    """
    story = told("acknowledged")

    assert ["solution_while_airing"] == story.warnings(Invite(words="Shall we refund it?"))

    story.record(LISTEN)

    assert [] == story.warnings(Invite(words="Anything else, before we speak of a refund?"))


def test_nasty_words_change_nothing(told):
    """
    001-23: "very nice people are capable of saying some pretty nasty things".
    """
    story = told("acknowledged")
    story.record(INVITE)
    entry = story.record(
        Listen(account="You damned liars, calm down yourselves, whatever it takes!", mood="hostile")
    )

    assert ("aired", ()) == (entry.state, entry.warnings)


@pytest.mark.parametrize("state", WORKING)
def test_contact_can_be_suspended_on_the_record(told, state):
    """
    001-23: protecting an agent is possible, takes a reason, and moves the case nowhere.
    """
    story = told(state)
    facts = story.facts
    story.record(SuspendContact(reason="threats against staff"))

    assert (state, facts) == (story.state, story.facts)


# -- 3. apologize, no matter what ---------------------------------------------------------------


def test_the_apology_can_never_be_waived(told):
    """
    001-30: "no matter what".
    """
    no = told("aired").refused(Waive(requirement="apologized", reason="We did nothing wrong"))

    assert ["may_be_waived"] == [unmet.code for unmet in no.unmet]


@pytest.mark.parametrize("admits", [True, False])
def test_the_apology_asks_nobody_who_was_right(told, admits):
    """
    001-31: whether the customer is right or wrong is not what matters.
    """
    story = told("aired")

    assert "apologized" == story.record(Apologize("I am sorry", admits_fault=admits)).state


def test_the_apology_covers_every_known_mistake(told):
    """
    001-32: "apologize for any mistakes that were made".
    """
    story = told("aired")
    story.record(NoteMistake(text="sent late"), NoteMistake(text="packed badly"))
    no = story.refused(APOLOGIZE)

    assert [
        ("covers_mistakes", "the apology does not cover m1 (sent late), m2 (packed badly)")
    ] == [(u.code, u.text) for u in no.unmet]
    assert ["covers_mistakes"] == story.unmet(Apologize("Sorry for that", covers=["m1"]))
    assert "apologized" == story.record(Apologize("Sorry for both", covers=["m1", "m2"])).state


def test_the_apology_is_for_the_inconvenience_where_no_mistake_is_known(told):
    """
    001-33: "if nothing else, apologize for any inconvenience".
    """
    story = told("aired")

    assert ["covers_mistakes"] == story.unmet(Apologize("Sorry for that", covers=["m1"]))
    assert "apologized" == story.record(APOLOGIZE).state


@pytest.mark.parametrize("state", ["apologized", "assured", "planning", "implementing"])
def test_a_mistake_found_later_owes_another_apology(told, state):
    """
    001-32: any mistake, whenever it is found; the case stays where it is.
    """
    story = told(state)
    story.record(NoteMistake(text="the invoice was wrong, too"))

    assert (state, False) == (story.state, "apologized" in story.facts)

    story.record(Apologize("Sorry for the invoice", covers=["m1"]))

    assert (state, True) == (story.state, "apologized" in story.facts)


def test_a_case_does_not_close_over_a_mistake_nobody_apologised_for(told):
    """
    001-32: the refusal says so, and the way is an apology.
    """
    story = told("implementing")
    story.record(KeepPromise("p1"), CHECK_IN, THANK, PREVENT, NoteMistake(text="wrong invoice"))

    assert ["apologized"] == story.unmet(Close())
    assert ["apologize"] == story.way(Close())

    story.record(Apologize("Sorry for the invoice", covers=["m1"]), Close())

    assert "closed" == story.state


# -- 4. assure, and discuss ---------------------------------------------------------------------


def test_an_assurance_promises_a_process_and_no_remedy(told):
    """
    001-40, 001-41: it is on record, and owes nothing in the ledger of promises.
    """
    story = told("assured")

    assert () == story.ledger.promises
    assert "assured" in story.facts


def test_an_assurance_that_names_a_remedy_is_noticed(told):
    """
    001-41: the solution is still to be discussed.
    """
    story = told("apologized")

    assert ["remedy_in_assurance"] == story.warnings(Assure(words="We will refund you 40 euros"))


def test_an_unlimited_promise_is_flagged_for_whoever_has_limits(told):
    """
    001-41: the document says "whatever it takes", and a limit says otherwise.
    """
    story = told("apologized")
    assure = Assure(words="We will do whatever it takes")

    assert ["unlimited_promise"] == codes(story.decide(assure, by="kim"))
    assert [] == codes(story.decide(assure, by="sam"))


def test_another_time_to_talk_is_suggested_only_after_the_assurance(told):
    """
    001-42, 001-43: "once you've done that".
    """
    assert ["assured"] == told("apologized").unmet(LATER)
    assert "waiting" == told("assured").record(LATER).state


@pytest.mark.parametrize(("accepted", "state"), [(None, "assured"), (False, "assured")])
def test_another_time_takes_a_yes(told, accepted, state):
    """
    001-43: it is suggested, and not decreed.
    """
    story = told("assured")
    story.record(Reschedule(to=FRIDAY, words="Friday?", accepted=accepted))

    assert (state, ()) == (story.state, story.case.deadlines)


def test_another_time_is_still_to_come(told):
    """
    001-43: yesterday is no time to talk.
    """
    story = told("assured")

    assert ["in_future"] == story.unmet(Reschedule(to=MONDAY, words="Now?", accepted=True))


def test_a_talk_that_was_put_off_is_due(told):
    """
    001-43: the time agreed on is a deadline, can be moved again, and ends with the talk.
    """
    story = told("waiting")

    assert [("resume", LATER.to)] == [(d.code, d.due) for d in story.case.deadlines]

    story.record(Reschedule(to=FRIDAY, words="Friday, then?", accepted=True))

    assert ("waiting", [FRIDAY]) == (story.state, [d.due for d in story.case.deadlines])

    story.wait(days=5).record(DeadlinePassed(deadline="resume"), Resume(mood="calm"))

    assert ("assured", ()) == (story.state, story.case.deadlines)


@pytest.mark.parametrize(
    ("mood", "agent_calm", "found"),
    [
        ("hostile", True, ["everyone_calmer"]),
        ("angry", True, []),
        ("calm", True, []),
        ("calm", False, ["everyone_calmer"]),
    ],
)
def test_a_talk_is_resumed_when_everyone_is_calmer(told, mood, agent_calm, found):
    """
    001-44: "everyone" includes the agent, by their own word, and "calmer" compares.
    """
    story = told("waiting")

    assert found == story.warnings(Resume(mood=mood, agent_calm=agent_calm))


def test_strictly_a_talk_is_not_resumed_before_everyone_is_calmer(told):
    """
    001-44: with `strict` it is put off again.
    """
    story = told("waiting", strict=True)

    assert ["everyone_calmer"] == story.unmet(Resume(mood="hostile"))


@pytest.mark.parametrize("act", [ASK, OFFER], ids=lambda act: act.trigger)
def test_solutions_are_discussed_with_somebody_calm_and_willing(told, act):
    """
    001-45: calmed down, and willing to work with you.
    """
    story = told("assured")
    story.record(NoteMood(mood="angry"))

    assert ["calm", "willing"] == story.unmet(act)[:2]
    assert ["note_mood", "note_mood (willing)"] == story.way(act)[:2]

    story.record(NoteMood(mood="calm"))

    assert "willing" == story.unmet(act)[0]

    story.record(NoteMood(mood="calm", willing=True))

    assert not {"calm", "willing"} & set(story.unmet(OFFER))


def test_an_unknown_mood_is_no_obstacle(told):
    """
    001-45: whoever shows no anger need not be measured; their willingness is noted.
    """
    story = told("assured")

    assert ["willing"] == story.unmet(ASK)


def test_a_mood_that_rises_stops_the_discussion(told):
    """
    001-45: "at this point" is asked at every point.
    """
    story = told("assured")
    story.record(WILLING, ASK, NoteMood(mood="angry"))

    assert ["calm"] == story.unmet(OFFER)


def test_the_discussion_is_an_exchange(told):
    """
    001-46: what is expected on their end, and what can be provided on ours, before a plan.
    """
    story = told("assured")
    story.record(WILLING, THEIRS, OURS, CHALLENGES)

    assert ["expectation_known", "offered"] == story.unmet(PLAN)

    story.record(ASK)

    assert ["offered"] == story.unmet(PLAN)

    story.record(OFFER)

    assert "planning" == story.record(PLAN).state


def test_what_is_expected_may_be_answered_later_or_unknown(told):
    """
    001-46: an e-mail is answered when it is answered.
    """
    for answer in (Answer(words="A new one"), Answer(words="No idea", unknown=True)):
        story = told("assured")
        story.record(WILLING, AskExpectation(question="What would help?"))

        assert ["expectation_known"] == story.unmet(OFFER)

        story.record(answer)

        assert "expectation_known" in story.facts

    story = told("assured")
    story.record(WILLING, AskExpectation(question="What would help?", expectation=DONT_KNOW))

    assert "expectation_known" in story.facts


def test_the_customers_ideas_are_part_of_the_exchange(told):
    """
    001-46: "an exchange of ideas" goes round as often as it takes.
    """
    story = told("assured")
    story.record(WILLING, ASK, OFFER, Counter(words="Rather two of them"), OFFER)

    assert ["company", "customer", "company"] == [p.party for p in story.ledger.proposals]


@pytest.mark.parametrize(
    "remedy",
    [Remedy("refund", 40, "EUR"), Remedy("refund", who="sam"), Remedy("refund", due=FRIDAY)],
    ids=["neither", "no day", "nobody"],
)
def test_a_proposal_says_who_does_it_and_until_when(told, remedy):
    """
    001-47: "it's important to be specific".
    """
    story = told("assured")
    story.record(WILLING, ASK)

    assert ["specific"] == story.unmet(Offer(remedies=[remedy], words="Your money back"))


@pytest.mark.parametrize(
    "words",
    ["We will do it ASAP", "As soon as possible", "We'll look into it", "We do our best"],
)
def test_vague_words_in_a_proposal_are_noticed(told, words):
    """
    001-47: promising nothing in particular.
    """
    story = told("assured")
    story.record(WILLING, ASK)

    assert ["vague"] == story.warnings(Offer(remedies=[REPLACEMENT], words=words))


@pytest.mark.parametrize(
    ("items", "document"),
    [
        ([PlanItem("we look into it", who="sam", due=FRIDAY)], "plan-1.pdf"),
        ([PlanItem("a new one is sent as soon as possible", who="sam", due=FRIDAY)], "plan-1.pdf"),
        ([LINE], "We send a new teapot as soon as possible"),
    ],
    ids=["look into it", "as soon as possible", "in the document"],
)
def test_vague_words_in_a_plan_are_noticed(told, items, document):
    """
    001-47, 001-52: both parties should be absolutely clear on what is being promised.
    """
    story = told("planning")

    assert ["vague"] == story.warnings(ProposePlan(items=items, document=document))


def test_what_is_pressing_is_offered_first(told):
    """
    001-48, 001-49: long-term challenges come afterwards, as needed.
    """
    story = told("assured")
    story.record(WILLING, THEIRS, NoteIssue(text="brittle glaze", urgency="long_term"), ASK)
    glaze = Remedy("new glaze", who="lab", due=FRIDAY, issue="i2", urgency="long_term")
    no = story.refused(Offer(remedies=[glaze], words="A better glaze"))

    assert ["what is pressing comes first; without a proposal: i1 (no teapot on Sunday)"] == [
        u.text for u in no.unmet
    ]
    assert "offered" in story.decide(Offer([REPLACEMENT, glaze], words="Both")).move.establishes

    story.record(OFFER, Offer(remedies=[glaze], words="A better glaze"))

    assert 2 == len(story.ledger.proposals)


def test_a_remedy_for_a_long_term_issue_is_a_long_term_one(told):
    """
    001-48: the urgency of the issue counts, also where the remedy itself names none.
    """
    story = told("assured")
    story.record(WILLING, THEIRS, NoteIssue(text="brittle glaze", urgency="long_term"), ASK)
    glaze = Remedy("new glaze", who="lab", due=FRIDAY, issue="i2")

    assert ["pressing_first"] == story.unmet(Offer(remedies=[glaze], words="A better glaze"))


COURSE = PlanItem("a course for the packers", who="lab", due=FRIDAY, issue="i3")


def test_what_is_pressing_is_planned_first(told):
    """
    001-48: the plan is not the way round; an offer without an issue is a proposal for none.
    """
    story = told("assured")
    bare = Remedy("course", who="lab", due=FRIDAY)
    story.record(WILLING, THEIRS, OURS, NoteIssue(text="careless packing", urgency="long_term"))
    story.record(ASK, Offer(remedies=[bare], words="A course"), CHALLENGES)
    no = story.refused(ProposePlan([COURSE], document="plan-1.pdf"))

    assert ["what is pressing comes first; without a proposal: i1 (no teapot on Sunday)"] == [
        u.text for u in no.unmet
    ]
    assert "planning" == story.record(ProposePlan([LINE, COURSE], document="plan-1.pdf")).state


def test_what_is_pressing_has_its_line_once(told):
    """
    001-48: a change of plan repeats nothing, however often it is changed.
    """
    story = told("assured")
    bare = Remedy("teapot", who="lab", due=FRIDAY)
    story.record(WILLING, THEIRS, OURS, NoteIssue(text="careless packing", urgency="long_term"))
    story.record(ASK, Offer(remedies=[bare], words="A new one"), CHALLENGES)
    story.record(ProposePlan([LINE], document="plan-1.pdf"), AgreePlan(), CONFIRM)
    for _ in range(2):
        change = AmendPlan([COURSE], document="plan-2.pdf", reason="It helps in the long run")
        story.record(change, AgreePlan(), CONFIRM)

    assert "implementing" == story.state


@pytest.mark.parametrize("state", ["planning", "implementing"])
def test_a_plan_is_about_issues_on_record(told, state):
    """
    001-50, 001-53: a line for an issue that nobody noted is for nothing.
    """
    story = told(state)
    lines = [attrs.evolve(COURSE, issue="i9")]
    act = (
        ProposePlan(lines, document="plan-2.pdf")
        if state == "planning"
        else AmendPlan(lines, document="plan-2.pdf", reason="A course")
    )

    assert ["no such issues are noted: i9; noted: i1, i2"] == [
        u.text for u in story.refused(act).unmet
    ]


def test_an_offer_above_ones_limit_takes_approval(told):
    """
    001-41: conflict C9; "whatever it takes" ends where somebody else has to agree.
    """
    story = told("assured")
    story.record(WILLING, ASK)
    money = Remedy("refund", 40, "EUR", who="kim", due=FRIDAY)
    offer = Offer(remedies=[money], words="Forty")

    assert ["within_authority"] == story.unmet(offer, by="kim")

    story.record(RequestApproval(reason="It is fair", remedies=[money]), by="kim")
    story.record(Approve(), by="lee")
    story.record(offer, by="kim")

    assert "offered" in story.facts


# -- 5. agree on a plan -------------------------------------------------------------------------


@pytest.mark.parametrize("issue", [THEIRS, OURS])
def test_a_challenge_that_is_noted_later_has_to_be_confirmed_as_well(told, issue):
    """
    001-50: both are clear on the challenges they face, the last one among them.
    """
    story = told("assured")
    story.record(*DISCUSSED[5:], issue)

    assert ["challenges_clear"] == story.unmet(PLAN)
    assert ["confirm_challenges (confirmed)"] == story.way(PLAN)
    assert "planning" == story.record(CHALLENGES, PLAN).state


@pytest.mark.parametrize(
    ("mood", "missing"),
    [
        (NoteMood(mood="angry", willing=True), ["calm"]),
        (NoteMood(mood="calm", willing=False), ["willing"]),
        (NoteMood(mood="hostile", willing=False), ["calm", "willing"]),
    ],
)
def test_a_plan_is_proposed_to_somebody_calm_and_willing(told, mood, missing):
    """
    001-45: "calmed down at this point and willing to work with you".
    """
    story = told("assured")
    story.record(*DISCUSSED[5:], mood)

    assert missing == story.unmet(PLAN)


@pytest.mark.parametrize("issues", [[], [THEIRS], [OURS]], ids=["none", "theirs", "ours"])
def test_the_challenges_of_both_are_clear_before_a_plan(told, issues):
    """
    001-50: "the challenges you both are facing".
    """
    story = told("assured")
    story.record(WILLING, ASK, OFFER, *issues)

    assert ["challenges_of_both"] == story.unmet(CHALLENGES)
    assert "challenges_clear" in story.unmet(PLAN)

    missing = [issue for issue in (THEIRS, OURS) if issue not in issues]

    assert len(missing) == len(story.way(CHALLENGES))

    story.record(*missing, ConfirmChallenges(words="You and we"))

    assert ["challenges_clear"] == story.unmet(PLAN)

    story.record(CHALLENGES)

    assert "planning" == story.record(PLAN).state


def test_a_plan_is_agreed_by_both_in_either_order(told):
    """
    001-51: the second agreement makes the promises, whoever gives it.
    """
    for first, second in ((AgreePlan(), CONFIRM), (CONFIRM, AgreePlan(words="All right"))):
        story = told("planning")

        assert "one_side" == story.record(first).outcome
        assert ("planning", ()) == (story.state, story.ledger.promises)
        assert "both" == story.record(second).outcome
        assert ("implementing", ["p1"]) == (story.state, [p.id for p in story.ledger.promises])


def test_nobody_agrees_twice_for_both(told):
    """
    001-51: two signatures of one side are one side's.
    """
    story = told("planning")
    story.record(AgreePlan())

    assert ["customer_not_agreed"] == story.unmet(AgreePlan())
    assert "planning" == story.state


def test_another_plan_is_agreed_anew(told):
    """
    001-51: an agreement is to a plan, and not to whatever comes after it.
    """
    story = told("planning")
    story.record(AgreePlan(), PLAN)

    assert "one_side" == story.record(CONFIRM).outcome
    assert "planning" == story.state


def test_a_plan_is_in_writing_with_its_lines(told):
    """
    001-51, 001-52, 001-53: what, who and until when, each of them a promise.
    """
    story = told("implementing")

    assert "plan-1.pdf" == story.ledger.plan.document
    assert [("a new teapot is sent", "workshop", FRIDAY, REPLACEMENT)] == [
        (p.what, p.who, p.due, p.remedy) for p in story.ledger.promises
    ]


def test_no_line_of_a_plan_is_due_in_the_past(told):
    """
    001-52: clear on what is promised and when.
    """
    story = told("planning")
    late = ProposePlan([PlanItem("x", who="sam", due=MONDAY - timedelta(days=1))], document="d")

    assert ["due_ahead"] == story.unmet(late)


def test_a_plan_that_has_run_out_is_agreed_by_nobody(told):
    """
    001-52: what is due before both agree would be promised too late.
    """
    story = told("planning")
    story.wait(days=5)

    assert ["plan_ahead"] == story.unmet(AgreePlan())
    assert ["plan_ahead"] == story.unmet(CONFIRM)

    line = PlanItem("a new teapot is sent", who="workshop", due=story.now + timedelta(days=4))
    story.record(ProposePlan([line], document="plan-2.pdf"), AgreePlan(), CONFIRM)

    assert "implementing" == story.state


def test_nothing_but_the_plan_is_promised(told):
    """
    001-53: an offer that is talked about becomes a promise by standing in the plan.
    """
    story = told("assured")
    story.record(WILLING, ASK, OFFER, Counter(words="And flowers", remedies=[Remedy("flowers")]))

    assert () == story.ledger.promises
    assert "accept" not in story.method.triggers


def test_a_plan_on_the_table_survives_a_talk_put_off(told):
    """
    001-43: calming down is no reason to write the plan again.
    """
    story = told("planning")
    story.record(NoteMood(mood="angry"), LATER, Resume(mood="calm"))

    assert "planning" == story.state
    assert "implementing" == story.record(AgreePlan(), CONFIRM).state


# -- 6. act -------------------------------------------------------------------------------------


def test_only_what_was_agreed_can_be_carried_out(told):
    """
    001-60: "solutions that everyone involved agrees".
    """
    assert ["promise_open"] == told("planning").unmet(KeepPromise("p1"))
    assert ["promise_open"] == told("implementing").unmet(KeepPromise("p2"))


def test_a_change_is_agreed_again_by_both(told):
    """
    001-60: until then what the old plan owes is owed.
    """
    story = told("implementing")
    later = PlanItem("a new teapot is sent", who="workshop", due=FRIDAY + timedelta(days=7))
    story.record(AmendPlan([later], document="plan-2.pdf", reason="The kiln is still down"))

    assert ("planning", ["open"]) == (story.state, [p.state for p in story.ledger.promises])

    story.record(AgreePlan())

    assert ["open"] == [p.state for p in story.ledger.promises]

    story.record(CONFIRM)

    assert "implementing" == story.state
    assert ["released", "open"] == [p.state for p in story.ledger.promises]


def test_a_change_of_plan_leaves_what_an_earlier_plan_still_owes(told):
    """
    001-74: what was promised before the case was reopened was in no line of the plan that changed.
    """
    story = told("implementing")
    story.record(Reopen(reason="It broke again"), *ASSURED, WILLING, ASK, OFFER, CHALLENGES)
    story.record(PLAN, AgreePlan(), CONFIRM)
    story.record(AmendPlan([LINE], document="plan-3.pdf", reason="The kiln is still down"))
    story.record(AgreePlan(), CONFIRM)

    assert ["open", "released", "open"] == [p.state for p in story.ledger.promises]


def test_a_change_the_customer_does_not_want_can_be_changed(told):
    """
    001-60: the plan that both agree to in the end takes the place of the first one.
    """
    story = told("implementing")
    line = PlanItem("a new teapot is sent", who="workshop", due=FRIDAY + timedelta(days=7))
    story.record(AmendPlan([line], document="plan-2.pdf", reason="The kiln is still down"))
    story.record(Counter(words="That is too late"), ProposePlan([line], document="plan-3.pdf"))
    story.record(AgreePlan(), CONFIRM)

    assert ["released", "open"] == [p.state for p in story.ledger.promises]


def test_what_was_late_stays_on_record(told):
    """
    001-61: "in accordance with set deadlines"; a breach is permanent, and the line still actable.
    """
    story = told("implementing")

    assert [("promise", FRIDAY, "p1")] == [(d.code, d.due, d.about) for d in story.case.deadlines]

    story.wait(days=5)
    found = story.now
    story.record(DeadlinePassed(deadline="promise", promise="p1"))
    story.wait(days=1).record(KeepPromise("p1"))

    assert [("kept_late", found)] == [(p.state, p.breached_at) for p in story.ledger.promises]


# -- 7. accomplish ------------------------------------------------------------------------------


def test_the_customer_is_asked_once_everything_is_done(told):
    """
    001-70: all lines, kept or released by the customer.
    """
    story = told("implementing")

    assert ["promises_settled"] == story.unmet(CHECK_IN)
    assert ["keep_promise (settled, p1)"] == story.way(CHECK_IN)
    assert "implementing" == story.record(ReleasePromise("p1"), CHECK_IN).state


@pytest.mark.parametrize(("resolved", "pleased"), [(True, False), (False, None), (None, False)])
def test_somebody_not_satisfied_begins_again(told, resolved, pleased):
    """
    001-71: satisfied with the result, or back to the first A.
    """
    story = told("implementing")
    story.record(KeepPromise("p1"), FollowUp("All well?", resolved=resolved, pleased=pleased))

    assert ("received", 2, []) == (story.state, story.case.cycle, story.facts)


@pytest.mark.parametrize("later", [False, True], ids=["at once", "later"])
def test_the_check_in_asks_one_thing(told, later):
    """
    001-71: "satisfied with the result" is one question; that it is resolved is no answer to it.
    """
    story = told("implementing")
    story.record(KeepPromise("p1"))
    if later:
        story.record(FollowUp(words="Are you satisfied?"))
        story.record(Answer(words="The new one came", resolved=True))
    else:
        story.record(FollowUp(words="Are you satisfied?", resolved=True))

    assert "checked_in" in story.unmet(Close())

    story.record(Answer(words="Very much so", pleased=True))

    assert "checked_in" in story.facts


def test_a_word_that_is_no_answer_leaves_the_check_in_open(told):
    """
    001-71: the words are kept, and the question still waits for its answer.
    """
    story = told("implementing")
    story.record(KeepPromise("p1"), FollowUp(words="Are you satisfied?"))
    entry = story.record(Answer(words="I am on holiday"))

    assert ("unanswered", "I am on holiday") == (entry.outcome, story.ledger.accounts[-1])
    assert [None] == [q.answer for q in story.ledger.questions]

    asked = story.ledger.questions[-1].id

    assert f"answer (satisfied, {asked})" == story.way(Close())[0]


def test_the_check_in_may_be_answered_later(told):
    """
    001-71: an e-mail is answered when it is answered.
    """
    story = told("implementing")
    story.record(KeepPromise("p1"), FollowUp(words="Are you satisfied?"))

    assert "checked_in" in story.unmet(Close())

    story.record(Answer(words="Yes, thank you", resolved=True, pleased=True), THANK, PREVENT)

    assert "closed" == story.record(Close()).state


def test_a_check_in_before_a_change_of_plan_is_none_after_it(told):
    """
    001-70: what was asked before the last line was done is asked again.
    """
    story = told("implementing")
    line = PlanItem("a lid is sent", who="workshop", due=FRIDAY)
    story.record(KeepPromise("p1"), CHECK_IN, THANK, PREVENT)
    story.record(AmendPlan([line], document="plan-2.pdf", reason="The lid is missing"))
    story.record(AgreePlan(), CONFIRM, KeepPromise("p2"))

    assert ["checked_in"] == story.unmet(Close())


def test_a_late_yes_counts_for_nothing_that_was_agreed_after_the_check_in(told):
    """
    001-70, 001-71: as long as a line of the new plan is owed; a no is heard at any time.
    """
    story = told("implementing")
    line = PlanItem("a lid is sent", who="workshop", due=FRIDAY)
    story.record(KeepPromise("p1"), FollowUp(words="Are you satisfied?"))
    story.record(AmendPlan([line], document="plan-2.pdf", reason="The lid is missing"))
    yes = Answer(words="Yes, thank you", pleased=True)

    assert ["plan_agreed"] == story.unmet(yes)

    story.record(AgreePlan(), CONFIRM)

    assert ["promises_settled"] == story.unmet(yes)
    assert "not_satisfied" == story.decide(Answer(words="No", pleased=False)).outcome

    story.record(KeepPromise("p2"), THANK, PREVENT)

    assert ["checked_in"] == story.unmet(Close())
    assert "closed" == story.record(yes, Close()).state


def test_a_customer_who_cannot_be_reached_for_the_check_in_leaves_it_unconfirmed(told):
    """
    001-71: a silent customer must not keep a case open for ever, nor count as satisfied.
    """
    story = told("implementing")
    story.record(KeepPromise("p1"), FollowUp(words="Are you satisfied?"))

    assert "attempts_made" in story.unmet(Close(outcome="unconfirmed"))

    story.record(TRIED, TRIED, TRIED)

    assert "closed" == story.record(Close(outcome="unconfirmed")).state


@pytest.mark.parametrize(
    ("left_out", "missing"),
    [(CHECK_IN, "checked_in"), (THANK, "thanked"), (PREVENT, "prevention_assured")],
    ids=["001-71", "001-72", "001-73"],
)
def test_the_last_step_has_three_parts(told, left_out, missing):
    """
    001-71, 001-72, 001-73: asked, thanked, and assured that we do our best.
    """
    story = told("implementing")
    story.record(KeepPromise("p1"), *(a for a in (CHECK_IN, THANK, PREVENT) if a is not left_out))

    assert [missing] == story.unmet(Close())
    assert "closed" == story.record(left_out, Close()).state


def test_prevention_should_be_an_action(told):
    """
    001-73: what is done about it is on record, or its lack is.
    """
    story = told("implementing")
    story.record(KeepPromise("p1"))

    assert ["prevention_named"] == story.warnings(AssurePrevention(words="We do our best"))


@pytest.mark.parametrize(
    "words",
    ["It will never happen again", "It won’t happen again", "It will not happen again"],  # noqa: RUF001
)
def test_an_absolute_promise_is_noticed(told, words):
    """
    001-73: the text says "do your best", for nobody can promise more.
    """
    story = told("implementing")
    story.record(KeepPromise("p1"))

    assert ["absolute_promise"] == story.warnings(
        AssurePrevention(words=words, preventive_action="straw")
    )


def test_a_case_does_not_close_over_an_open_promise(told):
    """
    001-74: accomplished is what was promised, all of it.
    """
    story = told("implementing")

    assert ["promises_settled", "checked_in", "thanked", "prevention_assured"] == (
        story.unmet(Close())
    )


def test_a_promise_is_broken_only_with_somebody_elses_approval(told):
    """
    001-74: what cannot be kept is said so, and stays a breach.
    """
    story = told("implementing")
    broken = BreakPromise("p1", reason="The maker has closed down")

    assert ["break_approved"] == story.unmet(broken)

    story.record(RequestApproval(reason="The maker has closed", promise="p1"), Approve(), broken)

    assert [("broken", story.now)] == [(p.state, p.breached_at) for p in story.ledger.promises]
    assert "checked_in" in story.record(CHECK_IN).move.establishes


def test_the_team_hears_of_a_job_well_done(told):
    """
    001-75: congratulating is a notification, and blocks nothing.
    """
    entry = told("closed").entries[-1]

    assert [("closed", "customer"), ("closed", "team")] == [(e.topic, e.to) for e in entry.effects]


# -- relief, silence, exits, cycles -------------------------------------------------------------


@pytest.mark.parametrize("state", WORKING)
def test_urgent_damage_is_limited_at_once(told, state):
    """
    001-05: whatever step is due, and without being a remedy.
    """
    story = told(state)
    facts = story.facts
    story.record(Mitigate(harm="a cut finger", words="Please use gloves"))

    assert (state, facts) == (story.state, story.facts)


@pytest.mark.parametrize("state", WAITING)
def test_a_silent_customer_lets_the_case_lapse(told, state):
    """
    A customer who falls silent must not keep a case open for ever.
    """
    story = told(state)
    story.record(TRIED, TRIED)

    assert ["attempts_made"] == story.unmet(LAPSE)

    story.record(TRIED, LAPSE)

    assert ("lapsed", ()) == (story.state, story.case.deadlines)

    story.record(CustomerReplied(words="I was in hospital"))

    assert ("received", 2, []) == (story.state, story.case.cycle, story.facts)


@pytest.mark.parametrize("state", [name for name in WORKING if name not in WAITING])
def test_a_case_that_waits_for_the_agent_does_not_lapse(told, state):
    """
    The silence is ours, then.
    """
    story = told(state)
    story.record(TRIED, TRIED, TRIED)

    assert ["not_now"] == story.unmet(LAPSE)


@pytest.mark.parametrize("state", WORKING)
def test_the_customer_can_withdraw_from_every_working_state(told, state):
    """
    It is their complaint; what is not released stays tracked.
    """
    story = told(state)
    outstanding = len(story.ledger.outstanding)
    story.record(Withdraw(reason="Never mind"))

    assert ("withdrawn", outstanding) == (story.state, len(story.ledger.outstanding))


def test_a_deadlock_takes_both_contributions(told):
    """
    001-46: who declares a deadlock has done their own duties first.
    """
    story = told("assured")

    assert ["expectation_known", "offered"] == story.unmet(DEADLOCK)

    story.record(WILLING, ASK, OFFER)

    assert "deadlocked" == story.record(DEADLOCK).state


@pytest.mark.parametrize("state", [*ENDED, "implementing"])
def test_every_duty_is_fresh_when_a_case_is_taken_up_again(told, state):
    """
    001-71: a second apology is not assumed done, nor anything else.
    """
    story = told(state)
    story.record(Reopen(reason="It broke again"))

    assert ("received", []) == (story.state, story.facts)
    assert (None, None, None, ()) == (
        *(story.ledger.plan, story.ledger.willing, story.ledger.expectation),
        story.ledger.proposals,
    )
    assert ["feelings_acknowledged", "heard", "apologized", "assured"] == story.unmet(OFFER)[:4]


def test_mistakes_outlive_the_cycle(told):
    """
    001-32: what went wrong went wrong; the next apology covers it, too.
    """
    story = told("aired")
    story.record(NoteMistake(text="sent late"), Withdraw(), Reopen(reason="Again"), *HEARD)

    assert ["covers_mistakes"] == story.unmet(APOLOGIZE)


def test_a_promise_of_an_earlier_cycle_still_has_to_be_settled(told):
    """
    001-74: reopening is no way out of a promise.
    """
    story = told("implementing")
    story.record(Reopen(reason="A second crack"), *AGREED, KeepPromise("p2"))

    assert ["promises_settled"] == story.unmet(CHECK_IN)
    assert "outstanding" != story.record(KeepPromise("p1")).outcome
    assert "closed" == story.record(CHECK_IN, THANK, PREVENT, Close()).state


@pytest.mark.parametrize("state", [*WORKING, *ENDED])
def test_a_correction_annotates_and_changes_nothing(told, state):
    """
    History is not rewritten.
    """
    story = told(state)
    before = story.case
    story.record(Correct(entry=1, reason="Her name is Anna"))

    assert (before.state, before.facts, before.ledger) == (
        *(story.state, story.case.facts, story.ledger),
    )


# -- time and settings --------------------------------------------------------------------------


def test_sooner_has_no_number_until_one_is_set(told):
    """
    001-01: "sooner rather than later", and the definition says that it gives none.
    """
    assert () == told("received").case.deadlines
    note = dict(seven_as().notes)["001-01"]

    assert "off, as the text gives no number: `first_response` and `stale_after`" == note


def test_the_first_response_can_have_a_time_limit(told):
    """
    001-01: it starts with the opening, and acknowledging the feelings ends it.
    """
    story = told("received", first_response=Within(4, "hours"))

    assert ["first_response"] == [d.code for d in story.case.deadlines]
    assert () == told("acknowledged", first_response=Within(4, "hours")).case.deadlines


@pytest.mark.parametrize("state", WORKING)
def test_nothing_happening_can_have_a_time_limit(told, state):
    """
    001-01: "ignoring a problem altogether"; every act starts it anew, in every working state.
    """
    story = told(state, stale_after=Within(3, "days"))
    story.wait(hours=1).record(CustomerReplied(words="Any news?"))

    assert story.now + timedelta(days=3) in [
        d.due for d in story.case.deadlines if d.code == "stale"
    ]


@pytest.mark.parametrize("code", ["heard", "feelings_acknowledged", "apologized", "plan_agreed"])
def test_what_the_method_stands_on_cannot_be_waived(told, code):
    """
    001-30, 001-51: neither hearing, recognition, the apology nor the agreement.
    """
    assert ["may_be_waived"] == told("received").unmet(Waive(requirement=code, reason="Busy"))


def test_willingness_can_be_waived_with_a_reason(told):
    """
    001-45: the customer who wants it over with need not declare themselves willing.
    """
    story = told("assured")
    story.record(Waive(requirement="willing", reason="They only write by post"))

    assert "expectation_known" in story.record(ASK).move.establishes


@pytest.mark.parametrize(
    "settings",
    [
        {"attempts": 0},
        {"first_response": 4},
        {"stale_after": "soon"},
        {"strict": "yes"},
        {"second_person": None},
    ],
    ids=str,
)
def test_a_setting_that_makes_no_sense_is_told(settings):
    """
    A time limit that is no time limit would never pass.
    """
    with pytest.raises(MethodError):
        seven_as(**settings)


def test_language_rules_can_be_left_out(told):
    """
    They read English; a helpdesk may write in something else.
    """
    story = told("received", language=False)

    assert [] == story.warnings(
        AcknowledgeFeelings(words="Calm down", feeling="upset", problem="crack", mission="me")
    )
