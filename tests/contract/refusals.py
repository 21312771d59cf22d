"""What a client is told when it is refused, whichever it is."""

from collections.abc import Callable
from typing import Any

import pytest
from aliyunsdkcore.acs_exception.exceptions import ServerException

MISSING = "0" * 32


def refused(call: Callable[[], Any]) -> str:
    """The error code of a call that must fail."""
    with pytest.raises(Exception) as error:
        call()
    return error.value.get_error_code() if isinstance(error.value, ServerException) else str(error.value.code)  # type: ignore[attr-defined]
