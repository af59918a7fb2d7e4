const name = 'secret';
// ruleid: constants-propagate
open(name);
const half = 'sec';
// ruleid: constants-propagate
open(half + 'ret');
// ruleid: constants-propagate
open(`${half}ret`);
// ok: constants-propagate
open(half);
