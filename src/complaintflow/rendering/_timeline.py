"""Drawing up a timeline: a fold over a history that keeps what each step has changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from typing import cast

import attrs
from attrs import frozen

from complaintflow import _codec
from complaintflow._actors import Actor
from complaintflow._calendars import Calendars
from complaintflow._case import Case, Entry
from complaintflow._engine._options import Option, options
from complaintflow._evidence import ERASED, Remedy
from complaintflow._evidence._words import voice_of
from complaintflow._help import about
from complaintflow._ledger import Promise
from complaintflow._method import Method
from complaintflow._time import must_be_aware, zone_of
from complaintflow._value import Value
from complaintflow.acts import Act
from complaintflow.acts.bounds import DeadlineNear, DeadlinePassed, Open
from complaintflow.errors import HistoryError, Unmet
from complaintflow.rendering._timeline_model import (
    LEFT_OUT,
    Chance,
    Duty,
    DutyStanding,
    Happening,
    Kind,
    Moment,
    Stretch,
    Timeline,
    Tone,
    Waypoint,
    Words,
)
from complaintflow.rendering._timeline_times import day_and_time, span


def timeline(
    case: Case,
    history: Sequence[Entry],
    *,
    method: Method | None = None,
    by: Actor | None = None,
    at: datetime | None = None,
    calendar: Calendars | None = None,
    personal_data: bool = True,
    zone: str = "UTC",
) -> Timeline:
    """
    Return a case as a picture: what happened, what was promised, and what may be done next. Pure.

    Args:
        case: the case.

        history: the whole of its history, oldest entry first.

        method: the method it is under, for its road and for what may be done next. None: of these
            nothing is told.

        by: who would do what may be done next. None: the owner of the case.

        at: the moment that it is drawn for: what is overdue, and how late. None: that of the last
            entry.

        calendar: tells business days. None: Monday to Friday.

        personal_data: False: the name of the customer and all words are left out, as an erasure
            would take them, and with them who keeps a promise. The id of the case and the names
            of those who act on it stay.

        zone: the time zone that days and times are told in, such as `Europe/Berlin`.

    Raises:
        HistoryError: the history is not that of the case.

        UnknownMethod: the case is bound to another method, or to another version of it.

        TimeError: *at* is naive, or before the last entry; or there is no such zone.
    """
    entries = tuple(history)
    told = Case.replay(entries)
    if (told.id, told.version) != (case.id, case.version):
        message = (
            f"this is the history of case '{told.id}' up to entry {told.version}, and the case is "
            f"'{case.id}' at {case.version}; read both again"
        )
        raise HistoryError(message)
    if not personal_data:
        entries = tuple(_codec.silent_entry(entry, case.customer) for entry in entries)
        told = Case.replay(entries)
    moment = told.updated_at if at is None else must_be_aware(at)
    say = _Saying(told.customer, personal_data, zone_of(zone))
    drawing = _Drawing(say)
    for entry in entries:
        drawing.add(entry)
    actor = by or Actor(told.owner or "agent")
    every = None
    if method is not None:
        every = options(method, told, at=moment, by=actor, calendar=calendar)
    name, version, _ = told.pin.split("/")
    return Timeline(
        case=told.id,
        customer=told.customer if personal_data else LEFT_OUT,
        method=name if method is None else method.title,
        version=version,
        at=moment.astimezone(UTC),
        zone=zone,
        opened_at=told.opened_at,
        state=told.state,
        is_closed=told.is_closed,
        cycle=told.cycle,
        owner=told.owner,
        has_personal_data=personal_data,
        road=tuple(_road(method, told, drawing.stretches)),
        moments=tuple(drawing.moments),
        stretches=tuple(drawing.stretches),
        promises=tuple(drawing.duty(promise, moment) for promise in told.ledger.promises),
        deadlines=tuple(
            attrs.evolve(deadline, text=say.of(deadline.text))
            for deadline in told.deadlines
            if deadline.about is None
        ),
        breaches=tuple(_breaches(told, method, say)),
        chances=None if method is None or every is None else tuple(_chances(method, every, say)),
    )


@frozen(eq=False, repr=False)
class _Saying(Value):
    """How texts are told: with the names in them, or without."""

    customer: str
    with_names: bool
    zone: tzinfo

    def time(self, at: datetime) -> str:
        """Return a moment as the clocks of the zone show it."""
        return day_and_time(at.astimezone(self.zone))

    def of(self, text: str) -> str:
        """Return a sentence that may name the customer."""
        named = text.replace("{customer}", self.customer)
        return named if self.with_names else named.replace(ERASED, "the customer")

    def words(self, text: str) -> str:
        """Return what somebody has said."""
        return text if self.with_names else text.replace(ERASED, LEFT_OUT)

    def shown(self, value: object) -> str:
        """Return evidence as people write it."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, datetime):
            return self.time(value)
        if isinstance(value, tuple):
            return "; ".join(map(self.shown, value))
        if attrs.has(type(value)):
            filled = [
                (field.name.replace("_", " "), each)
                for field in attrs.fields(type(value))  # type: ignore[arg-type]
                if (each := getattr(value, field.name)) != field.default
            ]
            (_, first), *others = filled or [("", "")]
            more = [f"{name}: {self.shown(each)}" for name, each in others]
            return f"{self.shown(first)} ({', '.join(more)})" if more else self.shown(first)
        return str(value)

    def warning(self, warning: Unmet) -> Unmet:
        """Return a warning; by its code, where its sentence is gone."""
        if warning.text != ERASED:
            return attrs.evolve(warning, text=self.of(warning.text))
        return attrs.evolve(warning, text=warning.code.replace("_", " "))

    def promise(self, promise: Promise) -> str:
        """Return what was promised; its kind and worth, where the words are gone."""
        remedy = promise.remedy
        if promise.what == ERASED and remedy is not None:
            return str(Remedy(remedy.kind, remedy.amount, remedy.currency))
        return self.words(promise.what)


class _Drawing:
    """What has been drawn of a history so far."""

    def __init__(self, say: _Saying) -> None:
        self._say = say
        self._case: Case | None = None
        self.moments: list[Moment] = []
        self.stretches: list[Stretch] = []
        self._made: dict[str, datetime] = {}
        self._ended: dict[str, datetime] = {}

    def add(self, entry: Entry) -> None:
        """Draw the next entry."""
        before = self._case
        after = Case.open(entry) if before is None else before.apply(entry)
        self._case = after
        for promise in entry.promises:
            self._made[promise.id] = entry.at
        for promise in after.ledger.promises:
            if promise.state != "open":
                self._ended.setdefault(promise.id, entry.at)
        self._stand(entry, after, begins=before is None)
        self.moments.append(
            Moment(
                number=entry.version,
                at=entry.at.astimezone(UTC),
                by=self._say.of(entry.by.id),
                speaker=entry.act.spec.speaker,
                act=entry.trigger.replace("_", " "),
                outcome=entry.outcome and entry.outcome.replace("_", " "),
                kind=_kind(entry),
                state=entry.state,
                has_moved=before is None or entry.state != entry.move.source,
                cycle=after.cycle,
                words=tuple(self._words(entry.act)),
                followed=tuple(self._followed(before, after, entry)),
                warnings=tuple(map(self._say.warning, entry.warnings)),
            )
        )

    def duty(self, promise: Promise, at: datetime) -> Duty:
        """Return a promise as it stands at a moment."""
        ended_at = self._ended.get(promise.id)
        is_overdue = promise.state == "open" and (promise.due < at or promise.breached_at)
        standing: DutyStanding = "overdue" if is_overdue else promise.state
        until = ended_at or at
        is_late = standing in {"overdue", "kept_late"} and until > promise.due
        return Duty(
            promise.id,
            self._say.promise(promise),
            self._say.words(promise.who),
            self._made[promise.id],
            promise.due,
            standing,
            ended_at,
            span(until - promise.due) if is_late else "",
        )

    def _stand(self, entry: Entry, after: Case, *, begins: bool) -> None:
        stays = not begins and entry.state == entry.move.source and not entry.move.begins_cycle
        if stays:
            return
        if self.stretches:
            self.stretches[-1] = attrs.evolve(self.stretches[-1], until=entry.at)
        self.stretches.append(Stretch(entry.state, after.cycle, entry.at, None))

    # -- what was said, and what followed ---------------------------------------------------------

    def _words(self, act: Act) -> Iterator[Words]:
        known = act.__evidence__  # type: ignore[attr-defined]
        for field in attrs.fields(type(act)):  # type: ignore[arg-type]
            value = getattr(act, field.name)
            if value == field.default or (isinstance(act, Open) and field.name == "customer"):
                continue
            text = self._say.words(self._say.shown(value))
            if text.strip() != LEFT_OUT:
                label = field.name.replace("_", " ")
                yield Words(label, voice_of(known[field.name][0]), text)

    def _followed(self, before: Case | None, after: Case, entry: Entry) -> Iterator[Happening]:
        if entry.move.begins_cycle:
            yield Happening(f"cycle {after.cycle} begins: every duty is fresh")
        if before is None:
            return
        known = {promise.id: promise for promise in before.ledger.promises}
        for promise in after.ledger.promises:
            yield from self._became(known.get(promise.id), promise, entry)
        for breach in after.ledger.breaches[len(before.ledger.breaches) :]:
            late = span(entry.at - breach.due)
            yield Happening(f"not in time: {breach.code.replace('_', ' ')}, {late} late", "bad")
        for code in sorted(after.ledger.waived - before.ledger.waived):
            yield Happening(f"done without: {code.replace('_', ' ')}", "late")
        if after.owner != before.owner:
            yield Happening(f"the owner is {self._say.words(after.owner or 'nobody')}")

    def _became(self, before: Promise | None, now: Promise, entry: Entry) -> Iterator[Happening]:
        what = f"{now.id}, {self._say.promise(now)}"
        if before is None:
            who = self._say.words(now.who)
            by = "" if who == LEFT_OUT else f", by {who}"
            yield Happening(f"promised: {what}{by}, until {self._say.time(now.due)}")
        elif before.state != now.state:
            told, tone = _ENDS[now.state]
            late = f" by {span(entry.at - now.due)}" if now.state == "kept_late" else ""
            yield Happening(f"{told}{late}: {what}", tone)
        elif before.breached_at is None and now.breached_at is not None:
            yield Happening(f"overdue: {what}", "bad")


_ENDS: dict[str, tuple[str, Tone]] = {
    "kept": ("kept", "good"),
    "kept_late": ("kept, late", "late"),
    "released": ("released by the customer", "plain"),
    "broken": ("broken", "bad"),
}


def _kind(entry: Entry) -> Kind:
    act = entry.act
    if isinstance(act, Open):
        return "opening"
    if isinstance(act, DeadlinePassed):
        return "breach"
    if isinstance(act, DeadlineNear):
        return "reminder"
    if entry.move.begins_cycle:
        return "reopening"
    if entry.move.ends and entry.state != entry.move.source:
        return "ending"
    return cast("Kind", _NAMED.get(entry.trigger, "step"))


_NAMED = {
    "offer": "offer",
    "accept_ask": "offer",
    "counter": "offer",
    "propose_plan": "offer",
    "amend_plan": "offer",
    "waive": "waiver",
    "break_promise": "breach",
}
"""The acts that one looks for in a history, by their triggers."""


# -- around it ------------------------------------------------------------------------------------


def _road(method: Method | None, case: Case, stretches: Iterable[Stretch]) -> Iterator[Waypoint]:
    """Yield the states of the numbered steps, and every other that the case has stood in."""
    seen = dict.fromkeys(stretch.state for stretch in stretches)
    if method is None:
        for state in seen:
            yield Waypoint(state, "", None, state == case.state, was_seen=True)
        return
    for each in method.states:
        if each.step is not None or each.name in seen:
            is_here = each.name == case.state
            yield Waypoint(each.name, each.about, each.step, is_here, each.name in seen)


def _breaches(case: Case, method: Method | None, say: _Saying) -> Iterator[Happening]:
    texts = {limit.code: limit.text for limit in (() if method is None else method.limits)}
    for breach in case.ledger.breaches:
        what = texts.get(breach.code, breach.code.replace("_", " "))
        yield Happening(f"{say.of(what)}; it was due {say.time(breach.due)}", "bad")


def _chances(method: Method, every: Iterable[Option], say: _Saying) -> Iterator[Chance]:
    """Yield every act that somebody can do, ready or not: all but the clock's."""
    for option in every:
        act = method.rule(option.trigger).act
        if act.spec.speaker != "system":
            why_not = tuple(attrs.evolve(unmet, text=say.of(unmet.text)) for unmet in option.unmet)
            yield Chance(option.trigger.replace("_", " "), about(act), why_not)
