package fcvm.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// The one door to libc: every native call has the shape `long f(long × 6)`.
///
/// Both System V x86-64 and AAPCS64 pass integers and pointers in registers, and a callee ignores
/// registers that it has no parameter for, so one shape serves every function that takes up to six
/// integers or pointers. One shape is linked once: start-up pays for shapes, not for calls.
///
/// Results are the kernel's own convention: zero or more on success, `-errno` on failure.
final class Libc {
  private static final Linker LINKER = Linker.nativeLinker();

  // SAFETY: every caller passes arguments that match the C prototype of the function it names, and
  // keeps the memory behind an address argument reachable until the call returns.
  @SuppressWarnings("restricted")
  private static final MethodHandle CALL =
      LINKER.downcallHandle(
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
          Linker.Option.captureCallState("errno"),
          Linker.Option.firstVariadicArg(6));

  // One per thread, never one for all: errno belongs to the thread that made the call.
  private static final ThreadLocal<MemorySegment> ERRNO =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(Linker.Option.captureStateLayout()));

  private Libc() {}

  /// The address of a libc function.
  static MemorySegment function(String name) {
    return LINKER
        .defaultLookup()
        .find(name)
        .orElseThrow(() -> new AssertionError("libc has no function " + name));
  }

  /// Calls a function whose result is a `long`, `ssize_t`, `off_t` or pointer.
  static long callLong(MemorySegment function, long a, long b, long c, long d, long e, long f) {
    MemorySegment state = ERRNO.get();
    long result;
    try {
      result = (long) CALL.invokeExact(function, state, a, b, c, d, e, f);
    } catch (Throwable t) {
      throw new AssertionError("a downcall does not throw", t);
    }
    return result == -1 ? -state.get(JAVA_INT, 0) : result;
  }

  static long callLong(MemorySegment function, long a, long b, long c, long d) {
    return callLong(function, a, b, c, d, 0, 0);
  }

  static long callLong(MemorySegment function, long a, long b, long c) {
    return callLong(function, a, b, c, 0, 0, 0);
  }

  /// Calls a function whose result is an `int`: the upper half of the register is undefined.
  static int callInt(MemorySegment function, long a, long b, long c, long d, long e, long f) {
    MemorySegment state = ERRNO.get();
    int result;
    try {
      result = (int) (long) CALL.invokeExact(function, state, a, b, c, d, e, f);
    } catch (Throwable t) {
      throw new AssertionError("a downcall does not throw", t);
    }
    return result == -1 ? -state.get(JAVA_INT, 0) : result;
  }

  static int callInt(MemorySegment function, long a, long b, long c, long d) {
    return callInt(function, a, b, c, d, 0, 0);
  }

  static int callInt(MemorySegment function, long a, long b, long c) {
    return callInt(function, a, b, c, 0, 0, 0);
  }

  static int callInt(MemorySegment function, long a, long b) {
    return callInt(function, a, b, 0, 0, 0, 0);
  }

  static int callInt(MemorySegment function, long a) {
    return callInt(function, a, 0, 0, 0, 0, 0);
  }
}
