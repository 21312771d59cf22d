"""What accounts have and choose: keys and people, buckets, pipelines, templates, workflows, categories, uploads.
See store.tables."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text, UniqueConstraint, text

from reelmill.store.columns import metadata, owner, seq

access_keys = Table(
    "access_keys",
    metadata,
    Column("id", String(128), primary_key=True),
    Column("secret", String(256), nullable=False),
    Column("account", String(64), nullable=False),
    Column("role", String(32), nullable=False),
    Column("state", String(16), nullable=False),  # Active | Inactive
    Column("created_ms", BigInteger, nullable=False),
)

# People who sign in to the console with a password.
users = Table(
    "users",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("account", String(64), nullable=False),
    Column("role", String(32), nullable=False),  # administrator | operator | reviewer | viewer
    Column("password", Text, nullable=False),  # scrypt with its parameters and salt
    Column("state", String(16), nullable=False),  # Active | Inactive
    Column("created_ms", BigInteger, nullable=False),
)

# Who is signed in to the console. Account and role are those of the key or user at the moment of each request.
sessions = Table(
    "sessions",
    metadata,
    Column("id", String(64), primary_key=True),  # SHA-256 of the cookie: whoever reads this table cannot become anybody
    Column("kind", String(8), nullable=False),  # key | user
    Column("name", String(128), nullable=False),  # id of the access key or name of the user
    Column("region", String(64), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("seen_ms", BigInteger, nullable=False),
    Index("ix_session_owner", "kind", "name"),
)

buckets = Table(
    "buckets",
    metadata,
    seq(),
    *owner(),
    Column("name", String(64), nullable=False),
    Column("type", String(8), nullable=False),  # Input | Output
    Column("referer", Text, nullable=False, server_default=""),
    Column("created_ms", BigInteger, nullable=False),
    UniqueConstraint("name", "type", name="uq_bucket"),  # a name means one folder, whoever binds it
)

# Whose files lie in a bucket's folder: the account that has bound it, or did so last. What it left there is not for
# whoever takes the name next.
bucket_owners = Table(
    "bucket_owners",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("account", String(64), nullable=False),
)

pipelines = Table(
    "pipelines",
    metadata,
    seq(),
    *owner(),
    Column("id", String(32), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("state", String(16), nullable=False),  # Active | Paused | Deleted
    Column("speed", String(32), nullable=False),
    Column("speed_level", Integer),
    Column("role", Text, nullable=False, server_default=""),
    Column("notify", Text, nullable=False, server_default="{}"),
    Column("max_concurrency", Integer),  # NULL: the setting
    Column("created_ms", BigInteger, nullable=False),
)

templates = Table(
    "templates",
    metadata,
    seq(),
    *owner(),
    Column("id", String(32), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("state", String(16), nullable=False),  # Normal | Deleted
    Column("body", Text, nullable=False),  # {"Container","Video","Audio","TransConfig","MuxConfig"}
    Column("created_ms", BigInteger, nullable=False),
)

watermarks = Table(
    "watermarks",
    metadata,
    seq(),
    *owner(),
    Column("id", String(32), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("state", String(16), nullable=False),  # Normal | Deleted
    Column("body", Text, nullable=False),  # the Config
    Column("created_ms", BigInteger, nullable=False),
)

workflows = Table(
    "workflows",
    metadata,
    seq(),
    *owner(),
    Column("id", String(32), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("topology", Text, nullable=False),  # verbatim
    Column("trigger_mode", String(16), nullable=False),  # OssAutoTrigger | NotInAuto
    Column(
        "revision", BigInteger, nullable=False, server_default="1"
    ),  # one more with each change of what stands above
    Column("state", String(16), nullable=False),  # Active | Inactive | Deleted
    Column("input_bucket", String(64), nullable=False),
    Column("input_prefix", Text, nullable=False),
    Column("active_since_ms", BigInteger, nullable=False),  # objects completed before this moment start nothing
    Column("created_ms", BigInteger, nullable=False),
    # Off, Run, Workflow or Account in the letters in which it was written: whose outputs its runs take over
    Column("reuse", String(16), nullable=False, server_default="Off"),
    Column("input_filter", Text, nullable=False, server_default=""),  # JSON of core.filters; "": everything
    Index("ix_workflow_input", "input_bucket", "state"),
    Index(
        "uq_workflow_name",
        "account",
        "region",
        "name",
        unique=True,
        sqlite_where=text("state != 'Deleted'"),
        postgresql_where=text("state != 'Deleted'"),
    ),
)

categories = Table(
    "categories",
    metadata,
    seq(),
    *owner(),  # seq is MPS's CateId
    Column("name", Text, nullable=False),
    Column("parent_id", BigInteger, nullable=False),  # -1: a root
    Column("level", Integer, nullable=False),  # 0: a root
    UniqueConstraint("account", "region", "parent_id", "name", name="uq_category"),
)

# Uploads through the console. The bytes lie in HOME/uploads until the object appears whole in its bucket.
uploads = Table(
    "uploads",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("account", String(64), nullable=False),
    Column("region", String(64), nullable=False),
    Column("owner", String(128), nullable=False),  # who is signed in
    Column("bucket", String(64), nullable=False),
    Column("object", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False, server_default=""),
    Column("state", String(8), nullable=False),  # Open | Done
    Column("created_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    Index("ix_upload_owner", "account", "region", "owner", "state"),
    Index("ix_upload_expiry", "expires_ms"),
)
