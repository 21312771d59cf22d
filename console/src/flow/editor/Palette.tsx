/** The types of activities by stage: drag one onto the canvas, or add it by Enter. */
import { SearchOutlined } from "@ant-design/icons";
import { Input, type InputRef } from "antd";
import { useState, type Ref } from "react";
import type { Catalogue, CatalogueNode } from "@/api/types";
import { useLanguage } from "@/i18n";
import { STAGES } from "../catalogue";
import { beginDrag } from "../dropping";
import { TypeIcon } from "../look";
import { useEditorTexts } from "./texts";

interface Props {
  catalogue: Catalogue;
  /** Types that can be added now. */
  addable: readonly string[];
  onAdd: (type: string) => void;
  search: Ref<InputRef>;
}

export function Palette({ catalogue, addable, onAdd, search }: Props) {
  const t = useEditorTexts();
  const language = useLanguage();
  const [words, setWords] = useState("");
  const shown = catalogue.Nodes.filter((kind) => matches(kind, words) && addable.includes(kind.Type));
  const first = shown[0];
  return (
    <section className="fe-palette" aria-label={t("palette")}>
      <Input
        ref={search}
        prefix={<SearchOutlined aria-hidden />}
        aria-label={t("paletteSearch")}
        placeholder={t("paletteSearch")}
        allowClear
        value={words}
        onChange={(event) => setWords(event.target.value)}
        onPressEnter={() => first && onAdd(first.Type)}
      />
      <p className="fe-hint">{t("paletteHelp")}</p>
      {!first && <p className="fe-hint">{t("paletteNone")}</p>}
      {STAGES.map((stage) => {
        const kinds = shown.filter((kind) => kind.Stage === stage);
        if (!kinds.length) return null;
        return (
          <div key={stage}>
            <h2 className="fe-stage">{t(`stage_${stage}`)}</h2>
            {kinds.map((kind) => (
              <button
                key={kind.Type}
                type="button"
                className="fe-kind"
                draggable
                onDragStart={(event) => beginDrag(event, kind.Type)}
                onClick={() => onAdd(kind.Type)}
                title={kind.Help[language]}
              >
                <TypeIcon type={kind.Type} />
                <span>{kind.Label[language]}</span>
              </button>
            ))}
          </div>
        );
      })}
    </section>
  );
}

function matches(kind: CatalogueNode, words: string): boolean {
  const text = [kind.Type, ...kind.Aliases, kind.Label.en, kind.Label.zh, kind.Help.en, kind.Help.zh].join(" ").toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
