"""How many connections there are. Each costs a file handle that work needs too, so there is a limit, and whoever came
first and said nothing makes room."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Protocol


class Connection(Protocol):
    """One client's."""

    def hang_up(self) -> None: ...


@dataclass
class Connections:
    """All that are open. `most` altogether, `per_address` of one address (0: no limit of its own; of a proxy all have
    the same)."""

    most: int
    per_address: int = 0
    _open: dict[Connection, str] = field(default_factory=dict)
    _silent: dict[Connection, None] = field(default_factory=dict)  # that never sent a whole request, the oldest first
    _of: Counter[str] = field(default_factory=Counter)

    def came(self, one: Connection, address: str) -> bool:
        """Whether there is room for it; perhaps one that was silent for longer is hung up on."""
        self._open[one] = address
        self._silent[one] = None
        self._of[address] += 1
        if self.per_address and self._of[address] > self.per_address:
            return self._make_room(one, address)
        return len(self._open) <= self.most or self._make_room(one)

    def spoke(self, one: Connection) -> None:
        """It has sent a whole request."""
        self._silent.pop(one, None)

    def went(self, one: Connection) -> None:
        """It is closed."""
        address = self._open.pop(one, None)
        self._silent.pop(one, None)
        if address is not None:
            self._of[address] -= 1
            if not self._of[address]:
                del self._of[address]

    def _make_room(self, newcomer: Connection, address: str | None = None) -> bool:
        victim = next((c for c in self._silent if c is not newcomer and address in (None, self._open.get(c))), None)
        if victim is None:
            return False
        self.went(victim)
        victim.hang_up()
        return True
