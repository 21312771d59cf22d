"""E-mail and chat: which addresses are taken, what is shown of them, where the program may connect to, what it says."""

import json
import subprocess
import sys

import pytest

from reelmill.notify import chat, chat_program

TOKEN = "Zx9" + "q7TkLmN4pRsVw2" * 2
TAKEN = {
    f"mailtos://ann:{TOKEN}@example.org:465/?from=ann@example.org&to=bob@example.org": "mailtos://ann:****@example.org:465/bob@example.org",
    f"mailto://example.org?user=ann&pass={TOKEN}&to=bob@example.org": "mailto://ann:****@example.org/bob@example.org",
    f"discord://123456789012345678/{TOKEN}": "",
    f"slack://T1JJ3T3L2/A1BRTD4JD/{TOKEN[:24]}/#films": "",
    f"tgram://123456789:{TOKEN}/12345/": "",
    f"mmosts://chat.example.org/{TOKEN}": "",
    f"gotifys://push.example.org/{TOKEN}": "",
    f"ntfys://push.example.org/{TOKEN}": "ntfys://push.example.org/...",
    f"ntfy://{TOKEN}": "ntfy:///...",
    f"feishu://{TOKEN}": "",
    f"wecombot://{TOKEN}": "",
    f"https://discord.com/api/webhooks/123456789012345678/{TOKEN}": "",
}


def ask(command: str, url: str, networks: str = "", text: str = "A title\n\nA text") -> dict[str, str]:
    """The answer of the program, as the server asks it."""
    given = chat.asked(command, url, networks, text)
    ran = subprocess.run([sys.executable, *chat.PROGRAM], input=given, capture_output=True, check=True)
    assert not ran.stderr
    return chat.answer(ran.stdout)


def look(url: str) -> dict[str, str]:
    """The same, in this process."""
    return chat_program.respond(json.loads(chat.asked("look", url, "")))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("url", TAKEN, ids=lambda url: url.partition(":")[0])
def test_addresses_are_shown_without_their_secrets(url: str) -> None:
    said = look(url)
    assert chat.problem(said) == "" and TOKEN[:24] not in json.dumps(said)
    assert said["shown"] == TAKEN[url] or not TAKEN[url]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("syslog://localhost", '"syslog" are not taken'),
        ("json://127.0.0.1/in", '"json" are not taken'),
        ("https://example.org/hook", "cannot read the address"),
        ("mailto://", "cannot read the address"),
        ("discord://1/2?template=/etc/passwd", '"template" of the address would read a file'),
        (f"mailto://u:{TOKEN}@example.org/?+pgpkey=/x", '"pgpkey" of the address would read a file'),
    ],
)
def test_other_addresses_are_refused(url: str, words: str) -> None:
    assert words in chat.problem(look(url))


@pytest.mark.parametrize("host", ["127.0.0.1:9", "10.0.0.1:9"])
def test_the_program_connects_to_no_inner_address(host: str) -> None:
    said = ask("send", f"gotify://{host}/{TOKEN}")
    assert "is no public address" in chat.problem(said) or said["error"] == "address"
    assert TOKEN not in json.dumps(said)


def test_what_a_service_says_is_told_without_the_secrets() -> None:
    said = ask("send", f"gotify://127.0.0.1:9/{TOKEN}", "127.0.0.0/8")
    assert chat.problem(said).startswith("The service did not take the message: ") and TOKEN not in json.dumps(said)


def test_a_program_that_falls_says_nothing() -> None:
    assert "fell, or took too long" in chat.problem(chat.answer(b"")) and chat.answer(b"[1]") == {}


def test_a_text_says_what_happened_in_its_title_and_one_fact_a_line() -> None:
    data = {"RunId": "r", "State": "Fail", "Input": {"Bucket": "b", "Object": "a\nb.mp4"}, "Code": "C"}
    assert chat.text("execution.finished", data) == (
        "ReelMill: A run has ended: Fail\n\nRunId: r\nInput.Bucket: b\nInput.Object: a b.mp4\nCode: C"
    )
    assert chat.text("webhook.test", {"WebhookId": "w"}) == "ReelMill: A test\n\nWebhookId: w"
