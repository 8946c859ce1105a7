"""The look at the pages of the documentation is awake."""

import pytest
from tests.looks import faults, finds

PAGE = (
    '<!doctype html><meta name="viewport" content="width=device-width">'
    "<style>:root {{ color-scheme: light dark }} body {{ margin: 0 }} {style}</style>"
    "<p>A refusal is an answer.{body}"
)


@pytest.fixture
def look(tmp_path):
    """
    Return what is wrong with a page.
    """

    def look(body="", style="", width=390, **how):
        file = tmp_path / "page.html"
        file.write_text(PAGE.format(body=body, style=style), "utf-8")
        return [fault.partition(" of ")[0] for _, fault in faults([file], width, **how)]

    return look


@pytest.mark.parametrize("dark", [False, True])
def test_an_ordinary_page_has_no_faults(look, dark):
    """
    Neither in light nor in dark; a table may be wide where it moves by itself.
    """
    wide = '<div style="overflow-x: auto"><div style="width: 900px">wide</div></div>'

    assert [] == look(wide, dark=dark)


def test_what_is_wider_than_a_phone_is_found_on_a_phone(look):
    """
    The whole page would move sideways under the thumb.
    """
    wide = '<div style="width: 500px">wide</div>'

    assert ["500 pixels wide, and there are 390"] == look(wide)
    assert [] == look(wide, width=1280)


def test_white_on_white_is_found_in_the_dark(look):
    """
    A caption whose ground is white for the sake of a picture.
    """
    caption = '<div style="background: white"><em>a caption</em></div>'

    assert ["contrast 1.0"] == look(caption, dark=True)
    assert [] == look(caption)


def test_a_colour_for_the_light_is_found_in_the_dark(look):
    """
    As a style sheet that thinks of one of them only would have it.
    """
    style = "p { color: #333 }"

    assert [] == look(style=style)
    assert len(look(style=style, dark=True)) == 1


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ('<img src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=">', "no words for img"),
        ('<img src="gone.png" alt="gone">', "no picture for img"),
        ("<figure><svg></svg></figure>", "no words for svg"),
        ('<iframe src="about:blank"></iframe>', "no words for iframe"),
    ],
)
def test_a_picture_without_words_or_that_is_not_there_is_found(look, body, fault):
    """
    Who hears a page, and who opens it from a disk, want to know what would be there.
    """
    assert [fault] == look(body)


def test_a_search_that_finds_nothing_is_told_from_one_that_does(tmp_path):
    """
    By what the page says once its script has run.
    """
    page = '<p></p><script>document.querySelector("p").textContent = "{}"</script>'
    (tmp_path / "search.html").write_text(page.format("found 3 pages matching"), "utf-8")
    assert finds(tmp_path, "promise") == 3

    (tmp_path / "search.html").write_text(page.format("did not match any"), "utf-8")
    assert finds(tmp_path, "promise") == 0
