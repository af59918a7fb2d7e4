// ruleid: subscripts
a[key];
// ruleid: subscripts
b?.[key];
// ok: subscripts
c.key;
