// ruleid: elements-in-typescript
const a = <Panel title={title as string} />;
// ruleid: elements-in-typescript
const b = <Panel<string> id="1" title={t}>text</Panel>;
// ok: elements-in-typescript
const c = <Panel id="1" />;
