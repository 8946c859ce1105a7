"""
Measure what proving costs, and how it grows with facts: `python -m benchmarks.proving`.

The worst case is a method of ten working states in which every fact can be established in any
order, anywhere, and all of them count: nothing a method could say makes it harder to search.
Beside it stand random methods of as many states and fifteen facts, the slowest of them told.
CPU time, the best of several; prints Markdown, and draws the growth with `--svg FILE`.
"""

from __future__ import annotations

import argparse
import math
import platform
import random
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from time import process_time

from attrs import evolve

from complaintflow import Act, Edge, Fact, Method, Rule, State, act, documents, methods
from complaintflow.acts import Withdraw
from complaintflow.invariants import precedence
from complaintflow.verification import check
from complaintflow.verification._packed import Packed
from complaintflow.verification._space import Listed
from complaintflow.verification._subject import Subject
from complaintflow.verification._system import system_of

STATES = 10
FACTS = (4, 6, 8, 10, 12, 14, 15, 16, 18, 20)
MANY_FACTS = (40, 100, 200)
AT_RANDOM, RANDOM_FACTS = range(20), 15
"""The seeds of the random methods, and how many facts each of them has."""
LISTED = 200_000
"""Beyond so many configurations, listing them one by one is not waited for."""


def deed(number: int) -> type[Act]:
    """Return an act of its own."""

    class Deed(Act):
        """A deed."""

    Deed.__name__ = Deed.__qualname__ = f"Deed{number}"
    return act(Deed)


DEEDS = [deed(number) for number in range(max(MANY_FACTS))]


@act
class Onward(Act):
    """Go on to the next state."""


@act
class Finish(Act):
    """End it, when everything is established."""


def wide(facts: int) -> Method:
    """Return the worst case with so many facts."""
    working = [f"s{n}" for n in range(STATES)]
    names = [f"f{n}" for n in range(facts)]
    return Method(
        name="wide",
        version="1",
        title="Wide",
        initial="s0",
        states=[
            *(State(name, "open") for name in working),
            State("done", "it is done", final=True),
            State("left", "they left", final=True),
        ],
        facts=[Fact(name, f"no {name}") for name in names],
        rules=[
            *(Rule(cls, establishes=name) for cls, name in zip(DEEDS, names, strict=False)),
            Rule(Onward),
            Rule(Finish, names),
            Rule(Withdraw),
        ],
        edges=[
            *(Edge(working, cls) for cls in DEEDS[:facts]),
            *(Edge(here, Onward, there) for here, there in pairwise(working)),
            Edge(working[-1], Onward, "s0"),
            Edge(working[-1], Finish, "done"),
            Edge(working, "withdraw", "left"),
        ],
    )


def at_random(seed: int, facts: int = RANDOM_FACTS) -> Method:
    """
    Return a random method of so many facts: a deed for each, and ways on, back and across.

    A deed may need facts, may clear one, and may lead elsewhere where some are given; the end needs
    all of them, as in the worst case.
    """
    chance = random.Random(seed)
    plain = wide(facts)
    working = [state.name for state in plain.states if not state.final]
    names = [fact.name for fact in plain.facts]

    rules, edges = [], []
    for place, (cls, name) in enumerate(zip(DEEDS, names, strict=False)):
        others = names[:place] + names[place + 1 :]
        needs = chance.sample(names[:place], chance.randint(0, min(place, 2)))
        clears = chance.sample(others, chance.randint(0, 1))
        rules.append(Rule(cls, needs, establishes=name, clears=clears))
        if chance.random() < 0.5:
            sources = chance.sample(working, chance.randint(1, STATES))
            given = chance.sample(others, chance.randint(1, 2))
            edges.append(Edge(sources, cls, chance.choice(working), given=given))
        edges.append(Edge(working, cls))
    kept = [edge for edge in plain.edges if edge.trigger in ("onward", "finish", "withdraw")]
    rules += [rule for rule in plain.rules if rule.act not in DEEDS]
    return evolve(plain, name="random", rules=rules, edges=[*edges, *kept])


def milliseconds(work: Callable[..., object], *given: object, tries: int = 5) -> float:
    """Return the CPU time of some work, the best of several tries."""
    best = math.inf
    for _ in range(tries):
        began = process_time()
        work(*given)
        best = min(best, process_time() - began)
        if best > 1:
            break
    return best * 1e3


def growth() -> Iterator[tuple[int, int, float | None, float, float]]:
    """Yield facts, configurations, and the time to list them, to pack them, and what is lost."""
    for facts in FACTS:
        system = system_of(wide(facts))
        packed = Packed(system)
        count = sum(sets.bit_count() for sets in packed.reached.values())
        ends = frozenset({STATES, STATES + 1})
        yield (
            facts,
            count,
            milliseconds(Listed, system) if count <= LISTED else None,
            milliseconds(Packed, system),
            milliseconds(partial(packed.lost, stuck=False), ends),
        )


def middle_and_slowest() -> Iterator[tuple[str, tuple[int, float, float]]]:
    """Yield two random methods: configurations, and the time to pack them and see what is lost."""
    found = []
    for seed in AT_RANDOM:
        system = system_of(at_random(seed))
        packed = Packed(system)
        count = sum(sets.bit_count() for sets in packed.reached.values())
        ends = frozenset({STATES, STATES + 1})
        lost = milliseconds(partial(packed.lost, stuck=False), ends)
        found.append((count, milliseconds(Packed, system), lost))
    found.sort(key=itemgetter(1))
    yield "middle one", found[len(found) // 2]
    yield "slowest", found[-1]


def refined() -> Iterator[tuple[int, float]]:
    """Yield how long one sentence takes to prove with very many facts."""
    for facts in MANY_FACTS:
        method = wide(facts)
        subject = Subject(method, system_of(method))
        sentence = precedence("deed3", "finish")
        assert subject.counterexample(sentence) is None
        yield facts, milliseconds(subject.counterexample, sentence, tries=3)


def documented() -> Iterator[tuple[str, int | None, float, float]]:
    """Yield each method that is shipped with what its check takes, without and with its guards."""
    for method in (*methods.all(), *documents.all()):
        report = check(method)
        yield (
            method.name,
            report.configurations,
            milliseconds(check, method),
            milliseconds(partial(check, guards=True), method, tries=3),
        )


# -- telling ------------------------------------------------------------------------------------


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a Markdown table, its numbers to the right."""
    names = list(header)
    lines = [names, ["---", *("--:" for _ in names[1:])], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def told(value: float | None) -> str:
    """Return milliseconds as a text."""
    if value is None:
        return "not waited for"
    return f"{value:,.1f}" if value < 100 else f"{value:,.0f}"


WIDTH, HEIGHT, LEFT, BOTTOM = 640, 320, 70, 40


def svg(rows: list[tuple[int, int, float | None, float, float]]) -> str:
    """Return the growth as a picture: facts to the right, time upwards, both scales named."""
    low, high = -2, 4

    def place(facts: int, value: float) -> str:
        x = LEFT + (facts - FACTS[0]) / (FACTS[-1] - FACTS[0]) * (WIDTH - LEFT - 20)
        y = HEIGHT - BOTTOM - (math.log10(value) - low) / (high - low) * (HEIGHT - BOTTOM - 20)
        return f"{x:.1f},{y:.1f}"

    lines = []
    for power in range(low, high + 1):
        x, y = place(FACTS[0], 10.0**power).split(",")
        named = f"{10.0**power:g} ms"
        lines.append(f'<line x1="{x}" y1="{y}" x2="{WIDTH - 20}" y2="{y}" stroke="#7a7a7a44"/>')
        lines.append(f'<text x="{LEFT - 8}" y="{float(y) + 4}" text-anchor="end">{named}</text>')
    for facts in FACTS:
        x = place(facts, 1).split(",")[0]
        lines.append(f'<text x="{x}" y="{HEIGHT - 18}" text-anchor="middle">{facts}</text>')
    lines.append(f'<text x="{WIDTH / 2}" y="{HEIGHT - 2}" text-anchor="middle">facts</text>')
    for name, colour, column in (
        ("one by one", "#d0511a", 2),
        ("by whole sets", "#2f78e0", 3),
    ):
        points = [(row[0], row[column]) for row in rows]
        known = [(facts, value) for facts, value in points if value]
        path = " ".join(place(facts, value) for facts, value in known)
        lines.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        x, y = path.rpartition(" ")[2].split(",")
        lines.append(
            f'<text x="{x}" y="{float(y) - 8}" text-anchor="end" fill="{colour}">{name}</text>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'font-family="sans-serif" font-size="12" fill="#7a7a7a">\n'
        "<title>Time to search the worst case, by the number of facts</title>\n"
        + "\n".join(lines)
        + "\n</svg>\n"
    )


def main() -> None:
    """Measure, print, and draw."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[0])
    parser.add_argument("--svg", type=Path, metavar="FILE", help="where to draw the growth")
    asked = parser.parse_args()
    where = f"CPython {platform.python_version()}, {platform.machine()}, {platform.system()}"
    print(f"Measured with {where}; CPU time in milliseconds.\n")
    print(
        table(
            ("Method", "configurations", "check", "with its guards"),
            ([n, f"{c or 0:,}", told(a), told(b)] for n, c, a, b in documented()),
        )
    )
    rows = list(growth())
    print()
    print(
        table(
            ("Facts", "configurations", "one by one", "by whole sets", "who is lost"),
            ([str(f), f"{n:,}", told(a), told(b), told(c)] for f, n, a, b, c in rows),
        )
    )
    print()
    print(
        table(
            ("Random", "facts", "configurations", "by whole sets", "who is lost"),
            (
                [f"the {name} of {len(AT_RANDOM)}", str(RANDOM_FACTS), f"{n:,}", told(a), told(b)]
                for name, (n, a, b) in middle_and_slowest()
            ),
        )
    )
    print()
    print(
        table(
            ("Facts", "one sentence, by a few facts at a time"),
            ([str(facts), told(value)] for facts, value in refined()),
        )
    )
    if asked.svg:
        asked.svg.write_text(svg(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
