"""What is different between two JSON documents, place by place. Pure."""

from dataclasses import dataclass
from typing import Any, Literal

from reelmill.core import jsonx

Kind = Literal["Added", "Removed", "Changed"]


@dataclass(frozen=True, slots=True)
class Change:
    """One place. `steps` lead to it: names, and numbers of lists; `before` and `after` are None where it was not
    there."""

    kind: Kind
    steps: tuple[str | int, ...]
    before: Any = None
    after: Any = None

    @property
    def path(self) -> str:
        """As problems of documents name their places: `Activities.hd.Parameters.Outputs[0].Crf`."""
        text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.steps)
        return text.removeprefix(".")


def changes(before: Any, after: Any, steps: tuple[str | int, ...] = ()) -> list[Change]:
    """Every place whose value is another one, in the order of `after`, then what is gone. JSON in a string is the same
    as the value itself, a number the same as its text: programs send both."""
    before, after = _opened(before), _opened(after)
    if isinstance(before, dict) and isinstance(after, dict):
        found = []
        for name in [*after, *(name for name in before if name not in after)]:
            if name not in before:
                found.append(Change("Added", (*steps, name), after=after[name]))
            elif name not in after:
                found.append(Change("Removed", (*steps, name), before=before[name]))
            else:
                found += changes(before[name], after[name], (*steps, name))
        return found
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [
            c
            for n, (one, other) in enumerate(zip(before, after, strict=True))
            for c in changes(one, other, (*steps, n))
        ]
    return [] if _plain(before) == _plain(after) else [Change("Changed", steps, before, after)]


def _opened(value: Any) -> Any:
    try:
        return jsonx.unwrap(value)
    except ValueError:
        return value


def _plain(value: Any) -> Any:
    """Scalars as their text."""
    return value if isinstance(value, dict | list | str | None) else jsonx.dumps(value)
