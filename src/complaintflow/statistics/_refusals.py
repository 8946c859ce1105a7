"""Keeping what was refused: a line of JSON for each, without a word of anybody."""

from __future__ import annotations

import json
import os
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from complaintflow._case import Case
from complaintflow.acts import Act
from complaintflow.adapters.system import SystemClock
from complaintflow.errors import LogError, Refused
from complaintflow.ports import Clock
from complaintflow.statistics._model import Reason, Refusal


class RefusalLog:
    """
    Keeps refusals in a file, a line for each: `Desk(..., on_refused=RefusalLog("refusals.jsonl"))`.

    Of a refusal it keeps when, under which method, in which state, which act, and the codes of
    what was not met: no word, no name, and not which case. Several threads and processes may
    write to one file, as each line is appended at once.

    Args:
        path: the file; it is made with the first refusal.

        clock: tells the time. None: the system's.
    """

    def __init__(self, path: str | os.PathLike[str], *, clock: Clock | None = None) -> None:
        self._path = Path(path)
        self._clock: Clock = SystemClock() if clock is None else clock

    def __call__(self, case: Case, act: Act, refused: Refused) -> None:
        """
        Keep a refusal, as a desk tells it.

        Raises:
            OSError: the file cannot be written. A desk logs that, and goes on.
        """
        self.keep(case.method, refused)

    def keep(self, method: str, refused: Refused) -> None:
        """
        Keep a refusal under a method of this name; for who asks `decide`, and no desk.

        Raises:
            OSError: the file cannot be written.
        """
        line = {
            "at": self._clock.now().isoformat(),
            "method": method,
            "state": refused.state,
            "act": refused.trigger,
            "codes": [unmet.code for unmet in refused.unmet],
        }
        told = f"{json.dumps(line)}\n".encode()
        # One call of `write`: what another process appends comes before or after, never between.
        file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(file, told)
        finally:
            os.close(file)


def read_refusals(path: str | os.PathLike[str]) -> Iterator[Refusal]:
    """
    Yield the refusals that a `RefusalLog` has kept, oldest first.

    Raises:
        LogError: there is no such file, or a line of it is no refusal.
    """
    name = os.fspath(path)
    try:
        with Path(path).open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _refusal(line, name, number)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise LogError(
            name, (f"it cannot be read: {reason}; name a file that a RefusalLog has written",)
        ) from None


def _refusal(line: str, name: str, number: int) -> Refusal:
    try:
        data = json.loads(line)
        at = datetime.fromisoformat(data["at"])
        texts = (data["method"], data["state"], data["act"], *data["codes"])
    except (ValueError, KeyError, TypeError):
        texts = (None,)
    if not all(isinstance(text, str) for text in texts):
        told = (
            f"line {number} is no refusal that a RefusalLog has written: {line.strip():.60}; "
            "take it out, or name another file"
        )
        raise LogError(name, (told,))
    method, state, act, *codes = texts
    return Refusal(at, method, state, act, tuple(codes))


def count_refusals(refusals: Iterable[Refusal]) -> tuple[Reason, ...]:
    """
    Return why acts were refused, the most frequent reason first.

    A refusal with several reasons is counted for each of them, and once where one is told twice.
    """
    acts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for refusal in refusals:
        for code in set(refusal.codes):
            acts[code][refusal.act] += 1
    reasons = [
        Reason(code, counted.total(), tuple(sorted(counted.items(), key=lambda i: (-i[1], i[0]))))
        for code, counted in acts.items()
    ]
    return tuple(sorted(reasons, key=lambda reason: (-reason.refusals, reason.code)))
