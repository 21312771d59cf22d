/** Name, places and a preset; the rest is drawn in the editor, which saves. */
import { useNavigate } from "@tanstack/react-router";
import { Form, Input, Modal, Radio, Skeleton } from "antd";
import { useCatalogue } from "@/api/query";
import { useChoices } from "@/flow/useChoices";
import { useLanguage } from "@/i18n";
import { useCommonTexts } from "@/i18n/common";
import { useWorkflowTexts } from "@/i18n/workflows";
import { BucketSelect, PipelineSelect } from "@/ui/choices";
import { ErrorBox } from "@/ui/ErrorBox";

interface Values {
  name: string;
  preset: string;
  input?: string;
  output?: string;
  pipeline?: string;
}

export function CreateWorkflow({ onClose }: { onClose: () => void }) {
  const t = useWorkflowTexts();
  const common = useCommonTexts();
  const language = useLanguage();
  const navigate = useNavigate();
  const { data: catalogue, error, isPending } = useCatalogue();
  const choices = useChoices();
  const [form] = Form.useForm<Values>();
  const presets = [...(catalogue?.Presets ?? []), { Id: "", Label: { en: t("blank"), zh: t("blank") }, Help: { en: t("blankHelp"), zh: t("blankHelp") } }];
  const go = ({ name, preset, input = "", output = "", pipeline = "" }: Values) =>
    void navigate({ to: "/workflows/$workflowId", params: { workflowId: "new" }, search: { name: name.trim(), preset: preset ?? "", input, output, pipeline } });
  const ready = !isPending && choices.known;
  return (
    <Modal open title={t("create")} okText={t("open")} cancelText={common("cancel")} onCancel={onClose} onOk={() => form.submit()} okButtonProps={{ disabled: !ready }} width={600}>
      <ErrorBox error={error} />
      {!ready && !error && <Skeleton active />}
      {ready && (
        <Form<Values> form={form} layout="vertical" requiredMark={false} onFinish={go} initialValues={{ preset: presets[0]?.Id, input: choices.input, output: choices.output, pipeline: choices.pipeline }} style={{ marginTop: 16 }}>
          <Form.Item name="name" label={t("name")} extra={t("nameHelp")} rules={[{ required: true, whitespace: true, message: t("nameNeeded") }]}>
            <Input maxLength={64} autoFocus />
          </Form.Item>
          <Form.Item name="preset" label={t("preset")}>
            <Radio.Group vertical>
              {presets.map((preset) => (
                <Radio key={preset.Id} value={preset.Id}>
                  {preset.Label[language]}
                  <div style={{ color: "var(--rm-color-text-tertiary)", fontSize: 12 }}>{preset.Help[language]}</div>
                </Radio>
              ))}
            </Radio.Group>
          </Form.Item>
          <Form.Item name="input" label={t("inputBucket")} extra={t("inputHelp")}>
            <BucketSelect type="Input" allowClear />
          </Form.Item>
          <Form.Item name="output" label={t("outputBucket")}>
            <BucketSelect type="Output" allowClear />
          </Form.Item>
          <Form.Item name="pipeline" label={t("queue")}>
            <PipelineSelect allowClear />
          </Form.Item>
          <input type="submit" hidden />
        </Form>
      )}
    </Modal>
  );
}
