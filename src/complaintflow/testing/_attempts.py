"""
Attempts: one act on one case, decided by the method, and recorded by whoever can.

Nothing here is random: where the evidence of one act would not do, another one is tried.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from complaintflow._actors import SYSTEM, Actor
from complaintflow._case import Case, Entry
from complaintflow._engine import compiled, decide, open_case
from complaintflow._method import Method
from complaintflow.acts import Act, Open, Speaker
from complaintflow.acts._act import fields_of
from complaintflow.errors import Refused, Unmet
from complaintflow.testing._shapes import PLAIN

START = datetime(2020, 1, 6, 9, tzinfo=UTC)
"""When stories begin: so long ago that all of it has happened by any desk's clock."""
LONG = timedelta(days=400)

SAM, LEE, ANA = Actor("sam"), Actor("lee"), Actor("ana", "customer")
RECORDED_BY: dict[Speaker, Actor] = {
    "agent": SAM,
    "customer": ANA,
    "colleague": LEE,
    "system": SYSTEM,
}
"""Who records whose acts here: nobody has limits."""


def opening_of(method: Method, *, at: datetime = START) -> Entry:
    """Return the entry that opens a case."""
    return open_case(method, "t-1", Open(complaint=PLAIN, customer="ana"), at=at, by=SAM)


def opened(method: Method, *, at: datetime = START) -> Case:
    """Return a case that was just opened."""
    return Case.open(opening_of(method, at=at))


def attempt(
    method: Method, case: Case, act: Act, *, at: datetime | None = None, by: Actor | None = None
) -> Entry | Refused:
    """Return the entry of an act, or its refusal; recorded by whoever can, where *by* is None."""
    who = RECORDED_BY[act.spec.speaker] if by is None else by
    try:
        return decide(method, case, act, at=case.updated_at if at is None else at, by=who)
    except Refused as refused:
        return refused


def evidence_free(method: Method, trigger: str, outcome: str | None) -> frozenset[str]:
    """Return the codes of what an act needs for an outcome that no evidence can bring."""
    needs = method.requirements(method.rule(trigger), outcome)
    codes = {n.code for n in needs if "evidence" not in n.reads}
    return frozenset({*codes, "not_now", "not_theirs", "not_allowed"})


def first_entry(
    method: Method,
    case: Case,
    acts: Iterable[Act],
    *,
    hopeless: frozenset[str],
    waits: frozenset[str],
) -> Entry | tuple[Unmet, ...]:
    """
    Return the entry of the first act that is not refused, else what the first one lacked.

    Args:
        method: the method.

        case: the case.

        acts: the acts to try.

        hopeless: the codes for which no other act needs to be tried.

        waits: the codes that time can bring, and is waited for.
    """
    unmet: tuple[Unmet, ...] | None = None
    for act in acts:
        for at in (case.updated_at, case.updated_at + LONG):
            answer = attempt(method, case, act, at=at)
            if isinstance(answer, Entry):
                return answer
            unmet = answer.unmet if unmet is None else unmet
            lacking = {u.code for u in answer.unmet}
            if not lacking & waits:
                break
        if lacking & hopeless:
            break
    return unmet or ()


def timed(method: Method, trigger: str) -> frozenset[str]:
    """Return the codes of what an act needs that time can bring."""
    paths = compiled(method).events[trigger].paths.values()
    return frozenset(r.code for path in paths for r in path.requirements if "time" in r.reads)


def varied(acts: tuple[Act, ...]) -> tuple[Act, ...]:
    """Return acts in an order in which those come first that fill other fields than the others."""
    first: dict[frozenset[str], Act] = {}
    for act in acts:
        filled = (f.name for f in fields_of(type(act)) if getattr(act, f.name) != f.default)
        first.setdefault(frozenset(filled), act)
    return tuple(dict.fromkeys((*first.values(), *acts)))
