"""A real server (uvicorn on a free port, SQLite library, folders as buckets) that the official SDKs talk to. Nothing
executes work here: operations that need the engine are proved in tests/e2e."""

import contextlib
import functools
import json
import socket
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import uvicorn
from alibabacloud_mts20140618.client import Client as NewClient
from alibabacloud_tea_openapi.models import Config
from aliyunsdkcore.client import AcsClient
from aliyunsdkcore.request import RpcRequest

import databases
from reelmill.api import front
from reelmill.api.asgi import make_app
from reelmill.api.wire import MAX_LINE
from reelmill.engine.baseline import baseline
from reelmill.media.tools import Tools
from reelmill.objects.folder import Folder
from reelmill.objects.folders import Folders
from reelmill.objects.incoming import Incoming
from reelmill.services import accounts
from reelmill.services.context import AppContext
from reelmill.services.thumbnails import Thumbnails
from reelmill.store import migrate
from reelmill.store.database import Database

REGION = "cn-hangzhou"
KEYS = {"LTAIalice": ("alicesecret", "alice"), "LTAIbob": ("bobsecret", "bob")}


@dataclass
class Site:
    """The running server and ways to talk to it."""

    ctx: AppContext
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def folder(self, bucket: str) -> Folder:
        """A bucket as the folder that it is, to put things into it from outside."""
        found = self.ctx.objects[bucket]
        assert isinstance(found, Folder)
        return found

    def new_sdk(self, key: str = "LTAIalice", secret: str | None = None, **config: Any) -> NewClient:
        return NewClient(
            Config(
                access_key_id=key,
                access_key_secret=secret or KEYS[key][0],
                endpoint=f"127.0.0.1:{self.port}",
                protocol="http",
                **config,
            )
        )

    def old_call(
        self,
        action: str,
        *,
        form: str = "JSON",
        method: str = "POST",
        key: str = "LTAIalice",
        secret: str | None = None,
        **values: str,
    ) -> Any:
        """One request through the older SDK: parsed JSON, or the XML text."""
        request = RpcRequest("Mts", "2014-06-18", action)
        request.set_endpoint(f"127.0.0.1:{self.port}")
        request.set_accept_format(form)
        request.set_method(method)
        for name, value in values.items():
            request.add_query_param(name, value)
        client = AcsClient(key, secret or KEYS[key][0], REGION)
        if form == "JSON":
            return json.loads(client.do_action_with_exception(request))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            return client.do_action(request).decode()  # its successor asks for JSON whatever form was set


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with opened(tmp_path_factory.mktemp("site")) as made:
        yield made


@pytest.fixture(scope="module", params=databases.CHOSEN)
def site_on_each(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server of the file's own on each database: `site = site_on_each` lets all tests of a file run on both."""
    with opened(databases.put(str(request.param), tmp_path_factory.mktemp("site"))) as made:
        yield made


@contextlib.contextmanager
def opened(home: Path) -> Iterator[Site]:
    """A server on this empty home, as long as the context lasts."""
    database = _library(home)
    buckets = Folders(home / "buckets")
    sock = socket.socket(
        socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP
    )  # as the server does it, or each answer waits 40 ms (Nagle)
    sock.bind(("127.0.0.1", 0))
    port = sock.getsockname()[1]
    ctx = AppContext(
        database=database,
        region=REGION,
        base_url=f"http://127.0.0.1:{port}",
        own_hosts=frozenset({f"127.0.0.1:{port}"}),
        objects=buckets,
        engine=SimpleNamespace(
            baseline=functools.partial(baseline, database, buckets), options=SimpleNamespace(skip_unchanged=False)
        ),
        incoming=Incoming(home / "uploads"),
        signing_key=b"k" * 32,
        thumbnails=Thumbnails(home / "thumbnails", Tools()),
    )
    for key, (secret, account) in KEYS.items():
        accounts.ensure_key(database, key, secret, account)
    app = make_app(ctx, strict=True)
    http = front.protocol(f"127.0.0.1:{port}", front.Patience())
    server = uvicorn.Server(
        uvicorn.Config(app, http=http, lifespan="off", log_config=None, h11_max_incomplete_event_size=MAX_LINE + 65536)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield Site(ctx, port)
    server.should_exit = True
    thread.join(10)
    database.close()


def _library(home: Path) -> Database:
    migrate.upgrade(url := databases.of_home(home))
    return Database(url)


@pytest.fixture
def name() -> Callable[[str], str]:
    """Names that no other test of this server uses."""
    return lambda stem: f"{stem}-{time.monotonic_ns()}"


Name = Callable[[str], str]


@pytest.fixture
def drawing(site: Site, name: Name) -> Callable[..., str]:
    """Binds buckets, makes a pipeline and answers the text of a small topology: Start -> Transcode -> Report."""
    from alibabacloud_mts20140618 import models as m

    sdk = site.new_sdk()
    into, out = name("in"), name("out")
    sdk.bind_input_bucket(m.BindInputBucketRequest(bucket=into))
    sdk.bind_output_bucket(m.BindOutputBucketRequest(bucket=out))
    pipeline = sdk.add_pipeline(m.AddPipelineRequest(name="p")).body.pipeline.id

    def draw(
        template: str = "S00000001-200020",
        prefix: str = "up/",
        out: str = out,
        pipeline: str = pipeline,
        into: str = into,
    ) -> str:
        location = f"oss-{REGION}"
        output = [{"OutputObject": "{RunId}%2Fv", "TemplateId": template}]
        return json.dumps(
            {
                "Activities": {
                    "start": {
                        "Type": "Start",
                        "Parameters": {
                            "PipelineId": pipeline,
                            "InputFile": {"Bucket": into, "Location": location, "ObjectPrefix": prefix},
                        },
                    },
                    "hd": {
                        "Type": "Transcode",
                        "Parameters": {"OutputBucket": out, "OutputLocation": location, "Outputs": json.dumps(output)},
                    },
                    "end": {"Type": "Report", "Parameters": {"PublishType": "Auto"}},
                },
                "Dependencies": {"start": ["hd"], "hd": ["end"], "end": []},
            }
        )

    draw.into, draw.out, draw.pipeline = into, out, pipeline  # type: ignore[attr-defined]
    return draw
