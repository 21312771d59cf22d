import { AutoComplete } from "antd";
import { useState } from "react";
import { useOperation } from "@/api/query";

/** Types a path with the bucket's folders and files as suggestions. */
export function ObjectInput({ bucket, ...rest }: { bucket: string | undefined; id?: string; value?: string; onChange?: (value: string) => void }) {
  const { value = "" } = rest;
  const [open, setOpen] = useState(false);
  const prefix = value.slice(0, value.lastIndexOf("/") + 1);
  const { data } = useOperation("ListObjects", { Bucket: bucket ?? "", Prefix: prefix, MaximumPageSize: 100 }, { enabled: Boolean(bucket) });
  const options = [...(data?.Prefixes ?? []), ...(data?.Objects ?? []).map((each) => each.Key ?? "")]
    .filter((key) => key.toLowerCase().startsWith(value.toLowerCase()))
    .map((key) => ({ value: key }));
  return (
    <AutoComplete
      {...rest}
      options={options}
      open={open && options.length > 0}
      onOpenChange={setOpen}
      onSelect={(key: string) => setOpen(key.endsWith("/"))}
      disabled={!bucket}
    />
  );
}
