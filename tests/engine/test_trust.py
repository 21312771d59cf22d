"""Pause, cancel, limits, and what happens when the world changes in the middle: every story ends in a clear state."""

import json
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import pytest

import databases
import machine
from reelmill.cli.client import Client, Refused
from reelmill.services import accounts, buckets
from running import KEY, LOCATION, SECRET, Listener, Running, little_ladder, running, until

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """20 s that take x264 a moment."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    source = [
        "-f",
        "lavfi",
        "-i",
        "testsrc2=size=1280x720:rate=25:duration=20",
        "-f",
        "lavfi",
        "-i",
        "sine=duration=20",
    ]
    subprocess.run(
        [
            imageio_ffmpeg.get_ffmpeg_exe(),
            "-v",
            "error",
            "-y",
            *source,
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-g",
            "25",
            "-c:a",
            "aac",
            path,
        ],
        check=True,
    )
    return path


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "short.mp4"
    source = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=2", "-f", "lavfi", "-i", "sine=duration=2"]
    subprocess.run(
        [
            imageio_ffmpeg.get_ffmpeg_exe(),
            "-v",
            "error",
            "-y",
            *source,
            "-c:v",
            "libx264",
            "-preset",
            "ultrafast",
            "-c:a",
            "aac",
            path,
        ],
        check=True,
    )
    return path


def encoding(server: Running) -> bool:
    return any("libx264" in line for line in server.leftovers())


def faults(runs: list[dict[str, Any]]) -> list[tuple[str, str, str, str]]:
    return [
        (r["RunId"], a["Name"], a.get("Code", ""), a.get("Message", ""))
        for r in runs
        for a in r["ActivityList"]["Activity"]
        if a["State"] != "Success"
    ]


def states(run: dict[str, Any]) -> dict[str, str]:
    return {a["Name"]: a["State"] for a in run["ActivityList"]["Activity"]}


def test_cancel_kills_within_a_second_and_says_so(tmp_path: Path, film: Path) -> None:
    with running(tmp_path / "home", piece_seconds="5") as server:
        workflow = little_ladder(server)
        server.put("cin", "up/film.mp4", film)
        until(lambda: encoding(server), 20, "an encode")
        run = server.executions(workflow)[0]["RunId"]
        server.client.call("CancelMediaWorkflowExecution", RunId=run)
        until(lambda: not server.leftovers(), 1, "ffmpeg is gone")
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


@pytest.mark.parametrize("harm", ["file in the way", "folder removed"])
def test_an_output_bucket_that_is_away_holds_the_work(harm: str, tmp_path: Path, short: Path) -> None:
    """What was encoded is kept and published when the bucket is back; meanwhile the run, healthz and the doctor name
    the bucket, and it can be cancelled."""
    with running(tmp_path / "home") as server:
        workflow = little_ladder(server)
        out = server.home / "buckets" / "cout"
        shutil.rmtree(out)
        if harm == "file in the way":
            out.write_text("not a folder")
        server.put("cin", "up/a.mp4", short)
        server.put("cin", "up/b.mp4", short)
        runs = until(
            lambda: (lambda found: found if len(found) == 2 else None)(server.executions(workflow)), 20, "two runs"
        )

        def told(run: str) -> list[str]:
            activities = server.client.call("DescribeExecution", RunId=run)["Execution"]["Activities"]
            return [a["Waiting"]["Reason"] for a in activities if "cout" in a.get("Waiting", {}).get("Reason", "")]

        until(lambda: all(told(run["RunId"]) for run in runs), 60, "both are held, and say why")
        until(lambda: any("cout" in problem for problem in problems(server)), 5, "healthz says so")
        assert "/" not in "".join(problems(server)), "names of objects are their owner's business"
        assert "cout" in doctor(server)
        encoded = server.begun()
        server.client.call("CancelMediaWorkflowExecution", RunId=runs[0]["RunId"])
        until(lambda: server.executions(workflow)[0]["State"] == "Fail", 10, "a held run can be cancelled")
        out.unlink() if harm == "file in the way" else None
        out.mkdir()
        ended = server.ended(workflow, 2, 60)
        assert not faults([r for r in ended if r["RunId"] == runs[1]["RunId"]])
        until(lambda: not problems(server), 5, "all is well again")
        again = [task for task in server.begun() if server.begun().count(task) > 1 and task in encoded]
        assert not again, "what was encoded was kept"


def problems(server: Running) -> list[str]:
    import urllib.request

    with urllib.request.urlopen(server.url + "/-/healthz", timeout=5) as answer:
        return list(json.loads(answer.read())["problems"])


def doctor(server: Running) -> str:
    import sys

    return subprocess.run(
        [sys.executable, "-m", "reelmill", "doctor"], env=server.env, capture_output=True, text=True, timeout=60
    ).stdout


def test_a_full_disk_holds_the_work_until_there_is_room(tmp_path: Path, film: Path) -> None:
    machine.need("small disks")
    server = Running(tmp_path / "home", piece_seconds="5")
    try:
        start_on_small_disk(server, "24m")
        workflow = little_ladder(server)
        upload_inside(server, film)
        until(
            lambda: any("space" in problem or "disk" in problem for problem in problems(server)), 60, "healthz says so"
        )
        assert server.executions(workflow)[0]["State"] == "Running"
        assert server.process
        seen_by_it = Path("/proc", str(server.process.pid), "root")  # its own mounts
        (seen_by_it / server.home.relative_to("/") / "work" / ".filler").unlink()
        assert not faults(server.ended(workflow, 1, 120)), "with room again it goes on by itself"
    finally:
        server.kill()


def start_on_small_disk(server: Running, size: str) -> None:
    """The server sees a small disk where its home's work folder is; nobody else does."""
    import running as helper

    server.home.mkdir(parents=True)
    work = server.home / "work"
    work.mkdir()
    place, python = shlex.quote(str(work)), shlex.quote(sys.executable)
    script = (
        f"mount -t tmpfs -o size={size} tmpfs {place} && head -c 24300k /dev/zero > {place}/.filler && exec "
        f"{python} -m reelmill serve"
    )
    with (server.home / "test-server.log").open("ab") as log:
        server.process = subprocess.Popen(
            [*machine.own_mounts(), "sh", "-c", script],
            env=server.env,
            stdout=log,
            stderr=log,
            cwd=helper.ROOT,
            start_new_session=True,
        )
    until(lambda: answers(server), 30, "ready")


def answers(server: Running) -> bool:
    import urllib.error
    import urllib.request

    try:
        return bool(urllib.request.urlopen(server.url + "/-/healthz", timeout=1).status == 200)
    except (OSError, urllib.error.URLError):
        return False


def upload_inside(server: Running, film: Path) -> None:
    server.put("cin", "up/film.mp4", film)


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


def one_file(server: Running) -> str:
    """Buckets, and a workflow that makes NAME.mp4 of each film; its id."""
    call = server.client.call
    call("BindInputBucket", Bucket="cin")
    call("BindOutputBucket", Bucket="cout")
    pipeline = call("AddPipeline", Name="tests")["Pipeline"]["Id"]
    body = call(
        "AddTemplate",
        Name="one",
        Container={"Format": "mp4"},
        Video={"Codec": "H.264", "Width": "640", "Preset": "slow"},
        Audio={"Codec": "AAC"},
    )
    make = {
        "OutputBucket": "cout",
        "OutputLocation": LOCATION,
        "Outputs": [{"TemplateId": body["Template"]["Id"], "OutputObject": "{FileName}"}],
    }
    activities = {
        "s": {
            "Type": "Start",
            "Parameters": {"PipelineId": pipeline, "InputFile": {"Bucket": "cin", "Location": LOCATION}},
        },
        "t": {"Type": "Transcode", "Parameters": make},
        "r": {"Type": "Report", "Parameters": {"PublishType": "Auto"}},
    }
    topology = {"Activities": activities, "Dependencies": {"s": ["t"], "t": ["r"], "r": []}}
    return str(call("AddMediaWorkflow", Name="one", Topology=json.dumps(topology))["MediaWorkflow"]["MediaWorkflowId"])


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


def test_only_what_dies_by_itself_alone_fails(tmp_path: Path, short: Path) -> None:
    """A command that is ended by a signal, though the server lives: three times among others, three times alone under
    its own memory limit; then it fails. The tool's file bears another name than ffmpeg: what it is goes by what it is
    used for."""
    tool = tmp_path / "encoder"
    tool.write_text(
        f'#!/bin/sh\ncase "$*" in *libx264*) kill -SEGV $$ ;; esac\nexec '
        f'{shlex.quote(imageio_ffmpeg.get_ffmpeg_exe())} "$@"\n'
    )
    tool.chmod(0o755)
    with running(tmp_path / "home", ffmpeg=str(tool)) as server:
        workflow = one_file(server)
        server.put("cin", "film.mp4", short)
        run = server.ended(workflow, 1, 90)[0]
        assert [(name, code) for _, name, code, _ in faults([run])] == [
            ("t", "ServiceUnavailable")
        ] and "SIGSEGV" in faults([run])[0][3]
        assert sum(task.endswith(": encode") for task in server.begun()) == 6


def test_shutdown_in_the_middle_is_resumed(tmp_path: Path, film: Path) -> None:
    server = Running(tmp_path / "home", piece_seconds="5")
    try:
        server.start()
        workflow = little_ladder(server)
        server.put("cin", "up/film.mp4", film)
        until(lambda: encoding(server), 20, "an encode")
        assert server.stop() == 0
        assert not server.leftovers()
        server.start()
        run = server.ended(workflow, 1, 90)[0]
        assert set(states(run).values()) == {"Success"}
    finally:
        server.kill()


def test_ordinary_restarts_are_no_deaths(tmp_path: Path, film: Path) -> None:
    """Four stops while the same piece is encoded: it is a command that kills its worker that is given up, not one that
    was interrupted."""
    server = Running(tmp_path / "home")
    try:
        server.start()
        workflow = little_ladder(server)
        server.put("cin", "up/film.mp4", film)
        for _ in range(4):
            until(lambda: encoding(server), 20, "an encode")
            assert server.stop() == 0
            server.start()
        assert not faults(server.ended(workflow, 1, 60))
    finally:
        server.kill()


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
