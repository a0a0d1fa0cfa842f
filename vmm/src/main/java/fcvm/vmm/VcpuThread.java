package fcvm.vmm;

import fcvm.kvm.VcpuExit;
import fcvm.kvm.VcpuFd;
import fcvm.linux.Join;
import fcvm.linux.LinuxException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;

/// A vCPU's platform thread. It does nothing but KVM_RUN and dispatch of exits to the buses, until
/// the end of the microVM.
final class VcpuThread implements AutoCloseable {
  /// KVM_INTERNAL_ERROR_DELIVERY_EV.
  private static final int DELIVERY_EVENT = 3;

  /// A guest whose access fails so often without a pause makes no progress at all.
  private static final int MAX_RETRIES = 10_000;

  private static final long MAX_RETRY_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final VcpuFd vcpu;
  private final Architecture architecture;
  private final Bus ports;
  private final Bus mmio;
  private final VmEnd end;
  private final Thread thread;

  // The thread's own.
  private int retries;
  private long firstRetry;

  VcpuThread(VcpuFd vcpu, Architecture architecture, Bus ports, Bus mmio, VmEnd end) {
    this.vcpu = vcpu;
    this.architecture = architecture;
    this.ports = ports;
    this.mmio = mmio;
    this.end = end;
    this.thread = Thread.ofPlatform().name("vcpu-" + vcpu.id()).daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /// Waits until the thread has ended, which it does soon after the microVM's end.
  @Override
  public void close() {
    Join.uninterruptibly(thread);
  }

  @SuppressWarnings("CatchingUnchecked") // a bug in a device ends this VM with a report, not a hang
  private void run() {
    try {
      while (!end.reached()) {
        VcpuExit exit = vcpu.run();
        if (!isWorthARetry(exit)) {
          retries = 0;
          dispatch(exit);
        }
      }
    } catch (Throwable e) {
      end.end(new VmExit.Crash("vCPU " + vcpu.id() + ": " + e));
    }
  }

  /// Whether KVM failed to emulate an access only because it saw an event being delivered.
  ///
  /// KVM's SVM code looks at the type of EXITINTINFO without asking whether it is valid. QEMU's
  /// emulated processor leaves the type of the guest's last exception there, so an access to a
  /// device that follows an exception without an exit in between fails. Nothing has happened to the
  /// guest then, and entering it again repeats the access with a clean EXITINTINFO.
  ///
  /// Failures that look successive need not be, since exits that KVM serves by itself do not show
  /// here; but where thousands come in seconds the event really is in the way: the guest's own
  /// tables put its stack where there is no memory.
  private boolean isWorthARetry(VcpuExit exit) {
    if (!(exit instanceof VcpuExit.KvmInternalError error) || error.suberror() != DELIVERY_EVENT) {
      return false;
    }
    long now = System.nanoTime();
    if (retries == 0 || now - firstRetry > MAX_RETRY_NANOS) {
      retries = 0;
      firstRetry = now;
    }
    return ++retries < MAX_RETRIES;
  }

  private void dispatch(VcpuExit exit) {
    switch (exit) {
      case VcpuExit.MmioRead read -> mmio.read(read.gpa(), read.data());
      case VcpuExit.MmioWrite write -> mmio.write(write.gpa(), write.data());
      case VcpuExit.IoIn in -> {
        for (long at = 0; at < in.data().byteSize(); at += in.size()) {
          ports.read(in.port(), access(in.data(), at, in.size()));
        }
      }
      case VcpuExit.IoOut out -> {
        for (long at = 0; at < out.data().byteSize(); at += out.size()) {
          ports.write(out.port(), access(out.data(), at, out.size()));
        }
      }
      case VcpuExit.SystemEvent event -> systemEvent(event);
      case VcpuExit.Bare.INTERRUPTED -> {} // the loop asks whether this is the end
      case VcpuExit.Bare.SHUTDOWN -> crash("triple fault");
      case VcpuExit.KvmInternalError error -> crash(error.reason() + " (" + error + ")");
      default -> crash(exit.toString());
    }
  }

  /// One access of a string instruction, which transfers several at once.
  private static MemorySegment access(MemorySegment data, long at, int size) {
    return data.asSlice(at, size);
  }

  private void systemEvent(VcpuExit.SystemEvent event) {
    switch (event.type()) {
      case SHUTDOWN -> end.powerOff();
      case RESET -> end.reboot();
      default -> crash(event.toString());
    }
  }

  private void crash(String what) {
    String where;
    try {
      where = architecture.position(vcpu);
    } catch (LinuxException e) {
      where = "registers unknown: " + e.getMessage();
    }
    end.end(new VmExit.Crash("vCPU " + vcpu.id() + ": " + what + " at " + where));
  }
}
