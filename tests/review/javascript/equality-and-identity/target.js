// ruleid: equality-and-identity
a == null;
// ok: equality-and-identity
b === null;
// ok: equality-and-identity
c != null;
