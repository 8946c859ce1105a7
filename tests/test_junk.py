"""
Whatever is given to whatever is public: nothing but our own errors comes out, and nothing changes.

What a definition of a method is made of is looked at where methods are.
"""

import asyncio
import inspect
from contextlib import closing
from datetime import UTC, date, datetime
from importlib import import_module

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaintflow import (
    Actor,
    AsyncDesk,
    ComplaintflowError,
    Desk,
    Within,
    read_story,
)
from complaintflow.acts import NoteMood
from complaintflow.adapters.memory import MemoryStore
from complaintflow.adapters.notifiers import LoggingNotifier
from complaintflow.adapters.sqlite import SqliteStore
from complaintflow.adapters.system import EverybodyMay, KnownActors, WeekdayCalendar
from complaintflow.methods import six_steps
from complaintflow.testing import FrozenClock

SIX = six_steps()
MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
SAM = Actor("sam")

JUNK = {
    "None": None,
    "a number": 5,
    "a negative number": -1,
    "a part": 1.5,
    "no number": float("nan"),
    "a flag": True,
    "a text": "x",
    "an empty text": "",
    "half a character": "\ud800",
    "bytes": b"x",
    "an empty list": [],
    "a list of numbers": [5],
    "a list of nothing": [None],
    "a list of texts": ["x"],
    "an empty tuple": (),
    "a dict": {"a": 1},
    "an object": object(),
    "a class": int,
    "a function": lambda *_, **__: None,
    "a naive time": datetime(2026, 1, 5),
    "a day": date(2026, 1, 5),
}

DEFINITIONS = {
    *("Advised", "Departure", "Edge", "Fact", "LanguageRule", "Method", "Origin", "Outcome"),
    *("Requirement", "Rule", "State", "TimeLimit", "stays", "personal_ownership"),
}
"""What methods are defined with; and `act`, which is written above a class."""

MODULES = (
    "complaintflow",
    "complaintflow.ports",
    "complaintflow.methods",
    "complaintflow.limits",
    "complaintflow.adapters",
    "complaintflow.adapters.memory",
    "complaintflow.adapters.notifiers",
    "complaintflow.adapters.sqlite",
    "complaintflow.adapters.system",
)


def everything_public():
    """
    Yield what can be called in the modules that are promised, each with its name.
    """
    for module in map(import_module, MODULES):
        own = [name for name, each in vars(module).items() if is_of(each, module)]
        for name in getattr(module, "__all__", own):
            each = getattr(module, name)
            if is_called(each) and name not in DEFINITIONS | {"act"}:
                yield pytest.param(each, id=f"{module.__name__}.{name}")


def is_of(each, module):
    """
    Return whether something public is a module's own.
    """
    is_own = getattr(each, "__module__", None) == module.__name__
    return is_own and not getattr(each, "__name__", "_").startswith("_")


def is_called(each):
    """
    Return whether something is a function or a class that a host makes something of.
    """
    if not inspect.isclass(each):
        return inspect.isfunction(each)
    return not issubclass(each, Exception) and not getattr(each, "_is_protocol", False)


# -- calling -------------------------------------------------------------------------------------


class Escaped(AssertionError):
    """
    Something else than an error of ours came out.
    """


def call(function, given):
    """
    Call something to its end, and return whether it took what it was given.
    """
    try:
        settle(function(**given))
    except ComplaintflowError:
        return False
    except Exception as error:
        told = f"{getattr(function, '__qualname__', function)}(**{given!r}) raised {error!r}"
        raise Escaped(told) from error
    return True


def settle(answer):
    """
    Have everything done that an answer promises to do when it is asked.
    """
    if inspect.isgenerator(answer):
        list(answer)
    elif inspect.iscoroutine(answer):
        asyncio.run(answer)
    elif isinstance(answer, SqliteStore):
        answer.close()


def parameters(function):
    """
    Return what a function takes by name.
    """
    every = inspect.signature(function).parameters.values()
    return [p for p in every if p.kind in {p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY}]


def one_at_a_time(function, proper):
    """
    Yield calls in which one thing is junk, and calls in which everything is the same junk.
    """
    takes = parameters(function)
    needed = [p.name for p in takes if p.default is p.empty]
    right = {name: proper.get(name) for name in needed}
    for junk in JUNK.values():
        yield dict.fromkeys(needed, junk)
        yield {p.name: junk for p in takes}
        yield from (right | {p.name: junk} for p in takes)


# -- everything that can be called ---------------------------------------------------------------


@pytest.fixture
def somewhere(tmp_path, monkeypatch):
    """
    Stand in an empty folder: some junk is a good name of a file.
    """
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("function", list(everything_public()))
def test_nothing_but_our_errors_comes_out_of_what_is_public(function, somewhere):
    """
    A traceback from inside a dependency says nothing to whoever has made the mistake.
    """
    for wrong in one_at_a_time(function, PROPER | FOR_FUNCTIONS):
        call(function, wrong)


def test_what_escapes_is_seen():
    """
    The check notices a door without a guard, and one that lets a part of it through.
    """

    def careless(case_id, *, at=None):
        return case_id.strip(), at.tzinfo if at else None

    def late(case_id):
        yield from case_id

    for function in (careless, late):
        with pytest.raises(Escaped):
            all(call(function, wrong) or True for wrong in one_at_a_time(function, PROPER))


# -- the methods of what there is ----------------------------------------------------------------


def opened(store):
    """
    Return a desk with a case on it.
    """
    desk = Desk(SIX, store=store, clock=FrozenClock(MONDAY), notifier=LoggingNotifier())
    desk.open("t-1", customer="ana", complaint="It broke", by="sam")
    return desk


DESK = opened(MemoryStore())
ENTRY = DESK.history("t-1")[0]
STORY = DESK.export_story("t-1")

PROPER = {
    "act": NoteMood("calm"),
    "amount": 1,
    "at": MONDAY,
    "attempts": 1,
    "by": "sam",
    "case": DESK.get("t-1"),
    "case_id": "t-1",
    "complaint": "It broke",
    "currency": "EUR",
    "customer": "ana",
    "day": date(2026, 1, 5),
    "due": MONDAY,
    "end": MONDAY,
    "entries": [ENTRY],
    "entry": ENTRY,
    "key": "msg-1",
    "lines": [],
    "method": SIX,
    "name": "sam",
    "path": "cases.db",
    "reason": "ana asks for it",
    "records": [],
    "start": MONDAY,
    "step": "offer",
    "stopped": MONDAY,
    "story": STORY,
    "text": "We are sorry",
    "within": Within(1),
}
"""What is right for each parameter, by its name."""

FOR_FUNCTIONS = {
    "by": SAM,
    "lines": STORY.splitlines(),
    "story": read_story(STORY.splitlines(), SIX),
}
"""What is right where no desk stands before it."""

OBJECTS = {
    "a case": DESK.get("t-1"),
    "an entry": ENTRY,
    "an actor": Actor("sam", limits={"EUR": 5}),
    "business days": Within(2, "business_days"),
    "days of a zone": Within(2, zone="Europe/Vienna"),
    "everybody": EverybodyMay(),
    "known actors": KnownActors([SAM]),
    "weekdays": WeekdayCalendar(),
}


def operations(thing):
    """
    Return what can be asked of something, by name.
    """
    names = [name for name in dir(thing) if name[0] != "_" or name == "__call__"]
    found = {name: getattr(thing, name) for name in names}
    return {name: each for name, each in found.items() if inspect.ismethod(each)}


@pytest.mark.parametrize("thing", OBJECTS.values(), ids=OBJECTS)
def test_nothing_but_our_errors_comes_out_of_what_there_is(thing):
    """
    Values are asked as much as desks are.
    """
    for operation in operations(thing).values():
        for wrong in one_at_a_time(operation, PROPER):
            call(operation, wrong)


@pytest.fixture(params=["memory", "sqlite"])
def desk(request, tmp_path):
    """
    Return a desk with a case on it, over each kind of store.
    """
    if request.param == "memory":
        yield opened(MemoryStore())
        return
    with closing(SqliteStore(tmp_path / "cases")) as store:
        yield opened(store)


ASKED = sorted(operations(DESK))


@pytest.mark.parametrize("name", ASKED)
def test_nothing_but_our_errors_comes_out_of_a_desk_and_nothing_changes(desk, name):
    """
    Whatever the store: one error, and what there was.
    """
    operation = getattr(desk, name)
    for wrong in one_at_a_time(operation, PROPER):
        before = "".join(desk.export_all())
        is_taken = call(operation, wrong)

        assert is_taken or before == "".join(desk.export_all()), wrong


@pytest.mark.parametrize("name", sorted(operations(AsyncDesk(SIX))))
def test_nothing_but_our_errors_comes_out_of_a_desk_that_awaits(name):
    """
    It is the same script, and another door.
    """
    desk = AsyncDesk(SIX, clock=FrozenClock(MONDAY), notifier=LoggingNotifier())
    asyncio.run(desk.open("t-1", customer="ana", complaint="It broke", by="sam"))
    for wrong in one_at_a_time(getattr(desk, name), PROPER):
        call(getattr(desk, name), wrong)


@settings(max_examples=200)
@given(st.data())
def test_no_mixture_of_right_and_wrong_gets_past_a_desk(data):
    """
    Several things may be wrong at once, each in its own way.
    """
    desk = opened(MemoryStore())
    operation = getattr(desk, data.draw(st.sampled_from(ASKED)))
    mixed = {
        p.name: data.draw(st.sampled_from([PROPER.get(p.name), *JUNK.values()]), p.name)
        for p in parameters(operation)
    }
    before = "".join(desk.export_all())
    is_taken = call(operation, mixed)

    assert is_taken or before == "".join(desk.export_all())
