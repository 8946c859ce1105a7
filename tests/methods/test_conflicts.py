"""
Where the documents say different things, each method does as its own document says.
"""

import attrs
import pytest

from complaintflow import EvidenceError, methods
from complaintflow.acts import (
    MOODS,
    AcknowledgeProblem,
    Apologize,
    AskQuestion,
    Coordinate,
    FollowUpNotApplicable,
    Listen,
    NoteMood,
    Offer,
    ProposePlan,
    Reschedule,
    TakeAction,
    TakeOwnership,
)

from .test_all_methods import LISTEN, LIVES, OFFER, PLAN, REMEDY, is_refused, live

SORRY = Apologize(words="I am sorry about the teapot")
EVERY = methods.names()


@pytest.fixture
def told(begin):
    """
    Return a function that tells the happy life under a method, up to before an act.
    """

    def so_far(name, *, before=None, **settings):
        story = begin(getattr(methods, name)(**settings))
        live(story, before=before)
        return story

    return so_far


def test_an_apology_has_its_place_or_none(told):
    """
    C1: before listening, after it, or not at all.
    """
    assert "heard" not in told("five_steps", before="empathize").facts
    assert [] == told("five_steps", before="listen").warnings(SORRY)
    for name in ("seven_as", "six_steps"):
        assert "heard" in told(name, before="listen").unmet(SORRY)
        assert not is_refused(told(name, before="apologize"), SORRY)
    assert "apologize" not in methods.personal_ownership().triggers


def test_the_problem_is_acknowledged_where_the_document_has_it(told):
    """
    C2: before the account, inside it, after it, or nowhere.
    """
    assert "feelings_acknowledged" in told("seven_as", before="acknowledge_feelings").unmet(LISTEN)
    assert ["recognised"] == told("personal_ownership", before="recognise_anger").unmet(LISTEN)
    acknowledge = AcknowledgeProblem(words="A cracked teapot; thank you for telling us")
    assert ["heard"] == told("six_steps", before="listen").unmet(acknowledge)
    assert "acknowledge_problem" not in methods.five_steps().triggers


def test_each_method_has_a_first_step_of_its_own():
    """
    C3: four documents, four claims of what comes first.
    """
    first = {
        method.name: {
            edge.trigger
            for edge in method.edges
            if method.initial in edge.sources
            and edge.target not in {None, method.initial, *method.final}
        }
        for method in methods.all()
    }

    assert {
        "five_steps": {"empathize"},
        "seven_as": {"acknowledge_feelings"},
        "personal_ownership": {"listen"},
        "six_steps": {"listen"},
    } == first


def test_a_follow_up_is_optional_or_last_or_late_or_none(told):
    """
    C5: with a reason it falls away, or waits for all promises, or for some weeks, or is no step.
    """
    reason = FollowUpNotApplicable(reason="They moved abroad")
    assert "closed" not in told("five_steps", before="follow_up").record(reason).state
    follow_up = next(a for a in LIVES["seven_as"] if getattr(a, "trigger", "") == "follow_up")
    assert ["promises_settled"] == told("seven_as", before="keep_promise").unmet(follow_up)
    early = told("personal_ownership", before="keep_promise")
    assert ["not_too_early"] == early.unmet(follow_up)
    assert "follow_up" not in methods.six_steps().triggers


def test_the_first_proposal_is_whose_the_document_says(told):
    """
    C6: the handler's; an exchange; the customer's; the company's, once it knows what is expected.
    """
    assert "ask_expectation" not in methods.five_steps().triggers
    for name in ("seven_as", "personal_ownership", "six_steps"):
        assert "expectation_known" in told(name, before="ask_expectation").unmet(OFFER)
    assert {"expectation_known", "offered"} <= set(
        told("seven_as", before="ask_expectation").unmet(PLAN)
    )
    asks = told("personal_ownership", before="offer").ledger.expectation
    assert "My money back" == asks.words


def test_who_is_right_is_weighed_differently(told):
    """
    C7: agreeing alone is no action; nobody asks who was right; or both sides' needs are weighed.
    """
    empty = TakeAction("i1", "apology_only", words="You're right.")
    assert ["empty_agreement"] == told("five_steps", before="take_action").warnings(empty)
    assert "001-34" in {clause for clause, _ in methods.seven_as().cited()}
    unweighed = attrs.evolve(OFFER, customer_need=None)
    assert ["needs_weighed"] == told("six_steps", before="offer").warnings(unweighed)


def test_calm_is_asked_for_where_the_document_does(told):
    """
    C8: two documents wait for it, one of them with another appointment, and two do not.
    """
    angry = NoteMood(mood="angry", willing=True)
    story = told("seven_as", before="ask_expectation")
    story.record(angry)
    assert ["calm"] == story.unmet(next(a for a in LIVES["seven_as"] if _is(a, "ask_expectation")))
    story = told("personal_ownership", before="reiterate")
    story.record(angry)
    assert ["calmer"] == story.unmet(
        next(a for a in LIVES["personal_ownership"] if _is(a, "reiterate"))
    )
    for name in ("five_steps", "six_steps"):
        story = told(name, before="take_action" if name == "five_steps" else "offer")
        story.record(angry)
        assert not is_refused(
            story, next(a for a in LIVES[name] if _is(a, "take_action") or _is(a, "offer"))
        )
        assert Reschedule.trigger not in methods.get(name).triggers


def _is(act, trigger):
    """
    Return whether a step of a life is such an act.
    """
    return getattr(act, "trigger", None) == trigger


def test_notes_are_optional_and_a_plan_is_in_writing():
    """
    C10: "if necessary" in one document, a must in another.
    """
    assert None is Listen(account="It is cracked").notes
    with pytest.raises(EvidenceError, match="document"):
        ProposePlan(items=PLAN.items, document=" ")


def test_the_owner_stays_and_others_help_or_review(told):
    """
    C11: one owner throughout; whoever approves or helps does not become it.
    """
    story = told("personal_ownership", before="ask_expectation")
    story.record(Coordinate(team="workshop", about="Can it be mended?"))
    assert "sam" == story.ledger.owner
    mine = TakeOwnership(words="I will see to it myself", commitment="a call each day")
    assert ["owner_stays"] == story.unmet(mine, by="lee")


@pytest.mark.parametrize("mood", MOODS)
def test_a_mood_moves_no_step_and_weighs_one_warning(told, mood):
    """
    C12: the order is the same in every mood; contradicting an upset customer weighs more.
    """
    story = told("seven_as", before="apologize")
    story.record(NoteMood(mood=mood))
    assert "apologized" == story.record(SORRY).state
    story = told("five_steps", before="ask_question")
    story.record(NoteMood(mood=mood))
    warning = story.record(AskQuestion(question="You're wrong, are you not?")).warnings[0]
    assert warning.strong == (MOODS.index(mood) >= MOODS.index("upset"))


def test_an_offer_can_say_which_issue_it_is_for(told):
    """
    C13: one document wants every issue fixed, two settle one wish: a remedy names its issue.
    """
    about = Offer(remedies=[attrs.evolve(REMEDY, issue="i1")], words="Would forty euros do?")
    for name in ("seven_as", "personal_ownership", "six_steps"):
        story = told(name, before="offer")
        story.record(about)
        assert "i1" == story.ledger.offer.remedies[0].issue
    assert "issue" in TakeAction.__evidence__
