// Works for a while, whatever happens, and exits with 7.
#include "split.h"

int main(int count, char **arguments) {
  begin(count, arguments);
  while (thread_cpu() < 3000000000u) {
    run_heavy(7000000);
    run_light(3000000);
  }
  finish();
  return 7;
}
