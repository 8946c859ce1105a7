"""The command `walk`: a complaint, handled at the terminal step by step."""

from __future__ import annotations

import shlex
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer

from complaintflow import Case, ComplaintflowError, Method
from complaintflow._evidence._values import currency_problems
from complaintflow.cli._listening import Gone, Keyboard, Script, is_a_terminal
from complaintflow.cli._methods import method_of, names
from complaintflow.cli._opening import WHERE, opened
from complaintflow.cli._page import FAINT, Page, complain, flat
from complaintflow.cli._reading import STANDARD_INPUT, Unusable, cannot_be_written
from complaintflow.cli._rehearsing import Staff, WalkClock
from complaintflow.cli._talking import Back, Dropped, Talk
from complaintflow.cli._timeline import moment_given
from complaintflow.cli._walking import UnderAnother, Walk, words
from complaintflow.cli._zone import IN_ZONE, times_in
from complaintflow.ports import Clock, Query
from complaintflow.statistics import RefusalLog

UNUSABLE = 2


def walk(
    name: Annotated[
        str, typer.Argument(metavar="METHOD", help="A method, a document of one, or MODULE:NAME.")
    ],
    *,
    store: Annotated[
        str | None, typer.Option(metavar="STORE", help=f"{WHERE} Default: a temporary file.")
    ] = None,
    case: Annotated[
        str | None,
        typer.Option(
            metavar="ID", help="The case to go on with, or to open. Default: it is asked."
        ),
    ] = None,
    by: Annotated[str, typer.Option(metavar="NAME", help="Who records.")] = "agent",
    limit: Annotated[
        list[str] | None,
        typer.Option(
            metavar="AMOUNT", help="The most they may offer alone, such as '50 EUR'. Default: none."
        ),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="A rehearsal: the time it is. Default: the real one."),
    ] = None,
    zone: Annotated[str, typer.Option(metavar="ZONE", help=IN_ZONE)] = "UTC",
    refusals: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Keep what is refused, for stats. Default: nothing is."),
    ] = None,
    script: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Answers, one a line; - reads standard input."),
    ] = None,
) -> None:
    """
    Handle a complaint at the terminal, step by step.

    Tells where the case stands, what may be done next and why not the rest, asks for the evidence
    of an act and warns of words at once. Leave at any time, and resume with --store and --case.
    """
    try:
        method = method_of(name)
        staff = Staff(by, _limits(limit or ()))
        staff.actor(by)
        if script is None and not is_a_terminal():
            script = STANDARD_INPUT
        with times_in(zone), _place(store) as where, opened(where, may_be_new=True) as kept:
            clock = WalkClock(None if at is None else moment_given("--at", at))
            answers = Keyboard(words(method)) if script is None else Script.read(script)
            log = None if refusals is None else _log(refusals, clock)
            walked = Walk(method, kept, Talk(answers), clock, staff, log)
            options = ["--store", where]
            options += [part for each in limit or () for part in ("--limit", each)]
            options += [] if refusals is None else ["--refusals", str(refusals)]
            options += [] if zone == "UTC" else ["--zone", zone]
            is_here = True
            try:
                walked.begin(case)
                walked.go()
            except (Back, Dropped, Gone, KeyboardInterrupt):
                pass
            except UnderAnother as other:
                is_here = False
                raise _elsewhere(other.case, method, options) from None
            finally:
                if is_here:
                    now = f"{clock.now():%Y-%m-%dT%H:%MZ}"
                    _leave(walked, name, [*options, *(("--at", now) if clock.rehearses else ())])
    except ComplaintflowError as error:
        complain(str(error))
        raise typer.Exit(UNUSABLE) from None


@contextmanager
def _place(store: str | None) -> Iterator[str]:
    """Give where cases are kept: the store that is named, or a file that stays if one is opened."""
    if store is not None:
        yield store
        return
    folder = Path(tempfile.mkdtemp(prefix="complaintflow-"))
    file = folder / "walk.sqlite3"
    try:
        yield str(file)
    finally:
        if not _has_a_case(file):
            shutil.rmtree(folder, ignore_errors=True)


def _has_a_case(file: Path) -> bool:
    if not file.exists():
        return False
    with opened(str(file)) as kept:
        return bool(kept.find(Query(limit=1)))


def _log(file: Path, clock: Clock) -> RefusalLog:
    """Return a log in a file, which is there from now on: nothing refused is an answer, too."""
    try:
        file.open("a").close()
    except (OSError, ValueError) as error:
        raise cannot_be_written(file, error) from None
    return RefusalLog(file, clock=clock)


def _limits(limits: Iterable[str]) -> dict[str, Decimal] | None:
    read = {}
    for limit in limits:
        amount, _, named = limit.strip().partition(" ")
        currency = named.strip()
        try:
            most = Decimal(amount)
        except InvalidOperation:
            most = Decimal(-1)
        if not most.is_finite() or most < 0:
            raise Unusable(f"--limit '{limit}' is no amount; write one such as '50 EUR'")
        if any(currency_problems(currency)):
            told = f"'{currency}' is no currency" if currency else "it names no currency"
            raise Unusable(f"--limit '{limit}': {told}; write one such as '50 EUR'")
        read[currency] = most
    return read or None


def _elsewhere(case: Case, method: Method, options: list[str]) -> Unusable:
    """Return why a case is not walked, and what walks it."""
    told = f"case {flat(case.id)} is under"
    if case.method == method.name:
        why = f"{told} {case.pin}, and this is {method.pin}"
        return Unusable(f"{why}; walk the version it is under, or move it to this one")
    walks = _again(case.method if case.method in names() else "FILE", options, case)
    where = "" if case.method in names() else ", where FILE is the document of that method"
    return Unusable(f"{told} {case.method}; go on with: {walks}{where}")


def _again(name: str, options: list[str], case: Case) -> str:
    return shlex.join(["complaintflow", "walk", name, *options, "--case", case.id])


def _leave(walked: Walk, name: str, options: list[str]) -> None:
    """Tell what is kept, and how to go on with it."""
    page = Page()
    page.blank()
    try:
        case = walked.case
    except ComplaintflowError:
        page.put(("left; no case was opened", FAINT))
    else:
        entries = "1 entry" if case.version == 1 else f"{case.version} entries"
        page.put(f"left: case {flat(case.id)} is {case.state}, with {entries}, all of them kept")
        again = f"{_again(name, options, case)} {shlex.join(['--by', walked.by])}"
        page.put(("to go on: ", FAINT), again)
    page.write()
