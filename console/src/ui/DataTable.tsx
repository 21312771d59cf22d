import { Table, type TableProps } from "antd";
import { useEffect, useRef } from "react";

/** The table of all lists: dense rows, a header that stays, columns as wide as what is in them. */
export function DataTable<Row extends object>(props: TableProps<Row>) {
  const frame = useRef<HTMLDivElement>(null);
  // The hidden row with which the library measures columns repeats the titles, checkbox and all; nobody shall reach that one by keyboard.
  useEffect(() => frame.current?.querySelectorAll(".ant-table-measure-row").forEach((row) => row.setAttribute("inert", "")));
  return (
    <div ref={frame}>
      <Table<Row> size="middle" sticky tableLayout="auto" {...props} />
    </div>
  );
}
