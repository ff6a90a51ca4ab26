// The lanes of a run: a column for the loop and one for each task, a row an event. Only
// the rows in sight are in the document, so that a long run costs no more than a short one.
import { el, fill, span } from "./dom.js";
import { statusWords, words } from "./state.js";

const rowHeight = 26;
const numberWidth = 66, timeWidest = 58;
const laneLeast = 150; // narrower, lanes are tracks, and the text stands beside them
const laneEasy = 215; // as wide as most words need
const laneMost = 300;
const trackWidth = 18;
const wordsLeast = 240; // beside tracks
const overscan = 25; // rows that are drawn out of sight, on either side
const lanesMost = 40; // more columns cannot be followed

export class Lanes {
  // select is called with the index of an event that was clicked on.
  constructor({ label, select }) {
    this.select = select;
    this.head = el("div", { class: "lane-head", "aria-hidden": "true" });
    this.arrows = el("svg", { class: "arrows", "aria-hidden": "true" });
    this.rows = el("div", { class: "rows" });
    this.list = el("div", { class: "lane-list", role: "listbox", tabindex: "0", "aria-label": label }, this.arrows, this.rows);
    this.scroller = el("div", { class: "lane-scroll" }, this.head, this.list);
    this.more = el("p", { class: "note", hidden: true });
    this.element = el("div", { class: "lanes" }, this.scroller, this.more);
    this.scroller.addEventListener("scroll", () => this.refresh());
    this.list.addEventListener("click", (e) => {
      const row = e.target.closest("[data-i]");
      if (row) this.select(Number(row.dataset.i));
    });
    this.list.addEventListener("keydown", (e) => {
      const by = { ArrowDown: 1, ArrowUp: -1 }[e.key];
      if (!by) return;
      e.preventDefault();
      this.select(this.chosen + by);
    });
    new ResizeObserver(() => {
      this.measure();
      this.draw();
      if (this.chosen !== undefined) this.choose(this.chosen);
    }).observe(this.scroller);
  }

  // show draws a run up to the event with index last. marks says, by Seq, what stands
  // before an event, tell says what happened, and where says at which line.
  show(history, { last, marks = new Map(), tell = words, where = () => "" }) {
    this.history = history;
    this.tell = tell;
    this.where = where;
    this.last = last;
    this.marks = marks;
    this.measure();
    this.draw();
  }

  // assign gives tasks their lanes, as many as there is room for, and notes the arrows
  // between these.
  assign(most) {
    const { history } = this;
    this.drawn = history.tasks.slice(0, most);
    this.lane = new Map([["", 0], ...this.drawn.map((t, i) => [t, i + 1])]);
    this.arrowList = [];
    history.events.forEach((e, i) => {
      if (!["start", "resume", "callback"].includes(e.kind) || !e.cause) return;
      const from = history.index.get(e.cause);
      if (from === undefined) return;
      const cause = history.events[from];
      const a = this.lane.get(cause.task ?? ""), b = this.lane.get(e.task ?? "");
      if (a !== undefined && b !== undefined && a !== b) this.arrowList.push({ from, to: i, a, b, spawn: cause.kind === "spawn" });
    });
    const left = history.tasks.length - this.drawn.length;
    this.more.hidden = left <= 0;
    this.more.textContent = `${left} more tasks have no column; their events stand with their names.`;
  }

  measure() {
    if (!this.history) return;
    // Where there is no room for times, the gaps between them still say them.
    this.timeWidth = this.scroller.clientWidth < 480 ? 6 : timeWidest;
    this.element.classList.toggle("timeless", this.timeWidth < timeWidest);
    let room = this.scroller.clientWidth - numberWidth - this.timeWidth;
    // Lines of the source stand where the words leave room for them.
    const longest = Math.max(...this.history.events.slice(0, 200).map((e) => this.where(e).length));
    this.placeWidth = longest > 0 ? Math.min(190, 20 + 7.4 * longest) : 0;
    if ((room - this.placeWidth) / (this.history.tasks.length + 1) < laneEasy) this.placeWidth = 0;
    room -= this.placeWidth;
    this.list.style.setProperty("--place", this.placeWidth + "px");
    this.assign(Math.max(3, Math.min(lanesMost, Math.floor((room - wordsLeast) / trackWidth) - 1)));
    const columns = this.drawn.length + 1;
    this.compact = room / columns < laneLeast;
    this.width = this.compact ? trackWidth : Math.min(laneMost, Math.floor(room / columns));
    this.textLeft = numberWidth + this.timeWidth + columns * trackWidth + 8;
    this.list.style.height = (this.last + 1) * rowHeight + "px";
    this.element.classList.toggle("compact", this.compact);
    const heads = [["loop", 0], ...this.drawn.map((t, i) => [t, i + 1])].map(([name, lane]) => {
      const head = el("span", { class: `lane-name c${colour(lane)}`, title: name }, name);
      head.style.left = this.x(lane) + "px";
      if (!this.compact) head.style.width = this.width - 8 + "px";
      return head;
    });
    const number = el("span", { class: "lane-name plain" }, "no."), time = el("span", { class: "lane-name plain" }, "time");
    number.style.left = "8px";
    time.style.left = numberWidth + "px";
    const place = el("span", { class: "lane-name plain place" }, "line");
    fill(this.head, number, time, this.compact ? [] : heads, this.placeWidth ? place : null);
  }

  x(lane) {
    return numberWidth + this.timeWidth + lane * this.width;
  }

  // choose marks the event with index i and brings it into sight.
  choose(i) {
    this.chosen = i;
    const top = i * rowHeight, view = this.scroller.clientHeight - this.head.offsetHeight;
    if (top < this.scroller.scrollTop + rowHeight) this.scroller.scrollTop = top - rowHeight;
    else if (top + 2 * rowHeight > this.scroller.scrollTop + view) this.scroller.scrollTop = top + 2 * rowHeight - view;
    this.refresh();
  }

  // draw draws the rows in sight, with some before and behind.
  draw() {
    if (!this.history) return;
    const [top, bottom] = this.sight();
    this.first = Math.max(0, top - overscan);
    this.end = Math.min(this.last, bottom + overscan);
    const statuses = this.history.statuses(this.first, this.end);
    fill(this.rows, statuses.map((row, k) => this.row(this.first + k, row)));
    this.drawArrows(this.first, this.end);
    this.markChosen();
  }

  // sight returns the indices of the first and the last row in sight.
  sight() {
    const top = Math.floor(this.scroller.scrollTop / rowHeight);
    return [top, Math.min(this.last, top + Math.ceil((this.scroller.clientHeight || 400) / rowHeight))];
  }

  // refresh draws anew only where rows have come into sight that are not drawn.
  refresh() {
    if (!this.history) return;
    const [top, bottom] = this.sight();
    if (top < this.first || bottom > this.end) this.draw();
    else this.markChosen();
  }

  markChosen() {
    const row = this.chosen >= this.first && this.chosen <= this.end ? this.rows.children[this.chosen - this.first] : null;
    if (this.marked !== row) {
      this.marked?.classList.remove("chosen");
      this.marked?.setAttribute("aria-selected", "false");
      row?.classList.add("chosen");
      row?.setAttribute("aria-selected", "true");
      this.marked = row;
    }
    if (row) this.list.setAttribute("aria-activedescendant", row.id);
    else this.list.removeAttribute("aria-activedescendant");
    for (const arrow of this.arrows.children) {
      arrow.classList.toggle("on", Number(arrow.dataset.from) === this.chosen || Number(arrow.dataset.to) === this.chosen);
    }
  }

  id(i) {
    this.prefix ??= "e" + Math.random().toString(36).slice(2, 8) + "-";
    return this.prefix + i;
  }

  row(i, statuses) {
    const e = this.history.events[i], before = this.history.events[i - 1];
    const task = e.task ?? "", lane = this.lane.get(task);
    const mark = this.marks.get(e.seq) ?? "";
    const made = el("div", {
      class: ["event", "k-" + e.kind, mark ? "marked" : "", /^\d+$/.test(e.number) ? "handover" : ""].join(" "),
      id: this.id(i), role: "option", "data-i": String(i),
      "aria-selected": "false", "aria-setsize": String(this.last + 1), "aria-posinset": String(i + 1),
    });
    made.style.top = i * rowHeight + "px";
    const cells = [el("span", { class: "no" }, e.number), el("span", { class: "mark", title: markWords[mark] }, mark), mark ? aside(", " + markWords[mark]) : ""];
    const told = before && before.at_ns === e.at_ns;
    cells.push(told ? aside(`, at ${span(e.at_ns)}, `) : el("span", { class: "at" }, span(e.at_ns)));
    statuses.slice(0, this.drawn.length).forEach((status, k) => {
      if (!status) return;
      const band = el("i", { class: `band s-${status} c${colour(k + 1)}` });
      band.style.left = this.x(k + 1) + "px";
      cells.push(band);
    });
    const loop = el("i", { class: "band loop c0" });
    loop.style.left = this.x(0) + "px";
    cells.push(loop);
    if (e.kind === "advance") {
      const gap = el("span", { class: "gap" }, `${span(e.at_ns - (before?.at_ns ?? 0))} later, at ${span(e.at_ns)}`);
      gap.style.left = (this.compact ? this.textLeft : this.x(0) + 22) + "px";
      cells.push(gap);
    } else {
      const named = this.compact || lane === undefined;
      const who = named ? el("b", { class: `c${colour(lane ?? 0)}` }, (task || "loop") + " ") : aside((task || "loop") + ": ");
      const what = el("span", { class: `what c${colour(lane ?? 0)}`, title: sentence(e, this.tell(e)) + (e.pos ? ` (${e.pos})` : "") }, who, el("span", {}, this.tell(e)));
      what.style.left = (this.compact ? this.textLeft : this.x(lane ?? 0) + 18) + "px";
      // Words go on into the next lanes as far as nobody lives there.
      const next = this.compact ? -1 : statuses.findIndex((s, k) => k + 1 > (lane ?? 0) && k < this.drawn.length && s && s !== "done");
      if (next >= 0) {
        what.style.right = "auto";
        what.style.maxWidth = this.x(next + 1) - this.x(lane ?? 0) - 24 + "px";
      }
      cells.push(what);
    }
    if (this.placeWidth && this.where(e)) cells.push(el("span", { class: "place" }, this.where(e)));
    made.append(...cells);
    return made;
  }

  drawArrows(first, last) {
    const top = first * rowHeight, height = (last - first + 1) * rowHeight;
    this.arrows.style.top = top + "px";
    this.arrows.style.height = height + "px";
    const x = (lane) => this.x(lane) + 5;
    fill(this.arrows, this.arrowList
      .filter((a) => a.from >= first && a.from <= last && a.from <= this.last)
      .map((a) => {
        // What is woken becomes ready where it is woken: the arrow is level, below the words.
        const side = a.b > a.a ? -1 : 1, x1 = x(a.a) - side * 6, x2 = x(a.b) + side * 6, y = a.from * rowHeight - top + rowHeight - 3;
        return el("g", { class: `arrow c${colour(a.b)} ${a.spawn ? "spawn" : ""}`, "data-from": a.from, "data-to": a.to },
          el("path", { d: `M${x1} ${y} H${x2 + side * 5}`, fill: "none" }),
          el("path", { d: `M${x2} ${y} l${side * 7} -3.5 v7 z`, class: "tip" }));
      }));
  }
}

// aside is text for those who listen.
function aside(text) {
  return el("span", { class: "offscreen" }, text);
}

// markWords says what the marks before events mean.
export const markWords = { "⇄": "may be swapped", "✱": "part of what raced" };

// colour returns the number of a lane's colour.
export function colour(lane) {
  return lane === 0 ? 0 : 1 + ((lane - 1) % 6);
}

// sentence says an event in full.
export function sentence(e, text = words(e)) {
  return `${e.number}, at ${span(e.at_ns)}, ${e.task || "loop"}: ${text}`;
}

// legend explains the patterns of lanes.
export function legend() {
  return el("ul", { class: "legend", "aria-label": "what the patterns mean" },
    ["running", "ready", "sleeping", "waiting"].map((s) => el("li", {}, el("i", { class: `band s-${s} c1` }), statusWords[s])),
    Object.entries(markWords).map(([mark, words]) => el("li", {}, el("b", { class: "sign" }, mark), words)),
    el("li", {}, el("b", { class: "sign c1" }, "→"), "makes ready"));
}
