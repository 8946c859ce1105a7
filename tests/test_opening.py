"""Where cases are kept, at the command line: how it is named, and when it may be a new one."""

from contextlib import closing

import pytest
from attrs import evolve
from typer.testing import CliRunner

from complaintflow import Desk, documents
from complaintflow.adapters.sqlite import SqliteStore
from complaintflow.cli import app
from complaintflow.methods import six_steps

LOOKING = {
    "worker": ["worker", "--once"],
    "stats": ["stats"],
    "timeline": ["timeline", "t-1"],
    "move": ["move", "--from", "five_steps", "--to", "seven_as", "--preview"],
}
MOVING = [f"--state={old}=" for old in ("heard", "apologized", "empathized", "solved", "thanked")]


def run(*arguments, given=""):
    """
    Return what a command says, on one line, and the number it ends with.
    """
    done = CliRunner().invoke(app, list(map(str, arguments)), input=given)
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return " ".join(done.output.split()), done.exit_code


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """
    Return a folder to work in, with a store of one case.
    """
    monkeypatch.chdir(tmp_path)
    with closing(SqliteStore("cases.db")) as store:
        Desk(six_steps(), store=store).open("t-1", customer="Ana", complaint="Broken", by="sam")
    return tmp_path


@pytest.mark.parametrize("given", ["nope.db", "sqlite:///nope.db", "sqlite+pysqlite:///nope.db"])
@pytest.mark.parametrize("command", LOOKING)
def test_who_looks_for_cases_makes_no_file(command, given, folder):
    """
    A worker with a mistyped path would idle for ever over an empty database of its own.
    """
    told, code = run(*LOOKING[command], "--store", given)

    assert 2 == code
    if command != "move":  # which tells first what the methods lack
        assert "there is no file 'nope.db'" in told
    assert ["cases.db"] == [file.name for file in folder.iterdir()]


@pytest.mark.parametrize("command", ["timeline", "move"])
def test_who_names_no_store_is_told_what_one_is(command):
    """
    Not everybody knows the word.
    """
    told, code = run(*LOOKING[command])

    assert 2 == code
    if command != "move":  # which tells first what the methods lack
        assert "say where the cases are, with --store STORE: a file of SQLite such as" in told


def test_a_page_for_a_folder_that_is_not_there_says_so(folder):
    """
    Another file in the same folder would not help.
    """
    told, code = run("timeline", "t-1", "--store", "cases.db", "--html", "none/a.html")

    assert 2 == code
    assert "there is no folder 'none'; make it first, or name another file" in told


def test_a_move_makes_no_file_either(folder):
    """
    With nothing wrong but the path.
    """
    (folder / "own.toml").write_text(own(), encoding="utf-8")
    arguments = ("--from", "six_steps", "--to", "own.toml", "--preview")

    told, code = run("move", *arguments, "--store", "nope.db")

    assert (2, True) == (code, "there is no file 'nope.db'" in told)
    assert not (folder / "nope.db").exists()
    assert 0 == run("move", *arguments, "--store", "cases.db")[1]


def own():
    """
    Return the six steps as a document with another version.
    """
    return documents.dumps(evolve(six_steps(), version="2"))


@pytest.mark.parametrize("given", ["cases.db", "sqlite:///cases.db", "sqlite:///{folder}/cases.db"])
@pytest.mark.parametrize("command", ["worker", "stats", "timeline"])
def test_a_store_is_named_by_its_file_or_by_its_url(command, given, folder):
    """
    All call it `--store`, so all take the same.
    """
    _, code = run(*LOOKING[command], "--store", given.format(folder=folder))

    assert 0 == code


@pytest.mark.parametrize("given", ["new.db", "sqlite:///new.db"])
@pytest.mark.parametrize("command", [["walk", "six_steps", "--case", "t-1"], ["demo", "six_steps"]])
def test_who_opens_cases_may_make_a_file(command, given, folder):
    """
    By either name.
    """
    _, code = run(*command, "--store", given, given="It came late.\nNora\n\n\n\n")

    assert 0 == code
    assert ["cases.db", "new.db"] == sorted(file.name for file in folder.glob("*.db"))


@pytest.mark.parametrize("given", ["cases.db", "sqlite:///cases.db"])
def test_a_demo_goes_into_no_file_that_is_there(given, folder):
    """
    A desk that stands in the time of a story has no business among other cases.
    """
    told, code = run("demo", "six_steps", "--store", given)

    assert (2, True) == (code, "'cases.db' exists already" in told)


def test_a_demo_is_kept_in_a_file():
    """
    A database of many is no place for it.
    """
    told, code = run("demo", "six_steps", "--store", "postgresql://127.0.0.1:1/cases")

    assert (2, True) == (code, "is no file; a demo is kept in one" in told)


@pytest.mark.parametrize("given", ["sqlite:cases.db", "sqlite://cases.db", "nowhere://x"])
@pytest.mark.parametrize("command", [["walk", "six_steps"], ["stats"]])
def test_what_is_nearly_a_url_is_taken_for_one(command, given, folder):
    """
    Nobody wants a file that is called `sqlite:cases.db`.
    """
    told, code = run(*command, "--store", given)

    assert (2, True) == (code, "complaintflow: " in told)
    assert ["cases.db"] == [file.name for file in folder.iterdir()]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("t-2", "there is no case 't-2' in 'cases.db' (did you mean 't-1'?)"),
        ("K 99", "there is no case 'K 99' in 'cases.db'; there is: t-1"),
    ],
)
def test_who_wants_to_look_at_a_case_is_told_which_there_are(asked, told, folder):
    """
    To open one is no advice to somebody who looks for one.
    """
    said, code = run("timeline", asked, "--store", "cases.db")

    assert (2, True) == (code, told in said), said
