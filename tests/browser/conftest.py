"""A real Chromium on a real server. Screens are kept as pictures in `build/screens`, outside git, so that somebody can
look at them."""

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import machine
from browser.chromium import FLAGS, find
from running import KEY, ROOT, SECRET, Running, running

SCREENS = ROOT / "build" / "screens"
_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A real browser takes its time."""
    for item in items:
        if item.path.is_relative_to(_HERE):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="module")
def browser():  # type: ignore[no-untyped-def]
    """A Chromium for the tests of one file: playwright's event loop is gone before a file with asynchronous tests can
    be the next in this process."""
    machine.need("browser")
    from playwright.sync_api import sync_playwright

    found = find()
    with sync_playwright() as p:
        chromium = p.chromium.launch(executable_path=found.path, args=list(FLAGS), env={**os.environ, **found.env})
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def bundle() -> None:
    """The page, built from these sources."""
    index = ROOT / "src" / "reelmill" / "console" / "dist" / "index.html"
    assert index.is_file(), "the console is not built; ./mill builds it when its sources are newer than the bundle"


@pytest.fixture
def server(tmp_path: Path, bundle: None) -> Iterator[Running]:
    """An empty home."""
    with running(tmp_path / "home") as it:
        yield it


def prepared(server: Running) -> str:
    """A queue in a house with the buckets that the reference's samples name."""
    server.client.call("BindInputBucket", Bucket="vod-in")
    server.client.call("BindOutputBucket", Bucket="vod-out")
    return str(server.client.call("AddPipeline", Name="main")["Pipeline"]["Id"])


@pytest.fixture
def pipeline(server: Running) -> str:
    return prepared(server)


@pytest.fixture
def page_of(browser, request: pytest.FixtureRequest):  # type: ignore[no-untyped-def]
    """Makes tabs, each of a session of its own. Errors of their scripts and of the security policy, and every answer of
    5xx, are errors of the test (an answer of 4xx is not: a refusal belongs to the story). At the end, and at
    `shot(page, name)`, a picture is kept."""
    from playwright.sync_api import expect

    if "server" in request.fixturenames:
        request.getfixturevalue("server")  # it outlives the pages that fetch their parts from it
    tabs, problems = [], []

    def make(**options: object):  # type: ignore[no-untyped-def]
        settings = {
            "viewport": {"width": 1440, "height": 900},
            "locale": "en-GB",
            "reduced_motion": "reduce",
            **options,
        }
        tab = browser.new_context(**settings).new_page()
        tab.on("pageerror", lambda error: problems.append(f"page error: {error}"))
        tab.on(
            "console",
            lambda said: (
                problems.append(f"console: {said.text}")
                if said.type == "error" and "Failed to load resource" not in said.text
                else None
            ),
        )
        tab.on(
            "response",
            lambda answer: problems.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None,
        )
        tab.set_default_timeout(15_000)
        expect.set_options(timeout=15_000)  # the machine may be busy
        tabs.append(tab)
        return tab

    yield make
    for number, tab in enumerate(tabs):
        if not tab.is_closed():
            shot(tab, request.node.name + (f" {number}" if number else ""))
        tab.context.close()
    assert problems == []


@pytest.fixture
def page(page_of, server: Running):  # type: ignore[no-untyped-def]
    """One tab, closed before the server."""
    return page_of()


def shot(page, name: str) -> None:  # type: ignore[no-untyped-def]
    """Keep a picture of what the page shows. It is for people; that the browser cannot take one while it is busy proves
    nothing."""
    from playwright.sync_api import Error

    SCREENS.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(Error):
        page.screenshot(path=SCREENS / f"{re.sub(r'[^a-z0-9-]+', '-', name.lower())}.png")


_STILL = """async () => {
  const busy = () => document.querySelector(".ant-spin-spinning, .ant-skeleton-active, [aria-busy=true]");
  let last = performance.now();
  const watch = new MutationObserver(() => { last = performance.now(); });
  watch.observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
  const began = last;
  while (performance.now() - began < 2000 && (busy() || performance.now() - last < 250)) await new Promise(done => setTimeout(done, 50));
  watch.disconnect();
}"""  # noqa: E501


def settled(page) -> None:  # type: ignore[no-untyped-def]
    """Wait until what arrives after the frame (lists, pictures, graphs) is there: for a quarter of a second nothing has
    changed, or two seconds are over."""
    page.evaluate(_STILL)


def sign_in(page, server: Running, path: str = "/", *, by_form: bool = False) -> None:  # type: ignore[no-untyped-def]
    """Sign in with the AccessKey pair and stand at `path` of the console. `by_form`: as a person does, for which the
    page draws the form first; else the session is asked for as the form asks for it."""
    if by_form:
        page.goto(f"{server.url}/-/console{path}")
        page.locator("input[autocomplete=username]").fill(KEY)
        page.locator("input[type=password]").fill(SECRET)
        page.keyboard.press("Enter")
    else:
        asked = {"AccessKeyId": KEY, "AccessKeySecret": SECRET}
        assert page.context.request.post(f"{server.url}/-/session", data=asked).ok
        page.goto(f"{server.url}/-/console{path}")
    page.get_by_role("navigation").first.wait_for()


_GO = """path => {
  for (const title of document.querySelectorAll("h1")) title.dataset.before = "";
  history.pushState({}, "", path);
}"""


def show(page, server: Running, path: str) -> None:  # type: ignore[no-untyped-def]
    """Go to another screen as a link does, without loading the page anew; anew where it is the same kind of screen,
    whose title would not tell when it is there."""
    from playwright.sync_api import expect

    before, wanted = urlsplit(page.url).path.removeprefix("/-/console"), f"/-/console{path}"
    if before.split("/")[1:2] == urlsplit(path).path.split("/")[1:2]:
        page.goto(server.url + wanted)
        page.wait_for_load_state("load")
    else:
        page.evaluate(_GO, wanted)
        page.locator("h1:not([data-before])").first.wait_for()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
