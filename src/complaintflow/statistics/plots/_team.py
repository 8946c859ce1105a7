"""The plots of a team: four questions on one sheet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from complaintflow.statistics._model import StateCount, StateTime, Statistics
from complaintflow.statistics.plots._canvas import (
    EMPTY,
    SHOWN,
    Colours,
    height,
    label,
    nothing,
    prepare,
    rows,
    sheet,
    so_many,
    some_of,
    whole,
)

PROMISED = 6
"""How many bars the plot of promises has."""


def team(statistics: Statistics, colours: Colours, *, is_narrow: bool) -> Figure:
    """Return statistics as a figure: two columns of plots, or one where it is narrow."""
    named = {each.method for each in statistics.standings}
    several = len(named.union(each.method for each in statistics.times)) > 1
    again = statistics.reopen_rate
    title = [
        so_many(statistics.cases, "case"),
        f"{statistics.open:,} open",
        f"{statistics.closed:,} closed",
        *([f"{statistics.untold:,} in doubt"] if statistics.untold else []),
        *([f"{again:.0%} of those that ended began anew"] if again is not None else []),
        f"{statistics.at:%Y-%m-%d %H:%M} {statistics.at.tzinfo}",
    ]
    heights = _heights(statistics, is_narrow=is_narrow)
    drawn = sheet(heights, colours, title, is_narrow=is_narrow)
    columns = 1 if is_narrow else 2
    axes = drawn.subplots(len(heights), columns, height_ratios=heights).flatten()
    _standing(axes[0], statistics.standings, colours, several=several)
    _times(axes[1], statistics.times, colours, several=several)
    _promises(axes[2], statistics, colours)
    _refusals(axes[3], statistics, colours)
    return drawn


def _heights(statistics: Statistics, *, is_narrow: bool) -> list[float]:
    """Return how high each row of plots is."""
    standings, times = len(statistics.standings[:SHOWN]), len(statistics.times[:SHOWN])
    reasons = len((statistics.refusals or ())[:SHOWN])
    promises = PROMISED if statistics.promises and statistics.promises.made else 0
    below = height(reasons, is_narrow=is_narrow) if reasons else EMPTY
    if not is_narrow:
        return [height(max(standings, times), is_narrow=False), below]
    above = [height(bars, is_narrow=True) for bars in (standings, times)]
    return [*above, height(promises, is_narrow=True) if promises else EMPTY, below]


def _name(each: StateCount | StateTime, *, several: bool) -> str:
    state = each.state.replace("_", " ")
    return f"{state} ({each.method.replace('_', ' ')})" if several else state


def _standing(axes: Axes, every: Sequence[StateCount], colours: Colours, *, several: bool) -> None:
    prepare(axes, some_of("Where cases stand", every), colours)
    standings = every[:SHOWN]
    if not standings:
        nothing(axes, "there are no cases", colours)
        return
    most = max(each.cases for each in standings)
    for row, each in enumerate(standings):
        axes.barh(row, each.cases, 0.6, color=colours.quiet if each.is_final else colours.accent)
        waits = "" if each.is_final else f", for {_short(each.median)}"
        label(axes, (each.cases + most * 0.02, row), f"{each.cases:,}{waits}", colours)
    rows(axes, [_name(each, several=several) for each in standings], colours)
    axes.set_xlim(0, most * 1.35)
    axes.xaxis.set_major_locator(whole())
    axes.set_xlabel("cases, with their median stay; grey: closed", color=colours.faint, fontsize=9)


def _times(axes: Axes, every: Sequence[StateTime], colours: Colours, *, several: bool) -> None:
    prepare(axes, some_of("How long a state takes", every), colours)
    times = every[:SHOWN]
    if not times:
        nothing(axes, "no case has left a state yet", colours)
        return
    unit, seconds = _unit(max(each.p90 for each in times))
    longest = max(each.p90.total_seconds() for each in times) / seconds
    for row, each in enumerate(times):
        half, most = each.median.total_seconds() / seconds, each.p90.total_seconds() / seconds
        axes.barh(row, most, 0.6, color=colours.soft)
        axes.barh(row, half, 0.6, color=colours.accent)
        label(
            axes,
            (most + longest * 0.02, row),
            f"{_short(each.median)} / {_short(each.p90)}",
            colours,
        )
    rows(axes, [_name(each, several=several) for each in times], colours)
    axes.set_xlim(0, (longest or 1.0) * 1.45)
    axes.set_xlabel(
        f"{unit}; strong: the median, pale: nine in ten", color=colours.faint, fontsize=9
    )


def _promises(axes: Axes, statistics: Statistics, colours: Colours) -> None:
    promises = statistics.promises
    if promises is None:
        prepare(axes, "Promises", colours)
        nothing(axes, "a log does not say", colours)
        return
    on_time = promises.on_time
    kept = "" if on_time is None else f": {on_time:.0%} kept in time"
    prepare(axes, f"Promises{kept}", colours)
    if not promises.made:
        nothing(axes, "nothing was promised", colours)
        return
    parts = [
        ("kept", promises.kept, colours.good),
        ("kept late", promises.kept_late, colours.late),
        ("broken", promises.broken, colours.bad),
        ("overdue", promises.overdue, colours.bad),
        ("released", promises.released, colours.quiet),
        ("open", promises.open, colours.accent),
    ]
    most = max(count for _, count, _ in parts)
    for row, (_, count, colour) in enumerate(parts):
        axes.barh(row, count, 0.6, color=colour)
        label(axes, (count + most * 0.02, row), f"{count:,}", colours)
    rows(axes, [name for name, _, _ in parts], colours)
    axes.set_xlim(0, most * 1.2)
    axes.xaxis.set_major_locator(whole())


def _refusals(axes: Axes, statistics: Statistics, colours: Colours) -> None:
    prepare(axes, some_of("Why acts were refused", statistics.refusals or ()), colours)
    if statistics.refusals is None:
        nothing(axes, "nobody kept that: Desk(..., on_refused=RefusalLog(...))", colours)
        return
    reasons = statistics.refusals[:SHOWN]
    if not reasons:
        nothing(axes, "nothing was refused", colours)
        return
    most = reasons[0].refusals
    for row, reason in enumerate(reasons):
        axes.barh(row, reason.refusals, 0.6, color=colours.late)
        often = f"{reason.refusals:,}, {reason.acts[0][0].replace('_', ' ')}"
        label(axes, (reason.refusals + most * 0.02, row), often, colours)
    rows(axes, [reason.code.replace("_", " ") for reason in reasons], colours)
    axes.set_xlim(0, most * 1.5)
    axes.xaxis.set_major_locator(whole())
    axes.set_xlabel("refusals, and the act that was refused most", color=colours.faint, fontsize=9)


def _unit(length: timedelta) -> tuple[str, float]:
    """Return the unit that lengths up to one are told in, and its seconds."""
    for name, seconds in (("days", 86_400.0), ("hours", 3_600.0), ("minutes", 60.0)):
        if length.total_seconds() >= 2 * seconds:
            return name, seconds
    return "minutes", 60.0


def _short(length: timedelta) -> str:
    name, seconds = _unit(length)
    return f"{length.total_seconds() / seconds:.0f} {name[0] if name != 'minutes' else 'min'}"
