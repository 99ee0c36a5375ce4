/** Where people went: a ribbon on, one away, an arc back. Heights are persons. */

import type { JSX } from "preact";

import type { Column } from "../layout";
import type { ComputedCard, ReadStep } from "../types";
import { canvasSize, type Columns } from "./geometry";

const HEIGHT = 6.2;
const BASE = 20;
const TALLEST = 46;

function flowOf(read: ReadStep | undefined): (ComputedCard & { on?: string | null | number }) | undefined {
  return Object.values(read?.cells ?? {}).flat().find((card) => card.kind === "flow") as never;
}

export function FlowPicture({ columns, list, steps }: { columns: Columns; list: readonly Column[]; steps: ReadonlyMap<string, ReadStep> }): JSX.Element {
  const height = HEIGHT * canvasSize.value.rem;
  const most = Math.max(1, ...[...steps.values()].map((step) => step.persons));
  const tall = (persons: number): number => (persons / most) * TALLEST;
  const y = (value: number): number => (value / 100) * height;
  return (
    <svg class="over over-flow" width={columns.total} height={height} aria-hidden="true">
      {list.map((column, at) => {
        const card = column.kind === "step" ? flowOf(steps.get(column.id)) : undefined;
        if (!card?.persons) return null;
        return <Node key={column.id} at={at} card={card} columns={columns} tall={tall} y={y} list={list} />;
      })}
    </svg>
  );
}

interface NodeProps { at: number; card: ComputedCard & { on?: unknown }; columns: Columns; tall: (n: number) => number; y: (value: number) => number; list: readonly Column[] }

function Node({ at, card, columns, tall, y, list }: NodeProps): JSX.Element {
  const x = columns.centres[at] ?? 0;
  const next = columns.centres[at + 1];
  const whole = tall(card.persons ?? 0);
  const on = tall(Number(card.on ?? 0));
  const left = tall(card.left ?? 0);
  const away = Math.min(38, (columns.widths[at] ?? 100) / 3);
  return (
    <g>
      {next !== undefined && on > 0 ? <path class="fl-on" d={`M${x + 3} ${y(BASE)}H${next - 3}V${y(BASE + on)}L${x + 3} ${y(BASE + on)}Z`} /> : null}
      {left > 0.4 ? <path class="fl-off" d={`M${x + 3} ${y(BASE + on)}C${x + away * 0.7} ${y(BASE + on)} ${x + away} ${y(78)} ${x + away} ${y(94)}H${x + away - Math.max(left * 0.55, 2)}C${x + away - left * 0.55} ${y(84)} ${x + away * 0.5} ${y(BASE + on + left)} ${x + 3} ${y(BASE + on + left)}Z`} /> : null}
      <Back card={card} x={x} columns={columns} y={y} list={list} at={at} />
      <rect class="fl-bar" x={x - 3} y={y(BASE)} width="6" height={Math.max(y(whole), 1)} />
    </g>
  );
}

/** The most frequent step back, as an arc. */
function Back({ card, x, columns, y, list, at }: { card: ComputedCard; x: number; columns: Columns; y: (value: number) => number; list: readonly Column[]; at: number }): JSX.Element | null {
  const back = Object.entries(card.next_steps ?? {})
    .map(([step, n]) => ({ n, to: list.findIndex((column) => column.kind === "step" && column.id === step) }))
    .filter(({ to, n }) => to >= 0 && to < at && n / (card.persons || 1) > 0.05)
    .sort((a, b) => b.n - a.n)[0];
  if (!back) return null;
  const to = columns.centres[back.to] ?? 0;
  const share = back.n / (card.persons || 1);
  return (
    <>
      <path class="fl-back" stroke-width={1 + share * 5} d={`M${x} ${y(19)}C${x - 10} ${y(3)} ${to + 14} ${y(3)} ${to + 6} ${y(15)}`} />
      <path class="fl-tip" d={`M${to + 2} ${y(13)}h8l-4 6z`} />
    </>
  );
}
