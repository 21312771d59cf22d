import { useParams } from "@tanstack/react-router";
import { NotFound } from "@/ui/Failures";
import { CensorJobs } from "./CensorJobs";
import { CoverJobs } from "./CoverJobs";
import { FingerprintJobs } from "./FingerprintJobs";
import { MediaInfo } from "./MediaInfo";
import { SnapshotJobs } from "./SnapshotJobs";
import { TranscodeJobs } from "./TranscodeJobs";

/** Jobs outside workflows (and those that workflows submit), a page for each kind. */
export default function Tasks() {
  const { kind } = useParams({ strict: false });
  if (kind === "transcode") return <TranscodeJobs />;
  if (kind === "snapshot") return <SnapshotJobs />;
  if (kind === "censor") return <CensorJobs />;
  if (kind === "fingerprint") return <FingerprintJobs />;
  if (kind === "cover") return <CoverJobs />;
  return kind === "info" ? <MediaInfo /> : <NotFound />;
}
