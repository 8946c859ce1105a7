"""What both contracts ask of a subclass: that no promise is struck out in silence."""

import pytest


def overridden_in_silence(subclass: type, contract: type) -> list[str]:
    """Return the tests of a contract that a subclass overrides, and gives no reason for."""
    struck_out = []
    for name in (name for name in dir(contract) if name.startswith("test_")):
        test = getattr(subclass, name)
        marks = getattr(test, "pytestmark", [])
        said = any(map(_reason, marks))
        if test is not getattr(contract, name) and not said:
            struck_out.append(name)
    return struck_out


def _reason(mark: pytest.Mark) -> object:
    """Return the reason that a mark gives, if it is one that takes a test out."""
    if mark.name not in {"xfail", "skip"}:
        return None
    # The first argument of a skip is its reason; that of an xfail is its condition.
    unnamed = mark.args[0] if mark.name == "skip" and mark.args else None
    return mark.kwargs.get("reason") or unnamed
