"""Which letters a font has and how it is called: its tables `cmap` and `name` (OpenType 1.9). The font comes with the
server or from its administrator, not from strangers. Pure."""

import mmap
import struct
from dataclasses import dataclass

_FAMILY, _FULL, _ENGLISH = 1, 4, 0x409
_MOST_FACES = 64
Bytes = bytes | mmap.mmap


@dataclass(frozen=True, slots=True)
class Font:
    """The first font of a file."""

    family: str
    letters: frozenset[int]


def parse(data: bytes, name: str = "") -> Font:
    """The font of this name in a file, else the first one. Raises ValueError or struct.error when it is no font."""
    faces = [_tables(data, start) for start in _faces(data)]
    chosen = next((one for one in faces if name and name in _called(one)), faces[0])
    if b"cmap" not in chosen or b"name" not in chosen:
        raise ValueError("no font")
    family = name if name in _called(chosen) else _family(chosen[b"name"])
    return Font(family, frozenset(_letters(chosen[b"cmap"])))


def names(data: Bytes) -> list[frozenset[str]]:
    """What each font of a file is called: its families, and its full names. Raises as `parse`."""
    return [_called(_tables(data, start, (b"name",))) for start in _faces(data)]


def _faces(data: Bytes) -> tuple[int, ...]:
    """Where the fonts of a file begin."""
    if data[:4] != b"ttcf":
        return (0,)
    count = min(struct.unpack_from(">I", data, 8)[0], _MOST_FACES)
    return struct.unpack_from(f">{count}I", data, 12)


def _tables(data: Bytes, start: int, wanted: tuple[bytes, ...] = (b"cmap", b"name")) -> dict[bytes, bytes]:
    count = struct.unpack_from(">H", data, start + 4)[0]
    places = (struct.unpack_from(">4sIII", data, start + 12 + 16 * n) for n in range(count))
    return {name: data[offset : offset + length] for name, _, offset, length in places if name in wanted}


def _called(tables: dict[bytes, bytes]) -> frozenset[str]:
    return frozenset(words for _, _, words in _named(tables[b"name"])) if b"name" in tables else frozenset()


def _named(table: bytes) -> list[tuple[int, bool, str]]:
    """(which kind of name, whether it is English, the name)."""
    _, count, texts = struct.unpack_from(">HHH", table, 0)
    found: list[tuple[int, bool, str]] = []
    for number in range(count):
        platform, _, language, kind, length, offset = struct.unpack_from(">6H", table, 6 + 12 * number)
        if kind in (_FAMILY, _FULL) and platform in (0, 3):
            words = table[texts + offset : texts + offset + length].decode("utf-16-be", "replace")
            found.append((kind, language == _ENGLISH, words))
    return found


def _family(table: bytes) -> str:
    """The English name of the family, else the first that is told."""
    found = [(english, words) for kind, english, words in _named(table) if kind == _FAMILY]
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
