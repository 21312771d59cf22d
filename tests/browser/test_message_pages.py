"""The pages of messages: webhooks, queues and topics are made, tested and looked into, against a listener on this
machine; the editor chooses among them."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.conftest import prepared, settled, shot, sign_in
from browser.drawing import simple
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
    expect(form.get_by_label("A run has begun")).not_to_be_checked()
    form.get_by_label("CloudEvents 1.0, structured").check()
    form.get_by_role("button", name="Save").click()
    expect(form).not_to_be_visible()
    assert server.client.call("ListWebhooks")["Webhooks"][0]["Format"] == "CloudEvents"
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("No webhook yet")).to_be_visible()


def test_a_queue_is_made_filled_looked_into_and_emptied(page: Page, server: Running) -> None:
    sign_in(page, server, "/messages")
    expect(page.get_by_text("No message queue yet")).to_be_visible()
    page.get_by_role("button", name="Create message queue").first.click()
    form = page.get_by_role("dialog", name="Create message queue")
    form.get_by_label("Name").fill("2films")
    form.get_by_label("Name").blur()
    expect(form.get_by_text("Begin with a letter")).to_be_visible()
    form.get_by_label("Name").fill("films")
    form.get_by_label("Visibility time-out").fill("60")
    settled(page)
    assert faults(page) == []
    shot(page, "message queue form")
    form.get_by_role("button", name="Create message queue").click()
    row = page.get_by_role("row", name="films")
    row.get_by_role("button", name="Messages films").click()
    box = page.get_by_role("dialog", name="Messages of films")
    box.get_by_label("Message", exact=True).fill('{"Type": "Grüße"}')
    box.get_by_role("button", name="Send a test").click()
    expect(box.get_by_text("The message is in the queue.")).to_be_visible()
    expect(row.get_by_role("cell").nth(1)).to_have_text("1")
    box.get_by_role("button", name="Peek").click()
    expect(box.get_by_role("listitem")).to_contain_text('"Type": "Grüße"')
    expect(box.get_by_role("listitem")).to_contain_text("received 0 times")
    box.get_by_role("button", name="Receive one").click()
    expect(box.get_by_text("hidden from others until")).to_be_visible()
    expect(row.get_by_role("cell").nth(2)).to_have_text("1")
    page.mouse.move(0, 0)  # a button under the pointer has other colours
    settled(page)
    assert faults(page) == []
    shot(page, "messages of a queue")
    box.get_by_role("button", name="Delete message").click()
    expect(box.get_by_text("The message is deleted.")).to_be_visible()
    box.get_by_role("button", name="Close").last.click()
    row.get_by_role("button", name="Edit").click()
    form = page.get_by_role("dialog", name="Edit films")
    expect(form.get_by_label("Visibility time-out")).to_have_value("60")
    form.get_by_label("The text itself").check()
    page.get_by_role("button", name="Save").click()
    expect(row).to_contain_text("Text")


def test_a_topic_pushes_a_test_to_a_queue_and_to_an_address(page: Page, server: Running, receiver: Receiver) -> None:
    sign_in(page, server, "/messages")
    page.get_by_role("button", name="Create message queue").first.click()
    page.get_by_role("dialog").get_by_label("Name").fill("films")
    page.get_by_role("dialog").get_by_role("button", name="Create message queue").click()
    page.get_by_text("Topics", exact=True).click()
    expect(page.get_by_text("No topic yet")).to_be_visible()
    page.get_by_role("button", name="Create topic").first.click()
    page.get_by_role("dialog").get_by_label("Name").fill("news")
    page.get_by_role("dialog").get_by_role("button", name="Create topic").click()
    row = page.get_by_role("row", name="news")
    for name in ("to-queue", "to-address"):
        row.get_by_role("button", name="Add subscription").click()
        form = page.get_by_role("dialog", name="Subscribe to news")
        form.get_by_label("Name").fill(name)
        if name == "to-queue":
            form.get_by_role("combobox", name="Message queue").click()
            page.locator(".ant-select-dropdown:visible .ant-select-item-option-content").get_by_text("films").click()
        else:
            form.get_by_label("HTTP address").check()
            form.get_by_label("Address", exact=True).fill(receiver.url("/push"))
        settled(page)
        assert faults(page) == []
        shot(page, f"subscribe {name}")
        form.get_by_role("button", name="Add subscription").click()
        expect(form).not_to_be_visible()
    row.get_by_role("button", name="Publish a test").click()
    page.get_by_role("dialog").get_by_label("Message").fill("hello")
    page.get_by_role("dialog").get_by_role("button", name="Publish a test").click()
    expect(page.get_by_text("Published to the subscribers of news.")).to_be_visible()
    assert receiver.wait("/push")[0].body == b"hello"
    page.get_by_role("button", name="Expand row").click()
    subscribed = page.get_by_role("region", name="Subscriptions of news")
    expect(subscribed).to_contain_text(receiver.url("/push"))
    expect(subscribed).to_contain_text("Message queue films")
    settled(page)
    assert faults(page) == []
    shot(page, "subscriptions")
    subscribed.get_by_role("button", name="Delete to-address").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(subscribed.get_by_text("to-address")).not_to_be_visible()
    page.get_by_text("Message queues", exact=True).click()
    page.get_by_role("button", name="Messages films").click()
    page.get_by_role("button", name="Peek").click()
    expect(page.get_by_role("dialog").get_by_role("listitem")).to_contain_text("hello")


def test_the_start_of_a_workflow_chooses_among_the_queues_and_topics_that_there_are(
    page: Page, server: Running
) -> None:
    topology = simple(prepared(server))
    made = server.client.call("AddMediaWorkflow", Name="told", Topology=topology)["MediaWorkflow"]
    sign_in(page, server, "/messages")
    page.get_by_role("button", name="Create message queue").first.click()
    page.get_by_role("dialog").get_by_label("Name").fill("films")
    page.get_by_role("dialog").get_by_role("button", name="Create message queue").click()
    expect(page.get_by_role("row", name="films")).to_be_visible()
    page.goto(f"{server.url}/-/console/workflows/{made['MediaWorkflowId']}")
    page.get_by_test_id("rf__node-start").click()
    page.get_by_role("button", name="Advanced", exact=True).click()
    page.get_by_role("combobox", name="Message queue").click()
    page.locator(".ant-select-dropdown:visible .ant-select-item-option-content").get_by_text("films").click()
    page.get_by_role("combobox", name="Message topic").fill("later")  # not there yet: free text
    settled(page)
    shot(page, "start's message queue")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("dialog").get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    (flow,) = server.client.call("SearchMediaWorkflow", PageSize=10)["MediaWorkflowList"]["MediaWorkflow"]
    given = json.loads(flow["Topology"])["Activities"]["start"]["Parameters"]
    assert (given["QueueName"], given["TopicName"]) == ("films", "later")
