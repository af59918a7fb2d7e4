// Works at the bottom of a recursion of DEPTH frames of at least FRAME bytes.
#include "split.h"

APART int recurse(int depth, int kind) {
  volatile char pad[FRAME];
  pad[0] = (char)depth;
  if (depth > 1) {
    int below = recurse(depth - 1, kind);
    return below + pad[0];
  }
  if (kind == HEAVY)
    run_heavy(7000000);
  else
    run_light(3000000);
  return pad[0];
}

int main(int count, char **arguments) {
  begin(count, arguments);
  while (!done()) {
    recurse(DEPTH, HEAVY);
    recurse(DEPTH, LIGHT);
  }
  finish();
}
