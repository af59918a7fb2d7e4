"use strict";
const filters = document.getElementById("filters");
const shown = document.getElementById("shown");
const findings = Array.from(document.querySelectorAll("article"), (element) => ({
  element,
  severity: element.dataset.severity,
  rule: element.dataset.rule,
  text: element.textContent.toLowerCase(),
}));

function apply() {
  const wanted = new FormData(filters);
  const severities = wanted.getAll("severity");
  const rule = wanted.get("rule");
  const text = wanted.get("text").toLowerCase();
  let count = 0;
  for (const finding of findings) {
    const matches = severities.includes(finding.severity) && (!rule || finding.rule === rule) && finding.text.includes(text);
    finding.element.hidden = !matches;
    count += matches;
  }
  shown.textContent = `${count} of ${findings.length} shown`;
}

filters.addEventListener("input", apply);
filters.addEventListener("submit", (event) => event.preventDefault());
filters.hidden = findings.length === 0;
apply();
