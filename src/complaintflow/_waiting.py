"""Waiting for what is outside no longer than it is given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from concurrent.futures import Future, wait
from inspect import isawaitable
from threading import Thread
from typing import TypeVar

T = TypeVar("T")

LONGEST = 60.0
"""How many seconds a notifier may take: none is begun with less than that left of its lease."""


def is_deadline(value: object) -> bool:
    """Return whether a notifier may be given so many seconds."""
    return type(value) in {int, float} and 0 < value <= LONGEST  # type: ignore[operator]


DEADLINE = is_deadline, f"a number of seconds, at most {LONGEST:g}"
"""What a deadline has to be, and what to call one that is."""


def deadline_of(notifier: object) -> float | None:
    """Return how many seconds a notifier says that it takes at most. None: it does not say."""
    told: object = getattr(notifier, "deadline", None)
    is_number = isinstance(told, int | float) and not isinstance(told, bool) and told >= 0
    return float(told) if is_number else None  # type: ignore[arg-type]  # it was looked at


def begun(work: Callable[[], T]) -> Future[T]:
    """
    Return what a function will have come to, which runs in a thread of its own.

    No process waits for that thread when it ends: one that hangs can be left behind, and not ended.
    """
    outcome: Future[T] = Future()

    def run() -> None:
        try:
            outcome.set_result(work())
        except BaseException as error:  # noqa: BLE001 (whoever waits is told)
            outcome.set_exception(error)

    Thread(target=run, name="complaintflow-delivery", daemon=True).start()
    return outcome


def at_most(seconds: float, work: Callable[[], T]) -> T:
    """
    Return what a function returns, or raise what it raises, or TimeoutError when time is up.

    A limit on each wait of a socket does not bound the whole: a byte now and then goes on for ever.
    So the work is done in a thread of its own, which is left behind when time is up.
    """
    outcome = begun(work)
    if not wait([outcome], seconds).done:
        raise too_long(seconds)
    return outcome.result()


async def awaited_at_most(seconds: float, answer: T | Awaitable[T]) -> T:
    """
    Return an answer, awaited where it has to be, or raise TimeoutError when time is up.

    What is awaited is cancelled then, on asyncio, and needs no thread.
    """
    if not isawaitable(answer):
        return answer
    from asyncio import timeout

    try:
        async with timeout(seconds) as limit:
            return await answer
    except TimeoutError:
        if limit.expired():
            raise too_long(seconds) from None
        raise


def too_long(seconds: float) -> TimeoutError:
    """Return the error that says that it took longer than this."""
    return TimeoutError(f"it took more than {seconds:g} seconds")


def problems_of_times(timeout: object, deadline: object) -> list[str]:
    """Return what is wrong with how long a notifier is to wait."""
    problems = []
    if not isinstance(timeout, int | float) or not timeout > 0:
        problems.append(f"timeout must be a number of seconds, not {timeout!r:.40}")
    fits, told = DEADLINE
    if not fits(deadline):
        problems.append(f"deadline must be {told}, not {deadline!r:.40}")
    return problems
