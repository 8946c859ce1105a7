"""
Roads to what decisive stories ask about: where they take more than the plainest steps.
"""

import pytest
from attrs import evolve

from complaintflow import Advised, Edge, Fact, Outcome, Rule, State, stays
from complaintflow.acts import ConfirmChallenges, DeadlinePassed, Decline, Merge, NoteIssue, Offer
from complaintflow.requirements import (
    another_case,
    nothing_outstanding,
    offer_answered,
    pressing_first,
    takes_up_the_account,
)
from complaintflow.testing import stories
from complaintflow.testing._decisive import Teller
from complaintflow.testing._decisive._questions import questions

from .mutants import Doubt, flat, unchecked, without


def more(rules, edges, *, facts=(), states=(), offers=()):
    """
    Return the method without order with more in it, and with more that offers need.
    """
    plain = flat()
    own = [evolve(r, needs=[*r.needs, *offers]) if r.act is Offer else r for r in plain.rules]
    return evolve(
        plain,
        rules=[*own, *rules],
        edges=[*plain.edges, *edges],
        facts=[*plain.facts, *facts],
        states=[*plain.states, *states],
    )


def test_an_offer_runs_out_on_the_way_to_what_waits_for_its_answer():
    """
    A case with an offer that could be accepted is not merged; later it is, and the offer is over.
    """
    method = more(
        [
            Rule(Decline, ["offered"], in_way=False),
            Rule(Merge, [another_case(), nothing_outstanding(), offer_answered()], in_way=False),
        ],
        [
            *stays(["open"], Decline),
            Edge("open", "merge", "merged"),
            *stays(["merged"], DeadlinePassed),
        ],
        states=[State("merged", "it goes on elsewhere", final=True, waits_for="nobody")],
    )

    [story] = [
        story
        for story in stories(method)
        if story.about == "decline: nothing lacks, but it is not the time while merged"
    ]
    offer = next(entry.act for entry in story.history if entry.trigger == "offer")
    assert story.history[-1].trigger == "merge"
    assert story.history[-1].at > offer.expires


@pytest.mark.untraced
def test_what_a_remark_undoes_is_done_again():
    """
    That what is pressing comes first shows after an issue was noted, and all confirmed once more.
    """
    confirming = Rule(
        ConfirmChallenges, outcomes=[Outcome("confirmed", establishes="challenges_clear")]
    )
    method = more(
        [confirming, Rule(NoteIssue, clears="challenges_clear", in_way=False)],
        stays(["open"], ConfirmChallenges, NoteIssue),
        facts=[Fact("challenges_clear", "the challenges are not confirmed")],
        offers=["challenges_clear", pressing_first(cites="none")],
    )

    [story] = [story for story in stories(method) if story.unmet == ("pressing_first",)]
    assert ["note_issue", "confirm_challenges"] == [entry.trigger for entry in story.history[-2:]]


def test_the_roads_are_tried_first_on_which_the_least_is_in_the_way():
    """
    To break a promise there has to be one: other ledgers may be many, and are nearer.
    """
    teller = Teller(flat())
    asked = next(
        question
        for question in questions(flat())
        if (question.trigger, question.answer) == ("break_promise", "taken")
    )
    roads = teller._hopeful(asked, 100)
    owing = [bool(road.case.ledger.outstanding) for road in roads]

    assert {True, False} == set(owing)
    assert owing == sorted(owing, reverse=True)


def test_what_is_recommended_beyond_facts_is_warned_of():
    """
    A recommendation that is lost is a mistake, whoever words it; so it takes other words to see it.
    """
    advice = Advised(
        takes_up_the_account(code="taken_up", text="nothing is taken up", cites="none")
    )
    method = more([], [], offers=[advice])
    doubt = Doubt(method)
    rules = [without(r, needs=advice) if r.act is Offer else r for r in method.rules]

    told = {story.about: story for story in doubt.stories}
    warned = told["offer: it is possible, and warned of, without taken_up"].entry.warnings
    assert ["taken_up"] == [warning.code for warning in warned]
    assert not doubt.is_equivalent(unchecked(method, rules=rules), "offer")
    assert doubt.verdict("offer", {"rules": rules}) == "stories"
