"""
JSON as it is kept: the same letters, whoever writes them.
"""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaintflow import _json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text('abcé$\u2028"', max_size=3), inner),
    max_leaves=20,
)


def plainly(data, *, sort):
    """
    Return what the standard library writes.
    """
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=sort)


@pytest.fixture
def anew():
    """
    Return a function that makes a writer without the last one's.
    """
    _json.writer.cache_clear()
    yield _json.writer
    _json.writer.cache_clear()


class TestWriting:
    """
    orjson is quicker, and nobody can tell from the text which of the two has written it.
    """

    @pytest.mark.parametrize("sort", [False, True])
    @given(data=VALUES)
    def test_orjson_writes_letter_by_letter_what_the_standard_library_writes(self, data, sort):
        """
        The digests of a history are of letters.
        """
        assert _json.orjson is not None
        assert _json.writer(sort=sort)(data) == plainly(data, sort=sort)

    def test_a_number_that_orjson_cannot_write_is_written_all_the_same(self, anew):
        """
        Whole numbers have no end.
        """
        assert anew(sort=True)({"a": 2**70}) == '{"a":1180591620717411303424}'

    @pytest.mark.parametrize("sort", [False, True])
    def test_without_orjson_the_standard_library_writes(self, sort, anew, monkeypatch):
        """
        The extra is for speed, and nothing hangs on it.
        """
        monkeypatch.setattr(_json, "orjson", None)
        data = {"b": "é\n", "a": [1, None]}
        assert anew(sort=sort)(data) == plainly(data, sort=sort)


class TestReading:
    """
    The standard library reads, as it reads every number as the one it is.
    """

    def test_a_large_number_is_read_as_it_was_written(self):
        """
        What orjson reads is a fraction of the same size.
        """
        assert _json.read(_json.writer(sort=False)([2**70])) == [2**70]

    @pytest.mark.parametrize("text", ["", "{", "[1,]", "nothing"])
    def test_what_is_no_json_is_a_value_error(self, text):
        """
        The codec tells it as a store error.
        """
        with pytest.raises(ValueError, match=r".+"):
            _json.read(text)
