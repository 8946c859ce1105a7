"""
The six steps of document 003, by example; each docstring names the clause it is about.
"""

from decimal import Decimal

import pytest

from complaintflow import Actor, MethodError, Within
from complaintflow.acts import (
    DONT_KNOW,
    Accept,
    AcceptAsk,
    AcknowledgeProblem,
    Answer,
    Apologize,
    Approve,
    AskExpectation,
    AskQuestion,
    Assure,
    BreakPromise,
    Close,
    Coordinate,
    Correct,
    Counter,
    CustomerReplied,
    DeadlinePassed,
    DeclareDeadlock,
    Decline,
    Empathize,
    Expectation,
    FollowUp,
    HandOver,
    KeepPromise,
    Lapse,
    Learn,
    Listen,
    Mitigate,
    NoteIssue,
    NoteMood,
    NotReached,
    Offer,
    Open,
    RefuseApproval,
    ReleasePromise,
    Remedy,
    Reopen,
    RequestApproval,
    TakeOwnership,
    Waive,
    Withdraw,
)
from complaintflow.methods import six_steps

WORKING = (
    "received",
    "heard",
    "acknowledged",
    "empathized",
    "consulted",
    "negotiating",
    "agreed",
)
WAITING = ("received", "empathized", "negotiating")
ENDED = ("closed", "withdrawn", "deadlocked", "lapsed", "merged")

REFUND = Remedy("refund", "40.00", "EUR")
LISTEN = Listen(account="It came two weeks late, and the teapot is cracked")
ACKNOWLEDGE = AcknowledgeProblem(words="A cracked teapot; thank you for telling us")
APOLOGIZE = Apologize(words="I am sorry about the teapot")
ASSURE = Assure(words="We will find a fair solution")
EMPATHIZE = Empathize(
    words="A cracked teapot, and no present",
    issue="cracked teapot",
    concern="no present",
    impact="an empty table",
)
ASK = AskExpectation(
    question="What would help?", expectation=Expectation(words="A new one", kind="replacement")
)
OPEN_ASK = AskExpectation(question="What would help?")
OFFER = Offer(
    remedies=[REFUND],
    words="Would your money back do?",
    customer_need="a present",
    company_constraint="none are left",
)
DEADLOCK = DeclareDeadlock(words="We cannot agree; the ombudsman may help you")
LEARN = Learn(improvement="Teapots travel in straw from now on")
CLOSE = Close(retained="yes", cost="40.00", currency="EUR")
TRIED = NotReached(channel="phone")


def codes(entry):
    """
    Return the codes of what an entry was recorded without.
    """
    return [unmet.code for unmet in entry.warnings]


# -- the main road ------------------------------------------------------------------------------


def test_the_main_road_leads_through_six_steps_to_a_close(begin):
    """
    003-01: five numbered steps and an inferred sixth, each in a state of its own.
    """
    story = begin()
    states = [
        story.record(act).state
        for act in (
            *(LISTEN, ACKNOWLEDGE, APOLOGIZE, ASSURE, EMPATHIZE, ASK, OFFER, Accept()),
            *(KeepPromise("p1"), LEARN, CLOSE),
        )
    ]

    assert [
        *("heard", "acknowledged", "acknowledged", "acknowledged", "empathized"),
        *("consulted", "negotiating", "agreed", "agreed", "agreed", "closed"),
    ] == states
    assert [] == [entry for entry in story.entries if entry.warnings]


def test_the_sixth_step_is_marked_as_inferred():
    """
    003-01: the document announces six steps and numbers five, and a reader should know which.
    """
    inferred = {(state.name, state.step) for state in six_steps().states if state.inferred}

    assert {("agreed", 6)} == inferred


def test_every_numbered_step_has_a_state_that_is_about_it():
    """
    003-01: a picture of the method can be laid beside the document.
    """
    steps = [state.step for state in six_steps().states if state.step is not None]

    assert [1, 2, 3, 4, 5, 5, 6] == steps


# -- 1. listen ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "act",
    [
        ACKNOWLEDGE,
        APOLOGIZE,
        ASSURE,
        EMPATHIZE,
        ASK,
        OFFER,
        AcceptAsk(remedies=[REFUND], words="Yes"),
        DEADLOCK,
    ],
    ids=lambda act: act.trigger,
)
def test_nothing_is_answered_before_the_customer_is_heard(story, act):
    """
    003-10, 003-11: listening is the most important thing, so it comes first.
    """
    unmet = story.refused(act).unmet

    assert ("heard", "ana has not been heard") == (unmet[0].code, unmet[0].text)
    assert ("listen",) == unmet[0].satisfied_by


def test_listening_can_never_be_waived(story):
    """
    003-10: the most important thing is not the one to do without.
    """
    no = story.refused(Waive(requirement="heard", reason="We know it all already"))

    assert ["may_be_waived"] == [unmet.code for unmet in no.unmet]
    assert "'heard' cannot be waived in six_steps" in str(no)


def test_the_words_of_the_opening_are_not_heard_by_arriving(begin):
    """
    003-10: a complaint in the inbox was read by nobody yet.
    """
    story = begin()

    assert [] == story.facts
    assert ("It arrived broken",) == story.ledger.accounts


def test_the_opening_words_can_be_quoted_as_the_account(story):
    """
    003-10: whoever wrote everything in their first e-mail need not say it twice.
    """
    story.record(Listen(account="It arrived broken"))

    assert ("heard", ["heard"]) == (story.state, story.facts)


def test_a_customer_who_has_more_to_say_is_not_heard_yet(story):
    """
    003-11, 003-14: the customer says when they are done, not the agent.
    """
    story.record(Listen(account="It came late, and", finished=False))

    assert ("received", []) == (story.state, story.facts)
    assert "heard" in story.unmet(OFFER)

    story.record(Listen(account="it is cracked, too"))

    assert ("heard", ["heard"]) == (story.state, story.facts)


def test_no_time_ends_the_listening(story):
    """
    003-14: really take the time.
    """
    story.record(Listen(account="Where shall I begin?", finished=False))
    story.wait(days=400)

    assert () == story.case.deadlines
    assert "received" == story.record(Listen(account="Well,", finished=False)).state


def test_listening_goes_on_in_every_working_state(story_in):
    """
    003-14: a customer may remember something at any time, and it moves nothing back or forward.
    """
    for state in WORKING[1:]:
        story = story_in(state)
        facts = story.facts
        story.record(Listen(account="And another thing: the lid is gone"))

        assert (state, facts) == (story.state, story.facts)
        assert "And another thing: the lid is gone" == story.ledger.accounts[-1]


def test_notes_are_taken_if_necessary(begin):
    """
    003-15: the customer's words alone are evidence enough.
    """
    story = begin()
    bare = story.record(LISTEN)
    noted = story.record(Listen(account="The lid is gone, too", notes="asked twice"))

    assert (None, "asked twice") == (bare.act.notes, noted.act.notes)
    assert () == bare.warnings


# -- no rushing into resolution mode ------------------------------------------------------------


def test_an_offer_to_somebody_not_heard_is_refused_with_every_reason(story):
    """
    003-12: the headline of the document; whoever rushes learns everything that is missing.
    """
    no = story.refused(OFFER)

    assert (
        "cannot offer while received: ana has not been heard; the problem is not recognised; "
        "no empathy shown; what ana expects is unknown\n"
        "first: listen (finished), acknowledge_problem, empathize, ask_expectation (answered)"
    ) == str(no)
    assert [
        ("003-10", "003-11", "003-12"),
        ("003-12", "003-20"),
        ("003-30",),
        ("003-42", "003-44"),
    ] == [unmet.cites for unmet in no.unmet]


@pytest.mark.parametrize(
    ("state", "missing"),
    [
        ("received", ["heard", "recognised", "empathy_shown", "expectation_known"]),
        ("heard", ["recognised", "empathy_shown", "expectation_known"]),
        ("acknowledged", ["empathy_shown", "expectation_known"]),
        ("empathized", ["expectation_known"]),
    ],
)
def test_an_offer_waits_for_the_first_four_steps(story_in, state, missing):
    """
    003-12, 003-42: each step taken is one reason less.
    """
    assert missing == story_in(state).unmet(OFFER)


@pytest.mark.parametrize("state", ["received", "heard", "acknowledged", "empathized"])
def test_agreeing_to_a_wish_waits_as_an_offer_does(story_in, state):
    """
    003-12: a remedy is a remedy, whoever named it first.
    """
    asked = AcceptAsk(remedies=[REFUND], words="You shall have it")

    assert [*story_in(state).unmet(OFFER), "ask_open"] == story_in(state).unmet(asked)


def test_words_of_remedy_are_noticed_before_hearing_and_recognition(story_in):
    """
    003-12: a refund dangled too early is resolution mode in disguise.
    """
    hasty = Mitigate(harm="a cut finger", words="Use a plaster; we will refund it all")

    assert ["premature_remedy"] == story_in("received").warnings(hasty)
    assert ["premature_remedy"] == story_in("heard").warnings(hasty)
    assert [] == story_in("acknowledged").warnings(hasty)


def test_the_customers_own_words_of_remedy_may_be_taken_up(story):
    """
    003-12: repeating what was asked for is listening, not rushing.
    """
    story.record(Listen(account="I want a refund for the teapot"))

    assert [] == story.warnings(AcknowledgeProblem(words="You value a refund for the teapot"))


def test_condescending_words_are_noticed(story_in):
    """
    003-13: what sounds condescending spoils what was meant well.
    """
    story = story_in("heard")

    assert ["condescending"] == story.warnings(Apologize(words="Obviously, I am sorry"))
    assert ["condescending"] == story.warnings(Apologize(words="As I already said: sorry"))


# -- 2. acknowledge the problem -----------------------------------------------------------------


def test_acknowledging_establishes_that_the_problem_is_recognised(story_in):
    """
    003-20: after listening, the problem is acknowledged.
    """
    story = story_in("acknowledged")

    assert ["heard", "recognised"] == story.facts


def test_an_acknowledgement_that_names_nothing_of_the_account_is_noticed(story_in):
    """
    003-20, 003-21: "we have received your message" shows that nobody was listening.
    """
    story = story_in("heard")

    assert ["problem_named"] == story.warnings(
        AcknowledgeProblem(words="Thank you, we got your message")
    )


def test_an_acknowledgement_that_takes_up_a_word_shows_listening(story_in):
    """
    003-21: inflected forms of the customer's words count, too.
    """
    story = story_in("heard")

    assert [] == story.warnings(AcknowledgeProblem(words="Thank you; TEAPOTS should not be so"))


def test_an_account_of_short_words_can_be_taken_up_word_for_word(begin):
    """
    003-21: somebody who says "TV is off" has been listened to when told "your TV is off".
    """
    story = begin(opening=Open(complaint="TV is off", customer="ana"))
    story.record(Listen(account="TV is off"))

    assert [] == story.warnings(AcknowledgeProblem(words="Your TV is off, and thank you"))


def test_an_acknowledgement_without_a_word_of_value_is_noticed(story_in):
    """
    003-21: acknowledging lets the customer know that their business is valued.
    """
    story = story_in("heard")

    assert ["value_not_shown"] == story.warnings(AcknowledgeProblem(words="The teapot is cracked"))


def test_an_apology_is_recommended_and_not_demanded(story_in):
    """
    003-22: it goes a long way; doing without it is a warning that stays on the record.
    """
    story = story_in("acknowledged")

    assert ["apologized", "process_promised"] == story.warnings(EMPATHIZE)
    assert "empathized" == story.state


def test_an_apology_and_an_assurance_leave_nothing_to_warn_of(story_in):
    """
    003-22, 003-23: both belong after listening, and either may come first.
    """
    story = story_in("heard")
    story.record(ASSURE, ACKNOWLEDGE, APOLOGIZE)

    assert [] == story.warnings(EMPATHIZE)


def test_a_promise_of_process_is_not_owed_like_a_promise(story_in):
    """
    003-23: a fair solution is promised; the promise ledger is for remedies.
    """
    story = story_in("acknowledged")
    story.record(ASSURE)

    assert () == story.ledger.promises
    assert "process_promised" in story.facts


@pytest.mark.parametrize(
    "act",
    [
        Assure(words="We will replace it"),
        Apologize(words="Sorry; take this voucher"),
        AcknowledgeProblem(words="A cracked teapot; we value you, and your refund is coming"),
    ],
    ids=lambda act: act.trigger,
)
def test_a_promise_of_process_should_name_no_remedy(story_in, act):
    """
    003-23: the solution is still to be found together.
    """
    story = story_in("acknowledged")

    assert ["remedy_in_process_promise"] == story.warnings(act)


# -- 3. express empathy -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("issue", "concern"), [(None, None), ("cracked teapot", None), (None, "no present")]
)
def test_empathy_reflects_back_both_issue_and_concern(story_in, issue, concern):
    """
    003-30: "I understand" reflects nothing back.
    """
    story = story_in("acknowledged")
    story.record(APOLOGIZE, ASSURE)

    no = story.refused(Empathize(words="I understand", issue=issue, concern=concern, impact="x"))

    assert [("reflects_back", ("003-30",))] == [(u.code, u.cites) for u in no.unmet]


def test_empathy_comes_after_the_acknowledgement(story_in):
    """
    003-30: step three follows step two.
    """
    assert ["recognised"] == story_in("heard").unmet(EMPATHIZE)


def test_the_impact_on_the_experience_should_be_named(story_in):
    """
    003-31: whatever happened, it impacted the customer's experience.
    """
    story = story_in("acknowledged")
    story.record(APOLOGIZE, ASSURE)

    assert ["impact_named"] == story.warnings(
        Empathize(words="A cracked teapot, no present", issue="cracked", concern="no present")
    )


# -- 4. ask for the customer's input ------------------------------------------------------------


def test_the_question_for_input_waits_for_empathy(story_in):
    """
    003-40: engaging the customer is the fourth step.
    """
    assert ["empathy_shown"] == story_in("acknowledged").unmet(ASK)


def test_what_the_customer_expects_is_kept_in_their_words(story_in):
    """
    003-41: the straightforward resolution they are looking for is on the record.
    """
    story = story_in("consulted")

    assert Expectation(words="A new one", kind="replacement") == story.ledger.expectation
    assert "A new one" == story.ledger.accounts[-1]


def test_not_knowing_is_an_answer_where_it_is_said(story_in):
    """
    003-41, 003-44: "I don't know" lets an offer be made; there is only no wish to agree to.
    """
    story = story_in("empathized")
    story.record(AskExpectation(question="What would help?", expectation=DONT_KNOW))

    assert "consulted" == story.state
    assert ["ask_open"] == story.unmet(AcceptAsk(remedies=[REFUND], words="Yes"))
    assert "negotiating" == story.record(OFFER).state


def test_a_question_without_an_answer_opens_nothing(story_in):
    """
    003-42: to have asked is not to have heard the expectation.
    """
    story = story_in("empathized")
    story.record(OPEN_ASK)

    assert "empathized" == story.state
    assert ["expectation_known"] == story.unmet(OFFER)


def test_a_wish_not_sorted_into_a_kind_is_noticed(story_in):
    """
    003-41: a kind lets wishes be counted later; the wish itself is what is demanded.
    """
    story = story_in("empathized")

    assert ["wish_sorted"] == story.warnings(
        AskExpectation(question="What would help?", expectation="A new one")
    )


def test_an_answer_may_come_later_by_email(story_in):
    """
    003-40: asking on Monday and hearing on Wednesday is one question.
    """
    story = story_in("empathized")
    story.record(OPEN_ASK)
    story.wait(days=2)
    entry = story.record(Answer(words="A new one, please"))

    assert ("expectation", "consulted") == (entry.outcome, story.state)
    assert Expectation(words="A new one, please") == story.ledger.expectation
    assert ["A new one, please"] == [q.answer for q in story.ledger.questions]


def test_not_knowing_may_come_later_too(story_in):
    """
    003-41: an explicit "I don't know" is an answer by e-mail as well.
    """
    story = story_in("empathized")
    story.record(OPEN_ASK)
    entry = story.record(Answer(words="I really don't know", unknown=True))

    assert ("no_expectation", "consulted") == (entry.outcome, story.state)
    assert DONT_KNOW == story.ledger.expectation


def test_an_answer_finds_its_question_by_its_id(story_in):
    """
    Two questions may be open at once, and the answers may come in any order.
    """
    story = story_in("empathized")
    story.record(AskQuestion(question="When was it bought?"), OPEN_ASK)
    first, second = story.ledger.questions

    assert "expectation" == story.record(Answer(words="A new one", to=second.id)).outcome
    assert "information" == story.record(Answer(words="In May", to=first.id)).outcome
    assert "consulted" == story.state


def test_an_answer_to_nothing_is_refused(story_in):
    """
    An answer without a question would establish what nobody asked.
    """
    story = story_in("empathized")

    assert ["question_open"] == story.unmet(Answer(words="Yes"))

    story.record(OPEN_ASK)
    no = story.refused(Answer(words="Yes", to="q99"))

    assert "'q99' is no question without an answer; unanswered: q5" == no.unmet[0].text


def test_a_question_is_answered_once(story_in):
    """
    A second answer would silently replace what was heard first.
    """
    story = story_in("empathized")
    asked = story.record(OPEN_ASK).version
    story.record(Answer(words="A new one"))

    assert ["question_open"] == story.unmet(Answer(words="No, a refund", to=f"q{asked}"))


def test_an_understanding_question_may_be_answered_at_once_or_later(story):
    """
    Questions that lead nowhere belong to every step.
    """
    now = story.record(AskQuestion(question="Which colour?", answer="Blue"))
    later = story.record(AskQuestion(question="Which size?"))

    assert ("answered", "unanswered") == (now.outcome, later.outcome)
    assert "information" == story.record(Answer(words="Two litres")).outcome
    assert ("received", []) == (story.state, story.facts)
    assert ["It arrived broken", "Blue", "Two litres"] == list(story.ledger.accounts)


def test_the_way_names_the_question_it_waits_for(story_in):
    """
    With two questions open, an answer without a name goes to the older one.
    """
    story = story_in("empathized")
    story.record(AskQuestion(question="How big was it?"), AskExpectation(question="What now?"))
    asked = story.ledger.questions[-1].id

    assert f"answer (expectation, {asked})" == story.way(OFFER)[0]


# -- 5. offer a resolution, and negotiate -------------------------------------------------------


def test_an_offer_is_on_the_record_with_its_terms(story_in):
    """
    003-50: what was offered, and until when, is what can be accepted.
    """
    story = story_in("consulted")
    until = story.now.replace(day=20)
    remedy = Remedy("refund", "40.00", "EUR", terms="on return of the teapot")
    story.record(Offer(remedies=[remedy], words="Your money back?", expires=until))

    assert ((remedy,), until) == (story.ledger.offer.remedies, story.ledger.offer.expires)


@pytest.mark.parametrize("kind", ["replacement", "refund", "discount"])
def test_a_wish_that_is_easily_met_needs_no_offer(story_in, kind):
    """
    003-51: the fast path; what was asked for is agreed as it is.
    """
    story = story_in("empathized")
    story.record(AskExpectation("What would help?", expectation=Expectation("That", kind=kind)))
    story.record(AcceptAsk(remedies=[Remedy(kind)], words="You shall have it"))

    assert "agreed" == story.state
    assert [(kind, "open")] == [(p.what, p.state) for p in story.ledger.promises]


def test_the_fast_path_respects_the_limits_too(story_in):
    """
    003-54: agreeing to an ask gives away as much as offering it.
    """
    story = story_in("consulted")
    both = [REFUND, Remedy("replacement")]

    assert ["within_authority"] == story.unmet(
        AcceptAsk(remedies=both, words="You shall have it"), by="kim"
    )


def test_something_else_than_the_wish_is_an_offer(story_in):
    """
    003-51, 003-52: what the customer did not ask for is theirs to accept.
    """
    story = story_in("consulted")
    no = story.refused(AcceptAsk(remedies=[Remedy("voucher", 5, "EUR")], words="We agree"))

    assert [("meets_the_ask", ("003-51", "003-52"))] == [(u.code, u.cites) for u in no.unmet]
    assert "asked for replacement; agree to all of it, or make an offer" in no.unmet[0].text


def test_negotiation_goes_round_until_somebody_accepts(story_in):
    """
    003-52: offers and counter-offers follow each other, and each of them is kept.
    """
    story = story_in("negotiating")
    story.record(
        Counter(words="The money and a new one", remedies=[REFUND, Remedy("replacement")]),
        Offer(remedies=[Remedy("replacement")], words="A new one, then?"),
        Decline(reason="It would come too late"),
        OFFER,
        Accept(words="All right"),
    )

    assert "agreed" == story.state
    assert ["company", "customer", "company", "company"] == [
        proposal.party for proposal in story.ledger.proposals
    ]
    assert ["refund of 40.00 EUR"] == [p.what for p in story.ledger.promises]


@pytest.mark.parametrize("answer", [Counter(words="More"), Decline(), Decline(reason="No")])
def test_an_offer_that_was_answered_can_no_longer_be_accepted(story_in, answer):
    """
    003-52: a counter-offer or a no takes the offer off the table.
    """
    story = story_in("negotiating")
    story.record(answer)

    assert ["offer_open"] == story.unmet(Accept())
    assert ["offer_open"] == story.unmet(Decline())


def test_a_counter_offer_can_be_agreed_to(story_in):
    """
    003-52: the customer's ask is as good a way to an agreement as the company's offer.
    """
    story = story_in("negotiating")
    story.record(Counter(words="Fifty", remedies=[Remedy("refund", 50, "EUR")]))
    asked = story.ledger.ask.remedies
    story.record(AcceptAsk(remedies=asked, words="Fifty it is"))

    assert ["refund of 50 EUR"] == [p.what for p in story.ledger.promises]


def test_a_counter_offer_names_the_wish_of_somebody_who_knew_none(story_in):
    """
    003-52: who did not know at first may know when an offer is made.
    """
    story = story_in("empathized")
    story.record(AskExpectation(question="What would help?", expectation=DONT_KNOW), OFFER)
    story.record(Counter(words="Rather a new one"))

    assert "agreed" == story.record(AcceptAsk(remedies=[Remedy("new")], words="Good")).state


def test_the_last_offer_is_the_one_that_stands(story_in):
    """
    003-52: a better offer takes the place of the one before.
    """
    story = story_in("negotiating")
    story.record(Offer(remedies=[Remedy("refund", 60, "EUR")], words="Sixty?"), Accept())

    assert ["refund of 60 EUR"] == [p.what for p in story.ledger.promises]


def test_an_offer_can_expire(story_in):
    """
    003-50: an offer holds until its last moment, and not longer.
    """
    story = story_in("consulted")
    until = story.now.replace(day=20)
    story.record(Offer(remedies=[REFUND], words="Your money back?", expires=until))

    assert "agreed" == story.decide(Accept(), at=until).state

    story.wait(days=30)

    assert ["offer_in_time"] == story.unmet(Accept())
    assert ["offer"] == story.way(Accept())

    story.record(OFFER, Accept())

    assert "agreed" == story.state


def test_a_resolution_weighs_both_needs(story_in):
    """
    003-53: the needs of the customer and the needs of the company should both be written down.
    """
    story = story_in("consulted")

    assert ["needs_weighed"] == story.warnings(Offer(remedies=[REFUND], words="Forty?"))
    assert ["needs_weighed"] == story.warnings(
        Offer(remedies=[REFUND], words="Forty?", customer_need="a present")
    )
    assert [] == story.warnings(OFFER)


# -- limits and approval ------------------------------------------------------------------------


def test_an_offer_above_ones_limit_takes_approval(story_in):
    """
    003-54: don't give away the cow with the milk.
    """
    story = story_in("consulted")
    no = story.refused(OFFER, by="kim")

    assert [("within_authority", ("003-54",))] == [(u.code, u.cites) for u in no.unmet]
    assert ["request_approval (refund of 40.00 EUR)", "approve"] == [str(s) for s in no.way]


def test_the_refusal_of_an_offer_does_not_tell_the_limit(story_in):
    """
    003-54: the sentence may be shown to the customer, and the limit is none of their business.
    """
    assert "20" not in str(story_in("consulted").refused(OFFER, by="kim"))


def test_an_offer_within_ones_limit_takes_no_approval(story_in):
    """
    003-54: at the limit is not above it.
    """
    story = story_in("consulted")
    story.record(Offer(remedies=[Remedy("refund", 20, "EUR")], words="Twenty?"), by="kim")

    assert "negotiating" == story.state


def test_a_remedy_that_is_no_sum_of_money_is_above_nobodys_limit(story_in):
    """
    003-54: limits are about money; flowers beside it change nothing.
    """
    story = story_in("consulted")
    remedies = [Remedy("flowers"), Remedy("refund", 20, "EUR")]
    story.record(Offer(remedies=remedies, words="Both?"), by="kim")

    assert "negotiating" == story.state


def test_remedies_are_added_up_against_the_limit(story_in):
    """
    003-54: two halves of a cow are a cow.
    """
    story = story_in("consulted")
    halves = [Remedy("refund", "10.50", "EUR"), Remedy("voucher", "10.50", "EUR")]

    assert ["within_authority"] == story.unmet(Offer(remedies=halves, words="Half?"), by="kim")


def test_a_currency_without_a_limit_allows_nothing(story_in):
    """
    003-54: a limit in euros says nothing about dollars.
    """
    story = story_in("consulted")

    assert ["within_authority"] == story.unmet(
        Offer(remedies=[Remedy("refund", 1, "USD")], words="A dollar?"), by="kim"
    )


def test_somebody_else_approves_within_their_own_limit(story_in):
    """
    003-54: after the approval the very offer can be made by whoever asked.
    """
    story = story_in("consulted")
    story.record(RequestApproval(reason="They wait since May", remedies=[REFUND]), by="kim")
    story.record(Approve(note="Fair"), by="pat")
    story.record(OFFER, by="kim")

    assert "negotiating" == story.state
    assert [("kim", True, "pat")] == [
        (a.requested_by, a.granted, a.decided_by) for a in story.ledger.approvals
    ]


def test_whoever_asks_for_approval_cannot_give_it(story_in):
    """
    003-54: approving oneself is no second look.
    """
    story = story_in("consulted")
    story.record(RequestApproval(reason="It is fair", remedies=[REFUND]), by="sam")

    assert ["approver_is_another"] == story.unmet(Approve(), by="sam")
    assert ["approver_is_another"] == story.unmet(RefuseApproval(reason="No"), by="sam")
    assert "consulted" == story.record(Approve(), by="lee").state


def test_a_small_company_can_do_without_a_second_person_for_offers(story_in):
    """
    003-54: the second person is our addition, and on by default.
    """
    story = story_in("consulted", second_person=False)
    story.record(RequestApproval(reason="It is fair", remedies=[REFUND]), by="sam")

    assert "consulted" == story.record(Approve(), by="sam").state


def test_an_approver_has_limits_of_their_own(story_in):
    """
    003-54: two people with small limits do not add up to a big one.
    """
    story = story_in("consulted")
    story.record(RequestApproval(reason="It is fair", remedies=[REFUND]), by="pat")

    assert ["approver_may"] == story.unmet(Approve(), by="kim")


def test_a_request_that_was_refused_allows_nothing(story_in):
    """
    003-54: a no is an answer; another request may be made.
    """
    story = story_in("consulted")
    asked = story.record(RequestApproval(reason="It is fair", remedies=[REFUND]), by="kim")
    story.record(RefuseApproval(reason="Too much"), by="lee")

    assert ["within_authority"] == story.unmet(OFFER, by="kim")
    assert ["approval_open"] == story.unmet(Approve())
    assert ["approval_open"] == story.unmet(Approve(request=f"a{asked.version}"))

    story.record(RequestApproval(reason="They will leave", remedies=[REFUND]), by="kim")
    story.record(Approve())

    assert "negotiating" == story.record(OFFER, by="kim").state


def test_an_approval_covers_no_more_than_was_asked_for(story_in):
    """
    003-54: what was approved is a sum, not a person.
    """
    story = story_in("consulted")
    story.record(RequestApproval(reason="It is fair", remedies=[REFUND]), by="kim")
    story.record(Approve())

    more = Offer(remedies=[Remedy("refund", 41, "EUR")], words="Forty-one?")
    other = Offer(remedies=[Remedy("refund", 30, "USD")], words="Thirty?")

    assert ["within_authority"] == story.unmet(more, by="kim")
    assert ["within_authority"] == story.unmet(other, by="kim")


def test_one_of_several_requests_is_named_by_its_id(story_in):
    """
    003-54: approving the wrong one would be worse than asking which.
    """
    story = story_in("consulted")
    small = story.record(RequestApproval(reason="Small", remedies=[Remedy("r", 30, "EUR")]))
    large = story.record(RequestApproval(reason="Large", remedies=[Remedy("r", 90, "EUR")]))
    story.record(Approve(request=f"a{large.version}"))

    assert [None, True] == [a.granted for a in story.ledger.approvals]

    no = story.refused(Approve(request=f"a{large.version}"))

    assert (
        f"'a{large.version}' is no undecided request for approval; undecided: a{small.version}"
    ) == no.unmet[0].text


# -- promises -----------------------------------------------------------------------------------


def test_an_accepted_remedy_becomes_a_promise_with_what_who_and_when(story_in):
    """
    003-50: what nobody has to do by a day is no promise.
    """
    story = story_in("agreed", promises_within=Within(10, "days"))
    (promise,) = story.ledger.promises

    assert ("p1", "refund of 40.00 EUR", "sam", "open") == (
        *(promise.id, promise.what, promise.who, promise.state),
    )
    assert 10 == (promise.due - story.now).days
    assert REFUND == promise.remedy


def test_a_remedy_may_name_who_and_when(story_in):
    """
    003-50: the workshop can be the one who promises, and by Friday.
    """
    story = story_in("consulted")
    friday = story.now.replace(day=9)
    story.record(
        Offer(remedies=[Remedy("repair", who="workshop", due=friday)], words="By Friday?"),
        Accept(),
    )

    assert [("workshop", friday)] == [(p.who, p.due) for p in story.ledger.promises]


def test_a_case_does_not_close_over_an_open_promise(story_in):
    """
    A refund that nobody sent is the next complaint.
    """
    story = story_in("agreed")
    no = story.refused(CLOSE)

    assert ["promises_settled"] == [unmet.code for unmet in no.unmet]
    assert ["keep_promise (settled, p1)"] == [str(step) for step in no.way]


def test_every_promise_has_to_be_settled(story_in):
    """
    Two promises, one of them kept, are a promise not kept.
    """
    story = story_in("consulted")
    story.record(Offer(remedies=[REFUND, Remedy("flowers")], words="Both?"), Accept())

    assert ["keep_promise (p1)", "keep_promise (settled, p2)"] == story.way(CLOSE)
    assert "outstanding" == story.record(KeepPromise("p2")).outcome
    assert ["promises_settled"] == story.unmet(CLOSE)
    assert "settled" == story.record(KeepPromise("p1")).outcome
    assert "closed" == story.record(CLOSE).state


def test_a_promise_kept_in_time_is_kept(story_in):
    """
    The last moment is in time.
    """
    story = story_in("agreed")
    story.record(KeepPromise("p1", proof="bank slip"), at=story.ledger.promise("p1").due)

    assert ("kept", None) == (
        story.ledger.promise("p1").state,
        story.ledger.promise("p1").breached_at,
    )


def test_a_promise_kept_late_stays_a_breach(story_in):
    """
    The customer has waited, whatever came of it.
    """
    story = story_in("agreed")
    story.wait(days=15)
    story.record(KeepPromise("p1"))

    assert ("kept_late", story.now) == (
        story.ledger.promise("p1").state,
        story.ledger.promise("p1").breached_at,
    )
    assert "closed" == story.record(CLOSE).state


def test_a_promise_found_overdue_can_still_be_kept(story_in):
    """
    Overdue is a reason to act, not a wall; the moment it was found stays.
    """
    story = story_in("agreed")
    story.wait(days=15)
    found = story.now
    story.record(DeadlinePassed(deadline="promise", promise="p1"))

    assert ("open", found) == (
        story.ledger.promise("p1").state,
        story.ledger.promise("p1").breached_at,
    )

    story.wait(days=1).record(KeepPromise("p1"))

    assert ("kept_late", found) == (
        story.ledger.promise("p1").state,
        story.ledger.promise("p1").breached_at,
    )


def test_an_overdue_promise_is_recorded_once_and_not_before_its_time(story_in):
    """
    A breach is a fact with a date, not a daily event.
    """
    story = story_in("agreed")
    passed = DeadlinePassed(deadline="promise", promise="p1")
    due = story.ledger.promise("p1").due

    assert ["deadline_passed"] == story.unmet(passed, at=due)

    story.wait(days=15).record(passed)

    assert ["deadline_passed"] == story.unmet(passed)
    assert () == story.case.deadlines


def test_the_customer_can_release_a_promise(story_in):
    """
    What nobody wants any more need not be done.
    """
    story = story_in("agreed")
    story.record(ReleasePromise("p1", words="Keep it"))

    assert "released" == story.ledger.promise("p1").state
    assert "closed" == story.record(CLOSE).state


def test_a_promise_is_broken_only_with_somebody_elses_approval(story_in):
    """
    What cannot be kept can be said so, and the case moves on; the breach stays for ever.
    """
    story = story_in("agreed")
    broken = BreakPromise("p1", reason="The maker has closed down")

    assert ["break_approved"] == story.unmet(broken)
    assert ["request_approval (p1)", "approve"] == story.way(broken)

    story.record(RequestApproval(reason="The maker has closed down", promise="p1"))

    assert ["approve (a8)"] == story.way(broken)
    assert ["approver_is_another"] == story.unmet(Approve(), by="sam")

    story.record(Approve(), broken, CLOSE)

    assert "closed" == story.state
    assert ("broken", story.now) == (
        story.ledger.promise("p1").state,
        story.ledger.promise("p1").breached_at,
    )

    story.record(Reopen(reason="They want it after all"))

    assert story.ledger.promise("p1").breached_at is not None


def test_a_promise_is_never_broken_on_ones_own_approval(story_in):
    """
    The charter asks a second person for it, also where offers need none.
    """
    story = story_in("agreed", second_person=False)
    story.record(RequestApproval(reason="Too dear", promise="p1"), by="sam")

    assert ["approver_is_another"] == story.unmet(Approve(), by="sam")


def test_approval_of_an_offer_allows_no_breach(story_in):
    """
    Two questions, two answers.
    """
    story = story_in("agreed")
    story.record(RequestApproval(reason="More", remedies=[REFUND]), Approve())

    assert ["break_approved"] == story.unmet(BreakPromise("p1", reason="Too dear"))


@pytest.mark.parametrize(
    "act",
    [KeepPromise("p2"), ReleasePromise("p2"), BreakPromise("p2", reason="No")],
    ids=lambda act: act.trigger,
)
def test_only_an_outstanding_promise_can_be_settled(story_in, act):
    """
    A slip of the finger should name what is outstanding.
    """
    no = story_in("agreed").refused(act)

    assert "promise_open" == no.unmet[0].code
    assert "'p2' is no outstanding promise; outstanding: p1" == no.unmet[0].text


def test_a_promise_is_settled_once(story_in):
    """
    Kept is kept.
    """
    story = story_in("agreed")
    story.record(KeepPromise("p1"))

    assert ["promise_open"] == story.unmet(KeepPromise("p1"))


@pytest.mark.parametrize(
    ("settle", "state"), [(KeepPromise("p1"), "kept"), (ReleasePromise("p1"), "released")]
)
def test_promises_can_be_settled_on_a_closed_case(story_in, settle, state):
    """
    What was not released by a withdrawal stays tracked.
    """
    story = story_in("agreed")
    story.record(Withdraw())

    assert ("withdrawn", "promise") == (story.state, story.case.deadlines[0].code)

    story.record(settle)

    assert ("withdrawn", state) == (story.state, story.ledger.promise("p1").state)


# -- 6. learn, or follow up, or neither ---------------------------------------------------------


def test_closing_without_a_lesson_is_noticed(story_in):
    """
    003-60: all customer experiences are learning experiences.
    """
    story = story_in("agreed")
    story.record(KeepPromise("p1"))

    assert ["lesson_recorded"] == story.warnings(CLOSE)


def test_a_lesson_may_be_recorded_after_the_close(story_in):
    """
    003-60: insight need not come in time.
    """
    story = story_in("closed")

    assert ("closed", []) == (story.state, story.warnings(LEARN))


def test_a_lesson_that_looks_for_a_culprit_is_noticed(story_in):
    """
    003-61: focus on what can improve rather than on what went wrong.
    """
    story = story_in("agreed")

    assert ["blame"] == story.warnings(Learn(improvement="The packer is to blame"))
    assert ["blame"] == story.warnings(Learn(improvement="It was Tom\u2019s fault"))
    assert [] == story.warnings(LEARN)


def test_closing_should_record_whether_the_customer_stays_and_what_it_cost(story_in):
    """
    003-03, 003-55: a resolution should retain the customer and suit the bottom line.
    """
    story = story_in("agreed")
    story.record(KeepPromise("p1"), LEARN)

    assert ["retained_recorded", "cost_recorded"] == story.warnings(Close())


def test_the_end_says_whether_the_customer_stays(story_in):
    """
    003-03: how can companies retain customers? By knowing whether they did.
    """
    story = story_in("closed")

    assert ("yes", Decimal("40.00")) == (story.ledger.retained, story.entries[-1].act.cost)


def test_a_case_closes_only_when_something_is_agreed(story_in):
    """
    003-52: without an agreement there are other ends, and they have other names.
    """
    assert ["agreed", "promises_settled"] == story_in("negotiating").unmet(CLOSE)


def test_the_sixth_step_can_be_a_follow_up(story_in):
    """
    The other documents have it; then the close waits for it, and there is nothing to learn.
    """
    story = story_in("agreed", sixth="follow_up")
    follow_up = FollowUp(words="Is all well?", resolved=True, pleased=True)

    assert ["promises_settled"] == story.unmet(follow_up)

    story.record(KeepPromise("p1"))

    assert ["followed_up"] == story.unmet(CLOSE)

    story.record(follow_up)

    assert ("closed", []) == (story.record(CLOSE).state, codes(story.entries[-1]))


@pytest.mark.parametrize(("resolved", "pleased"), [(False, True), (True, False), (False, None)])
def test_one_no_at_the_follow_up_reopens_the_case(story_in, resolved, pleased):
    """
    Not satisfied is a reopening: every duty is fresh.
    """
    story = story_in("agreed", sixth="follow_up")
    story.record(KeepPromise("p1"))
    entry = story.record(FollowUp(words="Is all well?", resolved=resolved, pleased=pleased))

    assert ("not_satisfied", "received", 2, []) == (
        entry.outcome,
        *(story.state, story.case.cycle, story.facts),
    )


@pytest.mark.parametrize(("resolved", "pleased"), [(None, None), (True, None), (None, True)])
def test_a_follow_up_without_both_answers_is_none_yet(story_in, resolved, pleased):
    """
    Silence is no satisfaction; the answer may come with the next follow-up.
    """
    story = story_in("agreed", sixth="follow_up")
    story.record(KeepPromise("p1"))
    story.record(FollowUp(words="Is all well?", resolved=resolved, pleased=pleased))

    assert ["followed_up"] == story.unmet(CLOSE)

    story.record(FollowUp(words="They wrote back", resolved=True, pleased=True))

    assert "closed" == story.record(CLOSE).state


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ({"resolved": True, "pleased": True}, "agreed"),
        ({"resolved": False}, "received"),
        ({"resolved": True, "pleased": False}, "received"),
    ],
)
def test_a_follow_up_may_be_answered_later(story_in, answers, state):
    """
    An e-mail is answered when it is answered, and means the same.
    """
    story = story_in("agreed", sixth="follow_up")
    story.record(KeepPromise("p1"), FollowUp(words="Is all well?"))
    story.record(Answer(words="About that teapot", **answers))

    assert state == story.state
    assert (state == "agreed") == ("followed_up" in story.facts)


def test_a_customer_who_cannot_be_reached_for_the_follow_up_leaves_it_unconfirmed(story_in):
    """
    It closes as what it is: not confirmed.
    """
    story = story_in("agreed", sixth="follow_up")
    story.record(KeepPromise("p1"))
    unconfirmed = Close(outcome="unconfirmed")

    assert ["attempts_made"] == story.unmet(unconfirmed)
    assert ["not_reached", "not_reached", "not_reached"] == story.way(unconfirmed)

    story.record(TRIED, TRIED, TRIED)

    assert "closed" == story.record(unconfirmed).state


@pytest.mark.parametrize(
    "word",
    [
        Listen(account="I am here"),
        CustomerReplied(words="I am here"),
        ReleasePromise("p1", words="Keep the money"),
        FollowUp(words="Is all well?", resolved=True, pleased=True),
        AskQuestion(question="Are you there?", answer="Yes"),
    ],
    ids=lambda act: act.trigger,
)
def test_a_case_is_not_unconfirmed_when_the_customer_has_just_spoken(story_in, word):
    """
    Attempts are counted since the customer's last word, whichever act carries it.
    """
    story = story_in("consulted", sixth="follow_up")
    story.record(Offer(remedies=[REFUND, Remedy("flowers")], words="Both?"), Accept())
    if isinstance(word, FollowUp):
        story.record(KeepPromise("p1"), KeepPromise("p2"))
    story.record(TRIED, TRIED, TRIED, word)

    assert 0 == story.ledger.attempts


def test_there_may_be_no_sixth_step(story_in):
    """
    003-01: the document numbers five, and one may take it at its word.
    """
    story = story_in("agreed", sixth=None)
    story.record(KeepPromise("p1"))

    assert [] == story.warnings(CLOSE)
    assert not {"learn", "follow_up"} & set(story.method.triggers)


def test_the_unconfirmed_close_belongs_to_the_follow_up(story_in):
    """
    Where nothing is to be confirmed, nothing can be left unconfirmed.
    """
    story = story_in("agreed")
    story.record(KeepPromise("p1"), TRIED, TRIED, TRIED)

    assert ["not_now"] == story.unmet(Close(outcome="unconfirmed"))


# -- silence ------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", WAITING)
def test_a_silent_customer_lets_the_case_lapse_after_the_attempts(story_in, state):
    """
    A customer who falls silent must not keep a case open for ever.
    """
    story = story_in(state)
    lapse = Lapse(reason="no answer")

    assert ["attempts_made"] == story.unmet(lapse)

    story.record(TRIED, TRIED)

    assert ["attempts_made"] == story.unmet(lapse)
    assert "ana has not been tried often enough since their last word: 2 of 3 attempts" == (
        story.refused(lapse).unmet[0].text
    )
    assert ["not_reached"] == story.way(lapse)

    story.record(TRIED, lapse)

    assert ("lapsed", True, True) == (story.state, story.case.is_closed, story.ledger.lapsed)


@pytest.mark.parametrize("state", [name for name in WORKING if name not in WAITING])
def test_a_case_that_waits_for_the_agent_does_not_lapse(story_in, state):
    """
    The silence is ours, then.
    """
    story = story_in(state)
    story.record(TRIED, TRIED, TRIED)

    assert ["not_now"] == story.unmet(Lapse(reason="no answer"))


def test_the_number_of_attempts_is_the_hosts(story_in):
    """
    No document says how often is often enough.
    """
    story = story_in("received", attempts=1)

    assert "lapsed" == story.record(TRIED, Lapse(reason="no answer")).state


def test_a_word_from_the_customer_starts_the_counting_anew(story_in):
    """
    Attempts are counted since their last word.
    """
    story = story_in("negotiating")
    story.record(TRIED, TRIED, TRIED, CustomerReplied(words="On holiday till Monday"))

    assert ("negotiating", 0) == (story.state, story.ledger.attempts)
    assert ["attempts_made"] == story.unmet(Lapse(reason="no answer"))


def test_a_lapsed_case_is_not_resolved(story_in):
    """
    Silence is no consent.
    """
    story = story_in("lapsed")

    assert "lapsed" == story.state
    assert [] == [e for e in story.entries if e.trigger == "close"]


def test_a_word_from_the_customer_takes_a_lapsed_case_up_again(story_in):
    """
    With fresh duties: who comes back after a silence is to be heard again.
    """
    story = story_in("negotiating")
    story.record(TRIED, TRIED, TRIED, Lapse(reason="no answer"))
    entry = story.record(CustomerReplied(words="I was in hospital"))

    assert ("after_silence", "received", 2, []) == (
        entry.outcome,
        *(story.state, story.case.cycle, story.facts),
    )
    assert ("I was in hospital", False, 0) == (
        *(story.ledger.accounts[-1], story.ledger.lapsed, story.ledger.attempts),
    )
    assert "heard" in story.unmet(OFFER)


@pytest.mark.parametrize("state", ["closed", "withdrawn", "deadlocked"])
def test_a_word_after_any_other_end_reopens_nothing(story_in, state):
    """
    "Thank you" is a word, too; reopening is an act.
    """
    story = story_in(state)
    entry = story.record(CustomerReplied(words="Thank you"))

    assert ("word", state, 1) == (entry.outcome, story.state, story.case.cycle)
    assert "Thank you" == story.ledger.accounts[-1]


def test_a_word_in_a_working_state_is_kept_and_moves_nothing(story_in):
    """
    What answers no question is still the customer's word.
    """
    for state in WORKING:
        story = story_in(state)
        facts = story.facts
        story.record(CustomerReplied(words="Any news?"))

        assert (state, facts) == (story.state, story.facts)


# -- exits --------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", WORKING)
def test_the_customer_can_withdraw_from_every_working_state(story_in, state):
    """
    It is their complaint.
    """
    story = story_in(state)

    assert "withdrawn" == story.record(Withdraw(reason="Never mind")).state
    assert story.case.is_closed


def test_a_withdrawal_says_what_is_released(story_in):
    """
    What is not named stays owed.
    """
    story = story_in("consulted")
    story.record(Offer(remedies=[REFUND, Remedy("flowers")], words="Both?"), Accept())
    no = story.refused(Withdraw(releases=["p2", "p9"]))

    assert ["no outstanding promises: p9; outstanding: p1, p2"] == [u.text for u in no.unmet]

    story.record(Withdraw(releases=["p2"]))

    assert ["open", "released"] == [p.state for p in story.ledger.promises]


@pytest.mark.parametrize("state", [name for name in WORKING if name != "negotiating"])
def test_there_is_no_deadlock_before_something_was_offered(story_in, state):
    """
    003-52: who declares a deadlock has done their own duties first.
    """
    assert story_in(state).unmet(DEADLOCK)


def test_a_deadlock_ends_a_negotiation(story_in):
    """
    003-52: when no agreement can be found, the customer is told where else to turn.
    """
    story = story_in("negotiating")
    story.record(Decline(reason="Not enough"), DEADLOCK)

    assert ("deadlocked", True) == (story.state, story.case.is_closed)


@pytest.mark.parametrize("state", ENDED)
def test_an_ended_case_can_be_reopened(story_in, state):
    """
    Nothing is so over that it could not be taken up again.
    """
    story = story_in(state)
    story.record(Reopen(reason="It broke again", words="It broke again"))

    assert ("received", 2, False) == (story.state, story.case.cycle, story.case.is_closed)


@pytest.mark.parametrize("state", WORKING[:-1])
def test_a_case_that_is_open_cannot_be_reopened(story_in, state):
    """
    Reopening would clear duties that were done.
    """
    assert ["not_now"] == story_in(state).unmet(Reopen(reason="Again"))


# -- a new cycle --------------------------------------------------------------------------------


def test_reopening_clears_what_belonged_to_the_cycle(story_in):
    """
    Facts, expectation, offers, approvals, questions, waivers and the opening mood start anew.
    """
    story = story_in("agreed")
    story.record(
        *(NoteMood(mood="angry"), Waive(requirement="lesson_recorded", reason="Known")),
        *(RequestApproval(reason="More", remedies=[REFUND]), Approve()),
        *(AskQuestion(question="Which bank?"), TRIED, KeepPromise("p1"), CLOSE),
        Reopen(reason="It broke again"),
    )
    ledger = story.ledger

    assert [] == story.facts
    assert (None, (), (), (), frozenset(), None, None, 0) == (
        *(ledger.expectation, ledger.proposals, ledger.approvals, ledger.questions),
        *(ledger.waived, ledger.mood, ledger.opening_mood, ledger.attempts),
    )


def test_reopening_keeps_what_belongs_to_the_case(story_in):
    """
    Issues, promises, breaches, the owner and the customer's words outlive every cycle.
    """
    story = story_in("agreed")
    story.record(NoteIssue(text="cracked", primary=True), TakeOwnership(words="I will"), by="lee")
    story.wait(days=15)
    story.record(
        *(DeadlinePassed(deadline="promise", promise="p1"), KeepPromise("p1"), CLOSE),
        Reopen(reason="It broke again"),
    )
    ledger = story.ledger

    assert (["cracked"], "lee", "yes") == (
        *([issue.text for issue in ledger.issues], ledger.owner, ledger.retained),
    )
    assert [("kept_late", story.now)] == [(p.state, p.breached_at) for p in ledger.promises]
    assert "It arrived broken" == ledger.accounts[0]


def test_every_duty_is_fresh_in_a_new_cycle(story_in):
    """
    The second complaint about the same teapot is heard as the first one was.
    """
    story = story_in("closed")
    story.record(Reopen(reason="It broke again"))

    assert ["heard", "recognised", "empathy_shown", "expectation_known"] == story.unmet(OFFER)

    story.record(LISTEN, ACKNOWLEDGE)

    assert ["apologized", "process_promised"] == story.warnings(EMPATHIZE)


def test_approval_belongs_to_the_cycle_it_was_given_in(story_in):
    """
    Another round may be another sum of trouble.
    """
    story = story_in("consulted")
    story.record(RequestApproval(reason="It is fair", remedies=[REFUND]), by="kim")
    story.record(Approve())
    story.record(OFFER, by="kim")
    story.record(DEADLOCK, Reopen(reason="They came back"), LISTEN, ACKNOWLEDGE, EMPATHIZE, ASK)

    assert ["within_authority"] == story.unmet(OFFER, by="kim")


def test_a_promise_of_an_earlier_cycle_still_has_to_be_settled(story_in):
    """
    Reopening is no way out of a promise.
    """
    story = story_in("agreed")
    story.record(Reopen(reason="A second crack"), LISTEN, ACKNOWLEDGE, EMPATHIZE, ASK)
    story.record(AcceptAsk(remedies=[Remedy("replacement")], words="Yes"))

    assert ["p1", "p2"] == [p.id for p in story.ledger.promises]

    story.record(KeepPromise("p2"))

    assert ["promises_settled"] == story.unmet(CLOSE)

    story.record(KeepPromise("p1"))

    assert "closed" == story.record(CLOSE).state


def test_an_agreement_after_a_settled_promise_has_to_be_settled_itself(story_in):
    """
    That an earlier promise was kept says nothing about the next one.
    """
    story = story_in("agreed")
    story.record(Reopen(reason="A second crack"), KeepPromise("p1"))
    story.record(LISTEN, ACKNOWLEDGE, EMPATHIZE, ASK, OFFER, Accept())

    assert ["promises_settled"] == story.unmet(CLOSE)


# -- strictness and waivers ---------------------------------------------------------------------


def test_strictly_what_is_recommended_is_demanded(story_in):
    """
    003-22, 003-23, 003-31: with `strict` a warning becomes a refusal.
    """
    story = story_in("acknowledged", strict=True)
    bare = Empathize(words="A cracked teapot", issue="crack", concern="no present")

    assert ["impact_named", "apologized", "process_promised"] == story.unmet(bare)

    story.record(APOLOGIZE, ASSURE)

    assert "empathized" == story.record(EMPATHIZE).state


@pytest.mark.parametrize(
    ("road", "act", "missing"),
    [
        ([LISTEN], AcknowledgeProblem(words="Thank you"), ["problem_named"]),
        (
            [LISTEN, ACKNOWLEDGE, APOLOGIZE, ASSURE, EMPATHIZE],
            AskExpectation(question="What would help?", expectation="A new one"),
            ["wish_sorted"],
        ),
        (
            [LISTEN, ACKNOWLEDGE, APOLOGIZE, ASSURE, EMPATHIZE, ASK],
            Offer(remedies=[REFUND], words="Forty?"),
            ["needs_weighed"],
        ),
        (
            [
                *(LISTEN, ACKNOWLEDGE, APOLOGIZE, ASSURE, EMPATHIZE, ASK, OFFER, Accept()),
                KeepPromise("p1"),
            ],
            Close(),
            ["lesson_recorded", "retained_recorded", "cost_recorded"],
        ),
    ],
    ids=["003-20", "003-41", "003-53", "003-55"],
)
def test_strictly_each_recommendation_is_a_duty(begin, road, act, missing):
    """
    003-20, 003-41, 003-53, 003-55, 003-60: none of them is forgotten.
    """
    story = begin(strict=True)
    story.record(*road)

    assert missing == story.unmet(act)


def test_a_strict_case_can_be_closed(begin):
    """
    The strict road is longer, and leads to the same place.
    """
    story = begin(strict=True)
    story.record(
        *(LISTEN, ACKNOWLEDGE, APOLOGIZE, ASSURE, EMPATHIZE, ASK, OFFER, Accept()),
        *(KeepPromise("p1"), LEARN, CLOSE),
    )

    assert "closed" == story.state


def test_a_waiver_does_without_a_requirement_and_establishes_nothing(story_in):
    """
    003-22: a customer who wants no apology need not be given one; it was not given, then.
    """
    story = story_in("acknowledged", strict=True)
    story.record(ASSURE, Waive(requirement="apologized", reason="They asked us not to"))

    assert "empathized" == story.record(EMPATHIZE).state
    assert "apologized" not in story.facts


def test_a_waived_recommendation_is_no_warning(story_in):
    """
    What was done without on purpose, with a reason, was not forgotten.
    """
    story = story_in("acknowledged")
    story.record(
        Waive(requirement="apologized", reason="They asked us not to"),
        Waive(requirement="process_promised", reason="They asked us not to"),
    )

    assert [] == story.warnings(EMPATHIZE)


def test_a_waiver_ends_with_its_cycle(story_in):
    """
    The reason for it may have gone.
    """
    story = story_in("acknowledged", strict=True)
    story.record(Waive(requirement="apologized", reason="They asked us not to"), Withdraw())
    story.record(Reopen(reason="They came back"), LISTEN, ACKNOWLEDGE, ASSURE)

    assert ["apologized"] == story.unmet(EMPATHIZE)


@pytest.mark.parametrize(
    "code",
    [
        *("heard", "recognised", "empathy_shown", "expectation_known", "agreed"),
        *("promises_settled", "within_authority", "break_approved", "approver_is_another"),
    ],
)
def test_what_the_method_stands_on_cannot_be_waived(story, code):
    """
    003-10, 003-12, 003-42: neither hearing, recognition, the expectation nor a promise.
    """
    no = story.refused(Waive(requirement=code, reason="In a hurry"))

    assert [
        (
            f"'{code}' cannot be waived in six_steps; "
            "what can: apologized, lesson_recorded, process_promised"
        )
    ] == [unmet.text for unmet in no.unmet]


def test_who_may_waive_what_is_the_hosts_to_say(story):
    """
    A waiver takes the right to that very waiver.
    """
    kim = Actor("kim", may=["waive", "waive:process_promised"])

    assert ["may_be_waived"] == story.unmet(
        Waive(requirement="apologized", reason="In a hurry"), by=kim
    )
    assert "kim may not waive 'apologized'" in str(
        story.refused(Waive(requirement="apologized", reason="In a hurry"), by=kim)
    )
    assert "received" == (
        story.record(Waive(requirement="process_promised", reason="Agreed"), by=kim).state
    )


# -- remarks, corrections and time --------------------------------------------------------------


@pytest.mark.parametrize("state", WORKING)
def test_remarks_lead_nowhere(story_in, state):
    """
    Moods, issues, owners and other teams are noted in every step without taking one.
    """
    story = story_in(state)
    facts = story.facts
    story.record(
        *(NoteMood(mood="upset"), NoteIssue(text="late"), TakeOwnership(words="It is mine")),
        *(Coordinate(team="warehouse", about="straw"), TRIED),
        Mitigate(harm="a cut finger", words="Please use gloves"),
        HandOver(to="lee", reason="holiday", words="Lee takes over from Monday"),
    )

    assert (state, facts) == (story.state, story.facts)
    assert ("lee", "upset", ["late"]) == (
        *(story.case.owner, story.ledger.mood, [i.text for i in story.ledger.issues]),
    )


def test_relief_from_harm_is_no_offer(story):
    """
    Urgent help may come before hearing, and earns nothing.
    """
    story.record(Mitigate(harm="a cut finger", words="Please use gloves"))

    assert [] == story.facts
    assert ["heard", "recognised", "empathy_shown", "expectation_known"] == story.unmet(OFFER)


def test_there_is_one_primary_issue(story):
    """
    What the complaint is mainly about is one thing at a time.
    """
    story.record(NoteIssue(text="late", primary=True), NoteIssue(text="cracked", primary=True))

    assert [("i1", False), ("i2", True)] == [(i.id, i.primary) for i in story.ledger.issues]


def test_the_first_mood_of_a_cycle_is_its_opening_mood(story):
    """
    "Calmer" compares with something.
    """
    story.record(Listen(account="Never again!", mood="hostile"), NoteMood(mood="calm"))

    assert ("hostile", "calm") == (story.ledger.opening_mood, story.ledger.mood)


@pytest.mark.parametrize("state", [*WORKING, *ENDED])
def test_a_correction_annotates_and_changes_nothing(story_in, state):
    """
    History is not rewritten; what was wrong with it is written down, also afterwards.
    """
    story = story_in(state)
    before = story.case
    entry = story.record(Correct(entry=1, reason="Her name is Anna"))

    assert (before.state, before.facts, before.ledger) == (
        *(story.state, story.case.facts, story.ledger),
    )
    assert before.version + 1 == entry.version


def test_a_correction_names_an_entry_that_exists(story):
    """
    There is nothing to correct in an entry that was never made.
    """
    for entry in (0, 2):
        no = story.refused(Correct(entry=entry, reason="Oops"))

        assert [f"there is no entry {entry}; there are 1 to 1"] == [u.text for u in no.unmet]


def test_a_first_response_has_no_time_limit_until_one_is_set(begin):
    """
    003-14: the document gives no number.
    """
    assert () == begin().case.deadlines


def test_a_first_response_can_have_a_time_limit(begin):
    """
    It starts with the opening, and listening ends it.
    """
    story = begin(first_response=Within(4, "hours"))
    (deadline,) = story.case.deadlines

    assert ("first_response", 4 * 3600) == (
        deadline.code,
        (deadline.due - story.now).total_seconds(),
    )

    story.record(Listen(account="Where shall I begin?", finished=False))

    assert () == story.case.deadlines


def test_a_time_limit_that_passed_is_recorded_once(begin):
    """
    A missed deadline is an entry, and no reason to lock the case.
    """
    story = begin(first_response=Within(4, "hours"))
    passed = DeadlinePassed(deadline="first_response")

    assert ["deadline_passed"] == story.unmet(passed)

    entry = story.wait(hours=5).record(passed)

    assert [("deadline_passed", "owner")] == [(e.topic, e.to) for e in entry.effects]
    assert ["deadline_passed"] == story.unmet(passed)
    assert "heard" == story.record(LISTEN).state


def test_the_end_of_a_case_ends_its_time_limits(begin):
    """
    Nobody is late for a case that was withdrawn.
    """
    story = begin(first_response=Within(4, "hours"))
    story.record(Withdraw())

    assert () == story.case.deadlines


@pytest.mark.parametrize("how", ["reopen", "customer_replied", "follow_up"])
def test_every_new_cycle_starts_the_first_response_anew(story_in, how):
    """
    Every duty is fresh, and so is the time for it, whatever began the cycle.
    """
    settings = {"first_response": Within(4, "hours"), "sixth": "follow_up"}
    if how == "reopen":
        story = story_in("withdrawn", **settings)
        story.record(Reopen(reason="They came back"))
    elif how == "customer_replied":
        story = story_in("lapsed", **settings)
        story.record(CustomerReplied(words="I was in hospital"))
    else:
        story = story_in("agreed", **settings)
        story.record(KeepPromise("p1"), FollowUp(words="Is all well?", resolved=False))

    assert ["first_response"] == [d.code for d in story.case.deadlines if not d.about]


# -- who may do what ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "allowed"), [("sam", True), ("robo", True), ("ana", False), ("system", False)]
)
def test_the_agents_acts_are_recorded_by_people_or_bots(story, by, allowed):
    """
    A customer does not listen to themselves, and a clock listens to nobody.
    """
    if allowed:
        assert "heard" == story.record(LISTEN, by=by).state
    else:
        assert ["not_theirs"] == story.unmet(LISTEN, by=by)


@pytest.mark.parametrize("by", ["sam", "robo", "ana", "system"])
def test_anybody_can_record_what_the_customer_said(story, by):
    """
    A word from the customer is theirs, whoever wrote it down.
    """
    assert "received" == story.record(CustomerReplied(words="Any news?"), by=by).state


@pytest.mark.parametrize("by", ["robo", "ana", "system"])
def test_a_colleagues_word_takes_a_person(story_in, by):
    """
    003-54: a bot that approves is no second look.
    """
    story = story_in("consulted")
    story.record(RequestApproval(reason="It is fair", remedies=[REFUND]), by="kim")

    assert ["not_theirs"] == story.unmet(Approve(), by=by)


@pytest.mark.parametrize("by", ["sam", "robo", "ana"])
def test_only_the_system_says_that_time_has_passed(begin, by):
    """
    A deadline is nobody's opinion.
    """
    story = begin(first_response=Within(4, "hours"))
    story.wait(hours=5)

    assert ["not_theirs"] == story.unmet(DeadlinePassed(deadline="first_response"), by=by)


def test_the_owner_is_who_opened_the_case_unless_somebody_is_named(begin):
    """
    A case that arrives by a bot belongs to nobody yet.
    """
    named = Open(complaint="Broken", customer="ana", owner="lee")

    assert "sam" == begin().case.owner
    assert ["lee", None] == [
        begin(opening=opening, by="robo").case.owner for opening in (named, None)
    ]


# -- settings -----------------------------------------------------------------------------------


def test_language_rules_can_be_left_out(story_in):
    """
    They read English; a helpdesk may write in something else.
    """
    story = story_in("heard", language=False)

    assert [] == story.warnings(Apologize(words="Obviously, here is your refund"))
    assert [] == story.warnings(AcknowledgeProblem(words="Obviously, a refund"))
    assert ["apologized", "process_promised"] == (
        story_in("acknowledged", language=False).warnings(EMPATHIZE)
    )


@pytest.mark.parametrize(
    "settings",
    [
        {"sixth": "lern"},
        {"attempts": 0},
        {"attempts": "three"},
        {"promises_within": 14},
        {"first_response": 4},
        {"strict": "yes"},
    ],
    ids=str,
)
def test_a_setting_that_makes_no_sense_is_told(settings):
    """
    A typo in `sixth` would otherwise quietly drop the sixth step.
    """
    with pytest.raises(MethodError):
        six_steps(**settings)


def test_different_settings_are_different_methods():
    """
    A case is bound to what was promised to its customer.
    """
    pins = {
        six_steps(**settings).pin
        for settings in ({}, {"sixth": None}, {"strict": True}, {"attempts": 2})
    }

    assert 4 == len(pins)
    assert six_steps().pin == six_steps().pin
    assert all(pin.startswith("six_steps/1/") for pin in pins)


# -- who is told --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "act", "told"),
    [
        ("consulted", OFFER, [("offer_made", "customer")]),
        ("negotiating", Accept(), [("agreed", "customer"), ("agreed", "owner")]),
        ("negotiating", Counter(words="More"), [("countered", "owner")]),
        ("negotiating", Decline(), [("declined", "owner")]),
        ("negotiating", DEADLOCK, [("deadlocked", "customer"), ("deadlocked", "owner")]),
        (
            "consulted",
            RequestApproval(reason="Fair", remedies=[REFUND]),
            [("approval_requested", "approver")],
        ),
        ("closed", Reopen(reason="Again"), [("reopened", "owner")]),
        ("closed", CustomerReplied(words="Thank you"), [("customer_replied", "owner")]),
        ("lapsed", CustomerReplied(words="Hello?"), [("reopened", "owner")]),
        ("received", Withdraw(), [("withdrawn", "owner")]),
        ("received", LISTEN, []),
    ],
    ids=lambda value: getattr(value, "trigger", None),
)
def test_a_step_says_who_should_be_told(story_in, state, act, told):
    """
    The notifications of a method are part of it, as data.
    """
    assert told == [(e.topic, e.to) for e in story_in(state).record(act).effects]
