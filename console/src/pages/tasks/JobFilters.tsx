import { Select } from "antd";
import { useCommonTexts } from "@/i18n/common";
import { useTaskTexts } from "@/i18n/tasks";
import { PipelineSelect } from "@/ui/choices";
import { word } from "@/ui/states";
import { useFilters } from "@/ui/useFilters";

/** State and queue of a list of jobs, kept in the address. */
export function JobFilters({ states }: { states: readonly string[] }) {
  const t = useTaskTexts();
  const common = useCommonTexts();
  const [{ state = "", queue }, set] = useFilters();
  return (
    <>
      <Select
        aria-label={t("state")}
        value={state}
        onChange={(chosen) => set({ state: chosen || undefined, token: undefined })}
        options={[{ value: "", label: t("stateAny") }, ...states.map((value) => ({ value, label: common(word(value) ?? "none") }))]}
        style={{ width: 160 }}
      />
      <PipelineSelect aria-label={t("queue")} allowClear placeholder={t("queueAny")} value={queue} onChange={(chosen?: string) => set({ queue: chosen, token: undefined })} style={{ width: 200 }} />
    </>
  );
}
