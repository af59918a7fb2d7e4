// ruleid: attribute-values
a = <input type="text" />;
// ruleid: attribute-values
b = <input id="i" type={kind} />;
// ok: attribute-values
c = <input id="i" />;
