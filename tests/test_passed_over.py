"""
What the checks have passed over is said where they end, and not only where it was.
"""

import os
import pathlib
import subprocess
import sys

import pytest
from tests import looks

ROOT = pathlib.Path(__file__).resolve().parents[1]


@pytest.fixture
def notes(tmp_path, monkeypatch):
    """
    Return the file where what was passed over is noted.
    """
    file = tmp_path / "notes"
    monkeypatch.setenv("COMPLAINTFLOW_PASSED_OVER", str(file))
    return file


def test_the_checks_end_with_what_they_have_passed_over(tmp_path):
    """
    Each reason once, and how often; whatever else was said is far above by then.
    """
    make = tmp_path / "make"
    make.write_text('#!/bin/sh\necho "no browser is installed" >> "$COMPLAINTFLOW_PASSED_OVER"\n')
    make.chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [ROOT / ".ci" / "run"],
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=True,
    )

    _, _, end = done.stdout.partition("NOT LOOKED AT, how often and why:\n")
    checks = done.stdout.count("=== make ") // 2
    assert checks > 1
    assert end.split("\n")[0].split() == [str(checks), "no", "browser", "is", "installed"]
    assert end.endswith("Every check passed.\n")


def test_a_test_that_is_skipped_is_noted_with_its_reason(notes):
    """
    Here: one that has Graphviz draw, where there is no Graphviz.
    """
    drawn = "tests/rendering/test_renderings.py"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", drawn, "-k", "png"],
        env={**os.environ, "PATH": ""},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "the program 'dot' is missing" in notes.read_text("utf-8"), done.stdout


def test_pages_that_no_browser_has_looked_at_are_noted(notes, tmp_path, monkeypatch, capsys):
    """
    `make looks` passes then, and that is no look.
    """
    (tmp_path / "index.html").write_text("A page.")
    monkeypatch.setattr(looks, "found", lambda: None)

    assert looks.main([str(tmp_path)]) == 0
    assert "Not looked at" in capsys.readouterr().out
    assert "the pages of the documentation: no browser" in notes.read_text("utf-8")
