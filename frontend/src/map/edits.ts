/** What somebody wants, as operations on the document. */

import { filled } from "./defaults";
import { cellKey, ordered, type Layout } from "./layout";
import { newId } from "./model";
import { keyAt } from "./order";
import type { Card, CardKind, Kind, LabelText, LaneKind, MapDocument, Op, Point, Series, Step } from "./types";

export interface Made { id: string; ops: readonly Op[] }

/** The text as the map's language writes it; nothing for an empty one. */
export function labelOf(text: string, document: MapDocument): LabelText {
  const clean = text.trim();
  return clean ? { [document.head.language]: clean } : {};
}

/** One field to another value. */
export function set(document: MapDocument, kind: Kind | "head", id: string, field: string, value: unknown): Op[] {
  const owner = (kind === "head" ? document.head : document[kind][id]) as unknown as Record<string, unknown> | undefined;
  return owner ? [{ op: "set", kind, id: kind === "head" ? "head" : id, field, was: owner[field] ?? null, value }] : [];
}

function keys(list: readonly { order: string }[]): string[] {
  return list.map((one) => one.order);
}

export function addStage(document: MapDocument, index: number, text: string): Made {
  const id = newId("stages");
  const order = keyAt(keys(ordered(document.stages)), index);
  return { id, ops: [{ op: "add", kind: "stages", id, value: filled("stages", { order, label: labelOf(text, document) }) }] };
}

export function stepsIn(document: MapDocument, stage: string): (Step & { id: string })[] {
  return ordered(document.steps).filter((step) => step.stage === stage);
}

export function addStep(document: MapDocument, stage: string, index: number, text: string): Made {
  const id = newId("steps");
  const order = keyAt(keys(stepsIn(document, stage)), index);
  return { id, ops: [{ op: "add", kind: "steps", id, value: filled("steps", { order, stage, label: labelOf(text, document) }) }] };
}

export function addLane(document: MapDocument, kind: LaneKind, index: number, text: string): Made {
  const id = newId("lanes");
  const order = keyAt(keys(ordered(document.lanes)), index);
  return { id, ops: [{ op: "add", kind: "lanes", id, value: filled("lanes", { order, kind, label: labelOf(text, document) }) }] };
}

export function addCard(document: MapDocument, value: Partial<Card> & { lane: string; step: string }, index?: number): Made {
  const id = newId("cards");
  const here = cardsIn(document, value.lane, value.step);
  const order = keyAt(keys(here), index ?? here.length);
  return { id, ops: [{ op: "add", kind: "cards", id, value: filled("cards", { ...value, order }) }] };
}

export function cardsIn(document: MapDocument, lane: string, step: string): (Card & { id: string })[] {
  return ordered(document.cards).filter((card) => card.lane === lane && card.step === step);
}

export function addPoint(lane: string, step: string, persona: string, series: Series, value: number): Made {
  const id = newId("points");
  const point: Point = filled("points", { lane, step, persona, series, value });
  return { id, ops: [{ op: "add", kind: "points", id, value: point }] };
}

export function remove(kind: Kind, id: string): Op[] {
  return [{ op: "remove", kind, id }];
}

/** To `index` among its neighbours, counted without itself. */
export function moveStage(document: MapDocument, id: string, index: number): Op[] {
  const rest = ordered(document.stages).filter((stage) => stage.id !== id);
  return set(document, "stages", id, "order", keyAt(keys(rest), index));
}

export function moveLane(document: MapDocument, id: string, index: number): Op[] {
  const rest = ordered(document.lanes).filter((lane) => lane.id !== id);
  return set(document, "lanes", id, "order", keyAt(keys(rest), index));
}

export function moveStep(document: MapDocument, id: string, stage: string, index: number): Op[] {
  const rest = stepsIn(document, stage).filter((step) => step.id !== id);
  const order = set(document, "steps", id, "order", keyAt(keys(rest), index));
  return document.steps[id]?.stage === stage ? order : [...set(document, "steps", id, "stage", stage), ...order];
}

export function moveCard(document: MapDocument, id: string, lane: string, step: string, index: number): Op[] {
  const rest = cardsIn(document, lane, step).filter((card) => card.id !== id);
  const card = document.cards[id];
  if (!card) return [];
  return [
    ...(card.lane === lane ? [] : set(document, "cards", id, "lane", lane)),
    ...(card.step === step ? [] : set(document, "cards", id, "step", step)),
    ...set(document, "cards", id, "order", keyAt(keys(rest), index)),
  ];
}

/** One place on (`by` 1) or back (−1) over the whole row of steps, into the next stage at its edge. */
export function shiftStep(layout: Layout, document: MapDocument, id: string, by: number): Op[] {
  const step = document.steps[id];
  if (!step) return [];
  const inside = stepsIn(document, step.stage);
  const at = inside.findIndex((one) => one.id === id) + by;
  if (at >= 0 && at < inside.length) return moveStep(document, id, step.stage, at);
  const stage = layout.stages[layout.stages.findIndex((one) => one.id === step.stage) + by];
  return stage ? moveStep(document, id, stage.id, by > 0 ? 0 : stepsIn(document, stage.id).length) : [];
}

export function shiftIn(list: readonly { id: string }[], id: string, by: number): number | null {
  const at = list.findIndex((one) => one.id === id) + by;
  return at < 0 || at >= list.length ? null : at;
}

/** How many columns the card covers after growing by `by`; from 1 to the end of the map. */
export function spanned(layout: Layout, card: Card, by: number): number {
  const columns = layout.columns;
  const from = columns.findIndex((column) => column.kind === "step" && column.id === card.step);
  return Math.max(1, Math.min(card.span + by, columns.length - from));
}

/* ---- copies ---- */

export interface Clip {
  waypost: "map";
  kind: Kind;
  stages: MapDocument["stages"];
  steps: MapDocument["steps"];
  lanes: MapDocument["lanes"];
  cards: MapDocument["cards"];
  points: MapDocument["points"];
}

/** A thing with everything inside it, ready for the clipboard. */
export function clip(document: MapDocument, kind: Kind, id: string): Clip | null {
  if (kind !== "stages" && kind !== "steps" && kind !== "lanes" && kind !== "cards") return null;
  const steps = pick(document.steps, (step, of) => (kind === "stages" ? step.stage === id : kind === "steps" && of === id));
  const inside = (child: { step: string; lane: string }, of: string): boolean =>
    child.step in steps || (kind === "lanes" && child.lane === id) || (kind === "cards" && of === id);
  const cards = pick(document.cards, inside);
  const points = pick(document.points, inside);
  const used = new Set([...Object.values(cards), ...Object.values(points)].map((child) => child.lane));
  return {
    waypost: "map", kind, steps, cards, points,
    stages: pick(document.stages, (_, of) => kind === "stages" && of === id),
    lanes: pick(document.lanes, (_, of) => (kind === "lanes" ? of === id : used.has(of))),
  };
}

function pick<T>(from: Readonly<Record<string, T>>, test: (value: T, id: string) => boolean): Record<string, T> {
  return Object.fromEntries(Object.entries(from).filter(([id, value]) => test(value, id)));
}

export interface Target { stage: string; step: string; lane: string }

/** Put a copy where the reader is: cards into the cell, a step after the step, a lane below the lane. */
export function paste(document: MapDocument, layout: Layout, copy: Clip, target: Target): Made {
  if (copy.kind === "cards") return pasteCards(document, copy, target);
  if (copy.kind === "lanes") return pasteLane(document, layout, copy, target);
  return pasteColumns(document, copy, target);
}

function pasteCards(document: MapDocument, copy: Clip, target: Target): Made {
  let made: Made = { id: "", ops: [] };
  let at = document;
  for (const card of ordered(copy.cards)) {
    const { id: _, ...value } = card;
    const next = addCard(at, { ...value, lane: target.lane, step: target.step, ...lost(document, value) });
    at = { ...at, cards: { ...at.cards, [next.id]: (next.ops[0] as { value: Card }).value } };
    made = { id: next.id, ops: [...made.ops, ...next.ops] };
  }
  return made;
}

/** References that the other map does not have are left out. */
function lost(document: MapDocument, card: Partial<Card>): Partial<Card> {
  return {
    ...(card.persona && !document.personas[card.persona] ? { persona: "" } : {}),
    ...(card.image && !document.images[card.image] ? { image: "" } : {}),
  };
}

function pasteLane(document: MapDocument, layout: Layout, copy: Clip, target: Target): Made {
  const [lane] = Object.values(copy.lanes);
  if (!lane) return { id: "", ops: [] };
  const id = newId("lanes");
  const lanes = ordered(document.lanes);
  const at = lanes.findIndex((one) => one.id === target.lane) + 1 || lanes.length;
  const persona = document.personas[lane.persona] ? lane.persona : "";
  const value = { ...lane, persona, order: keyAt(keys(lanes), at) };
  const first = layout.steps[0]?.id ?? "";
  const stepFor = (step: string): string => (document.steps[step] ? step : first);
  return { id, ops: [{ op: "add", kind: "lanes", id, value }, ...children(document, copy, stepFor, () => id)] };
}

function pasteColumns(document: MapDocument, copy: Clip, target: Target): Made {
  const ops: Op[] = [];
  const laneIds = new Map<string, string>();
  for (const [of, lane] of Object.entries(copy.lanes)) {
    const alike = document.lanes[of] ? of : ordered(document.lanes).find((one) => one.kind === lane.kind)?.id;
    if (alike) laneIds.set(of, alike);
    else {
      const made = addLane(document, lane.kind, ordered(document.lanes).length, "");
      laneIds.set(of, made.id);
      ops.push({ op: "add", kind: "lanes", id: made.id, value: { ...filled("lanes", lane), persona: "", order: (made.ops[0] as { value: { order: string } }).value.order } });
    }
  }
  const { stage, first } = pasteStage(document, copy, target, ops);
  const stepIds = pasteSteps(document, copy, stage, target, ops);
  ops.push(...children(document, copy, (step) => stepIds.get(step) ?? "", (lane) => laneIds.get(lane) ?? ""));
  return { id: first ?? [...stepIds.values()][0] ?? "", ops };
}

function pasteStage(document: MapDocument, copy: Clip, target: Target, ops: Op[]): { stage: string; first: string | null } {
  const [stage] = Object.values(copy.stages);
  if (copy.kind !== "stages" || !stage) return { stage: target.stage, first: null };
  const id = newId("stages");
  const stages = ordered(document.stages);
  const at = stages.findIndex((one) => one.id === target.stage) + 1 || stages.length;
  ops.push({ op: "add", kind: "stages", id, value: { ...stage, order: keyAt(keys(stages), at) } });
  return { stage: id, first: id };
}

function pasteSteps(document: MapDocument, copy: Clip, stage: string, target: Target, ops: Op[]): Map<string, string> {
  const ids = new Map<string, string>();
  const here = stepsIn(document, stage).map((step) => ({ id: step.id, order: step.order }));
  let at = here.findIndex((step) => step.id === target.step) + 1 || here.length;
  for (const { id: old, ...step } of ordered(copy.steps)) {
    const id = newId("steps");
    const order = keyAt(keys(here), at);
    here.splice(at, 0, { id, order });
    at += 1;
    ids.set(old, id);
    const image = document.images[step.image] ? step.image : "";
    ops.push({ op: "add", kind: "steps", id, value: { ...step, image, stage, order } });
  }
  return ids;
}

function children(document: MapDocument, copy: Clip, stepFor: (id: string) => string, laneFor: (id: string) => string): Op[] {
  const ops: Op[] = [];
  for (const card of Object.values(copy.cards)) {
    const place = { step: stepFor(card.step), lane: laneFor(card.lane) };
    if (place.step && place.lane) ops.push({ op: "add", kind: "cards", id: newId("cards"), value: { ...card, ...place, ...lost(document, card) } });
  }
  for (const point of Object.values(copy.points)) {
    const place = { step: stepFor(point.step), lane: laneFor(point.lane) };
    const persona = document.personas[point.persona] ? point.persona : "";
    if (place.step && place.lane) ops.push({ op: "add", kind: "points", id: newId("points"), value: { ...point, ...place, persona } });
  }
  return ops;
}

/** What a new card in a lane of that kind is, unless somebody says otherwise. */
export function usualKind(kind: LaneKind): CardKind {
  const usual: Partial<Record<LaneKind, CardKind>> = {
    thoughts: "quote", touchpoints: "touchpoint", marks: "pain", gaps: "question", opportunities: "opportunity",
    kpis: "kpi", images: "image", channels: "channel",
  };
  return usual[kind] ?? "note";
}

export { cellKey };
