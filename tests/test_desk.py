"""
The desk: what is kept, what is refused, what time brings, and who is told, over every store.
"""

from __future__ import annotations

import logging
import threading
from contextlib import closing
from datetime import UTC, date, datetime, timedelta, timezone

import attrs
import pytest
from tenacity import wait_fixed

from complaintflow import (
    Actor,
    CaseExists,
    Conflict,
    Delivery,
    Desk,
    Edge,
    EvidenceError,
    Fact,
    KeyReused,
    LimitReached,
    Limits,
    Method,
    NotDelivered,
    Outcome,
    Refused,
    Requirement,
    Rule,
    State,
    StoreError,
    StoryError,
    TimeError,
    UnknownAct,
    UnknownActor,
    UnknownCase,
    UnknownMethod,
    Within,
    act,
    stays,
)
from complaintflow.acts import (
    Accept,
    Act,
    Apologize,
    Approve,
    BreakPromise,
    Correct,
    CustomerReplied,
    DeadlinePassed,
    KeepPromise,
    Lapse,
    Learn,
    Listen,
    NoteMood,
    NotReached,
    Offer,
    Open,
    ReleasePromise,
    Remedy,
    Reopen,
    RequestApproval,
    Reschedule,
    Withdraw,
)
from complaintflow.adapters.memory import MemoryStore
from complaintflow.adapters.notifiers import CallableNotifier
from complaintflow.adapters.sqlite import SqliteStore
from complaintflow.adapters.system import KnownActors, WeekdayCalendar
from complaintflow.methods import seven_as, six_steps
from complaintflow.ports import Change
from complaintflow.requirements import attempts_made
from complaintflow.testing import FrozenClock, RecordingNotifier

from .conftest import ACKNOWLEDGE, CLOSE, LISTEN, MONDAY, OFFER, ROADS

SIX = six_steps()
SEVEN = seven_as()
TIMED = six_steps(first_response=Within(2, "days"))
MINUTE = timedelta(minutes=1)


@act
class Wave(Act):
    """
    An act that no method knows.
    """


class Quick:
    """
    A store in which somebody else is quicker, once.
    """

    def __init__(self, store):
        self.store = store
        self.others = None

    def __getattr__(self, name):
        return getattr(self.store, name)

    def commit(self, change):
        """
        Let the others go first.
        """
        others, self.others = self.others, None
        if others is not None:
            others()
        self.store.commit(change)


@pytest.fixture(params=["memory", "sqlite"])
def store(request, tmp_path):
    """
    Return a store of each kind that holds nothing.
    """
    if request.param == "memory":
        yield MemoryStore()
        return
    with closing(SqliteStore(tmp_path / "cases")) as store:
        yield store


@pytest.fixture
def clock():
    """
    Return a clock that stands at Monday, nine o'clock.
    """
    return FrozenClock(MONDAY)


@pytest.fixture
def notifier():
    """
    Return a notifier that remembers.
    """
    return RecordingNotifier()


@pytest.fixture
def desk_with(store, clock):
    """
    Return a function that makes a desk over the store, under the six steps if nothing is said.
    """

    def made(*methods, **options):
        return Desk(*(methods or (SIX,)), **({"store": store, "clock": clock} | options))

    return made


@pytest.fixture
def desk(desk_with):
    """
    Return a desk under the six steps.
    """
    return desk_with()


def opened(desk, case_id="t-1", **given):
    """
    Open a case in the usual way, but for what is given.
    """
    usual = {"customer": "ana", "complaint": "It arrived broken", "by": "sam"}
    return desk.open(case_id, **(usual | given))


def told(desk, *acts, case_id="t-1"):
    """
    Record acts one after the other, and return the case.
    """
    case = desk.get(case_id)
    for each in acts:
        by = "lee" if each.spec.speaker == "colleague" else "sam"
        case = desk.record(case_id, each, by=by)
    return case


def agreed(desk, case_id="t-1"):
    """
    Return a case with a promise that is due in 14 days.
    """
    opened(desk, case_id)
    return told(desk, *ROADS["agreed"], case_id=case_id)


def at_once(calls):
    """
    Make calls in threads that start together, and return what they returned.
    """
    gate = threading.Barrier(len(calls))
    answers, problems = [], []

    def run(call):
        gate.wait()
        try:
            answers.append(call())
        except Exception as problem:  # noqa: BLE001  (told below)
            problems.append(problem)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers, problems


def triggers(desk, case_id="t-1"):
    """
    Return the history of a case in short.
    """
    return [entry.trigger for entry in desk.history(case_id)]


# -- the method of a case -----------------------------------------------------------------------


def test_a_case_knows_its_method_on_the_desk(desk_with):
    """
    A host that has an id can make acts, and read what they need, without keeping a list itself.
    """
    desk = desk_with(SIX, SEVEN, TIMED)
    opened(desk)
    opened(desk, "t-2", method="seven_as")
    act = desk.method_of("t-1").act("listen", {"account": "It is cracked"})

    assert (SIX, SEVEN) == (desk.method_of("t-1"), desk.method_of("t-2"))
    assert "heard" == desk.record("t-1", act, by="sam").state


def test_a_case_of_another_desk_has_no_method_here(desk_with):
    """
    And a case that is not there has none at all.
    """
    opened(desk_with(SEVEN))

    with pytest.raises(UnknownMethod):
        desk_with(SIX).method_of("t-1")
    with pytest.raises(UnknownCase):
        desk_with(SIX).method_of("t-9")


# -- making a desk ------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [(), ("six_steps",), (six_steps,), (SIX, None)], ids=range(4))
def test_a_desk_takes_methods(given):
    """
    What was forgotten are mostly the brackets.
    """
    with pytest.raises(EvidenceError, match=r"Desk\(six_steps\(\)\)"):
        Desk(*given)


def test_a_desk_needs_nothing_but_a_method():
    """
    Trying it out takes one line.
    """
    desk = Desk(six_steps())
    case = opened(desk)

    assert "received" == case.state
    assert abs(datetime.now(UTC) - case.opened_at) < MINUTE


def test_a_desk_tells_its_methods():
    """
    Each version once, in the order in which they were given.
    """
    assert (SIX, SEVEN, TIMED) == Desk(SIX, SEVEN, six_steps(), TIMED).methods


# -- opening ------------------------------------------------------------------------------------


def test_a_case_is_opened_and_can_be_read(desk):
    """
    What `open` returns is what others read.
    """
    case = opened(desk, channel="e-mail")

    assert ("t-1", "six_steps", "ana", "received", 1, "sam", MONDAY) == (
        *(case.id, case.method, case.customer, case.state, case.version, case.owner),
        case.opened_at,
    )
    assert case == desk.get("t-1")
    assert [Open(complaint="It arrived broken", customer="ana", channel="e-mail")] == [
        entry.act for entry in desk.history("t-1")
    ]


def test_several_methods_may_stand_on_one_desk(desk_with):
    """
    The first is the usual one; each case is handled by its own.
    """
    desk = desk_with(SIX, SEVEN)

    assert ["six_steps", "seven_as", "six_steps"] == [
        opened(desk, f"t-{n}", method=method).method
        for n, method in enumerate((None, "seven_as", "six_steps"))
    ]
    assert {option.trigger for option in desk.options("t-1", by="sam")} == set(SEVEN.triggers)


def test_a_method_that_is_not_on_the_desk_is_told(desk_with):
    """
    With the one that may have been meant; and nothing is opened.
    """
    desk = desk_with(SIX, SEVEN)
    with pytest.raises(UnknownMethod) as no:
        opened(desk, method="seven_a")

    assert (
        "there is no method 'seven_a' (did you mean 'seven_as'?); there are: six_steps, seven_as"
    ) == str(no.value)
    assert () == desk.cases()


def test_a_case_is_opened_once(desk):
    """
    A ticket that comes twice is not two complaints.
    """
    case = opened(desk)
    with pytest.raises(CaseExists, match=r"^case 't-1' was opened before; "):
        opened(desk, complaint="Something else")

    assert case == desk.get("t-1")
    assert ["open"] == triggers(desk)


def test_an_opening_with_a_key_that_comes_again_opens_once(desk):
    """
    Whoever was cut off may ask again, and gets the case as it has become.
    """
    opened(desk, key="mail-1")
    later = told(desk, LISTEN)

    assert later == opened(desk, key="mail-1")
    assert ["open", "listen"] == triggers(desk)


def test_a_key_stands_for_one_opening(desk):
    """
    Two complaints with one key are a mistake of the host, and must not be silently one.
    """
    opened(desk, key="mail-1")
    with pytest.raises(KeyReused, match=r"^key 'mail-1' on case 't-1' was kept for open "):
        opened(desk, key="mail-1", complaint="Something else")
    with pytest.raises(CaseExists):
        opened(desk, key="mail-2")

    assert ["open"] == triggers(desk)


@pytest.mark.parametrize("key", ["", " ", 7, ["mail-1"], b"mail-1"], ids=repr)
def test_a_key_says_something(desk, key):
    """
    A blank one, of messages that have no id, would make one message of them all.
    """
    with pytest.raises(EvidenceError, match="an idempotency key must be a text"):
        opened(desk, key=key)
    opened(desk)
    with pytest.raises(EvidenceError, match="an idempotency key must be a text"):
        desk.record("t-1", NotReached(channel="phone"), by="sam", key=key)

    assert ["open"] == triggers(desk)


@pytest.mark.parametrize(
    ("given", "problems"),
    [
        ({"case_id": ""}, ["the id of a case must be a text that says something, not ''"]),
        ({"case_id": 42}, ["the id of a case must be a text that says something, not 42"]),
        ({"customer": " "}, ["customer must not be blank"]),
        ({"complaint": None}, ["complaint must be text, not None"]),
        ({"channel": 7}, ["channel must be text, not int (7)"]),
        ({"owner": ""}, ["owner must not be blank"]),
        ({"by": ""}, ["by must name whoever records it, not ''"]),
        ({"by": None}, ["by must name whoever records it, not None"]),
        (
            {"complaint": "", "customer": 7},
            ["complaint must not be blank", "customer must be text, not int (7)"],
        ),
    ],
    ids=repr,
)
def test_an_opening_that_says_nothing_is_told(desk, given, problems):
    """
    All of it at once, and nothing is opened.
    """
    with pytest.raises(EvidenceError) as error:
        opened(desk, **given)

    assert problems == list(error.value.problems)
    assert () == desk.cases()


@pytest.mark.parametrize(
    ("by", "owner", "expected"),
    [
        ("sam", None, "sam"),
        ("sam", "lee", "lee"),
        (Actor("robo", "bot"), None, None),
        (Actor("robo", "bot"), "lee", "lee"),
        (Actor("ana", "customer"), None, None),
    ],
)
def test_a_case_is_owned_by_a_human_or_by_nobody(desk, by, owner, expected):
    """
    A bot that takes in the mail is responsible for nothing.
    """
    opened(desk, by=by, owner=owner)

    assert expected == desk.get("t-1").owner


def test_an_opening_may_have_happened_before(desk):
    """
    The mail was there on Friday; a naive time could be any.
    """
    friday = MONDAY - timedelta(days=3)

    assert friday == opened(desk, at=friday).opened_at
    with pytest.raises(TimeError):
        opened(desk, "t-2", at=datetime(2026, 1, 5, 9))


def test_who_may_not_open_is_refused(desk):
    """
    And there is no case.
    """
    with pytest.raises(Refused):
        opened(desk, by=Actor("kim", may=["listen"]))
    with pytest.raises(UnknownCase):
        desk.get("t-1")


@pytest.mark.parametrize(
    ("key", "others", "raised"),
    [
        (None, None, CaseExists),
        ("mail-1", "mail-2", CaseExists),
        ("mail-1", "mail-1", None),
    ],
)
def test_of_two_openings_at_once_one_is_kept(store, clock, key, others, raised):
    """
    The same mail, taken in by two machines, is one complaint.
    """
    quick = Quick(store)
    desk, seen = Desk(SIX, store=store, clock=clock), []
    slow = Desk(SIX, store=quick, clock=clock, observers=[lambda *step: seen.append(step)])
    quick.others = lambda: opened(desk, key=others)
    if raised is None:
        assert "received" == opened(slow, key=key).state
    else:
        with pytest.raises(raised):
            opened(slow, key=key)

    assert ["open"] == triggers(desk)
    assert [] == seen


def test_a_store_that_has_no_place_for_a_case_is_heard(clock):
    """
    Where the host has no such ticket, "it exists" would be the wrong thing to say.
    """

    class NoTicket(MemoryStore):
        def commit(self, change):
            raise Conflict(change.case_id, change.expected)

    with pytest.raises(Conflict):
        opened(Desk(SIX, store=NoTicket(), clock=clock))


# -- recording ----------------------------------------------------------------------------------


def test_what_is_recorded_is_kept(desk, clock):
    """
    The case that is returned is the one that is there.
    """
    opened(desk)
    clock.advance(hours=1)
    case = desk.record("t-1", LISTEN, by="sam")

    assert ("heard", 2, MONDAY + timedelta(hours=1)) == (case.state, case.version, case.updated_at)
    assert case == desk.get("t-1")
    assert ["open", "listen"] == triggers(desk)


def test_a_refusal_keeps_nothing_and_is_told(desk_with, notifier):
    """
    It is no part of the history; who counts refusals hears of it.
    """
    steps, refusals = [], []
    desk = desk_with(
        notifier=notifier,
        observers=[lambda case, entry: steps.append((case.version, entry.trigger))],
        on_refused=lambda *told: refusals.append(told),
    )
    before = opened(desk)
    with pytest.raises(Refused) as no:
        desk.record("t-1", OFFER, by="sam", key="mail-1")

    assert [(before, OFFER, no.value)] == refusals
    assert [(1, "open")] == steps
    assert before == desk.get("t-1")
    assert ["open"] == triggers(desk)
    assert Delivery(0, 0) == desk.deliver()
    assert "heard" == desk.record("t-1", LISTEN, by="sam", key="mail-1").state


def test_a_listener_to_refusals_that_fails_hides_none(desk_with, caplog):
    """
    The agent has to hear the no.
    """
    desk = desk_with(on_refused=lambda *_: 1 / 0)
    opened(desk)
    with pytest.raises(Refused):
        desk.record("t-1", OFFER, by="sam")

    assert ["on_refused failed on case t-1"] == [r.getMessage() for r in caplog.records]


def test_observers_are_called_after_the_entry_is_kept(desk_with):
    """
    What they look up is already there, and is what they are told.
    """
    seen = []

    def look(case, entry):
        seen.append((desk.get(case.id) == case, desk.history(case.id)[-1] == entry, entry.trigger))

    desk = desk_with(observers=[look, look])
    opened(desk)
    desk.record("t-1", LISTEN, by="sam", key="mail-1")
    desk.record("t-1", LISTEN, by="sam", key="mail-1")

    assert [(True, True, "open")] * 2 + [(True, True, "listen")] * 2 == seen


def test_an_observer_that_fails_undoes_repeats_and_blocks_nothing(desk_with, caplog):
    """
    The step is kept; the others are called; the log says who failed.
    """
    seen = []

    def fail(_case, entry):
        seen.append("failed")
        raise ValueError(entry.trigger)

    desk = desk_with(observers=[fail, lambda _, entry: seen.append(entry.trigger)])
    opened(desk)
    case = desk.record("t-1", LISTEN, by="sam")

    assert (2, case) == (case.version, desk.get("t-1"))
    assert ["failed", "open", "failed", "listen"] == seen
    assert [
        ("complaintflow", logging.ERROR, "an observer failed on entry 1 of t-1"),
        ("complaintflow", logging.ERROR, "an observer failed on entry 2 of t-1"),
    ] == caplog.record_tuples


def test_the_same_key_records_once(desk, clock):
    """
    A message that is handed in again changes nothing, whatever has happened since.
    """
    opened(desk)
    first = desk.record("t-1", NotReached(channel="phone"), by="sam", key="call-1")
    clock.advance(days=1)
    told(desk, LISTEN)
    again = desk.record("t-1", NotReached(channel="phone"), by="sam", key="call-1", version=1)

    assert (2, 3) == (first.version, again.version)
    assert again == desk.get("t-1")
    assert ["open", "not_reached", "listen"] == triggers(desk)


def test_a_key_belongs_to_its_case(desk):
    """
    Two cases may be about the same message.
    """
    for case_id in ("t-1", "t-2"):
        opened(desk, case_id, key="mail-1")
        desk.record(case_id, LISTEN, by="sam", key="mail-2")

    assert ["open", "listen"] == triggers(desk, "t-1") == triggers(desk, "t-2")


@pytest.mark.parametrize(
    ("other", "given"),
    [
        (NotReached(channel="e-mail"), "not_reached"),
        (LISTEN, "listen"),
    ],
)
def test_a_key_that_comes_back_with_another_act_is_told(desk, other, given):
    """
    Silence would lose what was done.
    """
    opened(desk)
    desk.record("t-1", NotReached(channel="phone"), by="sam", key="call-1")
    with pytest.raises(KeyReused) as error:
        desk.record("t-1", other, by="sam", key="call-1")

    assert (
        "key 'call-1' on case 't-1' was kept for not_reached and comes back for another "
        f"{given}; give every act a key of its own"
    ) == str(error.value)
    assert ["open", "not_reached"] == triggers(desk)


def test_a_version_that_is_not_the_one_seen_is_a_conflict(desk):
    """
    A form that was open over lunch must not be recorded on what has changed since.
    """
    seen = opened(desk).version
    desk.record("t-1", LISTEN, by="sam", version=seen)
    with pytest.raises(Conflict) as error:
        desk.record("t-1", ACKNOWLEDGE, by="sam", version=seen)

    assert ("t-1", 1, 2) == (error.value.case_id, error.value.expected, error.value.found)
    assert ["open", "listen"] == triggers(desk)


def test_a_lost_race_loses_and_doubles_nothing(store, clock, notifier):
    """
    Whoever comes second hears of it, and decides anew on what is there.
    """
    quick, seen = Quick(store), []
    first = Desk(SIX, store=store, clock=clock, notifier=notifier)
    second = Desk(SIX, store=quick, clock=clock, observers=[lambda _, e: seen.append(e.trigger)])
    opened(first)
    quick.others = lambda: told(first, Withdraw(reason="Never mind"))
    with pytest.raises(Conflict):
        second.record("t-1", LISTEN, by="lee")

    assert ["open", "withdraw"] == triggers(first)
    assert [] == seen
    assert Delivery(1, 0) == first.deliver()
    with pytest.raises(Refused):
        second.record("t-1", LISTEN, by="lee")


def test_the_same_key_racing_records_once(store, clock):
    """
    The same message, handed in twice at the same time, is said once.
    """
    quick = Quick(store)
    first, second = (Desk(SIX, store=each, clock=clock) for each in (store, quick))
    opened(first)
    quick.others = lambda: first.record("t-1", LISTEN, by="sam", key="mail-1")

    assert 2 == second.record("t-1", LISTEN, by="sam", key="mail-1").version
    quick.others = lambda: first.record("t-1", ACKNOWLEDGE, by="sam", key="mail-2")
    with pytest.raises(KeyReused):
        second.record("t-1", NotReached(channel="phone"), by="sam", key="mail-2")
    assert ["open", "listen", "acknowledge_problem"] == triggers(first)


def test_many_threads_record_the_same_key_once(desk_with):
    """
    As workers do that are given one message.
    """
    opened(desk_with())
    note = NotReached(channel="phone")
    answers, problems = at_once(
        [lambda: desk_with().record("t-1", note, by="sam", key="call-1")] * 6
    )

    assert ([2] * 6, []) == ([case.version for case in answers], problems)


def test_many_threads_on_one_case_lose_nothing(desk_with):
    """
    Each one is either kept, or told that somebody was quicker.
    """
    desk = desk_with()
    opened(desk)
    answers, problems = at_once(
        [lambda: desk_with().record("t-1", NotReached(channel="phone"), by="sam")] * 6
    )

    assert {Conflict} >= {type(problem) for problem in problems}
    assert 6 == len(answers) + len(problems)
    assert len(answers) == desk.get("t-1").ledger.attempts == desk.get("t-1").version - 1


def test_a_clock_that_is_behind_is_put_right(desk, clock):
    """
    Two machines whose clocks differ by a second should not refuse each other.
    """
    opened(desk)
    clock.advance(seconds=-30)
    case = desk.record("t-1", LISTEN, by="sam")

    assert MONDAY == case.updated_at
    assert {option.trigger for option in desk.options("t-1", by="sam") if option.ready}


def test_a_time_that_is_given_does_not_go_back(desk):
    """
    That is a mistake, and not a clock.
    """
    opened(desk)
    with pytest.raises(TimeError, match="history only goes forward"):
        desk.record("t-1", LISTEN, by="sam", at=MONDAY - MINUTE)

    assert MONDAY + MINUTE == desk.record("t-1", LISTEN, by="sam", at=MONDAY + MINUTE).updated_at


def test_what_is_still_to_come_is_not_recorded(desk, desk_with):
    """
    A typing error in the year would close a case to everything before it, for good.
    """
    opened(desk)
    ahead = MONDAY.replace(year=2206)
    for ask in (
        lambda: opened(desk, "t-2", at=ahead),
        lambda: desk.record("t-1", LISTEN, by="sam", at=ahead),
        lambda: desk.erase("t-1", reason="asked", by="sam", at=MONDAY + 6 * MINUTE),
    ):
        with pytest.raises(TimeError, match=r"what is recorded has happened: check the year"):
            ask()

    assert ["open"] == triggers(desk)
    assert "heard" == desk.record("t-1", LISTEN, by="sam", at=MONDAY + 5 * MINUTE).state
    patient = desk_with(limits=Limits(ahead=None))
    assert ahead == patient.record("t-1", NoteMood("calm"), by="sam", at=ahead).updated_at


@pytest.mark.parametrize("method", [SIX, [], 5, b"six_steps"])
def test_a_method_is_asked_for_by_its_name(desk, method):
    """
    A method itself is the natural misunderstanding.
    """
    story = (
        '{"act": "open", "by": "sam", "at": "2026-01-05T09:00Z", "customer": "a", "complaint": "x"}'
    )
    for ask in (
        lambda: opened(desk, method=method),
        lambda: desk.import_story(story, method=method),
    ):
        with pytest.raises(EvidenceError, match="method is the name of one, such as 'six_steps'"):
            ask()


@pytest.mark.parametrize("name", ["\u200b", "a\ud800", " "])
def test_names_are_checked_as_texts_are(desk, name):
    """
    An id nobody sees, or that cannot be written down, is the start of a long search.
    """
    for ask in (
        lambda: opened(desk, name),
        lambda: opened(desk, "t-2", by=name),
        lambda: opened(desk, "t-2", by=Actor(name)),
        lambda: opened(desk, "t-2", key=name),
    ):
        with pytest.raises(EvidenceError):
            ask()


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        (datetime(2026, 1, 5, 9), "at is 2026-01-05T09:00:00 without a time zone; give an aware"),
        ("2026-01-05", "at must be a datetime with a time zone, not str ('2026-01-05')"),
        (
            datetime(9999, 12, 31, 23, 59, tzinfo=UTC),
            "at is 9999-12-31T23:59:00+00:00; a year from 1900 to 9000 is meant",
        ),
        (
            datetime.fromisoformat("9999-12-31T23:59:00-12:00"),
            "at is 9999-12-31T23:59:00-12:00; a year from 1900 to 9000 is meant",
        ),
        (datetime(1, 1, 1, tzinfo=UTC), "at is 0001-01-01T00:00:00+00:00; a year from 1900"),
    ],
)
def test_a_time_that_cannot_be_meant_is_refused(desk, at, sentence):
    """
    Wherever a time can be given.
    """
    opened(desk)
    for ask in (
        lambda: opened(desk, "t-2", at=at),
        lambda: desk.record("t-1", LISTEN, by="sam", at=at),
        lambda: desk.options("t-1", by="sam", at=at),
    ):
        with pytest.raises(TimeError) as error:
            ask()

        assert sentence == str(error.value)[: len(sentence)]
    assert ["open"] == triggers(desk)


def test_a_clock_that_is_naive_is_told(desk_with):
    """
    `datetime.now` is no clock of a complaint.
    """

    class Naive:
        def now(self):
            return datetime(2026, 1, 5, 9)

    with pytest.raises(TimeError, match=r"^the clock is 2026-01-05T09:00:00 without a time zone"):
        opened(desk_with(clock=Naive()))


def test_a_time_of_any_zone_is_the_same_moment(desk, clock):
    """
    Histories are kept in UTC.
    """
    opened(desk)
    clock.advance(hours=3)
    at = datetime.fromisoformat("2026-01-05T20:30:00+09:00")

    assert at == desk.record("t-1", LISTEN, by="sam", at=at).updated_at
    assert [MONDAY, at] == [entry.at for entry in desk.history("t-1")]


def test_what_cannot_be_recorded_is_told(desk):
    """
    Each by its own error, and nothing is kept.
    """
    opened(desk)
    with pytest.raises(UnknownAct, match="six_steps has no act 'wave'"):
        desk.record("t-1", Wave(), by="sam")
    with pytest.raises(EvidenceError, match="expected an act such as Listen"):
        desk.record("t-1", "listen", by="sam")
    with pytest.raises(EvidenceError, match="by must name whoever records it"):
        desk.record("t-1", LISTEN, by=7)

    assert ["open"] == triggers(desk)


def test_a_correction_is_an_entry(desk):
    """
    What was said stays as it was said, and the case where it was.
    """
    opened(desk)
    heard = told(desk, LISTEN)
    case = told(desk, Correct(entry=2, reason="It was three weeks"))

    assert (heard.state, heard.facts, heard.ledger) == (case.state, case.facts, case.ledger)
    assert [LISTEN, Correct(entry=2, reason="It was three weeks")] == [
        entry.act for entry in desk.history("t-1", after=1)
    ]
    with pytest.raises(Refused, match="there is no entry 9; there are 1 to 3"):
        told(desk, Correct(entry=9, reason="Nothing"))


def test_the_last_warnings_stand_on_the_case(desk):
    """
    A screen shows them without asking for the history.
    """
    opened(desk)
    told(desk, *ROADS["acknowledged"])
    case = told(desk, ROADS["empathized"][-1])

    assert ["apologized", "process_promised"] == [unmet.code for unmet in case.warnings]
    assert case.warnings == desk.get("t-1").warnings == desk.history("t-1")[-1].warnings
    assert () == told(desk, NoteMood("calm")).warnings


# -- asking -------------------------------------------------------------------------------------


def test_what_there_is_no_case_of_is_told(desk):
    """
    Whatever is asked, and with what can be done.
    """
    for ask in (
        lambda: desk.get("t-9"),
        lambda: desk.history("t-9"),
        lambda: desk.options("t-9", by="sam"),
        lambda: desk.record("t-9", LISTEN, by="sam"),
        lambda: desk.record("t-9", LISTEN, by="sam", key="mail-1"),
        lambda: desk.export_story("t-9"),
    ):
        with pytest.raises(UnknownCase, match=r"^there is no case 't-9'; open it first, or"):
            ask()


def test_options_are_of_whoever_asks_and_of_now(desk, clock):
    """
    The clock and the case are filled in.
    """
    opened(desk)
    by_sam = {option.trigger: option.ready for option in desk.options("t-1", by="sam")}
    by_kim = {o.trigger: o.ready for o in desk.options("t-1", by=Actor("kim", may=["withdraw"]))}

    assert (True, False) == (by_sam["listen"], by_kim["listen"])
    assert list(by_sam) == list(SIX.triggers)
    agreed(desk, "t-2")
    clock.advance(days=15)
    ready = {option.trigger: option.ready for option in desk.options("t-2", by="sam")}
    due = {o.trigger: o.ready for o in desk.options("t-2", by="system")}
    assert (False, True) == (ready["deadline_passed"], due["deadline_passed"])


def test_a_history_can_be_read_in_pieces(desk):
    """
    A page shows twenty of them.
    """
    opened(desk)
    told(desk, *ROADS["closed"])
    everything = desk.history("t-1")
    pieces, after = [], 0
    while piece := desk.history("t-1", after=after, limit=3):
        pieces += piece
        after = piece[-1].version

    assert list(everything) == pieces
    assert () == desk.history("t-1", after=len(everything))
    assert () == desk.history("t-1", limit=0)
    assert everything == desk.history("t-1", limit=100)


def test_a_history_makes_the_case(desk):
    """
    What was kept is enough to tell everything.
    """
    opened(desk)
    case = told(desk, *ROADS["closed"], Reopen(reason="again", words="It broke again"))

    assert case == type(case).replay(desk.history("t-1"))


def test_cases_are_found_by_what_they_are(desk_with, clock):
    """
    Everything that is asked for has to fit; they come by id.
    """
    desk = desk_with(SIX, SEVEN)
    opened(desk, "t-3", customer="bob", owner="lee")
    opened(desk, "t-1", method="seven_as")
    agreed(desk, "t-2")
    opened(desk, "t-4")
    told(desk, Withdraw(), case_id="t-4")

    def found(**asked):
        return [case.id for case in desk.cases(**asked)]

    assert ["t-1", "t-2", "t-3", "t-4"] == found()
    assert ["t-2"] == found(state="agreed")
    assert ["t-3"] == found(owner="lee") == found(customer="bob")
    assert ["t-1"] == found(method="seven_as")
    assert ["t-4"] == found(is_closed=True)
    assert ["t-1", "t-2"] == found(is_closed=False, customer="ana")
    assert ["t-2"] == found(method="six_steps", owner="sam", is_closed=False)
    assert [] == found(method="six_steps", state="heard")
    assert ["t-1", "t-2"] == found(limit=2)
    assert [] == found(limit=0)
    assert [desk.get("t-2")] == list(desk.cases(state="agreed"))


def test_cases_that_are_due_come_soonest_first(desk, clock):
    """
    Due before a moment: what is due at that moment is in time.
    """
    for case_id in ("t-2", "t-1"):
        agreed(desk, case_id)
        clock.advance(days=1)
    opened(desk, "t-3")
    due = desk.get("t-2").deadlines[0].due

    assert [] == [case.id for case in desk.cases(due_before=due)]
    assert ["t-2"] == [case.id for case in desk.cases(due_before=due + MINUTE)]
    assert ["t-2", "t-1"] == [
        case.id for case in desk.cases(due_before=due + timedelta(days=2), is_closed=False)
    ]
    with pytest.raises(TimeError, match=r"due_before is .* without a time zone"):
        desk.cases(due_before=datetime(2026, 1, 5))


# -- versions -----------------------------------------------------------------------------------


def test_a_case_is_served_by_its_own_version(desk_with):
    """
    What was promised to one customer does not change with the method.
    """
    opened(desk_with(SIX))
    strict = six_steps(strict=True)
    desk = desk_with(strict, SIX)
    opened(desk, "t-2")
    for case_id in ("t-1", "t-2"):
        told(desk, *ROADS["acknowledged"], case_id=case_id)

    assert (SIX.pin, strict.pin) == (desk.get("t-1").pin, desk.get("t-2").pin)
    assert "empathized" == told(desk, ROADS["empathized"][-1]).state
    with pytest.raises(Refused):
        told(desk, ROADS["empathized"][-1], case_id="t-2")


def test_a_case_of_a_version_that_is_not_there_is_told(desk_with, clock):
    """
    Guessing by another one would be worse. Its state can still be read.
    """
    second = attrs.evolve(SIX, version="2")
    old, new = desk_with(SIX), desk_with(second)
    case = agreed(old)
    for ask in (
        lambda: new.record("t-1", LISTEN, by="sam"),
        lambda: new.options("t-1", by="sam"),
        lambda: new.history("t-1"),
    ):
        with pytest.raises(UnknownMethod) as error:
            ask()

        assert (SIX.pin, (second.pin,)) == (error.value.name, error.value.known)
    clock.advance(days=15)
    assert (case, (case,), ()) == (new.get("t-1"), new.cases(), new.tick())
    assert ["deadline_passed"] == [entry.trigger for entry in old.tick()]


# -- authority ----------------------------------------------------------------------------------

LIMIT = "17.35"
STAFF = KnownActors(
    [Actor("sam"), Actor("lee"), Actor("kim", limits={"EUR": LIMIT}), Actor("eve", may=["listen"])]
)


def test_nobody_in_who_is_not_known(desk_with):
    """
    The host says who its people are.
    """
    desk = desk_with(authority=STAFF)
    with pytest.raises(UnknownActor, match=r"^nobody is known as 'mallory'"):
        opened(desk, by="mallory")
    opened(desk)
    for ask in (
        lambda: desk.record("t-1", LISTEN, by="mallory"),
        lambda: desk.record("t-1", LISTEN, by="mallory", key="mail-1"),
        lambda: desk.options("t-1", by="mallory"),
    ):
        with pytest.raises(UnknownActor):
            ask()

    assert ["open"] == triggers(desk)


def test_what_somebody_may_reaches_the_decision(desk_with):
    """
    By nothing but their name.
    """
    desk = desk_with(authority=STAFF)
    opened(desk)
    with pytest.raises(Refused) as no:
        desk.record("t-1", Withdraw(), by="eve")

    assert ["not_allowed"] == [unmet.code for unmet in no.value.unmet]
    assert "heard" == desk.record("t-1", LISTEN, by="eve").state
    assert {"listen"} == {o.trigger for o in desk.options("t-1", by="eve") if o.ready}


def test_a_limit_reaches_the_decision(desk_with):
    """
    Above it takes somebody else.
    """
    desk = desk_with(authority=STAFF)
    opened(desk)
    told(desk, *ROADS["consulted"])
    with pytest.raises(Refused) as no:
        desk.record("t-1", OFFER, by="kim")

    assert ["within_authority"] == [unmet.code for unmet in no.value.unmet]
    desk.record("t-1", RequestApproval(reason="fair", remedies=OFFER.remedies), by="kim")
    with pytest.raises(Refused):
        desk.record("t-1", Approve(), by="kim")
    desk.record("t-1", Approve(), by="lee")
    assert "negotiating" == desk.record("t-1", OFFER, by="kim").state


def test_a_limit_stands_in_no_text(desk_with, store, notifier):
    """
    It is the host's own business: a customer who knows it asks for exactly that.
    """
    seen = []
    desk = desk_with(
        authority=STAFF,
        notifier=notifier,
        on_refused=lambda case, _, no: seen.extend([repr(case), str(no), repr(no.unmet)]),
    )
    opened(desk, by="kim")
    told(desk, *ROADS["consulted"])
    ask = RequestApproval(reason="fair", remedies=OFFER.remedies)
    for made, by in ((OFFER, "kim"), (ask, "kim"), (Approve(), "kim"), (Approve(), "sam")):
        seen += [
            repr(desk.options("t-1", by=by)),
            repr([o.way for o in desk.options("t-1", by=by)]),
        ]
        try:
            seen.append(repr(desk.record("t-1", made, by=by)))
        except Refused as no:
            seen += [str(no), repr(no), repr(no.way), repr(no.unmet)]
    desk.record("t-1", OFFER, by="kim")
    desk.record("t-1", Accept(), by="kim")
    desk.deliver()
    seen += [repr(notifier.delivered), desk.export_story("t-1"), repr(store.load("t-1"))]
    seen += [repr(store.history("t-1")), repr(desk.history("t-1")), repr(desk.get("t-1"))]

    assert 3 <= len([text for text in seen if "cannot offer" in text or "limit" in text])
    assert [] == [text for text in seen if LIMIT in text]


def test_a_history_keeps_who_it_was_and_not_what_they_might(desk_with):
    """
    Limits and permissions are those of the day.
    """
    desk = desk_with(authority=STAFF)
    opened(desk, by="kim")
    robo = Actor("robo", "bot", limits={"EUR": 1}, may=["note_mood"])
    desk.record("t-1", NoteMood("calm"), by=robo)

    assert [Actor("kim"), Actor("robo", "bot")] == [entry.by for entry in desk.history("t-1")]


# -- what time brings ---------------------------------------------------------------------------


def test_an_overdue_promise_is_found_once(desk_with, clock, notifier):
    """
    However often, and from however many desks, one looks.
    """
    seen = []
    desk = desk_with(notifier=notifier, observers=[lambda _, e: seen.append(e.trigger)])
    due = agreed(desk).deadlines[0].due
    desk.deliver()
    assert () == desk.tick()
    clock.move_to(due)
    assert () == desk.tick()
    clock.advance(microseconds=1)
    (found,) = desk.tick()

    assert (DeadlinePassed("promise", "p1"), Actor("system", "system"), clock.now()) == (
        *(found.act, found.by, found.at),
    )
    assert clock.now() == desk.get("t-1").ledger.promise("p1").breached_at
    assert "deadline_passed" == seen[-1]
    assert [()] * 4 == [other.tick() for other in (desk, desk, desk_with(), desk_with(SEVEN, SIX))]
    clock.advance(days=400)
    assert () == desk.tick()
    assert 1 == triggers(desk).count("deadline_passed")
    desk.deliver()
    assert ["deadline_passed"] == notifier.topics[-1:]
    assert "owner" == notifier.delivered[-1].to


def test_many_threads_find_each_deadline_once(desk_with, clock):
    """
    Every worker of a host may tick.
    """
    cases = ["t-1", "t-2", "t-3"]
    for case_id in cases:
        agreed(desk_with(), case_id)
    clock.advance(days=15)
    answers, problems = at_once([desk_with().tick for _ in range(6)])

    assert [] == problems
    found = [entry.case_id for entries in answers for entry in entries]
    left = [entry.case_id for entry in desk_with().tick()]
    assert cases == sorted(found + left)
    assert [1, 1, 1] == [triggers(desk_with(), c).count("deadline_passed") for c in cases]


def test_a_promise_that_is_kept_late_keeps_its_breach(desk, clock):
    """
    Whether or not anybody had noticed.
    """
    agreed(desk, "t-1")
    agreed(desk, "t-2")
    clock.advance(days=15)
    noticed = clock.now()
    assert ["t-1"] == [entry.case_id for entry in desk.tick(limit=1)]
    clock.advance(days=1)
    for case_id in ("t-1", "t-2"):
        told(desk, KeepPromise("p1"), case_id=case_id)

    assert [("kept_late", noticed), ("kept_late", clock.now())] == [
        (promise.state, promise.breached_at)
        for promise in (desk.get(case_id).ledger.promise("p1") for case_id in ("t-1", "t-2"))
    ]
    assert () == desk.tick()


def test_a_breach_stays_whatever_closes_or_reopens(desk, clock):
    """
    I5: what was not kept in time was not kept in time.
    """
    agreed(desk)
    clock.advance(days=15)
    noticed = clock.now()
    desk.tick()
    told(desk, KeepPromise("p1"), CLOSE, Reopen(reason="again"), *ROADS["agreed"])
    told(desk, ReleasePromise("p2"), CLOSE)

    assert [("kept_late", noticed), ("released", None)] == [
        (promise.state, promise.breached_at) for promise in desk.get("t-1").ledger.promises
    ]
    clock.advance(days=400)
    assert () == desk.tick()


def test_a_promise_is_overdue_on_a_closed_case_too(desk, clock):
    """
    Who withdraws a complaint has not released what was promised.
    """
    agreed(desk)
    told(desk, Withdraw())
    clock.advance(days=15)
    (found,) = desk.tick()

    assert ("withdrawn", "deadline_passed") == (found.state, found.trigger)
    assert desk.get("t-1").is_closed


@pytest.mark.parametrize(
    "ending",
    [
        [KeepPromise("p1")],
        [ReleasePromise("p1")],
        [Withdraw(releases=["p1"])],
        [
            RequestApproval(reason="none are left", promise="p1"),
            Approve(),
            BreakPromise("p1", "We cannot"),
        ],
    ],
    ids=lambda acts: acts[-1].trigger,
)
def test_a_promise_that_is_settled_is_never_overdue(desk, clock, ending):
    """
    There is nothing left to be late with.
    """
    agreed(desk)
    told(desk, *ending)
    clock.advance(days=400)

    assert () == desk.tick()
    assert () == desk.cases(due_before=clock.now())


def test_a_time_limit_of_the_method_passes_once(desk_with, clock):
    """
    Nobody has listened within two days.
    """
    desk = desk_with(TIMED)
    case = opened(desk)
    clock.move_to(case.deadlines[0].due)
    assert () == desk.tick()
    clock.advance(seconds=1)
    (found,) = desk.tick()

    assert DeadlinePassed("first_response") == found.act
    assert ((), ()) == (desk.get("t-1").deadlines, desk.tick())


def test_a_time_limit_that_is_met_does_not_pass(desk_with, clock):
    """
    It ends with the act it waits for, and begins anew with a new cycle.
    """
    desk = desk_with(TIMED)
    opened(desk)
    told(desk, LISTEN, Withdraw())
    clock.advance(days=10)
    assert () == desk.tick()
    told(desk, Reopen(reason="again"))
    clock.advance(days=2, seconds=1)

    assert ["first_response"] == [entry.act.deadline for entry in desk.tick()]


def test_several_deadlines_of_one_case_pass_in_order(desk_with, clock):
    """
    One tick records them all, soonest first.
    """
    desk = desk_with()
    opened(desk)
    later, sooner = MONDAY + timedelta(days=5), MONDAY + timedelta(days=3)
    two = [Remedy("refund", "40.00", "EUR", due=later), Remedy("flowers", due=sooner)]
    told(desk, *ROADS["consulted"], attrs.evolve(OFFER, remedies=two), Accept())
    clock.advance(days=4)
    assert ["p2"] == [entry.act.promise for entry in desk.tick()]
    opened(desk, "t-2")
    late = [attrs.evolve(each, due=each.due + timedelta(days=9)) for each in two]
    told(desk, *ROADS["consulted"], attrs.evolve(OFFER, remedies=late), Accept(), case_id="t-2")
    clock.advance(days=11)

    assert [("t-1", "p1"), ("t-2", "p2"), ("t-2", "p1")] == [
        (entry.case_id, entry.act.promise) for entry in desk.tick()
    ]
    assert () == desk.tick()


def test_a_tick_may_look_at_a_few_cases_only(desk, clock):
    """
    The soonest ones; the next tick goes on.
    """
    for case_id in ("t-2", "t-1", "t-3"):
        agreed(desk, case_id)
        clock.advance(hours=1)
    clock.advance(days=15)

    assert () == desk.tick(limit=0)
    assert ["t-2"] == [entry.case_id for entry in desk.tick(limit=1)]
    assert ["t-1", "t-3"] == [entry.case_id for entry in desk.tick(limit=5)]


def test_cases_of_other_desks_do_not_stand_in_the_way(desk_with, clock):
    """
    A tick that looks at a few only would see nothing but them, for ever.
    """
    other = attrs.evolve(SIX, version="0")
    agreed(desk_with(other), "t-1")
    clock.advance(hours=1)
    agreed(desk_with(), "t-2")
    clock.advance(days=15)

    assert ["t-2"] == [entry.case_id for entry in desk_with().tick(limit=1)]


def test_somebody_who_acts_while_it_ticks_goes_first(store, clock):
    """
    The promise was kept at the last moment; or somebody else has found it overdue.
    """
    quick = Quick(store)
    desk, ticking = (Desk(SIX, store=each, clock=clock) for each in (store, quick))
    for case_id in ("t-1", "t-2", "t-3"):
        agreed(desk, case_id)
    clock.advance(days=15)
    quick.others = lambda: told(desk, KeepPromise("p1"))
    assert ["t-2", "t-3"] == [entry.case_id for entry in ticking.tick()]
    agreed(desk, "t-4")
    clock.advance(days=15)
    overdue = DeadlinePassed("promise", "p1")
    quick.others = lambda: desk.record("t-4", overdue, by="system")

    assert () == ticking.tick()
    assert 0 == triggers(desk).count("deadline_passed")
    assert [1, 1, 1] == [
        triggers(desk, case_id).count("deadline_passed") for case_id in ("t-2", "t-3", "t-4")
    ]


def test_a_note_in_between_only_delays_what_is_found(store, clock):
    """
    What the tick has lost is still overdue at the next one.
    """
    quick = Quick(store)
    desk, ticking = (Desk(SIX, store=each, clock=clock) for each in (store, quick))
    agreed(desk)
    clock.advance(days=15)
    quick.others = lambda: told(desk, NoteMood("calm"))

    assert ((), 1, ()) == (ticking.tick(), len(ticking.tick()), ticking.tick())


def test_a_tick_of_a_clock_that_is_behind_goes_forward(desk, clock):
    """
    Another machine has recorded something a moment ago.
    """
    due = agreed(desk).deadlines[0].due
    clock.move_to(due + timedelta(hours=1))
    desk.record("t-1", NoteMood("calm"), by="sam")
    clock.move_to(due + MINUTE)

    assert [due + timedelta(hours=1)] == [entry.at for entry in desk.tick()]


LEAN = Method(
    name="lean",
    version="1",
    title="Only talk",
    initial="received",
    states=[
        State("received", "to be heard", waits_for="customer"),
        State("closed", "over", final=True, waits_for="nobody"),
    ],
    facts=[Fact("heard", "not heard")],
    rules=[
        Rule(Listen, outcomes=[Outcome("finished", establishes="heard")]),
        Rule(Reschedule),
        Rule(Withdraw),
        Rule(NotReached),
        Rule(Lapse, needs=[attempts_made(1)]),
    ],
    edges=[
        *stays("received", Listen, Reschedule, NotReached),
        Edge("received", Withdraw, "closed"),
        Edge("received", Lapse, "closed"),
    ],
)


def test_a_deadline_that_a_method_cannot_record_blocks_no_other(desk_with, clock, caplog):
    """
    The log says so, and the other cases are looked at.
    """
    desk = desk_with(LEAN, SIX)
    opened(desk, "t-1", method="lean")
    talk = Reschedule(to=MONDAY + MINUTE, words="Shall we talk later?", accepted=True)
    told(desk, talk)
    agreed(desk_with(SIX), "t-2")
    clock.advance(days=15)

    assert ["t-2"] == [entry.case_id for entry in desk.tick()]
    assert ["what is due in case t-1 cannot be recorded"] == [
        record.getMessage() for record in caplog.records
    ]


def test_a_case_that_cannot_be_read_blocks_no_other(desk, desk_with, store, clock, caplog):
    """
    Somebody has edited the database by hand.
    """
    for case_id in ("t-1", "t-2", "t-3"):
        agreed(desk, case_id)
    found = store.load("t-2")
    broken = attrs.evolve(found, version=found.version + 1, text='{"id": "t-2"')
    store.commit(Change("t-2", found.version, broken, ()))
    clock.advance(days=15)

    assert ["t-1", "t-3"] == [entry.case_id for entry in desk_with().tick()]
    [record] = caplog.records
    assert record.getMessage().startswith(
        "what is due in case t-2 cannot be recorded: case 't-2' cannot be read: "
    )
    assert () == desk.tick()
    with pytest.raises(StoreError, match=r"^case 't-2' cannot be read: "):
        desk.cases()


def test_a_requirement_of_a_host_that_raises_blocks_no_other_case(store, clock, caplog):
    """
    It divides by nothing, in one case of many: the others are as due as they were.
    """

    def met(question):
        return 1 / (question.case.id != "t-2") > 0

    asked = Requirement("host", "the host agrees", met, satisfied_by=["listen"])
    rules = [
        attrs.evolve(rule, needs=[*rule.needs, asked]) if rule.act is DeadlinePassed else rule
        for rule in SIX.rules
    ]
    desk = Desk(attrs.evolve(SIX, rules=rules), store=store, clock=clock)
    for case_id in ("t-1", "t-2", "t-3"):
        agreed(desk, case_id)
    clock.advance(days=15)

    assert ["t-1", "t-3"] == [entry.case_id for entry in desk.tick()]
    assert ["what is due in case t-2 cannot be recorded"] == [
        record.getMessage() for record in caplog.records
    ]
    assert "ZeroDivisionError" in caplog.text
    assert 1 == len(desk.get("t-2").deadlines)


# -- telling people -----------------------------------------------------------------------------


def test_notifications_are_kept_with_the_step_and_told_afterwards(desk_with, notifier):
    """
    In the order in which it happened, each with a key of its own.
    """
    desk = desk_with(notifier=notifier)
    agreed(desk)
    assert [] == notifier.delivered

    assert Delivery(3, 0) == desk.deliver()
    assert [
        ("t-1:6:1", 6, "offer_made", "customer", "offer", "negotiating"),
        ("t-1:7:1", 7, "agreed", "customer", "accept", "agreed"),
        ("t-1:7:2", 7, "agreed", "owner", "accept", "agreed"),
    ] == [(n.key, n.version, n.topic, n.to, n.trigger, n.state) for n in notifier.delivered]
    assert {MONDAY} == {n.at for n in notifier.delivered}
    assert Delivery(0, 0) == desk.deliver()


def test_a_notifier_that_fails_undoes_repeats_and_blocks_no_step(desk_with, notifier, caplog):
    """
    (A real helpdesk sent the refund, and rolled the record back.)
    """
    desk = desk_with(notifier=notifier, pauses=wait_fixed(30))
    case = agreed(desk)
    notifier.fail_next(1)

    assert Delivery(0, 1) == desk.deliver()
    assert case == desk.get("t-1")
    assert "closed" == told(desk, KeepPromise("p1"), CLOSE).state
    assert 1 == triggers(desk).count("accept")
    (line,) = caplog.messages
    assert "notification t-1:6:1 was not delivered (ConnectionError(" in line
    assert "tried again in 0:00:30" in line


def test_what_fails_holds_up_its_own_case_only(desk_with, notifier, clock):
    """
    "Agreed" before "offered" would tell the customer a muddle.
    """
    desk = desk_with(notifier=notifier)
    agreed(desk, "t-1")
    agreed(desk, "t-2")
    notifier.fail_next(1)

    assert Delivery(3, 1) == desk.deliver()
    (failed,) = notifier.failed
    other = {"t-1": "t-2", "t-2": "t-1"}[failed.case_id]
    assert [f"{other}:6:1", f"{other}:7:1", f"{other}:7:2"] == [n.key for n in notifier.delivered]
    assert Delivery(0, 0) == desk.deliver()
    clock.advance(seconds=30)
    assert Delivery(3, 0) == desk.deliver()
    mine = [n.key for n in notifier.delivered[3:]]
    assert [f"{failed.case_id}:6:1", f"{failed.case_id}:7:1", f"{failed.case_id}:7:2"] == mine


def test_pauses_double_to_six_hours(desk_with, notifier, clock):
    """
    Each is shorter by at most a fifth; every attempt has the same key, and says which one it is.
    """
    desk = desk_with(notifier=notifier)
    opened(desk)
    told(desk, Withdraw())
    notifier.fail_next(100)
    desk.deliver()
    pauses = [30, 60, 120, 240, 480, 960, 1920, 3840, 7680, 15360, 21600, 21600, 21600]
    for longest in pauses:
        clock.advance(seconds=longest * 0.8 - 0.001)
        assert Delivery(0, 0) == desk.deliver()
        clock.advance(seconds=longest * 0.2 + 0.001)
        assert Delivery(0, 1) == desk.deliver()

    assert {"t-1:2:1"} == {n.key for n in notifier.failed}
    assert list(range(len(pauses) + 1)) == [n.attempts for n in notifier.failed]


@pytest.mark.parametrize(("asked", "waits"), [(None, 30), (5, 30), (600, 600)])
def test_a_receiver_that_asks_for_more_time_gets_it(desk_with, notifier, clock, asked, waits):
    """
    And never less than the pause would have been.
    """
    told = [NotDelivered("t-1:2:1", "busy", retry_after=asked and timedelta(seconds=asked)), None]

    def tell(_notification):
        if (error := told.pop(0)) is not None:
            raise error

    desk = desk_with(notifier=CallableNotifier(tell))
    opened(desk)
    desk.record("t-1", Withdraw(), by="ana")
    assert Delivery(0, 1) == desk.deliver()
    clock.advance(seconds=waits * 0.79)
    assert Delivery(0, 0) == desk.deliver()
    clock.advance(seconds=waits * 0.22)
    assert Delivery(1, 0) == desk.deliver()


def test_an_address_that_never_works_is_tried_for_ever(desk_with, notifier, clock):
    """
    After some weeks the pause, still doubled, would be longer than Python can count.
    """
    desk = desk_with(notifier=notifier, park_after=None)
    opened(desk)
    told(desk, Withdraw())
    notifier.fail_next(60)
    for _ in range(60):
        assert Delivery(0, 1) == desk.deliver()
        clock.advance(hours=6)

    assert Delivery(1, 0) == desk.deliver()


def test_what_was_told_and_not_written_down_is_told_again(desk_with, clock):
    """
    Where the process dies in between, the receiver can tell a second delivery by its key.
    """
    sent = []

    class Dying:
        def notify(self, notification):
            sent.append(notification.key)
            if len(sent) == 1:
                raise KeyboardInterrupt

    desk = desk_with(notifier=Dying())
    opened(desk)
    told(desk, Withdraw())
    with pytest.raises(KeyboardInterrupt):
        desk.deliver()

    other = desk_with(notifier=Dying())
    clock.advance(minutes=5, microseconds=-1)
    assert Delivery(0, 0) == other.deliver()
    clock.advance(microseconds=1)
    assert Delivery(1, 0) == other.deliver()
    assert ["t-1:2:1", "t-1:2:1"] == sent
    assert Delivery(0, 0) == other.deliver()


def test_a_desk_without_a_notifier_says_so(desk_with, notifier):
    """
    What is to be told waits for a desk that has one.
    """
    desk = desk_with()
    opened(desk)
    told(desk, Withdraw())
    with pytest.raises(EvidenceError) as error:
        desk.deliver()

    assert "deliver: the desk has no notifier: Desk(..., notifier=...)" == str(error.value)
    assert Delivery(1, 0) == desk_with(notifier=notifier).deliver()


def test_no_more_is_handed_over_than_asked_for(desk_with, notifier):
    """
    Failures count, too: whoever pays for each attempt wants to know how many there are.
    """
    desk = desk_with(notifier=notifier)
    for case_id in ("t-1", "t-2", "t-3"):
        agreed(desk, case_id)

    assert Delivery(0, 0) == desk.deliver(limit=0)
    notifier.fail_next(1)
    assert Delivery(1, 1) == desk.deliver(limit=2)
    assert Delivery(4, 0) == desk.deliver(limit=4)
    assert Delivery(1, 0) == desk.deliver(limit=4)


def test_many_threads_tell_each_thing_once(desk_with, notifier):
    """
    And each case in its order.
    """
    for case_id in ("t-1", "t-2", "t-3"):
        agreed(desk_with(), case_id)
    answers, problems = at_once([desk_with(notifier=notifier).deliver for _ in range(4)])
    answers.append(desk_with(notifier=notifier).deliver())

    assert ([], 9) == (problems, sum(answer.delivered for answer in answers))
    keys = [n.key for n in notifier.delivered]
    for case_id in ("t-1", "t-2", "t-3"):
        mine = [key for key in keys if key.startswith(case_id)]
        assert [f"{case_id}:6:1", f"{case_id}:7:1", f"{case_id}:7:2"] == mine


# -- stories ------------------------------------------------------------------------------------


def elsewhere(*methods, **options):
    """
    Return another desk, with a store of its own.
    """
    return Desk(
        *(methods or (SIX,)), **({"store": MemoryStore(), "clock": FrozenClock()} | options)
    )


@pytest.mark.parametrize("state", ROADS)
def test_a_case_that_is_handed_over_is_the_same_case(desk, state):
    """
    With the same history, entry by entry.
    """
    opened(desk)
    told(desk, *ROADS[state])
    other = elsewhere()
    case = other.import_story(desk.export_story("t-1"))

    assert desk.get("t-1") == case == other.get("t-1")
    assert desk.history("t-1") == other.history("t-1")


def test_a_long_case_is_handed_over_too(desk, clock):
    """
    Over two cycles, with a breach, a bot, a colleague and words in every script.
    """
    desk.open(
        "Fall 7", customer="Аня", complaint='Zu spät,\n"kaputt"\u2028und 🫖\r\n\x85', by="sam"
    )
    for made in ROADS["agreed"]:
        clock.advance(hours=1, microseconds=7)
        told(desk, made, case_id="Fall 7")
    clock.advance(days=30)
    desk.tick()
    ask = RequestApproval(reason="none are left", promise="p1")
    told(desk, ask, Approve(note="so be it"), BreakPromise("p1", "We cannot"), case_id="Fall 7")
    desk.record("Fall 7", NoteMood("upset"), by=Actor("robo", "bot"))
    told(desk, Learn(improvement="Straw"), CLOSE, Reopen(reason="x", words="y"), case_id="Fall 7")
    told(desk, Listen(account="Again", finished=False), case_id="Fall 7")
    story = desk.export_story("Fall 7")
    other = elsewhere(clock=clock)

    assert desk.get("Fall 7") == other.import_story(story)
    assert desk.history("Fall 7") == other.history("Fall 7")
    assert story == other.export_story("Fall 7")
    assert story.count("\n") == len(desk.history("Fall 7"))


def test_a_case_that_was_handed_over_goes_on(desk_with, notifier, clock):
    """
    What it would tell was told elsewhere; what comes now is told here.
    """
    agreed(desk_with(store=MemoryStore()))
    source = desk_with(store=MemoryStore())
    agreed(source)
    here = desk_with(notifier=notifier)
    here.import_story(source.export_story("t-1"))
    assert Delivery(0, 0) == here.deliver()
    clock.advance(days=15)

    assert ["deadline_passed"] == [entry.trigger for entry in here.tick()]
    assert "closed" == told(here, KeepPromise("p1"), CLOSE).state
    here.deliver()
    assert ["deadline_passed", "closed"] == notifier.topics


def test_a_story_is_decided_with_the_calendar_of_the_desk(clock):
    """
    A deadline that falls on a holiday here must not fall on another day after a hand-over.
    """
    method = six_steps(promises_within=Within(2, "business_days"), first_response=Within(1, "days"))
    holidays = WeekdayCalendar([date(2026, 1, 6), date(2026, 1, 7)])
    desk = elsewhere(method, calendar=holidays, clock=clock)
    agreed(desk)
    other = elsewhere(method, calendar=holidays)

    assert datetime(2026, 1, 9, 9, tzinfo=UTC) == desk.get("t-1").deadlines[0].due
    assert desk.get("t-1") == other.import_story(desk.export_story("t-1"))


def test_a_story_can_be_told_under_another_name_and_method(desk_with):
    """
    What the new method is called, and the ticket, is the importer's to say.
    """
    desk = desk_with(SEVEN, SIX)
    opened(desk, method="six_steps")
    told(desk, LISTEN)
    story = desk.export_story("t-1")
    case = desk.import_story(story, method="six_steps", case_id="t-2")

    assert ("t-2", "six_steps", "heard") == (case.id, case.method, case.state)
    assert ["t-2", "t-2"] == [entry.case_id for entry in desk.history("t-2")]
    with pytest.raises(UnknownMethod, match="did you mean 'six_steps'"):
        desk.import_story(story, method="six_step")
    with pytest.raises(StoryError, match="the id of a case must be a text"):
        desk.import_story(story, method="six_steps", case_id=" ")


def test_a_story_does_not_take_the_place_of_a_case(store, clock):
    """
    Not even of one that is opened at the same time.
    """
    quick = Quick(store)
    desk, slow = (Desk(SIX, store=each, clock=clock) for each in (store, quick))
    opened(desk)
    story = desk.export_story("t-1")
    with pytest.raises(CaseExists):
        desk.import_story(story)
    quick.others = lambda: opened(desk, "t-2")
    with pytest.raises(CaseExists):
        slow.import_story(story, case_id="t-2")

    assert ["open"] == triggers(desk, "t-2")


LINE_1 = (
    '{"act": "open", "by": "sam", "at": "2026-01-05T09:00Z", "customer": "ana", "complaint": "x"}'
)
LINE_2 = '{"act": "listen", "by": "sam", "account": "Late"}'


@pytest.mark.parametrize(
    ("lines", "problems"),
    [
        ([], ["it is empty; its first line must be the act 'open'"]),
        ([LINE_2.replace("}", ', "at": "2026-01-05T09:00Z"}')], ["line 1: the first act must be"]),
        (
            [LINE_1, LINE_1],
            ["line 2: a story opens one case, once; tell another case in a story of its own"],
        ),
        ([LINE_1, "", LINE_2, LINE_2.replace("listen", "offer")], ["line 4: offer: account is no"]),
        (
            [LINE_1, '{"act": "accept", "by": "sam"}', LINE_2],
            ["line 2: cannot accept while received: no offer stands"],
        ),
        (
            [LINE_1, LINE_2.replace("}", ', "at": "2026-01-04T09:00Z"}')],
            ["line 2: at is 2026-01-04T09:00:00+00:00, before the line above"],
        ),
        (
            [LINE_1.replace('"sam"', '{"id": "sam", "may": ["listen"]}'), LINE_2],
            ["line 1: sam may not open; ask somebody who may"],
        ),
        (
            [LINE_1.replace("}", ', "format": 2}'), LINE_2],
            ["line 1: it has format 2, and this complaintflow reads 1 to 1: use the complaintflow"],
        ),
        (
            [LINE_1.replace("2026", "9999"), LINE_2],
            ["line 1: at is 9999-01-05T09:00:00+00:00; a year from 1900 to 9000 is meant"],
        ),
    ],
)
def test_a_story_is_kept_whole_or_not_at_all(desk, lines, problems):
    """
    Half a complaint is worse than none.
    """
    with pytest.raises(StoryError) as error:
        desk.import_story("\n".join(lines))

    for problem, told_problem in zip(problems, error.value.problems, strict=False):
        assert problem == told_problem[: len(problem)]
    assert () == desk.cases()


def test_a_story_without_a_name_is_called_story(desk):
    """
    One has to call it something, and two of them meet.
    """
    assert "story" == desk.import_story(f"# A story\r\n\r\n{LINE_1}\r\n{LINE_2}\r\n").id
    with pytest.raises(CaseExists, match="case 'story' was opened before"):
        desk.import_story(LINE_1)


def test_apologies_outlive_the_process(tmp_path, clock):
    """
    A desk holds nothing itself: another one goes on where it stopped.
    """
    path = tmp_path / "cases"
    with closing(SqliteStore(path)) as store:
        agreed(Desk(SIX, store=store, clock=clock))
    clock.advance(days=15)
    with closing(SqliteStore(path)) as store:
        desk = Desk(SIX, store=store, clock=clock)

        assert ["deadline_passed"] == [entry.trigger for entry in desk.tick()]
        assert "agreed" == told(desk, Apologize(words="Sorry, it is late")).state
        assert isinstance(desk.history("t-1", after=5)[0].act, Offer)


# -- leases, parking, limits, pages -------------------------------------------------------------


def test_a_case_that_somebody_has_woken_is_looked_at_later(desk, store, clock):
    """
    Whoever died with it gives it back after five minutes.
    """
    agreed(desk)
    now = clock.advance(days=15)
    store.wake(now=now, until=now + 5 * MINUTE, limit=1, methods=[SIX.pin])

    assert () == desk.tick()
    clock.advance(minutes=5, microseconds=1)
    assert ["deadline_passed"] == [entry.trigger for entry in desk.tick()]
    assert () == desk.tick()


def test_many_cases_are_woken_in_one_tick(desk, clock):
    """
    More than are taken at a time, and no more than asked for.
    """
    story = f"{LINE_1}\n{LINE_2}\n"
    timed = Desk(TIMED, store=desk._at.store.store, clock=clock)
    for number in range(230):
        timed.import_story(story.replace(LINE_2, ""), case_id=f"t-{number}")
    clock.advance(days=3)

    assert 7 == len(timed.tick(limit=7))
    assert () == timed.tick(limit=0)
    assert 223 == len(timed.tick())
    assert () == timed.tick()


def test_what_keeps_failing_is_put_aside(desk_with, notifier, clock, caplog):
    """
    It holds up its case no longer; with its error it waits for somebody who looks.
    """
    desk = desk_with(notifier=notifier, park_after=3)
    agreed(desk)
    for expected in (Delivery(0, 1), Delivery(0, 1), Delivery(2, 0, 1)):
        notifier.fail_next()
        with caplog.at_level(logging.WARNING, "complaintflow"):
            assert expected == desk.deliver()
        clock.advance(hours=1)

    (parked,) = desk.parked()
    assert ("t-1:6:1", 3) == (parked.notification.key, parked.notification.attempts)
    assert "was told to fail" in parked.error
    assert "notification t-1:6:1 failed 3 times" in caplog.text
    assert () == desk.parked(after="t-1:6:1")
    assert () == desk.parked(limit=0)
    assert Delivery(0, 0) == desk.deliver()

    desk.release("t-1:6:1", by="sam")

    assert () == desk.parked()
    assert Delivery(1, 0) == desk.deliver()
    assert ["agreed", "agreed", "offer_made"] == notifier.topics


def test_a_notifier_is_quoted_and_not_shown(desk_with, caplog):
    """
    Whoever looks reads the reason, and not how the error is made.
    """

    class Closed:
        def notify(self, notification):
            raise NotDelivered(notification.key, "the server answered 410", is_permanent=True)

    desk = desk_with(notifier=Closed())
    agreed(desk)
    desk.deliver()

    assert {"the server answered 410"} == {parked.error for parked in desk.parked()}
    assert "t-1:6:1 failed 1 times (the server answered 410); it is parked" in caplog.text


def test_a_failure_that_comes_late_releases_nothing(desk_with, clock):
    """
    Another worker has put the notification aside, while this one was still waiting for an answer.
    """

    class Gone:
        def notify(self, notification):
            raise NotDelivered(notification.key, "no such mailbox", is_permanent=True)

    class Slow:
        def notify(self, notification):
            clock.advance(minutes=6)
            assert Delivery(0, 0, 1) == other.deliver(limit=1)
            raise TimeoutError

    desk, other = desk_with(notifier=Slow()), desk_with(notifier=Gone())
    opened(desk)
    told(desk, Withdraw())

    assert Delivery(0, 1) == desk.deliver(limit=1)

    (parked,) = desk.parked()
    assert ("t-1:2:1", 1) == (parked.notification.key, parked.notification.attempts)
    assert "no such mailbox" in parked.error


def test_a_batch_does_not_outlast_its_lease(desk_with, clock):
    """
    What is not begun in time is left alone: another worker may have it by then.
    """
    took = []

    class Slow:
        def notify(self, notification):
            took.append(notification.case_id)
            clock.advance(seconds=59)
            other.deliver()

    class Quick:
        def notify(self, notification):
            took.append(notification.case_id)

    desk, other = desk_with(notifier=Slow()), desk_with(notifier=Quick())
    cases = [f"t-{number}" for number in range(10)]
    for case_id in cases:
        opened(desk, case_id)
        told(desk, Withdraw(), case_id=case_id)

    assert Delivery(5, 0) == desk.deliver()

    clock.advance(minutes=1)
    assert Delivery(5, 0) == other.deliver()
    assert cases == took


def test_an_error_is_cut_to_what_can_be_read(desk_with, clock):
    """
    Some servers answer with a page.
    """

    class Wordy:
        def notify(self, notification):
            raise ConnectionError("no " * 10_000)

    desk = desk_with(notifier=Wordy(), park_after=1)
    agreed(desk)
    desk.deliver()

    assert [1_000] * 3 == [len(parked.error) for parked in desk.parked()]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (lambda: 1 / 0, "an Unspeakable, which cannot say what it is"),
        (lambda: None, "an Unspeakable, which cannot say what it is"),
        (lambda: "no\ud800\0", "no\\ud800\\x00"),
    ],
    ids=["raises", "is no text", "no database keeps it"],
)
def test_an_error_that_cannot_say_what_it_is_is_parked_as_well(desk_with, said, kept):
    """
    One that is not kept would come again with every call, and hold up all the others.
    """

    class Unspeakable(Exception):
        def __repr__(self):
            return said()

    class Broken:
        def notify(self, notification):
            raise Unspeakable

    desk = desk_with(notifier=Broken(), park_after=1)
    agreed(desk)

    assert Delivery(0, 0, 3) == desk.deliver()
    assert [kept] * 3 == [parked.error for parked in desk.parked()]


@pytest.mark.parametrize("key", ["t-1:6:1", "t-1:6:9", "", None, "x"], ids=repr)
def test_nothing_is_released_that_is_not_parked(desk_with, notifier, key):
    """
    A slip of the pen must not take a claim from a worker.
    """
    desk = desk_with(notifier=notifier, park_after=1)
    for number in (2, 3):
        agreed(desk, f"t-{number}")
        notifier.fail_next(3)
        desk.deliver()
    agreed(desk)
    with pytest.raises(EvidenceError, match=r"no notification .* is parked; Desk\.parked\(\)"):
        desk.release(key, by="sam")


@pytest.mark.parametrize("attempts", [0, -1, 1.5, True, "3"], ids=repr)
def test_the_number_of_attempts_is_a_number(attempts):
    """
    Zero would park what was never tried.
    """
    with pytest.raises(EvidenceError, match="park_after must be a number of attempts"):
        Desk(SIX, park_after=attempts)


def test_cases_are_listed_in_pages(desk):
    """
    By id, after the last case or its id; by deadline, after the case itself.
    """
    for number in range(5):
        agreed(desk, f"t-{number}")
    first = desk.cases(limit=2)
    due = {"due_before": MONDAY + timedelta(days=99), "limit": 3}

    assert ["t-2", "t-3"] == [case.id for case in desk.cases(limit=2, after=first[-1])]
    assert ["t-2", "t-3"] == [case.id for case in desk.cases(limit=2, after="t-1")]
    page = desk.cases(**due)
    assert ["t-0", "t-1", "t-2"] == [case.id for case in page]
    assert ["t-3", "t-4"] == [case.id for case in desk.cases(**due, after=page[-1])]
    with pytest.raises(EvidenceError, match=r"give the last case of the page before itself"):
        desk.cases(**due, after="t-2")


def test_what_is_too_large_is_refused_and_says_so(desk_with):
    """
    Nobody fills a database with one form; every text that is too long is named.
    """
    desk = desk_with(limits=Limits(text=20, name=10))
    with pytest.raises(LimitReached) as no:
        opened(desk, "t-1234567890", customer="ana" * 9, complaint="x" * 21, key="k" * 11)

    shorter, shorten = "use a shorter one", "shorten it, or keep it elsewhere and say where"
    assert [
        f"case_id has 12 characters, and this desk takes 10; {shorter}",
        f"key has 11 characters, and this desk takes 10; {shorter}",
        f"customer has 27 characters, and this desk takes 10; {shorter}",
        f"complaint has 21 characters, and this desk takes 20; {shorten}",
        f"customer has 27 characters, and this desk takes 20; {shorten}",
    ] == list(no.value.problems)
    assert () == desk.cases()


def test_a_text_anywhere_in_an_act_can_be_too_large(desk_with):
    """
    In a remedy of an offer too; and the longest that is taken is taken.
    """
    desk = desk_with(limits=Limits(text=100))
    opened(desk)
    told(desk, *ROADS["consulted"])
    offer = Offer([Remedy("refund"), Remedy("present", details="x" * 101)], words="y" * 100)
    with pytest.raises(LimitReached, match=r"^offer: remedies\[1\]\.details has 101 characters"):
        desk.record("t-1", offer, by="sam")
    offer = Offer([Remedy("refund"), Remedy("present", details="x" * 100)], words="y" * 100)

    assert "negotiating" == desk.record("t-1", offer, by="sam").state
    with pytest.raises(LimitReached, match=r"^note_mood: key has 201 characters"):
        desk.record("t-1", NoteMood("calm"), by="sam", key="k" * 201)


def test_a_case_has_so_many_entries_and_can_still_end(desk_with, clock):
    """
    What ends it, and what the system records, has room left.
    """
    desk = desk_with(TIMED, limits=Limits(entries=3))
    opened(desk)
    told(desk, NoteMood("calm"), NoteMood("calm"))
    with pytest.raises(LimitReached, match=r"case 't-1' has 3 entries, and this desk takes 3; end"):
        told(desk, NoteMood("calm"))
    clock.advance(days=3)

    assert ["deadline_passed"] == [entry.trigger for entry in desk.tick()]
    assert "withdrawn" == told(desk, Withdraw()).state
    with pytest.raises(LimitReached):
        told(desk, Correct(entry=1, reason="it was on Tuesday"))
    assert ["open", "note_mood", "note_mood", "deadline_passed", "withdraw"] == triggers(desk)


def test_who_erases_has_a_name_that_is_not_too_long(desk_with):
    """
    It stays when the words are gone.
    """
    desk = desk_with(limits=Limits(name=10))
    opened(desk)
    with pytest.raises(LimitReached, match=r"^erase: by has 11 characters"):
        desk.erase("t-1", reason="asked", by="s" * 11)

    assert 1 == desk.get("t-1").version


LINE = '{"act": "%s", "by": "%s", "at": "%s", %s}'


@pytest.mark.parametrize(
    ("number", "changed", "problem"),
    [
        (1, ("open", "s" * 11, "2026-01-05T09:00Z", '"customer": "ana", "complaint": "x"'), "by"),
        (1, ("open", "sam", "2026-01-05T09:00Z", '"customer": "a%s", "complaint": "x"'), "custo"),
        (2, ("listen", "sam", "2026-01-05T09:00Z", '"account": "%s"' % ("x" * 21)), "account has"),
        (3, ("note_mood", "sam", "2026-01-05T10:00Z", '"mood": "calm"'), "is 2026-01-05T10:00"),
        (4, ("note_mood", "sam", "2026-01-05T09:00Z", '"mood": "calm"'), "'story' has 3 entries"),
    ],
    ids=["by", "customer", "account", "moment", "entries"],
)
def test_a_story_is_no_way_past_the_limits(desk_with, number, changed, problem):
    """
    What nobody may record at a desk does not come in by a file; nothing of it is kept.
    """
    desk = desk_with(limits=Limits(text=20, name=10, entries=3))
    lines = [
        LINE % ("open", "sam", "2026-01-05T09:00Z", '"customer": "ana", "complaint": "x"'),
        *[LINE % ("note_mood", "sam", "2026-01-05T09:00Z", '"mood": "calm"')] * 2,
    ]
    told_so = (LINE % changed).replace("a%s", "a" * 11)
    with pytest.raises(StoryError) as error:
        desk.import_story("\n".join([*lines[: number - 1], told_so, *lines[number:]]))

    (said,) = error.value.problems
    assert said.startswith(f"line {number}: ")
    assert problem in said
    assert () == desk.cases()
    assert 3 == desk.import_story("\n".join(lines)).version


def test_a_negotiation_has_so_many_offers(desk_with):
    """
    After which somebody comes to an end; everything else is still possible.
    """
    desk = desk_with(limits=Limits(offers=2))
    opened(desk)
    told(desk, *ROADS["negotiating"], OFFER)
    with pytest.raises(LimitReached, match=r"offer: 2 offers were made in this cycle"):
        told(desk, OFFER)

    assert "agreed" == told(desk, NoteMood("calm"), Accept()).state


@pytest.mark.parametrize("given", [{"text": 0}, {"entries": -1}, {"offers": 1.5}, {"name": None}])
def test_limits_are_whole_numbers(given):
    """
    All that are not are named.
    """
    with pytest.raises(EvidenceError, match=f"{next(iter(given))} must be a whole number of at"):
        Limits(**given)


def test_what_is_kept_of_a_case_does_not_grow_for_ever(desk, store):
    """
    Loading it costs the same after ten entries and after a thousand.
    """
    opened(desk)
    told(desk, *ROADS["agreed"])
    words = "Where is my teapot? I have been waiting. "
    sizes = []
    for _ in range(3):
        lines = [CustomerReplied(words=words)] * 60
        told(desk, *lines)
        sizes.append(len(store.load("t-1").text))

    assert sizes[2] == sizes[1]


def test_what_a_desk_remembers_is_what_the_store_says(desk, store, clock):
    """
    Another process has gone on with the case.
    """
    opened(desk)
    other = Desk(SIX, store=store, clock=clock)
    told(other, LISTEN)

    assert "heard" == desk.get("t-1").state
    assert told(desk, NoteMood("calm")) == other.get("t-1")


def test_a_desk_remembers_a_few_cases_only():
    """
    It may live for months.
    """
    desk = Desk(SIX)
    for number in range(300):
        opened(desk, f"t-{number}")

    assert 256 == len(desk._at.memory._known)
    assert ["t-0", "t-299"] == [desk.get(case_id).id for case_id in ("t-0", "t-299")]


def test_times_are_read_in_utc_also_where_they_were_just_given(desk):
    """
    Whether this process has recorded them, or another one.
    """
    zone = timezone(timedelta(hours=9))
    opened(desk, at=MONDAY.astimezone(zone))
    told(desk, *ROADS["consulted"])
    due = (MONDAY + timedelta(days=3)).astimezone(zone)
    told(desk, Offer([Remedy("refund", due=due)], words="We put it right"), Accept())

    (promise,) = desk.get("t-1").ledger.promises
    assert (UTC, UTC) == (promise.due.tzinfo, desk.get("t-1").opened_at.tzinfo)
