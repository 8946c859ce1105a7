"""Opening a case, recording an act, erasing what is personal."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from attrs import evolve

from complaintflow import _codec
from complaintflow._actors import SYSTEM, Actor
from complaintflow._case import Case, Entry
from complaintflow._desk._changes import change_of
from complaintflow._desk._reading import pages
from complaintflow._desk._wiring import Bound, Wiring, check_id, check_key
from complaintflow._engine import check_act, check_new_id, decide, erase_case, open_case
from complaintflow._evidence import ERASED
from complaintflow._time import must_be_aware
from complaintflow.acts import Act
from complaintflow.acts.bounds import Erase, Open
from complaintflow.errors import (
    CaseExists,
    ComplaintflowError,
    Conflict,
    KeyReused,
    Refused,
    StoreError,
)

if TYPE_CHECKING:
    from complaintflow._given import Gathering


async def open_(
    desk: Wiring,
    case_id: str,
    told: Mapping[str, Any],
    *,
    by: str | Actor,
    method: str | None,
    at: datetime | None,
    key: str | None,
) -> Case:
    """Open a case, unless it was opened before with this key."""
    asked = desk.gathering("open")
    with asked:
        act = Open(**told)
    with asked:
        check_new_id(case_id)
    with asked:
        chosen = desk.named(method)
    with asked:
        actor = await desk.actor(by)
    with asked:
        check_key(key)
    with asked:
        moment = desk.beginning(at)
    asked.end()
    entry = open_case(chosen, case_id, act, at=moment, by=actor, calendar=desk.calendar)
    case = Case.open(entry)
    change = change_of(_codec.START, case, [entry], key)
    names = {"customer": act.customer, "owner": act.owner, "by": actor.id}
    desk.limits.check_texts(act, change, case_id=case_id, key=key, **names)
    try:
        await desk.store.commit(change)
    except Conflict:
        if await desk.store.load(case_id) is None:
            raise  # the store has no place for it: a ticket that is not there, say
        if key is not None and (kept := await _repeated(desk, case_id, key, act)) is not None:
            return kept
        raise CaseExists(case_id) from None
    desk.memory.after(change.snapshot, case, act)
    await desk.observe(case, entry)
    return case


async def record(
    desk: Wiring,
    case_id: str,
    act: Act,
    *,
    by: str | Actor,
    at: datetime | None,
    key: str | None,
    version: int | None,
) -> Case:
    """Record an act, unless it was recorded before with this key."""
    asked = desk.gathering("record")
    with asked:
        check_act(act)
    actor = await who(desk, asked, case_id, by=by, at=at, key=key, version=version)
    asked.end()
    return await _kept(desk, case_id, act, by=actor, at=at, key=key, version=version)


async def erase(
    desk: Wiring,
    case_id: str,
    reason: str,
    *,
    by: str | Actor,
    at: datetime | None,
    key: str | None,
) -> Case:
    """Erase the words of a case, unless they were erased before with this key."""
    asked = desk.gathering("erase")
    with asked:
        act = Erase(reason)
    actor = await who(desk, asked, case_id, by=by, at=at, key=key)
    asked.end()
    return await _kept(desk, case_id, act, by=actor, at=at, key=key)


async def who(
    desk: Wiring,
    asked: Gathering,
    case_id: str,
    *,
    by: str | Actor,
    at: datetime | None,
    key: str | None,
    version: int | None = None,
) -> Actor:
    """Return who acts, once it was looked at on what, when, and with which key."""
    actor = SYSTEM
    with asked:
        check_id(case_id)
    with asked:
        actor = await desk.actor(by)
    with asked:
        check_key(key)
    if at is not None:
        with asked:
            must_be_aware(at)
    if version is not None:
        from complaintflow._given import COUNT, look_over

        with asked:
            look_over(asked.about, version=(COUNT, version))
    return actor


async def _kept(
    desk: Wiring,
    case_id: str,
    act: Act,
    *,
    by: Actor,
    at: datetime | None,
    key: str | None,
    version: int | None = None,
) -> Case:
    """Keep what an act makes of a case, and tell of it."""

    async def step(bound: Bound) -> tuple[Case, Entry]:
        if isinstance(act, Erase):
            return await _erase(desk, bound, act, by=by, at=at, key=key)
        return await _step(desk, bound, act, by=by, at=at, key=key)

    return await keep(desk, case_id, act, step, key=key, version=version)


async def keep(
    desk: Wiring,
    case_id: str,
    act: Act,
    step: Callable[[Bound], Awaitable[tuple[Case, Entry]]],
    *,
    key: str | None,
    version: int | None,
) -> Case:
    """Take a step on a case and tell of it, unless it was taken before with this key."""
    bound = await desk.read(case_id)
    _, case, _ = bound
    try:
        if version is not None and version != case.version:
            raise Conflict(case_id, version, case.version)
        after, entry = await step(bound)
    except StoreError:
        raise
    except ComplaintflowError as error:
        # Whatever stands in its way now, it may have been recorded before, or won the race.
        if key is not None and (kept := await _repeated(desk, case_id, key, act)) is not None:
            return kept
        if isinstance(error, Refused):
            await desk.report(case, act, error)
        raise
    await desk.observe(after, entry)
    return after


async def _step(
    desk: Wiring, bound: Bound, act: Act, *, by: Actor, at: datetime | None, key: str | None
) -> tuple[Case, Entry]:
    method, case, head = bound
    entry = decide(method, case, act, at=desk.moment(case, at), by=by, calendar=desk.calendar)
    after = case.apply(entry)
    change = change_of(head, after, [entry], key)
    desk.limits.check(case, entry, after, change)
    await desk.store.commit(change)
    desk.memory.after(change.snapshot, after, act)
    return after, entry


async def _erase(
    desk: Wiring, bound: Bound, act: Erase, *, by: Actor, at: datetime | None, key: str | None
) -> tuple[Case, Entry]:
    """Keep the erasure, with the case that a history without words makes."""
    from complaintflow._desk._passing import silence

    method, before, head = bound
    entry = erase_case(before, act, at=desk.moment(before, at), by=by)
    # Who erases on their own behalf is not to be named by it.
    if by.kind == "customer" or by.id == before.customer:
        entry = evolve(entry, by=Actor(ERASED, by.kind, may=by.may))
    case: Case | None = None
    words = desk.words_of(method)
    async for record in pages(desk, before.id):
        silent = _codec.entry_from_texts(record.text, None, words, method.name)
        case = Case.open(silent) if case is None else case.apply(silent)
    if case is None or case.version != before.version:
        raise Conflict(before.id, before.version, None if case is None else case.version)
    after = case.apply(entry)
    change = change_of(head, after, [entry], key, erases=True)
    desk.limits.check_texts(act, change, key=key, by=by.id)
    await desk.store.commit(change)
    await silence(desk, before.id)
    return after, entry


def asked_for(act: Act) -> Act:
    """Return an act as it was asked for, without how it came out."""
    from complaintflow.acts.evolving import ChangeMethod

    return ChangeMethod(act.reason, act.to) if isinstance(act, ChangeMethod) else act


async def _repeated(desk: Wiring, case_id: str, key: str, act: Act) -> Case | None:
    """Return the case where this key was kept for this act before; None where it is new."""
    record = await desk.store.keyed(case_id, key)
    if record is None:
        return None
    method, case, _ = await desk.read(case_id)
    kept = desk.entry(record, method)
    # Of what was erased it is only known what it was.
    given_act = _codec.silenced(act) if record.personal is None else act
    if asked_for(kept.act) != given_act:
        raise KeyReused(case_id, key, kept.trigger, act.trigger)
    return case
