"""
The first block of README.md: what somebody types who has just cloned the project.
"""

import pathlib
import re
import tomllib

ROOT = pathlib.Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def first_block(page):
    """
    Return the lines of the first code block of a page.
    """
    block = re.search(r"^(?:```|~~~).*\n((?:.*\n)*?)(?:```|~~~)$", page, re.MULTILINE)
    return [] if block is None else block[1].splitlines()


def targets(makefile):
    """
    Return what a Makefile can make, by what is under the name of each.
    """
    return dict(re.findall(r"^([a-z]+):.*\n((?:\t.*\n)*)", makefile, re.MULTILINE))


def test_the_first_block_holds_two_commands():
    """
    The one that shows what it does, and the one that shows that it works.
    """
    assert ["make demo", "make test"] == first_block(README)


def test_there_is_a_target_for_each_command():
    """
    That does something, and needs no other command before it.
    """
    made = targets(MAKEFILE)

    for command in first_block(README):
        name = command.removeprefix("make ")
        assert made.get(name), name
        assert f"{name}: $(VENV)/.ready-for-{name}" in MAKEFILE
        assert f"$(VENV)/.ready-for-{name}: $(VENV)/.ready pyproject.toml" in MAKEFILE


def test_it_names_every_library_that_is_installed_with_this_one():
    """
    Whoever embeds it asks first what comes with it.
    """
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [re.match(r"\w+", each)[0] for each in settings["project"]["dependencies"]]
    told = next(line for line in README.splitlines() if line.startswith("Built on "))

    assert sorted(wanted) == sorted(re.findall(r"\[(\w+)\]", told))
