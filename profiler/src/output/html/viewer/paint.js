// Drawing rows of frames on a canvas. A draw visits only the rows on screen and, in a row, only what is wide
// enough to be told apart: a row costs its pixels, not its frames.

const ROW = 18;
// Narrower frames become one tinted run, which is lit where the first of them is.
const THIN = 1.5;
const FONT = "12px ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace";

const HUES = { program: [16, 46], runtime: [203, 226], kernel: [322, 344] };
const PALETTES = {
  light: { ground: "#ffffff", ink: "#1b1f24", lit: "#a3128a", litInk: "#ffffff", bare: "#dfe3e8", thin: "#e3cdbb", process: "#c3cad3", thread: "#d3d9e0", truncated: "#e9e9e9", lightness: [71, 79], saturation: { program: 82, runtime: 48, kernel: 62 } },
  dark: { ground: "#14171b", ink: "#eef1f4", lit: "#e25fd0", litInk: "#1b0317", bare: "#333a43", thin: "#4d4038", process: "#46505c", thread: "#3a424d", truncated: "#303030", lightness: [33, 27], saturation: { program: 55, runtime: 34, kernel: 42 } },
};

// What colours a frame: a function of the tree and the frame's index in it, to a CSS colour. Another view of the
// same frames is another such function.
function byOrigin(names, palette) {
  const colors = new Map();
  return (layers, node) => {
    const id = layers.name[node];
    if (id < 0) return palette.bare;
    const key = id * 2 + layers.inlined[node];
    let color = colors.get(key);
    if (color === undefined) {
      colors.set(key, (color = originColor(names.kind[id], names.name[id], layers.inlined[node], palette)));
    }
    return color;
  };
}

function originColor(kind, text, inlined, palette) {
  if (!HUES[kind]) return palette[kind];
  const [low, high] = HUES[kind];
  let hash = 2166136261;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
  const hue = low + ((high - low) * (hash >>> 0)) / 4294967296;
  return `hsl(${hue.toFixed(0)} ${palette.saturation[kind]}% ${palette.lightness[inlined]}%)`;
}

// A merged tree on the canvas: its first row lies `base` rows from the top and the next ones below (`sign` 1) or
// above it (-1). `from` and `to` are what the width shows of it.
class Part {
  constructor(layers, base, sign, skipFirst) {
    this.layers = layers;
    this.base = base;
    this.sign = sign;
    this.skipFirst = skipFirst;
    this.zoom(0);
  }

  zoom(node) {
    this.zoomed = node;
    this.zoomRow = node > 0 ? this.layers.rowOf(node) : 0;
    this.from = this.layers.start[node];
    this.to = this.from + Math.max(this.layers.weight[node], (this.layers.total || 1) * 1e-12);
  }

  row(d) {
    return this.base + this.sign * d;
  }

  // The frame at a row and a share of the width; -1 where there is none.
  find(row, share) {
    const d = (row - this.base) * this.sign;
    const { layers } = this;
    if (d < (this.skipFirst ? 1 : 0) || d >= layers.rows) return -1;
    const x = this.from + share * (this.to - this.from);
    const node = layers.firstAfter(x, layers.rowStart[d], layers.rowStart[d + 1]);
    return node < layers.rowStart[d + 1] && layers.start[node] <= x ? node : -1;
  }
}

class Painter {
  constructor(canvas, overlay) {
    this.canvas = canvas;
    this.overlay = overlay;
    this.brush = canvas.getContext("2d", { alpha: false });
    this.pen = overlay.getContext("2d");
    this.labels = new Map();
  }

  resize(width, height) {
    this.scale = window.devicePixelRatio || 1;
    this.width = width;
    this.height = height;
    for (const canvas of [this.canvas, this.overlay]) {
      canvas.width = Math.round(width * this.scale);
      canvas.height = Math.round(height * this.scale);
      canvas.style.height = height + "px";
    }
  }

  // Draws the frames of `parts` that are on screen when scrolled by `top`; returns how many.
  draw(parts, top, look) {
    const { brush, width, height } = this;
    brush.setTransform(this.scale, 0, 0, this.scale, 0, 0);
    brush.globalAlpha = 1;
    brush.fillStyle = look.palette.ground;
    brush.fillRect(0, 0, width, height);
    brush.font = FONT;
    brush.textBaseline = "middle";
    brush.direction = "ltr";
    this.letter ||= brush.measureText("m").width;
    let drawn = 0;
    for (const part of parts) {
      for (let d = part.skipFirst ? 1 : 0; d < part.layers.rows; d++) {
        const y = part.row(d) * ROW - top;
        if (y > -ROW && y < height) drawn += this.drawRow(part, d, y, look);
        else if (part.sign > 0 ? y >= height : y <= -ROW) break;
        else {
          // On to the first row on screen.
          const skip = Math.floor(part.sign > 0 ? -y / ROW : (y - height) / ROW);
          if (skip > 1) d += skip - 1;
        }
      }
    }
    brush.globalAlpha = 1;
    return drawn;
  }

  drawRow(part, d, y, look) {
    const { brush, width } = this;
    const { layers, from, to } = part;
    const { start, weight, name } = layers;
    const { palette, matches } = look;
    const scale = width / (to - from);
    const end = layers.rowStart[d + 1];
    const above = d < part.zoomRow;
    let drawn = 0;
    let run = -1;
    let runEnd = 0;
    let runLit = false;
    const flush = () => {
      if (run < 0) return;
      brush.globalAlpha = matches && !runLit ? 0.45 : 1;
      brush.fillStyle = runLit ? palette.lit : palette.thin;
      brush.fillRect(run, y, Math.max(0.75, runEnd - run), ROW - 1);
      run = -1;
      drawn++;
    };
    for (let node = layers.firstAfter(from, layers.rowStart[d], end); node < end && start[node] < to; ) {
      const left = Math.max(0, (start[node] - from) * scale);
      const right = Math.min(width, (start[node] + weight[node] - from) * scale);
      const lit = Boolean(matches && name[node] >= 0 && matches[name[node]]);
      if (right - left < THIN) {
        if (run >= 0 && (left - runEnd > 0.75 || lit !== runLit)) flush();
        if (run < 0) run = left;
        runLit = lit;
        // On to what ends a visible step further.
        const next = layers.firstAfter(from + (left + THIN) / scale, node + 1, end);
        runEnd = Math.max(right, next < end ? Math.min(left + THIN, (start[next] - from) * scale) : right);
        node = next;
        continue;
      }
      flush();
      const x = Math.round(left * this.scale) / this.scale;
      const w = Math.max(1, Math.round(right * this.scale) / this.scale - x - (right - left > 3 ? 1 : 0));
      brush.globalAlpha = (matches && !lit ? 0.45 : 1) * (above ? 0.6 : 1);
      brush.fillStyle = lit ? palette.lit : look.color(layers, node);
      brush.fillRect(x, y, w, ROW - 1);
      drawn++;
      if (w > 26) {
        brush.globalAlpha = matches && !lit ? 0.6 : 1;
        brush.fillStyle = lit ? palette.litInk : palette.ink;
        this.label(look.text(layers, node), x + 4, y + ROW / 2, w - 7);
      }
      node++;
    }
    flush();
    return drawn;
  }

  // As much of a name as fits: all, its tail, or the tail's beginning.
  label(text, x, y, width) {
    const fits = Math.floor(width / this.letter);
    if (fits < 3) return;
    if (text.length > fits) {
      let short = this.labels.get(text);
      if (short === undefined) {
        if (this.labels.size > 50000) this.labels.clear();
        this.labels.set(text, (short = shortName(text)));
      }
      text = short.length <= fits ? short : short.slice(0, fits - 1) + "…";
    }
    // Scripts wider than the font's letter are squeezed into the frame; measuring each text would take time.
    if (/^[\x20-\x7e…]*$/.test(text)) this.brush.fillText(text, x, y);
    else this.brush.fillText(text, x, y, width);
  }

  // Outlines a hovered and a selected frame: [part, node, strong].
  outline(marks, top, look) {
    const { pen, width, height } = this;
    pen.setTransform(this.scale, 0, 0, this.scale, 0, 0);
    pen.clearRect(0, 0, width, height);
    for (const [part, node, strong] of marks) {
      const { layers, from, to } = part;
      const y = part.row(layers.rowOf(node)) * ROW - top;
      const scale = width / (to - from);
      const left = Math.max(0, (layers.start[node] - from) * scale);
      const right = Math.min(width, (layers.start[node] + layers.weight[node] - from) * scale);
      if (right < left || y < -ROW || y > height) continue;
      pen.strokeStyle = look.palette.ink;
      pen.lineWidth = strong ? 2 : 1;
      pen.strokeRect(left + 1, y + 1, Math.max(1, right - left - 3), ROW - 3);
    }
  }
}
