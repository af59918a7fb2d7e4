// ruleid: deep-expressions-and-functions
check(a(b(token)));
// ruleid: deep-expressions-and-functions
check({ k: token });
// ok: deep-expressions-and-functions
check(() => token);
// ok: deep-expressions-and-functions
check(other.token);
