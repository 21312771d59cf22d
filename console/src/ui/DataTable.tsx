import { Table, type TableProps } from "antd";
import { type ReactElement, type ReactNode, cloneElement } from "react";

/** The table of all lists: dense rows, a header that stays, columns as wide as what is in them. */
export function DataTable<Row extends object>(props: TableProps<Row>) {
  return <Table<Row> size="middle" sticky tableLayout="auto" measureRowRender={inert} {...props} />;
}

/** The hidden row with which the library measures columns repeats the titles, checkbox and all; nobody shall reach that one by keyboard. */
const inert = (row: ReactNode) => cloneElement(row as ReactElement<{ inert?: boolean }>, { inert: true });
