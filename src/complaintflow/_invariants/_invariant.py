"""What an invariant is, and how it reads a history."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Literal, get_args

from attrs import field, frozen

from complaintflow._calendars import Calendars
from complaintflow._fields import unfit
from complaintflow._invariants._tables import TABLES, TIMED, UNARY, Table
from complaintflow._pieces import names, triggers
from complaintflow._spelling import did_you_mean
from complaintflow._time import Within
from complaintflow._value import Value
from complaintflow.acts import Act
from complaintflow.errors import MethodError

Watch = Literal["warn", "refuse"]
WATCHES: tuple[Watch, ...] = get_args(Watch)

Acts = str | type[Act] | Iterable[str | type[Act]]
"""Acts by trigger, by `trigger/outcome` or by class; one, or several that count as one kind."""


@frozen(eq=False, repr=False)
class Invariant(Value):
    """
    A sentence about the order of acts that a method promises, whatever happens.

    It is made by one of the makers of `complaintflow.invariants`, such as :func:`precedence`.

    Raises:
        MethodError: it makes no sense; every problem is listed.
    """

    code: str
    """Its name in the method; `'offer_before_listen_finished'`."""
    text: str
    """The sentence where it is broken; `'offer before listen/finished'`."""
    template: str
    """The name of its maker; `'precedence'`."""
    acts: tuple[str, ...] = field(converter=triggers)
    """The first kind of acts it speaks of, each as `trigger` or `trigger/outcome`."""
    others: tuple[str, ...] = field(default=(), converter=triggers)
    """The second kind of acts. Empty: its template speaks of one kind."""
    undone_by: tuple[str, ...] = field(default=(), converter=triggers, kw_only=True)
    """The acts after which the first has to happen anew, for `since`. Empty for all others."""
    facts: tuple[str, ...] = field(default=(), converter=names, kw_only=True)
    """The facts that `never` asks for. Empty for every other template."""
    within: Within | None = field(default=None, kw_only=True)
    """How much time there is. None: any. A proof knows no time, so these are only watched."""
    each_cycle: bool = field(default=True, kw_only=True)
    """True: each cycle is a history of its own. False: the whole history is one."""
    watch: Watch | None = field(default=None, kw_only=True)
    """What a case does that would break it: `warn` or `refuse`. None: it is only proved."""
    cites: tuple[str, ...] = field(default=(), converter=names, kw_only=True)
    """The clauses it stands on."""

    def __attrs_post_init__(self) -> None:
        problems = tuple(_problems(self))
        if problems:
            raise MethodError(f"invariant '{self.code!s:.60}'", problems)

    @property
    def table(self) -> Table:
        """The monitor of its template."""
        return TABLES[self.template] if self.within is None else TIMED[self.template]

    def __str__(self) -> str:
        return f"{self.code}: never {self.text}"


def _problems(it: Invariant) -> Iterator[str]:
    wrong = unfit(it)
    yield from wrong.values()
    if "template" in wrong:
        return
    if it.template not in TABLES:
        near = did_you_mean(it.template, TABLES)
        yield f"there is no template '{it.template}'{near}; there are {', '.join(TABLES)}"
        return
    if not wrong.keys() & {"acts", "others", "undone_by", "facts", "within"}:
        yield from _unlike_its_template(it)
    for name in ("acts", "others", "undone_by"):
        for pattern in () if name in wrong else getattr(it, name):
            if not re.fullmatch(r"[^\W\d]\w*(/\w+)?", pattern):
                yield f"{name}: '{pattern:.60}' is no act; write 'offer' or 'listen/finished'"


def _unlike_its_template(it: Invariant) -> Iterator[str]:
    template, is_unary = it.template, it.template in UNARY
    wanted = {
        "acts must name an act": bool(it.acts),
        f"{template} speaks of one kind of acts; others must be empty": not (
            is_unary and it.others
        ),
        "others must name an act": is_unary or bool(it.others),
        "undone_by must name an act; without one, precedence says the same": (
            template != "since" or bool(it.undone_by)
        ),
        "undone_by: an act cannot be one of the others, too": (
            not {*it.acts, *it.others} & {*it.undone_by}
        ),
        f"undone_by is for since, not for {template}": template == "since" or not it.undone_by,
        "without must name the facts that the act takes": template != "never" or bool(it.facts),
        f"facts are for never, not for {template}": template == "never" or not it.facts,
        f"{template} cannot be timed; {', '.join(TIMED)} can": it.within is None
        or template in TIMED,
    }
    yield from (problem for problem, is_right in wanted.items() if not is_right)


# -- letters ------------------------------------------------------------------------------------

PRESENT, MISSING = 2, 1
"""The letters of `never`: the act with its facts, and without."""

UNDOING = 3
"""The letter of `since` for what undoes the first kind."""


def kind_of(invariant: Invariant, trigger: str, outcome: str | None) -> int:
    """
    Return which of the two kinds an act is of: 0 neither, 1 the first, 2 the second, 3 both.

    Of a `since`, 3 is what undoes the first, and the other comes before the first. It is the
    letter of the act in every template but `never`, where the facts decide. There are few acts
    and outcomes, so that whoever reads many of them keeps the answers.
    """
    names = (trigger, f"{trigger}/{outcome}")
    first = any(name in invariant.acts for name in names)
    second = any(name in invariant.others for name in names)
    if invariant.undone_by:
        undoes = any(name in invariant.undone_by for name in names)
        return UNDOING if undoes else 2 if second else int(first)
    return first + 2 * second


def letter(
    invariant: Invariant, trigger: str, outcome: str | None, facts: Iterable[str] = ()
) -> int:
    """
    Return the letter that an act is to an invariant.

    Args:
        invariant: the invariant.

        trigger: the act.

        outcome: which of its outcomes it had. None: it has only one.

        facts: what was established before it; `never` asks for some.
    """
    kind = kind_of(invariant, trigger, outcome)
    if kind and invariant.facts:
        return PRESENT if frozenset(invariant.facts) <= frozenset(facts) else MISSING
    return kind


# -- standing -----------------------------------------------------------------------------------


@frozen(eq=False, repr=False)
class Standing(Value):
    """Where the table of an invariant stands in a history."""

    place: int
    """The row of the table."""
    since: datetime | None = None
    """Since when time runs in it. None: none does."""


def begin(invariant: Invariant, at: datetime | None = None) -> Standing:
    """Return where an invariant stands before anything has happened, at a time."""
    table = invariant.table
    return Standing(table.start, at if table.runs(table.start) else None)


def step(
    invariant: Invariant,
    standing: Standing,
    read: int,
    *,
    at: datetime | None = None,
    calendar: Calendars | None = None,
) -> Standing:
    """
    Return where an invariant stands after an act.

    Args:
        invariant: the invariant.

        standing: where it stood before.

        read: the letter that the act is to it.

        at: when it was; for those with a span of time.

        calendar: tells business days. None: Monday to Friday.
    """
    table = invariant.table
    if invariant.within is None:
        return Standing(table.next[standing.place][read])
    before = in_time(invariant, standing, at, calendar)
    place = table.next[before.place][read]
    if not table.runs(place):
        return Standing(place)
    restarts = before.since is None or (table.renews and read & 1)
    return Standing(place, at if restarts else before.since)


def in_time(
    invariant: Invariant,
    standing: Standing,
    at: datetime | None,
    calendar: Calendars | None = None,
) -> Standing:
    """Return where an invariant stands at a time at which nothing happened."""
    if invariant.within is None or standing.since is None or at is None:
        return standing
    if at <= invariant.within.after(standing.since, calendar):
        return standing
    return Standing(invariant.table.late[standing.place])
