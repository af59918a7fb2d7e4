// ruleid: methods-of-objects
a = { run() { go(); } };
// ruleid: methods-of-objects
b = { run: function () { go(); } };
// ruleid: methods-of-objects
c = { run: () => { go(); } };
// ok: methods-of-objects
d = { run: go };
