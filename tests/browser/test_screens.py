"""Every screen, in both themes and both languages: nobody is shut out, nothing is missing. The pictures in build/screens are there to be looked at."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import shot, sign_in
from browser.english import sentences
from browser.stage import Stage, set_up
from running import ROOT, running

AXE = ROOT / "console/node_modules/axe-core/axe.min.js"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, bundle: None) -> Iterator[Stage]:
    with running(tmp_path_factory.mktemp("stage") / "home") as server:
        yield set_up(server)


def faults(page: Page) -> list[str]:
    """What axe finds against WCAG 2 A and AA: rule, and the first place."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})")
    return [f"{one['id']} ({one['impact']}) {one['nodes'][0]['html'][:160]} | {one['nodes'][0]['failureSummary'][:200]}" for one in found["violations"]]


@pytest.mark.parametrize(("scheme", "language"), [("light", "en"), ("dark", "zh")])
def test_axe_finds_nothing_on_any_screen(page_of, stage: Stage, scheme: str, language: str) -> None:  # type: ignore[no-untyped-def]
    page = page_of(color_scheme=scheme, locale={"en": "en-GB", "zh": "zh-CN"}[language])
    page.goto(f"{stage.server.url}/-/console/")
    expect(page.locator("form")).to_be_visible()
    found, english = {"sign in": faults(page)}, {}
    shot(page, f"{language} {scheme} sign in")
    sign_in(page, stage.server)
    for name, path in stage.screens().items():
        page.goto(f"{stage.server.url}/-/console{path}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.wait_for_load_state("load")
        page.wait_for_timeout(700)  # lists, pictures and graphs arrive after the frame
        found[name] = faults(page)
        english[name] = sentences(page)
        shot(page, f"{language} {scheme} {name}")
    assert {name: what for name, what in found.items() if what} == {}
    if language == "zh":
        assert {name: what for name, what in english.items() if what} == {}
