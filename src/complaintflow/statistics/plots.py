"""
Statistics as a picture, drawn by matplotlib: the extra `complaintflow[plots]`.

No window is opened, and nothing of matplotlib's global state is touched.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from attrs import frozen
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import MaxNLocator

from complaintflow.errors import EvidenceError
from complaintflow.statistics._model import Standing, StateTime, Statistics

FORMATS = ("png", "svg", "pdf")
"""What a plot can be written as, by the end of the file's name."""

SHOWN = 14
"""How many bars a plot has at most."""


@frozen
class _Colours:
    paper: str
    ink: str
    faint: str
    line: str
    accent: str
    soft: str
    good: str
    late: str
    bad: str
    quiet: str


_LIGHT = _Colours(
    *("#fdfcfa", "#1d2330", "#5b6475", "#dcdde3", "#2f5d8a", "#a9c3dc"),
    *("#2f8a5d", "#c98a1b", "#b23a3e", "#b5bac6"),
)
_DARK = _Colours(
    *("#14171d", "#e7e9ee", "#a0a8b8", "#343a46", "#8fb8e0", "#3f5d7d"),
    *("#67c294", "#e0ae4d", "#e8807e", "#5a6272"),
)


def plot(statistics: Statistics, file: str | os.PathLike[str], *, is_dark: bool = False) -> None:
    """
    Write statistics as a picture.

    Args:
        statistics: what was counted.

        file: where to; the end of its name says how: `.png`, `.svg` or `.pdf`.

        is_dark: light on dark, for pages and slides that are.

    Raises:
        EvidenceError: the name of the file ends otherwise.

        OSError: it cannot be written.
    """
    suffix = Path(file).suffix.lower().removeprefix(".")
    if suffix not in FORMATS:
        endings = ", ".join(f".{each}" for each in FORMATS)
        told = f"the name of the file must end with one of {endings}, not '{os.fspath(file)}'"
        raise EvidenceError("plot", (told,))
    # The same statistics make the same file.
    fixed = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {}}
    with rc_context({"svg.hashsalt": "complaintflow", "svg.fonttype": "path"}):
        figure(statistics, is_dark=is_dark).savefig(file, format=suffix, metadata=fixed[suffix])


def figure(statistics: Statistics, *, is_dark: bool = False) -> Figure:
    """Return statistics as a figure of matplotlib, to be put beside others or saved."""
    colours = _DARK if is_dark else _LIGHT
    several = len({each.method for each in statistics.standings}) > 1
    standings = statistics.standings[:SHOWN]
    times = statistics.times[:SHOWN]
    reasons = (statistics.refusals or ())[:SHOWN]
    rows = max(len(standings), len(times), 3)
    heights = [0.9 + 0.32 * rows, 1.5 if not reasons else 0.9 + 0.32 * max(len(reasons), 3)]
    layout = ConstrainedLayoutEngine(w_pad=0.15, h_pad=0.15, wspace=0.04)
    drawn = Figure(figsize=(11, 1.0 + sum(heights)), facecolor=colours.paper, layout=layout)
    axes = drawn.subplots(2, 2, height_ratios=heights)
    _title(drawn, statistics, colours)
    _standing(axes[0][0], standings, colours, several=several)
    _times(axes[0][1], times, colours, several=several)
    _promises(axes[1][0], statistics, colours)
    _refusals(axes[1][1], statistics, colours)
    return drawn


def _title(drawn: Figure, statistics: Statistics, colours: _Colours) -> None:
    again = statistics.reopen_rate
    told = [
        f"{statistics.cases:,} cases",
        f"{statistics.open:,} open",
        f"{statistics.closed:,} closed",
        *([f"{again:.0%} of those that ended began anew"] if again is not None else []),
        f"{statistics.at:%Y-%m-%d %H:%M} UTC",
    ]
    drawn.suptitle("  ·  ".join(told), color=colours.ink, fontsize=12, x=0.015, ha="left")


def _prepare(axes: Axes, title: str, colours: _Colours) -> None:
    axes.set_facecolor(colours.paper)
    axes.set_title(title, color=colours.ink, fontsize=11, fontweight="bold", loc="left", pad=10)
    axes.tick_params(colors=colours.faint, labelsize=9, length=0)
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.grid(axis="x", color=colours.line, linewidth=0.8)
    axes.set_axisbelow(True)


def _name(each: Standing | StateTime, *, several: bool) -> str:
    state = each.state.replace("_", " ")
    return f"{state} ({each.method.replace('_', ' ')})" if several else state


def _rows(axes: Axes, names: Sequence[str], colours: _Colours) -> None:
    axes.set_yticks(range(len(names)), names, color=colours.ink)
    axes.set_ylim(max(len(names), 3) - 0.4, -0.6)


def _label(axes: Axes, place: tuple[float, int], told: str, colours: _Colours) -> None:
    ground = {"facecolor": colours.paper, "edgecolor": "none", "pad": 1.0}
    axes.text(*place, told, color=colours.faint, fontsize=9, va="center", bbox=ground)


def _nothing(axes: Axes, told: str, colours: _Colours) -> None:
    axes.text(0, 0.5, told, color=colours.faint, fontsize=10, transform=axes.transAxes)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.grid(visible=False)


def _standing(
    axes: Axes, standings: Sequence[Standing], colours: _Colours, *, several: bool
) -> None:
    _prepare(axes, "Where cases stand", colours)
    if not standings:
        _nothing(axes, "there are no cases", colours)
        return
    most = max(each.cases for each in standings)
    for row, each in enumerate(standings):
        axes.barh(row, each.cases, 0.6, color=colours.quiet if each.is_final else colours.accent)
        waits = "" if each.is_final else f", for {_short(each.median)}"
        _label(axes, (each.cases + most * 0.02, row), f"{each.cases:,}{waits}", colours)
    _rows(axes, [_name(each, several=several) for each in standings], colours)
    axes.set_xlim(0, most * 1.35)
    axes.xaxis.set_major_locator(_whole())
    axes.set_xlabel("cases; grey: closed; the median of how long", color=colours.faint, fontsize=9)


def _times(axes: Axes, times: Sequence[StateTime], colours: _Colours, *, several: bool) -> None:
    _prepare(axes, "How long a state takes", colours)
    if not times:
        _nothing(axes, "no case has left a state yet", colours)
        return
    unit, seconds = _unit(max(each.p90 for each in times))
    longest = max(each.p90.total_seconds() for each in times) / seconds
    for row, each in enumerate(times):
        half, most = each.median.total_seconds() / seconds, each.p90.total_seconds() / seconds
        axes.barh(row, most, 0.6, color=colours.soft)
        axes.barh(row, half, 0.6, color=colours.accent)
        _label(
            axes,
            (most + longest * 0.02, row),
            f"{_short(each.median)} / {_short(each.p90)}",
            colours,
        )
    _rows(axes, [_name(each, several=several) for each in times], colours)
    axes.set_xlim(0, (longest or 1.0) * 1.45)
    axes.set_xlabel(
        f"{unit}; strong: the median, pale: nine in ten", color=colours.faint, fontsize=9
    )


def _promises(axes: Axes, statistics: Statistics, colours: _Colours) -> None:
    promises = statistics.promises
    on_time = promises.on_time
    kept = "" if on_time is None else f": {on_time:.0%} kept in time"
    _prepare(axes, f"Promises{kept}", colours)
    if not promises.made:
        _nothing(axes, "nothing was promised", colours)
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
        _label(axes, (count + most * 0.02, row), f"{count:,}", colours)
    _rows(axes, [name for name, _, _ in parts], colours)
    axes.set_xlim(0, most * 1.2)
    axes.xaxis.set_major_locator(_whole())


def _refusals(axes: Axes, statistics: Statistics, colours: _Colours) -> None:
    _prepare(axes, "Why acts were refused", colours)
    if statistics.refusals is None:
        _nothing(axes, "nobody kept that: Desk(..., on_refused=RefusalLog(...))", colours)
        return
    reasons = statistics.refusals[:SHOWN]
    if not reasons:
        _nothing(axes, "nothing was refused", colours)
        return
    most = reasons[0].refusals
    for row, reason in enumerate(reasons):
        axes.barh(row, reason.refusals, 0.6, color=colours.late)
        often = f"{reason.refusals:,}, {reason.acts[0][0].replace('_', ' ')}"
        _label(axes, (reason.refusals + most * 0.02, row), often, colours)
    _rows(axes, [reason.code.replace("_", " ") for reason in reasons], colours)
    axes.set_xlim(0, most * 1.5)
    axes.xaxis.set_major_locator(_whole())
    axes.set_xlabel("refusals, and the act that was refused most", color=colours.faint, fontsize=9)


def _whole() -> MaxNLocator:
    return MaxNLocator(5, integer=True)


def _unit(length: timedelta) -> tuple[str, float]:
    """Return the unit that lengths up to one are told in, and its seconds."""
    for name, seconds in (("days", 86_400.0), ("hours", 3_600.0), ("minutes", 60.0)):
        if length.total_seconds() >= 2 * seconds:
            return name, seconds
    return "minutes", 60.0


def _short(length: timedelta) -> str:
    name, seconds = _unit(length)
    return f"{length.total_seconds() / seconds:.0f} {name[0] if name != 'minutes' else 'min'}"
