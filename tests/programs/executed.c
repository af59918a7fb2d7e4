// The heavy work in children that execute the program anew, the light one in the parent.
#include "split.h"

#ifndef FORK
#define FORK fork
#endif

int main(int count, char **arguments) {
  if (count > 2) {
    join(count, arguments);
    run_heavy(14000000);
    return 0;
  }
  begin(count, arguments);
  char child_mark[] = "child";
  char *child_arguments[] = {arguments[0], arguments[1], child_mark, 0};
  while (!done()) {
    pid_t child = FORK();
    if (child == 0) {
      execv("/proc/self/exe", child_arguments);
      _exit(127);
    }
    run_light(6000000);
    waitpid(child, 0, 0);
  }
  finish();
}
