// Which BPF objects still exist: `bpf_left prog:12 map:7 link:3` prints those that do.
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int count, char **arguments) {
  for (int i = 1; i < count; i++) {
    const char *number = strchr(arguments[i], ':');
    if (!number) return 2;
    int command = arguments[i][0] == 'p'   ? BPF_PROG_GET_FD_BY_ID
                  : arguments[i][0] == 'm' ? BPF_MAP_GET_FD_BY_ID
                                           : BPF_LINK_GET_FD_BY_ID;
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.prog_id = (unsigned)atoi(number + 1);
    if (syscall(SYS_bpf, command, &attributes, sizeof attributes) >= 0) puts(arguments[i]);
  }
  return 0;
}
