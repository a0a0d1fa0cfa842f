package fcvm.kvm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import fcvm.linux.Errno;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/// `struct kvm_run`: the pages that a vCPU shares with KVM, decoded.
///
/// Offsets are those of `include/uapi/linux/kvm.h`; the union of exits starts at [#UNION].
final class KvmRun {
  static final long IMMEDIATE_EXIT = 1;
  static final long EXIT_REASON = 8;
  static final long UNION = 32;
  static final long UNION_SIZE = 256;

  static final long IO_DIRECTION = 32;
  static final long IO_SIZE = 33;
  static final long IO_PORT = 34;
  static final long IO_COUNT = 36;
  static final long IO_DATA_OFFSET = 40;

  static final long MMIO_PHYS_ADDR = 32;
  static final long MMIO_DATA = 40;
  static final long MMIO_LEN = 48;
  static final long MMIO_IS_WRITE = 52;

  static final long HYPERCALL_ARGS = 40;
  static final long HYPERCALL_RET = 88;

  static final long MSR_ERROR = 32;
  static final long MSR_INDEX = 44;
  static final long MSR_DATA = 48;

  private static final int MMIO_MAX = 8;
  private static final int WORDS_MAX = 16;

  private static final VarHandle FLAG = JAVA_BYTE.varHandle();

  private final MemorySegment run;

  KvmRun(MemorySegment run) {
    this.run = run;
  }

  /// @return false if the pages are unmapped, or being unmapped by another thread
  boolean setImmediateExit() {
    try {
      FLAG.setVolatile(run, IMMEDIATE_EXIT, (byte) 1);
      return true;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  /// Volatile: a flag that its owner reads after this must not be read before it, or a kick in
  /// between would be lost.
  void clearImmediateExit() {
    FLAG.setVolatile(run, IMMEDIATE_EXIT, (byte) 0);
  }

  /// The exit that KVM_RUN left here.
  VcpuExit exit() {
    return switch (word(EXIT_REASON)) {
      case 0 -> new VcpuExit.HardwareUnknown(longAt(UNION));
      case 1 -> new VcpuExit.GuestException(word(UNION), word(UNION + 4));
      case 2 -> io();
      case 3 -> hypercall();
      case 4 -> new VcpuExit.Debug(union());
      case 5 -> VcpuExit.Bare.HALTED;
      case 6 -> mmio();
      case 7 -> VcpuExit.Bare.IRQ_WINDOW_OPEN;
      case 8 -> VcpuExit.Bare.SHUTDOWN;
      case 9 -> new VcpuExit.FailEntry(longAt(UNION), word(UNION + 8));
      case 10 -> VcpuExit.Bare.INTERRUPTED;
      case 11 -> VcpuExit.Bare.SET_TPR;
      case 12 -> new VcpuExit.TprAccess(longAt(UNION), word(UNION + 8) != 0);
      case 16 -> VcpuExit.Bare.NMI;
      case 17 -> new VcpuExit.KvmInternalError(word(UNION), words(UNION + 4));
      case 21 -> VcpuExit.Bare.WATCHDOG;
      case 24 ->
          new VcpuExit.SystemEvent(VcpuExit.SystemEvent.Type.of(word(UNION)), words(UNION + 4));
      case 26 -> new VcpuExit.IoapicEoi(run.get(JAVA_BYTE, UNION) & 0xff);
      case 27 -> new VcpuExit.Hyperv(union());
      case 28 -> new VcpuExit.ArmNisv(longAt(UNION), longAt(UNION + 8));
      case 29 -> new VcpuExit.MsrRead(word(MSR_INDEX), msrError(), run.asSlice(MSR_DATA, 8));
      case 30 -> new VcpuExit.MsrWrite(word(MSR_INDEX), longAt(MSR_DATA), msrError());
      case 31 -> VcpuExit.Bare.DIRTY_RING_FULL;
      case 32 -> VcpuExit.Bare.AP_RESET_HOLD;
      case 33 -> VcpuExit.Bare.BUS_LOCK;
      case 34 -> new VcpuExit.Xen(union());
      case 37 -> new VcpuExit.Notify(word(UNION));
      case 39 -> memoryFault();
      case 41 ->
          new VcpuExit.ArmSea(
              longAt(UNION), longAt(UNION + 8), longAt(UNION + 16), longAt(UNION + 24));
      default -> new VcpuExit.Other(word(EXIT_REASON));
    };
  }

  /// What a failed KVM_RUN means: with EFAULT the page may tell more.
  VcpuExit failure(Errno errno) {
    boolean explained = errno == Errno.EFAULT;
    return explained && word(EXIT_REASON) == 39 ? memoryFault() : new VcpuExit.Failed(errno);
  }

  private VcpuExit io() {
    int port = run.get(JAVA_SHORT, IO_PORT) & 0xffff;
    int size = run.get(JAVA_BYTE, IO_SIZE) & 0xff;
    long length = Integer.toUnsignedLong(word(IO_COUNT)) * size;
    MemorySegment data = run.asSlice(longAt(IO_DATA_OFFSET), length);
    return run.get(JAVA_BYTE, IO_DIRECTION) == 0
        ? new VcpuExit.IoIn(port, size, data)
        : new VcpuExit.IoOut(port, size, data);
  }

  private VcpuExit mmio() {
    long gpa = longAt(MMIO_PHYS_ADDR);
    MemorySegment data = run.asSlice(MMIO_DATA, Math.clamp(word(MMIO_LEN), 0, MMIO_MAX));
    return run.get(JAVA_BYTE, MMIO_IS_WRITE) == 0
        ? new VcpuExit.MmioRead(gpa, data)
        : new VcpuExit.MmioWrite(gpa, data);
  }

  private VcpuExit hypercall() {
    List<Long> arguments = new ArrayList<>();
    for (long at = HYPERCALL_ARGS; at < HYPERCALL_RET; at += 8) {
      arguments.add(longAt(at));
    }
    return new VcpuExit.Hypercall(longAt(UNION), arguments, run.asSlice(HYPERCALL_RET, 8));
  }

  private VcpuExit memoryFault() {
    return new VcpuExit.MemoryFault(longAt(UNION), longAt(UNION + 8), longAt(UNION + 16));
  }

  /// A count of words at `at`, and at the next multiple of eight the words.
  private List<Long> words(long at) {
    List<Long> words = new ArrayList<>();
    for (int i = 0; i < Math.clamp(word(at), 0, WORDS_MAX); i++) {
      words.add(longAt(at + 4 + i * 8L));
    }
    return words;
  }

  private MemorySegment msrError() {
    return run.asSlice(MSR_ERROR, 1);
  }

  private MemorySegment union() {
    return run.asSlice(UNION, UNION_SIZE);
  }

  private int word(long offset) {
    return run.get(JAVA_INT, offset);
  }

  private long longAt(long offset) {
    return run.get(JAVA_LONG, offset);
  }
}
