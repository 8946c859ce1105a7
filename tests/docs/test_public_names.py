"""Every public name stands in the reference."""

import importlib
import inspect
import pathlib
import pkgutil
import re

import pytest

import complaintflow

REFERENCE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "reference"
ONE = re.compile(
    r"^\.\. (?:auto(?:class|function|data)|py:(?:data|class)):: ([\w.]+)", re.MULTILINE
)
MODULE = re.compile(r"^\.\. automodule:: ([\w.]+)\n((?: +:.*\n?)*)", re.MULTILINE)


def public_modules():
    """
    Return the names of our modules whose path has no underscore.

    Acts are promised by `complaintflow.acts`; how they are spread over its modules is not.
    """
    inner = pkgutil.walk_packages(complaintflow.__path__, "complaintflow.")
    hidden = re.compile(r"\._|\.acts\.")
    return ["complaintflow", *(m.name for m in inner if not hidden.search(m.name))]


def names_of(module):
    """
    Return what a module promises: its `__all__`, or what is defined in it.
    """
    return getattr(module, "__all__", None) or [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", None) == module.__name__
    ]


def is_found_by_sphinx(module, name):
    """
    Tell whether `automodule` documents a name: it passes over data of other modules.
    """
    value = getattr(module, name)
    own = re.search(rf"^{name}\b", inspect.getsource(module), re.MULTILINE)
    return inspect.isclass(value) or inspect.isroutine(value) or bool(own)


def documented():
    """
    Return every object of ours that a page of the reference describes, by its identity.
    """
    found = {}
    for page in sorted(REFERENCE.glob("*.md")):
        text = page.read_text(encoding="utf-8")
        for address in ONE.findall(text):
            module, _, name = address.rpartition(".")
            found[id(getattr(importlib.import_module(module), name))] = address
        for address, options in MODULE.findall(text):
            if ":no-members:" not in options:
                module = importlib.import_module(address)
                excluded = set(re.findall(r"\w+", options.partition(":exclude-members:")[2]))
                for name in names_of(module):
                    if name not in excluded and is_found_by_sphinx(module, name):
                        found[id(getattr(module, name))] = f"{address}.{name}"
    return found


@pytest.mark.parametrize("address", public_modules())
def test_every_public_name_is_in_the_reference(address):
    """
    What we promise and do not describe, nobody can rely on.
    """
    module = importlib.import_module(address)
    found = documented()

    assert [] == [name for name in names_of(module) if id(getattr(module, name)) not in found]


@pytest.mark.parametrize("address", public_modules())
def test_what_a_module_promises_is_there(address):
    """
    A name that was renamed, and not in `__all__`, would break `import *`.
    """
    module = importlib.import_module(address)
    promised = list(getattr(module, "__all__", []))

    assert [] == [name for name in promised if not hasattr(module, name)]
    assert len(promised) == len(set(promised))
