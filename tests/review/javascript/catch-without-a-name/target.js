// ruleid: catch-without-a-name
try {
  go();
} catch (error) {
}
// ruleid: catch-without-a-name
try {
  go();
} catch {
}
// ok: catch-without-a-name
try {
  go();
} catch (error) {
  log(error);
}
