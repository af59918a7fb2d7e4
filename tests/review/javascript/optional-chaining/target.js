// ruleid: optional-chaining
config.load(1);
// ruleid: optional-chaining
config.load?.(2);
// ok: optional-chaining
config?.load(3);
