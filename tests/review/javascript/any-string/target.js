// ruleid: any-string
log('text');
// ruleid: any-string
log("text");
// ruleid: any-string
log(`text`);
// ok: any-string
log(`text ${value}`);
// ok: any-string
log(value);
