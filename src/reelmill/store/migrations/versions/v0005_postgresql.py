"""The text indexes of PostgreSQL; SQLite has its own since the first revision."""

from alembic import op

revision = "0005"
down_revision = "0004"

_POSTGRESQL = (
    "create index media_search on media using gin (array_to_tsvector(string_to_array(words, ' '))) "
    "with (fastupdate = off)",
    "create index ix_media_list on media (account, region, seq)",
    """create function name_parts(name text) returns text[] language sql immutable parallel safe as
    $$ select coalesce(array_agg(distinct substr(lower(name), n, 3)), '{}')
    from generate_series(1, length(name) - 2) n $$""",
    "create index execution_search on executions using gin (name_parts(object)) with (fastupdate = off)",
)


def upgrade() -> None:
    """Nothing on SQLite."""
    if op.get_bind().dialect.name == "postgresql":
        for statement in _POSTGRESQL:
            op.execute(statement)
