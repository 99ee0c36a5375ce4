/** Starts the editor in `<div id="map" data-map="…" data-workspace="…" data-home="…">`. */

import { effect } from "@preact/signals";
import { render } from "preact";

import { loadLanguage, t } from "../i18n";
import { ApiError, type Opened } from "./api";
import { NOW } from "./comparing";
import { Editor } from "./editor";
import { App } from "./view/app";
import { showComments } from "./view/comment-list";
import { measureCanvas } from "./view/geometry";
import { useSprite } from "./view/parts";

/** The map that came with the page; where none did, it is asked for. */
async function openedWith(page: Document, editor: Editor): Promise<Opened> {
  const text = page.getElementById("opened")?.textContent;
  return text ? (JSON.parse(text) as Opened) : editor.api.open();
}

/** Figures and letters that come within so many milliseconds are in the first picture, so that nothing moves when they come. */
const WORTH_WAITING = 2000;
const VOICES = "1rem Newsreader";

/** Until then the page says how far the counting is. */
async function counted(root: HTMLElement, editor: Editor): Promise<void> {
  const bar = root.querySelector("progress");
  const stop = effect(() => { if (bar && editor.numbers.share.value) bar.value = editor.numbers.share.value; });
  const all = Promise.allSettled([editor.beside(), document.fonts.load(VOICES), document.fonts.load(`italic ${VOICES}`)]);
  await Promise.race([all, new Promise((later) => setTimeout(later, WORTH_WAITING))]);
  stop();
}

async function start(root: HTMLElement): Promise<void> {
  const given = root.dataset;
  const beside = (name: string): string => new URL(name, import.meta.url).href;
  const editor = new Editor(given["workspace"] ?? "", given["map"] ?? "", given["home"] ?? "");
  const language = given["language"] ?? (document.documentElement.lang || "de");
  useSprite(beside("icons.svg"));
  const words = loadLanguage(language, language === "en" ? "" : beside(`messages/${language}.json`));
  const [opened] = await Promise.all([openedWith(document, editor), words]);
  editor.narrow.value = matchMedia("(max-width: 760px)").matches;
  editor.open(opened);
  await counted(root, editor);
  measureCanvas(root.clientWidth);
  root.replaceChildren();
  render(<App editor={editor} crumbs={opened.crumbs ?? []} />, root);
  requestAnimationFrame(() => performance.mark("waypost:map-drawn"));
  const wanted = new URLSearchParams(location.hash.slice(1));
  const comment = /^#comment-(\w+)$/.exec(location.hash)?.[1];
  if (comment) void editor.loadComments().then(() => showComments(editor, comment));
  goTo(editor, wanted);
  const [old, next = NOW] = (wanted.get("compare") ?? "").split(",");
  if (old) void editor.compare(old, next);
}

/** A link to a thing on the map: #kind=steps&id=t_…; #compare=3,0 lays version 3 under the map as it is. */
function goTo(editor: Editor, wanted: URLSearchParams): void {
  const id = wanted.get("id");
  const kind = wanted.get("kind");
  if (!id || !kind) return;
  editor.select({ kind, id }, true);
  editor.focus({ kind, id });
}

const root = document.getElementById("map");
if (root) {
  start(root).catch((fault: unknown) => {
    const words = fault instanceof ApiError && fault.message ? fault.message : t("The map could not be opened.");
    const note = document.createElement("p");
    note.className = "notice notice-neg";
    note.textContent = words;
    root.replaceChildren(note);
    if (!(fault instanceof ApiError)) throw fault;
  });
}
