"""How the message service answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reelmill.api.mns.request import Request, whole
from reelmill.core.mns_xml import Pairs, render


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, XML and headers of its own."""

    status: int
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    kind: str = "text/xml;charset=utf-8"


def xml(root: str, pairs: Pairs, status: int = 200) -> Answer:
    """A document."""
    return Answer(status, render(root, pairs))


def listed(root: str, name: str, rows: Sequence[Pairs], more: str) -> Answer:
    """A page of things, and the place from which the next one goes on."""
    return xml(root, [*((name, row) for row in rows), ("NextMarker", more)])


def seconds(ms: int) -> int:
    """As the attributes tell times."""
    return ms // 1000


def found_page(request: Request) -> tuple[str, str, int]:
    """(prefix, marker, size) of a list."""
    h = request.headers
    size = h.get("x-mns-ret-number", "")
    return (
        h.get("x-mns-prefix", ""),
        h.get("x-mns-marker", ""),
        whole("x-mns-ret-number", size, 1, 1000) if size else 1000,
    )
