"""
Every page of the documentation in a real browser: in light and in dark, on a desk and on a phone.

``python -m tests.looks`` looks at the pages of ``build/docs``, or of another folder that is named,
and prints what is wrong with them: wider than the screen, a picture without words or that is not
there, text that can hardly be told from what is behind it; and a search that finds nothing.
Whether a page is beautiful it does not know.
"""

import html
import json
import os
import re
import sys
import tempfile
from itertools import product
from pathlib import Path

from tests.rendering.browsers import NAMES, document_of, found

SCRIPT = Path(__file__).with_suffix(".js").read_text("utf-8")
WIDTHS = {"phone": 390, "desk": 1280}
AT_ONCE = 16
"""How many pages are loaded together: each is a frame of one document."""

QUERY = "promise"


def faults(pages, width, *, dark=False):
    """
    Yield the path of each page and what is wrong with it, in a window of so many pixels.
    """
    for first in range(0, len(pages), AT_ONCE):
        some = pages[first : first + AT_ONCE]
        for page, told in zip(some, _looked(some, width, dark=dark), strict=True):
            yield from ((page, fault) for fault in told)


def _looked(pages, width, *, dark):
    frames = "".join(
        f'<iframe src="{html.escape(page.resolve().as_uri())}" onload="look(this)"'
        f' style="width:{width}px;height:900px;border:0"></iframe>'
        for page in pages
    )
    probe = (
        f"<script>{SCRIPT}\nfunction look(frame) {{ frame.told = faults(frame); }}</script>"
        f'{frames}<pre id="told"></pre><script>onload = () => '
        'document.getElementById("told").textContent = JSON.stringify('
        '[...document.querySelectorAll("iframe")].map((each) => each.told))</script>'
    )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "probe.html")
        file.write_text(probe, "utf-8")
        flags = ["--allow-file-access-from-files"]
        flags += ["--blink-settings=preferredColorScheme=0"] if dark else []
        shown = document_of(file.as_uri(), *flags)
    told = re.search(r'<pre id="told">(.*?)</pre>', shown, re.DOTALL)
    return json.loads(html.unescape(told[1]))


def finds(folder, query):
    """
    Return how many pages the search of the documentation finds, without any server.
    """
    address = f"{(folder / 'search.html').resolve().as_uri()}?q={query}"
    shown = document_of(address, "--virtual-time-budget=10000")
    told = re.search(r"found (\d+|one) page", shown)
    return int(told[1].replace("one", "1")) if told else 0


def pages_of(folder):
    """
    Return the pages that a build has made for readers.
    """
    return sorted(page for page in folder.rglob("*.html") if ".doctrees" not in page.parts)


def main(arguments):
    """
    Look at every page, print what is wrong, and return the exit code.
    """
    folder = Path(*arguments[:1] or ["build", "docs"])
    pages = pages_of(folder)
    if not pages:
        print(f"There are no pages in {folder}; `make docs` makes them.")
        return 1
    if found() is None:
        told = f"no browser is installed; one of {', '.join(NAMES)} would be used"
        print(f"Not looked at: {told}.")
        if "COMPLAINTFLOW_PASSED_OVER" in os.environ:
            with Path(os.environ["COMPLAINTFLOW_PASSED_OVER"]).open("a", encoding="utf-8") as notes:
                notes.write(f"the pages of the documentation: {told}\n")
        return 0
    count = 0
    for (where, width), dark in product(WIDTHS.items(), (False, True)):
        for page, fault in faults(pages, width, dark=dark):
            count += 1
            print(f"{page.relative_to(folder)}, {'dark' if dark else 'light'}, {where}: {fault}")
    if not finds(folder, QUERY):
        count += 1
        print(f"search.html: finds nothing for '{QUERY}'")
    print(f"{len(pages)} pages, in light and dark, on a desk and on a phone: {count} faults")
    return int(count > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
