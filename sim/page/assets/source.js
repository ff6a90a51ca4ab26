// The program's text, with the line of the event that is looked at.
import { el, fill } from "./dom.js";

const token = /(\/\/.*)|("(?:[^"\\]|\\.)*"|`[^`]*`|'(?:[^'\\]|\\.)+')|\b(break|case|chan|const|continue|default|defer|else|for|func|go|goto|if|import|interface|map|package|range|return|select|struct|switch|type|var)\b/g;

export class SourceView {
  constructor() {
    this.title = el("h3", {}, "Program");
    this.code = el("div", { class: "code", tabindex: "0", role: "group", "aria-label": "the program's text" });
    this.element = el("section", { class: "panel source" }, this.title, this.code);
  }

  show(sources) {
    this.sources = sources ?? {};
    this.file = null;
    this.element.hidden = Object.keys(this.sources).length === 0;
    fill(this.code);
  }

  // mark shows the place of an event, or of the last one of the same task that has one in
  // the program's text.
  mark(events, i) {
    let found = null;
    for (let k = i; k >= 0 && !found; k--) {
      if (k !== i && events[i].task && events[k].task !== events[i].task) continue;
      found = this.placeOf(events[k].pos);
    }
    if (!found) return;
    if (found.file !== this.file) this.open(found.file);
    fill(this.title, `${found.file}:${found.line}`);
    this.lines[this.marked]?.removeAttribute("aria-current");
    this.marked = found.line - 1;
    const line = this.lines[this.marked];
    if (!line) return;
    line.setAttribute("aria-current", "true");
    this.code.scrollTop = line.offsetTop - this.code.clientHeight / 2;
  }

  // knows reports whether a place is in the program's text. Where there is none, all are.
  knows(pos) {
    return Object.keys(this.sources).length === 0 || this.placeOf(pos) !== null;
  }

  // short names a place in the program's text by its file, without its folder, and line.
  short(pos) {
    return this.placeOf(pos) ? pos.slice(pos.lastIndexOf("/") + 1) : "";
  }

  placeOf(pos) {
    const colon = (pos ?? "").lastIndexOf(":");
    const file = pos?.slice(0, colon);
    return colon > 0 && Object.hasOwn(this.sources, file) ? { file, line: Number(pos.slice(colon + 1)) } : null;
  }

  open(file) {
    this.file = file;
    this.marked = null;
    this.lines = this.sources[file].replace(/\n$/, "").split("\n").map((text, i) =>
      el("div", { class: "line" }, el("span", { class: "ln", "aria-hidden": "true" }, i + 1), el("code", {}, painted(text))));
    fill(this.code, this.lines);
  }
}

// painted tells comments, strings and keywords apart.
function painted(text) {
  const parts = [];
  let from = 0;
  for (const m of text.matchAll(token)) {
    parts.push(text.slice(from, m.index), el("span", { class: m[1] ? "comment" : m[2] ? "string" : "keyword" }, m[0]));
    from = m.index + m[0].length;
  }
  parts.push(text.slice(from));
  return parts;
}
