// Source files with the cost of each line, and the reviewer's findings at theirs.

class SourcePanel {
  constructor(app) {
    this.app = app;
    this.files = app.head.sources;
    this.at = -1;
    const hint = app.head.source ? "None of the hot functions has its source in the given folder." : "This report was made without source. To see what each line costs, and what the reviewer finds in hot code, make it again with --source and the program's folder:";
    if (!this.files.length) {
      $("source-files").hidden = true;
      $("source-code").append(make("p", "dim", hint));
      if (!app.head.source) $("source-code").append(make("pre", "", "profiler report profile.pb.gz --output report.html --source path/to/source"));
    }
  }

  // `path:line` as the address has it.
  parse(text) {
    const found = /^(.*):(\d+)$/.exec(text);
    const at = this.files.findIndex((file) => file.path === (found ? found[1] : text));
    return [at, found ? Number(found[2]) : 0];
  }

  costOf(at) {
    let self = 0;
    const costs = this.app.model.lineCosts();
    for (const { start, lines } of this.files[at].excerpts) {
      for (let i = 0; i < lines.length; i++) self += costs.get(at, start + i)?.self || 0;
    }
    return self;
  }

  update() {
    if (!this.files.length) return;
    const { app } = this;
    let [at, line] = this.parse(app.state.source);
    const order = this.files.map((file, index) => [index, this.costOf(index)]).sort((a, b) => b[1] - a[1] || a[0] - b[0]);
    if (at < 0) [at, line] = [order[0][0], 0];
    $("source-files").replaceChildren(
      ...order.map(([index, self]) => {
        const file = this.files[index];
        const open = button("", file.path, () => app.change({ source: file.path }), "file");
        if (index === at) open.setAttribute("aria-current", "true");
        open.append(name("span", "path", file.path), make("span", "number", app.share(self)));
        if (file.notes.length) open.append(make("span", "badge", plural(file.notes.length, "finding")));
        return open;
      }),
    );
    if (app.head.elsewhere) $("source-files").append(make("p", "dim", `${plural(app.head.elsewhere, "further finding")} in code that was not hot: run reviewer check to see them.`));
    this.show(at, line);
  }

  show(at, marked) {
    const { app } = this;
    const file = this.files[at];
    const costs = app.model.lineCosts();
    const table = make("table", "code");
    const head = make("tr");
    for (const [text, title] of [["self", "Samples that were executing this line"], ["total", "Samples that were executing it or something that it called"], ["line", ""], [file.path, ""]]) {
      const cell = make("th", text === file.path ? "text" : "", text);
      cell.scope = "col";
      if (title) cell.title = title;
      head.append(cell);
    }
    const thead = make("thead");
    thead.append(head);
    const body = make("tbody");
    const totals = file.excerpts.flatMap(({ start, lines }) => lines.map((_, i) => costs.get(at, start + i)?.total || 0));
    const most = totals.reduce((a, b) => Math.max(a, b), 0) || 1;
    file.excerpts.forEach(({ start, lines }, nth) => {
      if (nth || start > 1) body.append(this.gap());
      lines.forEach((text, i) => {
        body.append(this.line(at, start + i, text, costs.get(at, start + i), most, start + i === marked));
        for (const note of file.notes) if (note.end_line === start + i) body.append(this.note(at, note, costs));
      });
    });
    table.append(thead, body);
    const box = $("source-code");
    const focused = box.contains(document.activeElement) && document.activeElement !== box;
    const top = this.at === at ? box.scrollTop : 0;
    box.replaceChildren(table);
    box.scrollTop = top;
    this.at = at;
    const target = box.querySelector("tr.marked");
    if (!target) return;
    // Only the box scrolls, not the page, and only where the line is not on screen.
    if (target.offsetTop < top + 30 || target.offsetTop > top + box.clientHeight - 30) box.scrollTop = target.offsetTop - box.clientHeight / 3;
    if (focused) target.querySelector("button")?.focus({ preventScroll: true });
  }

  gap() {
    const row = make("tr", "gap");
    const cell = make("td", "", "⋯");
    cell.colSpan = 4;
    row.append(cell);
    return row;
  }

  line(at, line, text, cost, most, marked) {
    const { app } = this;
    const row = make("tr", marked ? "marked" : "");
    row.dataset.line = line;
    const number = make("td");
    if (cost && cost.total > 0) {
      row.style.setProperty("--heat-share", (0.05 + 0.32 * (cost.total / most)).toFixed(3));
      row.classList.add("hot");
      number.append(button(String(line), "The functions that this line was compiled into", () => app.selectLine(at, line), "plain"));
    } else number.textContent = line;
    row.append(make("td", "", cost && cost.self ? app.share(cost.self) : ""), make("td", "", cost && cost.total ? app.share(cost.total) : ""), number, make("td", "text", text));
    return row;
  }

  note(at, note, costs) {
    const { app } = this;
    const row = make("tr", "noted");
    const cell = make("td");
    cell.colSpan = 4;
    const box = make("div", "note " + note.severity);
    // Lines of one stack overlap: their costs cannot be added, the hottest stands for all.
    let cost = 0;
    for (let line = note.line; line <= note.end_line; line++) cost = Math.max(cost, costs.get(at, line)?.total || 0);
    box.append(make("strong", "", `${note.severity.toLowerCase()} ${note.rule}`), cost ? ` · ${app.share(cost)} of the profile passes here` : "", prose("p", note.message));
    if (note.remedy) box.append(prose("p", note.remedy));
    cell.append(box);
    row.append(cell);
    return row;
  }
}
