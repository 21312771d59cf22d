"""The pages of messages: a webhook is added, tested, watched and replayed against a listener on this machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import settled, shot, sign_in
from browser.test_screens import faults
from messages.receiving import Receiver
from running import Running


@pytest.fixture
def server(tmp_path: Path, bundle: None) -> Iterator[Running]:
    one = Running(tmp_path / "home", callback_private_networks="127.0.0.0/8")
    one.start()
    try:
        yield one
    finally:
        one.kill()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver(usual=200)
    server = made.start()
    try:
        yield made
    finally:
        made.over.set()
        server.shutdown()
        server.server_close()


def test_a_webhook_is_added_tested_seen_in_the_log_and_replayed(
    page: Page, server: Running, receiver: Receiver
) -> None:
    sign_in(page, server, "/webhooks")
    expect(page.get_by_text("No webhook yet")).to_be_visible()
    page.get_by_role("button", name="Add webhook").first.click()
    form = page.get_by_role("dialog", name="Add webhook")
    form.get_by_label("Address").fill("example.org")
    form.get_by_label("Address").blur()
    expect(form.get_by_text("Give an http or https address")).to_be_visible()
    form.get_by_label("Address").fill(receiver.url("/hook"))
    form.get_by_label("All events, also those that later versions add").uncheck()
    form.get_by_label("A run has ended").check()
    form.get_by_label("A media was deleted").check()
    settled(page)
    assert faults(page) == []
    shot(page, "webhook form")
    form.get_by_role("button", name="Add webhook").click()
    told = page.get_by_role("dialog", name="Copy the secret now")
    secret = told.locator(".mono").inner_text()
    assert secret.startswith("whsec_")
    told.get_by_role("button", name="I have copied it").click()
    (hook,) = server.client.call("ListWebhooks")["Webhooks"]
    assert hook["Events"] == ["execution.finished", "media.deleted"]

    page.get_by_role("button", name="Send a test").click()
    result = page.get_by_role("dialog", name="Test of")
    expect(result.get_by_text("It has arrived")).to_be_visible()
    expect(result.get_by_text("HTTP 200")).to_be_visible()
    expect(result).to_contain_text("webhook.test")
    settled(page)
    shot(page, "webhook test")
    result.get_by_role("button", name="Close").last.click()
    (first,) = receiver.wait("/hook")

    page.get_by_role("button", name="Log").click()
    row = page.get_by_role("row", name="webhook.test")
    expect(row).to_contain_text("Delivered")
    row.get_by_role("button", name="Send again").click()
    expect(page.get_by_text("Sent again under the same message id")).to_be_visible()
    again = receiver.wait("/hook", 2)[1]
    assert (again.body, again.headers["webhook-id"]) == (first.body, first.headers["webhook-id"])
    expect(row).to_have_count(2)
    page.get_by_role("button", name="Expand row").first.click()
    expect(page.get_by_role("region", name="Request and answers").first).to_contain_text(first.headers["webhook-id"])
    settled(page)
    assert faults(page) == []
    shot(page, "webhook log")

    for name, value in (("Event", "A run has ended"), ("Event", "A test"), ("State", "Given up")):  # the filters filter
        page.get_by_role("combobox", name=name, exact=True).click()
        page.locator(".ant-select-dropdown:visible").get_by_text(value, exact=True).click()
        expect(row).to_have_count(2 if value == "A test" else 0)
    expect(page.get_by_text("No delivery fits these filters")).to_be_visible()

    page.get_by_text("Webhooks", exact=True).last.click()
    page.get_by_role("button", name="New secret").click()
    page.get_by_role("dialog").get_by_role("button", name="New secret").click()
    assert told.locator(".mono").inner_text() not in ("", secret)
    told.get_by_role("button", name="I have copied it").click()
    page.get_by_role("button", name="Edit").click()
    form = page.get_by_role("dialog", name="Edit")
    expect(form.get_by_label("A run has ended")).to_be_checked()
    form.get_by_label("CloudEvents 1.0, structured").check()
    form.get_by_role("button", name="Save").click()
    expect(form).not_to_be_visible()
    assert server.client.call("ListWebhooks")["Webhooks"][0]["Format"] == "CloudEvents"
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("No webhook yet")).to_be_visible()
