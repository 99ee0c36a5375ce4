/** Operations on a map document; the same rules as the server's, so that an edit shows at once. */

import { filled } from "./defaults";
import { KINDS, type Conflict, type Kind, type MapDocument, type Op, type SetOp } from "./types";

export interface Applied {
  document: MapDocument;
  /** What was done, with everything a removal took along. */
  ops: readonly Op[];
  /** What brings the document back, in the order to apply it. */
  undo: readonly Op[];
  conflicts: readonly Conflict[];
}

type Loose = Record<string, Record<string, Record<string, unknown>>>;

/** Equal as JSON, whatever the order of keys. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = Object.keys(a);
  if (left.length !== Object.keys(b).length) return false;
  return left.every((key) => same((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]));
}

/** Everything that goes when `id` goes, children first; the thing itself is last. */
export function cascade(document: MapDocument, kind: Kind, id: string): readonly { kind: Kind; id: string }[] {
  const found: { kind: Kind; id: string }[] = [];
  const take = (of: Kind, test: (value: Record<string, unknown>) => boolean): void => {
    for (const [child, value] of Object.entries((document as unknown as Loose)[of] ?? {})) {
      if (test(value)) found.push(...cascade(document, of, child));
    }
  };
  if (kind === "personas") take("points", (point) => point["persona"] === id);
  if (kind === "stages") take("steps", (step) => step["stage"] === id);
  if (kind === "steps" || kind === "lanes") {
    const field = kind === "steps" ? "step" : "lane";
    for (const of of ["cards", "points", "hidden_computed"] as const) take(of, (child) => child[field] === id);
  }
  if (kind === "cards" || kind === "steps") take("links", (link) => link["source"] === id || link["target"] === id);
  const seen = new Set<string>();
  return [...found, { kind, id }].filter((one) => {
    const key = `${one.kind}:${one.id}`;
    return !seen.has(key) && Boolean(seen.add(key));
  });
}

const MENTIONS: readonly (readonly [Kind, string])[] = [
  ["steps", "image"], ["lanes", "persona"], ["cards", "persona"], ["cards", "image"],
];

class Draft {
  readonly done: Op[] = [];
  readonly undo: Op[] = [];
  readonly conflicts: Conflict[] = [];
  private readonly touched = new Set<string>();
  document: MapDocument;

  constructor(document: MapDocument) {
    this.document = document;
  }

  private collection(kind: Kind): Record<string, unknown> {
    if (!this.touched.has(kind)) {
      this.touched.add(kind);
      this.document = { ...this.document, [kind]: { ...this.document[kind] } };
    }
    return this.document[kind] as Record<string, unknown>;
  }

  add(op: Extract<Op, { op: "add" }>): void {
    const stored = this.document[op.kind][op.id] as unknown;
    if (stored !== undefined) {
      if (!same(stored, filled(op.kind, op.value))) this.clash(op.op, op.kind, op.id, "", null, stored, op.value);
      return;
    }
    this.collection(op.kind)[op.id] = filled(op.kind, op.value);
    this.done.push(op);
    this.undo.unshift({ op: "remove", kind: op.kind, id: op.id });
  }

  remove(kind: Kind, id: string): void {
    if (this.document[kind][id] === undefined) return;
    this.forget(kind, id);
    for (const child of cascade(this.document, kind, id)) {
      const value = this.document[child.kind][child.id] as unknown;
      delete this.collection(child.kind)[child.id];
      this.done.push({ op: "remove", ...child });
      this.undo.unshift({ op: "add", ...child, value });
    }
  }

  /** Empty the fields that only mention what goes. */
  private forget(kind: Kind, id: string): void {
    const going = new Set(cascade(this.document, kind, id).map((child) => child.id));
    if (going.has(this.document.head.goal_step)) this.empty("head", "head", "goal_step", this.document.head.goal_step);
    for (const [of, field] of MENTIONS) {
      for (const [owner, value] of Object.entries((this.document as unknown as Loose)[of] ?? {})) {
        const mentioned = value[field];
        if (typeof mentioned === "string" && going.has(mentioned) && !going.has(owner)) this.empty(of, owner, field, mentioned);
      }
    }
  }

  private empty(kind: Kind | "head", id: string, field: string, was: string): void {
    this.set({ op: "set", kind, id, field, was, value: "" });
  }

  set(op: SetOp): void {
    const owner = op.kind === "head" ? this.document.head : this.document[op.kind][op.id];
    if (owner === undefined) {
      this.clash(op.op, op.kind, op.id, op.field, op.was, null, op.value);
      return;
    }
    const stored = (owner as unknown as Record<string, unknown>)[op.field];
    if (same(stored, op.value)) return;
    if (!same(stored, op.was)) {
      this.clash(op.op, op.kind, op.id, op.field, op.was, stored, op.value);
      return;
    }
    const next = { ...(owner as object), [op.field]: op.value };
    if (op.kind === "head") this.document = { ...this.document, head: next as MapDocument["head"] };
    else this.collection(op.kind)[op.id] = next;
    this.done.push(op);
    this.undo.unshift({ ...op, was: op.value, value: stored });
  }

  private clash(op: string, kind: Kind | "head", id: string, field: string, was: unknown, theirs: unknown, yours: unknown): void {
    this.conflicts.push({ op, kind, id, field, was, theirs, yours });
  }
}

/** The document after `ops`, all or nothing: with conflicts the document comes back unchanged. */
export function apply(document: MapDocument, ops: readonly Op[]): Applied {
  const draft = new Draft(document);
  for (const op of ops) {
    if (op.op === "add") draft.add(op);
    else if (op.op === "remove") draft.remove(op.kind, op.id);
    else draft.set(op);
  }
  if (draft.conflicts.length) return { document, ops: [], undo: [], conflicts: draft.conflicts };
  return { document: draft.document, ops: draft.done, undo: draft.undo, conflicts: [] };
}

/** Where an id lives. */
export function kindOf(document: MapDocument, id: string): Kind | null {
  return KINDS.find((kind) => document[kind][id] !== undefined) ?? null;
}

const LETTERS: Record<Kind, string> = {
  personas: "e", stages: "s", steps: "t", lanes: "l", cards: "c", points: "p", links: "k", hidden_computed: "h", images: "i",
};

/** A new id of that kind: its letter and twelve random base-32 characters. */
export function newId(kind: Kind): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `${LETTERS[kind]}_${Array.from(bytes, (byte) => "abcdefghijklmnopqrstuvwxyz234567".charAt(byte & 31)).join("")}`;
}
