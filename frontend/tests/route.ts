/** What the editor makes of maps with connections: a file with cases in, their ways out. */

import { readFileSync } from "node:fs";

import { type Placed, routed } from "../src/map/routing";

interface Case { wishes: { id: string; from: Placed; to: Placed }[]; columns: number[]; rows: number[]; crossed: [number, number][] }

const cases = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as Case[];
const told = cases.map(({ wishes, columns, rows, crossed }) => {
  const over = new Set(crossed.map((pair) => pair.join()));
  return routed(wishes, { columns, rows, crossed: (column, row) => over.has(`${column},${row}`) }).map((way) => [way.id, way.path]);
});
process.stdout.write(JSON.stringify(told));
