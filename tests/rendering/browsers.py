"""
A real browser without a window, for what only a browser can say.
"""

import html
import re
import shutil
import subprocess
import tempfile

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Nothing of a page may be fetched from anywhere.
    "--host-resolver-rules=MAP * ~NOTFOUND",
)


def found():
    """
    Return the path of a browser. None: there is none.
    """
    return next(filter(None, map(shutil.which, NAMES)), None)


def browser():
    """
    Return the path of a browser; skip the test where there is none.
    """
    path = found()
    if path is None:
        told = f"no browser is installed; one of {', '.join(NAMES)} would be used"
        pytest.skip(told)
    return path


def document_of(address, *flags):
    """
    Return the document at an address as it is once the browser has run what there is to run.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        run = [browser(), *FLAGS, *flags, f"--user-data-dir={profile}", "--dump-dom", address]
        done = subprocess.run(run, capture_output=True, encoding="utf-8", check=True, timeout=120)
    return done.stdout


def document_after(page, tmp_path):
    """
    Return the document of a page as it is once the browser has run what there is to run.
    """
    file = tmp_path / "page.html"
    file.write_text(page, encoding="utf-8")
    return document_of(file.as_uri())


def width_of(page, columns, tmp_path):
    """
    Return how wide a page is in a window of so many pixels; more than these: it overflows.
    """
    probe = (
        f'<body style="margin:0"><iframe id="i" style="width:{columns}px;height:800px;border:0"'
        f' srcdoc="{html.escape(page)}"></iframe><script>const i=document.getElementById("i");'
        'i.onload=()=>{document.title="wide "+i.contentDocument.documentElement.scrollWidth}'
        "</script></body>"
    )
    return int(re.search(r"<title>wide (\d+)", document_after(probe, tmp_path))[1])
