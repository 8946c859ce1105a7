"""Waiting for what is outside no longer than it is given."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Thread
from typing import TypeVar

T = TypeVar("T")

LONGEST = 60.0
"""How many seconds a notifier may take: none is begun with less than that left of its lease."""


def at_most(seconds: float, work: Callable[[], T]) -> T:
    """
    Return what a function returns, or raise what it raises, or TimeoutError when time is up.

    A limit on each wait of a socket does not bound the whole: a byte now and then goes on for ever.
    So the work is done in a thread of its own, which is left behind when time is up.
    """
    outcome: Future[T] = Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:  # noqa: BLE001 (whoever waits is told)
            outcome.set_exception(error)

    Thread(target=run, name="complaintflow-delivery", daemon=True).start()
    if not wait([outcome], seconds).done:
        raise too_long(seconds)
    return outcome.result()


def too_long(seconds: float) -> TimeoutError:
    """Return the error that says that it took longer than this."""
    return TimeoutError(f"it took more than {seconds:g} seconds")


def problems_of_times(timeout: object, deadline: object) -> list[str]:
    """Return what is wrong with how long a notifier is to wait."""
    problems = []
    if not isinstance(timeout, int | float) or not timeout > 0:
        problems.append(f"timeout must be a number of seconds, not {timeout!r:.40}")
    if not isinstance(deadline, int | float) or not 0 < deadline <= LONGEST:
        told = f"deadline must be a number of seconds, at most {LONGEST:g}"
        problems.append(f"{told}, not {deadline!r:.40}")
    return problems
