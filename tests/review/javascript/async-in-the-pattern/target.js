// ruleid: async-in-the-pattern
async function waiting() { await go(); }
// ok: async-in-the-pattern
function plain() { go(); }
