import { SearchOutlined } from "@ant-design/icons";
import { useNavigate } from "@tanstack/react-router";
import { Input, Modal, Spin, Typography } from "antd";
import { type KeyboardEvent, useDeferredValue, useId, useState } from "react";
import { usePaletteTexts } from "@/i18n/palette";
import { useShellTexts } from "@/i18n/shell";
import { type Hit, useFound } from "./found";
import { ENTRIES } from "./menu";
import "./palette.css";

/** Ctrl-K: media, executions, workflows, templates, ids and pages, by keyboard alone. */
export default function Palette({ open, close }: { open: boolean; close: () => void }) {
  const t = usePaletteTexts();
  return (
    <Modal open={open} onCancel={close} footer={null} closable={false} title={<span className="visually-hidden">{t("title")}</span>} width={600} style={{ top: 80 }} destroyOnHidden>
      <Search close={close} />
    </Modal>
  );
}

function Search({ close }: { close: () => void }) {
  const t = usePaletteTexts();
  const pageName = useShellTexts();
  const navigate = useNavigate();
  const list = useId();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const asked = useDeferredValue(text.trim());
  const found = useFound(asked);

  const pages: Hit[] = ENTRIES.map((entry) => ({ kind: "pages" as const, key: entry.to, title: pageName(entry.name), to: entry.to })).filter((hit) =>
    hit.title.toLowerCase().includes(asked.toLowerCase()),
  );
  const hits = asked.length > 1 ? [...(found.data ?? []), ...pages] : pages;
  const chosen = Math.min(at, hits.length - 1);

  const go = (hit: Hit | undefined) => {
    if (!hit) return;
    close();
    void navigate({ to: hit.to });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && hits.length) {
      event.preventDefault();
      setAt((chosen + step + hits.length) % hits.length);
    } else if (event.key === "Enter" && !event.nativeEvent.isComposing) go(hits[chosen]);
  };

  return (
    <>
      <Input
        autoFocus
        size="large"
        variant="borderless"
        prefix={<SearchOutlined />}
        suffix={found.isFetching ? <Spin size="small" /> : null}
        placeholder={t("hint")}
        aria-label={t("hint")}
        role="combobox"
        aria-expanded
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={hits[chosen] ? `${list}-${chosen}` : undefined}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={list} role="listbox" aria-label={t("title")} className="palette">
        {hits.map((hit, index) => (
          <div
            key={hit.key}
            id={`${list}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === chosen}
            ref={(element) => {
              if (index === chosen) element?.scrollIntoView({ block: "nearest" });
            }}
            onMouseMove={() => setAt(index)}
            onClick={() => go(hit)}
            onKeyDown={() => undefined}
          >
            <span className="palette-kind">{t(hit.kind)}</span>
            <span className="palette-title">{hit.title}</span>
            {hit.note && <span className="palette-note mono">{hit.note}</span>}
          </div>
        ))}
      </div>
      <div className="palette-foot">
        <Typography.Text type="secondary" role="status">
          {hits.length ? t("results", { count: hits.length }) : !found.isFetching && t("nothing")}
        </Typography.Text>
        <Typography.Text type="secondary">{t("keys")}</Typography.Text>
      </div>
    </>
  );
}
