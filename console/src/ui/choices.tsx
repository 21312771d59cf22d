import { Select, type SelectProps } from "antd";
import { useBuckets, useOwnTemplates, usePipelines, usePresets, useWorkflows } from "@/api/lists";
import { useCatalogue, useOperation } from "@/api/query";
import { useChoiceTexts } from "@/i18n/choices";
import { useServerText } from "@/i18n/server";
import { type TemplateBody, templateFacts } from "./templateFacts";

type Props = Omit<SelectProps<string>, "options" | "loading">;

const searchable = { showSearch: { optionFilterProp: "label" } } as const;

/** Chooses one of the buckets that are bound as input or output; without a type, any of them. */
export function BucketSelect({ type, ...rest }: Props & { type?: "Input" | "Output" }) {
  const t = useChoiceTexts();
  const { data, isLoading } = useBuckets();
  const names = new Set((data ?? []).filter((bucket) => !type || bucket.Type === type).map(({ Bucket = "" }) => Bucket));
  const options = [...names].map((name) => ({ value: name, label: name }));
  const words = type === "Input" ? "inputBucket" : type ? "outputBucket" : "bucket";
  return <Select {...searchable} loading={isLoading} options={options} placeholder={t(words)} notFoundContent={t("noBucket")} {...rest} />;
}

/** Chooses a queue by its id, shown by its name. For jobs of a type: those that take them, and the one that was chosen before. */
export function PipelineSelect({ type, ...rest }: Props & { type?: string | undefined }) {
  const t = useChoiceTexts();
  const { data, isLoading } = usePipelines();
  const speeds = useCatalogue(type !== undefined).data?.Nodes.find(({ Type }) => Type === type)?.Speeds;
  const fitting = (data ?? []).filter(({ Id, Speed = "" }) => !speeds || speeds.includes(Speed) || Id === rest.value);
  const options = fitting.map((pipeline) => ({
    value: pipeline.Id ?? "",
    label: pipeline.State === "Paused" ? t("paused", { name: pipeline.Name ?? "" }) : pipeline.Name,
  }));
  return <Select {...searchable} loading={isLoading} options={options} placeholder={t("queue")} notFoundContent={t("noQueue")} {...rest} />;
}

/** Chooses a workflow by its id, shown by its name. */
export function WorkflowSelect(props: Props) {
  const { data, isLoading } = useWorkflows();
  const options = (data ?? []).map((flow) => ({ value: flow.MediaWorkflowId ?? "", label: flow.Name }));
  return <Select {...searchable} loading={isLoading} options={options} {...props} />;
}

/** Chooses a transcoding template: own ones, presets, and presets that want something before them. */
export function TemplateSelect(props: Props) {
  const t = useChoiceTexts();
  const say = useServerText();
  const own = useOwnTemplates();
  const presets = usePresets();
  const option = (template: TemplateBody & { Id?: string; Name?: string; Needs?: string }) => ({
    value: template.Id ?? "",
    label: `${template.Name ?? ""} · ${templateFacts(template)}`,
    title: template.Needs ? say(template.Needs) : template.Id,
  });
  const options = [
    { label: t("ownTemplates"), options: (own.data ?? []).map(option) },
    { label: t("presets"), options: (presets.data ?? []).filter((preset) => !preset.Needs).map(option) },
    { label: t("smartPresets"), options: (presets.data ?? []).filter((preset) => preset.Needs).map(option) },
  ].filter((group) => group.options.length);
  return <Select {...searchable} loading={own.isLoading || presets.isLoading} options={options} placeholder={t("template")} {...props} />;
}

/** Chooses a watermark template by its id, shown by its name. */
export function WatermarkSelect(props: Props) {
  const t = useChoiceTexts();
  const { data, isLoading } = useOperation("SearchWaterMarkTemplate", { PageSize: 100 });
  const options = (data?.WaterMarkTemplateList.WaterMarkTemplate ?? []).map((template) => ({ value: template.Id ?? "", label: template.Name ?? template.Id }));
  return <Select {...searchable} loading={isLoading} options={options} placeholder={t("watermark")} notFoundContent={t("noWatermark")} {...props} />;
}

/** Chooses a fingerprint library by its id, shown by its name. */
export function LibrarySelect(props: Props) {
  const t = useChoiceTexts();
  const { data, isLoading } = useOperation("ListFpShotDB", {});
  const options = (data?.FpShotDBList.FpShotDB ?? []).map(({ FpDBId = "", Name }) => ({ value: FpDBId, label: Name }));
  return <Select {...searchable} loading={isLoading} options={options} placeholder={t("library")} notFoundContent={t("noLibrary")} {...props} />;
}
