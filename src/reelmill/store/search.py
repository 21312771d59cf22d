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
from reelmill.store.text_index import FTS5, TSQUERY, WORDS, Language

Alternatives = Sequence[Sequence[str]]  # any of these; of one, all words
# the place of a media in what is asked: SQLite's index is a table, PostgreSQL's is one of media itself
_PLACE: dict[str, sa.ColumnElement[int]] = {
    "sqlite": sa.table("media_search", sa.column("rowid", sa.Integer)).c.rowid,
    "postgresql": media.c.seq,
}


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


def expression(question: Question, caller: Caller, say: Language = FTS5) -> str | None:
    """The question in the language of an index; None when nothing can match (a text without words)."""
    living = [s for s in question.states if s != "Deleted"]
    alive, gone = words.scope(caller.account, caller.region), words.scope(caller.account, caller.region, deleted=True)
    of_state: list[tuple[str, str | None]] = (
        [(alive, None)] if len(living) == 3 or not question.states else [(alive, s) for s in living]
    )
    of_state += [(gone, None)] if "Deleted" in question.states else []
    scopes = list(dict.fromkeys(scope for scope, _ in of_state))
    tags = [say.word(words.whole_tag(scope, t)) for scope in scopes for t in question.tags]
    parts = [say.any(tags)] if tags else []
    if question.cate_ids or not parts or any(state for _, state in of_state):  # a whole tag tells the scope too
        categories: Sequence[int | None] = question.cate_ids or [None]
        parts.append(say.any([say.word(words.facet(scope, c, state)) for scope, state in of_state for c in categories]))
    sought = (
        (question.title, words.TITLE, ()),
        (question.description, words.DESCRIPTION, ()),
        (question.anywhere, words.ANYWHERE, question.categories),
    )
    for texts, mark, named in sought:
        choices = [
            _text(say, text, mark, [words.facet(s, c) for s in scopes for c in (named[i] if i < len(named) else ())])
            for i, text in enumerate(texts)
        ]
        if texts and not any(choices):
            return None
        if texts:
            parts.append(say.any([c for c in choices if c]))
    return say.both.join(parts)


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
    order = _PLACE[tx.dialect.name]
    query = found.order_by(order.asc() if ascending else order.desc()).limit(limit).offset(skip)
    return list(tx.execute(query).scalars())


def counted(tx: sa.Connection, question: Question, caller: Caller, most: int) -> int:
    """How many media match; never counts beyond `most`."""
    found = _matching(tx, question, caller, None, False)
    if found is None:
        return 0
    return int(tx.execute(sa.select(sa.func.count()).select_from(found.limit(most).subquery())).scalar_one())


def _matching(
    tx: sa.Connection, question: Question, caller: Caller, beyond: int | None, ascending: bool
) -> sa.Select[Any] | None:
    """The question for the places; None when nothing can match."""
    name = tx.dialect.name
    match, within = (
        expression(question, caller, FTS5 if name == "sqlite" else TSQUERY),
        owned.span(tx, media, question.start_ms, question.end_ms),
    )
    if match is None or within is None:
        return None
    low, high = within.low, within.high
    if beyond is not None:
        low, high = (max(low, beyond + 1), high) if ascending else (low, beyond if high is None else min(high, beyond))
    place = _PLACE[name]
    query = sa.select(place).where(place >= low, *([place < high] if high is not None else []))
    if name == "sqlite":
        query = query.where(sa.text("media_search match :match").bindparams(match=match))
        return query.where(sa.exists().where(media.c.seq == place, *within.within)) if within.within else query
    return query.where(
        owned.owned(media, caller),  # what is asked for tells the owner too; by this the planner may walk his list
        sa.text(f"{WORDS} @@ cast(:match as tsquery)").bindparams(match=match),
        *within.within,
    )


def _text(say: Language, text: str, mark: str, categories: Sequence[str]) -> str:
    parts = [say.word(mark + word, beginning=True) for word in words.asked(text)]
    whole = say.all(parts) if parts else ""
    return say.any([c for c in (whole, *(say.word(c) for c in categories)) if c]) if whole or categories else ""
