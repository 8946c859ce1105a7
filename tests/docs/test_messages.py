"""Everything the library says when something is wrong stands on one page."""

import importlib
import pathlib
import sys

import pytest

import complaintflow.errors
from complaintflow.errors import ComplaintflowError

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs"

UNPROVOKED = {
    "ComplaintflowError": "the base of all others",
    "HistoryError": "only a store that mixes up its entries meets it",
    "LogError": "the command line says it",
    "StoryError": "the command line says it",
    "NotDelivered": "a notifier raises it, and the desk tries again",
    "UnsupportedOption": "a machine made by hand raises it",
}
"""What no mistake in Python on the page is answered with, and why."""


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
def answers(messages):
    """
    Every mistake, with its answer.
    """
    return [each for room in messages.rooms() for each in messages.answers(room)]


def test_every_room_of_messages_is_on_the_page(messages):
    """
    None is written for nobody.
    """
    page = (DOCS / "reference" / "messages.md").read_text("utf-8")
    assert [] == [room for room in messages.rooms() if f"```{{messages}} {room}\n" not in page]


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


def test_no_message_names_a_thing_without_saying_anything_of_it(answers):
    """
    A message is a sentence, and shows nobody our insides.
    """
    for mistake, answer in answers:
        assert len(answer.text.split()) >= 4, (mistake.title, answer.text)
        assert "Traceback" not in answer.text, mistake.title
        assert "object at 0x" not in answer.text, mistake.title


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
