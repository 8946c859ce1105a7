"""
Courses of a log: where each case stood when, beside the method itself; and what is counted of them.
"""

from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from complaintflow import EvidenceError, TimeError
from complaintflow.audit import mapping_of
from complaintflow.audit._courses import courses
from complaintflow.cli import app
from complaintflow.errors import LogError, MappingError
from complaintflow.methods import six_steps
from complaintflow.statistics import Refusal, measure_log
from complaintflow.statistics.plots import plot
from complaintflow.testing import stories

from .test_replays import words_of

SIX = six_steps()
MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
WORDS = ("open", "listen/finished", "acknowledge_problem", "withdraw", "reopen", "offer", "hush")
MAPPING = mapping_of({"activities": {word: word for word in WORDS if word != "hush"}})
SHORT = "open listen/finished acknowledge_problem withdraw"


def log_of(*told, hours=1):
    """
    Return lines of cases, each told as the words of its activities, an hour apart.
    """
    return [
        (f"t-{case}", word, MONDAY + timedelta(hours=hours * place))
        for case, words in enumerate(told)
        for place, word in enumerate(words.split())
    ]


@pytest.mark.untraced
def test_a_course_is_where_the_method_has_led_the_case():
    """
    Every decisive story as a log: it tells the states of its entries, or says that it cannot.
    """
    taken = [[*s.history, *([s.entry] if s.entry else [])] for s in stories(SIX)]
    logs = [" ".join(words_of(entries)) for entries in taken]
    mapping = mapping_of({"activities": {word: word for log in logs for word in log.split()}})
    untold = 0
    for log, entries in zip(logs, taken, strict=True):
        found = courses(log_of(log), mapping, SIX)
        untold += found.untold
        for turns in found.told:
            assert [(at - MONDAY) // timedelta(hours=1) for at, _ in turns] == [*range(len(turns))]
            assert [state for _, state in turns] == [entry.state for entry in entries]
    assert untold < len(taken) / 20


def test_times_standings_and_what_began_anew_are_counted():
    """
    As of a store; promises, of which a log says nothing, are not made up.
    """
    counted = measure_log(log_of(SHORT, f"{SHORT} reopen", "open"), MAPPING, SIX)
    times = {each.state: (each.stays, each.median) for each in counted.times}
    places = {each.state: (each.cases, each.longest) for each in counted.standings}
    hour = timedelta(hours=1)

    assert (3, 1, 2, 1, 0) == (
        *(counted.cases, counted.closed, counted.ended, counted.reopened),
        counted.untold,
    )
    assert counted.reopen_rate == 0.5
    assert {"received": (2, hour), "heard": (2, hour), "acknowledged": (2, hour)} == times
    assert {"received": (2, 4 * hour), "withdrawn": (1, hour)} == places
    assert counted.at == MONDAY + 4 * hour
    assert counted.promises is None is counted.data()["promises"]
    assert counted.data()["untold"] == 0


def test_a_case_that_the_log_leaves_in_doubt_is_left_out_and_told():
    """
    Begun before the log, gone astray, with a line that cannot be read, or tied so that it matters.
    """
    tied = [("tie", "listen/finished", MONDAY), ("tie", "withdraw", MONDAY)]
    lines = [
        *log_of(SHORT),
        *[("early", word, at) for _, word, at in log_of("listen/finished withdraw")],
        *[("astray", word, at) for _, word, at in log_of("open offer")],
        *[("torn", word, at) for _, word, at in log_of("open listen/finished")],
        ("torn", "withdraw", "yesterday"),
        ("shreds", "open", "some day"),
        ("tie", "open", MONDAY - timedelta(hours=1)),
        *tied,
    ]
    counted = measure_log(lines, MAPPING, SIX)

    assert (1, 5) == (counted.cases, counted.untold)


def test_what_is_tied_and_does_not_matter_is_told_and_so_is_what_stands_for_nothing():
    """
    Lines of one time are one turn, in whatever order they stand.
    """
    at = MONDAY + timedelta(hours=1)
    lines = [
        ("t", "hush", at + timedelta(hours=1)),
        ("t", "hush", at),
        ("t", "listen/finished", at),
        ("t", "hush", at),
        ("t", "open", MONDAY),
    ]
    [turns] = courses(lines, MAPPING, SIX).told

    assert [(MONDAY, "received"), (at, "heard"), (at + timedelta(hours=1), "heard")] == [*turns]


def test_the_moment_the_zone_and_refusals_are_those_that_are_asked_for():
    """
    Times without an offset are those of the mapping's zone.
    """
    mapping = mapping_of({"log": {"zone": "Asia/Tokyo"}, "activities": {"open": "open"}})
    refusal = Refusal(MONDAY, "six_steps", "received", "offer", ("heard",))
    line = ("t", "open", datetime(2026, 1, 5, 9))
    found = measure_log([line], mapping, SIX, refusals=[refusal], zone="Europe/Berlin")
    later = measure_log([line], mapping, SIX, at=MONDAY)

    assert (found.at.hour, found.at.utcoffset()) == (1, timedelta(hours=1))
    assert [1] == [each.refusals for each in found.refusals]
    assert timedelta(hours=9) == later.standings[0].longest


@pytest.mark.parametrize(
    ("log", "method", "more", "error"),
    [
        (log_of("open"), "six_steps", {}, EvidenceError),
        (log_of("open"), SIX, {"zone": "Mars"}, TimeError),
        (log_of("open"), SIX, {"at": datetime(2026, 1, 5)}, TimeError),
        ([], SIX, {}, LogError),
        ("nowhere.csv", SIX, {}, LogError),
    ],
)
def test_what_cannot_be_counted_is_told(log, method, more, error):
    """
    As by an audit.
    """
    with pytest.raises(error):
        measure_log(log, MAPPING, method, **more)


def test_a_mapping_that_does_not_fit_the_method_is_told():
    """
    With what was meant.
    """
    with pytest.raises(MappingError, match="did you mean 'offer'"):
        measure_log(log_of("open"), mapping_of({"activities": {"a": "ofer"}}), SIX)


@pytest.fixture
def files(tmp_path):
    """
    Return a log and a mapping as files.
    """
    rows = [f"{case},{at.isoformat()},{word}" for case, word, at in log_of(SHORT, "open offer")]
    (tmp_path / "log.csv").write_text("\n".join(["ticket,time,action", *rows]), "utf-8")
    told = "\n".join(f'"{word}" = "{word}"' for word in WORDS if word != "hush")
    (tmp_path / "map.toml").write_text(f"[activities]\n{told}\n", "utf-8")
    return str(tmp_path / "log.csv"), "--mapping", str(tmp_path / "map.toml")


def test_the_command_counts_a_log_and_draws_it(files, tmp_path):
    """
    With what is left out.
    """
    plotted = tmp_path / "team.svg"
    run = ["stats", *files, "--method", "six_steps", "--plot", str(plotted)]
    done = CliRunner().invoke(app, run)

    assert done.exit_code == 0, done.output
    assert "1 case more are left out" not in done.output
    assert "1 case more is left out: the log leaves it in doubt" in done.output
    assert "a log does not say" in done.output
    assert plotted.stat().st_size > 0
    plot(measure_log(files[0], MAPPING, SIX), tmp_path / "again.png", is_dark=True)


@pytest.mark.parametrize("more", [[], ["--method", "six_steps", "--store", "x.db"]])
def test_the_command_says_how_a_log_is_counted(files, more):
    """
    One log, one method, no store.
    """
    done = CliRunner().invoke(app, ["stats", *files, *more])

    assert done.exit_code == 2
    assert "stats LOG --mapping FILE --method METHOD" in done.stderr
