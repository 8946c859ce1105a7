"""The command `stats`: where the cases of a team stand, and how long that takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from complaintflow import ComplaintflowError, Entry, Method
from complaintflow.audit import read_mapping
from complaintflow.cli._methods import every_method, method_of
from complaintflow.cli._opening import WHERE, opened
from complaintflow.cli._page import BEWARE, FAINT, NO, YES, Page, Row, complain, write_data
from complaintflow.cli._plotting import draw
from complaintflow.cli._reading import Unusable, play, read_script
from complaintflow.cli._timeline import UNUSABLE, moment_given
from complaintflow.cli._zone import IN_ZONE, times_in
from complaintflow.statistics import (
    Statistics,
    measure,
    measure_log,
    measure_store,
    read_refusals,
)

OF_METHOD = "Only cases under this method, by its name; with stories the method they are told by."


def stats(
    stories: Annotated[
        list[str] | None,
        typer.Argument(metavar="STORY", help="Stories instead of a store; or one log, by MAPPING."),
    ] = None,
    *,
    store: Annotated[str | None, typer.Option(metavar="STORE", help=WHERE)] = None,
    method: Annotated[str | None, typer.Option(metavar="METHOD", help=OF_METHOD)] = None,
    mapping: Annotated[
        Path | None, typer.Option(metavar="MAPPING", help="What a log stands for, as for audit.")
    ] = None,
    refusals: Annotated[
        Path | None, typer.Option(metavar="FILE", help="What a RefusalLog has kept.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON, for programs.")] = False,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also draw it: FILE.png, .svg or .pdf.")
    ] = None,
    dark: Annotated[bool, typer.Option("--dark", help="Draw it light on dark.")] = False,
    narrow: Annotated[bool, typer.Option("--narrow", help="Draw it for a phone.")] = False,
    at: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="The moment to count for. Default: now; a log's end."),
    ] = None,
    zone: Annotated[str, typer.Option(metavar="ZONE", help=IN_ZONE)] = "UTC",
) -> None:
    """
    Count the cases of a store, or of a log: where they stand and stop, and what began anew.

    No word or name of any case is told.
    """
    try:
        with times_in(zone):
            moment = datetime.now(UTC) if at is None else moment_given("--at", at)
        kept = None if refusals is None else tuple(read_refusals(refusals))
        if mapping is not None:
            log, by = _log_of(stories or (), store, method)
            ends = None if at is None else moment
            told = read_mapping(mapping)
            counted = measure_log(log, told, by, at=ends, refusals=kept, zone=zone)
        elif store is not None and not stories:
            with opened(store) as cases:
                counted = measure_store(cases, at=moment, method=method, refusals=kept, zone=zone)
        elif stories and store is None and method is not None:
            _must_be_stories(stories)
            counted = measure(_histories(stories, method), at=moment, refusals=kept, zone=zone)
        else:
            raise Unusable(_unsaid(stories or (), store))
        if plot is not None:
            draw(counted, plot, is_dark=dark, is_narrow=narrow)
    except ComplaintflowError as error:
        complain(str(error))
        raise typer.Exit(UNUSABLE) from None
    if as_json:
        write_data(counted.data(), indent=2)
        return
    page = Page()
    put_statistics(page, counted)
    page.write()


def _log_of(logs: Sequence[str], store: str | None, method: str | None) -> tuple[str, Method]:
    """Return the one log that a mapping is of, and the method that it is replayed by."""
    if len(logs) != 1 or store is not None or method is None:
        message = "a mapping is of one log, by a method: stats LOG --mapping FILE --method METHOD"
        raise Unusable(message)
    return logs[0], method_of(method)


def _must_be_stories(files: Iterable[str]) -> None:
    """Tell what goes by the name of a log, before every line of it is told to be no story."""
    for file in files:
        if file.removesuffix(".gz").endswith((".csv", ".xes")):
            message = (
                f"{file} looks like a log: say what its activities stand for with --mapping FILE; "
                f"complaintflow audit {file} --draft writes one"
            )
            raise Unusable(message)


def _unsaid(stories: Iterable[str], store: str | None) -> str:
    """Return what has to be said before anything can be counted."""
    if store is not None:
        return "count a store or stories, not both: leave out --store, or the files"
    if stories:
        return "say by which method they are told: --method METHOD"
    return "say what to count: --store STORE; or stories, and by which --method METHOD"


def _histories(stories: Iterable[str], name: str) -> Iterator[list[Entry]]:
    """Yield what came of each story; what is refused is no part of a history."""
    method = method_of(name)
    for story in stories:
        told = play(read_script(story, method, moves_to=every_method()), method)
        yield [each.entry for each in told if each.entry is not None]


# -- the page -------------------------------------------------------------------------------------


def put_statistics(page: Page, counted: Statistics) -> None:
    """Put on a page what was counted."""
    at = f"{counted.at:%Y-%m-%d %H:%M} {counted.at.tzinfo}"
    told = f"{counted.open:,} open, {counted.closed:,} closed, {at}"
    cases = "1 case" if counted.cases == 1 else f"{counted.cases:,} cases"
    page.title(cases, told)
    if counted.untold:
        page.put((_left_out(counted.untold), FAINT))
    page.heading("Where they stand, and for how long")
    page.rows(list(_standings(counted)) or [("there are none",)], indent=2)
    page.heading("How long a state takes")
    page.rows(list(_times(counted)) or [("no case has left a state yet",)], indent=2)
    page.heading("What was promised")
    page.rows(_promises(counted), indent=2)
    page.heading("What began anew")
    page.put(_reopened(counted), indent=2)
    if counted.refusals is not None:
        page.heading("Why acts were refused")
        page.rows(list(_refusals(counted)) or [("nothing was refused",)], indent=2)


def _left_out(untold: int) -> str:
    if untold == 1:
        return "1 case more is left out: the log leaves it in doubt"
    return f"{untold:,} cases more are left out: the log leaves them in doubt"


def _heads(*names: str) -> list[Text]:
    return [Text(name, style=FAINT) for name in names]


def _standings(counted: Statistics) -> Iterator[Row]:
    if counted.standings:
        yield _heads("method", "state", "cases", "median", "longest")
    for each in counted.standings:
        style = FAINT if each.is_final else ""
        lasts = ("", "") if each.is_final else (lasting(each.median), lasting(each.longest))
        yield [Text(t, style) for t in (each.method, each.state, f"{each.cases:,}", *lasts)]


def _times(counted: Statistics) -> Iterator[Row]:
    if counted.times:
        yield _heads("method", "state", "stays", "median", "90 in 100", "longest")
    for each in counted.times:
        lasts = (lasting(each.median), lasting(each.p90), lasting(each.longest))
        yield [each.method, each.state, f"{each.stays:,}", *lasts]


def _promises(counted: Statistics) -> Iterator[Row]:
    promises = counted.promises
    if promises is None:
        yield [Text("a log does not say", style=FAINT)]
        return
    yield _heads("made", "kept", "late", "broken", "overdue", "released", "open", "in time")
    on_time = "-" if promises.on_time is None else f"{promises.on_time:.0%}"
    counts = (
        (promises.made, ""),
        (promises.kept, YES),
        (promises.kept_late, BEWARE),
        (promises.broken, NO),
        (promises.overdue, NO),
        (promises.released, ""),
        (promises.open, ""),
    )
    yield [*(Text(f"{n:,}", style if n else FAINT) for n, style in counts), on_time]


def _reopened(counted: Statistics) -> str:
    if counted.reopen_rate is None:
        return "no case has ended yet"
    rate = f"{counted.reopen_rate:.0%}"
    cases = "case" if counted.ended == 1 else "cases"
    return f"{counted.reopened:,} of {counted.ended:,} {cases} that ended at least once, {rate}"


def _refusals(counted: Statistics) -> Iterator[Row]:
    if counted.refusals:
        yield _heads("refusals", "requirement", "acts")
    for reason in counted.refusals or ():
        acts = ", ".join(f"{act} ({count:,})" for act, count in reason.acts)
        yield [f"{reason.refusals:,}", reason.code, acts]


def lasting(length: timedelta) -> str:
    """Return a length of time in its largest unit, of which there are two or more."""
    seconds = length.total_seconds()
    for unit, size in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} seconds"
