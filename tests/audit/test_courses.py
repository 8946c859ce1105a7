"""
Courses of a log: where each case stood when, beside the method itself; and what is counted of them.
"""

import re
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import groupby, pairwise, permutations, product
from statistics import median

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from complaintflow import EvidenceError, TimeError
from complaintflow.audit import Verdict, audit, mapping_of
from complaintflow.audit._courses import courses
from complaintflow.cli import app
from complaintflow.errors import LogError, MappingError
from complaintflow.methods import six_steps
from complaintflow.statistics import Refusal, measure, measure_log
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


def turns_of(lines, mapping=MAPPING, **more):
    """
    Return the turns of every case of a log.
    """
    return list(courses(lines, mapping, SIX, **more).each)


@cache
def roads():
    """
    Return the entries of every decisive story, and a mapping of a log of them.
    """
    taken = [[*s.history, *([s.entry] if s.entry else [])] for s in stories(SIX)]
    words = {word for entries in taken for word in words_of(entries)}
    return taken, mapping_of({"activities": {word: word for word in sorted(words)}})


@pytest.mark.untraced
def test_a_course_is_where_the_method_has_led_the_case():
    """
    Every decisive story as a log: it tells the states of its entries, or says that it cannot.
    """
    taken, mapping = roads()
    logs = [" ".join(words_of(entries)) for entries in taken]
    found = turns_of(log_of(*logs), mapping)
    for turns, entries in zip(found, taken, strict=True):
        if turns:
            hours = [(at - MONDAY) // timedelta(hours=1) for at, _, _ in turns]
            assert hours == [*range(len(entries))]
            assert [state for _, state, _ in turns] == [entry.state for entry in entries]
    assert found.count(()) < len(taken) / 20


@pytest.mark.untraced
def test_a_log_is_counted_as_the_histories_are_that_it_is_of():
    """
    Also of a case that began anew before it was over.
    """
    taken, mapping = roads()
    logs = [" ".join(words_of(entries)) for entries in taken]
    found = turns_of(log_of(*logs), mapping)
    certain = [entries for entries, turns in zip(taken, found, strict=True) if turns]
    lines = log_of(*(" ".join(words_of(entries)) for entries in certain))
    times = [at for _, _, at in lines]
    histories = [[evolve(entry, at=times.pop(0)) for entry in entries] for entries in certain]
    told = measure_log(lines, mapping, SIX)

    assert {"agreed"} < {e.move.source for each in certain for e in each if e.move.begins_cycle}
    assert evolve(measure(histories, at=told.at), promises=None) == told


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
    [turns] = turns_of(lines)

    assert [
        (MONDAY, "received", False),
        (at, "heard", False),
        (at + timedelta(hours=1), "heard", False),
    ] == [*turns]


def test_a_case_begins_when_it_is_opened():
    """
    What the mapping does not know and the log has before it takes no time of the case.
    """
    found = measure_log(log_of("hush open listen/finished"), MAPPING, SIX)

    assert [timedelta(hours=1)] == [each.longest for each in found.times]


@pytest.mark.parametrize(
    ("words", "more", "told"),
    [
        ("open listen/finished shut", {}, False),
        ("open listen/finished shut hush", {}, False),
        ("open listen/finished shut withdraw", {}, False),
        ("open withdraw shut", {}, True),
        ("open withdraw again", {}, False),
        ("open withdraw hush again", {}, False),
        ("open withdraw open", {}, False),
        ("open withdraw reopen", {}, True),
        ("open withdraw both", {}, True),
        ("open listen/finished", {"complete": True}, False),
        ("open withdraw", {"complete": True}, True),
        ("open listen/finished again", {}, True),
    ],
)
def test_a_case_that_is_over_in_the_log_and_not_in_the_method_is_in_doubt(words, more, told):
    """
    Or the other way round: nobody knows then how long it waited, or for whom.
    """
    ends = {"shut": {"closes": True}, "again": {"reopens": True}, "both": ["reopen", "withdraw"]}
    known = {word: word for word in WORDS if word != "hush"}
    mapping = mapping_of({"log": more, "activities": known | ends})
    found = measure_log(log_of(words), mapping, SIX)

    assert (told, not told) == (found.cases == 1, found.untold == 1)
    assert found.reopened == (told and words.split()[-1] in {"again", "reopen", "both"})


def test_a_case_that_is_opened_and_over_at_one_time_is_over():
    """
    A helpdesk that writes days and no hours has both on the day of the first call.
    """
    lines = [("t", word, MONDAY) for word in ("withdraw", "open")]

    assert measure_log(lines, MAPPING, SIX).closed == 1

    ends = {"again": {"reopens": True}}
    mapping = mapping_of({"activities": {"open": "open", "withdraw": "withdraw"} | ends})
    assert measure_log([*lines, ("t", "again", MONDAY)], mapping, SIX).untold == 1


def test_what_begins_anew_within_one_time_is_counted():
    """
    One activity may stand for the end and the new beginning.
    """
    mapping = mapping_of({"activities": {"open": "open", "again": ["withdraw", "reopen"]}})
    found = measure_log(log_of("open again"), mapping, SIX)

    assert (1, 1, 0) == (found.ended, found.reopened, found.closed)


def test_what_comes_after_the_moment_is_left_out():
    """
    A case that nobody had opened yet, too; and a log that is over has not been for all time.
    """
    mapping = mapping_of({"log": {"complete": True}, "activities": {w: w for w in SHORT.split()}})
    lines = [*log_of(SHORT), ("later", "open", MONDAY + timedelta(hours=2))]
    found = measure_log(lines, mapping, SIX, at=MONDAY + timedelta(minutes=90))
    before = measure_log(lines, mapping, SIX, at=MONDAY - timedelta(days=1))

    assert (1, 0, 0) == (found.cases, found.closed, found.untold)
    assert [("heard", timedelta(minutes=30))] == [(s.state, s.longest) for s in found.standings]
    assert (0, 0) == (before.cases, before.untold)


def test_times_with_an_offset_and_without_are_not_mixed():
    """
    As in an audit: which are meant is told by the first.
    """
    lines = [*log_of("open"), ("naive", "open", datetime(2026, 1, 5, 12))]
    found = measure_log(lines, MAPPING, SIX)

    assert audit(lines, MAPPING, SIX).unusable == 1
    assert (1, 1) == (found.cases, found.untold)
    assert found.at == MONDAY


def test_an_hour_is_an_hour_when_the_clocks_are_put_forward():
    """
    Times without an offset are lengthened or cut by no change of the clocks.
    """
    mapping = mapping_of(
        {"log": {"zone": "Europe/Berlin"}, "activities": {word: word for word in SHORT.split()}}
    )
    night = [datetime(2026, 3, 29, 1, 30), datetime(2026, 3, 29, 3, 30)]
    lines = [("t", word, at) for word, at in zip(SHORT.split(), night, strict=False)]

    assert [timedelta(hours=1)] == [e.longest for e in measure_log(lines, mapping, SIX).times]


def test_refusals_under_another_method_are_left_out():
    """
    As of a store, where a method is named.
    """
    refusals = [Refusal(MONDAY, name, "received", "offer", ("heard",)) for name in ("x", SIX.name)]
    found = measure_log(log_of("open"), MAPPING, SIX, refusals=iter(refusals))

    assert [1] == [each.refusals for each in found.refusals]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([], "it has no lines"),
        ([("t", "open", "soon")], "none of its lines can be read.*line 1: its time is 'soon'"),
        ([("t", " ", MONDAY), ("", "open", MONDAY)], "line 1: it names no activity.*no case"),
    ],
)
def test_a_log_of_which_nothing_can_be_read_says_why(lines, message):
    """
    With its first lines, as an audit says it.
    """
    with pytest.raises(LogError) as told:
        measure_log(lines, MAPPING, SIX)
    with pytest.raises(LogError) as audited:
        audit(lines, MAPPING, SIX)

    assert str(told.value) == str(audited.value)
    assert re.search(message, str(told.value), re.DOTALL)


# -- beside a count by hand ---------------------------------------------------------------------

OPEN_ONES = ("received", "heard", "acknowledged")
LEADS = {
    **{(state, "listen/finished"): [state] for state in OPEN_ONES},
    **{(state, "listen"): [state] for state in OPEN_ONES},
    **{(state, "withdraw"): ["withdrawn"] for state in OPEN_ONES},
    ("received", "listen/finished"): ["heard"],
    ("received", "listen"): ["heard", "received"],
    ("heard", "acknowledge_problem"): ["acknowledged"],
    ("acknowledged", "acknowledge_problem"): ["acknowledged"],
    ("withdrawn", "reopen"): ["received"],
}
"""Where a few acts lead in the six steps; `listen` leaves open whether the customer had done."""
EFFECTS = {"shut": {"closes": True}, "again": {"reopens": True}, "note": []}
MAPPED = {word: word for word in ("open", "offer", *{act for _, act in LEADS})} | EFFECTS
BEGINNING = frozenset({("received", False, False)})


def go_on(worlds, word):
    """
    Return the worlds that a word leads to: the state, whether it began anew, and is shut.
    """
    onward = set()
    for state, is_anew, is_shut in worlds:
        if word in {"shut", "again"}:
            onward.add((state, is_anew or word == "again", word == "shut"))
        elif word in {"open", "note", "hush"}:
            onward.add((state, is_anew, is_shut))
        else:
            for target in LEADS.get((state, word), ()):
                ends = word == "withdraw" or (is_shut and word != "reopen")
                onward.add((target, is_anew or word == "reopen", ends))
    return frozenset(onward)


def turns_by_hand(lines, *, is_over):
    """
    Return the turns of a case by trying every order of every time, or None where there is doubt.
    """
    if any(at is None for at, _ in lines):
        return None
    lines = sorted(lines)
    first = min((at for at, word in lines if word != "hush"), default=None)
    if first is None or (first, "open") not in lines:
        return None
    turns, every = [], {BEGINNING}
    for at, group in groupby((line for line in lines if line[0] >= first), lambda line: line[0]):
        words = [word for _, word in group]
        orders = set(permutations(words))
        every = {through(worlds, order) for worlds, order in product(every, orders)}
        if frozenset() in every:
            return None
        [(state, is_anew), *others] = {world[:2] for worlds in every for world in worlds}
        is_shut = any(world[2] for worlds in every for world in worlds)
        is_begun = "again" in words or "reopen" in words or ("open" in words and at != first)
        if others or (is_begun if state == "withdrawn" else is_shut):
            return None
        turns.append((at, state, is_anew))
    return None if is_over and turns[-1][1] != "withdrawn" else turns


def through(worlds, order):
    """
    Return the worlds that words in one order lead to.
    """
    for word in order:
        worlds = go_on(worlds, word)
    return worlds


def count_by_hand(lines, at, *, is_complete):
    """
    Return what `Statistics.data` should have of lines, each a case, a word and hours, or None.
    """
    told, untold, cases = [], 0, defaultdict(list)
    for case, word, hour in lines:
        cases[case].append((hour, word))
    at = max(hour for _, _, hour in lines if hour is not None) if at is None else at
    for each in cases.values():
        known = [(hour, word) for hour, word in each if hour is None or hour <= at]
        if known:
            turns = turns_by_hand(known, is_over=is_complete and known == each)
            untold += turns is None
            told += [turns] if turns is not None else []
    stays, stands = defaultdict(list), defaultdict(list)
    for turns in told:
        stood = [list(group) for _, group in groupby(turns, lambda turn: turn[1])]
        for this, following in pairwise(stood):
            if this[0][1] != "withdrawn":
                stays[this[0][1]].append(following[0][0] - this[0][0])
        stands[turns[-1][1]].append(at - stood[-1][0][0])
    anew = sum(turns[-1][2] for turns in told)
    return {
        "cases": len(told),
        "untold": untold,
        "closed": len(stands["withdrawn"]),
        "reopened": anew,
        "ended": sum(any(s == "withdrawn" or new for _, s, new in turns) for turns in told),
        "times": {state: figures(hours) for state, hours in stays.items()},
        "standings": {state: figures(hours) for state, hours in stands.items() if hours},
    }


def figures(hours):
    """
    Return how many lengths there are, half of them, and the longest, in seconds.
    """
    return len(hours), median(hours) * 3600, max(hours) * 3600


@st.composite
def logs(draw):
    """
    Draw lines of up to three cases, most of which go a road that can be gone; in any order.
    """
    lines = []
    for case in draw(st.sampled_from(["a", "ab", "abc"])):
        hour, state = 0, "received"
        word = draw(st.sampled_from([*["open"] * 6, "hush", "listen/finished", "note"]))
        for _ in range(draw(st.integers(1, 7))):
            is_torn = draw(st.integers(0, 60)) == 37
            lines.append((case, word, None if is_torn else hour))
            hour += draw(st.sampled_from([1, 1, 1, 2, 1, 1, 0]))
            usual = sorted(act for here, act in LEADS if here == state) * 8
            word = draw(st.sampled_from([*usual, *MAPPED, "hush"]))
            state = LEADS.get((state, word), [state])[0]
    return draw(st.permutations(lines))


@settings(max_examples=settings().max_examples * 3 // 5)
@given(logs(), st.none() | st.integers(-1, 8), st.sampled_from([False, False, False, True]))
def test_a_log_is_counted_as_by_hand(told, hour, is_complete):
    """
    By every order of what has one time, and every outcome that is not said.
    """
    lines = [
        (case, word, "torn" if at is None else MONDAY + timedelta(hours=at))
        for case, word, at in told
    ]
    mapping = mapping_of({"log": {"complete": is_complete}, "activities": MAPPED})
    at = None if hour is None else MONDAY + timedelta(hours=hour)
    if all(at is None for _, _, at in told):
        with pytest.raises(LogError):
            measure_log(lines, mapping, SIX, at=at)
        return
    data = measure_log(lines, mapping, SIX, at=at).data()
    found = {
        name: {e["state"]: (e[count], e["median"], e["longest"]) for e in data[name]}
        for name, count in (("times", "stays"), ("standings", "cases"))
    }
    wanted = count_by_hand(told, hour, is_complete=is_complete)

    assert {name: data[name] for name in wanted} | found == wanted
    if at is None:
        report = audit(lines, mapping, SIX)
        doubted = report.rules[0].count(Verdict.BROKEN) + report.rules[0].count(Verdict.CANNOT_TELL)
        assert doubted <= data["untold"]
        for each in data["standings"]:
            assert each["cases"] <= report.standings[each["state"]]


# -- what cannot be counted -----------------------------------------------------------------------


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


def test_csv_and_xes_of_one_log_are_counted_alike(tmp_path):
    """
    Whatever the delimiter, and the way in which times are written.
    """
    told = log_of(SHORT, f"{SHORT} reopen", "listen/finished")
    csv = "".join(f"{at:%d.%m.%Y %H:%M};{case};{word}\n" for case, word, at in told)
    traces = "".join(
        f"<trace><event><string key='concept:name' value='{word}'/>"
        f"<date key='time:timestamp' value='{at.isoformat()}'/></event>"
        f"<string key='concept:name' value='{case}'/></trace>"
        for case, word, at in reversed(told)
    )
    (tmp_path / "log.csv").write_text(f"Time;Case;Action\n{csv}", "utf-8")
    (tmp_path / "log.xes").write_text(f"<log>{traces}</log>", "utf-8")
    known = {word: word for word in WORDS if word != "hush"}
    shape = {"format": "%d.%m.%Y %H:%M"}
    wanted = measure_log(told, MAPPING, SIX)
    mapping = mapping_of({"log": shape, "activities": known})

    assert wanted == measure_log(tmp_path / "log.csv", mapping, SIX)
    assert wanted == measure_log(str(tmp_path / "log.xes"), MAPPING, SIX)
    assert (2, 1) == (wanted.cases, wanted.untold)


@pytest.mark.parametrize("more", [[], ["--method", "six_steps", "--store", "x.db"]])
def test_the_command_says_how_a_log_is_counted(files, more):
    """
    One log, one method, no store.
    """
    done = CliRunner().invoke(app, ["stats", *files, *more])

    assert done.exit_code == 2
    assert "stats LOG --mapping FILE --method METHOD" in done.stderr


@pytest.mark.parametrize("name", ["log.csv", "log.xes.gz"])
def test_a_log_without_a_mapping_is_not_taken_for_stories(name, tmp_path):
    """
    One sentence says what is missing, and not one for each line.
    """
    log = tmp_path / name
    log.write_text("case,activity,time\n" * 3)

    done = CliRunner().invoke(app, ["stats", str(log), "--method", "six_steps"])

    assert done.exit_code == 2
    assert "--mapping FILE" in done.stderr
    assert "is not JSON" not in done.stderr
