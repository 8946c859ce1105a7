"""Whoever asks Python for help is told every field: its type, its default and its meaning."""

import importlib
import inspect
import pkgutil
import pydoc
import re
import subprocess
import sys

import attrs
import pytest
from sqlalchemy.types import TypeDecorator

import complaintflow
from complaintflow import Act, Refused, act
from complaintflow._help import _classes_in, said_of
from complaintflow.acts import Offer, Said
from complaintflow.verification import Report


def public_classes():
    """
    Return every class of ours that is promised, each with its address; types of SQLAlchemy aside.
    """
    inner = pkgutil.walk_packages(complaintflow.__path__, "complaintflow.")
    addresses = [m.name for m in inner if not re.search(r"\._|\.acts\.", m.name)]
    found = {}
    for address in ["complaintflow", *addresses]:
        module = importlib.import_module(address)
        promised = getattr(module, "__all__", [n for n in vars(module) if not n.startswith("_")])
        for name in promised:
            value = getattr(module, name)
            is_ours = getattr(value, "__module__", "").startswith("complaintflow.")
            if inspect.isclass(value) and is_ours and not issubclass(value, TypeDecorator):
                found.setdefault(value, f"{address}.{name}")
    return found


def fields_of(cls):
    """
    Return the public fields of a class: those of attrs, or those that we say something of.
    """
    if attrs.has(cls):
        names = [field.name for field in attrs.fields(cls)]
    else:
        ours = [base for base in cls.__mro__ if base.__module__.startswith("complaintflow.")]
        read = [_classes_in(base.__module__).get(base.__qualname__, {}) for base in ours]
        names = [name for fields in read for name in fields]
    return [name for name in names if not name.startswith("_")]


PUBLIC = public_classes()


@pytest.mark.parametrize("cls", PUBLIC, ids=PUBLIC.values())
def test_help_tells_every_field(cls):
    """
    What is said below a field is forgotten by Python, and asked for all the same.
    """
    told = inspect.getdoc(cls) or ""
    lines = told.partition("\nAttributes:\n")[2].splitlines()
    heads = [re.match(r"    (\w+)", line) for line in lines]
    meant = {
        head[1]
        for head, below in zip(heads, lines[1:], strict=False)
        if head and below.startswith(" " * 8)
    }

    assert [] == [name for name in fields_of(cls) if name not in meant]
    assert " at 0x" not in told


def test_help_shows_type_default_and_meaning():
    """
    As one reads it at the prompt, beside the docstring of the class.
    """
    told = pydoc.plain(pydoc.render_doc(Offer))

    assert " |  Offer remedies: the company's proposal.\n" in told
    assert (
        " |      words: Said\n"
        " |          What is said to the customer.\n"
        " |  \n"
        " |      expires: datetime | None = None\n"
        " |          Until when it can be accepted. None: until it is answered.\n"
    ) in told


def test_help_tells_what_an_error_holds():
    """
    Its fields are those that it is made with; they have no annotations of their own.
    """
    told = inspect.getdoc(Refused)

    assert "    trigger: str\n        The act that was asked for.\n" in told
    assert "_find_way" not in told


def test_help_tells_the_fields_of_an_act_of_a_host():
    """
    An act of somebody's own is read as ours are, wherever its class is written.
    """

    @act
    class SendFlowers(Act):
        """Send flowers."""

        words: Said
        """What the card says."""
        stems: int = 12

    assert inspect.getdoc(SendFlowers) == (
        "Send flowers.\n\nAttributes:\n    words: Said\n        What the card says.\n\n"
        "    stems: int = 12"
    )
    assert inspect.getdoc(SendFlowers("dear ana")) == inspect.getdoc(SendFlowers)
    assert said_of(SendFlowers) == "Send flowers."


def test_help_tells_what_is_known_where_there_is_no_source():
    """
    A class typed at the prompt has fields with types and defaults, and no text below them.
    """
    typed = (
        "from __future__ import annotations\n"
        "from complaintflow.acts import Act, Said, act\n"
        "@act\nclass SendFlowers(Act):\n    'Send flowers.'\n    words: Said\n    stems: int = 12\n"
        "@act\nclass Wave(Act):\n    words: Said\n"
        "print(SendFlowers.__doc__, Wave.__doc__)"
    )
    done = subprocess.run([sys.executable, "-c", typed], capture_output=True, text=True, check=True)

    assert done.stdout == (
        "Send flowers.\n\nAttributes:\n    words: Said\n\n    stems: int = 12 None\n"
    )


def test_what_a_class_says_of_itself_is_without_its_fields():
    """
    The reference describes each field in its own place.
    """
    assert "Attributes:" not in said_of(Report)
    assert said_of(Report) in inspect.getdoc(Report)
