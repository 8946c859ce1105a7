"""
The command line: what it prints, where it prints it, and the number it ends with.
"""

import json
import os
import subprocess
import sys
import time
from importlib import resources
from pathlib import Path

import attrs
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text
from typer.testing import CliRunner

from complaintflow import (
    Departure,
    Desk,
    Fact,
    LanguageRule,
    State,
    TimeLimit,
    Within,
    documents,
    methods,
)
from complaintflow.acts import Assure, Listen
from complaintflow.adapters.sqlite import SqliteStore
from complaintflow.cli import app
from complaintflow.cli._check import put_report
from complaintflow.cli._demo import stories
from complaintflow.cli._description import describe
from complaintflow.cli._methods import every_method, method_of, names
from complaintflow.cli._page import Page
from complaintflow.cli._reading import play, read_script, script_of
from complaintflow.cli._show import show
from complaintflow.errors import EvidenceError, UnknownAct
from complaintflow.invariants import Invariant, precedence
from complaintflow.methods import five_steps, lint, personal_ownership, seven_as, six_steps
from complaintflow.verification import Proof, Report, check

OPEN = {
    "act": "open",
    "at": "2026-01-05T09:00:00Z",
    "by": "sam",
    "customer": "ana",
    "complaint": "It arrived broken",
}
LISTEN = {"act": "listen", "by": "sam", "account": "Two weeks late, and cracked"}
OFFER = {
    "act": "offer",
    "by": "sam",
    "remedies": [{"kind": "refund", "amount": "40.00", "currency": "EUR"}],
    "words": "Here is your money",
}
ASSURE = {"act": "assure", "by": "sam", "words": "You will get a refund"}

A_PROMISE_OVERDUE = "\n".join(
    json.dumps(line)
    for line in (
        OPEN,
        LISTEN,
        {"act": "acknowledge_problem", "by": "sam", "words": "Two weeks late; thank you"},
        {
            "act": "empathize",
            "by": "sam",
            "words": "No gift",
            "issue": "late",
            "concern": "no gift",
        },
        {
            "act": "ask_expectation",
            "by": "sam",
            "question": "What would help?",
            "expectation": {"words": "My money", "kind": "refund"},
        },
        {**OFFER, "remedies": [{**OFFER["remedies"][0], "due": "2026-01-07T17:00:00Z"}]},
        {"act": "accept", "by": "sam"},
        {
            "act": "deadline_passed",
            "at": "2026-01-08T09:00:00Z",
            "by": {"id": "clock", "kind": "system"},
            "deadline": "promise",
            "promise": "p1",
        },
    )
)

EVERY_METHOD = pytest.mark.parametrize("name", names())


@pytest.fixture(autouse=True)
def plain_surroundings(monkeypatch):
    """
    What a test machine wishes for its own output is no wish of these tests.
    """
    for name in ("FORCE_COLOR", "NO_COLOR", "COLUMNS", "PYTHONIOENCODING", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)


def run(*arguments, given=None):
    """
    Return what a command answers, run inside this process.
    """
    result = CliRunner().invoke(app, [str(each) for each in arguments], input=given)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def start(*arguments, **options):
    """
    Return what a command answers, run as a process of its own.
    """
    command = [sys.executable, "-W", "error", "-m", "complaintflow", *map(str, arguments)]
    return subprocess.run(command, check=False, capture_output=True, text=True, **options)


@pytest.fixture
def write(tmp_path):
    """
    Return a function that writes lines, each an act or a text, to a file and names it.
    """

    def written(*lines, name="story.jsonl"):
        told = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        path = tmp_path / name
        path.write_text("".join(f"{line}\n" for line in told), encoding="utf-8", newline="")
        return path

    return written


def refuses(result, *words):
    """
    Tell whether a command said only what is wrong, and ended with 2.
    """
    assert 2 == result.exit_code
    assert "" == result.stdout
    assert "Traceback" not in result.stderr
    for word in words:
        assert word in result.stderr
    return True


# -- finding one's way ----------------------------------------------------------------------------


def test_without_arguments_it_shows_what_there_is():
    """
    Whoever types the name alone wants to know what to type next; that is no mistake.
    """
    result = run()

    assert 0 == result.exit_code
    assert all(name in result.stdout for name in ("methods", "show", "replay", "lint", "demo"))


def test_the_list_of_commands_breaks_off_nowhere():
    """
    Each has one line that says what it is for.
    """
    listed = run().stdout.partition("Commands:\n")[2].splitlines()

    assert len(listed) == len(app.registered_commands)
    assert all(each.endswith(".") and not each.endswith("...") for each in listed)
    assert all(len(each) <= 80 for each in listed)


def test_the_help_names_the_exit_codes():
    """
    They are a promise to scripts, so they stand where a script's author looks.
    """
    assert "0 fine, 1 refused or found wanting, 2 unusable" in run("--help").stdout


def test_it_tells_its_version():
    """
    A bug report begins with it.
    """
    result = run("--version")

    assert 0 == result.exit_code
    assert result.stdout.startswith("complaintflow ")


@pytest.mark.parametrize(
    "arguments", [["nope"], ["show"], ["replay", "six_steps"], ["show", "six_steps", "--format=x"]]
)
def test_a_command_that_cannot_be_understood_ends_with_2(arguments):
    """
    The answer is on standard error, so that a pipe stays clean.
    """
    assert refuses(run(*arguments))


@pytest.mark.parametrize("command", [["show"], ["demo"], ["replay", "--json"]])
def test_an_unknown_method_is_answered_with_the_one_that_was_meant(command, write):
    """
    Nobody remembers whether it was `six_steps` or `sixsteps`.
    """
    story = [write(OPEN)] if command[0] == "replay" else []

    assert refuses(run(*command, "sixsteps", *story), "'sixsteps'", "did you mean 'six_steps'?")


# -- methods and show -----------------------------------------------------------------------------


def test_the_methods_are_listed_with_their_documents():
    """
    One line each, so that it can be read, and cut, in columns.
    """
    heading, *lines = run("methods").stdout.splitlines()

    assert ["name", "title", "defined", "states", "acts"] == heading.split()
    assert list(names()) == [line.split()[0] for line in lines]
    assert all("in Python" in line for line in lines[:-2])
    assert ["last.toml, a document" in lines[-2], "heard.toml, a document" in lines[-1]] == [
        True
    ] * 2


def test_the_methods_are_listed_as_json():
    """
    The same, for programs.
    """
    listed = json.loads(run("methods", "--json").stdout)

    wanted = {"name", "title", "version", "source", "document", "states", "acts"}
    assert [m.title for m in every_method()] == [each["title"] for each in listed]
    assert wanted == listed[0].keys()
    assert ["last", "heard"] == [each["name"] for each in listed if each["document"]]


@EVERY_METHOD
def test_show_says_everything_that_a_method_says(name):
    """
    Every state, act, requirement and clause of it can be found by whoever searches for it.
    """
    told = run("show", name).stdout
    method = method_of(name)

    words = [state.name for state in method.states]
    words += [rule.code for rule in method.language]
    for rule in method.rules:
        words.append(rule.trigger)
        for outcome in (None, *rule.outcomes):
            needs = method.requirements(rule, outcome and outcome.name)
            words += [need.code for need in needs]
    words += [{"editorial": "our own"}.get(clause, clause) for clause, _ in method.cited()]
    assert [] == [word for word in words if word not in told]


@EVERY_METHOD
def test_show_says_what_each_act_takes(name):
    """
    Of what type it is, what it is chosen from, and what holds where it is left out.
    """
    told = " ".join(run("show", name).stdout.split())
    data = json.loads(run("show", name, "--format", "json").stdout)
    carried = {each["name"]: each["fields"] for each in data["carried"]}

    fields = [field for act in data["acts"] for field in act["evidence"]]
    fields += [field for each in carried.values() for field in each]
    said = {
        *(("bool", "yes or no"), ("int", "a whole number"), ("Decimal", "a number")),
        *(("datetime", "a time"), ("agent", "said to the customer")),
        ("customer", "the customer's words"),
    }
    for field in fields:
        *first, last = field["choices"] or [""]
        choices = f"{', '.join(first)} or {last}" if first else last
        kind = choices or field["voice"] or field["type"]
        assert f"{field['name']}: {dict(said).get(kind, kind)}" in told
        assert field["about"]
    types = {field["type"] for field in fields} - {"text", "bool", "int", "datetime", "Decimal"}
    assert types == carried.keys()


def test_show_tells_types_choices_and_defaults_as_the_form_asks_for_them():
    """
    What a form offers to choose from is what the page says.
    """
    told = run("show", "six_steps").stdout

    assert (
        "  evidence        remedies: Remedy, one or more\n"
        "                  words: said to the customer\n"
        "                  expires: a time; optional\n"
    ) in told
    assert "mood: calm, discontent, upset, angry or hostile; optional\n" in told
    assert "finished: yes or no; else yes\n" in told
    assert (
        "  Remedy  One thing the company would do, or give, to put it right.\n    kind: text\n"
    ) in told


@EVERY_METHOD
def test_a_pipe_gets_eighty_columns_without_colour(name):
    """
    Nor does it get blanks at the ends of lines, which every difference would show.
    """
    lines = run("show", name).stdout.splitlines()

    assert [] == [line for line in lines if len(line) > 80 or line != line.rstrip()]
    assert not any("\x1b" in line for line in lines)


def test_show_says_where_a_method_departs_from_the_charter():
    """
    A method that does without an invariant says so before anything else.
    """
    page = Page()
    departing = six_steps()
    object.__setattr__(departing, "departs", (Departure("I3", "there is nothing to expect"),))
    show(page, departing)

    told = page.told()
    assert "It departs from the charter" in told.splitlines()[2]
    assert "there is nothing to expect" in told


def test_show_says_how_long_things_may_take():
    """
    With all that decides how the time is counted.
    """
    within = Within(2, "business_days", zone="Europe/Vienna", end_of_day=True)
    page = Page()
    method = six_steps(first_response=within, language=False)
    show(page, method)

    told = " ".join(page.told().split())
    assert "within 2 business days, counted in Europe/Vienna, to the end of the last day" in told
    (limit,) = method.limits
    starts, ends = ", ".join(limit.starts), ", ".join(limit.ends)
    assert f"from {starts} until {ends} else “{limit.text}”" in told


@EVERY_METHOD
def test_show_as_json_holds_every_act(name):
    """
    The keys are a promise; `describe` documents them.
    """
    told = json.loads(run("show", name, "--format", "json").stdout)
    method = method_of(name)

    assert list(method.triggers) == [each["act"] for each in told["acts"]]
    assert [s.name for s in method.states] == [each["name"] for each in told["states"]]
    assert method.pin == told["pin"]
    assert {
        *("name", "title", "version", "pin", "variant", "source", "origins", "settings"),
        *("departures", "initial"),
        *("promises_within", "promise_reminders", "states", "facts", "acts", "time_limits"),
        *("waivable", "language", "notes", "invariants", "accepted", "carried"),
    } == told.keys()
    assert {
        *("act", "about", "speaker", "awaits", "remedy", "recognition", "hearing"),
        *("expectation", "on_the_way", "evidence", "needs", "establishes", "clears"),
        *("begins_cycle", "notify", "outcomes", "leads", "cites"),
    } == told["acts"][0].keys()


@pytest.mark.parametrize(
    ("kind", "told", "unlike"),
    [
        (State, "states", {}),
        (Fact, "facts", {"established_by": None}),
        (TimeLimit, "time_limits", {}),
        (LanguageRule, "language", {}),
        (Departure, "departures", {}),
        (Invariant, "invariants", {}),
    ],
)
def test_nothing_of_a_definition_is_missing_in_json(kind, told, unlike):
    """
    Whoever gives a method's pieces another field is reminded here to tell of it.
    """
    limited = six_steps(first_response=Within(2, "hours"))
    object.__setattr__(limited, "departs", (Departure("I3", "there is nothing to expect"),))

    fields = {field.name for field in attrs.fields(kind)}
    assert fields | unlike.keys() == describe(limited)[told][0].keys()


def test_show_says_what_a_language_rule_reads():
    """
    A rule may refuse, weigh more where the customer is upset, or hold for some only.
    """
    rule = LanguageRule(
        "all_of_it",
        ["you're right"],
        "'{phrase}' is not enough",
        until=["heard"],
        own_words=False,
        whole=True,
        blocks=True,
        strong_from="upset",
        where_limits=True,
    )
    page = Page()
    show(page, evolve(six_steps(), language=(rule,)))

    told = " ".join(page.told().split())
    assert "all_of_it refuses a phrase is not enough looks for you're right" in told
    assert "until heard except words of the customer's own account only where nothing" in told
    assert "only by actors with limits strongly from the mood upset on" in told


# -- replay ---------------------------------------------------------------------------------------


def test_a_story_without_a_refusal_ends_with_0(write):
    """
    Every act, and the case they made.
    """
    result = run("replay", "six_steps", write(OPEN, LISTEN))

    assert 0 == result.exit_code
    assert "listen (finished)" in result.stdout
    assert "heard" in result.stdout
    assert "2 entries" in result.stdout


def test_a_refused_act_is_told_with_all_reasons_and_the_way(write):
    """
    The exit code says that something was refused, and the rest of the story goes on.
    """
    result = run("replay", "six_steps", write(OPEN, OFFER, LISTEN))

    assert 1 == result.exit_code
    told = " ".join(result.stdout.split())
    assert "refused while received" in told
    assert "ana has not been heard 003-10, 003-11, 003-12" in told
    assert "the way to it: listen (finished) → acknowledge_problem → empathize" in told
    assert "2 entries; the refused act is not among them" in told


def test_a_warning_is_no_refusal(write):
    """
    The act is kept, and the exit code is 0.
    """
    result = run("replay", "six_steps", write(OPEN, LISTEN, ASSURE))

    assert 0 == result.exit_code
    assert "'refund' names a remedy" in result.stdout


def test_promises_are_told_with_what_became_of_them():
    """
    Kept, overdue, or still to come.
    """
    told = run("replay", "six_steps", "-", given=A_PROMISE_OVERDUE)

    assert "promise p1" in told.stdout
    assert "due Wed 7 Jan, 17:00" in told.stdout
    assert "overdue" in told.stdout


def test_a_promise_cannot_be_due_at_the_end_of_time():
    """
    Somebody means "never" by it, and no clock can count to there.
    """
    story = A_PROMISE_OVERDUE.replace("2026-01-07T17:00:00Z", "9999-12-31T23:59:00-12:00")

    assert refuses(
        run("replay", "six_steps", "-", given=story), "line 6: offer: remedies[0].due must"
    )


def test_no_way_and_no_permission_are_said(write):
    """
    Somebody who may do nothing is told so, rather than being sent on a way.
    """
    nobody = {**LISTEN, "by": {"id": "kim", "may": []}}

    told = run("replay", "six_steps", write(OPEN, nobody)).stdout

    assert "kim may not listen" in told
    assert "there is no way to it from here" in told


def test_as_json_each_act_is_an_object_and_the_case_comes_last(write):
    """
    The keys are a promise; `data_of` documents them.
    """
    result = run("replay", "six_steps", write(OPEN, OFFER, LISTEN, ASSURE), "--json")
    *acts, last = map(json.loads, result.stdout.splitlines())

    assert 1 == result.exit_code
    assert [(1, True), (2, False), (3, True), (4, True)] == [
        (each["line"], each["accepted"]) for each in acts
    ]
    assert {
        *("line", "act", "by", "at", "accepted", "outcome", "state", "unmet", "way", "warnings"),
    } == acts[0].keys()
    assert ["received", "received", "heard", "heard"] == [each["state"] for each in acts]
    assert {
        "code": "heard",
        "text": "ana has not been heard",
        "cites": ["003-10", "003-11", "003-12"],
        "satisfied_by": ["listen"],
    } == acts[1]["unmet"][0]
    assert ["listen", "acknowledge_problem"] == [step["act"] for step in acts[1]["way"]][:2]
    assert [] == acts[2]["way"]
    assert "remedy_in_process_promise" in [each["code"] for each in acts[3]["warnings"]]
    assert {"code", "text", "cites", "strong"} == acts[3]["warnings"][0].keys()
    assert ["case"] == list(last)
    assert ("ana", "heard", 1, 3) == tuple(
        last["case"][key] for key in ("customer", "state", "cycle", "history")
    )


def test_as_json_no_way_is_null_and_settled_evidence_is_plain(write):
    """
    A way that asks for approval says for what, as a story would.
    """
    limited = {"by": {"id": "kim", "limits": {"EUR": "5"}}}
    above = {**OFFER, **limited, "remedies": [{"kind": "refund", "amount": "9", "currency": "EUR"}]}
    barred = {**LISTEN, "by": {"id": "kim", "may": []}}

    result = run("replay", "six_steps", write(OPEN, barred, above), "--json")
    _, nobody, offer, _ = map(json.loads, result.stdout.splitlines())

    assert nobody["way"] is None
    asked = next(step for step in offer["way"] if step["act"] == "request_approval")
    assert {"remedies": [{"kind": "refund", "amount": "9", "currency": "EUR"}]} == asked["evidence"]


def test_a_search_that_was_given_up_is_undecided(write, monkeypatch):
    """
    That is neither a way nor the absence of one, in both tellings.
    """
    monkeypatch.setattr("complaintflow._engine._way.BOUND", 1)
    story = write(OPEN, OFFER)

    told = json.loads(run("replay", "six_steps", story, "--json").stdout.splitlines()[1])
    assert "undecided" == told["way"]
    assert "given up undecided" in run("replay", "six_steps", story).stdout


def test_a_story_comes_from_a_pipe_too():
    """
    `-` is standard input.
    """
    result = run("replay", "six_steps", "-", given=json.dumps(OPEN))

    assert 0 == result.exit_code
    assert "told by standard input" in result.stdout


def test_what_a_desk_exports_can_be_replayed():
    """
    A story is how a case leaves a helpdesk.
    """
    desk = Desk(six_steps())
    desk.open("t-1", customer="ana", complaint="It arrived broken", by="sam")
    desk.record("t-1", Listen(account="Two weeks late"), by="sam")

    assert 0 == run("replay", "six_steps", "-", given=desk.export_story("t-1")).exit_code


def test_editors_leave_marks_that_do_not_matter(tmp_path):
    """
    A byte order mark, line ends of Windows, blank lines, and line ends inside of words.
    """
    words = "one\u2028two"
    lines = [json.dumps({**OPEN, "complaint": words}, ensure_ascii=False), "", json.dumps(LISTEN)]
    path = tmp_path / "story.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(lines).encode())

    assert 0 == run("replay", "six_steps", path).exit_code


def test_a_line_of_the_narrator_is_passed_over(write):
    """
    It begins with `#`, and counts as a line, so that numbers are those of an editor.
    """
    story = write("# A Monday.", OPEN, "# Sam listens.", LISTEN, "# The end.")

    script = read_script(str(story), six_steps())
    assert [2, 4] == [line.number for line in script.lines]
    assert {2: "A Monday.", 4: "Sam listens.", 0: "The end."} == script.remarks


def test_what_people_wrote_does_not_steer_the_terminal(write):
    """
    A customer may be called anything; the terminal is not theirs.
    """
    result = run("replay", "six_steps", write({**OPEN, "customer": "a\x1b[31mna\u202e"}, OFFER))

    assert "\x1b" not in result.stdout
    assert "\u202e" not in result.stdout
    assert "a\ufffd[31mna\ufffd has not been heard" in result.stdout


def test_half_a_character_is_no_reason_to_fall_over():
    """
    JSON can hold one half of a pair of surrogates; no encoding can, and nobody is called so.
    """
    story = json.dumps({**OPEN, "by": "sam\ud800"})
    result = start("replay", "six_steps", "-", "--json", input=story)

    assert 2 == result.returncode
    assert "id must be a name" in result.stderr
    assert "Traceback" not in result.stderr


# -- unusable input -------------------------------------------------------------------------------


def test_every_bad_line_is_listed(write):
    """
    Whoever repairs a story wants to do it once.
    """
    story = write(OPEN, "nonsense", {"act": "lissen", "by": "sam"}, {**LISTEN, "acount": "x"}, "[]")

    assert refuses(
        run("replay", "six_steps", story),
        f"{story.name} has 4 problems",
        "line 2: it is not JSON",
        "line 3: six_steps has no act 'lissen' (did you mean 'listen'?)",
        "line 4: listen: acount is no field of it (did you mean 'account'?)",
        "line 5: it must be an object",
    )


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ([], "it is empty"),
        (["# Nothing happens."], "it is empty"),
        ([{**LISTEN, "at": OPEN["at"]}], "the first act must be 'open'"),
        ([OPEN, OPEN], "line 2: a story opens one case, once"),
        ([OPEN, {**LISTEN, "at": "2025-01-01T09:00:00Z"}], "line 2: at is 2025-01-01"),
        ([{**OPEN, "at": "2026-01-05T09:00:00"}], "line 1: at must be a time with a zone"),
        ([{**OPEN, "at": "9999-12-31T23:59:59-12:00"}], "line 1: at is 9999-12-31"),
        ([OPEN, "1" * 5000], "story.jsonl"),
        ([OPEN, "[" * 100_000], "line 2: it is nested too deeply"),
    ],
)
def test_a_story_that_cannot_be_told_says_why(lines, problem, write):
    """
    Nothing of it is told, not even the good lines.
    """
    assert refuses(run("replay", "six_steps", write(*lines)), problem, "story.jsonl")


def test_a_file_that_is_none_says_so(tmp_path):
    """
    Missing, a folder, no text, or no name that a file could have.
    """
    latin = tmp_path / "latin.jsonl"
    latin.write_bytes(b"{}\n\xe9\n")

    assert refuses(run("replay", "six_steps", tmp_path / "none"), "there is no file")
    assert refuses(run("replay", "six_steps", tmp_path), "is a folder")
    assert refuses(run("replay", "six_steps", latin), "not UTF-8: line 2 holds the byte 0xe9")
    assert refuses(run("replay", "six_steps", "a\0b"), "cannot be read")


LINES = st.one_of(
    st.text(),
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=5,
    ).map(json.dumps),
    st.fixed_dictionaries(
        {"act": st.sampled_from(["listen", "offer", "close", "waive"]), "by": st.text()},
        optional={"account": st.text(), "words": st.text(), "at": st.text(), "reason": st.text()},
    ).map(json.dumps),
)


@pytest.mark.untraced
@given(st.lists(LINES, max_size=4), st.booleans())
def test_no_story_makes_it_fall_over(lines, as_json):
    """
    Whatever stands in it, it is told or it is refused.
    """
    story = "\n".join([json.dumps(OPEN), *lines])
    told = run(
        "replay", "six_steps", "-", *["--json"] * as_json, given=story.encode("utf-8", "replace")
    )

    assert told.exit_code in {0, 1, 2}
    assert (told.exit_code == 2) == (told.stdout == "")


# -- lint -----------------------------------------------------------------------------------------


def codes(method, text, **situation):
    """
    Return the codes of what a method finds in a text.
    """
    return [found.code for found in lint(method, text, **situation)]


def test_lint_names_the_phrase_and_the_sentence_it_stands_in():
    """
    A mail has many sentences; whoever wrote it looks for one.
    """
    mail = "Dear Ana,\n\nthank you.  I can\n give you a Voucher today. And a voucher more!"
    (found,) = lint(six_steps(), mail, step="empathize")

    assert ("premature_remedy", ("003-12",)) == (found.code, found.cites)
    assert ("voucher", "I can give you a Voucher today.") == (found.phrase, found.sentence)
    assert "'voucher' speaks of a remedy" in str(found)
    assert (False, False) == (found.blocks, found.strong)


def test_lint_points_at_the_sentence_that_a_rule_means():
    """
    What is denied, or what the customer wrote in the mail that is answered, is no hit.
    """
    mail = "> Give me a refund. A voucher\n\nI do not speak of a refund. But is a refund fair?"
    (found,) = lint(six_steps(), mail, step="empathize")

    assert ("refund", "But is a refund fair?") == (found.phrase, found.sentence)


def test_a_phrase_that_goes_beyond_a_sentence_is_shown_with_the_whole_text():
    """
    As good as it gets.
    """
    method = evolve(six_steps(), language=(LanguageRule("rule", ["no. 5"], "{phrase}"),))
    (found,) = lint(method, "It is No.\n5, no other.", step="offer")

    assert "It is No. 5, no other." == found.sentence


def test_lint_looks_at_the_situation():
    """
    What is established, what the customer said, how they feel, and who speaks.
    """
    words = "A refund may be fair."
    assert ["premature_remedy"] == codes(six_steps(), words, step="empathize")
    assert [] == codes(six_steps(), words, step="empathize", facts=["heard", "recognised"])
    assert [] == codes(six_steps(), words, step="empathize", accounts="I want a refund")
    (found,) = lint(five_steps(), "You're wrong.", step="empathize", mood="upset")
    assert found.strong
    sworn = "I do whatever it takes."
    assert [] == codes(seven_as(), sworn, step="assure")
    assert ["unlimited_promise"] == codes(seven_as(), sworn, step="assure", limited=True)


def test_words_that_lack_have_no_phrase():
    """
    There is no sentence to show where something is not said.
    """
    found = lint(six_steps(), "It came late.", step="acknowledge_problem")

    assert [("value_not_shown", "", "")] == [(f.code, f.phrase, f.sentence) for f in found]


def test_an_act_that_says_nothing_to_the_customer_is_read_as_a_note():
    """
    A lesson names no culprit.
    """
    assert ["blame"] == codes(six_steps(), "Tom messed up.", step="learn")


def test_lint_finds_what_the_desk_finds():
    """
    Otherwise it would not be worth asking beforehand.
    """
    words = "You will get a refund"
    desk = Desk(six_steps())
    desk.open("t-1", customer="ana", complaint="It arrived broken", by="sam")
    desk.record("t-1", Listen(account="Two weeks late"), by="sam")
    case = desk.record("t-1", Assure(words=words), by="sam")

    found = lint(six_steps(), words, step="assure", facts=["heard"])
    assert [(f.code, f.text) for f in found] == [(w.code, w.text) for w in case.warnings]


def test_lint_says_everything_that_it_cannot_use():
    """
    With what was meant.
    """
    with pytest.raises(EvidenceError) as raised:
        lint(six_steps(), " ", step="close", mood="angri", facts=["herd"])

    told = str(raised.value)
    assert "there is no text to read" in told
    assert "there is no mood 'angri' (did you mean 'angry'?)" in told
    assert "six_steps has no fact 'herd' (did you mean 'heard'?)" in told
    assert "'close' says nothing that rules read; acts that do: acknowledge_problem," in told
    with pytest.raises(UnknownAct, match="did you mean 'offer'"):
        lint(six_steps(), "Here", step="ofer")


def test_a_method_without_language_finds_nothing():
    """
    A host that reads no words asks without harm.
    """
    assert () == lint(personal_ownership(language=False), "That's our policy", step="offer")


MAIL = "Dear Ana,\n\nthat\u2019s our policy. My manager calls you.\n"


def test_lint_tells_what_it_finds_and_ends_with_1(write):
    """
    What would be refused is told from what is a warning.
    """
    mail = write(MAIL, name="mail.txt")
    result = run("lint", "personal_ownership", mail, "--step", "recognise_anger")

    assert 1 == result.exit_code
    told = " ".join(result.stdout.split())
    assert "Personal ownership: recognise_anger" in told
    assert "established: nothing refused 'that's our policy' shuts the customer down" in told
    assert "“Dear Ana," not in told
    assert "“that\u2019s our policy.”" in told
    assert "warning 'my manager' passes the customer on" in told
    assert "002-30, 002-31" in told
    assert "“My manager calls you.”" in told


def test_lint_reads_a_pipe_and_ends_with_0_where_it_finds_nothing():
    """
    Facts are established where it is said so.
    """
    arguments = ["lint", "six_steps", "--step=offer", "--heard", "--fact=recognised"]
    result = run(*arguments, given="We refund it.")

    assert 0 == result.exit_code
    assert "established: heard, recognised" in result.stdout
    assert "nothing found" in result.stdout
    assert 1 == run(*arguments[:-1], given="We refund it.").exit_code


def test_lint_says_how_the_customer_feels_and_what_is_a_note():
    """
    The situation that was given stands above what was found.
    """
    strong = run("lint", "five_steps", "--step=listen", "--mood=angry", given="You're wrong.")
    assert refuses(strong, "'listen' says nothing that rules read")
    strong = run("lint", "five_steps", "--step=empathize", "--mood=angry", given="You're wrong.")
    assert "the customer is angry" in strong.stdout
    assert "strong warning" in strong.stdout
    assert "a note for the record" in run("lint", "six_steps", "--step=learn", given="ok").stdout


def test_an_account_is_a_text_or_a_file(write):
    """
    Words of the customer's own are no hit for some rules.
    """
    account = write("I want my voucher.", name="account.txt")
    arguments = ["lint", "six_steps", "--step=empathize", "--limited"]

    for words in ("My voucher!", f"@{account}"):
        assert 0 == run(*arguments, "--account", words, given="A voucher?").exit_code
    assert 1 == run(*arguments, given="A voucher?").exit_code


def test_lint_as_json_holds_everything_that_was_found():
    """
    The keys are a promise; `data_of_findings` documents them.
    """
    result = run("lint", "personal_ownership", "--step=recognise_anger", "--json", given=MAIL)
    told = json.loads(result.stdout)

    assert 1 == result.exit_code
    assert {"method", "step", "mood", "facts", "limited", "findings"} == told.keys()
    assert (personal_ownership().pin, "recognise_anger") == (told["method"], told["step"])
    assert [("policy_phrase", True), ("pass_off", False)] == [
        (each["code"], each["blocks"]) for each in told["findings"]
    ]
    assert {
        *("code", "text", "cites", "phrase", "sentence", "blocks", "strong"),
    } == told["findings"][0].keys()


def test_what_lint_cannot_use_ends_with_2(tmp_path):
    """
    Nothing of it is read.
    """
    offer = ["lint", "six_steps", "--step=offer"]

    assert refuses(run("lint", "six_steps", given="x"), "--step")
    assert refuses(run("lint", "sixsteps", "--step=offer", given="x"), "did you mean 'six_steps'?")
    assert refuses(run("lint", "six_steps", "--step=ofer", given="x"), "did you mean 'offer'?")
    assert refuses(run(*offer, "--fact=herd", given="x"), "did you mean 'heard'?")
    assert refuses(run(*offer, "--mood=cross", given="x"), "there is no mood 'cross'")
    assert refuses(run(*offer, given=""), "there is no text to read")
    assert refuses(run(*offer, tmp_path / "none"), "there is no file")
    assert refuses(run(*offer, "--account", f"@{tmp_path}", given="x"), "is a folder")


@pytest.mark.untraced
@given(st.text(), st.sampled_from(methods.names()))
def test_no_text_makes_lint_fall_over(text, name):
    """
    Whatever is about to be said.
    """
    told = run(
        "lint",
        name,
        "--step=apologize" if name != "personal_ownership" else "--step=offer",
        given=text.encode("utf-8", "replace"),
    )

    assert told.exit_code in {0, 1, 2}
    assert (told.exit_code == 2) == (told.stdout == "")


# -- methods as documents -------------------------------------------------------------------------


def test_a_method_can_be_a_file_wherever_one_is_asked_for(tmp_path):
    """
    A team tries its own before anybody writes a line of Python.
    """
    own = tmp_path / "own.toml"
    own.write_text(documents.text("last"), encoding="utf-8")
    story = tmp_path / "story.jsonl"
    story.write_text("\n".join(map(json.dumps, (OPEN, LISTEN))), encoding="utf-8")

    assert run("show", "last").stdout == run("show", own).stdout
    assert 0 == run("replay", own, story).exit_code
    assert 1 == run("lint", own, "--step=apologize", given="Sorry if so").exit_code


@EVERY_METHOD
def test_every_method_can_be_shown_as_a_document(name, tmp_path):
    """
    The quickest way to a method of one's own is another one, changed.
    """
    document = tmp_path / "copy.toml"
    document.write_text(run("show", name, "--format", "toml").stdout, encoding="utf-8")

    assert run("show", name).stdout == run("show", document).stdout


def test_what_is_wrong_with_a_document_is_told_by_line(tmp_path):
    """
    All of it at once, as an editor can jump to it.
    """
    text = documents.text("last").replace('needs = "heard"', 'needs = "herd"')
    document = tmp_path / "typo.toml"
    document.write_text(text.replace("waits_for", "waitsfor", 1), encoding="utf-8")
    where = [n for n, line in enumerate(text.splitlines(), 1) if '"herd"' in line]

    told = run("show", document)
    assert refuses(told, "2 problems", f"{document}:{where[0]}: acts.apologize.needs[0]")
    assert refuses(told, "(did you mean 'heard'?)", "(did you mean 'waits_for'?)")
    assert refuses(run("show", tmp_path / "none.toml"), "No such file")
    assert refuses(run("show", tmp_path), "must end with .toml or .json")


def test_the_schema_is_printed():
    """
    For an editor that is to know the keys.
    """
    assert documents.schema() == json.loads(run("schema").stdout)


# -- demo -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", stories())
def test_a_demo_is_the_same_on_every_day(name, tmp_path):
    """
    It has the time of its story, and fits what one reads standing up.
    """
    first = run("demo", name, "--store", tmp_path / "one")
    second = run("demo", name, "--store", tmp_path / "two")

    assert 0 == first.exit_code
    assert first.stdout == second.stdout
    assert len(first.stdout.splitlines()) <= (120 if name == "six_steps" else 160)
    assert max(map(len, first.stdout.splitlines())) <= 80


def test_a_demo_stands_in_columns_whoever_acts(tmp_path):
    """
    A long name moves all lines, and not its own; a phrase is quoted once.
    """
    told = run("demo", "heard", "--store", tmp_path / "demo").stdout.partition("Who was told")[0]

    assert "!  's fault' looks for somebody to blame" in told
    assert "15:20  Ines       open " in told
    assert "15:27  Mr. Okoro  accept " in told


def test_no_code_of_our_own_is_shown_to_people(tmp_path):
    """
    A file of ours is no source, and `editorial` is no clause.
    """
    assert ".txt" not in run("methods").stdout
    assert "editorial" not in run("show", "six_steps").stdout
    assert "(our own)" in run("show", "six_steps").stdout


def test_a_deadline_that_passes_in_a_demo_is_recorded(tmp_path):
    """
    The desk keeps the time of the story, and a promise that was kept late says so.
    """
    told = " ".join(run("demo", "seven_as", "--store", tmp_path / "demo").stdout.split())

    assert "system deadline_passed deadline: promise; promise: p1" in told
    assert "due Wed 15 Apr, 12:00 kept late" in told


def test_the_demo_tells_of_every_method_in_the_order_of_the_days(tmp_path):
    """
    It begins with what there is to read, and ends with what the file holds.
    """
    first = run("demo", "--store", tmp_path / "one")
    second = run("demo", "--store", tmp_path / "two")
    lines = first.stdout.splitlines()

    assert 0 == first.exit_code
    assert first.stdout == second.stdout
    assert "Complaints, one for each method" == lines[0]
    titles = {method.title for method in every_method()}
    assert titles == {line[3:21].strip() for line in lines[2:8]}
    begins = [line.partition(":")[0] for line in lines if line.partition(":")[0] in titles]
    assert [line[3:21].strip() for line in lines[2:8]] == begins
    assert len(lines) <= 600
    assert max(map(len, lines)) <= 80
    assert f"The cases are kept in {tmp_path / 'one'}" in first.stderr


def test_the_demo_takes_a_few_seconds(tmp_path):
    """
    Whoever tries it first has not decided to wait yet.
    """
    start = time.process_time()
    told = run("demo", "--store", tmp_path / "one")

    assert 0 == told.exit_code
    assert time.process_time() - start < 5
    assert {"six_steps", "five_steps", "seven_as", "personal_ownership"} <= set(stories())


def test_the_demo_keeps_every_case_in_one_file(tmp_path):
    """
    One desk can handle complaints by several methods.
    """
    run("demo", "--store", tmp_path / "cases")

    with SqliteStore(tmp_path / "cases") as store:
        kept = Desk(*every_method(), store=store).cases()
    assert set(names()) == {case.method for case in kept}
    assert all(case.is_closed for case in kept)


def test_the_demo_of_six_steps_shows_what_the_library_is_for(tmp_path):
    """
    Refusals with reasons and ways, a warning, approval, a promise, and who was told.
    """
    told = " ".join(run("demo", "six_steps", "--store", tmp_path / "demo").stdout.split())

    assert 3 == told.count("refused while")
    assert "Nora has not been heard 003-10, 003-11, 003-12" in told
    assert "the way to it: listen (finished) → acknowledge_problem → empathize" in told
    assert "'discount' names a remedy" in told
    assert "it is above the limit" in told
    assert "Lena approve" in told
    assert "promise p1 replacement (two new slats) joiner due Thu 8 Jan, 17:00 kept" in told
    assert "the 3 refused acts are not among them" in told
    assert "approver approval requested" in told


def test_the_demo_leaves_a_file_that_any_desk_can_read(tmp_path):
    """
    It is no show: what it tells of is kept.
    """
    path = tmp_path / "cases.sqlite3"
    result = run("demo", "six_steps", "--store", path)

    assert f"The case is kept in {path}" in result.stderr
    with SqliteStore(path) as store:
        case = Desk(six_steps(), store=store).get("BB-1042")
    assert case.is_closed


def test_without_a_file_the_demo_names_one_of_its_own(tmp_path, monkeypatch):
    """
    On standard error, because its name is another one each time.
    """
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    assert f"The case is kept in {tmp_path}" in run("demo", "six_steps").stderr


def test_a_store_that_the_demo_cannot_use_says_so(tmp_path):
    """
    One that is there already, whatever it is, stays as it is; one that is nowhere is not made.
    """
    run("demo", "six_steps", "--store", tmp_path / "one")
    (tmp_path / "two").write_text("somebody's notes", encoding="utf-8")

    for name in ("one", "two"):
        assert refuses(run("demo", "--store", tmp_path / name), f"{name}' exists already")
    assert refuses(run("demo", "--store", tmp_path / "no" / "where"), "cannot be opened")
    assert "somebody's notes" == (tmp_path / "two").read_text(encoding="utf-8")


def test_a_method_without_a_story_says_which_have_one(monkeypatch):
    """
    A story is a file in the package; there may be fewer than methods.
    """
    monkeypatch.setattr("complaintflow.cli._demo.stories", lambda: ("six_steps",))
    other = next(name for name in methods.names() if name != "six_steps")

    assert refuses(run("demo", other), f"no story is told of '{other}'", "six_steps")


@pytest.mark.parametrize("name", stories())
def test_every_story_that_is_shipped_ends_in_a_close(name):
    """
    They are read by everybody who tries the library.
    """
    text = (resources.files("complaintflow.cli") / "stories" / f"{name}.jsonl").read_text("utf-8")
    method = method_of(name)
    told = play(script_of(text, method, name), method)

    assert told[-1].case.is_closed
    assert any(each.refused and each.refused.way for each in told)
    assert any(each.entry and each.entry.warnings for each in told)


# -- the process ----------------------------------------------------------------------------------


def test_it_runs_as_a_module():
    """
    A process of its own ends with the same numbers.
    """
    assert 0 == start("methods").returncode
    assert (
        1
        == start(
            "replay", "six_steps", "-", input=json.dumps(OPEN) + "\n" + json.dumps(OFFER)
        ).returncode
    )
    assert 2 == start("show", "nope").returncode


def test_without_the_extra_it_says_what_to_install():
    """
    One line to paste, and no traceback.
    """
    code = (
        "import sys; sys.modules['typer'] = None; from complaintflow.__main__ import main; main()"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True
    )

    assert 2 == result.returncode
    assert "'typer' is missing" in result.stderr
    assert "pip install 'complaintflow[cli]'" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_fault_of_our_own_is_not_taken_for_a_missing_extra():
    """
    To install something again would not help.
    """
    code = (
        "import sys; sys.modules['complaintflow.cli._page'] = None\n"
        "from complaintflow.__main__ import main; main()"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True
    )

    assert 1 == result.returncode
    assert "ModuleNotFoundError" in result.stderr


@pytest.mark.skipif(os.name == "nt", reason="there are no such pipes")
def test_a_reader_who_has_gone_is_no_error():
    """
    `complaintflow show six_steps | head -1` ends quietly, as a shell expects it.
    """
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "complaintflow", "show", "six_steps"]
    result = subprocess.run(command, check=False, stdout=write, stderr=subprocess.PIPE)
    os.close(write)

    assert 141 == result.returncode
    assert b"" == result.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk at hand")
@pytest.mark.parametrize("arguments", [["methods"], ["--help"]])
def test_a_full_disk_is_said(arguments):
    """
    What was not written is not passed over in silence.
    """
    command = [sys.executable, "-m", "complaintflow", *arguments]
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(
            command, check=False, stdout=full, stderr=subprocess.PIPE, text=True
        )

    assert 2 == result.returncode
    assert "No space left" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.skipif(os.name == "nt", reason="a stream cannot be closed so")
def test_a_closed_output_is_nobodys():
    """
    Whoever closes it before we start wants the exit code and nothing else.
    """
    command = f"'{sys.executable}' -m complaintflow methods >&-"
    result = subprocess.run(command, shell=True, check=False, capture_output=True)

    assert (0, b"") == (result.returncode, result.stderr)


def test_an_output_that_knows_few_letters_gets_those():
    """
    An arrow becomes a plain one, and what has no plain form a question mark.
    """
    story = json.dumps({**OPEN, "customer": "Zoë"}) + "\n" + json.dumps(OFFER)
    surroundings = {**os.environ, "PYTHONIOENCODING": "ascii"}
    told = start("replay", "six_steps", "-", input=story, env=surroundings)
    data = start("replay", "six_steps", "-", "--json", input=story, env=surroundings)

    assert "Zo? has not been heard" in told.stdout
    assert "listen (finished) > acknowledge_problem" in told.stdout
    assert "Zoë" == json.loads(data.stdout.splitlines()[-1])["case"]["customer"]


@pytest.mark.skipif(os.name == "nt", reason="there are no such terminals")
@pytest.mark.parametrize(("kind", "colourful"), [("xterm-256color", True), ("dumb", False)])
def test_only_a_terminal_gets_colour(kind, colourful):
    """
    And only one that can show it.
    """
    ours, theirs = os.openpty()
    surroundings = {**os.environ, "TERM": kind, "COLUMNS": "80"}
    command = [sys.executable, "-m", "complaintflow", "methods"]
    subprocess.run(command, check=True, stdout=theirs, env=surroundings)
    os.close(theirs)
    told = os.read(ours, 100_000).decode()
    os.close(ours)

    assert "six_steps" in told
    assert colourful == ("\x1b[" in told)


# -- check --------------------------------------------------------------------------------------


@pytest.mark.untraced
@EVERY_METHOD
def test_a_documented_method_checks_clean(name):
    """
    What is shipped is proved, and the exit code says so to a build.
    """
    told = run("check", name)

    assert 0 == told.exit_code, told.stdout
    assert "nothing is wanting" in told.stdout
    assert "0 unnoticed" not in told.stdout
    assert "implied by the rest" in told.stdout


@pytest.mark.untraced
@pytest.mark.parametrize("name", ["six_steps", "personal_ownership"])
def test_a_check_cuts_no_code_in_two(name):
    """
    In a pipe of eighty columns; whoever noticed stands below where it is long.
    """
    told = run("check", name).stdout
    guards = [
        each for each in check(method_of(name), guards=True).guards if each.verdict == "caught"
    ]

    assert guards
    assert all(f"by {each.by}\n" in told for each in guards)
    assert all(len(each) <= 80 for each in told.splitlines())


def test_a_check_can_do_without_the_guards():
    """
    The quick half, for whoever is still writing.
    """
    told = run("check", "six_steps", "--no-guards")

    assert "Without each of its guards" not in told.stdout
    assert "proved" in told.stdout


@pytest.mark.untraced
def test_a_check_as_json_holds_everything():
    """
    The keys are a promise; `data_of_report` documents them.
    """
    told = json.loads(run("check", "seven_as", "--json").stdout)

    assert told["is_clean"]
    assert {
        *("method", "is_clean", "configurations", "searched", "undecided", "stood_in"),
        *("findings", "proofs", "guards"),
    } == told.keys()
    stale = next(each for each in told["findings"] if each["code"] == "stale_fact")
    assert "stale_fact: close/resolved needs thanked" == stale["key"]
    assert stale["accepted"]
    assert {
        *("act", "outcome", "from", "to", "establishes", "clears", "begins_cycle"),
    } == stale["story"][0].keys()
    assert {"name", "key", "verdict", "by", "story", "accepted"} == told["guards"][0].keys()


def test_a_check_that_finds_something_exits_with_1(monkeypatch):
    """
    A build stops; the page says what, with the story, and who would not notice what.
    """
    plain = six_steps()
    wanting = attrs.evolve(
        plain,
        invariants=[precedence("assure", "offer", cites="own-3")],
        accepted={"unnoticed: accept needs offer_open": "the ledger asks for it"},
    )
    monkeypatch.setattr(methods, "get", lambda _: wanting)
    told = run("check", "six_steps")

    assert 1 == told.exit_code
    text = " ".join(told.stdout.split())
    assert "error 'offer_before_assure' is not kept: offer before assure own-3" in text
    assert "1. listen (finished) received → heard; + heard" in text
    assert "nobody notices when this is lost: decline needs offer_open" in text
    assert "accepted: the ledger asks for it" in text
    assert "✗ 1 error, 7 unnoticed guards" in text


def test_a_document_with_a_guard_of_its_host_is_checked(tmp_path):
    """
    What the host alone knows is a question like any other that cannot be seen into.
    """
    data = json.loads(documents.dumps(documents.get("last"), format="json"))
    data["requirements"]["paid"] = {"guard": "paid_in_full"}
    data["acts"]["close"]["needs"].append("paid")
    path = tmp_path / "ours.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    told = run("check", str(path), "--no-guards")

    assert 0 == told.exit_code, told.stderr
    assert "if 'paid' always says no, no case can be resolved" in " ".join(told.stdout.split())
    shown = run("show", str(path))
    assert 2 == shown.exit_code
    assert "no guard 'paid_in_full' is registered" in shown.stderr
    method = documents.read(path, stand_ins=True)
    (stand_in,) = (n for n in method.rule("close").needs if getattr(n, "code", "") == "paid")
    assert not stand_in.met(None)
    assert "what the guard 'paid_in_full' asks is known to the host alone" == stand_in.text


@pytest.fixture
def with_an_act_of_ours(tmp_path):
    """
    Return the path of a document that names an act of its host.
    """
    data = json.loads(documents.dumps(documents.get("last"), format="json"))
    data["acts"]["send_flowers"] = {"outcomes": {"kept": {}, "sent_back": {}}}
    states = [name for name, state in data["states"].items() if not state.get("final")]
    data["road"]["edges"].append({"from": states, "act": "send_flowers", "outcome": "kept"})
    data["road"]["edges"].append({"from": states, "act": "send_flowers", "outcome": "sent_back"})
    path = tmp_path / "ours.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def test_a_document_with_an_act_of_its_host_is_checked(with_an_act_of_ours):
    """
    It is named, so that a slip of the pen is no act; and it is told what it was taken for.
    """
    check = ("check", str(with_an_act_of_ours), "--no-guards")
    told = run(*check, "--act", "send_flowers")

    assert 0 == told.exit_code, told.stderr
    text = " ".join(told.stdout.split())
    assert "Stood in for send_flowers taken for an agent's act without evidence" in text
    data = json.loads(run(*check, "--act", "send_flowers", "--json").stdout)
    assert ["send_flowers"] == data["stood_in"]
    shown = run(*check)
    assert 2 == shown.exit_code
    assert "there is no act 'send_flowers'" in shown.stderr


def test_an_act_is_stood_in_for_only_where_a_document_names_it(with_an_act_of_ours):
    """
    Whoever names another one has made a mistake, and so has whoever checks a method of ours.
    """
    both = ("--act", "send_flowers", "--act", "send_flower")
    told = run("check", str(with_an_act_of_ours), *both)
    assert 2 == told.exit_code
    assert "no act 'send_flower' to stand in for (did you mean 'send_flowers'?)" in told.stderr
    told = run("check", "six_steps", "--act", "send_flowers")
    assert 2 == told.exit_code
    assert "six_steps has no acts of a host" in told.stderr


@pytest.fixture
def a_program(tmp_path, monkeypatch):
    """
    Return the name of a module in the folder one stands in; whoever imports it runs it.
    """
    name = "helpdesk_of_ours"
    (tmp_path / f"{name}.py").write_text(
        """
from complaintflow.methods import six_steps

ours = six_steps(sixth="follow_up")
a_number = 5

class Methods:
    strict = six_steps(strict=True)

def made():
    return ours

def asking(which):
    return ours

def failing():
    return {}["ours"]

def wrong():
    return six_steps(sixth="rest")
""",
        encoding="utf-8",
    )
    (tmp_path / "helpdesk_that_fails.py").write_text("ours = settings['method']", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield name
    sys.modules.pop(name, None)


@pytest.mark.parametrize("name", ["ours", "made"])
def test_a_method_is_found_in_a_program(name, a_program):
    """
    So the settings, acts and guards of the program are those that are looked at.
    """
    shown = run("show", f"{a_program}:{name}", "--format", "json")

    assert 0 == shown.exit_code
    assert six_steps(sixth="follow_up").pin == json.loads(shown.stdout)["pin"]


def test_a_case_under_a_method_of_a_program_can_be_drawn(a_program):
    """
    A setting makes it another method, which no name of ours is of.
    """
    with SqliteStore("cases.db") as store:
        desk = Desk(six_steps(strict=True), store=store)
        desk.open("t-1", customer="ana", complaint="Broken", by="sam")

    unknown = run("timeline", "t-1", "--store", "cases.db")
    method = f"{a_program}:Methods.strict"
    known = run("timeline", "t-1", "--store", "cases.db", "--method", method)

    assert (2, 0) == (unknown.exit_code, known.exit_code)
    assert "--method MODULE:NAME" in unknown.stderr
    assert "may be done next" in known.stdout.lower()


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("{}:a_number", "is no method, and makes none: 5"),
        ("{}:nothing", "has no attribute 'nothing'"),
        ("{}:asking", "asking takes arguments, and is called without any"),
        ("helpdesk_of_nobody:ours", "No module named 'helpdesk_of_nobody'"),
        ("helpdesk_that_fails:ours", "raises NameError (name 'settings' is not defined)"),
        ("{}:failing", "raises KeyError ('ours'); run it in Python to see where"),
        ("helpdesk desk:ours", "there is no method 'helpdesk desk:ours'"),
    ],
)
def test_where_a_program_has_no_method_that_is_told(address, message, a_program):
    """
    With the address, as there may be several on one line.
    """
    told = run("check", address.format(a_program))

    assert 2 == told.exit_code
    assert message in told.stderr
    assert address.format(a_program) in told.stderr


def test_what_our_errors_say_of_a_program_is_told_as_they_say_it(a_program):
    """
    They say what to do; where it stands is for whoever is at a loss.
    """
    told = run("check", f"{a_program}:wrong")

    assert 2 == told.exit_code
    assert "sixth" in told.stderr
    assert "raises" not in told.stderr


def test_nothing_stands_in_for_an_act_of_a_program(a_program):
    """
    It has its acts itself.
    """
    told = run("check", f"{a_program}:ours", "--act", "send_flowers")

    assert 2 == told.exit_code
    assert "has no acts of a host to stand in for" in told.stderr


def test_what_stands_in_for_an_act_comes_out_as_the_document_says(with_an_act_of_ours):
    """
    And says nothing else of itself.
    """
    method = documents.read(with_an_act_of_ours, stand_in_acts=["send_flowers"])
    act = method.rule("send_flowers").act

    assert ("send_flowers", ["kept", "sent_back"]) == (act.trigger, list(act.spec.outcomes))
    assert "kept" == act().read_outcome(None)
    assert (False, False) == (act.spec.remedy, act.spec.recognition)


def test_a_check_says_what_was_not_decided():
    """
    "Proved" and "not looked at" are two things.
    """
    page = Page()
    report = Report(
        "wide/1/0", (), (Proof("c", "a before b", "undecided"),), None, ("c: too wide",), None
    )
    put_report(page, six_steps(), evolve_searched(report))

    text = page.told()
    assert "looked at by a few facts at a time" in text
    assert "Not decided\n  c: too wide" in text
    assert "✗ 1 not decided" in text


def evolve_searched(report):
    """
    Return a report of a search by a few facts.
    """
    return attrs.evolve(report, searched="refined")


def test_no_line_ends_with_blanks_on_a_terminal_either(monkeypatch):
    """
    A cell is as wide as its column, and what follows the last one is nothing; styles stay.
    """
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    page = Page()
    page.rows([[Text("made", style="dim"), Text("in time", style="dim")], ["1", "a long one"]])

    [first, second] = page.told().splitlines()
    assert first.endswith("in time\x1b[0m")
    assert first.startswith("\x1b[2mmade\x1b[0m  ")
    assert second.endswith("a long one")


def test_show_tells_what_is_watched_and_accepted():
    """
    Whoever works by a method wants to know what will be refused.
    """
    method = attrs.evolve(
        six_steps(),
        invariants=[precedence("assure", "offer", watch="refuse", each_cycle=False, cites="own-3")],
        accepted={"stale_fact: heard": "it is meant so"},
    )
    page = Page()
    show(page, method)

    text = page.told()
    assert "offer_before_assure  refused  in the whole history (own-3)" in text
    assert "stale_fact: heard  it is meant so" in text
    plain = Page()
    show(plain, attrs.evolve(method, invariants=[], accepted={}))
    assert "Never, whatever happens\n  nothing is stated" in plain.told()
