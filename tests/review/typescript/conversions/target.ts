// ruleid: conversions
a = b as any;
// ruleid: conversions
c = (d as any).e;
// ok: conversions
f = g as string;
