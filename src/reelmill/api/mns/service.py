"""What the addresses of the message service share."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa

from reelmill.api.mns.request import Request
from reelmill.services.commits import Commits, Questions
from reelmill.services.context import AppContext
from reelmill.services.listeners import Listeners

T = TypeVar("T")


@dataclass
class Service:
    """The application, the doors for changes and for questions that many ask, and who waits for messages."""

    ctx: AppContext
    commits: Commits
    questions: Questions
    listeners: Listeners

    async def read(self, ask: Callable[[sa.Connection], T]) -> T:
        """What `ask` answers from a snapshot."""

        def work() -> Any:
            with self.ctx.database.read() as tx:
                return ask(tx)

        return await asyncio.to_thread(work)

    def base(self, request: Request) -> str:
        """What stands before the paths in the addresses that we tell."""
        return self.ctx.base_url + request.prefix
