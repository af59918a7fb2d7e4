function first(a, b) {
  const c = a ?? b;
  if (!(a && b)) return c?.name;
  return a ? b : c ? a : b;
}
