"""
What holds of every phrase that is shipped, and of texts of any length made of them.
"""

import itertools
import re
import time

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from complaintflow import LanguageRule, methods
from complaintflow._language._reader import Reader, Spoken
from complaintflow.methods import lint, phrases

SHIPPED = sorted(
    {phrase for name, value in vars(phrases).items() if name.isupper() for phrase in value}
)
METHODS = (
    methods.five_steps(),
    methods.seven_as(),
    methods.personal_ownership(says_they_matter=True),
    methods.six_steps(),
)


def hits(phrase, said, own=()):
    """
    Return the words that a rule about one phrase finds in a text.
    """
    reader = Reader([LanguageRule("rule", phrase, "{phrase}")])
    return [unmet.text for _, unmet in reader.read(Spoken("assure", (said,), accounts=own))]


# -- every spelling -----------------------------------------------------------------------------

CONTRACTIONS = {
    **{f"{word} not": f"{word}n't" for word in ("do", "is", "should", "are", "did", "have")},
    "will not": "won't",
    "can not": "can't",
    "shall not": "shan't",
    **{f"{word} is": f"{word}'s" for word in ("it", "that", "there", "what")},
    **{f"{word} are": f"{word}'re" for word in ("you", "we")},
    **{f"{word} will": f"{word}'ll" for word in ("i", "you")},
    **{f"{word} have": f"{word}'ve" for word in ("i", "we", "you")},
    "i am": "i'm",
}
UNMARKED = {"don't", "isn't", "shouldn't", "aren't", "didn't", "that's", "there's", "you're"}
UNMARKED |= {"won't", "you'll", "you've", "i've", "i'm"}


def as_text(phrase):
    """
    Return a phrase as somebody could say it.
    """
    return (
        phrase.replace("*", "s")
        .replace("...", "our dear hotline")
        .replace("<link>", "https://shop.example/help")
    )


def spellings(phrase):
    """
    Return every way in which a phrase can be typed and be the same one.
    """
    said = {as_text(phrase)}
    for written_out, contracted in CONTRACTIONS.items():
        for old, new in itertools.permutations((written_out, contracted)):
            said |= {re.sub(rf"\b{old}\b", new, each) for each in said}
    said |= {each.replace("can not", "cannot") for each in said}
    said |= {
        re.sub(rf"\b{short}\b", short.replace("'", ""), each) for each in said for short in UNMARKED
    }
    said |= {each.replace("'", mark) for each in said for mark in "\u2019\u2018\u00b4`\u2032"}
    said |= {each.replace(" ", space) for each in said for space in ("  ", "\n", "\t", "\u00a0")}
    return said | {each.upper() for each in said} | {each.capitalize() for each in said}


@pytest.mark.parametrize("phrase", SHIPPED)
def test_every_shipped_phrase_finds_itself_in_every_spelling(phrase):
    """
    Contracted, written out, without its apostrophe, curly, spaced, in capitals: one phrase.
    """
    around = (
        ("{}", "Well - {}.", "({})", "* {}", "\u201c{}\u201d")
        if "'s " != phrase[:3]
        else ("Tom{}",)
    )
    missed = [
        text
        for said in spellings(phrase)
        for text in (each.format(said) for each in around)
        if not hits(phrase, text)
    ]

    assert [] == missed


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("don't be upset", "Don't be upset"),
        ("don't be upset", "Do not be upset"),
        ("do not be upset", "Don\u2019t be upset"),
        ("isn't our job", "It isn't our job"),
        ("is not our job", "It isnt our job"),
        ("i am busy", "Im busy"),
        ("we have no time", "Weve no time"),
        ("shall not pay", "We shan't pay"),
    ],
)
def test_a_phrase_that_begins_with_a_contraction_finds_it(phrase, said):
    """
    001-11: "don't be upset" is said so far more often than written out.
    """
    assert 1 == len(hits(phrase, said))


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("we are wrong", "You were wrong"),
        ("we will see", "Well see"),
        ("i will", "It is ill"),
        ("it's our policy", "That its our policy did harm"),
        ("he will", "hell"),
        ("the refund is", "the refunds"),
    ],
)
def test_a_word_of_its_own_is_no_contraction(phrase, said):
    """
    An apostrophe may be missing only where what is left is no other word.
    """
    assert [] == hits(phrase, said)


# -- linear -------------------------------------------------------------------------------------

ACCOUNT = "The teapot came two weeks late, and they said: that's our policy!"
UNITS = (
    *map(as_text, SHIPPED),
    *("never", "not", "we will not speak of a", "no doubt", "don't", "instead of", "without"),
    *("refund", "we never refund it\u00a0here", "teapot", "please", "www.", "https://", "instead"),
    *("'that's our policy'", '"that\'s our policy"', '"refund"', "'refund", 'refund"', "'", '"'),
    *(
        "\n",
        "\n>",
        "\n\n",
        "\nThe",
        "> that's our policy\n",
        "(",
        ".",
        ",",
        "...",
        " - ",
        "--",
        "-",
    ),
    *("https://a.b/c teapot", "https://a.b/c", "x", "it is", "\u2026", "\u2018a", "b\u2019"),
)
"""What a text can be made of that a reader looks at twice."""

LENGTHS = (4_000, 32_000)
ROOM = 3
"""How much more than linear a busy machine may make of it; quadratic is 8 times linear here."""


def seconds(read):
    """
    Return the processor time that something takes.
    """
    start = time.process_time()
    read()
    return time.process_time() - start


def grows_linearly(read):
    """
    Return whether reading takes time in proportion to the length, in one try of several.
    """
    short, long = LENGTHS
    for _ in range(4):
        small = min(seconds(lambda: read(short)) for _ in range(3))
        large = seconds(lambda: read(long))
        if large <= ROOM * (long / short) * small + 0.002:
            return True
    return False


def filled(unit, length):
    """
    Return a text of a certain length, made of one unit over and over.
    """
    return (unit * (length // len(unit) + 1))[:length]


def reading(unit, *, account=ACCOUNT, before=""):
    """
    Return what reads a text made of a unit, of a length to come, by all the shipped rules.
    """
    readers = [Reader(method.language) for method in METHODS]

    def read(length):
        text = before + filled(unit, length)
        for reader in readers:
            reader.read(Spoken("apologize", (text,), accounts=(account,), limited=True))

    return read


@pytest.mark.parametrize(
    "unit",
    [
        "we never refund it\u00a0here ",
        "We will not speak of a refund yet, since you have not told us all of it. ",
        "https://a.b/c teapot ",
        "https://a.b/",
        "www.",
        "please call ",
        "never\nrefund",
        "you're right ",
        "\n",
        " \n",
        '"refund" ',
        "'refund ",
        "'refund' ",
        "it's 'that's ",
        "refund-",
        "no ",
    ],
)
def test_twice_the_text_takes_twice_the_time(unit):
    """
    However many hits are excused: an answer of a megabyte must not hold a desk up.
    """
    assert grows_linearly(reading(unit, before="> x\n"))


@settings(max_examples=25, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate])
@given(
    units=st.lists(st.sampled_from(UNITS), min_size=1, max_size=4),
    between=st.sampled_from(["", " ", "\n"]),
    account=st.sampled_from([ACCOUNT, f"{ACCOUNT} I want a refund, a voucher, a credit"]),
)
def test_time_grows_with_a_text_of_whatever_it_is_made(units, between, account):
    """
    Phrases, negations, quotations and links, in any order.
    """
    assert grows_linearly(reading(between.join(units) + between, account=account))


@pytest.mark.parametrize(
    "unit", ['You said "refund". A refund, not a voucher. ', "Never a refund. "]
)
def test_linting_takes_time_in_proportion_too(unit):
    """
    Telling the sentence of a finding reads each sentence once, and the account once in all.
    """
    method, account = methods.six_steps(), filled(f"{ACCOUNT}. ", 20_000)

    def read(length):
        lint(method, filled(unit, length) + ". A voucher.", step="offer", accounts=account)

    assert grows_linearly(read)
