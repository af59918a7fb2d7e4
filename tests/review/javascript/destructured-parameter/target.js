// ruleid: destructured-parameter
function a({ id }) { go(id); }
// ruleid: destructured-parameter
function b({ id, name }) { go(id); }
// ok: destructured-parameter
function c(id) { go(id); }
