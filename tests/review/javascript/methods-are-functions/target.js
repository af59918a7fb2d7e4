class Store {
  // ruleid: methods-are-functions
  read(key) { return key; }
  // ruleid: methods-are-functions
  static write(key, value) { return value; }
  // ruleid: methods-are-functions
  remove = (key) => { drop(key); };
  // ok: methods-are-functions
  clear() { drop(); }
}
