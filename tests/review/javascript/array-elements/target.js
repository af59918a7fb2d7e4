// ruleid: array-elements
a = [first, second];
// ruleid: array-elements
b = [first];
// ok: array-elements
c = [second, first];
