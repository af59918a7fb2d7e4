// ruleid: regular-expression-by-its-text
matches(/a+/);
// ruleid: regular-expression-by-its-text
matches(/a+/g);
// ok: regular-expression-by-its-text
matches(/b+/);
