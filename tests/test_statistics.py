"""
A team as a picture: what is counted of many cases, and that no word of any is read.
"""

import asyncio
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.text import Text
from typer.testing import CliRunner

from complaintflow import (
    Case,
    Desk,
    EvidenceError,
    HistoryError,
    Refused,
    TimeError,
    read_story,
    replay,
)
from complaintflow.acts import Close, Listen, Offer, Remedy, Reopen, Withdraw
from complaintflow.adapters.memory import AsyncMemoryStore, MemoryStore
from complaintflow.adapters.sqlite import SqliteStore
from complaintflow.audit import Judged, Verdict, audit, mapping_of, read_mapping
from complaintflow.cli import app
from complaintflow.errors import LogError
from complaintflow.methods import five_steps, six_steps
from complaintflow.statistics import (
    PromiseCount,
    Reason,
    Refusal,
    RefusalLog,
    StateCount,
    StateTime,
    Statistics,
    count_refusals,
    measure,
    measure_store,
    measure_store_async,
    read_refusals,
)
from complaintflow.statistics import _counting as counting
from complaintflow.statistics.plots import figure, plot
from complaintflow.testing import FrozenClock, histories

from .rendering.test_timelines import KETTLE

OFFER = Offer([Remedy("gift")], words="Here")
PNG = b"\x89PNG"


def desk_of(store=None, **more):
    """
    Return a desk whose clock is set by hand, and the clock.
    """
    clock = FrozenClock()
    return Desk(six_steps(), five_steps(), store=store, clock=clock, **more), clock


@pytest.fixture
def three():
    """
    Return a store with a case that waits, one that was withdrawn, and one that began anew.
    """
    store = MemoryStore()
    desk, clock = desk_of(store)
    for name in ("waits", "withdrawn", "anew"):
        desk.open(name, customer="Ana", complaint="It broke", by="sam")
    clock.advance(hours=2)
    desk.record("anew", Listen(account="Late"), by="sam")
    clock.advance(hours=4)
    desk.record("withdrawn", Withdraw(), by="sam")
    desk.record("anew", Withdraw(), by="sam")
    clock.advance(hours=10)
    desk.record("anew", Reopen(reason="They changed their mind"), by="sam")
    clock.advance(hours=1)
    return store, clock.now()


def places(counted):
    """
    Return how many cases stand in each state.
    """
    return {each.state: each.cases for each in counted.standings}


# -- what is counted ----------------------------------------------------------------------------


def test_where_cases_stand_is_counted_and_for_how_long(three):
    """
    A state in which they wait longest is where a process stops.
    """
    store, now = three
    counted = measure_store(store, at=now)
    received = counted.standings[0]

    assert {"received": 2, "withdrawn": 1} == places(counted)
    assert (3, 2, 1) == (counted.cases, counted.open, counted.closed)
    assert timedelta(hours=17) == received.longest
    assert timedelta(hours=9) == received.median
    assert [False, True] == [each.is_final for each in counted.standings]


def test_for_an_earlier_moment_nothing_is_undone(three):
    """
    A store tells how its cases are; and none of them has stood anywhere for less than no time.
    """
    store, now = three
    before = measure_store(store, at=now - timedelta(days=1))

    assert places(before) == places(measure_store(store, at=now))
    assert {timedelta()} == {each.longest for each in before.standings}


def test_how_long_a_state_takes_is_counted_until_it_is_left(three):
    """
    What is over takes no time, however late it is taken up again.
    """
    store, now = three
    times = {each.state: each for each in measure_store(store, at=now).times}

    assert {"received", "heard"} == times.keys()
    assert (2, timedelta(hours=4)) == (times["received"].stays, times["received"].median)
    assert timedelta(hours=6) == times["received"].p90 == times["received"].longest
    assert timedelta(hours=4) == times["heard"].median


def test_what_began_anew_is_counted_among_what_has_ended(three):
    """
    A rate of all cases would look the better, the more are open.
    """
    store, now = three
    counted = measure_store(store, at=now)

    assert (2, 1, 0.5) == (counted.ended, counted.reopened, counted.reopen_rate)


def test_what_became_of_promises_is_counted():
    """
    Kept in time is said of those that had to be kept by now.
    """
    desk = Desk(six_steps())
    case = desk.import_story(KETTLE.read_text("utf-8"))
    history = desk.history(case.id)
    now, later = (measure([history], at=case.updated_at + timedelta(days=d)) for d in (1, 30))

    assert PromiseCount(kept=1, kept_late=1, broken=1, open=1) == now.promises
    assert PromiseCount(kept=1, kept_late=1, broken=1, overdue=1) == later.promises
    assert (4, 1 / 3) == (now.promises.made, now.promises.on_time)
    assert later.promises.on_time == 1 / 4


def test_where_there_is_nothing_there_are_no_rates():
    """
    Nothing of nothing is not a hundred in a hundred.
    """
    counted = measure_store(MemoryStore(), at=datetime(2026, 1, 5, tzinfo=UTC))

    assert (0, (), (), None) == (
        counted.cases,
        counted.standings,
        counted.times,
        counted.reopen_rate,
    )
    assert counted.promises.on_time is None
    assert counted.refusals is None


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=60))
def test_a_median_and_nine_in_ten_are_what_they_say(seconds):
    """
    Half are no longer than the one, and nine in ten no longer than the other.
    """
    lengths = sorted(map(float, seconds))
    found = counting._time(("m", "s"), lengths)
    ninth = found.p90.total_seconds()

    assert timedelta(seconds=median(lengths)) == found.median
    assert sum(each <= ninth for each in lengths) >= 0.9 * len(lengths)
    assert ninth in lengths
    assert found.longest.total_seconds() == lengths[-1]


@given(st.lists(histories(six_steps(), max_size=10), max_size=4))
def test_no_time_is_counted_twice_or_lost(every):
    """
    A case stands in one state at a time, from its opening to the moment it is counted for.
    """
    at = datetime(8999, 1, 1, tzinfo=UTC)
    counted = measure(every, at=at)
    stood = sum((each.median * each.stays for each in counted.times), timedelta())

    assert counted.cases == len(every) == sum(each.cases for each in counted.standings)
    assert counted.closed == sum(Case.replay(history).is_closed for history in every)
    assert counted.reopened <= counted.ended <= counted.cases
    assert counted.promises.made == sum(len(Case.replay(h).ledger.promises) for h in every)
    if len(every) == 1 and not any(entry.move.ends for entry in every[0]):
        [standing] = counted.standings
        whole = at - every[0][0].at
        once = all(each.stays == 1 for each in counted.times)

        assert not once or abs(stood + standing.longest - whole) < timedelta(seconds=1)


@pytest.mark.parametrize("page", [1, 2, 3, 100])
def test_a_store_is_counted_in_pages_as_it_is_in_one(three, monkeypatch, page):
    """
    Nobody has a million cases in memory to count them.
    """
    store, now = three
    whole = measure_store(store, at=now)
    monkeypatch.setattr(counting, "CASES", page)
    monkeypatch.setattr(counting, "ENTRIES", page)

    assert whole == measure_store(store, at=now)


class Waiting:
    """
    A store that answers later.
    """

    def __init__(self, store):
        self.store = store
        self.asked = 0

    def __getattr__(self, name):
        async def answer(*arguments, **more):
            self.asked += 1
            await asyncio.sleep(0)
            return getattr(self.store, name)(*arguments, **more)

        return answer


@pytest.mark.parametrize("page", [1, 100])
def test_a_store_that_is_awaited_is_counted_alike(three, monkeypatch, page):
    """
    In pages too, with the refusals under one method, in a zone.
    """
    store, now = three
    monkeypatch.setattr(counting, "CASES", page)
    refusals = [Refusal(now, name, "received", "offer", ("heard",)) for name in ("six_steps", "x")]
    more = {"method": "six_steps", "refusals": refusals, "zone": "Europe/Berlin"}
    waiting = Waiting(store)

    counted = asyncio.run(measure_store_async(waiting, at=now, **more))

    assert counted == measure_store(store, at=now, **more)
    assert waiting.asked > len(counted.standings)
    assert [1] == [reason.refusals for reason in counted.refusals]


def test_a_store_that_has_to_be_awaited_is_told_where_it_is_counted():
    """
    A coroutine that nobody awaits would be a warning, and no answer.
    """
    now = datetime(2026, 1, 5, tzinfo=UTC)
    with pytest.raises(EvidenceError, match="measure_store_async counts it"):
        measure_store(AsyncMemoryStore(), at=now)
    assert asyncio.run(measure_store_async(AsyncMemoryStore(), at=now)).cases == 0


def test_a_store_and_its_histories_are_counted_alike(three):
    """
    What is read of an entry without its method is what the entry says.
    """
    store, now = three
    desk, _ = desk_of(store)
    histories = [desk.history(case.id) for case in desk.cases()]

    assert measure(histories, at=now) == measure_store(store, at=now)


def test_a_case_that_was_moved_is_counted_under_each_method_for_its_time(three):
    """
    A state belongs to the method the case was under when it stood in it.
    """
    store, now = three
    desk, _ = desk_of(store)
    *before, last = desk.history("withdrawn")
    moved = evolve(
        last,
        at=now,
        bound_to="other/1/00000000",
        move=evolve(last.move, target="begun", ends=False),
    )
    counted = measure([(*before, moved)], at=now + timedelta(hours=1))

    assert [("six_steps", "received")] == [(each.method, each.state) for each in counted.times]
    [standing] = counted.standings

    assert ("other", "begun") == (standing.method, standing.state)
    assert timedelta(hours=1) == standing.longest


def test_stories_are_counted_as_cases_are():
    """
    A file will do where there is no store.
    """
    method = six_steps()
    lines = read_story(KETTLE.read_text("utf-8").splitlines(), method)
    entries = [told.entry for told in replay(method, lines)]
    counted = measure([entries], at=datetime(2026, 3, 11, tzinfo=UTC))

    assert {"agreed": 1} == places(counted)
    assert counted.reopened == 1


def test_only_the_cases_under_one_method_are_counted_where_it_is_named(three):
    """
    Two methods have states of one name that mean two things.
    """
    store, now = three
    desk, clock = desk_of(store)
    clock.advance(hours=17)
    desk.open("other", customer="Ana", complaint="x", by="sam", method="five_steps")
    every = measure_store(store, at=now)
    some = measure_store(store, at=now, method="five_steps")

    assert (4, 1) == (every.cases, some.cases)
    assert {"five_steps", "six_steps"} == {each.method for each in every.standings}
    assert {"five_steps"} == {each.method for each in some.standings}


def test_cases_under_a_method_that_is_gone_are_counted(three):
    """
    Statistics take no method, so nobody has to keep every version of each.
    """
    store, now = three
    found = store.load("waits")
    gone = evolve(found, case_id="gone", method="gone/1/00000000")
    store._cases["gone"] = gone

    assert measure_store(store, at=now).cases == 4


def test_what_is_counted_has_no_word_of_anybody(tmp_path):
    """
    Statistics are handed round, and what was told in confidence is not.
    """
    desk, clock = desk_of(
        store := MemoryStore(), on_refused=RefusalLog(tmp_path / "log", clock=FrozenClock())
    )
    desk.open("t-1", customer="Xanthippe", complaint="hemlock", by="sokrates")
    with pytest.raises(Refused):
        desk.record("t-1", OFFER, by="sokrates")
    kept = tuple(read_refusals(tmp_path / "log"))
    data = json.dumps(measure_store(store, at=clock.now(), refusals=kept).data())
    everything = data + (tmp_path / "log").read_text("utf-8")

    assert [] == [w for w in ("Xanthippe", "hemlock", "sokrates", "t-1") if w in everything]


@pytest.mark.parametrize(
    ("count", "error"),
    [
        (lambda: measure([()], at=datetime(2026, 1, 5, tzinfo=UTC)), HistoryError),
        (lambda: measure([], at=datetime(2026, 1, 5)), TimeError),
        (lambda: measure_store(MemoryStore(), at=datetime(2026, 1, 5)), TimeError),
    ],
    ids=["an empty history", "a naive time", "a naive time for a store"],
)
def test_what_cannot_be_counted_is_told(count, error):
    """
    A naive time could be any of 38.
    """
    with pytest.raises(error):
        count()


# -- refusals -----------------------------------------------------------------------------------


def test_refusals_are_kept_and_counted_by_reason(tmp_path):
    """
    What a method keeps people from doing shows where they do not know it, or it is wrong.
    """
    log = tmp_path / "refusals.jsonl"
    desk, _ = desk_of(on_refused=RefusalLog(log, clock=FrozenClock()))
    desk.open("t-1", customer="Ana", complaint="It broke", by="sam")
    for act in (OFFER, OFFER, Close()):
        with pytest.raises(Refused):
            desk.record("t-1", act, by="sam")
    reasons = {reason.code: reason for reason in count_refusals(read_refusals(log))}

    assert (2, (("offer", 2),)) == (reasons["heard"].refusals, reasons["heard"].acts)
    assert reasons["agreed"].acts == (("close", 1),)
    assert all(
        one.refusals >= other.refusals
        for one, other in pairwise(count_refusals(read_refusals(log)))
    )


def test_a_reason_that_is_told_twice_of_one_act_is_counted_once():
    """
    Two promises that are not settled keep one case from being closed, and not two.
    """
    at = datetime(2026, 1, 5, tzinfo=UTC)
    [reason] = count_refusals([Refusal(at, "m", "agreed", "close", ("settled", "settled"))])

    assert (1, (("close", 1),)) == (reason.refusals, reason.acts)


def test_refusals_of_several_processes_stand_in_one_file(tmp_path):
    """
    A line is appended at once, so no two of them are mixed.
    """
    program = (
        "import sys\n"
        "from complaintflow import Case, Refused, open_case, Actor, Unmet\n"
        "from complaintflow.acts import Open, Listen\n"
        "from complaintflow.methods import six_steps\n"
        "from complaintflow.statistics import RefusalLog\n"
        "from datetime import UTC, datetime\n"
        "at = datetime(2026, 1, 5, tzinfo=UTC)\n"
        "case = Case.open(open_case(six_steps(), 'c', Open('x', 'ana'), at=at, by=Actor('sam')))\n"
        "log = RefusalLog(sys.argv[1])\n"
        "no = Refused('offer', 'received', (Unmet('heard', 'x' * 50),) * 40)\n"
        "for _ in range(200): log(case, Listen('x'), no)\n"
    )
    log = tmp_path / "refusals.jsonl"
    running = [subprocess.Popen([sys.executable, "-c", program, str(log)]) for _ in range(2)]
    for process in running:
        assert process.wait() == 0

    assert len(list(read_refusals(log))) == 400


@pytest.mark.parametrize(
    "line",
    [
        "no JSON",
        "[]",
        '{"at": "2026-01-05T09:00:00+00:00"}',
        '{"at": "x", "method": "m", "state": "s", "act": "a", "codes": []}',
        '{"at": "2026-01-05T09:00:00+00:00", "method": 1, "state": "s", "act": "a", "codes": []}',
        '{"at": "2026-01-05T09:00:00+00:00", "method": "m", "state": "s", "act": "a", "codes": 1}',
    ],
)
def test_a_line_that_is_no_refusal_is_told_with_its_number(tmp_path, line):
    """
    A file that somebody has edited is not counted in part.
    """
    log = tmp_path / "refusals.jsonl"
    log.write_text(f"\n{line}\n", "utf-8")

    with pytest.raises(LogError, match="line 2 is no refusal that a RefusalLog has written"):
        list(read_refusals(log))


def test_a_log_that_is_not_there_is_told(tmp_path):
    """
    No refusals are something else than no log of them.
    """
    with pytest.raises(LogError, match="cannot be read: No such file"):
        list(read_refusals(tmp_path / "none"))


# -- plots --------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_dark", [True, False])
@pytest.mark.parametrize(("ending", "begins"), [("png", PNG), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_statistics_are_drawn(three, tmp_path, ending, begins, is_dark):
    """
    As what the end of the name says, light or dark.
    """
    store, now = three
    file = tmp_path / f"team.{ending}"
    plot(measure_store(store, at=now), file, is_dark=is_dark)

    assert file.read_bytes().startswith(begins)


def outside(drawn):
    """
    Return what a figure has written beyond its edge, or one below the other without room for both.
    """
    drawn.draw_without_rendering()
    sheet = drawn.bbox.padded(1)
    marks = {mark for axes in drawn.axes for mark in axes.get_xticklabels()}
    texts = [t for t in drawn.findobj(Text) if t.get_text() and t not in marks]
    boxes = {text: text.get_window_extent() for text in texts}
    beyond = [
        text.get_text()
        for text, box in boxes.items()
        if box.x0 < sheet.x0 or box.x1 > sheet.x1 or box.y0 < sheet.y0 or box.y1 > sheet.y1
    ]
    names = [name for axes in drawn.axes for name in axes.get_yticklabels()]
    mixed = [(a, b) for a, b in pairwise(names) if boxes[a].overlaps(boxes[b])]
    return beyond + [f"{one.get_text()} on {other.get_text()}" for one, other in mixed]


@pytest.mark.parametrize("is_narrow", [False, True])
def test_what_is_drawn_has_room_for_its_words(is_narrow):
    """
    On a phone, too, and with more states than there is room for, whose names are long.
    """
    name = "the customer is to be called back by the night shift"
    every = [f"{name} {place}" for place in range(20)]
    day, at = timedelta(days=1), datetime(2026, 1, 5, tzinfo=UTC)
    refusals = tuple(Reason(code, 3, (("offer", 3),)) for code in every)
    counted = Statistics(
        *(at, 20, 0),
        tuple(
            StateCount("night", s, is_final=False, cases=1, median=day, longest=day) for s in every
        ),
        tuple(StateTime("day", state, 1, day, day, day) for state in every),
        PromiseCount(kept=3),
        *(0, 0, refusals, 7),
    )
    rules = tuple(Judged(code, "so", (), {Verdict.BROKEN: 1}) for code in every)
    log, mapping = [("t", "a", at)], mapping_of({"activities": {"a": "offer"}})
    report = evolve(audit(log, mapping, six_steps()), rules=rules)
    for each in (counted, report):
        drawn = figure(each, is_narrow=is_narrow)

        assert (drawn.get_figwidth() < 5) == is_narrow
        assert [] == outside(drawn)
        titles = [axes.get_title(loc="left").replace("\n", " ") for axes in drawn.axes]
        assert any(title.endswith(": 14 of 20") for title in titles)


def test_the_same_statistics_make_the_same_picture(three, tmp_path):
    """
    A picture in a repository changes where what it shows has changed, and only there.
    """
    store, now = three
    counted = measure_store(store, at=now)
    for name in ("one.svg", "two.svg"):
        plot(counted, tmp_path / name)

    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()


def test_there_is_a_picture_of_nothing_too(tmp_path):
    """
    On the first day there are no cases.
    """
    counted = measure_store(MemoryStore(), at=datetime(2026, 1, 5, tzinfo=UTC), refusals=())
    plot(counted, tmp_path / "nothing.svg")

    assert isinstance(counted, Statistics)
    assert (tmp_path / "nothing.svg").stat().st_size > 0


def test_a_format_that_is_not_known_is_told_with_those_that_are(three, tmp_path):
    """
    Instead of an error of the library that draws.
    """
    store, now = three

    with pytest.raises(EvidenceError, match=r"must end with one of \.png, \.svg, \.pdf"):
        plot(measure_store(store, at=now), tmp_path / "team.bmp")


LOG = "ticket,time,action\n1,2026-03-02 09:00,{0}\n1,2026-03-02 10:00,Offer\n"
MAPPING = """
[activities]
"{0}" = "open"
"Offer" = "offer"

[[rules]]
code = "hasty_offer"
text = "too early"
template = "precedence"
acts = "acknowledge_problem"
others = "offer"
"""


@pytest.fixture
def audited(tmp_path):
    """
    Return what makes a log, and its mapping, of the name of an activity.
    """

    def make(name):
        for file, text in (("log.csv", LOG), ("map.toml", MAPPING)):
            (tmp_path / file).write_text(text.replace("{0}", name), "utf-8")
        return tmp_path / "log.csv", tmp_path / "map.toml"

    return make


@pytest.mark.parametrize("name", ["Opened", "$100 or $x^", "\u6295\u8bc9 \N{PILE OF POO}"])
def test_an_audit_is_drawn(audited, tmp_path, name):
    """
    Whatever a helpdesk calls what is done: it is no formula, and no letter is a reason to stop.
    """
    log, mapping = audited(name)
    report = audit(str(log), read_mapping(str(mapping)))
    plot(report, tmp_path / "audit.svg")
    plot(evolve(report, rules=(), findings=()), tmp_path / "empty.png", is_dark=True)
    found = evolve(report.findings[0], activity=name)
    plot(evolve(report, findings=(found,)), tmp_path / "named.svg")

    assert (tmp_path / "audit.svg").read_bytes().startswith(b"<?xml")
    assert (tmp_path / "empty.png").read_bytes().startswith(PNG)


def test_an_audit_is_drawn_by_its_command(audited, tmp_path):
    """
    Beside what is told, as for the statistics.
    """
    log, mapping = audited("Opened")
    file = tmp_path / "audit.png"
    run = ["audit", str(log), "--mapping", str(mapping), "--plot", str(file)]
    done = CliRunner().invoke(app, run)

    assert done.exit_code == 1
    assert done.stderr == f"drawn in {file}\n"
    assert file.read_bytes().startswith(PNG)


# -- the command --------------------------------------------------------------------------------


@pytest.fixture
def url(tmp_path):
    """
    Return the URL of a store with a case in it.
    """
    path = tmp_path / "cases.sqlite3"
    with SqliteStore(path) as kept:
        Desk(six_steps(), store=kept).import_story(KETTLE.read_text("utf-8"))
    return f"sqlite:///{path}"


def command(*arguments):
    """
    Return what a command writes, and the number it ends with.
    """
    done = CliRunner().invoke(app, ["stats", *map(str, arguments)])
    return done.stdout, done.stderr, done.exit_code


def test_the_command_tells_people(url):
    """
    A table for each question.
    """
    told, _, code = command("--store", url, "--at", "2026-03-11 12:00")
    rows = [line.split() for line in told.splitlines()]

    assert code == 0
    assert ["six_steps", "agreed", "1", "2", "days", "2", "days"] in rows
    assert ["4", "1", "1", "1", "0", "0", "1", "33%"] in rows
    assert "1 of 1 case that ended at least once, 100%" in told
    assert max(map(len, told.splitlines())) <= 80


def test_the_moment_is_told_in_a_zone_and_lengths_are_the_same(url):
    """
    Over the night in which the clocks are put forward, too: an hour is an hour.
    """
    at = ("--at", "2026-03-29T12:00Z")
    here, _, _ = command("--store", url, *at)
    there, _, code = command("--store", url, *at, "--zone", "Europe/Berlin")

    assert code == 0
    assert "0 closed, 2026-03-29 14:00 Europe/Berlin\n" in there
    assert "0 closed, 2026-03-29 12:00 UTC\n" in here
    assert here.splitlines()[3:] == there.splitlines()[3:]
    data = json.loads(command("--store", url, *at, "--zone", "Europe/Berlin", "--json")[0])
    assert data["at"] == "2026-03-29T14:00:00+02:00"


def test_a_zone_that_is_not_there_is_told(url):
    """
    Before anything is counted.
    """
    _, told, code = command("--store", url, "--zone", "Europe/Berln")

    assert code == 2
    assert "there is no time zone 'Europe/Berln' (did you mean 'Europe/Berlin'?)" in told
    with pytest.raises(TimeError, match="there is no time zone 'Mars'"):
        measure([], at=datetime(2026, 1, 5, tzinfo=UTC), zone="Mars")


def test_the_command_counts_stories():
    """
    A file of each case will do where there is no store.
    """
    run = (KETTLE, KETTLE, "--method", "six_steps", "--at", "2026-03-11 12:00")
    told, _, code = command(*run)

    assert code == 0
    assert "2 cases" in told
    assert ["six_steps", "agreed", "2", "2", "days", "2", "days"] in map(
        str.split, told.splitlines()
    )


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        ([], "say what to count: --store STORE; or stories, and by which --method METHOD"),
        ([KETTLE], "say by which method they are told: --method METHOD"),
        (
            [KETTLE, "--store", "x.db", "--method", "six_steps"],
            "count a store or stories, not both",
        ),
    ],
)
def test_the_command_is_told_what_to_count(arguments, wanted):
    """
    A store or stories, and of stories the method they are told by.
    """
    told, said, code = command(*arguments)

    assert (code, told) == (2, "")
    assert wanted in said


def test_the_command_tells_programs_and_draws(url, tmp_path):
    """
    What was asked for goes to standard output, and that it was drawn to the other.
    """
    file = tmp_path / "team.png"
    told, said, code = command("--store", url, "--json", "--plot", file, "--dark")

    assert code == 0
    assert json.loads(told)["promises"]["broken"] == 1
    assert said == f"drawn in {file}\n"
    assert file.read_bytes().startswith(PNG)


@pytest.mark.parametrize("narrow", [[], ["--narrow"]])
def test_the_command_draws_for_a_phone(url, audited, tmp_path, narrow):
    """
    Statistics and an audit alike.
    """
    log, mapping = audited("Opened")
    run = ["audit", str(log), "--mapping", str(mapping), "--plot", str(tmp_path / "audit.svg")]
    CliRunner().invoke(app, [*run, *narrow])
    command("--store", url, "--plot", tmp_path / "team.svg", *narrow)
    drawn = [(tmp_path / f"{name}.svg").read_text("utf-8") for name in ("audit", "team")]

    assert [bool(narrow)] * 2 == ['width="345.6pt"' in each for each in drawn]


def test_the_command_counts_refusals_that_were_kept(url, tmp_path):
    """
    By reason, and the acts that were refused for it.
    """
    log = tmp_path / "refusals.jsonl"
    desk, _ = desk_of(on_refused=RefusalLog(log, clock=FrozenClock()))
    desk.open("t-1", customer="Ana", complaint="It broke", by="sam")
    with pytest.raises(Refused):
        desk.record("t-1", OFFER, by="sam")
    told, _, code = command("--store", url, "--refusals", log)

    assert code == 0
    assert "1         heard              offer (1)" in told


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--plot", "team.bmp"], "must end with one of .png, .svg, .pdf"),
        (["--plot", "/nowhere/team.png"], "'/nowhere/team.png' cannot be written"),
        (["--refusals", "/nowhere/log"], "/nowhere/log: it cannot be read"),
        (["--at", "whenever"], "--at: 'whenever' is no time"),
    ],
)
def test_what_the_command_cannot_use_is_told(url, arguments, message):
    """
    One message, and nothing on standard output.
    """
    told, said, code = command("--store", url, *arguments)

    assert (code, told) == (2, "")
    assert message in said
    assert "Traceback" not in said


def test_drawing_without_its_library_says_what_to_install(url, monkeypatch):
    """
    The rest of the command works without it.
    """
    monkeypatch.setitem(sys.modules, "complaintflow.statistics.plots", None)
    _, said, code = command("--store", url, "--plot", "team.png")

    assert code == 2
    assert "pip install 'complaintflow[plots]'" in said
    assert command("--store", url)[2] == 0
