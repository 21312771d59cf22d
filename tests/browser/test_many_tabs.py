"""Many tabs of one browser: they share one stream, so that none of them takes the connections which the others need."""

import re

from playwright.sync_api import BrowserContext, Page, expect

from browser.conftest import sign_in
from running import Running

TABS = 9  # browsers allow six connections to a host


def test_every_tab_loads_and_hears_what_changes(page: Page, server: Running, pipeline: str) -> None:
    sign_in(page, server, "/queues")
    context: BrowserContext = page.context
    tabs = [page, *(context.new_page() for _ in range(TABS - 1))]
    for tab in tabs[1:]:
        tab.goto(f"{server.url}/-/console/queues", wait_until="domcontentloaded")
        expect(tab.get_by_text("main").first).to_be_visible()
    assert page.evaluate("fetch('/-/session').then((answer) => answer.status)") == 200
    server.client.call("AddPipeline", Name="heard by all")
    for tab in tabs:
        expect(tab.get_by_text("heard by all").first).to_be_visible()
    for tab in tabs[1:]:
        tab.close()
    server.client.call("AddPipeline", Name="heard by the last")
    expect(page.get_by_text("heard by the last").first).to_be_visible()
    expect(page).to_have_url(re.compile("/queues"))
