"""Drives a real Chromium through chromedriver by the W3C WebDriver protocol; the standard library is enough.

Used by the tests of the page, by `make screenshots` and by `benchmarks/page.py`.
"""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
_STARTED = 20.0


def installed() -> bool:
    """Return whether Chromium and its driver are on this machine."""
    return bool(_chromium() and shutil.which("chromedriver"))


def _chromium() -> str | None:
    return next(
        (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))),
        None,
    )


class Element:
    """One element of the page."""

    def __init__(self, browser: Browser, id_: str) -> None:
        self.browser, self.id = browser, id_

    @property
    def text(self) -> str:
        """The text that is seen of it."""
        return str(self.browser.send("GET", f"element/{self.id}/text"))

    def label(self) -> str:
        """Return what it is called for those who hear the page."""
        return str(self.browser.send("GET", f"element/{self.id}/attribute/aria-label"))

    def click(self) -> None:
        """Click it with the mouse; it must be on the screen and not covered."""
        self.browser.send("POST", f"element/{self.id}/click", {})

    def type(self, text: str) -> None:
        """Type into it."""
        self.browser.send("POST", f"element/{self.id}/value", {"text": text})


class Browser:
    """A session of a headless Chromium; make it with `open_browser`."""

    def __init__(self, port: int, *, width: int, height: int, downloads: Path, offline: bool) -> None:
        self.base, self.path = f"http://127.0.0.1:{port}", ""
        arguments = [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
            f"--window-size={width},{height}", "--lang=zh-CN",
            "--disable-background-networking", "--no-first-run",
        ]  # fmt: skip
        if offline:
            # Whatever a page asks for goes nowhere: it must not need to.
            arguments.append("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")
        options = {
            "binary": _chromium(), "args": arguments,
            "prefs": {"download.default_directory": str(downloads), "download.prompt_for_download": False},
        }  # fmt: skip
        wanted = {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        made = self.send("POST", "session", {"capabilities": {"alwaysMatch": wanted}})
        self.path, self.version = f"session/{made['sessionId']}/", made["capabilities"]["browserVersion"]

    def send(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        """Send one command and return the value of its answer."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.base}/{self.path}{path}".rstrip("/"),
            data,
            {"Content-Type": "application/json"},
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            value = json.load(error)["value"]
            raise RuntimeError(f"{value['error']}: {value['message'].splitlines()[0]}") from None

    def go(self, url: str) -> None:
        """Load a page and wait until it is there."""
        self.send("POST", "url", {"url": url})

    def run(self, script: str, *values: object) -> Any:  # noqa: ANN401 - JSON
        """Run a script in the page; it finds the values in `arguments`, and its `return` comes back."""
        return self.send("POST", "execute/sync", {"script": script, "args": list(values)})

    def wait(self, script: str, *values: object, seconds: float = 20.0) -> Any:  # noqa: ANN401 - JSON
        """Run a script until what it returns is true, and return that."""
        return wait_for(lambda: self.run(script, *values), seconds=seconds, what=script)

    def find(self, selector: str) -> Element:
        """Return the first element of a CSS selector."""
        found = self.send("POST", "element", {"using": "css selector", "value": selector})
        return Element(self, found[ELEMENT])

    def all(self, selector: str) -> list[Element]:
        """Return all elements of a CSS selector."""
        found = self.send("POST", "elements", {"using": "css selector", "value": selector})
        return [Element(self, one[ELEMENT]) for one in found]

    def enter(self, frame: Element) -> None:
        """Go on inside of a frame."""
        self.send("POST", "frame", {"id": {ELEMENT: frame.id}})

    def leave(self) -> None:
        """Go on in the page around all frames."""
        self.send("POST", "frame", {"id": None})

    def keys(self, *keys: str) -> None:
        """Press keys one after the other, wherever the focus is."""
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self.send("POST", "actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def errors(self) -> list[str]:
        """Return what the page has complained of on its console since the last call."""
        log = self.send("POST", "se/log", {"type": "browser"})
        return [entry["message"] for entry in log if entry["level"] in ("SEVERE", "WARNING")]

    def screenshot(self, path: Path) -> Path:
        """Write what is seen as PNG."""
        path.write_bytes(base64.b64decode(self.send("GET", "screenshot")))
        return path

    def size(self, width: int, height: int) -> None:
        """Give the window another size."""
        self.send("POST", "window/rect", {"width": width, "height": height})

    def devtools(self, command: str, **values: object) -> Any:  # noqa: ANN401 - JSON
        """Send a command of the DevTools protocol, for example to draw a page as it prints."""
        return self.send("POST", "goog/cdp/execute", {"cmd": command, "params": values})


def wait_for(true: Callable[[], Any], *, seconds: float = 20.0, what: str = "") -> Any:  # noqa: ANN401
    """Call until the answer is true, and return it."""
    until = time.monotonic() + seconds
    while True:
        answer = true()
        if answer:
            return answer
        if time.monotonic() > until:
            raise TimeoutError(f"not true within {seconds:g} s: {what}")
        time.sleep(0.02)


@contextmanager
def open_browser(
    *, width: int = 1440, height: int = 900, downloads: Path | None = None, offline: bool = True
) -> Iterator[Browser]:
    """Start a driver and a browser, and end both."""
    driver = subprocess.Popen(
        [str(shutil.which("chromedriver")), "--port=0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    browser = None
    try:
        browser = Browser(
            _port(driver),
            width=width,
            height=height,
            downloads=downloads or Path(tempfile.gettempdir()),
            offline=offline,
        )
        yield browser
    finally:
        if browser is not None:
            browser.send("DELETE", "")
        driver.terminate()
        driver.wait()
        if driver.stdout:
            driver.stdout.close()


def _port(driver: subprocess.Popen[str]) -> int:
    """Read the port that the driver has chosen from what it says."""
    if driver.stdout is None:
        raise RuntimeError("the driver says nothing")
    until = time.monotonic() + _STARTED
    while time.monotonic() < until:
        line = driver.stdout.readline()
        if "started successfully on port" in line:
            return int(line.rstrip().rstrip(".").rsplit(" ", 1)[1])
    raise TimeoutError("chromedriver did not start")
