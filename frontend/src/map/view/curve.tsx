/** The emotion curve: ratings solid, drawn belief hollow, to-be dashed; a gap is never bridged. */

import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useRef } from "preact/hooks";

import { t } from "../../i18n";
import type { Editor } from "../editor";
import * as f from "../formats";
import type { Entry } from "../layout";
import type { Curve, CurvePoint, Lane, Persona, Point, Series } from "../types";
import { word } from "../words";
import { canvasSize, type Columns } from "./geometry";
import { Icon, useEditor } from "./parts";

/** A point under the pointer, not yet let go. */
export const dragged = signal<{ id: string; value: number } | null>(null);

export interface Spot { step: string; value: number; computed: CurvePoint | null; drawn: Entry<Point> | null }
export interface Line { persona: string; series: Series; colour: string; name: string; spots: ReadonlyMap<string, Spot> }

const TOP = 7;
const BOTTOM = 93;
const HEIGHT = 12;

export function yOf(value: number): number {
  return BOTTOM - ((value + 2) / 4) * (BOTTOM - TOP);
}

function valueAt(share: number): number {
  const value = ((BOTTOM - share * 100) / (BOTTOM - TOP)) * 4 - 2;
  return Math.max(-2, Math.min(2, Math.round(value * 10) / 10));
}

/** Curves of the reading and points somebody drew, joined by persona and series. */
export function linesOf(lane: Entry<Lane>, curves: readonly Curve[], points: readonly Entry<Point>[], personas: readonly Entry<Persona>[]): Line[] {
  const lines = new Map<string, Line & { spots: Map<string, Spot> }>();
  const line = (persona: string, series: Series): Line & { spots: Map<string, Spot> } => {
    const key = `${persona}|${series}`;
    const who = personas.find((one) => one.id === persona);
    const made = lines.get(key) ?? { persona, series, colour: who?.colour ?? "", name: who ? word(who.label) : t("Everybody"), spots: new Map<string, Spot>() };
    lines.set(key, made);
    return made;
  };
  for (const curve of curves) {
    if (curve.lane !== lane.id) continue;
    for (const point of (curve.runs ?? []).flat()) {
      if (point.provenance === "assumed") continue;
      line(curve.persona ?? "", curve.series ?? "as-is").spots.set(point.step, { step: point.step, value: point.value, computed: point, drawn: null });
    }
  }
  for (const point of points) {
    if (point.lane !== lane.id) continue;
    const of = line(point.persona, point.series);
    const there = of.spots.get(point.step);
    const value = dragged.value?.id === point.id ? dragged.value.value : point.value;
    of.spots.set(point.step, there ? { ...there, drawn: point } : { step: point.step, value, computed: null, drawn: point });
  }
  const place = (one: Line): number => personas.findIndex((persona) => persona.id === one.persona);
  return [...lines.values()].sort((a, b) => place(a) - place(b) || (a.series < b.series ? -1 : 1));
}

/** Runs of neighbouring columns that have a value. */
function runs(line: Line, steps: readonly string[]): { at: number; spot: Spot }[][] {
  const found: { at: number; spot: Spot }[][] = [];
  let run: { at: number; spot: Spot }[] = [];
  steps.forEach((step, at) => {
    const spot = line.spots.get(step);
    if (spot) run.push({ at, spot });
    else if (run.length) { found.push(run); run = []; }
  });
  return run.length ? [...found, run] : found;
}

function band(run: readonly { at: number; spot: Spot }[], x: (at: number) => number, y: (value: number) => number): string {
  const sure = run.filter(({ spot }) => spot.computed?.low !== null && spot.computed?.low !== undefined && spot.computed.high !== null && spot.computed.high !== undefined);
  if (sure.length < 2 || sure.length !== run.length) return "";
  const up = sure.map(({ at, spot }) => `${x(at)} ${y(spot.computed?.high ?? 0)}`);
  const down = [...sure].reverse().map(({ at, spot }) => `${x(at)} ${y(spot.computed?.low ?? 0)}`);
  return `M${[...up, ...down].join("L")}Z`;
}

/** The drawing behind the cells. */
export function CurvePicture({ lines, columns, steps, strip }: { lines: readonly Line[]; columns: Columns; steps: readonly string[]; strip: number }): JSX.Element {
  const { rem } = canvasSize.value;
  const height = HEIGHT * rem;
  const x = (at: number): number => columns.centres[at] ?? 0;
  const y = (value: number): number => (yOf(value) / 100) * height;
  return (
    <svg class="over over-em" width={columns.total} height={height} aria-hidden="true" style={{ top: `${strip * height}px` }}>
      <rect class="cv-up" x="0" y={y(2)} width={columns.total} height={y(0) - y(2)} />
      <rect class="cv-down" x="0" y={y(0)} width={columns.total} height={y(-2) - y(0)} />
      {[-2, -1, 1, 2].map((value) => <path key={value} class="cv-grid" d={`M0 ${y(value)}H${columns.total}`} />)}
      <path class="cv-zero" d={`M0 ${y(0)}H${columns.total}`} />
      {lines.map((line) => runs(line, steps).map((run) => (
        <g key={`${line.persona}${line.series}${run[0]?.at ?? 0}`} class={`cv pc-${line.colour || "0"} ${line.series === "to-be" ? "cv-tobe" : ""}`}>
          <path class="cv-band" d={band(run, x, y)} />
          {run.slice(1).map((to, index) => {
            const from = run[index];
            const sure = Boolean(from?.spot.computed && to.spot.computed);
            return from ? <path key={to.at} class={sure ? "cv-line" : "cv-line cv-drawn"} d={`M${x(from.at)} ${y(from.spot.value)}L${x(to.at)} ${y(to.spot.value)}`} /> : null;
          })}
          {run.map(({ at, spot }) => <Whisker key={at} x={x(at)} spot={spot} y={y} />)}
        </g>
      )))}
    </svg>
  );
}

function Whisker({ x, spot, y }: { x: number; spot: Spot; y: (value: number) => number }): JSX.Element | null {
  const { low, high } = spot.computed ?? {};
  if (low === null || low === undefined || high === null || high === undefined) return null;
  return <path class="cv-whisker" d={`M${x} ${y(low)}V${y(high)}M${x - 3} ${y(low)}h6M${x - 3} ${y(high)}h6`} />;
}

function tone(value: number): string {
  return value <= -1 ? "d-n2" : value < 0 ? "d-n1" : value >= 1 ? "d-p2" : value > 0 ? "d-p1" : "d-0";
}

/** The points of one cell: computed ones are looked at, drawn ones are moved. */
export function Spots({ lane, step, lines, truth, sideBySide }: { lane: string; step: string; lines: readonly Line[]; truth: boolean; sideBySide: boolean }): JSX.Element {
  const editor = useEditor();
  const strips = sideBySide ? [...new Set(lines.map((line) => line.persona))] : [""];
  return (
    <>
      {strips.map((persona) => {
        const here = lines.filter((line) => !sideBySide || line.persona === persona);
        const spots = here.flatMap((line) => { const spot = line.spots.get(step); return spot ? [{ line, spot }] : []; });
        return (
          <div key={persona} class="em-plot" data-plot={`${lane}|${step}|${persona}`} onDblClick={(event) => drawHere(editor, event, lane, step, sideBySide ? persona : editor.numbers.filters.value.persona)}>
            {spots.length === 0 ? <span class="em-gap">{t("no rating")}</span> : null}
            {spots.map(({ line, spot }, index) => <SpotView key={`${line.persona}${line.series}`} line={line} spot={spot} labelled={index === 0} />)}
            {truth && spots[0] ? <Star value={spots[0].spot.value} /> : null}
          </div>
        );
      })}
    </>
  );
}

function Star({ value }: { value: number }): JSX.Element {
  const away = value >= 0 ? -1.3 : 1.3;
  return <span class="em-star star" style={{ top: `calc(${yOf(value)}% + ${away}rem)` }}><Icon name="star" /></span>;
}

function SpotView({ line, spot, labelled }: { line: Line; spot: Spot; labelled: boolean }): JSX.Element {
  return (
    <>
      {spot.computed ? <Counted line={line} spot={spot} /> : null}
      {spot.drawn ? <Handmade line={line} point={spot.drawn} /> : null}
      {labelled ? <span class="em-val num" style={{ top: `${yOf(spot.value)}%` }} aria-hidden="true">{f.signed(spot.value)}</span> : null}
    </>
  );
}

function Counted({ line, spot }: { line: Line; spot: Spot }): JSX.Element {
  const { computed } = spot;
  const between = f.bounds(computed?.low, computed?.high, f.signed);
  const said = [line.name, f.signed(spot.value), between, computed?.n ? `n ${f.count(computed.n)}` : "", t("reported")].filter(Boolean).join(", ");
  return <span class={`pt pt-rep ${tone(spot.value)} pc-${line.colour || "0"}`} style={{ top: `${yOf(spot.value)}%` }} role="img" aria-label={said} title={said} />;
}

function Handmade({ line, point }: { line: Line; point: Entry<Point> }): JSX.Element {
  const editor = useEditor();
  const held = useRef<number | null>(null);
  const now = dragged.value?.id === point.id ? dragged.value.value : point.value;
  const keep = (value: number): void => moved(editor, point, value);
  const move = (event: PointerEvent): void => {
    if (held.current !== event.pointerId) return;
    const plot = (event.currentTarget as HTMLElement).parentElement?.getBoundingClientRect();
    if (plot) dragged.value = { id: point.id, value: valueAt((event.clientY - plot.top) / plot.height) };
  };
  const drop = (event: PointerEvent): void => {
    if (held.current !== event.pointerId) return;
    held.current = null;
    if (dragged.value?.id === point.id) keep(dragged.value.value);
    dragged.value = null;
  };
  const label = t("Feeling of {name}, {series}", { name: line.name, series: point.series === "to-be" ? t("to-be") : t("as-is") });
  return (
    <button type="button" class={`pt pt-hand pc-${line.colour || "0"} ${point.series === "to-be" ? "pt-tobe" : ""}`} tabIndex={-1} style={{ top: `${yOf(now)}%` }}
      role="slider" aria-label={label} aria-valuemin={-2} aria-valuemax={2} aria-valuenow={now} aria-valuetext={`${f.signed(now)}, ${t("assumed")}`} aria-orientation="vertical"
      data-kind="points" data-id={point.id} disabled={!editor.mayEdit} title={`${label}: ${f.signed(now)} (${t("assumed")})`}
      onPointerDown={(event) => { held.current = event.pointerId; event.currentTarget.setPointerCapture(event.pointerId); event.stopPropagation(); }}
      onPointerMove={move} onPointerUp={drop} onPointerCancel={() => { held.current = null; dragged.value = null; }}
      onKeyDown={(event) => nudge(event, now, keep)} />
  );
}

function nudge(event: KeyboardEvent, now: number, keep: (value: number) => void): void {
  const by = { ArrowUp: 0.1, ArrowDown: -0.1, PageUp: 0.5, PageDown: -0.5 }[event.key];
  if (by === undefined || event.altKey) return;
  event.preventDefault();
  event.stopPropagation();
  keep(Math.max(-2, Math.min(2, Math.round((now + (event.shiftKey ? by * 5 : by)) * 10) / 10)));
}

function moved(editor: Editor, point: Entry<Point>, value: number): void {
  const stored = editor.document.points[point.id];
  if (stored && stored.value !== value) editor.put({ kind: "points", id: point.id }, "value", value, t("Feeling moved to {value}", { value: f.signed(value) }));
}

function drawHere(editor: Editor, event: MouseEvent, lane: string, step: string, persona: string): void {
  if (!editor.mayEdit) return;
  const plot = (event.currentTarget as HTMLElement).getBoundingClientRect();
  drawPoint(editor, lane, step, persona, valueAt((event.clientY - plot.top) / plot.height));
}

/** Draw a point for a persona and the series shown; one that is there already is only reached. */
export function drawPoint(editor: Editor, lane: string, step: string, persona: string, value: number): void {
  const series: Series = editor.showing.value === "to-be" ? "to-be" : "as-is";
  const there = Object.entries(editor.document.points).find(([, one]) => one.lane === lane && one.step === step && one.persona === persona && one.series === series);
  const id = there?.[0] ?? editor.addPoint(lane, step, persona, series, value);
  if (id) editor.focus({ kind: "points", id });
}
