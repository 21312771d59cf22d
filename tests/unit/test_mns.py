"""The message service's words and XML; what strangers send is refused before it costs anything."""

import pytest

from reelmill.core import mns, mns_xml
from reelmill.core.mns import MnsError
from reelmill.notify import certificate, notification


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<Message>",
        b"<Other/>",
        b'<!DOCTYPE Message [<!ENTITY a "aa">]><Message>&a;</Message>',
        b"<Message>" + b"<a>" * 9 + b"</a>" * 9 + b"</Message>",
        b"<Message>" + b"<a/>" * 5000 + b"</Message>",
        b"<Message>\xff</Message>",
        b"\x00\x01",
        b'<?xml version="1.0" encoding="nonsense"?><Message/>',
    ],
)
def test_what_is_no_document_of_ours_is_refused(body: bytes) -> None:
    with pytest.raises(MnsError) as told:
        mns_xml.parse(body, "Message")
    assert told.value.code == "MalformedXML"


def test_texts_come_back_as_they_were() -> None:
    text = "a <&> ]]> \r\n\t 消息 \U0001f3ac"
    found = mns_xml.parse(mns_xml.render("Message", [("MessageBody", text), ("N", 3)]).encode(), "Message")
    assert (found.get("messagebody"), found.get("N")) == (text, "3")
    assert mns_xml.quoted("a\x00b\ufffe") == "a\ufffdb\ufffd"


def test_there_is_no_empty_element_and_no_space_between() -> None:
    made = mns_xml.render("Queues", [("Queue", [("QueueURL", "u"), ("X", "")]), ("NextMarker", ""), ("Y", None)])
    assert made.endswith(
        '<Queues xmlns="http://mns.aliyuncs.com/doc/v1/"><Queue><QueueURL>u</QueueURL></Queue></Queues>'
    )


def test_handles_need_no_escape_and_strange_ones_are_refused() -> None:
    assert mns.opened(mns.handle(8, 12, "a1b2")) == (12, "a1b2")
    for odd in ("", "1", "8-x-a", "8--a", "8-1-", "8-" + "9" * 30 + "-a", "8-²-a"):
        with pytest.raises(MnsError):
            mns.opened(odd)


def test_names_and_addresses_of_queues() -> None:
    assert mns.queue_of("acs:mns:cn-hangzhou:default:queues/q") == ("cn-hangzhou", "default", "q")
    assert mns.queue_of("http://host/queues/q") is None
    for name in ("1a", "", "a_b", "a" * 121, "ä"):
        assert not mns.is_name(name)


FACTS = {"topic": "t", "owner": "o", "subscription": "s", "format": "XML", "tag": "", "strategy": "BACKOFF_RETRY"}


def test_a_push_is_signed_over_its_headers_and_path() -> None:
    heads = notification.heads(
        FACTS, "ID", b"body", date="Mon", request_id="R", certificate_url="http://h/-/mns/certificates/f.pem"
    )
    text = notification.to_sign(heads, "/path?a=1")
    assert text.startswith(f"POST\n{heads['content-md5']}\ntext/xml;charset=utf-8\nMon\nx-mns-request-id:R\n")
    assert text.endswith("x-mns-version:2015-06-06\n/path?a=1")


def test_the_certificate_fits_the_signature() -> None:
    import base64

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding

    pair = certificate.make()
    key = x509.load_pem_x509_certificate(pair.certificate.encode()).public_key()
    signature = base64.b64decode(certificate.sign(pair.private_key, "text"))
    key.verify(signature, b"text", padding.PKCS1v15(), hashes.SHA1())  # type: ignore[union-attr, call-arg, arg-type]
    assert len(pair.fingerprint) == 64
