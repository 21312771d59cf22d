"""The words by which media are found. Pure: what is written into the index and what is asked of it must be cut the same
way.

A word is a run of letters or of digits, in its compatibility form, without accents and case: `IMG_0042.mov` holds img,
0042 and mov. Scripts that are written without spaces have no words; there each character begins one of four, so that
any part of a text can be found.
"""

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

TITLE, DESCRIPTION, ANYWHERE = "+-/"  # the first character of a word in the index: where it stood
_WHOLE_TAG, _FACET = "@", "="
_LONGEST, _RUN, _MOST = 64, 4, 200


def words(text: str) -> list[str]:
    """The words of a text as the index keeps them, each once, at most 200."""
    found: dict[str, None] = {}
    for kind, part in _parts(text):
        pieces = (part[i : i + _RUN] for i in range(len(part))) if kind == "dense" else (part[:_LONGEST],)
        found.update(dict.fromkeys(pieces))
        if len(found) >= _MOST:
            break
    return list(found)[:_MOST]


def asked(text: str) -> list[str]:
    """What a searcher wrote, as beginnings of words that must all be there."""
    found: dict[str, None] = {}
    for kind, part in _parts(text):
        last = max(1, len(part) - _RUN + 1)
        pieces = (part[i : i + _RUN] for i in range(last)) if kind == "dense" else (part[:_LONGEST],)
        found.update(dict.fromkeys(pieces))
    return list(found)


def scope(account: str, region: str, deleted: bool = False) -> str:
    """What whole tags and facets begin with: media of one account and region are in one scope, its deleted ones in
    another."""
    return ("d" if deleted else "o") + hashlib.sha256(f"{account}\n{region}".encode()).hexdigest()[:16]


def whole_tag(within: str, tag: str) -> str:
    """The word of all media of a scope that have this very tag; case counts as little as in words."""
    return _WHOLE_TAG + within + unicodedata.normalize("NFKC", tag).casefold().encode("utf-8", "replace").hex()


def facet(within: str, cate_id: int | None = None, state: str | None = None) -> str:
    """The word of all media of a scope, or of those of a category, of a publish state, of both. One word for both,
    because a search reads the whole lists of all the words that it asks for."""
    return _FACET + within + ("" if cate_id is None else f"c{cate_id}") + ("" if state is None else f"s{state.lower()}")


def of_media(
    account: str,
    region: str,
    key: str,
    title: str,
    description: str,
    tags: Sequence[str],
    cate_id: int,
    publish_state: str,
) -> str:
    """Everything by which one media is found, words separated by spaces."""
    within = scope(account, region, publish_state == "Deleted")
    facets = [facet(within, c, s) for c in (None, cate_id) for s in (None, publish_state)]
    titled, described = words(title), words(description)
    everywhere = dict.fromkeys(
        [*titled, *described, *words(key), *(w for tag in tags for w in words(tag))]
    )  # one list to read for a search through all of it
    return " ".join(
        [
            *facets,
            *_marked(TITLE, titled),
            *_marked(DESCRIPTION, described),
            *_marked(ANYWHERE, everywhere),
            *dict.fromkeys(whole_tag(within, t) for t in tags),
        ]
    )


def _marked(mark: str, found: Iterable[str]) -> Iterator[str]:
    return (mark + word for word in found)


def _parts(text: str) -> Iterator[tuple[str, str]]:
    """("letters" | "digits" | "dense", run of characters)."""
    kind, run = "", ""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    for c in unicodedata.normalize("NFC", plain).casefold() + " ":
        here = "dense" if _dense(c) else "digits" if c.isdigit() else "letters" if c.isalpha() else ""
        if here != kind and run:
            yield kind, run
            run = ""
        kind = here
        run += c if here else ""


def _dense(c: str) -> bool:
    """Whether the character belongs to a script without spaces between words: Han, Kana, Hangul, Thai, Lao, Khmer,
    Burmese."""
    n = ord(c)
    return (
        0x0E00 <= n <= 0x0EFF
        or 0x1000 <= n <= 0x109F
        or 0x1780 <= n <= 0x17FF
        or 0x3005 <= n <= 0x3007
        or 0x3040 <= n <= 0x30FF
        or 0x3400 <= n <= 0x9FFF
        or 0xAC00 <= n <= 0xD7AF
        or 0xF900 <= n <= 0xFAFF
        or 0x20000 <= n <= 0x3FFFF
    ) and c.isalnum()
