// Words and pictures of why a run fails, and of what may be swapped.
import type { Failure, Run, Swap } from "./format";
import { Bar, Button } from "./view";
import { failWords } from "./text";

// handOvers returns the Seqs of the hand-overs of control that two swapped things led to.
export function handOvers(swap: Swap, run: Run): number[] {
  return swap.numbers.map((number, k) => run.events.find((e) => number !== "" && e.number === number)?.seq ?? swap.seqs[k] ?? 0).filter(Boolean);
}

// EventWords turns "event 7.1" in a text into a link to the event of that number.
export function EventWords({ text, run, go }: { text: string; run: Run; go: (seq: number) => void }) {
  return <>{text.split(/(\bevent \d+(?:\.\d+)?)/).map((part) => {
    const number = /^event ([\d.]+)$/.exec(part)?.[1], e = run.events.find((e) => e.number === number);
    return e ? <Button action={() => go(e.seq)} class="link">{part}</Button> : part;
  })}</>;
}

// Prospects shows which share of the orders fails after each decision.
export function Prospects({ of }: { of: Failure }) {
  const prospects = of.prospects ?? [];
  if (prospects.length === 0) return null;
  const certain = (p: (typeof prospects)[number]) => p.exact && p.failures === p.orders;
  const first = prospects.findIndex(certain);
  return <details><summary>From which decision on it could not be helped</summary><ol class="prospects">{prospects.map((p, i) => <li>
    <span class="what">{p.decision < 0 ? "before the first decision" : `after decision ${p.decision + 1}`}</span><Bar share={p.failing} bad />
    <span>{p.exact ? failWords(p.failures ?? 0, p.orders ?? 0) : `≈${Math.round(100 * p.failing)}% fail`}</span>{i === first && i > 0 ? <b class="fails"> the point of no return</b> : null}
  </li>)}</ol></details>;
}
