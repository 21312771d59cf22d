"""Jobs of fingerprints, as a client asks for them."""

import json
from typing import Any

from running import LOCATION, Running, until


def submitted(server: Running, library: str, key: str, save: str, name: str) -> str:
    """The id of a job that compares an object of the bucket cin with a library."""
    source = json.dumps({"Bucket": "cin", "Location": LOCATION, "Object": name})
    config = json.dumps({"FpDBId": library, "PrimaryKey": key, "SaveType": save})
    return str(server.client.call("SubmitFpShotJob", Input=source, FpShotConfig=config)["JobId"])


def ended(server: Running, job: str) -> dict[str, Any]:
    """The job, when it has ended."""

    def look() -> dict[str, Any] | None:
        (one,) = server.client.call("QueryFpShotJobList", JobIds=job)["FpShotJobList"]["FpShotJob"]
        return one if one["State"] in ("Success", "Fail") else None

    return dict(until(look, 90, "the job has ended"))
