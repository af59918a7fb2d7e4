// Leaves the heavy work by longjmp, and does the light one in a coroutine on a stack of its own.
#include "split.h"
#include <setjmp.h>
#include <ucontext.h>

static jmp_buf before;
static ucontext_t main_context, coroutine_context;

APART void leave(void) {
  run_heavy(7000000);
  longjmp(before, 1);
}

APART void jump(void) {
  if (setjmp(before) == 0) leave();
}

static void coroutine(void) {
  for (;;) {
    run_light(3000000);
    swapcontext(&coroutine_context, &main_context);
  }
}

int main(int count, char **arguments) {
  static char memory[64 * 1024];
  getcontext(&coroutine_context);
  coroutine_context.uc_stack.ss_sp = memory;
  coroutine_context.uc_stack.ss_size = sizeof memory;
  makecontext(&coroutine_context, coroutine, 0);
  begin(count, arguments);
  while (!done()) {
    jump();
    swapcontext(&main_context, &coroutine_context);
  }
  finish();
}
