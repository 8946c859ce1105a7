"""The store that the how-to guide writes is a store."""

import pathlib
import re

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs" / "how-to" / "write-a-store.md"


def test_the_store_of_the_guide_keeps_the_contract(pytester):
    """
    Whoever copies it would copy its bugs.
    """
    blocks = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(), flags=re.MULTILINE | re.DOTALL)
    *store, test = [b for b in blocks if re.search(r"^(class|def|TABLES|import)", b, re.MULTILINE)]
    # The contract of this very kind of store is run at length elsewhere.
    test = test.replace("(StoreContract):", "(StoreContract):\n    story_length = 2\n")
    pytester.makepyfile(test_store="\n".join([*store, test]))

    outcome = pytester.runpytest_subprocess("-p", "no:cacheprovider").parseoutcomes()

    # It does not say that it is for several processes.
    assert {"passed": outcome["passed"], "skipped": 1} == outcome
    assert outcome["passed"] > 30
