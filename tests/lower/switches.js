function kind(value) {
  switch (value) {
    case "a":
      return 1;
    default:
      log(value);
    case "b":
      value = 2;
  }
  return value;
}
