"""Finding media among millions: one question to the full-text index, answered with places (`seq`), so that time is a
range of places."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from reelmill.core import words
from reelmill.core.model import Caller
from reelmill.store import owned
from reelmill.store.tables import media

Alternatives = Sequence[Sequence[str]]  # any of these; of one, all words


@dataclass(frozen=True, slots=True)
class Question:
    """Which media are wanted; all that is given must hold.

    title, description, anywhere   texts: one of them, with all its words, each from its beginning
    tags          whole tags, one of them        categories   for `anywhere`: per text the ids of categories whose names
                  hold it
    cate_ids, states   one of them               start_ms, end_ms   when the record was made, both included
    """

    title: Sequence[str] = ()
    description: Sequence[str] = ()
    anywhere: Sequence[str] = ()
    tags: Sequence[str] = ()
    cate_ids: Sequence[int] = ()
    categories: Sequence[Sequence[int]] = ()
    states: Sequence[str] = ()
    start_ms: int | None = None
    end_ms: int | None = None

    def plain(self) -> bool:
        """Whether only state and category are asked for: `media.total` knows how many there are."""
        return not (
            self.title
            or self.description
            or self.anywhere
            or self.tags
            or self.start_ms is not None
            or self.end_ms is not None
        )


def expression(question: Question, caller: Caller) -> str | None:
    """The question in the language of the index; None when nothing can match (a text without words)."""
    living = [s for s in question.states if s != "Deleted"]
    alive, gone = words.scope(caller.account, caller.region), words.scope(caller.account, caller.region, deleted=True)
    of_state: list[tuple[str, str | None]] = (
        [(alive, None)] if len(living) == 3 or not question.states else [(alive, s) for s in living]
    )
    of_state += [(gone, None)] if "Deleted" in question.states else []
    scopes = list(dict.fromkeys(scope for scope, _ in of_state))
    parts = (
        [_any([_word(words.whole_tag(scope, t)) for scope in scopes for t in question.tags])] if question.tags else []
    )
    if question.cate_ids or not parts or any(state for _, state in of_state):  # a whole tag tells the scope too
        categories: Sequence[int | None] = question.cate_ids or [None]
        parts.append(_any([_word(words.facet(scope, c, state)) for scope, state in of_state for c in categories]))
    sought = (
        (question.title, words.TITLE, ()),
        (question.description, words.DESCRIPTION, ()),
        (question.anywhere, words.ANYWHERE, question.categories),
    )
    for texts, mark, named in sought:
        choices = [
            _text(text, mark, [words.facet(s, c) for s in scopes for c in (named[i] if i < len(named) else ())])
            for i, text in enumerate(texts)
        ]
        if texts and not any(choices):
            return None
        if texts:
            parts.append(_any([c for c in choices if c]))
    return " AND ".join(parts)


def places(
    tx: sa.Connection,
    question: Question,
    caller: Caller,
    *,
    limit: int,
    skip: int = 0,
    beyond: int | None = None,
    ascending: bool = False,
) -> list[int]:
    """Places of the media that match, newest first (or oldest first): at most `limit` after the first `skip`. `beyond`
    is the place after which to go on."""
    found = _matching(tx, question, caller, beyond, ascending)
    if found is None:
        return []
    text, values = found
    query = sa.text(f"{text} order by rowid {'asc' if ascending else 'desc'} limit :limit offset :skip")
    return list(tx.execute(query, values | {"limit": limit, "skip": skip}).scalars())


def counted(tx: sa.Connection, question: Question, caller: Caller, most: int) -> int:
    """How many media match; never counts beyond `most`."""
    found = _matching(tx, question, caller, None, False)
    if not found:
        return 0
    return int(
        tx.execute(sa.text(f"select count(*) from ({found[0]} limit :most)"), found[1] | {"most": most}).scalar_one()
    )


def _matching(
    tx: sa.Connection, question: Question, caller: Caller, beyond: int | None, ascending: bool
) -> tuple[str, dict[str, Any]] | None:
    """(query for the places, its values); None when nothing can match."""
    match = expression(question, caller)
    within = owned.span(tx, media, question.start_ms, question.end_ms)
    if match is None or within is None:
        return None
    low, high = within.low, within.high
    if beyond is not None:
        low, high = (max(low, beyond + 1), high) if ascending else (low, beyond if high is None else min(high, beyond))
    text = "select rowid from media_search where media_search match :match and rowid >= :low" + (
        " and rowid < :high" if high is not None else ""
    )
    values = {"match": match, "low": low} | ({} if high is None else {"high": high})
    if within.within:
        text += " and exists (select 1 from media where media.seq = media_search.rowid and media.created_ms between :start_ms and :end_ms)"  # noqa: E501
        values |= {
            "start_ms": question.start_ms or 0,
            "end_ms": 1 << 62 if question.end_ms is None else question.end_ms,
        }
    return text, values


def _any(choices: Sequence[str]) -> str:
    return choices[0] if len(choices) == 1 else f"({' OR '.join(choices)})"


def _word(word: str, beginning: bool = False) -> str:
    """A word as a string of the index's language; no word can hold a quotation mark."""
    return f'"{word}"{"*" if beginning else ""}'


def _text(text: str, mark: str, categories: Sequence[str]) -> str:
    parts = [_word(mark + word, beginning=True) for word in words.asked(text)]
    whole = f"({' AND '.join(parts)})" if parts else ""
    return _any([c for c in (whole, *(_word(c) for c in categories)) if c]) if whole or categories else ""
