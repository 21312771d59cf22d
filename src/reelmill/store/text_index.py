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

# PostgreSQL: a GIN index knows no order and finds all that match, however many. So each word has a list for each
# stretch of places, by whose number it begins; a search reads stretch by stretch until it has enough. Beginnings of
# words have lists of their own (they end in a star), as in SQLite. The words stand in a table of their own; filled up
# with spaces they are long enough to be kept (compressed) aside of its rows, so that 140 of these lie on a page, where
# those of media would be four.
STRETCH_BITS, BEGINNINGS = 15, 12
STRETCH = "~"  # its number in a question; no word holds this character
LEXEMES = "media_lexemes(seq, words)"
MEDIA_LEXEMES = """create function media_lexemes(seq bigint, words text) returns tsvector language sql immutable
    parallel safe cost 100000 as $$ select coalesce(array_to_tsvector(array_agg(distinct to_hex(seq >> 15) || '.' || lexeme)), '')
    from unnest(string_to_array(rtrim(words), ' ')) word, lateral (select word as lexeme union all
    select left(word, n) || '*' from generate_series(2, least(12, length(word))) n where word ~ '^[-+/]') parts $$"""  # noqa: E501
_MEDIA_GIN = (
    MEDIA_LEXEMES,
    "create table media_search (seq bigint primary key, words text not null) with (toast_tuple_target = 128)",
    f"create index media_search_words on media_search using gin ({LEXEMES}) with (fastupdate = off)",
    """create function media_searched() returns trigger language plpgsql as $$ begin
    if tg_op = 'DELETE' then delete from media_search where seq = old.seq;
    else insert into media_search values (new.seq, rpad(new.words, greatest(2100, length(new.words))))
    on conflict (seq) do update set words = excluded.words;
    end if; return null; end $$""",
    "create trigger media_search_keep after insert or delete or update of words on media for each row "
    "execute function media_searched()",
    "create index ix_media_list on media (account, region, seq)",
)
# Every two and every three characters of a name in a row. A function of our own, because pg_trgm is not at hand
# everywhere and leaves out what is neither letter nor digit. To compute it for each row is dear: `cost`.
NAME_PARTS = """create function name_parts(name text) returns text[] language sql immutable parallel safe cost 1000 as
    $$ select coalesce(array_agg(distinct substr(lower(name), n, size)), '{}')
    from generate_series(2, 3) size, generate_series(1, length(name) - size + 1) n $$"""
_EXECUTION_GIN = (
    NAME_PARTS,
    "create index execution_search on executions using gin (name_parts(object)) with (fastupdate = off)",
)


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
    """tsquery, for the media of one stretch of places, whose number in hexadecimal digits stands for STRETCH."""

    both, either = " & ", " | "

    def word(self, word: str, beginning: bool = False) -> str:
        if beginning and len(word) > BEGINNINGS:
            return f"'{STRETCH}.{word}':*"
        return f"'{STRETCH}.{word}{'*' if beginning else ''}'"


FTS5, TSQUERY_OF_STRETCH = Language(), _Lexemes()
