"""
A complaint that came in twice goes on in one case, and nothing that was promised is lost.
"""

from datetime import timedelta

import attrs
import pytest

from complaintflow import documents, methods
from complaintflow.acts import (
    AgreePlan,
    ConfirmPlan,
    Counter,
    CustomerReplied,
    Decline,
    KeepPromise,
    Merge,
    ReleasePromise,
    Reopen,
    Withdraw,
)
from complaintflow.testing._attempts import attempt
from complaintflow.testing._exploring import explore

from .test_all_methods import (
    LIVES,
    OFFER,
    PLAN,
    PROMISING,
    adapted,
    every_moment,
    is_refused,
    live,
)

MERGE = Merge(into="t-9", reason="The same teapot; they wrote a mail and called, too")
NEGOTIATING = ("personal_ownership", "six_steps")
"""The methods in which a customer accepts an offer, and not a plan."""


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

    def so_far(name, *, before=None):
        story = begin(methods.get(name))
        live(story, before=before)
        return story

    return so_far


# -- by example ---------------------------------------------------------------------------------


def test_a_case_without_promises_is_merged_in_every_open_state(told, name):
    """
    Whoever sees that it came in twice says so, whatever step is due.
    """
    merged = set()
    for story in every_moment(told(name)):
        before = story.ledger
        waits = story.facts and "offer_open" in story.facts
        if story.case.is_closed or before.outstanding or waits or half_agreed(before):
            continue
        merged.add(story.state)
        entry = story.record(MERGE)

        assert ("merged", True) == (story.state, story.case.is_closed)
        assert () == entry.warnings
        assert before.but(merged_into="t-9", deadlines=()) == story.ledger.but(deadlines=())

    assert len(merged) >= 4


def half_agreed(ledger):
    """
    Return whether one side alone has agreed to a plan.
    """
    plan = ledger.plan
    return plan is not None and (plan.customer_agreed_at is None) != (
        plan.company_agreed_at is None
    )


@pytest.mark.parametrize("name", PROMISING)
def test_a_case_that_owes_something_is_not_merged_and_the_refusal_says_what(told, name):
    """
    The promise would be kept in no other case.
    """
    story = told(name, before="keep_promise")
    no = story.refused(MERGE)

    assert ["nothing_outstanding"] == [unmet.code for unmet in no.unmet]
    assert "p1 (" in no.unmet[0].text
    assert ("keep_promise", "release_promise", "break_promise") == no.unmet[0].satisfied_by


@pytest.mark.parametrize("name", PROMISING)
def test_the_way_to_a_merge_keeps_what_is_owed(told, name):
    """
    Followed literally it ends with the merge.
    """
    story = told(name, before="keep_promise")
    for step in story.refused(MERGE).way:
        assert "keep_promise" == step.trigger

        story.record(KeepPromise(**dict(step.evidence)))

    assert "merged" == story.record(MERGE).state


@pytest.mark.parametrize("name", PROMISING)
@pytest.mark.parametrize(
    "settle", [KeepPromise("p1"), ReleasePromise("p1")], ids=lambda a: a.trigger
)
def test_a_case_whose_promises_are_settled_is_merged(told, name, settle):
    """
    Kept or released, it is owed no more; what happened to it stays on record.
    """
    story = told(name, before="keep_promise")
    story.record(settle)
    promises = story.ledger.promises

    assert "merged" == story.record(MERGE).state
    assert promises == story.ledger.promises


@pytest.mark.parametrize("name", NEGOTIATING)
@pytest.mark.parametrize("answer", [Decline(), Counter(words="A new one")], ids=lambda a: a.trigger)
def test_an_offer_is_answered_before_a_merge(told, name, answer):
    """
    What was offered would have to be offered anew, and the customer may be about to accept it.
    """
    story = told(name, before="accept")

    assert ["offer_answered"] == story.unmet(MERGE)

    way = story.refused(MERGE).way
    assert {"counter", "decline"} >= {step.trigger for step in way}
    assert {"the customer"} == {step.depends_on for step in way}

    story.record(answer)

    assert "merged" == story.record(MERGE).state


@pytest.mark.parametrize("name", NEGOTIATING)
def test_an_offer_that_has_expired_waits_for_nobody(told, name):
    """
    It could not be accepted any more.
    """
    story = told(name, before="offer")
    story.record(attrs.evolve(adapted(OFFER, story), expires=story.now + timedelta(hours=1)))

    assert ["offer_answered"] == story.unmet(MERGE)
    assert "merged" == story.wait(hours=2).record(MERGE).state


@pytest.mark.parametrize(
    "agreement", [AgreePlan(), ConfirmPlan(words="So do we")], ids=lambda a: a.trigger
)
def test_a_plan_that_one_side_has_agreed_to_waits_for_the_other(told, agreement):
    """
    A changed plan, to which nobody has agreed yet, takes its place.
    """
    story = told("seven_as", before="agree_plan")
    story.record(agreement)

    assert ["plan_answered"] == story.unmet(MERGE)
    assert ["propose_plan"] == [step.trigger for step in story.refused(MERGE).way]

    story.record(adapted(PLAN, story))

    assert "merged" == story.record(MERGE).state


def test_everything_in_the_way_of_a_merge_is_told_at_once(told):
    """
    A promise of the first cycle, and an offer of the second.
    """
    story = told("six_steps", before="keep_promise")
    story.record(Reopen(reason="It broke again"))
    live(story, before="accept")

    assert ["nothing_outstanding", "offer_answered"] == story.unmet(MERGE)


def test_no_case_goes_on_in_itself(told, name):
    """
    It would be over, and nobody would have it.
    """
    story = told(name, before=LIVES[name][0].trigger)

    assert ["another_case"] == story.unmet(attrs.evolve(MERGE, into=story.case.id))


def test_the_customer_and_the_owner_are_told_where_it_goes_on(told, name):
    """
    Whoever waits for an answer should know in which case it will come.
    """
    entry = told(name, before=LIVES[name][0].trigger).record(MERGE)

    assert [("merged", "customer"), ("merged", "owner")] == [
        (effect.topic, effect.to) for effect in entry.effects
    ]


# -- afterwards ---------------------------------------------------------------------------------


def test_a_merged_case_is_over(told, name):
    """
    Nothing that moves a complaint on is possible there any more.
    """
    story = told(name, before=LIVES[name][0].trigger)
    story.record(MERGE)

    for act in (*LIVES[name][:3], Withdraw(), MERGE):
        assert "not_now" in story.unmet(act)


def test_a_word_on_a_merged_case_is_recorded_and_reopens_nothing(told, name):
    """
    The owner hears of it; that it belongs to the other case is read off the ledger.
    """
    story = told(name, before=LIVES[name][0].trigger)
    story.record(MERGE)
    entry = story.record(CustomerReplied(words="Any news?"))

    assert ("word", "merged", 1) == (entry.outcome, story.state, story.case.cycle)
    assert [("customer_replied", "owner")] == [
        (effect.topic, effect.to) for effect in entry.effects
    ]
    assert ("Any news?", "t-9") == (story.ledger.accounts[-1], story.ledger.merged_into)


def test_a_merge_by_mistake_is_undone_by_reopening(told, name):
    """
    Every duty is fresh, and the case goes on here again.
    """
    story = told(name, before=LIVES[name][1].trigger)
    story.record(MERGE, Reopen(reason="It was another teapot after all"))

    assert (story.method.initial, 2, []) == (story.state, story.case.cycle, story.facts)
    assert None is story.ledger.merged_into


# -- wherever a case can be ---------------------------------------------------------------------


@pytest.mark.untraced
@pytest.mark.parametrize(
    "method",
    [methods.five_steps(), methods.six_steps(strict=True), *documents.all()],
    ids=lambda method: method.name,
)
def test_wherever_a_case_can_be_a_merge_loses_nothing(method):
    """
    In every state, with every set of facts: it is refused with its reasons, or all is settled.
    """
    merge = attrs.evolve(MERGE, into="another")
    answers = set()
    for (state, facts), found in explore(method).cases.items():
        for case in found:
            answer = attempt(method, case, merge)
            if isinstance(answer, Exception):
                codes = {unmet.code for unmet in answer.unmet}
                answers |= codes

                assert codes <= {"not_now", "nothing_outstanding", "offer_answered"}
                assert ("not_now" in codes) == case.is_closed, (state, facts)
                continue
            after = case.apply(answer)
            answers.add("merged")

            assert ("merged", ()) == (after.state, after.ledger.outstanding)
            assert case.ledger.promises == after.ledger.promises
            assert "offer_open" not in facts
            assert "another" == after.ledger.merged_into

    owing = {"nothing_outstanding", "offer_answered"} if method.name != "five_steps" else set()
    assert {"merged", "not_now", *owing} == answers


@pytest.mark.parametrize("name", PROMISING)
def test_no_promise_disappears_by_merging_whatever_is_tried_on_the_way(told, name):
    """
    At every moment of a life that asks to be merged, each promise ever made is still there.
    """
    for story in every_moment(told(name)):
        promised = story.ledger.promises
        if not is_refused(story, MERGE):
            story.record(MERGE)

        assert promised == story.ledger.promises
        assert story.state != "merged" or () == story.ledger.outstanding
