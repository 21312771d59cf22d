import { DatePicker } from "antd";
import dayjs from "dayjs";
import { useCommonTexts } from "@/i18n/common";

interface Props {
  label: string;
  /** Days as YYYY-MM-DD, the way the address keeps them. */
  from: string | undefined;
  to: string | undefined;
  onChange: (from: string | undefined, to: string | undefined) => void;
}

/** Whole days from … to …, either end open. */
export function DayRange({ label, from, to, onChange }: Props) {
  const t = useCommonTexts();
  const today = dayjs();
  const presets = [
    { label: t("today"), value: [today, today] },
    { label: t("yesterday"), value: [today.subtract(1, "day"), today.subtract(1, "day")] },
    { label: t("days7"), value: [today.subtract(6, "day"), today] },
    { label: t("days30"), value: [today.subtract(29, "day"), today] },
  ] satisfies { label: string; value: [dayjs.Dayjs, dayjs.Dayjs] }[];
  return (
    <DatePicker.RangePicker
      aria-label={label}
      value={[from ? dayjs(from) : null, to ? dayjs(to) : null]}
      allowEmpty={[true, true]}
      presets={presets}
      placeholder={[t("from"), t("to")]}
      onChange={(days) => onChange(days?.[0]?.format("YYYY-MM-DD"), days?.[1]?.format("YYYY-MM-DD"))}
    />
  );
}
