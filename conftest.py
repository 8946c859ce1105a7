"""
Make every example of the documentation a test, and choose how hard Hypothesis tries.

At the root because README.md is tested too, and pytest asks only the conftest files above a file.
"""

import contextlib
import doctest
import os
import pathlib
import re
import tempfile
from collections.abc import Callable, Generator
from typing import Any

import coverage
import hypothesis
import pytest
from sybil import Example, Sybil
from sybil.parsers.myst import CodeBlockParser, PythonCodeBlockParser, SkipParser

# The plugin that we ship is tested by running pytest inside pytest.
pytest_plugins = ["pytester"]


class PyconBlockParser(PythonCodeBlockParser):
    """
    Parse ``pycon`` blocks too: Sybil knows the prompts of a session only in ``python`` blocks.
    """

    @staticmethod
    def codeblock_parser_class(_language: str, evaluator: Callable[..., Any]) -> CodeBlockParser:
        """Return a parser of the blocks that say ``pycon``."""
        return CodeBlockParser("pycon", evaluator)


def write_the_file(example: Example) -> None:
    """
    Put a block of TOML that begins with the name of a file, as a comment, into that file.
    """
    name = re.match(r"# ([\w-]+\.toml)\n", example.parsed)
    if name:
        pathlib.Path(name[1]).write_text(example.parsed, encoding="utf-8")


def enter_an_empty_folder(namespace: dict[str, Any]) -> None:
    """
    Begin a document: its blocks are one program, run where they can litter nothing.
    """
    cleanup = contextlib.ExitStack()
    cleanup.enter_context(contextlib.chdir(cleanup.enter_context(tempfile.TemporaryDirectory())))
    namespace["__name__"] = "__main__"
    namespace["__cleanup__"] = cleanup


def leave_it(namespace: dict[str, Any]) -> None:
    """
    End a document.
    """
    namespace["__cleanup__"].close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, Any, Any]:
    """
    Spare some the tracing, which makes them take up to four times as long and shows little.

    Tests that are marked `untraced`, examples of documents, and programs that tests start: each of
    these begins anew, and what it says is looked at, and not the lines it goes.
    """
    os.environ.pop("COVERAGE_PROCESS_CONFIG", None)
    measured = coverage.Coverage.current()
    is_traced = item.get_closest_marker("untraced") is None and item.path.suffix == ".py"
    if measured is None or is_traced:
        return (yield)
    measured.stop()
    try:
        return (yield)
    finally:
        measured.start()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """
    Keep what was traced while somebody waits for it: a worker that ends is given ten seconds.
    """
    if measured := coverage.Coverage.current():
        measured.save()


def pytest_terminal_summary(terminalreporter: Any) -> None:  # noqa: ANN401  (a class of pytest's own)
    """
    Note why tests were skipped, for `.ci/run` to say at its end.
    """
    file = os.environ.get("COMPLAINTFLOW_PASSED_OVER")
    if file:
        skipped = terminalreporter.stats.get("skipped", ())
        reasons = [f"{report.longrepr[2].removeprefix('Skipped: ')}\n" for report in skipped]
        with pathlib.Path(file).open("a", encoding="utf-8") as notes:
            notes.writelines(reasons)


pytest_collect_file = Sybil(
    parsers=[
        PythonCodeBlockParser(doctest_optionflags=doctest.ELLIPSIS),
        PyconBlockParser(doctest_optionflags=doctest.ELLIPSIS),
        CodeBlockParser("toml", write_the_file),
        SkipParser(),
    ],
    patterns=["README.md", "docs/*.md", "docs/**/*.md"],
    setup=enter_an_empty_folder,
    teardown=leave_it,
).pytest()

# The same examples each time, and few: a red test is always the change at hand. "thorough" looks
# for new ones, and keeps what it finds.
# A busy machine is no finding, so how long drawing takes is nobody's health.
SLOW = [hypothesis.HealthCheck.too_slow]
hypothesis.settings.register_profile(
    "default", deadline=None, derandomize=True, max_examples=50, suppress_health_check=SLOW
)
hypothesis.settings.register_profile(
    "thorough", deadline=None, max_examples=2_000, suppress_health_check=SLOW
)
hypothesis.settings.load_profile(os.environ.get("COMPLAINTFLOW_HYPOTHESIS_PROFILE", "default"))
