/** What the drawn workflow would do with a media, activity by activity, before it does anything. */
import { Link } from "@tanstack/react-router";
import { Modal, Select, Table, Tag } from "antd";
import { useState } from "react";
import { useOperation } from "@/api/query";
import { useServerText } from "@/i18n/server";
import { ErrorBox } from "@/ui/ErrorBox";
import * as format from "@/ui/format";
import { useEditorTexts } from "./texts";

interface Props {
  /** The drawing as it stands, saved or not. */
  topology: string;
  workflowId: string | undefined;
  onClose: () => void;
}

const THIS_RUN = "{RunId}"; // what the run itself would have made by then
const COLOURS = { run: "processing", skip: "default", reuse: "success" } as const;

export function RehearsalDialog({ topology, workflowId, onClose }: Props) {
  const t = useEditorTexts();
  const say = useServerText();
  const [words, setWords] = useState("");
  const [media, setMedia] = useState<string>();
  const found = useOperation("SearchMedia", { ...(words.trim() ? { KeyWord: [words.trim().replaceAll(",", " ")] } : {}), PageSize: 20 });
  const asked = { Topology: topology, MediaId: media ?? "", ...(workflowId ? { MediaWorkflowId: workflowId } : {}) };
  const { data, error, isFetching } = useOperation("DryRunMediaWorkflow", asked, { enabled: media !== undefined, gcTime: 0, retry: false });
  const estimate = data?.Estimate;
  return (
    <Modal open title={t("rehearse")} footer={null} onCancel={onClose} width={860}>
      <p>{t("rehearseHelp")}</p>
      <Select<string>
        style={{ width: "100%" }}
        showSearch={{ filterOption: false, onSearch: setWords }}
        aria-label={t("rehearseMedia")}
        placeholder={t("rehearseMedia")}
        loading={found.isFetching}
        value={media ?? null}
        onChange={setMedia}
        options={(found.data?.MediaList.Media ?? []).map((one) => ({ value: one.MediaId ?? "", label: one.Title || one.MediaId }))}
      />
      {error && <ErrorBox error={error} />}
      {media !== undefined && !error && (
        <Table
          style={{ marginTop: 12 }}
          size="small"
          rowKey="Name"
          loading={isFetching}
          pagination={false}
          dataSource={data?.Activities ?? []}
          scroll={{ y: 360 }}
          columns={[
            { title: t("rehearseActivity"), dataIndex: "Name" },
            { title: t("rehearseAction"), width: 110, render: (_, { Action: action = "run" }) => <Tag color={COLOURS[action as keyof typeof COLOURS]}>{t(`action_${action as keyof typeof COLOURS}`)}</Tag> },
            {
              title: t("rehearseWhy"),
              render: (_, { Reason: reason, ReusedFrom: from }) => (
                <>
                  {reason && say(reason)}
                  {from && from !== THIS_RUN && (
                    <Link to="/runs/$runId" params={{ runId: from }}>
                      {t("rehearseFrom")}
                    </Link>
                  )}
                </>
              ),
            },
            { title: t("rehearseOutputs"), render: (_, { Outputs: outputs }) => <span className="mono">{outputs.join(", ")}</span> },
          ]}
          expandable={{
            rowExpandable: ({ Commands: commands }) => commands.length > 0,
            expandedRowRender: ({ Commands: commands }) => <pre className="fe-json mono">{commands.join("\n\n")}</pre>,
          }}
        />
      )}
      {estimate && !isFetching && (
        <p className="fe-hint">
          {t("rehearseEstimate", { seconds: Math.ceil(estimate.Seconds ?? 0), encoded: Math.ceil(estimate.EncodedSeconds ?? 0), size: format.bytes(estimate.Bytes ?? 0) })}
        </p>
      )}
    </Modal>
  );
}
