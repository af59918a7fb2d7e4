// ruleid: a-field-alone
a = { secure: false };
// ruleid: a-field-alone
b = { 'secure': false, other: 1 };
// ok: a-field-alone
c = { secure: true };
