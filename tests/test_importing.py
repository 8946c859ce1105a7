"""
Importing the library is light: what a definition or a decision takes is loaded when it is needed.
"""

import pydoc
import subprocess
import sys

import pytest

import complaintflow

LATER = (
    "transitions",
    "cattrs",
    "tenacity",
    "complaintflow._engine",
    "complaintflow._language",
    "complaintflow._method",
    "complaintflow._requirements",
)
PROGRAM = f"import sys, complaintflow; print(*sys.modules.keys() & {set(LATER)!r})"
DELIVERING = """
import sys
from complaintflow import Desk
from complaintflow.acts import Withdraw
from complaintflow.adapters.notifiers import CallableNotifier
from complaintflow.methods import six_steps

desk = Desk(six_steps(), notifier=CallableNotifier(lambda told: None))
desk.open("t-1", customer="ana", complaint="It broke", by="sam")
desk.record("t-1", Withdraw(), by="ana")
print(desk.deliver().delivered, "tenacity" in sys.modules)
desk = Desk(six_steps(), notifier=CallableNotifier(lambda told: 1 / 0))
desk.open("t-1", customer="ana", complaint="It broke", by="sam")
desk.record("t-1", Withdraw(), by="ana")
print(desk.deliver().failed, "tenacity" in sys.modules)
"""


def test_plain_import_loads_neither_the_engine_nor_what_defines_methods():
    """
    Whoever names a case, an act or an error need not pay for what decides.
    """
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], check=True, stdout=subprocess.PIPE, text=True
    )

    assert done.stdout.split() == []


def test_whoever_reads_or_writes_stories_loads_no_engine():
    """
    What comes of a line is decided by `replay` alone.
    """
    program = "import sys; from complaintflow import line_of, read_story; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, stdout=subprocess.PIPE, text=True
    )

    assert not {"transitions", "complaintflow._engine"} & set(done.stdout.split())


def test_a_desk_that_delivers_loads_no_retry_library_before_something_fails():
    """
    It brings asyncio with it, and takes as long to load as all the rest.
    """
    done = subprocess.run(
        [sys.executable, "-c", DELIVERING],
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )

    assert ["1 False", "1 True"] == done.stdout.splitlines()


def test_every_name_of_the_front_door_is_listed_and_kept_once_it_is_found():
    """
    Whether a name is loaded at once or later is nobody's business but ours.
    """
    for name in complaintflow.__all__:
        assert name in dir(complaintflow)
        assert getattr(complaintflow, name) is vars(complaintflow)[name]


def test_help_tells_of_names_that_are_loaded_later():
    """
    A reader of help() sees the methods and the decision as well as the desk.
    """
    told = pydoc.plain(pydoc.render_doc(complaintflow))

    for line in ("class Desk", "class Method", "class AsyncDesk", "decide(method"):
        assert line in told


def test_a_name_that_is_not_there_is_an_attribute_error():
    """
    As of every module.
    """
    with pytest.raises(AttributeError, match="'complaintflow' has no attribute 'Dusk'"):
        complaintflow.Dusk  # noqa: B018


@pytest.mark.parametrize(
    ("extra", "missing", "wanted"),
    [
        ("calendars", "holidays", "complaintflow.adapters.calendars"),
        ("webhooks", "httpx", "complaintflow.adapters.webhooks"),
        ("webhooks", "standardwebhooks", "complaintflow.adapters.webhooks"),
        ("postgres", "psycopg", "complaintflow.adapters.postgres"),
        ("sqlalchemy", "sqlalchemy", "complaintflow.adapters.sqlalchemy"),
        ("django", "django", "complaintflow.adapters.django"),
        ("testing", "pytest", "complaintflow.testing.StoreContract"),
        ("testing", "hypothesis", "complaintflow.testing.histories"),
    ],
)
def test_what_needs_an_extra_says_which(extra, missing, wanted):
    """
    Whoever imports it reads how to install it, and not only what Python has not found.
    """
    module, _, name = wanted.rpartition(".")
    program = (
        f"import sys; sys.modules[{missing!r}] = None\n"
        f"try:\n    from {module} import {name}\n"
        "except ModuleNotFoundError as error:\n    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, stdout=subprocess.PIPE, text=True
    )

    assert f"pip install 'complaintflow[{extra}]'" in done.stdout
