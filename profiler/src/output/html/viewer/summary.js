// The head of the page: what was recorded, how far to trust it, and what to change first.

// What the figures mean, by their names in the report.
const MEANING = {
  coverage: "How much of the CPU time that the system charged to the program these samples account for. About 100 % means that nothing is missing.",
  samples: "How often the profiler looked at what the program was doing. More samples, finer figures.",
  "lost samples": "Samples that were due but could not be kept. They are missing everywhere below.",
  "left out, stolen time": "Samples that were due while the host of this virtual machine ran somebody else. That time was not the program's.",
  "truncated stacks": "Samples whose chain of callers could not be followed to its beginning. Their own cost is right, but part of it shows under [truncated] instead of under its callers.",
  "stacks with unnamed frames": "Samples that are complete but pass through code without symbols, which shows as module+0xoffset.",
  "sampling error": "Every share below is an estimate. In 95 of 100 recordings the true share lies within this distance.",
  "own cost": "What profiling itself cost while it ran.",
};

function summarize(app) {
  const { report, duration_ns: duration } = app.head;
  $("target").textContent = report.target || "CPU profile";
  const whole = [report.source, `${app.amount(report.total)} ${report.measure[1] === "count" ? report.measure[0] : "of " + (report.measure[0] === "cpu" ? "CPU time" : report.measure[0])}`];
  if (duration) whole.push(`recorded for ${(duration / 1e9).toFixed(1)} s`);
  if (report.cores !== null) whole.push(`${report.cores.toFixed(2)} cores busy on average`);
  $("source").textContent = whole.filter(Boolean).join(" · ");
  const facts = report.facts.slice();
  if (report.cost) {
    const { per_month: month, explanation } = report.cost;
    facts.push({ name: "cost", value: `${month === null ? "not known" : month.toFixed(2) + " a month"}: ${explanation}`, warns: false });
  }
  for (const { name: what, value, warns } of facts) {
    const box = make("div", warns ? "warns" : "");
    box.append(make("dt", "", (warns ? "⚠ " : "") + what), make("dd", "", value));
    if (MEANING[what]) {
      box.title = MEANING[what];
      const row = make("p");
      row.append(make("strong", "", what + ": "), MEANING[what]);
      $("meanings").append(row);
    }
    $("facts").append(box);
  }
  const warned = report.facts.filter((fact) => fact.warns).map((fact) => fact.name);
  if (warned.length) $("verdict").append(make("p", "warns", `Read with care: ${warned.join(", ")} ${warned.length > 1 ? "are" : "is"} outside of the usual range.`));
  else if (report.facts.some((fact) => fact.name === "coverage" && fact.value !== "not known")) $("verdict").append(make("p", "dim", "All of these are in their usual range: what follows can be relied on, within the sampling error."));
  for (const { what, remedy } of report.unseen) $("verdict").append(make("p", "warns", `Not seen: ${what}. Remedy: ${remedy}.`));
  $("meaning").hidden = !report.facts.length;
}

// What following a recommendation saves, in the largest terms that are known.
function saving(found) {
  const month = found.saving_per_month === null ? "" : `, ${found.saving_per_month.toFixed(2)} a month`;
  const cores = found.saving_cores === null ? "" : ` (${found.saving_cores.toFixed(2)} cores${month})`;
  return `saves up to ${percent(found.saving)}${cores}`;
}

function advise(app) {
  const { recommendations } = app.head.report;
  recommendations.forEach((found, at) => $("advice").append(card(app, found, at === 0)));
  if (!recommendations.length) $("advice").append(make("p", "dim", "None of the built-in rules applies. The table below lists the hottest functions."));
}

function card(app, found, open) {
  const box = make("details", "card " + found.severity);
  box.open = open;
  const head = make("summary");
  const share = make("span", "share", percent(found.share));
  if (found.error !== null) share.append(make("span", "dim", ` ± ${percent(found.error)}`));
  head.append(share, make("h3", "", found.title), make("span", "saves", saving(found)));
  const what = make("div");
  const remedy = prose("p", found.remedy);
  remedy.prepend(make("strong", "", "Remedy: "));
  what.append(prose("p", found.message), remedy);
  const rule = make("p", "dim", `Rule ${found.rule}, ${found.severity.toLowerCase()}${found.samples ? ", " + plural(found.samples, "matching sample") : ""}`);
  if (/^https:\/\//.test(found.reference)) {
    const reference = make("a", "", "more about it");
    reference.href = found.reference;
    reference.className = "whole";
    reference.rel = "noreferrer noopener";
    rule.append(" · ", reference);
  }
  what.append(rule);
  const body = make("div", "body");
  body.append(what, evidence(app, found));
  box.append(head, body);
  return box;
}

// Where to look, and the call paths that prove it.
function evidence(app, found) {
  const box = make("div");
  if (found.callers.length) {
    const list = make("ul", "callers");
    for (const caller of found.callers) {
      const id = app.findName(caller.function, caller.file);
      const label = name("code", "", caller.function);
      const open = button("", "Callers and callees of this function", () => app.open(id), "plain");
      open.append(label);
      const item = make("li");
      item.append(make("span", "number", percent(caller.share)), id >= 0 ? open : label, make("span", "dim", " " + place(caller.file, caller.line)));
      list.append(item);
    }
    box.append(make("p", "dim", "Look first at"), list);
  }
  for (const { share, steps } of found.paths) {
    const line = make("p", "steps");
    line.append(make("span", "number", percent(share) + " "));
    steps.forEach((step, at) => line.append(at ? " › " : "", step.skipped ? "… › " : "", name("code", "", step.function)));
    box.append(line);
  }
  const path = make("details");
  path.append(make("summary", "", "The heaviest call path whole"));
  const steps = make("ol", "path");
  for (const step of shortened(found.path)) steps.append(name("li", "", step));
  path.append(steps);
  box.append(path);
  const last = found.path[found.path.length - 1];
  if (last) {
    const actions = make("p", "actions");
    actions.append(button("Find in the flamegraph", `Searches for ${last}`, () => app.find(last)));
    box.append(actions);
  }
  return box;
}

// The ends of a call path; its middle matters least.
function shortened(path) {
  return path.length <= 12 ? path : [...path.slice(0, 4), `… ${path.length - 10} more …`, ...path.slice(-6)];
}
