// An exploration that goes on somewhere: how far it is, and what it has found so far.
import { useEffect, useState } from "preact/hooks";
import type { HTTPBackend } from "./backend";
import type { OutcomeSeen, Status } from "./format";
import { Outcomes } from "./Outcomes";
import { count, letters, span } from "./text";

const second = 1000; // in milliseconds
const silent = 15;   // seconds after which whoever writes the status may be gone

// Watch asks for the status once in a second, until the exploration has ended.
export function Watch({ backend }: { backend: HTTPBackend }) {
  const [status, setStatus] = useState<Status | null>(null);
  const [message, say] = useState("");
  const [now, tick] = useState(Date.now());
  useEffect(() => {
    let timer = 0, left = false;
    const ask = async () => {
      let over = false;
      try {
        const s = await backend.status();
        over = !!s.ended;
        setStatus(s);
        say("");
      } catch (e) {
        say((e as Error).message);
      }
      tick(Date.now());
      document.body.dataset.ready = "true";
      if (!over && !left) timer = window.setTimeout(ask, second);
    };
    ask();
    return () => { left = true; clearTimeout(timer); };
  }, [backend]);
  return <>
    <header class="masthead">
      <div class="top"><p class="brand">weft</p></div>
      <h1>{status?.name ?? "an exploration"}</h1>
      {status?.program ? <p class="lead">{`${status.program} · policy ${status.policy ?? ""} · strategy ${status.strategy ?? ""}`}</p> : null}
    </header>
    {message ? <p class="message" role="alert">{message}</p> : null}
    {status ? <Far status={status} age={Math.max(0, (now - Date.parse(status.at)) / second)} /> : null}
    {status?.shown?.length ? <Found status={status} shown={status.shown} /> : null}
  </>;
}

// Far says how far it is.
function Far({ status: s, age }: { status: Status; age: number }) {
  const ended = !!s.ended, share = s.share ?? 0, part = `${Math.floor(100 * share)}%`;
  const facts: [string, string][] = [
    ["Runs", s.runs.toLocaleString("en-US") + (!ended && s.total ? ` of ≈${rounded(s.total)}` : "")],
    ["A second", s.rate ? rounded(s.rate) : "not known yet"],
    ["Time so far", span(whole(s.elapsed_ns))],
  ];
  if (!ended) facts.push(["Time left", s.left_ns ? "≈" + span(whole(s.left_ns)) : "not known"]);
  if (s.units) facts.push(["Units", s.units.toLocaleString("en-US")]);
  return <section class="block watch" aria-labelledby="far">
    <div role="status"><h2 id="far" class="verdict">{ended ? "It has ended: " + s.ended : "It goes on"}</h2></div>
    {s.share ? <p class="far"><progress value={share} max={1} aria-label="how much was done">{part}</progress> <span>{part}</span></p> : null}
    <dl>{facts.map(([name, value]) => <div><dt>{name}</dt><dd>{value}</dd></div>)}
      <div><dt>Outcomes</dt><dd>{s.outcomes.toLocaleString("en-US")} <span class={s.failed ? "fails" : "passes"}>{failing(s)}</span></dd></div>
    </dl>
    {!ended && age > silent ? <p class="message">{`Nothing new for ${span(Math.floor(age) * 1e9)}: whoever keeps the file may be gone.`}</p> : null}
  </section>;
}

function Found({ status: s, shown }: { status: Status; shown: OutcomeSeen[] }) {
  const outcomes = shown.map((o, i) => ({ ...o, letter: letters(i), share: s.runs ? o.runs / s.runs : 0, switches: 0 }));
  return <section class="block" aria-labelledby="found">
    <h2 id="found">{s.ended ? "What was found" : "Found so far"}</h2>
    <Outcomes outcomes={outcomes} runs={s.runs} noun="run" />
    {s.outcomes > shown.length ? <p class="note">{count(s.outcomes - shown.length, "further outcome")}</p> : null}
  </section>;
}

// failing says how many outcomes fail: they are shown first, if they are known.
function failing(s: Status): string {
  const n = (s.shown ?? []).filter((o) => o.failed).length;
  return !s.failed ? "✓ none fails" : n < 2 ? "✗ one fails" : n < s.shown!.length || n === s.outcomes ? `✗ ${n} fail` : `✗ ${n} or more fail`;
}

// whole leaves parts of seconds out, where there are seconds.
function whole(ns: number): number {
  return ns < 1e9 ? Math.round(ns / 1e6) * 1e6 : Math.round(ns / 1e9) * 1e9;
}

// rounded writes a number that is an estimate.
function rounded(n: number): string {
  return Number(n.toPrecision(3)).toLocaleString("en-US");
}
