"""
A complaint handled at the terminal: in a real terminal, and by a script in its place.
"""

import contextlib
import os
import pathlib
import re
import signal
import sys
import tempfile
from datetime import UTC, datetime
from decimal import Decimal
from importlib import resources
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from complaintflow import Desk, acts, documents, methods
from complaintflow.acts import Offer, Open, PlanItem, Remedy
from complaintflow.adapters.sqlite import SqliteStore
from complaintflow.cli import app
from complaintflow.cli._answers import NotUnderstood, understood
from complaintflow.cli._demo import stories
from complaintflow.cli._evidence import choices_of, wanted_of
from complaintflow.cli._form import FEW, Form, Situation
from complaintflow.cli._listening import Gone, Script
from complaintflow.cli._methods import method_of
from complaintflow.cli._reading import script_of
from complaintflow.cli._rehearsing import Staff, WalkClock
from complaintflow.cli._talking import Talk
from complaintflow.cli._walking import Walk
from complaintflow.cli._zone import times_in
from complaintflow.methods import six_steps
from complaintflow.statistics import read_refusals
from complaintflow.testing import FrozenClock
from complaintflow.testing import acts as every_act

from .rendering.test_timelines import shipped

WALKS = pathlib.Path(__file__).parent / "walks"
REHEARSAL = ("--case", "BB-1", "--at", "2026-01-05T09:00Z", "--by", "Sam", "--limit", "50 EUR")
MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)


def command(*arguments):
    """
    Return what starts a walk.
    """
    return [sys.executable, "-m", "complaintflow", "walk", *map(str, arguments)]


def walk(*arguments, script):
    """
    Return what a walk by a script writes, and the number it ends with.
    """
    done = CliRunner().invoke(app, ["walk", *map(str, arguments), "--script", "-"], input=script)
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.output, done.exit_code


def history(store):
    """
    Return what is kept of the case.
    """
    with SqliteStore(store) as kept:
        return Desk(six_steps(), store=kept).history("BB-1")


@pytest.fixture
def store(tmp_path):
    """
    Return where cases can be kept.
    """
    return tmp_path / "cases.sqlite3"


@pytest.fixture
def opened(store):
    """
    Return a store that has a case in it.
    """
    walk("six_steps", "--store", store, *REHEARSAL, script="It came late.\nNora\n\n\n\n")
    return store


# -- a real terminal ----------------------------------------------------------------------------


class Terminal:
    """
    A walk in a terminal of its own, 80 columns wide.
    """

    def __init__(self, store, *options, **environment):
        pexpect = pytest.importorskip("pexpect", reason="it needs a terminal to drive")
        environment = {"TERM": "dumb", **environment}
        run, *arguments = command("six_steps", "--store", store, *REHEARSAL, *options)
        self.child = pexpect.spawn(
            run,
            arguments,
            env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
            encoding="utf-8",
            dimensions=(40, 80),
            # A shell lets what it runs in the background ignore the key that interrupts.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
            timeout=60,
        )
        self.end = pexpect.EOF
        self.told = ""

    def read(self):
        """
        Read up to the next question.
        """
        self.child.expect(r"\n *[^\n]*> $")
        self.told += self.child.before + self.child.after

    def answer(self, *lines):
        """
        Answer questions, one after the other.
        """
        for line in lines:
            self.child.sendline(line)
            self.read()

    def leave(self, press):
        """
        Press a key that leaves, and return what was written after it, and the exit code.
        """
        press()
        self.child.expect(self.end)
        rest = self.child.before
        self.child.close()
        return rest, self.child.exitstatus


def lines_of(name):
    """
    Return the answers of a script, without its remarks.
    """
    told = (WALKS / name).read_text(encoding="utf-8").split("\n")[:-1]
    return [line for line in told if not line.startswith("#")]


def test_a_whole_complaint_is_handled_in_a_terminal(store):
    """
    With a step that is refused, words that are warned of, a break over three days, and a close.
    """
    refusals = store.with_name("refusals.jsonl")
    terminal = Terminal(store, "--refusals", refusals)
    terminal.read()
    *before, quits = lines_of("cot.txt")
    terminal.answer(*before)
    rest, code = terminal.leave(lambda: terminal.child.sendline(quits))

    assert code == 0
    assert f"--refusals{refusals}--at" in "".join(rest.split())  # broken anywhere
    assert "not yet: offer, while received" in terminal.told
    assert "'discount' names a remedy where only a fair solution is to be" in terminal.told
    assert "refused: offer, while consulted" in terminal.told
    assert "it is above the limit of whoever offers it" in terminal.told
    assert [
        ("received", "offer", "heard"),
        ("consulted", "offer", "within_authority"),
    ] == [(each.state, each.act, each.codes[0]) for each in read_refusals(refusals)]

    resumed = Terminal(store)
    resumed.read()
    *later, quits = lines_of("cot-later.txt")
    resumed.answer(*later)
    _, code = resumed.leave(lambda: resumed.child.sendline(quits))

    assert code == 0
    assert "resumed: case BB-1 of Nora" in resumed.told
    assert "overdue since" in resumed.told
    assert [
        "open",
        "listen",
        "acknowledge_problem",
        "assure",
        "empathize",
        "ask_expectation",
        "offer",
        "accept",
        "deadline_passed",
        "keep_promise",
        "keep_promise",
        "learn",
        "close",
    ] == [entry.trigger for entry in history(store)]
    assert history(store)[-1].state == "closed"


@pytest.mark.parametrize("key", ["c", "d"])
def test_leaving_by_a_key_keeps_what_was_recorded(opened, key):
    """
    A call is interrupted at any time, and what was written down before is there afterwards.
    """
    terminal = Terminal(opened)
    terminal.read()
    terminal.answer("listen", "It came late, and")
    rest, code = terminal.leave(lambda: terminal.child.sendcontrol(key))

    assert code == 0
    assert "listen was not sent; nothing of it is recorded" in rest
    assert "left: case BB-1 is received, with 1 entry" in rest
    assert "Traceback" not in rest
    assert len(history(opened)) == 1


def test_nothing_is_coloured_where_nobody_wants_it(opened):
    """
    Escape codes in a log, or on a terminal that does not know them, are noise.
    """
    dumb, no_colour = Terminal(opened), Terminal(opened, TERM="xterm-256color", NO_COLOR="1")
    coloured = Terminal(opened, TERM="xterm-256color")
    for terminal in (dumb, no_colour, coloured):
        terminal.read()
        terminal.leave(lambda terminal=terminal: terminal.child.sendcontrol("d"))

    assert "\x1b[" not in dumb.told
    assert "\x1b[3" not in no_colour.told
    assert "\x1b[" in coloured.told


def test_a_line_of_a_walk_has_room_on_a_narrow_terminal(opened):
    """
    Eighty columns are what everybody has.
    """
    terminal = Terminal(opened)
    terminal.read()
    terminal.answer("all", "why close", "help", "case")

    assert max(map(len, terminal.told.replace("\r", "").split("\n"))) <= 80


def test_what_a_walk_refuses_is_counted_by_reason(opened, tmp_path):
    """
    An act that is not possible yet, and a form that is refused; a question why is none of them.
    """
    file = tmp_path / "refusals.jsonl"
    kept = ("--store", opened, *REHEARSAL, "--refusals", file)
    told, _ = walk("six_steps", *kept, script="why offer\nquit\n")

    assert f"--refusals{file}--at" in "".join(told.split())  # a long path is broken anywhere
    assert [] == list(read_refusals(file))

    walk("six_steps", *kept, script="offer\nno\nclose\nno\n")
    counted = CliRunner().invoke(app, ["stats", "--store", str(opened), "--refusals", str(file)])

    first, second = read_refusals(file)
    assert (first.at, first.act, second.act) == (MONDAY, "offer", "close")
    assert "heard" in first.codes
    assert re.search(r"1 +heard +offer \(1\)", counted.output)


def test_a_refusal_that_cannot_be_kept_is_told(opened, tmp_path, monkeypatch):
    """
    Before anything is asked, where it is known then; and the walk goes on, where it is not.
    """
    nowhere = tmp_path / "none" / "refusals.jsonl"
    told, code = walk("six_steps", "--store", opened, *REHEARSAL, "--refusals", nowhere, script="")

    assert (code, told.startswith("complaintflow: ")) == (2, True)
    assert (
        f"'{nowhere}' cannot be written: there is no folder '{nowhere.parent}'; make it first"
        in told
    )

    def full(*_):
        raise OSError(28, "No space left on device")

    file = tmp_path / "refusals.jsonl"
    monkeypatch.setattr("complaintflow.statistics.RefusalLog.keep", full)
    kept = ("--store", opened, *REHEARSAL, "--refusals", file)
    told, code = walk("six_steps", *kept, script="offer\nno\nquit\n")

    assert code == 0
    assert "the refusal is not kept: No space left on device" in told


# -- a script in its place ----------------------------------------------------------------------


def test_a_script_writes_the_same_each_time(tmp_path):
    """
    What a page of the documentation shows is what a reader gets.
    """
    script = (WALKS / "cot.txt").read_text(encoding="utf-8")
    once, twice = (
        walk("six_steps", "--store", tmp_path / name, *REHEARSAL, script=script)
        for name in ("one", "two")
    )

    assert once[1] == twice[1] == 0
    assert re.sub(r"/one\b", "/two", once[0]) == twice[0]
    assert "# Sam means well, and wants it off the table.\nnext> offer\n" in once[0]


def test_what_may_be_done_is_listed_once_and_counted_then(opened):
    """
    Thirty names after each step are read by nobody; Enter lists them again.
    """
    script = "listen\nIt came late.\n\n\n\n\nquit\n"
    told, _ = walk("six_steps", "--store", opened, *REHEARSAL, script=script)
    first, second = told.split("What may be done next")[1:]

    assert "11:hand_over" in first
    assert "not yet: acknowledge_problem, apologize, " in first
    assert " as before" in second
    assert "hand_over" not in second
    assert re.search(r"not yet: \d+ acts\nhelp .*; Enter lists every act\n", second)
    assert "(003-" not in told
    again, _ = walk("six_steps", "--store", opened, *REHEARSAL, script="\nquit\n")
    assert 2 == again.count("hand_over")


def test_an_answer_that_cannot_be_used_ends_a_script(opened):
    """
    What follows it was meant for another question, and nobody sits there to see it.
    """
    told, code = walk(
        *("six_steps", "--store", opened, *REHEARSAL), script="listen\nLate\nperhaps\ny\n"
    )

    assert code == 2
    assert "standard input, line 3: answer yes or no, not 'perhaps'" in told
    assert len(history(opened)) == 1


def test_the_question_before_is_asked_again(opened):
    """
    An unsent form can be undone, answer by answer; the history cannot.
    """
    script = "listen\nLate\n:back\nLate, and cracked\nyes\nupset\n\nyes\n"
    told, code = walk("six_steps", "--store", opened, *REHEARSAL, script=script)

    assert code == 0
    assert "account [Late]> Late, and cracked" in told
    assert history(opened)[-1].act.account == "Late, and cracked"


def test_going_back_from_the_end_of_a_form_does_not_leave_it(opened, capsys):
    """
    Everything is filled in, and one answer was wrong.
    """
    answers = ["listen", "Late", "", "", "", ":back", ":back", "account", "Late, and cracked", ""]
    with SqliteStore(opened) as kept:
        talk = Talk(Interrupted(answers, []))
        walked = Walk(six_steps(), kept, talk, WalkClock(MONDAY), Staff("Sam"))
        walked.begin("BB-1")
        with pytest.raises(Gone):
            walked.go()

    assert history(opened)[-1].act.account == "Late, and cracked"
    assert "name what is to be asked again" in capsys.readouterr().out


def test_a_form_that_is_dropped_records_nothing(opened):
    """
    Somebody who began in the wrong form has said nothing yet.
    """
    told, code = walk(
        *("six_steps", "--store", opened, *REHEARSAL), script="listen\nLate\n:drop\nquit\n"
    )

    assert code == 0
    assert "dropped; nothing of it was recorded" in told
    assert len(history(opened)) == 1


def test_what_goes_wrong_before_a_form_is_sent_can_be_changed(opened):
    """
    Evidence that does not go together is told with all its problems, and asked again by name.
    """
    script = "listen\nLate\n\n\n\nno\nmood\n4\nyes\nquit\n"
    _, code = walk("six_steps", "--store", opened, *REHEARSAL, script=script)

    assert code == 0
    assert history(opened)[-1].act.mood == "angry"


def test_a_step_that_is_not_possible_is_told_the_way_to(opened):
    """
    And somebody who says no to the way stands where they were.
    """
    told, code = walk("six_steps", "--store", opened, *REHEARSAL, script="offer\nno\nquit\n")

    assert code == 0
    assert "Nora has not been heard" in told
    assert "begin with listen [yes]> no" in told
    assert len(history(opened)) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["six_stepz"], "there is no method 'six_stepz' (did you mean 'six_steps'?)"),
        (["six_steps", "--at", "someday"], "--at: 'someday' is no time; write one such as"),
        (["six_steps", "--at", "2026-01-05"], "--at: say the time as well: 2026-01-05 17:00"),
        (["six_steps", "--limit", "lots"], "--limit 'lots' is no amount; write one such as"),
        (
            ["six_steps", "--limit", "50 euros"],
            "'50 euros': 'euros' is no currency; write one such as",
        ),
        (["six_steps", "--limit", "50"], "--limit '50': it names no currency; write one such as"),
        (["six_steps", "--limit", "-5 EUR"], "--limit '-5 EUR' is no amount; write one such as"),
        (["six_steps", "--limit", "inf EUR"], "--limit 'inf EUR' is no amount; write one such"),
        (["six_steps", "--store", "/"], "/ cannot be opened"),
    ],
)
def test_what_cannot_be_used_is_told_before_anything_is_asked(arguments, message):
    """
    Nobody fills in a form to hear afterwards that it was in vain.
    """
    told, code = walk(*arguments, script="")

    assert code == 2
    assert message in told
    assert "Traceback" not in told


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("lisen", "'lisen' is no act of six_steps (did you mean 'listen'?)"),
        ("99", "there is no 99; answer 1 to"),
        ("a", "ask_question; write more of it"),
        ("why", "say which act: why ACT"),
        ("by", "say who records what comes next: by NAME"),
        ("at", "say when it happened: at TIME"),
        ("at noon", "'noon' is no time"),
        (":back", "what was recorded stays"),
        (":sing", "there is no command :sing; there are :back, :drop, :quit, :help"),
        ("at 2026-01-01 09:00", "2026-01-01 09:00 is before the last entry, 2026-"),
    ],
)
def test_every_answer_that_cannot_be_used_says_what_can(opened, script, message):
    """
    The one in the middle of a hard call has no time for riddles.
    """
    told, code = walk("six_steps", "--store", opened, *REHEARSAL, script=f"{script}\n")

    assert code == 2
    assert message in told
    assert "Traceback" not in told


def test_only_a_rehearsal_goes_ahead_of_the_clock(store):
    """
    What has not happened yet is nothing to record.
    """
    script = "It came late.\nNora\n\n\n\nat +2 days\n"
    told, code = walk("six_steps", "--store", store, "--case", "BB-1", script=script)

    assert code == 2
    assert "is still to come; only a walk that begins with --at is a rehearsal" in told


def test_a_case_under_another_method_is_not_walked(opened):
    """
    A case stays under the method it was opened under.
    """
    told, code = walk("five_steps", "--store", opened, *REHEARSAL, script="quit\n")

    assert code == 2
    assert "case BB-1 is under six_steps; go on with: complaintflow walk six_steps " in told
    assert f"--store {opened} --limit '50 EUR' --case BB-1\n" in told
    assert "left" not in told


def test_a_case_under_a_method_of_a_document_is_walked_by_it(tmp_path):
    """
    And one under another version of the same method, by the version it is under.
    """
    own, newer, store = tmp_path / "own.toml", tmp_path / "newer.toml", tmp_path / "cases.db"
    document = documents.dumps(attrs.evolve(six_steps(), name="parcels"))
    own.write_text(document, encoding="utf-8")
    newer.write_text(document.replace('version = "', 'version = "2'), encoding="utf-8")
    kept = ("--store", store, *REHEARSAL)
    walk(own, *kept, script="It came late.\nNora\n\n\n\n")

    elsewhere, _ = walk("six_steps", *kept, script="quit\n")
    later, code = walk(newer, *kept, script="quit\n")

    assert "under parcels; go on with: complaintflow walk FILE --store" in elsewhere
    assert "where FILE is the document of that method" in elsewhere
    assert code == 2
    assert "walk the version it is under, or move it to this one" in later


# -- a new case ---------------------------------------------------------------------------------


def test_a_case_is_opened_once_that_is_agreed(store):
    """
    As with every other form, what is to be recorded is shown before, and can be changed.
    """
    script = "It came lat.\nNora\n\n\nno\ncomplaint\nIt came late.\n\nquit\n"
    told, code = walk("six_steps", "--store", store, *REHEARSAL, script=script)

    assert code == 0
    assert "open  leads to received\n  complaint   It came lat.\n" in told
    assert told.count("record it [yes]>") == 2
    assert history(store)[0].act.complaint == "It came late."


def test_a_case_that_is_not_agreed_is_not_opened(store):
    """
    Whoever leaves before the end has recorded nothing.
    """
    script = "It came late.\nNora\n\n\n:quit\n"
    told, code = walk("six_steps", "--store", store, *REHEARSAL, script=script)

    assert code == 0
    assert "open was not sent; nothing of it is recorded" in told
    assert "left; no case was opened" in told


def test_the_first_form_says_how_it_is_left(store):
    """
    Once: whoever was told knows it.
    """
    script = "It came late.\nNora\n\n\n\nlisten\n:quit\n"
    told, _ = walk("six_steps", "--store", store, *REHEARSAL, script=script)

    assert told.count(":help tells how to go back, or to leave") == 1
    assert told.index(":help tells") < told.index("complaint> ")


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        ("help", "'help' is taken as the answer; the command is :help, and :back asks again"),
        ("Quit", "'Quit' is taken as the answer; the command is :quit, and :back asks again"),
        ("undo", "'undo' is taken as the answer; the command is :back\n"),
    ],
)
def test_a_text_that_may_be_a_command_is_told_apart(store, answer, hint):
    """
    The customer may have said just that, so it stands, and can be taken back.
    """
    script = f"{answer}\n:back\nIt came late.\nNora\n\n\n\nquit\n"
    told, code = walk("six_steps", "--store", store, *REHEARSAL, script=script)

    assert code == 0
    assert hint in told
    assert history(store)[0].act.complaint == "It came late."


@pytest.mark.parametrize("end", ["", "\n"])
def test_a_script_that_runs_out_is_told_after_which_line(opened, end):
    """
    In a form, that is: between two of them it has just ended.
    """
    script = f"# Nora calls.\nlisten{end}"
    told, code = walk("six_steps", "--store", opened, *REHEARSAL, script=script)

    assert code == 2
    assert "standard input: the answers end after line 2, while listen asks for 'account'" in told
    assert len(history(opened)) == 1
    assert walk("six_steps", "--store", opened, *REHEARSAL, script=f"\ncase{end}")[1] == 0


def test_words_that_were_warned_of_are_offered_to_be_said_otherwise(opened):
    """
    They are not typed again, and are warned of again where they are kept.
    """
    before = "listen\nIt came late.\n\n\n\n\nacknowledge\nIt came late.\n\nassure\n"
    script = f"{before}There will be a discount.\n\n\nyes\n\nquit\n"
    told, code = walk("six_steps", "--store", opened, *REHEARSAL, script=script)

    assert code == 0
    assert "words [There will be a discount.]>\n" in told
    assert told.count("say it so [no]>") == 2


# -- forms and answers --------------------------------------------------------------------------


EVERY_ACT = {rule.act for method in methods.all() for rule in method.rules}


@pytest.mark.parametrize("act", sorted(EVERY_ACT | {Open}, key=lambda act: act.trigger))
def test_every_field_of_every_act_says_what_it_holds(act):
    """
    A form is made of the act's own words, so an act without them makes a form that nobody gets.
    """
    assert [] == [wanted.name for wanted in wanted_of(act) if not wanted.about]


def test_what_a_field_holds_is_read_off_its_annotation():
    """
    One declaration makes the check, the document format and the form.
    """
    fields = {wanted.name: wanted for wanted in wanted_of(Offer)}

    assert fields["remedies"].base is Remedy
    assert fields["remedies"].is_many
    assert fields["remedies"].must_be
    assert fields["words"].voice == "agent"
    assert fields["expires"].base is datetime
    assert not fields["expires"].must_be
    assert acts.MOODS == tuple(
        each.value
        for wanted in wanted_of(acts.NoteMood)
        if wanted.name == "mood"
        for each in choices_of(wanted.base)
    )
    assert [w.name for w in wanted_of(PlanItem) if w.must_be] == ["what", "who", "due"]


def plainly(value):
    """
    Return evidence with texts that stand on one line, and are no command and no remark.
    """
    if isinstance(value, str):
        return "so " + re.sub(r"[^A-Za-z0-9 ]", "x", value).strip()
    if isinstance(value, tuple):
        return tuple(map(plainly, value))
    if attrs.has(type(value)):
        texts = {w.name: w for w in wanted_of(type(value)) if w.base is str or w.is_evidence}
        words = {name: plainly(getattr(value, name)) for name in texts}
        # Codes of currencies are no words.
        kept = {name: word for name, word in words.items() if name != "currency"}
        return attrs.evolve(value, **kept)
    return value


def answers_to(value):
    """
    Yield what somebody answers who fills in evidence field by field.
    """
    fields = [(wanted, getattr(value, wanted.name)) for wanted in wanted_of(type(value))]
    optional = [(wanted, each) for wanted, each in fields if not wanted.must_be]
    if len(optional) <= FEW:
        for wanted, each in fields:
            yield from answers_for(wanted, each)
        return
    for wanted, each in fields:
        if wanted.must_be:
            yield from answers_for(wanted, each)
    said = [(wanted, each) for wanted, each in optional if each != wanted.default]
    yield " ".join(wanted.name for wanted, _ in said)
    for wanted, each in said:
        yield from answers_for(wanted, each)
    if said:
        yield ""


def answers_for(wanted, value):
    """
    Yield what somebody answers to the question of one field.
    """
    if wanted.is_evidence and wanted.is_many:
        for number, each in enumerate(value):
            if number or not wanted.must_be:
                yield "yes"
            yield from answers_to(each)
        yield "no"
    elif wanted.is_evidence:
        if not wanted.must_be:
            yield "no" if value is None else "yes"
        if value is not None:
            yield from answers_to(value)
    elif value == wanted.default or value is None:
        yield ""
    elif wanted.is_many:
        yield from "\\\n".join(map(str, value)).split("\n")
    elif isinstance(value, bool):
        yield "yes" if value else "no"
    else:
        yield value.isoformat() if isinstance(value, datetime) else str(value)


@pytest.mark.parametrize("act", sorted(EVERY_ACT | {Open}, key=lambda act: act.trigger))
@settings(max_examples=15)
@given(st.data())
def test_whatever_an_act_can_say_can_be_filled_in(act, data):
    """
    What cannot be said in the form would be done elsewhere, and not recorded.
    """
    wanted = plainly(data.draw(every_act(trigger=act.trigger)))
    script = Script("answers", answers_to(wanted))
    form = Form(Talk(script), Situation(six_steps(), None, MONDAY), type(wanted))
    form.fill_in()

    assert wanted == form.made()
    with pytest.raises(Gone):
        script.next("")


@pytest.mark.parametrize(
    ("answer", "at"),
    [
        ("2026-01-08 17:00", datetime(2026, 1, 8, 17, tzinfo=UTC)),
        ("2026-01-08T17:00:00+01:00", datetime(2026, 1, 8, 16, tzinfo=UTC)),
        ("tomorrow 9:30", datetime(2026, 1, 6, 9, 30, tzinfo=UTC)),
        ("today 18", datetime(2026, 1, 5, 18, tzinfo=UTC)),
        ("+3 days", datetime(2026, 1, 8, 9, tzinfo=UTC)),
        ("+2 weeks 12:00", datetime(2026, 1, 19, 12, tzinfo=UTC)),
        ("+4 hours", datetime(2026, 1, 5, 13, tzinfo=UTC)),
        ("now", MONDAY),
    ],
)
def test_a_time_is_written_as_people_write_it(answer, at):
    """
    Nobody on the telephone writes a zone.
    """
    assert at == understood(datetime, answer, now=MONDAY)


BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("answer", "at"),
    [
        ("2026-01-08 17:00", datetime(2026, 1, 8, 16, tzinfo=UTC)),
        ("2026-07-08 17:00", datetime(2026, 7, 8, 15, tzinfo=UTC)),
        ("2026-07-08 17:00Z", datetime(2026, 7, 8, 17, tzinfo=UTC)),
        ("2026-10-25T02:30+02:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("today 9:00", datetime(2026, 3, 28, 8, tzinfo=UTC)),
        ("tomorrow 9:00", datetime(2026, 3, 29, 7, tzinfo=UTC)),
        ("+1 day", datetime(2026, 3, 29, 21, 30, tzinfo=UTC)),
        ("+24 hours", datetime(2026, 3, 29, 22, 30, tzinfo=UTC)),
        ("+4 hours 9:00", datetime(2026, 3, 29, 7, tzinfo=UTC)),
        ("+1 week 9:00", datetime(2026, 4, 4, 7, tzinfo=UTC)),
    ],
)
def test_a_time_is_one_of_the_zone_that_was_asked_for(answer, at):
    """
    A day is as long as the clocks make it; so many hours are as long everywhere.
    """
    saturday = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)
    with times_in(BERLIN):
        assert at == understood(datetime, answer, now=saturday)
        assert at == understood(datetime, answer, now=saturday.astimezone(ZoneInfo("Asia/Tokyo")))


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (
            "2026-03-29 02:30",
            "show 2026-03-29 02:30 at no time: they are put forward; name another time",
        ),
        (
            "2026-10-25 02:30",
            "twice, as they are put back; say which: 2026-10-25T02:30+02:00 or 2026-10-25T02:30+01",
        ),
        ("soon", "times are in Europe/Berlin"),
    ],
)
def test_a_time_that_the_clocks_show_never_or_twice_is_asked_for_again(answer, told):
    """
    To guess would be an hour wrong.
    """
    with times_in(BERLIN), pytest.raises(NotUnderstood) as caught:
        understood(datetime, answer, now=MONDAY)

    assert told in str(caught.value)


def test_a_walk_tells_and_reads_times_in_a_zone(opened):
    """
    On every page of it, and in the command that goes on with it.
    """
    zone = ("--store", opened, *REHEARSAL, "--zone", BERLIN)
    told, code = walk("six_steps", *zone, script="at 2026-03-30 09:00\nhistory\nhelp\nquit\n")

    assert code == 0
    assert "BB-1  Nora  Mon 5 Jan, 10:00" in told
    assert "BB-1  Nora  Mon 30 Mar, 09:00" in told
    assert " 1  Mon 5 Jan, 10:00" in told
    assert "times are in Europe/Berlin;" in " ".join(told.split())
    assert "--zone Europe/Berlin --at 2026-03-30T07:00Z" in " ".join(told.split())
    told, code = walk("six_steps", "--store", opened, "--zone", "Berlin", script="")
    assert code == 2
    assert "there is no time zone 'Berlin'" in told


@pytest.mark.parametrize(
    ("base", "answer"),
    [
        (datetime, "tomorrow"),
        (datetime, "2026-01-08"),
        (datetime, "today 25:00"),
        (datetime, "9999-12-31 23:00"),
        (datetime, "soon"),
        (Decimal, "forty"),
        (int, "1.5"),
        (bool, "maybe"),
    ],
)
def test_an_answer_that_means_nothing_says_what_would(base, answer):
    """
    A message that only says no costs another question.
    """
    with pytest.raises(NotUnderstood) as no:
        understood(base, answer, now=MONDAY)

    assert len(str(no.value)) > 20


@given(st.sampled_from([datetime, Decimal, int, bool]), st.text())
def test_whatever_is_answered_is_understood_or_told(base, answer):
    """
    No text at all may end a walk with a traceback.
    """
    value = None
    with contextlib.suppress(NotUnderstood):
        value = understood(base, answer, now=MONDAY)

    assert value is None or isinstance(value, base)


class Interrupted:
    """
    Answers between which somebody else acts.
    """

    place = None

    def __init__(self, answers, meanwhile):
        self._answers, self._meanwhile = iter(answers), meanwhile

    def next(self, prompt):
        """
        Return the next answer; before the form is sent, somebody acts.
        """
        if prompt.startswith("record it") and self._meanwhile:
            self._meanwhile.pop()()
        answer = next(self._answers, None)
        if answer is None:
            raise Gone
        return answer


def test_who_acts_in_between_is_not_overruled(opened, capsys):
    """
    What was decided on another case is decided anew, and what was typed for it is not lost.
    """
    with SqliteStore(opened) as kept:
        other = Desk(six_steps(), store=kept, clock=FrozenClock())

        def meanwhile():
            other.record("BB-1", acts.NoteMood(mood="angry"), by="lena")

        talk = Talk(Interrupted(["listen", "Late", "", "", "", "yes", "yes"], [meanwhile]))
        walked = Walk(six_steps(), kept, talk, WalkClock(MONDAY), Staff("Sam"))
        walked.begin("BB-1")
        with pytest.raises(Gone):
            walked.go()
        history = other.history("BB-1")
    told = " ".join(capsys.readouterr().out.split())

    assert "somebody acted in between; read it again and decide anew" in told
    assert ["open", "note_mood", "listen"] == [entry.trigger for entry in history]
    assert history[-1].act.account == "Late"


def test_somebody_at_the_keyboard_is_told_and_asked_again(opened, capsys):
    """
    A wrong answer costs a line and nothing else; only in a script it ends the walk.
    """
    answers = ["lisen", "why", "at noon", ":back", ":sing", "", "listen", "", "Late", "perhaps"]
    answers += ["", "sad", "upset", "", "", "history", "case", "by lena", "why close", "help"]
    with SqliteStore(opened) as kept:
        talk = Talk(Interrupted(answers, []))
        walked = Walk(six_steps(), kept, talk, WalkClock(MONDAY), Staff("Sam"))
        walked.begin("BB-1")
        with pytest.raises(Gone):
            walked.go()
        told = capsys.readouterr().out

        assert walked.case.state == "heard"
        assert walked.by == "lena"
    for objection in (
        "? 'lisen' is no act of six_steps (did you mean 'listen'?)",
        "? say which act: why ACT",
        "? 'noon' is no time",
        "? what was recorded stays; correct annotates an entry",
        "? there is no command :sing; there are :back",
        "? account is needed; :drop leaves the form",
        "? answer yes or no, not 'perhaps'",
        "? that is none of them; choose by number or name: calm, discontent",
    ):
        assert objection in told


def test_a_case_is_chosen_among_those_that_are_open(opened):
    """
    Nobody fills in the form of a case that is there already.
    """
    run = ("six_steps", "--store", opened, "--at", "2026-01-05T09:00Z")
    resumed, code = walk(*run, script="BB-1\nquit\n")

    assert code == 0
    assert "Cases that are open here\n  BB-1  Nora  received\n" in resumed
    assert "Which case? The id of one to resume, or a new id, such as a ticket's" in resumed
    assert "resumed: case BB-1 of Nora" in resumed

    anew, code = walk(*run, script="BB-2\nIt broke\nAna\n\n\n\nquit\n")

    assert code == 0
    assert "left: case BB-2 is received, with 1 entry" in anew


def test_what_is_too_long_can_be_said_shorter(opened, capsys):
    """
    A limit of the desk is no reason to lose the rest of a form.
    """
    answers = ["listen", "x" * 100_001, "", "", "", "yes", "account", "Late", "yes"]
    with SqliteStore(opened) as kept:
        talk = Talk(Interrupted(answers, []))
        walked = Walk(six_steps(), kept, talk, WalkClock(MONDAY), Staff("Sam"))
        walked.begin("BB-1")
        with pytest.raises(Gone):
            walked.go()

        assert walked.case.state == "heard"
    assert "has 100001 characters, and this desk takes 100000" in capsys.readouterr().out


def test_the_first_question_has_none_before_it(opened, capsys):
    """
    Going back too often leads nowhere else.
    """
    with SqliteStore(opened) as kept:
        talk = Talk(Interrupted(["listen", ":back", "Late", ":drop"], []))
        walked = Walk(six_steps(), kept, talk, WalkClock(MONDAY), Staff("Sam"))
        walked.begin("BB-1")
        with pytest.raises(Gone):
            walked.go()

    assert "this is the first question; :drop leaves the form" in capsys.readouterr().out


class Teller:
    """
    Tells a story to a walk: for each line who, when and what; it does not give up at a no.
    """

    place = None

    def __init__(self, lines):
        self._lines, self._answers = iter(lines), []

    def next(self, prompt):
        """
        Return the answer that the question asks for.
        """
        question = prompt.strip()
        if question.startswith(("record it", "say it so")):
            return "yes"
        if question.startswith(("begin with", "what to change")):
            self._answers = []
            return "no" if question.startswith("begin") else ":drop"
        if not self._answers:
            line = next(self._lines, None)
            if line is None:
                raise Gone
            said = f"at {line.at.isoformat()}", f"by {line.by.id}", line.act.trigger
            self._answers = [*said, *answers_to(line.act)]
        return self._answers.pop(0)


@pytest.mark.parametrize("name", stories())
def test_every_story_can_be_walked(name, tmp_path, capsys):
    """
    Every method, with its refusals and its warnings, from the first word to the last.
    """
    method = method_of(name)
    text = (resources.files("complaintflow.cli") / "stories" / f"{name}.jsonl").read_text("utf-8")
    opening, *lines = script_of(text, method, name).lines
    limited = next((line.by for line in lines if line.by.limits is not None), opening.by)
    with SqliteStore(tmp_path / "cases.sqlite3") as kept:
        clock = WalkClock(opening.at)
        walked = Walk(method, kept, Talk(Teller(lines)), clock, Staff(limited.id, limited.limits))
        Desk(method, store=kept, clock=clock).open(
            *(name,),
            customer=opening.act.customer,
            complaint=opening.act.complaint,
            channel=opening.act.channel,
            by=opening.by,
        )
        walked.begin(name)
        with pytest.raises(Gone):
            walked.go()
        history = Desk(method, store=kept).history(name)
    _, _, told = shipped(name)
    spoken = [entry.act for entry in history if entry.by.kind != "system"]

    assert [entry.act for entry in told[1:]] == spoken[1:]
    assert "refused: " in (said := capsys.readouterr().out) or "not yet: " in said
    assert max(map(len, said.splitlines())) <= 80


@pytest.mark.parametrize(
    ("options", "script", "left"),
    [
        ((), "It came late.\nAna\n\n\n\nquit\n", 1),
        ((), "", 0),
        (("--zone", "Mars"), "", 0),
    ],
    ids=["opened", "not opened", "not begun"],
)
def test_a_walk_without_a_store_keeps_a_case_and_leaves_nothing_else(
    options, script, left, tmp_path, monkeypatch
):
    """
    Where no case was opened, nobody is told of a folder that they could take away.
    """
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    walk("six_steps", "--case", "BB-1", *options, script=script)

    assert left == len(list(tmp_path.iterdir()))
