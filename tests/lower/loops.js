function loops(xs) {
  for (const [key, value] of xs) console.log(key, value);
  for (const key in xs) {
    if (key) continue;
    break;
  }
  block: {
    if (xs) break block;
    done();
  }
}
