/** The menu of a node's +: only what may follow. */
import { Dropdown } from "antd";
import type { Catalogue } from "@/api/types";
import { useLanguage } from "@/i18n";
import { kindOf } from "../catalogue";
import { TypeIcon } from "../look";
import { useEditorTexts } from "./texts";

interface Props {
  catalogue: Catalogue;
  anchor: DOMRect;
  types: readonly string[];
  onChoose: (type: string) => void;
  onClose: () => void;
}

export function AddMenu({ catalogue, anchor, types, onChoose, onClose }: Props) {
  const t = useEditorTexts();
  const language = useLanguage();
  const items = types.map((type) => ({
    key: type,
    icon: <TypeIcon type={type} plain />,
    label: kindOf(catalogue, type)?.Label[language] ?? type,
    title: kindOf(catalogue, type)?.Help[language],
  }));
  return (
    <Dropdown
      open
      autoFocus
      trigger={["click"]}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      menu={{ className: "flow", items: items.length ? items : [{ key: "", label: t("nothingAfter"), disabled: true }], onClick: ({ key }) => onChoose(key) }}
    >
      <span aria-hidden style={{ position: "fixed", left: anchor.x, top: anchor.y, width: anchor.width, height: anchor.height, pointerEvents: "none" }} />
    </Dropdown>
  );
}
