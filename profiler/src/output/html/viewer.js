// The viewer of Hone's HTML report. Plain JavaScript without dependencies; all data enters the page as
// text. The call tree lives in typed arrays and nothing recurses, so that 100,000 stacks and stacks of
// 10,000 frames stay responsive: a draw visits only the rows on screen and skips what is narrower than
// half a pixel.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { report, names, nodes } = data;
  const $ = (id) => document.getElementById(id);
  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const percent = (share) => {
    const value = share * 100;
    return (value !== 0 && Math.abs(value) < 0.995 ? value.toFixed(2) : value.toFixed(1)) + " %";
  };
  const total = report.total || 1;
  const share = (weight) => percent(weight / total);
  const amount = (weight) => {
    if (data.unit === "nanoseconds") return weight < 1e9 ? (weight / 1e6).toFixed(0) + " ms" : (weight / 1e9).toFixed(2) + " s";
    return weight.toLocaleString("en") + (data.unit === "count" ? "" : " " + data.unit);
  };
  const place = (file, line) => (file ? file.split("/").slice(-2).join("/") + (line ? ":" + line : "") : "");

  // ---- the call tree ----
  const count = nodes.parent.length;
  const parent = Int32Array.from(nodes.parent);
  const nameOf = Uint32Array.from(nodes.name);
  const own = Float64Array.from(nodes.own);
  const sum = Float64Array.from(nodes.own);
  const depth = new Int32Array(count);
  const start = new Float64Array(count);
  for (let i = count - 1; i >= 0; i--) if (parent[i] >= 0) sum[parent[i]] += sum[i];
  let deepest = 0;
  for (let i = 0; i < count; i++) {
    depth[i] = parent[i] < 0 ? 1 : depth[parent[i]] + 1;
    if (depth[i] > deepest) deepest = depth[i];
  }
  // Rows by depth, each from left to right: heavier siblings first.
  const rows = Array.from({ length: deepest + 1 }, () => []);
  for (let i = 0; i < count; i++) rows[depth[i]].push(i);
  const filled = new Float64Array(count);
  let rootFilled = 0;
  for (let d = 1; d <= deepest; d++) {
    const row = rows[d];
    row.sort((a, b) => sum[b] - sum[a] || a - b);
    for (const i of row) {
      const p = parent[i];
      if (p < 0) {
        start[i] = rootFilled;
        rootFilled += sum[i];
      } else {
        start[i] = start[p] + filled[p];
        filled[p] += sum[i];
      }
    }
    row.sort((a, b) => start[a] - start[b]);
  }
  const whole = rootFilled || 1;

  // ---- state ----
  const ROW = 18;
  let view = { from: 0, to: whole };
  let zoomed = -1;
  let hovered = -1;
  let selected = -1;
  let matches = null;

  const canvas = $("canvas");
  const pane = $("flame");
  const brush = canvas.getContext("2d");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const hue = { program: [14, 44], runtime: [196, 226], kernel: [338, 356], thread: [0, 0], truncated: [0, 0] };
  const colors = new Map();

  function hash(text) {
    let value = 2166136261;
    for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 16777619);
    return (value >>> 0) / 4294967296;
  }
  function color(node) {
    const name = names[nameOf[node]];
    const key = nameOf[node] * 2 + nodes.inlined[node];
    let value = colors.get(key);
    if (value === undefined) {
      const [low, high] = hue[name.kind];
      const grey = name.kind === "thread" || name.kind === "truncated";
      const saturation = grey ? 0 : name.kind === "runtime" ? 38 : 78;
      const lightness = (dark.matches ? 34 : 72) + (nodes.inlined[node] ? (dark.matches ? -5 : 9) : 0);
      value = `hsl(${(low + (high - low) * hash(name.name)).toFixed(0)} ${saturation}% ${lightness}%)`;
      colors.set(key, value);
    }
    return value;
  }

  function resize() {
    const scale = window.devicePixelRatio || 1;
    const { clientWidth: width, clientHeight: height } = pane;
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.style.height = height + "px";
    $("spacer").style.height = Math.max(0, (deepest + 1) * ROW - height) + "px";
    brush.setTransform(scale, 0, 0, scale, 0, 0);
    draw();
  }

  // The first node of a row, from place `low` on, that ends to the right of `x`.
  function firstAfter(row, x, low = 0) {
    let high = row.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (start[row[middle]] + sum[row[middle]] <= x) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  let pending = false;
  function draw() {
    if (pending) return;
    pending = true;
    requestAnimationFrame(() => {
      pending = false;
      paint();
    });
  }

  function paint() {
    const width = pane.clientWidth;
    const height = pane.clientHeight;
    const scroll = pane.scrollTop;
    const scale = width / (view.to - view.from);
    const style = getComputedStyle(document.documentElement);
    const ink = style.getPropertyValue("--text");
    brush.fillStyle = style.getPropertyValue("--ground");
    brush.fillRect(0, 0, width, height);
    brush.font = "12px ui-monospace, Menlo, Consolas, monospace";
    brush.textBaseline = "middle";
    const letter = brush.measureText("m").width;
    const label = (text, x, y, w) => {
      const fits = Math.floor((w - 6) / letter);
      if (fits < 3) return;
      brush.fillText(text.length <= fits ? text : text.slice(0, fits - 1) + "…", x + 3, y + ROW / 2);
    };
    let drawn = 0;
    const first = Math.max(0, Math.floor(scroll / ROW));
    const last = Math.min(deepest, Math.floor((scroll + height) / ROW));
    for (let d = first; d <= last; d++) {
      const y = d * ROW - scroll;
      if (d === 0) {
        brush.fillStyle = dark.matches ? "#2a2f36" : "#e3e6ea";
        brush.fillRect(0, y, width, ROW - 1);
        brush.fillStyle = ink;
        label(`all: ${amount(report.total)}`, 0, y, width);
        continue;
      }
      const row = rows[d];
      for (let at = firstAfter(row, view.from), next; at < row.length; at = next) {
        next = at + 1;
        const node = row[at];
        if (start[node] >= view.to) break;
        const left = Math.max(0, (start[node] - view.from) * scale);
        const right = Math.min(width, (start[node] + sum[node] - view.from) * scale);
        if (right - left < 0.5) {
          // On to what ends at least half a pixel further: a row costs its width, not its nodes.
          next = firstAfter(row, view.from + (left + 0.5) / scale, next);
          continue;
        }
        drawn++;
        const lit = matches && matches[nameOf[node]];
        brush.globalAlpha = matches && !lit ? 0.35 : 1;
        brush.fillStyle = lit ? "#d63bd6" : color(node);
        brush.fillRect(left, y, Math.max(0.5, right - left - 0.5), ROW - 1);
        if (node === hovered || node === selected) {
          brush.strokeStyle = ink;
          brush.lineWidth = node === selected ? 2 : 1;
          brush.strokeRect(left + 1, y + 1, Math.max(0.5, right - left - 2.5), ROW - 3);
        }
        brush.fillStyle = lit ? "#ffffff" : ink;
        label(names[nameOf[node]].name, left, y, right - left);
      }
    }
    brush.globalAlpha = 1;
    canvas.dataset.drawn = drawn;
  }

  function nodeAt(event) {
    const box = canvas.getBoundingClientRect();
    const d = Math.floor((event.clientY - box.top + pane.scrollTop) / ROW);
    if (d < 1 || d > deepest) return -1;
    const x = view.from + ((event.clientX - box.left) / box.width) * (view.to - view.from);
    const row = rows[d];
    const node = row[firstAfter(row, x)];
    return node !== undefined && start[node] <= x ? node : -1;
  }

  function describe(node) {
    const name = names[nameOf[node]];
    const text = [name.name];
    if (name.kind === "thread") text.push("thread");
    if (nodes.inlined[node]) text.push("inlined into its caller");
    if (name.kind === "kernel") text.push("kernel");
    text.push(`total ${share(sum[node])} (${amount(sum[node])})`, `self ${share(own[node])} (${amount(own[node])})`);
    if (name.module) text.push(name.module);
    if (name.file) text.push(place(name.file, name.line));
    return text;
  }

  function zoom(node, keep) {
    zoomed = node;
    view = node < 0 ? { from: 0, to: whole } : { from: start[node], to: start[node] + Math.max(sum[node], whole * 1e-9) };
    $("reset").hidden = node < 0;
    if (node >= 0) {
      const y = depth[node] * ROW;
      if (y < pane.scrollTop || y > pane.scrollTop + pane.clientHeight - 4 * ROW) pane.scrollTop = Math.max(0, y - 2 * ROW);
    } else pane.scrollTop = 0;
    if (!keep) link();
    draw();
  }

  function select(node) {
    selected = node;
    $("status").textContent = node < 0 ? "" : describe(node).join(" · ");
    if (node >= 0) {
      const y = depth[node] * ROW;
      if (y < pane.scrollTop) pane.scrollTop = y;
      else if (y + ROW > pane.scrollTop + pane.clientHeight) pane.scrollTop = y + ROW - pane.clientHeight;
    }
    draw();
  }

  // ---- search ----
  function matcher(text) {
    const regex = /^\/(.+)\/$/.exec(text);
    if (regex) {
      try {
        const compiled = new RegExp(regex[1], "i");
        return (name) => compiled.test(name);
      } catch {
        return null;
      }
    }
    const wanted = text.toLowerCase();
    return (name) => name.toLowerCase().includes(wanted);
  }

  function search(text, keep) {
    const matched = text ? matcher(text) : undefined;
    matches = matched ? names.map((name) => matched(name.name)) : null;
    if (matched === null) $("found").textContent = "not a regular expression";
    else if (!matches) $("found").textContent = "";
    else {
      // A stack counts once, at the match nearest to its root.
      const inside = new Uint8Array(count);
      let weight = 0;
      for (let i = 0; i < count; i++) {
        const above = parent[i] >= 0 && inside[parent[i]];
        if (!above && matches[nameOf[i]]) weight += sum[i];
        inside[i] = above || matches[nameOf[i]] ? 1 : 0;
      }
      const functions = matches.reduce((n, hit) => n + (hit ? 1 : 0), 0);
      $("found").textContent = `${functions} functions, ${share(weight)}`;
    }
    if (!keep) link();
    draw();
  }

  function exactly(name) {
    const text = "/^" + name.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&") + "$/";
    $("search").value = text;
    search(text);
  }

  // ---- deep links: #n=NODE&q=SEARCH ----
  let linked = null;
  function link() {
    const parts = new URLSearchParams();
    if (zoomed >= 0) parts.set("n", zoomed);
    if ($("search").value) parts.set("q", $("search").value);
    linked = parts.toString();
    history.replaceState(null, "", linked ? "#" + linked : location.pathname + location.search);
  }
  function follow() {
    const text = location.hash.slice(1);
    if (text === linked) return;
    linked = text;
    const parts = new URLSearchParams(text);
    const node = parts.has("n") ? Number(parts.get("n")) : -1;
    $("search").value = parts.get("q") || "";
    search($("search").value, true);
    zoom(Number.isInteger(node) && node >= 0 && node < count ? node : -1, true);
  }

  // ---- pointer and keys ----
  canvas.addEventListener("mousemove", (event) => {
    const node = nodeAt(event);
    const tip = $("tip");
    tip.hidden = node < 0;
    if (node >= 0) {
      if (node !== hovered) {
        tip.replaceChildren(...describe(node).map((line, at) => make("div", at ? "dim" : "", line)));
      }
      const { offsetWidth: w, offsetHeight: h } = tip;
      tip.style.left = Math.max(4, Math.min(event.clientX + 14, innerWidth - w - 8)) + "px";
      tip.style.top = (event.clientY + 18 + h > innerHeight ? event.clientY - h - 10 : event.clientY + 18) + "px";
    }
    if (node !== hovered) {
      hovered = node;
      draw();
    }
  });
  canvas.addEventListener("mouseleave", () => {
    hovered = -1;
    $("tip").hidden = true;
    draw();
  });
  canvas.addEventListener("click", (event) => {
    const node = nodeAt(event);
    select(node);
    zoom(node);
  });
  pane.addEventListener("scroll", draw, { passive: true });
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const node = selected;
    const move = (to) => {
      event.preventDefault();
      if (to !== undefined && to >= 0) select(to);
    };
    const beside = (step) => {
      const row = rows[depth[node]];
      const next = row[row.indexOf(node) + step];
      return next !== undefined && start[next] < view.to && start[next] + sum[next] > view.from ? next : node;
    };
    if (node < 0 && event.key.startsWith("Arrow")) return move(zoomed >= 0 ? zoomed : (rows[1] || [])[0]);
    if (event.key === "ArrowUp") move(parent[node]);
    else if (event.key === "ArrowDown") {
      const row = rows[depth[node] + 1] || [];
      const child = row[firstAfter(row, start[node])];
      move(child !== undefined && parent[child] === node ? child : node);
    } else if (event.key === "ArrowLeft") move(beside(-1));
    else if (event.key === "ArrowRight") move(beside(1));
    else if (event.key === "Enter" && node >= 0) zoom(node);
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof HTMLInputElement;
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      $("search").focus();
      $("search").select();
    } else if (event.key === "Escape") {
      if ($("search").value) {
        $("search").value = "";
        search("");
      } else zoom(-1);
      if (typing) canvas.focus();
    }
  });
  let typing = 0;
  $("search").addEventListener("input", () => {
    clearTimeout(typing);
    typing = setTimeout(() => search($("search").value), 80);
  });
  $("reset").addEventListener("click", () => zoom(-1));
  addEventListener("hashchange", follow);
  new ResizeObserver(resize).observe(pane);

  // ---- header ----
  $("target").textContent = report.target || "CPU profile";
  $("source").textContent = report.source;
  const fact = (name, value, warns) => {
    const box = make("div", warns ? "warns" : "");
    box.append(make("dt", "", name), make("dd", "", value));
    $("facts").append(box);
  };
  for (const { name, value, warns } of report.facts) fact(name, value, warns);
  if (report.cores !== null) fact("busy", report.cores.toFixed(2) + " cores on average");
  if (report.cost) {
    const { per_month: month, explanation } = report.cost;
    fact("cost", `${month === null ? "not known" : month.toFixed(2) + " a month"}: ${explanation}`);
  }
  for (const { what, remedy } of report.unseen) $("unseen").append(make("p", "warns", `Not seen: ${what}. Remedy: ${remedy}.`));

  function legend() {
    const sample = (text, kind) => {
      const item = make("span");
      const box = make("i");
      const [low, high] = hue[kind];
      box.style.background = `hsl(${(low + high) / 2} ${kind === "thread" ? 0 : kind === "runtime" ? 38 : 78}% ${dark.matches ? 34 : 72}%)`;
      item.append(box, text);
      return item;
    };
    $("legend").replaceChildren(
      sample("the program (lighter: inlined)", "program"),
      sample("runtime and libraries", "runtime"),
      sample("kernel", "kernel"),
      sample("thread", "thread"),
    );
  }

  // ---- recommendations ----
  // The ends of a call path; its middle matters least.
  function shortened(path) {
    const clip = (name) => (name.length <= 70 ? name : name.slice(0, 34) + "…" + name.slice(-35));
    const names = path.map(clip);
    if (names.length > 9) names.splice(3, names.length - 8, `… ${names.length - 8} more …`);
    return names.join(" › ");
  }
  for (const found of report.recommendations) {
    const card = make("article", "card " + found.severity);
    const error = found.error === null ? "" : ` ± ${percent(found.error)}`;
    const samples = found.samples ? `, ${found.samples.toLocaleString("en")} samples` : "";
    const month = found.saving_per_month === null ? "" : `, ${found.saving_per_month.toFixed(2)} a month`;
    const cores = found.saving_cores === null ? "" : ` (${found.saving_cores.toFixed(2)} cores${month})`;
    const look = make("ul");
    for (const caller of found.callers) {
      const item = make("li", "", `${percent(caller.share)}  `);
      item.append(make("code", "", caller.function), " " + place(caller.file, caller.line));
      look.append(item);
    }
    const reference = make("a", "", found.rule);
    reference.href = found.reference;
    reference.rel = "noreferrer noopener";
    card.append(
      make("h3", "", found.title),
      make("p", "figure", `${percent(found.share)}${error}${samples}; saves up to ${percent(found.saving)}${cores}`),
      make("p", "", found.message),
      make("p", "", "Remedy: " + found.remedy),
      make("p", "dim", "Look first at"),
      look,
      make("p", "path", shortened(found.path)),
      reference,
    );
    $("advice").append(card);
  }
  if (!report.recommendations.length) $("advice").append(make("p", "dim", "None of the built-in rules applies."));

  // ---- hottest functions ----
  const listed = new Map(data.listings.map((listing, at) => [listing.name, at]));
  function table(by) {
    const list = data.functions.slice().sort((a, b) => b[by] - a[by] || b[3 - by] - a[3 - by] || a[0] - b[0]);
    const body = document.querySelector("#hot tbody");
    body.replaceChildren(
      ...list.map(([id, self, all]) => {
        const name = names[id];
        const row = make("tr");
        row.tabIndex = 0;
        row.append(
          make("td", "", share(self)),
          make("td", "", share(all)),
          make("td", "name", name.name),
          make("td", "name dim", place(name.file, name.line) || name.module.split("/").pop() || ""),
        );
        const open = () => {
          exactly(name.name);
          if (listed.has(id)) show(listed.get(id));
        };
        row.addEventListener("click", open);
        row.addEventListener("keydown", (event) => event.key === "Enter" && open());
        return row;
      }),
    );
    for (const button of document.querySelectorAll("#hot th button")) {
      const mine = Number(button.dataset.sort) === by;
      if (mine) button.parentElement.setAttribute("aria-sort", "descending");
      else button.parentElement.removeAttribute("aria-sort");
    }
  }
  for (const button of document.querySelectorAll("#hot th button")) {
    button.addEventListener("click", () => table(Number(button.dataset.sort)));
  }
  for (const name of names) name.module ||= "";
  $("hot-note").textContent = data.functions.length ? "A click finds the function in the flamegraph." : "";
  table(1);

  // ---- source ----
  function fill(details, listing) {
    if (details.dataset.filled) return;
    details.dataset.filled = "yes";
    const costs = new Map(listing.costs.map(([line, self, all]) => [line, [self, all]]));
    const most = Math.max(1, ...listing.costs.map(([, , all]) => all));
    const box = make("div", "lines");
    const head = make("div", "row");
    head.append(make("span", "", "self"), make("span", "", "total"), make("span", "", "line"));
    box.append(head);
    listing.lines.forEach((text, at) => {
      const line = listing.start + at;
      const [self, all] = costs.get(line) || [0, 0];
      const row = make("div", "row");
      if (all) row.style.background = `rgba(var(--heat), ${(0.04 + 0.3 * (all / most)).toFixed(3)})`;
      row.append(make("span", "", self ? share(self) : ""), make("span", "", all ? share(all) : ""), make("span", "", line), make("span", "text", text));
      box.append(row);
      for (const note of listing.notes.filter((note) => note.line === line)) {
        const element = make("div", "note " + note.severity);
        const cost = note.cost ? ` · ${share(note.cost)} of the profile passes here` : "";
        element.append(make("strong", "", `${note.severity} ${note.rule}`), cost, make("div", "", note.message));
        if (note.remedy) element.append(make("div", "dim", note.remedy));
        box.append(element);
      }
    });
    details.append(box);
  }
  const panels = data.listings.map((listing, at) => {
    const details = make("details");
    const summary = make("summary");
    summary.append(
      make("span", "figure", share(listing.own)),
      make("span", "figure", share(listing.total)),
      "  ",
      make("code", "", names[listing.name].name),
      make("span", "dim", `  ${listing.file}:${listing.start}`),
    );
    if (listing.notes.length) summary.append(make("span", "badge", `${listing.notes.length} finding${listing.notes.length > 1 ? "s" : ""}`));
    details.append(summary);
    details.addEventListener("toggle", () => details.open && fill(details, listing));
    $("code").append(details);
    // The hottest, and every one that has a finding, is open at first.
    if (at === 0 || listing.notes.length) {
      fill(details, listing);
      details.open = true;
    }
    return details;
  });
  function show(at) {
    fill(panels[at], data.listings[at]);
    panels[at].open = true;
    panels[at].scrollIntoView({ block: "start" });
  }
  $("code-section").hidden = !panels.length;
  $("code-note").textContent = data.elsewhere ? `self, total; ${data.elsewhere} further findings are in code that was not hot` : "self, total";

  // ---- threads ----
  if (report.threads.length > 1) {
    $("threads-section").hidden = false;
    for (const thread of report.threads.slice(0, 50)) {
      const row = make("div", "meter");
      const bar = make("i");
      bar.style.width = Math.max(1, thread.share * 100) + "%";
      const label = make("div", "", (thread.name || "[no name]") + (thread.threads > 1 ? ` ×${thread.threads}` : ""));
      row.append(make("span", "", percent(thread.share)), make("div").appendChild(bar).parentElement, label);
      $("threads").append(row);
    }
  }

  dark.addEventListener("change", () => {
    colors.clear();
    legend();
    draw();
  });
  legend();
  resize();
  follow();
})();
