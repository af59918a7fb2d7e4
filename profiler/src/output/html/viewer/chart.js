// The canvas views: flamegraph, icicle and sandwich, read from the root or from the leaves.

// Steps (members grouped) that rows nobody looks at may take in the background.
const AHEAD = 2e7;

class Chart {
  constructor(app) {
    this.app = app;
    this.pane = $("pane");
    this.painter = new Painter($("canvas"), $("overlay"));
    this.parts = [];
    this.hovered = null;
    this.selected = null;
    this.matches = null;
    this.wanted = [];
    this.pumping = false;
    this.drawing = false;
    this.setTheme();
    this.listen();
  }

  setTheme() {
    const palette = PALETTES[this.app.dark ? "dark" : "light"];
    this.look = {
      palette,
      matches: this.matches,
      color: byOrigin(this.app.names, palette),
      text: (layers, node) => this.title(layers, node),
    };
  }

  title(layers, node) {
    const id = layers.name[node];
    if (id >= 0) return this.app.names.name[id];
    const filtered = layers.total !== this.app.model.whole;
    return `all: ${this.app.amount(layers.total)}${this.app.noun}${filtered ? ", " + this.app.share(layers.total) + " of the profile" : ""}`;
  }

  // Builds the view that `state` asks for.
  build(state) {
    const { model } = this.app;
    this.hovered = this.selected = null;
    this.wanted = [];
    if (state.view === "sandwich") {
      if (state.func < 0) this.parts = [];
      else {
        const callers = new Layers(model, "callers", state.func);
        const callees = new Layers(model, "callees", state.func);
        const base = callers.height - 1;
        this.parts = [new Part(callees, base, 1, false), new Part(callers, base, -1, true)];
      }
    } else {
      const layers = new Layers(model, state.invert ? "up" : "down");
      const upward = state.view === "flame";
      this.parts = [new Part(layers, upward ? layers.height - 1 : 0, upward ? -1 : 1, false)];
    }
    this.rows = this.parts.reduce((rows, part) => Math.max(rows, part.base + 1, part.sign > 0 ? part.base + part.layers.height : 0), 1);
    this.zoomTo(state, true);
    this.fit();
    this.home();
    this.pump();
  }

  // To where the reading begins: the root, or the function of a sandwich.
  home() {
    const [part] = this.parts;
    if (!part) return;
    const y = part.row(0) * ROW;
    const share = this.parts.length > 1 ? 0.45 : part.sign > 0 ? 0 : 1;
    this.pane.scrollTop = y - (this.height - ROW) * share;
  }

  // Sets the zoom of each part to the path in `state`, as soon as the rows are there.
  zoomTo(state, fresh) {
    const paths = [state.zoom, state.callers];
    this.parts.forEach((part, at) => {
      if (!fresh && paths[at] === part.path) return;
      part.path = paths[at];
      const keys = this.app.keys.keys(paths[at], 1e6);
      part.wanted = keys.length ? { keys, done: 0, node: 0 } : null;
      part.zoom(0);
    });
    this.follow();
    this.draw();
    this.pump();
  }

  // Follows wanted paths as far as rows have grown.
  follow() {
    for (const part of this.parts) {
      const { wanted, layers } = part;
      if (!wanted) continue;
      while (wanted.done < wanted.keys.length && (layers.first[wanted.node] >= 0 || layers.complete)) {
        const [from, to] = layers.kids(wanted.node);
        let next = from;
        while (next < to && this.app.keys.of(layers.name[next]) !== wanted.keys[wanted.done]) next++;
        if (next === to) {
          // The path ends here: another recording, or filters, have no such frame.
          wanted.done = wanted.keys.length;
          break;
        }
        wanted.node = next;
        wanted.done++;
      }
      if (wanted.done === wanted.keys.length) {
        part.wanted = null;
        part.zoom(wanted.node);
        if (wanted.node > 0) {
          this.select(part, wanted.node);
          this.reveal(part, wanted.node);
        }
      }
    }
    $("reset").hidden = !this.parts.some((part) => part.zoomed > 0);
  }

  // Whether `part` needs more rows now: for what is on screen, or for a path.
  needs(part) {
    if (part.layers.complete) return false;
    if (part.wanted) return true;
    const top = this.pane.scrollTop / ROW;
    const bottom = top + this.height / ROW;
    const last = part.sign > 0 ? bottom - part.base : part.base - top;
    return part.layers.rows < last + 2;
  }

  // Grows rows a few milliseconds at a time: the page stays responsive however much there is to merge.
  pump() {
    if (this.pumping) return;
    this.pumping = true;
    this.pane.setAttribute("aria-busy", "true");
    const step = () => {
      const until = performance.now() + 10;
      let shown = false;
      let more = false;
      for (const part of this.parts) {
        while (this.needs(part) && performance.now() < until) {
          part.layers.grow();
          if (part.wanted) this.follow();
          shown = true;
        }
      }
      if (shown) this.draw();
      for (const part of this.parts) {
        while (!part.layers.complete && part.layers.steps < AHEAD && performance.now() < until) part.layers.grow();
        more ||= this.needs(part) || (!part.layers.complete && part.layers.steps < AHEAD);
      }
      if (more) setTimeout(step, 0);
      else {
        this.pumping = false;
        this.pane.removeAttribute("aria-busy");
      }
    };
    step();
  }

  // As high as its frames, but not higher than the window has room for.
  fit() {
    const room = Math.max(300, innerHeight - 250);
    const height = Math.min(this.rows * ROW, room);
    this.pane.style.height = height + 2 + "px";
    this.height = height;
    const width = this.pane.clientWidth;
    if (width && (width !== this.painter.width || height !== this.painter.height)) this.painter.resize(width, height);
    $("spacer").style.height = Math.max(0, this.rows * ROW - height) + "px";
    this.draw();
  }

  draw() {
    if (this.drawing) return;
    this.drawing = true;
    requestAnimationFrame(() => {
      this.drawing = false;
      if (!this.painter.width || $("chart").hidden) return;
      const start = performance.now();
      this.look.matches = this.matches;
      this.drawn = this.painter.draw(this.parts, this.pane.scrollTop, this.look);
      this.mark();
      $("canvas").dataset.drawn = this.drawn;
      performance.clearMeasures("draw");
      performance.measure("draw", { start });
    });
  }

  mark() {
    const marks = [];
    if (this.hovered) marks.push([...this.hovered, false]);
    if (this.selected) marks.push([...this.selected, true]);
    this.painter.outline(marks, this.pane.scrollTop, this.look);
  }

  find(event) {
    const box = $("canvas").getBoundingClientRect();
    const row = Math.floor((event.clientY - box.top + this.pane.scrollTop) / ROW);
    const share = (event.clientX - box.left) / box.width;
    for (const part of this.parts) {
      const node = part.find(row, share);
      if (node >= 0) return [part, node];
    }
    return null;
  }

  describe(part, node) {
    const { app } = this;
    const { layers } = part;
    const id = layers.name[node];
    const lines = [this.title(layers, node)];
    const weight = layers.weight[node];
    const samples = layers.samplesAt(node);
    const counted = samples === null ? "" : `, ${plural(samples, "sample")}`;
    lines.push(`${layers.up && node > 0 ? "leads to" : "total"} ${app.share(weight)}${app.error(weight)} (${app.amount(weight)}${counted})`);
    if (!layers.up && layers.self[node] >= 0) lines.push(`self ${app.share(layers.self[node])} (${app.amount(layers.self[node])})`);
    if (id >= 0) lines.push(...app.about(id, layers.inlined[node]));
    return lines;
  }

  select(part, node) {
    this.selected = part ? [part, node] : null;
    this.mark();
    this.app.select(part && part.layers.name[node] >= 0 ? part.layers.name[node] : -1, part ? this.describe(part, node) : null);
  }

  // Zooms `part` to a frame, in the address too.
  zoom(part, node) {
    const path = this.app.keys.path(part.layers.path(node));
    part.path = path;
    part.wanted = null;
    part.zoom(node);
    $("reset").hidden = !this.parts.some((each) => each.zoomed > 0);
    this.app.change({ [part.skipFirst ? "callers" : "zoom"]: path });
    this.reveal(part, node);
    this.draw();
  }

  reveal(part, node) {
    const y = part.row(part.layers.rowOf(node)) * ROW;
    const top = this.pane.scrollTop;
    if (y < top + ROW) this.pane.scrollTop = y - 2 * ROW;
    else if (y > top + this.height - 2 * ROW) this.pane.scrollTop = y - this.height + 3 * ROW;
  }

  // The next frame that matches, from the selected one on; rows that it may lie in are grown on the way.
  step(forward) {
    if (!this.matches || !this.parts.length) return null;
    const hits = [];
    let at = -1;
    const until = performance.now() + 300;
    for (const part of this.parts) {
      const { layers } = part;
      while (!layers.complete && performance.now() < until) layers.grow();
      for (let node = part.skipFirst ? 1 : 0; node < layers.count; node++) {
        if (this.selected && this.selected[0] === part && this.selected[1] === node) at = hits.length - (forward ? 1 : 0);
        if (layers.name[node] >= 0 && this.matches[layers.name[node]]) {
          if (this.selected && this.selected[0] === part && this.selected[1] === node) at = hits.length;
          hits.push([part, node]);
        }
      }
    }
    if (!hits.length) return null;
    const index = this.selected ? (at + (forward ? 1 : -1) + hits.length) % hits.length : forward ? 0 : hits.length - 1;
    const [part, node] = hits[index];
    const { layers } = part;
    const outside = layers.start[node] + layers.weight[node] <= part.from || layers.start[node] >= part.to;
    const width = (layers.weight[node] / (part.to - part.from)) * this.painter.width;
    if (outside || width < 4) this.zoom(part, outside && (layers.weight[node] / layers.total) * this.painter.width >= 4 ? 0 : node);
    this.select(part, node);
    this.reveal(part, node);
    this.draw();
    return [index + 1, hits.length, this.parts.every((each) => each.layers.complete)];
  }

  listen() {
    const canvas = $("canvas");
    const tip = $("tip");
    canvas.addEventListener("mousemove", (event) => {
      const found = this.find(event);
      const same = found && this.hovered && found[1] === this.hovered[1] && found[0] === this.hovered[0];
      tip.hidden = !found;
      if (found && !same) tip.replaceChildren(...this.describe(...found).map((line, at) => name("div", at ? "dim" : "", line)));
      if (found) {
        const { offsetWidth: w, offsetHeight: h } = tip;
        tip.style.left = Math.max(4, Math.min(event.clientX + 14, innerWidth - w - 8)) + "px";
        tip.style.top = (event.clientY + 18 + h > innerHeight ? Math.max(4, event.clientY - h - 10) : event.clientY + 18) + "px";
      }
      if (same || (!found && !this.hovered)) return;
      const start = performance.now();
      this.hovered = found;
      this.mark();
      if (found) this.app.announce(this.describe(...found).join(", "), 400);
      performance.clearMeasures("hover");
      performance.measure("hover", { start });
    });
    canvas.addEventListener("mouseleave", () => {
      this.hovered = null;
      tip.hidden = true;
      this.mark();
    });
    canvas.addEventListener("click", (event) => {
      const found = this.find(event);
      if (!found) return this.select(null);
      this.select(...found);
      if (!event.altKey) this.zoom(...found);
    });
    canvas.addEventListener("contextmenu", (event) => {
      const found = this.find(event);
      if (!found) return;
      event.preventDefault();
      this.select(...found);
    });
    this.pane.addEventListener("scroll", () => {
      this.draw();
      this.pump();
    }, { passive: true });
    canvas.addEventListener("keydown", (event) => this.key(event));
    new ResizeObserver(() => this.fit()).observe(this.pane);
    addEventListener("resize", () => this.fit());
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.parts.length) return;
    const go = (part, node) => {
      event.preventDefault();
      this.select(part, node);
      this.reveal(part, node);
      this.draw();
    };
    if (!this.selected) {
      if (event.key.startsWith("Arrow")) go(this.parts[0], this.parts[0].zoomed);
      return;
    }
    const [part, node] = this.selected;
    const { layers } = part;
    const row = layers.rowOf(node);
    if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      const step = (event.key === "ArrowDown" ? 1 : -1) * part.sign;
      const other = this.parts[1];
      if (step < 0 && row === 0 && other && part !== other) {
        const [kid, end] = other.layers.kids(0);
        go(...(kid < end ? [other, kid] : [part, node]));
      } else if (step < 0 && row === 1 && part.skipFirst) go(this.parts[0], 0);
      else if (step < 0) go(part, Math.max(0, layers.parent[node]));
      else {
        const [kid, end] = layers.kids(node);
        go(part, kid < end ? kid : node);
      }
    } else if (event.key === "ArrowLeft") go(part, Math.max(layers.rowStart[row], node - 1));
    else if (event.key === "ArrowRight") go(part, Math.min(layers.rowStart[row + 1] - 1, node + 1));
    else if (event.key === "Enter") {
      event.preventDefault();
      this.zoom(part, node);
    }
  }
}
