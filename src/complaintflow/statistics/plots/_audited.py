"""The plots of an audit: what became of each rule, and where cases first went wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from textwrap import shorten

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from complaintflow.audit import AuditReport, Verdict
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

NAMED = 44
"""How many letters of a name a plot has room for."""


def audited(report: AuditReport, colours: Colours, *, is_narrow: bool) -> Figure:
    """Return the report of an audit as a figure."""
    where = _deviations(report)
    standings = [(s.replace("_", " "), count) for s, count in report.standings.items()][:SHOWN]
    heights = [height(len(report.rules[:SHOWN]), is_narrow=is_narrow)]
    heights += [height(len(where), is_narrow=is_narrow) if where else EMPTY]
    heights += [height(len(standings), is_narrow=is_narrow)] if standings else []
    broken = len(report.broken())
    drawn = sheet(
        heights,
        colours,
        [
            so_many(len(report.cases), "case"),
            so_many(report.lines, "line"),
            f"{so_many(broken, 'case')} in which a rule is broken",
        ],
        is_narrow=is_narrow,
    )
    axes = drawn.subplots(len(heights), 1, height_ratios=heights)
    _verdicts(axes[0], report, colours, is_narrow=is_narrow)
    prepare(axes[1], "Where cases first went wrong", colours)
    if where:
        _counts(axes[1], where, colours.bad, colours)
    else:
        nothing(axes[1], "no rule is broken in any case", colours)
    if standings:
        prepare(axes[2], "Where those stand that went no other way", colours)
        _counts(axes[2], standings, colours.accent, colours)
    return drawn


def _verdicts(axes: Axes, report: AuditReport, colours: Colours, *, is_narrow: bool) -> None:
    prepare(axes, some_of("What became of each rule", report.rules), colours)
    every = report.rules[:SHOWN]
    if not every:
        nothing(axes, "no rule was asked for", colours)
        return
    paint = {
        Verdict.KEPT: colours.good,
        Verdict.BROKEN: colours.bad,
        Verdict.PENDING: colours.accent,
        Verdict.CANNOT_TELL: colours.late,
        Verdict.NOT_APPLICABLE: colours.quiet,
    }
    for row, rule in enumerate(every):
        left = 0
        for verdict, colour in paint.items():
            count = rule.count(verdict)
            axes.barh(row, count, 0.6, left=left, color=colour, label=str(verdict))
            left += count
        label(axes, (left * 1.01, row), f"{rule.count(Verdict.BROKEN):,} broken", colours)
    rows(axes, [rule.code.replace("_", " ") for rule in every], colours)
    axes.set_xlim(0, max(len(report.cases), 1) * 1.15)
    axes.xaxis.set_major_locator(whole())
    handles, names = axes.get_legend_handles_labels()
    axes.legend(
        *(handles[: len(paint)], names[: len(paint)]),
        ncols=3 if is_narrow else len(paint),
        loc="lower right" if is_narrow else "lower left",
        bbox_to_anchor=(0, -0.02, 1, 0),
        bbox_transform=axes.transAxes,
        fontsize=9,
        frameon=False,
        labelcolor=colours.faint,
        borderaxespad=-4.8 if is_narrow else -3.2,
    )


def _deviations(report: AuditReport) -> list[tuple[str, int]]:
    """Return where cases first went wrong, the most frequent place first."""
    found = Counter(
        (each.rule.replace("_", " "), each.activity or "at its end")
        for each in report.findings
        if each.verdict is Verdict.BROKEN
    )
    often = sorted(found.items(), key=lambda item: (-item[1], item[0]))[:SHOWN]
    return [(shorten(f"{where} ({rule})", NAMED), count) for (rule, where), count in often]


def _counts(axes: Axes, counted: Sequence[tuple[str, int]], colour: str, colours: Colours) -> None:
    """Draw a bar for each name."""
    most = max(count for _, count in counted)
    for row, (_, count) in enumerate(counted):
        axes.barh(row, count, 0.6, color=colour)
        label(axes, (count + most * 0.02, row), f"{count:,}", colours)
    rows(axes, [name for name, _ in counted], colours)
    axes.set_xlim(0, most * 1.2)
    axes.xaxis.set_major_locator(whole())
