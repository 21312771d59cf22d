"""Small files of http(s) addresses: never redirected, bounded in time and size, from addresses that were looked at
first (guard)."""

import asyncio
from pathlib import Path

import httpx

from reelmill.core import faults
from reelmill.core.errors import Failure, MediaError, TryAgain, UserText
from reelmill.notify import guard

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 30.0
MAX_BYTES = 8 * 1024 * 1024
_CHUNK = 64 * 1024


async def fetch(
    url: str,
    target: Path,
    *,
    networks: guard.Networks = (),
    most: int = MAX_BYTES,
    total_seconds: float = TOTAL_SECONDS,
) -> None:
    """Write what the address answers into `target`. The connection goes to exactly the IP addresses that were checked,
    and proxies of the environment are not used. MediaError, or TryAgain when the other side is in trouble."""
    try:
        async with asyncio.timeout(total_seconds):
            problem, addresses = await asyncio.to_thread(guard.look_up, url, networks=networks)
            if problem:
                raise MediaError(_unfetched(url, f"the address is refused: {problem}"))
            await _first(url, addresses, target, most)
    except TimeoutError as error:
        raise TryAgain(_away(url, f"it did not answer within {total_seconds:g} s")) from error


async def _first(url: str, addresses: list[str], target: Path, most: int) -> None:
    why: UserText = ""
    for address in addresses:
        try:
            if faults.due("network"):
                raise httpx.ConnectError("refused by a test")
            await _get(httpx.URL(url), address, target, most)
            return
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:  # the next address may answer
            why = f"no connection to {address}: {error or type(error).__name__}"
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise TryAgain(_away(url, f"the answer broke off: {error or type(error).__name__}")) from error
    raise TryAgain(_away(url, why))


async def _get(url: httpx.URL, address: str, target: Path, most: int) -> None:
    timeout = httpx.Timeout(TOTAL_SECONDS, connect=CONNECT_SECONDS)
    headers = {"host": url.netloc.decode(), "user-agent": "ReelMill", "accept-encoding": "identity"}
    async with (
        httpx.AsyncClient(follow_redirects=False, timeout=timeout, trust_env=False) as client,
        client.stream(
            "GET", url.copy_with(host=address), headers=headers, extensions={"sni_hostname": url.host}
        ) as answer,
    ):
        if answer.status_code >= 500 or answer.status_code == 429:
            raise TryAgain(_away(str(url), f"it answered {answer.status_code}"))
        if answer.is_redirect:
            raise MediaError(_unfetched(str(url), f"it answered {answer.status_code}; redirects are not followed"))
        if not answer.is_success:
            raise MediaError(_unfetched(str(url), f"it answered {answer.status_code}"))
        size = 0
        with target.open("wb") as file:
            async for chunk in answer.aiter_raw(_CHUNK):
                size += len(chunk)
                if size > most:
                    raise MediaError(_unfetched(str(url), f"it is larger than {most} bytes"))
                file.write(chunk)


def _unfetched(url: str, why: UserText) -> Failure:
    advice = "Give an address that this server can reach, or the object in a bucket."
    return Failure("InvalidParameter.ResourceNotFound", f'"{url}" cannot be fetched: {why}.', advice)


def _away(url: str, why: UserText) -> Failure:
    advice = "The work is tried again; check the address when it stays so."
    return Failure("ServiceUnavailable", f'"{url}" cannot be fetched: {why}.', advice, retry=True)
