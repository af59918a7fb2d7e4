// A merged tree, row by row: paths that read the same from the first row on are one frame. Read from the root it
// is the flamegraph, from the leaves the inverted one, from the frames of a function its callees or callers.
//
// Rows are grown one after the other, only as far as somebody looks, and each from the row before: a frame stands
// for members (nodes of the model), the next row groups the members' callees, or callers, by function. Nothing
// recurses, and a row costs its members.

class Layers {
  // `kind`: "down" and "up" begin at the root and at the leaves; "callees" and "callers" at the nodes of
  // function `id`.
  constructor(model, kind, id = -1) {
    this.model = model;
    this.up = kind === "up" || kind === "callers";
    this.kind = kind;
    this.id = id;
    this.count = 0;
    this.rowStart = [0];
    this.room = 0;
    this.reserve(1024);
    // -1 stands above all roots.
    const seeds = id >= 0 ? model.nodesOf(id) : this.up ? this.leaves() : Int32Array.of(-1);
    this.weights = kind === "up" ? model.own : model.total;
    this.counts = model.samples && (kind === "up" ? model.samples.own : model.samples.total);
    // Members of the last row: where they stand and, for callers, whose weight they carry.
    this.at = seeds;
    this.of = this.up ? seeds : null;
    this.ends = [seeds.length];
    let sum = 0;
    let samples = 0;
    for (const node of kind === "down" ? model.roots() : seeds) {
      sum += this.weights[node];
      if (this.counts) samples += this.counts[node];
    }
    this.push(id, -1, 0, sum, false, samples);
    this.rowStart.push(1);
    this.stamp = new Int32Array(model.names.name.length).fill(-1);
    this.slot = new Int32Array(model.names.name.length);
    this.steps = 0;
    this.complete = this.total === 0;
  }

  get total() {
    return this.weight[0];
  }

  get rows() {
    return this.rowStart.length - 1;
  }

  // Rows when complete, the first included; known without growing them.
  get height() {
    if (this.known !== undefined) return this.known;
    const { model, id } = this;
    if (id < 0) return (this.known = model.deepest + 1);
    let most = 0;
    for (const node of model.nodesOf(id)) {
      if (this.up) most = Math.max(most, model.deep[node] - 1);
      else for (let i = node; i < model.end[node]; i++) if (model.total[i] > 0) most = Math.max(most, model.deep[i] - model.deep[node]);
    }
    return (this.known = most + 1);
  }

  leaves() {
    const nodes = [];
    for (let i = 0; i < this.model.count; i++) if (this.model.own[i] > 0) nodes.push(i);
    return Int32Array.from(nodes);
  }

  reserve(room) {
    const grown = (Type, old) => {
      const array = new Type(room);
      if (old) array.set(old);
      return array;
    };
    this.room = room;
    this.name = grown(Int32Array, this.name);
    this.parent = grown(Int32Array, this.parent);
    this.first = grown(Int32Array, this.first);
    this.start = grown(Float64Array, this.start);
    this.weight = grown(Float64Array, this.weight);
    this.self = grown(Float64Array, this.self);
    this.inlined = grown(Uint8Array, this.inlined);
    if (this.model.samples) this.samples = grown(Float64Array, this.samples);
  }

  push(name, parent, start, weight, inlined, samples) {
    if (this.count === this.room) this.reserve(this.room * 2);
    const node = this.count++;
    this.name[node] = name;
    this.parent[node] = parent;
    this.first[node] = -1;
    this.start[node] = start;
    this.weight[node] = weight;
    this.self[node] = -1;
    this.inlined[node] = inlined ? 1 : 0;
    if (this.samples) this.samples[node] = samples;
  }

  // Adds one row; false where there is none left.
  grow() {
    if (this.complete) return false;
    const row = this.rows - 1;
    const from = this.rowStart[row];
    const to = this.rowStart[row + 1];
    const kids = { node: [], of: [], slot: [] };
    const at = [];
    const of = [];
    const ends = [];
    let member = 0;
    for (let v = from; v < to; v++) {
      kids.node.length = kids.of.length = kids.slot.length = 0;
      const groups = [];
      for (const end = this.ends[v - from]; member < end; member++) {
        if (this.up) this.caller(this.at[member], this.of[member], v, row, kids, groups);
        else this.callees(this.at[member], v, kids, groups);
      }
      this.first[v] = this.count;
      const order = groups.length > 1 ? groups.slice().sort((a, b) => b.weight - a.weight || a.name - b.name) : groups;
      let start = this.start[v];
      let size = at.length;
      for (const group of order) {
        this.push(group.name, v, start, group.weight, group.inlined, group.samples);
        start += group.weight;
        group.next = size;
        size += group.size;
        ends.push(size);
      }
      this.self[v] = Math.max(0, this.weight[v] - (start - this.start[v]));
      at.length = size;
      if (this.up) of.length = size;
      for (let k = 0; k < kids.node.length; k++) {
        const place = groups[kids.slot[k]].next++;
        at[place] = kids.node[k];
        if (this.up) of[place] = kids.of[k];
      }
      this.steps += kids.node.length + 1;
    }
    this.at = at;
    this.of = of;
    this.ends = ends;
    if (this.count === to) {
      this.complete = true;
      return false;
    }
    this.rowStart.push(this.count);
    return true;
  }

  callees(node, v, kids, groups) {
    const { end, total, hidden, name } = this.model;
    const last = node < 0 ? this.model.count : end[node];
    for (let i = node + 1; i < last; ) {
      if (total[i] <= 0) i = end[i];
      else if (hidden && hidden[name[i]]) i++;
      else {
        this.group(i, i, v, kids, groups);
        i = end[i];
      }
    }
  }

  caller(node, of, v, row, kids, groups) {
    // From the first row of the inverted tree one steps onto the leaf itself.
    const up = this.model.visible(row === 0 && this.id < 0 ? node : this.model.parent[node]);
    if (up >= 0) this.group(up, of, v, kids, groups);
  }

  group(node, of, v, kids, groups) {
    const { model } = this;
    const key = model.name[node];
    if (this.stamp[key] !== v) {
      this.stamp[key] = v;
      this.slot[key] = groups.length;
      groups.push({ name: key, weight: 0, samples: 0, size: 0, inlined: true, next: 0 });
    }
    const group = groups[this.slot[key]];
    group.weight += this.weights[of];
    if (this.counts) group.samples += this.counts[of];
    group.size++;
    if (!model.frameInlined[model.frame[node]]) group.inlined = false;
    kids.node.push(node);
    kids.of.push(of);
    kids.slot.push(this.slot[key]);
  }

  // The row of a frame.
  rowOf(node) {
    let low = 0;
    let high = this.rows - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.rowStart[middle] <= node) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  // The first frame from `low` on in the row that ends at `high`, that ends to the right of `x`.
  firstAfter(x, low, high) {
    const { start, weight } = this;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (start[middle] + weight[middle] <= x) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  // The frames below (or, in a tree of callers, above) a frame: from, to.
  kids(node) {
    if (this.first[node] < 0) return [0, 0];
    const row = this.rowOf(node);
    const next = node + 1 < this.rowStart[row + 1] ? this.first[node + 1] : this.rowStart[row + 2];
    return [this.first[node], next === undefined ? this.first[node] : next];
  }

  // Names from the first row (excluded) to a frame.
  path(node) {
    const names = [];
    for (let i = node; i > 0; i = this.parent[i]) names.push(this.name[i]);
    return names.reverse();
  }

  samplesAt(node) {
    return this.samples ? this.samples[node] : this.model.samplesOf(this.weight[node]);
  }
}
