// The verdict and the table of outcomes.
import { useState } from "preact/hooks";
import type { Outcome, Program } from "./format";
import { Bar, Button, Copier, Letter, Lines } from "./view";
import { count } from "./text";

export function Verdict({ program, show }: { program: Program; show: (schedule: string) => void }) {
  const r = program.report, noun = r.complete ? (r.coverage === "all-traces" ? "trace" : "order") : "run";
  return <section class="block verdict-block" aria-labelledby="verdict">
    <h2 id="verdict" class="verdict">{r.verdict + ": " + r.summary}</h2>
    <p class="meta">{`policy ${program.policy} · strategy ${r.strategy}`}{r.why ? ` (${r.why})` : ""}
      {r.complete ? "" : <strong class="sampled"> · not all: counts are of the runs that were made</strong>}{r.claim ? " · " + r.claim : ""}</p>
    {r.nondeterminism && <pre class="report">{r.nondeterminism}</pre>}
    <Outcomes outcomes={r.outcomes} runs={r.runs} noun={noun} others={r.others} show={show} />
  </section>;
}

// Outcomes is the table. Where there is nobody who makes runs, show is left out.
export function Outcomes({ outcomes, runs, noun, others, show }: { outcomes: Outcome[]; runs: number; noun: string; others?: number; show?: (schedule: string) => void }) {
  const [all, showAll] = useState(false);
  const { shown, first } = pick(outcomes);
  const titles = ["", "What it shows", noun === "run" ? "Runs" : noun + "s", "Result", "Shortest schedule"];
  if (show) titles.push("");
  return <div class="scroll" tabIndex={0} role="group" aria-label="outcomes">
    <table class="outcomes">
      <thead><tr>{titles.map((t) => (t ? <th scope="col">{t}</th> : <td />))}</tr></thead>
      <tbody>{outcomes.map((o, i) => ((all ? shown : first).has(i) ? <Row key={o.key} outcome={o} runs={runs} show={show && (() => show(o.schedule))} /> : null))}</tbody>
    </table>
    {!all && shown.size > first.size && <Button action={() => showAll(true)} class="quiet">{`Show ${count(shown.size - first.size, "more outcome")}`}</Button>}
    {outcomes.length > shown.size && <p class="note">{count(outcomes.length - shown.size, "further outcome")}</p>}
    {others ? <p class="note">{count(others, "run") + " with still others, which were not told apart"}</p> : null}
  </div>;
}

function Row({ outcome: o, runs, show }: { outcome: Outcome; runs: number; show?: () => void }) {
  return <tr data-outcome={o.letter}>
    <th scope="row"><Letter of={o} /></th>
    <td class="shows"><Lines text={o.text} /></td>
    <td class="share"><span>{`${o.runs.toLocaleString("en-US")} of ${runs.toLocaleString("en-US")}`}</span><Bar share={o.share} bad={o.failed} least={2} /><span class="percent">{percent(o.share)}</span></td>
    <td><span class={o.failed ? "fails" : "passes"}>{o.failed ? "✗ fails" : "✓ passes"}</span></td>
    <td class="schedule"><code>{o.schedule}</code><Copier text={o.again || o.schedule} what={o.again ? "the command that repeats it" : "the schedule"} /></td>
    {show ? <td><Button action={show} aria-label={`Show the run of outcome ${o.letter}`}>Show</Button></td> : null}
  </tr>;
}

// pick says which outcomes have a row, and which of them are shown at once: those that
// fail are, and some of the others.
function pick(outcomes: Outcome[]): { shown: Set<number>; first: Set<number> } {
  const shown = new Set<number>(), first = new Set<number>();
  const passing = outcomes.length <= 8 ? 8 : 4;
  let failed = 0, passed = 0;
  outcomes.forEach((o, i) => {
    const n = o.failed ? ++failed : ++passed;
    if (n <= 100) shown.add(i);
    if (n <= (o.failed ? 8 : passing)) first.add(i);
  });
  return { shown, first };
}

function percent(share: number): string {
  const p = 100 * share;
  if (share > 0 && p < 1) return "<1%";
  if (share < 1 && p > 99) return ">99%";
  return Math.round(p) + "%";
}
