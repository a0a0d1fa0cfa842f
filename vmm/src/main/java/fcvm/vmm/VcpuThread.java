package fcvm.vmm;

import fcvm.kvm.VcpuExit;
import fcvm.kvm.VcpuFd;
import fcvm.linux.Join;
import fcvm.linux.LinuxException;
import java.lang.foreign.MemorySegment;

/// A vCPU's platform thread. It does nothing but KVM_RUN and dispatch of exits to the buses, until
/// the end of the microVM.
final class VcpuThread implements AutoCloseable {
  private final VcpuFd vcpu;
  private final Architecture architecture;
  private final Bus ports;
  private final Bus mmio;
  private final VmEnd end;
  private final Thread thread;

  private final Retries retries = new Retries(); // the thread's own

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
        if (!retries.isWorthOne(exit)) {
          dispatch(exit);
        }
      }
    } catch (Throwable e) {
      end.end(new VmExit.Crash("vCPU " + vcpu.id() + ": " + e));
    }
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
