import { Button } from "antd";

interface Props {
  /** What it does, as the reader sees it. */
  verb: string;
  /** To what: lists have many buttons of one verb, and who does not see the row must know which is which. */
  of: string | undefined;
  danger?: boolean;
  disabled?: boolean;
  loading?: boolean;
  onClick: () => void;
}

/** What can be done with one row of a list. */
export function RowAction({ verb, of = "", ...more }: Props) {
  return (
    <Button type="link" size="small" aria-label={`${verb} ${of}`} {...more}>
      {verb}
    </Button>
  );
}
