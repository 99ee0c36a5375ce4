/** How much of a cell is shown before it is folded, so that one full cell does not stretch its whole lane. */

import type { ComputedCard } from "./types";

/** About as many lines of text lie open; a cell that is hardly longer is shown whole. */
const ROOM = 11;
const SLACK = 3;
const LEAST = 2;
const LINES: Readonly<Record<string, number>> = { touchpoint: 2, gap: 2, kpi: 3, action: 2, mark: 4, pain: 4 };
const OTHERS = 3;
const DRAWN_ELSEWHERE: ReadonlySet<string> = new Set(["emotion", "flow", "question", "typed"]);

function linesOf(card: { kind: string }): number {
  return LINES[card.kind] ?? OTHERS;
}

/** Computed cards that a cell draws as cards: channels only where no touchpoint says more. */
export function drawable(cards: readonly ComputedCard[]): readonly ComputedCard[] {
  const touchpoints = cards.some((card) => card.kind === "touchpoint");
  return cards.filter((card) => !DRAWN_ELSEWHERE.has(card.kind) && !(touchpoints && card.kind === "channels"));
}

export interface Folded<C> { computed: readonly ComputedCard[]; own: readonly C[]; more: number }

/** What of a cell is drawn, and how many cards are not; two of each sort always are. */
export function foldedAway<C extends { kind: string }>(computed: readonly ComputedCard[], own: readonly C[], whole: boolean): Folded<C> {
  const lines = [...computed, ...own].reduce((sum, card) => sum + linesOf(card), 0);
  if (whole || lines <= ROOM + SLACK) return { computed, own, more: 0 };
  let room = ROOM;
  const fitting = <T extends { kind: string }>(cards: readonly T[]): readonly T[] => {
    const end = cards.findIndex((card, at) => { room -= linesOf(card); return at >= LEAST && room < 0; });
    return end < 0 ? cards : cards.slice(0, end);
  };
  const shown = fitting(computed);
  const kept = fitting(own);
  return { computed: shown, own: kept, more: computed.length - shown.length + own.length - kept.length };
}
