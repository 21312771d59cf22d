"""Finding media among millions: one question to the full-text index, answered with places (`seq`), so that time is a
range of places."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY

from reelmill.core import words
from reelmill.core.model import Caller
from reelmill.store import owned
from reelmill.store.tables import media
from reelmill.store.text_index import FTS5, LEXEMES, STRETCH, STRETCH_BITS, TSQUERY_OF_STRETCH, Language

Alternatives = Sequence[Sequence[str]]  # any of these; of one, all words
# the place of a media in what is asked: an index of SQLite, a table of PostgreSQL, which shall not think of the index
# of places, only of that of words
_PLACE: dict[str, sa.ColumnElement[int]] = {
    "sqlite": sa.table("media_search", sa.column("rowid", sa.Integer)).c.rowid,
    "postgresql": (sa.table("media_search", sa.column("seq", sa.BigInteger)).c.seq + sa.literal_column("0")).label(
        "seq"
    ),
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


def expressions(question: Question, caller: Caller, say: Language = FTS5) -> list[str]:
    """The question in the language of an index: all of these must hold. None of them when nothing can match (a text
    without words)."""
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
            return []
        if texts:
            parts.append(say.any([c for c in choices if c]))
    return parts


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
    within = _within(tx, question, beyond, ascending)
    if within is None or not expressions(question, caller):
        return []
    if tx.dialect.name == "postgresql":
        query = _by_stretches(tx, question, caller, within, ascending, skip + limit).limit(limit)
    else:
        query = _in_order(_sqlite(question, caller, within), ascending, limit)
    return list(tx.execute(query.offset(skip)).scalars())


def counted(tx: sa.Connection, question: Question, caller: Caller, most: int) -> int:
    """How many media match; never counts beyond `most`."""
    within = _within(tx, question, None, False)
    if within is None or not expressions(question, caller):
        return 0
    if tx.dialect.name == "postgresql":
        query = _by_stretches(tx, question, caller, within, False, None)
    else:
        query = _sqlite(question, caller, within)
    return _count(tx, query.limit(most))


def _count(tx: sa.Connection, query: sa.Select[Any]) -> int:
    return int(tx.execute(sa.select(sa.func.count()).select_from(query.subquery())).scalar_one())


def _within(tx: sa.Connection, question: Question, beyond: int | None, ascending: bool) -> owned.Span | None:
    """Where the media of the time that is asked for stand, behind `beyond`; None when there are none for sure."""
    within = owned.span(tx, media, question.start_ms, question.end_ms)
    if within is None or beyond is None:
        return within
    if ascending:
        return replace(within, low=max(within.low, beyond + 1))
    return replace(within, high=beyond if within.high is None else min(within.high, beyond))


def _in_order(query: sa.Select[Any], ascending: bool, limit: int) -> sa.Select[Any]:
    (place,) = query.selected_columns
    return query.order_by(place.asc() if ascending else place.desc()).limit(limit)


def _sqlite(question: Question, caller: Caller, within: owned.Span) -> sa.Select[Any]:
    match, place = FTS5.both.join(expressions(question, caller)), _PLACE["sqlite"]
    query = sa.select(place).where(sa.text("media_search match :match").bindparams(match=match))
    return _limited(query, place, within)


def _limited(query: sa.Select[Any], place: sa.ColumnElement[int], within: owned.Span) -> sa.Select[Any]:
    query = query.where(place >= within.low, *([place < within.high] if within.high is not None else []))
    return query.where(sa.exists().where(media.c.seq == place, *within.within)) if within.within else query


def _by_stretches(
    tx: sa.Connection, question: Question, caller: Caller, within: owned.Span, ascending: bool, most: int | None
) -> sa.Select[Any]:
    """PostgreSQL: the question for one stretch of places after the other, in the order that is wanted; a further one is
    read only when the rows before it were not enough. `most`: of each stretch, in order; None: all, in any order."""
    last = int(tx.execute(sa.select(sa.func.max(media.c.seq))).scalar() or 0)
    if within.high is not None:
        last = min(last, within.high - 1)  # what a caller says may be far beyond
    low, high = within.low >> STRETCH_BITS, last >> STRETCH_BITS
    begin, end, step = (low, high, 1) if ascending else (high, low, -1)
    series = sa.func.generate_series(begin, end, step).table_valued("stretch").render_derived(name="stretches")
    place = _PLACE["postgresql"]
    index: sa.ColumnElement[Any] = sa.literal_column(LEXEMES)
    # each with an operator of its own: of the few that hold the rarest one, the others need not be read
    matches = [
        index.op("@@")(sa.cast(sa.func.replace(one, STRETCH, sa.func.to_hex(series.c.stretch)), TSQUERY))
        for one in expressions(question, caller, TSQUERY_OF_STRETCH)
    ]
    found = _limited(sa.select(place).where(*matches), place, within)
    part = (found if most is None else _in_order(found, ascending, most)).lateral("found")
    return sa.select(part.c.seq).select_from(series.join(part, sa.true()))


def _text(say: Language, text: str, mark: str, categories: Sequence[str]) -> str:
    parts = [say.word(mark + word, beginning=True) for word in words.asked(text)]
    whole = say.all(parts) if parts else ""
    return say.any([c for c in (whole, *(say.word(c) for c in categories)) if c]) if whole or categories else ""
