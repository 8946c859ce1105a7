"""
The table of layers in the design is the contract that CI holds.
"""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/design.md").read_text(encoding="utf-8")
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

NOT_TOLD = {"__main__"}
"""What starts the command line, and nothing else."""


def told_rows():
    """
    Return the modules of each row of the table, the lowest first.
    """
    table = PAGE.partition("| layer | secret |")[2].partition("\n\n")[0]
    return [set(re.findall(r"`([\w.]+)`", row.split("|")[1])) for row in table.splitlines()[2:]]


def held_layers():
    """
    Return the layers of the contract, each with its modules, the lowest first.
    """
    contracts = SETTINGS["tool"]["importlinter"]["contracts"]
    (layers,) = (each["layers"] for each in contracts if each["id"] == "layers")
    held = [set(re.findall(r"[\w.]+", layer)) - NOT_TOLD for layer in reversed(layers)]
    return [layer for layer in held if layer]


def test_the_table_has_every_module_of_the_contract_in_its_order():
    """
    Whoever adds a module says what its secret is; a layer may take several rows.
    """
    rows = iter(told_rows())
    for layer in held_layers():
        told = set()
        while told < layer:
            row = next(rows, None)
            assert row, f"not in the table: {', '.join(layer - told)}"
            told |= row
        assert layer == told
    assert [] == list(rows)
