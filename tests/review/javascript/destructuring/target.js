// ruleid: destructuring
const { token } = load();
// ruleid: destructuring
const { other, token } = load();
// ok: destructuring
const { token: renamed } = load();
// ok: destructuring
const { other } = load();
