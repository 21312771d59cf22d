"""Tables of reviews: what an account has said about words and logos. See store.tables."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

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

logos = Table(
    "censor_logos",
    metadata,
    seq(),
    *owner(),
    Column("id", String(32), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("label", String(64), nullable=False),
    Column("suggestion", String(16), nullable=False),  # review | block
    Column("created_ms", BigInteger, nullable=False),
    Column("changed_ms", BigInteger, nullable=False),
    Column("bucket", String(64)),  # the object that the picture was read from, none when it was sent
    Column("object", Text),
    Column("width", Integer, nullable=False),  # of what is kept
    Column("height", Integer, nullable=False),
    Column("picture", Text, nullable=False),  # a small PNG in base64: every worker has it, whatever becomes of the file
    Index("ix_censor_logo_owner", "account", "region", "seq"),
)
