// ruleid: children-of-elements
a = <p>{value}</p>;
// ok: children-of-elements
b = <p>value</p>;
// ok: children-of-elements
c = <p></p>;
