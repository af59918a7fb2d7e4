// The profile as typed arrays. Nodes of the call tree are in preorder: callers come before callees and a
// subtree is a range, so that each pass is one loop whatever the depth.

// The bytes of a block: Base64 of zlib.
async function unpack(id) {
  const element = $(id);
  const text = atob(element.textContent);
  element.remove();
  const packed = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) packed[i] = text.charCodeAt(i);
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  const parts = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    size += value.length;
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

class Model {
  constructor(shape, names, bytes) {
    this.names = names;
    this.count = shape.nodes;
    this.counted = shape.counted;
    this.scale = shape.scale;
    this.slices = shape.slices;
    this.decode(shape, bytes);
    this.link();
    this.own = new Float64Array(this.count);
    this.total = new Float64Array(this.count);
    // Samples are counted apart only where weights do not tell them.
    this.samples = this.counted && !this.scale ? { own: new Float64Array(this.count), total: new Float64Array(this.count) } : null;
    this.filter([], null);
    this.whole = this.sum;
  }

  decode(shape, bytes) {
    let at = 0;
    const next = () => {
      let byte = bytes[at++];
      if (byte < 128) return byte;
      let value = byte & 127;
      for (let factor = 128; ; factor *= 128) {
        byte = bytes[at++];
        value += (byte & 127) * factor;
        if (byte < 128) return value;
      }
    };
    const { frames, nodes, entries } = shape;
    this.frameName = new Uint32Array(frames);
    this.frameLine = new Uint32Array(frames);
    this.frameInlined = new Uint8Array(frames);
    for (let f = 0; f < frames; f++) {
      this.frameName[f] = next();
      const line = next();
      this.frameLine[f] = Math.floor(line / 2);
      this.frameInlined[f] = line % 2;
    }
    this.level = new Int32Array(nodes);
    for (let i = 0, level = 0; i < nodes; i++) this.level[i] = level += 1 - next();
    this.frame = new Uint32Array(nodes);
    this.name = new Uint32Array(nodes);
    for (let i = 0; i < nodes; i++) this.name[i] = this.frameName[(this.frame[i] = next())];
    this.entryNode = new Uint32Array(entries);
    this.entrySlice = this.slices ? new Uint16Array(entries) : null;
    this.entryNumber = new Float64Array(entries);
    this.entryWeight = this.scale ? null : new Float64Array(entries);
    for (let e = 0, node = 0; e < entries; e++) {
      this.entryNode[e] = node += next();
      if (this.slices) this.entrySlice[e] = next();
      this.entryNumber[e] = next();
      if (!this.scale) this.entryWeight[e] = next();
    }
  }

  // Callers, ends of subtrees, and which nodes are the first of their function on their path: a function's
  // total adds up these, so that recursion counts once.
  link() {
    const { count, level, name } = this;
    this.parent = new Int32Array(count);
    this.end = new Uint32Array(count);
    this.outer = this.outermost(name, this.names.name.length);
    const open = [-1];
    for (let i = 0; i < count; i++) {
      this.parent[i] = open[level[i] - 1];
      open[level[i]] = i;
    }
    for (let i = count - 1; i >= 0; i--) {
      if (!this.end[i]) this.end[i] = i + 1;
      const up = this.parent[i];
      if (up >= 0 && !this.end[up]) this.end[up] = this.end[i];
    }
  }

  // Which nodes are the first on their path with their id; `ids` is the id by node, -1 for none.
  outermost(ids, distinct) {
    const { count, level } = this;
    const first = new Uint8Array(count);
    const opened = new Uint32Array(distinct);
    const open = [-1];
    let top = 0;
    for (let i = 0; i < count; i++) {
      for (; top >= level[i]; top--) if (open[top] >= 0) opened[open[top]]--;
      const id = ids[i];
      open[(top = level[i])] = id;
      if (id >= 0 && opened[id]++ === 0) first[i] = 1;
    }
    return first;
  }

  weightOf(entry) {
    return this.scale ? this.entryNumber[entry] * this.scale : this.entryWeight[entry];
  }

  // Leaves the samples that pass all `filters` and lie in `slices` (first, last), and hides frames.
  // Focused threads, processes and modules add up within their kind; all else must hold together.
  filter(filters, slices) {
    const { count, parent, name, own, total, names } = this;
    own.fill(0);
    if (this.samples) this.samples.own.fill(0);
    for (let e = 0; e < this.entryNode.length; e++) {
      if (slices && (this.entrySlice[e] < slices[0] || this.entrySlice[e] > slices[1])) continue;
      own[this.entryNode[e]] += this.weightOf(e);
      if (this.samples) this.samples.own[this.entryNode[e]] += this.entryNumber[e];
    }
    const masks = new Uint32Array(names.name.length);
    const groups = new Map();
    const DROP = 1 << 30;
    let dropping = false;
    this.hidden = null;
    for (const { op, kind, id } of filters) {
      let bit = DROP;
      if (op === "focus") {
        const group = kind === "module" ? "module" : names.kind[id] === "thread" || names.kind[id] === "process" ? names.kind[id] : "function " + id;
        if (!groups.has(group)) groups.set(group, 1 << groups.size % 30);
        bit = groups.get(group);
      }
      if (op === "hide" && !this.hidden) this.hidden = new Uint8Array(names.name.length);
      dropping ||= op === "drop";
      for (let n = 0; n < masks.length; n++) {
        if (kind === "module" ? names.module[n] !== id + 1 : n !== id) continue;
        if (op === "hide") this.hidden[n] = 1;
        else masks[n] |= bit;
      }
    }
    if (groups.size || dropping) {
      let all = 0;
      for (const bit of groups.values()) all |= bit;
      const passed = new Uint32Array(count);
      for (let i = 0; i < count; i++) {
        passed[i] = masks[name[i]] | (parent[i] >= 0 ? passed[parent[i]] : 0);
        if (passed[i] !== all) {
          own[i] = 0;
          if (this.samples) this.samples.own[i] = 0;
        }
      }
    }
    this.sum = this.addUp(own, total);
    if (this.samples) this.addUp(this.samples.own, this.samples.total);
    this.measureDepth();
    this.byName = null;
    this.byLine = null;
  }

  addUp(own, total) {
    total.set(own);
    let sum = 0;
    for (let i = this.count - 1; i >= 0; i--) {
      const up = this.parent[i];
      if (up >= 0) total[up] += total[i];
      else sum += total[i];
    }
    return sum;
  }

  // Visible frames above and including each node.
  measureDepth() {
    const { count, level, hidden, name, parent, total } = this;
    this.deep = hidden ? new Int32Array(count) : level;
    this.deepest = 0;
    for (let i = 0; i < count; i++) {
      if (hidden) this.deep[i] = (parent[i] >= 0 ? this.deep[parent[i]] : 0) + 1 - hidden[name[i]];
      if (total[i] > 0 && this.deep[i] > this.deepest) this.deepest = this.deep[i];
    }
  }

  // The nearest node toward the root, itself included, that is not hidden; -1 where there is none.
  visible(node) {
    if (this.hidden) while (node >= 0 && this.hidden[this.name[node]]) node = this.parent[node];
    return node;
  }

  roots() {
    const nodes = [];
    for (let i = 0; i < this.count; i = this.end[i]) nodes.push(i);
    return nodes;
  }

  // The outermost nodes of a function that samples pass through.
  nodesOf(id) {
    const nodes = [];
    for (let i = 0; i < this.count; i++) if (this.name[i] === id && this.outer[i] && this.total[i] > 0) nodes.push(i);
    return Int32Array.from(nodes);
  }

  // Cost of each name: own, with everything below, and the samples behind both where they are counted apart.
  costs() {
    if (this.byName) return this.byName;
    const { count, name, own, total, outer, samples, hidden } = this;
    const size = this.names.name.length;
    const costs = { self: new Float64Array(size), total: new Float64Array(size), samples: samples ? new Float64Array(size) : null };
    for (let i = 0; i < count; i++) {
      if (own[i] > 0) {
        const home = hidden ? this.visible(i) : i;
        if (home >= 0) costs.self[name[home]] += own[i];
      }
      if (outer[i] && total[i] > 0 && !(hidden && hidden[name[i]])) {
        costs.total[name[i]] += total[i];
        if (samples) costs.samples[name[i]] += samples.total[i];
      }
    }
    return (this.byName = costs);
  }

  // The same by module: a sample's own cost belongs to the module of its leaf.
  moduleCosts() {
    const { names, name } = this;
    if (!this.outerModule) {
      const ids = Int32Array.from(name, (n) => names.module[n] - 1);
      this.outerModule = { ids, first: this.outermost(ids, names.modules.length) };
    }
    const { ids, first } = this.outerModule;
    const costs = { self: new Float64Array(names.modules.length), total: new Float64Array(names.modules.length) };
    for (let i = 0; i < this.count; i++) {
      if (ids[i] < 0) continue;
      costs.self[ids[i]] += this.own[i];
      if (first[i]) costs.total[ids[i]] += this.total[i];
    }
    return costs;
  }

  // Cost of source lines, by `source × 2^32 + line`.
  lineCosts() {
    if (this.byLine) return this.byLine;
    const { names, frameName, frameLine } = this;
    if (!this.lines) {
      const ids = new Map();
      const ofFrame = Int32Array.from(frameName, (n, f) => {
        if (!names.source[n] || !frameLine[f]) return -1;
        const key = (names.source[n] - 1) * 2 ** 32 + frameLine[f];
        if (!ids.has(key)) ids.set(key, ids.size);
        return ids.get(key);
      });
      const ofNode = Int32Array.from(this.frame, (f) => ofFrame[f]);
      this.lines = { ids, ofNode, first: this.outermost(ofNode, ids.size) };
    }
    const { ids, ofNode, first } = this.lines;
    const self = new Float64Array(ids.size);
    const total = new Float64Array(ids.size);
    for (let i = 0; i < this.count; i++) {
      if (ofNode[i] < 0) continue;
      self[ofNode[i]] += this.own[i];
      if (first[i]) total[ofNode[i]] += this.total[i];
    }
    return (this.byLine = {
      get: (source, line) => {
        const id = ids.get(source * 2 ** 32 + line);
        return id === undefined ? null : { self: self[id], total: total[id] };
      },
    });
  }

  // The functions that a line was compiled into, heaviest first.
  functionsAt(source, line) {
    this.lineCosts();
    const { ids, ofNode, first } = this.lines;
    const id = ids.get(source * 2 ** 32 + line);
    const weights = new Map();
    if (id !== undefined) {
      for (let i = 0; i < this.count; i++) {
        if (ofNode[i] === id && first[i] && this.total[i] > 0) weights.set(this.name[i], (weights.get(this.name[i]) || 0) + this.total[i]);
      }
    }
    return [...weights].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  }

  // The heaviest line of a function whose source is shown; 0 where there is none.
  hottestLine(id) {
    const weights = new Map();
    for (let i = 0; i < this.count; i++) {
      const line = this.frameLine[this.frame[i]];
      if (this.name[i] === id && line) weights.set(line, (weights.get(line) || 0) + this.total[i]);
    }
    let best = 0;
    for (const [line, weight] of weights) if (!best || weight > weights.get(best)) best = line;
    return best;
  }

  // Weight of the samples that pass through a match; each counts once, at the match nearest to its root.
  matched(matches) {
    const { count, end, name, total } = this;
    let weight = 0;
    for (let i = 0; i < count; ) {
      if (matches[name[i]] && !(this.hidden && this.hidden[name[i]])) {
        weight += total[i];
        i = end[i];
      } else i++;
    }
    return weight;
  }

  // Weight by time slice of the samples that pass the filters, whatever slices are chosen.
  activity(filters, slices) {
    if (slices) this.filter(filters, null);
    const passes = Uint8Array.from(this.own, (weight) => (weight > 0 ? 1 : 0));
    if (slices) this.filter(filters, slices);
    const weights = new Float64Array(this.slices);
    for (let e = 0; e < this.entryNode.length; e++) if (passes[this.entryNode[e]]) weights[this.entrySlice[e]] += this.weightOf(e);
    return weights;
  }

  // Samples behind a weight, where they can be told from it.
  samplesOf(weight) {
    return this.counted && this.scale ? Math.round(weight / this.scale) : null;
  }
}
