package fcvm.kvm;

import fcvm.linux.Errno;
import fcvm.linux.Fd;
import fcvm.linux.LinuxException;
import fcvm.linux.Mapping;
import fcvm.linux.ThreadKick;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A virtual processor.
///
/// [#run] and everything that touches the processor's state belongs to one platform thread, the
/// vCPU's: KVM binds it to the thread that last entered it, and a virtual thread would pin its
/// carrier. [#kick] may be called from any thread, at any time, also after [#close].
public final class VcpuFd extends KvmFd {
  /// KVM_MP_STATE_RUNNABLE.
  public static final int MP_STATE_RUNNABLE = 0;

  /// KVM_MP_STATE_UNINITIALIZED: an x86 processor that waits for INIT and SIPI.
  public static final int MP_STATE_UNINITIALIZED = 1;

  /// KVM_MP_STATE_STOPPED: an aarch64 processor that PSCI has not started, or has stopped.
  public static final int MP_STATE_STOPPED = 5;

  private static final Ioctl KVM_RUN = Ioctl.plain("KVM_RUN", 0x80);
  private static final Ioctl KVM_GET_MP_STATE =
      Ioctl.read("KVM_GET_MP_STATE", 0x98, Structs.MP_STATE.byteSize());
  private static final Ioctl KVM_SET_MP_STATE =
      Ioctl.write("KVM_SET_MP_STATE", 0x99, Structs.MP_STATE.byteSize());

  private final int id;
  private final Mapping mapping;
  private final KvmRun run;
  private final ThreadKick kick;

  private VcpuFd(Fd fd, int id, Mapping mapping, ThreadKick kick) {
    super(fd);
    this.id = id;
    this.mapping = mapping;
    this.run = new KvmRun(mapping.segment());
    this.kick = kick;
  }

  static VcpuFd create(Fd fd, int id, int mmapSize) throws LinuxException {
    try {
      return new VcpuFd(fd, id, Mapping.shared(fd, mmapSize), new ThreadKick());
    } catch (LinuxException e) {
      fd.close();
      throw e;
    }
  }

  /// The number given to [VmFd#createVcpu].
  public int id() {
    return id;
  }

  /// KVM_RUN: runs the guest on the calling thread until it stops for a reason.
  ///
  /// Never throws for what a guest did. Data in the exit lies in memory shared with KVM: valid
  /// until the next call, and what is stored there for a read is what the guest gets at the next
  /// call.
  ///
  /// @throws IllegalStateException if another thread is running it, or it is closed
  public VcpuExit run() {
    int thread = ThreadKick.threadId();
    int result;
    kick.enter(thread);
    try {
      do {
        result = fd().ioctlResult(KVM_RUN.number(), 0);
        // EAGAIN: a processor that waited for INIT has been woken, and has not run yet.
      } while (result == -Errno.EAGAIN.number());
    } finally {
      kick.leave(thread);
    }
    if (result == -Errno.EINTR.number()) {
      run.clearImmediateExit();
      return VcpuExit.Bare.INTERRUPTED;
    }
    return result < 0 ? run.failure(Errno.of(-result)) : run.exit();
  }

  /// Makes the current or the next [#run] return INTERRUPTED, soon. Kicks that coincide count once;
  /// after INTERRUPTED, everything that a kicker wrote before it kicked can be seen.
  public void kick() {
    // In this order: if the thread is not inside KVM_RUN yet, the flag is what it meets there; if
    // it is, the signal interrupts it.
    if (run.setImmediateExit()) {
      kick.kick();
    }
  }

  /// Whether a thread is inside [#run] at this moment.
  public boolean isRunning() {
    return kick.isEntered();
  }

  /// KVM_GET_MP_STATE.
  public int mpState() throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      Struct state = Struct.allocate(Structs.MP_STATE, arena);
      ioctl(KVM_GET_MP_STATE, state);
      return (int) state.get("mp_state");
    }
  }

  /// KVM_SET_MP_STATE.
  public void setMpState(int state) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      ioctl(KVM_SET_MP_STATE, Struct.allocate(Structs.MP_STATE, arena).set("mp_state", state));
    }
  }

  /// KVM_SET_DEVICE_ATTR on a vCPU.
  public void setAttr(int group, long attr, MemorySegment value) throws LinuxException {
    DeviceFd.call(this, DeviceFd.KVM_SET_DEVICE_ATTR, group, attr, value);
  }

  /// KVM_HAS_DEVICE_ATTR on a vCPU.
  public boolean hasAttr(int group, long attr) throws LinuxException {
    return DeviceFd.has(this, group, attr);
  }

  /// Unmaps and closes; closing twice does nothing.
  ///
  /// @throws IllegalStateException if a thread is inside [#run]: kick it and join it first
  @Override
  public void close() {
    if (!kick.retire()) {
      throw new IllegalStateException("vCPU " + id + " is running: kick and join its thread first");
    }
    mapping.close();
    super.close();
  }
}
