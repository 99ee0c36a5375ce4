/** The map as a keyboard walks it: rows and columns of things, one after the other. */

import { cellKey, type Column, type Layout } from "./layout";
import { drawable, foldedAway } from "./folding";
import { computedIn, ownerOf, type Numbers } from "./numbers";
import type { MapDocument, Place } from "./types";

export interface Position { row: number; column: number; item: number }

const STAGES = 0;
const STEPS = 1;
const LANES = 2;

/** Where things lie, and what lies where. */
export class Walk {
  constructor(private readonly layout: Layout, private readonly document: MapDocument, private readonly numbers: Numbers, private readonly unfolded: ReadonlySet<string> = new Set()) {}

  private get rows(): number {
    return LANES + this.layout.rows.length;
  }

  /** The things in a lane's cell from top to bottom; none for an empty one. */
  private inside(lane: string, step: string, persona: string | null): Place[] {
    const cards = this.layout.cells.get(cellKey(lane, step, persona)) ?? [];
    const wide = cards.filter((card) => card.span > 1);
    const key = cellKey(lane, step, persona);
    const drawn = persona === "" ? [] : drawable(computedIn(this.numbers.at(step, persona), lane, this.document));
    const { computed, own } = foldedAway(drawn, cards.filter((card) => card.span < 2), this.unfolded.has(key));
    const points = this.layout.points.filter((point) => point.lane === lane && point.step === step);
    return [
      ...wide.map((card) => ({ kind: "cards", id: card.id })),
      ...points.map((point) => ({ kind: "points", id: point.id })),
      ...computed.map((card) => ({ kind: "computed", id: `${cellKey(lane, step)}|${card.id}` })),
      ...own.map((card) => ({ kind: "cards", id: card.id })),
    ];
  }

  /** The things at a position's row and column; empty where there is nothing to reach. */
  at(row: number, column: number): Place[] {
    const here: Column | undefined = this.layout.columns[column];
    if (row === STAGES) return here ? [{ kind: "stages", id: here.stage.id }] : [];
    if (row === STEPS) return here ? [here.kind === "step" ? { kind: "steps", id: here.id } : { kind: "stages", id: here.id }] : [];
    const found = this.layout.rows[row - LANES];
    if (!found) return [];
    const { lane, persona } = found;
    if (column < 0) return found.lead ? [{ kind: "lanes", id: lane.id }] : [];
    if (here?.kind !== "step") return [];
    const cell = { kind: "cells", id: cellKey(lane.id, here.id, persona) };
    if (lane.collapsed || here.step.collapsed) return [cell];
    const inside = this.inside(lane.id, here.id, persona);
    return inside.length ? inside : [cell];
  }

  /** Where a thing lies; null for one that is not on the map. */
  find(place: Place): Position | null {
    const { columns, rows } = this.layout;
    const columnOf = (step: string): number => columns.findIndex((column) => column.kind === "step" && column.id === step);
    const laneRow = (lane: string, persona = ""): number => {
      const own = rows.findIndex((row) => row.lane.id === lane && (row.persona ?? "") === persona);
      return LANES + (own < 0 ? rows.findIndex((row) => row.lane.id === lane) : own);
    };
    if (place.kind === "stages") return { row: STAGES, column: Math.max(0, columns.findIndex((column) => column.stage.id === place.id)), item: 0 };
    if (place.kind === "steps") return { row: STEPS, column: columnOf(place.id), item: 0 };
    if (place.kind === "lanes") return { row: laneRow(place.id), column: -1, item: 0 };
    const [lane = "", step = "", rest = ""] = place.kind === "cards" || place.kind === "points" ? this.homeOf(place) : place.id.split("|");
    const row = laneRow(lane, place.kind === "computed" ? ownerOf(rest) ?? "" : rest);
    const column = columnOf(step);
    if (row < LANES || column < 0) return null;
    const item = this.at(row, column).findIndex((one) => one.kind === place.kind && one.id === place.id);
    return { row, column, item: Math.max(item, 0) };
  }

  private homeOf(place: Place): string[] {
    const thing = place.kind === "cards" ? this.document.cards[place.id] : this.document.points[place.id];
    return thing ? [thing.lane, thing.step, thing.persona] : [];
  }

  /** The next thing in a direction; the same one at the edge. */
  next(place: Place, key: string): Place | null {
    const from = this.find(place);
    if (!from) return this.at(STEPS, 0)[0] ?? null;
    if (key === "ArrowDown" || key === "ArrowUp") return this.along(from, key === "ArrowDown" ? 1 : -1);
    if (key === "ArrowRight" || key === "ArrowLeft") return this.across(from, key === "ArrowRight" ? 1 : -1);
    return this.far(from, key);
  }

  private along(from: Position, by: 1 | -1): Place | null {
    const here = this.at(from.row, from.column);
    const inside = here[from.item + by];
    if (inside) return inside;
    for (let row = from.row + by; row >= 0 && row < this.rows; row += by) {
      const there = this.at(row, from.column);
      const found = by > 0 ? there[0] : there[there.length - 1];
      if (found) return found;
    }
    return null;
  }

  private across(from: Position, by: 1 | -1): Place | null {
    const now = this.at(from.row, from.column)[from.item];
    for (let column = from.column + by; column >= -1 && column < this.layout.columns.length; column += by) {
      const there = this.at(from.row, column);
      const found = there[Math.min(from.item, there.length - 1)];
      if (found && found.id !== now?.id) return found;
    }
    return null;
  }

  private far(from: Position, key: string): Place | null {
    const last = this.layout.columns.length - 1;
    if (key === "Home") return this.at(from.row, 0)[0] ?? null;
    if (key === "End") return this.at(from.row, last)[0] ?? null;
    if (key === "PageDown") return this.at(this.rows - 1, from.column)[0] ?? null;
    return key === "PageUp" ? this.at(STEPS, Math.max(from.column, 0))[0] ?? null : null;
  }

  /** The neighbour that takes the keyboard when this thing is gone. */
  after(place: Place): Place | undefined {
    const from = this.find(place);
    if (!from) return undefined;
    const rest = this.at(from.row, from.column).filter((one) => one.id !== place.id);
    const beside = rest[Math.min(from.item, rest.length - 1)];
    if (beside) return beside;
    if (place.kind === "cards" || place.kind === "points") {
      const column = this.layout.columns[from.column];
      const row = this.layout.rows[from.row - LANES];
      return column && row ? { kind: "cells", id: cellKey(row.lane.id, column.id, row.persona) } : undefined;
    }
    return place.kind === "lanes" ? this.along(from, 1) ?? this.along(from, -1) ?? undefined : this.across(from, 1) ?? this.across(from, -1) ?? undefined;
  }
}
