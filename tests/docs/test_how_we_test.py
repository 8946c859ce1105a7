"""
The figures of the page about our tests are those that the tests come to.
"""

import os
import re
from pathlib import Path

import pytest
from tests import broken_notifiers, broken_stores
from tests.mutants import METHODS, main
from tests.test_worlds import MISTAKES
from tests.worlds import search

from complaintflow.testing._stores._short_stories import _PLOTS, STEPS, short_stories

THOROUGH = os.environ.get("COMPLAINTFLOW_HYPOTHESIS_PROFILE") == "thorough"
PAGE = (Path(__file__).parents[2] / "docs/explanation/how-we-test.md").read_text(encoding="utf-8")
ROWS = {
    cells[0]: cells[1:]
    for cells in ([c.strip() for c in line.split("|")[1:-1]] for line in PAGE.splitlines())
    if len(cells) > 2
}


@pytest.mark.parametrize("name", METHODS if THOROUGH else ["flat", "forked"])
def test_the_mutants_of_the_page_are_those_that_are_counted(name, capsys):
    """
    The rows are printed by a command, and it prints them still.
    """
    main([name])

    header, _, row = capsys.readouterr().out.splitlines()
    assert header in PAGE
    assert row in PAGE.splitlines()
    assert row.endswith("| 0 | 0 |")


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_first_seeds_of_the_page_are_those_that_are_found(mistake):
    """
    A world is a seed, and a seed is a figure that stays.
    """
    first, of_a_thousand = map(int, ROWS[mistake])
    many = range(1000) if THOROUGH else range(first + 1)
    found = [seed for seed in many if search([seed], **MISTAKES[mistake])]

    assert first == found[0]
    assert not THOROUGH or of_a_thousand == len(found)


def test_the_contracts_of_the_page_are_as_large_as_they_are():
    """
    How many adapters are rejected, and how many short stories are told.
    """
    (stores, notifiers) = re.search(r"(\d+) stores and (\d+) notifiers", PAGE).groups()
    told = re.search(r"alphabet of (\d+), in two plots of (\d+) and (\d+);.* leaves (\d+)", PAGE)

    assert [len(broken_stores.FOUND_BY), len(broken_notifiers.FOUND_BY)] == [
        int(stores),
        int(notifiers),
    ]
    assert [len(STEPS), *map(len, _PLOTS), len(short_stories(4))] == [*map(int, told.groups())]


def test_the_sums_of_the_page_are_those_of_its_rows():
    """
    Each mutant is counted once; nothing is hidden, and nothing escapes.
    """
    rows = [[int(cell) for cell in ROWS[name][1:]] for name in METHODS]
    mutants, stories, definition, equivalent, never, *left = map(sum, zip(*rows, strict=True))
    sums = re.search(
        r"Of ([\d,]+) mutants ([\d,]+) are caught, (\d+) are proved to be equivalent, "
        r"(\d+) never to be possible, and 0 are hidden",
        PAGE,
    )

    assert mutants == stories + definition + equivalent + never
    assert [0, 0] == left
    assert [mutants, stories + definition, equivalent, never] == [
        int(each.replace(",", "")) for each in sums.groups()
    ]
