"""
How long to wait before something is tried again: what a wait strategy says.

A wait strategy is what `tenacity` calls one: a function of how often something was tried and what
came of it, which gives seconds. The loop of `tenacity` stays out, as attempts are counted in a
store and go on in another process. It is not imported before the first pause.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from logging import Logger
from math import inf
from numbers import Real
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenacity import RetryCallState
    from tenacity.wait import WaitBaseT, wait_base

LONGEST_PAUSE = timedelta(days=365)
"""The longest there is: a strategy without a limit soon asks for more than the calendar has."""

SPREAD = 0.2
"""By what part of it a usual pause may be shorter: what failed together comes back apart."""


class Pausing:
    """
    A wait strategy, and the usual one for whatever it cannot say.

    Args:
        name: what it is called where it was given.

        given: the strategy. None: the usual one, which doubles from *first* to *longest*.

        first: the first pause of the usual one; by chance it is somewhat shorter.

        longest: its longest.

        log: is told of what a strategy cannot say.
    """

    def __init__(
        self,
        name: str,
        given: WaitBaseT | None,
        *,
        first: timedelta,
        longest: timedelta,
        log: Logger,
    ) -> None:
        self._name, self._given, self._log = name, given, log
        self._first, self._longest = first, longest

    def after(
        self,
        attempt: int,
        error: Exception | None = None,
        *,
        tried: Callable[..., object] | None = None,
        args: tuple[object, ...] = (),
        fields: Mapping[str, object] | None = None,
    ) -> timedelta:
        """
        Return how long to wait after an attempt, at most a year.

        A strategy that raises, or gives what is no number of seconds, is logged, and the usual
        pause is taken: a mistake in it must not stop what waits.

        Args:
            attempt: which one it was, from 1.

            error: what it raised. None: it raised nothing.

            tried: what was called. None: it has no name.

            args: what it was called with.

            fields: what else the line in the log tells.
        """
        usual = growing(self._first, self._longest)
        strategy = usual if self._given is None else self._given
        state = _state(strategy, attempt, error, tried, args)
        seconds = self._asked(strategy, state, fields)
        return timedelta(seconds=usual(state) if seconds is None else seconds)

    def _asked(
        self, strategy: WaitBaseT, state: RetryCallState, fields: Mapping[str, object] | None
    ) -> float | None:
        """Return what a strategy says, in seconds; None, and a line in the log, where it cannot."""
        wrong, name = "%s is %s, which %s; the usual pause is taken", name_of(strategy)
        try:
            told = strategy(state)
            if isinstance(told, Real) and not isinstance(told, bool) and 0 <= told < inf:
                return float(min(told, LONGEST_PAUSE.total_seconds()))
            gave = f"gave {told!r:.60}, no number of seconds"
            self._log.error(wrong, self._name, name, gave, extra=fields)
        except Exception as error:  # noqa: BLE001  (whatever it is, something waits for us)
            raised = f"raised {type(error).__name__}"
            self._log.exception(wrong, self._name, name, raised, extra=fields)
        return None


def growing(first: timedelta, longest: timedelta) -> wait_base:
    """Return the usual strategy: it doubles from *first* to *longest*, each time a bit less."""
    from tenacity import wait_exponential, wait_random_exponential

    seconds = first.total_seconds()
    sure = wait_exponential(seconds * (1 - SPREAD), max=longest * (1 - SPREAD))
    return sure + wait_random_exponential(seconds * SPREAD, max=longest * SPREAD)


def _state(
    strategy: WaitBaseT,
    attempt: int,
    error: Exception | None,
    tried: Callable[..., object] | None,
    args: tuple[object, ...],
) -> RetryCallState:
    """Return what `tenacity` would know of an attempt; nobody knows how long it has slept."""
    from tenacity import RetryCallState, Retrying

    state = RetryCallState(Retrying(wait=strategy), tried, args, {})
    state.attempt_number = attempt
    if error is None:
        state.set_result(None)
    else:
        state.set_exception((type(error), error, error.__traceback__))
    return state


def problems_of_pauses(name: str, given: object) -> Iterator[str]:
    """Yield why something is no wait strategy."""
    from inspect import iscoroutinefunction, signature

    if isinstance(given, type):
        yield f"{name} is the class {given.__name__}: make one of it, {given.__name__}(...)"
        return
    if not callable(given):
        such = f"wait_fixed({_as_seconds(given):g})"
        yield f"{name} must be a wait strategy of tenacity, such as {such}, not {given!r:.60}"
        return
    if iscoroutinefunction(given) or iscoroutinefunction(type(given).__call__):
        yield f"{name} is {name_of(given)}, which has to be awaited, and nobody does that"
        return
    try:
        signature(given).bind(None)
    except TypeError:
        yield f"{name} is {name_of(given)}, which has to take one thing, a RetryCallState"
    except ValueError:
        return  # of some functions that are written in C nobody knows what they take


def _as_seconds(given: object) -> float:
    """Return the seconds that somebody may have meant."""
    seconds = given.total_seconds() if isinstance(given, timedelta) else given
    return seconds if isinstance(seconds, int | float) and 0 < seconds < inf else 60


def name_of(function: object) -> str:
    """Return what to call a function in a sentence, or what is called like one."""
    return getattr(function, "__qualname__", type(function).__qualname__)
