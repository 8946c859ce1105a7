"""
Statistics and audits as pictures, drawn by matplotlib: the extra `complaintflow[plots]`.

No window is opened, and nothing of matplotlib's global state is touched.
"""

from __future__ import annotations

import os
from pathlib import Path
from warnings import catch_warnings, filterwarnings

from matplotlib import rc_context
from matplotlib.figure import Figure

from complaintflow.audit import AuditReport
from complaintflow.errors import EvidenceError
from complaintflow.statistics._model import Statistics
from complaintflow.statistics.plots._audited import audited
from complaintflow.statistics.plots._canvas import colours_of
from complaintflow.statistics.plots._team import team

FORMATS = ("png", "svg", "pdf")
"""What a plot can be written as, by the end of the file's name."""


def plot(
    counted: Statistics | AuditReport,
    file: str | os.PathLike[str],
    *,
    is_dark: bool = False,
    is_narrow: bool = False,
) -> None:
    """
    Write statistics, or the report of an audit, as a picture. The same ones make the same file.

    Args:
        counted: what was counted.

        file: where to; the end of its name says how: `.png`, `.svg` or `.pdf`.

        is_dark: light on dark, for pages and slides that are.

        is_narrow: one plot below the other, to be read on a phone.

    Raises:
        EvidenceError: the name of the file ends otherwise.

        OSError: it cannot be written.
    """
    suffix = Path(file).suffix.lower().removeprefix(".")
    if suffix not in FORMATS:
        endings = ", ".join(f".{each}" for each in FORMATS)
        told = f"the name of the file must end with one of {endings}, not '{os.fspath(file)}'"
        raise EvidenceError("plot", (told,))
    undated = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {}}
    with rc_context({"svg.hashsalt": "complaintflow", "svg.fonttype": "path"}), catch_warnings():
        # A letter that the font does not have is drawn as a box, which is warning enough.
        filterwarnings("ignore", "Glyph", UserWarning)
        drawn = figure(counted, is_dark=is_dark, is_narrow=is_narrow)
        drawn.savefig(file, format=suffix, metadata=undated[suffix])


def figure(
    counted: Statistics | AuditReport, *, is_dark: bool = False, is_narrow: bool = False
) -> Figure:
    """Return statistics, or the report of an audit, as a figure of matplotlib."""
    colours = colours_of(is_dark=is_dark)
    if isinstance(counted, AuditReport):
        return audited(counted, colours, is_narrow=is_narrow)
    return team(counted, colours, is_narrow=is_narrow)


__all__ = ["FORMATS", "figure", "plot"]
