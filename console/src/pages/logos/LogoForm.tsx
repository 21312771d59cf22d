import { Form, Input, Radio, Select } from "antd";
import { call } from "@/api/client";
import { changed } from "@/api/query";
import type { Out } from "@/api/types";
import { useMe } from "@/app/session";
import { useCensorTexts } from "@/i18n/censor";
import { useCommonTexts } from "@/i18n/common";
import { useLogoTexts } from "@/i18n/logos";
import { encodedKey } from "@/pages/tasks/keys";
import { FormModal } from "@/ui/FormModal";
import { BucketSelect } from "@/ui/choices";
import { ObjectInput } from "@/ui/ObjectInput";
import { FileInput } from "./FileInput";

export type Logo = Out<"ListCensorLogos">["CensorLogos"][number];

const LABELS = ["logo", "TV", "trademark", "flag", "politics", "terrorism", "contraband", "ad", "others"] as const;

interface Values {
  name: string;
  from: "file" | "bucket";
  picture?: string;
  bucket?: string;
  object?: string;
  label: (typeof LABELS)[number];
  suggestion: "review" | "block";
}

/** Makes a logo, or changes one. */
export function LogoForm({ logo, close }: { logo: Logo | "new" | undefined; close: () => void }) {
  const t = useLogoTexts();
  const censor = useCensorTexts();
  const common = useCommonTexts();
  const { Region } = useMe();
  const old = logo === "new" ? undefined : logo;
  const needed = [{ required: true, message: censor("needed") }];
  const submit = async ({ name, from, picture, bucket, object, label, suggestion }: Values) => {
    const body = { Name: name, Label: label, Suggestion: suggestion };
    const place = bucket && object ? { Input: { Bucket: bucket, Location: `oss-${Region}`, Object: encodedKey(object) } } : {};
    const shown = from === "bucket" ? place : picture ? { Picture: picture } : {};
    await (old ? call("UpdateCensorLogo", { Id: old.Id ?? "", ...body, ...shown }) : call("AddCensorLogo", { ...body, ...shown }));
    changed(["logos"]);
  };
  const begins = old ? { name: old.Name, label: old.Label, suggestion: old.Suggestion, from: "file" } : { label: "logo", suggestion: "review", from: "file" };
  return (
    <FormModal<Values> open={logo !== undefined} title={t(old ? "edit" : "add")} ok={old ? common("save") : t("add")} close={close} submit={submit} initialValues={begins}>
      <Form.Item name="name" label={censor("name")} rules={needed}>
        <Input maxLength={128} autoComplete="off" />
      </Form.Item>
      <Form.Item name="from" label={t("picture")} extra={t("pictureHelp")}>
        <Radio.Group options={[{ value: "file", label: t("fromFile") }, { value: "bucket", label: t("fromBucket") }]} />
      </Form.Item>
      <Form.Item noStyle dependencies={["from", "bucket"]}>
        {({ getFieldValue }) => (getFieldValue("from") === "bucket" ? <Place bucket={getFieldValue("bucket") as string | undefined} isNew={!old} /> : <Sent now={old?.Picture} />)}
      </Form.Item>
      <Form.Item name="label" label={censor("label")}>
        <Select options={LABELS.map((value) => ({ value, label: value }))} />
      </Form.Item>
      <Form.Item name="suggestion" label={censor("suggestion")}>
        <Select options={[{ value: "review", label: censor("suggestReview") }, { value: "block", label: censor("block") }]} />
      </Form.Item>
    </FormModal>
  );
}

function Sent({ now }: { now: string | undefined }) {
  const t = useLogoTexts();
  return (
    <Form.Item name="picture" label={t("file")} rules={now === undefined ? [{ required: true, message: t("fileNeeded") }] : []}>
      <FileInput now={now} />
    </Form.Item>
  );
}

function Place({ bucket, isNew }: { bucket: string | undefined; isNew: boolean }) {
  const t = useLogoTexts();
  const censor = useCensorTexts();
  const isNeeded = isNew || Boolean(bucket);
  return (
    <>
      <Form.Item name="bucket" label={t("bucket")} rules={isNew ? [{ required: true, message: censor("needed") }] : []}>
        <BucketSelect allowClear={!isNew} />
      </Form.Item>
      <Form.Item name="object" label={t("file")} rules={isNeeded ? [{ required: true, pattern: /[^/]$/, message: t("fileNeeded") }] : []} validateTrigger="onBlur">
        <ObjectInput bucket={bucket} />
      </Form.Item>
    </>
  );
}
