/** On a phone, where one step is shown at a time: the whole curve above it, each step a way to go. */

import type { JSX } from "preact";

import { t } from "../../i18n";
import * as f from "../formats";
import type { CurvePoint } from "../types";
import { word } from "../words";
import { useEditor } from "./parts";

const HEIGHT = 64;
const STEP = 40;
const EDGE = 8;

function y(value: number): number {
  return EDGE + ((2 - value) / 4) * (HEIGHT - 2 * EDGE);
}

export function PhoneCurve(): JSX.Element | null {
  const editor = useEditor();
  if (!editor.narrow.value) return null;
  const columns = editor.layout.value.columns;
  const x = new Map(columns.map((column, index) => [column.id, index * STEP + STEP / 2]));
  const curves = editor.numbers.curves.value.map((curve) => ({ ...curve, runs: (curve.runs ?? []).map((run) => run.filter((point) => x.has(point.step))).filter((run) => run.length) }));
  const drawn = curves.filter((curve) => curve.runs.length);
  if (!drawn.length) return null;
  const main = drawn.find((curve) => !curve.persona) ?? drawn[0];
  const said = new Map<string, CurvePoint>(main?.runs.flat().map((point) => [point.step, point]) ?? []);
  const line = (run: readonly CurvePoint[]): string => run.map((point) => `${x.get(point.step) ?? 0},${y(point.value)}`).join(" ");
  const width = columns.length * STEP;
  return (
    <div class="phone-curve" role="group" aria-label={t("The whole curve: choose a step")}>
      <svg viewBox={`0 0 ${width} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        <line class="phone-zero" x1="0" x2={width} y1={y(0)} y2={y(0)} />
        {drawn.map((curve) => curve.runs.map((run, index) => <polyline key={`${curve.id}${index}`} class={`phone-line${curve.series === "to-be" ? " is-to-be" : ""}${curve.persona ? ` is-persona` : ""}`} points={line(run)} />))}
      </svg>
      {columns.map((column, index) => {
        const point = said.get(column.id);
        const name = column.kind === "step" ? word(column.step.label, editor.document) : word(column.stage.label, editor.document);
        return (
          <button key={column.id} type="button" class="phone-at" aria-current={index === editor.phoneStep.value ? "step" : undefined}
            aria-label={point ? t("{name}: {value}", { name, value: f.signed(point.value) }) : t("{name}: no rating", { name })} onClick={() => { editor.phoneStep.value = index; editor.say(name); }}>
            {point ? <i class={point.provenance === "assumed" ? "is-drawn" : ""} ref={(node) => node?.style.setProperty("top", `${(y(point.value) / HEIGHT) * 100}%`)} /> : null}
          </button>
        );
      })}
    </div>
  );
}
