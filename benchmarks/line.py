"""A client whose own work is not counted. Imported after `common.use_project_python`."""

import hashlib
import http.client
import json
import os
import time
from typing import Any

from reelmill.cli.client import canonical_query, signed_headers
from reelmill.core import clock
from running import KEY, SECRET, Running


class Line:
    """One connection that stays open."""

    def __init__(self, server: Running):
        self._host = f"127.0.0.1:{server.port}"
        self._http = http.client.HTTPConnection(self._host)

    def ask(self, action: str, **values: Any) -> tuple[float, dict[str, Any]]:
        """(seconds, answer) of one signed request; the signing is not counted."""
        query = canonical_query(
            {name: v if isinstance(v, str) else json.dumps(v, ensure_ascii=False) for name, v in values.items()}
        )
        headers = signed_headers(
            action,
            self._host,
            query,
            KEY,
            SECRET,
            clock.iso(clock.now_ms()) or "",
            hashlib.sha256(os.urandom(16)).hexdigest(),
        )
        began = time.perf_counter()
        self._http.request("POST", f"/?{query}", headers=headers)
        response = self._http.getresponse()
        text = response.read()
        took = time.perf_counter() - began
        if response.status != 200:
            raise SystemExit(f"{action} {values}: {text.decode()}")
        return took, json.loads(text)
