// ruleid: use
use std::mem;
// ok: use
use std::io;
