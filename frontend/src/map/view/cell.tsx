/** One cell: what was counted there, what somebody wrote, or the question what would belong there. */

import { useComputed } from "@preact/signals";
import type { JSX } from "preact";

import { N_, t, tn } from "../../i18n";
import { usualKind } from "../edits";
import { drawable, foldedAway, type Folded } from "../folding";
import { soft } from "../hyphens";
import { judge } from "../judging";
import { cellKey, type Entry } from "../layout";
import type { Card, ComputedCard, Lane, Proposal, ReadStep } from "../types";
import { CARD_WORDS, guidingQuestion, laneName, word } from "../words";
import { CardView, Pin } from "./cards";
import { MarkTag } from "./compare";
import { ComputedCards, FlowList } from "./computed";
import { Icon, memo, Tool, useEditor, Write } from "./parts";

interface CellProps {
  lane: Entry<Lane>;
  step: string;
  persona: string | null;
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
  const { lane, step, persona, at, first, folded, computed, tracks } = props;
  const key = cellKey(lane.id, step, persona);
  const picked = useComputed(() => editor.selected.value?.id === key);
  const proposals = useComputed(() => (persona ? [] : editor.offered.value.filter((one) => isHere(one, lane.id, step))));
  const comments = useComputed(() => editor.commentCounts.value.get(key) ?? 0);
  const cards = contentOf(props, (card) => editor.shows(card.state));
  const assumed = cards.length > 0 && computed.length === 0 && cards.every((card) => card.provenance === "assumed");
  const look = ["c", `c-${lane.kind}`, first ? "is-first" : "", picked.value ? "is-picked" : "", assumed ? "hatch" : "", folded ? "is-folded" : ""];
  const hidden = folded || lane.collapsed;
  return (
    <div role="gridcell" class={look.filter(Boolean).join(" ")} style={{ gridColumn: at + 2, gridRow: `1 / span ${tracks + 1}` }}
      tabIndex={-1} data-kind="cells" data-id={key}>
      <span class="vh">{laneName(lane, editor.document)}, {props.stepName}</span>
      {hidden ? <FoldedCount n={cards.length + computed.filter((card) => card.kind !== "question").length} />
        : <div class="c-in" style={tracks ? { gridRow: tracks + 1 } : undefined}>
          {props.children}
          <Body {...props} cards={cards.length ? cards : NO_CARDS} />
          {proposals.value.slice(0, 1).map((one) => <ProposalCard key={one.id} proposal={one} />)}
          {proposals.value.length > 1 ? <button type="button" class="c-more" tabIndex={-1} onClick={() => { editor.dialog.value = "proposals"; }}><Icon name="git-branch" />{tn("{n} more proposal", "{n} more proposals", proposals.value.length - 1)}</button> : null}
          {lane.kind === "emotion" ? <PointMarks lane={lane.id} step={step} /> : null}
          {comments.value ? <Pin id={key} kind="cells" n={comments.value} /> : null}
        </div>}
    </div>
  );
});

/** What a comparison says of points that somebody drew here. */
function PointMarks({ lane, step }: { lane: string; step: string }): JSX.Element | null {
  const editor = useEditor();
  const marks = editor.comparing.value?.marks;
  if (!marks) return null;
  const here = editor.layout.value.points.filter((point) => point.lane === lane && point.step === step && marks.has(point.id));
  return <>{here.map((point) => <span key={point.id} class={`mk mk-${marks.get(point.id)?.change ?? ""} mk-point`}><MarkTag mark={marks.get(point.id)} /></span>)}</>;
}

/** The cards of a cell as far as they lie open; what is sought there unfolds it. */
function useFolded(props: CellProps, key: string): Folded<Entry<Card>> {
  const editor = useEditor();
  const drawn = drawable(props.computed);
  const open = useComputed(() => editor.unfolded.value.has(key) || editor.comparing.value !== null);
  const folded = foldedAway(drawn, props.cards, open.value);
  const away = useComputed(() => {
    if (!folded.more) return false;
    const wanted = editor.selected.value?.id ?? "";
    const prefix = `${cellKey(props.lane.id, props.step)}|`;
    return props.cards.some((card) => card.id === wanted && !folded.own.includes(card)) || drawn.some((card) => prefix + card.id === wanted && !folded.computed.includes(card));
  });
  return away.value || (folded.more > 0 && Boolean(editor.searching.value)) ? foldedAway(drawn, props.cards, true) : folded;
}

function FoldedCount({ n }: { n: number }): JSX.Element | null {
  return n ? <span class="c-n num" title={tn("{n} card", "{n} cards", n)}>{n}</span> : null;
}

function Body(props: CellProps): JSX.Element {
  const editor = useEditor();
  const { lane, step, persona, computed, read } = props;
  const key = cellKey(lane.id, step, persona);
  const { computed: drawn, own: cards, more } = useFolded(props, key);
  const writing = useComputed(() => (editor.writing.value?.place.kind === "cells" && editor.writing.value.place.id === key ? editor.writing.value : null));
  const currency = editor.numbers.reading.value?.head.currency ?? "EUR";
  const empty = drawn.length === 0 && cards.length === 0 && lane.kind !== "flow" && lane.kind !== "emotion";
  const stepName = (id: string): string => editor.nameOf({ kind: "steps", id });
  return (
    <>
      {lane.kind === "flow" && read ? <FlowList step={read} /> : null}
      {drawn.length ? <ComputedCards cards={drawn} place={cellKey(lane.id, step)} currency={currency} stepName={stepName} /> : null}
      {cards.map((card) => <CardView key={card.id} card={card} currency={currency} inVoice={lane.kind === "thoughts"} />)}
      {more ? <button type="button" class="c-more" tabIndex={-1} onClick={(event) => { event.stopPropagation(); editor.unfold(key); }}><Icon name="chevron-down" />{tn("and {n} more", "and {n} more", more)}</button> : null}
      {writing.value ? <NewCard lane={lane} step={step} persona={persona} kind={writing.value.kind ?? usualKind(lane.kind)} />
        : editor.mayEdit && lane.kind !== "flow" ? (empty && persona === null ? <Guide lane={lane} step={step} computed={computed} /> : <AddCard lane={lane} step={step} persona={persona} />) : null}
    </>
  );
}

function Guide({ lane, step, computed }: { lane: Entry<Lane>; step: string; computed: readonly ComputedCard[] }): JSX.Element {
  const editor = useEditor();
  const asked = computed.find((card) => card.kind === "question")?.question ?? "";
  const question = guidingQuestion(lane, asked, editor.document);
  return (
    <button type="button" class="guide voice" tabIndex={-1} onClick={(event) => { event.stopPropagation(); begin(editor, lane, step, null); }}>
      <Icon name="plus" /><span>{soft(question || t("Add a card"))}</span>
    </button>
  );
}

function begin(editor: ReturnType<typeof useEditor>, lane: Entry<Lane>, step: string, persona: string | null): void {
  const place = { kind: "cells", id: cellKey(lane.id, step, persona) };
  editor.select(place);
  editor.write(place, "text", { kind: usualKind(lane.kind) });
}

function AddCard({ lane, step, persona }: { lane: Entry<Lane>; step: string; persona: string | null }): JSX.Element | null {
  const editor = useEditor();
  if (lane.kind === "emotion") return null;
  return (
    <button type="button" class="c-add" tabIndex={-1} title={t("Add a card")} aria-label={t("Add a card")}
      onClick={(event) => { event.stopPropagation(); begin(editor, lane, step, persona); }}><Icon name="plus" /></button>
  );
}

function NewCard({ lane, step, persona, kind }: { lane: Entry<Lane>; step: string; persona: string | null; kind: CellWriting }): JSX.Element {
  const editor = useEditor();
  const cell = { kind: "cells", id: cellKey(lane.id, step, persona) };
  const whose = persona || lane.persona;
  const done = (text: string, how: "enter" | "tab" | "leave"): void => {
    editor.writing.value = null;
    const made = text.trim() ? editor.addCard(lane.id, step, kind, text, whose ? { persona: whose } : {}) : "";
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

/** What taking a proposal does. */
const PROPOSED: Readonly<Record<string, string>> = {
  binding: N_("Proposal: count this touchpoint here"), kpi: N_("Proposal: a figure to watch"), moment: N_("Proposal: mark as moment of truth"),
  "hand-over": N_("Proposal: a change of channel"), pain: N_("Proposal: a pain point"), quote: N_("Proposal: a quote"), step: N_("Proposal: a new step"),
};

/** Found in the data: stands beside, until somebody takes it or leaves it. */
export function ProposalCard({ proposal, whole = false }: { proposal: Proposal; whole?: boolean }): JSX.Element {
  const editor = useEditor();
  const text = proposalText(proposal);
  return (
    <div class={`prop${whole ? "" : " is-short"}`} role="group" title={proposal.reason} aria-label={t("Proposal: {text}", { text })}>
      <span class="prop-h"><Icon name="git-branch" />{t(PROPOSED[proposal.kind] ?? N_("Proposal"))}</span>
      <p class="prop-t">{soft(text)}</p>
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
