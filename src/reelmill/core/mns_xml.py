"""The XML of the message service, both ways. Pure.

What comes from outside has no document type, so nothing in it stands for anything else, and is neither deep nor wide.
What goes out has no empty element and no space between elements: the Python client reads neither.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape

from reelmill.core.mns import NAMESPACE, MnsError

_MAX_DEPTH = 8
_MAX_ELEMENTS = 4000
_HEAD = '<?xml version="1.0" encoding="utf-8"?>'
# what XML 1.0 cannot hold, however it is written
_IMPOSSIBLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Value = str | int | Sequence[Any] | None
Pairs = Sequence[tuple[str, Value]]


@dataclass
class Element:
    """One element of a document that came: its name without the namespace, its text, what is in it."""

    name: str
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def get(self, name: str) -> str | None:
        """The text of the first child of this name, whatever the case of its letters; None when there is none."""
        return next((c.text for c in self.children if c.name.lower() == name.lower()), None)

    def all(self, name: str) -> list["Element"]:
        return [c for c in self.children if c.name.lower() == name.lower()]


def parse(body: bytes, root: str) -> Element:
    """A document whose root has this name. MnsError MalformedXML for anything else."""
    top = Element("")
    stack, count = [top], 0

    def start(name: str, _attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if len(stack) > _MAX_DEPTH or count > _MAX_ELEMENTS:
            raise _malformed("it is too deep or has too many elements")
        made = Element(name.rpartition(":")[2])
        stack[-1].children.append(made)
        stack.append(made)

    def text(data: str) -> None:
        stack[-1].text += data

    def refuse(*_: object) -> None:
        raise _malformed("it must have no document type")

    reader = expat.ParserCreate()
    reader.buffer_text = True
    reader.StartElementHandler, reader.EndElementHandler = start, lambda _name: stack.pop()
    reader.CharacterDataHandler, reader.StartDoctypeDeclHandler = text, refuse
    try:
        reader.Parse(body, True)
    except (expat.ExpatError, UnicodeError, ValueError, LookupError) as error:
        raise _malformed(str(error)) from error
    found = top.children[0]
    if found.name != root:
        raise _malformed(f"its root must be {root}")
    return found


def render(root: str, pairs: Pairs) -> str:
    """A document: (name, value) of what stands in it. A value is a text, a number, or pairs again; None and "" leave
    the element out."""
    return f'{_HEAD}<{root} xmlns="{NAMESPACE}">{_inside(pairs)}</{root}>'


def _inside(pairs: Pairs) -> str:
    return "".join(
        f"<{name}>{_inside(value) if isinstance(value, list | tuple) else quoted(str(value))}</{name}>"
        for name, value in pairs
        if value not in (None, "", [], ())
    )


def quoted(text: str) -> str:
    """A text as XML holds it; what it cannot hold becomes a replacement character."""
    return escape(_IMPOSSIBLE.sub("\ufffd", text), {"\r": "&#13;"})


def _malformed(why: str) -> MnsError:
    return MnsError("MalformedXML", f"The XML you provided was not well-formed: {why}.")
