function read(path) {
  try {
    return load(path);
  } catch ({ message }) {
    throw new Error(message);
  } finally {
    try {
      close(path);
    } catch {}
  }
}
