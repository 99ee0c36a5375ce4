"""People who walk through the studio: each has a browser, and only the pages to go by."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Dialog, Page

PATIENCE = 60_000
EXPECTED = ("401 (Unauthorized)", "403 (Forbidden)", "409 (Conflict)", "422 (Unprocessable")
"""What a browser says of answers that a walk brings about on purpose."""
LEFT = ("htmx:sendAbort", "htmx:afterRequest")
"""What htmx says when somebody goes on to the next page before a part of this one came.
A part that fails is told as well, by its own word (``htmx:responseError``, ``htmx:sendError``)."""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
_DROP = """(files) => {
    const all = new DataTransfer();
    for (const [name, text] of files) {
        const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
        all.items.add(new File([bytes], name));
    }
    return all;
}"""


@dataclass
class Walker:
    """One person's browser, and everything that went wrong in it."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    scripts_run: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE)
        self.page.on("console", lambda told: self._complain(told.type, told.text))
        self.page.on("pageerror", lambda fault: self._complain("error", str(fault)))
        self.page.on("response", lambda answer: self._answered(answer.status, answer.url))

    def _complain(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not any(one in text for one in EXPECTED + LEFT):
            self.complaints.append(text)

    def _answered(self, status: int, url: str) -> None:
        if status >= 500:
            self.complaints.append(f"{status} {url}")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def write(self, text: str) -> None:
        self.page.keyboard.type(text)

    def drop(self, files: list[Path]) -> None:
        """Let the files fall onto the page, as a hand would."""
        told = [[path.name, base64.b64encode(path.read_bytes()).decode("ascii")] for path in files]
        self.page.dispatch_event(
            "body", "drop", {"dataTransfer": self.page.evaluate_handle(_DROP, told)}
        )

    def opened_map(self) -> None:
        """Until the map is drawn."""
        self.page.wait_for_selector(".map.edit [data-kind=steps]")

    def forbid_dialogs(self) -> None:
        """A text of somebody that runs as a script shows a dialog; remember it."""

        def ran(dialog: Dialog) -> None:
            self.scripts_run.append(dialog.message)
            dialog.dismiss()

        self.page.on("dialog", ran)


@contextmanager
def walkers(browser: Browser) -> Iterator[_Walkers]:
    """Gives people their browsers; whatever a page complained about fails the walk."""
    all_of_them = _Walkers(browser)
    try:
        yield all_of_them
    finally:
        for one in all_of_them.walkers:
            one.page.context.close()
    complaints = [told for one in all_of_them.walkers for told in one.complaints]
    assert not complaints, "\n".join(complaints)


class _Walkers:
    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.walkers: list[Walker] = []

    def come(
        self, *, width: int = 1440, height: int = 900, locale: str = "de-DE", **more
    ) -> Walker:
        """Somebody new, with a browser that knows nothing."""
        context = self.browser.new_context(
            viewport={"width": width, "height": height}, locale=locale, **more
        )
        one = Walker(context.new_page())
        self.walkers.append(one)
        return one
