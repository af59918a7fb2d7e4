// The heavy work in children that live for some hundredths of a second, the light one in the parent.
#include "split.h"

int main(int count, char **arguments) {
  begin(count, arguments);
  while (!done()) {
    pid_t child = fork();
    if (child == 0) {
      run_heavy(14000000);
      _exit(0);
    }
    run_light(6000000);
    waitpid(child, 0, 0);
  }
  finish();
}
