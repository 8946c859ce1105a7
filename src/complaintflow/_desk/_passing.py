"""What time brings: deadlines that pass, and notifications that go out."""

from __future__ import annotations

from datetime import datetime, timedelta
from inspect import iscoroutinefunction
from logging import DEBUG, ERROR
from typing import cast

from attrs import frozen

from complaintflow import _waiting
from complaintflow._actors import SYSTEM, Actor
from complaintflow._case import Entry
from complaintflow._desk._changes import change_of
from complaintflow._desk._driving import settled
from complaintflow._desk._wiring import Wiring, log
from complaintflow._engine import decide
from complaintflow._engine._reasons import barriers_for
from complaintflow._evidence import ERASED
from complaintflow._given import COUNT, LIMIT, TEXT, look_over, or_none
from complaintflow._pauses import LONGEST_PAUSE
from complaintflow._value import Value
from complaintflow.errors import Conflict, EvidenceError, NotDelivered, Refused, StoreError
from complaintflow.ports import AsyncNotifier, Notification, Notifier, Parked, Query, Snapshot

LEASE = timedelta(minutes=5)
"""How long what was taken, cases or notifications, is nobody else's."""

WOKEN = 100
"""How many cases are taken at a time."""

BATCH = 10
"""How many notifications are claimed at a time: few enough to be sent within the lease."""

LONGEST_DELIVERY = timedelta(seconds=_waiting.LONGEST)
"""How long a notifier may take for one; none is begun when less than that is left of the lease."""

BEGUN_WITHIN = LEASE - LONGEST_DELIVERY
"""How long after they were claimed notifications are begun."""

SHORTEST_PAUSE = timedelta(seconds=1)
"""What fails is not claimed again at once: one call would try it until it is put aside."""

TRIES = 3
"""How often a case is looked at again whose step the store could not keep, while it is ours."""

LONGEST = 1_000
"""How many characters of an error are kept."""

UNRECORDED = "what is due in case %s cannot be recorded"


@frozen(eq=False, repr=False)
class Delivery(Value):
    """What a call of `deliver` did."""

    delivered: int
    """How many notifications the notifier took."""
    failed: int
    """How many it did not; they are tried again later."""
    parked: int = 0
    """How many it did not take for the last time; they are put aside."""


async def tick(desk: Wiring, limit: int | None) -> tuple[Entry, ...]:
    """Record what is overdue in the cases that wake."""
    look_over("tick", limit=(LIMIT, limit))
    began = desk.now()
    kept: list[Entry] = []
    left, wanted, woken = limit, WOKEN, WOKEN
    pins = tuple(desk.by_pin)
    while woken == wanted and left != 0:
        wanted = WOKEN if left is None else min(left, WOKEN)
        now = desk.now()
        # What wakes later is left to the next tick, and so is what this one could not record.
        found = await desk.store.wake(now=began, until=now + LEASE, limit=wanted, methods=pins)
        for case in found:
            before = len(kept)
            if not await pass_deadlines(desk, case, now, kept):
                desk.owed[case.case_id] = now + LEASE, TRIES
            if left is not None and len(kept) > before:
                left -= 1
        woken = len(found)
    await _look_again(desk, desk.now(), kept)
    return tuple(kept)


async def unserved(desk: Wiring) -> tuple[str, ...]:
    """Return what those of the first `WOKEN` overdue cases are bound to that others must serve."""
    overdue = Query(due_before=desk.now(), is_closed=False, limit=WOKEN)
    found = await desk.store.find(overdue)
    return tuple([case.method for case in found if case.method not in desk.by_pin])


async def _look_again(desk: Wiring, now: datetime, kept: list[Entry]) -> None:
    """
    Look again at the cases whose step the store could not keep, now or when it ticked before.

    They are this desk's until their lease ends. After that the store gives them to anybody.
    """
    for case_id in tuple(desk.owed):
        until, tries = desk.owed.pop(case_id, (now, 0))
        if until <= now:
            continue
        try:
            found = await desk.store.load(case_id)
        except StoreError:
            desk.owed[case_id] = until, tries
            return  # it answers nobody just now
        if found is None or found.method not in desk.by_pin:
            continue  # others have it by now
        if not await pass_deadlines(desk, found, now, kept, again=True) and tries > 1:
            desk.owed[case_id] = until, tries - 1


async def pass_deadlines(
    desk: Wiring, found: Snapshot, now: datetime, kept: list[Entry], *, again: bool = False
) -> bool:
    """
    Record what time has brought to one case; what goes wrong with it is no other case's.

    Returns:
        False where the store could not keep it, so that trying again may help.
    """
    is_read = False
    try:
        method, case, head = desk.by_pin[found.method], desk.memory.case(found), found.head
        is_read = True
        moment = max(now, case.updated_at)
        while acts := case.to_record(moment):
            act = acts[0]
            entry = decide(method, case, act, at=moment, by=SYSTEM, calendar=desk.calendar)
            after = case.apply(entry)
            change = change_of(head, after, [entry])
            await desk.store.commit(change)
            desk.memory.after(change.snapshot, after, act)
            case, head = after, change.snapshot.head
            about = {"case": case.id, "version": entry.version, "deadline": act.deadline}
            log.info("case %s: %s (%s)", case.id, act.trigger, act.deadline, extra=about)
            await desk.observe(case, entry)
            kept.append(entry)
    except Conflict:
        pass  # somebody acted, or ticked, in between: their step says when to wake
    except StoreError as error:
        level = DEBUG if again else ERROR  # once is enough
        log.log(level, f"{UNRECORDED}: %s", found.case_id, error, extra={"case": found.case_id})
        return not is_read  # what cannot be read today cannot be read again
    except Exception:  # noqa: BLE001  (whatever it is, the other cases are due as well)
        log.exception(UNRECORDED, found.case_id, extra={"case": found.case_id})
    return True


async def deliver(
    desk: Wiring, limit: int, within: float | None, *, is_brief: bool = False
) -> Delivery:
    """
    Hand outstanding notifications to the notifier.

    Args:
        desk: the desk.

        limit: at most so many.

        within: how many seconds the notifier has for each. None: nobody sees to that.

        is_brief: begin none that could not be begun if it had been claimed first: whoever calls
            has other things to do.
    """
    asked = desk.gathering("deliver")
    with asked:
        look_over("deliver", limit=(COUNT, limit), within=(or_none(_waiting.DEADLINE), within))
    with asked:
        notifier = _notifier_of(desk)
    asked.end()
    done = {"delivered": 0, "failed": 0, "parked": 0}
    began = desk.now()
    while (left := limit - sum(done.values())) > 0:
        now = desk.now()
        last = (min(began, now) if is_brief else now) + BEGUN_WITHIN
        if now > last:
            break
        claimed = await desk.store.claim(now=now, until=now + LEASE, limit=min(left, BATCH))
        if not claimed:
            break
        for notification in claimed:
            if desk.now() > last:
                break  # by the time it is sent, the rest may be another's
            done[await _hand_over(desk, notifier, notification, within)] += 1
    return Delivery(**done)


def _notifier_of(desk: Wiring) -> Notifier | AsyncNotifier:
    if desk.notifier is None:
        raise EvidenceError("deliver", ("the desk has no notifier: Desk(..., notifier=...)",))
    return desk.notifier


async def _hand_over(
    desk: Wiring,
    notifier: Notifier | AsyncNotifier,
    notification: Notification,
    within: float | None,
) -> str:
    key, attempts = notification.key, notification.attempts + 1
    fields = {"case": notification.case_id, "key": key, "attempts": attempts}
    error = await _why_not_told(desk, notifier, notification, within)
    if error is None:
        await desk.store.settle(key)
        log.info("notification %s was delivered", key, extra=fields)
        return "delivered"
    no_use = isinstance(error, NotDelivered) and error.is_permanent
    if no_use or (desk.park_after is not None and attempts >= desk.park_after):
        kept = await _park(desk, notification, error)
        told = "notification %s failed %d times (%s); it is parked"
        log.error(told, key, attempts, kept, extra=fields)
        return "parked"
    pause = desk.pauses.after(
        attempts, error, tried=notifier.notify, args=(notification,), fields=fields
    )
    pause = min(max(pause, _asked_by(error), SHORTEST_PAUSE), LONGEST_PAUSE)
    await desk.store.settle(key, retry_at=desk.now() + pause)
    told = "notification %s was not delivered (%s); it is tried again in %s"
    log.warning(told, key, _shown(error), pause, extra=fields)
    return "failed"


async def _why_not_told(
    desk: Wiring,
    notifier: Notifier | AsyncNotifier,
    notification: Notification,
    within: float | None,
) -> Exception | None:
    """Have somebody told, and return what went wrong. None: nothing."""
    try:
        _check_time(notification)
        await _tell(desk, notifier, notification, within)
    except Exception as error:  # noqa: BLE001  (whatever it is, it was not delivered)
        return error
    except BaseException as error:
        if not _is_cancelled_inside(desk, error):
            raise
        return NotDelivered(notification.key, "it was cancelled, and not from here")
    return None


def _is_cancelled_inside(desk: Wiring, error: BaseException) -> bool:
    """Return whether something was cancelled that a notifier waits for, and not whoever calls."""
    import asyncio

    if not isinstance(error, asyncio.CancelledError):
        return False
    # What is not awaited is not cancelled from outside, whatever loop it is called in.
    task = asyncio.current_task() if desk.waits else None
    return task is None or not task.cancelling()


async def _tell(
    desk: Wiring,
    notifier: Notifier | AsyncNotifier,
    notification: Notification,
    within: float | None,
) -> None:
    """Call a notifier, or give it up when its time is up; what is awaited has some in any case."""
    if within is not None and not iscoroutinefunction(notifier.notify):
        notifier = _bounded(desk, cast("Notifier", notifier), within)
    answer = notifier.notify(notification)
    if desk.waits:
        answer = _waiting.awaited_at_most(within or _waiting.LONGEST, answer)
    await settled(answer)


def _bounded(desk: Wiring, notifier: Notifier, within: float) -> Notifier:
    """Return a notifier that takes no longer than so many seconds: itself, where it says so."""
    its_own = _waiting.deadline_of(notifier)
    if its_own is not None and its_own <= within:
        return notifier
    if desk.bounded is None:
        from complaintflow.adapters.notifiers import Bounded

        desk.bounded = Bounded(notifier)
    # It knows which of its calls still run, so it is one for all that is delivered.
    return desk.bounded._lasting(within)  # noqa: SLF001  (nobody else has a word for it)


def _asked_by(error: Exception) -> timedelta:
    """Return how long the receiver asks to be left alone; nothing, where it does not say."""
    asked = error.retry_after if isinstance(error, NotDelivered) else None
    return asked if isinstance(asked, timedelta) else timedelta(0)


def _check_time(notification: Notification) -> None:
    """Make sure that a store could read when it was; it passes on what is no time, as text."""
    if not isinstance(notification.at, datetime):
        told = f"its time is {notification.at!r:.60}, which is no time; correct it in the database"
        raise NotDelivered(notification.key, told, is_permanent=True)


async def _park(desk: Wiring, notification: Notification, error: Exception) -> str:
    """
    Put a notification aside, and return what is kept of its error.

    Of an erased case, whose words an error may repeat, that is its type.
    """
    key = notification.key
    silent = _storable(f"{type(error).__name__}, of a case whose words are erased")
    was_erased = await _is_erased(desk, notification.case_id)
    kept = silent if was_erased else _shown(error)
    await desk.store.settle(key, parked=kept)
    if not was_erased and await _is_erased(desk, notification.case_id):
        # In between, and perhaps before the error was there to be taken. None is written over.
        await desk.store.release(key)
        await desk.store.settle(key, parked=silent)
        kept = silent
    return kept


async def silence(desk: Wiring, case_id: str) -> None:
    """
    Take the words from errors that were kept while a case was being erased.

    A database may keep one after an erasure has looked for them and before it is committed; then
    neither the one nor the other has seen it. The erasure stands, also where this cannot be done.
    """
    after = own = f"{case_id}:"  # so begins every key of its notifications
    try:
        while after.startswith(own):
            page = await desk.store.parked(after=after, limit=WOKEN)
            for each in page:
                told = each.notification
                if told.case_id == case_id and each.error:
                    await desk.store.release(told.key)
                    await desk.store.settle(told.key, parked="")
            if not page:
                break
            after = page[-1].notification.key
    except StoreError as error:
        about = "errors of notifications of case %s may have kept words that were erased: %s"
        log.warning(about, case_id, error, extra={"case": case_id})


async def _is_erased(desk: Wiring, case_id: str) -> bool:
    found = await desk.store.load(case_id)
    return found is not None and found.customer == ERASED


def _shown(error: Exception) -> str:
    """Return an error as it is kept, in characters that every store takes."""
    try:
        told = f"{error.reason}" if isinstance(error, NotDelivered) else repr(error)
    except Exception:  # noqa: BLE001  (it is the error of an error)
        told = f"an {type(error).__name__}, which cannot say what it is"
    return _storable(told)


def _storable(told: str) -> str:
    return told[:LONGEST].encode(errors="backslashreplace").decode().replace("\0", "\\x00")


async def parked(desk: Wiring, after: str | None, limit: int | None) -> tuple[Parked, ...]:
    """Return what is put aside."""
    look_over("parked", after=(or_none(TEXT), after), limit=(LIMIT, limit))
    return tuple(await desk.store.parked(after=after, limit=limit))


async def release(desk: Wiring, key: str, *, by: str | Actor) -> None:
    """Have a notification that is put aside tried again."""
    actor = await desk.actor(by)
    if barred := barriers_for("release", frozenset({"human", "bot", "system"}), actor):
        raise Refused("release", "parked", barred)
    # There are few keys between one and the same without its last letter.
    after = str(key)[:-1]
    while page := await desk.store.parked(after=after, limit=WOKEN):
        if any(each.notification.key == key for each in page):
            await desk.store.release(key)
            log.info("notification %s was released by %s", key, actor.id, extra={"key": key})
            return
        after = page[-1].notification.key
        if after > str(key):
            break
    told = f"no notification {key!r} is parked; Desk.parked() lists those that are"
    raise EvidenceError("release", (told,))
