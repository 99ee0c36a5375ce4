/** What the check found: the gravest first, what to do about it, and the way there. */

import type { JSX } from "preact";

import { N_, t } from "../../i18n";
import type { Editor } from "../editor";
import type { LintFinding } from "../types";
import { Icon, useEditor } from "./parts";

const GRAVITY: readonly (readonly [LintFinding["severity"], string])[] = [
  ["problem", N_("To be mended first")], ["warning", N_("What is missing")], ["hint", N_("What could be better")],
];

/** The field of the map's head that a finding is about, by its check. */
const HEAD_FIELDS: Readonly<Record<string, string>> = {
  title_missing: "title", title_not_customers_view: "title", scenario_missing: "scenario", goal_missing: "goal", expectation_missing: "expectation",
  decision_missing: "decision", goal_step_missing: "goal_step", owner_missing: "owner", review_not_planned: "next_review_on", review_overdue: "next_review_on", period_missing: "since",
};

function goTo(editor: Editor, finding: LintFinding): void {
  const place = finding.where;
  if (!place) return;
  if (place.kind === "personas" || finding.check.startsWith("actor")) editor.dialog.value = "personas";
  else if (place.kind === "head") {
    editor.dialog.value = "head";
    const field = HEAD_FIELDS[finding.check];
    window.setTimeout(() => document.querySelector<HTMLElement>(`dialog [name="${field}"]`)?.focus(), 50);
  } else {
    editor.dialog.value = "";
    editor.select(place, true);
    editor.focus(place);
  }
}

/** Where a finding leads; empty for one that is about the map as a whole. */
function leadsTo(editor: Editor, finding: LintFinding): string {
  const place = finding.where;
  if (!place) return "";
  if (place.kind === "personas" || finding.check.startsWith("actor")) return t("Personas of this map");
  if (place.kind === "head") return finding.check in HEAD_FIELDS ? t("About this map") : "";
  return editor.nameOf(place);
}

/** ``placed``: in a list of the whole map, where each says what it is about; without, all are about the same. */
export function Findings({ findings, placed = false }: { findings: readonly LintFinding[]; placed?: boolean }): JSX.Element {
  if (!findings.length) return <section><p class="quiet">{placed ? t("Nothing to mend. The map can be shown.") : t("Nothing to mend here.")}</p></section>;
  const groups = GRAVITY.map(([severity, name]) => ({ name, found: findings.filter((one) => one.severity === severity) })).filter((one) => one.found.length);
  return (
    <section>
      {groups.map(({ name, found }) => (
        <div key={name} class="lint-group">
          <h3>{t(name)} <span class="quiet num">{found.length}</span></h3>
          <ul class="lint">{found.map((one, index) => <Finding key={`${one.check}${one.where?.id ?? ""}${index}`} finding={one} placed={placed} />)}</ul>
        </div>
      ))}
    </section>
  );
}

function Finding({ finding, placed }: { finding: LintFinding; placed: boolean }): JSX.Element {
  const editor = useEditor();
  const fix = (): void => { if (finding.fix && editor.change(finding.fix_label ?? t("Mended"), finding.fix)) void editor.lint(); };
  const where = placed ? leadsTo(editor, finding) : "";
  return (
    <li>
      <span class={`lint-i lint-${finding.severity}`}><Icon name={finding.severity === "problem" ? "circle-alert" : "flag"} /></span>
      <div>
        <p><b>{finding.reason}</b></p>
        {finding.advice ? <p class="lint-a">{finding.advice}</p> : null}
        {where ? <button type="button" class="link" onClick={() => goTo(editor, finding)}>{where}</button> : null}
        {finding.fix && editor.mayEdit ? <button type="button" class="btn btn-s" onClick={fix}>{finding.fix_label || t("Mend")}</button> : null}
      </div>
    </li>
  );
}
