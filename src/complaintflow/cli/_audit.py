"""The command `audit`: old tickets against a method or rules, for people and for programs."""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from complaintflow import ComplaintflowError, Method
from complaintflow.audit import (
    AuditFinding,
    AuditReport,
    Judged,
    Mapping,
    Shape,
    Verdict,
    draft_mapping,
    read_mapping,
)
from complaintflow.audit import audit as audit_log
from complaintflow.audit._logs import Progress as Told
from complaintflow.audit._reading import read_shape
from complaintflow.cli._methods import method_of
from complaintflow.cli._page import BEWARE, FAINT, NO, YES, Page, Row, complain, write, write_data
from complaintflow.cli._plotting import draw
from complaintflow.cli._show import clauses
from complaintflow.errors import EvidenceError

WANTING, UNUSABLE = 1, 2

SHOWN = 20
"""How many findings are shown to people, if they do not ask for more."""

STYLES = {
    Verdict.KEPT: YES,
    Verdict.BROKEN: NO,
    Verdict.PENDING: "",
    Verdict.CANNOT_TELL: BEWARE,
    Verdict.NOT_APPLICABLE: FAINT,
}


def audit(
    log: Annotated[
        str, typer.Argument(metavar="LOG", help="CSV or XES, also .gz; - reads standard input.")
    ],
    *,
    mapping: Annotated[
        str | None,
        typer.Option(
            "--mapping", "-m", metavar="FILE", help="What the activities stand for: TOML."
        ),
    ] = None,
    method: Annotated[
        str | None,
        typer.Option(metavar="METHOD", help="A method. Default: only the rules of the mapping."),
    ] = None,
    act: Annotated[
        list[str] | None,
        typer.Option(metavar="ACT", help="An act of your own that a document names; stood in for."),
    ] = None,
    draft: Annotated[
        bool, typer.Option("--draft", help="Write a mapping to fill in, of what the log has.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON, for programs.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="The findings as CSV.")] = False,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Also draw it: FILE.png, .svg or .pdf.")
    ] = None,
    dark: Annotated[bool, typer.Option("--dark", help="Draw it light on dark.")] = False,
    narrow: Annotated[bool, typer.Option("--narrow", help="Draw it for a phone.")] = False,
    limit: Annotated[
        int | None,
        typer.Option(
            min=0, metavar="N", help="How many findings. Default: 20; all, as JSON or CSV."
        ),
    ] = None,
) -> None:
    """
    Audit old tickets: a helpdesk's log against a method, or against rules.

    Tells for each rule in how many cases it was kept, broken, is pending, cannot be told or does
    not apply, and where each bad case first went wrong. --act may be given several times. Exits
    with 1 where a rule is broken.
    """
    acts = tuple(act or ())
    said = {"--json": as_json, "--csv": as_csv, "--plot": plot, "--limit": limit is not None}
    if why := _at_odds([name for name, value in said.items() if value], draft=draft):
        complain(why)
        raise typer.Exit(UNUSABLE)
    try:
        if draft:
            shape = Shape() if mapping is None else read_shape(mapping)
            write(draft_mapping(log, shape, method=_method(method, acts)))
            return
        if mapping is None:
            complain("say what the activities stand for: --mapping FILE; --draft writes one")
            raise typer.Exit(UNUSABLE)
        with _progress(log) as told:
            read, against = read_mapping(mapping), _method(method, acts)
            report = audit_log(log, read, against, progress=told)
        if plot is not None:
            draw(report, plot, is_dark=dark, is_narrow=narrow)
    except ComplaintflowError as error:
        complain(str(error))
        raise typer.Exit(UNUSABLE) from None
    if as_json:
        write_data(report.data(limit), indent=2)
    elif as_csv:
        _write_csv(report, limit)
    else:
        page = Page()
        put_report(page, report, read, SHOWN if limit is None else limit)
        page.write()
    if not report.is_clean:
        raise typer.Exit(WANTING)


def _at_odds(said: list[str], *, draft: bool) -> str:
    """Return why options cannot be said together. Empty: they can."""
    if draft and said:
        *most, last = said
        told = f"{', '.join(most)} and {last}" if most else last
        return f"--draft writes a mapping; leave out {told}"
    return "say --json or --csv, not both" if {"--json", "--csv"} <= {*said} else ""


def _method(name: str | None, acts: tuple[str, ...]) -> Method | None:
    if name is not None:
        # A log answers no question beyond facts, so that those of a host need not be there.
        return method_of(name, stand_ins=True, acts=acts)
    if acts:
        raise EvidenceError("--act", ("it is for a document: name that with --method",))
    return None


@contextmanager
def _progress(log: str) -> Iterator[Told | None]:
    """Show on a terminal how much of a file has been read."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(f"reading {log}", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _write_csv(report: AuditReport, limit: int | None) -> None:
    told = StringIO()
    csv.writer(told, lineterminator="\n").writerows(report.rows(limit))
    write(told.getvalue())


# -- the page -------------------------------------------------------------------------------------


def put_report(page: Page, report: AuditReport, mapping: Mapping, limit: int) -> None:
    """Put a report on a page: the totals, the bad cases, and what to know about the figures."""
    size = f"{_count(len(report.cases), 'case')}, {_count(report.lines, 'line')}"
    page.title("Audit", f"{size}, by {mapping.name}")
    page.blank()
    page.rows(_totals(report))
    if report.findings:
        page.heading("First deviations")
        for found in report.findings[:limit]:
            _put_finding(page, found)
        if (left := len(report.findings) - limit) > 0:
            page.put((f"and {left:,} more; --limit {len(report.findings)} shows all", FAINT))
    if report.standings:
        page.heading("Where they stand")
        page.rows(_standings(report), indent=2)
    remarks = list(_remarks(report))
    if remarks:
        page.heading("Before you believe it")
        page.rows(("-", remark) for remark in remarks)


def _totals(report: AuditReport) -> Iterator[Row]:
    heads = ("n/a" if each is Verdict.NOT_APPLICABLE else str(each) for each in Verdict)
    yield [Text(name, style=FAINT) for name in (*heads, "rule")]
    for rule in report.rules:
        counts = [(rule.count(verdict), STYLES[verdict]) for verdict in Verdict]
        yield [*(Text(f"{n:,}", style=style if n else FAINT) for n, style in counts), _named(rule)]


def _standings(report: AuditReport) -> Iterator[Row]:
    yield from ((f"{count:,}", state) for state, count in report.standings.items())
    if left := len(report.cases) - sum(report.standings.values()):
        yield Text(f"{left:,}", FAINT), Text("went another way, or the log leaves it open", FAINT)


def _named(rule: Judged) -> str:
    """Return a rule by its code and sentence; by its sentence, where the code is made of it."""
    is_made = re.sub(r"\W+", "_", rule.text).strip("_").casefold() == rule.code
    return rule.text if is_made else f"{rule.code}: {rule.text}"


def _put_finding(page: Page, found: AuditFinding) -> None:
    when = "" if found.at is None else f"  {found.at:%Y-%m-%d %H:%M}"
    where = "at its end" if found.activity is None else found.activity
    told = f"{found.rule}: {found.verdict}"
    page.put(found.case, (f"{when}  {where}  ", FAINT), (told, STYLES[found.verdict]))
    for reason in found.reasons:
        page.put("- ", reason.text, "  " if reason.cites else "", clauses(reason.cites), indent=2)


def _remarks(report: AuditReport) -> Iterator[str]:
    yield from report.notes
    if report.unknown:
        some = [f"'{name}' ({count:,})" for name, count in list(report.unknown.items())[:5]]
        more = len(report.unknown) - len(some)
        told = ", ".join(some) + (f" and {more:,} more" if more else "")
        yield f"{_count(sum(report.unknown.values()), 'line')} of unknown activities: {told}"
    if report.unseen:
        yield f"the log has none of: {', '.join(report.unseen)}"
    if report.unusable:
        some = [f"line {each.line}: {each.why}" for each in report.samples]
        yield f"{_count(report.unusable, 'line')} could not be read: {'; '.join(some)}"
    if report.unsorted:
        yield f"{_count(report.unsorted, 'case')} not in the order of time; sorted before judging"
    if report.tied:
        yield f"{_count(report.tied, 'case')} with several lines of one time; every order was tried"
    if report.beheaded:
        yield f"{_count(report.beheaded, 'case')} began before the log"
    if report.unjudged:
        told = ", ".join(f"{each.trigger}: {each.code}" for each in report.unjudged)
        yield f"a log cannot answer, and is taken to meet: {told}"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
