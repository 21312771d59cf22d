"""Forms offer the queues that take jobs of their kind, and no others."""

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import settled, shot, sign_in
from running import Running


@pytest.mark.parametrize(
    ("tab", "button", "wanted", "others"),
    [
        ("/tasks/censor", "Review a film", "eyes", ("plain", "covers")),
        ("/tasks/transcode", "Create transcode job", "plain", ("eyes", "covers")),
    ],
)
def test_a_form_offers_only_queues_that_take_its_jobs(
    page: Page, server: Running, tab: str, button: str, wanted: str, others: tuple[str, ...]
) -> None:
    held = {one["Name"] for one in server.client.call("SearchPipeline")["PipelineList"]["Pipeline"]}
    for name, speed in (("plain", "Standard"), ("eyes", "AIVideoCensor"), ("covers", "AIVideoCover")):
        if name not in held:
            server.client.call("AddPipeline", Name=name, Speed=speed)
    sign_in(page, server, tab)
    page.get_by_role("button", name=button).first.click()
    page.get_by_label("Queue").last.click()
    expect(page.locator(".ant-select-item-option", has_text=wanted)).to_be_visible()
    settled(page)
    shot(page, f"queues of {tab.rpartition('/')[2]}")
    for name in others:
        expect(page.locator(".ant-select-item-option", has_text=name)).to_have_count(0)
