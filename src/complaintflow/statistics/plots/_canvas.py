"""What every plot is drawn on: colours, axes and labels, and how it is written to a file."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill

from attrs import frozen
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import MaxNLocator

SHOWN = 14
"""How many bars a plot has at most."""

ROW, NARROW_ROW, AROUND = 0.32, 0.42, 0.9
"""How high a bar is with the space about it, and what a plot has above and below its bars."""

EMPTY = 1.5
"""How high a plot is that only says why it is empty."""


WIDE, NARROW = 11.0, 4.8
"""How wide a sheet is, in inches; on a phone a letter of the narrow one is as large as others."""

LETTERS, OF_A_PLOT = 46, 30
"""How many fit on a line of the narrow one: above it, and above a plot."""

OF_A_BAR = {NARROW: 20, WIDE / 2: 30, WIDE: 60}
"""How many fit on a line beside a bar, by how wide the column of plots is."""


@frozen
class Colours:
    """What a plot is drawn with."""

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


_LIGHT = Colours(
    *("#fdfcfa", "#1d2330", "#5b6475", "#dcdde3", "#2f5d8a", "#a9c3dc"),
    *("#2f8a5d", "#c98a1b", "#b23a3e", "#b5bac6"),
)
_DARK = Colours(
    *("#14171d", "#e7e9ee", "#a0a8b8", "#343a46", "#8fb8e0", "#3f5d7d"),
    *("#67c294", "#e0ae4d", "#e8807e", "#5a6272"),
)


def colours_of(*, is_dark: bool) -> Colours:
    """Return the colours of a plot, for light ground or dark."""
    return _DARK if is_dark else _LIGHT


def some_of(title: str, every: Sequence[object]) -> str:
    """Return the title of a plot that shows all of something, or says how many of how many."""
    return title if len(every) <= SHOWN else f"{title}: {SHOWN} of {len(every)}"


def so_many(count: int, one: str) -> str:
    """Return how many there are of something, by the word for one of it."""
    return f"{count:,} {one}" if count == 1 else f"{count:,} {one}s"


def height(bars: int, *, is_narrow: bool) -> float:
    """Return how high a plot of so many bars is; names of a narrow one may have two lines."""
    return AROUND + (NARROW_ROW if is_narrow else ROW) * max(bars, 3)


def sheet(
    heights: Sequence[float], colours: Colours, title: Sequence[str], *, is_narrow: bool
) -> Figure:
    """Return an empty figure of so many rows of plots, with what it is about above them."""
    layout = ConstrainedLayoutEngine(w_pad=0.15, h_pad=0.15, wspace=0.04)
    size = (NARROW if is_narrow else WIDE, 1.0 + sum(heights))
    drawn = Figure(figsize=size, facecolor=colours.paper, layout=layout)
    told = "  ·  ".join(title)
    x = 0.015
    if is_narrow:
        told, x = fill(", ".join(title), LETTERS), 0.03
    drawn.suptitle(told, color=colours.ink, fontsize=12, x=x, ha="left")
    return drawn


def prepare(axes: Axes, title: str, colours: Colours) -> None:
    """Give a plot its title and its ground."""
    if _width(axes) == NARROW:
        title = fill(title, OF_A_PLOT)
    axes.set_facecolor(colours.paper)
    axes.set_title(title, color=colours.ink, fontsize=11, fontweight="bold", loc="left", pad=10)
    axes.tick_params(colors=colours.faint, labelsize=9, length=0)
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.grid(axis="x", color=colours.line, linewidth=0.8)
    axes.set_axisbelow(True)


def _width(axes: Axes) -> float:
    """Return how wide the column is that a plot stands in, in inches."""
    place = axes.get_subplotspec()
    columns = 1 if place is None else place.get_gridspec().ncols
    return float(axes.get_figure(root=True).get_figwidth()) / columns  # type: ignore[union-attr]


def rows(axes: Axes, names: Sequence[str], colours: Colours) -> None:
    """Give the bars of a plot their names, the first one above."""
    letters = OF_A_BAR[_width(axes)]
    names = [fill(name, letters, max_lines=2, placeholder=" …") for name in names]
    axes.set_yticks(range(len(names)), names, color=colours.ink)
    for name in axes.get_yticklabels():
        name.set_parse_math(False)  # a name with two dollars in it is no formula
    axes.set_ylim(max(len(names), 3) - 0.4, -0.6)


def label(axes: Axes, place: tuple[float, int], told: str, colours: Colours) -> None:
    """Write something beside a bar."""
    ground = {"facecolor": colours.paper, "edgecolor": "none", "pad": 1.0}
    axes.text(*place, told, color=colours.faint, fontsize=9, va="center", bbox=ground)


def nothing(axes: Axes, told: str, colours: Colours) -> None:
    """Say why a plot is empty."""
    axes.text(0, 0.5, told, color=colours.faint, fontsize=10, transform=axes.transAxes)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.grid(visible=False)


def whole() -> MaxNLocator:
    """Return what marks whole numbers, and not too many."""
    return MaxNLocator(5, integer=True)
