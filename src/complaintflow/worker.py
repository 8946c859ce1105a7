"""
A worker: what time brings, done until it is told to stop.

It records the deadlines that pass and hands over the notifications that wait, a few at a time; when
there is nothing to do it looks less and less often, and when the store cannot be used it waits
until it can again. Any number of workers may share a store. The command `complaintflow worker` is
one; `work` and `work_async` are the same for a host that starts them itself.

What it does is told to the logger `complaintflow.worker`, with the figures as fields of their own.
"""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from threading import Event
from types import FrameType
from typing import TYPE_CHECKING, Protocol

from attrs import asdict, frozen

from complaintflow._desk import Desk
from complaintflow._desk._awaited import AsyncDesk
from complaintflow._desk._driving import run, settled
from complaintflow._desk._passing import WOKEN, deliver, unserved
from complaintflow._pauses import Pausing, name_of, problems_of_pauses
from complaintflow._value import Value
from complaintflow._waiting import DEADLINE, LONGEST
from complaintflow.errors import EvidenceError, StoreError

if TYPE_CHECKING:
    from tenacity.wait import WaitBaseT

log = logging.getLogger("complaintflow.worker")

BATCH = 10
"""How many cases and how many notifications it takes at a time; so much is finished at the end."""

_IDLE = {"first": timedelta(milliseconds=100), "longest": timedelta(seconds=5)}
"""How long it rests when there was nothing to do, and then nothing again."""

_TROUBLE = {"first": timedelta(seconds=1), "longest": timedelta(minutes=1)}
"""How long it waits when the store could not be used, and then again could not."""


@frozen(eq=False, repr=False, kw_only=True)
class Shift(Value):
    """What a worker did between its start and its end."""

    recorded: int = 0
    """How many entries it recorded: deadlines that passed or came near."""
    delivered: int = 0
    """How many notifications the notifier took."""
    failed: int = 0
    """How often it did not take one, which is tried again."""
    parked: int = 0
    """How many notifications were put aside."""
    troubles: int = 0
    """How often the store could not be used."""

    def __str__(self) -> str:
        done = [f"{name} {count}" for name, count in asdict(self).items() if count]
        return ", ".join(done) or "nothing to do"


class Stop(Protocol):
    """What tells a worker to stop: a `threading.Event`, or whatever answers as one does."""

    def is_set(self) -> bool:
        """Return whether to stop."""
        ...

    def wait(self, timeout: float) -> object:
        """Return after so many seconds, or at once where it is time to stop."""
        ...


def work(
    desk: Desk,
    *,
    stop: Stop | None = None,
    once: bool = False,
    batch: int = BATCH,
    idle: WaitBaseT | None = None,
    trouble: WaitBaseT | None = None,
    notify_within: float | None = LONGEST,
    name: str = "worker",
) -> Shift:
    """
    Record what is due and hand over what waits, until told to stop, and return what was done.

    What it has taken it finishes first, so that nothing waits for its lease to end. A desk
    without a notifier records deadlines and delivers nothing.

    Args:
        desk: the desk; its methods say whose deadlines are looked for.

        stop: is asked between any two batches, and waited for between two looks. None: nothing
            stops it but an exception.

        once: stop as soon as there is nothing to do now.

        batch: how many cases, and how many notifications, are taken at a time.

        idle: how long to rest when there is nothing to do, and nothing again: a wait strategy of
            `tenacity`, or a function as it has them. None: from 0.1 to 5 seconds, so that nothing
            waits for longer than that.

        trouble: likewise, how long to wait when the store cannot be used. None: from a second to
            a minute.

        notify_within: how many seconds the notifier may take for each notification, at most 60.
            Then it is given up, as by `Desk.deliver(within=...)`, so that the deadlines and the
            other notifications need not wait for one that hangs. None: it is called in the thread
            of the worker, and waited for.

        name: what it is called in the logs.

    Raises:
        StoreError: only with *once*: the store cannot be used.

        EvidenceError: the desk is to be awaited (`work_async` does that), *batch* or
            *notify_within* is no such number, or *idle* or *trouble* is no wait strategy.
    """
    if not isinstance(desk, Desk):
        told = f"work takes a Desk, and work_async an AsyncDesk, not {name_of(desk)}"
        raise EvidenceError("worker", (told,))
    told_to = Event() if stop is None else stop
    worker = _Worker(
        desk,
        told_to,
        batch=batch,
        idle=idle,
        trouble=trouble,
        notify_within=notify_within,
        name=name,
    )
    return run(worker.work(once=once))


async def work_async(
    desk: AsyncDesk,
    *,
    stop: asyncio.Event | None = None,
    once: bool = False,
    batch: int = BATCH,
    idle: WaitBaseT | None = None,
    trouble: WaitBaseT | None = None,
    notify_within: float | None = LONGEST,
    name: str = "worker",
) -> Shift:
    """
    Do what `work` does, on asyncio and at an `AsyncDesk`.

    Cancelling it stops it at once: what it has taken then waits until its lease ends. Setting
    *stop* lets it finish that first. A notifier that is awaited is cancelled when its time is up.

    Raises:
        StoreError: only with *once*: the store cannot be used.

        EvidenceError: it is no `AsyncDesk`, *batch* or *notify_within* is no such number, or
            *idle* or *trouble* is no wait strategy.
    """
    if not isinstance(desk, AsyncDesk):
        told = f"work_async takes an AsyncDesk, and work a Desk, not {name_of(desk)}"
        raise EvidenceError("worker", (told,))
    told_to = _Awaited(asyncio.Event() if stop is None else stop)
    worker = _Worker(
        desk,
        told_to,
        batch=batch,
        idle=idle,
        trouble=trouble,
        notify_within=notify_within,
        name=name,
    )
    return await worker.work(once=once)


@contextmanager
def stop_on_signals(
    *signals: signal.Signals,
) -> Iterator[Stop]:
    """
    Give what is set by SIGTERM or SIGINT, or by the signals that are named, within this block.

    A second signal does what it did before the block: it ends the process, as a rule. Signals
    come to the main thread, and only there may this be used.
    """
    told = _Told()
    before: dict[signal.Signals, object] = {}

    def restore(_number: int = 0, _frame: FrameType | None = None) -> None:
        while before:
            each, handler = before.popitem()
            signal.signal(each, handler)  # type: ignore[arg-type]  # it is what was there

    def on_signal(number: int, _frame: FrameType | None) -> None:
        restore()
        told.set(number)

    try:
        for each in signals or (signal.SIGTERM, signal.SIGINT):
            before[each] = signal.signal(each, on_signal)
        yield told
    finally:
        restore()
        told.close()


class JsonLines(logging.Formatter):
    """
    Write each record of a log as one line of JSON, for programs that collect logs.

    `at`, `level`, `logger` and `message` come first, then the fields of the record that are none
    of `logging` itself (such as `case`, `recorded`, `delivered`), and `error` where there is one.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as one line."""
        told: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        told |= {name: value for name, value in vars(record).items() if name not in _PLAIN}
        if record.exc_info:
            told["error"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False, default=str)


_PLAIN = {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"}
"""What `logging` itself puts on a record."""


class _Worker:
    """One script for both: it waits where the desk does, and where it rests."""

    def __init__(
        self,
        desk: Desk | AsyncDesk,
        stop: Stop,
        *,
        batch: int,
        idle: WaitBaseT | None,
        trouble: WaitBaseT | None,
        notify_within: float | None,
        name: str,
    ) -> None:
        problems = []
        if type(batch) is not int or batch < 1:
            problems.append(f"batch must be a number, at least 1, not {batch!r}")
        fits, wanted = DEADLINE
        if notify_within is not None and not fits(notify_within):
            problems.append(f"notify_within must be {wanted}, or None, not {notify_within!r:.40}")
        for argument, given in (("idle", idle), ("trouble", trouble)):
            problems += () if given is None else problems_of_pauses(argument, given)
        if problems:
            raise EvidenceError("worker", tuple(problems))
        self._desk, self._stop, self._batch, self._name = desk, stop, batch, name
        self._within = notify_within
        self._idle = Pausing("idle", idle, **_IDLE, log=log)
        self._trouble = Pausing("trouble", trouble, **_TROUBLE, log=log)
        self._delivers = desk.delivers
        self._done = dict.fromkeys(asdict(Shift()), 0)
        self._has_told_of_others = False

    async def work(self, *, once: bool) -> Shift:
        self._tell("%s starts", self._name)
        looked = in_vain = 0
        while not self._stop.is_set():
            before = dict(self._done)
            try:
                await self._round()
            except StoreError as error:
                if once:
                    raise
                self._tell_of(before)
                self._done["troubles"] += 1
                in_vain += 1
                await self._wait_for_the_store(error, in_vain)
                continue
            if in_vain:
                self._tell("the store can be used again")
                in_vain = 0
            if self._tell_of(before):
                looked = 0
                continue
            await self._tell_of_others()
            if once:
                break
            looked += 1
            await settled(self._stop.wait(self._idle.after(looked).total_seconds()))
        shift = Shift(**self._done)
        self._tell("%s stops: %s", self._name, shift, fields=self._done)
        return shift

    async def _round(self) -> None:
        self._done["recorded"] += len(await settled(self._desk.tick(limit=self._batch)))
        if self._delivers and not self._stop.is_set():
            # Deadlines wait meanwhile, and whoever tells it to stop.
            at = self._desk._at  # noqa: SLF001  (a desk has no word for it)
            delivery = await deliver(at, self._batch, self._within, is_brief=True)
            for name, count in asdict(delivery).items():
                self._done[name] += count

    async def _wait_for_the_store(self, error: StoreError, in_vain: int) -> None:
        seconds = self._trouble.after(in_vain, error).total_seconds()
        told = "the store cannot be used: %s; the next try is in %.1f seconds"
        log.error(told, error, seconds, extra={"worker": self._name, "wait": seconds})
        await settled(self._stop.wait(seconds))

    def _tell_of(self, before: Mapping[str, int]) -> bool:
        """Tell what was done in a round, and return whether there was anything."""
        new = {name: count - before[name] for name, count in self._done.items()}
        if any(new.values()):
            self._tell("%s", Shift(**new), fields=new)
        return any(new.values())

    async def _tell_of_others(self) -> None:
        """Tell once, when all that is due is done, of overdue cases that others must serve."""
        if self._has_told_of_others:
            return
        with suppress(StoreError):  # the next look comes upon it
            pins = await unserved(self._desk._at)  # noqa: SLF001  (a desk has no word for it)
            self._has_told_of_others = True
            if pins:
                most = " or more" if len(pins) == WOKEN else ""
                told = "%d%s overdue cases are bound to methods that %s does not serve: %s"
                names = ", ".join(sorted({*pins}))
                fields = {"unserved": len(pins)}
                self._tell(told, len(pins), most, self._name, names, fields=fields)

    def _tell(self, told: str, *about: object, fields: Mapping[str, int] | None = None) -> None:
        log.info(told, *about, extra={"worker": self._name, **(fields or {})})


class _Awaited:
    """An event of asyncio that can be waited for no longer than so long."""

    def __init__(self, event: asyncio.Event) -> None:
        self._event = event

    def is_set(self) -> bool:
        return self._event.is_set()

    async def wait(self, timeout: float) -> None:  # noqa: ASYNC109  (the shape of `Stop`)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._event.wait(), timeout)


class _Told:
    """
    What a signal handler can set while the same thread waits for it.

    A `threading.Event` holds a lock for a moment that its own handler could then wait for.
    """

    def __init__(self) -> None:
        self._is_set = False
        self._heard, self._say = socket.socketpair()

    def set(self, number: int) -> None:
        self._is_set = True
        self._say.send(bytes([number]))

    def is_set(self) -> bool:
        return self._is_set

    def wait(self, timeout: float) -> bool:
        # `select` knows no more than 1024 files. What is only looked at ends the next wait, too.
        self._heard.settimeout(timeout)
        with suppress(TimeoutError, BlockingIOError):
            self._heard.recv(1, socket.MSG_PEEK)
        return self._is_set

    def close(self) -> None:
        self._heard.close()
        self._say.close()
