/** The map document as it is stored and sent, and the reading of it against the events. */

export type LabelText = Readonly<Record<string, string>>;
export type Provenance = "observed" | "reported" | "estimated" | "assumed";
export type State = "as-is" | "to-be" | "both";
export type Series = "as-is" | "to-be";

export const LANE_KINDS = [
  "actions", "thoughts", "touchpoints", "flow", "emotion", "marks", "gaps", "opportunities", "kpis",
  "images", "backstage", "frontstage", "support", "channels", "text",
] as const;
export type LaneKind = (typeof LANE_KINDS)[number];

export const CARD_KINDS = [
  "note", "pain", "opportunity", "action", "quote", "kpi", "question", "touchpoint", "channel", "image", "link",
] as const;
export type CardKind = (typeof CARD_KINDS)[number];

export interface Head {
  title: LabelText;
  kind: string;
  scenario: LabelText;
  goal: LabelText;
  expectation: LabelText;
  decision: LabelText;
  goal_step: string;
  owner: string;
  status: string;
  reviewed_on: string | null;
  next_review_on: string | null;
  language: string;
  since: string | null;
  until: string | null;
  filter: Readonly<Record<string, unknown>>;
  parent_map: string;
  parent_card: string;
}
export interface Persona { order: string; label: LabelText; segment: string; colour: string; note: LabelText }
export interface Stage { order: string; label: LabelText; colour: string; icon: string; collapsed: boolean }
export interface Binding { touchpoints: readonly string[]; where: string }
export interface Step {
  order: string;
  stage: string;
  label: LabelText;
  note: LabelText;
  icon: string;
  image: string;
  moment_of_truth: boolean;
  state: State;
  sub_map: string;
  collapsed: boolean;
  binding: Binding | null;
}
export interface Lane {
  order: string;
  kind: LaneKind;
  label: LabelText;
  guiding: LabelText;
  persona: string;
  collapsed: boolean;
  pinned: boolean;
  hidden: boolean;
  line_above: "" | "interaction" | "visibility" | "internal";
}
export interface Card {
  lane: string;
  step: string;
  span: number;
  order: string;
  kind: CardKind;
  text: LabelText;
  provenance: Provenance;
  colour: string;
  icon: string;
  image: string;
  channel: string;
  touchpoint: string;
  persona: string;
  state: State;
  sub_map: string;
  url: string;
  severity: number | null;
  persons: number | null;
  value_minor: number | null;
  target: number | null;
  owner: string;
  source: string;
  on: string | null;
  evidence: Evidence | null;
}
export interface Point { lane: string; step: string; persona: string; series: Series; value: number; note: LabelText }
export interface Link { source: string; target: string; kind: "leads-to" | "answers" | "causes" }
export interface HiddenComputed { step: string; lane: string; card: string }
export interface Picture { media_type: string; width: number; height: number; alt: LabelText }

export interface Collections {
  personas: Persona;
  stages: Stage;
  steps: Step;
  lanes: Lane;
  cards: Card;
  points: Point;
  links: Link;
  hidden_computed: HiddenComputed;
  images: Picture;
}
export type Kind = keyof Collections;
export const KINDS: readonly Kind[] = [
  "personas", "stages", "steps", "lanes", "cards", "points", "links", "hidden_computed", "images",
];

export type MapDocument = { readonly schema_version: 2; readonly head: Readonly<Head> } & {
  readonly [K in Kind]: Readonly<Record<string, Readonly<Collections[K]>>>;
};

export interface AddOp { op: "add"; kind: Kind; id: string; value: unknown }
export interface RemoveOp { op: "remove"; kind: Kind; id: string }
export interface SetOp { op: "set"; kind: Kind | "head"; id: string; field: string; was: unknown; value: unknown }
export type Op = AddOp | RemoveOp | SetOp;

export interface Conflict {
  op: string;
  kind: Kind | "head";
  id: string;
  field: string;
  was: unknown;
  theirs: unknown;
  yours: unknown;
  theirs_by?: { name: string; at: string } | null;
}
export interface Change { id: string; title: string; ops: readonly Op[]; undoes?: string }

/* ---- the reading: what the events say about the document ---- */

export interface Evidence {
  definition: string;
  counts?: Readonly<Record<string, number>>;
  sources?: readonly { source: string; count: number }[];
  rule?: string;
  question?: Readonly<Record<string, unknown>>;
}
export interface Share { part: number; whole: number; low?: number | null; high?: number | null; level?: number }
export interface ComputedCard {
  kind: string;
  id: string;
  provenance: Provenance;
  evidence?: Evidence | null;
  fact?: string;
  values?: Readonly<Record<string, number>>;
  label?: LabelText;
  text?: string | LabelText;
  language?: string;
  source?: string;
  on?: string | null;
  rating?: number | null;
  n?: number | null;
  touchpoint?: string;
  channel?: string;
  persons?: number;
  events?: number;
  anonymous_events?: number;
  by_channel?: Readonly<Record<string, number>>;
  left?: number;
  back?: number;
  still_open?: number;
  returned?: number;
  next_steps?: Readonly<Record<string, number>>;
  reading?: "ratings" | "text" | "behaviour";
  mean?: number;
  low?: number | null;
  high?: number | null;
  persona?: string;
  mark?: string;
  share?: Share | null;
  value_minor?: number | null;
  median_seconds?: number | null;
  to_step?: string;
  gap?: string;
  since?: string | null;
  until?: string | null;
  kpi?: string;
  unit?: string;
  value?: number;
  target?: number | null;
  better?: string;
  question?: string;
}
export interface ReadStep {
  id: string;
  label: LabelText;
  stage: string;
  touchpoints: readonly string[];
  persons: number;
  events: number;
  is_bound?: boolean;
  anonymous_events?: number;
  persons_by_persona?: Readonly<Record<string, number>>;
  first_on?: string | null;
  last_on?: string | null;
  median_seconds_to_next?: number | null;
  quartiles_seconds_to_next?: readonly [number, number] | null;
  evidence?: Evidence | null;
  time_evidence?: Evidence | null;
  cells: Readonly<Record<string, readonly ComputedCard[]>>;
}
export interface CurvePoint {
  step: string;
  value: number;
  provenance: Provenance;
  low?: number | null;
  high?: number | null;
  n?: number | null;
  drawn?: number | null;
  point?: string;
}
export interface Curve {
  id: string;
  lane: string;
  persona?: string;
  label?: LabelText;
  colour?: string;
  series?: Series;
  runs?: readonly (readonly CurvePoint[])[];
}
export interface RealityNote {
  id: string;
  kind: "skipped" | "jumped_back" | "looped" | "channel" | "undrawn" | "unvisited" | "unbound" | "unanswered" | "silent" | "broken" | "nobody";
  step?: string;
  to_step?: string;
  touchpoint?: string;
  label?: LabelText;
  channels?: readonly string[];
  persons?: number;
  share?: Share | null;
  values?: Readonly<Record<string, number>>;
  evidence?: Evidence | null;
}
export interface Reading {
  id: string;
  head: {
    persons: number;
    events?: number;
    currency: string;
    zone?: string;
    since?: string | null;
    until?: string | null;
    data_until?: string | null;
    unbound_events?: number;
    [other: string]: unknown;
  };
  stages: readonly { id: string; persons: number; onward?: Share | null }[];
  steps: readonly ReadStep[];
  curves?: readonly Curve[];
  reality?: readonly RealityNote[];
  personas?: readonly { id: string; persons: number; reached_goal?: Share | null }[];
  assumed?: Share | null;
  [other: string]: unknown;
}

/* ---- what lies beside the document ---- */

export interface Place { kind: string; id: string }
export interface Me { user: number; name: string; initials: string }
export interface LintFinding {
  check: string;
  severity: "problem" | "warning" | "hint";
  where: Place | null;
  reason: string;
  advice: string;
  fix: readonly Op[] | null;
  fix_label?: string;
}
export interface Proposal {
  id: string;
  kind: string;
  where?: Place | null;
  step?: string;
  lane?: string;
  title?: string;
  reason?: string;
  /** The computed card that shows the same already. */
  card?: string;
  evidence?: Evidence | null;
  ops: readonly Op[];
}
export interface Comment {
  id: string;
  anchor: Place;
  anchor_text?: string;
  anchor_gone?: boolean;
  removed?: boolean;
  edited_at?: string | null;
  text: string;
  parent: string | null;
  mentions?: readonly number[];
  by: { user: number; name: string; initials: string };
  at: string;
  resolved: boolean;
  resolved_by?: string | null;
  mine?: boolean;
}
export interface Presence { client: string; user: number; name: string; initials: string; where: Place | null }
export interface Touchpoint { id: string; label: LabelText | string; channel: string; persons: number; events: number; unbound?: boolean; bound_by?: readonly string[] }
export interface BindingCount {
  persons: number;
  events: number;
  anonymous_events: number;
  first_on?: string | null;
  last_on?: string | null;
  elsewhere?: number;
  by_touchpoint?: Readonly<Record<string, number>>;
  examples: readonly Example[];
  nearly: readonly Nearly[];
}
export interface Example { at?: string; event?: string; channel?: string; touchpoint?: string; source?: string; value?: number | null; rating?: number | null }
export interface Nearly {
  condition: string;
  persons: number;
  events: number;
  anonymous_events: number;
  touchpoint?: string;
  label?: LabelText | string | null;
  name?: string;
}
/** A condition as a row; `did` false: never; `joined` "or": another way to fulfil the row before. */
export interface ConditionRow { field: string; operator: string; value: string; did: boolean; joined: "and" | "or"; since: string; until: string }
export interface Conditions { text: string; rows: readonly ConditionRow[]; size: { persons: number; total: number } | null }
export interface ConditionChoices {
  fields: readonly { id: string; label: string; kind?: string; of_data?: boolean }[];
  comparisons: Readonly<Record<string, readonly string[]>>;
  operators: readonly { id: string; label: string }[];
  values: Readonly<Record<string, readonly { value: string; label: string }[]>>;
  free: string;
}
export interface Difference {
  change: "added" | "removed" | "moved" | "changed";
  kind: Kind | "head";
  id: string;
  field: string;
  before: unknown;
  after: unknown;
  where: { stage: string; step: string; lane: string };
}
export interface MapPerson { user: number; name: string; initials: string; role: string }
/** A difference in the reader's words; `raw` is the name of the field. */
export interface ChangeWords { change: Difference["change"]; kind: string; name: string; place: string; field: string; before: string; after: string; raw?: string }

export interface Version { id: string; name: string; at: string; by: string; revision: number; reason?: string; note?: string }
export interface MapSummary { id: string; title: string | LabelText; kind: string; status: string; revision: number }
export interface Filters { persona: string; since: string; until: string; channel: string; segment: string; where: string }
