"""
Malformed documents: whatever they are, they are a method or a message, and nothing runs.
"""

import json
import random
import re
import sys
from typing import ClassVar

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from complaintflow import DocumentError, Method, Refused, documents
from complaintflow.cli._methods import every_method
from complaintflow.testing._attempts import attempt, opened
from complaintflow.testing._shapes import plain_acts

TEXTS = {
    form: [documents.dumps(method, format=form) for method in every_method()]
    for form in ("toml", "json")
}
TEXTS["toml"] += [documents.text(name) for name in documents.names()]
FORMS = st.sampled_from(["toml", "json"])

NASTY = (
    *("", '"', "'", '"""', "[", "]", "{", "}", "[[", "]]", "=", ",", ".", "#", "\n", "\\", "\\u"),
    *("nan", "inf", "-inf", "1e999", "9" * 40, "-1", "0", "0x1F", "1_000", "true", "null", "NaN"),
    *("2026-13-01", "1979-05-27T07:32:00Z", "07:32:00", "\x00", "\ud800", "\u2028", "\ufeff"),
    *('"__class__"', '"__import__"', '"os.system"', '"lambda: 0"', '"{phrase}"', '"{0.__init__}"'),
    *('"ask"', '"fills"', '"guard"', '"listen"', '"open"', '"state"', '"trigger"', '"heard"'),
    *('"../../etc/passwd"', '"1 day"', '"0 days"', "[[[[]]]]", "{}", "[1, 'a', {}]", "cites = 1\n"),
)
_TOKEN = re.compile(r"\s+|\w+|\"[^\"\n]*\"|.", re.DOTALL)


def outcome_of(text, form):
    """
    Return the method that a text describes, or the error that says why it is none.
    """
    try:
        return documents.loads(text, format=form)
    except DocumentError as error:
        return error


def is_told(outcome):
    """
    Tell whether this is a method, or an error that says something of ours.
    """
    if isinstance(outcome, Method):
        return True
    return bool(outcome.places) and all(str(place).strip() for place in outcome.places)


@st.composite
def damaged(draw):
    """
    Return documents whose tokens were replaced, doubled, swapped, moved or lost.
    """
    form = draw(FORMS)
    tokens = _TOKEN.findall(draw(st.sampled_from(TEXTS[form])))
    dice = random.Random(draw(st.integers(0, 2**32)))
    for _ in range(draw(st.integers(1, 4))):
        place, other = dice.randrange(len(tokens)), dice.randrange(len(tokens))
        match dice.randrange(6):
            case 0:
                tokens[place] = dice.choice(NASTY)
            case 1:
                tokens.insert(place, dice.choice(NASTY))
            case 2:
                del tokens[place : place + dice.randrange(1, 30)]
                tokens = tokens or [""]
            case 3:
                tokens[place], tokens[other] = tokens[other], tokens[place]
            case 4:
                tokens[place] = tokens[other]
            case _:
                tokens[place:place] = tokens[other : other + dice.randrange(1, 30)]
    return form, "".join(tokens)


@settings(max_examples=150)
@given(damaged())
@example(("toml", "a = " + "[" * 5_000 + "]" * 5_000))
@example(("toml", "[" + ".".join("a" * 2_000) + "]"))
@example(("json", '{"a":' * 5_000 + "1" + "}" * 5_000))
@example(("json", '{"settings": {"a": 1e999}}'))
@example(("toml", "settings.a = nan\nsettings.b = -inf"))
@example(("toml", "x = 1979-05-27T07:32:00.999999999999+23:59"))
@example(("toml", "\"\" = \"\"\n''.'' = 1"))
def test_a_damaged_document_is_a_method_or_a_message(given_text):
    """
    Never a traceback of somebody else's.
    """
    form, text = given_text

    assert is_told(outcome_of(text, form))


@given(st.binary(max_size=200), FORMS)
def test_bytes_that_are_no_document_are_told_so(tmp_path_factory, noise, form):
    """
    Somebody will name the wrong file.
    """
    file = tmp_path_factory.mktemp("noise") / f"own.{form}"
    file.write_bytes(noise)
    with pytest.raises(DocumentError) as error:
        documents.read(file)

    assert is_told(error.value)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
        ),
        max_leaves=12,
    )
)
def test_any_json_is_told_what_it_lacks(value):
    """
    Also where it has nothing to do with a method.
    """
    assert isinstance(outcome_of(json.dumps(value), "json"), DocumentError)


@settings(max_examples=30)
@given(damaged())
def test_what_is_read_can_be_used(given_text):
    """
    A method that falls over when the first complaint comes in should not have been one.
    """
    form, text = given_text
    method = outcome_of(text, form)
    if isinstance(method, DocumentError):
        return
    case = opened(method)
    for rule in method.rules:
        for acts in plain_acts(method, rule.trigger, case).values():
            for each in acts[:3]:
                answer = attempt(method, case, each)
                if isinstance(answer, Refused):
                    assert str(answer)
    assert method == documents.loads(documents.dumps(method))


def test_a_requirement_on_an_act_that_it_cannot_read_is_no_method():
    """
    What a question reads of an act, the act must have: told when it is read, not on a case.
    """
    text = documents.text("last")
    for ask, field in (
        ('ask = "first_person", words = "I"', None),
        ('ask = "fills", fields = "isue", code = "x", text = "y"', "isue"),
        ('ask = "within_authority"', "remedies"),
        ('ask = "talk_ahead"', "to"),
    ):
        changed = text.replace('{ ask = "question_open" }', f"{{ {ask} }}")
        outcome = outcome_of(changed, "toml")

        assert (field is None) == isinstance(outcome, Method), ask
        if field:
            (place,) = outcome.places
            assert "acts.answer" == place.path
            assert f"reads the field '{field}', which" in place.text


NOWHERE = 'promises_within = { span = "1 day", zone = "Nowhere" }\ninitial ='
HOSTILE = (
    "os", "sys", "subprocess", "os.system", "builtins.exec", "complaintflow.cli", "antigravity",
    "__import__('os')", "eval", "lambda q: True", "tests.conftest", "this", "../evil", "evil/zone",
)  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_no_document_makes_the_library_import_or_call_anything(name):
    """
    Documents come by mail; reading one must be safe.
    """
    quoted = json.dumps(name)
    last = documents.text("last")
    tries = [
        last.replace('{ ask = "question_open" }', f"{{ ask = {quoted} }}"),
        last.replace('{ ask = "question_open" }', f"{{ guard = {quoted} }}"),
        last.replace("[acts.answer]", f"[acts.{quoted}]"),
        last.replace("[acts.listen]\n", f"[acts.listen]\nreads = {quoted}\n"),
        last.replace(
            "initial =", f'promises_within = {{ span = "1 day", zone = {quoted} }}\ninitial ='
        ),
        last.replace("initial =", f'"$schema" = {quoted}\ninitial ='),
        last.replace("format = 1", f"format = {quoted}"),
    ]
    assert last not in tries
    documents.loads(last)
    # What is looked up once is no doing of a document's.
    outcome_of(last.replace("initial =", NOWHERE), "toml")
    with Watch() as watch:
        for text in tries:
            outcome_of(text, "toml")

    assert [] == watch.seen


class Watch:
    """
    Notes what Python tells its audit hooks: imports, code that is compiled or run, processes.
    """

    WATCHED = ("import", "compile", "exec", "os.", "subprocess.", "socket.", "ctypes.", "open")
    NO_HARM = ("os.listdir", "os.scandir")
    hooked: ClassVar = []

    def __init__(self):
        self.seen = []
        if not self.hooked:
            # A hook stays for good: there is one, and it looks at who watches.
            self.hooked.append(None)
            sys.addaudithook(self.note)

    def __enter__(self):
        self.hooked[0] = self
        return self

    def __exit__(self, *_):
        self.hooked[0] = None

    @classmethod
    def note(cls, event, args):
        """
        Note an event while somebody watches.
        """
        watcher = cls.hooked[0]
        if watcher is None or not event.startswith(cls.WATCHED) or event in cls.NO_HARM:
            return
        if event == "open" and "zoneinfo" in str(args[0]):
            return  # the list of zones there are
        watcher.seen.append((event, str(args)[:200]))


def test_the_watch_sees_what_it_should():
    """
    A guard that never barks guards nothing.
    """
    with Watch() as watch:
        compile("1", "x", "eval")
        with pytest.raises(ImportError):
            import antigravity_that_is_not_there  # noqa: F401

    assert {"compile", "import"} <= {event for event, _ in watch.seen}
