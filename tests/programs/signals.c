// Works in signal handlers: the heavy work on the thread's own stack, the light one on an alternate stack.
#include "split.h"
#include <signal.h>

static volatile sig_atomic_t handled;

static void on_stack(int signal) {
  run_heavy(7000000);
  handled = signal;
}

static void on_alternate(int signal) {
  run_light(3000000);
  handled = signal;
}

APART int work(void) {
  int sent = 0;
  while (!done()) {
    sent += raise(SIGUSR1);
    sent += raise(SIGUSR2);
  }
  return sent;
}

int main(int count, char **arguments) {
  static char memory[64 * 1024];
  stack_t alternate = {.ss_sp = memory, .ss_size = sizeof memory};
  sigaltstack(&alternate, 0);
  struct sigaction action = {.sa_handler = on_stack};
  sigaction(SIGUSR1, &action, 0);
  action.sa_handler = on_alternate;
  action.sa_flags = SA_ONSTACK;
  sigaction(SIGUSR2, &action, 0);
  begin(count, arguments);
  work();
  finish();
}
