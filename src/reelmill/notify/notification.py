"""What a topic's subscriber gets: the body in the form that it chose, and what is signed (workflow.md 10.3). Pure but
for the signature."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from reelmill.core import jsonx, mns, mns_xml

_TYPES = {"XML": "text/xml;charset=utf-8", "JSON": "application/json;charset=utf-8"}


def body(facts: Mapping[str, Any], message_id: str, text: str, published_ms: int) -> str:
    """The body of a push. `facts`: topic, owner, subscription, format, tag, properties. SIMPLIFIED is the text alone;
    the others tell the time under the name that the vendor uses and under the one that its older texts have."""
    if facts["format"] == "SIMPLIFIED":
        return text
    values: dict[str, Any] = {
        "TopicOwner": facts["owner"],
        "TopicName": facts["topic"],
        "Subscriber": facts["owner"],
        "SubscriptionName": facts["subscription"],
        "MessageId": message_id,
        "MessageMD5": mns.md5(text),
        "Message": text,
        **({"MessageTag": facts["tag"]} if facts["tag"] else {}),
        "PublishTime": published_ms,
        "MessagePublishTime": published_ms,
    }
    if facts["format"] == "JSON":
        return jsonx.dumps({name: str(value) if name.endswith("Time") else value for name, value in values.items()})
    return mns_xml.render("Notification", list(values.items()))


def heads(
    facts: Mapping[str, Any], message_id: str, content: bytes, *, date: str, request_id: str, certificate_url: str
) -> dict[str, str]:
    """The headers of a push but its signature, names in lower case."""
    told = {
        "content-type": _TYPES.get(facts["format"], "text/plain;charset=utf-8"),
        "content-md5": base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode(),
        "date": date,
        "x-mns-request-id": request_id,
        "x-mns-version": mns.VERSION,
        "x-mns-signing-cert-url": base64.b64encode(certificate_url.encode()).decode(),
    }
    if facts["format"] == "SIMPLIFIED":  # what the body does not tell then
        told |= {"x-mns-message-id": message_id}
        told |= {"x-mns-message-tag": facts["tag"]} if facts["tag"] else {}
    return told


def to_sign(headers: Mapping[str, str], resource: str) -> str:
    """The text under the signature of a push."""
    ours = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers) if name.startswith("x-mns-"))
    return f"POST\n{headers['content-md5']}\n{headers['content-type']}\n{headers['date']}\n{ours}{resource}"
