import { AimOutlined, ApartmentOutlined, MoreOutlined, QuestionCircleOutlined, RedoOutlined, UndoOutlined } from "@ant-design/icons";
import { Button, Dropdown, Select, type RefSelectProps } from "antd";
import type { ReactNode, Ref } from "react";
import type { Catalogue } from "@/api/types";
import { useLanguage } from "@/i18n";
import type { Command } from "./shortcuts";
import { useEditorTexts } from "./texts";
import type { EditorState } from "./useEditor";

interface Props {
  editor: EditorState;
  catalogue: Catalogue;
  readOnly: boolean;
  run: (command: Command) => void;
  onPreset: (id: string) => void;
  onImport: () => void;
  onJson: () => void;
  onExport: () => void;
  onRehearse: () => void;
  onFind: (name: string) => void;
  find: Ref<RefSelectProps>;
}

/** What one does with the drawing as a whole. */
export function Toolbar({ editor, catalogue, readOnly, run, onPreset, onImport, onJson, onExport, onRehearse, onFind, find }: Props) {
  const t = useEditorTexts();
  const language = useLanguage();
  const button = (command: Command, name: string, icon: ReactNode, disabled = false) => (
    <Button type="text" icon={icon} aria-label={name} title={name} disabled={disabled} onClick={() => run(command)} />
  );
  const items = [
    ...(readOnly
      ? []
      : [
          {
            key: "preset",
            label: t("fromPreset"),
            children: catalogue.Presets.map((preset) => ({ key: `preset:${preset.Id}`, label: preset.Label[language], title: preset.Help[language] })),
          },
          { key: "import", label: t("importJson") },
        ]),
    { key: "rehearse", label: t("rehearse") },
    { key: "export", label: t("exportJson") },
    { key: "json", label: t("viewJson") },
  ];
  return (
    <div className="fe-tools" role="toolbar" aria-label={t("canvas")}>
      {!readOnly && (
        <>
          {button("undo", t("undo"), <UndoOutlined />, !editor.canUndo)}
          {button("redo", t("redo"), <RedoOutlined />, !editor.canRedo)}
          {button("arrange", t("arrange"), <ApartmentOutlined />)}
        </>
      )}
      {button("fit", t("fit"), <AimOutlined />)}
      <Select<string>
        ref={find}
        className="fe-find"
        value={null}
        showSearch
        aria-label={t("find")}
        placeholder={t("find")}
        options={editor.drawing.graph.nodes.map(({ name }) => ({ value: name, label: name }))}
        onSelect={onFind}
      />
      <Dropdown
        trigger={["click"]}
        menu={{
          items,
          onClick: ({ key }) => {
            if (key.startsWith("preset:")) onPreset(key.slice("preset:".length));
            else if (key === "import") onImport();
            else if (key === "export") onExport();
            else if (key === "rehearse") onRehearse();
            else onJson();
          },
        }}
      >
        <Button type="text" icon={<MoreOutlined />} aria-label={t("more")} title={t("more")} />
      </Dropdown>
      {button("help", t("help"), <QuestionCircleOutlined />)}
    </div>
  );
}
