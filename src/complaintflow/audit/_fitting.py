"""What is given to an audit, looked at whole before anything is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from complaintflow._engine._machine import no_method
from complaintflow._evidence._checks import kind_of
from complaintflow._invariants import Invariant
from complaintflow._method import Method
from complaintflow.audit._reading import shape_problems
from complaintflow.audit._values import Activity, Deed, Mapping, Shape
from complaintflow.errors import EvidenceError


def must_fit(
    *, log: object, mapping: object, against: object, rules: Iterable[object], progress: object
) -> None:
    """
    Raise every problem of what an audit was given.

    Args:
        log: a path, or lines.

        mapping: a mapping.

        against: as it was given: a method, an invariant, or several; or None.

        rules: what it comes to, one by one.

        progress: something to call, or None.

    Raises:
        EvidenceError: one of them is something else.
    """
    problems = [*_of_log(log), *_of_mapping(mapping)]
    if isinstance(against, str):
        problems.append(f"against: {_no_rules(against)}; methods.get({against!r:.60}) finds one")
    else:
        problems += (f"against: {_no_rules(e)}" for e in rules if not isinstance(e, Invariant))
    if not (progress is None or callable(progress)):
        problems.append(f"progress: it must be something to call, not {kind_of(progress)}")
    if problems:
        raise EvidenceError("audit", tuple(problems))


def must_be_drafted(*, log: object, shape: object, method: object) -> None:
    """
    Raise every problem of what a draft was asked of.

    Raises:
        EvidenceError: one of them is something else.
    """
    problems = [*_of_log(log), *_of_shape(shape)]
    if not (method is None or isinstance(method, Method)):
        problems.append(no_method(method))
    if problems:
        raise EvidenceError("draft", tuple(problems))


def _no_rules(value: object) -> str:
    return f"it must be a method, an invariant, or several invariants, not {kind_of(value)}"


def _of_log(log: object) -> Iterator[str]:
    if not isinstance(log, str | Path | Iterable):
        yield f"log: it must be the path of a file, or lines, not {kind_of(log)}"


def _of_shape(shape: object) -> Iterator[str]:
    if isinstance(shape, Shape):
        yield from shape_problems(shape)
    else:
        yield f"shape: it must be a Shape, not {kind_of(shape)}"


def _of_mapping(mapping: object) -> Iterator[str]:
    if not isinstance(mapping, Mapping):
        yield (
            f"mapping: it must be a Mapping, as read_mapping and mapping_of make one, "
            f"not {kind_of(mapping)}"
        )
        return
    yield from _of_shape(mapping.shape)
    for rule in mapping.rules:
        if not isinstance(rule, Invariant):
            yield f"rules: each must be an invariant, not {kind_of(rule)}"
    for activity in mapping.activities:
        if isinstance(activity, Activity):
            yield from _of_activity(activity)
        else:
            yield f"activities: each must be an Activity, not {kind_of(activity)}"


def _of_activity(activity: Activity) -> Iterator[str]:
    if not isinstance(activity.name, str):
        yield f"activities: a name must be a text, not {kind_of(activity.name)}"
        return
    where = f"activities.'{activity.name:.60}'"
    for deed in activity.deeds:
        if not isinstance(deed, Deed):
            yield f"{where}: each deed must be a Deed, not {kind_of(deed)}"
        elif not (isinstance(deed.trigger, str) and isinstance(deed.outcome, str | None)):
            yield f"{where}: the act of a deed and its outcome must be texts, not {deed!r:.80}"
    for fact in activity.establishes | activity.clears:
        if not isinstance(fact, str):
            yield f"{where}: a fact must be a text, not {kind_of(fact)}"
