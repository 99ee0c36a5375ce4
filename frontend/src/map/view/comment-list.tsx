/** All comments of the map beside it: filtered, answered, settled, and the way to what each is about. */

import { signal } from "@preact/signals";
import type { JSX } from "preact";

import { t, tn } from "../../i18n";
import type { Editor } from "../editor";
import type { Comment, Place } from "../types";
import { placeFor, Speak, Thread, WHOLE_MAP } from "./comments";
import { Tool, useEditor } from "./parts";

type Wanted = "open" | "resolved" | "all";
interface Filter { state: Wanted; author: string; element: string; mine: boolean }
interface Talk { root: Comment; answers: readonly Comment[] }

const ALL: Filter = { state: "open", author: "", element: "", mine: false };
const ABOUT_MAP: Place = { kind: "map", id: "" };
/** Kept while one jumps to a thing and comes back. */
const filter = signal<Filter>(ALL);

function talksOf(comments: readonly Comment[]): readonly Talk[] {
  return comments
    .filter((one) => !one.parent)
    .map((root) => ({ root, answers: comments.filter((one) => one.parent === root.id && !one.removed) }))
    .filter(({ root, answers }) => !root.removed || answers.length);
}

function keyOf(anchor: Place): string {
  return `${anchor.kind}:${anchor.id}`;
}

function takes(wanted: Filter, { root, answers }: Talk, me: number): boolean {
  const said = [root, ...answers];
  return (wanted.state === "all" || root.resolved === (wanted.state === "resolved"))
    && (!wanted.author || said.some((one) => one.by.name === wanted.author))
    && (!wanted.element || keyOf(root.anchor) === wanted.element)
    && (!wanted.mine || said.some((one) => one.mentions?.includes(me)));
}

/** What a comment is about, in words: the thing as it is called now, or as it was called. */
function about(editor: Editor, comment: Comment): string {
  if (comment.anchor.kind === "map") return t("The whole map");
  const name = comment.anchor_gone ? "" : editor.nameOf(comment.anchor);
  return name || comment.anchor_text || t("Something that was removed");
}

export function MapComments(): JSX.Element {
  const editor = useEditor();
  const talks = talksOf(editor.comments.value);
  const wanted = filter.value;
  const shown = talks.filter((talk) => takes(wanted, talk, editor.me.value.user));
  return (
    <>
      <section class="cmt-filters" role="group" aria-label={t("Which comments")}><Filters talks={talks} /></section>
      <section>
        <p class="tiny quiet" role="status">{tn("{n} thread", "{n} threads", shown.length)}</p>
        {shown.map((talk) => <Listed key={talk.root.id} talk={talk} />)}
        {shown.length ? null : <p class="quiet small">{talks.length ? t("No comment is so. Choose others above.") : t("Nobody has said anything about this map yet.")}</p>}
      </section>
      {editor.mayComment ? <section><h3>{t("About the whole map")}</h3><Speak anchor={ABOUT_MAP} parent={null} /></section> : null}
    </>
  );
}

function Filters({ talks }: { talks: readonly Talk[] }): JSX.Element {
  const editor = useEditor();
  const wanted = filter.value;
  const put = (change: Partial<Filter>): void => { filter.value = { ...filter.peek(), ...change }; };
  const authors = [...new Set(talks.flatMap(({ root, answers }) => [root, ...answers]).filter((one) => !one.removed).map((one) => one.by.name))].sort((a, b) => a.localeCompare(b));
  const elements = new Map(talks.map(({ root }) => [keyOf(root.anchor), about(editor, root)]));
  const states: readonly [Wanted, string][] = [["open", t("Open")], ["resolved", t("Settled")], ["all", t("All")]];
  return (
    <>
      <div class="btns">
        {states.map(([state, name]) => <button key={state} type="button" class="btn btn-s" aria-pressed={wanted.state === state} onClick={() => put({ state })}>{name}</button>)}
        <button type="button" class="btn btn-s" aria-pressed={wanted.mine} onClick={() => put({ mine: !wanted.mine })}>{t("Mentions me")}</button>
      </div>
      <label class="field"><span class="label">{t("Written by")}</span>
        <select class="input" value={wanted.author} onChange={(event) => put({ author: event.currentTarget.value })}>
          <option value="">{t("Everybody")}</option>{authors.map((name) => <option key={name} value={name}>{name}</option>)}
        </select></label>
      <label class="field"><span class="label">{t("About")}</span>
        <select class="input" value={wanted.element} onChange={(event) => put({ element: event.currentTarget.value })}>
          <option value="">{t("Everything")}</option>{[...elements].map(([key, name]) => <option key={key} value={key}>{name}</option>)}
        </select></label>
    </>
  );
}

function Listed({ talk }: { talk: Talk }): JSX.Element {
  const editor = useEditor();
  const { root, answers } = talk;
  const name = about(editor, root);
  const go = (): void => {
    editor.tab.value = "comments";
    if (editor.narrow.peek()) editor.panelOpen.value = false;
    editor.goTo(placeFor(root.anchor));
  };
  const leads = !root.anchor_gone && root.anchor.kind !== "map";
  return (
    <div class="listed">
      {leads ? <Tool icon="arrow-right" label={name} class="btn-plain btn-s listed-to" hint={t("Go to “{name}”", { name })} run={go} /> : <p class="listed-to">{name}{root.anchor_gone ? <span class="tag">{t("removed")}</span> : null}</p>}
      <Thread root={root} answers={answers} />
    </div>
  );
}

/** Open the list, and of one comment the thread. */
export function showComments(editor: Editor, comment = ""): void {
  const root = editor.comments.peek().find((one) => one.id === comment);
  const first = root?.parent ? editor.comments.peek().find((one) => one.id === root.parent) : root;
  filter.value = first ? { ...ALL, state: "all", element: keyOf(first.anchor) } : filter.peek();
  editor.select(WHOLE_MAP);
  editor.openPanel("comments");
}
