"""
The command `audit`: what it prints, where, and the number it ends with.
"""

import csv
import io
import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from complaintflow import documents
from complaintflow.cli import _audit, app
from complaintflow.methods import six_steps

FOLDER = Path(__file__).parents[2] / "examples" / "old_tickets"
LOG, MAP = str(FOLDER / "export.csv"), str(FOLDER / "mapping.toml")
GOOD = "case,activity,time\na,ack,2026-01-05 09:00\na,offer,2026-01-05 10:00\n"
SMALL = """\
[activities]
ack = "acknowledge_problem"
offer = "offer"
new = "open"
[[rules]]
template = "precedence"
acts = "acknowledge_problem"
others = "offer"
code = "hasty"
"""


def run(*arguments, given=None):
    """
    Return what the command answers.
    """
    result = CliRunner().invoke(app, ["audit", *map(str, arguments)], input=given)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def small(tmp_path):
    """
    Return the path of a small mapping.
    """
    path = tmp_path / "map.toml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def test_people_read_totals_first_deviations_and_what_to_know(monkeypatch):
    """
    The figures, where to look, and what they do not say.
    """
    done = run(LOG, "--mapping", MAP, "--method", "six_steps")

    assert 1 == done.exit_code
    for words in (
        "4 cases, 20 lines",
        "1     2       1        0            0    six_steps: the case did not go",
        "1     1       0        1            1    hasty_offer: a refund was offered",
        "3    empathize before acknowledge_problem",
        "1042  2026-03-02 11:02  Refund offered  six_steps: broken",
        "- the customer has not been heard  003-10, 003-11, 003-12",
        "1 line of unknown activities: 'Tag: VIP' (1)",
        "1 line could not be read: line 22: ",
        "1 case with several lines of one time",
        "offer: still_to_come",
    ):
        assert words in done.stdout, words
    assert " more; --limit " in run(LOG, "-m", MAP, "--method", "six_steps", "--limit", 1).stdout


def test_programs_read_json_or_csv():
    """
    The same findings, for whatever comes next.
    """
    data = json.loads(run(LOG, "-m", MAP, "--json").stdout)
    rows = list(csv.reader(io.StringIO(run(LOG, "-m", MAP, "--csv", "--limit", 2).stdout)))

    assert ["hasty_offer", "empty_promise"] == [rule["code"] for rule in data["rules"]]
    assert (1, 1) == (data["rules"][0]["broken"], data["rules"][0]["cannot_tell"])
    assert ["1042", "1042", "1043"] == [each["case"] for each in data["findings"]]
    assert [["case", "rule"], ["1042", "hasty_offer"]] == [row[:2] for row in rows[:2]]
    assert 3 == len(rows)


def test_a_clean_log_ends_with_0_and_pipes_are_read(small):
    """
    A script can ask whether all is well.
    """
    done = run("-", "-m", small, given=GOOD.replace("a,ack", "a,new,2026-01-05 08:00\na,ack"))

    assert 0 == done.exit_code
    assert "First deviations" not in done.stdout


def test_everything_that_is_noticed_is_told(small):
    """
    A figure that hides how it came about is believed too easily.
    """
    lines = "b,offer,2026-01-05 12:00\nb,new,2026-01-05 11:00\n" + "".join(
        f"b,odd {n},2026-01-05 12:00\n" for n in range(6)
    )
    told = run("-", "-m", small, given=GOOD + lines).stdout

    for words in (
        "6 lines of unknown activities: 'odd 0' (1), ",
        "and 1 more",
        "1 case not in the order of time; sorted before judging",
        "1 case began before the log",
        "no activity closes a case",
    ):
        assert words in told.replace("\n", " "), words
    clean = SMALL.replace('new = "open"', "closed = { closes = true }")
    small.write_text(clean, encoding="utf-8")
    assert "the log has none of: closed" in run("-", "-m", small, given=GOOD).stdout
    small.write_text(
        clean.replace("closed = { closes = true }\n", "").replace(
            "[activities]", "[log]\ncomplete = true\n[activities]"
        ),
        encoding="utf-8",
    )
    assert "Before you believe it" not in run("-", "-m", small, given=GOOD).stdout


def test_what_happened_at_the_end_is_told_as_that(small):
    """
    What did not happen has no line.
    """
    small.write_text(
        SMALL.replace("[activities]", "[log]\ncomplete = true\n[activities]")
        .replace("precedence", "response")
        .replace('others = "offer"', 'others = "close"'),
        encoding="utf-8",
    )
    done = run("-", "-m", small, given=GOOD.replace("a,ack", "a,new,2026-01-05 08:00\na,ack"))

    assert (1, True) == (done.exit_code, "a  at its end  hasty: broken" in done.stdout)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((LOG,), "say what the activities stand for: --mapping FILE"),
        (("no.csv", "-m", MAP), "there is no such file; name one, or - for standard input"),
        ((LOG, "-m", "no.toml"), "there is no such file; draft one from the log, or name another"),
        ((LOG, "-m", MAP, "--method", "six_stepz"), "did you mean 'six_steps'?"),
        ((LOG, "-m", MAP, "--method", "five_steps"), "five_steps has no act 'offer'"),
        ((LOG, "-m", LOG), "it is no TOML"),
        ((LOG, "-m", MAP, "--json", "--csv"), "say --json or --csv, not both"),
        ((LOG, "--draft", "--json"), "--draft writes a mapping; leave out --json"),
        (
            (LOG, "--draft", "--csv", "--plot", "a.png", "--limit", 3),
            "--draft writes a mapping; leave out --csv, --plot and --limit",
        ),
        (("no.csv", "--json", "--csv"), "say --json or --csv, not both"),
    ],
)
def test_unusable_input_ends_with_2_and_one_message(arguments, words):
    """
    Exit code 1 is for tickets that broke a rule, not for typing errors.
    """
    done = run(*arguments)

    assert (2, "") == (done.exit_code, done.stdout)
    assert words in done.stderr


def test_a_method_with_questions_and_acts_of_its_host_is_audited(small, tmp_path):
    """
    A log answers no question beyond facts, so nobody has to answer those of a host either.
    """
    ours = tmp_path / "ours.toml"
    text = documents.dumps(six_steps())
    asked = 'within_authority = { ask = "within_authority", cites = "003-54" }'
    assert asked in text
    text = text.replace(asked, 'within_authority = { guard = "house" }')
    text = text.replace("[acts.listen]", "[acts.send_flowers]\n\n[acts.listen]", 1)
    text = text.replace("edges = [", 'edges = [\n  { from = "heard", act = "send_flowers" },', 1)
    ours.write_text(text, encoding="utf-8")
    known = run("-", "-m", small, "--method", ours, "--act", "send_flowers", given=GOOD)
    unknown = run("-", "-m", small, "--method", ours, given=GOOD)
    needless = run("-", "-m", small, "--act", "send_flowers", given=GOOD)

    assert (0, "") == (known.exit_code, known.stderr)
    assert "offer: within_authority" in known.stdout
    assert (2, "") == (unknown.exit_code, unknown.stdout)
    assert "there is no act 'send_flowers'" in unknown.stderr
    assert (2, "--act: it is for a document: name that with --method") == (
        needless.exit_code,
        needless.stderr.strip().removeprefix("complaintflow: "),
    )


def test_a_draft_that_nobody_filled_in_is_told(tmp_path):
    """
    Zeros in every column would look like a good year.
    """
    draft = tmp_path / "draft.toml"
    draft.write_text(run("-", "--draft", given=GOOD).stdout, encoding="utf-8")
    done = run("-", "-m", draft, "--method", "six_steps", given=GOOD)

    assert (2, "") == (done.exit_code, done.stdout)
    assert "no activity stands for anything yet: write into each [] what it is" in done.stderr


def test_a_draft_lists_what_the_log_has(small, tmp_path):
    """
    The first question is what there is to map.
    """
    shape = tmp_path / "shape.toml"
    shape.write_text("".join(Path(MAP).read_text(encoding="utf-8").partition("[activities]")[0]))
    done = run(LOG, "--draft", "-m", shape, "--method", "six_steps")

    assert 0 == done.exit_code
    assert '"Refund offered" = []  # 3 times; offer?' in done.stdout
    assert 'zone = "Europe/Vienna"' in done.stdout
    assert 0 == run("-", "--draft", given=GOOD).exit_code
    shape.write_text("[log]\ndelimiter = 3\n")
    assert 2 == run(LOG, "--draft", "-m", shape).exit_code


def test_a_bar_moves_only_on_a_terminal(monkeypatch):
    """
    A log file of a cron job is no place for a progress bar.
    """

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    with _audit._progress("x") as told:
        assert told is None
    monkeypatch.setattr(sys, "stderr", Terminal())
    with _audit._progress("x") as told:
        told(5, 10)

    assert "reading x" in sys.stderr.getvalue()
