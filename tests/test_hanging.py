"""
A notifier that hangs holds up its own case, and nothing else.
"""

import asyncio
import sys
import threading
from contextvars import ContextVar
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from attrs import evolve
from typer.testing import CliRunner

from complaintflow import AsyncDesk, Delivery, Desk, EvidenceError, Within
from complaintflow.acts import Withdraw
from complaintflow.adapters import notifiers
from complaintflow.adapters.mail import Letter, MailNotifier
from complaintflow.adapters.memory import AsyncMemoryStore
from complaintflow.adapters.notifiers import Bounded, CallableNotifier, FanOut, LoggingNotifier
from complaintflow.adapters.webhooks import WebhookNotifier, new_secret
from complaintflow.cli import app
from complaintflow.errors import NotDelivered
from complaintflow.methods import six_steps
from complaintflow.ports import Notification
from complaintflow.testing import FrozenClock, NotifierContract
from complaintflow.worker import Shift, work, work_async

from .broken_notifiers import Mail
from .conftest import MONDAY

DUE = six_steps(first_response=Within(2, "hours"))
"""What is opened under it, and left alone, misses a deadline, of which the owner is told."""

LITTLE = 0.05
"""How many seconds are waited for what hangs."""

ENOUGH = 0.3
"""How many are, where others must come back within them."""


class Hangs:
    """
    Hang on the cases that are named, until each call is let go; remember every call.
    """

    def __init__(self, *cases):
        self.cases = set(cases)
        self.called, self.arrived, self.threads = [], [], []
        self.error = None
        self._go = threading.Event()

    def notify(self, notification):
        """
        Deliver, now or some day.
        """
        self.threads.append(threading.current_thread())
        self.called.append(notification)
        if notification.case_id in self.cases:
            self._go.wait(60)
            if self.error is not None:
                raise self.error
        self.arrived.append(notification.key)

    def let_go(self, error=None):
        """
        Let what hangs come to an end, and wait for that.
        """
        self.error = error
        self._go.set()
        for thread in self.threads:
            if thread is not threading.current_thread():
                thread.join(60)

    def recover(self):
        """
        Hang no more.
        """
        self.cases.clear()


@pytest.fixture
def hanging():
    """
    Return what makes notifiers that hang, and lets all of them go when the test is over.
    """
    made = []

    def make(*cases):
        made.append(Hangs(*cases))
        return made[-1]

    yield make
    for each in made:
        each.let_go()


@pytest.fixture
def clock():
    """
    Return a clock that stands still.
    """
    return FrozenClock(MONDAY)


def a_notification(number=1, **other):
    """
    Return something somebody should be told.
    """
    told = Notification(
        key=f"t-1:{number}:1",
        case_id="t-1",
        version=number,
        topic="withdrawn",
        to="owner",
        trigger="withdraw",
        at=datetime(2026, 1, 5, 9, tzinfo=UTC),
        state="withdrawn",
    )
    return evolve(told, **other)


def open_some(desk, number):
    """
    Open so many cases.
    """
    for each in range(1, number + 1):
        desk.open(f"t-{each}", customer="ana", complaint="It arrived broken", by="sam")


def given_up(notifier, notification):
    """
    Return why a notification was not delivered.
    """
    with pytest.raises(NotDelivered) as error:
        notifier.notify(notification)
    return error.value.reason


TOO_LATE = "it took more than 0.05 seconds and was given up; it may yet arrive"


class TestAWorker:
    """
    It gives up what hangs, by default, and goes on with the rest.
    """

    def test_it_tells_the_other_cases_and_records_their_deadlines(self, clock, hanging):
        """
        Somebody else's dead endpoint is no reason to miss a promise.
        """
        notifier = hanging("t-1")
        desk = Desk(DUE, clock=clock, notifier=notifier)
        open_some(desk, 3)
        clock.advance(hours=3)

        shift = work(desk, once=True, notify_within=ENOUGH)

        assert Shift(recorded=3, delivered=2, failed=1) == shift
        assert ["t-2:2:1", "t-3:2:1"] == notifier.arrived

    def test_the_step_stands_and_its_case_waits_in_order(self, clock, hanging):
        """
        What comes later of the case comes later, and what was recorded stays.
        """
        notifier = hanging("t-1")
        desk = Desk(DUE, clock=clock, notifier=notifier)
        open_some(desk, 1)
        clock.advance(hours=3)
        desk.tick()
        desk.record("t-1", Withdraw(), by="sam")

        work(desk, once=True, notify_within=LITTLE)

        assert "withdrawn" == desk.get("t-1").state
        assert ["t-1:2:1"] == [told.key for told in notifier.called]
        notifier.let_go(ConnectionError())
        notifier.recover()
        clock.advance(hours=1)
        work(desk, once=True, notify_within=ENOUGH)
        assert ["t-1:2:1", "t-1:3:1"] == notifier.arrived
        assert [("t-1:2:1", 0), ("t-1:2:1", 1), ("t-1:3:1", 0)] == [
            (told.key, told.attempts) for told in notifier.called
        ]

    def test_it_looks_after_its_deadlines_and_its_stop_within_five_minutes(self, clock):
        """
        However many hang, one after the other, for the minute that each of them has.
        """
        stop, took = threading.Event(), []

        class Slow:
            deadline = 60

            def notify(self, notification):
                clock.advance(minutes=1)
                took.append(notification.key)
                stop.set()
                raise NotDelivered(notification.key, "no answer")

        desk = Desk(DUE, clock=clock, notifier=Slow())
        open_some(desk, 30)
        for each in range(1, 31):
            desk.record(f"t-{each}", Withdraw(), by="sam")

        assert 0 < work(desk, stop=stop).failed == len(took) <= 5

    def test_it_bounds_a_notifier_that_says_nothing_by_default(self, clock, hanging, monkeypatch):
        """
        Whoever forgets to bound theirs has forgotten to say so, too.
        """
        waited = []

        def wait(calls, seconds):
            waited.append(seconds)
            calls[0].exception(60)

        monkeypatch.setattr(notifiers, "wait", wait)
        notifier = hanging()
        desk = Desk(DUE, clock=clock, notifier=notifier)
        open_some(desk, 1)
        clock.advance(hours=3)

        assert 1 == work(desk, once=True).delivered
        [thread] = notifier.threads
        assert thread is not threading.current_thread()
        assert [60.0] == waited

    def test_it_calls_in_its_own_thread_where_it_is_told_to(self, clock, hanging):
        """
        Some things belong to a thread, and their notifiers bound themselves or do not hang.
        """
        notifier = hanging()
        desk = Desk(DUE, clock=clock, notifier=notifier)
        open_some(desk, 1)
        clock.advance(hours=3)

        assert 1 == work(desk, once=True, notify_within=None).delivered
        assert [threading.current_thread()] == notifier.threads

    def test_it_remembers_what_it_gave_up_from_one_shift_to_the_next(self, clock, hanging):
        """
        A host whose scheduler has it work once each minute makes no thread each time.
        """
        notifier = hanging("t-1")
        desk = Desk(DUE, clock=clock, notifier=notifier)
        open_some(desk, 1)
        clock.advance(hours=3)

        for _ in range(3):
            assert 1 == work(desk, once=True, notify_within=LITTLE).failed
            clock.advance(hours=1)
        assert 1 == len(notifier.called)
        notifier.let_go()
        assert 1 == work(desk, once=True, notify_within=LITTLE).delivered
        assert ["t-1:2:1"] == notifier.arrived

    @pytest.mark.parametrize("seconds", [0, -1, 61, float("nan"), float("inf"), "30", True])
    def test_seconds_that_make_no_sense_are_told_at_once(self, clock, seconds):
        """
        Whoever asks for more than the lease leaves would have things delivered twice.
        """
        told = "notify_within must be a number of seconds, at most 60, or None, not"
        with pytest.raises(EvidenceError, match=told):
            work(Desk(DUE, clock=clock), once=True, notify_within=seconds)
        with pytest.raises(EvidenceError, match=told):
            asyncio.run(work_async(AsyncDesk(DUE), once=True, notify_within=seconds))


class TestTheCommand:
    """
    `complaintflow worker` does it for any desk.
    """

    @pytest.fixture
    def run(self, clock, monkeypatch):
        """
        Return what runs it once at a desk with a notifier, on one case that is withdrawn.
        """

        def run(notifier, *arguments):
            desk = Desk(DUE, clock=clock, notifier=notifier)
            open_some(desk, 1)
            desk.record("t-1", Withdraw(), by="sam")
            monkeypatch.setitem(sys.modules, "helpdesk_that_hangs", SimpleNamespace(desk=desk))
            command = ["worker", "--desk", "helpdesk_that_hangs:desk", "--once", *arguments]
            return CliRunner().invoke(app, command)

        return run

    def test_it_gives_up_after_so_many_seconds(self, run, hanging):
        """
        Whoever runs it need not know what the host's notifier does.
        """
        result = run(hanging("t-1"), "--notify-within", str(LITTLE))

        assert 0 == result.exit_code
        assert f"t-1:2:1 was not delivered ({TOO_LATE})" in result.stderr
        assert "stops: failed 1" in result.stderr

    @pytest.mark.parametrize(("seconds", "is_its_own"), [("0", True), ("60", False)])
    def test_it_calls_in_its_own_thread_where_it_is_told_to(
        self, run, hanging, seconds, is_its_own
    ):
        """
        For a notifier that needs what belongs to a thread, and bounds itself.
        """
        notifier = hanging()

        assert 0 == run(notifier, "--notify-within", seconds).exit_code
        assert is_its_own == (notifier.threads == [threading.current_thread()])

    @pytest.mark.parametrize("seconds", ["-1", "61", "soon", "nan"])
    def test_seconds_that_make_no_sense_are_told_at_once(self, run, hanging, seconds):
        """
        Before anything is delivered.
        """
        notifier = hanging()

        assert 2 == run(notifier, "--notify-within", seconds).exit_code
        assert [] == notifier.called


class TestADesk:
    """
    A host that delivers itself says whether a notifier is given up.
    """

    def test_it_calls_the_notifier_in_its_own_thread_by_default(self, clock, hanging):
        """
        A host's own process may rely on what belongs to its threads.
        """
        notifier = hanging()
        desk = Desk(DUE, clock=clock, notifier=notifier)
        open_some(desk, 1)
        desk.record("t-1", Withdraw(), by="sam")

        assert Delivery(1, 0) == desk.deliver()
        assert [threading.current_thread()] == notifier.threads

    def test_it_gives_up_where_it_is_told_to(self, clock, hanging, caplog):
        """
        What it has given up is a failure like any other, and says so.
        """
        desk = Desk(DUE, clock=clock, notifier=hanging("t-1"))
        open_some(desk, 1)
        desk.record("t-1", Withdraw(), by="sam")

        assert Delivery(0, 1) == desk.deliver(within=LITTLE)
        assert f"notification t-1:2:1 was not delivered ({TOO_LATE})" in caplog.text

    def test_its_pauses_are_told_whom_the_host_gave(self, clock, hanging):
        """
        What bounds a notifier is ours, and nobody has heard of it.
        """
        asked = []
        desk = Desk(
            DUE, clock=clock, notifier=hanging("t-1"), pauses=lambda s: asked.append(s) or 60
        )
        open_some(desk, 1)
        desk.record("t-1", Withdraw(), by="sam")
        desk.deliver(within=LITTLE)

        [state] = asked
        assert "Hangs.notify" == state.fn.__qualname__
        assert TOO_LATE == state.outcome.exception().reason

    def test_other_seconds_are_no_second_call(self, clock, hanging):
        """
        Whoever has less time left each time does not send beside what still runs.
        """
        notifier = hanging("t-1")
        desk = Desk(DUE, clock=clock, notifier=notifier)
        open_some(desk, 1)
        desk.record("t-1", Withdraw(), by="sam")

        for within in (LITTLE, LITTLE / 2, LITTLE / 4):
            assert Delivery(0, 1) == desk.deliver(within=within)
            clock.advance(hours=6)

        assert ["t-1:2:1"] == [told.key for told in notifier.called]

    def test_one_that_is_cancelled_inside_has_failed(self, clock):
        """
        It runs a loop of its own, in which somebody has cancelled what it waits for.
        """

        def push(_notification):
            raise asyncio.CancelledError

        desk = Desk(DUE, clock=clock, notifier=CallableNotifier(push))
        open_some(desk, 1)
        desk.record("t-1", Withdraw(), by="sam")

        assert Delivery(0, 1) == desk.deliver()

    def test_every_problem_of_a_delivery_is_told_at_once(self, clock):
        """
        Three mistakes are no three rounds.
        """
        with pytest.raises(EvidenceError) as error:
            Desk(DUE, clock=clock).deliver(limit=-1, within=61)

        assert [
            "limit must be a whole number from 0 to 2147483647, not -1",
            "within must be a number of seconds, at most 60, or None, not 61",
            "the desk has no notifier: Desk(..., notifier=...)",
        ] == list(error.value.problems)

    def test_what_is_parked_while_it_hangs_holds_up_its_case_no_longer(self, clock, hanging):
        """
        Three days of one dead call are enough.
        """
        notifier = hanging("t-1")
        desk = Desk(DUE, clock=clock, notifier=notifier, park_after=2)
        open_some(desk, 1)
        clock.advance(hours=3)
        desk.tick()
        desk.record("t-1", Withdraw(), by="sam")
        desk.deliver(within=LITTLE)
        clock.advance(hours=1)

        assert Delivery(0, 1, parked=1) == desk.deliver(within=LITTLE)
        assert ["t-1:2:1", "t-1:3:1"] == [told.key for told in notifier.called]
        [parked] = desk.parked()
        assert TOO_LATE == parked.error


class TestAnAwaitedNotifier:
    """
    It can be cancelled, and needs no thread.
    """

    def test_it_is_cancelled_and_the_others_are_told(self, clock):
        """
        Its connection is closed on the way out, as that of anybody who is cancelled.
        """
        told, ended = [], []

        class Endless:
            async def notify(self, notification):
                told.append((notification.key, notification.attempts))
                if notification.case_id == "t-1":
                    try:
                        await asyncio.Event().wait()
                    finally:
                        ended.append(threading.current_thread())

        async def script():
            desk = AsyncDesk(DUE, store=AsyncMemoryStore(), clock=clock, notifier=Endless())
            for case_id in ("t-1", "t-2"):
                await desk.open(case_id, customer="ana", complaint="Broken", by="sam")
            clock.advance(hours=3)
            return await work_async(desk, once=True, notify_within=LITTLE)

        assert Shift(recorded=2, delivered=1, failed=1) == asyncio.run(script())
        assert [("t-1:2:1", 0), ("t-2:2:1", 0)] == told
        assert [threading.current_thread()] == ended

    def test_it_has_a_minute_by_default(self, clock, monkeypatch, caplog):
        """
        A host that awaits `deliver` itself is not held for ever.
        """
        monkeypatch.setattr("complaintflow._waiting.LONGEST", LITTLE)

        class Endless:
            async def notify(self, _notification):
                await asyncio.Event().wait()

        async def script():
            desk = AsyncDesk(DUE, clock=clock, notifier=Endless())
            await desk.open("t-1", customer="ana", complaint="Broken", by="sam")
            await desk.record("t-1", Withdraw(), by="sam")
            return await desk.deliver()

        assert Delivery(0, 1) == asyncio.run(script())
        assert "TimeoutError('it took more than 0.05 seconds')" in caplog.text

    def test_its_own_timeout_is_told_as_its_own(self, clock, caplog):
        """
        Whoever looks for the cause should not be sent to the wrong place.
        """

        class TimesOut:
            async def notify(self, _notification):
                message = "the endpoint said nothing for 5 seconds"
                raise TimeoutError(message)

        async def script():
            desk = AsyncDesk(DUE, clock=clock, notifier=TimesOut())
            await desk.open("t-1", customer="ana", complaint="Broken", by="sam")
            await desk.record("t-1", Withdraw(), by="sam")
            return await desk.deliver()

        assert Delivery(0, 1) == asyncio.run(script())
        assert "the endpoint said nothing for 5 seconds" in caplog.text

    def test_one_that_only_looks_plain_is_awaited_all_the_same(self, clock):
        """
        A plain function may return what has to be awaited.
        """
        told = []

        class Passes:
            def notify(self, notification):
                return self._later(notification)

            async def _later(self, notification):
                await asyncio.sleep(0)
                told.append(notification.key)

        async def script():
            desk = AsyncDesk(DUE, clock=clock, notifier=Passes())
            await desk.open("t-1", customer="ana", complaint="Broken", by="sam")
            await desk.record("t-1", Withdraw(), by="sam")
            return await work_async(desk, once=True)

        assert 1 == asyncio.run(script()).delivered
        assert ["t-1:2:1"] == told

    def test_one_that_cancels_itself_has_failed(self, clock, caplog):
        """
        Something that it waits for was cancelled, and nobody has cancelled the worker.
        """

        class Cancelled:
            async def notify(self, notification):
                if notification.case_id == "t-1":
                    raise asyncio.CancelledError

        async def script():
            desk = AsyncDesk(DUE, clock=clock, notifier=Cancelled())
            for case_id in ("t-1", "t-2"):
                await desk.open(case_id, customer="ana", complaint="Broken", by="sam")
            clock.advance(hours=3)
            return await work_async(desk, once=True)

        assert Shift(recorded=2, delivered=1, failed=1) == asyncio.run(script())
        assert "t-1:2:1 was not delivered (it was cancelled, and not from here)" in caplog.text

    def test_a_worker_that_is_cancelled_ends_there(self, clock):
        """
        It is no failure of the notifier's, and no attempt of its was made.
        """

        class Endless:
            async def notify(self, _notification):
                asking.set()
                await asyncio.Event().wait()

        async def script():
            desk = AsyncDesk(DUE, clock=clock, notifier=Endless())
            await desk.open("t-1", customer="ana", complaint="Broken", by="sam")
            clock.advance(hours=3)
            worker = asyncio.create_task(work_async(desk))
            await asking.wait()
            worker.cancel()
            await asyncio.wait([worker], timeout=5)
            assert worker.cancelled()
            clock.advance(minutes=5)
            return await desk._at.store.claim(now=clock.now(), until=clock.now(), limit=1)

        asking = asyncio.Event()
        assert [0] == [each.attempts for each in asyncio.run(script())]

    @pytest.mark.parametrize("within", [None, 60])
    def test_a_desk_that_does_not_await_says_so(self, clock, within):
        """
        It is no failure of the notifier's, and trying it again would be no use.
        """

        class Passes:
            def notify(self, _notification):
                return asyncio.sleep(0)

        desk = Desk(DUE, clock=clock, notifier=Passes())
        open_some(desk, 1)
        desk.record("t-1", Withdraw(), by="sam")

        with pytest.raises(EvidenceError, match="has to be awaited"):
            desk.deliver(within=within)

    def test_a_plain_one_is_given_up_by_a_worker(self, clock, hanging):
        """
        It holds up the loop for its time, and not for ever.
        """
        notifier = hanging("t-1")

        async def script():
            desk = AsyncDesk(DUE, clock=clock, notifier=notifier)
            await desk.open("t-1", customer="ana", complaint="Broken", by="sam")
            await desk.record("t-1", Withdraw(), by="sam")
            return await work_async(desk, once=True, notify_within=LITTLE)

        assert 1 == asyncio.run(script()).failed


class TestBounded:
    """
    A call that is given up goes on, and what becomes of it is not forgotten.
    """

    def test_a_second_call_is_not_begun_beside_the_first(self, hanging):
        """
        Ten attempts at what hangs would be ten threads, and may be ten letters.
        """
        notifier = hanging("t-1")
        bounded = Bounded(notifier, deadline=LITTLE)

        for attempts in range(3):
            assert TOO_LATE == given_up(bounded, a_notification(attempts=attempts))
        assert 1 == len(notifier.called)

    def test_it_is_waited_for_once(self, hanging, monkeypatch):
        """
        What has had its time is only looked at, so that it costs that once, and not each hour.
        """
        waited = []
        monkeypatch.setattr(notifiers, "wait", lambda _, seconds: waited.append(seconds))
        bounded = Bounded(hanging("t-1"), deadline=20)
        for attempts in range(3):
            given_up(bounded, a_notification(attempts=attempts))

        assert [20, 0, 0] == waited

    def test_no_process_waits_for_it_at_its_end(self, hanging):
        """
        A service manager that says stop is not to wait for a dead endpoint.
        """
        notifier = hanging("t-1")
        given_up(Bounded(notifier, deadline=LITTLE), a_notification())

        assert [True] == [thread.daemon for thread in notifier.threads]

    def test_what_arrived_late_is_not_sent_again(self, hanging, caplog):
        """
        The next attempt finds that it has arrived; a later one is a new delivery.
        """
        notifier = hanging("t-1")
        bounded = Bounded(notifier, deadline=LITTLE)
        given_up(bounded, a_notification())

        notifier.let_go()
        bounded.notify(a_notification(attempts=1))

        assert ["t-1:1:1"] == notifier.arrived
        assert ["notification t-1:1:1 was given up, and has arrived since"] == caplog.messages
        [record] = caplog.records
        assert ("complaintflow", "t-1", "t-1:1:1") == (record.name, record.case, record.key)
        bounded.notify(a_notification())
        assert ["t-1:1:1"] * 2 == notifier.arrived

    def test_what_failed_late_is_sent_again(self, hanging, caplog):
        """
        With the same key, at the next attempt.
        """
        notifier = hanging("t-1")
        bounded = Bounded(notifier, deadline=LITTLE)
        given_up(bounded, a_notification())

        notifier.let_go(ConnectionError("gone"))
        told = "notification t-1:1:1 was given up, and has failed since (ConnectionError('gone'))"
        assert [told] == caplog.messages
        notifier.recover()
        bounded.notify(a_notification(attempts=1))

        assert ["t-1:1:1"] == notifier.arrived
        assert [0, 1] == [told.attempts for told in notifier.called]

    def test_the_same_key_of_another_store_is_another_notification(self, hanging):
        """
        Two tenants may both have a case t-1; that one was told is nothing to the other.
        """
        notifier = hanging("t-1")
        bounded = Bounded(notifier, deadline=LITTLE)
        given_up(bounded, a_notification())
        notifier.let_go()
        notifier.recover()

        bounded.notify(a_notification(at=datetime(2026, 1, 6, 9, tzinfo=UTC)))

        assert ["t-1:1:1"] * 2 == notifier.arrived

    def test_beyond_so_many_that_hang_none_is_begun(self, hanging):
        """
        All fail at once then, so that a dead endpoint costs neither threads nor minutes.
        """
        notifier = hanging("t-1")
        bounded = Bounded(notifier, deadline=LITTLE, most_given_up=2)
        for number in (1, 2):
            given_up(bounded, a_notification(number))

        reason = given_up(bounded, a_notification(3))
        assert "none is begun while 2 that took too long are still running" == reason
        assert 2 == len(notifier.called)
        notifier.let_go()
        bounded.notify(a_notification(3))
        assert 3 == len(notifier.arrived)

    def test_those_who_are_in_time_are_not_counted(self):
        """
        Ten threads may share a notifier that has given up nobody.
        """
        meeting = threading.Barrier(4)
        bounded = Bounded(CallableNotifier(lambda _: meeting.wait(60)), most_given_up=1)
        threads = [
            threading.Thread(target=bounded.notify, args=[a_notification(number)], daemon=True)
            for number in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)

        assert not meeting.broken
        assert not any(thread.is_alive() for thread in threads)

    def test_what_arrived_late_is_remembered_within_bounds(self, hanging, monkeypatch):
        """
        Another worker may have delivered it meanwhile, and nobody asks here again.
        """
        monkeypatch.setattr(notifiers, "_REMEMBERED", 2)
        notifier = hanging("t-1")
        bounded = Bounded(notifier, deadline=LITTLE)
        for number in (1, 2, 3):
            given_up(bounded, a_notification(number))
        notifier.let_go()
        notifier.recover()

        for number in (1, 2, 3):
            bounded.notify(a_notification(number))

        assert 4 == len(notifier.arrived)

    def test_what_the_notifier_raises_goes_on(self):
        """
        That trying again is no use is for the desk to know.
        """
        error = NotDelivered("t-1:1:1", "nobody lives there", is_permanent=True)

        def fails(_notification):
            raise error

        with pytest.raises(NotDelivered) as raised:
            Bounded(CallableNotifier(fails)).notify(a_notification())

        assert raised.value is error

    @pytest.mark.parametrize(
        "error", [SystemExit(1), KeyboardInterrupt(), asyncio.CancelledError()]
    )
    def test_what_would_end_a_program_ends_a_thread(self, clock, error):
        """
        The other cases are told, and the attempt counts, so that it is put aside some day.
        """

        def push(notification):
            if notification.case_id == "t-1":
                raise error

        desk = Desk(DUE, clock=clock, notifier=CallableNotifier(push), park_after=1)
        open_some(desk, 2)
        clock.advance(hours=3)

        assert Shift(recorded=2, delivered=1, parked=1) == work(desk, once=True)
        (parked,) = desk.parked()
        assert f"it raised {type(error).__name__}" == parked.error

    def test_context_variables_go_along(self):
        """
        What ties the lines of a log together is one of them.
        """
        trace, seen = ContextVar("trace"), []
        trace.set("abc")

        Bounded(CallableNotifier(lambda _: seen.append(trace.get()))).notify(a_notification())

        assert ["abc"] == seen

    def test_what_makes_no_sense_is_told_at_once(self):
        """
        All of it.
        """

        class Awaited:
            async def notify(self, notification):
                raise AssertionError

        with pytest.raises(EvidenceError) as error:
            Bounded(Awaited(), deadline=0, most_given_up=0)

        first, *others = error.value.problems
        assert "notifier must be a notifier that is not awaited, not <" in first
        assert [
            "deadline must be a number of seconds, at most 60, not 0",
            "most_given_up must be a whole number of at least 1, not 0",
        ] == others
        with pytest.raises(EvidenceError, match="notifier must be a notifier that is not awaited"):
            Bounded(print)


class TestWhoBoundsItself:
    """
    It says so by its deadline, and needs no thread of anybody else's.
    """

    @pytest.mark.parametrize(
        ("notifier", "deadline"),
        [
            (LoggingNotifier(), 0),
            (CallableNotifier(print), None),
            (Bounded(CallableNotifier(print), deadline=5), 5),
            (FanOut(), 0),
            (FanOut(LoggingNotifier(), Bounded(CallableNotifier(print), deadline=5)), 5),
            (FanOut(LoggingNotifier(), CallableNotifier(print)), None),
            (MailNotifier("localhost", sender="a@b.org", recipients={}, deadline=7), 7),
            (MailNotifier("localhost", sender="a@b.org", recipients=lambda _: None), None),
            (
                MailNotifier(
                    "localhost", sender="a@b.org", recipients={}, letters=lambda _: Letter("", "")
                ),
                None,
            ),
            (WebhookNotifier("http://localhost", secrets=new_secret(), source="x"), 30),
        ],
    )
    def test_it_says_how_long_it_takes(self, notifier, deadline):
        """
        A function of the host's among what it calls has no end of ours.
        """
        told = getattr(notifier, "deadline", None)

        assert deadline == told

    @pytest.mark.parametrize(
        ("deadline", "is_left"),
        [(5, True), (60.0, True), (0, True), (61, False), (None, False), ("5", False), (-1, False)],
    )
    def test_it_is_left_to_it_where_that_is_soon_enough(self, clock, deadline, is_left):
        """
        What is no number of seconds, or too many, is no promise.
        """
        threads = []

        class Own:
            def notify(self, _notification):
                threads.append(threading.current_thread())

        notifier = Own()
        notifier.deadline = deadline
        desk = Desk(DUE, clock=clock, notifier=notifier)
        open_some(desk, 1)
        desk.record("t-1", Withdraw(), by="sam")

        assert 1 == work(desk, once=True).delivered
        assert is_left == (threads == [threading.current_thread()])


class TestTheContract(NotifierContract):
    """
    What is bounded keeps the promises of what it bounds.
    """

    @pytest.fixture
    def mail(self):
        """
        Return a notifier over an empty box.
        """
        return Mail()

    @pytest.fixture
    def notifier(self, mail):
        """
        Return it, bounded.
        """
        return Bounded(mail)

    @pytest.fixture
    def arrived(self, mail):
        """
        Return what looks into the box.
        """
        return lambda: mail.box

    @pytest.fixture
    def cut_off(self, mail):
        """
        Return what locks the box.
        """
        return mail.locked
