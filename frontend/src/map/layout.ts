/** The document as columns, rows and cells, in order, ready to be drawn. */

import { byOrder } from "./order";
import type { Card, Lane, LaneKind, MapDocument, Persona, Point, Stage, Step } from "./types";

export type Entry<T> = Readonly<T> & { readonly id: string };
export interface StepColumn { kind: "step"; id: string; step: Entry<Step>; stage: Entry<Stage>; number: number; first: boolean }
export interface FoldedColumn { kind: "stage"; id: string; stage: Entry<Stage>; steps: number; first: true }
export type Column = StepColumn | FoldedColumn;
export interface StageSpan { stage: Entry<Stage>; from: number; count: number }
export interface Spanning { card: Entry<Card>; from: number; count: number; track: number }
/** One row of a lane. Side by side a lane has several: `persona` says whose, "" what is everybody's; null: not split. */
export interface LaneRow { key: string; lane: Entry<Lane>; persona: string | null; lead: boolean; spanning: readonly Spanning[]; tracks: number }
export interface Layout {
  columns: readonly Column[];
  spans: readonly StageSpan[];
  stages: readonly Entry<Stage>[];
  steps: readonly Entry<Step>[];
  rows: readonly LaneRow[];
  hidden: readonly Entry<Lane>[];
  personas: readonly Entry<Persona>[];
  cells: ReadonlyMap<string, readonly Entry<Card>[]>;
  points: readonly Entry<Point>[];
}

/** Lanes whose content comes from the events. */
export const COMPUTED_LANES: ReadonlySet<LaneKind> = new Set([
  "actions", "thoughts", "touchpoints", "flow", "emotion", "marks", "gaps", "kpis",
]);

const entries = new WeakMap<object, object>();

/** The same object for the same stored value, so that what did not change is not drawn again. */
function entry<T extends object>(id: string, value: Readonly<T>): Entry<T> {
  const known = entries.get(value) as Entry<T> | undefined;
  if (known && known.id === id) return known;
  const made = { ...value, id } as Entry<T>;
  entries.set(value, made);
  return made;
}

/** All of one collection, in order. */
export function ordered<T extends { order: string }>(collection: Readonly<Record<string, Readonly<T>>>): Entry<T>[] {
  return Object.entries(collection).map(([id, value]) => entry(id, value)).sort(byOrder);
}

export function cellKey(lane: string, step: string, persona: string | null = null): string {
  return persona ? `${lane}|${step}|${persona}` : `${lane}|${step}`;
}

const lastCells = new Map<string, readonly Entry<Card>[]>();

/** Cards by cell; a cell whose cards are the same keeps its array. */
function cellsOf(cardsInOrder: readonly Entry<Card>[], strips: ReadonlyMap<string, readonly string[]>): Map<string, readonly Entry<Card>[]> {
  const found = new Map<string, Entry<Card>[]>();
  for (const card of cardsInOrder) {
    const key = cellKey(card.lane, card.step, strips.get(card.lane)?.includes(card.persona) ? card.persona : null);
    const here = found.get(key);
    if (here) here.push(card);
    else found.set(key, [card]);
  }
  const cells = new Map<string, readonly Entry<Card>[]>();
  for (const [key, cards] of found) {
    const before = lastCells.get(key);
    const kept = before?.length === cards.length && before.every((card, at) => card === cards[at]) ? before : cards;
    lastCells.set(key, kept);
    cells.set(key, kept);
  }
  return cells;
}

function columnsOf(stages: readonly Entry<Stage>[], steps: readonly Entry<Step>[]): { columns: Column[]; spans: StageSpan[] } {
  const columns: Column[] = [];
  const spans: StageSpan[] = [];
  let number = 0;
  for (const stage of stages) {
    const inside = steps.filter((step) => step.stage === stage.id);
    const from = columns.length;
    if (stage.collapsed || inside.length === 0) {
      columns.push({ kind: "stage", id: stage.id, stage, steps: inside.length, first: true });
      number += inside.length;
    } else {
      inside.forEach((step, at) => {
        number += 1;
        columns.push({ kind: "step", id: step.id, step, stage, number, first: at === 0 });
      });
    }
    spans.push({ stage, from, count: columns.length - from });
  }
  return { columns, spans };
}

/** Which lanes are split by persona, and whose rows each has; "" first where something is everybody's. */
function stripsOf(lanes: readonly Entry<Lane>[], cards: readonly Entry<Card>[], personas: readonly string[]): Map<string, readonly string[]> {
  const strips = new Map<string, readonly string[]>();
  if (personas.length < 2) return strips;
  for (const lane of lanes) {
    if (lane.kind === "emotion" || lane.persona || lane.collapsed) continue;
    const inside = cards.filter((card) => card.lane === lane.id);
    const counted = COMPUTED_LANES.has(lane.kind);
    if (!counted && !inside.some((card) => personas.includes(card.persona))) continue;
    const shared = inside.some((card) => !personas.includes(card.persona)) || (!counted && inside.length === 0);
    strips.set(lane.id, shared ? ["", ...personas] : personas);
  }
  return strips;
}

function spanningIn(lane: string, persona: string | null, columns: readonly Column[], cells: ReadonlyMap<string, readonly Entry<Card>[]>): Spanning[] {
  const ends: number[] = [];
  const found: Spanning[] = [];
  columns.forEach((column, from) => {
    if (column.kind !== "step") return;
    for (const card of cells.get(cellKey(lane, column.id, persona)) ?? []) {
      if (card.span < 2) continue;
      const count = Math.min(card.span, columns.length - from);
      let track = ends.findIndex((end) => end <= from);
      if (track < 0) track = ends.length;
      ends[track] = from + count;
      found.push({ card, from, count, track });
    }
  });
  return found;
}

/** The whole map laid out; pinned lanes come first. With several `beside` each lane has a row per persona. */
export function layOut(document: MapDocument, beside: readonly string[] = []): Layout {
  const stages = ordered(document.stages);
  const order = new Map(stages.map((stage, at) => [stage.id, at]));
  const steps = ordered(document.steps).sort((a, b) => (order.get(a.stage) ?? 0) - (order.get(b.stage) ?? 0));
  const { columns, spans } = columnsOf(stages, steps);
  const lanes = ordered(document.lanes);
  const cards = ordered(document.cards);
  const strips = stripsOf(lanes, cards, beside.filter((persona) => persona in document.personas));
  const cells = cellsOf(cards, strips);
  const shown = lanes.filter((lane) => !lane.hidden);
  const rows = [...shown.filter((lane) => lane.pinned), ...shown.filter((lane) => !lane.pinned)].flatMap((lane) => (strips.get(lane.id) ?? [null]).map((persona, at) => {
    const spanning = spanningIn(lane.id, persona, columns, cells);
    return { key: `${lane.id}|${persona ?? ""}`, lane, persona, lead: at === 0, spanning, tracks: 1 + Math.max(-1, ...spanning.map((one) => one.track)) };
  }));
  return {
    columns, spans, stages, steps, rows, cells,
    hidden: lanes.filter((lane) => lane.hidden),
    personas: ordered(document.personas),
    points: Object.entries(document.points).map(([id, point]) => entry(id, point)),
  };
}

/** Columns a card covers, first to last, for a given span counted in columns. */
export function stepIds(layout: Layout): string[] {
  return layout.columns.flatMap((column) => (column.kind === "step" ? [column.id] : []));
}
