"""The eight steps once more by keyboard alone, in the guide that leads through them: no mouse, no focus set by the
test."""

import re

from playwright.sync_api import Page, expect

from browser.conftest import shot
from running import KEY, ROOT, SECRET, Running, until

CLIP = ROOT / "src/reelmill/cli/clips/big_buck_bunny.mp4"
_HERE = """(e => [e.ariaLabel, e.matches('a, button, [role=tab], [role=button]') && e.innerText, e.getAttribute('aria-labelledby') &&
    document.getElementById(e.getAttribute('aria-labelledby'))?.innerText, ...[...(e.labels || [])].map(l => l.innerText)].filter(Boolean).join(' '))(document.activeElement)"""  # noqa: E501


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the focus stands on what is called so."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if re.search(name, page.evaluate(_HERE)):
            return
    raise AssertionError(f"Tab never comes to {name!r}")


def test_the_eight_steps_by_keyboard_alone(page: Page, server: Running) -> None:
    keys, choosers = page.keyboard, []
    page.on(
        "filechooser", lambda chooser: choosers.append(chooser)
    )  # from the beginning: a key is faster than a listener that is set just before it
    page.goto(f"{server.url}/-/console/")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    tab_to(page, "AccessKey ID")
    keys.type(KEY)
    tab_to(page, "AccessKey secret")
    keys.type(SECRET)
    keys.press("Enter")
    expect(page.get_by_text("1 of 8 done")).to_be_visible()
    tab_to(page, "Add both buckets")
    keys.press("Enter")
    expect(page.get_by_text("2 of 8 done")).to_be_visible()
    tab_to(page, "Create queue")
    keys.press("Enter")
    expect(page.get_by_text("3 of 8 done")).to_be_visible()
    tab_to(page, "The presets are enough")
    keys.press("Enter")
    expect(page.get_by_text("4 of 8 done")).to_be_visible()
    shot(page, "by keys half way")
    tab_to(page, "Create and activate")
    keys.press("Enter")
    expect(page.get_by_text("5 of 8 done")).to_be_visible()
    expect(page.get_by_text("What arrives here starts:")).to_be_visible()
    tab_to(page, "Choose files")
    keys.press("Enter")
    until(lambda: page.evaluate("true") and choosers, 15, "the browser asks for files")
    choosers[0].set_files([CLIP])
    tab_to(page, "Upload 1 file")
    keys.press("Enter")
    expect(page.get_by_text("7 of 8 done")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("link", name=re.compile("Executions completed 1"))).to_be_visible(timeout=90_000)
    shot(page, "by keys done")
    tab_to(page, "Play .*bunny")
    keys.press("Enter")
    expect(page).to_have_url(re.compile("/media/[0-9a-f]{32}"))
    tab_to(page, "^[Pp]lay$")
    keys.press("Enter")
    until(lambda: page.evaluate("document.querySelector('video').currentTime") > 1, 15, "the time advances")
