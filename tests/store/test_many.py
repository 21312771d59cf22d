"""A page that comes in one piece holds what the same rows hold one by one."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import databases
from reelmill.store.database import Database, all_rows, many

_things = sa.table(
    "things",
    sa.column("name", sa.Text),
    sa.column("number", sa.BigInteger),
    sa.column("flag", sa.Boolean),
    sa.column("note", sa.String(20)),
)
_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
_rows = st.lists(
    st.fixed_dictionaries(
        {
            "name": _text,
            "number": st.integers(-(2**63), 2**63 - 1),
            "flag": st.booleans(),
            "note": st.one_of(st.none(), _text.map(lambda text: text[:20])),
        }
    ),
    max_size=12,
)


@given(rows=_rows)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_page_is_its_rows_in_their_order(database: Database, rows: list[dict[str, object]]) -> None:
    # by all columns: which of two rows that differ in nothing else comes first is the database's choice
    query = sa.select(_things).order_by(_things.c.number.desc(), _things.c.name, _things.c.flag, _things.c.note)
    with database.write() as tx:
        tx.execute(sa.text("drop table if exists things"))
        tx.execute(sa.text("create table things (name text, number bigint, flag boolean, note varchar(20))"))
        if rows:
            tx.execute(sa.insert(_things), rows)
        assert many(tx, query) == all_rows(tx, query)
        assert many(tx, query.limit(3)) == all_rows(tx, query)[:3]


def test_what_json_would_round_is_refused(tmp_path: Path) -> None:
    """0.30000000000000004 would come back as 0.3 from SQLite."""
    database = Database(databases.migrated("sqlite", tmp_path))
    with database.read() as tx, pytest.raises(TypeError):
        many(tx, sa.select(sa.literal(0.1, sa.Float).label("fraction")))
    database.close()
