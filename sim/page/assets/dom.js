// Elements. Whatever a program calls its tasks and prints gets into the page as text,
// never as markup.

// el makes an element. Attributes that are false or null are left out; "on" holds
// listeners, and children are nodes or texts.
export function el(tag, attributes = {}, ...children) {
  const svg = svgTags.has(tag);
  const made = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) made.addEventListener(event, listener);
    } else {
      made.setAttribute(name, value === true ? "" : read.has(name) ? visible(String(value)) : value);
    }
  }
  append(made, children);
  return made;
}

// read are attributes that are read to somebody, or shown.
const read = new Set(["title", "aria-label", "aria-valuetext"]);

const svgTags = new Set(["svg", "g", "path", "rect", "line", "circle", "text"]);

function append(to, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    to.append(child instanceof Node ? child : visible(String(child)));
  }
}

// fill replaces what is in an element.
export function fill(element, ...children) {
  element.replaceChildren();
  append(element, children);
}

// visible writes what could not be seen, or would turn the direction of writing, as an
// escape.
export function visible(text) {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu,
    (c) => "\\u" + c.codePointAt(0).toString(16).padStart(4, "0"));
}

// button makes a button that says what it does.
export function button(label, action, attributes = {}) {
  return el("button", { type: "button", ...attributes, on: { click: action } }, label);
}

// copier makes a button that copies a text.
export function copier(text, what) {
  const made = button("copy", async () => {
    try {
      await navigator.clipboard.writeText(text);
      made.textContent = "copied";
    } catch {
      // A page from a file may not write to the clipboard: leave the text selected.
      const area = el("textarea", { class: "offscreen", "aria-hidden": "true" });
      area.value = text;
      document.body.append(area);
      area.select();
      made.textContent = document.execCommand("copy") ? "copied" : "press Ctrl+C";
      area.remove();
      made.focus();
    }
    setTimeout(() => { made.textContent = "copy"; }, 1500);
  }, { class: "quiet", "aria-label": "copy " + what });
  return made;
}

// span writes a duration in nanoseconds as Go does.
export function span(ns) {
  if (ns === 0) return "0s";
  const sign = ns < 0 ? "-" : "";
  ns = Math.abs(ns);
  if (ns < 1e3) return sign + ns + "ns";
  if (ns < 1e6) return sign + trimmed(ns / 1e3, 3) + "µs";
  if (ns < 1e9) return sign + trimmed(ns / 1e6, 6) + "ms";
  const seconds = ns / 1e9;
  const hours = Math.floor(seconds / 3600), minutes = Math.floor(seconds / 60) % 60;
  const rest = trimmed(seconds - hours * 3600 - minutes * 60, 9) + "s";
  if (hours > 0) return sign + hours + "h" + minutes + "m" + rest;
  if (minutes > 0) return sign + minutes + "m" + rest;
  return sign + rest;
}

function trimmed(number, digits) {
  return String(Number(number.toFixed(digits)));
}

// count writes a number with its noun.
export function count(n, one, many = one + "s") {
  return n.toLocaleString("en-US") + " " + (n === 1 ? one : many);
}
