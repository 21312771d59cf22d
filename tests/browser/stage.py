"""A server on which something has happened: for tests that look at screens."""

import json
from collections import Counter
from dataclasses import dataclass

from running import LOCATION, ROOT, Running, ladder_topology, template

CLIP = ROOT / "src/reelmill/cli/clips/big_buck_bunny.mp4"


@dataclass(frozen=True)
class Stage:
    """workflow: id of an active one; run, media: of a film that came through; failed: the run of a file that is no
    film."""

    server: Running
    workflow: str
    run: str
    media: str
    failed: str
    template: str

    def screens(self) -> dict[str, str]:
        """name -> path of every screen of the console; neighbours are of different kinds, so that one gets from each to
        the next without loading the page anew."""
        shown = {
            "overview": "/",
            "media": "/media",
            "media page": f"/media/{self.media}",
            "upload": "/upload",
            "workflows": "/workflows",
            "workflow": f"/workflows/{self.workflow}",
            "new workflow": "/workflows/new",
            "workflow as run": f"/workflows/{self.workflow}?run={self.run}",
            "versions": f"/workflows/{self.workflow}?view=versions",
            "backfills": "/backfills",
            "reviews": "/reviews",
            "runs": "/runs",
            "run": f"/runs/{self.run}",
            "failed run": f"/runs/{self.failed}",
            "buckets": "/buckets",
            "objects": "/buckets/cout",
            "queues": "/queues",
            "message queues": "/messages",
            "topics": "/messages?view=topics",
            "webhooks": "/webhooks",
            "delivery log": "/webhooks?view=log",
            "templates": "/templates",
            "template": f"/templates/{self.template}",
            "new template": "/templates/new",
            "transcode jobs": "/tasks/transcode",
            "snapshot jobs": "/tasks/snapshot",
            "media info jobs": "/tasks/info",
            "review jobs": "/tasks/censor",
            "word lists": "/wordlists",
            "logos": "/logos",
            "fingerprint jobs": "/tasks/fingerprint",
            "cover jobs": "/tasks/cover",
            "fingerprint libraries": "/fingerprints",
            "keys": "/keys",
            "about": "/about",
        }
        before = Counter[str]()
        turn: dict[str, int] = {}  # the how manieth of its kind it is
        for name, path in shown.items():
            kind = path.split("/")[1].partition("?")[0]
            turn[name], before[kind] = before[kind], before[kind] + 1
        return {name: shown[name] for name in sorted(shown, key=turn.__getitem__)}


def set_up(server: Running) -> Stage:
    """Two uploads into a little ladder, run to their ends."""
    call = server.client.call
    call("BindInputBucket", Bucket="cin")
    call("BindOutputBucket", Bucket="cout")
    pipeline = call("AddPipeline", Name="main")["Pipeline"]["Id"]
    sizes = [template(server, width, "2") for width in ("640", "320")]
    topology = ladder_topology(pipeline, sizes)
    workflow = call("AddMediaWorkflow", Name="web", Topology=json.dumps(topology))["MediaWorkflow"]["MediaWorkflowId"]
    server.put("cin", "up/bunny.mp4", CLIP)
    good = server.ended(workflow, 1)[0]
    broken = server.home / "broken.mp4"
    broken.write_text("this is no film\n" * 100)
    server.put("cin", "up/broken.mp4", broken)
    bad = next(run for run in server.ended(workflow, 2) if run["RunId"] != good["RunId"])
    call(
        "SubmitSnapshotJob",
        Input={"Bucket": "cin", "Location": LOCATION, "Object": "up/bunny.mp4"},
        SnapshotConfig={"OutputFile": {"Bucket": "cout", "Location": LOCATION, "Object": "one.jpg"}, "Time": "500"},
    )
    topology["Activities"]["end"]["Parameters"] = {"PublishType": "Manual"}
    change = {"Topology": topology, "WhileActive": True, "Note": "先由人查看"}
    call("UpdateMediaWorkflow", MediaWorkflowId=workflow, **change)
    call("SubmitBackfillJob", MediaWorkflowId=workflow, Prefix="old/", DryRun=True)
    hook = call("AddWebhook", Url="http://127.0.0.1:9/films", Events="execution.*", MediaWorkflowId=workflow)["Webhook"]
    call("AddWebhook", Url="http://127.0.0.1:9/nobody")
    call("TestWebhook", WebhookId=hook["WebhookId"])
    return Stage(server, workflow, good["RunId"], good["MediaId"], bad["RunId"], sizes[0])
