"""Bounds of a request, looked at before anybody takes it apart: what a stranger sends costs no more than its bytes are
worth.

h11 reads all lines of a head, and each chunk of a body, on the loop; a head of a hundred thousand lines, or a body in
chunks of one byte, would hold up everybody else meanwhile. Long request lines are for parameters only: the longest
address, an object's, has a few thousand bytes.
"""

from typing import Any

import h11

from reelmill.core.errors import CallerError

# bytes of the path as sent: a key of 1,023 bytes, all of them percent-encoded, and what stands before it
MAX_PATH = 8 * 1024
MAX_HEADERS = 16 * 1024  # bytes of all headers together, as Node has it
MAX_HEADER_LINES = 128
_SMALL = 8 * 1024  # a head that has not more is cheap whatever it holds
_FREE_CHUNKS = 500  # of a body, however small they are
_MIN_CHUNK = 512  # bytes that chunks have on average when there are more of them: h11 takes 20 µs for each, on the loop


def head_problem(begun: bytes) -> CallerError | None:
    """What is wrong with the head that these bytes are or begin with; None when it may go on."""
    line, ended, rest = begun.partition(b"\n")
    if len(line.partition(b"?")[0]) > MAX_PATH:
        return CallerError(
            "RequestEntityTooLarge",
            str(MAX_PATH),
            "No address of this server is longer; send long parameters in the query or in a form body.",
        )
    if not ended:
        return None
    ends = [at for at in (rest.find(b"\n\r\n"), rest.find(b"\n\n")) if at >= 0]
    headers = rest[: min(ends)] if ends else rest
    if len(headers) > MAX_HEADERS:
        return CallerError("RequestEntityTooLarge", str(MAX_HEADERS), "All headers together may have that many.")
    if headers.count(b"\n") >= MAX_HEADER_LINES:
        return CallerError("InvalidParameter.Format", "HTTP request", f"It may have {MAX_HEADER_LINES} headers.")
    return None


class Connection(h11.Connection):
    """h11's, which refuses what is out of bounds; `problem` then says why."""

    problem: CallerError | None = None
    _waiting = 0  # bytes that came since the last request began
    _chunks = _content = 0  # of the body under way

    def receive_data(self, data: bytes) -> None:
        self._waiting += len(data)
        super().receive_data(data)

    def next_event(self) -> Any:
        if self.their_state is h11.IDLE and self._waiting > _SMALL:
            self._refuse(head_problem(self.trailing_data[0]))
        event = super().next_event()
        if isinstance(event, h11.Request):
            self._waiting, self._chunks, self._content = len(self.trailing_data[0]), 0, 0
        elif isinstance(event, h11.Data):
            self._chunks += event.chunk_end
            self._content += len(event.data)
            if self._chunks > _FREE_CHUNKS and self._content < self._chunks * _MIN_CHUNK:
                self._refuse(
                    CallerError(
                        "InvalidParameter.Format",
                        "HTTP request",
                        f"Its chunks are too small: they must have {_MIN_CHUNK} bytes on average.",
                    )
                )
        return event

    def _refuse(self, problem: CallerError | None) -> None:
        if problem:
            self.problem = problem
            raise h11.RemoteProtocolError("out of bounds")
