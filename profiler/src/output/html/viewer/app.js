// Puts the views together: one state, one way to change it, one place that follows the change.

const app = {
  head: JSON.parse($("head").textContent),
  state: { ...START },
  matcher: null,
  subject: null,

  share: (weight) => percent(weight / (app.head.report.total || 1)),
  error: (weight) => plusMinus(weight / (app.head.report.total || 1), app.model.counted ? app.head.report.samples : 0),

  // Changes the state, the address and the page. Typing replaces the address; anything else can be taken back.
  change(patch, push = true) {
    const before = app.state;
    app.state = { ...before, ...patch };
    if (patch.view !== undefined || patch.invert !== undefined || patch.func !== undefined) {
      // Another tree has other paths, unless the same one is only turned over.
      const turned = before.invert === app.state.invert && before.func === app.state.func && [before.view, app.state.view].every((view) => view === "flame" || view === "icicle");
      const left = [before.view, app.state.view].some((view) => view === "table" || view === "source");
      if (!turned && !left && patch.zoom === undefined) Object.assign(app.state, { zoom: "", callers: "" });
    }
    app.write(push);
    app.follow(before);
  },

  write(push) {
    app.address = writeState(app.state, app.keys, app.names);
    setAddress(app.address, push);
  },

  // Brings the page from the state `before` to the present one.
  follow(before) {
    const { state } = app;
    const changed = (...keys) => keys.some((key) => state[key] !== before[key]);
    const filtered = changed("filters", "slices");
    const chart = state.view !== "table" && state.view !== "source";
    if (filtered) app.model.filter(state.filters, state.slices);
    if (changed("theme")) app.setTheme();
    if (changed("query") || filtered) app.search();
    if (changed("view", "invert", "func") || filtered) {
      app.showView();
      app.chips();
      if (filtered) app.activity.update();
      if (chart) app.chart.build(state);
    } else if (chart && changed("zoom", "callers")) app.chart.zoomTo(state, false);
    if (state.view === "table" && (changed("view", "group", "sort", "query") || filtered)) app.table.update();
    if (state.view === "source" && (changed("view", "source") || filtered)) app.source.update();
    if (state.view === "sandwich" && state.func < 0) app.offer();
    if (chart) app.chart.draw();
  },

  showView() {
    const { state } = app;
    for (const tab of document.querySelectorAll("#views button")) tab.setAttribute("aria-pressed", String(tab.dataset.view === state.view));
    const chart = state.view !== "table" && state.view !== "source";
    $("invert").setAttribute("aria-pressed", String(state.invert));
    $("invert").hidden = state.view !== "flame" && state.view !== "icicle";
    $("choose").hidden = state.view !== "sandwich" || state.func >= 0;
    $("chart").hidden = !chart || (state.view === "sandwich" && state.func < 0);
    $("legend").hidden = $("chart").hidden;
    $("table-view").hidden = state.view !== "table";
    $("source-view").hidden = state.view !== "source";
    const how = { flame: "callers at the bottom", icicle: "callers at the top", sandwich: "callers above the function, callees below it" }[state.view];
    const inverted = state.invert && state.view !== "sandwich";
    const said = inverted ? "from the leaves: what was executing, then its callers, row by row" : how;
    $("canvas").setAttribute("aria-label", `${state.view}: ${said}. Arrow keys move, Enter zooms, question mark lists the keys.`);
    $("how").textContent = chart ? said : "";
    if (!chart) $("reset").hidden = true;
    // What is selected stays so from view to view.
    if (state.view === "sandwich" && state.func >= 0) app.select(state.func, null);
    else if (app.subject?.kind === "module") app.selectModule(app.subject.id);
    else app.select(app.subject ? app.subject.id : -1, null);
  },

  // ---- search ----
  search() {
    const text = app.state.query;
    const { names, model, chart } = app;
    if ($("search").value !== text) $("search").value = text;
    app.matcher = null;
    chart.matches = null;
    let said = "";
    const regex = /^\/(.+)\/$/.exec(text);
    try {
      const compiled = regex && new RegExp(regex[1], "i");
      const wanted = text.toLowerCase();
      if (text) app.matcher = compiled ? (name) => compiled.test(name) : (name) => name.toLowerCase().includes(wanted);
    } catch {
      said = "not a regular expression";
    }
    if (app.matcher) {
      const live = model.costs().total;
      let functions = 0;
      chart.matches = Uint8Array.from(names.name, (name, id) => {
        const hit = app.matcher(name);
        if (hit && live[id] > 0) functions++;
        return hit ? 1 : 0;
      });
      const weight = model.matched(chart.matches);
      said = `${plural(functions, "name")}, ${app.share(weight)}`;
    }
    $("found").textContent = said;
    $("previous").disabled = $("next").disabled = !app.matcher;
    app.legend();
    chart.draw();
  },

  // Searches for exactly this function.
  find(text) {
    const query = "/^" + text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&") + "$/";
    app.change({ view: "flame", query });
    $("explore").scrollIntoView({ block: "start" });
    app.step(true);
  },

  step(forward) {
    if (!app.matcher || app.state.view === "source") return;
    const found = app.state.view === "table" ? app.table.step(forward) : app.chart.step(forward);
    const count = found ? `${grouped(found[0])} of ${grouped(found[1])}${found[2] ? "" : "+"}` : "no match here";
    const said = $("found").textContent.split(" · ")[0];
    $("found").textContent = `${said} · ${count}`;
  },

  // ---- filters ----
  filter(op, kind, id) {
    if (app.state.filters.some((filter) => filter.op === op && filter.kind === kind && filter.id === id)) return;
    app.change({ filters: [...app.state.filters, { op, kind, id }] });
  },

  chips() {
    const { names, state } = app;
    const label = { focus: "Only", hide: "Hidden", drop: "Without" };
    const chips = state.filters.map((filter, at) => {
      const { op, kind, id } = filter;
      const text = kind === "module" ? lastPart(names.modules[id]) || names.modules[id] : names.name[id];
      const what = kind === "module" ? "module" : ["thread", "process"].includes(names.kind[id]) ? names.kind[id] : "function";
      const chip = make("span", "chip");
      chip.append(make("strong", "", `${label[op]} ${what} `), name("span", "chip-name", text));
      chip.title = text;
      const remove = button("×", "Remove this filter", () => app.change({ filters: state.filters.filter((_, other) => other !== at) }));
      remove.setAttribute("aria-label", `Remove filter: ${label[op]} ${what} ${text}`);
      chip.append(remove);
      return chip;
    });
    if (state.slices) {
      const chip = make("span", "chip");
      const remove = button("×", "Remove this filter", () => app.change({ slices: null }));
      remove.setAttribute("aria-label", "Remove filter: time");
      chip.append(make("strong", "", "Time "), `${app.activity.time(state.slices[0])} to ${app.activity.time(state.slices[1] + 1)}`, remove);
      chips.push(chip);
    }
    if (chips.length) {
      const whole = app.model.whole || 1;
      chips.push(make("span", "dim", `${percent(app.model.sum / whole)} of the profile is left`));
      if (chips.length > 2) chips.push(button("Remove all", "Remove all filters", () => app.change({ filters: [], slices: null })));
    }
    $("chips").hidden = !chips.length;
    $("chips").replaceChildren(...chips);
  },

  // ---- what is selected ----
  about(id, inlined) {
    const { names } = app;
    const kind = names.kind[id];
    const lines = [];
    if (inlined) lines.push("inlined into its caller");
    if (kind === "thread" || kind === "process" || kind === "kernel") lines.push(kind);
    if (names.module[id]) lines.push(names.modules[names.module[id] - 1]);
    if (names.file[id]) lines.push(place(names.files[names.file[id] - 1], names.line[id]));
    return lines;
  },

  // Shows a function (-1: none) and what can be done with it; `frame` describes the frame it was chosen by.
  select(id, frame) {
    app.subject = id >= 0 ? { kind: "name", id } : null;
    const panel = $("detail");
    panel.classList.toggle("empty", id < 0 && !frame);
    if (id < 0) {
      panel.replaceChildren(make("p", "dim", frame ? frame.join(" · ") : "Select a frame or a row to see its figures, and to focus on it, hide it, or go to its source."));
      return;
    }
    const { names, model } = app;
    const costs = model.costs();
    const kind = names.kind[id];
    const group = kind === "thread" || kind === "process";
    const figures = [`Self ${app.share(costs.self[id])}${app.error(costs.self[id])}, total ${app.share(costs.total[id])}${app.error(costs.total[id])} (${app.amount(costs.total[id])})`, ...app.about(id, 0)];
    const lines = [name("p", "title", names.name[id])];
    lines[0].title = names.name[id];
    if (frame) lines.push(name("p", "figures", "This frame: " + frame.slice(1, frame[2] && frame[2].startsWith("self") ? 3 : 2).join(", ")));
    lines.push(name("p", "dim", (group ? "" : "Everywhere: ") + figures.join(" · ")));
    const actions = make("p", "actions");
    if (!group) {
      if (app.state.view !== "sandwich" || app.state.func !== id) actions.append(button("Sandwich", "Its callers and callees (s)", () => app.sandwich()));
      if (names.source[id]) actions.append(button("Source", "Its source, with what each line costs (c)", () => app.code()));
      if (app.state.view === "table" || app.state.view === "source" || app.state.view === "sandwich") actions.append(button("Flamegraph", "Where it is in the flamegraph", () => app.find(names.name[id])));
    }
    const what = group ? kind : "function";
    actions.append(button(`Only this ${what}`, `Leave only the samples that pass through it (o)`, () => app.filter("focus", "name", id)));
    if (!group) actions.append(button("Hide it", "Take its frames out; their cost goes to their callers (h)", () => app.filter("hide", "name", id)));
    actions.append(button(group ? `Without this ${what}` : "Without it", "Leave out the samples that pass through it (x)", () => app.filter("drop", "name", id)));
    if (names.module[id]) actions.append(...app.moduleActions(names.module[id] - 1));
    actions.append(button("Copy name", "Copy its name (y)", () => app.copy()));
    panel.replaceChildren(...lines, actions);
    app.announce((frame || [names.name[id], figures[0]]).join(", "), 0);
  },

  moduleActions(module) {
    const short = lastPart(app.names.modules[module]) || app.names.modules[module];
    const cut = short.length > 28 ? short.slice(0, 27) + "…" : short;
    return [
      button(`Only ${cut}`, `Leave only the samples that pass through ${short} (O)`, () => app.filter("focus", "module", module)),
      button(`Hide ${cut}`, `Take the frames of ${short} out; their cost goes to their callers (H)`, () => app.filter("hide", "module", module)),
    ];
  },

  selectModule(id) {
    app.subject = { kind: "module", id };
    const path = app.names.modules[id];
    const actions = make("p", "actions");
    actions.append(...app.moduleActions(id), button("Without it", "Leave out the samples that pass through it (x)", () => app.filter("drop", "module", id)));
    $("detail").classList.remove("empty");
    $("detail").replaceChildren(name("p", "title", path), actions);
    app.announce(path, 0);
  },

  selectLine(at, line) {
    const file = app.head.sources[at];
    const cost = app.model.lineCosts().get(at, line);
    app.change({ source: `${file.path}:${line}` });
    app.subject = null;
    const list = make("p", "actions");
    const functions = app.model.functionsAt(at, line);
    for (const [id, weight] of functions.slice(0, 12)) {
      const open = button("", "Its callers and callees", () => app.open(id, 0));
      open.append(name("code", "", app.names.name[id]), ` ${app.share(weight)}`);
      list.append(open);
    }
    const title = `${file.path}:${line}`;
    const what = `Self ${app.share(cost.self)}${app.error(cost.self)}, total ${app.share(cost.total)}${app.error(cost.total)}; in ${plural(functions.length, "function")}:`;
    $("detail").classList.remove("empty");
    $("detail").replaceChildren(name("p", "title", title), make("p", "dim", what), list);
    app.announce(`${title}, ${what}`, 0);
  },

  sandwich() {
    if (app.subject?.kind !== "name" || ["thread", "process"].includes(app.names.kind[app.subject.id])) return;
    app.change({ view: "sandwich", func: app.subject.id });
  },

  // A function in the sandwich, seen from elsewhere on the page.
  open(id) {
    app.change({ view: "sandwich", func: id });
    $("explore").scrollIntoView({ block: "start" });
  },

  code() {
    const { subject, names } = app;
    if (subject?.kind !== "name" || !names.source[subject.id]) return;
    const { id } = subject;
    const file = app.head.sources[names.source[id] - 1];
    app.change({ view: "source", source: `${file.path}:${app.model.hottestLine(id) || names.line[id] || 1}` });
    app.select(id, null);
  },

  copy() {
    if (app.subject?.kind !== "name") return;
    const text = app.names.name[app.subject.id];
    // Pages opened from disk may have no clipboard: a selected text can still be copied.
    Promise.resolve()
      .then(() => navigator.clipboard.writeText(text))
      .then(() => app.announce("Copied", 0))
      .catch(() => getSelection().selectAllChildren($("detail").querySelector(".title")));
  },

  findName(text, file) {
    const { names } = app;
    let best = -1;
    for (let id = 0; id < names.name.length; id++) {
      if (names.name[id] !== text) continue;
      if (!file || (names.file[id] && names.files[names.file[id] - 1] === file)) return id;
      if (best < 0) best = id;
    }
    return best;
  },

  // The heaviest functions, to begin a sandwich with.
  offer() {
    const costs = app.model.costs();
    const ids = [];
    for (let id = 0; id < costs.self.length; id++) if (costs.total[id] > 0 && !["thread", "process", "truncated"].includes(app.names.kind[id]) && (!app.matcher || app.chart.matches[id])) ids.push(id);
    ids.sort((a, b) => costs.self[b] - costs.self[a] || costs.total[b] - costs.total[a]);
    $("choose-list").replaceChildren(
      ...ids.slice(0, 15).map((id) => {
        const item = make("li");
        const open = button("", "Its callers and callees", () => app.change({ func: id }), "plain");
        open.append(name("code", "", app.names.name[id]));
        item.append(make("span", "number", app.share(costs.self[id])), open);
        return item;
      }),
    );
  },

  announce(text, after) {
    clearTimeout(app.saying);
    app.saying = setTimeout(() => ($("status").textContent = text), after);
  },

  // ---- theme ----
  setTheme() {
    const theme = app.state.theme || remembered.get();
    if (theme) document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
    app.dark = theme ? theme === "dark" : app.system.matches;
    $("theme").textContent = app.dark ? "Light" : "Dark";
    if (app.chart) {
      app.chart.setTheme();
      app.chart.draw();
      app.legend();
    }
  },

  switchTheme() {
    const theme = app.dark ? "light" : "dark";
    remembered.set(theme);
    app.change({ theme }, false);
  },

  legend() {
    const palette = PALETTES[app.dark ? "dark" : "light"];
    const item = (text, color) => {
      const box = make("i");
      box.style.background = color;
      const entry = make("span");
      entry.append(box, text);
      return entry;
    };
    const middle = (kind, inlined) => `hsl(${(HUES[kind][0] + HUES[kind][1]) / 2} ${palette.saturation[kind]}% ${palette.lightness[inlined]}%)`;
    const kinds = new Set(app.names.kind);
    const shown = [["program", "the program"], ["runtime", "runtime and libraries"], ["kernel", "kernel"]].filter(([kind]) => kinds.has(kind)).map(([kind, text]) => item(text, middle(kind, 0)));
    if (app.model.frameInlined.includes(1)) shown.push(item("inlined", middle("program", 1)));
    if (kinds.has("thread")) shown.push(item("thread", palette.thread));
    if (app.model.count > 500) shown.push(item("too narrow to tell apart: zoom in", palette.thin));
    if (app.chart.matches) shown.push(item("match", palette.lit));
    $("legend-items").replaceChildren(...shown);
  },

  // ---- keys ----
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const dialog = $("help");
    if (dialog.open) return;
    const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    if (event.key === "Escape") {
      event.preventDefault();
      app.back(typing);
      return;
    }
    if (event.target === $("search") && event.key === "Enter") {
      event.preventDefault();
      app.typed();
      app.step(!event.shiftKey);
      return;
    }
    if (typing) return;
    const view = VIEWS[Number(event.key) - 1];
    const { subject } = app;
    const filter = (op, kind) => {
      if (!subject) return;
      const module = subject.kind === "module" ? subject.id : app.names.module[subject.id] - 1;
      if (kind === "module" || subject.kind === "module") {
        if (module >= 0) app.filter(op, "module", module);
      } else app.filter(op === "hide" && ["thread", "process"].includes(app.names.kind[subject.id]) ? "drop" : op, "name", subject.id);
    };
    const keys = {
      "/": () => ($("search").focus(), $("search").select()),
      "?": () => dialog.showModal(),
      n: () => app.step(true),
      N: () => app.step(false),
      i: () => $("invert").hidden || app.change({ invert: !app.state.invert }),
      s: () => app.sandwich(),
      c: () => app.code(),
      o: () => filter("focus", "name"),
      O: () => filter("focus", "module"),
      h: () => filter("hide", "name"),
      H: () => filter("hide", "module"),
      x: () => filter("drop", "name"),
      y: () => app.copy(),
      t: () => app.switchTheme(),
      0: () => app.change({ zoom: "", callers: "" }),
      Backspace: () => app.state.slices ? app.change({ slices: null }) : app.state.filters.length && app.change({ filters: app.state.filters.slice(0, -1) }),
    };
    const act = view ? () => app.change({ view }) : keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  },

  // Escape takes back the nearest thing: the search, then the zoom.
  back(typing) {
    if (app.state.query || $("search").value) {
      clearTimeout(app.typing);
      $("search").value = "";
      app.change({ query: "" });
    } else if (app.state.zoom || app.state.callers) app.change({ zoom: "", callers: "" });
    if (typing) $("canvas").focus({ preventScroll: true });
  },

  typed() {
    clearTimeout(app.typing);
    if ($("search").value !== app.state.query) app.change({ query: $("search").value }, false);
  },

  listen() {
    document.addEventListener("keydown", app.key);
    $("search").addEventListener("input", () => {
      clearTimeout(app.typing);
      app.typing = setTimeout(app.typed, 120);
    });
    $("next").addEventListener("click", () => app.step(true));
    $("previous").addEventListener("click", () => app.step(false));
    $("reset").addEventListener("click", () => app.change({ zoom: "", callers: "" }));
    $("invert").addEventListener("click", () => app.change({ invert: !app.state.invert }));
    for (const tab of document.querySelectorAll("#views button")) tab.addEventListener("click", () => app.change({ view: tab.dataset.view }));
    const arrive = () => {
      const text = location.hash.slice(1);
      if (text === app.address) return;
      app.address = text;
      const before = app.state;
      app.state = readState(text, app.keys, app.names, app.model.slices);
      // Filters that read the same are the same: nothing is computed anew for them.
      if (JSON.stringify(before.filters) === JSON.stringify(app.state.filters)) app.state.filters = before.filters;
      if (String(before.slices) === String(app.state.slices)) app.state.slices = before.slices;
      app.follow(before);
    };
    addEventListener("popstate", arrive);
    addEventListener("hashchange", arrive);
  },

  // What needs no profile: the head of the page, at once.
  begin() {
    const [what, unit] = app.head.report.measure;
    app.amount = amountIn(unit);
    app.noun = unit === "count" ? " " + what : "";
    app.system = matchMedia("(prefers-color-scheme: dark)");
    app.system.addEventListener("change", () => app.setTheme());
    const theme = new URLSearchParams(location.hash.slice(1)).get("t");
    app.state.theme = theme === "light" || theme === "dark" ? theme : "";
    app.setTheme();
    $("theme").addEventListener("click", () => app.model && app.switchTheme());
    $("keys").addEventListener("click", () => $("help").showModal());
    $("help-close").addEventListener("click", () => $("help").close());
    summarize(app);
  },

  async load() {
    const names = JSON.parse(new TextDecoder().decode(await unpack("names")));
    const bytes = await unpack("tree");
    app.names = names;
    app.model = new Model(app.head.tree, names, bytes);
    app.keys = new Keys(names);
    app.chart = new Chart(app);
    app.table = new Table(app);
    app.source = new SourcePanel(app);
    app.activity = new Activity(app);
    const findings = app.head.sources.reduce((sum, file) => sum + file.notes.length, 0);
    $("findings").hidden = !findings;
    if (findings) $("findings").append(button(`${plural(findings, "finding")} of the reviewer ${findings > 1 ? "sit" : "sits"} in hot code: show the source`, "", () => (app.change({ view: "source" }), $("explore").scrollIntoView({ block: "start" })), "plain"));
    advise(app);
    app.legend();
    app.activity.update();
    app.listen();
    document.body.classList.remove("loading");
    app.address = location.hash.slice(1);
    const before = { ...START, view: "", theme: app.state.theme };
    app.state = readState(app.address, app.keys, app.names, app.model.slices);
    app.follow(before);
    performance.mark("ready");
  },
};

app.begin();
addEventListener("DOMContentLoaded", () => {
  // The head is on screen before the profile is unpacked.
  requestAnimationFrame(() => setTimeout(() => app.load().catch((error) => {
    $("loading").textContent = `The profile in this page cannot be shown: ${error.message}. It needs a browser of 2023 or later.`;
    throw error;
  })));
});
