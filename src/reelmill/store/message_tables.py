"""Tables of the message service (MNS: queues, topics, subscriptions), of webhooks, and of what is told to programs.

Times are milliseconds since 1970 (`_ms`), spans of MNS's own attributes seconds (`_s`).
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text, UniqueConstraint, text

from reelmill.store.columns import metadata, owner, seq

mns_queues = Table(
    "mns_queues",
    metadata,
    seq(),
    *owner(),
    Column("name", String(256), nullable=False),
    Column("delay_s", Integer, nullable=False),
    Column("max_size", Integer, nullable=False),
    Column("retention_s", Integer, nullable=False),
    Column("visibility_s", Integer, nullable=False),
    Column("polling_s", Integer, nullable=False),
    Column("logging", Boolean, nullable=False, server_default=text("false")),
    Column("raw", Boolean, nullable=False, server_default=text("false")),  # our messages go in as text, not as Base64
    Column("created_ms", BigInteger, nullable=False),
    Column("modified_ms", BigInteger, nullable=False),
    UniqueConstraint("account", "region", "name", name="uq_mns_queue"),
)

mns_messages = Table(
    "mns_messages",
    metadata,
    seq(),
    Column("queue", BigInteger, nullable=False),  # seq of mns_queues
    Column("id", String(64), nullable=False),
    Column("priority", Integer, nullable=False),  # 1 is received first, 16 last
    Column("visible_ms", BigInteger, nullable=False),  # not received before this moment
    Column("expires_ms", BigInteger, nullable=False),
    Column("enqueued_ms", BigInteger, nullable=False),
    Column("first_dequeue_ms", BigInteger, nullable=False, server_default="0"),
    Column("dequeued", Integer, nullable=False, server_default="0"),
    Column("receipt", String(64), nullable=False, server_default=""),  # what the last handle must hold
    Column("md5", String(32), nullable=False),
    Column("properties", Text, nullable=False, server_default=""),  # JSON, "" when there are none
    Column("body", Text, nullable=False),
    Index("ix_mns_message_turn", "queue", "priority", "seq"),
    Index("ix_mns_message_visible", "queue", "visible_ms"),
    Index("ix_mns_message_expiry", "expires_ms"),
)

mns_topics = Table(
    "mns_topics",
    metadata,
    seq(),
    *owner(),
    Column("name", String(256), nullable=False),
    Column("max_size", Integer, nullable=False),
    Column("logging", Boolean, nullable=False, server_default=text("false")),
    Column("created_ms", BigInteger, nullable=False),
    Column("modified_ms", BigInteger, nullable=False),
    UniqueConstraint("account", "region", "name", name="uq_mns_topic"),
)

mns_subscriptions = Table(
    "mns_subscriptions",
    metadata,
    seq(),
    Column("topic", BigInteger, nullable=False),  # seq of mns_topics
    Column("name", String(256), nullable=False),
    Column("endpoint", Text, nullable=False),  # http(s)://... or acs:mns:REGION:ACCOUNT:queues/NAME
    Column("tag", String(64), nullable=False, server_default=""),  # "": all messages
    Column("strategy", String(32), nullable=False),  # BACKOFF_RETRY | EXPONENTIAL_DECAY_RETRY
    Column("format", String(16), nullable=False),  # XML | JSON | SIMPLIFIED
    Column("created_ms", BigInteger, nullable=False),
    Column("modified_ms", BigInteger, nullable=False),
    UniqueConstraint("topic", "name", name="uq_mns_subscription"),
)

# The key pair that signs what is pushed to subscribers; made once per library.
mns_certificates = Table(
    "mns_certificates",
    metadata,
    Column("fingerprint", String(64), primary_key=True),
    Column("certificate", Text, nullable=False),  # PEM
    Column("private_key", Text, nullable=False),  # PEM
    Column("created_ms", BigInteger, nullable=False),
)

webhooks = Table(
    "webhooks",
    metadata,
    seq(),
    *owner(),
    Column("id", String(32), nullable=False, unique=True),
    Column("url", Text, nullable=False),
    Column("events", Text, nullable=False),  # comma list of patterns such as execution.*
    Column("workflow_id", String(32), nullable=False, server_default=""),  # "": of all
    Column("pipeline_id", String(32), nullable=False, server_default=""),
    Column("format", String(16), nullable=False),  # Plain | CloudEvents
    Column("state", String(16), nullable=False),  # Active | Inactive
    Column("secrets", Text, nullable=False),  # JSON: [{"secret", "until_ms" or null}], the newest first
    Column("created_ms", BigInteger, nullable=False),
    Index("ix_webhook_owner", "account", "region", "seq"),
)

# What happened, for the event stream of programs: kept for a day, resumed by `seq`.
events = Table(
    "events",
    metadata,
    seq(),
    *owner(),
    Column("id", String(64), nullable=False),  # stable: the same in every webhook's message
    Column("type", String(64), nullable=False),
    Column("body", Text, nullable=False),  # JSON: {"type", "timestamp", "data"}
    Column("created_ms", BigInteger, nullable=False, index=True),
    Index("ix_event_owner", "account", "region", "seq"),
)

# One row per message and receiver: what a webhook or an HTTP subscription is to get, with what became of it.
deliveries = Table(
    "deliveries",
    metadata,
    seq(),
    *owner(),
    Column("id", String(32), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),  # webhook | push
    Column("target", String(64), nullable=False),  # id of the webhook, seq of the subscription
    Column("stream", String(64), nullable=False, server_default=""),  # messages of one run keep their order; "": none
    Column("key", String(64), nullable=False),  # the receiver knows a repeat by it
    Column("type", String(64), nullable=False),
    Column("state", String(16), nullable=False),  # Waiting | Delivered | Parked | Dropped
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("next_ms", BigInteger, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("finished_ms", BigInteger),
    Column("attempts", Text, nullable=False, server_default="[]"),  # JSON: the last tries, what was answered
    Column("facts", Text, nullable=False, server_default="{}"),  # JSON: what a push must say besides the body
    Column("body", Text, nullable=False),
    Index(
        "ix_delivery_due", "next_ms", sqlite_where=text("state = 'Waiting'"), postgresql_where=text("state = 'Waiting'")
    ),
    Index(
        "ix_delivery_stream",
        "target",
        "stream",
        "seq",
        sqlite_where=text("state = 'Waiting'"),
        postgresql_where=text("state = 'Waiting'"),
    ),
    Index("ix_delivery_target", "account", "region", "target", "seq"),
    Index("ix_delivery_created", "created_ms"),
)
