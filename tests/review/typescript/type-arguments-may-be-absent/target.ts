// ruleid: type-arguments-may-be-absent
load(1);
// ruleid: type-arguments-may-be-absent
load<string>(2);
// ok: type-arguments-may-be-absent
load();
