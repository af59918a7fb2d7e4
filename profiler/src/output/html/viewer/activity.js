// The strip of activity over time, and the choice of a part of it.

class Activity {
  constructor(app) {
    this.app = app;
    this.slices = app.model.slices;
    $("activity").hidden = this.slices < 2;
    if (this.slices < 2) return;
    this.strip = $("strip");
    const index = (event) => {
      const box = this.strip.getBoundingClientRect();
      return Math.max(0, Math.min(this.slices - 1, Math.floor(((event.clientX - box.left) / box.width) * this.slices)));
    };
    let from = -1;
    this.strip.addEventListener("pointerdown", (event) => {
      from = index(event);
      this.strip.setPointerCapture(event.pointerId);
      this.paint([from, from]);
    });
    this.strip.addEventListener("pointermove", (event) => {
      if (from >= 0) this.paint([Math.min(from, index(event)), Math.max(from, index(event))]);
    });
    this.strip.addEventListener("pointerup", (event) => {
      if (from < 0) return;
      const to = index(event);
      this.choose([Math.min(from, to), Math.max(from, to)]);
      from = -1;
    });
    this.strip.addEventListener("pointercancel", () => {
      from = -1;
      this.paint(app.state.slices);
    });
    this.strip.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const [first, last] = app.state.slices || [0, -1];
      if (last < 0) this.choose(step > 0 ? [0, 0] : [this.slices - 1, this.slices - 1]);
      else if (event.shiftKey) this.choose([first, Math.max(first, Math.min(this.slices - 1, last + step))]);
      else if (first + step >= 0 && last + step < this.slices) this.choose([first + step, last + step]);
    });
  }

  choose(range) {
    this.app.change({ slices: range[0] === 0 && range[1] === this.slices - 1 ? null : range });
  }

  // When a slice begins, for a reader.
  time(slice) {
    const { slice_ns: length, duration_ns: end } = this.app.head;
    return (Math.min(slice * length, end || Infinity) / 1e9).toFixed(length < 1e8 ? 2 : 1) + " s";
  }

  update() {
    if (this.slices < 2) return;
    const { app } = this;
    const weights = app.model.activity(app.state.filters, app.state.slices);
    const most = weights.reduce((a, b) => Math.max(a, b), 0) || 1;
    this.strip.replaceChildren(
      ...Array.from(weights, (weight, slice) => {
        const bar = make("span");
        const fill = make("i");
        fill.style.height = ((weight / most) * 100).toFixed(1) + "%";
        bar.title = `${this.time(slice)}: ${app.amount(weight)}`;
        bar.append(fill);
        return bar;
      }),
    );
    this.paint(app.state.slices);
  }

  paint(range) {
    [...this.strip.children].forEach((bar, slice) => bar.classList.toggle("out", Boolean(range) && (slice < range[0] || slice > range[1])));
    const text = range ? `${this.time(range[0])} to ${this.time(range[1] + 1)}` : "the whole recording";
    this.strip.setAttribute("aria-valuetext", text);
    this.strip.setAttribute("aria-valuenow", range ? range[0] : 0);
    this.strip.setAttribute("aria-valuemax", this.slices - 1);
    $("strip-note").textContent = range ? text : "drag to choose a part";
  }
}
