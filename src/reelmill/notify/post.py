"""The one way in which HTTP leaves the server: a POST that is never redirected, bounded in time, to an address that was
looked at first."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reelmill.core import faults
from reelmill.notify import guard

if TYPE_CHECKING:
    import httpx  # loaded by what sends: a server without receivers of messages does without its 5 MB

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 10.0
MAX_ANSWER = 4096
_TOLD = 1000  # characters of an answer that are kept


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a POST: `error` is "" when the receiver answered 2xx, else why not, in one sentence; `status` is
    0 when it did not answer, `text` the beginning of what it said (whole when it is wanted)."""

    error: str
    status: int = 0
    text: str = ""


class Poster:
    """Posts to many addresses.

    The host is resolved once per message and the connection goes to exactly the addresses that were checked, so a name
    that answers differently the second time gains nothing. Proxies of the environment are not used. `keep`: all posts
    go to one address, whose connection may be used again; connections are known by the IP address, and behind one there
    may be many hosts. `most`: bytes that an answer may have which is wanted; 0: nobody reads what receivers answer.
    """

    def __init__(
        self,
        *,
        allow_private: bool = False,
        networks: guard.Networks = (),
        connect_seconds: float = CONNECT_SECONDS,
        total_seconds: float = TOTAL_SECONDS,
        keep: bool = False,
        most: int = 0,
    ):
        self._allow_private, self._networks, self._total, self._keep = allow_private, networks, total_seconds, keep
        self._most = most
        self._connect_seconds = connect_seconds
        # made at the first delivery: reading the list of authorities takes a while
        self._client: httpx.AsyncClient | None = None
        self._opening = asyncio.Lock()

    async def post(self, url: str, headers: Mapping[str, str], content: bytes) -> Answer:
        """POST these bytes. `headers` are sent as they are, besides host and user-agent."""
        try:
            async with asyncio.timeout(self._total):
                return await self._post(url, headers, content)
        except TimeoutError:
            return Answer(f"there was no answer within {self._total:g} s")

    async def close(self) -> None:
        """Close idle connections."""
        if self._client:
            await self._client.aclose()

    async def _post(self, url: str, headers: Mapping[str, str], content: bytes) -> Answer:
        problem, addresses = await asyncio.to_thread(
            guard.look_up, url, allow_private=self._allow_private, networks=self._networks
        )
        if problem:
            return Answer(f"the callback address is refused: {problem}")
        client = await self._opened()
        import httpx

        reason = ""
        for address in addresses:
            try:
                if faults.due("network"):
                    raise httpx.ConnectError("refused by a test")
                return await self._send(client, httpx.URL(url), address, headers, content)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:  # nothing was sent: the next address may answer
                reason = f"no connection to {address}: {error or type(error).__name__}"
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                return Answer(f"the delivery broke off: {error or type(error).__name__}")
        return Answer(reason)

    async def _opened(self) -> "httpx.AsyncClient":
        """The client, made in a thread: the event loop does not wait for the library and the list of authorities."""
        async with self._opening:
            if self._client is None:
                self._client = await asyncio.to_thread(self._made)
            return self._client

    def _made(self) -> "httpx.AsyncClient":
        import httpx

        timeout = httpx.Timeout(self._total, connect=self._connect_seconds)
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=5 if self._keep else 0)
        return httpx.AsyncClient(follow_redirects=False, timeout=timeout, trust_env=False, limits=limits)

    async def _send(
        self, client: "httpx.AsyncClient", url: "httpx.URL", address: str, headers: Mapping[str, str], content: bytes
    ) -> Answer:
        sent = {"host": url.netloc.decode(), "user-agent": "ReelMill", "accept-encoding": "identity", **headers}
        async with client.stream(
            "POST", url.copy_with(host=address), content=content, headers=sent, extensions={"sni_hostname": url.host}
        ) as answer:
            if answer.is_success:
                return await self._wanted(answer)
            if answer.is_redirect:
                return Answer(
                    f"the receiver answered {answer.status_code}; redirects are not followed", answer.status_code
                )
            said = b""
            async for chunk in answer.aiter_raw(MAX_ANSWER):
                said += chunk
                if len(said) >= MAX_ANSWER:
                    break
            text = " ".join(said[:_TOLD].decode(errors="replace").split())
            told = " ".join(said[:200].decode(errors="replace").split())
            return Answer(
                f"the receiver answered {answer.status_code}" + (f": {told}" if told else ""), answer.status_code, text
            )

    async def _wanted(self, answer: "httpx.Response") -> Answer:
        said = bytearray()
        if not self._most:
            return Answer("", answer.status_code)
        async for chunk in answer.aiter_raw():
            said += chunk
            if len(said) > self._most:
                return Answer(f"the answer is longer than {self._most} bytes", answer.status_code)
        return Answer("", answer.status_code, said.decode(errors="replace"))
