package fcvm.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/// The path under which the kernel shows an open descriptor, `/proc/self/fd/N` (`proc_pid_fd(5)`).
/// It leads to the file itself, without looking up any name, and even where the descriptor has
/// O_PATH and a call would refuse it.
final class ProcFd {
  private ProcFd() {}

  static MemorySegment path(SegmentAllocator arena, Fd fd) {
    return arena.allocateFrom("/proc/self/fd/" + fd.number());
  }
}
