/** One cell: what was counted there, what somebody wrote, or the question what would belong there. */

import { useComputed } from "@preact/signals";
import type { JSX } from "preact";

import { t, tn } from "../../i18n";
import { usualKind } from "../edits";
import { type Entry } from "../layout";
import type { Card, ComputedCard, Lane, Proposal, ReadStep } from "../types";
import { CARD_WORDS, guidingQuestion, laneName, word } from "../words";
import { CardView, Pin } from "./cards";
import { ComputedCards, FlowList } from "./computed";
import { Icon, memo, Tool, useEditor, Write } from "./parts";

interface CellProps {
  lane: Entry<Lane>;
  step: string;
  stepName: string;
  at: number;
  first: boolean;
  folded: boolean;
  cards: readonly Entry<Card>[];
  computed: readonly ComputedCard[];
  read: ReadStep | undefined;
  tracks: number;
  version: unknown;
  children?: JSX.Element | null;
}

const NO_CARDS: readonly Entry<Card>[] = [];

function contentOf(props: CellProps, shows: (card: Entry<Card>) => boolean): Entry<Card>[] {
  return props.cards.filter((card) => card.span < 2 && shows(card));
}

export const Cell = memo(function Cell(props: CellProps): JSX.Element {
  const editor = useEditor();
  const { lane, step, at, first, folded, computed, tracks } = props;
  const key = `${lane.id}|${step}`;
  const picked = useComputed(() => editor.selected.value?.id === key);
  const proposals = useComputed(() => editor.proposals.value.filter((one) => isHere(one, lane.id, step)));
  const comments = useComputed(() => editor.commentCounts.value.get(key) ?? 0);
  const cards = contentOf(props, (card) => editor.shows(card.state));
  const assumed = cards.length > 0 && computed.length === 0 && cards.every((card) => card.provenance === "assumed");
  const look = ["c", `c-${lane.kind}`, first ? "is-first" : "", picked.value ? "is-picked" : "", assumed ? "hatch" : "", folded ? "is-folded" : ""];
  const hidden = folded || lane.collapsed;
  return (
    <div role="gridcell" class={look.filter(Boolean).join(" ")} style={{ gridColumn: at + 2, gridRow: `1 / span ${tracks + 1}` }}
      tabIndex={-1} data-kind="cells" data-id={key}>
      <span class="vh">{laneName(lane, editor.document)}, {props.stepName}</span>
      {hidden ? <Folded n={cards.length + computed.filter((card) => card.kind !== "question").length} />
        : <div class="c-in" style={tracks ? { gridRow: tracks + 1 } : undefined}>
          {props.children}
          <Body {...props} cards={cards.length ? cards : NO_CARDS} />
          {proposals.value.map((one) => <ProposalCard key={one.id} proposal={one} />)}
          {comments.value ? <Pin id={key} kind="cells" n={comments.value} /> : null}
        </div>}
    </div>
  );
});

function Folded({ n }: { n: number }): JSX.Element | null {
  return n ? <span class="c-n num" title={tn("{n} card", "{n} cards", n)}>{n}</span> : null;
}

function Body(props: CellProps): JSX.Element {
  const editor = useEditor();
  const { lane, step, cards, computed, read } = props;
  const key = `${lane.id}|${step}`;
  const writing = useComputed(() => (editor.writing.value?.place.kind === "cells" && editor.writing.value.place.id === key ? editor.writing.value : null));
  const currency = editor.numbers.reading.value?.head.currency ?? "EUR";
  const drawn = computed.filter((card) => card.kind !== "emotion" && card.kind !== "flow" && card.kind !== "question");
  const empty = drawn.length === 0 && cards.length === 0 && lane.kind !== "flow" && lane.kind !== "emotion";
  const stepName = (id: string): string => editor.nameOf({ kind: "steps", id });
  return (
    <>
      {lane.kind === "flow" && read ? <FlowList step={read} /> : null}
      {drawn.length ? <ComputedCards cards={drawn} place={key} currency={currency} stepName={stepName} /> : null}
      {cards.map((card) => <CardView key={card.id} card={card} currency={currency} inVoice={lane.kind === "thoughts"} />)}
      {writing.value ? <NewCard lane={lane} step={step} kind={writing.value.kind ?? usualKind(lane.kind)} />
        : editor.mayEdit && lane.kind !== "flow" ? (empty ? <Guide lane={lane} step={step} computed={computed} /> : <AddCard lane={lane} step={step} />) : null}
    </>
  );
}

function Guide({ lane, step, computed }: { lane: Entry<Lane>; step: string; computed: readonly ComputedCard[] }): JSX.Element {
  const editor = useEditor();
  const asked = computed.find((card) => card.kind === "question")?.question ?? "";
  const question = guidingQuestion(lane, asked, editor.document);
  return (
    <button type="button" class="guide voice" tabIndex={-1} onClick={(event) => { event.stopPropagation(); begin(editor, lane, step); }}>
      <Icon name="plus" /><span>{question || t("Add a card")}</span>
    </button>
  );
}

function begin(editor: ReturnType<typeof useEditor>, lane: Entry<Lane>, step: string): void {
  editor.select({ kind: "cells", id: `${lane.id}|${step}` });
  editor.write({ kind: "cells", id: `${lane.id}|${step}` }, "text", { kind: usualKind(lane.kind) });
}

function AddCard({ lane, step }: { lane: Entry<Lane>; step: string }): JSX.Element | null {
  const editor = useEditor();
  if (lane.kind === "emotion") return null;
  return (
    <button type="button" class="c-add" tabIndex={-1} title={t("Add a card")} aria-label={t("Add a card")}
      onClick={(event) => { event.stopPropagation(); begin(editor, lane, step); }}><Icon name="plus" /></button>
  );
}

function NewCard({ lane, step, kind }: { lane: Entry<Lane>; step: string; kind: CellWriting }): JSX.Element {
  const editor = useEditor();
  const cell = { kind: "cells", id: `${lane.id}|${step}` };
  const done = (text: string, how: "enter" | "tab" | "leave"): void => {
    editor.writing.value = null;
    const made = text.trim() ? editor.addCard(lane.id, step, kind, text, lane.persona ? { persona: lane.persona } : {}) : "";
    if (how === "leave") return;
    editor.focus(made ? { kind: "cards", id: made } : cell);
  };
  return (
    <div class={`card card-${kind} is-new`}>
      <Write value="" lines label={t("New card: {kind}", { kind: t(CARD_WORDS[kind][0]) })} placeholder={guidingQuestion(lane, "", editor.document) || t("Write, then Enter")}
        done={done} cancel={() => { editor.writing.value = null; editor.focus(cell); }} />
    </div>
  );
}
type CellWriting = Card["kind"];

function isHere(proposal: Proposal, lane: string, step: string): boolean {
  if (proposal.where?.kind === "cells") return proposal.where.id === `${lane}|${step}`;
  const added = proposal.ops.find((op) => op.op === "add" && op.kind === "cards") as { value: { lane: string; step: string } } | undefined;
  return (proposal.lane ?? added?.value.lane) === lane && (proposal.step ?? added?.value.step) === step;
}

export function proposalText(proposal: Proposal): string {
  if (proposal.title) return proposal.title;
  const added = proposal.ops.find((op) => op.op === "add") as { value: { text?: Record<string, string>; label?: Record<string, string> } } | undefined;
  return word(added?.value.text ?? added?.value.label);
}

/** Found in the data: stands beside, until somebody takes it or leaves it. */
export function ProposalCard({ proposal, whole = false }: { proposal: Proposal; whole?: boolean }): JSX.Element {
  const editor = useEditor();
  const text = proposalText(proposal);
  return (
    <div class={`prop${whole ? "" : " is-short"}`} role="group" title={proposal.reason} aria-label={t("Proposal: {text}", { text })}>
      <span class="prop-h"><Icon name="git-branch" />{t("Proposal")}</span>
      <p class="prop-t">{text}</p>
      {proposal.reason ? <p class="tiny prop-r">{proposal.reason}</p> : null}
      {editor.mayEdit ? (
        <span class="btns">
          <Tool icon="check" label={t("Accept")} class="btn-main btn-s" run={() => void judge(editor, proposal, "accept")} />
          <Tool icon="x" label={t("Reject")} class="btn-s" bare run={() => void judge(editor, proposal, "reject")} />
        </span>
      ) : null}
    </div>
  );
}

/** Take a proposal or leave it; it disappears at once and comes back where the server says no. */
export async function judge(editor: ReturnType<typeof useEditor>, proposal: Proposal, verdict: "accept" | "reject"): Promise<void> {
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
