"""
Logs as helpdesks export them: in whatever shape, and with whatever is wrong with them.
"""

import gzip
import io
import sys
import tracemalloc
from datetime import UTC, datetime, timedelta, timezone

import pytest

from complaintflow import Within, errors
from complaintflow.audit import Shape, Verdict, audit, draft_mapping, mapping_of
from complaintflow.invariants import precedence, response

RULE = precedence("acknowledge_problem", "offer", code="hasty")
ACTS = {"ack": "acknowledge_problem", "offer": "offer"}
HEADER = "case,activity,time\n"
GOOD = HEADER + "a,ack,2026-01-05 09:00\na,offer,2026-01-05 10:00\nb,offer,2026-01-05 11:00\n"
PACKED = gzip.compress(GOOD.encode(), mtime=0)
ANSWER = {"a": (Verdict.KEPT,), "b": (Verdict.BROKEN,)}


def mapping(**log):
    """
    Return a mapping for logs of some shape.
    """
    return mapping_of({"log": log, "activities": ACTS})


@pytest.fixture
def read(tmp_path):
    """
    Return a function that audits a file with some content.
    """

    def audited(content, name="log.csv", **log):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return audit(path, mapping(**log), RULE)

    return audited


@pytest.fixture
def refusal(read):
    """
    Return a function that audits a file in vain, and returns what is told.
    """

    def refused(content, name="log.csv", **log):
        with pytest.raises(errors.LogError) as no:
            read(content, name, **log)
        assert name in str(no.value)
        return str(no.value)

    return refused


def xes(*traces, start="<log xmlns='http://www.xes-standard.org/'>"):
    """
    Return a XES log of traces, each a case and its activities with their hours.
    """
    told = [
        f"<?xml version='1.0' encoding='UTF-8'?>\n{start}\n<string key='concept:name' value='l'/>"
    ]
    for case, *events in traces:
        told.append(f"<trace>\n<string key='concept:name' value='{case}'/>")
        for name, hour in events:
            told.append(
                f"<event>\n<string key='concept:name' value='{name}'/>\n"
                f"<date key='time:timestamp' value='2026-01-05T{hour:02}:00:00.000+01:00'/>\n"
                "<string key='org:resource' value='sam'/></event>"
            )
        told.append("</trace>")
    return "\n".join([*told, "</log>"])


@pytest.mark.parametrize(
    ("content", "log"),
    [
        (GOOD, {}),
        ("\ufeff" + GOOD, {}),
        (GOOD.replace("\n", "\r\n"), {}),
        (GOOD.replace(",", ";"), {}),
        (GOOD.replace(",", "\t"), {"delimiter": "\t"}),
        (GOOD.replace("case,activity,time", "Ticket,Action,Created at"), {}),
        (
            GOOD.replace("case,activity,time", "Nr,What,When"),
            {"case": "Nr", "activity": "What", "time": "When"},
        ),
        (GOOD.removeprefix(HEADER), {"case": 1, "activity": 2, "time": 3}),
        (GOOD.replace("2026-01-05 ", "05.01.2026 "), {"format": "%d.%m.%Y %H:%M"}),
        (
            GOOD.replace("2026-01-05 09:00", "1").replace("2026-01-05 1", "2.").replace(":00", ""),
            {"format": "unix"},
        ),
        (GOOD.replace(":00\n", ":00:00.123+02:00\n"), {}),
        (GOOD.encode("utf-16"), {"encoding": "utf-16"}),
        (GOOD.replace("case,", '"case",').replace("b,offer", '"b","offer"'), {}),
        (GOOD.replace("\na,offer", "\n\na, offer "), {}),
        ("\n  \n\r\n" + GOOD.replace(",", ";"), {}),
        ("\n\n" + GOOD.removeprefix(HEADER), {"case": 1, "activity": 2, "time": 3}),
        (PACKED, {}),
        (
            GOOD.replace("case,", '"the\ncase",'),
            {"case": "the\ncase", "activity": "activity", "time": "time"},
        ),
    ],
)
def test_a_log_is_read_in_whatever_shape_it_comes(read, content, log):
    """
    No two helpdesks export alike.
    """
    report = read(content, **log)

    assert ANSWER == report.cases
    assert (3, 0, 0) == (report.lines, report.unusable, report.unsorted)


def test_the_case_is_where_the_first_file_line_says(read):
    """
    Whoever wants to look finds the line.
    """
    [found] = read(GOOD).findings

    assert (4, datetime(2026, 1, 5, 11)) == (found.line, found.at)


@pytest.mark.parametrize("packed", [False, True])
def test_xes_is_read_as_a_stream(read, packed):
    """
    It is what other tools for process mining write.
    """
    content = xes(("a", ("ack", 9), ("offer", 10)), ("b", ("offer", 8))).encode()
    report = read(
        gzip.compress(content) if packed else content, "log.xes.gz" if packed else "l.xes"
    )

    assert ANSWER == report.cases
    assert "2026-01-05T08:00:00+01:00" == report.findings[0].at.isoformat()
    assert content.splitlines()[report.findings[0].line - 1].endswith(b"</event>")


def test_a_trace_may_name_its_case_after_its_events(read):
    """
    The standard orders attributes first, and not every exporter reads the standard.
    """
    named = "<string key='concept:name' value='b'/>"
    content = xes(("b", ("offer", 8)))
    late = content.replace(named, "", 1).replace("</trace>", f"{named}</trace>")

    assert {"b": (Verdict.BROKEN,)} == read(late, "late.xes").cases


def test_no_document_type_is_read(refusal):
    """
    A kilobyte of entities can fill a machine's memory.
    """
    bomb = '<?xml version="1.0"?><!DOCTYPE log [<!ENTITY a "aaaa">]><log>&a;</log>'

    assert "declares a document type" in refusal(bomb, "bomb.xes")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "it is empty"),
        (HEADER, "it has no lines"),
        (
            HEADER + "a,ack\nb\n,,\n",
            "none of its lines can be read|line 2: it has too few columns",
        ),
        ("ticket,what,when\na,b,c\n", "no column is called as activity usually is|as time usually"),
        ("case\n", "its columns are 'case'"),
        ("case,activity,time,extra\n", "it has no lines"),
        (GOOD.replace(",", "|").encode("utf-16"), 'it looks like UTF-16|encoding = "utf-16"'),
        (GOOD.encode("utf-16-be"), 'encoding = "utf-16-be"'),
        (GOOD.encode("utf-16-le"), 'encoding = "utf-16-le"'),
        (
            GOOD.replace("activity", '"activity'),
            "its header cannot be read: a quote in it is not closed",
        ),
        ("\n \n\n", "it has no lines"),
        (GOOD.encode() + b"c,\xff,2026-01-05 12:00\n", 'encoding = "cp1252"'),
        (PACKED[:-12], "ends in the middle"),
        (xes().removesuffix("</log>"), "no XML that can be read"),
        ("<html></html>", "it is XML, but no XES"),
        ("<log></log>", "it has no lines"),
    ],
)
def test_a_log_that_cannot_be_read_says_why(refusal, content, words):
    """
    A traceback is no message.
    """
    told = refusal(content)

    assert [] == [each for each in words.split("|") if each not in told]


def test_every_column_that_is_missing_is_told_at_once(refusal):
    """
    Nobody wants to learn of them one run at a time.
    """
    told = refusal(GOOD, case="Case", activity="activities", time="when")

    assert "no column 'Case' (did you mean 'case'?), which the mapping says is case" in told
    assert "no column 'activities' (did you mean 'activity'?)" in told
    assert "no column 'when'" in told
    assert "its columns are 'case', 'activity', 'time'" in told
    twice = refusal(GOOD.replace("time", "case", 1), case="case", activity="activity", time="case")
    assert "it has 2 columns 'case'" in twice
    assert "is ';' the delimiter?" in refusal(GOOD.replace(",", ";"), delimiter=",")


def test_a_gz_file_that_is_none_and_a_folder_and_nothing_are_told(refusal, tmp_path):
    """
    The commonest mistakes are about which file.
    """
    assert "no gzip file" in refusal(GOOD, "log.csv.gz")
    for path, words in (
        (tmp_path, "it is a folder"),
        (tmp_path / "no.csv", "no such file"),
        (tmp_path / f"{'long' * 99}.csv", "it cannot be read: File name too long"),
    ):
        with pytest.raises(errors.LogError, match=words):
            audit(path, mapping(), RULE)
    broken = tmp_path / "secret.csv"
    broken.symlink_to(tmp_path / "loop")
    (tmp_path / "loop").symlink_to(broken)
    with pytest.raises(errors.LogError):
        audit(broken, mapping(), RULE)


def test_lines_that_cannot_be_read_are_counted_and_the_first_are_told(read):
    """
    One bad line in a million is no reason to know nothing.
    """
    bad = (
        "a\n,offer,2026-01-05 12:00\na,,2026-01-05 12:00\na,offer,soon\na,offer,2026-01-05T12:00Z\n"
    )
    report = read(GOOD + bad * 2 + '"' + "x" * 140_000 + "\n" + "a,ack,2026-01-06 09:00\n")

    assert ANSWER | {"a": (Verdict.CANNOT_TELL,)} == report.cases
    assert (10, 5) == (min(report.unusable, 10), len(report.samples))
    assert [5, 6, 7, 8, 9] == [each.line for each in report.samples]
    told = [each.why for each in report.samples]
    for words, why in zip(
        ("too few columns", "no case", "no activity", "soon", "offset"), told, strict=True
    ):
        assert words in why


def test_a_quote_that_is_not_closed_is_told_with_what_it_swallowed(read):
    """
    One mark too many can hide half a log, and nobody would look for it at its last line.
    """
    lines = "b,offer,2026-01-05 11:00,\nc,offer,2026-01-05 12:00,\n"
    open_ends = {
        "a,offer,2026-01-05 10:30,{}well\n": "a quote in it is not closed",
        "a,{}offer,2026-01-05 10:30,\n": "a quote in it is not closed",
    }
    closed = {
        'a,{}offer,2026-01-05 10:30,\nb,x"\n': "it has too few columns",
        'a,offer,{}2026-01-05 10:30\nb,x",\n': "its time is '2026-01-05 10:30\\nb,x'",
    }
    good = GOOD.replace("\n", ",\n")
    for line, why in (open_ends | closed).items():
        report = read(good + line.format('"') + (lines if line in open_ends else ""))
        [told] = report.samples
        end = 7 if line in open_ends else 6
        assert (5, 3) == (told.line, report.lines)
        assert told.why.startswith(why)
        assert told.why.endswith(f"it goes on to line {end}: is a quote not closed?")


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("iso", "its time is 'soon', and not as ISO 8601 has it; say how it is: [log] format"),
        ("unix", "its time is 'soon', and not seconds since 1970; say how it is: [log] format"),
        ("unix_ms", "its time is 'soon', and not milliseconds since 1970; say how"),
        ("%d.%m.%Y", "its time is 'soon', and not written as '%d.%m.%Y'; say how"),
    ],
)
def test_a_time_that_is_written_otherwise_tells_where_to_say_how(refusal, written, words):
    """
    What the standard library says of it helps nobody who has a spreadsheet before them.
    """
    told = refusal(HEADER + "a,offer,soon\na,offer, \n", format=written)

    assert words in told
    assert "line 3: it names no time" in told


SPOILED = ["soon", "", "9999-12-31", "2026-01-05T12:00Z"]


@pytest.mark.parametrize("time", SPOILED)
@pytest.mark.parametrize("is_sorted", [True, False])
def test_a_case_cannot_be_told_where_a_line_of_it_that_matters_cannot_be_read(
    read, time, is_sorted
):
    """
    Nobody knows when the acknowledgement was, so nobody knows whether the offer was hasty.
    """
    lines = ["a,ack,2026-01-05 09:00", "a,offer,2026-01-05 10:00", "b,offer,2026-01-05 11:00"]
    lines.insert(1, f"b, ack ,{time}")
    lines += [f"a,odd,{time}", f"a,,{time}", f"c,offer,{time}"]
    if not is_sorted:
        lines = [lines[2], *lines[:2], *lines[3:]]
    report = read(HEADER + "\n".join(lines))
    line = 3 + (not is_sorted)

    assert {"a": (Verdict.KEPT,), "b": (Verdict.CANNOT_TELL,)} == report.cases
    [found] = report.findings
    assert ("line_unreadable", f"it hangs on line {line}, which cannot be read") == (
        found.reasons[0].code,
        found.reasons[0].text,
    )


def test_what_cannot_be_read_matters_to_replays_and_rules_with_a_span_too():
    """
    Each rule is asked whether the line could be about it.
    """
    from complaintflow import methods

    at = datetime(2026, 1, 5)
    rules = mapping_of({"activities": ACTS | {"note": [], "feel": "empathize"}})
    slow = response("offer", "accept", within=Within(2, "hours"), code="slow")
    for name, verdicts in (
        ("ack", (Verdict.CANNOT_TELL, Verdict.NOT_APPLICABLE)),
        ("offer", (Verdict.CANNOT_TELL, Verdict.CANNOT_TELL)),
        ("note", (Verdict.NOT_APPLICABLE, Verdict.NOT_APPLICABLE)),
    ):
        lines = [("a", "note", at), ("a", name, "soon")]
        assert verdicts == audit(lines, rules, [RULE, slow]).cases["a"]
    report = audit([("a", "note", at), ("a", "feel", "soon")], rules, methods.six_steps())
    assert Verdict.CANNOT_TELL == report.cases["a"][0]
    assert ["line_unreadable"] == [each.code for each in report.findings[0].reasons]


def test_a_blank_activity_leaves_no_false_tie(read):
    """
    What is no line must not make two others look as if they had one time.
    """
    lines = "a,ack,2026-01-05 09:00\na,,2026-01-05 10:00\na,offer,2026-01-05 10:00\n"
    report = read(HEADER + lines)

    assert {"a": (Verdict.KEPT,)} == report.cases


BLANK = [
    ("", "offer", datetime(2026, 1, 5, 12, tzinfo=UTC)),
    ("a", " ", datetime(2026, 1, 5, 12, tzinfo=UTC)),
    ("", "offer", datetime(2026, 1, 5, 23)),
    ("a", "", datetime(2026, 1, 5, 23)),
    ("a", "", datetime(2026, 1, 5)),
]


@pytest.mark.parametrize("blank", BLANK)
@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("is_sorted", [True, False])
def test_a_line_that_names_no_case_or_activity_says_nothing_of_the_time(blank, place, is_sorted):
    """
    The first line of a log decides how its times are compared, unless it is none.
    """
    times = [datetime(2026, 1, 5, hour) for hour in (9, 10, 11)]
    names = [("a", "ack"), ("a", "offer"), ("b", "offer")]
    lines = [(*name, at) for name, at in zip(names, times, strict=True)]
    if not is_sorted:
        lines.reverse()
    lines.insert(place, blank)
    report = audit(lines, mapping(), RULE)

    assert ANSWER == {case: report.cases[case] for case in sorted(report.cases)}
    assert (3, 1, int(not is_sorted)) == (report.lines, report.unusable, report.unsorted)
    assert [place + 1] == [each.line for each in report.samples]


def test_a_line_of_no_case_is_none_whatever_its_activity():
    """
    An activity that nobody knows is counted for cases, and here there is none.
    """
    at = datetime(2026, 1, 5, 9)
    names = [("a", "odd"), ("a", "odd"), ("", "odd"), ("", "offer"), ("", "ack")]
    lines = [(*name, at + timedelta(hours=n)) for n, name in enumerate(names)]
    report = audit([*lines, ("a", "offer", at + timedelta(hours=9))], mapping(), RULE)

    assert (3, 3, {"odd": 2}) == (report.lines, report.unusable, report.unknown)
    assert ["a"] == list(report.cases)


def test_a_blank_activity_at_the_time_of_another_line_makes_no_tie():
    """
    Neither with what is of its own case later, nor with what was before.
    """
    at = datetime(2026, 1, 5, 9)
    for times in ((0, 1, 1, 1), (0, 0, 0, 1), (0, 1, 1, 2)):
        hours = [at + timedelta(hours=each) for each in times]
        names = [("a", "ack"), ("b", "ack"), ("a", ""), ("a", "offer")]
        report = audit([(*n, h) for n, h in zip(names, hours, strict=True)], mapping(), RULE)

        assert ((Verdict.KEPT,), 0) == (report.cases["a"], report.tied)


@pytest.mark.parametrize("rule", [RULE, response("offer", "close", within=Within(2, "hours"))])
@pytest.mark.parametrize("year", [1, 1899, 9001, 9999])
@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_a_time_that_nobody_means_is_no_time(rule, year, place):
    """
    The year 9999 stands for `not yet` in many a database, and cannot be computed with.
    """
    at = datetime(2026, 1, 5, tzinfo=timezone(timedelta(hours=5)))
    lines = [("a", "offer", at), ("a", "ack", at - timedelta(hours=3)), ("b", "ack", at)]
    lines.insert(place, ("a", "offer", at.replace(year=year)))
    report = audit(lines, mapping(), rule)

    assert (3, 1, 1) == (report.lines, report.unusable, report.unsorted)
    assert [(place + 1, f"a time in the year {year} is not meant")] == [
        (each.line, each.why) for each in report.samples
    ]


def test_a_line_in_memory_that_is_none_is_told():
    """
    A host's query has a column too few.
    """
    at = datetime(2026, 1, 5)
    lines = [("a", "ack"), None, ("a", None, at), ([], "ack", at), ("a", "ack", at, "more")]
    report = audit(lines, mapping(), RULE)

    assert (1, 4) == (report.lines, report.unusable)
    assert [
        "it is ('a', 'ack'), not a case, an activity and a time",
        "it is None, not a case, an activity and a time",
        "its activity is None, not a text",
        "its case is [], not a text",
    ] == [each.why for each in report.samples]


def test_a_file_that_is_sorted_by_case_or_newest_first_is_judged_as_any_other(read):
    """
    Half of all exports begin with the newest line.
    """
    lines = GOOD.removeprefix(HEADER).splitlines()
    newest_first = read(HEADER + "\n".join(reversed(lines)) + "\n")
    by_case = read(GOOD.replace("b,offer,2026-01-05 11", "b,offer,2026-01-05 08"))

    assert ANSWER == newest_first.cases == by_case.cases
    assert (1, 0) == (newest_first.unsorted, by_case.unsorted)
    assert (3, 3) == (newest_first.lines, by_case.lines)
    offsets = read(HEADER + "a,offer,2026-01-05T10:00+01:00\na,ack,2026-01-05T09:30+01:00\n")
    assert {"a": (Verdict.KEPT,)} == offsets.cases


@pytest.mark.parametrize("hour", [3, 1])
def test_a_time_that_cannot_be_compared_with_the_first_is_no_time_in_any_order(hour):
    """
    Whether a log is in order must not decide which of its lines count.
    """
    first = datetime(2026, 1, 5, 2, tzinfo=UTC)
    lines = [("a", "ack", first), ("a", "offer", first.replace(hour=hour))]
    report = audit([*lines, ("b", "offer", datetime(2026, 1, 5, 4))], mapping(), RULE)

    assert (2, 1, ["a"]) == (report.lines, report.unusable, [*report.cases])
    assert "its time has an offset" in report.samples[0].why


def test_what_was_seen_before_the_order_was_lost_is_seen():
    """
    A log that is read anew has the activities that it had the first time.
    """
    at = datetime(2026, 1, 5)
    lines = [("a", "ack", at + timedelta(hours=1)), ("b", "ack", at + timedelta(hours=2))]
    report = audit([*lines, ("b", "offer", at)], mapping(), RULE)

    assert () == report.unseen


def test_a_case_that_is_put_off_counts_its_lines_and_its_unknown_activities_once():
    """
    To read something twice must not make it twice as much.
    """
    at = datetime(2026, 1, 5)
    hours = [timedelta(hours=n) for n in range(5)]
    lines = [
        ("a", "odd", at + hours[3]),
        ("b", "ack", at + hours[1]),
        ("a", "offer", at + hours[2]),
        ("a", "odd", at + hours[1]),
        ("a", "ack", at + hours[1]),
        ("a", "", at),
    ]
    report = audit(lines, mapping(), RULE)

    assert {"odd": 2} == report.unknown
    assert (5, 1, 1, 1) == (report.lines, report.unusable, report.unsorted, report.tied)
    assert {"a": (Verdict.KEPT,), "b": (Verdict.NOT_APPLICABLE,)} == report.cases


def test_lines_in_memory_may_be_any_iterable_even_one_that_is_read_but_once():
    """
    A host asks its own database.
    """
    at = datetime(2026, 1, 5, tzinfo=UTC)
    lines = [("a", "offer", at + timedelta(hours=2)), ("a", "ack", at + timedelta(hours=1))]

    assert {"a": (Verdict.KEPT,)} == audit(iter(lines), mapping(), RULE).cases
    report = audit([("a", "ack", "today"), *lines], mapping(), RULE)
    assert "not a datetime" in report.samples[0].why
    with pytest.raises(errors.LogError, match="no lines"):
        audit([], mapping(), RULE)


def test_standard_input_is_read_like_a_file(monkeypatch):
    """
    Exports come through pipes, and may still be unsorted.
    """
    lines = GOOD.removeprefix(HEADER).splitlines()
    content = HEADER + "\n".join(reversed(lines))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content.encode())))

    assert ANSWER == audit("-", mapping(), RULE).cases


def test_progress_is_told_in_bytes_and_ends_with_all_of_them(tmp_path):
    """
    A bar that stops at ninety per cent is worse than none.
    """
    path = tmp_path / "log.csv"
    path.write_text(GOOD, encoding="utf-8")
    seen = []
    audit(path, mapping(), RULE, progress=lambda done, total: seen.append((done, total)))

    assert (len(GOOD), len(GOOD)) == seen[-1]
    assert sorted(seen) == seen


def test_memory_grows_with_cases_and_not_with_lines(tmp_path):
    """
    A log may be larger than the machine.
    """

    def peak(lines):
        path = tmp_path / f"{lines}.csv"
        at = datetime(2026, 1, 5)
        with path.open("w", encoding="utf-8") as file:
            file.write(HEADER)
            file.writelines(
                f"c{n % 50},{'ack' if n < 50 else 'offer'},{at + timedelta(minutes=n)}\n"
                for n in range(lines)
            )
        tracemalloc.start()
        audit(path, mapping(), RULE)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(2_000)

    assert peak(40_000) < 1.2 * peak(13_000)


def test_a_file_that_cannot_be_opened_and_a_header_that_is_none_are_told(refusal, monkeypatch):
    """
    Whatever the system says of a file is told as one sentence.
    """
    assert "its header cannot be read" in refusal('"' + "x" * 140_000)
    with monkeypatch.context() as patched:

        def refuse(*_, **__):
            raise PermissionError(13, "Permission denied")

        refusal(HEADER, "other.csv")
        patched.setattr("pathlib.Path.open", refuse)
        with pytest.raises(errors.LogError, match="cannot be read: Permission denied"):
            audit(__file__, mapping(), RULE)


def test_written_times_are_remembered_within_bounds(read, monkeypatch):
    """
    A log of a hundred million moments must not fill the memory with them.
    """
    from complaintflow.audit import _logs

    monkeypatch.setattr(_logs, "REMEMBERED", 1)
    content = GOOD.replace("2026-01-05 ", "05.01.2026 ")

    assert ANSWER == read(content, format="%d.%m.%Y %H:%M").cases


# -- drafts ---------------------------------------------------------------------------------------


def test_a_draft_is_a_mapping_that_can_be_used_at_once(tmp_path):
    """
    Whoever begins has a list to fill in, not an empty page.
    """
    import tomllib

    at = datetime(2026, 1, 5)
    names = ["Offer sent", 'Odd "one"\x7f', "Offer sent", "Ticket closed", "", "x\ud800"]
    text = draft_mapping([("a", name, at) for name in names])
    data = tomllib.loads(text)

    assert ["Offer sent", 'Odd "one"\ufffd', "Ticket closed", "x\ufffd"] == list(data["activities"])
    path = tmp_path / "odd.csv"
    path.write_text(GOOD + '"' + "x" * 140_000 + "\na,last,2026-01-06 10:00\n", encoding="utf-8")
    assert '"offer" = []' in draft_mapping(path)
    assert '"Offer sent" = []  # 2 times; offer?' in text
    assert '"Ticket closed" = []  # 1 time; close?' in text
    assert mapping_of(data).activities
    with pytest.raises(errors.LogError, match="none of its lines"):
        draft_mapping([("a", "", at)])


def test_a_draft_says_where_the_log_has_what_and_knows_the_acts_of_a_method(tmp_path):
    """
    What was said once need not be said again.
    """
    from complaintflow import methods

    path = tmp_path / "log.csv"
    path.write_text(
        "1;Take action;5.1.2026\n" + "".join(f"1;act {n};5.1.2026\n" for n in range(600)),
        encoding="utf-8",
    )
    shape = Shape(case=1, activity=2, time=3, format="%d.%m.%Y", delimiter=";")
    text = draft_mapping(path, shape, method=methods.five_steps())

    assert 'case = 1\nactivity = 2\ntime = 3\nformat = "%d.%m.%Y"\ndelimiter = ";"' in text
    assert "; take_action?" in text
    assert text.endswith("# and 101 that are rarer\n")
