"""Attacks through the API on a whole server: out of a bucket, into the inner network, with documents that explode. A
trap listens on this machine; nothing may ever knock at it, and a file beside the buckets may never be read."""

import json
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from clips import dash, svg
from contract.traps import MP4, SECRETS, Trap, ended, pipeline, refused, server, source, trap  # noqa: F401 - fixtures
from running import LOCATION, Running

# --- out of the bucket

OUTWARD = [
    "../secret.mp4",
    "a/../../secret.mp4",
    "..%2Fsecret.mp4",
    "%2e%2e/secret.mp4",
    "%2E%2E%2Fsecret.mp4",
    "/etc/passwd",
    "%2Fetc%2Fpasswd",
    "a/./b.mp4",
    "a//b.mp4",
    "..",
    "a/..",
    "a%00.mp4",
    "a%0ab.mp4",
    "..\\secret.mp4",
    "\\etc\\passwd",
    "a/b.mp4/",
    "%c0%ae%c0%ae/secret.mp4",
    "%ff",
    ".",
    "%252e%252e%252fsecret.mp4",
    "file:///etc/passwd",
    "-i",
    "|id",
]


@pytest.mark.parametrize("key", OUTWARD)
def test_no_name_of_an_input_leads_out(server: Running, pipeline: str, key: str) -> None:
    answer = refused(server, "SubmitMediaInfoJob", Input=source(key))
    assert (
        answer["Code"] in ("InvalidParameter.ObjectKeyInvalid", "InvalidParameter.ResourceNotFound")
        and "Input.Object" in answer["Message"]
    )
    answer = refused(server, "AddMedia", FileURL=f"http://cin.{LOCATION}.aliyuncs.com/{key}")
    assert answer["Code"] in (
        "InvalidParameter.ObjectKeyInvalid",
        "InvalidParameter.ResourceNotFound",
        "InvalidParameter.Format",
    )


@pytest.mark.parametrize(
    "key",
    [
        "../x",
        "a/../../x",
        "..%2F..%2Fx",
        "/tmp/x",
        "%2Ftmp%2Fx",
        "a%2F%2Fb",
        "{ObjectPrefix}../x",
        "x%00",
        "x%0A",
        "\\x",
        "{FileName}/../../x",
    ],
)
def test_no_name_of_an_output_leads_out(server: Running, pipeline: str, key: str) -> None:
    outputs = json.dumps([{"OutputObject": key + ".mp4", "TemplateId": MP4}])
    (result,) = server.client.call(
        "SubmitJobs", Input=source("a%2Fb.mp4"), Outputs=outputs, OutputBucket="cout", PipelineId=pipeline
    )["JobResultList"]["JobResult"]
    assert not result["Success"] and result["Code"] == "InvalidParameter.ObjectKeyInvalid", result
    where = {"Bucket": "cout", "Location": LOCATION, "Object": key + ".jpg"}
    assert (
        refused(
            server, "SubmitSnapshotJob", Input=source("a%2Fb.mp4"), SnapshotConfig={"OutputFile": where, "Time": "0"}
        )["Code"]
        == "InvalidParameter.ObjectKeyInvalid"
    )


@pytest.mark.parametrize(
    "name", ["..", ".", "../cin", "cin/..", "cin/a", "", "cin\n", "cin%2f", "CIN", "-", "\u0441in"]
)
def test_no_name_of_a_bucket_is_a_path(server: Running, pipeline: str, name: str) -> None:
    for action in ("BindInputBucket", "BindOutputBucket"):
        assert refused(server, action, Bucket=name)["Code"] in (
            "InvalidParameter.BucketNameInvalid",
            "InvalidParameter.EmptyValue",
        )
    assert refused(server, "SubmitMediaInfoJob", Input={**source("secret.mp4"), "Bucket": name})["Code"].startswith(
        ("InvalidParameter.", "MissingParameter")
    )


def test_links_in_a_bucket_do_not_lead_out(server: Running, pipeline: str, tmp_path: Path) -> None:
    bucket = server.home / "buckets"
    (bucket / "cin" / "link.mp4").symlink_to(server.home / "secret.mp4")
    (bucket / "cin" / "dir").symlink_to(server.home)
    (bucket / "cout" / "dir").symlink_to(tmp_path)
    for key in ("link.mp4", "dir/secret.mp4"):
        assert refused(server, "SubmitMediaInfoJob", Input=source(quote(key, safe="")))["Code"] in (
            "InvalidParameter.ResourceNotFound",
            "InvalidParameter.ObjectKeyInvalid",
        )
    outputs = json.dumps([{"OutputObject": "dir/x.mp4", "TemplateId": MP4}])
    (result,) = server.client.call(
        "SubmitJobs", Input=source("a%2Fb.mp4"), Outputs=outputs, OutputBucket="cout", PipelineId=pipeline
    )["JobResultList"]["JobResult"]
    if result["Success"]:
        ended(server, result["Job"]["JobId"], "TranscodeFail")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "path",
    [
        "/cin/../secret.mp4",
        "/cin/%2e%2e/secret.mp4",
        "/cin/..%2fsecret.mp4",
        "/../secret.mp4",
        "/%2e%2e/signing.key",
        "/cin/a/b.mp4",
        "/-/s/9999999999.00/cin/a/b.mp4",
        "/-/static/../../../secret.mp4",
        "/-/static/..%2f..%2fapp.py",
        "/-/console/..%2f..%2fapp.py",
        "/-/console/assets/..%2f..%2f..%2fapp.py",
        "//secret.mp4",
    ],
)
def test_no_address_reads_what_is_not_published(server: Running, path: str) -> None:
    answer = httpx.get(httpx.URL(server.url).copy_with(raw_path=path.encode()))
    assert SECRETS not in answer.text and "def " not in answer.text and b"ftyp" not in answer.content
    # the console answers its own paths with its page
    assert answer.status_code == 404 or "<!doctype html" in answer.text.lower()


# --- into the inner network


def inward(trap: Trap, server: Running) -> list[str]:
    """Addresses that lead to this machine or to what a cloud keeps for its machines."""
    return [
        f"http://127.0.0.1:{trap.port}/cin/a/b.mp4",
        f"http://localhost:{trap.port}/cin/a/b.mp4",
        f"http://[::1]:{trap.port}/cin/a/b.mp4",
        f"http://2130706433:{trap.port}/cin/a/b.mp4",
        f"http://0x7f000001:{trap.port}/x.mp4",
        "http://169.254.169.254/latest/meta-data/",
        "http://metadata.google.internal/",
        "http://cin.oss-cn-hangzhou.aliyuncs.com.example.com/a/b.mp4",
        f"http://cin.oss-cn-hangzhou.aliyuncs.com@127.0.0.1:{trap.port}/a/b.mp4",
        f"http://127.0.0.1:{server.port}@127.0.0.1:{trap.port}/cin/a/b.mp4",
        f"http://127.0.0.1:{trap.port}#@127.0.0.1:{server.port}/cin/a/b.mp4",
        f"http://127.0.0.1:{trap.port}\\@127.0.0.1:{server.port}/cin/a/b.mp4",
        "https://cin.oss-cn-hangzhou.aliyuncs.com/a/b.mp4",
        "ftp://cin.oss-cn-hangzhou.aliyuncs.com/a/b.mp4",
        "file:///etc/passwd",
        "gopher://127.0.0.1:1/x",
        "//127.0.0.1/x",
        "/etc/passwd",
        "x",
        "http:///etc/passwd",
        f"http://127.0.0.1:{server.port}/-/healthz",
        f"http://cin.oss-cn-hangzhou.aliyuncs.com:{trap.port}/a/b.mp4",
    ]


def test_no_address_of_a_file_or_cover_leads_elsewhere(server: Running, trap: Trap) -> None:
    media = server.client.call("AddMedia", FileURL=f"{server.url}/cin/a/b.mp4")["Media"]["MediaId"]
    for url in inward(trap, server):
        for action, values in (
            ("AddMedia", {"FileURL": url}),
            ("AddMedia", {"FileURL": f"{server.url}/cin/a/b.mp4", "CoverURL": url}),
            ("UpdateMediaCover", {"MediaId": media, "CoverURL": url}),
            ("UpdateMedia", {"MediaId": media, "CoverURL": url}),
        ):
            assert refused(server, action, **values)["Code"].startswith("InvalidParameter"), (url, action)
        assert refused(server, "QueryMediaListByURL", FileURLs=url)["Code"].startswith("InvalidParameter"), url
    assert trap.knocks == []


def lures(trap: Trap) -> dict[str, str]:
    """Files that are no films but tell where one lies."""
    web, file = f"http://127.0.0.1:{trap.port}/x.ts", "file:///etc/passwd"
    bomb = (
        '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
        + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
        + "]>"
    )
    return {
        "web.m3u8": f"#EXTM3U\n#EXTINF:10,\n{web}\n#EXT-X-ENDLIST\n",
        "file.m3u8": f"#EXTM3U\n#EXTINF:10,\n{file}\n#EXT-X-ENDLIST\n",
        "key.m3u8": f'#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="{web}"\n#EXTINF:10,\nb.ts\n#EXT-X-ENDLIST\n',
        "map.m3u8": f'#EXTM3U\n#EXT-X-MAP:URI="{web}"\n#EXTINF:10,\nb.ts\n#EXT-X-ENDLIST\n',
        "master.m3u8": f"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{web}\n",
        "up.m3u8": "#EXTM3U\n#EXTINF:10,\n../../secret.mp4\n#EXT-X-ENDLIST\n",
        "playlist.mp4": f"#EXTM3U\n#EXTINF:10,\n{web}\n#EXT-X-ENDLIST\n",
        "concat.mp4": f"ffconcat version 1.0\nfile '{web}'\n",
        "concat.txt": f"ffconcat version 1.0\nfile '{file}'\n",
        "web.mpd": dash(web),
        "file.mpd": dash(file),
        "picture.svg": svg(web),
        "list.sdp": f"v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video {trap.port} RTP/AVP 96\n",
        "bomb.mpd": bomb + '<MPD xmlns="urn:mpeg:dash:schema:mpd:2011">&i;</MPD>',
        "bomb.svg": bomb + "<svg>&i;</svg>",
        "ref.mov": f"[Reference]\nRef1={web}\n",
    }


def test_no_file_makes_the_tools_call_or_read_elsewhere(
    server: Running, trap: Trap, pipeline: str, tmp_path: Path
) -> None:
    """Probed, shot and transcoded; each fails for a reason of the file, soon, and nobody has knocked."""
    jobs = []
    for name, text in lures(trap).items():
        (tmp_path / name).write_text(text)
        server.put("cin", f"lure/{name}", tmp_path / name)
        key = source(f"lure%2F{name}")
        answer = server.client.call("SubmitMediaInfoJob", Input=key)["MediaInfoJob"]
        assert (answer["State"], answer["Code"].partition(".")[0]) == ("Fail", "InvalidParameter"), (name, answer)
        assert SECRETS not in json.dumps(answer) and "root:" not in json.dumps(answer)
        outputs = json.dumps([{"OutputObject": f"lure/{name}.mp4", "TemplateId": MP4}])
        jobs += server.client.call("SubmitJobs", Input=key, Outputs=outputs, OutputBucket="cout", PipelineId=pipeline)[
            "JobResultList"
        ]["JobResult"]
    for job in jobs:
        if job["Success"]:
            ended(server, job["Job"]["JobId"], "TranscodeFail")
    assert trap.knocks == [] and not (server.home / "buckets" / "cout" / "lure").exists()
