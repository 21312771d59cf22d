import { Form, Input, Select } from "antd";
import { call } from "@/api/client";
import { changed } from "@/api/query";
import type { Media } from "@/api/types";
import { useMediaTexts } from "@/i18n/media";
import { FormModal } from "@/ui/FormModal";

interface Values {
  title: string;
  description: string;
  tags: string[];
}

/** Title, description and tags. What the form does not show (category, cover) is sent as it is: UpdateMedia sets all. */
export function EditMedia({ media, open, close }: { media: Media; open: boolean; close: () => void }) {
  const t = useMediaTexts();
  const submit = async ({ title, description, tags }: Values) => {
    await call("UpdateMedia", {
      MediaId: media.MediaId ?? "",
      Title: title,
      Description: description,
      Tags: tags.join(","),
      CateId: media.CateId,
      CoverURL: media.CoverURL || undefined,
    });
    changed(["media"]);
  };
  const bytes = (most: number) => ({
    validator: (_: unknown, value: string) => (new TextEncoder().encode(value ?? "").length <= most ? Promise.resolve() : Promise.reject(new Error(t("titleHelp")))),
  });
  return (
    <FormModal<Values>
      open={open}
      close={close}
      title={t("editTitle")}
      ok={t("save")}
      initialValues={{ title: media.Title ?? "", description: media.Description ?? "", tags: media.Tags.Tag }}
      submit={submit}
    >
      <Form.Item name="title" label={t("titleField")} extra={t("titleHelp")} rules={[bytes(128)]}>
        <Input />
      </Form.Item>
      <Form.Item name="description" label={t("description")}>
        <Input.TextArea rows={3} maxLength={1024} />
      </Form.Item>
      <Form.Item name="tags" label={t("tags")} extra={t("tagsHelp")}>
        <Select mode="tags" open={false} tokenSeparators={[","]} maxCount={16} suffixIcon={null} />
      </Form.Item>
    </FormModal>
  );
}
