"""Tables of reviews: what an account has said about words. See store.tables."""

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from reelmill.store.columns import metadata, owner, seq

word_lists = Table(
    "censor_word_lists",
    metadata,
    seq(),
    *owner(),
    Column("id", String(32), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("label", String(16), nullable=False),
    Column("suggestion", String(16), nullable=False),  # review | block
    Column("created_ms", BigInteger, nullable=False),
    Column("changed_ms", BigInteger, nullable=False),
    Column("words", Text, nullable=False),  # JSON: words, and patterns as /.../
    Index("ix_censor_word_list_owner", "account", "region", "seq"),
)
