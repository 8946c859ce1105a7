"""
A helpdesk's log that never was, with planted violations: `python -m benchmarks.old_tickets FILE`.

Cases are handled by `six_steps`, about thirteen lines each, and interleaved in the order of time.
The same seed gives the same file. It tells how many violations of each kind it planted.
"""

from __future__ import annotations

import argparse
import csv
import heapq
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from attrs import field, frozen

START = datetime(2025, 1, 1, tzinfo=UTC)

ROAD = (
    "Ticket created",
    "Call logged",
    "Problem confirmed",
    "Reply: empathy",
    "Wish recorded",
    "Refund offered",
    "Offer accepted",
    "Refund paid",
    "Lesson noted",
    "Ticket closed",
)
"""How a ticket goes that is handled well."""

CHATTER = ("Internal note", "Tag changed", "Viewed")
"""Lines that stand for nothing; the mapping knows the first two."""

MAPPING = """\
[log]
case = "ticket"
activity = "action"
time = "at"

[activities]
"Ticket created" = "open"
"Call logged" = "listen/finished"
"Problem confirmed" = "acknowledge_problem"
"Reply: empathy" = "empathize"
"Wish recorded" = "ask_expectation/answered"
"Refund offered" = "offer"
"Offer accepted" = "accept"
"Refund paid" = "keep_promise/settled"
"Lesson noted" = "learn"
"Ticket closed" = "close/resolved"
"Ticket reopened" = "reopen"
"Internal note" = []
"Tag changed" = []

[[rules]]
code = "offer_before_acknowledgement"
text = "a refund was offered before anyone acknowledged the problem"
template = "precedence"
acts = "acknowledge_problem"
others = "offer"

[[rules]]
code = "promise_not_kept"
text = "an offer was accepted, and nobody did what it promised"
template = "response"
acts = "accept"
others = "keep_promise"

[[rules]]
code = "closed_without_lesson"
text = "a ticket was closed, and no lesson was noted"
template = "precedence"
acts = "learn"
others = "close"
"""

BROKEN = ("offer_before_acknowledgement", "promise_not_kept", "closed_without_lesson")
"""The kinds that break the rule of the same name; `same_time` leaves the first open."""

SHARES = {
    "offer_before_acknowledgement": 0.035,
    "promise_not_kept": 0.015,
    "closed_without_lesson": 0.010,
    "same_time": 0.005,
    "same_time_of_no_matter": 0.005,
    "waiting": 0.010,
    "open": 0.090,
    "reopened": 0.030,
}
"""How much of the cases is of each kind; the others go well."""


@frozen
class Planted:
    """The cases of each kind, by their ids."""

    cases: dict[str, list[str]] = field(factory=lambda: {kind: [] for kind in SHARES})

    def counts(self) -> dict[str, int]:
        """Return how many cases are of each kind."""
        return {kind: len(cases) for kind, cases in self.cases.items()}


def lines(cases: int, planted: Planted, *, seed: int = 1) -> Iterator[tuple[str, datetime, str]]:
    """Yield (ticket, time, action) in the order of time, and note what is planted."""
    order = random.Random(seed)
    waiting: list[tuple[int, int, str, str]] = []
    count = 0
    begins = 0
    for number in range(cases):
        begins += order.randrange(600)
        while waiting and waiting[0][0] < begins:
            yield _line(heapq.heappop(waiting))
        ticket = f"T-{number:06}"
        for seconds, action in _ticket(order, begins, planted, ticket):
            count += 1
            heapq.heappush(waiting, (seconds, count, ticket, action))
    while waiting:
        yield _line(heapq.heappop(waiting))


def _line(entry: tuple[int, int, str, str]) -> tuple[str, datetime, str]:
    seconds, _, ticket, action = entry
    return ticket, START + timedelta(seconds=seconds), action


def _ticket(  # noqa: C901 (one branch for each kind)
    order: random.Random, begins: int, planted: Planted, ticket: str
) -> Iterator[tuple[int, str]]:
    kind = _kind(order)
    road = list(ROAD)
    if kind:
        planted.cases[kind].append(ticket)
    if kind == "offer_before_acknowledgement":
        road.remove("Refund offered")
        road.insert(order.randint(1, 2), "Refund offered")
    elif kind == "promise_not_kept":
        road.remove("Refund paid")
    elif kind == "closed_without_lesson":
        road.remove("Lesson noted")
    elif kind == "same_time":
        road.remove("Refund offered")
        road.insert(road.index("Problem confirmed") + 1, "Refund offered")
    elif kind == "waiting":
        road = road[:7]
    elif kind == "open":
        road = road[: order.randint(1, 6)]
    elif kind == "reopened":
        road += ["Ticket reopened", *ROAD[1:]]
    if kind == "same_time_of_no_matter":
        road.insert(road.index("Problem confirmed") + 1, "Tag changed")
    at = begins
    for place, action in enumerate(road):
        yield at, action
        if kind.startswith("same_time") and action == "Problem confirmed":
            continue  # the next one has the same time
        at += order.randint(60, 80_000)
        if place < len(road) - 1 and order.random() < 0.4:
            yield at, order.choice(CHATTER)
            at += order.randint(60, 80_000)


def _kind(order: random.Random) -> str:
    left = order.random()
    for kind, share in SHARES.items():
        left -= share
        if left < 0:
            return kind
    return ""


def write(path: Path, cases: int, *, seed: int = 1) -> Planted:
    """Write a log as CSV; return what was planted."""
    planted = Planted()
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("ticket", "at", "action"))
        rows.writerows(
            (ticket, f"{at:%Y-%m-%d %H:%M:%S}", action)
            for ticket, at, action in lines(cases, planted, seed=seed)
        )
    return planted


def main() -> None:
    """Write a log and its mapping, and tell what was planted."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.old_tickets", description=__doc__)
    parser.add_argument("file", type=Path, help="the log; its mapping is written beside it")
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    planted = write(asked.file, asked.cases, seed=asked.seed)
    asked.file.with_suffix(".toml").write_text(MAPPING, encoding="utf-8")
    print(json.dumps(planted.counts()))


if __name__ == "__main__":
    main()
