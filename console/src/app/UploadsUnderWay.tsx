import { CloudUploadOutlined } from "@ant-design/icons";
import { useNavigate } from "@tanstack/react-router";
import { Badge, Button } from "antd";
import { useUploadTexts } from "@/i18n/upload";
import { useActiveUploads } from "@/upload/uploads";

/** Uploads go on while one walks about; this leads back to them. */
export function UploadsUnderWay() {
  const t = useUploadTexts();
  const navigate = useNavigate();
  const count = useActiveUploads();
  if (!count) return null;
  return (
    <Badge count={count} size="small" offset={[-4, 6]} color="#1d4ed8">
      <Button type="text" icon={<CloudUploadOutlined />} aria-label={t("underWay", { count })} onClick={() => void navigate({ to: "/upload" })} />
    </Badge>
  );
}
