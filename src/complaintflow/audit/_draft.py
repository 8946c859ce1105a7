"""A draft of a mapping: what a log has, for somebody to say what it stands for."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from complaintflow._method import Method
from complaintflow.audit._fitting import must_be_drafted
from complaintflow.audit._fold import lines_in
from complaintflow.audit._logs import Line, log_of
from complaintflow.audit._values import Shape
from complaintflow.errors import LogError

MOST = 500
"""How many activities a draft lists."""


def draft_mapping(
    log: str | Path | Iterable[Line], shape: Shape | None = None, *, method: Method | None = None
) -> str:
    """
    Return a mapping as TOML text: every activity of a log, the most frequent first.

    Each stands for nothing yet. Where the name of an activity has the words of an act in it, a
    remark says so; what it stands for is for somebody to say who knows.

    Args:
        log: as for :func:`audit`.

        shape: where the log has what. None: the columns are guessed from their usual names.

        method: the method whose acts are meant. None: the whole vocabulary.

    Raises:
        EvidenceError: something given is of another type; every problem is listed.

        LogError: the log cannot be read.
    """
    asked = Shape() if shape is None else shape
    must_be_drafted(log=log, shape=asked, method=method)
    counts: Counter[str] = Counter()
    with log_of(log, asked) as source:
        name = source.name
        with source.open() as blocks:
            for _, activity, _, _ in lines_in(blocks):
                counts[activity.strip()] += 1
    counts.pop("", None)
    if not counts:
        raise LogError(
            f"log '{name}'", ("none of its lines can be read; say what is where: [log]",)
        )
    return "\n".join(_told(counts, asked, _acts(method))) + "\n"


def _acts(method: Method | None) -> tuple[str, ...]:
    if method is not None:
        return ("open", *method.triggers)
    from complaintflow.audit._audit import vocabulary

    return tuple(vocabulary())


def _told(counts: Counter[str], shape: Shape, acts: tuple[str, ...]) -> Iterator[str]:
    yield "# What the activities of the log stand for: an act, act/outcome, a list of these,"
    yield "# or a table: act, outcome, acts, establishes, clears, opens, closes, reopens."
    yield "# [] stands for nothing: the activity is known, and no rule speaks of it."
    yield ""
    yield "[log]"
    for name in ("case", "activity", "time", "format", "zone", "delimiter", "encoding"):
        value, usual = getattr(shape, name), getattr(Shape(), name)
        if value is not None and value != usual:
            yield f"{name} = {_toml(value)}"
    yield ""
    yield "[activities]"
    for activity, count in counts.most_common(MOST):
        near = _near(activity, acts)
        remark = f"; {near}?" if near else ""
        told = "time" if count == 1 else "times"
        yield f"{_toml(activity)} = []  # {count:,} {told}{remark}"
    if len(counts) > MOST:
        yield f"# and {len(counts) - MOST:,} that are rarer"


def _toml(value: str | int) -> str:
    if isinstance(value, int):
        return str(value)
    # JSON writes a text as TOML reads it, but for DEL and for what is half a character.
    clean = re.sub("[\x7f\ud800-\udfff]", "\ufffd", value)
    return json.dumps(clean, ensure_ascii=False)


def _near(activity: str, acts: Iterable[str]) -> str:
    """Return the act whose words are all in the name of an activity. Empty: there is none."""
    words = {_stem(word) for word in re.findall(r"[a-z]+", activity.casefold())}
    found = [act for act in acts if {_stem(word) for word in act.split("_")} <= words]
    return max(found, key=len, default="")


def _stem(word: str) -> str:
    return re.sub(r"(?:ied|ed|ing|s|e)$", "", word) if len(word) > 4 else word.removesuffix("s")  # noqa: PLR2004
