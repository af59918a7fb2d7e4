// ruleid: cases-in-any-order
switch (x) {
  case 'b': go(); break;
  case 'a': stop(); break;
  default: wait();
}
// ok: cases-in-any-order
switch (x) {
  case 'a': go();
}
