// ruleid: regular-expressions
matches(/a+b/);
// ruleid: regular-expressions
matches(/a+b/gi);
// ok: regular-expressions
matches('a+b');
