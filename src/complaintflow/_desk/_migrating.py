"""Cases from one method to another: tried over a whole store, and done."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator
from datetime import datetime

from attrs import evolve, field, frozen

from complaintflow._actors import Actor
from complaintflow._case import Case, Entry
from complaintflow._desk._acting import keep, who
from complaintflow._desk._changes import change_of
from complaintflow._desk._passing import pass_deadlines
from complaintflow._desk._reading import PAGE, pages
from complaintflow._desk._wiring import Bound, Wiring
from complaintflow._engine._migration import Migration
from complaintflow._engine._moving import move_case
from complaintflow._value import Value
from complaintflow.acts.evolving import ChangeMethod
from complaintflow.errors import Conflict, EvidenceError, Refused, UnknownMethod, Unmet
from complaintflow.ports import Query


@frozen(eq=False, repr=False)
class StateMoves(Value):
    """What becomes of the cases in one state."""

    state: str
    """The state they stand in."""
    becomes: str | None
    """The state they go to. None: they stay."""
    can: int
    """How many can be moved, or were."""
    cannot: int
    """How many cannot, or were not."""


@frozen(eq=False, repr=False)
class Stuck(Value):
    """A case that cannot be moved, and why."""

    case_id: str
    """The id of the case."""
    state: str
    """The state it stands in."""
    unmet: tuple[Unmet, ...]
    """Every reason."""

    def __str__(self) -> str:
        return f"{self.case_id} ({self.state}): {'; '.join(map(str, self.unmet))}"


@frozen(eq=False, repr=False)
class MoveReport(Value):
    """What a migration does to a store, or would do."""

    source: str
    """The pin that cases are bound to before."""
    target: str
    """The pin that they are bound to afterwards."""
    is_preview: bool
    """True: nothing was done."""
    states: tuple[StateMoves, ...] = ()
    """By state, in the order of the source; those that hold no case are left out."""
    stuck: tuple[Stuck, ...] = field(default=(), repr=False)
    """The cases that cannot be moved, by id."""

    @property
    def can(self) -> int:
        """How many cases can be moved, or were."""
        return sum(each.can for each in self.states)

    @property
    def is_clean(self) -> bool:
        """True: every case can be moved, or was."""
        return not self.stuck

    def __str__(self) -> str:
        done = "can be moved" if self.is_preview else "were moved"
        told = f"{self.source} -> {self.target}: {self.can} {done}, {len(self.stuck)} cannot"
        return "\n".join([told, *map(str, self.stuck)])


async def move(
    desk: Wiring,
    case_id: str,
    migration: Migration,
    *,
    reason: str,
    by: str | Actor,
    at: datetime | None,
    key: str | None,
    version: int | None,
) -> Case:
    """Move a case, unless it was moved before with this key."""
    asked = desk.gathering("move")
    with asked:
        _check(desk, migration)
    with asked:
        act = ChangeMethod(reason, _pin_of(migration))
    actor = await who(desk, asked, case_id, by=by, at=at, key=key, version=version)
    asked.end()

    async def step(bound: Bound) -> tuple[Case, Entry]:
        _, case, head = bound
        if case.pin != migration.source.pin:
            raise UnknownMethod(case.pin, (migration.source.pin,))
        moment = desk.moment(case, at)
        if case.to_record(moment):
            await pass_deadlines(desk, await desk.snapshot(case_id), moment, [])
            _, case, head = await desk.read(case_id)
        entry = move_case(
            migration,
            case,
            reason=reason,
            at=moment,
            by=actor,
            calendar=desk.calendar,
            history=await _history(desk, migration, case),
        )
        after = case.apply(entry)
        change = change_of(head, after, [entry], key)
        desk.limits.check_texts(entry.act, change, key=key, by=actor.id)
        await desk.store.commit(change)
        desk.memory.after(change.snapshot, after, entry.act)
        return after, entry

    return await keep(desk, case_id, act, step, key=key, version=version)


async def preview(desk: Wiring, migration: Migration) -> MoveReport:
    """Tell what would become of every case; nothing is done."""
    _check(desk, migration)
    report = _Report(migration, is_preview=True)
    async for case in _cases(desk, migration):
        report.tell(case, migration.unmet(case, await _history(desk, migration, case)))
    return report.made()


async def move_all(
    desk: Wiring, migration: Migration, *, reason: str, by: str | Actor
) -> MoveReport:
    """Move every case that can be moved."""
    asked = desk.gathering("move_all")
    with asked:
        _check(desk, migration)
    with asked:
        ChangeMethod(reason, _pin_of(migration))
    with asked:
        actor = await desk.actor(by)
    asked.end()
    report = _Report(migration, is_preview=False)
    async for case in _cases(desk, migration):
        unmet: tuple[Unmet, ...] = ()
        try:
            await move(
                desk, case.id, migration, reason=reason, by=actor, at=None, key=None, version=None
            )
        except Refused as no:
            unmet = no.unmet
        except (Conflict, UnknownMethod):
            unmet = (Unmet("conflict", "somebody acted on it in between; move it again"),)
        report.tell(case, unmet)
    return report.made()


class _Report:
    def __init__(self, migration: Migration, *, is_preview: bool) -> None:
        self._migration, self._is_preview = migration, is_preview
        self._can: Counter[str] = Counter()
        self._stuck: list[Stuck] = []

    def tell(self, case: Case, unmet: tuple[Unmet, ...]) -> None:
        if unmet:
            self._stuck.append(Stuck(case.id, case.state, unmet))
        else:
            self._can[case.state] += 1

    def made(self) -> MoveReport:
        source, target = self._migration.source, self._migration.target
        cannot = Counter(each.state for each in self._stuck)
        return MoveReport(
            source.pin,
            target.pin,
            self._is_preview,
            tuple(
                StateMoves(
                    state.name,
                    self._migration.state(state.name),
                    self._can[state.name],
                    cannot[state.name],
                )
                for state in source.states
                if self._can[state.name] or cannot[state.name]
            ),
            tuple(self._stuck),
        )


def _check(desk: Wiring, migration: Migration) -> None:
    """Make sure that both methods of a migration are on the desk."""
    if not isinstance(migration, Migration):
        told = f"it takes a Migration(source, target), not {migration!r:.60}"
        raise EvidenceError("move", (told,))
    for method in (migration.source, migration.target):
        if desk.by_pin.get(method.pin) != method:
            raise UnknownMethod(method.pin, tuple(desk.by_pin))


def _pin_of(migration: object) -> str:
    """Return where a migration leads; what is none is told by the check."""
    return migration.target.pin if isinstance(migration, Migration) else "nowhere"


async def _cases(desk: Wiring, migration: Migration) -> AsyncGenerator[Case, None]:
    """Yield every case that is bound to the source of a migration, by id."""
    query = Query(methods=(migration.source.pin,), limit=PAGE)
    while page := await desk.store.find(query):
        for found in page:
            yield desk.memory.case(found)
        query = evolve(query, after=page[-1].case_id)


async def _history(desk: Wiring, migration: Migration, case: Case) -> tuple[Entry, ...]:
    """Return the entries of a case where the migration has to look at them."""
    if case.pin != migration.source.pin or not migration.reads_history(case):
        return ()
    found = [
        desk.entry(record, migration.source)
        async for record in pages(desk, case.id)
        if record.version <= case.version
    ]
    return tuple(found)
