/** What a condition would decide about a media, while it is written, with the facts beside it. */
import { Alert, Select } from "antd";
import { useDeferredValue, useState } from "react";
import { useOperation } from "@/api/query";
import { useServerText } from "@/i18n/server";
import { ErrorBox } from "@/ui/ErrorBox";
import { useEditorTexts } from "./texts";

interface Props {
  condition: string;
  /** Why it cannot be saved, as far as the whole drawing tells; what one media tells is never better than that. */
  problem: string | undefined;
  /** The activities that lead to the one that has the condition. */
  activities: readonly string[];
}

const LOOKS = { True: "success", False: "info", Fail: "error", Invalid: "error" } as const;

export function ConditionTrial({ condition, problem, activities }: Props) {
  const t = useEditorTexts();
  const say = useServerText();
  const [words, setWords] = useState("");
  const [media, setMedia] = useState<string>();
  const found = useOperation("SearchMedia", { ...(words.trim() ? { KeyWord: [words.trim().replaceAll(",", " ")] } : {}), PageSize: 20 });
  const asked = { Condition: useDeferredValue(condition), MediaId: media ?? "", Activities: [...activities] };
  const wanted = media !== undefined && asked.Condition.trim() !== "";
  const { data, error } = useOperation("EvaluateCondition", asked, { enabled: wanted, gcTime: 0, retry: false });
  const outcome = (problem ? "Invalid" : (data?.Outcome ?? "Invalid")) as keyof typeof LOOKS;
  const reason = problem ?? (data?.Reason && say(data.Reason));
  return (
    <div className="sf-field">
      <Select<string>
        className="sf-wide"
        allowClear
        showSearch={{ filterOption: false, onSearch: setWords }}
        aria-label={t("trialMedia")}
        placeholder={t("trialMedia")}
        loading={found.isFetching}
        value={media ?? null}
        onChange={(id?: string) => setMedia(id)}
        options={(found.data?.MediaList.Media ?? []).map((one) => ({ value: one.MediaId ?? "", label: one.Title || one.MediaId }))}
      />
      {wanted && error && <ErrorBox error={error} />}
      {wanted && data && (
        <div role="status">
          <Alert style={{ marginTop: 8 }} type={LOOKS[outcome]} showIcon title={t(`trial${outcome}`)} description={reason} />
          <details style={{ marginTop: 8 }}>
            <summary>{t("trialFacts")}</summary>
            <pre className="fe-json mono">{JSON.stringify(JSON.parse(data.Facts ?? "{}"), null, 2)}</pre>
          </details>
        </div>
      )}
    </div>
  );
}
