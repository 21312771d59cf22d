"""Media and their objects: found, changed, published, signed, and open to nobody else."""

import json
import subprocess
from collections.abc import Callable, Iterator

import httpx
import pytest
from alibabacloud_mts20140618 import models as m

import databases
from contract.conftest import Site
from contract.refusals import MISSING, refused
from reelmill.core import clock
from reelmill.media.tools import Tools
from reelmill.store import parts

# --- the media library


@pytest.fixture
def media(site: Site) -> str:
    """A media record with two runs' outputs, as executions leave it."""
    from reelmill.core import clock

    media_id, now = clock.new_id(), clock.now_ms()
    raw = {
        "format": {
            "format_name": "mov,mp4",
            "format_long_name": "QuickTime / MOV",
            "duration": "2.5",
            "size": "1000",
            "bit_rate": "1148770",
            "nb_streams": 1,
        },
        "streams": [
            {
                "index": 0,
                "codec_type": "video",
                "codec_name": "h264",
                "width": 640,
                "height": 360,
                "r_frame_rate": "30000/1001",
                "avg_frame_rate": "30000/1001",
                "side_data_list": [{"rotation": -90}],
            }
        ],
    }
    with site.ctx.database.write() as tx:
        databases.run(
            tx,
            "insert into media (account, region, id, bucket, location, object, title, publish_state, info, "
            "created_ms) values ('alice','cn-hangzhou',?,?,?,?,?,?,?,?)",
            (media_id, "vod", "oss-cn-hangzhou", f"ü/{media_id}.mp4", "t", "Initiated", json.dumps(raw), now),
        )
        for kind, key, body in (
            ("Play", "v.m3u8", {"format": "m3u8", "width": 640, "bitrate": 800.5}),
            ("Snapshot", "s-{Count}.jpg", {"type": "Sequence", "count": 3}),
        ):
            databases.run(
                tx,
                "insert into media_outputs (account, region, media_id, run_id, workflow_id, workflow_name, "
                "activity, kind, bucket, object, body, public) "
                "values ('alice','cn-hangzhou',?,?,?,?,?,?,?,?,?,false)",
                (media_id, media_id, media_id, "wf", kind, kind, "out", f"{media_id}/{key}", json.dumps(body)),
            )
        segment = (f"{media_id}/v-00001.ts", "video/mp2t")
        playlist = (f"{media_id}/v.m3u8", "application/vnd.apple.mpegurl")
        parts.note(tx, "out", f"{media_id}/v.m3u8", [segment, playlist])
        pictures = [(f"{media_id}/s-{n:05d}.jpg", "image/jpeg") for n in (1, 2, 3)]
        parts.note(tx, "out", f"{media_id}/s-{{Count}}.jpg", pictures)
    return media_id


def test_a_media_is_found_by_id_and_by_both_forms_of_its_address(site: Site, media: str) -> None:
    sdk = site.new_sdk()
    body = sdk.query_media_list(
        m.QueryMediaListRequest(
            media_ids=f"{media},{MISSING}", include_media_info=True, include_play_list=True, include_snapshot_list=True
        )
    ).body
    found = body.media_list.media[0]
    assert body.non_exist_media_ids.media_id == [MISSING]
    assert (found.width, found.duration, found.bitrate, found.fps, found.format, found.size) == (
        "640",
        "2.5",
        "1148.77",
        "29.97003",
        "mov",
        "1000",
    )
    assert found.media_info.streams.video_stream_list.video_stream[0].rotate == "90"
    assert (found.play_list.play[0].bitrate, found.play_list.play[0].file.url) == (
        "800.5",
        f"{site.url}/out/{media}/v.m3u8",
    )
    assert (found.snapshot_list.snapshot[0].type, found.snapshot_list.snapshot[0].count) == ("Sequence", "3")
    unknown = f"{site.url}/vod/none.mp4"
    for url in (f"http://vod.oss-cn-hangzhou.aliyuncs.com/%C3%BC%2F{media}.mp4", f"{site.url}/vod/%C3%BC/{media}.mp4"):
        by_url = sdk.query_media_list_by_url(m.QueryMediaListByURLRequest(file_urls=f"{url},{unknown}")).body
        assert [x.media_id for x in by_url.media_list.media] == [media] and by_url.non_exist_file_urls.file_url == [
            unknown
        ]
        assert by_url.media_list.media[0].play_list.play == []  # not asked for


def test_update_of_a_media_is_a_full_update(site: Site, media: str) -> None:
    site.old_call("UpdateMedia", MediaId=media, Title="new", Tags="a,b", CateId="7", Description="d")
    got = site.old_call("UpdateMedia", MediaId=media, Title="only")["Media"]
    assert (got["Title"], got["Tags"]["Tag"], got["CateId"], got["Description"]) == ("only", [], 0, "")
    site.old_call("UpdateMediaCover", MediaId=media, CoverURL=f"{site.url}/out/c.jpg")
    assert (
        site.old_call("QueryMediaList", MediaIds=media)["MediaList"]["Media"][0]["CoverURL"] == f"{site.url}/out/c.jpg"
    )
    assert (
        refused(lambda: site.old_call("UpdateMediaCover", MediaId=media, CoverURL="javascript:alert(1)"))
        == "InvalidParameter.Format"
    )
    assert (
        refused(lambda: site.old_call("UpdateMedia", MediaId=media, Tags=",".join(f"t{i}" for i in range(17))))
        == "InvalidParameter.ListSizeExceed"
    )


def test_deleted_media_stay_readable_but_cannot_be_changed(site: Site, media: str) -> None:
    assert (
        refused(lambda: site.old_call("DeleteMedia", MediaIds=f"{media},{MISSING}"))
        == "InvalidParameter.ResourceNotFound"
    )  # all or none
    assert site.old_call("QueryMediaList", MediaIds=media)["MediaList"]["Media"][0]["PublishState"] == "Initiated"
    site.old_call("DeleteMedia", MediaIds=media)
    assert site.old_call("QueryMediaList", MediaIds=media)["MediaList"]["Media"][0]["PublishState"] == "Deleted"
    assert (
        refused(lambda: site.old_call("UpdateMediaPublishState", MediaId=media, Publish="true"))
        == "InvalidParameter.ResourceDeleted"
    )


# --- objects


def test_published_objects_are_open_to_anyone_and_others_to_nobody(site: Site, media: str) -> None:
    site.folder("out").create()
    for key in ("v.m3u8", "v-00001.ts", "s-00002.jpg", "other.ts"):
        path = site.folder("out").path(f"{media}/{key}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"0123456789")

    def get(key: str, **headers: str) -> httpx.Response:
        return httpx.get(f"{site.url}/out/{media}/{key}", headers=headers)

    assert {get(k).status_code for k in ("v.m3u8", "v-00001.ts", "s-00002.jpg", "other.ts", "none.ts")} == {404}
    hidden, absent = get("v.m3u8").text, get("none.m3u8").text
    assert hidden.partition("<Code>")[2] == absent.partition("<Code>")[2]  # nothing tells whether it is there
    site.old_call("UpdateMediaPublishState", MediaId=media, Publish="true")
    whole = get("v.m3u8")
    assert (whole.status_code, whole.content, whole.headers["content-type"]) == (
        200,
        b"0123456789",
        "application/vnd.apple.mpegurl",
    )
    assert (
        whole.headers["x-content-type-options"] == "nosniff" and "sandbox" in whole.headers["content-security-policy"]
    )
    assert whole.headers["access-control-allow-origin"] == "*"
    assert (get("v-00001.ts").headers["content-type"], get("s-00002.jpg").headers["content-type"]) == (
        "video/mp2t",
        "image/jpeg",
    )
    part = get("v-00001.ts", Range="bytes=2-4")
    assert (part.status_code, part.content, part.headers["content-range"]) == (206, b"234", "bytes 2-4/10")
    assert get("v-00001.ts", Range="bytes=20-").status_code == 416
    assert get("v.m3u8", **{"If-None-Match": whole.headers["etag"]}).status_code == 304
    assert httpx.head(f"{site.url}/out/{media}/v.m3u8").headers["content-length"] == "10"
    assert get("other.ts").status_code == 404
    site.old_call("UpdateMediaPublishState", MediaId=media, Publish="false")
    assert get("v.m3u8").status_code == 404


def test_a_published_picture_is_small_for_anyone_until_it_is_published_no_more(site: Site, media: str) -> None:
    site.folder("out").create()
    path = site.folder("out").path(f"{media}/s-00003.jpg")
    path.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [
            Tools().path("ffmpeg"),
            "-v",
            "error",
            "-f",
            "lavfi",
            "-i",
            "testsrc2=s=640x360",
            "-frames:v",
            "1",
            "-c:v",
            "png",
            "-f",
            "image2",
            str(path),
        ],
        check=True,
    )

    def get() -> httpx.Response:
        return httpx.get(f"{site.url}/out/{media}/s-00003.jpg?x-oss-process=image/resize,w_80")

    assert get().status_code == 404
    site.old_call("UpdateMediaPublishState", MediaId=media, Publish="true")
    small = get()
    assert (small.status_code, small.headers["content-type"], small.headers["access-control-allow-origin"]) == (
        200,
        "image/png",
        "*",
    )  # as its bytes are, not as its name
    site.old_call("UpdateMediaPublishState", MediaId=media, Publish="false")
    assert get().status_code == 404


@pytest.fixture
def shelf(site: Site, media: str) -> Iterator[tuple[str, Callable[[str, int], str]]]:
    """A bound bucket with a package and other things, and signed addresses in it."""
    from reelmill.core.links import signed_path
    from reelmill.store import buckets

    bucket = f"shelf-{media[:8]}"
    site.old_call("BindInputBucket", Bucket=bucket)
    for key in ("a/v.m3u8", "a/deep/x.ts", "a/film.mp4", "top.ts"):
        path = site.folder(bucket).path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(key.encode())

    def sign(key: str, seconds: int = 60) -> str:
        with site.ctx.database.read() as tx:
            holder = buckets.holder(tx, bucket)
        until, playlist = clock.now_ms() // 1000 + seconds, key.endswith(".m3u8")
        return site.url + signed_path(site.ctx.signing_key, holder, bucket, key, until, playlist=playlist)

    yield bucket, sign
    site.old_call("UnbindInputBucket", Bucket=bucket)


def test_a_signed_address_opens_its_package_or_its_object_and_nothing_else(
    shelf: tuple[str, Callable[..., str]],
) -> None:
    bucket, sign = shelf
    good, single = sign("a/v.m3u8"), sign("a/film.mp4")

    def status(url: str) -> int:
        return httpx.get(url).status_code

    assert status(good) == status(good.replace("v.m3u8", "deep/x.ts")) == status(single) == 200
    assert status(good.replace("a/v.m3u8", "top.ts")) == status(single.replace("film.mp4", "v.m3u8")) == 404
    assert status(good.replace("a/v.m3u8", "a%2F..%2Ftop.ts")) == status(good.replace(bucket, "vod")) == 404
    assert status(sign("a/v.m3u8", -120)) == 404
    assert {status(f"{good}{x}") for x in ("/" * 3000, "11111a" * 170, "%00")} == {404}


def test_pages_of_other_sites_may_read_objects_and_ask_before(
    site: Site, shelf: tuple[str, Callable[..., str]]
) -> None:
    url = shelf[1]("a/v.m3u8")
    for asked in (url, f"{site.url}/{shelf[0]}/a/v.m3u8", f"{site.url}/none/at/all"):
        answer = httpx.options(
            asked,
            headers={
                "Origin": "https://films.example",
                "Access-Control-Request-Method": "GET",
                "Access-Control-Request-Headers": "range",
            },
        )
        assert (
            answer.status_code == 204
            and answer.headers["access-control-allow-origin"] == "*"
            and "Range" in answer.headers["access-control-allow-headers"]
        )
    assert httpx.get(url, headers={"Origin": "https://films.example"}).headers["access-control-allow-origin"] == "*"
    try:
        site.ctx.cors_origins = frozenset({"https://films.example"})
        seen = [
            httpx.request(how, url, headers={"Origin": origin}).headers.get("access-control-allow-origin")
            for how in ("GET", "OPTIONS")
            for origin in ("https://films.example", "https://other.example")
        ]
        assert seen == ["https://films.example", None] * 2 and httpx.get(url).headers["vary"] == "Origin"
    finally:
        site.ctx.cors_origins = frozenset({"*"})


def test_a_rerun_under_the_same_names_is_not_mixed_with_what_players_kept(
    site: Site, shelf: tuple[str, Callable[..., str]]
) -> None:
    url = shelf[1]("a/v.m3u8").replace("v.m3u8", "deep/x.ts")
    first = httpx.get(url)
    assert first.headers["cache-control"] == "private, no-cache"
    for tag in (first.headers["etag"], "W/" + first.headers["etag"], '"other", ' + first.headers["etag"]):
        assert httpx.get(url, headers={"If-None-Match": tag}).status_code == 304
    site.folder(shelf[0]).path("a/deep/x.ts").write_bytes(b"again")
    second = httpx.get(url, headers={"If-None-Match": first.headers["etag"]})
    assert second.status_code == 200 and second.content == b"again"
    part = httpx.get(url, headers={"Range": "bytes=0-1", "If-Range": first.headers["etag"]})
    # not a piece of the new one behind a piece of the old one
    assert part.status_code == 200 and part.content == b"again"


def test_nothing_leads_out_of_a_bucket(site: Site, media: str) -> None:
    for path in (
        "/out/%2e%2e/library.db",
        "/out/..%2flibrary.db",
        "/%2e%2e/library.db",
        "/out//etc/passwd",
        "/-/static/%2e%2e/__init__.py",
        "/-/static/..%2f__init__.py",
    ):
        assert httpx.get(httpx.URL(site.url).copy_with(raw_path=path.encode())).status_code == 404


def test_the_server_tells_whether_it_is_ready(site: Site) -> None:
    answer = httpx.get(f"{site.url}/-/healthz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    site.ctx.ready = lambda: False
    assert httpx.get(f"{site.url}/-/healthz").status_code == 503
    site.ctx.ready = lambda: True


def test_the_player_page_runs_no_inline_script(site: Site) -> None:
    page = httpx.get(f"{site.url}/-/player?src=x")
    assert page.status_code == 200 and "script-src 'self';" in page.headers["content-security-policy"]
    assert httpx.get(f"{site.url}/-/static/hls.min.js").status_code == 200
