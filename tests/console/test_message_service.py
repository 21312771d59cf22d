"""The message service by a session of the console instead of a signature."""

import httpx

from console.conftest import Page
from running import Running


def test_a_session_speaks_to_queues_and_topics(page: Page) -> None:
    assert (
        page.http.put("/-/mns/queues/films", content="<Queue><RawMessages>True</RawMessages></Queue>").status_code
        == 201
    )
    sent = page.http.post("/-/mns/queues/films/messages", content="<Message><MessageBody>one</MessageBody></Message>")
    assert sent.status_code == 201
    listed = page.http.get("/-/mns/queues", headers={"x-mns-with-meta": "true"}).text
    assert "<QueueName>films</QueueName>" in listed and "<ActiveMessages>1</ActiveMessages>" in listed
    assert "<MessageBody>one</MessageBody>" in page.http.get("/-/mns/queues/films/messages?peekonly=true").text
    assert page.http.put("/-/mns/topics/news", content="<Topic></Topic>").status_code == 201
    for place in ("queues/films", "topics/news"):
        assert page.http.delete(f"/-/mns/{place}").status_code == 204


def test_each_request_of_a_session_needs_its_secret_also_one_that_takes_a_message(page: Page) -> None:
    page.http.put("/-/mns/queues/kept", content="<Queue></Queue>")
    page.http.headers["X-ReelMill-Csrf"] = "0" * 64
    for method, path in (("GET", "queues/kept/messages"), ("GET", "queues"), ("DELETE", "queues/kept")):
        answer = page.http.request(method, f"/-/mns/{path}")
        assert answer.status_code == 403 and "<Code>AccessDenied</Code>" in answer.text


def test_a_session_that_has_ended_is_told_so_and_opens_nothing_at_the_root(server: Running, page: Page) -> None:
    cookie = page.cookie
    headers = {"Cookie": cookie, "x-mns-version": "2015-06-06", "X-ReelMill-Csrf": page.http.headers["X-ReelMill-Csrf"]}
    at_root = httpx.get(f"{server.url}/queues", headers=headers)
    assert at_root.status_code == 403 and "not signed" in at_root.text
    page.http.delete("/-/session")
    ended = httpx.get(f"{server.url}/-/mns/queues", headers=headers)
    assert ended.status_code == 401 and "<Code>SessionEnded</Code>" in ended.text


def test_who_may_only_look_changes_nothing(server: Running, page: Page) -> None:
    key = server.client.call("AddAccessKey", Role="viewer")["AccessKey"]
    looker = Page(server.url)
    looker.sign_in(AccessKeyId=key["AccessKeyId"], AccessKeySecret=key["AccessKeySecret"])
    assert looker.http.get("/-/mns/queues").status_code == 200
    for method, path in (("PUT", "queues/mine"), ("PUT", "topics/mine"), ("GET", "queues/mine/messages")):
        assert looker.http.request(method, f"/-/mns/{path}").status_code == 403
