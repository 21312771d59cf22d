import type { TablePaginationConfig } from "antd";
import { useFilters } from "./useFilters";

/** The numbered pages of a list that the server pages; the page stands in the address. */
export function usePages(size: number): { number: number; pagination: (total: number | undefined) => TablePaginationConfig } {
  const [{ page }, setFilters] = useFilters();
  const number = Math.max(1, Math.trunc(Number(page)) || 1);
  const onChange = (next: number) => setFilters({ page: next === 1 ? undefined : String(next) });
  return { number, pagination: (total = 0) => ({ current: number, pageSize: size, total, hideOnSinglePage: true, showSizeChanger: false, onChange }) };
}
