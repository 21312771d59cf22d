"""Which letters a font has and how it is called: its tables `cmap` and `name` (OpenType 1.9). The font comes with the
server or from its administrator, not from strangers. Pure."""

import struct
from dataclasses import dataclass

_FAMILY, _ENGLISH = 1, 0x409


@dataclass(frozen=True, slots=True)
class Font:
    """The first font of a file."""

    family: str
    letters: frozenset[int]


def parse(data: bytes) -> Font:
    """Raises ValueError or struct.error when it is no font."""
    start = struct.unpack_from(">I", data, 12)[0] if data[:4] == b"ttcf" else 0
    count = struct.unpack_from(">H", data, start + 4)[0]
    places = (struct.unpack_from(">4sIII", data, start + 12 + 16 * n) for n in range(count))
    tables = {name: data[offset : offset + length] for name, _, offset, length in places}
    if b"cmap" not in tables or b"name" not in tables:
        raise ValueError("no font")
    return Font(_family(tables[b"name"]), frozenset(_letters(tables[b"cmap"])))


def _family(table: bytes) -> str:
    """The English name of the family, else the first that is told."""
    _, count, texts = struct.unpack_from(">HHH", table, 0)
    found: list[tuple[bool, str]] = []
    for number in range(count):
        platform, _, language, name, length, offset = struct.unpack_from(">6H", table, 6 + 12 * number)
        if name == _FAMILY and platform in (0, 3):
            words = table[texts + offset : texts + offset + length].decode("utf-16-be", "replace")
            found.append((language == _ENGLISH, words))
    if not found:
        raise ValueError("a font without a name")
    return max(found, key=lambda one: one[0])[1]


def _letters(table: bytes) -> set[int]:
    count = struct.unpack_from(">H", table, 2)[0]
    letters: set[int] = set()
    for number in range(count):
        platform, _, offset = struct.unpack_from(">HHI", table, 4 + 8 * number)
        form = struct.unpack_from(">H", table, offset)[0]
        if platform in (0, 3) and form == 4:
            letters |= _segments(table[offset:])
        elif platform in (0, 3) and form == 12:
            letters |= _groups(table[offset:])
    return letters


def _segments(table: bytes) -> set[int]:
    """Format 4. A letter within a segment may lead to glyph 0, which is none."""
    twice = struct.unpack_from(">H", table, 6)[0]
    half = twice // 2
    ends, starts = struct.unpack_from(f">{half}H", table, 14), struct.unpack_from(f">{half}H", table, 16 + twice)
    deltas = struct.unpack_from(f">{half}H", table, 16 + 2 * twice)
    offsets = struct.unpack_from(f">{half}H", table, 16 + 3 * twice)
    letters: set[int] = set()
    for n, (first, last, delta, offset) in enumerate(zip(starts, ends, deltas, offsets, strict=True)):
        for letter in range(first, min(last, 0xFFFE) + 1):
            glyph = letter
            if offset:
                at = 16 + 3 * twice + 2 * n + offset + 2 * (letter - first)
                glyph = struct.unpack_from(">H", table, at)[0] if at + 2 <= len(table) else 0
            if glyph and (glyph + delta) % 65536:
                letters.add(letter)
    return letters


def _groups(table: bytes) -> set[int]:
    """Format 12."""
    count = struct.unpack_from(">I", table, 12)[0]
    letters: set[int] = set()
    for first, last, glyph in struct.iter_unpack(">III", table[16 : 16 + 12 * count]):
        letters.update(range(first + (glyph == 0), last + 1))
    return letters
