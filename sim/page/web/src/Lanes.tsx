// The lanes of a run: a column for the loop and one for each task, a row an event. Only
// the rows in sight are in the document, so that a long run costs no more than a short one.
import { Component, createRef } from "preact";
import type { Event } from "./format";
import { statusWords, type History, type Status } from "./state";
import { Aside, colour } from "./view";
import { span } from "./text";

const rowHeight = 26, headHeight = 30;
const numberWidth = 66, timeWidest = 58;
const laneLeast = 150; // narrower, lanes are tracks, and the text stands beside them
const laneEasy = 215; // as wide as most words need
const laneMost = 300;
const trackWidth = 18;
const wordsLeast = 240; // beside tracks
const overscan = 25; // rows that are drawn out of sight, on either side
const lanesMost = 40; // more columns cannot be followed

export interface LanesProps {
  history: History;
  host: string;               // what hands control to tasks
  last: number;               // the index of the last event that is shown
  chosen: number;             // that of the one that is looked at
  whole: boolean;             // all rows are drawn
  marks: Map<number, string>; // what stands before an event, by Seq
  tell: (e: Event) => string;
  where: (e: Event) => string;
  select: (i: number) => void;
}

interface View { width: number; height: number; top: number; }

interface Arrow { from: number; to: number; a: number; b: number; spawn: boolean; }

// Layout is where things stand at a width.
interface Layout {
  drawn: string[]; // the tasks that have lanes
  lane: Map<string, number>;
  arrows: Arrow[];
  compact: boolean; // lanes are tracks
  width: number;    // of a lane
  timeWidth: number;
  placeWidth: number;
  textLeft: number;
}

export class Lanes extends Component<LanesProps, View> {
  state: View = { width: 0, height: 0, top: 0 };
  private scroller = createRef<HTMLDivElement>();
  list = createRef<HTMLDivElement>();
  private observer?: ResizeObserver;
  private prefix = "e" + Math.random().toString(36).slice(2, 8) + "-";
  private laid?: { history: History; width: number; layout: Layout };

  componentDidMount(): void {
    const scroller = this.scroller.current!;
    const measure = () => this.setState({ width: scroller.clientWidth, height: scroller.clientHeight });
    this.observer = new ResizeObserver(measure);
    this.observer.observe(scroller);
    measure();
    this.reveal();
  }

  componentWillUnmount(): void {
    this.observer?.disconnect();
  }

  componentDidUpdate(before: LanesProps, was: View): void {
    if (before.chosen !== this.props.chosen || before.history !== this.props.history || was.width !== this.state.width) this.reveal();
  }

  // reveal brings the chosen event into sight.
  private reveal(): void {
    const scroller = this.scroller.current;
    if (!scroller) return;
    const top = this.props.chosen * rowHeight, view = scroller.clientHeight - headHeight;
    if (top < scroller.scrollTop + rowHeight) scroller.scrollTop = top - rowHeight;
    else if (top + 2 * rowHeight > scroller.scrollTop + view) scroller.scrollTop = top + 2 * rowHeight - view;
    // A tab that nobody looks at is not told that it was scrolled.
    if (this.state.top !== scroller.scrollTop) this.setState({ top: scroller.scrollTop });
  }

  private layout(): Layout {
    const { history } = this.props, { width } = this.state;
    if (this.laid?.history === history && this.laid.width === width) return this.laid.layout;
    const timeWidth = width < 480 ? 6 : timeWidest; // the gaps between times still say them
    let room = width - numberWidth - timeWidth;
    // Lines of the source stand where the words leave room for them.
    const longest = Math.max(0, ...history.events.slice(0, 200).map((e) => this.props.where(e).length));
    let placeWidth = longest > 0 ? Math.min(190, 20 + 7.4 * longest) : 0;
    if ((room - placeWidth) / (history.tasks.length + 1) < laneEasy) placeWidth = 0;
    room -= placeWidth;
    const drawn = history.tasks.slice(0, Math.max(3, Math.min(lanesMost, Math.floor((room - wordsLeast) / trackWidth) - 1)));
    const columns = drawn.length + 1, compact = room / columns < laneLeast;
    const lane = new Map([["", 0], ...drawn.map((t, i): [string, number] => [t, i + 1])]);
    const arrows: Arrow[] = [];
    history.events.forEach((e, i) => {
      if (!["start", "resume", "callback"].includes(e.kind) || !e.cause) return;
      const from = history.index.get(e.cause);
      if (from === undefined) return;
      const cause = history.events[from]!;
      const a = lane.get(cause.task ?? ""), b = lane.get(e.task ?? "");
      if (a !== undefined && b !== undefined && a !== b) arrows.push({ from, to: i, a, b, spawn: cause.kind === "spawn" });
    });
    const layout = {
      drawn, lane, arrows, compact, timeWidth, placeWidth,
      width: compact ? trackWidth : Math.min(laneMost, Math.floor(room / columns)), textLeft: numberWidth + timeWidth + columns * trackWidth + 8,
    };
    this.laid = { history, width, layout };
    return layout;
  }

  render({ history, host, last, chosen, whole, marks, select }: LanesProps, { width, height, top: scrolled }: View) {
    const l = this.layout();
    const x = (lane: number) => numberWidth + l.timeWidth + lane * l.width;
    const first = whole ? 0 : Math.max(0, Math.floor(scrolled / rowHeight) - overscan);
    const end = whole ? last : Math.min(last, Math.floor(scrolled / rowHeight) + Math.ceil((height || 400) / rowHeight) + overscan);
    const statuses = width === 0 ? [] : history.statuses(first, end);
    const left = history.tasks.length - l.drawn.length;
    const move = (e: KeyboardEvent) => {
      const by = { ArrowDown: 1, ArrowUp: -1 }[e.key];
      if (!by) return;
      e.preventDefault();
      select(chosen + by);
    };
    return <div class={"lanes" + (l.compact ? " compact" : "") + (l.timeWidth < timeWidest ? " timeless" : "")}>
      <div class="lane-scroll" ref={this.scroller} onScroll={(e) => this.setState({ top: (e.currentTarget as HTMLElement).scrollTop })}>
        <div class="lane-head" aria-hidden="true">
          <span class="lane-name plain" style={{ left: "8px" }}>no.</span>
          <span class="lane-name plain" style={{ left: numberWidth + "px" }}>time</span>
          {l.compact ? null : [host, ...l.drawn].map((name, lane) => <span class={`lane-name c${colour(lane)}`} title={name} style={{ left: x(lane) + "px", width: l.width - 8 + "px" }}>{name}</span>)}
          {l.placeWidth ? <span class="lane-name plain place">line</span> : null}
        </div>
        <div class="lane-list" role="listbox" tabIndex={0} aria-label="events of the run" ref={this.list} onKeyDown={move}
          aria-activedescendant={chosen >= first && chosen <= end ? this.prefix + chosen : undefined} style={{ height: (last + 1) * rowHeight + "px", "--place": l.placeWidth + "px" }}>
          <Arrows arrows={l.arrows.filter((a) => a.from >= first && a.from <= end && a.from <= last)} chosen={chosen} first={first} end={end} x={x} />
          <div class="rows">{statuses.map((row, k) => this.row(first + k, row, l, x, marks))}</div>
        </div>
      </div>
      {left > 0 ? <p class="note">{`${left} more tasks have no column; their events stand with their names.`}</p> : null}
    </div>;
  }

  private row(i: number, statuses: (Status | "")[], l: Layout, x: (lane: number) => number, marks: Map<number, string>) {
    const { history, host, chosen, last, tell, where, select } = this.props;
    const e = history.events[i]!, before = history.events[i - 1];
    const task = e.task ?? "", lane = l.lane.get(task) ?? 0;
    const mark = marks.get(e.seq) ?? "", here = i === chosen;
    const named = l.compact || !l.lane.has(task);
    // Words go on into the next lanes as far as nobody lives there.
    const next = l.compact ? -1 : statuses.findIndex((s, k) => k + 1 > lane && k < l.drawn.length && s && s !== "done");
    const what: Record<string, string> = { left: (l.compact ? l.textLeft : x(lane) + 18) + "px" };
    if (next >= 0) {
      what.right = "auto";
      what.maxWidth = x(next + 1) - x(lane) - 24 + "px";
    }
    return <div key={i} id={this.prefix + i} role="option" aria-selected={here ? "true" : "false"} aria-setsize={last + 1} aria-posinset={i + 1}
      class={["event", "k-" + e.kind, mark ? "marked" : "", /^\d+$/.test(e.number) ? "handover" : "", here ? "chosen" : ""].join(" ")} style={{ top: i * rowHeight + "px" }} onClick={() => select(i)}>
      <span class="no">{e.number}</span><span class="mark" title={markWords[mark]}>{mark}</span>{mark ? <Aside>{", " + markWords[mark]}</Aside> : null}
      {before?.at_ns === e.at_ns ? <Aside>{`, at ${span(e.at_ns)}, `}</Aside> : <span class="at">{span(e.at_ns)}</span>}
      {statuses.slice(0, l.drawn.length).map((status, k) => (status ? <i class={`band s-${status} c${colour(k + 1)}`} style={{ left: x(k + 1) + "px" }} /> : null))}
      <i class="band loop c0" style={{ left: x(0) + "px" }} />
      {e.kind === "advance"
        ? <span class="gap" style={{ left: (l.compact ? l.textLeft : x(0) + 22) + "px" }}>{`${span(e.at_ns - (before?.at_ns ?? 0))} later, at ${span(e.at_ns)}`}</span>
        : <span class={`what c${colour(lane)}`} title={sentence(e, host, tell(e)) + (e.pos ? ` (${e.pos})` : "")} style={what}>
          {named ? <b class={`c${colour(lane)}`}>{(task || host) + " "}</b> : <Aside>{(task || host) + ": "}</Aside>}<span>{tell(e)}</span>
        </span>}
      {l.placeWidth && where(e) ? <span class="place">{where(e)}</span> : null}
    </div>;
  }
}

// Arrows lead from what made a task ready to the task's lane: level, below the words.
function Arrows({ arrows, chosen, first, end, x }: { arrows: Arrow[]; chosen: number; first: number; end: number; x: (lane: number) => number }) {
  const top = first * rowHeight;
  return <svg class="arrows" aria-hidden="true" style={{ top: top + "px", height: Math.max(0, end - first + 1) * rowHeight + "px" }}>{arrows.map((a) => {
    const side = a.b > a.a ? -1 : 1, x1 = x(a.a) + 5 - side * 6, x2 = x(a.b) + 5 + side * 6, y = a.from * rowHeight - top + rowHeight - 3;
    return <g class={`arrow c${colour(a.b)}${a.spawn ? " spawn" : ""}${a.from === chosen || a.to === chosen ? " on" : ""}`}>
      <path d={`M${x1} ${y} H${x2 + side * 5}`} fill="none" />
      <path d={`M${x2} ${y} l${side * 7} -3.5 v7 z`} class="tip" />
    </g>;
  })}</svg>;
}

// markWords says what the marks before events mean.
export const markWords: Record<string, string> = { "⇄": "may be swapped", "✱": "part of what raced" };

// sentence says an event in full.
export function sentence(e: Event, host: string, text: string): string {
  return `${e.number}, at ${span(e.at_ns)}, ${e.task || host}: ${text}`;
}

// Legend explains the patterns of lanes.
export function Legend() {
  const statuses: Status[] = ["running", "ready", "sleeping", "waiting"];
  return <ul class="legend" aria-label="what the patterns mean">
    {statuses.map((s) => <li><i class={`band s-${s} c1`} />{statusWords[s]}</li>)}
    {Object.entries(markWords).map(([mark, meaning]) => <li><b class="sign">{mark}</b>{meaning}</li>)}
    <li><b class="sign c1">→</b>makes ready</li>
  </ul>;
}
