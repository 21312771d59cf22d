"""How an operation is declared: a function of one `Call`, under its name of the table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from reelmill.api.table import operations
from reelmill.core.model import Caller
from reelmill.services.context import AppContext


@dataclass(frozen=True, slots=True)
class Call:
    """A checked request. `p` holds every parameter of the table by its wire name, None when it was not given."""

    ctx: AppContext
    caller: Caller
    request_id: str
    p: Mapping[str, Any]


Operation = Callable[[Call], Any]  # the answer without RequestId, or an awaitable of it
FUNCTIONS: dict[str, Operation] = {}


def operation(name: str) -> Callable[[Operation], Operation]:
    """Declare what does an operation. A name that the table does not have, or twice the same, is a mistake of ours."""
    if name not in operations() or name in FUNCTIONS:
        raise LookupError(name)

    def keep(function: Operation) -> Operation:
        FUNCTIONS[name] = function
        return function

    return keep
