"""What both contracts ask of a subclass: that no promise is struck out in silence."""


def overridden_in_silence(subclass: type, contract: type) -> list[str]:
    """Return the tests of a contract that a subclass overrides, and gives no reason for."""
    struck_out = []
    for name in (name for name in dir(contract) if name.startswith("test_")):
        test = getattr(subclass, name)
        marks = getattr(test, "pytestmark", [])
        said = any(mark.name in {"xfail", "skip"} and mark.kwargs.get("reason") for mark in marks)
        if test is not getattr(contract, name) and not said:
            struck_out.append(name)
    return struck_out
