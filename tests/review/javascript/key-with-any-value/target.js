// ruleid: key-with-any-value
mount({ run: () => 1 });
// ruleid: key-with-any-value
mount({ run() { return 1; } });
// ruleid: key-with-any-value
mount({ port: 1 });
// ok: key-with-any-value
mount();
