package fcvm.vmm;

import fcvm.kvm.VcpuExit;
import java.util.concurrent.TimeUnit;

/// Tells failures of KVM that pass when the guest is entered again from those that stay.
///
/// Of those that pass there are two, and nothing has happened to the guest in either: its program
/// counter is still at the instruction, and the next entry delivers what was being delivered.
///
/// Failures that look successive need not be, since exits that KVM serves by itself do not show
/// here; but where thousands come in seconds the guest makes no progress at all.
final class Retries {
  /// KVM_INTERNAL_ERROR_EMULATION.
  private static final int EMULATION = 1;

  /// KVM_INTERNAL_ERROR_DELIVERY_EV.
  private static final int DELIVERY_EVENT = 3;

  /// KVM_INTERNAL_ERROR_EMULATION_FLAG_INSTRUCTION_BYTES, in the first word.
  private static final long INSTRUCTION_BYTES = 1;

  static final int MOST = 10_000;
  private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(5);

  private int count;
  private long first;

  /// Whether to enter the guest again after this exit, without a look at it.
  boolean isWorthOne(VcpuExit exit) {
    if (!(exit instanceof VcpuExit.KvmInternalError error)
        || !(isSeenDuringAnEvent(error) || isWithoutItsInstruction(error))) {
      count = 0;
      return false;
    }
    long now = System.nanoTime();
    if (count == 0 || now - first > MOST_NANOS) {
      count = 0;
      first = now;
    }
    return ++count < MOST;
  }

  /// KVM's SVM code looks at the type of EXITINTINFO without asking whether it is valid. QEMU's
  /// emulated processor leaves the type of the guest's last exception there, so an access to a
  /// device that follows an exception without an exit in between fails. It is repeated with a clean
  /// EXITINTINFO. If the event really is in the way, the guest's own tables put its stack where
  /// there is no memory.
  private static boolean isSeenDuringAnEvent(VcpuExit.KvmInternalError error) {
    return error.suberror() == DELIVERY_EVENT;
  }

  /// Where the processor does not save the next instruction's address (SVM's NRIPS, which QEMU's
  /// does not have), KVM reads an intercepted instruction to learn its length. The page tables by
  /// which the processor found it may have changed since, by another vCPU whose TLB shootdown is
  /// still on its way. Entered again, the guest gets the page fault that is due.
  private static boolean isWithoutItsInstruction(VcpuExit.KvmInternalError error) {
    return error.suberror() == EMULATION
        && !error.data().isEmpty()
        && (error.data().getFirst() & INSTRUCTION_BYTES) == 0;
  }
}
