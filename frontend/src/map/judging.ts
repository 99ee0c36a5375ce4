/** What the data propose: taken over, left, or offered at the computed card that shows the same already. */

import { t } from "../i18n";
import type { Editor } from "./editor";
import type { Proposal } from "./types";

/** The computed card that a proposal would make a written one of; empty for everything else. */
export function adoptedCard(proposal: Proposal): string {
  return proposal.card ?? "";
}

/** Take a proposal or leave it; it disappears at once and comes back where the server says no. */
export async function judge(editor: Editor, proposal: Proposal, verdict: "accept" | "reject"): Promise<void> {
  const before = editor.proposals.peek();
  editor.proposals.value = before.filter((one) => one.id !== proposal.id);
  editor.say(verdict === "accept" ? t("Proposal accepted") : t("Proposal rejected"));
  try {
    const answer = await editor.api.judge(proposal.id, verdict);
    if (verdict === "accept") await editor.store.done(t("Proposal accepted"), answer?.undo);
  } catch (fault) {
    editor.proposals.value = before;
    editor.tell(fault instanceof Error ? fault.message : String(fault));
  }
}
