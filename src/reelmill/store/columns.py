"""What all tables share. See store.tables."""

from sqlalchemy import BigInteger, Column, Integer, MetaData, String

metadata = MetaData()
_Seq = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts only INTEGER PRIMARY KEY by itself


def seq() -> Column[int]:
    """Gives rows their order."""
    return Column("seq", _Seq, primary_key=True, autoincrement=True)


def owner() -> tuple[Column[str], Column[str]]:
    """Whose row it is."""
    return Column("account", String(64), nullable=False), Column("region", String(64), nullable=False)
