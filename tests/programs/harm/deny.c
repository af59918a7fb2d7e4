// Runs a command under a seccomp filter that refuses system calls: `deny ERRNO perf,bpf COMMAND...`.
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int count, char **arguments) {
  if (count < 4) return 2;
  unsigned refusal = SECCOMP_RET_ERRNO | (unsigned)atoi(arguments[1]);
  unsigned none = ~0u; // no system call has this number
  unsigned perf = strstr(arguments[2], "perf") ? SYS_perf_event_open : none;
  unsigned bpf = strstr(arguments[2], "bpf") ? SYS_bpf : none;
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, perf, 2, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, bpf, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, refusal),
  };
  struct sock_fprog program = {sizeof code / sizeof *code, code};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) {
    perror("seccomp");
    return 2;
  }
  execvp(arguments[3], arguments + 3);
  perror(arguments[3]);
  return 2;
}
