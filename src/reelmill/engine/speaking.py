"""Asks the program that speaks to e-mail and chat services (`notify.chat_program`): few at a time, each in a process of
its own that is given the address by its standard input, where nobody else sees it."""

import sys
from dataclasses import replace

from reelmill.core.errors import UserText
from reelmill.engine import context
from reelmill.media.run import DEFAULT_LIMITS
from reelmill.notify import chat
from reelmill.notify.post import Answer

_LIMITS = replace(DEFAULT_LIMITS, address_space=1 << 30, open_files=128, nice=5, wall_seconds=40.0)
OFF: UserText = "This server sends no e-mail and chat messages; its administrator can start it with --apprise true."


async def look(host: context.HostContext, url: str) -> tuple[UserText, str]:
    """(why this is no address that is taken, "" when it is; the address without its secrets)."""
    if not host.options.apprise:
        return OFF, ""
    said = await _ask(host, "look", url)
    return chat.problem(said), said.get("shown", "")


async def send(host: context.HostContext, url: str, text: str) -> Answer:
    """One message; Apprise does not tell the status of an answer."""
    return Answer(OFF if not host.options.apprise else chat.problem(await _ask(host, "send", url, text)))


async def _ask(host: context.HostContext, command: str, url: str, text: str = "") -> dict[str, str]:
    given = chat.asked(command, url, ",".join(map(str, host.options.callback_networks)), text)
    async with host.process.speaking:
        ran = await host.process.runner.run(
            f"apprise/{command}", [sys.executable, *chat.PROGRAM], limits=_LIMITS, keep=chat.ANSWER_BYTES, given=given
        )
    return chat.answer(ran.stdout)
