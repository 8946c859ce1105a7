"""Small notifiers: they log, call a function, ask several others, or bound another one."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from contextvars import copy_context
from copy import copy
from datetime import timedelta
from functools import partial
from inspect import iscoroutinefunction
from threading import Lock
from typing import Any

from attrs import define, evolve

from complaintflow._given import COUNT, FUNCTION, Wanted, a, look_over, or_none
from complaintflow._pauses import name_of
from complaintflow._waiting import DEADLINE, begun, deadline_of, too_long
from complaintflow.errors import NotDelivered
from complaintflow.ports import Notification, Notifier

log = logging.getLogger("complaintflow")

_REMEMBERED = 1_000
"""Of how many notifications is remembered who has them, until they are asked about again."""


class LoggingNotifier:
    """
    Write a line to the log for each notification; nothing of it are the words of a complaint.

    A log tells nobody that a line was lost, so every notification counts as delivered.

    Args:
        logger: where to write. None: the logger named `complaintflow.notifications`.

        level: how important the line is.

    Raises:
        EvidenceError: *logger* is no logger, or *level* no number.
    """

    def __init__(self, logger: logging.Logger | None = None, *, level: int = logging.INFO) -> None:
        look_over(
            "LoggingNotifier",
            logger=(or_none(a((logging.Logger, logging.LoggerAdapter), "a logger")), logger),
            level=(COUNT, level),
        )
        self._logger = logger or logging.getLogger("complaintflow.notifications")
        self._level = level

    @property
    def deadline(self) -> float:
        """0: it waits for nobody."""
        return 0.0

    def notify(self, notification: Notification) -> None:
        """Log one notification."""
        self._logger.log(
            self._level,
            "tell the %s of case %r about %s (entry %d, %s; key %r, attempt %d)",
            notification.to,
            notification.case_id,
            notification.topic,
            notification.version,
            notification.trigger,
            notification.key,
            notification.attempts + 1,
        )


class CallableNotifier:
    """
    Call a function for each notification: delivered where it returns, not where it raises.

    The function has a minute. A worker gives up one that hangs; `Desk.deliver` waits for it, and
    all that comes after it does, unless it is `Bounded`.

    Args:
        function: takes the notification. What it returns is ignored.

    Raises:
        EvidenceError: it is no function.

        TypeError: the function is a coroutine function, which would return without having run.
    """

    def __init__(self, function: Callable[[Notification], object]) -> None:
        look_over("CallableNotifier", function=(FUNCTION, function))
        if iscoroutinefunction(function):
            told = "is async: calling it sends nothing; give a plain function"
            message = f"{name_of(function)} {told}"
            raise TypeError(message)
        self._function = function

    def notify(self, notification: Notification) -> None:
        """Call the function; what it raises goes on to the caller."""
        self._function(notification)


class FanOut:
    """
    Ask several notifiers, each of them for every notification.

    All are asked, also after one has failed. Where one fails the notification counts as not
    delivered, and those that failed are asked again, with the same key. Who has taken it is
    remembered, and not asked again: in this process, for some thousand notifications. Another
    worker, or one that was started anew, asks all of them.

    They have a minute together, so make each that could hang `Bounded`, with less. Any number of
    threads may share it, if they may share the notifiers.

    Args:
        notifiers: whom to ask, in this order.

    Raises:
        EvidenceError: some of them cannot notify anybody.
    """

    def __init__(self, *notifiers: Notifier) -> None:
        wanted = (lambda each: callable(getattr(each, "notify", None))), "a notifier"
        each_of = {f"notifiers[{place}]": (wanted, each) for place, each in enumerate(notifiers)}
        look_over("FanOut", **each_of)
        self._notifiers = notifiers
        self._took: dict[Notification, set[int]] = {}
        """Who has taken what others have not, by their places."""
        self._lock = Lock()

    @property
    def deadline(self) -> float | None:
        """How many seconds all of them take at most. None: one of them does not say."""
        told = [deadline_of(each) for each in self._notifiers]
        return None if None in told else sum(each for each in told if each is not None)

    def notify(self, notification: Notification) -> None:
        """
        Have a notification delivered by all.

        Raises:
            NotDelivered: some did not deliver it; its cause is a group of what they raised. Trying
                again is no use where none of them will ever take it, and the longest time counts
                for which one of them asks to be left alone.
        """
        what = evolve(notification, attempts=0)
        with self._lock:
            took = self._took.pop(what, set())
            # At once, and not at the end: whoever hangs may be given up.
            self._took[what] = took
            if len(self._took) > _REMEMBERED:
                del self._took[next(iter(self._took))]
        problems: list[Exception] = []
        for place, notifier in enumerate(self._notifiers):
            if place in took:
                continue
            try:
                notifier.notify(notification)
            except Exception as problem:  # noqa: BLE001 (whatever one raises, the others are asked)
                problems.append(problem)
            else:
                took.add(place)
        if problems:
            raise self._not_delivered(notification, problems)
        with self._lock:
            self._took.pop(what, None)

    def _not_delivered(
        self, notification: Notification, problems: Sequence[Exception]
    ) -> NotDelivered:
        told = [each for each in problems if isinstance(each, NotDelivered)]
        asked = [each.retry_after for each in told if isinstance(each.retry_after, timedelta)]
        reasons = [
            each.reason if isinstance(each, NotDelivered) else repr(each) for each in problems
        ]
        message = f"{len(problems)} of {len(self._notifiers)} did not deliver it"
        error = NotDelivered(
            notification.key,
            f"{message}: {'; '.join(reasons)}",
            is_permanent=len(told) == len(problems) and all(each.is_permanent for each in told),
            retry_after=max(asked, default=None),
        )
        error.__cause__ = ExceptionGroup(message, problems)
        return error


_PLAIN: Wanted = (
    lambda each: (
        callable(getattr(each, "notify", None)) and not iscoroutinefunction(each.notify)  # type: ignore[attr-defined]
    ),
    "a notifier that is not awaited",
)


@define(eq=False)
class _Call:
    """A notification that is just being handed over."""

    outcome: Future[Any]
    is_given_up: bool = False
    """True: nobody waits for it any more."""


class Bounded:
    """
    Give up a notifier that has not answered in time, so that it holds up nothing else.

    Each call is made in a thread of its own, and nobody can end that: what is given up goes on in
    the background, and may yet arrive. So the same notification is never called a second time
    while its first call runs. Where that comes to a good end, the next attempt has arrived without
    a call; where it fails, the next attempt is a call again. What ends late is logged. A process
    that ends does not wait for any of them.

    What belongs to a thread, such as a connection of Django's or a scoped session, is another one
    in these threads: open it in `notify`, and close it there. Context variables go along.

    Any number of threads may share it, if they may share the notifier.

    Args:
        notifier: who delivers. One that is awaited needs no thread: an `AsyncDesk` cancels it.

        deadline: how many seconds a call may take; at most 60, so that it ends before the lease
            of `Desk.deliver`.

        most_given_up: how many calls that were given up may still be running. Beyond that none is
            begun, and all fail at once, until one of them ends.

    Raises:
        EvidenceError: the settings make no sense; all problems are listed.
    """

    def __init__(
        self, notifier: Notifier, *, deadline: float = 30.0, most_given_up: int = 10
    ) -> None:
        some = (lambda value: type(value) is int and value > 0), "a whole number of at least 1"
        look_over(
            "Bounded",
            notifier=(_PLAIN, notifier),
            deadline=(DEADLINE, deadline),
            most_given_up=(some, most_given_up),
        )
        self._notifier, self._deadline, self._most = notifier, deadline, most_given_up
        # By the whole of a notification, and not by its key: two stores may have the same keys.
        self._running: dict[Notification, _Call] = {}
        self._arrived_late: dict[Notification, Any] = {}
        self._lock = Lock()

    @property
    def deadline(self) -> float:
        """How many seconds a call takes at most."""
        return self._deadline

    def notify(self, notification: Notification) -> None:
        """
        Have a notification delivered, or give up.

        Raises:
            NotDelivered: it took too long, now or at an earlier attempt that is still running; too
                many that did are still running; or it raised what would end a program.
        """
        what = evolve(notification, attempts=0)
        with self._lock:
            if what in self._arrived_late:
                return self._arrived_late.pop(what)  # type: ignore[no-any-return]
            call = self._running.get(what) or self._begin(what, notification)
        wait([call.outcome], 0 if call.is_given_up else self._deadline)
        with self._lock:
            if self._running.get(what) is call:
                call.is_given_up = True
                reason = f"{too_long(self._deadline)} and was given up; it may yet arrive"
                raise NotDelivered(notification.key, reason)
        error = call.outcome.exception()
        if error is not None and not isinstance(error, Exception):
            # What ends a program ends no more than a thread, and this one has ended.
            raise NotDelivered(notification.key, f"it raised {type(error).__name__}") from error
        # It may be something to be awaited, whatever the port says.
        return call.outcome.result()  # type: ignore[no-any-return]

    def _lasting(self, seconds: float) -> Bounded:
        """Return one that gives up after so many seconds, and knows of the same calls."""
        other = copy(self)
        other._deadline = seconds  # noqa: SLF001  (it is one of its own)
        return other

    def _begin(self, what: Notification, notification: Notification) -> _Call:
        given_up = sum(call.is_given_up for call in self._running.values())
        if given_up >= self._most:
            reason = f"none is begun while {given_up} that took too long are still running"
            raise NotDelivered(notification.key, reason)
        # However soon it ends, it waits for the lock, and so finds itself among what is running.
        work = partial(copy_context().run, self._hand_over, what, notification)
        call = self._running[what] = _Call(begun(work))
        return call

    def _hand_over(self, what: Notification, notification: Notification) -> object:
        about = {"case": what.case_id, "key": what.key}
        try:
            answer: object = self._notifier.notify(notification)  # type: ignore[func-returns-value]
        except BaseException as error:
            with self._lock:
                is_late = self._running.pop(what).is_given_up
            if is_late:
                told = "notification %s was given up, and has failed since (%r)"
                log.warning(told, what.key, error, extra=about)
            raise
        with self._lock:
            is_late = self._running.pop(what).is_given_up
            if is_late:
                self._arrived_late[what] = answer
                if len(self._arrived_late) > _REMEMBERED:
                    del self._arrived_late[next(iter(self._arrived_late))]
        if is_late:
            told = "notification %s was given up, and has arrived since"
            log.warning(told, what.key, extra=about)
        return answer
