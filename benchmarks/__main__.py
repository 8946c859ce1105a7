"""
Measure the engine beside others, in one run: `python -m benchmarks`.

Every figure comes from a fresh process, and each round visits every contender once, in an order
of its own, so that a busy machine disturbs all alike. Exit code 1: a budget was missed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import subprocess
import sys
import time
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from attrs import frozen

from benchmarks import report
from benchmarks.worker import CONTENDERS

ROOT = Path(__file__).parent.parent

IMPORTS = {
    "complaintflow": "import complaintflow",
    "complaintflow with every method": "import complaintflow, complaintflow.methods",
    "complaintflow, until a case is open": (
        "from complaintflow import Desk; from complaintflow.methods import six_steps; "
        "Desk(six_steps()).open('1', customer='a', complaint='b', by='c')"
    ),
    "transitions + attrs": "import transitions, attrs",
}
"""
What is imported in a fresh process; the budget is for the first against the last.

What the first leaves for later is paid by the time that a case is open.
"""


@frozen
class Effort:
    """How long to measure."""

    rounds: int
    """How often each contender has its turn."""
    imports: int
    """How many fresh processes import each thing."""
    seconds: float
    """CPU time per turn, about."""


FULL = Effort(rounds=9, imports=21, seconds=0.25)
QUICK = Effort(rounds=3, imports=7, seconds=0.1)


def measure(effort: Effort) -> report.Results:
    """Return every figure, taken now."""
    began = time.monotonic()
    rounds = _rounds(effort)
    imports = _imports(effort.imports)
    return report.Results(
        machine=_machine(),
        rounds=rounds,
        imports=imports,
        memory=_work("memory", effort),
        answers={**_work("answers", effort), **_work("reading", effort)},
        took=time.monotonic() - began,
    )


def _rounds(effort: Effort) -> dict[str, list[float]]:
    order = random.Random(1)
    figures: dict[str, list[float]] = {name: [] for name in CONTENDERS}
    for number in range(effort.rounds):
        _tell(f"round {number + 1} of {effort.rounds}")
        for name in order.sample(list(CONTENDERS), len(CONTENDERS)):
            figures[name].append(_work(name, effort))
    return figures


def _imports(times: int) -> dict[str, list[float]]:
    figures: dict[str, list[float]] = {name: [] for name in IMPORTS}
    with TemporaryDirectory() as kept:
        # With bytecode, as installed packages have it: it is written in the first turn, and here.
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": kept}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for number in range(times + 1):
            _tell(f"import {number} of {times}")
            for name, statement in IMPORTS.items():
                took = _python("-c", _TIMED.format(statement=statement), environment=environment)
                if number:
                    figures[name].append(float(took))
    return figures


_TIMED = (
    "from time import process_time_ns as now; start = now(); {statement}; "
    "print((now() - start) / 1e6)"
)


def _work(name: str, effort: Effort) -> Any:  # noqa: ANN401 (JSON)
    return json.loads(_python("-m", "benchmarks.worker", name, str(effort.seconds)))


def _python(*arguments: str, environment: Mapping[str, str] | None = None) -> str:
    done = subprocess.run(  # noqa: S603 (our own interpreter, our own words)
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


def _tell(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)


def _machine() -> dict[str, str]:
    return {
        "cores": str(os.cpu_count()),
        "processor": platform.machine(),
        "system": platform.system(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        **{name: _version(name) for name in ("transitions", "python-statemachine", "attrs")},
    }


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        sys.exit(f"{distribution} is missing; `make benchmark` installs what is measured beside us")


def main() -> int:
    """Measure, report, and say whether the budgets are kept."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a third of the rounds, less sure")
    parser.add_argument("--markdown", action="store_true", help="tables for docs/performance.md")
    parser.add_argument("--json", metavar="FILE", type=Path, help="keep every single figure")
    asked = parser.parse_args()
    results = measure(QUICK if asked.quick else FULL)
    _tell("")
    print(report.markdown(results) if asked.markdown else report.text(results))
    if asked.json:
        asked.json.write_text(json.dumps(report.data(results), indent=2) + "\n", encoding="utf-8")
    return 0 if all(budget.kept for budget in report.budgets(results)) else 1


if __name__ == "__main__":
    sys.exit(main())
