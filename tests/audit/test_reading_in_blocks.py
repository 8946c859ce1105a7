"""
Lines are read many at a time, and what comes of them is what comes of one after the other.
"""

import csv
import io
from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from complaintflow import Within, errors, methods
from complaintflow.audit import Shape, audit, mapping_of
from complaintflow.audit._blocks import Times
from complaintflow.audit._logs import log_of
from complaintflow.audit._tables import Table
from complaintflow.invariants import precedence, response

MAPPING = mapping_of(
    {
        "log": {"case": "case", "activity": "activity", "time": "time"},
        "activities": {
            "new": "open",
            "ack": "acknowledge_problem",
            "offer": "offer",
            "accept": "accept",
            "paid": "keep_promise/settled",
            "over": "close/resolved",
            "note": [],
        },
    }
)
RULES = (
    precedence("acknowledge_problem", "offer", code="hasty"),
    response("accept", "keep_promise", code="broken_promise"),
    response("offer", "close", within=Within(2, "hours"), code="slow"),
)
AGAINST = {"the rules": RULES, "the six steps": methods.six_steps()}
START = datetime(2026, 1, 5)
HEADER = "case,activity,time,more\n"
LINE = "a,ack,2026-01-05 03:00,-\n"

cases = st.sampled_from(["a", "b", "c", "d", "", "Zoë", 'say "x"', "x,y", "two\nlines"])
activities = st.sampled_from([*[each.name for each in MAPPING.activities], "odd", "", " ack "])
times = st.one_of(
    st.integers(0, 9).map(lambda hour: str(START + timedelta(hours=hour))),
    st.sampled_from(["soon", "", "2026-01-05T03:00+01:00", "0001-01-01T00:00+05:00"]),
)
usual = st.tuples(cases, activities, times)
broken = st.lists(st.sampled_from(["a", "ack", "2026-01-05 03:00", "x"]), max_size=5).map(tuple)
lines = st.lists(st.one_of(usual, usual, usual, broken), max_size=40)
raw = st.sampled_from(['"', '"a', 'a"b', "\r", "\n\r", "a,ack,2026-01-05\r", ",,", " ", '"a""b",'])


def written(rows, *, quoting, ends, last):
    """
    Return rows as the text of a CSV file with a header.
    """
    text = io.StringIO(newline="")
    table = csv.writer(text, quoting=quoting, lineterminator=ends)
    table.writerow(("case", "activity", "time", "more"))
    table.writerows((*row, "-") if len(row) == 3 else row for row in rows)
    return text.getvalue() if last else text.getvalue().removesuffix(ends)


def one_by_one(text):
    """
    Yield what the standard library reads, as lines of a block: the plain way.
    """
    left = [*io.StringIO(text, newline=""), None]
    reader = csv.reader(iter(lambda: left.pop(0), None))
    next(reader)
    while True:
        first = reader.line_num + 1
        try:
            row = next(reader)
            told = (row[0], row[1], datetime.fromisoformat(row[2])) if left else None
        except StopIteration:
            return
        except IndexError:
            if not row:
                continue
            told = None
        except (csv.Error, ValueError):
            told = None
        yield first, told


def read(text, size):
    """
    Return what a table has, with so many characters read at a time.
    """
    found = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("complaintflow.audit._tables.SIZE", size)
        table = Table(io.StringIO(text, newline=""), None)
        table.header()
        for block in table.blocks((0, 1, 2), Times(datetime.fromisoformat)):
            for line, *told in zip(
                block.lines, block.cases, block.activities, block.times, strict=True
            ):
                found.append((line, tuple(told) if isinstance(told[2], datetime) else None))
    return found


texts = st.builds(
    written,
    lines,
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    ends=st.sampled_from(["\n", "\r\n", "\r"]),
    last=st.booleans(),
)


@given(
    texts,
    st.lists(st.tuples(st.integers(0, 2_000), raw), max_size=2),
    st.sampled_from([1, 7, 64, 8_192]),
)
def test_a_table_reads_what_the_standard_library_reads(text, dirt, size):
    """
    What is quick must not be another format.
    """
    for place, some in dirt:
        where = len(HEADER) + 2 + place % len(text)
        text = text[:where] + some + text[where:]

    assert list(one_by_one(text)) == read(text, size)


@pytest.mark.parametrize(
    "odd",
    ["a,ack,2026-01-05,-,-\nb,ack,2026-01-05", "a,ack\nb,ack,2026-01-05,-,-,-", "a\n\n"],
)
def test_lines_that_have_as_many_cells_only_together_are_read_one_by_one(odd):
    """
    What one line has too much, the next one lacks; neither may lend the other a cell.
    """
    text = f"{HEADER}{LINE * 9}{odd}\n{LINE * 9}"

    for size in (100, 150, 200, 250, 300):
        assert list(one_by_one(text)) == read(text, size)


def test_a_table_counts_its_lines_whichever_way_they_go():
    """
    Whoever looks a line up must find it, with quotes, blank lines and long cells before it.
    """
    plain = LINE * 50
    odd = '"a\nb",ack,2026-01-05 03:00,-\n\nshort\n' + "x" * 140_000 + "," + LINE[2:]
    text = HEADER + (plain + odd + plain) * 3 + "a,last,2026-01-05 04:00,-"

    for size in (16, 100, 1_000, 100_000):
        assert list(one_by_one(text)) == read(text, size)


@given(lines, st.booleans(), st.sampled_from([*AGAINST]), st.integers(1, 9))
def test_an_audit_says_the_same_of_blocks_of_any_size(
    tmp_path_factory, rows, is_sorted, against, n
):
    """
    Ties, jumps back in time, and lines that are none fall on every end of a block.
    """
    if is_sorted:
        rows = sorted(rows, key=lambda row: row[2:3])
    folder = tmp_path_factory.getbasetemp()
    told = []
    for name, quoting, size, count in (
        ("plain.csv", csv.QUOTE_MINIMAL, 8_192, 1_024),
        ("small.csv", csv.QUOTE_MINIMAL, 8 * n, n),
        ("quoted.csv", csv.QUOTE_ALL, 8_192, n),
    ):
        text = written(rows, quoting=quoting, ends="\n", last=True)
        (folder / name).write_bytes(text.encode())
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr("complaintflow.audit._tables.SIZE", size)
            patched.setattr("complaintflow.audit._blocks.LINES", count)
            try:
                told.append(audit(folder / name, MAPPING, AGAINST[against]))
            except errors.LogError as error:
                told.append(str(error).replace(name, "it"))

    assert [told[0]] * 2 == told[1:]


def test_a_block_is_cut_at_once_where_it_can_be(tmp_path):
    """
    The quick way would be of no use if nothing took it.
    """
    path = tmp_path / "log.csv"
    path.write_text(HEADER + LINE * 2_000, encoding="utf-8")
    with log_of(path, Shape()) as log, log.open() as blocks:
        cut = [isinstance(block.lines, range) for block in islice(blocks, 1, None)]

    assert cut
    assert all(cut)


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abc"),
            st.sampled_from([*[each.name for each in MAPPING.activities], "odd"]),
            st.integers(0, 6).map(lambda hour: START + timedelta(hours=hour)),
        ),
        min_size=1,
        max_size=30,
    ),
    st.booleans(),
    st.sampled_from([*AGAINST]),
)
def test_a_case_is_judged_as_if_the_log_had_no_other(told, is_sorted, against):
    """
    Whose lines stand beside those of a case, or have the same time, is no matter of its own.
    """
    if is_sorted:
        told.sort(key=lambda line: line[2])
    end = (START + timedelta(hours=9)).replace(tzinfo=UTC)
    whole = audit(told, MAPPING, AGAINST[against], until=end)
    for case in {line[0] for line in told}:
        places = [place for place, line in enumerate(told, 1) if line[0] == case]
        alone = audit([told[n - 1] for n in places], MAPPING, AGAINST[against], until=end)
        findings = [
            each if each.line is None else evolve(each, line=places[each.line - 1])
            for each in alone.findings
        ]

        assert alone.cases[case] == whole.cases[case]
        assert findings == [each for each in whole.findings if each.case == case]
