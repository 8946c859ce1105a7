"""
Who may: asked at every door, of everybody, and told to nobody whom it does not concern.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

import pytest
from attrs import asdict, evolve

from complaintflow import (
    Actor,
    AsyncDesk,
    Case,
    Desk,
    Migration,
    Refused,
    StoryError,
    UnknownActor,
    decide,
    open_case,
    options,
)
from complaintflow.acts import (
    Accept,
    Approve,
    BreakPromise,
    CustomerReplied,
    Open,
    RefuseApproval,
    Remedy,
    RequestApproval,
    Waive,
)
from complaintflow.adapters.mail import plain_letter
from complaintflow.adapters.memory import MemoryStore
from complaintflow.adapters.webhooks import envelope
from complaintflow.cli._methods import every_method
from complaintflow.methods import six_steps
from complaintflow.testing import FrozenClock, RecordingNotifier

from .conftest import ACKNOWLEDGE, ASK, EMPATHIZE, LISTEN, MONDAY, OFFER

SIX = six_steps()
SECOND = evolve(SIX, version="2")
MIGRATION = Migration(SIX, SECOND)

LIMIT = "7313.37"
"""An amount that stands nowhere by accident."""

ABOVE = [Remedy("refund", "9000.00", "EUR")]

EVERYWHERE = {
    "open": lambda desk, by: desk.open("t-9", customer="ana", complaint="Broken", by=by),
    "listen": lambda desk, by: desk.record("t-1", LISTEN, by=by),
    "erase": lambda desk, by: desk.erase("t-1", reason="asked", by=by),
    "change_method": lambda desk, by: desk.move("t-1", MIGRATION, reason="new", by=by),
    "release": lambda desk, by: desk.release("t-1:6:1", by=by),
}
"""Every door of a desk at which somebody acts, by what is asked there."""


class People:
    """
    An authority that knows a few people, and remembers whom it was asked about.
    """

    def __init__(self, *people):
        self.people = {each.id: each for each in people}
        self.asked = []

    def actor(self, name):
        """
        Return somebody, or say that nobody is known by this name.
        """
        self.asked.append(name)
        if name not in self.people:
            raise UnknownActor(name)
        return self.people[name]


@pytest.fixture
def store():
    """
    Return a store with a case that has an offer whose notification was put aside.
    """
    store, clock = MemoryStore(), FrozenClock(MONDAY)
    notifier = RecordingNotifier()
    desk = Desk(SIX, store=store, clock=clock, notifier=notifier, park_after=1)
    desk.open("t-1", customer="ana", complaint="It arrived broken", by="sam")
    for act in (LISTEN, ACKNOWLEDGE, EMPATHIZE, ASK, OFFER):
        desk.record("t-1", act, by="sam")
    notifier.fail_next()
    desk.deliver()
    assert ["t-1:6:1"] == [parked.notification.key for parked in desk.parked()]
    return store


@pytest.fixture
def desk_of(store):
    """
    Return a function that makes a desk whose authority knows some people.
    """

    def made(*people, **wiring):
        authority = People(*people)
        clock = FrozenClock(MONDAY + timedelta(hours=1))
        return Desk(SIX, SECOND, store=store, authority=authority, clock=clock, **wiring), authority

    return made


def all_of(desk):
    """
    Return everything that a desk keeps.
    """
    return list(desk.export_all()), desk.parked()


@pytest.mark.parametrize("door", EVERYWHERE)
def test_at_every_door_the_authority_is_asked_who_it_is(desk_of, door):
    """
    A name is what somebody says of themselves.
    """
    desk, authority = desk_of(Actor("kim"))
    EVERYWHERE[door](desk, "kim")

    assert ["kim"] == authority.asked


@pytest.mark.parametrize("door", EVERYWHERE)
def test_at_every_door_somebody_unknown_does_nothing(desk_of, door):
    """
    Nothing is kept, and nothing is sent.
    """
    desk, _ = desk_of()
    before = all_of(desk)

    with pytest.raises(UnknownActor):
        EVERYWHERE[door](desk, "mallory")
    assert before == all_of(desk)


@pytest.mark.parametrize("door", EVERYWHERE)
def test_at_every_door_somebody_who_may_not_does_nothing(desk_of, door):
    """
    And is told what it is that they may not.
    """
    others = set(EVERYWHERE) - {door}
    desk, _ = desk_of(Actor("kim", may=others))
    before = all_of(desk)

    with pytest.raises(Refused) as no:
        EVERYWHERE[door](desk, "kim")
    assert f"kim may not {door}; ask somebody who may" in [unmet.text for unmet in no.value.unmet]
    assert before == all_of(desk)


@pytest.mark.parametrize("door", EVERYWHERE)
def test_at_every_door_somebody_who_may_just_that_can(desk_of, door):
    """
    A right is enough where it is the right one.
    """
    desk, _ = desk_of(Actor("kim", may=[door]))
    before = all_of(desk)

    EVERYWHERE[door](desk, "kim")
    assert before != all_of(desk)


@pytest.mark.parametrize("door", ["change_method", "release"])
def test_a_customer_neither_moves_a_case_nor_releases_what_was_put_aside(desk_of, door):
    """
    Which rules hold, and what is sent again, is the company's business.
    """
    desk, _ = desk_of(Actor("ana", "customer"))

    with pytest.raises(Refused) as no:
        EVERYWHERE[door](desk, "ana")
    assert ["not_theirs"] == [unmet.code for unmet in no.value.unmet]


def test_many_cases_are_moved_by_somebody_who_may(desk_of):
    """
    Asked once, and refused for each of them.
    """
    desk, authority = desk_of(Actor("kim", may=["listen"]), Actor("lead"))
    before = all_of(desk)
    report = desk.move_all(MIGRATION, reason="new", by="kim")

    assert ["not_allowed"] == [u.code for stuck in report.stuck for u in stuck.unmet]
    assert before == all_of(desk)
    with pytest.raises(UnknownActor):
        desk.move_all(MIGRATION, reason="new", by="mallory")
    assert 1 == desk.move_all(MIGRATION, reason="new", by="lead").can
    assert ["kim", "mallory", "lead"] == authority.asked


def test_who_released_what_was_put_aside_stands_in_the_log(desk_of, caplog):
    """
    It is no entry of the case; somebody did it all the same.
    """
    desk, _ = desk_of(Actor("kim"))
    with caplog.at_level(logging.INFO, "complaintflow"):
        desk.release("t-1:6:1", by="kim")

    assert ["notification t-1:6:1 was released by kim"] == caplog.messages


# -- every act of every method ------------------------------------------------------------------

ACTS = [
    pytest.param(method, trigger, id=f"{method.name}-{trigger}")
    for method in every_method()
    for trigger in method.triggers
]


@pytest.mark.parametrize(("method", "trigger"), ACTS)
def test_whoever_may_everything_but_one_act_may_not_that_one(method, trigger):
    """
    No act is forgotten, in no method: approvals, waivers, exits and remarks are acts as well.
    """
    opening = Open(complaint="It arrived broken", customer="ana")
    case = Case.open(open_case(method, "t-1", opening, at=MONDAY, by=Actor("sam")))
    codes = {f"waive:{code}" for code in method.waivable}
    kim = Actor("kim", may=({*method.triggers} | codes) - {trigger})
    told = {
        option.trigger: [unmet.code for unmet in option.unmet]
        for option in options(method, case, at=MONDAY, by=kim)
    }

    assert {trigger} == {name for name, why in told.items() if "not_allowed" in why}


# -- exceptions ---------------------------------------------------------------------------------


def test_a_waiver_takes_the_right_to_waive_just_that(begin):
    """
    Doing without an apology is another thing than doing without a lesson.
    """
    story = begin(strict=True)
    story.record(LISTEN)
    act = Waive(requirement="apologized", reason="she asked us to get on with it")

    assert ["not_allowed", "may_be_waived"] == story.unmet(act, by=Actor("kim", may=["listen"]))
    assert ["may_be_waived"] == story.unmet(act, by=Actor("kim", may=["waive"]))
    other = Actor("kim", may=["waive", "waive:process_promised"])
    assert ["may_be_waived"] == story.unmet(act, by=other)
    story.record(act, by=Actor("kim", may=["waive", "waive:apologized"]))


@pytest.mark.parametrize(
    ("who", "code"),
    [
        (Actor("kim", limits={"EUR": LIMIT}), "approver_is_another"),
        (Actor("robo", "bot"), "not_theirs"),
        (Actor("ana", "customer"), "not_theirs"),
        (Actor("pat", limits={"EUR": "8000"}), "approver_may"),
        (Actor("pat", limits={"USD": "10000"}), "approver_may"),
        (Actor("pat", may=["listen"]), "not_allowed"),
    ],
    ids=["who asked", "a bot", "the customer", "a low limit", "another currency", "no right"],
)
def test_an_approval_is_given_by_somebody_else_who_may(story_in, who, code):
    """
    Four eyes, of which two can see so far.
    """
    story = story_in("consulted")
    kim = Actor("kim", limits={"EUR": LIMIT})
    story.record(RequestApproval(reason="she lost the party", remedies=ABOVE), by=kim)

    assert code in story.unmet(Approve(), by=who)
    story.record(Approve(), by=Actor("lead", limits={"EUR": "9000"}))
    story.record(a_large_offer(), by=kim)


def a_large_offer():
    """
    Return an offer above the limit.
    """
    return type(OFFER)(remedies=ABOVE, words="Your money back, and the costs of the party")


def test_an_approval_refused_allows_nothing(story_in):
    """
    No is an answer too, and anybody's who could have said yes.
    """
    story = story_in("consulted")
    kim = Actor("kim", limits={"EUR": LIMIT})
    story.record(RequestApproval(reason="she lost the party", remedies=ABOVE), by=kim)
    story.record(RefuseApproval(reason="not for a teapot"), by=Actor("lead"))

    assert ["within_authority"] == story.unmet(a_large_offer(), by=kim)


def test_a_promise_is_broken_only_when_somebody_else_has_allowed_it(story_in):
    """
    Also by somebody without any limit.
    """
    story = story_in("agreed")
    breaking = BreakPromise("p1", reason="the factory has burnt down")

    assert ["break_approved"] == story.unmet(breaking, by=Actor("boss"))
    story.record(RequestApproval(reason="it cannot be done", promise="p1"), by=Actor("boss"))
    assert "approver_is_another" in story.unmet(Approve(), by=Actor("boss"))
    story.record(Approve(), by=Actor("lead"))
    story.record(breaking, by=Actor("boss"))


# -- limits are told to nobody ------------------------------------------------------------------


def test_no_limit_stands_in_anything_that_is_kept_told_or_sent():
    """
    What somebody may offer is the company's business: a customer who knows it asks for that.
    """
    kim = Actor("kim", limits={"EUR": LIMIT})
    lead = Actor("lead", limits={"EUR": f"1{LIMIT}"})
    notifier, refused = RecordingNotifier(), []
    desk = Desk(
        SIX,
        authority=People(kim, lead),
        notifier=notifier,
        clock=FrozenClock(MONDAY),
        on_refused=lambda case, act, no: refused.append(no),
    )
    desk.open("t-1", customer="ana", complaint="It arrived broken", by="kim")
    for act in (LISTEN, ACKNOWLEDGE, EMPATHIZE, ASK):
        desk.record("t-1", act, by="kim")
    with pytest.raises(Refused):
        desk.record("t-1", a_large_offer(), by="kim")
    told = [repr(desk.options("t-1", by="kim"))]
    desk.record("t-1", RequestApproval(reason="she lost the party", remedies=ABOVE), by="kim")
    with pytest.raises(Refused):
        desk.record("t-1", Approve(), by="kim")
    desk.record("t-1", Approve(), by="lead")
    desk.record("t-1", a_large_offer(), by="kim")
    desk.record("t-1", Accept(), by="lead")
    while desk.deliver().delivered:
        pass

    assert 2 == len(refused)
    assert {"customer", "owner"} <= {each.to for each in notifier.delivered}
    told += [*desk.export_all(), desk.export_story("t-1"), repr(desk.get("t-1"))]
    told += [str(no) + repr(no.unmet) + repr(no.way) for no in refused]
    for each in notifier.delivered:
        letter = plain_letter(each)
        told += [repr(asdict(each)), letter.subject, letter.body]
        told += [repr(envelope(each, source="urn:test"))]
    assert "9000.00" in "".join(told), "amounts that were asked for are"
    for limit in (LIMIT, "7313", "7,313"):
        assert limit not in "".join(told)


def test_a_limit_decides_and_leaves_no_trace(story_in):
    """
    The entry of an offer is the same whoever made it could have offered how much.
    """
    story = story_in("consulted")
    one, other = (
        decide(SIX, story.case, OFFER, at=MONDAY, by=Actor("kim", limits=limits))
        for limits in ({"EUR": LIMIT}, None)
    )

    assert evolve(one, by=Actor("kim")) == evolve(other, by=Actor("kim"))


def test_an_awaited_desk_asks_at_the_same_doors(store):
    """
    One script, two desks.
    """
    import asyncio

    async def script():
        desk = AsyncDesk(SIX, SECOND, authority=People(Actor("kim", may=[])))
        with pytest.raises(Refused):
            await desk.release("t-1:6:1", by="kim")
        with pytest.raises(UnknownActor):
            await desk.move("t-1", MIGRATION, reason="new", by="mallory")
        with pytest.raises(UnknownActor):
            await desk.erase("t-1", reason="asked", by="mallory")

    asyncio.run(script())


# -- a story from elsewhere ---------------------------------------------------------------------

STORY = (
    (
        '{"act": "open", "by": "sam", "at": "2026-01-05T09:00:00Z", "case": "t-5", '
        '"customer": "ana", "complaint": "It arrived broken"}'
    ),
    '{"act": "listen", "by": "sam", "account": "Late, and cracked"}',
    '{"act": "acknowledge_problem", "by": {"id": "robo", "kind": "bot"}, "words": "Late: noted"}',
    '{"act": "customer_replied", "by": {"id": "ana", "kind": "customer"}, "words": "Hello?"}',
)


def imported(desk, *lines):
    """
    Import a story, and return the case.
    """
    return desk.import_story("\n".join(lines))


def refused_import(desk, *lines):
    """
    Return what an import is refused with; nothing of it is kept.
    """
    before = all_of(desk)
    with pytest.raises(StoryError) as no:
        imported(desk, *lines)
    assert before == all_of(desk)
    return no.value.problems


def test_of_a_story_everybody_is_asked_about_once(desk_of):
    """
    All who work here, that is: a customer is nobody the authority knows.
    """
    desk, authority = desk_of(Actor("sam"), Actor("robo"))
    case = imported(desk, *STORY)

    assert ["sam", "robo"] == authority.asked
    assert "acknowledged" == case.state
    kinds = [entry.by.kind for entry in desk.history("t-5")]
    assert ["human", "human", "bot", "customer"] == kinds


def test_every_line_of_somebody_unknown_or_who_may_not_is_told(desk_of):
    """
    All at once, and nothing is kept.
    """
    desk, _ = desk_of(Actor("robo", may=["listen"]))

    assert [
        "line 1: nobody is known as 'sam'; record it as somebody the Authority knows",
        "line 2: nobody is known as 'sam'; record it as somebody the Authority knows",
        "line 3: robo may not acknowledge_problem; ask somebody who may",
    ] == list(refused_import(desk, *STORY))


def test_a_line_gives_nobody_more_than_the_authority_does(desk_of):
    """
    It can take some away.
    """
    offer = (
        '{"act": "offer", "by": BY, "words": "Your money back.", '
        '"remedies": [{"kind": "refund", "amount": "40.00", "currency": "EUR"}]}'
    )
    tale = [
        *STORY[:2],
        '{"act": "acknowledge_problem", "by": "sam", "words": "Late: noted"}',
        '{"act": "empathize", "by": "sam", "words": "Late", "issue": "late", "concern": "a gift"}',
        (
            '{"act": "ask_expectation", "by": "sam", "question": "What would help?", '
            '"expectation": {"words": "My money back"}}'
        ),
    ]

    def by(said):
        return [*tale, offer.replace("BY", said)]

    generous = '{"id": "sam", "limits": {"EUR": "9000"}}'
    poor, _ = desk_of(Actor("sam", limits={"EUR": "10"}))
    rich, _ = desk_of(Actor("sam", limits={"EUR": "50", "USD": "50"}))
    free, _ = desk_of(Actor("sam"))

    for desk, said in (
        (poor, '"sam"'),
        (poor, generous),
        (rich, '{"id": "sam", "limits": {"EUR": "10"}}'),
        (rich, '{"id": "sam", "limits": {"USD": "90"}}'),
        (free, '{"id": "sam", "limits": {"EUR": "10"}}'),
        (free, '{"id": "sam", "may": ["listen"]}'),
    ):
        (problem,) = refused_import(desk, *by(said))
        assert problem.startswith("line 6: ")
    assert "negotiating" == imported(rich, *by(generous)).state


def test_permissions_are_what_both_say(desk_of):
    """
    Who may little may not say more of themselves.
    """
    may = '{"id": "sam", "may": ["open", "listen"]}'
    lines = [line.replace('"sam"', may) for line in STORY[:2]]
    desk, _ = desk_of(Actor("sam", may=["open"]))

    assert ["line 2: sam may not listen; ask somebody who may"] == [*refused_import(desk, *lines)]
    open_to_all, _ = desk_of(Actor("sam", may=["open", "listen"]))
    assert "heard" == imported(open_to_all, *lines).state


def test_the_kind_is_the_one_that_the_authority_knows(desk_of):
    """
    A program that signs as a human is still a program, and no colleague approves.
    """
    approve = '{"act": "approve", "by": "robo", "request": "request-1"}'
    ask = '{"act": "request_approval", "by": "sam", "remedies": [{"kind": "replacement"}], '
    ask += '"reason": "above my limit"}'
    desk, _ = desk_of(Actor("sam"), Actor("robo", "bot"))

    (problem,) = refused_import(desk, *STORY[:2], ask, approve)
    assert "it takes a human to record it, and robo is a bot" in problem


def test_a_story_without_names_comes_in(store, desk_of):
    """
    Whose name was erased spoke as the customer; nobody else goes by it.
    """
    desk, _ = desk_of(Actor("sam"))
    desk.open("t-6", customer="sam", complaint="Mine broke, too", by="sam")
    desk.record("t-6", CustomerReplied(words="And mine?"), by="sam")
    desk.erase("t-6", reason="asked", by="sam")
    story = desk.export_story("t-6")

    assert 3 == story.count('"by": "[erased]"')
    assert 3 == desk.import_story(story, case_id="t-7").version
    forged = '{"act": "listen", "by": "[erased]", "account": "x"}'
    (problem,) = refused_import(desk, *STORY[:1], forged)
    assert "line 2: nobody is known as '[erased]'" in problem


def test_an_authority_that_is_awaited_is_asked_too(store):
    """
    The same door of the other desk.
    """

    class Awaited(People):
        """
        People behind a network.
        """

        async def actor(self, name):
            """
            Return somebody.
            """
            return super().actor(name)

    desk = AsyncDesk(SIX, authority=Awaited(Actor("robo")))
    with pytest.raises(StoryError, match="line 1: nobody is known as 'sam'"):
        asyncio.run(desk.import_story("\n".join(STORY)))
