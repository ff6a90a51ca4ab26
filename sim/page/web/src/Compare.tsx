// Two runs side by side, event by event, with what differs.
import { useMemo, useState } from "preact/hooks";
import type { Event, Run } from "./format";
import { pairs } from "./pairs";
import { words, type History } from "./state";
import { Button, colour } from "./view";
import { markWords } from "./Lanes";

export interface Side {
  title: string;
  run: Run;
  history: History;
  marks: Map<number, string>; // by Seq
  go: (seq: number) => void;
}

const around = 2; // events that are shown around those that differ

// quiet are events that only prepare others.
const quiet = new Set(["fire", "decide", "arm"]);

export function Compare({ left, right, host }: { left: Side; right: Side; host: string }) {
  const [open, setOpen] = useState<Set<number>>(new Set()); // where those that are alike begin, if they are shown
  const rows = useMemo(() => pairs(left.run.events, right.run.events).filter(([a, b]) => !quiet.has((a ?? b)!.kind)), [left.run, right.run]);
  const tasks = [...new Set([...left.history.tasks, ...right.history.tasks])];
  const differs = rows.map(([a, b]) => !a || !b || a.detail !== b.detail || left.marks.has(a.seq) || right.marks.has(b.seq));
  const near = differs.map((_, i) => differs.slice(Math.max(0, i - around), i + around + 1).some(Boolean));
  const cells = (e: Event | null, side: Side) => {
    const second = side === right ? " second" : "";
    if (!e) return <td class={"none" + second} colSpan={2} />;
    const mark = side.marks.get(e.seq) ?? "";
    return <>
      <td class={"no" + second}><Button action={() => side.go(e.seq)} class="link" aria-label={`go to ${e.number} in ${side.title}`}>{e.number}</Button>{mark ? <span class="mark" title={markWords[mark]}>{" " + mark}</span> : null}</td>
      <td class={mark ? "stressed" : ""}><b class={`c${colour(e.task ? tasks.indexOf(e.task) + 1 : 0)}`}>{e.task || host}</b>{" " + words(e)}</td>
    </>;
  };
  const body = [];
  for (let i = 0; i < rows.length; i++) {
    let until = i;
    while (until < rows.length && !near[until]) until++;
    if (until === i || open.has(i)) {
      for (const [a, b] of rows.slice(i, Math.max(until, i + 1))) body.push(<tr class={a && b ? (a.detail !== b.detail ? "change" : "") : "moved"}>{cells(a, left)}{cells(b, right)}</tr>);
    } else {
      const alike = until - i, at = i;
      body.push(<tr class="same"><td colSpan={4}><Button action={() => setOpen(new Set([...open, at]))} class="link">{alike === 1 ? "1 event alike" : `${alike} events alike`}</Button></td></tr>);
    }
    i = Math.max(until, i + 1) - 1;
  }
  return <div class="scroll" tabIndex={0} role="group" aria-label="two runs side by side"><table class="compare">
    <colgroup><col class="narrow" /><col /><col class="narrow" /><col /></colgroup>
    <thead><tr>{[left, right].map((side) => <th scope="colgroup" colSpan={2}>{side.title} <span class={side.run.failed ? "fails" : "passes"}>{side.run.failed ? "✗ fails" : "✓ passes"}</span></th>)}</tr></thead>
    <tbody>{body}</tbody>
  </table></div>;
}
