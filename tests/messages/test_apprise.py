"""E-mail and chat by Apprise: told like any webhook, by real servers; secrets stay in the address."""

import email
import json
import logging
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from messages.receiving import Receiver, flow
from reelmill.cli.client import Refused
from running import Running, free_port, until

TOKEN = "Zx9q7TkLmN4pRsVw"


class Mails:
    """Keeps what a mail server was given."""

    def __init__(self) -> None:
        self.got: list[Message] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.got.append(email.message_from_bytes(envelope.content))
        return "250 OK"


@pytest.fixture
def mails() -> Iterator[tuple[Mails, int]]:
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    made, port = Mails(), free_port()
    controller = Controller(made, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield made, port
    finally:
        controller.stop()


def ended(server: Running, webhook: str, state: str = "Delivered") -> dict[str, Any]:
    def look() -> Any:
        found = server.client.call("ListDeliveries", WebhookId=webhook)["Deliveries"]
        return found[0] if found and found[0]["State"] == state and found[0]["Tries"] else None

    return until(look, 30, f"the delivery is {state}")


def test_a_run_is_told_by_e_mail(server: Running, mails: tuple[Mails, int], short: Path) -> None:
    (box, port), call = mails, server.client.call
    workflow = flow(server, "mailed/", {})
    url = f"mailto://127.0.0.1:{port}/?from=mill@example.org&to=ann@example.org"
    made = call("AddWebhook", Url=url, Format="Apprise", Events="execution.finished", MediaWorkflowId=workflow)[
        "Webhook"
    ]
    assert made["Url"] == f"mailto://127.0.0.1:{port}/ann@example.org" and "Secret" not in made
    server.put("cin", "mailed/film.mp4", short)
    server.ended(workflow)
    (mail,) = until(lambda: box.got, 30, "the mail has come")
    assert (mail["To"], mail["Subject"]) == ("ann@example.org", "ReelMill: A run has ended: Completed")
    assert "mill@example.org" in mail["From"]
    parts = [part.get_payload(decode=True) for part in mail.walk() if not part.is_multipart()]
    assert any(b"Input.Object: mailed/film.mp4" in part for part in parts if isinstance(part, bytes))
    log = ended(server, made["WebhookId"])
    assert log["Body"].startswith("ReelMill: A run has ended") and log["Attempts"][0]["Url"] == made["Url"]
    call("DeleteWebhook", WebhookId=made["WebhookId"])


def test_a_chat_service_is_told_again_and_its_token_stays_secret(server: Running, receiver: Receiver) -> None:
    call, receiver.usual = server.client.call, 200
    receiver.plan["/message"] = [500]
    url = f"gotify://127.0.0.1:{receiver.port}/{TOKEN}"
    made = call("AddWebhook", Url=url, Format="Apprise", Events="job.finished")["Webhook"]
    webhook, told = made["WebhookId"], [made]
    told += [call("TestWebhook", WebhookId=webhook), ended(server, webhook)]
    came = receiver.wait("/message", 2)
    assert [one.answer for one in came] == [500, 200]
    assert (came[1].json["title"], came[1].json["message"]) == ("ReelMill: A test", f"WebhookId: {webhook}")
    assert TOKEN in json.dumps(came[0].headers), "the service itself is told the token"
    tries = told[-1]["Attempts"]
    assert tries[0]["Error"].startswith("The service did not take the message: ") and "Error" not in tries[1]
    call("ReplayDelivery", DeliveryId=told[-1]["DeliveryId"])
    assert receiver.wait("/message", 3)[2].json == came[1].json
    other = {"Events": "job.*", "Url": made["Url"]}  # the address as it is shown is no new one
    told += [call("UpdateWebhook", WebhookId=webhook, **other), call("ListWebhooks"), call("ListDeliveries")]
    call("TestWebhook", WebhookId=webhook)
    assert receiver.wait("/message", 4)[3].headers == came[1].headers
    moved = f"gotify://127.0.0.1:{receiver.port}/other/{TOKEN}"
    told.append(call("UpdateWebhook", WebhookId=webhook, Url=moved))
    call("TestWebhook", WebhookId=webhook)
    assert receiver.wait("/other/message", 1)
    for action, more in (("RotateWebhookSecret", {}), ("UpdateWebhook", {"Format": "Plain"})):
        with pytest.raises(Refused) as refused:
            call(action, WebhookId=webhook, **more)
        assert refused.value.answer["Code"] == "InvalidParameter"
    call("DeleteWebhook", WebhookId=webhook)
    assert TOKEN not in json.dumps(told) + server.log()


def test_addresses_that_are_none_or_lead_inward_are_told(server: Running) -> None:
    call = server.client.call
    for url in (
        "syslog://localhost",
        "json://127.0.0.1/",
        "https://example.org/",
        f"discord://1/{TOKEN}?template=/etc/passwd",
    ):
        with pytest.raises(Refused) as refused:
            call("AddWebhook", Url=url, Format="Apprise")
        assert refused.value.answer["Code"] == "InvalidParameter" and TOKEN not in json.dumps(refused.value.answer)
    made = call("AddWebhook", Url=f"gotify://10.1.2.3/{TOKEN}", Format="Apprise")["Webhook"]["WebhookId"]
    call("TestWebhook", WebhookId=made)
    (tried,) = ended(server, made, "Waiting")["Attempts"][:1]
    assert tried["Error"] == "The connection is refused: 10.1.2.3 is no public address."
    call("DeleteWebhook", WebhookId=made)
