"""On PostgreSQL the words of the media go into a table of their own, with a list for each stretch of places. For a
million media this takes some minutes."""

from alembic import op

revision = "0008"
down_revision = "0007"

_POSTGRESQL = (
    "drop index media_search",
    """create function media_lexemes(seq bigint, words text) returns tsvector language sql immutable
    parallel safe cost 100000 as $$ select coalesce(array_to_tsvector(array_agg(distinct to_hex(seq >> 15) || '.' || lexeme)), '')
    from unnest(string_to_array(rtrim(words), ' ')) word, lateral (select word as lexeme union all
    select left(word, n) || '*' from generate_series(2, least(12, length(word))) n where word ~ '^[-+/]') parts $$""",  # noqa: E501
    "create table media_search (seq bigint primary key, words text not null) with (toast_tuple_target = 128)",
    "insert into media_search select seq, rpad(words, greatest(2100, length(words))) from media order by seq",
    "create index media_search_words on media_search using gin (media_lexemes(seq, words)) with (fastupdate = off)",
    """create function media_searched() returns trigger language plpgsql as $$ begin
    if tg_op = 'DELETE' then delete from media_search where seq = old.seq;
    else insert into media_search values (new.seq, rpad(new.words, greatest(2100, length(new.words))))
    on conflict (seq) do update set words = excluded.words;
    end if; return null; end $$""",
    "create trigger media_search_keep after insert or delete or update of words on media for each row "
    "execute function media_searched()",
)


def upgrade() -> None:
    """Nothing on SQLite."""
    if op.get_bind().dialect.name == "postgresql":
        for statement in _POSTGRESQL:
            op.execute(statement)
