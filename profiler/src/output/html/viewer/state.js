// The state of the view, as it stands in the address: opening the address restores the view, and the back button
// goes to the one before. Functions are named by keys that are the same in every report of the program.

const VIEWS = ["flame", "icicle", "sandwich", "table", "source"];
const START = {
  view: "flame",
  invert: false,
  query: "",
  zoom: "",
  callers: "",
  func: -1,
  filters: [],
  slices: null,
  sort: "self",
  group: "function",
  source: "",
  theme: "",
};
const SORTS = ["self", "total", "name", "where"];
const GROUPS = ["function", "module", "thread", "process"];

class Keys {
  constructor(names) {
    this.names = names;
    this.known = new Map();
    this.all = null;
  }

  of(id) {
    let key = this.known.get(id);
    if (key === undefined) {
      const { name, kind, module, modules, file, files } = this.names;
      key = keyOf([kind[id] === "thread" || kind[id] === "process" ? kind[id] : "", name[id], module[id] ? modules[module[id] - 1] : "", file[id] ? files[file[id] - 1] : ""].join("\n"));
      this.known.set(id, key);
    }
    return key;
  }

  find(key) {
    if (!this.all) {
      this.all = new Map();
      for (let id = this.names.name.length - 1; id >= 0; id--) this.all.set(this.of(id), id);
    }
    return this.all.has(key) ? this.all.get(key) : -1;
  }

  // A path as text; repeats are counted: recursion of thousands of frames stays short.
  path(ids) {
    const parts = [];
    for (let i = 0; i < ids.length; ) {
      let times = 1;
      while (ids[i + times] === ids[i]) times++;
      parts.push(this.of(ids[i]) + (times > 1 ? "*" + times : ""));
      i += times;
    }
    return parts.join(".");
  }

  // The keys of a path, at most as many as a tree has rows.
  keys(path, most) {
    const keys = [];
    for (const part of path ? path.split(".") : []) {
      const [key, times] = part.split("*");
      for (let n = Math.min(Number(times) || 1, most - keys.length); n > 0; n--) keys.push(key);
    }
    return keys;
  }
}

function writeState(state, keys, names) {
  const parts = new URLSearchParams();
  const put = (key, value, usual) => value !== usual && parts.set(key, value);
  put("v", state.view, START.view);
  if (state.invert) parts.set("i", "1");
  put("q", state.query, "");
  put("z", state.zoom, "");
  put("c", state.callers, "");
  if (state.func >= 0) parts.set("fn", keys.of(state.func));
  for (const { op, kind, id } of state.filters) parts.append("f", `${op}.${kind}.${kind === "module" ? names.modules[id] : keys.of(id)}`);
  if (state.slices) parts.set("sl", state.slices.join("-"));
  put("s", state.sort, START.sort);
  put("g", state.group, START.group);
  put("src", state.source, "");
  put("t", state.theme, "");
  return parts.toString();
}

// What an address says; whatever it says wrongly is left at its start.
function readState(text, keys, names, slices) {
  const parts = new URLSearchParams(text);
  const one = (key, allowed, usual) => (allowed.includes(parts.get(key)) ? parts.get(key) : usual);
  const state = { ...START, filters: [] };
  state.view = one("v", VIEWS, START.view);
  state.invert = parts.get("i") === "1";
  state.query = parts.get("q") || "";
  state.zoom = parts.get("z") || "";
  state.callers = parts.get("c") || "";
  state.func = parts.has("fn") ? keys.find(parts.get("fn")) : -1;
  for (const filter of parts.getAll("f")) {
    const [, op, kind, target] = /^(focus|hide|drop)\.(name|module)\.([^]*)$/.exec(filter) || [];
    const id = kind === "module" ? names.modules.indexOf(target) : kind ? keys.find(target) : -1;
    if (id >= 0 && state.filters.length < 30) state.filters.push({ op, kind, id });
  }
  const range = /^(\d+)-(\d+)$/.exec(parts.get("sl") || "");
  if (range && Number(range[1]) <= Number(range[2]) && Number(range[2]) < slices) state.slices = [Number(range[1]), Number(range[2])];
  state.sort = one("s", SORTS.flatMap((sort) => [sort, "-" + sort]), START.sort);
  state.group = one("g", GROUPS, START.group);
  state.source = parts.get("src") || "";
  state.theme = one("t", ["light", "dark"], "");
  return state;
}

// The address cannot always be changed (a sandboxed frame may forbid it); the view works all the same.
function setAddress(text, push) {
  const hash = "#" + text;
  if (hash === location.hash || (!text && !location.hash)) return;
  try {
    if (push) history.pushState(null, "", text ? hash : location.pathname + location.search);
    else history.replaceState(null, "", text ? hash : location.pathname + location.search);
  } catch {
    /* nothing to do: the address stays as it was */
  }
}

// The chosen theme, kept where the browser allows it.
const remembered = {
  get() {
    try {
      const theme = localStorage.getItem("hone-theme");
      return theme === "light" || theme === "dark" ? theme : "";
    } catch {
      return "";
    }
  },
  set(theme) {
    try {
      if (theme) localStorage.setItem("hone-theme", theme);
      else localStorage.removeItem("hone-theme");
    } catch {
      /* it lasts as long as the page */
    }
  },
};
