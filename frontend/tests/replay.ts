/** Applies the cases of a file as the editor would; prints what came of each. For tests on the other side. */

import { readFileSync } from "node:fs";

import { filledDocument } from "../src/map/defaults";
import { apply } from "../src/map/model";
import { between, keyAt } from "../src/map/order";
import type { MapDocument, Op } from "../src/map/types";

interface Case { document: Partial<MapDocument>; ops: readonly Op[] }
interface Asked { cases?: readonly Case[]; between?: readonly (readonly [string, string])[]; places?: readonly { keys: readonly string[]; index: number }[] }

function outcome({ document, ops }: Case): unknown {
  const before = filledDocument(document);
  const applied = apply(before, ops);
  const back = apply(applied.document, applied.undo);
  return { after: applied.document, back: back.document, conflicts: applied.conflicts };
}

const asked = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as Asked;
process.stdout.write(JSON.stringify({
  cases: (asked.cases ?? []).map(outcome),
  between: (asked.between ?? []).map(([low, high]) => between(low, high)),
  places: (asked.places ?? []).map(({ keys, index }) => keyAt(keys, index)),
}));
