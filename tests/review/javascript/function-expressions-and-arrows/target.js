// ruleid: function-expressions-and-arrows
register(function (a) { go(a); });
// ruleid: function-expressions-and-arrows
register((a) => { go(a); });
// ruleid: function-expressions-and-arrows
register(async (a) => { go(a); });
// ruleid: function-expressions-and-arrows
register(a => { go(a); });
// ok: function-expressions-and-arrows
register(handler);
