import { Button, Card, Descriptions, Form, Typography } from "antd";
import { useState } from "react";
import { call } from "@/api/client";
import type { Out } from "@/api/types";
import { useMayChange, useMe } from "@/app/session";
import { useTaskTexts } from "@/i18n/tasks";
import { ErrorBox } from "@/ui/ErrorBox";
import { PageList } from "@/ui/PageList";
import { useSubmit } from "@/ui/useSubmit";
import { SourceFields } from "./SourceFields";
import { encodedKey } from "./keys";

type Job = NonNullable<Out<"SubmitMediaInfoJob">["MediaInfoJob"]>;

/** Looks into one file at once. */
export function MediaInfo() {
  const t = useTaskTexts();
  const mayChange = useMayChange();
  const { Region } = useMe();
  const [job, setJob] = useState<Job>();
  const { busy, error, send } = useSubmit(({ bucket, object }: { bucket: string; object: string }) =>
    call("SubmitMediaInfoJob", { Input: { Bucket: bucket, Location: `oss-${Region}`, Object: encodedKey(object) } }).then((answer) => setJob(answer.MediaInfoJob)),
  );
  return (
    <PageList title={t("info")} help={t("infoHelp")}>
      <Form layout="vertical" requiredMark={false} onFinish={send} disabled={!mayChange} style={{ maxWidth: 640 }}>
        <SourceFields />
        <Button type="primary" htmlType="submit" loading={busy} style={{ marginBottom: 24 }}>
          {t("look")}
        </Button>
      </Form>
      <ErrorBox error={error} />
      {job && <Found job={job} />}
    </PageList>
  );
}

function Found({ job }: { job: Job }) {
  const t = useTaskTexts();
  const { Format, Streams } = job.Properties ?? {};
  return (
    <Card
      title={
        <Typography.Title level={2} style={{ fontSize: 16, margin: 0 }}>
          {t("facts")}
        </Typography.Title>
      }
    >
      <Facts title={t("container")} facts={Format} />
      {Streams?.VideoStreamList.VideoStream.map((stream, index) => <Facts key={index} title={t("video")} facts={stream} />)}
      {Streams?.AudioStreamList.AudioStream.map((stream, index) => <Facts key={index} title={t("audio")} facts={stream} />)}
      {Streams?.SubtitleStreamList.SubtitleStream.map((stream, index) => <Facts key={index} title={t("subtitle")} facts={stream} />)}
    </Card>
  );
}

/** Field names are those of the API, so that programs and people speak of the same thing. */
function Facts({ title, facts = {} }: { title: string; facts?: object }) {
  const shown = Object.entries(facts).filter(([, value]) => typeof value === "string" && value !== "");
  if (!shown.length) return null;
  return (
    <Descriptions
      title={title}
      size="small"
      column={{ xs: 1, md: 2, xl: 3 }}
      style={{ marginBottom: 24 }}
      items={shown.map(([name, value]) => ({ key: name, label: name, children: <span style={{ overflowWrap: "anywhere" }}>{String(value)}</span> }))}
    />
  );
}
