// ruleid: rows-and-inner-functions
const a = connect();
run(() => {
  a.query(1);
});
// ok: rows-and-inner-functions
const b = connect();
other.query(1);
