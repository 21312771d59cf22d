import { Button, Input, Select, Tag } from "antd";
import { useEffect, useState } from "react";
import { useCommonTexts } from "@/i18n/common";
import { useMediaListTexts } from "@/i18n/medialist";
import { DayRange } from "@/ui/DayRange";
import { word } from "@/ui/states";
import { useFilters } from "@/ui/useFilters";
import { STATES } from "./mediaQuery";

const PAUSE = 300; // ms of quiet before a typed text is searched

/** Search, tag, state and days, all kept in the address. */
export function Filters() {
  const t = useMediaListTexts();
  const common = useCommonTexts();
  const [{ q = "", tag, state = "", from, to }, set] = useFilters();
  const narrow = (patch: Record<string, string | undefined>) => set({ ...patch, page: undefined });
  const [text, setText] = useState(q);
  useEffect(() => setText(q), [q]);
  useEffect(() => {
    if (text === q) return;
    const timer = setTimeout(() => narrow({ q: text || undefined }), PAUSE);
    return () => clearTimeout(timer);
  });
  return (
    <>
      <Input.Search allowClear value={text} onChange={(event) => setText(event.target.value)} onSearch={(now) => narrow({ q: now || undefined })} placeholder={t("search")} aria-label={t("search")} style={{ width: 280 }} />
      <Select
        aria-label={t("state")}
        value={state}
        onChange={(chosen) => narrow({ state: chosen || undefined })}
        options={[{ value: "", label: t("stateAny") }, ...STATES.map((value) => ({ value, label: common(word(value) ?? "none") }))]}
        style={{ width: 140 }}
      />
      <DayRange label={t("created")} from={from} to={to} onChange={(first, last) => narrow({ from: first, to: last })} />
      {tag && (
        <Tag closable={{ closeIcon: true, "aria-label": `${t("clear")}: ${tag}` }} onClose={() => narrow({ tag: undefined })}>
          {t("tag")}: {tag}
        </Tag>
      )}
      {(q || state || from || to || tag) && (
        <Button type="link" onClick={() => narrow({ q: undefined, state: undefined, from: undefined, to: undefined, tag: undefined })}>
          {t("clear")}
        </Button>
      )}
    </>
  );
}
