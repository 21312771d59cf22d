"""Signing in, the session's cookie and secret, and what they open."""

import asyncio
import contextlib
import json
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import cast

import httpx
import pytest

from console.conftest import Page
from reelmill.console.brake import Brake, delay, origin
from reelmill.console.events import _MOST_STREAMS
from reelmill.core import passwords
from reelmill.core.errors import CallerError
from reelmill.services.sessions import Session
from running import KEY, ROOT, SECRET, Running, running


def test_an_access_key_signs_in_and_the_cookie_is_kept_from_scripts_and_other_sites(server: Running) -> None:
    answer = httpx.post(f"{server.url}/-/session", json={"AccessKeyId": KEY, "AccessKeySecret": SECRET})
    told = answer.json()
    assert (
        answer.status_code == 200
        and told["User"] == KEY
        and told["Role"] == "administrator"
        and told["Region"] in told["Regions"]
    )
    cookie = answer.headers["set-cookie"]
    assert (
        cookie.startswith("reelmill_session_")
        and all(word in cookie for word in ("HttpOnly", "SameSite=strict", "Path=/-/"))
        and "Secure" not in cookie
    )
    assert SECRET not in answer.text and "no-store" in answer.headers["cache-control"]


def test_the_session_opens_the_operations_and_needs_its_secret_to_change_anything(server: Running, page: Page) -> None:
    assert page.http.get("/-/session").json()["User"] == KEY
    assert page.call("AddPipeline", Name="by-session")["Pipeline"]["Name"] == "by-session"
    page.http.headers["X-ReelMill-Csrf"] = "0" * 64
    assert page.refused("AddPipeline", Name="no") == (403, "Csrf")
    del page.http.headers["X-ReelMill-Csrf"]
    assert page.refused("SearchPipeline") == (403, "Csrf")
    assert page.http.delete("/-/session").json()["Code"] == "Csrf"


def test_the_session_opens_nothing_but_the_alias(page: Page) -> None:
    """The protocol of MPS is for signatures; the cookie's path keeps it away from there anyway."""
    cookie = page.cookie
    answer = page.http.post("/?Action=SearchPipeline&Version=2014-06-18&Format=JSON", headers={"Cookie": cookie})
    assert answer.json()["Code"] == "MissingAccessKeyId"


def test_a_signature_is_still_good_on_the_alias(server: Running, page: Page) -> None:
    assert httpx.post(f"{server.url}/-/rpc/SearchPipeline", json={}).json()["Code"] == "MissingAccessKeyId"


def test_wrong_names_and_wrong_secrets_get_the_same_answer(server: Running) -> None:
    wrong = [
        {"AccessKeyId": KEY, "AccessKeySecret": "x"},
        {"AccessKeyId": "nobody", "AccessKeySecret": SECRET},
        {"User": "nobody", "Password": "x"},
    ]
    answers = [httpx.post(f"{server.url}/-/session", json=one) for one in wrong]
    assert {(a.status_code, a.json()["Code"]) for a in answers} == {(401, "SignInFailed")} and len(
        {(a.json()["Code"], a.json()["Message"]) for a in answers}
    ) == 1
    assert not any("set-cookie" in a.headers for a in answers)


def test_a_form_of_another_site_cannot_sign_anybody_in(server: Running) -> None:
    assert (
        httpx.post(f"{server.url}/-/session", data={"AccessKeyId": KEY, "AccessKeySecret": SECRET}).status_code == 400
    )
    assert (
        httpx.post(f"{server.url}/-/session", content="{", headers={"Content-Type": "application/json"}).status_code
        == 400
    )
    assert httpx.post(f"{server.url}/-/session", json=[1]).status_code == 400
    assert httpx.post(f"{server.url}/-/session", json={"User": "anna"}).json()["Code"] == "MissingParameter"


def test_signing_out_ends_the_session_for_everybody_who_has_its_cookie(server: Running, page: Page) -> None:
    thief = dict([page.cookie.split("=", 1)])
    assert page.http.delete("/-/session").status_code == 204
    assert httpx.get(f"{server.url}/-/session", cookies=thief).json()["Code"] == "SessionEnded"


def test_another_region_than_the_server_has_is_refused(page: Page) -> None:
    region = page.http.get("/-/session").json()["Region"]
    assert page.http.put("/-/session", json={"Region": region}).json()["Region"] == region
    assert page.http.put("/-/session", json={"Region": "eu-nowhere"}).json()["Code"] == "InvalidParameter"


def _admin(server: Running, *words: str, text: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "reelmill", "admin", "password", *words],
        env=server.env,
        input=text,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )


def test_a_password_set_by_the_administrator_signs_in_until_it_is_changed(server: Running) -> None:
    assert _admin(server, "anna", "--role", "viewer", text="correct horse\n").returncode == 0
    page = Page(server.url)
    assert page.sign_in(User="anna", Password="correct horse")["Role"] == "viewer"
    assert _admin(server, "anna", text="battery staple\n").returncode == 0
    assert page.http.get("/-/session").status_code == 401  # sessions of the old password end
    assert page.sign_in(User="anna", Password="battery staple")["User"] == "anna"
    assert _admin(server, "anna", "--remove").returncode == 0
    assert page.http.get("/-/session").status_code == 401
    assert page.http.post("/-/session", json={"User": "anna", "Password": "battery staple"}).status_code == 401


def test_what_cannot_be_a_password_or_a_name_is_told_with_the_reason(server: Running) -> None:
    short, role, name = (
        _admin(server, "ben", text="short\n"),
        _admin(server, "ben", "--role", "king", text="long enough\n"),
        _admin(server, "b/n"),
    )
    assert "at least 8" in short.stderr and "viewer" in role.stderr and "letters" in name.stderr
    assert {short.returncode, role.returncode, name.returncode} == {2} and _admin(
        server, "ben", "--remove"
    ).returncode == 2


def test_a_restart_signs_nobody_out_and_a_new_secret_of_the_key_does(tmp_path_factory: pytest.TempPathFactory) -> None:
    with running(tmp_path_factory.mktemp("restart") / "home") as server:
        page = Page(server.url)
        page.sign_in()
        server.kill()
        server.start()
        assert page.http.get("/-/session").json()["User"] == KEY
        server.stop()
        server.start(REELMILL_ACCESS_KEY_SECRET="anothersecret0123456789")
        assert page.http.get("/-/session").status_code == 401


def test_behind_tls_the_cookie_is_sent_over_tls_only(tmp_path_factory: pytest.TempPathFactory) -> None:
    with running(tmp_path_factory.mktemp("tls") / "home", public_url="https://films.example.com") as server:
        answer = httpx.post(f"{server.url}/-/session", json={"AccessKeyId": KEY, "AccessKeySecret": SECRET})
        assert "Secure" in answer.headers["set-cookie"]


def test_guessing_becomes_slow_and_is_forgiven_by_the_right_secret() -> None:
    assert [delay(n) for n in (0, 3, 4, 5, 6, 7, 8, 100)] == [0, 0, 0.5, 1, 2, 4, 8, 8]
    brake = Brake()
    for _ in range(6):
        brake.wrong("from 10.0.0.1", "as anna")
    assert brake.wait("from 10.0.0.1") == 2 and brake.wait("as anna") == 2 and brake.wait("from 10.0.0.2") == 0
    brake.right("from 10.0.0.1", "as anna")
    assert brake.wait("from 10.0.0.1") == 0


def test_passwords_are_kept_as_salted_scrypt() -> None:
    kept = passwords.keep("correct horse")
    assert kept.startswith("scrypt$") and "correct" not in kept and kept != passwords.keep("correct horse")
    assert (
        passwords.fits("correct horse", kept)
        and not passwords.fits("correct horsf", kept)
        and not passwords.fits("", None)
    )


def test_one_session_has_so_many_streams_and_no_more(server: Running, page: Page) -> None:
    with contextlib.ExitStack() as open_ones:
        answers = [open_ones.enter_context(page.http.stream("GET", "/-/events")) for _ in range(_MOST_STREAMS + 1)]
        assert [a.status_code for a in answers] == [200] * _MOST_STREAMS + [429]
        assert json.loads(answers[-1].read())["Code"] == "Throttling"


async def test_who_guesses_is_slow_and_holds_up_nobody_who_knows() -> None:
    brake, told = Brake(), Counter[tuple[str, str]]()

    def wrong() -> Session:
        raise CallerError("SignInFailed")

    async def guess(kind: str, address: str, name: str) -> None:
        while True:
            try:
                await brake.attempt(address, name, wrong)
            except CallerError as error:
                told[kind, error.code] += 1
            await asyncio.sleep(0.01)

    guesses = [
        *(("one", "10.0.0.1", "anna") for _ in range(12)),
        *(("names", "10.0.0.2", f"user{i}") for i in range(30)),
        *(("places", f"10.1.0.{i}", "carl") for i in range(30)),
    ]
    tasks = [asyncio.create_task(guess(*one)) for one in guesses]
    await asyncio.sleep(1.5)
    for address, name in (
        ("10.0.0.9", "anna"),
        ("10.0.0.1", "ben"),
        ("10.0.0.9", "dora"),
    ):  # elsewhere; through the same proxy; and has nothing to do with it
        began = time.monotonic()
        await brake.attempt(address, name, lambda: cast(Session, None))
        assert time.monotonic() - began < 3, (address, name)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert (
        all(told[kind, "SignInFailed"] <= 15 for kind in ("one", "names", "places")) and told["one", "Throttling"] > 10
    ), told


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8::ffff:1", "2001:db8::/64"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("x", "x"),
    ],
)
def test_a_network_of_ipv6_is_one_place(address: str, place: str) -> None:
    assert origin(address) == place


def test_two_servers_on_one_host_keep_their_own_sessions(server: Running, tmp_path: Path) -> None:
    with running(tmp_path / "home") as other, httpx.Client() as browser:
        pair = {"AccessKeyId": KEY, "AccessKeySecret": SECRET}
        for one in (server, other, server):
            assert browser.post(f"{one.url}/-/session", json=pair).status_code == 200
        assert [browser.get(f"{one.url}/-/session").status_code for one in (server, other)] == [200, 200]


@pytest.mark.parametrize(("trusted", "believed"), [(None, False), ("10.9.9.9", False), ("127.0.0.0/8", True)])
def test_forwarded_headers_are_believed_from_trusted_proxies_only(
    tmp_path: Path, trusted: str | None, believed: bool
) -> None:
    def secure(server: Running, **headers: str) -> bool:
        answer = httpx.post(
            f"{server.url}/-/session", json={"AccessKeyId": KEY, "AccessKeySecret": SECRET}, headers=headers
        )
        return "Secure" in answer.headers["set-cookie"]

    server = Running(tmp_path / "home", **({"trusted_proxies": trusted} if trusted else {}))
    server.start(FORWARDED_ALLOW_IPS="*")  # a variable that uvicorn reads by itself
    try:
        assert secure(server, **{"X-Forwarded-Proto": "https"}) == believed and not secure(server)
        for i in range(7):  # the fifth wrong one of one address waits
            began = time.monotonic()
            wrong = {"AccessKeyId": KEY, "AccessKeySecret": f"wrong{i}"}
            assert (
                httpx.post(
                    f"{server.url}/-/session", json=wrong, headers={"X-Forwarded-For": f"10.0.0.{i}"}
                ).status_code
                == 401
            )
        waited = time.monotonic() - began
        assert waited < 1.6 if believed else waited >= 1.9, waited
    finally:
        server.kill()
