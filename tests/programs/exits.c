// Works for about two seconds, whatever happens.
#include "split.h"

int main(int count, char **arguments) {
  begin(count, arguments);
  while (thread_cpu() < 2000000000u) {
    run_heavy(7000000);
    run_light(3000000);
  }
  finish();
  return 7;
}
