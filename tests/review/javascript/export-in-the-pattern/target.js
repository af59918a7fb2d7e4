// ruleid: export-in-the-pattern
export function open() { go(); }
// ok: export-in-the-pattern
function close() { go(); }
