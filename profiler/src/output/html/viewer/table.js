// The table: functions, or modules, threads and processes, with their own and their total cost.

const PAGE_OF_ROWS = 200;

class Table {
  constructor(app) {
    this.app = app;
    this.shown = PAGE_OF_ROWS;
    this.cursor = -1;
    for (const head of document.querySelectorAll("#table th button")) {
      head.addEventListener("click", () => {
        const by = head.dataset.sort;
        app.change({ sort: app.state.sort === by ? "-" + by : by });
      });
    }
    $("group").addEventListener("change", () => app.change({ group: $("group").value }));
    $("more").addEventListener("click", () => {
      this.shown += 5 * PAGE_OF_ROWS;
      this.render();
    });
    const kinds = new Set(app.names.kind);
    for (const option of $("group").options) option.hidden = option.disabled = (option.value === "thread" || option.value === "process") && !kinds.has(option.value);
  }

  // All rows of the chosen group: id, self, total, samples (null where only weights are known), name, where.
  collect(group) {
    const { model, names } = this.app;
    const rows = [];
    if (group === "module") {
      const { self, total } = model.moduleCosts();
      names.modules.forEach((path, id) => total[id] > 0 && rows.push({ id, self: self[id], total: total[id], name: lastPart(path) || path, where: path, kind: "module" }));
      return rows;
    }
    const { self, total, samples } = model.costs();
    const wanted = (kind) => (group === "function" ? kind !== "thread" && kind !== "process" && kind !== "truncated" : kind === group);
    for (let id = 0; id < total.length; id++) {
      if (total[id] <= 0 || !wanted(names.kind[id])) continue;
      const module = names.module[id] ? lastPart(names.modules[names.module[id] - 1]) : "";
      const where = (names.file[id] ? place(names.files[names.file[id] - 1], names.line[id]) : "") || module;
      rows.push({ id, self: self[id], total: total[id], samples: samples ? samples[id] : undefined, name: names.name[id], where, kind: group });
    }
    return rows;
  }

  // Called after a change of filters, search, group or order.
  update(keep) {
    const { app } = this;
    const { group, sort, query } = app.state;
    if (!keep) this.shown = PAGE_OF_ROWS;
    this.cursor = -1;
    let rows = this.collect(group);
    const all = rows.length;
    if (app.matcher) rows = rows.filter((row) => (group === "function" ? app.chart.matches[row.id] : app.matcher(row.name) || app.matcher(row.where)));
    const by = sort.replace("-", "");
    const sign = sort.startsWith("-") ? -1 : 1;
    const numbers = by === "self" || by === "total";
    const other = by === "self" ? "total" : "self";
    const text = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
    rows.sort((a, b) => sign * (numbers ? b[by] - a[by] || b[other] - a[other] : text(a[by], b[by])) || text(a.name, b.name) || a.id - b.id);
    this.rows = rows;
    $("group").value = group;
    for (const head of document.querySelectorAll("#table th button")) {
      if (head.dataset.sort === by) head.parentElement.setAttribute("aria-sort", (sign > 0) === numbers ? "descending" : "ascending");
      else head.parentElement.removeAttribute("aria-sort");
    }
    const noun = { function: "function", module: "module", thread: "thread name", process: "process" }[group];
    $("table-note").textContent = query && app.matcher ? `${grouped(rows.length)} of ${plural(all, noun, group === "process" ? "processes" : noun + "s")} match` : plural(all, noun, group === "process" ? "processes" : noun + "s");
    $("name-head").textContent = { function: "Function", module: "Module", thread: "Thread", process: "Process" }[group];
    this.render();
  }

  render() {
    const { app, rows } = this;
    const most = rows.reduce((most, row) => Math.max(most, row.self), 0) || 1;
    $("table-body").replaceChildren(...rows.slice(0, this.shown).map((row) => this.row(row, most)));
    $("more").hidden = rows.length <= this.shown;
    $("more").textContent = `Show more (${grouped(rows.length - this.shown)} left)`;
    if (!rows.length) {
      const cell = make("td", "name dim", app.matcher ? "Nothing matches the search." : "Nothing is left by the filters.");
      cell.colSpan = 6;
      const empty = make("tr");
      empty.append(cell);
      $("table-body").append(empty);
    }
  }

  row(row, most) {
    const { app } = this;
    const line = make("tr");
    const share = (weight) => {
      if (!weight) return make("td", "dim", "–");
      const cell = make("td", "", app.share(weight));
      cell.append(make("span", "dim error", app.error(weight)));
      cell.title = app.amount(weight);
      return cell;
    };
    const self = share(row.self);
    const bar = make("i", "heat");
    bar.style.width = ((row.self / most) * 100).toFixed(1) + "%";
    self.append(bar);
    const count = (weight, counted) => {
      const samples = counted ?? app.model.samplesOf(weight);
      return make("td", "dim", samples ? grouped(samples) : "");
    };
    const select = name("button", "plain", row.name);
    select.type = "button";
    const title = make("td", "name");
    title.append(select);
    line.append(self, count(row.self, row.samples === undefined ? undefined : null), share(row.total), count(row.total, row.samples), title, name("td", "name dim where", row.where));
    line.addEventListener("click", () => this.choose(row, line));
    return line;
  }

  choose(row, line) {
    for (const other of document.querySelectorAll("#table-body tr.chosen")) other.classList.remove("chosen");
    line.classList.add("chosen");
    if (row.kind === "module") this.app.selectModule(row.id);
    else this.app.select(row.id, null);
  }

  // The next row, for the keys that go from match to match.
  step(forward) {
    const { rows } = this;
    if (!rows.length) return null;
    this.cursor = this.cursor < 0 ? (forward ? 0 : rows.length - 1) : (this.cursor + (forward ? 1 : -1) + rows.length) % rows.length;
    if (this.cursor >= this.shown) {
      this.shown = this.cursor + PAGE_OF_ROWS;
      this.render();
    }
    const line = $("table-body").children[this.cursor];
    line.scrollIntoView({ block: "nearest" });
    this.choose(rows[this.cursor], line);
    line.querySelector("button").focus({ preventScroll: true });
    return [this.cursor + 1, rows.length, true];
  }
}
