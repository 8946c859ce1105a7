"""
Evidence lasts: whatever is done to a history is found and named, and words can be taken from it.
"""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from complaintflow import (
    Actor,
    Conflict,
    Desk,
    EvidenceError,
    Flaw,
    Head,
    KeyReused,
    Refused,
    StoreError,
    StoryError,
    TimeError,
    UnknownAct,
    UnknownCase,
    UnknownMethod,
    Unmet,
    verify_history,
)
from complaintflow._codec import link
from complaintflow.acts import ERASED, Accept, CustomerReplied, Erase, Listen, NoteMood
from complaintflow.adapters.memory import MemoryStore
from complaintflow.adapters.sqlite import SqliteStore
from complaintflow.methods import seven_as, six_steps
from complaintflow.ports import SYSTEM, Query
from complaintflow.testing import FrozenClock, RecordingNotifier, histories

from .conftest import LISTEN, MONDAY, OFFER, ROADS
from .test_desk import agreed, opened, told

SIX = six_steps()
WORDS = "Xanthippe teapot"
"""What must be nowhere when it is erased."""


@pytest.fixture(params=["memory", "sqlite"])
def store(request, tmp_path):
    """
    Return a store of each kind that holds nothing.
    """
    if request.param == "memory":
        yield MemoryStore()
        return
    with closing(SqliteStore(tmp_path / "cases")) as store:
        yield store


@pytest.fixture
def desk(store):
    """
    Return a desk under the six steps.
    """
    return Desk(SIX, store=store, clock=FrozenClock(MONDAY))


@pytest.fixture(scope="module")
def records():
    """
    Return the records of a case with seven entries.
    """
    store = MemoryStore()
    agreed(Desk(SIX, store=store, clock=FrozenClock(MONDAY)))
    return list(store.history("t-1"))


def flaw(records, head=None):
    """
    Return the place and the kind of the first flaw of a history.
    """
    found = verify_history(records, head).flaw
    return None if found is None else (found.version, found.kind)


def renumbered(records):
    """
    Return records in whose columns the versions run on from 1.
    """
    return [evolve(record, version=n) for n, record in enumerate(records, start=1)]


def forged(record, before, **columns):
    """
    Return a record whose link was computed anew.
    """
    made = evolve(record, **columns)
    return evolve(made, digest=link(before, made.text))


# -- what is found ------------------------------------------------------------------------------


def test_a_history_that_nobody_touched_is_whole(records):
    """
    And what that does not show is said.
    """
    seen = verify_history(records)

    assert seen.is_whole
    assert Head(7, records[-1].digest) == seen.head
    assert (0, False) == (seen.erased, seen.anchored)
    assert (
        "7 entries, whole; without a head kept elsewhere this does not show a chain written anew"
    ) == str(seen)


def test_a_check_that_has_found_something_is_false(records):
    """
    `if not desk.verify(case_id)` asks what it seems to ask.
    """
    assert verify_history(records)
    assert verify_history([])
    assert not verify_history(records[1:])
    assert not verify_history(records, Head(len(records), "0" * 64))


def test_no_history_is_whole_too():
    """
    There is nothing that could be wrong.
    """
    assert verify_history([]).is_whole
    assert verify_history([]).head is None
    assert str(verify_history([])).startswith("nothing; ")


@pytest.mark.parametrize("version", range(1, 8))
def test_an_entry_that_was_altered_is_named(records, version):
    """
    Whatever of it, in its text, in its columns, in its digest.
    """
    place, record = version - 1, records[version - 1]
    for change in (
        {"text": record.text.replace('"by"', '"bY"')},
        {"text": record.text + " "},
        {"text": ""},
        {"text": "[]"},
        {"at": record.at.replace(microsecond=1)},
        {"trigger": "close"},
        {"case_id": "t-2"},
        {"digest": "0" * 64},
    ):
        touched = [*records[:place], evolve(record, **change), *records[version:]]
        assert (version, "altered") == flaw(touched), change


@pytest.mark.parametrize("version", range(1, 8))
def test_words_that_were_altered_are_named(records, version):
    """
    Or are gone, though no entry erases them.
    """
    place, record = version - 1, records[version - 1]
    for personal in (f"{record.personal} ", '{"salt":"","words":[]}', ""):
        touched = [*records[:place], evolve(record, personal=personal), *records[version:]]
        assert (version, "words") == flaw(touched)
    silent = [evolve(record, personal=None) for record in records[place:]]
    if record.personal is not None:
        assert (version, "words") == flaw([*records[:place], *silent])


@pytest.mark.parametrize("version", range(1, 8))
def test_an_entry_that_is_missing_is_named(records, version):
    """
    Also where those after it were moved up, and, with a head kept elsewhere, the last ones.
    """
    left = [record for record in records if record.version != version]
    head = Head(7, records[-1].digest)

    assert (version, "missing") == flaw(left, head)
    assert (version, "missing") == flaw(renumbered(left), head)
    assert (version, "missing") == flaw(records[: version - 1], head)


@pytest.mark.parametrize("version", range(1, 8))
def test_an_entry_that_was_put_in_is_named(records, version):
    """
    Whether it has the number of another, or those after it were moved on.
    """
    other = evolve(records[version - 1], digest="0" * 64)
    doubled = [*records[:version], other, *records[version:]]

    assert (version + 1, "inserted") == flaw(doubled)
    assert (version + 1, "inserted") == flaw(renumbered(doubled))


def test_an_entry_that_was_put_in_before_the_next_is_named(records):
    """
    The next one continues what stood before.
    """
    text = records[2].text.replace("listen", "lisTen")
    put_in = evolve(records[2], text=text, digest="0" * 64)

    assert (3, "inserted") == flaw([*records[:2], put_in, *records[2:]])


@pytest.mark.parametrize("place", range(6))
def test_entries_that_were_swapped_are_named(records, place):
    """
    Where the first of them stands that is not in its place.
    """
    swapped = list(records)
    swapped[place], swapped[place + 1] = swapped[place + 1], swapped[place]

    assert (place + 1, "moved") == flaw(swapped)
    assert (place + 1, "moved") == flaw(renumbered(swapped))


def test_what_is_no_entry_is_altered_though_its_digest_is_right(records):
    """
    Whoever wrote it had the chain, and not the form.
    """
    for text in ("nonsense", "[]", "{}", '{"case_id":"t-1","version":1,"act":"open","at":"noon"}'):
        touched = [forged(records[0], "", text=text), *records[1:]]
        seen = verify_history(touched)
        assert (1, "altered") == (seen.flaw.version, seen.flaw.kind)
        assert "entry 1 was altered: its text is no entry" == str(seen) == str(seen.flaw)


def test_whoever_computes_one_digest_anew_breaks_the_next(records):
    """
    The chain goes on from what was there before.
    """
    text = records[3].text.replace('"bY"', '"by"') + " "
    made = forged(records[3], records[2].digest, text=text)

    assert (5, "altered") == flaw([*records[:3], made, *records[4:]])


def test_a_chain_that_was_written_anew_is_found_by_a_head_kept_elsewhere(records):
    """
    And by nothing else: that is what it does not prove.
    """
    anew, before = [], ""
    for record in records:
        text = record.text.replace('"id":"sam"', '"id":"kim"')
        anew.append(forged(record, before, text=text))
        before = anew[-1].digest

    assert verify_history(anew).is_whole
    assert (7, "altered") == flaw(anew, Head(7, records[-1].digest))
    assert (3, "altered") == flaw(anew, Head(3, records[2].digest))


def test_a_head_of_some_time_ago_still_tells(records):
    """
    The case has gone on since; what was there before is as it was.
    """
    seen = verify_history(records, Head(3, records[2].digest))

    assert (True, True, 7) == (seen.is_whole, seen.anchored, seen.head.version)
    assert (
        "7 entries, whole; everything up to the head that was kept elsewhere is as it was then"
    ) == str(seen)
    assert f"3:{records[2].digest}" == str(Head(3, records[2].digest))


@pytest.mark.untraced
@given(histories(SIX, max_size=8), st.data())
def test_any_change_of_any_history_is_found(history, data):
    """
    Whatever was recorded, and whichever letter is another.
    """
    from complaintflow import Case
    from complaintflow._desk._changes import change_of

    written = list(change_of("", Case.replay(history), history).records)
    assert verify_history(written).is_whole

    place = data.draw(st.integers(0, len(written) - 1))
    text = written[place].text
    at = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.characters(codec="utf-8").filter(lambda c: c != text[at]))
    changed = evolve(written[place], text=text[:at] + letter + text[at + 1 :])
    head = Head(len(written), written[-1].digest)

    assert not verify_history([*written[:place], changed, *written[place + 1 :]], head).is_whole
    gone = written[:place] + written[place + 1 :]
    assert (place + 1, "missing") == flaw(gone, head)


@pytest.mark.parametrize("place", [0, 3, 6])
@pytest.mark.parametrize("column", ["case_id", "version", "at", "trigger", "digest", "text"])
@pytest.mark.parametrize("junk", [None, "x", b"{}", 1.5, "\ud800", "[" * 100_000], ids=ascii)
def test_a_column_that_holds_what_none_can_is_found(records, place, column, junk):
    """
    Whoever writes into a database is not held to what a column is for.
    """
    changed = evolve(records[place], **{column: junk})

    found = verify_history([*records[:place], changed, *records[place + 1 :]]).flaw
    assert place + 1 == found.version


@pytest.mark.parametrize("version", ["null", '"two"', "{}", "2.5", "1e999"])
def test_a_version_that_is_none_is_found_in_a_text(records, version):
    """
    The digests are right, and the number of the entry is none.
    """
    text = records[1].text.replace('"version":2', f'"version":{version}')
    changed = forged(records[1], records[0].digest, text=text)
    assert records[1].text != text

    assert (2, "altered") == flaw([records[0], changed, *records[2:]])


@pytest.mark.parametrize("junk", [b"{}", 1, "\ud800", "[" * 100_000], ids=ascii)
def test_words_that_are_none_are_found(records, junk):
    """
    What cannot be read has not been sealed.
    """
    changed = evolve(records[1], personal=junk)

    assert (2, "words") == flaw([records[0], changed, *records[2:]])


# -- a desk asks --------------------------------------------------------------------------------


def test_a_desk_verifies_a_case_and_tells_its_head(desk, store):
    """
    The head is what the store has as the link of the last entry.
    """
    agreed(desk)
    early = desk.head("t-1")
    told(desk, CustomerReplied(words="Thank you"))

    assert Head(8, store.history("t-1")[-1].digest) == desk.head("t-1")
    assert desk.verify("t-1").is_whole
    assert desk.verify("t-1", head=early).anchored
    assert desk.verify("t-1", head=early).is_whole
    assert (7, "altered") == (
        desk.verify("t-1", head=Head(7, "0" * 64)).flaw.version,
        desk.verify("t-1", head=Head(7, "0" * 64)).flaw.kind,
    )
    for ask in (desk.head, desk.verify):
        with pytest.raises(UnknownCase):
            ask("t-2")


def test_a_long_history_is_verified_in_pages(store):
    """
    More than are read at a time.
    """
    desk = Desk(SIX, store=store, clock=FrozenClock(MONDAY))
    line = '{"act": "note_mood", "by": "sam", "mood": "calm"}\n'
    opening = (
        '{"act": "open", "by": "sam", "at": "2026-01-05T09:00Z", "customer": "ana",'
        ' "complaint": "x"}\n'
    )
    desk.import_story(opening + line * 1_000, case_id="t-1")

    assert 1_001 == desk.verify("t-1").head.version
    assert desk.verify("t-1").is_whole


def test_a_case_that_says_something_else_than_its_history_is_found(desk, store):
    """
    The chain is whole, and somebody has closed the case behind its back.
    """
    agreed(desk)
    case = store.load("t-1")
    for change, place, kind in (
        ({"state": "closed"}, 7, "case"),
        ({"is_closed": True}, 7, "case"),
        ({"owner": "kim"}, 7, "case"),
        ({"customer": "bob"}, 7, "case"),
        ({"method": "seven_as/1/00"}, 7, "case"),
        ({"updated_at": case.updated_at + timedelta(days=1)}, 7, "case"),
        ({"due_at": None}, 7, "case"),
        ({"head": "0" * 64}, 7, "case"),
        ({"text": case.text.replace("agreed", "closed")}, 7, "case"),
        ({"text": "nonsense"}, 7, "case"),
        ({"wake_at": None}, 7, "case"),
        ({"wake_at": case.wake_at - timedelta(minutes=5)}, 7, "case"),
        ({"wake_at": case.wake_at + timedelta(days=1_000)}, 7, "case"),
        ({"version": 8}, 8, "missing"),
    ):
        write(store, evolve(case, **change))
        found = desk.verify("t-1").flaw
        assert (place, kind) == (found.version, found.kind), change
    write(store, evolve(case, wake_at=case.wake_at + timedelta(minutes=5)))

    assert desk.verify("t-1").is_whole


def test_a_case_is_checked_under_the_method_that_its_entries_are_bound_to(desk, store):
    """
    A case that is said to be under another method hides nothing so.
    """
    agreed(desk)
    case = store.load("t-1")
    elsewhere = {"method": "six_steps/1/ffff"}
    for hidden in ({"owner": "eve"}, {"customer": "eve"}, {"due_at": None}, {"wake_at": None}):
        write(store, evolve(case, **elsewhere, **hidden))
        [name] = hidden

        assert ["method", name] == str(desk.verify("t-1").flaw).rpartition(": ")[2].split(", ")
    anew = case.text.replace(case.method, elsewhere["method"])
    write(store, evolve(case, text=anew, **elsewhere))

    assert "case" == desk.verify("t-1").flaw.kind


def test_a_desk_without_the_method_sees_what_the_entries_tell_of_the_case(desk, store):
    """
    They tell the method, the state and the times; and the columns must say what the text says.
    """
    agreed(desk)
    case = store.load("t-1")
    stranger = Desk(seven_as(), store=store, clock=FrozenClock(MONDAY))
    for change in (
        {"method": "seven_as/1/00"},
        {"state": "closed"},
        {"is_closed": True},
        {"owner": "eve"},
        {"customer": "eve"},
        {"due_at": None},
        {"wake_at": None},
        {"updated_at": case.updated_at + timedelta(days=1)},
        {"text": "nonsense"},
        {"text": case.text.replace(case.method, "x/1/00"), "method": "x/1/00"},
        {"text": case.text.replace('"agreed"', '"closed"'), "state": "closed"},
        {"text": case.text.replace('"cycle":1', '"cycle":2')},
    ):
        write(store, evolve(case, **change))

        assert "case" == stranger.verify("t-1").flaw.kind, change


def test_what_makes_no_case_is_found(desk, store):
    """
    The chain was written anew, and by somebody who does not know the method.
    """
    opened(desk)
    case, (record,) = store.load("t-1"), store.history("t-1")
    anew = forged(record, "", text=record.text.replace('"complaint"', '"complant"'))
    write(store, evolve(case, head=anew.digest), anew)

    found = desk.verify("t-1").flaw
    assert (1, "case") == (found.version, found.kind)
    assert "an entry cannot be read" in str(found)


def test_a_case_without_entries_is_found(store, desk):
    """
    Somebody has emptied the table of entries.
    """
    opened(desk)
    empty(store)

    assert Flaw(1, "missing", "entry 1 is missing: the case has 1") == desk.verify("t-1").flaw


@pytest.mark.parametrize(
    ("table", "column", "place"),
    [
        ("entry", "version", 2),
        ("entry", "text", 2),
        ("entry", "personal", 2),
        ("entry", "digest", 2),
        ("case", "version", 2),
        ("case", "head", 2),
        ("case", "text", 2),
        ("case", "method", 2),
    ],
)
@pytest.mark.parametrize("junk", ["x", b"\xff"], ids=ascii)
def test_what_somebody_has_written_into_a_file_is_a_flaw(tmp_path, table, column, place, junk):
    """
    SQLite takes anything in any column, and a check tells of it instead of stopping there.
    """
    path = tmp_path / "cases"
    with closing(SqliteStore(path)) as store:
        desk = Desk(SIX, store=store, clock=FrozenClock(MONDAY))
        opened(desk)
        told(desk, LISTEN)
        where = " WHERE version = 2" if table == "entry" else ""
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(f"UPDATE complaintflow_{table} SET {column} = ?{where}", [junk])

        assert place == desk.verify("t-1").flaw.version


@pytest.mark.parametrize(("column", "junk"), [("head", "x"), ("version", 0), ("version", "x")])
def test_a_head_that_is_none_is_told_of_its_case(tmp_path, column, junk):
    """
    It is the store's and not the caller's, so it is told as such.
    """
    path = tmp_path / "cases"
    with closing(SqliteStore(path)) as store:
        desk = Desk(SIX, store=store, clock=FrozenClock(MONDAY))
        opened(desk)
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(f"UPDATE complaintflow_case SET {column} = ?", [junk])

        with pytest.raises(
            StoreError, match=r"the head of case 't-1' is none: .*; verify the case"
        ):
            desk.head("t-1")


def test_a_case_that_is_gone_though_a_head_of_it_was_kept_is_a_flaw(desk, store):
    """
    A restored backup has never heard of it, and a check of all kept heads goes on.
    """
    agreed(desk)
    head = desk.head("t-1")

    found = Desk(SIX).verify("t-1", head=head).flaw
    assert Flaw(1, "missing", "entry 1 is missing, of 7 that there were") == found


def test_a_case_whose_entries_alone_are_left_is_a_flaw():
    """
    The chain is whole up to the head, and of no case.
    """
    store = MemoryStore()
    desk = Desk(SIX, store=store, clock=FrozenClock(MONDAY))
    agreed(desk)
    head = desk.head("t-1")
    del store._cases["t-1"]

    found = desk.verify("t-1", head=head).flaw
    assert Flaw(7, "case", "the case is gone, and its 7 entries are there") == found


@pytest.mark.parametrize(
    ("version", "digest", "names"),
    [
        (0, "0" * 64, ["version"]),
        (-1, "x", ["version", "digest"]),
        (True, "0" * 64, ["version"]),
        ("1", "0" * 64, ["version"]),
        (1, "", ["digest"]),
        (1, "F" * 64, ["digest"]),
        (1, None, ["digest"]),
    ],
)
def test_a_head_is_of_an_entry(version, digest, names):
    """
    One that no chain can come to would confirm whatever is there.
    """
    with pytest.raises(EvidenceError) as error:
        Head(version, digest)

    assert names == [problem.partition(" ")[0] for problem in error.value.problems]


def test_an_erasure_in_between_is_no_flaw(desk, store):
    """
    The case was read with its words, and its history without them: nothing was altered.
    """
    agreed(desk)
    history, times = store.history, [1, 2]

    def erased_first(case_id, *, after=0, limit=None):
        store.history = history
        desk.erase(case_id, reason=f"asked {times.pop()}", by="sam")
        store.history = erased_first if times else history
        return history(case_id, after=after, limit=limit)

    store.history = erased_first

    assert "9 entries, whole, 8 without their words" in str(desk.verify("t-1"))


def test_an_erasure_that_was_put_in_after_the_case_keeps_nobody_waiting(desk):
    """
    The case does not know of it, however often it is read again.
    """
    store = MemoryStore()
    desk = Desk(SIX, store=store, clock=FrozenClock(MONDAY))
    agreed(desk)
    *_, last = records = list(store.history("t-1"))
    write(store, store.load("t-1"), *records, evolve(last, version=8, trigger="erase"))

    assert 7 == desk.verify("t-1").head.version


def test_a_desk_that_does_not_know_the_method_verifies_the_chain(desk, store):
    """
    Who keeps the evidence need not know how complaints are handled.
    """
    agreed(desk)
    stranger = Desk(seven_as(), store=store)

    assert stranger.verify("t-1").is_whole
    write(store, evolve(store.load("t-1"), head="0" * 64))

    assert "case" == stranger.verify("t-1").flaw.kind


def write(store, case, *records):
    """
    Write into a store behind its back.
    """
    if isinstance(store, MemoryStore):
        store._cases[case.case_id] = case
        if records:
            store._histories[case.case_id] = list(records)
        return
    with store._lent() as connection:
        connection.execute(
            "UPDATE complaintflow_case SET version = ?, method = ?, state = ?, customer = ?,"
            " owner = ?, is_closed = ?, updated_at = ?, due_at = ?, wake_at = ?, head = ?,"
            " text = ?",
            (
                *(case.version, case.method, case.state, case.customer),
                *(case.owner, case.is_closed),
                case.updated_at.isoformat(timespec="microseconds"),
                case.due_at and case.due_at.isoformat(timespec="microseconds"),
                case.wake_at and case.wake_at.isoformat(timespec="microseconds"),
                *(case.head, case.text),
            ),
        )
        for record in records:
            connection.execute(
                "UPDATE complaintflow_entry SET text = ?, digest = ? WHERE version = ?",
                (record.text, record.digest, record.version),
            )


def empty(store):
    """
    Lose every entry.
    """
    if isinstance(store, MemoryStore):
        store._histories.clear()
        return
    with store._lent() as connection:
        connection.execute("DELETE FROM complaintflow_entry")


# -- erasing ------------------------------------------------------------------------------------


def full_of_words(desk, case_id="t-1"):
    """
    Open a case with words and names wherever there can be any.
    """
    desk.open(
        case_id,
        customer=f"{WORDS} (customer)",
        complaint=f"{WORDS} broke",
        by=Actor(f"{WORDS} (customer)", "customer"),
        owner="sam",
    )
    told(
        desk,
        Listen(account=f"{WORDS}, and late", notes=f"about {WORDS}"),
        *ROADS["consulted"][1:],
        evolve(OFFER, words=f"A new {WORDS}"),
        Accept(words=f"My {WORDS}!"),
        case_id=case_id,
    )
    return desk.record(
        case_id,
        CustomerReplied(words=f"Where is my {WORDS}?"),
        by=Actor(f"{WORDS} (customer)", "customer"),
    )


def test_erased_words_are_nowhere_and_the_chain_verifies(desk, store):
    """
    What was done stays, with who did it and when.
    """
    full_of_words(desk)
    before = desk.history("t-1")
    early = desk.head("t-1")

    case = desk.erase("t-1", reason="asked for on 12 May", by="sam")

    assert WORDS not in repr((store.load("t-1"), store.history("t-1"), store.find(Query())))
    assert case == desk.get("t-1")
    assert (ERASED, "agreed", "sam", 9) == (case.customer, case.state, case.owner, case.version)
    history = desk.history("t-1")
    assert Erase("asked for on 12 May") == history[-1].act
    assert [entry.trigger for entry in before] == [entry.trigger for entry in history[:-1]]
    assert [entry.at for entry in before] == [entry.at for entry in history[:-1]]
    assert [ERASED, "sam", ERASED] == [history[n].by.id for n in (0, 1, 7)]
    assert (ERASED, ERASED) == (history[1].act.account, history[1].act.notes)
    seen = desk.verify("t-1", head=early)
    assert seen.is_whole
    assert 8 == seen.erased
    assert "9 entries, whole, 8 without their words; everything up to" in str(seen)


@pytest.mark.parametrize("state", ROADS)
def test_words_can_be_erased_in_every_state(desk, state):
    """
    Whatever the method; the case goes on where it was, closed or not.
    """
    opened(desk)
    before = told(desk, *ROADS[state])

    after = desk.erase("t-1", reason="the customer asks for it", by="sam")

    assert (before.state, before.is_closed, before.facts) == (
        *(after.state, after.is_closed),
        after.facts,
    )
    assert [d.due for d in before.deadlines] == [d.due for d in after.deadlines]
    assert desk.verify("t-1").is_whole


def test_a_case_goes_on_after_its_words_were_erased(desk):
    """
    New words come, and can be erased too, with the reason of the first time.
    """
    full_of_words(desk)
    desk.erase("t-1", reason="first", by="sam")
    told(desk, CustomerReplied(words=WORDS))

    assert WORDS == desk.get("t-1").ledger.accounts[-1]

    desk.erase("t-1", reason="second", by="sam")

    assert [ERASED, ERASED, "second"] == [
        *(desk.history("t-1")[9].act.words, desk.history("t-1")[8].act.reason),
        desk.history("t-1")[10].act.reason,
    ]
    assert desk.verify("t-1").is_whole


def test_a_customer_who_goes_on_after_an_erasure_is_named_until_the_next(desk, store):
    """
    By then the case does not know their name; their kind tells that it is one to take.
    """
    ana = Actor(WORDS, "customer")
    opened(desk, customer=WORDS, by=ana)
    desk.erase("t-1", reason="asked", by=ana)
    desk.record("t-1", CustomerReplied(words="Hello?"), by=ana)

    assert WORDS == desk.history("t-1")[-1].by.id

    desk.erase("t-1", reason="asked again", by=ana)

    assert [ERASED] * 4 == [entry.by.id for entry in desk.history("t-1")]
    assert WORDS not in repr((store.load("t-1"), store.history("t-1")))


def test_an_erasure_is_recorded_like_any_act(desk, store):
    """
    It is an act: with a key, with a version, at a time, seen by observers.
    """
    seen = []
    desk = Desk(
        SIX, store=store, clock=FrozenClock(MONDAY), observers=[lambda *both: seen.append(both)]
    )
    opened(desk)
    case = desk.record("t-1", Erase("asked"), by="sam", key="mail-1", version=1)

    assert case == desk.record("t-1", Erase("asked"), by="sam", key="mail-1")
    assert (case, "erase") == (seen[-1][0], seen[-1][1].trigger)
    with pytest.raises(KeyReused):
        desk.record("t-1", Erase("another"), by="sam", key="mail-1")
    with pytest.raises(Conflict):
        desk.record("t-1", Erase("asked"), by="sam", version=1)
    with pytest.raises(TimeError, match="history only goes forward"):
        desk.erase("t-1", reason="asked", by="sam", at=MONDAY.replace(year=2025))
    with pytest.raises(EvidenceError, match="reason must not be blank"):
        desk.erase("t-1", reason=" ", by="sam")


def test_a_message_that_comes_again_after_an_erasure_is_known(desk):
    """
    By its key, though its words are gone; another act under it is still a mistake.
    """
    opened(desk, key="mail-1")
    desk.record("t-1", LISTEN, by="sam", key="mail-2")
    case = desk.erase("t-1", reason="asked", by="sam")

    assert case == desk.record("t-1", LISTEN, by="sam", key="mail-2")
    with pytest.raises(KeyReused):
        desk.record("t-1", NoteMood("calm"), by="sam", key="mail-2")
    with pytest.raises(KeyReused):
        desk.record("t-1", evolve(LISTEN, finished=False), by="sam", key="mail-2")


def test_who_may_not_erase_is_refused(desk, store):
    """
    A bot that answers mails is not to destroy evidence by mistake; and nothing is gone.
    """
    full_of_words(desk)
    told_of = []
    desk = Desk(
        SIX,
        store=store,
        clock=FrozenClock(MONDAY),
        on_refused=lambda case, act, no: told_of.append((case.id, act, no.unmet)),
    )
    with pytest.raises(Refused, match="ana may not erase"):
        desk.erase("t-1", reason="asked", by=Actor("ana", "customer", may=["listen"]))
    told_of.clear()
    with pytest.raises(Refused) as no:
        desk.erase("t-1", reason="asked", by=Actor("robo", "bot", may=["listen"]))

    assert (Unmet("not_allowed", "robo may not erase; ask somebody who may"),) == no.value.unmet
    assert [("t-1", Erase("asked"), no.value.unmet)] == told_of
    assert WORDS in repr(store.history("t-1"))


@pytest.mark.parametrize(
    "by", [SYSTEM, Actor("robo", "bot"), Actor("ana", "customer"), Actor("sam", may=["erase"])]
)
def test_whoever_may_can_erase(desk, by):
    """
    A person, or a program that knows when records have to go.
    """
    opened(desk)
    desk.erase("t-1", reason="asked", by=by)
    name = ERASED if by.kind == "customer" else by.id

    assert name == desk.history("t-1")[-1].by.id


def test_somebody_who_acts_in_between_goes_first(store):
    """
    What they said must not be lost from the case that an erasure makes.
    """
    from .test_desk import Quick

    desk = Desk(SIX, store=store, clock=FrozenClock(MONDAY))
    quick = Quick(store)
    slow = Desk(SIX, store=quick, clock=FrozenClock(MONDAY))
    full_of_words(desk)
    quick.others = lambda: told(desk, NoteMood("calm"))
    with pytest.raises(Conflict):
        slow.erase("t-1", reason="asked", by="sam")

    assert WORDS in desk.get("t-1").customer

    quick.history = lambda *args, **_: store.history(*args)[:-1]
    with pytest.raises(Conflict):
        slow.erase("t-1", reason="asked", by="sam")
    quick.history = lambda *_, **__: []
    with pytest.raises(Conflict):
        slow.erase("t-1", reason="asked", by="sam")

    assert WORDS in desk.get("t-1").customer


def test_erasing_takes_a_desk_that_knows_the_method(desk, store):
    """
    Only it can tell what the case is without its words.
    """
    opened(desk)
    with pytest.raises(UnknownMethod):
        Desk(seven_as(), store=store).erase("t-1", reason="asked", by="sam")


def test_no_method_has_a_rule_for_it():
    """
    It belongs to the library, as opening does.
    """
    from complaintflow import Rule, decide

    from .conftest import Story

    with pytest.raises(UnknownAct):
        decide(SIX, Story(SIX).case, Erase("asked"), at=MONDAY, by=Actor("sam"))
    with pytest.raises(Exception, match="'erase'"):
        evolve(SIX, rules=(*SIX.rules, Rule(Erase)))


def test_a_story_is_erased_where_it_says_so(desk):
    """
    Also where it is imported with the words still in it.
    """
    full_of_words(desk)
    whole = desk.export_story("t-1")
    desk.erase("t-1", reason="asked", by="sam")
    silent = desk.export_story("t-1")
    line = '{"act": "erase", "by": "sam", "reason": "asked"}\n'

    one = desk.import_story(silent, case_id="t-2")
    other = desk.import_story(whole + line, case_id="t-3")

    assert WORDS not in silent
    assert WORDS not in repr((desk.history("t-2"), desk.history("t-3"), other))
    assert ["agreed", "agreed"] == [one.state, other.state]
    assert [None, None] == [desk.verify(case_id).flaw for case_id in ("t-2", "t-3")]
    with pytest.raises(StoryError, match="sam may not erase"):
        desk.import_story(whole + line.replace('"sam"', '{"id": "sam", "may": []}'), case_id="t-4")


def test_a_mail_server_that_tells_on_a_customer_is_silenced(desk, store):
    """
    The error of a parked notification is personal data as well.
    """
    notifier = RecordingNotifier()
    desk = Desk(SIX, store=store, clock=FrozenClock(MONDAY), notifier=notifier, park_after=1)
    agreed(desk)
    notifier.fail_next(9)
    desk.deliver()
    desk.erase("t-1", reason="asked", by="sam")

    assert {""} == {parked.error for parked in desk.parked()}


def test_an_attempt_that_fails_after_an_erasure_tells_on_nobody(store):
    """
    It was under way, and brings back what a mail server says of the customer.
    """

    class Late:
        def notify(self, notification):
            if desk.get("t-1").customer != ERASED:
                desk.erase("t-1", reason="asked", by="sam")
            message = f"550 no such user {WORDS}@example.org"
            raise ValueError(message)

    desk = Desk(SIX, store=store, clock=FrozenClock(MONDAY), notifier=Late(), park_after=1)
    agreed(desk)
    desk.deliver()

    assert {"ValueError, of a case whose words are erased"} == {p.error for p in desk.parked()}


def test_an_erasure_in_the_very_moment_of_parking_is_seen_to(desk, store):
    """
    The desk has looked, the case is erased, and only then the error is kept.
    """
    from .test_desk import Quick

    quick, notifier = Quick(store), RecordingNotifier()
    slow = Desk(SIX, store=quick, clock=FrozenClock(MONDAY), notifier=notifier, park_after=1)
    full_of_words(desk)
    erased = []

    def settle(key, **given):
        if not erased:
            erased.append(desk.erase("t-1", reason="asked", by="sam"))
        store.settle(key, **given)

    quick.settle = settle
    notifier.fail_next(9)
    slow.deliver()

    assert erased
    assert {"ConnectionError, of a case whose words are erased"} == {p.error for p in desk.parked()}


def test_an_error_that_an_erasure_could_not_see_is_seen_to_afterwards(desk, store):
    """
    It was kept after the erasure had looked for it, and by somebody who saw no erasure yet.
    """
    from .test_desk import Quick

    quick = Quick(store)
    slow = Desk(SIX, store=quick, clock=FrozenClock(MONDAY))
    for case_id in ("t-1", "t-2"):
        full_of_words(desk, case_id)
    keys = [told.key for told in store.claim(now=MONDAY, until=MONDAY, limit=9)]

    def commit(change):
        store.commit(change)
        for key in keys:
            store.settle(key, parked=WORDS)

    quick.commit = commit
    slow.erase("t-1", reason="asked", by="sam")

    kept = {parked.notification.case_id: parked.error for parked in desk.parked()}
    assert {"t-1": "", "t-2": WORDS} == kept


def test_an_erasure_stands_where_errors_cannot_be_looked_at_afterwards(desk, store, caplog):
    """
    The store has gone away in between, and the erasure is not to look as if it had failed.
    """
    from .test_desk import Quick

    def parked(**_):
        raise StoreError("gone")

    quick = Quick(store)
    quick.parked = parked
    full_of_words(desk)
    Desk(SIX, store=quick, clock=FrozenClock(MONDAY)).erase("t-1", reason="asked", by="sam")

    assert ERASED == desk.get("t-1").customer
    assert "may have kept words that were erased: gone" in caplog.text


# -- in the file --------------------------------------------------------------------------------


def bytes_of(path):
    """
    Return everything that lies beside a database under its name.
    """
    return b"".join(each.read_bytes() for each in sorted(path.parent.glob(f"{path.name}*")))


def test_erased_words_are_nowhere_in_the_files_of_sqlite(tmp_path):
    """
    Neither in the tables, nor in what was there before, nor in the log; the others' are.
    """
    path = tmp_path / "cases"
    with closing(SqliteStore(path)) as store:
        desk = Desk(SIX, store=store, clock=FrozenClock(MONDAY))
        for number in range(30):
            case_id = f"t-{number}"
            opened(desk, case_id, customer="bo", complaint="Somebody else's teacup. " * 200)
        full_of_words(desk, "t-x")
        for number in range(30):
            told(
                desk, CustomerReplied(words=f"{WORDS} {number} " * (50 * number + 1)), case_id="t-x"
            )
            told(desk, CustomerReplied(words="teacup " * 500), case_id=f"t-{number}")
        assert WORDS.encode() in bytes_of(path)

        desk.erase("t-x", reason="asked", by="sam")

        assert b"Xanthippe" not in bytes_of(path)
        assert b"Somebody else's teacup" in bytes_of(path)
        assert desk.verify("t-x").is_whole
    assert b"Xanthippe" not in bytes_of(path)


def test_a_reader_keeps_words_in_the_log_and_is_told_of(tmp_path, caplog):
    """
    The erasure stands all the same; the log is emptied with the next one.
    """
    path = tmp_path / "cases"
    with closing(SqliteStore(path, timeout=0.05)) as store:
        desk = Desk(SIX, store=store, clock=FrozenClock(MONDAY))
        full_of_words(desk)
        full_of_words(desk, "t-2")
        with closing(sqlite3.connect(path, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM complaintflow_case").fetchall()
            with caplog.at_level(logging.WARNING, "complaintflow"):
                desk.erase("t-1", reason="asked", by="sam")

            assert "what was erased is still in the write-ahead log" in caplog.text
            assert ERASED == desk.get("t-1").customer
        desk.erase("t-2", reason="asked", by="sam")

    assert b"Xanthippe" not in bytes_of(path)
