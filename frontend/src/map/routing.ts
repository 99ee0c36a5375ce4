/** Ways for connections: along the lines between columns and rows, never across a card, each in a track of its own. */

export interface Box { x: number; y: number; w: number; h: number }
/** A thing on the map: where it lies and between which lines of columns. */
export interface Placed extends Box { left: number; right: number }
/** Lines of columns (x) and rows (y), and what reaches over a line of columns in a row. */
export interface Lines { columns: readonly number[]; rows: readonly number[]; crossed: (column: number, row: number) => boolean }
export interface Wish { id: string; from: Placed; to: Placed }
export interface Way { id: string; path: string; x: number; y: number }

type Side = "left" | "right";
interface Plan { wish: Wish; out: Side; into: Side; start: number; end: number; across: number | null; fromY: number; toY: number }
interface Piece { plan: Plan; line: string; low: number; high: number; track: number }

const BEND = 26;
const BLOCKED = 2000;
const SHARED = 9;
const APART = 4.5;
const ROOM = 8;
const PORTS = 7;
const FIRST_LINE = 12;
const CORNER = 5;
const CLEAR = 8;

/** One way for each wish; what begins or ends at the same place does so apart. */
export function routed(wishes: readonly Wish[], lines: Lines): Way[] {
  const used = new Map<string, number>();
  const plans = wishes.map((wish) => {
    const plan = best(wish, lines, used);
    for (const line of linesOf(plan)) used.set(line, (used.get(line) ?? 0) + 1);
    return plan;
  });
  spread(plans, lines);
  const tracks = tracked(plans, lines);
  return plans.map((plan) => drawn(plan, lines, tracks));
}

function lineAt(wish: Wish, side: Side, end: "from" | "to"): number {
  return wish[end][side];
}

function linesOf(plan: Plan): string[] {
  const all = [`x${plan.start}`];
  if (plan.across !== null) all.push(`y${plan.across}`, `x${plan.end}`);
  return all;
}

/** The cheapest of all ways with at most one stretch between rows: short, few bends, no card crossed, little in common with others. */
function best(wish: Wish, lines: Lines, used: ReadonlyMap<string, number>): Plan {
  let found: Plan | null = null;
  let least = Infinity;
  const fromY = wish.from.y + Math.min(wish.from.h / 2, FIRST_LINE);
  const toY = wish.to.y + Math.min(wish.to.h / 2, FIRST_LINE);
  for (const out of ["right", "left"] as const) {
    for (const into of ["left", "right"] as const) {
      const start = lineAt(wish, out, "from");
      const end = lineAt(wish, into, "to");
      for (const across of start === end ? [null] : lines.rows.keys()) {
        const plan: Plan = { wish, out, into, start, end, across, fromY, toY };
        const cost = costOf(plan, lines, used);
        if (cost < least) { least = cost; found = plan; }
      }
    }
  }
  return found as Plan;
}

function costOf(plan: Plan, lines: Lines, used: ReadonlyMap<string, number>): number {
  const shared = linesOf(plan).reduce((sum, line) => sum + (used.get(line) ?? 0) * SHARED, 0);
  const turn = plan.out === plan.into && plan.start === plan.end ? BEND / 2 : 0;
  if (plan.across === null) return Math.abs(plan.toY - plan.fromY) + crossings(plan.start, plan.fromY, plan.toY, lines) + shared + turn;
  const y = lines.rows[plan.across] ?? 0;
  const x = Math.abs((lines.columns[plan.start] ?? 0) - (lines.columns[plan.end] ?? 0));
  return x + Math.abs(y - plan.fromY) + Math.abs(y - plan.toY) + 2 * BEND + shared
    + crossings(plan.start, plan.fromY, y, lines) + crossings(plan.end, y, plan.toY, lines);
}

/** What it costs to cut through cards that reach over a line of columns. */
function crossings(column: number, one: number, other: number, lines: Lines): number {
  let cost = 0;
  for (let row = 0; row + 1 < lines.rows.length; row += 1) {
    const over = Math.min(Math.max(one, other), lines.rows[row + 1] ?? 0) - Math.max(Math.min(one, other), lines.rows[row] ?? 0);
    if (over > 2 && lines.crossed(column, row)) cost += BLOCKED;
  }
  return cost;
}

/** Ends at the same side of the same thing lie below one another, in the order of where they lead. */
function spread(plans: readonly Plan[], lines: Lines): void {
  const ends = new Map<string, { box: Box; towards: number; put: (y: number) => void }[]>();
  const add = (box: Placed, side: Side, towards: number, put: (y: number) => void): void => {
    const key = `${box.x}|${box.y}|${side}`;
    ends.set(key, [...(ends.get(key) ?? []), { box, towards, put }]);
  };
  for (const plan of plans) {
    const middle = plan.across === null ? null : lines.rows[plan.across] ?? 0;
    add(plan.wish.from, plan.out, middle ?? plan.toY, (y) => { plan.fromY = y; });
    add(plan.wish.to, plan.into, middle ?? plan.fromY, (y) => { plan.toY = y; });
  }
  for (const here of ends.values()) {
    here.sort((a, b) => a.towards - b.towards);
    const { box } = here[0] as { box: Box };
    const step = Math.min(PORTS, (box.h - APART) / here.length);
    const first = box.y + Math.min(box.h / 2, FIRST_LINE + ((here.length - 1) * step) / 2) - ((here.length - 1) * step) / 2;
    here.forEach((end, at) => end.put(first + at * step));
  }
}

/** Stretches of one line that overlap lie in tracks beside one another. */
function tracked(plans: readonly Plan[], lines: Lines): Map<string, number> {
  const pieces = new Map<string, Piece[]>();
  const add = (plan: Plan, line: string, one: number, other: number): void => {
    const piece = { plan, line, low: Math.min(one, other) - CLEAR, high: Math.max(one, other) + CLEAR, track: 0 };
    pieces.set(line, [...(pieces.get(line) ?? []), piece]);
  };
  for (const plan of plans) {
    if (plan.across === null) { add(plan, `x${plan.start}`, plan.fromY, plan.toY); continue; }
    const y = lines.rows[plan.across] ?? 0;
    add(plan, `x${plan.start}`, plan.fromY, y);
    add(plan, `x${plan.end}`, y, plan.toY);
    add(plan, `y${plan.across}`, lines.columns[plan.start] ?? 0, lines.columns[plan.end] ?? 0);
  }
  const shifts = new Map<string, number>();
  for (const [line, here] of pieces) {
    here.sort((a, b) => a.low - b.low || b.high - a.high);
    const ends: number[] = [];
    for (const piece of here) {
      const free = ends.findIndex((end) => end <= piece.low);
      piece.track = free < 0 ? ends.length : free;
      ends[piece.track] = piece.high;
    }
    const apart = Math.min(APART, (2 * ROOM) / Math.max(ends.length - 1, 1));
    for (const piece of here) shifts.set(`${line}|${piece.plan.wish.id}`, (piece.track - (ends.length - 1) / 2) * apart);
  }
  return shifts;
}

interface Dot { x: number; y: number }

function drawn(plan: Plan, lines: Lines, shifts: ReadonlyMap<string, number>): Way {
  const { wish } = plan;
  const shift = (line: string): number => shifts.get(`${line}|${wish.id}`) ?? 0;
  const at = (column: number): number => (lines.columns[column] ?? 0) + shift(`x${column}`);
  const first = { x: plan.out === "right" ? wish.from.x + wish.from.w : wish.from.x, y: plan.fromY };
  const last = { x: plan.into === "left" ? wish.to.x - 1 : wish.to.x + wish.to.w + 1, y: plan.toY };
  const dots: Dot[] = [first, { x: at(plan.start), y: plan.fromY }];
  if (plan.across !== null) {
    const y = (lines.rows[plan.across] ?? 0) + shift(`y${plan.across}`);
    dots.push({ x: at(plan.start), y }, { x: at(plan.end), y });
  }
  dots.push({ x: at(plan.end), y: plan.toY }, last);
  return { id: wish.id, path: rounded(dots), ...middle(dots) };
}

const r = (value: number): number => Math.round(value * 10) / 10;

function rounded(dots: readonly Dot[]): string {
  let path = `M${r(dots[0]?.x ?? 0)} ${r(dots[0]?.y ?? 0)}`;
  for (let at = 1; at < dots.length; at += 1) {
    const [before, here, after] = [dots[at - 1] as Dot, dots[at] as Dot, dots[at + 1]];
    if (!after) { path += `L${r(here.x)} ${r(here.y)}`; break; }
    const bend = Math.min(CORNER, length(before, here) / 2, length(here, after) / 2);
    const from = towards(here, before, bend);
    const to = towards(here, after, bend);
    path += `L${r(from.x)} ${r(from.y)}Q${r(here.x)} ${r(here.y)} ${r(to.x)} ${r(to.y)}`;
  }
  return path;
}

function length(one: Dot, other: Dot): number {
  return Math.abs(one.x - other.x) + Math.abs(one.y - other.y);
}

function towards(from: Dot, to: Dot, by: number): Dot {
  const whole = length(from, to) || 1;
  return { x: from.x + ((to.x - from.x) * by) / whole, y: from.y + ((to.y - from.y) * by) / whole };
}

/** The middle of the longest stretch, where a word has room. */
function middle(dots: readonly Dot[]): Dot {
  let best = { x: dots[0]?.x ?? 0, y: dots[0]?.y ?? 0 };
  let longest = -1;
  for (let at = 1; at < dots.length; at += 1) {
    const [one, other] = [dots[at - 1] as Dot, dots[at] as Dot];
    const long = Math.abs(one.x - other.x) * 2 + Math.abs(one.y - other.y);
    if (long > longest) { longest = long; best = { x: r((one.x + other.x) / 2), y: r((one.y + other.y) / 2) }; }
  }
  return best;
}
