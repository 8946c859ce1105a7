"""The command `timeline`: a case as a picture."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from complaintflow import Case, ComplaintflowError, Desk, Method, UnknownCase, UnknownMethod
from complaintflow._spelling import nearest
from complaintflow.cli._answers import NotUnderstood, moment_of
from complaintflow.cli._methods import every_method, method_of, no_calendars
from complaintflow.cli._opening import WHERE, given, opened
from complaintflow.cli._page import complain, remark, write
from complaintflow.cli._reading import Unusable, cannot_be_written
from complaintflow.cli._zone import IN_ZONE, times_in
from complaintflow.ports import Store
from complaintflow.rendering import timeline as drawn

UNUSABLE = 2

MANY, SHOWN = 1_000, 5
"""Among how many cases a mistyped one is looked for, and how many are named."""

GIVE_IT = (
    "give it with --method MODULE:NAME, where your program has it with the settings that it had; "
    "or its document, --method FILE.toml, as documents.dumps(method) writes it"
)
SHOW_IT = "show the method that it is under"

WITHOUT = "Leave out the customer's name and all words; who acted stays."

OF_METHOD = "A method that cases are under, beside those that are shipped: FILE or MODULE:NAME."


def timeline(
    case: Annotated[str, typer.Argument(metavar="CASE", help="The id of the case.")],
    *,
    store: Annotated[str | None, typer.Option(metavar="STORE", help=WHERE)] = None,
    html: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write a page of HTML. Default: text, to the terminal."),
    ] = None,
    without_personal_data: Annotated[
        bool, typer.Option("--without-personal-data", help=WITHOUT)
    ] = False,
    method: Annotated[list[str] | None, typer.Option(metavar="METHOD", help=OF_METHOD)] = None,
    at: Annotated[
        str | None, typer.Option(metavar="TIME", help="The moment it is drawn for. Default: now.")
    ] = None,
    zone: Annotated[str, typer.Option(metavar="ZONE", help=IN_ZONE)] = "UTC",
) -> None:
    """
    Draw a case: what happened when and by whom, what was promised, and what may be done next.

    The page is one file that needs no network; it is for reading, printing and handing over.
    """
    try:
        store = given(store)
        with times_in(zone), opened(store) as kept:
            desk = desk_over(kept, method)
            now = datetime.now(UTC) if at is None else moment_given("--at", at)
            found = _found(desk, case, store, how_to_know_it=GIVE_IT)
            picture = drawn(
                found,
                desk.history(case),
                method=desk.method_of(case),
                at=max(now, found.updated_at) if at is None else now,
                personal_data=not without_personal_data,
                zone=zone,
            )
        if html is not None:
            keep(html, picture.as_html().encode())
            return
    except ComplaintflowError as error:
        complain(str(error))
        raise typer.Exit(UNUSABLE) from None
    write(picture.as_text())


def _found(desk: Desk, case_id: str, store: str, *, how_to_know_it: str) -> Case:
    """
    Return a case.

    Raises:
        Unusable: there is none of this id; says which there are. Or it is under a method that is
            neither shipped nor given; says how to give it.
    """
    try:
        found = desk.get(case_id)
        desk.method_of(case_id)
    except UnknownMethod as error:
        told = f"case '{case_id}' is under {error.name}, which is no method that is known here"
        raise Unusable(f"{told}; {how_to_know_it}") from None
    except UnknownCase:
        some = [case.id for case in desk.cases(limit=MANY)]
    else:
        return found
    near = nearest(case_id, some)
    shown = ", ".join(some[:SHOWN]) or "none yet"
    more = ", ..." if len(some) > SHOWN else ""
    known = f" (did you mean '{near}'?)" if near else f"; there is: {shown}{more}"
    raise Unusable(f"there is no case '{case_id}' in '{store}'{known}")


def case_of(method: Method, case_id: str | None, store: str | None) -> Case | None:
    """
    Return the case of a store that is to be marked in a method. None: none is.

    Raises:
        Unusable: there is no such case, or it is under another method.
    """
    if case_id is None and store is None:
        return None
    if case_id is None or store is None:
        raise Unusable("a case is marked by --case ID and --store STORE; give both")
    with opened(store) as kept:
        desk = _reading(method, *every_method(), store=kept)
        found = _found(desk, case_id, store, how_to_know_it=SHOW_IT)
    if found.pin != method.pin:
        told = f"case '{case_id}' is under {found.pin}, and not {method.pin}"
        raise Unusable(f"{told}; {SHOW_IT}")
    return found


def desk_over(store: Store, documents: list[str] | None) -> Desk:
    """
    Return a desk over a store, with every method that is shipped, and those of documents.

    Raises:
        UnknownMethod, DocumentError: one of them is none.
    """
    return _reading(*map(method_of, documents or ()), *every_method(), store=store)


def _reading(*methods: Method, store: Store) -> Desk:
    return Desk(*methods, store=store, calendar=no_calendars(*methods))


def moment_given(option: str, at: str) -> datetime:
    """
    Return the moment that an option gives.

    Raises:
        Unusable: it is none.
    """
    try:
        return moment_of(at, datetime.now(UTC))
    except NotUnderstood as error:
        raise Unusable(f"{option}: {error}") from None


def keep(file: Path, content: bytes) -> None:
    """
    Write a file, and say where it is.

    Raises:
        Unusable: it cannot be written.
    """
    try:
        file.write_bytes(content)
    except (OSError, ValueError) as error:
        raise cannot_be_written(file, error) from None
    remark(f"written to {file}")
