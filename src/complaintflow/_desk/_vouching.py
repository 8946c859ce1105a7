"""Who the lines of a story are by: as the authority knows them, whatever the story says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from attrs import evolve

from complaintflow._actors import Actor
from complaintflow._desk._wiring import Wiring
from complaintflow._evidence import ERASED
from complaintflow.acts.bounds import Erase
from complaintflow.errors import ComplaintflowError, StoryError

if TYPE_CHECKING:
    from complaintflow._story._lines import Line

STRANGERS = {"customer", "system"}
"""The kinds that no authority is asked about: they record nothing that an agent does."""


async def vouched_for(desk: Wiring, lines: Sequence[Line]) -> tuple[Line, ...]:
    """
    Return the lines of a story, each by whom the authority knows.

    What a line says of limits and permissions takes some away, and gives none.

    Raises:
        StoryError: the authority does not know somebody, or somebody may not do what they did;
            every line of theirs is told.
    """
    known: dict[str, Actor | ComplaintflowError] = {}
    for name in dict.fromkeys(line.by.id for line in lines if _is_asked_about(line)):
        try:
            known[name] = await desk.actor(name)
        except ComplaintflowError as error:
            known[name] = error
    told = [_by_whom(line, known.get(line.by.id)) for line in lines]
    problems = tuple(problem for each in told for problem in _problems(each))
    if problems:
        raise StoryError("the story", problems)
    return tuple(line for line, _ in told)


def _is_asked_about(line: Line) -> bool:
    # Whose name was erased has spoken as the customer, and can have asked for the erasure.
    nameless = line.by.id == ERASED and (
        line.act.spec.speaker == "customer" or isinstance(line.act, Erase)
    )
    return line.by.kind not in STRANGERS and not nameless


def _by_whom(
    line: Line, known: Actor | ComplaintflowError | None
) -> tuple[Line, ComplaintflowError | None]:
    if known is None or not _is_asked_about(line):
        return line, None
    if isinstance(known, ComplaintflowError):
        return line, known
    return evolve(line, by=_narrowed(known, line.by)), None


def _problems(told: tuple[Line, ComplaintflowError | None]) -> Iterator[str]:
    line, unknown = told
    by, trigger = line.by, line.act.trigger
    if unknown is not None:
        yield f"line {line.number}: {unknown}"
    elif by.may is not None and trigger not in by.may:
        yield f"line {line.number}: {by.id} may not {trigger}; ask somebody who may"


def _narrowed(known: Actor, said: Actor) -> Actor:
    """Return somebody as the authority knows them, with no more than the line says."""
    limits, may = known.limits, known.may
    if limits is None or said.limits is None:
        limits = said.limits if limits is None else limits
    else:
        limits = {
            each: min(limits[each], said.limits[each]) for each in limits.keys() & said.limits
        }
    if may is None or said.may is None:
        may = said.may if may is None else may
    else:
        may &= said.may
    # A bot is not taken for a human because the authority knows only names.
    return evolve(known, limits=limits, may=may, kind="bot" if said.kind == "bot" else known.kind)
