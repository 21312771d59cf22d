"""The full-text indexes and the language in which they are asked, as each database has them. They store no text of
their own and are kept in step inside the transaction that changes the row."""

from collections.abc import Sequence

from sqlalchemy import DDL, Table, event

# SQLite: over media.words. Each length of `prefix` answers beginnings of words (their mark counts as one) from
# a list of its own.
MEDIA_SEARCH = (
    """create virtual table media_search using fts5(words, content='media', content_rowid='seq', detail=none, columnsize=0,
    tokenize="ascii tokenchars '+-/@='", prefix='2 3 4 5 6 7 8 9 10 11 12')""",  # noqa: E501
    "create trigger media_search_add after insert on media begin insert into media_search(rowid, words) values "
    "(new.seq, new.words); end",
    """create trigger media_search_change after update of words on media when old.words <> new.words begin
    insert into media_search(media_search, rowid, words) values ('delete', old.seq, old.words);
    insert into media_search(rowid, words) values (new.seq, new.words); end""",
    """create trigger media_search_remove after delete on media begin
    insert into media_search(media_search, rowid, words) values ('delete', old.seq, old.words); end""",
)
# By parts of the names of their inputs. detail=none: a part is found by its trigrams; whether they stand together, the
# row tells.
EXECUTION_SEARCH = (
    "create virtual table execution_search using fts5(object, content='executions', content_rowid='seq', "
    "detail=none, columnsize=0, tokenize='trigram')",
    "create trigger execution_search_add after insert on executions begin insert into execution_search(rowid, "
    "object) values (new.seq, new.object); end",
    """create trigger execution_search_change after update of object on executions when old.object <> new.object begin
    insert into execution_search(execution_search, rowid, object) values ('delete', old.seq, old.object);
    insert into execution_search(rowid, object) values (new.seq, new.object); end""",
    """create trigger execution_search_remove after delete on executions begin
    insert into execution_search(execution_search, rowid, object) values ('delete', old.seq, old.object); end""",
)

# PostgreSQL: GIN over the words as they are (no parser cuts them again), and a list of each account's media in order.
# fastupdate would keep new words in a heap that every search has to read.
WORDS = "array_to_tsvector(string_to_array(words, ' '))"
_MEDIA_GIN = (
    f"create index media_search on media using gin ({WORDS}) with (fastupdate = off)",
    "create index ix_media_list on media (account, region, seq)",
)
# Every three characters of a name in a row. A function of our own, because pg_trgm is not at hand everywhere and leaves
# out what is neither letter nor digit.
NAME_PARTS = """create function name_parts(name text) returns text[] language sql immutable parallel safe as
    $$ select coalesce(array_agg(distinct substr(lower(name), n, 3)), '{}')
    from generate_series(1, length(name) - 2) n $$"""
_EXECUTION_GIN = (
    NAME_PARTS,
    "create index execution_search on executions using gin (name_parts(object)) with (fastupdate = off)",
)
POSTGRESQL = (*_MEDIA_GIN, *_EXECUTION_GIN)


def follow(table: Table) -> None:
    """Let the indexes be made with the table."""
    sqlite, postgresql = {"media": (MEDIA_SEARCH, _MEDIA_GIN), "executions": (EXECUTION_SEARCH, _EXECUTION_GIN)}[
        table.name
    ]
    for dialect, statements in (("sqlite", sqlite), ("postgresql", postgresql)):
        for statement in statements:
            event.listen(table, "after_create", DDL(statement).execute_if(dialect=dialect))  # type: ignore[no-untyped-call]


class Language:
    """How questions to the index of the media are put: FTS5."""

    both, either = " AND ", " OR "

    def word(self, word: str, beginning: bool = False) -> str:
        """A word as a string; no word can hold a quotation mark."""
        return f'"{word}"{"*" if beginning else ""}'

    def any(self, choices: Sequence[str]) -> str:
        return choices[0] if len(choices) == 1 else f"({self.either.join(choices)})"

    def all(self, parts: Sequence[str]) -> str:
        return parts[0] if len(parts) == 1 else f"({self.both.join(parts)})"


class _Lexemes(Language):
    """tsquery."""

    both, either = " & ", " | "

    def word(self, word: str, beginning: bool = False) -> str:
        return f"'{word}'{':*' if beginning else ''}"


FTS5, TSQUERY = Language(), _Lexemes()
