// Elements, numbers and names for a reader. All text of a profile enters the page through `make` and canvas
// text: as text.

const $ = (id) => document.getElementById(id);

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

function button(text, title, act, className) {
  const element = make("button", className, text);
  element.type = "button";
  if (title) element.title = title;
  element.addEventListener("click", act);
  return element;
}

// A text of the profile: it keeps its own direction and does not touch its neighbours'.
function name(tag, className, text) {
  const element = make(tag, className, text);
  element.dir = "auto";
  return element;
}

// A sentence whose `code` is set as code.
function prose(tag, text) {
  const element = make(tag);
  text.split("`").forEach((part, at) => element.append(at % 2 ? make("code", "", part) : part));
  return element;
}

const percent = (share) => {
  const value = share * 100;
  return (value !== 0 && Math.abs(value) < 0.995 ? value.toFixed(2) : value.toFixed(1)) + " %";
};
const grouped = (number) => number.toLocaleString("en");
const plural = (count, one, many = one + "s") => `${grouped(count)} ${count === 1 ? one : many}`;

function amountIn(unit) {
  if (unit === "nanoseconds") return (weight) => (weight < 1e9 ? (weight / 1e6).toFixed(weight < 1e7 ? 1 : 0) + " ms" : (weight / 1e9).toFixed(2) + " s");
  if (unit === "bytes") {
    return (weight) => {
      const power = Math.min(4, Math.max(0, Math.floor(Math.log2(Math.max(1, weight)) / 10)));
      return (weight / 1024 ** power).toFixed(power ? 1 : 0) + " " + ["B", "KiB", "MiB", "GiB", "TiB"][power];
    };
  }
  return (weight) => grouped(weight) + (unit === "count" ? "" : " " + unit);
}

// Two standard errors of a share of that many samples.
const errorOf = (share, samples) => (samples > 0 ? 2 * Math.sqrt((Math.min(1, share) * (1 - Math.min(1, share))) / samples) : null);
const plusMinus = (share, samples) => (samples > 0 ? " ± " + percent(errorOf(share, samples)) : "");

const lastPart = (path) => path.slice(path.lastIndexOf("/") + 1);
const place = (file, line) => (file ? file.split("/").slice(-2).join("/") + (line ? ":" + line : "") : "");

// 41 bits of a text, in base 36: stable from one report to the next, unlike its index.
function keyOf(text) {
  let a = 2166136261;
  let b = 5381;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 16777619);
    b = (Math.imul(b, 33) + unit) | 0;
  }
  return ((a >>> 0) * 512 + ((b >>> 0) % 512)).toString(36);
}

// The tail of a qualified name without type arguments and parameters: `Vec::push` for
// `<alloc::vec::Vec<T, A>>::push`. What follows fits where the whole does not.
function shortName(text) {
  if (text.includes("+0x") || text[0] === "[") return text;
  let kept = "";
  let depth = 0;
  let opened = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === "<" || c === "(" || c === "[") {
      if (c === "<" && depth === 0 && i === 0) opened = 1;
      depth++;
    } else if (c === ">" || c === ")" || c === "]") {
      if (c === ">" && text[i - 1] === "-") continue;
      depth = Math.max(0, depth - 1);
      if (depth === 0) opened = 0;
    } else if (opened && depth === 1) {
      // The type of `<Type as Trait>::method`.
      if (c === " ") opened = 0;
      else kept += c;
    } else if (depth === 0) kept += c;
  }
  const path = lastPart(kept.trim());
  if (path.includes("::")) return path.split("::").filter((part) => part && !/^h[0-9a-f]{16}$/.test(part)).slice(-2).join("::") || text;
  const dotted = path.split(".").filter(Boolean);
  return (dotted.length > 2 ? dotted.slice(-2).join(".") : path) || text;
}
