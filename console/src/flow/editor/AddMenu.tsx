/** The menu of a node's +: only what may follow. Arrow keys choose, Enter adds, Esc closes. */
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from "react";
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
  const box = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState({ left: anchor.right + 6, top: anchor.top });
  useLayoutEffect(() => {
    const { width = 0, height = 0 } = box.current?.getBoundingClientRect() ?? {};
    setPlace({ left: Math.min(anchor.right + 6, innerWidth - width - 8), top: Math.min(anchor.top, innerHeight - height - 8) });
    box.current?.querySelector<HTMLElement>("[role=menuitem]")?.focus();
  }, [anchor]);
  useEffect(() => {
    const before = document.activeElement;
    const outside = (event: PointerEvent) => {
      if (!box.current?.contains(event.target as Node)) onClose();
    };
    document.addEventListener("pointerdown", outside, true);
    return () => {
      document.removeEventListener("pointerdown", outside, true);
      if (before instanceof HTMLElement && before.isConnected && document.activeElement === document.body) before.focus();
    };
  }, [onClose]);
  const onKeyDown = (event: KeyboardEvent) => {
    const items = [...(box.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
    const now = items.indexOf(document.activeElement as HTMLElement);
    if (event.key === "Escape" || event.key === "Tab") onClose();
    else if (event.key === "ArrowDown") items[(now + 1) % items.length]?.focus();
    else if (event.key === "ArrowUp") items.at(now - 1)?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div ref={box} className="fe-menu" role="menu" tabIndex={-1} aria-label={t("palette")} style={place} onKeyDown={onKeyDown}>
      {types.map((type) => (
        <button key={type} type="button" role="menuitem" className="fe-kind" title={kindOf(catalogue, type)?.Help[language]} onClick={() => onChoose(type)}>
          <TypeIcon type={type} />
          <span>{kindOf(catalogue, type)?.Label[language] ?? type}</span>
        </button>
      ))}
      {!types.length && <p className="fe-hint">{t("nothingAfter")}</p>}
    </div>
  );
}
