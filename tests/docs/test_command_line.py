"""What the reference shows of the command line is what the command line says."""

import doctest
import os
import pathlib
import re
import subprocess
import sys

import pytest

from complaintflow.cli import app

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "reference" / "command-line.md"
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
WIDTH = {"COLUMNS": "80", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}


def blocks(language):
    """
    Return the blocks of the page in a language.
    """
    text = PAGE.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def sessions():
    """
    Return each console block of ours as pairs of a command and what it is said to answer.
    """
    for block in blocks("console"):
        pairs = re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, flags=re.MULTILINE)
        if pairs[0][0].startswith("complaintflow"):
            yield pytest.param(pairs, id=pairs[0][0])


@pytest.mark.parametrize("session", list(sessions()))
def test_the_command_line_answers_as_the_reference_shows(session, tmp_path):
    """
    Prose that is not run drifts.
    """
    [story] = blocks("json")
    (tmp_path / "story.jsonl").write_text(story, encoding="utf-8")
    for language, name in (
        ("text", "log.csv"),
        ("toml", "mapping.toml"),
        ("text first.txt", "first.txt"),
        ("text letter.txt", "letter.txt"),
    ):
        [content] = blocks(language)
        (tmp_path / name).write_text(content, encoding="utf-8")
    code = 0
    for command, wanted in session:
        if command == "echo $?":
            answer = f"{code}\n"
        else:
            run = [sys.executable, "-m", *command.split()]
            done = subprocess.run(
                run,
                cwd=tmp_path,
                env=os.environ | WIDTH,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                check=False,
            )
            answer, code = done.stdout, done.returncode

        assert doctest.OutputChecker().check_output(wanted, answer, OPTIONS), answer


def test_the_reference_has_every_command():
    """
    And nobody has to guess what a command does.
    """
    told = re.findall(r"^## `complaintflow (\w+)", PAGE.read_text("utf-8"), flags=re.MULTILINE)

    assert sorted(each.name for each in app.registered_commands) == sorted(told)
