/** Where columns lie, in pixels: widths are set here, so drawings and grid agree. */

import { signal } from "@preact/signals";

import type { Column, Layout } from "../layout";

export interface Columns { lane: number; widths: readonly number[]; starts: readonly number[]; centres: readonly number[]; total: number }

const STEP_LEAST = 9.55;
const STEP_MOST = 22;
const LANE = 9.4;
const FOLDED = 2.6;

/** Width of the canvas and of one rem; changed by the window and by the panel. */
export const canvasSize = signal({ width: 1200, rem: 16 });

/** Take over the width of the canvas; the map is laid out again only where it is another one. */
export function measureCanvas(width: number): void {
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  const known = canvasSize.peek();
  if (known.width !== width || known.rem !== rem) canvasSize.value = { width, rem };
}

function folded(column: Column): boolean {
  return column.kind === "stage" ? column.steps > 0 : column.step.collapsed;
}

/** Columns share what the window has; below the least width the map scrolls. */
export function columnsOf(layout: Layout, size: { width: number; rem: number }, phone: boolean): Columns {
  const { rem } = size;
  if (phone) {
    const width = Math.max(size.width, 200);
    return { lane: 0, widths: layout.columns.map(() => width), starts: layout.columns.map(() => 0), centres: layout.columns.map(() => width / 2), total: width };
  }
  const lane = LANE * rem;
  const narrow = layout.columns.filter(folded).length;
  const wide = Math.max(layout.columns.length - narrow, 1);
  const room = (size.width - lane - 3.2 * rem - narrow * FOLDED * rem) / wide;
  const width = Math.floor(Math.min(Math.max(room, STEP_LEAST * rem), STEP_MOST * rem));
  const widths = layout.columns.map((column) => (folded(column) ? FOLDED * rem : width));
  const starts: number[] = [];
  let at = 0;
  for (const one of widths) { starts.push(at); at += one; }
  return { lane, widths, starts, centres: widths.map((one, index) => (starts[index] ?? 0) + one / 2), total: at };
}
