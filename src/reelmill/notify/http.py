"""Messages to an HTTP address: signed, never redirected, and not to places that the address has no business to
reach."""

import asyncio
import hashlib
import hmac
import ipaddress
import socket
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

import httpx

from reelmill.core import clock, faults

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 10.0
MAX_ANSWER = 4096
MAX_TRIES = 176  # workflow.md 10.3, EXPONENTIAL_DECAY_RETRY: one day
_LONGEST = 512.0
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

# What IANA's registries of special addresses keep from the public net (RFC 6890), as of today: the Python that runs
# this may know an older list, which calls 192.0.0.192 global. And one that is public by its number, but leads to the
# credentials of the cloud that this machine stands in.
_INWARD = tuple(
    map(
        ipaddress.ip_network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
            "168.63.129.16/32",
            "::/96",
            "64:ff9b:1::/48",
            "100::/64",
            "100:0:0:1::/64",
            "2001::/23",
            "2001:db8::/32",
            "3fff::/20",
            "5f00::/16",
            "fc00::/7",
            "fe80::/9",
            "ff00::/8",
        ),
    )
)

Resolve = Callable[[str, int], Sequence[str]]


def next_delay(tries: int, key: str = "") -> float:
    """Seconds to wait after `tries` failed tries (1 or more): 1, 2, 4 ... 512, 512, plus up to a tenth that depends on
    the message alone, so that messages which failed together do not come back together. MAX_TRIES of them span about a
    day; the caller gives up after that."""
    spread = int.from_bytes(hashlib.sha256(f"{key} {tries}".encode()).digest()[:4], "big") / 2**32
    return min(_LONGEST, 2.0 ** min(max(tries, 1) - 1, 9)) * (1 + spread / 10)


def sign(secret: str, timestamp: str, key: str, body: str) -> str:
    """The value of `x-reelmill-signature`: a receiver makes it again from the two other headers and the raw body, and
    compares."""
    return "sha256=" + hmac.new(secret.encode(), f"{timestamp}.{key}.{body}".encode(), hashlib.sha256).hexdigest()


def allowed(url: str, resolve: Resolve, *, allow_private: bool = False) -> str:
    """Why this address must not be called; "" when it may be. `resolve(host, port)` answers the host's IP addresses and
    may raise OSError.

    Only http and https, no credentials. Unless `allow_private`, every address of the host must be a public one: not
    this machine, not a private or link-local network (where clouds keep their credentials), however it is spelt.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError as error:
        return f"it is no address: {error}"
    if parts.scheme not in ("http", "https"):
        return "it must begin with http:// or https://"
    if parts.username is not None or parts.password is not None:
        return "it must not contain a user name or password"
    if not host:
        return "it names no host"
    try:
        addresses = resolve(host, port)
    except (OSError, UnicodeError) as error:
        return f"the host {host} cannot be found ({getattr(error, 'strerror', None) or error})"
    if not addresses:
        return f"the host {host} cannot be found"
    inward = next((a for a in addresses if not allow_private and not _public(a)), None)
    return f"{host} leads to {inward}, which is no public address" if inward else ""


class HttpCallback:
    """Delivers messages to one address.

    The address stands in the settings, so its owner is the administrator and inner networks are allowed; pass
    `allow_private=False` for an address that came from anybody else. The host is resolved once per delivery and the
    connection goes to exactly the addresses that were checked, so a name that answers differently the second time gains
    nothing. Proxies of the environment are not used. With an empty secret the signature header is left out.
    """

    def __init__(
        self,
        url: str,
        secret: str,
        *,
        allow_private: bool = True,
        connect_seconds: float = CONNECT_SECONDS,
        total_seconds: float = TOTAL_SECONDS,
    ):
        self._url, self._secret, self._allow_private, self._total = url, secret, allow_private, total_seconds
        self._timeout = httpx.Timeout(total_seconds, connect=connect_seconds)
        self._client: httpx.AsyncClient | None = (
            None  # made at the first delivery: reading the list of authorities takes a while
        )

    async def deliver(self, key: str, body: str) -> str | None:
        """POST a JSON text. None when the receiver answered 2xx, else why not, in one sentence. `key` is the message's
        stable id."""
        try:
            async with asyncio.timeout(self._total):
                return await self._deliver(key, body)
        except TimeoutError:
            return f"there was no answer within {self._total:g} s"

    async def close(self) -> None:
        """Close idle connections."""
        if self._client:
            await self._client.aclose()

    async def _deliver(self, key: str, body: str) -> str | None:
        problem, addresses = await asyncio.to_thread(self._look_up)
        if problem:
            return f"the callback address is refused: {problem}"
        reason: str | None = None
        for address in addresses:
            try:
                if faults.due("network"):
                    raise httpx.ConnectError("refused by a test")
                return await self._post(address, key, body)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:  # nothing was sent: the next address may answer
                reason = f"no connection to {address}: {error or type(error).__name__}"
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                return f"the delivery broke off: {error or type(error).__name__}"
        return reason

    def _look_up(self) -> tuple[str, list[str]]:
        """Why the address must not be called, if so, and the IP addresses that were checked."""
        checked: list[str] = []

        def resolve(host: str, port: int) -> list[str]:
            checked.extend(
                dict.fromkeys(str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
            )
            return checked

        return allowed(self._url, resolve, allow_private=self._allow_private), checked

    async def _post(self, address: str, key: str, body: str) -> str | None:
        if self._client is None:
            self._client = httpx.AsyncClient(follow_redirects=False, timeout=self._timeout, trust_env=False)
        url = httpx.URL(self._url)
        timestamp = str(clock.now_ms() // 1000)
        headers = {
            "host": url.netloc.decode(),
            "content-type": "application/json; charset=utf-8",
            "user-agent": "ReelMill",
            "x-reelmill-message-id": key,
            "x-reelmill-timestamp": timestamp,
        }
        if self._secret:
            headers["x-reelmill-signature"] = sign(self._secret, timestamp, key, body)
        pinned = url.copy_with(host=address)
        async with self._client.stream(
            "POST", pinned, content=body.encode(), headers=headers, extensions={"sni_hostname": url.host}
        ) as answer:
            if answer.is_success:
                return None
            if answer.is_redirect:
                return f"the receiver answered {answer.status_code}; redirects are not followed"
            said = b""
            async for chunk in answer.aiter_raw(MAX_ANSWER):
                said += chunk
                if len(said) >= MAX_ANSWER:
                    break
            text = " ".join(said[:200].decode(errors="replace").split())
            return f"the receiver answered {answer.status_code}" + (f": {text}" if text else "")


def _public(address: str) -> bool:
    """Whether an IP address is reachable from everywhere; IPv6 forms that carry an IPv4 address are judged by that
    one."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = (
            ip.ipv4_mapped or ip.sixtofour or (ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None)
        )
        if inner:
            return _public(str(inner))
    if any(ip in network for network in _INWARD if network.version == ip.version):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved
