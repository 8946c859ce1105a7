"""The doors of a host, called or awaited, and how both are driven alike."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import ExitStack
from datetime import datetime
from functools import partial
from inspect import iscoroutine, iscoroutinefunction
from typing import Any, Protocol, cast

from complaintflow._actors import Actor
from complaintflow._case import Case, Entry
from complaintflow.acts import Act
from complaintflow.errors import EvidenceError
from complaintflow.testing._stores._awaited import a_loop

NAMES = ("open", "record", "get", "history")


class Doors(Protocol):
    """
    What of a host is driven: a `Desk` has it all, and so has anything that stands before one.

    A refusal is raised as `Refused`, and nothing is kept of it. Whatever these return is not
    looked at, but for `get` and `history`. One that also has the `deliver` of a desk, and a
    notifier, is asked to deliver what its steps notify of.
    """

    def open(
        self, case_id: str, *, customer: str, complaint: str, by: str | Actor, at: datetime
    ) -> object:
        """Open a case under the method."""
        ...

    def record(self, case_id: str, act: Act, *, by: str | Actor, at: datetime) -> object:
        """Record an act."""
        ...

    def get(self, case_id: str) -> Case:
        """Return a case as it is."""
        ...

    def history(self, case_id: str) -> Sequence[Entry]:
        """Return the entries of a case, oldest first."""
        ...


class AsyncDoors(Protocol):
    """The doors of a host whose calls are awaited: an `AsyncDesk` has them; see `Doors`."""

    async def open(
        self, case_id: str, *, customer: str, complaint: str, by: str | Actor, at: datetime
    ) -> object:
        """Open a case under the method."""
        ...

    async def record(self, case_id: str, act: Act, *, by: str | Actor, at: datetime) -> object:
        """Record an act."""
        ...

    async def get(self, case_id: str) -> Case:
        """Return a case as it is."""
        ...

    async def history(self, case_id: str) -> Sequence[Entry]:
        """Return the entries of a case, oldest first."""
        ...


Made = Doors | AsyncDoors | Awaitable[Doors | AsyncDoors]
"""What a host makes to be driven."""


def doors_of(make: Callable[[], Made], stack: ExitStack) -> Doors:
    """
    Return what a host makes, ready to be called.

    Args:
        make: makes it. What is awaited, its making or its doors, runs on one loop.

        stack: ends that loop.

    Raises:
        EvidenceError: it lacks a door.
    """
    run: _Run | None = None
    desk: Any = make()
    if iscoroutine(desk):
        run = _Run(stack)
        desk = run(desk)
    missing = [name for name in NAMES if not callable(getattr(desk, name, None))]
    if missing:
        *most, last = missing
        told = f"{', '.join(most)} and {last}" if most else last
        raise EvidenceError("check_host", (f"make_desk made {desk!r:.60}: it has no {told}",))
    if any(iscoroutinefunction(getattr(desk, name)) for name in NAMES):
        return cast("Doors", _Driven(desk, run or _Run(stack)))
    return cast("Doors", desk)


class _Run:
    """Runs what is awaited, on a loop in a thread of its own: whoever asks may be on another."""

    def __init__(self, stack: ExitStack) -> None:
        self._loop = stack.enter_context(a_loop())

    def __call__(self, awaited: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(awaited, self._loop).result()


class _Driven:
    """Awaited doors, each to be called."""

    def __init__(self, desk: AsyncDoors, run: _Run) -> None:
        self._desk = desk
        self._run = run

    def __getattr__(self, name: str) -> Any:
        door = getattr(self._desk, name)
        return partial(self._call, door) if iscoroutinefunction(door) else door

    def _call(self, door: Callable[..., Coroutine[Any, Any, Any]], *args: Any, **how: Any) -> Any:
        return self._run(door(*args, **how))
