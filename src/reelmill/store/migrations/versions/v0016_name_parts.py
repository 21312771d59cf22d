"""PostgreSQL: runs are found by two characters of their input's name, too."""

from alembic import op

revision = "0016"
down_revision = "0015"

_FUNCTION = """create or replace function name_parts(name text) returns text[] language sql immutable parallel safe
    cost 1000 as $$ select coalesce(array_agg(distinct substr(lower(name), n, size)), '{}')
    from generate_series(2, 3) size, generate_series(1, length(name) - size + 1) n $$"""


def upgrade() -> None:
    """The index is made anew, since what it holds changes: seconds for a million runs."""
    if op.get_context().dialect.name != "postgresql":
        return
    op.execute("drop index execution_search")
    op.execute(_FUNCTION)
    op.execute("create index execution_search on executions using gin (name_parts(object)) with (fastupdate = off)")
