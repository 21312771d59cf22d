"""Tables of fingerprint libraries. The prints themselves lie in files; the rows say which parts of these count, so what
was appended without its row is not there. See store.tables."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from reelmill.store.columns import metadata, owner, seq

fp_libraries = Table(
    "fp_libraries",
    metadata,
    seq(),
    *owner(),
    Column("id", String(32), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("config", Text, nullable=False, server_default=""),
    Column("state", String(16), nullable=False),  # active | deleted
    Column("generation", Integer, nullable=False, server_default="1"),  # emptied: new files
    Column("revision", BigInteger, nullable=False, server_default="0"),  # raised with each change of its films
    Column("samples", BigInteger, nullable=False, server_default="0"),  # where the next film begins
    Column("items", BigInteger, nullable=False, server_default="0"),
    Column("created_ms", BigInteger, nullable=False),
    Column("model", Integer, nullable=False, server_default="1"),  # 1: pictures and sound, 2: texts in pictures
    Column("texts", BigInteger, nullable=False, server_default="0"),  # where those of the next film begin, in bytes
    Index("ix_fp_library_owner", "account", "region", "seq"),
)

fp_files = Table(
    "fp_files",
    metadata,
    seq(),
    *owner(),
    Column("id", String(32), nullable=False, unique=True),
    Column("library_id", String(32), nullable=False),
    Column("primary_key", Text, nullable=False),
    Column("job_id", String(32), nullable=False, unique=True),  # that keeps it: done again, it keeps it once
    Column("bucket", String(64), nullable=False),
    Column("location", String(64), nullable=False),
    Column("object", Text, nullable=False),
    Column("sample_at", BigInteger, nullable=False),
    Column("samples", BigInteger, nullable=False),  # two a second
    Column("item_at", BigInteger, nullable=False),
    Column("items", BigInteger, nullable=False),  # of sound
    Column("created_ms", BigInteger, nullable=False),
    Column("text_at", BigInteger, nullable=False, server_default="0"),
    Column("texts", BigInteger, nullable=False, server_default="0"),  # bytes
    Index("ix_fp_file_library", "library_id", "seq"),
)

# What was taken out of libraries: done when it was asked for, and told as the job that it is in MPS.
fp_removals = Table(
    "fp_removals",
    metadata,
    seq(),
    *owner(),
    Column("id", String(32), nullable=False, unique=True),
    Column("of", String(8), nullable=False),  # files | library
    Column("library_id", String(32), nullable=False),
    Column("what", Text, nullable=False),  # ids of files, separated by commas; of a library Purge | Delete
    Column("pipeline_id", String(32), nullable=False, server_default=""),
    Column("user_data", Text, nullable=False, server_default=""),
    Column("created_ms", BigInteger, nullable=False),
    Index("ix_fp_removal_owner", "account", "region", "of", "seq"),
)
