function show(name, props) {
  const values = { name, "other-key": 1, [name]: 2, ...props, run() {} };
  const text = `a ${name} b`;
  const query = sql`select ${text}`;
  return <A.B title={text} {...props}>{values.name} text <br /></A.B>;
}
