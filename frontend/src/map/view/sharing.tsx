/** Links for people without an account, and files to take away. */

import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";

import { language, t } from "../../i18n";
import * as f from "../formats";
import { Field, Icon, Tool, useEditor } from "./parts";

interface ShareLink { id: string; label: string; rights: string; has_password: boolean; expires_at: string | null; revoked_at: string | null; visits: number; last_visit_at: string | null }

export function ShareDialog(): JSX.Element {
  const editor = useEditor();
  const links = useSignal<readonly ShareLink[]>([]);
  const made = useSignal("");
  const load = (): void => { editor.api.shares().then((all) => { links.value = all as unknown as ShareLink[]; }, (fault: Error) => editor.tell(fault.message)); };
  useEffect(load, []);
  const create = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const asked = new FormData(event.currentTarget as HTMLFormElement);
    const days = Number(asked.get("days"));
    const wishes = {
      label: String(asked.get("label") ?? ""), rights: String(asked.get("rights") ?? "view"), password: String(asked.get("password") ?? ""), language: language(),
      expires_at: days ? new Date(Date.now() + days * 86400000).toISOString() : null,
    };
    try {
      const link = await editor.api.share(wishes);
      made.value = new URL(String(link["path"] ?? link["url"] ?? ""), location.origin).href;
      load();
    } catch (fault) {
      editor.tell(fault instanceof Error ? fault.message : String(fault));
    }
  };
  return (
    <div class="stack">
      <p class="quiet small">{t("Whoever has the link sees this map without an account. Groups under 5 persons are left out, and nobody can be recognised.")}</p>
      {made.value ? <Fresh link={made.value} /> : null}
      <form class="form-grid" onSubmit={(event) => void create(event)}>
        <Field label={t("What for")}><input class="input" name="label" placeholder={t("for example: board meeting")} maxLength={200} /></Field>
        <Field label={t("May")}><select class="input" name="rights"><option value="view">{t("look")}</option><option value="comment">{t("look and comment")}</option></select></Field>
        <Field label={t("Ends")}><select class="input" name="days"><option value="30">{t("after 30 days")}</option><option value="7">{t("after 7 days")}</option><option value="365">{t("after a year")}</option><option value="0">{t("when somebody takes it back")}</option></select></Field>
        <Field label={t("Password, if you like")}><input class="input" name="password" type="password" autocomplete="new-password" /></Field>
        <div class="whole btns"><button type="submit" class="btn btn-main"><Icon name="link" />{t("Make a link")}</button></div>
      </form>
      {links.value.length ? <h3>{t("Links there are")}</h3> : null}
      <ul class="m-plain links">{links.value.map((one) => <LinkLine key={one.id} link={one} load={load} />)}</ul>
    </div>
  );
}

function Fresh({ link }: { link: string }): JSX.Element {
  const editor = useEditor();
  const copy = (): void => { navigator.clipboard.writeText(link).then(() => editor.tell(t("Link copied")), () => undefined); };
  return (
    <div class="notice notice-ok"><Icon name="check" /><strong>{t("The link, shown only now:")}</strong>
      <span class="copy-line"><input class="input" readOnly value={link} aria-label={t("Link")} onFocus={(event) => event.currentTarget.select()} /><Tool icon="copy" label={t("Copy")} class="" run={copy} /></span></div>
  );
}

function LinkLine({ link, load }: { link: ShareLink; load: () => void }): JSX.Element {
  const editor = useEditor();
  const over = Boolean(link.revoked_at) || (link.expires_at !== null && link.expires_at < new Date().toISOString());
  const revoke = (): void => { editor.api.unshare(link.id).then(load, (fault: Error) => editor.tell(fault.message)); };
  return (
    <li>
      <span><b>{link.label || t("Link")}</b><small class="quiet">{[link.rights === "comment" ? t("look and comment") : t("look"), link.has_password ? t("with password") : "", over ? t("ended") : link.expires_at ? t("until {day}", { day: f.day(link.expires_at) }) : "", t("{n} visits", { n: link.visits })].filter(Boolean).join(" · ")}</small></span>
      {over ? null : <Tool icon="x" label={t("Take back")} class="btn-s" run={revoke} />}
    </li>
  );
}

const FORMATS: () => readonly (readonly [string, string, string])[] = () => [
  ["pdf", t("PDF"), t("vector, to print and to send")], ["png", t("Picture (PNG)"), t("for slides and mails")], ["svg", t("Drawing (SVG)"), t("sharp at any size")],
  ["pptx", t("Slides (PPTX)"), t("real shapes and text, to edit")], ["html", t("Page (HTML)"), t("opens in any browser, with its evidence")],
  ["xlsx", t("Sheet (XLSX)"), t("stages down, questions across: to fill and bring back")], ["csv", t("Table (CSV)"), t("every card a line")],
  ["json", t("Document (JSON)"), t("everything; importing it gives the same map")], ["xml", t("CJML 2.0 (XML)"), t("for other journey tools")],
];

export function ExportDialog(): JSX.Element {
  const editor = useEditor();
  const paper = useSignal("A3");
  const spoken = useSignal(language());
  return (
    <div class="stack">
      <div class="form-grid">
        <Field label={t("Paper")}><select class="input" value={paper.value} onChange={(event) => { paper.value = event.currentTarget.value; }}>{["A4", "A3", "A2", "A1", "A0"].map((one) => <option key={one} value={one}>{one}</option>)}</select></Field>
        <Field label={t("Language")}><select class="input" value={spoken.value} onChange={(event) => { spoken.value = event.currentTarget.value; }}><option value="de">Deutsch</option><option value="en">English</option></select></Field>
      </div>
      <ul class="formats">
        {FORMATS().map(([format, name, what]) => (
          <li key={format}><a href={editor.api.export(format, { language: spoken.value, ...(format === "pdf" || format === "png" || format === "svg" ? { paper: paper.value } : {}) })} download><Icon name="download" /><span><b>{name}</b><small>{what}</small></span></a></li>
        ))}
      </ul>
    </div>
  );
}
