package fcvm.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Memory from `mmap(2)`, unmapped by [#close].
///
/// The segment belongs to a shared arena, so any thread may use it. Closing it makes later accesses
/// throw instead of touching memory that is gone, but it cannot wait for a system call that was
/// given the address: the owner closes it after the threads that make such calls have ended.
public final class Mapping implements AutoCloseable {
  private static final int PROT_READ = 1;
  private static final int PROT_WRITE = 2;
  private static final int MAP_SHARED = 0x1;
  private static final int MAP_PRIVATE = 0x2;
  private static final int MAP_ANONYMOUS = 0x20;
  private static final int MAP_NORESERVE = 0x4000;
  private static final int NO_FD = -1;

  private static final int MADV_HUGEPAGE = 14;

  // Of a page table's second level with 4 KiB pages, on x86_64 and on arm64.
  private static final long HUGE_PAGE_SIZE = 2 << 20;

  private static final int SC_PAGESIZE = 30;

  private static final MemorySegment MMAP = Libc.function("mmap");
  private static final MemorySegment MUNMAP = Libc.function("munmap");
  private static final MemorySegment MADVISE = Libc.function("madvise");

  /// Bytes of a page of this computer's.
  public static final long PAGE_SIZE = Libc.callLong(Libc.function("sysconf"), SC_PAGESIZE, 0, 0);

  private final Arena arena;
  private final MemorySegment segment;

  @SuppressWarnings({"restricted", "MustBeClosedChecker"}) // the mapping owns its arena
  private Mapping(long size, long alignment, int flags, int fd, String what) throws LinuxException {
    // mmap aligns to pages; what is mapped before and after the aligned part is never touched.
    long mapped = alignment == PAGE_SIZE ? size : size + alignment;
    long address =
        LinuxException.check(
            what, Libc.callLong(MMAP, 0, mapped, PROT_READ | PROT_WRITE, flags, fd, 0));
    this.arena = Arena.ofShared();
    // SAFETY: mmap just returned [address, address + mapped) to us alone, and munmap runs when the
    // arena closes, after which no access to the segment passes its liveness check.
    MemorySegment whole =
        MemorySegment.ofAddress(address)
            .reinterpret(mapped, arena, s -> Libc.callInt(MUNMAP, s.address(), mapped));
    this.segment = whole.asSlice(Math.ceilDiv(address, alignment) * alignment - address, size);
  }

  /// Zeroed private memory that takes pages only when they are touched.
  ///
  /// @param size bytes, a multiple of the page size
  public static Mapping anonymous(long size) throws LinuxException {
    return anonymous(size, PAGE_SIZE);
  }

  /// The same for memory that a guest runs in: of huge pages, where the kernel has some, and so
  /// aligned that KVM can map them as such. Fewer faults and shorter walks, the more so for a guest
  /// of a guest, whose every access is translated three times.
  public static Mapping guestMemory(long size) throws LinuxException {
    Mapping mapping = anonymous(size, HUGE_PAGE_SIZE);
    // Fails where the kernel was built without: then it is memory like any other.
    Libc.callInt(MADVISE, mapping.segment.address(), size, MADV_HUGEPAGE);
    return mapping;
  }

  private static Mapping anonymous(long size, long alignment) throws LinuxException {
    return new Mapping(
        size,
        alignment,
        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
        NO_FD,
        "mmap of " + size + " bytes of memory");
  }

  /// The first `size` bytes of what a descriptor refers to, shared with the kernel.
  public static Mapping shared(Fd fd, long size) throws LinuxException {
    return new Mapping(
        size, PAGE_SIZE, MAP_SHARED, fd.number(), "mmap of " + size + " bytes of " + fd);
  }

  public MemorySegment segment() {
    return segment;
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
