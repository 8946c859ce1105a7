"""Small notifiers: one that logs, one that calls a function, one that asks several others."""

from __future__ import annotations

import logging
from collections.abc import Callable
from inspect import iscoroutinefunction

from complaintflow._given import COUNT, FUNCTION, a, look_over, or_none
from complaintflow.ports import Notification, Notifier


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

    Nobody stops a function that hangs: it holds up the rest of the batch, and the deadlines that
    the same worker records. It has to bound the whole of what it does, by a minute at most.

    Args:
        function: takes the notification. What it returns is ignored.

    Raises:
        EvidenceError: it is no function.

        TypeError: the function is a coroutine function, which would return without having run.
    """

    def __init__(self, function: Callable[[Notification], object]) -> None:
        look_over("CallableNotifier", function=(FUNCTION, function))
        if iscoroutinefunction(function):
            message = f"{function!r} is async: calling it sends nothing; give a plain function"
            raise TypeError(message)
        self._function = function

    def notify(self, notification: Notification) -> None:
        """Call the function; what it raises goes on to the caller."""
        self._function(notification)


class FanOut:
    """
    Ask several notifiers, each of them for every notification.

    All are asked, also after one has failed. Where one fails the notification counts as not
    delivered, and **all of them are asked again** with the same key: put together only what can
    tell a second delivery by its key, or does not mind one. They have a minute together.

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

    def notify(self, notification: Notification) -> None:
        """
        Have a notification delivered by all.

        Raises:
            ExceptionGroup: some did not deliver it; what each of them raised.
        """
        problems: list[Exception] = []
        for notifier in self._notifiers:
            try:
                notifier.notify(notification)
            except Exception as problem:  # noqa: BLE001 (whatever one raises, the others are asked)
                problems.append(problem)
        if problems:
            asked = len(self._notifiers)
            message = f"{len(problems)} of {asked} did not deliver {notification.key!r}"
            raise ExceptionGroup(message, problems)
