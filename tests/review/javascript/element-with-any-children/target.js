// ruleid: element-with-any-children
a = <a href="/u">text</a>;
// ruleid: element-with-any-children
b = <a target="t" href='/u' />;
// ok: element-with-any-children
c = <a href={u}>text</a>;
// ok: element-with-any-children
d = <b href="/u">text</b>;
