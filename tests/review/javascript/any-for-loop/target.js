// ruleid: any-for-loop
for (let i = 0; i < 3; i++) { go(i); }
// ruleid: any-for-loop
for (const a of list) { go(a); }
// ruleid: any-for-loop
for (const a in list) { go(a); }
// ok: any-for-loop
while (true) { go(1); }
