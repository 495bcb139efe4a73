/* The process that holds a pod's namespaces: it sleeps, reaps orphans of a shared pid namespace, and ends when told to.
 * Freestanding, so that it needs no C library to be built or to run. Signals stay blocked and are awaited: the kernel would
 * drop a default-action signal to a namespace's first process, but never a blocked one (kernel/signal.c, sig_ignored). */

#define SIGINT 2
#define SIGTERM 15
#define SIGCHLD 17
#define BIT(signal) (1ul << ((signal) - 1))
#define WNOHANG 1

#if defined(__x86_64__)
enum { SYS_rt_sigprocmask = 14, SYS_wait4 = 61, SYS_rt_sigtimedwait = 128, SYS_exit_group = 231 };
static long call(long n, long a, long b, long c, long d) {
  register long r10 __asm__("r10") = d;
  long result;
  __asm__ volatile("syscall" : "=a"(result) : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10) : "rcx", "r11", "memory");
  return result;
}
#elif defined(__aarch64__)
enum { SYS_rt_sigprocmask = 135, SYS_wait4 = 260, SYS_rt_sigtimedwait = 137, SYS_exit_group = 94 };
static long call(long n, long a, long b, long c, long d) {
  register long x8 __asm__("x8") = n;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
  return x0;
}
#else
#error "pause.c knows x86_64 and aarch64"
#endif

void _start(void) {
  static const unsigned long awaited = BIT(SIGINT) | BIT(SIGTERM) | BIT(SIGCHLD);
  call(SYS_rt_sigprocmask, 0, (long)&awaited, 0, sizeof awaited);
  for (;;) {
    long signal = call(SYS_rt_sigtimedwait, (long)&awaited, 0, 0, sizeof awaited);
    if (signal == SIGINT || signal == SIGTERM) call(SYS_exit_group, 0, 0, 0, 0);
    while (call(SYS_wait4, -1, 0, WNOHANG, 0) > 0);
  }
}
