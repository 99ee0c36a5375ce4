/** The figures beside the document: one reading for all filters at once. */

import { computed, signal } from "@preact/signals";

import type { MapApi } from "./api";
import type { ComputedCard, Curve, Filters, MapDocument, ReadStep, Reading, RealityNote } from "./types";

export const NO_FILTERS: Filters = { persona: "", since: "", until: "", channel: "", segment: "", where: "" };
const LATER = 1200;

const LEAST_PERSONS = 5;
const LEAST_SHARE = 0.05;

/** Few persons, or a small part of those at the step, are no difference worth a word; as on the drawn page. */
function worthTelling(note: RealityNote): boolean {
  if (!note.persons) return true;
  if (note.persons < LEAST_PERSONS) return false;
  const whole = note.share?.whole ?? 0;
  return !whole || (note.share?.part ?? 0) / whole >= LEAST_SHARE;
}

/** How reality differs, by step, the most persons first. */
function notesByStep(reading: Reading | null): ReadonlyMap<string, readonly RealityNote[]> {
  const all = new Map<string, RealityNote[]>();
  for (const note of reading?.reality ?? []) {
    const at = note.step ?? "";
    if (worthTelling(note)) all.set(at, [...(all.get(at) ?? []), note]);
  }
  for (const notes of all.values()) notes.sort((one, other) => (other.persons ?? 0) - (one.persons ?? 0));
  return all;
}

/** The reading for the filters chosen; a later question replaces one that is still under way. */
export class Numbers {
  readonly filters = signal<Filters>(NO_FILTERS);
  readonly reading = signal<Reading | null>(null);
  readonly waiting = signal(false);
  /** How far a long reading is, from 0 to 1. */
  readonly share = signal(0);
  readonly fault = signal("");
  readonly steps = computed(() => {
    const all = new Map<string, ReadStep>();
    for (const step of this.reading.value?.steps ?? []) all.set(step.id, step);
    return all;
  });
  readonly reality = computed(() => notesByStep(this.reading.value));
  readonly curves = computed<readonly Curve[]>(() => this.reading.value?.curves ?? []);
  /** Personas that are shown side by side, and what was counted for each. */
  readonly beside = signal<readonly string[]>([]);
  readonly personas = signal<ReadonlyMap<string, ReadonlyMap<string, ReadStep>>>(new Map());
  /** How reality differs for each persona shown beside others. */
  readonly differences = signal<ReadonlyMap<string, ReadonlyMap<string, readonly RealityNote[]>>>(new Map());
  private asking: AbortController | null = null;
  private timer = 0;

  constructor(private readonly api: MapApi) {}

  /** Ask again with other filters. */
  filter(change: Partial<Filters>): void {
    this.filters.value = { ...this.filters.value, ...change };
    void this.ask();
  }

  /** Ask again a little later: bindings or data changed. */
  soon(): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(), LATER);
  }

  async ask(): Promise<void> {
    this.asking?.abort();
    const asking = new AbortController();
    this.asking = asking;
    this.waiting.value = true;
    this.share.value = 0;
    try {
      this.reading.value = await this.api.numbers(this.filters.value, asking.signal, (share) => { this.share.value = share; });
      this.fault.value = "";
    } catch (fault) {
      if (asking.signal.aborted) return;
      this.fault.value = fault instanceof Error ? fault.message : String(fault);
    }
    if (this.asking === asking) this.waiting.value = false;
    if (!asking.signal.aborted) await this.askEach(asking);
  }

  /** Show these personas side by side; fewer than two: none. */
  async sideBySide(personas: readonly string[]): Promise<void> {
    this.beside.value = personas.length > 1 ? personas : [];
    await this.askEach(this.asking ?? new AbortController());
  }

  private async askEach(asking: AbortController): Promise<void> {
    const wanted = this.beside.peek();
    for (const persona of wanted) {
      const found = await this.api.numbers({ ...this.filters.peek(), persona }, asking.signal).catch(() => null);
      if (asking.signal.aborted || this.beside.peek() !== wanted) return;
      if (!found) continue;
      this.differences.value = new Map([...this.differences.peek(), [persona, notesByStep(found)]]);
      this.personas.value = new Map([...this.personas.peek(), [persona, new Map((found.steps ?? []).map((step) => [step.id, ownedBy(step, persona)]))]]);
    }
  }

  /** What was counted at a step: for everybody, or for one persona shown beside others. */
  at(step: string, persona: string | null = null): ReadStep | undefined {
    return persona ? this.personas.value.get(persona)?.get(step) : this.steps.value.get(step);
  }
}

const OWNED = "~";

/** Computed cards of a persona have names of their own, so that each can be reached and asked about. */
function ownedBy(step: ReadStep, persona: string): ReadStep {
  const cells = Object.fromEntries(Object.entries(step.cells ?? {}).map(([lane, cards]) => [lane, cards.map((card) => ({ ...card, id: `${card.id}${OWNED}${persona}` }))]));
  return { ...step, cells };
}

/** The persona a computed card was counted for; null: everybody. */
export function ownerOf(card: string): string | null {
  return card.split(OWNED)[1] ?? null;
}

/** The name of a computed card without whose it is: as the document knows it. */
export function unowned(card: string): string {
  return card.split(OWNED)[0] ?? card;
}

/** Computed cards of a cell that nobody hid; the same array while nothing changed. */
export function computedIn(step: ReadStep | undefined, lane: string, document: MapDocument): readonly ComputedCard[] {
  const cards = step?.cells?.[lane];
  if (!cards) return NONE;
  const before = kept.get(cards);
  if (before?.hidden === document.hidden_computed) return before.shown;
  const hidden = new Set(Object.values(document.hidden_computed).map((one) => one.card));
  const shown = cards.filter((card) => card.kind !== "typed" && !hidden.has(unowned(card.id)));
  kept.set(cards, { hidden: document.hidden_computed, shown });
  return shown;
}

const NONE: readonly ComputedCard[] = [];
const kept = new WeakMap<readonly ComputedCard[], { hidden: object; shown: readonly ComputedCard[] }>();
