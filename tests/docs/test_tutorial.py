"""Who follows the tutorial literally sees what it shows."""

import doctest
import pathlib
import re
import subprocess
import sys

LESSON = pathlib.Path(__file__).resolve().parents[2] / "docs" / "tutorial" / "your-own-method.md"
BLOCK = re.compile(r"^```(python|console|diff)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
RUN = "$ python parcels.py\n"
INSTALL = re.compile(r"^\$ python3 -m venv.*?(?=^```$)", re.MULTILINE | re.DOTALL)


def changed(script, diff):
    """
    The script, with the lines of a diff changed.
    """
    for line in diff.splitlines():
        mark, text = line[0], line[1:]
        if mark == "-":
            old = text
        else:
            assert script.count(old) == 1
            script = script.replace(old, text)
    return script


def deleted(script, diff):
    """
    The script, without the lines that a diff only takes away.
    """
    lines = "".join(line[1:] + "\n" for line in diff.splitlines())
    assert script.count(lines) == 1
    return script.replace(lines, "")


def test_the_script_of_the_lesson_says_what_the_lesson_says(tmp_path):
    """
    Block after block at the end of one file, run where the lesson runs it.
    """
    script, diff, runs = "", "", 0
    for language, text in BLOCK.findall(LESSON.read_text("utf-8")):
        if language == "python":
            script += text
        elif language == "diff" and "\n+" not in text:
            script = deleted(script, text)
        elif language == "diff":
            diff = text
        elif text.startswith(RUN) and (expected := text.removeprefix(RUN)):
            (tmp_path / "parcels.py").write_text(changed(script, diff), "utf-8")
            ran = subprocess.run(
                [sys.executable, "parcels.py"],
                cwd=tmp_path,
                capture_output=True,
                text=True,
                check=False,
            )
            assert ran.stderr == ""
            checker = doctest.OutputChecker()
            assert checker.check_output(expected, ran.stdout, doctest.ELLIPSIS), ran.stdout
            diff, runs = "", runs + 1

    assert runs == 5


def test_either_lesson_can_be_the_first():
    """
    Who has ten minutes installs in the one they begin with, and as the other says.
    """
    first = LESSON.with_name("first-complaint.md").read_text("utf-8")
    [install] = INSTALL.findall(LESSON.read_text("utf-8"))

    assert install in first
