"""Drawing what was counted into a file, where the library that draws is there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from complaintflow.cli._page import remark
from complaintflow.cli._reading import Unusable, cannot_be_written

if TYPE_CHECKING:
    from complaintflow.audit import AuditReport
    from complaintflow.statistics import Statistics


def draw(counted: Statistics | AuditReport, file: Path, *, is_dark: bool, is_narrow: bool) -> None:
    """
    Draw what was counted, and say where.

    Raises:
        Unusable: the library that draws is not installed, or the file cannot be written.

        EvidenceError: the name of the file asks for a format that nothing is drawn in.
    """
    try:
        from complaintflow.statistics.plots import plot
    except ModuleNotFoundError as error:
        told = f"drawing needs an extra ({error}); install it: pip install 'complaintflow[plots]'"
        raise Unusable(told) from None
    try:
        plot(counted, file, is_dark=is_dark, is_narrow=is_narrow)
    except (OSError, ValueError) as error:
        raise cannot_be_written(file, error) from None
    remark(f"drawn in {file}")
