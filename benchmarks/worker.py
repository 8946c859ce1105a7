"""
One measurement in a process of its own: `python -m benchmarks.worker NAME SECONDS`.

Prints figures as JSON. CPU time, garbage collection on.
"""

from __future__ import annotations

import gc
import json
import statistics
import sys
from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from time import process_time_ns

from benchmarks.stories import ACTS, Story, stories

STORIES = 60
"""How many different complaints a batch handles."""

BATCHES = 5
"""How many batches a process measures; it reports their median."""

CONTENDERS: Mapping[str, tuple[str, str, dict[str, bool]]] = {
    "by_hand": ("others", "by_hand", {}),
    "transitions_shared": ("others", "transitions_shared", {}),
    "transitions_each": ("others", "transitions_each", {}),
    "statemachine": ("others", "statemachine", {}),
    "decide": ("ours", "deciding", {"language": False}),
    "decide_apply": ("ours", "living", {"language": False}),
    "decide_language": ("ours", "deciding", {"language": True}),
    "decide_apply_language": ("ours", "living", {"language": True}),
    "evidence": ("ours", "evidence", {}),
}
"""Module, function and settings of whatever lives the lives."""


def lives_of(name: str, told: list[Story]) -> Callable[[], None]:
    """Return the lives of a contender; a process loads no library but this one's."""
    module, function, settings = CONTENDERS[name]
    make = getattr(import_module(f"benchmarks.{module}"), function)
    return partial(make, **settings)(told)  # type: ignore[no-any-return]


def microseconds_per_act(name: str, seconds: float) -> float:
    """
    Return the CPU time of a whole life, divided by the nine acts after the opening.

    The opening is in it. A batch is long enough for the garbage collector to have its turns.
    """
    lives = lives_of(name, stories(STORIES))
    gc.collect()
    times = max(1, round(seconds / BATCHES / _took(lives, 1)))
    batches = [_took(lives, times) / times for _ in range(BATCHES)]
    return statistics.median(batches) * 1e6 / STORIES / len(ACTS)


def _took(lives: Callable[[], None], times: int) -> float:
    start = process_time_ns()
    for _ in range(times):
        lives()
    return (process_time_ns() - start) / 1e9


def main(name: str, seconds: float) -> object:
    """Return the figures that were asked for."""
    if name in CONTENDERS:
        return microseconds_per_act(name, seconds)
    from benchmarks import ours

    if name == "memory":
        return ours.bytes_per_case(5000)
    return getattr(ours, name)(seconds)


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], float(sys.argv[2]))))
