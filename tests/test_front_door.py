"""
What is given at the front door is looked at whole: one clear error names all that is wrong.
"""

import asyncio
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from random import random

import pytest
from attrs import evolve
from tenacity import wait_fixed
from transitions.extensions import HierarchicalMachine

from complaintflow import (
    AsyncDesk,
    Case,
    Desk,
    EvidenceError,
    StoryError,
    TimeError,
    UnknownActor,
    UnknownCase,
    UnknownMethod,
    UnsupportedOption,
    decide,
    due,
    line_of,
    machine,
    open_case,
    options,
    read_story,
    replay,
    verify_history,
)
from complaintflow.acts import Close, NoteMood
from complaintflow.adapters.memory import AsyncMemoryStore, MemoryStore
from complaintflow.adapters.notifiers import CallableNotifier, LoggingNotifier
from complaintflow.adapters.sqlite import SqliteStore
from complaintflow.adapters.system import EverybodyMay, KnownActors, SystemClock, WeekdayCalendar
from complaintflow.methods import six_steps
from complaintflow.testing import FaultyStore, FrozenClock, check_host

SIX = six_steps()
MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
NAIVE = datetime(2026, 1, 5, 9)

A_METHOD = "a method, built by calling it, such as six_steps()"
AN_ID = "the id of a case must be a text"
A_NAME = "by must name whoever records it"
A_KEY = "an idempotency key must be a text that says something"
A_ZONE = "at must be a datetime with a time zone"
A_COUNT = "must be a whole number from 0 to 2147483647"


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
def desk(store):
    """
    Return a desk with one case on it.
    """
    desk = Desk(SIX, store=store, clock=FrozenClock(MONDAY), authority=KnownActors([]))
    desk.open("t-1", customer="ana", complaint="It broke", by=SAM)
    return desk


SAM = EverybodyMay().actor("sam")


def problems_of(error, *args, **kwargs):
    """
    Call something, and return the problems of the error it raises.
    """
    with pytest.raises(EvidenceError) as raised:
        error(*args, **kwargs)
    return raised.value.problems


def begin_alike(expected, problems):
    """
    Return whether there are as many problems as expected, and each begins as expected.
    """
    return len(expected) == len(problems) and all(
        problem.startswith(begin) for begin, problem in zip(expected, problems, strict=True)
    )


def everything_in(desk):
    """
    Return all that a desk has.
    """
    return "".join(desk.export_all())


# -- acting -------------------------------------------------------------------------------------


def test_an_opening_tells_everything_that_is_wrong_with_it(desk):
    """
    Whoever fills in a form should not send it six times.
    """
    before = everything_in(desk)
    found = problems_of(
        desk.open, "", customer=" ", complaint=5, by="kim", method="six_step", at=NAIVE, key=""
    )

    assert begin_alike(
        [
            "complaint must be text, not int (5)",
            "customer must not be blank",
            f"{AN_ID} that says something, not ''",
            "there is no method 'six_step' (did you mean 'six_steps'?)",
            "nobody is known as 'kim'",
            A_KEY,
            "at is 2026-01-05T09:00:00 without a time zone",
        ],
        found,
    )
    assert before == everything_in(desk)


def test_a_record_tells_everything_that_is_wrong_with_it(desk):
    """
    And looks at all of it before it reads the case.
    """
    before = everything_in(desk)
    found = problems_of(desk.record, 5, "listen", by=[], at="now", key=7, version="2")

    assert begin_alike(
        [
            "expected an act such as Listen(account=...), not 'listen'",
            f"{AN_ID}, not 5",
            f"{A_NAME}, not []",
            f"{A_KEY}, not 7",
            f"{A_ZONE}, not str ('now')",
            f"version {A_COUNT}, not '2'",
        ],
        found,
    )
    assert before == everything_in(desk)


def test_an_erasure_tells_everything_that_is_wrong_with_it(desk):
    """
    It is for good, so it had better be meant.
    """
    before = everything_in(desk)
    found = problems_of(desk.erase, None, reason="", by="kim", at=5, key=" ")

    assert begin_alike(
        ["reason must not be blank", AN_ID, "nobody is known as 'kim'", A_KEY, A_ZONE], found
    )
    assert before == everything_in(desk)


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"by": "kim"}, UnknownActor),
        ({"by": 5}, EvidenceError),
        ({"at": NAIVE}, TimeError),
        ({"key": ""}, EvidenceError),
    ],
    ids=lambda each: next(iter(each)) if isinstance(each, dict) else None,
)
def test_one_thing_that_is_wrong_is_told_by_its_own_error(desk, wrong, error):
    """
    A host may tell a stranger from a typing mistake, whatever it does.
    """
    for act in (
        partial(desk.record, "t-1", NoteMood("calm")),
        partial(desk.erase, "t-1", reason="ana asks for it"),
        partial(desk.open, "t-2", customer="ana", complaint="Again"),
    ):
        with pytest.raises(error) as raised:
            act(**({"by": SAM} | wrong))

        assert error is type(raised.value)
    with pytest.raises(UnknownMethod):
        desk.open("t-2", customer="ana", complaint="Again", by=SAM, method="seven_as")


def test_an_authority_that_answers_with_something_else_is_told():
    """
    It is the host's own, and the first thing it forgets is to return.
    """
    people = type("People", (), {"actor": lambda _, name: None})()
    desk = Desk(SIX, authority=people)

    assert ("the authority answers None for 'sam', which is no Actor",) == problems_of(
        desk.open, "t-1", customer="ana", complaint="It broke", by="sam"
    )


# -- asking -------------------------------------------------------------------------------------


@pytest.mark.parametrize("case_id", [None, 5, [], b"t-1", object()])
@pytest.mark.parametrize(
    "ask", ["get", "method_of", "history", "head", "verify", "export_story"], ids=str
)
def test_an_id_that_is_no_text_is_told(desk, ask, case_id):
    """
    SQLite would have called it a type that is not supported, and a dict unhashable.
    """
    assert begin_alike([AN_ID], problems_of(getattr(desk, ask), case_id))


@pytest.mark.parametrize("case_id", ["", " ", "\ud800", "t-9"])
def test_an_id_that_no_case_can_have_is_one_that_no_case_has(desk, case_id):
    """
    Also half a character, which no database takes.
    """
    with pytest.raises(UnknownCase):
        desk.get(case_id)
    with pytest.raises(UnknownCase):
        desk.record(case_id, NoteMood("calm"), by=SAM)


@pytest.mark.parametrize("name", ["state", "owner", "customer", "method", "after"])
def test_what_no_case_can_have_is_what_no_case_has(desk, name):
    """
    One store found nothing, and another said that it could not look.
    """
    assert () == desk.cases(**{name: "\ud800"})


NO_COUNTS = [-1, 2**31, True, 1.5, "5", []]


@pytest.mark.parametrize("count", NO_COUNTS, ids=repr)
def test_what_is_no_count_is_told_whatever_the_store(desk, count):
    """
    A negative limit was all of it in one store, and all but the last in another.
    """
    before = everything_in(desk)
    told = f"{A_COUNT}, or None for all, not {count!r}"
    asked = partial(desk.history, "t-1", after=count, limit=count)
    desk_that_tells = Desk(SIX, notifier=LoggingNotifier())

    assert (f"after {A_COUNT}, not {count!r}", f"limit {told}") == problems_of(asked)
    assert (f"limit {told}",) == problems_of(desk.cases, limit=count)
    assert (f"limit {told}",) == problems_of(desk.tick, limit=count)
    assert (f"limit {told}",) == problems_of(desk.parked, limit=count)
    assert (f"limit {A_COUNT}, not {count!r}",) == problems_of(desk_that_tells.deliver, limit=count)
    assert before == everything_in(desk)


def test_a_limit_of_nothing_is_a_limit(desk):
    """
    Whoever counts down what is left of a page comes to it.
    """
    assert () == desk.history("t-1", limit=0) == desk.cases(limit=0) == desk.parked(limit=0)
    assert () == desk.tick(limit=0)
    assert 1 == len(desk.history("t-1", limit=2**31 - 1))


def test_a_delivery_without_a_notifier_tells_its_limit_as_well(desk):
    """
    One error, all problems.
    """
    assert begin_alike(
        [f"limit {A_COUNT}", "the desk has no notifier"], problems_of(desk.deliver, limit=-1)
    )


def test_a_search_tells_everything_that_is_wrong_with_it(desk):
    """
    One that finds nothing is believed.
    """
    found = problems_of(
        desk.cases,
        state=5,
        owner=[],
        customer=SAM,
        method=SIX,
        is_closed="no",
        due_before=NAIVE,
        limit=-1,
        after=5,
    )

    assert begin_alike(
        [
            "state must be a text, or None, not 5",
            "owner must be a text, or None, not []",
            "customer must be a text, or None, not Actor(",
            "method must be a text, or None, not <Method ",
            "is_closed must be True or False, or None, not 'no'",
            f"limit {A_COUNT}, or None for all, not -1",
            "after must be a case, its id, or None, not 5",
            "due_before is 2026-01-05T09:00:00 without a time zone",
        ],
        found,
    )


def test_options_tell_everything_that_is_wrong_with_the_question(desk):
    """
    They are asked of a case, for somebody, at a moment.
    """
    assert begin_alike([AN_ID, A_NAME, A_ZONE], problems_of(desk.options, 5, by=5, at=5))


def test_a_desk_that_awaits_tells_the_same():
    """
    It is the same script.
    """

    async def tell():
        desk = AsyncDesk(SIX, clock=FrozenClock(MONDAY))
        found = []
        for ask in (
            desk.history(5, limit=-1),
            desk.record(5, 5, by=5),
            desk.erase(5, reason="", by=5),
            desk.open("", customer="", complaint="", by=5),
            desk.import_story(5, method=5),
            desk.parked(after=5),
        ):
            with pytest.raises(EvidenceError) as raised:
                await ask
            found.append(len(raised.value.problems))
        return found

    assert [2, 3, 3, 4, 2, 1] == asyncio.run(tell())


# -- stories and exports ------------------------------------------------------------------------


def test_a_text_is_no_sequence_of_lines():
    """
    It would be one of letters, each of them a line that is no JSON.
    """
    assert begin_alike(
        [
            "lines must be lines of text, such as an open file or text.split",
            f"method must be {A_METHOD}",
        ],
        problems_of(read_story, "{}", "six_steps"),
    )


def test_lines_that_are_no_text_are_told_by_their_numbers():
    """
    A file that was opened for bytes gives bytes.
    """
    with pytest.raises(StoryError) as raised:
        read_story([b"{}", "# a comment", 5], SIX)

    assert (
        "line 1: it must be text, not b'{}'",
        "line 3: it must be text, not 5",
    ) == raised.value.problems


def test_a_replay_tells_what_it_cannot_use_when_it_is_called():
    """
    And not when somebody asks for the first line.
    """
    assert begin_alike(
        [
            f"method must be {A_METHOD}",
            "story must be the lines",
            "case_id must be a text, or None",
        ],
        problems_of(replay, "six_steps", 5, case_id=5),
    )
    assert begin_alike(["story[0] must be a line"], problems_of(list, replay(SIX, ["{}"])))


def test_only_an_entry_is_a_line():
    """
    A case has many.
    """
    assert begin_alike(["entry must be an entry, as Desk.history"], problems_of(line_of, "x"))


def test_an_import_tells_everything_that_is_wrong_with_it(desk):
    """
    Nothing of it is kept.
    """
    before = everything_in(desk)
    found = problems_of(desk.import_story, ["{}"], method=5, case_id=5)

    assert begin_alike(
        ["story must be a text, not", "case_id must be a text, or None", "method is the name"],
        found,
    )
    assert begin_alike(["lines must be lines of text"], problems_of(desk.import_all, 5))
    with pytest.raises(StoryError, match="line 1: it is no line of an export"):
        desk.import_all([5])
    assert before == everything_in(desk)


def test_a_history_that_holds_no_records_is_told(desk):
    """
    Entries are none: what is checked is what the store has.
    """
    assert begin_alike(["records must be", "head must be"], problems_of(verify_history, 5, 5))
    found = problems_of(verify_history, desk.history("t-1"))

    assert begin_alike(["records[0] must be a record, as Store.history(id) returns them"], found)
    assert begin_alike(["head must be a head"], problems_of(desk.verify, "t-1", head="1:abc"))


# -- the pure functions -------------------------------------------------------------------------


def test_pure_functions_tell_all_that_they_are_not_given(desk):
    """
    They are the same door, without a desk before it.
    """
    method, case, act, actor = (
        f"expected {A_METHOD}",
        "expected a Case",
        "expected an act",
        "by must be an Actor",
    )

    assert begin_alike([method, case, act, actor], problems_of(decide, 1, 2, 3, at=MONDAY, by=4))
    assert begin_alike([method, case, actor], problems_of(options, 1, 2, at=MONDAY, by=4))
    assert begin_alike([case], problems_of(due, SIX, 2))
    assert begin_alike(
        [method, AN_ID, "a case is opened by Open", actor],
        problems_of(open_case, 1, 2, 3, at=MONDAY, by=4),
    )


def test_a_calendar_that_tells_no_business_days_is_told(desk):
    """
    Where it is given to a pure function, it is looked at when it is asked.
    """
    with pytest.raises(TimeError, match=r"a calendar has to have is_business_day\(day\); 5 has"):
        SIX.promises_within.__class__(1, "business_days").after(MONDAY, 5)


# -- the stock machine --------------------------------------------------------------------------


def test_a_stock_machine_is_of_a_method_and_of_a_class_of_machines():
    """
    Both are looked at.
    """
    assert begin_alike(
        [f"expected {A_METHOD}, not 'x'", "cls must be a class of `transitions` machines, not"],
        problems_of(machine, "x", cls=int),
    )
    assert begin_alike(["cls must be a class"], problems_of(machine, SIX, cls=5))
    assert isinstance(machine(SIX, HierarchicalMachine), HierarchicalMachine)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"states": ["a"]}, "takes its states from the method"),
        ({"transitions": [], "ordered_transitions": True}, "its transitions and ordered_trans"),
        ({"initial": "recieved"}, r"no state 'recieved' \(did you mean 'received'\?\)"),
        ({"initial": []}, r"six_steps has no state \[\]; it has: received"),
        ({"colour": "red"}, "Machine does not take colour: "),
        ({"model": []}, None),
        ({"initial": "heard"}, None),
    ],
)
def test_an_option_of_a_stock_machine_is_handed_on_or_refused(given, told):
    """
    `transitions` would add a state for each typing mistake.
    """
    if told is None:
        assert given.get("initial", "received") == machine(SIX, **given).initial
        return
    with pytest.raises(UnsupportedOption, match=told):
        machine(SIX, **given)


# -- wiring -------------------------------------------------------------------------------------


def test_a_desk_tells_everything_that_does_not_fit():
    """
    Each with what is missing, and what would fit.
    """
    # A text can find.
    a_store = "load, commit, history, keyed, wake, claim, settle, release, parked"
    found = problems_of(
        Desk,
        six_steps,
        store="x.db",
        notifier=print,
        clock=datetime.now,
        calendar=5,
        authority={},
        observers=print,
        on_refused=5,
        limits=5,
        pauses=5,
        park_after=0,
    )

    assert begin_alike(
        [
            (
                "a desk takes one or more methods, built by calling them: Desk(six_steps()), "
                "not six_steps"
            ),
            f"store is 'x.db', which has no {a_store}: open it with SqliteStore('x.db')",
            "notifier is print, which has no notify: CallableNotifier(print) calls a function",
            "clock is datetime.now, which has no now: give SystemClock(), or a clock of your own",
            "authority is {}, which has no actor: KnownActors(actors) knows those it is given",
            "calendar is 5, which has no is_business_day: give WeekdayCalendar(holidays)",
            "observers must be functions in a sequence, such as [print], not print",
            "on_refused must be a function, not 5",
            "limits must be Limits(...), not 5",
            "pauses must be a wait strategy of tenacity, such as wait_fixed(5), not 5",
            "park_after must be a number of attempts, at least 1, not 0",
        ],
        found,
    )


def test_two_methods_of_one_name_and_version_are_told_with_the_rest():
    """
    Cases would be bound to whichever was there first.
    """
    other = evolve(SIX, title="Another six steps")
    found = problems_of(Desk, SIX, other, observers=5)

    assert begin_alike([f"two methods are called {SIX.pin} and differ", "observers must be"], found)
    assert (SIX,) == Desk(SIX, SIX).methods


A_STRATEGY = "pauses must be a wait strategy of tenacity"


@pytest.mark.parametrize("desk", [Desk, AsyncDesk])
@pytest.mark.parametrize(
    ("wired", "told"),
    [
        ({"store": 5}, "store is 5, which has no load, commit, history, keyed, find, "),
        ({"store": "sqlite:///x.db"}, "store is 'sqlite:///x.db', which has no load, commit, "),
        ({"store": MemoryStore}, "store is the class MemoryStore: make one of it, MemoryStore("),
        ({"notifier": LoggingNotifier}, "notifier is the class LoggingNotifier: make one of it"),
        ({"notifier": "mail"}, "notifier is 'mail', which has no notify: give LoggingNotifier()"),
        ({"clock": SystemClock}, "clock is the class SystemClock: make one of it, SystemClock("),
        ({"authority": "sam"}, "authority is 'sam', which has no actor: give EverybodyMay()"),
        ({"calendar": {"GB": 5}}, "calendar['GB'] is 5, which has no is_business_day: give Week"),
        ({"observers": [print, 5]}, "observers[1] must be a function, not 5"),
        ({"observers": "print"}, "observers must be functions in a sequence, such as [print]"),
        ({"limits": {"text": 5}}, "limits must be Limits(...), not {'text': 5}"),
        ({"pauses": timedelta(minutes=1)}, f"{A_STRATEGY}, such as wait_fixed(60), not datetime"),
        ({"pauses": -1}, f"{A_STRATEGY}, such as wait_fixed(60), not -1"),
        ({"pauses": wait_fixed}, "pauses is the class wait_fixed: make one of it, wait_fixed(...)"),
        ({"park_after": "never"}, "park_after must be a number of attempts, at least 1, not"),
    ],
    ids=str,
)
def test_both_desks_look_at_what_they_are_wired_to(desk, wired, told):
    """
    At once, and not with the first customer.
    """
    assert begin_alike([told], problems_of(desk, SIX, **wired))


class AwaitedWait:
    """
    A strategy that asks somebody, over a network.
    """

    async def __call__(self, state):
        """
        Return seconds.
        """
        return 5


@pytest.mark.parametrize("desk", [Desk, AsyncDesk])
@pytest.mark.parametrize(
    ("pauses", "told"),
    [
        (random, "pauses is Random.random, which has to take one thing, a RetryCallState"),
        (lambda a, b: 5, "<lambda>, which has to take one thing, a RetryCallState"),
        (AwaitedWait(), "pauses is AwaitedWait, which has to be awaited, and nobody does that"),
        (AwaitedWait().__call__, "pauses is AwaitedWait.__call__, which has to be awaited, and"),
    ],
    ids=["takes nothing", "takes two things", "object that is awaited", "awaited function"],
)
def test_a_function_that_cannot_be_asked_for_a_pause_is_told_when_the_desk_is_made(
    desk, pauses, told
):
    """
    And not at night, when the mail server is away.
    """
    (problem,) = problems_of(desk, SIX, pauses=pauses)

    assert told in problem


class AwaitedClock:
    """
    A clock that is asked over a network, say.
    """

    async def now(self):
        """
        Return the present moment.
        """
        return MONDAY


def test_what_is_never_awaited_is_told():
    """
    Time is asked in the middle of a step, where nobody waits.
    """
    for desk in (Desk, AsyncDesk):
        assert begin_alike(
            ["clock would have to be awaited, and no desk does that: give SystemClock()"],
            problems_of(desk, SIX, clock=AwaitedClock()),
        )


def test_a_store_is_given_to_the_desk_that_it_is_for():
    """
    One would hand out coroutines for cases, and the other stop every other customer.
    """
    with_async_store = problems_of(Desk, SIX, store=AsyncMemoryStore())
    with_store = problems_of(AsyncDesk, SIX, store=MemoryStore())

    assert ("store has to be awaited: AsyncDesk(..., store=...) does that",) == with_async_store
    assert begin_alike(["store is not awaited, and would hold up everything: Desk("], with_store)


class Passing:
    """
    A store that hands everything on, whatever it is called.
    """

    def __init__(self, store):
        self._store = store

    def __getattr__(self, name):
        return getattr(self._store, name)


def test_what_does_as_a_port_says_is_taken_whatever_it_is():
    """
    A port is what it does: no class of ours has to be its ancestor.
    """
    wired = {
        "clock": FrozenClock(MONDAY),
        "notifier": CallableNotifier(print),
        "calendar": {"GB": WeekdayCalendar()},
        "authority": KnownActors({"sam": SAM}),
        "observers": iter([lambda *_: None]),
        "on_refused": lambda *_: None,
    }
    for store in (Passing(MemoryStore()), FaultyStore(1, rate=0)):
        desk = Desk(SIX, store=store, **wired)

        assert isinstance(desk.open("t-1", customer="ana", complaint="It broke", by="sam"), Case)
    AsyncDesk(SIX, store=Passing(AsyncMemoryStore()), **wired)


def test_observers_may_be_given_once():
    """
    What can be gone through once is not used up by looking at it.
    """
    seen = []
    desk = Desk(SIX, observers=(each for each in [lambda _, entry: seen.append(entry.trigger)]))
    desk.open("t-1", customer="ana", complaint="It broke", by="sam")

    assert ["open"] == seen


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (
            lambda: Desk("six_steps"),
            (
                "desk: a desk takes one or more methods, built by calling them: Desk(six_steps()), "
                "not 'six_steps'"
            ),
        ),
        (
            Desk,
            "desk: a desk takes one or more methods, built by calling them: Desk(six_steps())",
        ),
        (
            lambda: Desk(SIX).open("t-1", customer="Ana", complaint="Late", by=5),
            "desk: by must name whoever records it, not 5",
        ),
        (
            lambda: opened().record("t-1", Close, by="sam"),
            "act: Close is the class: give one of it, Close(...)",
        ),
        (
            lambda: check_host(SIX, 5),
            "check_host: make_desk is 5: give a function that makes it, lambda: Desk(...)",
        ),
    ],
    ids=["a name", "nothing", "nobody", "a class", "no function"],
)
def test_what_is_given_in_the_place_of_another_thing_is_told_with_it(make, told):
    """
    Once, and with what was given.
    """
    with pytest.raises(EvidenceError) as error:
        make()

    assert told == str(error.value)


def opened():
    """
    Return a desk with one case.
    """
    desk = Desk(SIX)
    desk.open("t-1", customer="Ana", complaint="Late", by="sam")
    return desk
