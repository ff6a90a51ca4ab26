// The page: it holds what the views are about, which is a program, a run of it, and an event
// of that run; and it does what keys and buttons ask for.
import { createRef } from "preact";
import type { Contents, Event, Lesson, Outcome, Program, Run, Swap } from "./format";
import type { Backend } from "./backend";
import type { Lanes } from "./Lanes";
import type { Orders } from "./Orders";
import { parseAddress, formatAddress, choosing } from "./address";
import { History, words } from "./state";
import { behind, branches, type Branch } from "./tree";
import { reached } from "./Lesson";
import { placeOf, type Sources } from "./Source";
import { handOvers } from "./Why";
import { failWords, visible } from "./text";

// Progress is how far a reader has come with a lesson.
export interface Progress {
  chosen: Set<number>; // of the question's choices
  answered: boolean;
  seeking: boolean;    // the challenge's order
  found: string;       // its schedule, or ""
}

const begun = (): Progress => ({ chosen: new Set(), answered: false, seeking: false, found: "" });

// Comparison is what a failing run is compared with.
interface Comparison { failing: History; passing: History; }

export class Page {
  program: Program | null = null;
  root!: Branch;                     // of the program's tree
  run: Run | null = null;
  history!: History;
  index = 0;                         // of the event that is looked at
  swaps: Swap[] | null = null;       // what may be swapped in the run; null: not known
  before: History | null = null;     // the run before a swap
  beforeMarks = new Map<number, string>();
  comparison: Comparison | null = null;
  veil = false;                      // what comes later is hidden
  message = "";
  jobs = 0;                          // what the page waits for
  past: { schedule: string; index: number }[] = []; // runs before a choice, for undo
  lesson: Lesson | null = null;
  progress: Progress = begun();
  solved = new Set<string>();        // lessons
  note = "";                         // about the engine
  printing = false;                  // all rows of the lanes are drawn

  lanes = createRef<Lanes>();
  orders = createRef<Orders>();
  keys = createRef<HTMLDialogElement>();

  private ticket = 0;
  private loading = 0;
  private written = "";   // the address that the page has set itself
  private addressed = ""; // the run in it
  private visiting = false;
  private later = new Map<string, Progress>(); // of other lessons

  // changed is called when there is something else to be seen.
  constructor(readonly contents: Contents, readonly backend: Backend, private changed: () => void) {}

  get sources(): Sources { return this.program?.sources ?? {}; }

  // closed says that a lesson's question stands before what answers it.
  get closed(): boolean { return this.lesson !== null && this.lesson.program === this.program?.name && !this.progress.answered; }

  // visit goes to what the address says.
  async visit(): Promise<void> {
    if (location.hash === this.written && this.program) return;
    const { schedule, at, program, lesson } = parseAddress(location.hash);
    this.visiting = true;
    this.take_up((this.contents.lessons ?? []).find((l) => l.id === lesson) ?? null);
    await this.load(this.lesson?.program ?? program ?? this.program?.name ?? this.contents.programs[0]!.name, schedule, at);
    this.visiting = false;
  }

  // load shows a program, and of it the run of a schedule: if none is given, the simplest
  // failing one or else the default order. at is the Seq of an event.
  async load(name: string, schedule: string | null, at: number | null): Promise<void> {
    const ticket = ++this.loading;
    await this.work(async () => {
      let program = this.program;
      if (program?.name !== name) {
        program = await this.backend.program(name);
        if (ticket !== this.loading) return;
        this.program = program;
        this.root = branches(program.tree.root);
        this.past = [];
        this.run = null;
        this.comparison = null;
        document.title = visible(`${program.name} · weft`);
        this.compare();
      }
      await this.open(schedule ?? (this.lesson ? "w1" : program.failure?.schedule) ?? "w1", at, { keepPast: true });
    }, () => ticket === this.loading);
  }

  // open makes the run of a schedule and shows it. at is the Seq of an event, or null for
  // where it is worth looking: the failure, or else the first decision.
  async open(schedule: string, at: number | null, { keepPast = false, index = null as number | null, before = null as History | null } = {}): Promise<void> {
    const ticket = ++this.ticket, name = this.program!.name;
    await this.work(async () => {
      const run = await this.backend.run(name, schedule);
      if (ticket !== this.ticket) return;
      if (this.run && !keepPast) this.past.push({ schedule: this.run.schedule, index: this.index });
      this.message = "";
      this.before = before;
      this.run = run;
      this.history = new History(run);
      this.swaps = null;
      this.index = index ?? (at !== null ? this.history.index.get(at) : undefined) ?? this.worthIt();
      this.meet();
      this.go(this.index);
      const swaps = await this.backend.swaps(name, run.schedule);
      if (ticket === this.ticket) this.swaps = swaps;
    }, () => ticket === this.ticket);
  }

  // work counts what the page waits for, and says what went wrong.
  private async work(job: () => Promise<void>, current: () => boolean): Promise<void> {
    this.jobs++;
    this.changed();
    try {
      await job();
    } catch (e) {
      if (current()) this.message = (e as Error).message;
    } finally {
      this.jobs--;
      this.changed();
    }
  }

  // compare makes the runs that a failure is explained by.
  private compare(): void {
    const program = this.program!, failure = program.failure;
    if (!failure || failure.passing === null) return;
    Promise.all([failure.schedule, failure.passing].map((s) => this.backend.run(program.name, s))).then(([failing, passing]) => {
      if (this.program !== program || !failing || !passing) return;
      this.comparison = { failing: new History(failing), passing: new History(passing) };
      this.changed();
    }, () => {}); // the rest of the page does without
  }

  // worthIt is where it is worth looking first: at the decision with which it went wrong, or
  // else at the first one.
  private worthIt(): number {
    const failure = this.program!.failure, own = failure?.schedule === this.run!.schedule;
    const last = own ? this.run!.decisions.findLastIndex((d) => d.taken > 0) : 0;
    return this.history.decides[(own ? failure?.swap?.decision : undefined) ?? Math.max(0, last)] ?? 0;
  }

  outcome(run: Run): Outcome | undefined {
    return this.program!.report.outcomes.find((o) => o.key === run.key);
  }

  // last is the index of the last event that is shown.
  get last(): number {
    const all = this.run!.events.length - 1;
    if (!this.veil) return all;
    const decision = this.history.decisionAt(this.index);
    return decision < 0 ? all : this.history.decides[decision]!;
  }

  // tell says what happened in an event. What a decision took, a reader who chooses does not
  // see before.
  tell(e: Event): string {
    return this.veil && e.kind === "decide" && this.history.index.get(e.seq) === this.last ? "a decision: what happens next?" : words(e);
  }

  marks(): Map<number, string> {
    const marks = new Map<number, string>();
    for (const s of this.swaps ?? []) {
      if (s.permitted) for (const seq of handOvers(s, this.run!)) marks.set(seq, "⇄");
    }
    const failure = this.program!.failure;
    if (failure?.schedule === this.run!.schedule && !this.veil) for (const e of failure.explanation.race?.events ?? []) marks.set(e.seq, "✱");
    return marks;
  }

  // go looks at the event with index i.
  go(i: number): void {
    if (!this.run) return;
    this.index = Math.max(0, Math.min(i, this.run.events.length - 1));
    this.index = Math.min(this.index, this.last);
    this.meet();
    this.changed();
    const address = formatAddress({
      schedule: this.run.schedule, at: this.run.events[this.index]!.seq, lesson: this.lesson?.id ?? null,
      program: this.contents.programs.length > 1 && this.lesson?.program !== this.program!.name ? this.program!.name : null,
    });
    // Each run has its place in the browser's history; an event of it has none.
    const run = this.run.schedule + " " + this.program!.name;
    if (location.hash !== address) {
      if (this.addressed && this.addressed !== run && !this.visiting) history.pushState(null, "", address);
      else history.replaceState(null, "", address);
    }
    this.written = location.hash;
    this.addressed = run;
  }

  // kept says what an alternative of the run can still lead to, by the tree.
  kept(decision: number, alternative: number): string {
    if (!this.program!.tree.complete) return "";
    const found = behind(this.root, this.program!, [...this.run!.decisions.slice(0, decision).map((d) => d.taken), alternative]);
    return found ? `leads to ${found.letters.join(", ")}` + (found.failing ? ` · ${failWords(found.failing, found.orders)}` : "") : "";
  }

  where(pos: string | undefined): boolean {
    return Object.keys(this.sources).length === 0 || placeOf(this.sources, pos) !== null;
  }

  // swapsHere returns what may be swapped in the run, what concerns this event first.
  swapsHere(): { swap: Swap; here: boolean }[] {
    const seq = this.run!.events[this.index]!.seq, decision = this.history.decisionAt(this.index);
    const all = (this.swaps ?? []).filter((s) => !this.veil || this.history.decides[s.decision]! <= this.last)
      .map((swap) => ({ swap, here: handOvers(swap, this.run!).includes(seq) || swap.seqs.includes(seq) || swap.decision === decision }));
    return [...all.filter((s) => s.here), ...all.filter((s) => !s.here)];
  }

  // print draws what paper cannot be scrolled to.
  print(printing: boolean): void {
    this.printing = printing;
    this.changed();
  }

  // What keys and buttons do.
  next(): void { this.go(this.index + 1); }
  back(): void { this.go(this.index - 1); }
  home(): void { this.go(0); }
  end(): void { this.go(this.run!.events.length - 1); }
  nextDecision(): void { this.go(this.history.decides.find((i) => i > this.index) ?? this.run!.events.length - 1); }
  lastDecision(): void { this.go(this.history.decides.findLast((i) => i < this.index) ?? 0); }
  failure(): void {
    const events = this.run!.events;
    // After a deadlock, the tasks are taken down: it was there with the last wait.
    const at = this.run!.end === "deadlock" ? events.findLastIndex((e) => e.kind === "wait")
      : events.findIndex((e) => e.kind === "finish" && ["failed", "panicked"].includes(e.object ?? ""));
    this.go(at >= 0 ? at : events.length - 1);
  }
  choose(alternative: number): void {
    const decision = this.history.decisionAt(this.index);
    if (decision >= 0 && alternative < this.run!.decisions[decision]!.alternatives.length) this.take(decision, alternative);
  }
  // take takes an alternative of a decision; the run goes on in the default order.
  async take(decision: number, alternative: number): Promise<void> {
    const at = this.history.decides[decision]!;
    await this.open(choosing(this.run!, decision, alternative), null, { index: at + 1 });
    document.getElementById("step")?.focus({ preventScroll: true });
  }
  swapHere(): void {
    const first = this.swapsHere().find((s) => s.swap.permitted);
    if (first && !this.veil) this.swap(first.swap);
  }
  async swap(s: Swap): Promise<void> {
    const before = this.history;
    this.beforeMarks = new Map(handOvers(s, before.run).map((seq) => [seq, "⇄"]));
    await this.open(s.schedule, null, { before, index: before.decides[s.decision] ?? null });
  }
  undo(): void {
    const last = this.past.pop();
    if (last) this.open(last.schedule, null, { keepPast: true, index: last.index });
  }
  toggleVeil(): void {
    this.veil = !this.veil;
    this.go(this.index);
  }
  defaultOrder(): void { this.open("w1", null, { index: this.veil ? 0 : null }); }
  focusLanes(): void { this.lanes.current?.list.current?.focus(); }
  focusOrders(): void { this.orders.current?.enter(); }
  help(): void { this.keys.current?.showModal(); }

  // study goes to a lesson, or leaves the course.
  study(lesson: Lesson | null): void {
    this.take_up(lesson);
    this.load(lesson?.program ?? this.program!.name, lesson ? "w1" : null, null);
  }
  private take_up(lesson: Lesson | null): void {
    if (lesson === this.lesson) return;
    if (this.lesson) this.later.set(this.lesson.id, this.progress);
    this.lesson = lesson;
    this.progress = (lesson && this.later.get(lesson.id)) || begun();
    this.veil = this.progress.seeking && !this.progress.found;
  }
  predict(choice: number): void {
    const { chosen } = this.progress;
    if (!chosen.delete(choice)) chosen.add(choice);
    this.changed();
  }
  answer(): void {
    this.progress.answered = true;
    if (!this.lesson!.challenge) this.solved.add(this.lesson!.id);
    this.changed();
  }
  // seek begins the search for the order that a lesson asks for.
  seek(): void {
    this.progress.seeking = this.veil = true;
    this.load(this.lesson!.program, "w1", null).then(() => this.home());
  }
  giveUp(): void {
    this.progress.seeking = this.veil = false;
    this.load(this.lesson!.program, this.lesson!.challenge!.schedule, null);
  }
  // meet looks whether the run is one that the lesson asks for.
  private meet(): void {
    const challenge = this.lesson?.challenge;
    if (!challenge || !this.progress.seeking || this.progress.found || this.program?.name !== this.lesson!.program || !reached(challenge, this.run!)) return;
    this.progress.found = this.run!.schedule;
    this.solved.add(this.lesson!.id);
    this.veil = false;
  }
}
