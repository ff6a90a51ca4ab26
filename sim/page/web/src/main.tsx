// The script of the page: it finds the data, the engine that makes runs, and begins.
import { render } from "preact";
import { App } from "./App";
import { Page } from "./page";
import { EmbeddedBackend, FallbackBackend, HTTPBackend, WasmBackend, type Backend, type EngineData } from "./backend";
import type { Contents } from "./format";
import { listen } from "./keys";
import { showAllText } from "./text";
import { Watch } from "./Watch";

// plain returns what stands in one of the page's data elements; text is gzipped data.
async function plain<T>(id: string): Promise<T | null> {
  const found = document.getElementById(id);
  if (!found) return null;
  const data: unknown = JSON.parse(found.textContent ?? "null");
  if (typeof data !== "string") return data as T;
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
}

async function main(): Promise<void> {
  const contents = (await plain<Contents>("weft-data"))!;
  const root = document.getElementById("page")!;
  if (contents.watch) {
    showAllText();
    root.replaceChildren();
    document.body.classList.add("scripted");
    document.body.setAttribute("aria-busy", "false");
    render(<Watch backend={new HTTPBackend()} />, root);
    return;
  }
  const embedded = new EmbeddedBackend(contents.data ?? {});
  let backend: Backend = embedded, note = "";
  if (contents.backend === "http") backend = new HTTPBackend();
  if (contents.backend === "wasm") {
    try {
      const engine = new WasmBackend((await plain<EngineData>("weft-engine"))!);
      await engine.start();
      backend = new FallbackBackend(engine, embedded);
    } catch (e) {
      note = `The engine in this file could not be started (${(e as Error).message}), so only the orders in it can be shown.`;
    }
  }
  showAllText();
  const page: Page = new Page(contents, backend, () => {
    document.body.setAttribute("aria-busy", page.jobs > 0 ? "true" : "false");
    document.body.classList.toggle("veiled", page.veil);
    render(<App page={page} />, root);
  });
  page.note = note;
  (globalThis as { weftPage?: Page }).weftPage = page; // for the console
  root.replaceChildren(); // what stands there for readers without scripts
  listen(page);
  window.addEventListener("hashchange", () => page.visit());
  window.addEventListener("beforeprint", () => page.print(true));
  window.addEventListener("afterprint", () => page.print(false));
  document.body.classList.add("scripted");
  await page.visit();
  performance.mark("ready");
  document.body.dataset.ready = "true";
}

main();
