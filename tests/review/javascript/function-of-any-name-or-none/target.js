// ruleid: function-of-any-name-or-none
function open(secret) { go(secret); }
// ruleid: function-of-any-name-or-none
const close = (secret) => { go(secret); };
// ok: function-of-any-name-or-none
function other(open) { go(open); }
