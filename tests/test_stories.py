"""
Stories: what a line says, what is wrong with a line, and what comes of it.
"""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from complaintflow import (
    Actor,
    Case,
    Line,
    StoryError,
    Within,
    line_of,
    read_story,
    replay,
)
from complaintflow.acts import Close, Correct, Listen, Offer, Open, Remedy, Withdraw
from complaintflow.adapters.system import WeekdayCalendar
from complaintflow.methods import five_steps, six_steps

from .conftest import LISTEN, MONDAY, ROADS

SIX = six_steps()
OPEN = {
    "act": "open",
    "by": "sam",
    "at": "2026-01-05T09:00:00Z",
    "customer": "ana",
    "complaint": "It arrived broken",
}
HEAR = {"act": "listen", "by": "sam", "account": "Late, and cracked"}


def lines_of(*lines):
    """
    Return lines as they stand in a file.
    """
    return [line if isinstance(line, str) else json.dumps(line) for line in lines]


def read(*lines, method=SIX):
    """
    Return the lines of a story, read.
    """
    return read_story(lines_of(*lines), method)


def problems(*lines, method=SIX):
    """
    Return everything that is wrong with a story.
    """
    with pytest.raises(StoryError) as error:
        read(*lines, method=method)
    assert "the story" == error.value.subject
    return list(error.value.problems)


def states(*lines, method=SIX):
    """
    Return where each line of a story leads; None where it is refused.
    """
    return [
        None if told.entry is None else told.entry.state
        for told in replay(method, read(*lines, method=method))
    ]


@pytest.mark.parametrize("end", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\r", "\n"])
def test_a_line_is_one_however_lines_are_split(story, end):
    """
    A customer's words may hold what some readers take for the end of a line.
    """
    words = f"late{end}cracked {end}"
    told = "\n".join([line_of(story.entries[0]), line_of(story.record(Listen(account=words)))])

    assert words == read_story(told.splitlines(), SIX)[1].act.account


def test_a_line_of_another_case_is_a_problem():
    """
    It has come into the story of this one by mistake.
    """
    assert [
        "line 2: it is of case 't-2', and the story's has 't-1'; each has a story of its own"
    ] == problems({**OPEN, "case": "t-1"}, {**HEAR, "case": "t-2"})
    assert [
        "line 2: it is of case 't-2', and the story's has no id; each has a story of its own"
    ] == problems(OPEN, {**HEAR, "case": "t-2"})
    assert ["received", "heard"] == states({**OPEN, "case": "t-1"}, {**HEAR, "case": "t-1"})


def test_what_is_said_twice_in_a_line_is_a_problem():
    """
    One of the two would be lost in silence.
    """
    twice = json.dumps(HEAR)[:-1] + ', "account": "another"}'

    assert ["line 2: account is said 2 times"] == problems(OPEN, twice)


# -- reading ------------------------------------------------------------------------------------


def test_a_line_says_what_was_done_by_whom_and_when():
    """
    The rest of it is the evidence.
    """
    first, second = read({**OPEN, "case": "t-1"}, HEAR)

    assert (
        Line(
            1, Open(complaint="It arrived broken", customer="ana"), Actor("sam"), MONDAY, case="t-1"
        )
        == first
    )
    assert Line(2, Listen(account="Late, and cracked"), Actor("sam"), MONDAY) == second


def test_blank_lines_and_comments_are_passed_over():
    """
    But they count: the numbers are those of an editor.
    """
    told = read("# A story", "", OPEN, " \t", '  # {"act": "wave"}', HEAR, "\n", "#")

    assert [(3, "open"), (6, "listen")] == [(line.number, line.act.trigger) for line in told]
    assert ["line 4: it is not JSON: Expecting value at column 1"] == problems("#", OPEN, "", "x")


def test_a_line_without_a_time_happens_at_the_last_one():
    """
    A telephone call needs its time once.
    """
    told = read(
        OPEN,
        HEAR,
        {**HEAR, "at": "2026-01-05T12:00:00+01:00"},
        {**HEAR, "at": None},
        {**HEAR, "at": "2026-01-06T00:00Z"},
        HEAR,
    )

    assert [0, 0, 2, 2, 15, 15] == [(line.at - MONDAY) / timedelta(hours=1) for line in told]
    assert [] == [line for line in told if line.at.tzinfo is None]


def test_a_time_that_was_bad_is_not_taken_for_the_next_line():
    """
    The last good one is.
    """
    assert [
        "line 2: at must be a time with a zone, such as '2026-01-05T09:00:00Z', not 'noon'"
    ] == (problems(OPEN, {**HEAR, "at": "noon"}, HEAR))


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("sam", Actor("sam")),
        ({"id": "sam"}, Actor("sam")),
        ({"id": "robo", "kind": "bot"}, Actor("robo", "bot")),
        ({"id": "kim", "limits": {"EUR": "17.35"}}, Actor("kim", limits={"EUR": "17.35"})),
        ({"id": "kim", "limits": {"EUR": 20}}, Actor("kim", limits={"EUR": Decimal(20)})),
        ({"id": "kim", "limits": {}}, Actor("kim", limits={})),
        ({"id": "kim", "limits": None, "may": None}, Actor("kim")),
        (
            {"id": "kim", "may": ["listen", "waive:heard"]},
            Actor("kim", may=["listen", "waive:heard"]),
        ),
        ({"id": "kim", "may": []}, Actor("kim", may=[])),
    ],
)
def test_who_recorded_it_is_a_name_or_an_object(by, expected):
    """
    A replay under limits wants to know the limits.
    """
    (line,) = read({**OPEN, "by": by})

    assert expected == line.by


def test_a_key_is_read_and_ignored():
    """
    It belonged to the host that gave it.
    """
    first, second = read({**OPEN, "key": "mail-1"}, {**HEAR, "key": "mail-2"})

    assert (Open, Listen) == (type(first.act), type(second.act))


def test_other_line_ends_of_unicode_are_words():
    """
    U+2028 in a customer's mail ends no line of JSON.
    """
    account = "One\u2028two\u2029three\x85four\x0bfive\x0c\x1c\x1d\x1e six"
    text = "\n".join(
        json.dumps(line, ensure_ascii=False) for line in (OPEN, {**HEAR, "account": account})
    )

    assert account == read_story(text.split("\n"), SIX)[1].act.account


def test_lines_may_end_as_on_windows():
    """
    And a file may be read line by line as it is.
    """
    assert 2 == len(read_story([f"{line}\r\n" for line in lines_of(OPEN, HEAR)], SIX))


def test_evidence_is_read_as_it_is_written():
    """
    Amounts and times as text, values as objects, sequences as lists.
    """
    remedy = {
        "kind": "refund",
        "amount": "40.00",
        "currency": "EUR",
        "due": "2026-02-01T00:00:00+01:00",
    }
    _, line = read(OPEN, {"act": "offer", "by": "sam", "words": "x", "remedies": [remedy]})
    due = datetime(2026, 2, 1, tzinfo=timezone(timedelta(hours=1)))

    assert Offer(remedies=[Remedy("refund", "40.00", "EUR", due=due)], words="x") == line.act
    assert Close(cost=Decimal("12.50"), currency="EUR") == (
        read(OPEN, {"act": "close", "by": "sam", "cost": "12.50", "currency": "EUR"})[1].act
    )


# -- what is wrong with a line ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("listen", ["it is not JSON: Expecting value at column 1"]),
        ('{"act": "listen"', ["it is not JSON: Expecting ',' delimiter at column 17"]),
        ("\ufeff{}", ["it is not JSON: Unexpected UTF-8 BOM (decode using utf-8-sig) at column 1"]),
        ("[" * 100_000, ["it is nested too deeply"]),
        ('{"a":' * 100_000, ["it is nested too deeply"]),
        ("[]", ['it must be an object such as {"act": "listen", ...}']),
        ("7", ['it must be an object such as {"act": "listen", ...}']),
        ("null", ['it must be an object such as {"act": "listen", ...}']),
        ({"act": "listen", "account": "x"}, ["by must name whoever recorded it, such as 'sam'"]),
        ({**HEAR, "by": ""}, ["by must name whoever recorded it"]),
        ({**HEAR, "by": 7}, ["by must name whoever recorded it"]),
        ({**HEAR, "by": ["sam"]}, ["by must name whoever recorded it"]),
        ({**HEAR, "by": {}}, ["by must name whoever recorded it"]),
        ({**HEAR, "by": {"id": None}}, ["by must name whoever recorded it"]),
        ({**HEAR, "by": {"id": 7}}, ["by must name whoever recorded it"]),
        ({**HEAR, "by": {"id": " "}}, ["by must name whoever recorded it"]),
        (
            {**HEAR, "by": {"id": "x", "name": 1}},
            ["by has no 'name'; it has: id, kind, limits, may"],
        ),
        (
            {**HEAR, "by": {"id": "x", "kind": "robot"}},
            ["by.kind must be one of human, bot, customer, system, not 'robot'"],
        ),
        ({**HEAR, "by": {"id": "x", "kind": ["bot"]}}, ["by.kind must be one of human, bot"]),
        ({**HEAR, "by": {"id": "x", "limits": 50}}, ["by.limits must map currencies to amounts"]),
        ({**HEAR, "by": {"id": "x", "limits": {"EUR": "x"}}}, ["by.limits must map currencies"]),
        ({**HEAR, "by": {"id": "x", "limits": {"EUR": -5}}}, ["by.limits must map currencies"]),
        ({**HEAR, "by": {"id": "x", "limits": {"eur": "5"}}}, ["by.limits must map currencies"]),
        ({**HEAR, "by": "x\ud800"}, ["by.id must be a name, not 'x\\ud800'"]),
        (
            {**HEAR, "by": {"id": "x\ud800", "limits": {"EUR": "NaN"}, "kind": 7, "may": "y"}},
            ["by.may must be a list", "by.id must be", "by.kind must be", "by.limits must map"],
        ),
        ({**HEAR, "by": {"id": "x", "limits": {"EUR": "NaN"}}}, ["by.limits must map currencies"]),
        ({**HEAR, "by": {"id": "x", "limits": {"EUR": True}}}, ["by.limits must map currencies"]),
        ({**HEAR, "by": {"id": "x", "may": "listen"}}, ["by.may must be a list of triggers"]),
        ({**HEAR, "by": {"id": "x", "may": [7]}}, ["by.may must be a list of triggers"]),
        ({**HEAR, "case": ""}, ["case must be the id of the case, not ''"]),
        (
            {**HEAR, "case": {"id": "t-1", "complaint": "It came late."}},
            ["case must be the id of the case, not {'id': 't-1', 'complaint': 'It came l..."],
        ),
        ({**HEAR, "case": 7}, ["case must be the id of the case, not 7"]),
        ({**HEAR, "at": "2026-01-05"}, ["at must be a time with a zone"]),
        ({**HEAR, "at": "2026-01-05T09:00:00"}, ["at must be a time with a zone"]),
        ({**HEAR, "at": "tomorrow"}, ["at must be a time with a zone"]),
        ({**HEAR, "at": 1767614400}, ["at must be a time with a zone"]),
        ({**HEAR, "at": "0001-01-01T00:00:00+05:00"}, ["at is 0001-01-01T00:00:00+05:00; a year"]),
        ({**HEAR, "at": "9999-12-31T23:59:59-05:00"}, ["at is 9999-12-31T23:59:59-05:00; a year"]),
        ({"by": "sam", "account": "x"}, ["act must name what was done, such as 'listen'"]),
        ({**HEAR, "act": 7}, ["act must name what was done, such as 'listen'"]),
        ({**HEAR, "act": ["listen"]}, ["act must name what was done, such as 'listen'"]),
        ({**HEAR, "act": "lisen"}, ["six_steps has no act 'lisen' (did you mean 'listen'?)"]),
        ({**HEAR, "act": "propose_plan"}, ["six_steps has no act 'propose_plan'"]),
        ({"act": "listen", "by": "sam"}, ["listen: account is missing"]),
        ({**HEAR, "account": " \u200b"}, ["listen: account must not be blank"]),
        ({**HEAR, "account": 7}, ["listen: account must be text, not int (7)"]),
        (
            {**HEAR, "acount": "x"},
            ["listen: acount is no field of it (did you mean 'account'?); it has: account, "],
        ),
        (
            {**HEAR, "mood": "sad", "finished": 1},
            ["listen: finished must be True or False", "listen: mood must be one of 'calm', "],
        ),
        (
            {"act": "offer", "by": "sam", "remedies": [{"kind": "refund", "amount": 40.1}]},
            [
                "offer: remedies[0].amount must be a decimal number such as '40.00', not float",
                "offer: words is missing",
            ],
        ),
        (
            {"act": "offer", "by": "sam", "words": "x", "remedies": "refund"},
            ["offer: remedies must be a sequence, not str ('refund')"],
        ),
        (
            {"act": "offer", "by": "sam", "words": "x", "remedies": [7, {"kind": "x", "due": "y"}]},
            ["offer: remedies[1].due must be a time with a zone, such as"],
        ),
        (
            {"act": 1, "by": {}, "at": "x", "case": 7},
            ["at must be", "by must name", "case must be", "act must name"],
        ),
    ],
    ids=count(1),
)
def test_what_is_wrong_with_a_line_is_told(line, expected):
    """
    Every kind of mistake by its own sentence, and by the number of the line.
    """
    told = problems(OPEN, "", line)

    assert len(expected) == len(told), told
    for sentence, problem in zip(expected, told, strict=True):
        assert f"line 3: {sentence}" == problem[: len(f"line 3: {sentence}")]


def test_every_bad_line_is_listed():
    """
    Whoever corrects a file of a hundred lines does it once.
    """
    told = problems(OPEN, "x", HEAR, {**HEAR, "account": ""}, "[]", {**HEAR, "act": "x", "by": 1})

    assert ["line 2", "line 4", "line 5", "line 6", "line 6"] == [p[:6] for p in told]


def test_what_is_wrong_between_lines_is_told_with_what_is_wrong_in_them():
    """
    Whoever corrects a file does it once, whatever there is to correct.
    """
    early = {**HEAR, "at": "2026-01-05T08:59:59Z", "case": "t-2", "by": 7}

    told = problems(
        {**HEAR, "at": OPEN["at"], "case": "t-1"},
        {**OPEN, "case": "t-1"},
        "x",
        early,
        {**HEAR, "account": 1},
        OPEN,
    )
    expected = [
        "line 1: the first act must be 'open', not 'listen'",
        "line 3: it is not JSON: Expecting value at column 1",
        "line 4: at is 2026-01-05T08:59:59+00:00, before the line above it, at 2026-01-05T09:00:00",
        "line 4: by must name whoever recorded it, such as 'sam'",
        "line 4: it is of case 't-2', and the story's has 't-1'; each has a story of its own",
        "line 5: listen: account must be",
        "line 6: a story opens one case, once; tell another case in a story of its own",
    ]

    assert len(expected) == len(told), told
    for sentence, problem in zip(expected, told, strict=True):
        assert sentence == problem[: len(sentence)]


def test_what_cannot_be_read_is_asked_for_nothing_else():
    """
    What only follows from another mistake is no second one.
    """
    assert ["line 1: it is not JSON"] == [
        told[:22] for told in problems("x", {**OPEN, "case": "t-1"}, {**HEAR, "case": "t-1"})
    ]
    assert ["line 1: case must be the id"] == [
        told[:27] for told in problems({**OPEN, "case": 7}, {**HEAR, "case": "t-1"})
    ]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], ["it is empty; its first line must be the act 'open'"]),
        (["", "# nothing"], ["it is empty; its first line must be the act 'open'"]),
        ([{**HEAR, "at": OPEN["at"]}], ["line 1: the first act must be 'open', not 'listen'"]),
        (
            ["", OPEN, OPEN, HEAR, OPEN],
            [
                f"line {n}: a story opens one case, once; tell another case in a story of its own"
                for n in (3, 5)
            ],
        ),
        (
            [{k: v for k, v in OPEN.items() if k != "at"}],
            ["line 1: at must be a time with a zone, such as '2026-01-05T09:00:00Z', not None"],
        ),
    ],
)
def test_a_story_begins_with_an_opening(lines, expected):
    """
    It opens one case, once, at a time.
    """
    assert expected == problems(*lines)


def test_numbers_of_any_length_are_only_wrong():
    """
    JSON allows them; Python reads 4300 digits of them.
    """
    (told,) = problems(OPEN, '{"act": "correct", "by": "sam", "entry": ' + "1" * 5000 + "}")
    assert told.startswith("line 2: it is not JSON that can be read: Exceeds the limit")
    assert problems(OPEN, {**HEAR, "account": 10**4000})

    huge = {"act": "correct", "by": "sam", "reason": "x", "entry": 10**4000}
    assert Correct(entry=10**4000, reason="x") == read(OPEN, huge)[1].act
    assert ["received", None] == states(OPEN, huge)


# -- replaying ----------------------------------------------------------------------------------


def test_a_replay_tells_what_comes_of_each_line():
    """
    A refused line changes nothing, and the story goes on.
    """
    accept = {"act": "accept", "by": "sam"}
    told = list(replay(SIX, read(OPEN, accept, HEAR, accept, {"act": "withdraw", "by": "sam"})))

    assert ["received", None, "heard", None, "withdrawn"] == [
        None if each.entry is None else each.entry.state for each in told
    ]
    assert [1, 1, 2, 2, 3] == [each.case.version for each in told]
    assert [None, "accept", None, "accept", None] == [
        None if each.refused is None else each.refused.trigger for each in told
    ]
    assert told[-1].case == Case.replay(each.entry for each in told if each.entry is not None)


def test_a_case_is_called_as_the_story_or_the_caller_says():
    """
    The caller has the last word, and a case has to be called something.
    """
    lines = read({**OPEN, "case": "t-1"})

    assert ["t-1", "t-2", "story"] == [
        next(replay(SIX, story, case_id=case_id)).case.id
        for story, case_id in ((lines, None), (lines, "t-2"), (read(OPEN), None))
    ]
    with pytest.raises(StoryError, match="the id of a case must be a text"):
        list(replay(SIX, lines, case_id=""))


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (
            [OPEN, HEAR, {**HEAR, "at": "2026-01-05T08:59:59Z"}],
            "line 3: at is 2026-01-05T08:59:59+00:00, before the line above it, at 2026",
        ),
        (
            [{**OPEN, "by": {"id": "kim", "may": ["listen"]}}],
            "line 1: cannot open while not open: kim may not open; ask somebody who may",
        ),
    ],
)
def test_a_story_that_cannot_have_happened_is_told(lines, problem):
    """
    By the number of the line; it is no answer of the method.
    """
    with pytest.raises(StoryError) as error:
        list(replay(SIX, read(*lines)))

    assert (problem,) == tuple(told[: len(problem)] for told in error.value.problems)


def test_lines_that_open_nothing_make_no_case():
    """
    Also where nobody has read them before.
    """
    for lines in ((), read(OPEN, HEAR)[1:]):
        with pytest.raises(StoryError, match="its first act must be 'open'"):
            list(replay(SIX, lines))


def test_a_replay_counts_the_business_days_of_its_calendar():
    """
    Without one, they are Monday to Friday.
    """
    method = six_steps(first_response=Within(1, "business_days"))
    (line,) = read(OPEN, method=method)
    dues = [
        next(replay(method, [line], calendar=calendar)).case.deadlines[0].due
        for calendar in (None, WeekdayCalendar([date(2026, 1, 6)]))
    ]

    assert [datetime(2026, 1, day, 9, tzinfo=UTC) for day in (6, 7)] == dues


def test_a_story_is_read_by_the_words_of_its_method():
    """
    An act of one method is none of another.
    """
    action = {"act": "take_action", "by": "sam", "issue": "i1", "kind": "refund", "words": "Paid"}

    assert problems(OPEN, action)
    assert read(OPEN, action, method=five_steps())


# -- writing ------------------------------------------------------------------------------------


@pytest.mark.parametrize("strict", [False, True], ids=["lenient", "strict"])
@pytest.mark.parametrize("state", ROADS)
def test_a_history_is_told_and_heard_again(story_in, state, strict):
    """
    Line by line it is the same history.
    """
    story = story_in(state, strict=strict)
    lines = [line_of(entry) for entry in story.entries]
    told = list(replay(story.method, read_story(lines, story.method)))

    assert story.case == told[-1].case
    assert [line_of(each.entry) for each in told] == lines
    assert [] == [line for line in lines if "\n" in line]


def test_a_line_names_what_has_not_its_default(begin):
    """
    Short enough to be read by people; who is no human says so.
    """
    story = begin(by=Actor("robo", "bot"))
    story.record(LISTEN, by=Actor("kim", limits={"EUR": 20}, may=["listen"]))
    story.record(Withdraw(), at=MONDAY.astimezone(timezone(timedelta(hours=9))))

    assert [
        (
            '{"act": "open", "by": {"id": "robo", "kind": "bot"}, "at": "2026-01-05T09:00:00Z", '
            f'"case": "t-1", "format": 1, "method": "{story.method.pin}", '
            '"complaint": "It arrived broken", "customer": "ana"}'
        ),
        (
            '{"act": "listen", "by": "kim", "at": "2026-01-05T09:00:00Z", '
            '"account": "It came two weeks late, and the teapot is cracked"}'
        ),
        (
            '{"act": "withdraw", "by": {"id": "ana", "kind": "customer"}, '
            '"at": "2026-01-05T09:00:00Z"}'
        ),
    ] == [line_of(entry) for entry in story.entries]


# -- anything -----------------------------------------------------------------------------------

GOOD = lines_of(
    OPEN,
    *(
        {"by": {"id": "sam", "limits": {"EUR": "500"}}, **each}
        for each in (
            {"act": "listen", "account": "Late", "mood": "upset", "finished": True},
            {"act": "acknowledge_problem", "words": "It came late"},
            {"act": "empathize", "words": "Late", "issue": "late", "concern": "no present"},
            {"act": "ask_expectation", "question": "What?", "expectation": {"words": "Money"}},
            {
                "act": "offer",
                "words": "Money",
                "expires": "2026-03-01T00:00:00+01:00",
                "remedies": [
                    {"kind": "refund", "amount": "40.00", "currency": "EUR"},
                    {"kind": "flowers", "due": "2026-02-01T12:00:00Z", "who": "lee"},
                ],
            },
            {"act": "accept"},
            {"act": "keep_promise", "promise": "p1"},
            {"act": "deadline_passed", "deadline": "promise", "promise": "p2"},
            {"act": "release_promise", "promise": "p2"},
            {"act": "correct", "entry": 2, "reason": "three weeks"},
            {"act": "close", "cost": "40.00", "currency": "EUR", "retained": "yes"},
        )
    ),
)

TEXTS = st.text(max_size=8) | st.sampled_from(
    ["2026-01-05", "2026-01-05T09:00Z", "9999-12-31T23:00-12:00", "0001-01-01T00:00Z", "p1", "sam"]
)
PLAIN = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.just(10**4200)
    | st.floats()
    | TEXTS
    | st.sampled_from(["1e999999", "-1", "NaN", "0", "40", "open", "listen", "system", "customer"])
)
ANYTHING = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            TEXTS | st.sampled_from(["id", "kind", "limits", "may", "amount", "words"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)
NAMES = st.sampled_from(
    sorted({name for line in GOOD for name in json.loads(line)} | {"case", "key", "confirms"})
)


def survives(lines):
    """
    Read and replay a story: it may be wrong, but it does not surprise.
    """
    try:
        told = list(replay(SIX, read_story(lines, SIX)))
    except StoryError as error:
        sentences = [*error.problems, str(error)]
    else:
        sentences = [line_of(t.entry) if t.refused is None else str(t.refused) for t in told]

    assert sentences
    assert all(sentences)


def test_the_story_that_is_changed_below_is_a_good_one():
    """
    Otherwise the changes would prove nothing.
    """
    told = list(replay(SIX, read_story(GOOD, SIX)))

    assert ["deadline_passed"] == [each.line.act.trigger for each in told if each.refused]
    assert "closed" == told[-1].case.state


@settings(max_examples=80)
@given(
    number=st.integers(0, len(GOOD) - 1),
    name=NAMES,
    value=ANYTHING,
    dropped=st.none() | NAMES,
)
@example(number=0, name="by", value={"id": "sam", "may": []}, dropped=None)
@example(number=0, name="by", value={"id": "sam", "kind": "system"}, dropped=None)
@example(number=1, name="at", value="9999-12-31T23:59:59-12:00", dropped=None)
def test_a_line_with_any_value_in_it_is_read_or_told(number, name, value, dropped):
    """
    A file comes from anywhere; its reader must not see a traceback.
    """
    line = {**json.loads(GOOD[number]), name: value}
    line.pop(dropped, None)

    survives([*GOOD[:number], json.dumps(line), *GOOD[number + 1 :]])


@settings(max_examples=80)
@given(data=st.data())
def test_a_line_with_any_slip_in_it_is_read_or_told(data):
    """
    A letter too many, too few or another one; lines that are lost, doubled or swapped.
    """
    lines = list(GOOD)
    for _ in range(data.draw(st.integers(1, 3), label="slips")):
        number = data.draw(st.integers(0, len(lines) - 1), label="line")
        line = lines[number]
        start = data.draw(st.integers(0, len(line)), label="start")
        end = data.draw(st.integers(start, min(len(line), start + 3)), label="end")
        put = data.draw(st.text(max_size=3) | st.sampled_from('{}[]",:0123456789'), label="put")
        lines[number] = line[:start] + put + line[end:]
        other = data.draw(st.integers(0, len(lines) - 1), label="other")
        lines[number], lines[other] = lines[other], lines[number]

    survives(lines)


@given(st.lists(st.text() | ANYTHING.map(json.dumps), max_size=3))
def test_any_text_is_read_or_told(lines):
    """
    It need not be a story at all.
    """
    survives(lines)
