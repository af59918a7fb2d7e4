// ruleid: rest-and-spread
call(...list);
// ok: rest-and-spread
call(list);
// ok: rest-and-spread
call(1, ...list);
