"""
The contract of the `Notifier` port, as tests that a host runs against its own notifier.

What arrives where is the notifier's own business: its tests say how to look there, and how to cut
the line. The broken notifiers of our own tests show that the contract notices.
"""

# ruff: noqa: SIM300
# These are tests: they assert, numbers are the point, and what is expected comes first.

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, AbstractContextManager, AsyncExitStack
from datetime import UTC, datetime
from threading import Barrier
from typing import Any, ClassVar, TypeVar

import pytest
from attrs import evolve

from complaintflow._desk import Desk
from complaintflow._help import tells_fields
from complaintflow._method import Outcome, Rule
from complaintflow.acts import Listen, Remedy, RequestApproval
from complaintflow.methods import six_steps
from complaintflow.ports import AsyncNotifier, Notification, Notifier
from complaintflow.testing._doubles import FrozenClock
from complaintflow.testing._overriding import overridden_in_silence
from complaintflow.testing._stores._awaited import a_loop

T = TypeVar("T")

AUDIENCES = ("customer", "owner", "approver", "team")


def a_notification(number: int = 1, **other: Any) -> Notification:
    """Return something somebody should be told."""
    plain = Notification(
        key=f"ticket-42:{number}:1",
        case_id="ticket-42",
        version=number,
        topic="offer_made",
        to="customer",
        trigger="offer",
        at=datetime(2026, 1, 5, 9, tzinfo=UTC),
        state="negotiating",
    )
    return evolve(plain, **other)


def _parts(rule: Rule) -> tuple[Rule | Outcome, ...]:
    return (rule, *rule.outcomes)


@tells_fields
class NotifierContract:
    """
    What every notifier promises: subclass it in a test module, and give it a notifier.

    ::

        class TestMyNotifier(NotifierContract):
            @pytest.fixture
            def notifier(self, outbox):
                return MyNotifier(outbox)

            @pytest.fixture
            def arrived(self, outbox):
                return lambda: [mail.headers["X-Key"] for mail in outbox]

            @pytest.fixture
            def cut_off(self, outbox):
                return outbox.refusing_connections

    The fixture `notifier` returns a notifier that delivers to where a test can look. `arrived`
    returns a function that returns the keys of what has arrived, in order. `cut_off` returns a
    function that returns a context manager, within which nothing can be delivered; None where
    there is nothing that could be cut.
    """

    threads: ClassVar[bool] = True
    """False: the notifier says in its documentation that one thread only may use it."""

    knows_keys: ClassVar[bool] = False
    """True: it tells a second delivery by its key, and delivers once."""

    audiences: ClassVar[Sequence[str]] = AUDIENCES
    """Whom it tells. What is for others it takes as well, and may deliver nowhere."""

    @pytest.fixture
    def notifier(self) -> Notifier:
        """Return a notifier. To be overridden."""
        message = "NotifierContract needs a notifier: override the fixture `notifier`"
        raise NotImplementedError(message)

    @pytest.fixture
    def arrived(self) -> Callable[[], Sequence[str]]:
        """Return what returns the keys of what has arrived, oldest first. To be overridden."""
        message = "NotifierContract needs to look where things arrive: override `arrived`"
        raise NotImplementedError(message)

    @pytest.fixture
    def cut_off(self) -> Callable[[], AbstractContextManager[object]] | None:
        """Return what cuts the line for a while. None: there is no line to be cut."""
        return None

    def test_no_promise_is_overridden_in_silence(self) -> None:
        """A contract with a promise struck out is another contract; who reads it should know."""
        struck_out = overridden_in_silence(type(self), NotifierContract)

        assert [] == struck_out, "mark them with @pytest.mark.xfail(reason=...)"

    def test_what_is_taken_has_arrived(
        self, notifier: Notifier, arrived: Callable[[], Sequence[str]]
    ) -> None:
        """When the call returns it is delivered: a thread that was only started may die."""
        for number, to in enumerate(self.audiences, start=1):
            notifier.notify(a_notification(number, to=to))

            assert number == len(arrived())

        assert [f"ticket-42:{n + 1}:1" for n in range(len(self.audiences))] == list(arrived())

    @pytest.mark.parametrize("to", [*AUDIENCES, "whoever_a_host_adds"])
    def test_every_audience_is_taken(self, notifier: Notifier, to: str) -> None:
        """Whoever cannot be told any other way must not block what is told after it for ever."""
        notifier.notify(a_notification(to=to))

    def test_everything_a_method_notifies_of_is_taken(self, notifier: Notifier) -> None:
        """A topic that nobody has thought of stands in the way of all later ones of its case."""
        method = six_steps()
        told = {
            (topic, to, rule.trigger)
            for rule in method.rules
            for part in _parts(rule)
            for topic, to in part.notify
        }
        for number, (topic, to, trigger) in enumerate(sorted(told), start=1):
            notifier.notify(a_notification(number, topic=topic, to=to, trigger=trigger))

    @pytest.mark.parametrize(
        "case_id", ["Größe 42/b", "a b", "ticket:42", "x" * 200, "line\nbreak", "<b>&amp;\"'"]
    )
    def test_any_id_of_a_case_is_taken(
        self, notifier: Notifier, arrived: Callable[[], Sequence[str]], case_id: str
    ) -> None:
        """Ids come from outside; one of them must not end a header or a query."""
        notifier.notify(a_notification(case_id=case_id, key=f"{case_id}:1:1"))

        assert 1 == len(arrived())

    def test_a_late_attempt_is_taken(
        self, notifier: Notifier, arrived: Callable[[], Sequence[str]]
    ) -> None:
        """The mail server was down for the weekend."""
        notifier.notify(a_notification(attempts=200))

        assert ["ticket-42:1:1"] == list(arrived())

    def test_what_is_given_is_not_changed(self, notifier: Notifier) -> None:
        """The desk goes on with it: it says by its key what became of it."""
        given, before = a_notification(), a_notification()

        notifier.notify(given)

        assert before == given

    def test_raising_means_that_it_did_not_arrive(
        self,
        notifier: Notifier,
        arrived: Callable[[], Sequence[str]],
        cut_off: Callable[[], AbstractContextManager[object]] | None,
    ) -> None:
        """What is swallowed here is never tried again, and nobody is told."""
        if cut_off is None:
            pytest.skip("there is no line that could be cut")
        with cut_off(), pytest.raises(Exception):  # noqa: B017, PT011 (any will do)
            notifier.notify(a_notification())

        assert [] == list(arrived())

    def test_after_a_failure_it_delivers_again(
        self,
        notifier: Notifier,
        arrived: Callable[[], Sequence[str]],
        cut_off: Callable[[], AbstractContextManager[object]] | None,
    ) -> None:
        """The same notification, with the same key, arrives as if nothing had been."""
        if cut_off is None:
            pytest.skip("there is no line that could be cut")
        with cut_off(), pytest.raises(Exception):  # noqa: B017, PT011 (any will do)
            notifier.notify(a_notification())

        notifier.notify(a_notification(attempts=1))

        assert ["ticket-42:1:1"] == list(arrived())

    def test_a_second_delivery_can_be_told_by_its_key(
        self, notifier: Notifier, arrived: Callable[[], Sequence[str]]
    ) -> None:
        """At least once means twice, sometimes: it must not fail, and the key must arrive."""
        notifier.notify(a_notification())
        notifier.notify(a_notification(attempts=1))

        times = 1 if self.knows_keys else 2
        assert ["ticket-42:1:1"] * times == list(arrived())

    @pytest.mark.parametrize(
        "case_ids",
        [("ticket-a", "ticket-A"), ("x" * 199 + "1", "x" * 199 + "2")],
        ids=["capitals", "long"],
    )
    def test_a_key_is_not_taken_for_another(
        self,
        notifier: Notifier,
        arrived: Callable[[], Sequence[str]],
        case_ids: tuple[str, str],
    ) -> None:
        """A receiver that takes two keys for one drops what somebody should be told."""
        for case_id in case_ids:
            notifier.notify(a_notification(case_id=case_id, key=f"{case_id}:1:1"))

        assert len(case_ids) == len(set(arrived()))

    def test_a_desk_delivers_in_order(
        self,
        notifier: Notifier,
        arrived: Callable[[], Sequence[str]],
        cut_off: Callable[[], AbstractContextManager[object]] | None,
    ) -> None:
        """The pieces fit: what a case notifies of arrives once, also after a failure."""
        clock = FrozenClock()
        desk = Desk(six_steps(), notifier=notifier, clock=clock)
        desk.open("ticket-42", customer="ana", complaint="It is cracked", by="sam")
        desk.record("ticket-42", Listen(account="It is cracked"), by="sam")
        for _ in range(3):
            desk.record("ticket-42", RequestApproval("fair", [Remedy("repair")]), by="sam")
        told = [
            f"ticket-42:{entry.version}:{number}"
            for entry in desk.history("ticket-42")
            for number, _ in enumerate(entry.effects, start=1)
        ]
        if cut_off is not None:
            with cut_off():
                assert 0 == desk.deliver().delivered
            clock.advance(days=1)

        desk.deliver()

        assert told
        assert told == list(arrived())

    def test_threads_may_notify_at_once(
        self, notifier: Notifier, arrived: Callable[[], Sequence[str]]
    ) -> None:
        """Two desks deliver, and neither waits for the other to be done for the day."""
        if not self.threads:
            pytest.skip("this notifier says that it is for one thread only")
        barrier = Barrier(4)

        def notify(thread: int) -> None:
            barrier.wait()
            for number in range(5):
                notifier.notify(a_notification(10 * thread + number))

        with ThreadPoolExecutor(4) as threads:
            list(threads.map(notify, range(4)))

        wanted = [
            f"ticket-42:{10 * thread + number}:1" for thread in range(4) for number in range(5)
        ]
        assert wanted == sorted(arrived(), key=lambda key: int(key.split(":")[1]))


class DrivenNotifier:
    """An awaited notifier, called from any thread: each call is a task of one loop."""

    def __init__(self, notifier: AsyncNotifier, loop: asyncio.AbstractEventLoop) -> None:
        self.awaited = notifier
        self.loop = loop

    def notify(self, notification: Notification) -> None:
        told = self.awaited.notify(notification)
        asyncio.run_coroutine_threadsafe(told, self.loop).result()


@tells_fields
class AsyncNotifierContract(NotifierContract):
    """
    What every awaited notifier promises: subclass it, and give it a way to open one.

    ::

        class TestMyAsyncNotifier(AsyncNotifierContract):
            @pytest.fixture
            def opening(self, outbox):
                return lambda: MyAsyncNotifier(outbox)

    The fixture `opening` returns a function that returns an asynchronous context manager, which
    gives a notifier; `arrived` and `cut_off` are those of `NotifierContract`. All of it runs on
    one loop; the threads of one test are tasks there.
    """

    @pytest.fixture
    def opening(self) -> Callable[[], AbstractAsyncContextManager[AsyncNotifier]]:
        """Return what opens a notifier. To be overridden."""
        message = "AsyncNotifierContract needs a notifier: override the fixture `opening`"
        raise NotImplementedError(message)

    @pytest.fixture
    def notifier(
        self, opening: Callable[[], AbstractAsyncContextManager[AsyncNotifier]]
    ) -> Iterator[Notifier]:
        """Return a notifier, driven through a loop."""
        with a_loop() as loop:

            def done(work: Coroutine[Any, Any, T]) -> T:
                return asyncio.run_coroutine_threadsafe(work, loop).result()

            stack = AsyncExitStack()
            opened = done(stack.enter_async_context(opening()))
            try:
                yield DrivenNotifier(opened, loop)
            finally:
                done(stack.aclose())
