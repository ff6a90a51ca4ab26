// All that is on the page.
import type { ComponentChildren } from "preact";
import type { Summary } from "./format";
import type { Page } from "./page";
import { Button, Copier, Letter } from "./view";
import { Lanes, Legend, sentence } from "./Lanes";
import { Source, shortPlace } from "./Source";
import { Facts } from "./Facts";
import { Choices } from "./Choices";
import { Verdict } from "./Outcomes";
import { Compare } from "./Compare";
import { Orders } from "./Orders";
import { EventWords, Prospects, handOvers } from "./Why";
import { LessonView } from "./Lesson";
import { Keys } from "./keys";
import { visible } from "./text";

export function App({ page }: { page: Page }) {
  const { program, run, lesson } = page;
  return <>
    <Masthead page={page} />
    {page.message ? <p class="message" role="alert">{page.message}</p> : null}
    {lesson ? <LessonView page={page} lesson={lesson} /> : null}
    {program && !page.closed ? <Verdict program={program} key={program.name} show={(s) => page.open(s, null)} /> : null}
    {program && run ? <>
      {page.closed ? <Source sources={{ [program.name]: lesson!.code }} events={[]} at={0} /> : <Stage page={page} />}
      {page.closed || page.veil ? null : <Comparison page={page} />}
      {page.closed || page.veil ? null : <Orders ref={page.orders} program={program} root={page.root} run={run} go={(s) => page.open(s, null)} />}
    </> : null}
    <footer class="foot"><p>{`Runs are made by ${page.backend.words}. `}{page.note}</p></footer>
    <p class="offscreen" role="status" aria-live="polite">{run && !page.closed ? said(page) : ""}</p>
    <Keys dialog={page.keys} />
  </>;
}

function said(page: Page): string {
  const e = page.run!.events[page.index]!;
  return sentence(e, page.program!.host, page.tell(e));
}

function Masthead({ page }: { page: Page }) {
  const { program, contents, lesson } = page, lessons = contents.lessons ?? [];
  const twin = (name: string, words: string) => (contents.programs.some((o) => o.name === name) ? <Button action={() => page.load(name, null, null)} class="link">{words}</Button> : null);
  const repair = contents.programs.find((o) => o.fixes && o.fixes === program?.name);
  return <header class="masthead">
    <div class="top">
      <p class="brand">weft</p>
      {lessons.length > 0 ? <label class="chooser"><span>Lesson </span><select value={lesson?.id ?? ""} onChange={(e) => page.study(lessons.find((l) => l.id === e.currentTarget.value) ?? null)}>
        <option value="">none</option>
        {lessons.map((l, i) => <option value={l.id}>{`${page.solved.has(l.id) ? "✓ " : ""}${i + 1} ${l.title}`}</option>)}
      </select></label> : null}
      {contents.programs.length > 1 ? <label class="chooser"><span>Program </span><select value={program?.name ?? ""} onChange={(e) => page.load(e.currentTarget.value, null, null)}>{groups(contents.programs)}</select></label> : null}
      <Button action={() => page.help()} class="quiet" aria-haspopup="dialog">Keys ?</Button>
    </div>
    <h1>{program?.name ?? ""}</h1>
    {lesson ? null : <><p class="lead">{program?.title ?? ""}</p><p class="story">{program?.story ?? ""}</p></>}
    {program && !page.closed && (program.fixes || repair) ? <p class="twins">{program.fixes ? twin(program.fixes, `What it repairs: ${program.fixes}`) : null}{repair ? twin(repair.name, `Its repair: ${repair.name}`) : null}</p> : null}
  </header>;
}

function groups(programs: Summary[]): ComponentChildren {
  const topics = new Map<string, Summary[]>();
  for (const p of programs) topics.set(p.topic ?? "", [...(topics.get(p.topic ?? "") ?? []), p]);
  return [...topics].map(([topic, all]) => {
    const options = all.map((p) => <option value={p.name}>{p.title ? `${p.name}: ${p.title}` : p.name}</option>);
    return topic ? <optgroup label={topic}>{options}</optgroup> : options;
  });
}

// Stage is the run, with what stands beside it.
function Stage({ page }: { page: Page }) {
  const run = page.run!, e = run.events[page.index]!, outcome = page.outcome(run);
  return <section class="block stage" id="run" aria-labelledby="run-title">
    <div class="stage-head">
      <h2 id="run-title">{page.veil && page.last < run.events.length - 1 ? "A run, and you choose" : <>{outcome ? <><Letter of={outcome} /> </> : null}{run.failed ? "A run that fails" : "A run that passes"}</>}</h2>
      <p class="run-line"><code>{run.schedule}</code> <Copier text={run.schedule} what="the schedule of this run" />{run.schedule === "w1" ? <span class="note"> the default order</span> : null}</p>
    </div>
    <Toolbar page={page} />
    <p class="now"><b>{`Event ${e.number}`}</b>{` · ${said(page).replace(/^[^,]*, /, "")}`}{e.pos && page.where(e.pos) ? <span class="pos">{e.pos}</span> : null}</p>
    <div class="bench">
      <div class="left">
        <Lanes ref={page.lanes} host={page.program!.host} history={page.history} last={page.last} chosen={page.index} whole={page.printing} marks={page.marks()} tell={(e) => page.tell(e)} where={(e) => shortPlace(page.sources, e.pos)} select={(i) => page.go(i)} />
        <Legend />
        {page.veil ? null : <Swaps page={page} />}
      </div>
      <aside class="right" aria-label="beside the run">
        <Choices history={page.history} at={page.index} veil={page.veil} kept={(d, k) => page.kept(d, k)} choose={(d, k) => page.take(d, k)} go={(i) => page.go(i)} />
        <Source sources={page.sources} events={run.events} at={page.index} />
        <Facts history={page.history} at={page.index} />
      </aside>
    </div>
  </section>;
}

function Toolbar({ page }: { page: Page }) {
  const run = page.run!;
  return <div class="toolbar" role="group" aria-label="steps through the run">
    <div class="steps">
      <Button action={() => page.home()} aria-label="beginning of the run" title="beginning (Home)"><Icon name="first" /></Button>
      <Button action={() => page.back()} aria-label="event before" title="event before (←)" id="step-back"><Icon name="back" /></Button>
      <Button action={() => page.next()} aria-label="next event" title="next event (→)" id="step"><Icon name="next" /></Button>
      <Button action={() => page.end()} aria-label="end of the run" title="end (End)"><Icon name="last" /></Button>
      <Button action={() => page.nextDecision()} title="next decision (n)">Next decision</Button>
      {run.failed && !page.veil ? <Button action={() => page.failure()} title="jump to the failure (f)">Failure</Button> : null}
    </div>
    <input type="range" min="0" max={page.last} value={page.index} aria-label="event" aria-valuetext={visible(said(page))} onInput={(e) => page.go(Number(e.currentTarget.value))} />
    <div class="steps">
      <Button action={() => page.toggleVeil()} class="quiet" aria-pressed={String(page.veil)} title="hide or show what comes later (h)">{page.veil ? "Show what comes later" : "Hide what comes later"}</Button>
      <Button action={() => page.undo()} class="quiet" disabled={page.past.length === 0} title="undo a choice (u)">Undo</Button>
      <Button action={() => page.defaultOrder()} class="quiet" title="default order (d)">Default order</Button>
    </div>
  </div>;
}

const shapes = { first: "M2 2h2v10H2z M12 2v10L5 7z", back: "M10 2v10L3 7z", next: "M4 2v10l7-5z", last: "M10 2h2v10h-2z M2 2v10l7-5z" };

// Icon draws what a button does.
function Icon({ name }: { name: keyof typeof shapes }) {
  return <svg viewBox="0 0 14 14" aria-hidden="true"><path d={shapes[name]} /></svg>;
}

const swapsShown = 12;

// Swaps lists what may be swapped in the run.
function Swaps({ page }: { page: Page }) {
  const sorted = page.swapsHere();
  const none = page.swaps === null ? "Not known for this run in this file."
    : sorted.length > 0 ? ""
      : page.run!.decisions.length === 0 ? "Nothing: there was never more than one thing that could happen next."
        : "No two neighbours can be exchanged with all else as it was. At a decision, another choice leads to another run.";
  return <section class="panel swaps"><h3>What may be swapped here</h3>
    {none ? <p class="note">{none}</p> : null}
    <ul>{sorted.slice(0, swapsShown).map(({ swap, here }) => <li class={here ? "here" : ""}>
      <p>{swap.text}</p>{swap.permitted ? <Button action={() => page.swap(swap)} aria-label={"Swap them: " + swap.text}>Swap them</Button> : null}
    </li>)}</ul>
    {sorted.length > swapsShown ? <p class="note">{`and ${sorted.length - swapsShown} more in this run`}</p> : null}
  </section>;
}

// Comparison shows what a swap has changed, or else why the program fails.
function Comparison({ page }: { page: Page }) {
  const run = page.run!, failure = page.program!.failure;
  if (page.before && page.before.run.schedule !== run.schedule) {
    const before = page.before, outcome = page.outcome(run), old = page.outcome(before.run);
    return <section class="block" id="compare" aria-labelledby="compare-title"><h2 id="compare-title">What the swap changes</h2>
      <p>{outcome && outcome === old ? `Nothing that shows: both runs have outcome ${outcome.letter}.` : <>The outcome: {old ? <Letter of={old} /> : "another one"} becomes {outcome ? <Letter of={outcome} /> : "another one"}.</>}</p>
      <Compare host={page.program!.host} key={before.run.schedule + run.schedule}
        left={{ title: "Before", run: before.run, history: before, marks: page.beforeMarks, go: (seq) => page.open(before.run.schedule, seq, { before: page.history }) }}
        right={{ title: "After", run, history: page.history, marks: page.marks(), go: (seq) => page.go(page.history.index.get(seq) ?? 0) }} />
    </section>;
  }
  if (!failure || !page.comparison) return null;
  const { failing, passing } = page.comparison, { race, headline } = failure.explanation, swap = failure.swap;
  const left = new Map<number, string>(), right = new Map<number, string>();
  if (swap) {
    for (const seq of handOvers(swap, failing.run)) left.set(seq, "⇄");
    for (const e of passing.events) if (e.id && swap.ids.includes(e.id) && ["start", "resume", "callback", "fire"].includes(e.kind)) right.set(e.seq, "⇄");
  }
  for (const e of race?.events ?? []) left.set(e.seq, "✱");
  const mend = async () => {
    if (page.run!.schedule !== failure.schedule) await page.open(failure.schedule, null);
    page.swap(swap!);
  };
  return <section class="block" id="compare" aria-labelledby="compare-title"><h2 id="compare-title">Why it fails</h2>
    <p class="headline">{headline}</p>
    {race ? <p class="race"><EventWords text={race.text} run={failing.run} go={(seq) => page.open(failure.schedule, seq)} />.</p> : null}
    {swap ? <p>{`The smallest swap that mends it: ${swap.text} `}<Button action={mend}>Swap them</Button></p> : null}
    <Compare host={page.program!.host} key={page.program!.name}
      left={{ title: "The failing run", run: failing.run, history: failing, marks: left, go: (seq) => page.open(failure.schedule, seq) }}
      right={{ title: "The nearest passing run", run: passing.run, history: passing, marks: right, go: (seq) => page.open(failure.passing!, seq) }} />
    <Prospects of={failure} />
    <details><summary>The report as text</summary><pre class="report" tabIndex={0}>{failure.report}</pre></details>
  </section>;
}
