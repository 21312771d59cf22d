"""What a stranger sends is bounded before it is taken apart."""

import h11
import pytest

from reelmill.api import bounds


def reader(data: bytes) -> bounds.Connection:
    one = bounds.Connection(h11.SERVER, 400_000)
    one.receive_data(data)
    return one


def drained(one: bounds.Connection) -> str:
    """ "" when everything was read, else the code of the refusal."""
    try:
        while one.next_event() not in (h11.NEED_DATA, h11.PAUSED):
            pass
    except h11.RemoteProtocolError:
        return one.problem.code if one.problem else "h11"
    return ""


def chunked(size: int, count: int) -> bytes:
    return (
        b"POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n"
        + (b"%x\r\n" % size + b"a" * size + b"\r\n") * count
        + b"0\r\n\r\n"
    )


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"GET /b/" + b"1" * 9000 + b" HTTP/1.1\r\nhost: x\r\n\r\n", "RequestEntityTooLarge"),
        (b"GET /b/" + b"1" * 9000, "RequestEntityTooLarge"),  # its end need not be waited for
        (b"GET /b/" + b"1" * 9000 + b"?a=1 HTTP/1.1\r\nhost: x\r\n\r\n", "RequestEntityTooLarge"),
        (b"GET / HTTP/1.1\r\nhost: x\r\n" + b"cookie: " + b";" * 17_000 + b"\r\n\r\n", "RequestEntityTooLarge"),
        (
            b"GET / HTTP/1.1\r\nhost: x\r\n"
            + b"x: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n" * 200
            + b"\r\n",
            "InvalidParameter.Format",
        ),
        (chunked(1, 2000), "InvalidParameter.Format"),
        (b"GET /?" + b"a" * 250_000 + b" HTTP/1.1\r\nhost: x\r\n\r\n", ""),  # a topology in the query
        (b"GET /?" + b"a" * 250_000 + b" HTTP/1.1\r\nhost: x\r\n" + b"x: y\r\n" * 100 + b"\r\n", ""),
        (b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 40000\r\n\r\n" + b"\n" * 40_000, ""),  # a body is no head
        (chunked(1, 400), ""),
        (chunked(512, 2000), ""),
    ],
)
def test_long_heads_and_small_chunks_are_refused_and_what_clients_send_is_not(data: bytes, code: str) -> None:
    assert drained(reader(data)) == code


def test_the_second_request_of_a_connection_is_bounded_too() -> None:
    one = reader(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n" + b"GET /b/" + b"1" * 9000 + b" HTTP/1.1\r\nhost: x\r\n\r\n")
    assert drained(one) == ""
    one.send(h11.Response(status_code=204, headers=[]))
    one.send(h11.EndOfMessage())
    one.start_next_cycle()
    assert drained(one) == "RequestEntityTooLarge"
