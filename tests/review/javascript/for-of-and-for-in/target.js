// ruleid: for-of-and-for-in
for (const a of list) { go(a); }
// ruleid: for-of-and-for-in
for (let a of list) { go(a); }
// ruleid: for-of-and-for-in
for (a of list) { go(a); }
// ok: for-of-and-for-in
for (const a in list) { go(a); }
