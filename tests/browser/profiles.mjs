// The profiles that the report is tried with.

// Numbers that look random and are the same in every run (mulberry32).
function random(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

// Folded stacks, all distinct: 10 to 60 frames deep, some functions far more frequent than others.
export function manyStacks(count) {
  const next = random(1);
  const functions = Array.from({ length: 3000 }, (_, n) => `service::module_${n % 60}::Type${n % 240}<T>::method_${n}`);
  // Near the root there is less to choose from.
  const pick = (depth) => functions[Math.floor(functions.length * next() ** (3 + 24 / depth))];
  const seen = new Set();
  let path = ["main"];
  while (seen.size < count) {
    // Most stacks share their beginning with the one before, as in a real program.
    path = path.slice(0, 1 + Math.floor(path.length * next()));
    const depth = 10 + Math.floor(50 * next());
    while (path.length < depth) path.push(next() < 0.08 ? "malloc" : pick(path.length));
    seen.add(path.join(";"));
  }
  return [...seen].map((stack) => `${stack} ${1 + Math.floor(20 * next() ** 4)}`).join("\n") + "\n";
}

export const deepStack = (depth) => {
  const frames = Array.from({ length: depth }, (_, n) => (n % 2 ? "odd" : "even"));
  return `${frames.join(";")} 3\n${frames.slice(0, 10).join(";")};leaf 1\n`;
};

export const HOSTILE = [
  "<script>alert(1)</script>",
  "</script><img src=x onerror=alert(1)>",
  "a\u202eb\u2066c",
  "__proto__",
  "constructor",
  "{{tree}}",
  "<!--",
  "javascript:alert(1)",
];
export const hostileNames = () => HOSTILE.map((name, n) => `main;${name};leaf${n} ${n + 1}\n`).join("") + `main;${"x".repeat(1 << 20)} 9\n`;

// A recording in Hone's own JSON. Samples are [pid, thread, slice, [[function, line]…root first], count].
export function recording({ functions, samples, modules, slices, target }) {
  const strings = [""];
  const ids = new Map([["", 0]]);
  const intern = (text) => {
    if (!ids.has(text)) {
      ids.set(text, strings.length);
      strings.push(text);
    }
    return ids.get(text);
  };
  const [locations, stacks, threads] = [[], [], []];
  const index = (list, key, known, make) => {
    if (!known.has(key)) {
      known.set(key, list.length);
      list.push(make());
    }
    return known.get(key);
  };
  const known = { location: new Map(), stack: new Map(), thread: new Map() };
  const names = functions.map(({ name, file = "", line = 0 }) => ({ name: intern(name), linkage_name: intern(name), file: intern(file), start_line: line }));
  const period = 10_000_000;
  const all = samples.map(([pid, thread, slice, path, count]) => {
    let stack = null;
    for (const [fn, line] of path) {
      const { module, kernel } = functions[fn];
      const location = index(locations, `${fn}:${line}`, known.location, () => ({ module, address: locations.length, kind: kernel ? "kernel" : "native", found_by: "cfi", lines: [{ function: fn, line }] }));
      const caller = stack;
      stack = index(stacks, `${caller}:${location}`, known.stack, () => [caller, location]);
    }
    const id = index(threads, `${pid}:${thread}`, known.thread, () => ({ pid, tid: thread === "shop" ? pid : pid * 100 + threads.length, name: intern(thread) }));
    return { stack, thread: id, labels: slices ? [{ key: intern("slice"), value: { number: [slice, 0] } }] : [], values: [count, count * period] };
  });
  const count = samples.reduce((sum, sample) => sum + sample[4], 0);
  const profile = {
    modules: modules.map((path) => ({ path: intern(path), build_id: 0 })),
    functions: names,
    locations,
    stacks,
    threads,
    value_types: [{ kind: intern("samples"), unit: intern("count") }, { kind: intern("cpu"), unit: intern("nanoseconds") }],
    samples: all,
    recording: {
      target, source: "perf cpu-clock", start_unix_ns: 1, duration_ns: 8e9, slice_ns: slices ? 1e9 : 0, rate_hz: 100, period_ns: period, samples: count, lost: 0, stolen: 0, truncated: 4,
      unnamed: 0, kernel: true, coverage: { sampled_ns: 995, charged_ns: 1000, user_only: false }, unseen: [], own_cpu_ns: 16e6,
    },
    strings,
  };
  return JSON.stringify({ hone_profile: 1, profile });
}

// Two processes with threads, eight slices, lines in a file that exists; `count` is hot in the first half.
export function shop() {
  const file = "/build/shop/src/main.rs";
  const functions = [
    { name: "shop::main", file, line: 22, module: 0 },
    { name: "shop::count", file, line: 5, module: 0 },
    { name: "regex::regex::string::Regex::new", module: 0 },
    { name: "shop::price", file, line: 14, module: 0 },
    { name: "malloc", module: 1 },
    { name: "clear_page_erms", module: 2, kernel: true },
  ];
  const samples = [];
  for (let slice = 0; slice < 8; slice++) {
    const early = slice < 4 ? 60 : 10;
    samples.push([7, "shop", slice, [[0, 24], [1, 8], [2, 0]], early]);
    samples.push([7, "shop", slice, [[0, 24], [1, 8], [2, 0], [4, 0]], 12]);
    samples.push([7, "shop", slice, [[0, 24], [1, 9]], 8]);
    samples.push([7, "worker", slice, [[0, 24], [3, 17]], 20]);
    samples.push([7, "worker", slice, [[0, 24], [3, 17], [4, 0], [5, 0]], 5]);
    samples.push([9, "helper", slice, [[3, 17]], 3]);
  }
  return recording({ functions, samples, modules: ["/usr/bin/shop", "/usr/lib/libc.so.6", "[kernel]"], slices: true, target: "shop (pid 7), helper (pid 9)" });
}
