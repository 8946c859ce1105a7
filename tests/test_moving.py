"""
Cases move between stores as they lie, and what this release has written is read for ever.
"""

from __future__ import annotations

import json
import logging
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from attrs import evolve

from complaintflow import CaseExists, Desk, StoreError, StoryError
from complaintflow._codec import entry_from_texts, vocabulary
from complaintflow.acts import ERASED, CustomerReplied, Listen, NoteMood
from complaintflow.adapters.memory import MemoryStore
from complaintflow.adapters.sqlite import SqliteStore, _sql
from complaintflow.methods import seven_as, six_steps
from complaintflow.ports import Query
from complaintflow.testing import FrozenClock, RecordingNotifier

from .conftest import LISTEN, MONDAY
from .test_desk import agreed, opened, told

SIX = six_steps()
WRITTEN = sorted(Path(__file__).with_name("fixtures").glob("format-*"))


@pytest.fixture
def desk():
    """
    Return a desk with three cases, one of them erased.
    """
    desk = Desk(SIX, clock=FrozenClock(MONDAY), notifier=RecordingNotifier())
    agreed(desk, "t-1")
    opened(desk, "t-2", key="mail-1")
    opened(desk, "t-3")
    told(desk, LISTEN, case_id="t-3")
    desk.erase("t-3", reason="asked", by="sam")
    return desk


@pytest.fixture
def lines(desk):
    """
    Return the lines of its export.
    """
    return list(desk.export_all())


@pytest.fixture
def other(tmp_path):
    """
    Return a desk over an empty store.
    """
    with closing(SqliteStore(tmp_path / "cases")) as store:
        yield Desk(SIX, store=store, clock=FrozenClock(MONDAY), notifier=RecordingNotifier())


def all_of(desk):
    """
    Return everything a desk's store has of its cases.
    """
    store = desk._at.store.store
    cases = store.find(Query())
    return cases, [store.history(case.case_id) for case in cases]


def test_a_whole_store_is_taken_over_as_it_is(desk, lines, other):
    """
    With keys, with chains, without the words that were erased; and nobody is told anew.
    """
    assert 3 == other.import_all(lines)

    assert all_of(desk) == all_of(other)
    assert lines == list(other.export_all())
    assert 0 == other.deliver().delivered
    assert all(other.verify(case.id).is_whole for case in other.cases())
    assert opened(other, "t-2", key="mail-1") == desk.get("t-2")
    assert "agreed" == told(other, CustomerReplied(words="Well?")).state


def test_an_empty_store_is_an_export_too(other):
    """
    Of one line, that says what it is.
    """
    lines = list(Desk(SIX).export_all())

    assert [{"export": "complaintflow export", "format": 1}] == [json.loads(li) for li in lines]
    assert 0 == other.import_all(lines)
    assert 0 == other.import_all([])


def test_an_import_can_be_done_again(desk, lines, other):
    """
    It goes on where it was interrupted.
    """
    assert 1 == other.import_all(lines[:9])
    assert 2 == other.import_all(lines)
    assert 0 == other.import_all(lines)


def test_an_import_that_is_done_again_passes_over_what_has_gone_on(lines, other, caplog):
    """
    Somebody has worked on a case that was taken over, and it is told that it stays as it is.
    """
    caplog.set_level(logging.INFO, "complaintflow")
    other.import_all(lines[:9])
    told(other, NoteMood("calm"))
    other.erase("t-1", reason="asked", by="sam")
    gone_on = other.get("t-1")

    assert 2 == other.import_all(lines)
    assert gone_on == other.get("t-1")
    [record] = [each for each in caplog.records if "exported" in each.message]
    assert record.message == "case t-1 has gone on since it was exported, and is passed over"
    assert "t-1" == record.case


def test_a_case_that_parted_or_is_behind_is_another_case(desk, lines):
    """
    Neither of the two can take the place of the other.
    """
    parted, behind = Desk(SIX, clock=FrozenClock(MONDAY)), Desk(SIX, clock=FrozenClock(MONDAY))
    agreed(parted)
    told(parted, NoteMood("calm"))
    behind.import_all(lines)
    told(desk, NoteMood("calm"))
    for other, export in ((parted, lines), (behind, desk.export_all())):
        with pytest.raises(CaseExists):
            other.import_all(export)


def test_many_cases_with_long_histories_are_streamed():
    """
    In pages of both.
    """
    desk, other = Desk(SIX), Desk(SIX)
    line = '{"act": "note_mood", "by": "sam", "mood": "calm"}\n'
    opening = (
        '{"act": "open", "by": "sam", "at": "2026-01-05T09:00Z", "customer": "ana",'
        ' "complaint": "x"}\n'
    )
    desk.import_story(opening + line * 600, case_id="t-0")
    for number in range(1, 520):
        desk.import_story(opening, case_id=f"t-{number}")

    assert 520 == other.import_all(desk.export_all())
    assert all_of(desk) == all_of(other)


def test_an_export_that_stops_is_closed(desk):
    """
    Whoever has seen enough goes away.
    """
    export = desk.export_all()
    next(export)
    export.close()

    assert [] == list(export)


@pytest.mark.parametrize(("table", "column"), [("case", "owner"), ("entry", "personal")])
def test_a_case_with_a_column_that_none_can_write_is_named(tmp_path, table, column):
    """
    SQLite takes bytes in any column.
    """
    path = tmp_path / "cases"
    with closing(SqliteStore(path)) as store:
        desk = Desk(SIX, store=store, clock=FrozenClock(MONDAY))
        opened(desk)
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(f"UPDATE complaintflow_{table} SET {column} = X'FF'")

        with pytest.raises(StoreError, match=r"^case 't-1' cannot be exported: "):
            list(desk.export_all())


def test_a_case_that_goes_on_meanwhile_is_told_as_it_was():
    """
    With as many entries as it says it has.
    """

    class Busy(MemoryStore):
        def history(self, *args, **kwargs):
            if not kwargs.get("after"):
                store = MemoryStore()
                store.__dict__ = self.__dict__
                told(Desk(SIX, store=store), NoteMood("calm"))
            return super().history(*args, **kwargs)

    desk = Desk(SIX, store=Busy())
    opened(desk)
    case, *entries = list(desk.export_all())[1:]

    assert (1, 1) == (json.loads(case)["case"]["version"], len(entries))


def test_a_case_that_is_erased_meanwhile_is_told_without_its_words(other):
    """
    It can be taken over: an export that was made in the night is not known to be useless by day.
    """

    class Busy(MemoryStore):
        def load(self, case_id):
            found, quiet = super().load(case_id), MemoryStore()
            if found is not None and found.version == 2:
                quiet.__dict__ = self.__dict__
                Desk(SIX, store=quiet).erase(case_id, reason="asked", by="sam")
            return found

    store = Busy()
    desk = Desk(SIX, store=store)
    opened(desk)
    told(desk, LISTEN)

    assert 1 == other.import_all(desk.export_all())
    assert (3, ERASED) == (other.get("t-1").version, other.get("t-1").customer)


def test_a_desk_that_does_not_know_the_methods_takes_cases_over(lines):
    """
    The chain is checked all the same.
    """
    desk = Desk(seven_as())

    assert 3 == desk.import_all(lines)
    assert "agreed" == desk.get("t-1").state


def changed(lines, number, **change):
    """
    Return an export in one line of which something else is said.
    """
    data = json.loads(lines[number])
    next(iter(data.values())).update(change)
    return [*lines[:number], json.dumps(data), *lines[number + 1 :]]


@pytest.mark.parametrize("wakes_at", [None, "2200-01-01T00:00:00+00:00"], ids=str)
@pytest.mark.parametrize("method", [SIX, seven_as()], ids=["known", "unknown"])
def test_a_case_that_comes_in_wakes_when_it_says_itself(desk, lines, method, wakes_at):
    """
    The column is moved by whoever looks at the case, and may be so just when it is exported.
    """
    other = Desk(method)
    other.import_all(changed(lines, 1, wake_at=wakes_at))
    (case, *_), _ = all_of(other)

    assert desk.get("t-1").wake_at is not None
    assert desk.get("t-1").wake_at == case.wake_at


@pytest.mark.parametrize("method", [SIX, seven_as()], ids=["known", "unknown"])
def test_a_case_that_cannot_be_read_does_not_come_in(lines, method):
    """
    Its chain is whole; but no desk could read it, whatever it serves.
    """
    with pytest.raises(StoryError, match="the case does not say"):
        Desk(method).import_all(changed(lines, 1, text="{}"))


NOT_OURS = "line 1: this is no export of a store; Desk.export_all() writes one"
NO_LINE = "line 1: it is no line of an export"
NEITHER = "line 2: it is neither a case nor an entry of one"
UNREADABLE = "line 2: it cannot be read: "
NOT_WHOLE = "line 2: case 't-1' is not whole: "

BROKEN = {
    "an object": (lambda _: ["{}"], NOT_OURS),
    "no title": (lambda li: li[1:], NOT_OURS),
    "prose": (lambda _: ["not json"], NO_LINE),
    "a number": (lambda _: ["7"], NO_LINE),
    "too deep": (lambda _: ["[" * 100_000], NO_LINE),
    "a later format": (
        lambda li: [li[0].replace("1}", "2}")],
        "line 1: it has format 2, and this complaintflow reads 1 to 1: use the complaintflow that",
    ),
    "an entry of nothing": (lambda li: [li[0], li[2]], NEITHER),
    "nothing": (lambda li: [li[0], "{}"], NEITHER),
    "an entry is gone": (lambda li: [*li[:4], *li[5:]], NOT_WHOLE + "entry 3 is missing: "),
    "the end is gone": (lambda li: li[:8], NOT_WHOLE + "entry 7 is missing"),
    "another text": (lambda li: changed(li, 3, text="{}"), NOT_WHOLE + "entry 2 was altered"),
    "other words": (lambda li: changed(li, 3, personal="{}"), NOT_WHOLE + "the words of entry 2"),
    "another case": (lambda li: changed(li, 1, state="closed"), NOT_WHOLE + "the case does not"),
    "a column too many": (lambda li: changed(li, 1, nonsense=7), UNREADABLE),
    "no version": (lambda li: changed(li, 1, version=0), UNREADABLE),
    "no head": (lambda li: changed(li, 1, head="x"), UNREADABLE),
    "no time": (lambda li: changed(li, 1, updated_at="noon"), UNREADABLE),
    "no case": (lambda li: [li[0], '{"case": 7}'], UNREADABLE),
    "no number": (lambda li: changed(li, 3, version="2"), NOT_WHOLE + "entry 2 was altered"),
    "no text": (lambda li: changed(li, 3, text=7), NOT_WHOLE + "entry 2 was altered"),
    "one key twice": (
        lambda li: changed(changed(li, 3, key="k"), 5, key="k"),
        NOT_WHOLE + "entries 2 and 4 have the same key 'k'",
    ),
    "no key": (lambda li: changed(li, 3, key=[]), "line 4: it cannot be read: its key is []"),
}
"""Exports that cannot be used: how they come about, and what is told of them."""


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_export_is_told_with_its_line(lines, other, name):
    """
    And nothing of the case it is in is kept.
    """
    broken, problem = BROKEN[name]
    with pytest.raises(StoryError) as error:
        other.import_all(broken(lines))

    (told_problem,) = error.value.problems
    assert problem == told_problem[: len(problem)]
    assert () == other.cases()


# -- what was written before --------------------------------------------------------------------


@pytest.mark.parametrize("folder", WRITTEN, ids=lambda folder: folder.name)
class TestAStoreThatWasWrittenBefore:
    """
    Cases live for years, and the library under them is a newer one.
    """

    @pytest.fixture
    def store(self, folder, tmp_path):
        """
        Return the store of SQLite, in a copy.
        """
        path = tmp_path / "cases.sqlite"
        shutil.copy(folder / "cases.sqlite", path)
        with closing(SqliteStore(path)) as store:
            yield store

    def test_its_cases_are_read(self, folder, store):
        """
        With everything that stands in them.
        """
        desk = Desk(SIX, store=store)
        cases = {case.id: case for case in desk.cases()}

        assert {"overdue": 10, "withdrawn": 2, "erased": 11} == {
            case_id: case.version for case_id, case in cases.items()
        }
        assert ["agreed", "withdrawn", "agreed"] == [
            cases[case_id].state for case_id in ("overdue", "withdrawn", "erased")
        ]
        assert ["ana", ERASED] == [cases[n].customer for n in ("withdrawn", "erased")]
        (promise,) = cases["overdue"].ledger.promises
        assert "refund of 40.00 EUR (to the card you paid with)" == promise.what
        assert promise.breached_at is not None

    def test_its_histories_are_read_and_whole(self, folder, store):
        """
        The words too, and the digests of them.
        """
        desk = Desk(SIX, store=store)
        for case in desk.cases():
            assert desk.verify(case.id).is_whole
            records = store.history(case.id)
            entries = [
                entry_from_texts(record.text, record.personal, vocabulary(SIX), "six_steps")
                for record in records
            ]
            assert [record.trigger for record in records] == [entry.trigger for entry in entries]
            if case.id == "overdue":
                assert (
                    Listen(
                        account="Zu spät 🫖, and cracked", notes="calm on the phone", mood="upset"
                    )
                    == entries[1].act
                )

    def test_what_is_outstanding_is_there(self, folder, store):
        """
        One is parked, and the others wait.
        """
        desk = Desk(SIX, store=store, notifier=RecordingNotifier())

        assert 1 == len(desk.parked())
        assert desk.deliver().delivered > 1

    def test_its_export_is_read(self, folder, store):
        """
        It says what the store says.
        """
        desk = Desk(SIX, store=MemoryStore())
        with (folder / "export.jsonl").open(encoding="utf-8") as lines:
            assert 3 == desk.import_all(lines)

        cases = [evolve(case, wake_at=None) for case in store.find(Query())]
        assert cases == [evolve(case, wake_at=None) for case in all_of(desk)[0]]


@pytest.mark.parametrize("folder", WRITTEN, ids=lambda folder: folder.name)
class TestTablesOfAnEarlierVersion:
    """
    A file is brought to the present layout when it is opened, or left as it is.
    """

    @pytest.fixture
    def path(self, folder, tmp_path):
        """
        Return a copy of the file.
        """
        return Path(shutil.copy(folder / "cases.sqlite", tmp_path / "cases.sqlite"))

    @pytest.fixture
    def later(self, monkeypatch):
        """
        Return a function that makes this the library of a later version, with its upgrades.
        """

        def become(version, **upgrades):
            monkeypatch.setattr(_sql, "SCHEMA_VERSION", version)
            ways = {int(name.removeprefix("v")): each for name, each in upgrades.items()}
            monkeypatch.setattr(_sql, "UPGRADES", ways)

        return become

    def test_it_is_upgraded_step_by_step_and_everything_is_there(self, path, later):
        """
        Nobody has to export and import for a new column.
        """
        before = version_of(path)
        with closing(SqliteStore(path)) as store:
            lines = list(Desk(SIX, store=store).export_all())
        column = "ALTER TABLE complaintflow_case ADD COLUMN {} TEXT"
        later(
            before + 2,
            **{
                f"v{before}": (column.format("colour"),),
                f"v{before + 1}": (
                    column.format("size"),
                    "UPDATE complaintflow_case SET size = 'L'",
                ),
            },
        )

        for _ in range(2):
            with closing(SqliteStore(path)) as store:
                assert lines == list(Desk(SIX, store=store).export_all())
            assert before + 2 == version_of(path)
        with closing(sqlite3.connect(path)) as connection:
            told = connection.execute("SELECT colour, size FROM complaintflow_case").fetchall()
        assert {(None, "L")} == set(told)

    def test_an_upgrade_that_fails_leaves_it_as_it_was(self, path, later):
        """
        The earlier library goes on with it.
        """
        before = version_of(path)
        column = "ALTER TABLE complaintflow_case ADD COLUMN colour TEXT"
        later(before + 1, **{f"v{before}": (column, "UPDATE nowhere SET colour = 'red'")})

        with pytest.raises(StoreError, match="no such table: nowhere; nothing of it was kept"):
            SqliteStore(path)
        assert before == version_of(path)
        with closing(sqlite3.connect(path)) as connection:
            names = [row[1] for row in connection.execute("PRAGMA table_info(complaintflow_case)")]
        assert "colour" not in names

    def test_one_that_is_too_old_is_refused(self, path, later):
        """
        Where a step is missing there is no way, and nothing is tried.
        """
        before = version_of(path)
        later(before + 2, **{f"v{before + 1}": ()})

        with pytest.raises(StoreError, match=rf"has tables of version {before}, and this"):
            SqliteStore(path)
        assert before == version_of(path)

    def test_it_is_upgraded_once_by_those_who_open_it_together(self, path, later):
        """
        A deployment starts all its workers at once.
        """
        before = version_of(path)
        later(before + 1, **{f"v{before}": ("ALTER TABLE complaintflow_case ADD COLUMN size",)})
        with ThreadPoolExecutor(4) as threads:
            for store in threads.map(SqliteStore, [path] * 4):
                store.close()
        assert before + 1 == version_of(path)


def version_of(path):
    """
    Return the version of the tables in a file.
    """
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("PRAGMA user_version").fetchone()[0]
