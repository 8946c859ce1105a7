"""What was measured, as tables and as data."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from typing import Any

from attrs import asdict, frozen

LABELS = {
    "by_hand": "by hand: a dispatch table, a class with slots",
    "transitions_shared": "`transitions`, one machine, `add_model` per complaint",
    "transitions_each": "`transitions`, a machine per complaint",
    "statemachine": "`python-statemachine`, a chart per complaint",
    "decide": "**ours: `decide`**, cases made beforehand",
    "decide_apply": "**ours: `decide` + `apply`**",
    "decide_language": "ours: `decide`, language rules on",
    "decide_apply_language": "ours: `decide` + `apply`, language rules on",
    "evidence": "ours: building the evidence",
}

ANSWERS = {
    "refusal": "a refused offer, its way not read",
    "way to offer": "its way, read",
    "way to close": "the way to a close",
    "options": "`options`, all acts",
    "per kilobyte": "language rules, per kilobyte said to the customer",
    "per hard kilobyte": "the same, of the hardest text that we know",
}

NOTES = """\
A life is an opening and nine acts: listen, acknowledge, empathize, ask, offer, accept, keep, learn
and close. Each act has one guard or more and leaves one record; a life is divided by nine.
Ours: `six_steps`, with its language rules only where they are named; acts are built beforehand.
Theirs: as their READMEs show, the same questions in one guard per act; no ledger, no advice, and
evidence that nobody checks. CPU time, garbage collection on, a fresh process per figure; medians
over {rounds} interleaved rounds, each in an order of its own.
A ratio is the median of the ratios of single rounds, so not quite the ratio of two medians."""


@frozen
class Budget:
    """One promise about a figure."""

    what: str
    figure: float
    limit: float
    at_least: bool
    """True: the limit is the least. False: the figure stays below it."""
    unit: str

    @property
    def kept(self) -> bool:
        """Whether the figure is within the limit."""
        return self.figure >= self.limit if self.at_least else self.figure < self.limit


@frozen
class Results:
    """Everything that one run measured."""

    machine: dict[str, str]
    rounds: dict[str, list[float]]
    """Microseconds per act, by contender and round."""
    imports: dict[str, list[float]]
    """Milliseconds, by what was imported."""
    memory: dict[str, float]
    answers: dict[str, float]
    """Microseconds."""
    took: float
    """Seconds."""

    def median(self, name: str) -> float:
        """Return the microseconds per act of a contender."""
        return statistics.median(self.rounds[name])

    def times_faster(self, name: str, than: str) -> float:
        """Return how many times faster one is than another, round by round."""
        pairs = zip(self.rounds[name], self.rounds[than], strict=True)
        return statistics.median(other / own for own, other in pairs)

    def import_ratio(self) -> float:
        """Return how many times longer importing us takes than what we stand on."""
        ours, *_, theirs = self.imports.values()
        return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))


def budgets(results: Results) -> tuple[Budget, ...]:
    """Return what was promised, beside what was found."""

    def faster(name: str, than: str, limit: float) -> Budget:
        return Budget(
            f"{LABELS[name].replace('*', '')} against {LABELS[than].partition(',')[0]}",
            results.times_faster(name, than),
            limit,
            at_least=True,
            unit="times faster",
        )

    return (
        faster("decide", "transitions_shared", 5),
        faster("decide", "statemachine", 50),
        faster("decide_apply", "transitions_shared", 2.5),
        faster("decide_apply", "statemachine", 25),
        Budget(
            "a live case in memory", results.memory["bytes"], 2000, at_least=False, unit="bytes"
        ),
        Budget(
            "`import complaintflow` alone against `transitions` and `attrs`",
            results.import_ratio(),
            2,
            at_least=False,
            unit="times as long",
        ),
        Budget(
            "language rules, per kilobyte said to the customer",
            results.answers["per kilobyte"],
            1000,
            at_least=False,
            unit="microseconds",
        ),
        Budget(
            "the same, of the hardest text that we know",
            results.answers["per hard kilobyte"],
            5000,
            at_least=False,
            unit="microseconds",
        ),
    )


Table = list[tuple[str, ...]]


def _tables(results: Results) -> Iterable[tuple[str, Table]]:
    yield "A life", _lives(results)
    yield (
        "Answers that change nothing",
        [
            ("", "microseconds"),
            *((label, _number(results.answers[name])) for name, label in ANSWERS.items()),
        ],
    )
    yield (
        "At rest",
        [
            ("", "bytes per live case"),
            (
                f"{results.memory['cases']:,} cases between heard and agreed",
                f"{results.memory['bytes']:,.0f}",
            ),
            ("of which characters of what people said", f"{results.memory['characters']:,.0f}"),
        ],
    )
    yield (
        "Import, cold",
        [
            ("", "milliseconds"),
            *((name, f"{statistics.median(took):.1f}") for name, took in results.imports.items()),
        ],
    )
    yield (
        "Budgets",
        [
            ("", "budget", "found", ""),
            *(
                (
                    budget.what,
                    f"{'at least' if budget.at_least else 'under'} {budget.limit:,g}",
                    f"{_number(budget.figure)} {budget.unit}",
                    "kept" if budget.kept else "MISSED",
                )
                for budget in budgets(results)
            ),
        ],
    )


def _lives(results: Results) -> Table:
    rivals = ("transitions_shared", "transitions_each", "statemachine")
    return [
        (
            "",
            "us per act",
            "by hand = 1",
            "faster than one machine",
            "than a machine each",
            "than a chart each",
        ),
        *(
            (
                label,
                f"{results.median(name):.2f}",
                _number(1 / results.times_faster(name, "by_hand")),
                *(_number(results.times_faster(name, rival)) for rival in rivals),
            )
            for name, label in LABELS.items()
        ),
    ]


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _heading(results: Results) -> str:
    machine = dict(results.machine)
    cores, processor, system = (machine.pop(key) for key in ("cores", "processor", "system"))
    python = machine.pop("python")
    packages = ", ".join(f"{name} {number}" for name, number in machine.items())
    return f"{python}, {packages}; {cores} cores, {processor}, {system}; {results.took:.0f} s"


def text(results: Results) -> str:
    """Return the results for a terminal."""
    parts = [_heading(results)]
    for title, table in _tables(results):
        plain = [tuple(cell.replace("*", "").replace("`", "") for cell in row) for row in table]
        widths = [max(map(len, column)) for column in zip(*plain, strict=True)]
        lines = [
            "  ".join(
                cell.rjust(width) if place else cell.ljust(width)
                for place, (cell, width) in enumerate(zip(row, widths, strict=True))
            )
            for row in [(title, *plain[0][1:]), *plain[1:]]
        ]
        parts.append("\n".join(lines))
    parts.append(NOTES.format(rounds=len(results.rounds["decide"])))
    return "\n\n".join(parts)


def markdown(results: Results) -> str:
    """Return the results as tables to paste into a page."""
    parts = [f"Measured with {_heading(results)}."]
    for title, (head, *rows) in _tables(results):
        lines = [(title, *head[1:]), ("---", *("--:" for _ in head[1:])), *rows]
        parts.append("\n".join(f"| {' | '.join(line)} |" for line in lines))
    parts.append(NOTES.format(rounds=len(results.rounds["decide"])))
    return "\n\n".join(parts)


def data(results: Results) -> dict[str, Any]:
    """Return the results with every single figure, and the budgets."""
    return {
        **asdict(results),
        "microseconds_per_act": {name: results.median(name) for name in results.rounds},
        "budgets": [{**asdict(budget), "kept": budget.kept} for budget in budgets(results)],
    }
