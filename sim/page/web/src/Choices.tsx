// The next decision: what may happen next, as buttons, and what may not, with the reason.
import { useState } from "preact/hooks";
import type { Alternative, Decision } from "./format";
import { taskOf, statusWords, type History, type State, type Task } from "./state";
import { Button, colour } from "./view";
import { span } from "./text";

const shownMost = 9; // alternatives that are shown at once: as many as there are keys for

export interface ChoicesProps {
  history: History;
  at: number; // the event that is looked at
  veil: boolean;
  // kept says which outcomes an alternative can still lead to, or "".
  kept: (decision: number, alternative: number) => string;
  choose: (decision: number, alternative: number) => void;
  go: (event: number) => void;
}

// Choices is about the first decision at or behind an event.
export function Choices(props: ChoicesProps) {
  return <section class="panel choices"><h3>What may happen next</h3><Body {...props} key={props.history.decisionAt(props.at)} /></section>;
}

function Body({ history, at: i, veil, kept, choose, go }: ChoicesProps) {
  const [all, showAll] = useState(false);
  const { run } = history, decision = history.decisionAt(i);
  if (decision < 0) {
    const end = run.events[run.events.length - 1];
    return <div>
      <p class="note">{run.decisions.length === 0 ? "In this run there was never more than one thing that could happen next."
        : "There are no more decisions on this way: from here on, one thing alone can happen next."}</p>
      {veil && run.failed ? <p class="note">{end?.text}</p> : null}
    </div>;
  }
  const at = history.decides[decision]!, event = run.events[at]!, d = run.decisions[decision]!;
  const state = history.at(at);
  const ready = new Set(d.alternatives.map((a) => a.task || taskOf(a.name)));
  const barred = [...state.tasks].filter(([name, t]) => !ready.has(name) && t.status !== "done" && t.status !== "failed");
  return <div>
    <p class="note">{`Decision ${decision + 1} of ${run.decisions.length}${veil ? " or so" : ""}, at ${span(event.at_ns)}: ${question(d)}`}
      {at !== i ? <> <Button action={() => go(at)} class="link">go there</Button></> : null}</p>
    <ul class="alternatives">{d.alternatives.map((a, k) => {
      if (!all && k >= shownMost && k !== d.taken) return null;
      const taken = !veil && k === d.taken, leads = veil ? "" : kept(decision, k);
      return <li><Button action={() => choose(decision, k)} class="alternative" aria-pressed={taken ? "true" : "false"}>
        <kbd aria-hidden="true">{k + 1}</kbd> <b class={`c${colour(history.tasks.indexOf(a.task || taskOf(a.name)) + 1)}`}>{a.name}</b>
        <span class="does">{" " + does(d, a)}</span>
        {k === 0 ? <span class="tag">default</span> : null}{taken ? <span class="tag taken">taken here</span> : null}
        {leads ? <span class="kept">{leads}</span> : null}
      </Button></li>;
    })}</ul>
    {!all && d.alternatives.length > shownMost ? <Button action={() => showAll(true)} class="quiet">{`All ${d.alternatives.length}`}</Button> : null}
    {d.more ? <p class="note">{`and ${d.more.toLocaleString("en-US")} more, which are not listed`}</p> : null}
    {d.kind !== "choose" && barred.length > 0 ? <ul class="barred">{barred.slice(0, shownMost).map(([name, t]) => <li>
      <button type="button" disabled class="alternative"><b>{name}</b><span class="does">{" may not: " + reason(name, t, state)}</span></button>
    </li>)}</ul> : null}
    {d.kind !== "choose" && barred.length > shownMost ? <p class="note">{`and ${barred.length - shownMost} more that may not`}</p> : null}
  </div>;
}

function question(d: Decision): string {
  if (d.kind === "timer") return "several timers are due. Which is delivered first?";
  if (d.kind === "ready") return "several tasks are ready. Who goes on?";
  if (d.key.endsWith("/select")) return "several cases of a select are ready. Which is taken?";
  return `the program asks for ${d.key}.`;
}

function does(d: Decision, a: Alternative): string {
  const object = a.object ? ` ${a.object}` : "";
  switch (d.kind === "choose" ? "" : a.op ?? "") {
    case "start": return "starts";
    case "fire": return a.task ? `timer: its${object || " timer"} is over` : "timer fires";
    case "resume": return object && a.object !== "yield" && a.object !== "its turn" ? `goes on: its ${a.object === "sleep" ? "sleep" : "wait for" + object} is over` : "goes on";
    case "call": return "is called";
    case "stop": return "the loop stops";
    case "": return d.kind === "ready" ? "goes on" : "";
  }
  return a.op + object;
}

function reason(name: string, t: Task, state: State): string {
  if (t.status === "waiting") {
    const holders = (state.locks.get(t.on) ?? []).filter((h) => h !== name);
    return `it waits for ${t.on}` + (holders.length ? `, held by ${holders.join(", ")}` : "");
  }
  if (t.status === "sleeping") return "it sleeps" + (t.detail ? " for " + t.detail : "");
  if (t.status === "ready" || t.status === "new") return "its turn comes later in this loop";
  return "it is " + statusWords[t.status];
}
