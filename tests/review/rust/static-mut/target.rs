// ruleid: static-mut
static mut A: u8 = 1;
// ok: static-mut
static B: u8 = 1;
