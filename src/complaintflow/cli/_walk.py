"""The command `walk`: a complaint, handled at the terminal step by step."""

from __future__ import annotations

import shlex
import tempfile
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer

from complaintflow import ComplaintflowError
from complaintflow.cli._listening import Gone, Keyboard, Script, is_a_terminal
from complaintflow.cli._methods import method_of
from complaintflow.cli._opening import WHERE, opened
from complaintflow.cli._page import FAINT, Page, complain, flat
from complaintflow.cli._reading import STANDARD_INPUT, Unusable
from complaintflow.cli._rehearsing import Staff, WalkClock
from complaintflow.cli._talking import Back, Dropped, Talk
from complaintflow.cli._timeline import moment_given
from complaintflow.cli._walking import Walk, words
from complaintflow.cli._zone import IN_ZONE, times_in
from complaintflow.ports import Clock
from complaintflow.statistics import RefusalLog

UNUSABLE = 2


def walk(
    name: Annotated[str, typer.Argument(metavar="METHOD", help="A method, or a document of one.")],
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
    by: Annotated[str, typer.Option(metavar="NAME", help="Who records. Default: agent.")] = "agent",
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
        where = store or str(Path(tempfile.mkdtemp(prefix="complaintflow-")) / "walk.sqlite3")
        if script is None and not is_a_terminal():
            script = STANDARD_INPUT
        with times_in(zone), opened(where, may_be_new=True) as kept:
            clock = WalkClock(None if at is None else moment_given("--at", at))
            answers = Keyboard(words(method)) if script is None else Script.read(script)
            log = None if refusals is None else _log(refusals, clock)
            walked = Walk(method, kept, Talk(answers), clock, staff, log)
            try:
                walked.begin(case)
                walked.go()
            except (Back, Dropped, Gone, KeyboardInterrupt):
                pass
            finally:
                again = ["complaintflow", "walk", name, "--store", where]
                again += [part for each in limit or () for part in ("--limit", each)]
                again += [] if refusals is None else ["--refusals", str(refusals)]
                again += [] if zone == "UTC" else ["--zone", zone]
                again += ["--at", f"{clock.now():%Y-%m-%dT%H:%MZ}"] if clock.rehearses else []
                _leave(walked, again)
    except ComplaintflowError as error:
        complain(str(error))
        raise typer.Exit(UNUSABLE) from None


def _log(file: Path, clock: Clock) -> RefusalLog:
    """Return a log in a file, which is there from now on: nothing refused is an answer, too."""
    try:
        file.open("a").close()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise Unusable(f"'{file}' cannot be written: {why}; name another file") from None
    return RefusalLog(file, clock=clock)


def _limits(limits: Iterable[str]) -> dict[str, Decimal] | None:
    read = {}
    for limit in limits:
        amount, _, currency = limit.strip().partition(" ")
        try:
            read[currency.strip()] = Decimal(amount)
        except InvalidOperation:
            raise Unusable(f"--limit '{limit}' is no amount; write one such as '50 EUR'") from None
    return read or None


def _leave(walked: Walk, again: list[str]) -> None:
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
        page.put(("to go on: ", FAINT), shlex.join([*again, "--case", case.id, "--by", walked.by]))
    page.write()
