"""Everything the library says when something is wrong stands on one page."""

import importlib
import pathlib
import sys
from fnmatch import fnmatchcase

import pytest
from tests.message_sites import Following

import complaintflow.errors
from complaintflow.errors import ComplaintflowError

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs"

UNPROVOKED = {
    "ComplaintflowError": "the base of all others",
}
"""What no mistake in Python on the page is answered with, and why."""

EXCUSED = {
    "it needs a database server": ["adapters/postgres/*", "adapters/django.py: *"],
    "it needs a mail server": ["adapters/mail.py: MailNotifier.notify: _refusal(*"],
    "it takes somebody else at the very same moment": [
        "*: Conflict(*",
        "_desk/_moving.py: import_story: CaseExists(case.id)",
        "adapters/sqlite/_store.py: SqliteStore._empty_the_log: *",
        "cli/_sending.py: Sending._sent: str(error)",
    ],
    "it needs a database that commits each statement by itself, or that somebody has changed": [
        "adapters/sqlalchemy/_store.py: _in_a_transaction: *",
        "_desk/_passing.py: _check_time: *",
    ],
    "it takes time; `Bounded` is shown with the same words": [
        "_waiting.py: *",
        "adapters/webhooks.py: AsyncWebhookNotifier.notify: self._failed(notification, late)",
    ],
    "it needs a broken disk, or a pipe that is closed": [
        "audit/_logs.py: _File.open: self._wrong(f'it cannot be read: *",
        "cli/_page.py: *: f'the output cannot be written: *",
    ],
    "it needs a terminal": ["cli/_drawing.py: give: *"],
    "it tells what `extra` says, which is shown, of one that is missing": [
        "adapters/__init__.py: store_from_url: StoreError(str(error))*",
        "cli/_plotting.py: draw: Unusable(told)",
        "cli/_worker.py: Telling._webhooks: *",
    ],
    "it tells what another place says, which is shown": [
        "cli/_commands.py: run: str(error)",
        "cli/_sending.py: Sending.*: str(error)*",
    ],
    "it takes more than can be shown": ["documents/_reading.py: Reading._edges: *"],
    "it is the last look at what was written, and finds only mistakes of ours": [
        "documents/_writing.py: _Writing.check: *"
    ],
    "what checks the types is asked first": [
        "_deadlines.py: problems_of_reminders: f'a reminder is a span before *"
    ],
    "Python says it of every module": [
        "__init__.py: __getattr__: *",
        "_requirements/__init__.py: __getattr__: *",
        "acts/__init__.py: __getattr__: *",
    ],
    "it is caught where it is raised, or says how a command ends": [
        "*: AssertionError",
        "*: Gone",
        "*: TooMany",
        "*: Undecided(message)",
        "*: typer.Exit*",
        "_method.py: _missing: KeyError(name)",
        "adapters/mail.py: _address: ValueError(text)*",
        "audit/_fold.py: *: _*Error*",
        "cli/_methods.py: _Missing.is_business_day: *",
        "rendering/_model.py: Diagram.node: KeyError(name)",
    ],
    "the testing kit asks, and nobody else": ["verification/_exploring.py: explore: *"],
    "it is a line of an answer, and no problem": [
        "audit/_audit.py: _notes: *",
        "audit/_draft.py: _told: *",
        "cli/_audit.py: _remarks: *",
        "rendering/_mermaid.py: *",
        "rendering/_text.py: *",
        "rendering/_words.py: *",
    ],
}
"""The places that no mistake on the page comes to, and why."""


@pytest.fixture(scope="module")
def messages():
    """
    The extension that provokes them.
    """
    sys.path.insert(0, str(DOCS / "_ext"))
    try:
        yield importlib.import_module("messages")
    finally:
        sys.path.remove(str(DOCS / "_ext"))


@pytest.fixture(scope="module")
def provoked(messages):
    """
    Every mistake with its answer, and what of the library was come to.
    """
    with Following() as following:
        answers = [each for room in messages.rooms() for each in messages.answers(room)]
    return answers, following


@pytest.fixture(scope="module")
def answers(provoked):
    """
    Every mistake, with its answer.
    """
    return provoked[0]


def test_every_room_of_messages_is_on_the_page(messages):
    """
    None is written for nobody.
    """
    page = (DOCS / "reference" / "messages.md").read_text("utf-8")
    assert [] == [room for room in messages.rooms() if f"```{{messages}} {room}\n" not in page]


@pytest.mark.untraced
def test_every_error_is_provoked_or_says_why_not(answers):
    """
    A class that is added needs an example of its words.
    """
    errors = {
        name
        for name, value in vars(complaintflow.errors).items()
        if isinstance(value, type)
        and issubclass(value, ComplaintflowError)
        and not name.startswith("_")
    }
    provoked = {answer.error.__name__ for _, answer in answers if answer.error}

    assert errors - provoked == set(UNPROVOKED)


def test_every_place_that_says_something_is_wrong_is_come_to_or_excused(provoked):
    """
    An error or a problem that is added needs an entry on the page, or a reason.
    """
    _, following = provoked
    patterns = [pattern for each in EXCUSED.values() for pattern in each]
    missed = {site: [p for p in patterns if matches(site, p)] for site in following.missed}

    assert len(following.sites) > 600
    assert [] == [str(site) for site, excuses in missed.items() if not excuses]
    # An excuse that nothing needs any more would hide what comes after it.
    assert [] == sorted({*patterns}.difference(*missed.values()))


def matches(site, pattern):
    """
    Return whether a pattern is of a place; brackets are what they are.
    """
    return fnmatchcase(str(site), pattern.replace("[", "[[]"))


def test_no_message_names_a_thing_without_saying_anything_of_it(answers):
    """
    A message is a sentence, and shows nobody our insides.
    """
    for mistake, answer in answers:
        assert len(answer.text.split()) >= 4, (mistake.told, answer.text)
        assert "Traceback" not in answer.text, mistake.told
        assert "object at 0x" not in answer.text, mistake.told


def test_every_requirement_of_a_documented_method_has_words_of_its_own(messages):
    """
    One code says one thing, wherever it is asked.
    """
    refusals = messages.refusals()
    assert len(refusals) > 50
    assert [] == [code for code, text in refusals if len(text.split()) < 2]


def test_of_a_long_answer_the_page_shows_the_end(messages):
    """
    A walk tells where a case stands before it says what it did not understand.
    """
    long = messages.Mistake("A walk", command="complaintflow walk six_steps", last=2)
    shown = messages.Messages.shown(None, long, messages.Answer(None, "one\ntwo\nthree", 2))

    assert "$ complaintflow walk six_steps\n...\ntwo\nthree\n" in shown
    assert "one" not in shown


def test_lines_of_python_go_under_one_title_each_with_its_answer(messages):
    """
    Some sentences take a line to provoke, and a heading for each would hide the others.
    """
    _, found = messages.mistakes("time")
    spans = [each for each in found if each.python.startswith('Within("2 days")')]
    second = found[found.index(spans[0]) + 1]
    answer = messages.Answer(ValueError, "amount must be a whole number")

    assert ["A span that is none"] == [each.title for each in spans]
    assert "" == second.title
    assert second.python == second.told
    assert messages.Messages.shown(None, second, answer) == (
        '````pycon\n>>> Within(2, "fortnights")\nValueError: amount must be a whole number\n````'
    )


def test_a_slip_of_the_page_itself_is_no_message(messages):
    """
    An example that calls us wrongly would show what Python says of it.
    """
    for line in ("Within()", "None.nothing", "Within(2)"):
        with pytest.raises((AssertionError, AttributeError)):
            messages.answered(messages.Mistake(python=line), vars(complaintflow).copy())
