import { Segmented } from "antd";
import { useFilters } from "./useFilters";

interface Props {
  /** Where the choice stands in the address. */
  param: string;
  label: string;
  /** Value -> label; the first one is shown when the address says nothing. */
  views: Record<string, string>;
  /** Other filters that make no sense in another view. */
  clears?: string[];
}

/** Switches a list between its views, beginning at its first page each time. */
export function ViewSwitch({ param, label, views, clears = [] }: Props) {
  const [search, setFilters] = useFilters();
  const options = Object.entries(views).map(([value, text]) => ({ value, label: text }));
  const first = options[0]?.value ?? "";
  const others = Object.fromEntries(["page", ...clears].map((name) => [name, undefined]));
  const choose = (value: string) => setFilters({ ...others, [param]: value === first ? undefined : value });
  return <Segmented aria-label={label} value={search[param] ?? first} onChange={choose} options={options} />;
}
