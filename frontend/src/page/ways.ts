/** Connections on a map that was saved as a page: measured from what is drawn, so they follow the window and what is opened. */

import { type Lines, type Placed, routed } from "../map/routing";

const map = document.querySelector<HTMLElement>(".map");
const arrows = [...document.querySelectorAll<SVGGElement>(".ways .wy")];

interface Drawn { arrow: SVGGElement; from: HTMLElement; to: HTMLElement }

/** A card, or the head of a step. */
function nodeOf(id: string | undefined): HTMLElement | null {
  const named = CSS.escape(id ?? "");
  return map?.querySelector<HTMLElement>(`[data-card="${named}"], [data-step="${named}"] > .c-head`) ?? null;
}

function linesOf(frame: DOMRect): Lines {
  const heads = [...document.querySelectorAll<HTMLElement>(".map .c-head")].map((node) => node.getBoundingClientRect());
  const lanes = [...document.querySelectorAll<HTMLElement>(".map .lane-head:not(.lh-top)")].map((node) => node.getBoundingClientRect());
  return {
    columns: [...heads.map((box) => box.left), heads.at(-1)?.right ?? 0].map((x) => x - frame.left),
    rows: [...lanes.map((box) => box.top), lanes.at(-1)?.bottom ?? 0].map((y) => y - frame.top),
    crossed: () => false,
  };
}

function placed(node: HTMLElement, frame: DOMRect, columns: readonly number[]): Placed {
  const box = node.getBoundingClientRect();
  const inset = node.matches(".c-head") ? 8 : 0;
  const left = Math.max(columns.findLastIndex((x) => x <= box.left - frame.left + 2), 0);
  return { x: box.left - frame.left + inset, y: box.top - frame.top, w: box.width - 2 * inset, h: box.height, left, right: left + 1 };
}

/** Draw them again; none where the map is a list of cards. */
function draw(whole: HTMLElement): void {
  const shown = getComputedStyle(whole).display === "grid";
  const frame = whole.getBoundingClientRect();
  const found = arrows.flatMap((arrow): Drawn[] => {
    const [from, to] = [nodeOf(arrow.dataset["from"]), nodeOf(arrow.dataset["to"])];
    arrow.querySelectorAll("path").forEach((path) => path.removeAttribute("d"));
    return from && to && shown ? [{ arrow, from, to }] : [];
  });
  const lines = linesOf(frame);
  const wishes = found.map((one, at) => ({ id: `${at}`, from: placed(one.from, frame, lines.columns), to: placed(one.to, frame, lines.columns) }));
  for (const way of routed(wishes, lines)) {
    const { arrow, from, to } = found[Number(way.id)] as Drawn;
    arrow.querySelectorAll("path").forEach((path) => path.setAttribute("d", way.path));
    for (const end of [from, to]) end.classList.add("wy-end");
  }
}

if (map && arrows.length) new ResizeObserver(() => draw(map)).observe(map);
