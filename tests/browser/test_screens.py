"""Every screen, in both themes and both languages: nobody is shut out, nothing is missing. The pictures in
build/screens are there to be looked at."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from browser.conftest import settled, shot, show, sign_in
from browser.english import sentences
from browser.stage import Stage, set_up
from running import ROOT, running

DESK: ViewportSize = {"width": 1440, "height": 900}
TELEPHONE: ViewportSize = {"width": 390, "height": 844}
AXE = ROOT / "console/node_modules/axe-core/axe.min.js"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, bundle: None) -> Iterator[Stage]:
    with running(tmp_path_factory.mktemp("stage") / "home", callback_private_networks="127.0.0.0/8") as server:
        yield set_up(server)


_ALL = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_COLOURS = {
    "type": "rule",
    "values": ["color-contrast", "link-in-text-block", "html-has-lang", "html-lang-valid"],
}  # for the same page in other colours and words


# what passed is not told one by one: on a page with long tables that takes as long as the looks themselves
_RUN = "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations'], selectors: false})"


def faults(page: Page, *, colours: bool = False) -> list[str]:
    """What axe finds against WCAG 2 A and AA: rule, and the first place."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(_RUN, _COLOURS if colours else _ALL)
    return [
        f"{one['id']} ({one['impact']}) {one['nodes'][0]['html'][:160]} | {one['nodes'][0]['failureSummary'][:200]}"
        for one in found["violations"]
    ]


@pytest.mark.parametrize(("scheme", "language"), [("light", "en"), ("dark", "zh")])
def test_axe_finds_nothing_on_any_screen(page_of, stage: Stage, scheme: str, language: str) -> None:  # type: ignore[no-untyped-def]
    page = page_of(color_scheme=scheme, locale={"en": "en-GB", "zh": "zh-CN"}[language])
    page.goto(f"{stage.server.url}/-/console/")
    expect(page.locator("form")).to_be_visible()
    found, english, wide = {"sign in": faults(page)}, {}, {}
    shot(page, f"{language} {scheme} sign in")
    sign_in(page, stage.server, by_form=True)
    for name, path in stage.screens().items():
        show(page, stage.server, path)
        settled(page)
        found[name] = faults(page, colours=scheme == "dark")
        english[name] = sentences(page)
        shot(page, f"{language} {scheme} {name}")
        if scheme == "light":
            wide[name] = beyond_the_edge_of_a_telephone(page, name)
    assert {name: what for name, what in found.items() if what} == {}
    assert {name: over for name, over in wide.items() if over > 0} == {}
    if language == "zh":
        assert {name: what for name, what in english.items() if what} == {}


def beyond_the_edge_of_a_telephone(page: Page, name: str) -> int:
    """By how many pixels the screen reaches there."""
    page.set_viewport_size(TELEPHONE)
    settled(page)
    over: int = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    shot(page, f"narrow {name}")
    page.set_viewport_size(DESK)
    return over


def _click(selector: str, nth: int = 0) -> Callable[[Page], None]:
    return lambda page: page.locator(selector).nth(nth).click()


def _menu(entry: int) -> Callable[[Page], None]:
    """An entry of the menu of the first row of a table."""

    def act(page: Page) -> None:
        page.locator("#content .ant-table-row .ant-dropdown-trigger").first.click()
        page.locator(".ant-dropdown-menu-item").nth(entry).click()

    return act


def _graph(then: Callable[[Page], None]) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.locator(".react-flow__node-activity").first.wait_for()
        then(page)

    return act


# What opens above the screens: name -> (path of the screen, how it is opened). Selectors do not depend on the language.
_ABOVE: dict[str, tuple[str, Callable[[Page], None]]] = {
    "add media": ("/media", _click(".ant-btn-primary")),
    "media calendar": ("/media", _click(".ant-picker")),
    "media states": ("/media", _click(".ant-select", 0)),
    "edit media": (
        "/media/{media}",
        _click("main .ant-btn:not(.ant-btn-dangerous), #content .ant-btn:not(.ant-btn-dangerous)", 1),
    ),
    "delete media": ("/media/{media}", _click("#content .ant-btn-dangerous")),
    "run calendar": ("/runs", _click(".ant-picker")),
    "activity": ("/runs/{run}?activity=v0", lambda page: page.locator(".run-lower").scroll_into_view_if_needed()),
    "add bucket": ("/buckets", _click("#content .ant-btn-primary")),
    "add queue": ("/queues", _click("#content .ant-btn-primary")),
    "queue load": ("/queues", _click(".ant-table-row-expand-icon")),
    "add webhook": ("/webhooks", _click("#content .ant-btn-primary")),
    "delivery": ("/webhooks?view=log", _click(".ant-table-row-expand-icon")),
    "backfill": ("/workflows", _menu(2)),
    "add word list": ("/wordlists", _click("#content .ant-btn-primary")),
    "add logo": ("/logos", _click("#content .ant-btn-primary")),
    "add library": ("/fingerprints", _click("#content .ant-btn-primary")),
    "find covers": ("/tasks/cover", _click("#content .ant-btn-primary")),
    "add key": ("/keys", _click("#content .ant-btn-primary")),
    "template json": ("/templates/{template}", _click(".ant-tabs-tab", 1)),
    "presets": ("/templates", _click(".ant-segmented-item", 1)),
    "create job": ("/tasks/transcode", _click("#content .ant-btn-primary")),
    "job detail": ("/tasks/transcode", _click(".ant-table-row-expand-icon")),
    "editor form": ("/workflows/new", _graph(_click(".react-flow__node-activity"))),
    "editor keys": ("/workflows/new", _graph(lambda page: page.keyboard.press("?"))),
    "editor menu": ("/workflows/new", _graph(_click(".fe .ant-dropdown-trigger"))),
    "editor add": ("/workflows/new", _graph(_click(".flow-plus"))),
    # of the frame around the screens: they stay open when the screen changes
    "palette": ("/", lambda page: page.keyboard.press("Control+k")),
    "user menu": ("/", _click("header .ant-dropdown-trigger", -1)),
}


@pytest.mark.parametrize(("scheme", "language"), [("light", "en"), ("dark", "zh")])
def test_axe_finds_nothing_in_what_opens_above(page_of, stage: Stage, scheme: str, language: str) -> None:  # type: ignore[no-untyped-def]
    page = page_of(color_scheme=scheme, locale={"en": "en-GB", "zh": "zh-CN"}[language])
    sign_in(page, stage.server)
    found = {}
    # each of them once: one half in the light, the other half in the dark, which is made of the same parts
    for name, (path, opens) in list(_ABOVE.items())[scheme == "dark" :: 2]:
        # what was opened above the last screen goes with it
        show(page, stage.server, path.format(media=stage.media, run=stage.run, template=stage.template))
        settled(page)
        opens(page)
        settled(page)
        found[name] = faults(page)
        shot(page, f"{language} {scheme} above {name}")
    assert {name: what for name, what in found.items() if what} == {}


def test_libraries_are_made_looked_into_and_deleted(page_of, stage: Stage) -> None:  # type: ignore[no-untyped-def]
    page = page_of()
    sign_in(page, stage.server, "/fingerprints")
    expect(page.get_by_role("alert")).to_contain_text("REELMILL_AI=true")  # this server does not look at films
    page.get_by_role("button", name="Create library").first.click()
    form = page.get_by_role("dialog")
    form.get_by_label("Name").fill("Trailers")
    form.get_by_label("Description").fill("What was shown before")
    form.get_by_role("button", name="Create library").click()
    row = page.get_by_role("row", name="Trailers")
    expect(row).to_contain_text("What was shown before")
    row.get_by_role("link", name="Trailers").click()
    expect(page.get_by_role("heading", name="Trailers", level=1)).to_be_visible()
    expect(page.get_by_text("No film in this library yet")).to_be_visible()
    page.get_by_role("button", name="Import film").first.click()
    shot(page, "import a film")
    expect(page.get_by_role("dialog")).to_contain_text("Import a film into Trailers")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="To the libraries").click()
    page.get_by_role("button", name="Delete Trailers").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("No fingerprint library yet")).to_be_visible()
