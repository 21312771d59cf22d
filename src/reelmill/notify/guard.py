"""Keeps HTTP that leaves the server from places that an address of a stranger has no business to reach."""

import ipaddress
import socket
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from reelmill.core.errors import UserText

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
Networks = Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]


def allowed(url: str, resolve: Resolve, *, allow_private: bool = False, networks: Networks = ()) -> UserText:
    """Why this address must not be called; "" when it may be. `resolve(host, port)` answers the host's IP addresses and
    may raise OSError.

    Only http and https, no credentials. Unless `allow_private`, every address of the host must be a public one: not
    this machine, not a private or link-local network (where clouds keep their credentials), however it is spelt;
    or one of these `networks`, which the administrator has opened.
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
    inward = next((a for a in addresses if not allow_private and not _public(a) and not _opened(a, networks)), None)
    return f"{host} leads to {inward}, which is no public address" if inward else ""


def look_up(url: str, *, allow_private: bool = False, networks: Networks = ()) -> tuple[UserText, list[str]]:
    """Why the address must not be called, if so, and the IP addresses that were checked. Asks the name server."""
    checked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        checked.extend(dict.fromkeys(str(info[4][0]) for info in found))
        return checked

    return allowed(url, resolve, allow_private=allow_private, networks=networks), checked


def networks_of(text: str) -> Networks:
    """The networks of a comma list such as `10.0.0.0/8,fd00::/8`. ValueError when one of them is none."""
    return tuple(ipaddress.ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip())


def reachable(address: str, networks: Networks = ()) -> bool:
    """Whether an IP address may be connected to: a public one, or one of these networks."""
    return _public(address) or _opened(address, networks)


def _opened(address: str, networks: Networks) -> bool:
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return any(ip in network for network in networks if network.version == ip.version)


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
