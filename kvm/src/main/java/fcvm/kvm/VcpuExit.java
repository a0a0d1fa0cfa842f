package fcvm.kvm;

import fcvm.linux.Errno;
import java.lang.foreign.MemorySegment;
import java.util.List;

/// Why [VcpuFd#run] returned: every exit that KVM has, KVM_EXIT_* of `include/uapi/linux/kvm.h`.
///
/// A `MemorySegment` here is a window on the page shared with KVM: it is valid until the next run,
/// and for a read, what is stored in it is what the guest reads.
public sealed interface VcpuExit {
  /// Exits that carry nothing.
  enum Bare implements VcpuExit {
    /// KVM_EXIT_HLT: the guest waits for an interrupt, and no interrupt controller is in the
    /// kernel.
    HALTED,
    /// EINTR: [VcpuFd#kick], or another signal.
    INTERRUPTED,
    /// KVM_EXIT_SHUTDOWN: an x86 triple fault.
    SHUTDOWN,
    /// KVM_EXIT_IRQ_WINDOW_OPEN: the guest can take an interrupt now.
    IRQ_WINDOW_OPEN,
    /// KVM_EXIT_SET_TPR: CR8 fell below the threshold.
    SET_TPR,
    /// KVM_EXIT_NMI.
    NMI,
    /// KVM_EXIT_WATCHDOG.
    WATCHDOG,
    /// KVM_EXIT_DIRTY_RING_FULL.
    DIRTY_RING_FULL,
    /// KVM_EXIT_AP_RESET_HOLD: an SEV-ES processor waits for SIPI.
    AP_RESET_HOLD,
    /// KVM_EXIT_X86_BUS_LOCK.
    BUS_LOCK
  }

  /// KVM_EXIT_IO, in: the guest reads a port.
  ///
  /// @param port 0 to 0xffff
  /// @param size of one access in bytes: 1, 2 or 4
  /// @param data to be filled; a string instruction asks for several accesses at once, one after
  ///   another
  record IoIn(int port, int size, MemorySegment data) implements VcpuExit {}

  /// KVM_EXIT_IO, out: the guest writes a port.
  ///
  /// @param port 0 to 0xffff
  /// @param size of one access in bytes: 1, 2 or 4
  /// @param data what was written; a string instruction makes several accesses at once
  record IoOut(int port, int size, MemorySegment data) implements VcpuExit {}

  /// KVM_EXIT_MMIO, a read of memory that no slot backs.
  ///
  /// @param data 1 to 8 bytes to be filled
  record MmioRead(long gpa, MemorySegment data) implements VcpuExit {}

  /// KVM_EXIT_MMIO, a write to memory that no slot backs.
  ///
  /// @param data the 1 to 8 bytes written
  record MmioWrite(long gpa, MemorySegment data) implements VcpuExit {}

  /// KVM_EXIT_SYSTEM_EVENT: PSCI on aarch64, Hyper-V's crash registers on x86.
  ///
  /// @param data up to 16 words whose meaning the type defines
  record SystemEvent(Type type, List<Long> data) implements VcpuExit {
    /// KVM_SYSTEM_EVENT_*.
    public enum Type {
      /// A number that this version does not know.
      UNKNOWN,
      /// The guest powers off.
      SHUTDOWN,
      /// The guest resets.
      RESET,
      /// The guest says that it crashed.
      CRASH,
      /// A suspended guest has a wake-up event.
      WAKEUP,
      /// The guest suspends.
      SUSPEND,
      /// An SEV guest asks to be ended.
      SEV_TERM,
      /// A TDX guest met a fatal error.
      TDX_FATAL;

      static Type of(int number) {
        return number > 0 && number < values().length ? values()[number] : UNKNOWN;
      }
    }
  }

  /// KVM_EXIT_HYPERCALL.
  ///
  /// @param returned 8 bytes for the result
  record Hypercall(long number, List<Long> arguments, MemorySegment returned) implements VcpuExit {}

  /// KVM_EXIT_X86_RDMSR, for MSRs that user space took over.
  ///
  /// @param error one byte; 1 gives the guest #GP
  /// @param data 8 bytes to be filled
  record MsrRead(int index, MemorySegment error, MemorySegment data) implements VcpuExit {}

  /// KVM_EXIT_X86_WRMSR, for MSRs that user space took over.
  ///
  /// @param error one byte; 1 gives the guest #GP
  record MsrWrite(int index, long value, MemorySegment error) implements VcpuExit {}

  /// KVM_EXIT_IOAPIC_EOI: the guest ended an interrupt of an IOAPIC in user space.
  record IoapicEoi(int vector) implements VcpuExit {}

  /// KVM_EXIT_TPR_ACCESS.
  record TprAccess(long rip, boolean write) implements VcpuExit {}

  /// KVM_EXIT_DEBUG: a breakpoint or single step that user space asked for.
  ///
  /// @param arch `struct kvm_debug_exit_arch`
  record Debug(MemorySegment arch) implements VcpuExit {}

  /// KVM_EXIT_EXCEPTION.
  record GuestException(int exception, int errorCode) implements VcpuExit {}

  /// KVM_EXIT_HYPERV.
  ///
  /// @param data `struct kvm_hyperv_exit`
  record Hyperv(MemorySegment data) implements VcpuExit {}

  /// KVM_EXIT_XEN.
  ///
  /// @param data `struct kvm_xen_exit`
  record Xen(MemorySegment data) implements VcpuExit {}

  /// KVM_EXIT_NOTIFY: no event window opened for a long time.
  record Notify(int flags) implements VcpuExit {}

  /// KVM_EXIT_ARM_NISV: an access outside memory whose instruction the hardware does not describe.
  record ArmNisv(long esrIss, long faultIpa) implements VcpuExit {}

  /// KVM_EXIT_ARM_SEA: a synchronous external abort that the host cannot handle.
  record ArmSea(long flags, long esr, long gva, long gpa) implements VcpuExit {}

  /// KVM_EXIT_MEMORY_FAULT: an access that KVM could not resolve.
  record MemoryFault(long flags, long gpa, long size) implements VcpuExit {}

  /// KVM_EXIT_FAIL_ENTRY: the hardware refuses the processor's state.
  record FailEntry(long hardwareReason, int cpu) implements VcpuExit {}

  /// KVM_EXIT_INTERNAL_ERROR.
  ///
  /// @param suberror 1: an instruction that KVM cannot emulate; 2: simultaneous exceptions; 3: an
  ///   exception during delivery; 4: an unexpected exit
  record KvmInternalError(int suberror, List<Long> data) implements VcpuExit {
    /// What the suberror means.
    public String reason() {
      return switch (suberror) {
        case 1 -> "KVM cannot emulate an instruction";
        case 2 -> "simultaneous exceptions";
        case 3 -> "an exit during the delivery of an event";
        case 4 -> "an unexpected exit reason of the hardware";
        default -> "suberror " + suberror;
      };
    }
  }

  /// KVM_EXIT_UNKNOWN: the hardware stopped for a reason that KVM does not know.
  record HardwareUnknown(long hardwareReason) implements VcpuExit {}

  /// An exit of another architecture (s390, PowerPC, RISC-V, LoongArch), of confidential guests
  /// (TDX, SEV-SNP), or newer than this code.
  ///
  /// @param reason `exit_reason`
  record Other(int reason) implements VcpuExit {}

  /// KVM_RUN itself failed: ENOEXEC for a processor that was not initialised, ENOSYS for an access
  /// that cannot be emulated, EFAULT for guest memory that is gone.
  record Failed(Errno errno) implements VcpuExit {}
}
