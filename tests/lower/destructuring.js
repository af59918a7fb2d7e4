function parts({ a, b: { c = 1 }, ...rest }, [d, , e = 2, ...f]) {
  let g, h;
  [g, h] = [h, g];
  ({ a, ["x" + d]: g } = rest);
  rest.count++;
  --rest[d];
  rest.name ||= a;
  return (g, h);
}
