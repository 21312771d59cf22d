import { memo, useMemo } from "react";
import type { Execution } from "@/api/types";
import { useCommonTexts } from "@/i18n/common";
import { useRunTexts } from "@/i18n/runs";
import * as format from "@/ui/format";
import { look, word } from "@/ui/states";
import { lasted, marks, sameRow, timeLine, type Row, type Span } from "./timeline";

interface Props {
  run: Execution;
  now: number;
  chosen: string | undefined;
  onChoose: (name: string) => void;
}

/** One bar per activity in the order of their begin; the pieces of an encode are ticks in it. */
export const TimeLineView = memo(function TimeLineView({ run, now, chosen, onChoose }: Props) {
  const t = useRunTexts();
  const { length, rows } = useMemo(() => timeLine(run, now), [run, now]);
  return (
    <section className="run-section tl" aria-label={t("timeLine")}>
      <h2>{t("timeLine")}</h2>
      {rows.map((row) => (
        <Line key={row.name} row={row} chosen={row.name === chosen} onChoose={onChoose} />
      ))}
      <div className="tl-axis" aria-hidden>
        <i />
        <div>
          {marks(length, 4).map((moment) => (
            <span key={moment} style={{ left: `${(100 * moment) / length}%` }}>
              {moment < 60_000 ? `${moment / 1000} s` : format.duration(moment)}
            </span>
          ))}
        </div>
        <i />
      </div>
    </section>
  );
});

const place = ({ left, width }: Span) => ({ left: `${100 * left}%`, width: `${100 * width}%` });

interface LineProps {
  row: Row;
  chosen: boolean;
  onChoose: (name: string) => void;
}

const sameLine = (a: LineProps, b: LineProps) => a.chosen === b.chosen && a.onChoose === b.onChoose && sameRow(a.row, b.row);

const Line = memo(function Line({ row, chosen, onChoose }: LineProps) {
  const t = useRunTexts();
  const common = useCommonTexts();
  const state = word(row.state);
  return (
    <button type="button" className="tl-row" aria-pressed={chosen} data-look={look(row.state)} onClick={() => onChoose(row.name)}>
      <span className="tl-name" title={row.name}>
        {row.name}
        <span className="visually-hidden"> {state ? common(state) : row.state}</span>
      </span>
      <span className="tl-lane">
        {row.span && <span className="tl-bar" style={place(row.span)} />}
        {row.pieces.map((piece) => (
          <span key={piece.name} className="tl-piece" data-look={look(piece.state)} title={t("piece", { name: piece.name })} style={place(piece.span)} />
        ))}
      </span>
      <span className="tl-time">{row.took === undefined ? (row.state === "Skipped" ? "–" : t("notBegun")) : lasted(row.took)}</span>
    </button>
  );
}, sameLine);
