/** What a field holds when nobody said anything: the same as the server's. */

import { KINDS, type Collections, type Head, type Kind, type MapDocument } from "./types";

const HEAD: Head = {
  title: {}, kind: "journey", scenario: {}, goal: {}, expectation: {}, decision: {}, goal_step: "", owner: "",
  status: "draft", reviewed_on: null, next_review_on: null, language: "en", since: null, until: null, filter: {},
  parent_map: "", parent_card: "",
};

const DEFAULTS: { readonly [K in Kind]: Collections[K] } = {
  personas: { order: "a0", label: {}, segment: "", colour: "1", note: {} },
  stages: { order: "a0", label: {}, colour: "", icon: "", collapsed: false },
  steps: {
    order: "a0", stage: "", label: {}, note: {}, icon: "", image: "", moment_of_truth: false, state: "both",
    sub_map: "", collapsed: false, binding: null,
  },
  lanes: {
    order: "a0", kind: "text", label: {}, guiding: {}, persona: "", collapsed: false, pinned: false, hidden: false,
    line_above: "",
  },
  cards: {
    lane: "", step: "", span: 1, order: "a0", kind: "note", text: {}, provenance: "assumed", colour: "", icon: "",
    image: "", channel: "", touchpoint: "", persona: "", state: "both", sub_map: "", url: "", severity: null,
    persons: null, value_minor: null, target: null, owner: "", source: "", on: null, evidence: null,
  },
  points: { lane: "", step: "", persona: "", series: "as-is", value: 0, note: {} },
  links: { source: "", target: "", kind: "leads-to" },
  hidden_computed: { step: "", lane: "", card: "" },
  images: { media_type: "image/png", width: 1, height: 1, alt: {} },
};

/** The value with every field it may have. */
export function filled<K extends Kind>(kind: K, value: unknown): Collections[K] {
  return { ...DEFAULTS[kind], ...(value as Partial<Collections[K]>) };
}

/** A document whose entities say every field, from one that leaves defaults out. */
export function filledDocument(document: Partial<MapDocument>): MapDocument {
  const whole: Record<string, unknown> = { schema_version: 2, head: { ...HEAD, ...document.head } };
  for (const kind of KINDS) {
    const stored = document[kind] ?? {};
    whole[kind] = Object.fromEntries(Object.entries(stored).map(([id, value]) => [id, filled(kind, value)]));
  }
  return whole as unknown as MapDocument;
}
