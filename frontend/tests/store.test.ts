/** Several editors of one map: everybody ends with the same, and nothing accepted is lost. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { ApiError, type MapApi, type StoredChange } from "../src/map/api";
import { filledDocument } from "../src/map/defaults";
import { addCard, moveCard, set } from "../src/map/edits";
import { apply } from "../src/map/model";
import { MapStore } from "../src/map/store";
import type { Change, MapDocument } from "../src/map/types";

const DOCUMENT = filledDocument({
  head: { language: "de" } as MapDocument["head"],
  stages: { s_aaaaaaaaaaaa: { order: "a0" } as never },
  steps: { t_aaaaaaaaaaaa: { order: "a0", stage: "s_aaaaaaaaaaaa" } as never, t_bbbbbbbbbbbb: { order: "a1", stage: "s_aaaaaaaaaaaa" } as never },
  lanes: { l_aaaaaaaaaaaa: { order: "a0", kind: "actions" } as never },
});
const STEPS = Object.keys(DOCUMENT.steps);
const LANE = "l_aaaaaaaaaaaa";

/** A server in memory with the rules of the real one: whole changes, once each, in one order. */
class Server {
  document = DOCUMENT;
  readonly log: StoredChange[] = [];
  readonly listeners: ((change: StoredChange) => void)[] = [];
  reachable = true;

  async take(change: Change): Promise<StoredChange> {
    await new Promise((later) => setTimeout(later, 1));
    if (!this.reachable) throw new ApiError(0, "offline", "");
    const known = this.log.find((one) => one.id === change.id);
    if (known) return known;
    const applied = apply(this.document, change.ops);
    if (applied.conflicts.length) throw new ApiError(409, "conflict", "", "", applied.conflicts, this.log.length);
    this.document = applied.document;
    const stored = { revision: this.log.length + 1, id: change.id, by: "", at: "", title: change.title, ops: applied.ops };
    this.log.push(stored);
    for (const tell of this.listeners) setTimeout(() => tell(stored), 1);
    return stored;
  }

  api(): MapApi {
    return {
      root: "map",
      send: (change: Change) => this.take(change),
      since: async (revision: number) => this.log.slice(revision),
    } as unknown as MapApi;
  }
}

function opened(server: Server): MapStore {
  const store = new MapStore(server.api(), null);
  store.open(server.document, server.log.length);
  server.listeners.push((change) => {
    if (change.revision === store.revision.peek() + 1) store.received([change]);
    else void store.catchUp();
  });
  return store;
}

async function quiet(...stores: MapStore[]): Promise<void> {
  for (let turn = 0; turn < 400; turn += 1) {
    await new Promise((later) => setTimeout(later, 5));
    if (stores.every((store) => store.pending.peek().length === 0)) break;
  }
  await Promise.all(stores.map((store) => store.catchUp()));
}

test("an edit is on screen before the server knows it", () => {
  const store = opened(new Server());
  const made = addCard(store.document.peek(), { lane: LANE, step: STEPS[0] ?? "", text: { de: "sucht" } });
  assert.ok(store.change("add", made.ops));
  assert.equal(store.document.peek().cards[made.id]?.text["de"], "sucht");
  assert.equal(store.base.peek().cards[made.id], undefined);
});

test("undo and redo go back and forth over many edits", () => {
  const store = opened(new Server());
  const seen = [store.document.peek()];
  for (let n = 0; n < 50; n += 1) {
    store.change("add", addCard(store.document.peek(), { lane: LANE, step: STEPS[n % 2] ?? "", text: { de: String(n) } }).ops);
    seen.push(store.document.peek());
  }
  for (let n = 49; n >= 0; n -= 1) { store.undo(); assert.deepEqual(store.document.peek(), seen[n]); }
  for (let n = 1; n <= 50; n += 1) { store.redo(); assert.deepEqual(store.document.peek(), seen[n]); }
  assert.equal(store.undo() === null, false);
});

test("two writers of one text both see both texts, and the second decides", async () => {
  const server = new Server();
  const [one, two] = [opened(server), opened(server)];
  const made = addCard(one.document.peek(), { lane: LANE, step: STEPS[0] ?? "", text: { de: "alt" } });
  one.change("add", made.ops);
  await quiet(one, two);
  one.change("text", set(one.document.peek(), "cards", made.id, "text", { de: "eins" }));
  two.change("text", set(two.document.peek(), "cards", made.id, "text", { de: "zwei" }));
  await quiet(one, two);
  const [conflict] = [...one.conflicts.peek(), ...two.conflicts.peek()];
  assert.ok(conflict);
  assert.deepEqual(new Set([JSON.stringify(conflict.theirs), JSON.stringify(conflict.yours)]), new Set(['{"de":"eins"}', '{"de":"zwei"}']));
  const loser = one.conflicts.peek().length ? one : two;
  loser.settle(conflict, { de: "eins und zwei" });
  await quiet(one, two);
  assert.equal(server.document.cards[made.id]?.text["de"], "eins und zwei");
  assert.deepEqual(one.document.peek(), two.document.peek());
});

test("what is written while the server is away is sent when it is back", async () => {
  const server = new Server();
  const store = opened(server);
  server.reachable = false;
  const made = addCard(store.document.peek(), { lane: LANE, step: STEPS[0] ?? "", text: { de: "offline" } });
  store.change("add", made.ops);
  await new Promise((later) => setTimeout(later, 30));
  assert.equal(store.saving.peek(), "offline");
  assert.equal(store.pending.peek().length, 1);
  server.reachable = true;
  store.wake();
  await quiet(store);
  assert.equal(store.saving.peek(), "saved");
  assert.equal(server.document.cards[made.id]?.text["de"], "offline");
});

test("what could not be sent is still there when the page is opened again", async () => {
  const kept = new Map<string, string>();
  const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value), removeItem: (key: string) => void kept.delete(key) } as unknown as Storage;
  const server = new Server();
  server.reachable = false;
  const first = new MapStore(server.api(), storage);
  first.open(server.document, 0);
  const made = addCard(first.document.peek(), { lane: LANE, step: STEPS[0] ?? "", text: { de: "bleibt" } });
  first.change("add", made.ops);
  await new Promise((later) => setTimeout(later, 20));
  server.reachable = true;
  const second = new MapStore(server.api(), storage);
  second.open(server.document, 0);
  await quiet(second);
  assert.equal(server.document.cards[made.id]?.text["de"], "bleibt");
  assert.equal(kept.size, 0);
});

test("eight editors at once end with one map that has every accepted edit", async () => {
  const server = new Server();
  const stores = Array.from({ length: 8 }, () => opened(server));
  let seed = 7;
  const chance = (below: number): number => { seed = (seed * 1103515245 + 12345) % 2147483648; return seed % below; };
  for (let round = 0; round < 30; round += 1) {
    for (const store of stores) {
      const document = store.document.peek();
      const cards = Object.keys(document.cards);
      const step = STEPS[chance(2)] ?? "";
      if (cards.length < 6 || chance(3) === 0) store.change("add", addCard(document, { lane: LANE, step, text: { de: String(round) } }).ops);
      else if (chance(2)) store.change("move", moveCard(document, cards[chance(cards.length)] ?? "", LANE, step, chance(5)));
      else store.change("text", set(document, "cards", cards[chance(cards.length)] ?? "", "text", { de: `${round}.${chance(99)}` }));
      for (const conflict of store.conflicts.peek()) store.settle(conflict, chance(2) ? conflict.yours : undefined);
    }
    await new Promise((later) => setTimeout(later, chance(4)));
  }
  for (let turn = 0; turn < 20; turn += 1) {
    await quiet(...stores);
    for (const store of stores) for (const conflict of store.conflicts.peek()) store.settle(conflict, undefined);
  }
  const replayed = server.log.reduce((document, change) => apply(document, change.ops).document, DOCUMENT);
  assert.deepEqual(replayed, server.document);
  for (const store of stores) assert.deepEqual(store.document.peek(), server.document);
});
