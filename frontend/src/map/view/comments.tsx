/** Threads pinned to a thing: write, answer, mention, settle. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";

import { t, tn } from "../../i18n";
import * as f from "../formats";
import type { Comment, MapPerson, Place } from "../types";
import { Tool, useEditor, Who, Write } from "./parts";

/** The map as a thing that comments can be about; its panel lists all comments. */
export const WHOLE_MAP: Place = { kind: "head", id: "head" };

/** Comments stand on entities; what was counted is talked about at its cell. */
function anchorOf(place: Place): Place {
  if (place.kind !== "computed" && place.kind !== "cells") return place;
  const [lane = "", step = ""] = place.id.split("|");
  return { kind: "cells", id: `${lane}|${step}` };
}

/** Comments about one thing, and the way to all others. */
export function Comments({ anchor }: { anchor: Place }): JSX.Element {
  const editor = useEditor();
  const at = anchorOf(anchor);
  const showSettled = useSignal(false);
  const all = editor.comments.value.filter((one) => !one.removed || editor.comments.value.some((other) => other.parent === one.id));
  const here = all.filter((one) => !one.parent && one.anchor.id === at.id);
  const elsewhere = all.filter((one) => !one.parent && one.anchor.id !== at.id && !one.resolved).length;
  const open = here.filter((one) => !one.resolved);
  const settled = here.filter((one) => one.resolved);
  return (
    <>
      <section>
        {open.map((one) => <Thread key={one.id} root={one} answers={all.filter((other) => other.parent === one.id)} />)}
        {!open.length ? <p class="quiet small">{t("Nobody has said anything here yet.")}</p> : null}
        {editor.mayComment ? <Speak anchor={at} parent={null} /> : null}
        {settled.length ? <button type="button" class="link small" onClick={() => { showSettled.value = !showSettled.value; }}>{showSettled.value ? t("Hide settled") : t("Show settled ({n})", { n: settled.length })}</button> : null}
        {showSettled.value ? settled.map((one) => <Thread key={one.id} root={one} answers={all.filter((other) => other.parent === one.id)} />) : null}
      </section>
      <section>
        <Tool icon="list" label={elsewhere ? tn("All comments ({n} open elsewhere)", "All comments ({n} open elsewhere)", elsewhere) : t("All comments of the map")} class="btn-s" run={() => editor.select(WHOLE_MAP)} />
      </section>
    </>
  );
}

/** Where a comment is shown: the whole map stands for itself. */
export function placeFor(anchor: Place): Place {
  return anchor.kind === "map" ? WHOLE_MAP : anchor;
}

export function Thread({ root, answers }: { root: Comment; answers: readonly Comment[] }): JSX.Element {
  const editor = useEditor();
  const answering = useSignal(false);
  const settle = async (): Promise<void> => {
    await editor.api.resolve(root.id, !root.resolved).catch((fault: Error) => editor.tell(fault.message));
    await editor.loadComments();
    editor.say(root.resolved ? t("Opened again") : t("Settled"));
  };
  return (
    <article class={`thread${root.resolved ? " is-settled" : ""}`}>
      <One comment={root} />
      {answers.map((one) => <One key={one.id} comment={one} />)}
      {editor.mayComment ? (
        <div class="btns">
          <Tool icon="message-square" label={t("Answer")} class="btn-plain btn-s" run={() => { answering.value = !answering.value; }} />
          <Tool icon={root.resolved ? "rotate-ccw" : "check"} label={root.resolved ? t("Open again") : t("Settle")} class="btn-plain btn-s" run={() => void settle()} />
        </div>
      ) : null}
      {answering.value ? <Speak anchor={root.anchor} parent={root.id} done={() => { answering.value = false; }} /> : null}
    </article>
  );
}

/** One comment; its writer can change it, or take it back after a second word. */
function One({ comment }: { comment: Comment }): JSX.Element {
  const editor = useEditor();
  const doing = useSignal<"" | "edit" | "drop">("");
  const done = async (asked: Promise<unknown>, told: string): Promise<void> => {
    await asked.then(() => editor.say(told), (fault: Error) => editor.tell(fault.message));
    doing.value = "";
    await editor.loadComments();
  };
  const rewrite = (text: string): void => {
    if (text.trim() && text.trim() !== comment.text) void done(editor.api.editComment(comment.id, text.trim()), t("Comment changed"));
    else doing.value = "";
  };
  return (
    <div class="cmt">
      <Who name={comment.by.name} initials={comment.by.initials} tone={comment.by.user} small />
      <div>
        <p><b>{comment.by.name}</b> <time class="quiet" dateTime={comment.at}>{f.moment(comment.at)}</time>
          {comment.edited_at && !comment.removed ? <span class="quiet"> · {t("changed")}</span> : null}
          {comment.mine && !comment.removed && !doing.value ? (
            <span class="cmt-own">
              <Tool icon="pencil" label={t("Change my comment")} bare class="btn-plain btn-s" run={() => { doing.value = "edit"; }} />
              <Tool icon="trash-2" label={t("Delete my comment")} bare class="btn-plain btn-s" run={() => { doing.value = "drop"; }} />
            </span>
          ) : null}</p>
        {doing.value === "edit"
          ? <Write value={comment.text} label={t("Change my comment")} lines done={rewrite} cancel={() => { doing.value = ""; }} />
          : <p class="cmt-text">{comment.removed ? <i class="quiet">{t("deleted")}</i> : mentioned(comment.text)}</p>}
        {doing.value === "drop" ? (
          <p class="btns" role="group" aria-label={t("Delete my comment")}>
            <button type="button" class="btn btn-s btn-neg" ref={(node) => node?.focus()} onClick={() => void done(editor.api.removeComment(comment.id), t("Comment deleted"))}>{t("Delete for good")}</button>
            <button type="button" class="btn btn-s" onClick={() => { doing.value = ""; }}>{t("Keep it")}</button>
          </p>
        ) : null}
      </div>
    </div>
  );
}

function mentioned(text: string): (string | JSX.Element)[] {
  return text.split(/(@[\p{L}\p{N}._-]+(?:\s\p{Lu}[\p{L}-]+)?)/u).map((part, index) => (part.startsWith("@") ? <span key={index} class="mention">{part}</span> : part));
}

/** A field to say something; @ and a name tell somebody. */
export function Speak({ anchor, parent, done }: { anchor: Place; parent: string | null; done?: () => void }): JSX.Element {
  const editor = useEditor();
  const area = useRef<HTMLTextAreaElement>(null);
  const people = useSignal<readonly MapPerson[]>([]);
  const sought = useSignal<string | null>(null);
  const chosen = useRef(new Map<string, number>());
  const busy = useSignal(false);
  useEffect(() => { editor.api.people().then((all) => { people.value = all; }, () => undefined); if (parent) area.current?.focus(); }, []);
  const fitting = sought.value === null ? [] : people.value.filter((one) => one.name.toLocaleLowerCase().includes((sought.value ?? "").toLocaleLowerCase())).slice(0, 6);
  const look = (): void => { sought.value = /@([\p{L}\p{N}._-]*)$/u.exec(area.current?.value.slice(0, area.current.selectionStart) ?? "")?.[1] ?? null; };
  const take = (person: MapPerson): void => {
    const node = area.current;
    if (!node) return;
    const before = node.value.slice(0, node.selectionStart).replace(/@[\p{L}\p{N}._-]*$/u, `@${person.name} `);
    node.value = before + node.value.slice(node.selectionStart);
    chosen.current.set(person.name, person.user);
    sought.value = null;
    node.focus();
  };
  const send = async (): Promise<void> => {
    const text = area.current?.value.trim() ?? "";
    if (!text || busy.value) return;
    busy.value = true;
    try {
      const mentions = [...chosen.current].filter(([name]) => text.includes(`@${name}`)).map(([, user]) => user);
      await editor.api.comment(anchor, text, parent, mentions);
      if (area.current) area.current.value = "";
      await editor.loadComments();
      editor.say(t("Comment written"));
      done?.();
    } catch (fault) {
      editor.tell(fault instanceof Error ? fault.message : String(fault));
    }
    busy.value = false;
  };
  return (
    <form class="speak" onSubmit={(event) => { event.preventDefault(); void send(); }}>
      <textarea ref={area} class="input" rows={2} aria-label={parent ? t("Answer") : t("Write a comment")} placeholder={t("Write a comment, @ mentions somebody")} onInput={look}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); void send(); }
          else if (event.key === "Tab" && fitting[0]) { event.preventDefault(); take(fitting[0]); }
          else if (event.key === "Escape") { if (sought.value !== null) { sought.value = null; event.stopPropagation(); } }
        }} />
      {fitting.length ? <ul class="mention-list">{fitting.map((one) => <li key={one.user}><button type="button" onClick={() => take(one)}><Who name={one.name} initials={one.initials} tone={one.user} small />{one.name}</button></li>)}</ul> : null}
      <button type="submit" class="btn btn-s btn-main" aria-disabled={busy.value}>{parent ? t("Answer") : t("Comment")}</button>
    </form>
  );
}
