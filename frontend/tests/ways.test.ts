/** Laws of the ways of connections, over many small maps with chance from a seed. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { type Lines, type Placed, routed, type Wish } from "../src/map/routing";

const WIDE = 150;
const HIGH = 120;
const FREE = 8;

interface Stretch { way: string; x: number; y: number; toX: number; toY: number }
interface Case { cards: Placed[]; wishes: Wish[]; lines: Lines }

function chances(seed: number): (most: number) => number {
  let at = seed;
  return (most) => { at = (at * 16807) % 2147483647; return at % most; };
}

function made(seed: number): Case {
  const chance = chances(seed);
  const columns = [...Array(7).keys()].map((at) => 100 + at * WIDE);
  const rows = [...Array(6).keys()].map((at) => 50 + at * HIGH);
  const cards: Placed[] = [];
  const reaching: [number, number, number][] = [];
  for (let row = 0; row < 5; row += 1) {
    for (let column = 0; column < 6; column += 1) {
      if (chance(3) === 0) continue;
      const span = chance(6) === 0 && column < 5 ? 2 : 1;
      if (span > 1) reaching.push([row, column, column + span]);
      cards.push({ x: 100 + column * WIDE + FREE, y: 50 + row * HIGH + FREE, w: span * WIDE - 2 * FREE, h: 40 + chance(60), left: column, right: column + span });
      column += span - 1;
    }
  }
  const pick = (): Placed => cards[chance(cards.length)] as Placed;
  const wishes = [...Array(8).keys()].map((at) => ({ id: `k${at}`, from: pick(), to: pick() })).filter((one) => one.from !== one.to);
  const crossed = (column: number, row: number): boolean => reaching.some(([at, from, to]) => at === row && from < column && column < to);
  return { cards, wishes, lines: { columns, rows, crossed } };
}

/** The straight parts of a way; its rounded corners are left out. */
function stretches(way: { id: string; path: string }): Stretch[] {
  const found: Stretch[] = [];
  let [x, y] = [0, 0];
  for (const [, sign, numbers] of way.path.matchAll(/([MLQ])([^MLQ]+)/g)) {
    const to = (numbers ?? "").trim().split(" ").map(Number);
    const [toX, toY] = to.slice(-2) as [number, number];
    if (sign === "L") found.push({ way: way.id, x, y, toX, toY });
    [x, y] = [toX, toY];
  }
  return found;
}

function inside(one: Stretch, card: Placed): boolean {
  const [left, right] = [Math.min(one.x, one.toX), Math.max(one.x, one.toX)];
  const [top, bottom] = [Math.min(one.y, one.toY), Math.max(one.y, one.toY)];
  return left < card.x + card.w - 1.5 && right > card.x + 1.5 && top < card.y + card.h - 1.5 && bottom > card.y + 1.5;
}

test("no connection crosses a card", () => {
  for (let seed = 1; seed < 120; seed += 1) {
    const { cards, wishes, lines } = made(seed);
    for (const way of routed(wishes, lines)) for (const one of stretches(way)) for (const card of cards) assert.ok(!inside(one, card), `${seed}: ${way.path}`);
  }
});

test("stretches of two connections never lie on one another", () => {
  for (let seed = 1; seed < 120; seed += 1) {
    const { wishes, lines } = made(seed);
    const all = routed(wishes, lines).flatMap(stretches).filter((one) => one.x === one.toX && Math.abs(one.y - one.toY) > 12);
    for (const one of all) {
      for (const other of all) {
        if (one.way === other.way || one.x !== other.x) continue;
        const common = Math.min(Math.max(one.y, one.toY), Math.max(other.y, other.toY)) - Math.max(Math.min(one.y, one.toY), Math.min(other.y, other.toY));
        assert.ok(common <= 0, `${seed}: ${one.way} and ${other.way}`);
      }
    }
  }
});

test("every connection begins and ends at its things", () => {
  for (let seed = 1; seed < 40; seed += 1) {
    const { wishes, lines } = made(seed);
    routed(wishes, lines).forEach((way, at) => {
      const parts = stretches(way);
      const { from, to } = wishes[at] as Wish;
      const [first, last] = [parts[0] as Stretch, parts.at(-1) as Stretch];
      assert.ok(Math.abs(first.x - from.x) < 2 || Math.abs(first.x - from.x - from.w) < 2);
      assert.ok(Math.abs(last.toX - to.x) < 2 || Math.abs(last.toX - to.x - to.w) < 2);
      assert.ok(last.toY >= to.y && last.toY <= to.y + to.h);
    });
  }
});
