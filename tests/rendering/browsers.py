"""
A real browser without a window, for what only a browser can say.
"""

import contextlib
import html
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
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


# A browser takes orders where its third and fourth file are a pipe: no port, and no WebSocket.
ON_PIPES = "import os, sys; os.dup2(int(sys.argv[1]), 3); os.dup2(int(sys.argv[2]), 4); "
ON_PIPES += "os.execv(sys.argv[3], sys.argv[3:])"

KEYS = {"Tab": (9, ""), "Enter": (13, "\r")}
"""The number of each key, and the text it types."""


@contextlib.contextmanager
def opened(page, tmp_path):
    """
    Open a page in a browser that somebody sits at, and close it in the end.
    """
    file = tmp_path / "page.html"
    file.write_text(page, encoding="utf-8")
    theirs, ours = os.pipe()
    heard, said = os.pipe()
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile,
        os.fdopen(ours, "wb", buffering=0) as orders,
        os.fdopen(heard, "rb") as answers,
    ):
        run = [sys.executable, "-c", ON_PIPES, str(theirs), str(said), browser(), *FLAGS]
        run += ["--remote-debugging-pipe", f"--user-data-dir={profile}", "about:blank"]
        with subprocess.Popen(run, pass_fds=(theirs, said), stderr=subprocess.DEVNULL) as process:
            os.close(theirs)
            os.close(said)
            try:
                yield Sitting(orders, answers, file.as_uri())
            finally:
                process.kill()


class Sitting:
    """
    Somebody at a keyboard, before one page.
    """

    def __init__(self, orders, answers, address):
        self.orders, self.answers, self.numbers = orders, answers, itertools.count(1)
        self.session = None
        [target] = [
            each["targetId"]
            for each in self.order("Target.getTargets")["targetInfos"]
            if each["type"] == "page"
        ]
        attached = self.order("Target.attachToTarget", targetId=target, flatten=True)
        self.session = attached["sessionId"]
        self.order("Page.enable")
        self.order("Page.navigate", url=address)
        while self.told().get("method") != "Page.loadEventFired":
            pass

    def told(self):
        """
        Return the next message of the browser.
        """
        message = bytearray()
        while (byte := self.answers.read(1)) != b"\0":
            if not byte:
                raise EOFError("the browser has gone")
            message += byte
        return json.loads(message)

    def order(self, method, **parameters):
        """
        Return what the browser answers to an order.
        """
        number = next(self.numbers)
        order = {"id": number, "method": method, "params": parameters}
        order |= {"sessionId": self.session} if self.session else {}
        self.orders.write(json.dumps(order).encode() + b"\0")
        while (told := self.told()).get("id") != number:
            pass
        return told["result"]

    def press(self, key):
        """
        Press a key, and let it go.
        """
        number, text = KEYS[key]
        pressed = {"key": key, "code": key, "windowsVirtualKeyCode": number}
        self.order("Input.dispatchKeyEvent", type="keyDown", text=text, **pressed)
        self.order("Input.dispatchKeyEvent", type="keyUp", **pressed)

    def value(self, expression):
        """
        Return what an expression is worth on the page.
        """
        return self.order("Runtime.evaluate", expression=expression)["result"]["value"]
