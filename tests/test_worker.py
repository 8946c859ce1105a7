"""
A worker: it does what is due, rests when nothing is, and finishes what it has taken.
"""

import asyncio
import json
import logging
import os
import signal
import subprocess
import sys
import threading
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep

import pytest
from tenacity import wait_exception, wait_exponential, wait_fixed
from typer.testing import CliRunner

from complaintflow import (
    AsyncDesk,
    Delivery,
    Desk,
    EvidenceError,
    StoreError,
    Within,
    documents,
)
from complaintflow.acts import Withdraw
from complaintflow.adapters import store_from_url
from complaintflow.adapters.mail import MailNotifier
from complaintflow.adapters.memory import AsyncMemoryStore, MemoryStore
from complaintflow.adapters.notifiers import FanOut, LoggingNotifier
from complaintflow.adapters.sqlite import SqliteStore
from complaintflow.adapters.system import WeekdayCalendar
from complaintflow.adapters.webhooks import WebhookNotifier, new_secret
from complaintflow.cli import app
from complaintflow.cli._worker import (
    SMTP_PASSWORD,
    WEBHOOK_SECRET,
    Telling,
    logging_to_standard_error,
)
from complaintflow.methods import six_steps
from complaintflow.testing import FrozenClock, RecordingNotifier
from complaintflow.worker import JsonLines, Shift, Stop, stop_on_signals, work, work_async

from . import servers
from .conftest import LISTEN, MONDAY

DUE = six_steps(first_response=Within(2, "hours"))
"""What is opened under it, and left alone, misses a deadline."""

NO_SPREAD = wait_exponential(multiplier=1, max=4)


class Waits:
    """
    What tells a worker to stop, after so many waits; nobody really waits, but a clock moves.
    """

    def __init__(self, most, *, clock=None, on_wait=lambda _: None):
        self.most, self.clock, self.on_wait = most, clock, on_wait
        self.waited = []

    def is_set(self):
        """
        Say whether it has waited often enough.
        """
        return len(self.waited) >= self.most

    def wait(self, timeout):
        """
        Let time pass.
        """
        self.waited.append(timeout)
        if self.clock is not None:
            self.clock.advance(seconds=timeout)
        self.on_wait(len(self.waited))


class Troubled:
    """
    A store that cannot be used as long as it is told so.
    """

    def __init__(self, store, times):
        self.store, self.times = store, times

    def __getattr__(self, name):
        def call(*args, **kwargs):
            if self.times and name in {"wake", "claim"}:
                self.times -= 1
                raise StoreError("the database is away")
            return getattr(self.store, name)(*args, **kwargs)

        return call


@pytest.fixture
def clock():
    """
    Return a clock that stands still.
    """
    return FrozenClock(MONDAY)


@pytest.fixture
def notifier():
    """
    Return a notifier that remembers.
    """
    return RecordingNotifier()


@pytest.fixture
def desk(clock, notifier):
    """
    Return a desk whose cases miss a deadline after two hours.
    """
    return Desk(DUE, clock=clock, notifier=notifier)


def open_some(desk, number):
    """
    Open so many cases, and return their ids.
    """
    names = [f"t-{each:03}" for each in range(number)]
    for name in names:
        desk.open(name, customer="ana", complaint="It arrived broken", by="sam")
    return names


def _raise(error):
    raise error


def passed(desk, case_id):
    """
    Return the deadlines that a case has passed, as they were recorded.
    """
    return [e.act.deadline for e in desk.history(case_id) if e.trigger == "deadline_passed"]


class TestItsShift:
    """
    What it does between its start and its end.
    """

    def test_it_records_what_is_due_and_hands_over_what_waits(self, desk, clock, notifier):
        """
        Both are what time brings, and nobody else does them.
        """
        names = open_some(desk, 25)
        clock.advance(hours=3)

        shift = work(desk, once=True)

        assert [["first_response"]] * 25 == [passed(desk, name) for name in names]
        assert Shift(recorded=25, delivered=len(notifier.delivered)) == shift
        assert 25 <= shift.delivered

    def test_it_does_nothing_twice(self, desk, clock):
        """
        A breach is permanent, and is not repeated.
        """
        open_some(desk, 3)
        clock.advance(hours=3)
        work(desk, once=True)

        assert Shift() == work(desk, once=True)

    def test_a_desk_without_a_notifier_records_only(self, clock):
        """
        Where one machine may reach the mail server, the others still keep the time.
        """
        desk = Desk(DUE, clock=clock)
        open_some(desk, 1)
        clock.advance(hours=3)

        assert Shift(recorded=1) == work(desk, once=True)

    def test_what_fails_is_counted_and_not_tried_at_once_again(self, desk, clock, notifier):
        """
        An endpoint that is down is not hammered, however busy the worker is.
        """
        open_some(desk, 3)
        clock.advance(hours=3)
        notifier.fail_next(2)

        shift = work(desk, once=True)

        assert 2 == shift.failed
        assert 3 == shift.recorded

    def test_it_stops_after_what_it_has_taken(self, clock):
        """
        What was claimed and not handed over would wait for five minutes.
        """
        stop = threading.Event()
        told = []

        class Stopping:
            def notify(self, notification):
                told.append(notification.key)
                stop.set()

        desk = Desk(DUE, clock=clock, notifier=Stopping())
        open_some(desk, 30)
        clock.advance(hours=3)
        while desk.tick():
            pass

        shift = work(desk, stop=stop, batch=4)

        assert 4 == shift.delivered == len(told)
        assert not desk._at.store.store.claim(now=clock.now(), until=clock.now(), limit=100)[
            0
        ].attempts

    def test_once_goes_past_what_cannot_be_recorded(self, clock):
        """
        A batch full of it, the earliest there are, is not the end of the work.
        """

        class Odd(MemoryStore):
            def commit(self, change):
                if change.expected and change.case_id < "t-010":
                    raise ValueError("odd")
                super().commit(change)

        desk = Desk(DUE, clock=clock, store=Odd())
        open_some(desk, 15)
        clock.advance(hours=3)

        assert 5 == work(desk, once=True, batch=10).recorded

    def test_nothing_is_done_where_it_is_to_stop_at_once(self, desk, clock):
        """
        A host that shuts down while it starts is heard.
        """
        open_some(desk, 1)
        clock.advance(hours=3)
        stop = threading.Event()
        stop.set()

        assert Shift() == work(desk, stop=stop)

    def test_a_thread_can_tell_it_to_stop(self, desk):
        """
        The host's own scheduler runs it in a thread, and ends it by an event.
        """
        stop = threading.Event()
        shifts = []
        thread = threading.Thread(target=lambda: shifts.append(work(desk, stop=stop)))
        thread.start()
        stop.set()
        thread.join(10)

        assert [Shift()] == shifts

    def test_it_says_what_it_did_in_a_sentence(self):
        """
        The last line of a log is read by people.
        """
        assert "recorded 3, parked 1" == str(Shift(recorded=3, parked=1))
        assert "nothing to do" == str(Shift())


class TestItsRests:
    """
    It asks often while there is work, and seldom when there is none.
    """

    def test_it_rests_longer_each_time_there_is_nothing_to_do(self, desk):
        """
        An idle worker is hardly to be noticed on the database.
        """
        stop = Waits(5)
        work(desk, stop=stop, idle=NO_SPREAD)

        assert [1, 2, 4, 4, 4] == stop.waited

    def test_it_rests_shortly_again_after_it_had_something_to_do(self, desk, clock):
        """
        Where something is due, more is likely to follow.
        """

        def someone_opens(times):
            if times == 3:
                open_some(desk, 1)
                clock.advance(hours=3)

        stop = Waits(6, on_wait=someone_opens)
        shift = work(desk, stop=stop, idle=NO_SPREAD)

        assert [1, 2, 4, 1, 2, 4] == stop.waited
        assert 1 == shift.recorded

    def test_by_default_nothing_waits_longer_than_five_seconds(self, desk):
        """
        A promise that is due at noon is found overdue at noon.
        """
        stop = Waits(30)
        work(desk, stop=stop)

        assert max(stop.waited) <= 5
        assert stop.waited[0] <= 0.1

    def test_workers_do_not_look_in_step(self, desk):
        """
        Eight of them that were started at once spread their looks by themselves.
        """
        one, other = Waits(10), Waits(10)
        work(desk, stop=one)
        work(desk, stop=other)

        assert one.waited != other.waited

    def test_a_strategy_that_gives_no_seconds_stops_no_worker(self, desk, caplog):
        """
        It rests as if nobody had said how long, and the log says why.
        """
        stop = Waits(3)
        work(desk, stop=stop, idle=lambda state: None)

        assert all(0.08 <= seconds <= 0.4 for seconds in stop.waited)
        assert 3 == len(caplog.messages)
        assert "gave None, no number of seconds; the usual pause is taken" in caplog.messages[0]

    def test_no_deadline_is_missed_while_it_rests(self, desk, clock):
        """
        Through a day of idle looks each deadline is recorded within a rest of its moment.
        """
        open_some(desk, 1)
        stop = Waits(3_000, clock=clock)
        work(desk, stop=stop)

        [entry] = [e for e in desk.history("t-000") if e.trigger == "deadline_passed"]
        late = entry.at - (MONDAY + timedelta(hours=2))
        assert timedelta(0) < late <= timedelta(seconds=5)


class TestATroubledStore:
    """
    A database that is away for a while is nobody's end.
    """

    def test_it_waits_and_goes_on_when_the_store_is_back(self, clock, notifier, caplog):
        """
        Nobody has to start it again at night.
        """
        store = Troubled(MemoryStore(), 0)
        desk = Desk(DUE, store=store, clock=clock, notifier=notifier)
        open_some(desk, 1)
        clock.advance(hours=3)
        store.times = 4
        stop = Waits(5)

        with caplog.at_level(logging.INFO, "complaintflow.worker"):
            shift = work(desk, stop=stop, trouble=NO_SPREAD)

        assert [1, 2, 4, 4] == stop.waited[:4]
        assert 4 == shift.troubles
        assert 1 == shift.recorded
        assert "the store can be used again" in caplog.messages
        assert (
            "the store cannot be used: the database is away; the next try is in 1.0 seconds"
            in caplog.messages
        )

    def test_a_strategy_knows_what_the_trouble_is(self, clock):
        """
        A database that is being moved is away for longer than one that is busy.
        """
        desk = Desk(DUE, store=Troubled(MemoryStore(), 1), clock=clock)
        stop = Waits(2)
        work(desk, stop=stop, trouble=wait_exception(lambda error: len(str(error))), idle=NO_SPREAD)

        assert [len("the database is away"), 1] == stop.waited

    def test_what_was_done_before_it_went_away_is_counted(self, clock, notifier):
        """
        A figure that leaves out some of it is worth little.
        """
        store = Troubled(MemoryStore(), 0)
        desk = Desk(DUE, store=store, clock=clock, notifier=notifier)
        open_some(desk, 1)
        clock.advance(hours=3)

        def away_for_claims(**_):
            raise StoreError("the database is away")

        store.claim = away_for_claims
        shift = work(desk, stop=Waits(1))

        assert (1, 1) == (shift.recorded, shift.troubles)

    def test_asked_to_work_once_it_says_so_instead(self):
        """
        A job of a scheduler ends, and its exit code tells.
        """
        desk = Desk(DUE, store=Troubled(MemoryStore(), 1))

        with pytest.raises(StoreError, match="the database is away"):
            work(desk, once=True)

    def test_what_is_no_trouble_of_the_store_is_not_hidden(self, desk, monkeypatch):
        """
        A bug that is waited for is never found.
        """
        monkeypatch.setattr(desk, "tick", lambda **_: 1 / 0)

        with pytest.raises(ZeroDivisionError):
            work(desk, stop=Waits(3))

    def test_a_case_that_cannot_be_kept_is_told_in_one_line(self, clock, caplog):
        """
        A database that goes away in the middle fills no log with traces.
        """
        store = MemoryStore()
        desk = Desk(DUE, store=store, clock=clock)
        open_some(desk, 2)
        clock.advance(hours=3)

        def away(_change):
            raise StoreError("the database is away")

        store.commit = away
        assert () == desk.tick()
        assert [
            ("what is due in case t-000 cannot be recorded: the database is away", None),
            ("what is due in case t-001 cannot be recorded: the database is away", None),
        ] == [(record.getMessage(), record.exc_info) for record in caplog.records]


class TestTheOneThatIsAwaited:
    """
    The same script over an `AsyncDesk`.
    """

    def test_it_does_the_same(self, clock, notifier):
        """
        Two workers that differ would be two things to understand.
        """

        async def script():
            desk = AsyncDesk(DUE, store=AsyncMemoryStore(), clock=clock, notifier=notifier)
            for number in range(12):
                name = f"t-{number:03}"
                await desk.open(name, customer="ana", complaint="Broken", by="sam")
            clock.advance(hours=3)
            return await work_async(desk, once=True)

        assert 12 == asyncio.run(script()).recorded

    def test_it_rests_without_holding_up_the_loop_and_is_told_to_stop(self, clock):
        """
        It lives beside the host's own tasks.
        """

        async def script():
            stop = asyncio.Event()
            desk = AsyncDesk(DUE, clock=clock)
            worker = asyncio.create_task(work_async(desk, stop=stop, idle=NO_SPREAD))
            await asyncio.sleep(0.01)
            stop.set()
            return await asyncio.wait_for(worker, 0.9)

        assert Shift() == asyncio.run(script())

    def test_a_rest_ends_by_itself(self, clock):
        """
        Otherwise it would look once, and never again.
        """
        quick = wait_fixed(0.001)

        async def script():
            stop = asyncio.Event()
            desk = AsyncDesk(DUE, clock=clock)
            worker = asyncio.create_task(work_async(desk, stop=stop, idle=quick))
            await desk.open("t-1", customer="ana", complaint="Broken", by="sam")
            await asyncio.sleep(0.02)
            clock.advance(hours=3)
            while len(await desk.history("t-1")) == 1:  # noqa: ASYNC110  (nobody tells)
                await asyncio.sleep(0.001)
            stop.set()
            return await worker

        assert 1 == asyncio.run(script()).recorded


class TestTheFrontDoor:
    """
    What cannot be used is said at once.
    """

    def test_each_takes_the_desk_that_it_can_work_at(self, clock):
        """
        A coroutine that nobody awaits does nothing, and says so too late.
        """
        with pytest.raises(EvidenceError, match="work_async an AsyncDesk"):
            work(AsyncDesk(DUE))
        with pytest.raises(EvidenceError, match="work a Desk"):
            asyncio.run(work_async(Desk(DUE)))

    @pytest.mark.parametrize("batch", [0, -1, 1.5, "10", True, None])
    def test_a_batch_is_a_number_of_at_least_one(self, desk, batch):
        """
        None at a time would be a worker that never does anything.
        """
        with pytest.raises(EvidenceError, match="batch must be a number"):
            work(desk, batch=batch)

    def test_all_that_is_no_strategy_and_no_number_is_said_at_once(self, desk):
        """
        And before the first night without one.
        """
        with pytest.raises(EvidenceError) as error:
            work(desk, batch=0, idle=5, trouble=wait_fixed)

        assert (
            "batch must be a number, at least 1, not 0",
            "idle must be a wait strategy of tenacity, such as wait_fixed(5), not 5",
            "trouble is the class wait_fixed: make one of it, wait_fixed(...)",
        ) == error.value.problems


class TestItsLog:
    """
    What it says of itself: fields for programs, sentences for people, and nobody's words.
    """

    def test_it_says_what_it_did_with_the_figures_as_fields(self, desk, clock, caplog):
        """
        A dashboard counts fields, and parses no sentences.
        """
        open_some(desk, 2)
        clock.advance(hours=3)
        with caplog.at_level(logging.INFO, "complaintflow"):
            work(desk, once=True, name="w-1")

        lines = [json.loads(JsonLines().format(record)) for record in caplog.records]
        last = lines[-1]
        assert "w-1 stops: recorded 2, delivered" in last["message"]
        assert ("w-1", 2) == (last["worker"], last["recorded"])
        assert {("t-000", "first_response"), ("t-001", "first_response")} == {
            (line["case"], line["deadline"]) for line in lines if "deadline" in line
        }
        assert last["delivered"] == sum("was delivered" in line["message"] for line in lines)

    @pytest.mark.parametrize("number", [0, 3, 120])
    def test_it_says_once_how_many_overdue_cases_it_does_not_serve(self, clock, caplog, number):
        """
        A method in other settings is another one, and its deadlines would pass in silence.
        """
        store = MemoryStore()
        others = Desk(DUE, store=store, clock=clock)
        open_some(others, number)
        desk = Desk(six_steps(), store=store, clock=clock)
        desk.open("mine", customer="ana", complaint="It arrived broken", by="sam")
        clock.advance(hours=3)
        others.open("later", customer="ana", complaint="It arrived broken", by="sam")
        with caplog.at_level(logging.INFO, "complaintflow"):
            work(desk, stop=Waits(5, clock=clock), name="w-1")

        told = [each.message for each in caplog.records if "does not serve" in each.message]
        counted = "100 or more" if number > 100 else number
        sentence = "overdue cases are bound to methods that w-1 does not serve"
        assert told == [f"{counted} {sentence}: {DUE.pin}"] * bool(number)

    def test_a_store_that_goes_away_meanwhile_is_asked_again_whom_it_does_not_serve(
        self, clock, caplog
    ):
        """
        It is no more than something to tell, and no trouble.
        """
        store, away = MemoryStore(), [StoreError("the database is away")]
        find = store.find
        store.find = lambda query: find(query) if not away else _raise(away.pop())
        open_some(Desk(DUE, store=store, clock=clock), 1)
        clock.advance(hours=3)
        with caplog.at_level(logging.INFO, "complaintflow"):
            shift = work(Desk(six_steps(), store=store, clock=clock), stop=Waits(2, clock=clock))

        assert 0 == shift.troubles
        assert 1 == sum("does not serve" in each.message for each in caplog.records)

    def test_nobody_s_words_and_names_are_in_it(self, desk, clock, notifier, caplog):
        """
        A log goes where a complaint may not.
        """
        desk.open("t-1", customer="Ana Secret", complaint="My private grief", by="sam")
        desk.record("t-1", LISTEN, by="sam")
        clock.advance(days=30)
        notifier.fail_next(1)
        with caplog.at_level(logging.DEBUG, "complaintflow"):
            work(desk, once=True)

        told = "\n".join(JsonLines().format(record) for record in caplog.records)
        assert caplog.records
        for word in ("Secret", "grief", "teapot"):
            assert word not in told

    def test_a_line_is_json_whatever_is_in_it(self):
        """
        What collects logs reads line by line.
        """
        try:
            int("no\nnumber")
        except ValueError:
            record = logging.LogRecord(
                "complaintflow", logging.ERROR, "f.py", 1, "failed: %s", ("a\nb",), sys.exc_info()
            )
        record.case = Path("t-1")

        [line] = JsonLines().format(record).splitlines()
        told = json.loads(line)
        assert ("failed: a\nb", "error", "t-1") == (told["message"], told["level"], told["case"])
        assert "ValueError: invalid literal" in told["error"]
        assert datetime.fromisoformat(told["at"]).tzinfo is not None


class TestSignals:
    """
    A service manager says stop by a signal, and says it twice when it means it.
    """

    def test_a_signal_ends_a_wait_at_once(self):
        """
        A worker that rests for five seconds is not five seconds late.
        """
        before = signal.getsignal(signal.SIGTERM)
        with stop_on_signals() as stop:
            threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGTERM)).start()
            started = monotonic()
            stop.wait(30)

            assert monotonic() - started < 10
            assert stop.is_set()
            assert before == signal.getsignal(signal.SIGTERM), "a second one ends it"
        assert before == signal.getsignal(signal.SIGTERM)

    def test_it_waits_in_a_host_with_many_files_open(self):
        """
        Some ways of waiting know no file beyond the first thousand.
        """
        with ExitStack() as files:
            while files.enter_context(Path(os.devnull).open()).fileno() < 1024:
                pass
            with stop_on_signals() as stop:
                stop.wait(0)
                os.kill(os.getpid(), signal.SIGTERM)
                stop.wait(30)

                assert stop.is_set()

    def test_a_wait_ends_by_itself(self):
        """
        Nobody need send a signal for time to pass.
        """
        with stop_on_signals(signal.SIGTERM) as stop:
            stop.wait(0.01)

            assert not stop.is_set()

    def test_handlers_are_put_back_where_no_signal_came(self):
        """
        The host had handlers of its own.
        """
        before = signal.getsignal(signal.SIGINT)
        with stop_on_signals():
            assert before != signal.getsignal(signal.SIGINT)
        assert before == signal.getsignal(signal.SIGINT)


# -- real processes -----------------------------------------------------------------------------

OVERDUE = datetime.now(UTC) - timedelta(days=1)


@pytest.fixture
def method_file(tmp_path):
    """
    Return a document of the method whose deadlines pass.
    """
    path = tmp_path / "due.toml"
    path.write_text(documents.dumps(DUE), encoding="utf-8")
    return path


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
def url(request, tmp_path):
    """
    Return the URL of a store that several processes share.
    """
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'cases.db'}"
    elif request.param == "postgres":
        with servers.a_schema() as schema:
            url = f"{servers.QUICK}&schema={schema}"
            with store_from_url(url) as store:
                store.create_schema()
            yield url
    else:
        with servers.a_database() as url:
            with using(store_from_url(url)) as store:
                store.create_schema()
            yield url


@contextmanager
def workers(number, *arguments, folder=None, variables=None):
    """
    Start workers as a service manager does, and make sure that they end.
    """
    command = [sys.executable, "-m", "complaintflow", "worker", "--json", *map(str, arguments)]
    started = []
    try:
        for each in range(number):
            log = Path(folder or ".") / f"worker-{each}.log"
            with log.open("wb") as file:
                process = subprocess.Popen(
                    command, stderr=file, cwd=folder, env=os.environ | (variables or {})
                )
            started.append((process, log))
        yield started
    finally:
        for process, _ in started:
            process.kill()
            process.wait()


def lines_of(log):
    """
    Return what a worker has said so far.
    """
    if not log.exists():
        return []
    # What it is writing just now may be half a line.
    return [json.loads(line) for line in log.read_text(encoding="utf-8").split("\n")[:-1]]


def said_by(processes, words):
    """
    Return every line with these words that any of the workers has said so far.
    """
    return [line for _, log in processes for line in lines_of(log) if words in line["message"]]


def until(holds, seconds=60):
    """
    Wait until something holds.
    """
    give_up_at = monotonic() + seconds
    while not holds():
        assert monotonic() < give_up_at
        sleep(0.02)


def stopped(processes, number=signal.SIGTERM):
    """
    Tell processes to stop, and return what each said last; each must have ended well.
    """
    for process, _ in processes:
        process.send_signal(number)
    assert [0] * len(processes) == [process.wait(timeout=60) for process, _ in processes]
    return [lines_of(log)[-1] for _, log in processes]


def test_eight_workers_on_one_store_do_each_thing_exactly_once(url, method_file, tmp_path):
    """
    Any number of them may be started; none is the chief, and none need know of the others.
    """
    names = [f"t-{each:03}" for each in range(80)]
    with (
        using(store_from_url(url)) as store,
        workers(
            8, "--store", url, "-m", method_file, "--notify", "log", folder=tmp_path
        ) as started,
    ):
        until(lambda: 8 == len(said_by(started, " starts")))
        desk = Desk(DUE, store=store)
        for name in names:
            desk.open(name, customer="ana", complaint="Broken", by="sam", at=OVERDUE)
        until(lambda: len(said_by(started, "was delivered")) >= 80)
        said = stopped(started)

        assert [["first_response"]] * 80 == [passed(desk, name) for name in names]
        assert 80 == sum(line["recorded"] for line in said)
        assert 80 == sum(line["delivered"] for line in said)
        keys = [line["key"] for line in said_by(started, "was delivered")]
        assert [f"{name}:2:1" for name in names] == sorted(keys)


@contextmanager
def using(store):
    """
    Close a store in the end, or what it stands on.
    """
    try:
        yield store
    finally:
        store.close() if hasattr(store, "close") else store._engine.dispose()


HOST = """
import pathlib, time

from complaintflow import {kind}, Within
from complaintflow.adapters.{module} import {store}
from complaintflow.methods import six_steps


class Slow:
    def notify(self, notification):
        with open("told.txt", "a") as file:
            file.write("+")
        time.sleep(0.1)
        with open("told.txt", "a") as file:
            file.write(".")


def desk():
    method = six_steps(first_response=Within(2, "hours"))
    return {kind}(method, store={store}({where}), notifier=Slow())
"""


@pytest.fixture
def host(tmp_path):
    """
    Write a program of a host that has a desk with a slow notifier, and cases that are due.
    """
    (tmp_path / "helpdesk.py").write_text(
        HOST.format(
            kind="Desk", module="sqlite", store="SqliteStore", where="pathlib.Path('cases.db')"
        ),
        encoding="utf-8",
    )
    with SqliteStore(tmp_path / "cases.db") as store:
        desk = Desk(DUE, store=store)
        for number in range(20):
            name = f"t-{number:03}"
            desk.open(name, customer="ana", complaint="Broken", by="sam", at=OVERDUE)
        yield desk


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_is_told_to_stop_finishes_what_it_has_taken(host, tmp_path, number):
    """
    A deployment stops it in the middle of a delivery, every time.
    """
    told = tmp_path / "told.txt"
    with workers(1, "--desk", "helpdesk:desk", folder=tmp_path) as started:
        until(lambda: told.exists() and "+" in told.read_text())
        [last] = stopped(started, number)

    assert "+." * last["delivered"] == told.read_text(), "nothing was begun and not finished"
    assert 10 == last["delivered"], "one batch, and no more"
    assert 10 == last["recorded"]


HANGING = """
import time

from complaintflow import Desk, Within
from complaintflow.adapters import store_from_url
from complaintflow.methods import six_steps


class Hanging:
    def __init__(self):
        self.told = 0

    def notify(self, notification):
        with open("told.txt", "a") as file:
            file.write(notification.key + "\\n")
        self.told += 1
        if self.told == {most}:
            time.sleep(60)


def desk():
    method = six_steps(first_response=Within(2, "hours"))
    return Desk(method, store=store_from_url({url!r}), notifier=Hanging())
"""


def test_a_worker_ends_without_what_it_has_given_up(tmp_path):
    """
    A service manager that says stop need not wait for an endpoint that is dead.
    """
    url = f"sqlite:///{tmp_path / 'cases.db'}"
    (tmp_path / "helpdesk.py").write_text(HANGING.format(url=url, most=1), encoding="utf-8")
    with using(store_from_url(url)) as store:
        desk = Desk(DUE, store=store)
        for number in range(2):
            desk.open(f"t-{number}", customer="ana", complaint="Broken", by="sam", at=OVERDUE)
        arguments = ("--desk", "helpdesk:desk", "--notify-within", "0.3")
        with workers(1, *arguments, folder=tmp_path) as started:
            until(lambda: said_by(started, "was delivered"))
            [last] = stopped(started)

    assert (2, 1, 1) == (last["recorded"], last["delivered"], last["failed"])


@pytest.mark.parametrize("most", [1, 5])
def test_what_a_killed_worker_was_delivering_is_delivered_by_another(url, tmp_path, most):
    """
    With the same key, and in order within its case; what was delivered before is not sent again.
    """
    (tmp_path / "helpdesk.py").write_text(HANGING.format(url=url, most=most), encoding="utf-8")
    told = tmp_path / "told.txt"
    cases = [f"t-{number}" for number in range(3)]
    with using(store_from_url(url)) as store:
        notifier = RecordingNotifier()
        desk = Desk(DUE, store=store, notifier=notifier)
        for case_id in cases:
            desk.open(case_id, customer="ana", complaint="Broken", by="sam", at=OVERDUE)
        desk.tick()
        for case_id in cases:
            desk.record(case_id, Withdraw(), by="sam")

        with workers(1, "--desk", "helpdesk:desk", folder=tmp_path) as [(process, _)]:
            until(lambda: told.exists() and most == len(told.read_text().splitlines()))
            process.kill()
            process.wait()
        before = told.read_text().splitlines()

        assert Delivery(0, 0) == desk.deliver(), "what it had taken is held for five minutes"
        later = FrozenClock(datetime.now(UTC) + timedelta(minutes=6))
        Desk(DUE, store=store, notifier=notifier, clock=later).deliver()

    after = [notification.key for notification in notifier.delivered]
    assert before[-1] in after
    delivered = [*before[:-1], *after]
    assert len(delivered) == len(set(delivered))
    for case_id in cases:
        of_case = [int(key.split(":")[1]) for key in delivered if key.startswith(f"{case_id}:")]
        assert [2, 3] == sorted(set(of_case)), "all of it"
        assert of_case == sorted(of_case), "in order"


def test_a_second_signal_ends_it_at_once(host, tmp_path):
    """
    Whoever presses the keys twice means it.
    """
    told = tmp_path / "told.txt"
    with workers(1, "--desk", "helpdesk:desk", folder=tmp_path) as started:
        until(lambda: told.exists() and "+" in told.read_text())
        [(process, _)] = started
        process.send_signal(signal.SIGTERM)
        sleep(0.15)
        process.send_signal(signal.SIGTERM)

        assert -signal.SIGTERM == process.wait(timeout=30)


def test_an_awaited_desk_is_worked_at_too(tmp_path):
    """
    A host on asyncio names its desk the same way.
    """
    with servers.a_schema() as schema:
        where = f"{servers.QUICK!r}, schema={schema!r}"
        (tmp_path / "helpdesk.py").write_text(
            HOST.format(
                kind="AsyncDesk", module="postgres", store="AsyncPostgresStore", where=where
            ),
            encoding="utf-8",
        )
        url = f"{servers.QUICK}&schema={schema}"
        with (
            workers(1, "--desk", "helpdesk:desk", folder=tmp_path) as started,
            store_from_url(url) as store,
        ):
            [(_, log)] = started
            until(lambda: log.exists() and "cannot be used" in log.read_text())
            store.create_schema()
            desk = Desk(DUE, store=store)
            desk.open("t-1", customer="ana", complaint="Broken", by="sam", at=OVERDUE)
            until(lambda: passed(desk, "t-1"))
            [last] = stopped(started)

            assert 1 == last["recorded"]


def test_a_store_that_is_not_there_yet_is_waited_for(tmp_path, method_file):
    """
    In a cluster the worker may start before the database, or before its tables.
    """
    with servers.a_schema() as schema:
        url = f"{servers.QUICK}&schema={schema}"
        with (
            workers(1, "--store", url, "-m", method_file, folder=tmp_path) as started,
            store_from_url(url) as store,
        ):
            [(_, log)] = started
            until(lambda: "cannot be used" in log.read_text())
            store.create_schema()
            desk = Desk(DUE, store=store)
            desk.open("t-1", customer="ana", complaint="Broken", by="sam", at=OVERDUE)
            until(lambda: passed(desk, "t-1"))
            [last] = stopped(started)

        assert 1 == last["recorded"]
        assert "the store can be used again" in [line["message"] for line in lines_of(log)]


# -- what is given to it ------------------------------------------------------------------------


def refused(*arguments):
    """
    Return what the command complains of; it must end with 2.
    """
    result = CliRunner().invoke(app, ["worker", "--once", *map(str, arguments)])

    assert 2 == result.exit_code, result.output
    return " ".join(result.stderr.split())


STORE = ("--store", "sqlite:///cases.db")
MAIL = ("--notify", "smtp://mail.example.org", "--mail-from", "help@example.org")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "give --store STORE and what goes with it, or --desk MODULE:NAME"),
        ((*STORE, "--desk", "helpdesk:desk"), "give --store STORE"),
        (("--desk", "helpdesk:desk", "--notify", "log"), "give --store STORE"),
        (("--desk", "helpdesk"), "must be MODULE:NAME"),
        (("--desk", "helpdesk_not_there:desk"), "'helpdesk_not_there'; name what can be"),
        (("--desk", "json:desk"), "cannot be found: module 'json' has no attribute 'desk'"),
        (("--desk", "sys:path"), "is no desk, and makes none"),
        (("--desk", "json:loads"), "json:loads takes arguments, and is called without any"),
        (("--store", "cases.db"), "there is no file 'cases.db'"),
        (("--store", "sqlite:////no/such/folder/x.db"), "there is no file"),
        ((*STORE, "-m", "six_stepz"), "did you mean 'six_steps'?"),
        ((*STORE, "--notify", "pigeon"), "--notify 'pigeon' is nobody who can be told"),
        ((*STORE, "--notify", "https://example.org/hook"), "COMPLAINTFLOW_WEBHOOK_SECRET"),
        ((*STORE, "--notify", "smtp://mail.example.org"), "mail needs --mail-from"),
        ((*STORE, *MAIL, "--mail-to", "help@example.org"), "must be WHOM=ADDRESS"),
    ],
)
def test_what_cannot_be_used_is_told_in_one_sentence(arguments, told, tmp_path, monkeypatch):
    """
    Whoever sets up a service reads what is wrong, and no trace.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(WEBHOOK_SECRET, raising=False)

    assert told in refused(*arguments)


def test_a_calendar_is_missed_by_whoever_counts_and_by_nobody_who_reads(tmp_path):
    """
    The worker says at once that it has none; a timeline is drawn without any day being counted.
    """
    vienna = six_steps(first_response=Within(2, "business_days", calendar="AT"))
    file, store = tmp_path / "vienna.toml", tmp_path / "cases.db"
    file.write_text(documents.dumps(vienna), encoding="utf-8")
    with closing(SqliteStore(store)) as kept:
        desk = Desk(vienna, store=kept, calendar={"AT": WeekdayCalendar()})
        desk.open("t-1", customer="ana", complaint="It arrived broken", by="sam")

    assert "the days of AT are counted on calendars that no option gives" in refused(
        *("--store", store, "--method", file)
    )
    arguments = ["timeline", "t-1", "--store", str(store), "--method", str(file)]
    result = CliRunner().invoke(app, arguments)
    assert 0 == result.exit_code, result.stderr


def test_what_other_libraries_warn_of_is_a_line_of_json_too(capsys):
    """
    A pool of connections warns in several lines, and a program reads them.
    """
    with logging_to_standard_error(as_json=True):
        logging.getLogger("psycopg.pool").warning("error connecting:\nno such host")
        logging.getLogger("complaintflow.worker").info("it starts")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]

    assert [
        ("psycopg.pool", "error connecting:\nno such host"),
        ("complaintflow.worker", "it starts"),
    ] == [(line["logger"], line["message"]) for line in lines]


def test_a_secret_that_is_wrong_is_not_told(tmp_path, monkeypatch):
    """
    What a service says at its start is kept in logs.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(WEBHOOK_SECRET, "hunter2")

    told = refused(*STORE, "--notify", "https://example.org/hook")
    assert "whsec_" in told
    assert "hunter2" not in told


def test_whom_to_tell_is_made_of_the_options(monkeypatch):
    """
    Addresses stand on the command line, secrets do not.
    """
    monkeypatch.setenv(WEBHOOK_SECRET, f"{new_secret()} {new_secret()}")
    monkeypatch.setenv(SMTP_PASSWORD, "pass")
    to = ["team=help@example.org", "team=lead@example.org", "owner=help@example.org"]
    several = ["log", "https://example.org/hook", "smtps://help@mail.example.org"]

    assert Telling().notifier() is None
    assert isinstance(Telling(["log"]).notifier(), LoggingNotifier)
    assert isinstance(Telling(several[1:2]).notifier(), WebhookNotifier)
    assert isinstance(Telling(several[2:], "urn:x", "a@b.org", to).notifier(), MailNotifier)
    assert isinstance(Telling(several, "urn:x", "a@b.org", to).notifier(), FanOut)


def _is_a_stop(stop: Stop) -> Stop:
    return stop


_is_a_stop(threading.Event())
