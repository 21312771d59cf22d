"""Pause, cancel, limits, and what happens when the world changes in the middle: every story ends in a clear state."""

import json
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import pytest

import databases
from engine.trusting import encoding, faults, film, one_file, short  # noqa: F401 - fixtures
from reelmill.cli.client import Client, Refused
from reelmill.services import accounts, buckets
from running import KEY, LOCATION, SECRET, Listener, little_ladder, running, until

pytestmark = pytest.mark.slow


def test_cancel_kills_within_a_second_and_says_so(tmp_path: Path, film: Path) -> None:
    with running(tmp_path / "home", piece_seconds="5") as server:
        workflow = little_ladder(server)
        server.put("cin", "up/film.mp4", film)
        until(lambda: encoding(server), 20, "an encode")
        run = server.executions(workflow)[0]["RunId"]
        server.client.call("CancelMediaWorkflowExecution", RunId=run)
        until(lambda: not server.leftovers(), 5, "ffmpeg is gone")
        ended = server.ended(workflow, 1, 5)[0]
        assert ended["State"] == "Fail"
        by = {a["Name"]: a for a in ended["ActivityList"]["Activity"]}
        assert (
            by["v0"]["Code"] == "JobCancelled"
            and by["master"]["State"] == "Skipped"
            and by["end"]["State"] == "Success"
        )
        with pytest.raises(Refused, match="InvalidState"):
            server.client.call("CancelMediaWorkflowExecution", RunId=run)
        server.put("cin", "up/next.mp4", film)
        until(lambda: encoding(server), 20, "the next one got the slot")


def test_a_paused_pipeline_admits_nothing_and_goes_on_by_priority(tmp_path: Path, short: Path) -> None:
    with running(tmp_path / "home") as server:
        call = server.client.call
        call("BindInputBucket", Bucket="cin")
        call("BindOutputBucket", Bucket="cout")
        pipeline = call("AddPipeline", Name="p", MaxConcurrency="1")["Pipeline"]["Id"]
        call("UpdatePipeline", PipelineId=pipeline, Name="p", State="Paused")
        server.put("cin", "a.mp4", short)
        ids = {}
        for priority in ("1", "10", "5"):
            output = [{"OutputObject": f"p{priority}.mp4", "TemplateId": "S00000001-200010", "Priority": priority}]
            answer = call(
                "SubmitJobs",
                Input={"Bucket": "cin", "Location": LOCATION, "Object": "a.mp4"},
                OutputBucket="cout",
                OutputLocation=LOCATION,
                Outputs=json.dumps(output),
                PipelineId=pipeline,
            )
            ids[priority] = answer["JobResultList"]["JobResult"][0]["Job"]["JobId"]
        other = call("AddPipeline", Name="other")["Pipeline"]["Id"]
        answer = call(
            "SubmitJobs",
            Input={"Bucket": "cin", "Location": LOCATION, "Object": "a.mp4"},
            OutputBucket="cout",
            OutputLocation=LOCATION,
            Outputs=json.dumps([{"OutputObject": "other.mp4", "TemplateId": "S00000001-200010", "Priority": "1"}]),
            PipelineId=other,
        )
        later = answer["JobResultList"]["JobResult"][0]["Job"][
            "JobId"
        ]  # asked for last, with the least priority: when it is done, the paused ones were passed over
        until(
            lambda: call("QueryJobList", JobIds=later)["JobList"]["Job"][0]["State"] == "TranscodeSuccess",
            30,
            "a job of another pipeline",
        )
        jobs = call("QueryJobList", JobIds=",".join(ids.values()))["JobList"]["Job"]
        assert {j["State"] for j in jobs} == {"Submitted"}
        call("CancelJob", JobId=ids["5"])
        assert call("QueryJobList", JobIds=ids["5"])["JobList"]["Job"][0]["State"] == "TranscodeCancelled"
        call("UpdatePipeline", PipelineId=pipeline, Name="p", State="Active")

        def finished() -> list[dict[str, Any]]:
            jobs = call("QueryJobList", JobIds=f"{ids['1']},{ids['10']}")["JobList"]["Job"]
            return jobs if all(j["State"] == "TranscodeSuccess" for j in jobs) else []

        until(finished, 30, "both jobs")
        first, last = (server.home / "buckets" / "cout" / f"p{p}.mp4" for p in ("10", "1"))
        assert first.stat().st_ctime_ns < last.stat().st_ctime_ns, "10 is the highest priority"
        assert not (server.home / "buckets" / "cout" / "p5.mp4").exists()
        with pytest.raises(Refused, match="JobInComplete"):
            call("CancelJob", JobId=ids["1"])


def test_a_template_deleted_in_between_fails_only_its_own_activity(tmp_path: Path, short: Path) -> None:
    with running(tmp_path / "home") as server:
        workflow = little_ladder(server)
        found = server.client.call("SearchTemplate")["TemplateList"]["Template"]
        server.client.call("DeleteTemplate", TemplateId=next(t["Id"] for t in found if t["Name"] == "w192"))
        server.put("cin", "up/a.mp4", short)
        run = server.ended(workflow, 1, 30)[0]
        by = {a["Name"]: a for a in run["ActivityList"]["Activity"]}
        assert by["v1"]["State"] == "Fail" and by["v1"]["Code"] == "InvalidParameter.TemplateNotFound"
        assert (
            by["v0"]["State"] == by["cover"]["State"] == by["a1"]["State"] == "Success"
            and by["master"]["State"] == "Skipped"
        )


def test_a_callback_that_hangs_holds_up_nothing(tmp_path: Path, short: Path) -> None:
    listener = Listener()
    listener.hang.clear()
    try:
        with running(tmp_path / "home", callback_url=listener.url, callback_secret="0123456789abcdef") as server:
            workflow = little_ladder(server)
            server.put("cin", "up/a.mp4", short)
            assert server.ended(workflow, 1, 30)[0]["State"] == "Completed"
            listener.hang.set()
            until(lambda: {b["Type"] for _, b in listener.got} == {"Start", "Report"}, 40, "both messages")

            def told() -> bool:
                activities = server.executions(workflow)[0]["ActivityList"]["Activity"]
                return all(
                    (a.get("MNSMessageResult") or {}).get("MessageId")
                    for a in activities
                    if a["Type"] in ("Start", "Report")
                )

            until(told, 40, "the execution shows that its messages were delivered")
    finally:
        listener.close()


def test_a_source_replaced_in_the_middle_does_not_mix(tmp_path: Path, film: Path, short: Path) -> None:
    with running(tmp_path / "home", piece_seconds="5") as server:
        workflow = little_ladder(server)
        target = server.put("cin", "up/film.mp4", film)
        until(lambda: encoding(server), 20, "an encode")
        arriving = target.with_name(".arriving")
        shutil.copyfile(short, arriving)
        arriving.rename(target)
        runs = server.ended(workflow, 2, 90)
        assert len(runs) == 2, "the new upload has a run of its own"
        assert not faults(runs), "the first run works on the version that started it"


def test_an_older_version_never_replaces_what_a_newer_one_made(tmp_path: Path, film: Path, short: Path) -> None:
    """The wrong film was replaced while it was encoded; its run ends last, publishes nothing, and says why."""
    with running(tmp_path / "home", heavy_slots="2") as server:
        workflow = one_file(server)
        target = server.put("cin", "film.mp4", film)
        until(lambda: encoding(server), 20, "an encode")
        arriving = target.with_name(".arriving")
        shutil.copyfile(short, arriving)
        arriving.rename(target)
        newer, older = server.ended(workflow, 2, 90)
        assert not faults([newer]), "the newer one made it"
        assert [(name, code) for _, name, code, _ in faults([older])] == [("t", "InvalidParameter.ResourceContentBad")]
        assert "newer version" in faults([older])[0][3]
        seconds = subprocess.run(
            [imageio_ffmpeg.get_ffmpeg_exe(), "-i", server.home / "buckets/cout/film.mp4"],
            capture_output=True,
            text=True,
        ).stderr
        assert "Duration: 00:00:02" in seconds


def test_many_cancels_at_once_do_not_freeze_the_server(tmp_path: Path, film: Path) -> None:
    import concurrent.futures

    long = tmp_path / "long.mp4"  # none can end before it is cancelled, however fast the machine
    subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-stream_loop", "5", "-i", film, "-c", "copy", long],
        check=True,
    )
    with running(tmp_path / "home", pipeline_concurrency="100") as server:
        workflow = little_ladder(server)
        pipeline = server.client.call("SearchPipeline")["PipelineList"]["Pipeline"][0]["Id"]
        server.client.call(
            "UpdatePipeline", PipelineId=pipeline, Name="p", State="Paused"
        )  # all 16 begin together, however slow the machine
        for i in range(16):
            server.put("cin", f"up/{i}.mp4", long)
        runs = until(
            lambda: (lambda found: found if len(found) == 16 else None)(server.executions(workflow)), 60, "16 runs"
        )
        server.client.call("UpdatePipeline", PipelineId=pipeline, Name="p", State="Active")
        until(lambda: encoding(server), 30, "an encode")

        def cancel(run: str) -> None:
            Client(server.url, KEY, SECRET, timeout=30).call("CancelMediaWorkflowExecution", RunId=run)

        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            list(pool.map(cancel, [r["RunId"] for r in runs]))
        assert {r["State"] for r in server.ended(workflow, 16, 60)} == {"Fail"}
        until(lambda: not server.leftovers(), 10, "ffmpeg is gone")


def test_a_locked_library_does_not_end_the_watching(tmp_path: Path, short: Path) -> None:
    """Whatever befalls intake, later uploads start runs, and what came meanwhile is found again."""
    with running(tmp_path / "home", settle_seconds="0.5") as server:
        workflow = little_ladder(server)
        other = databases.opened(server.home)
        with other.write() as tx:
            tx.exec_driver_sql("alter table seen_objects rename to away")
        server.put("cin", "up/a.mp4", short)
        time.sleep(1.0)
        with other.write() as tx:
            tx.exec_driver_sql("alter table away rename to seen_objects")
        other.close()
        server.put("cin", "up/b.mp4", short)
        assert len(server.ended(workflow, 2, 60)) == 2


@pytest.mark.parametrize(("bucket", "kind"), [("cout", "Output"), ("cin", "Input")])
def test_a_bucket_that_another_account_took_over_is_neither_read_nor_written(
    bucket: str, kind: str, tmp_path: Path, short: Path
) -> None:
    """The work waited while its bucket was unbound, and bound by somebody else."""
    with running(tmp_path / "home") as server:
        call = server.client.call
        call("BindInputBucket", Bucket="cin")
        call("BindOutputBucket", Bucket="cout")
        pipeline = call("AddPipeline", Name="p")["Pipeline"]["Id"]
        call("UpdatePipeline", PipelineId=pipeline, Name="p", State="Paused")
        server.put("cin", "a.mp4", short)
        output = [{"OutputObject": "x.mp4", "TemplateId": "S00000001-200010"}]
        answer = call(
            "SubmitJobs",
            Input={"Bucket": "cin", "Location": LOCATION, "Object": "a.mp4"},
            OutputBucket="cout",
            Outputs=json.dumps(output),
            PipelineId=pipeline,
        )
        job = answer["JobResultList"]["JobResult"][0]["Job"]["JobId"]
        call(f"Unbind{kind}Bucket", Bucket=bucket)
        database = databases.opened(server.home)
        bob = accounts.add_key(database, "bob", "administrator")
        buckets.release(
            database, bucket
        )  # what lies in it keeps it from everybody else until the administrator releases it
        database.close()
        Client(server.url, bob["id"], bob["secret"]).call(f"Bind{kind}Bucket", Bucket=bucket)
        call("UpdatePipeline", PipelineId=pipeline, Name="p", State="Active")
        failed = until(
            lambda: (lambda j: j if j["State"] == "TranscodeFail" else None)(
                call("QueryJobList", JobIds=job)["JobList"]["Job"][0]
            ),
            30,
            "the job has failed",
        )
        assert failed["Code"] == "PermissionDenied.ResourceAccess" and bucket in failed["Message"]
        assert not (server.home / "buckets" / "cout" / "x.mp4").exists()
