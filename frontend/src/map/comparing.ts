/** Two states of the map laid over one another: the later one, and beside it what it no longer has. */

import { t } from "../i18n";
import type { MapApi } from "./api";
import type { ChangeWords, Difference, Kind, MapDocument, Version } from "./types";

/** What happened to one thing; `lines` are its fields that have other values now. */
export interface Mark { change: Difference["change"]; from: string; lines: readonly ChangeWords[] }

export interface Comparing {
  old: string;
  next: string;
  versions: readonly Version[];
  document: MapDocument;
  marks: ReadonlyMap<string, Mark>;
  rows: readonly { difference: Difference; words: ChangeWords; stage: string }[];
}

/** The number of the map as it is. */
export const NOW = "0";

const JOINED: readonly Kind[] = ["personas", "stages", "steps", "lanes", "cards", "points", "links", "images"];
/** Fields that a comparison shows unfolded, so they are no difference worth a mark. */
const VIEW_ONLY: ReadonlySet<string> = new Set(["collapsed"]);

export async function compareStates(api: MapApi, old: string, next: string): Promise<Comparing> {
  const [before, after, found, versions] = await Promise.all([api.stateOf(old), api.stateOf(next), api.comparison(old, next), api.versions()]);
  const rows = found.differences.map((difference, at) => ({ difference, words: { ...(found.words[at] ?? NO_WORDS), raw: difference.field }, stage: difference.where.stage }));
  return { old, next, versions, document: joined(before, after), marks: marksOf(rows), rows };
}

const NO_WORDS: ChangeWords = { change: "changed", kind: "", name: "", place: "", field: "", before: "", after: "" };

/** The later state with what was removed in its old place, everything unfolded. */
function joined(before: MapDocument, after: MapDocument): MapDocument {
  const both: Record<string, unknown> = { ...after };
  for (const kind of JOINED) both[kind] = { ...before[kind], ...after[kind] };
  const map = both as unknown as MapDocument;
  return { ...map, stages: each(map.stages, { collapsed: false }), steps: each(map.steps, { collapsed: false }), lanes: each(map.lanes, { collapsed: false, pinned: false }) };
}

function each<T>(all: Readonly<Record<string, T>>, more: Partial<T>): Record<string, T> {
  return Object.fromEntries(Object.entries(all).map(([id, one]) => [id, { ...one, ...more }]));
}

function marksOf(rows: Comparing["rows"]): Map<string, Mark> {
  const marks = new Map<string, Mark>();
  for (const { difference, words } of rows) {
    if (difference.change === "changed" && VIEW_ONLY.has(difference.field)) continue;
    const before = marks.get(difference.id);
    const lines = difference.change === "changed" ? [...(before?.lines ?? []), words] : before?.lines ?? [];
    const change = before && difference.change === "changed" ? before.change : difference.change;
    marks.set(difference.id, { change, lines, from: difference.change === "moved" ? words.before : before?.from ?? "" });
  }
  return marks;
}

/** What a state is called: the map as it is, a name, or its day. */
export function stateName(versions: readonly Version[], number: string, moment: (at: string) => string): string {
  const version = versions.find((one) => one.id === number);
  if (!version) return t("as it is now");
  return version.name ? t("“{name}”", { name: version.name }) : moment(version.at);
}
