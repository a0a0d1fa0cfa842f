package fcvm.kvm;

import fcvm.linux.Fd;
import fcvm.linux.LinuxException;
import java.lang.foreign.MemorySegment;

/// What KVM's four kinds of descriptors have in common: they take ioctls, and close.
///
/// A failed ioctl names the request and the descriptor: `KVM_CREATE_VCPU on kvm vm: EEXIST (…)`.
public abstract sealed class KvmFd implements AutoCloseable permits Kvm, VmFd, VcpuFd, DeviceFd {
  private final Fd fd;

  KvmFd(Fd fd) {
    this.fd = fd;
  }

  final Fd fd() {
    return fd;
  }

  /// Makes a request that carries a number, or nothing (0).
  ///
  /// @return zero or more, as the request defines it
  public final int ioctl(Ioctl request, long argument) throws LinuxException {
    return fd.ioctl(request.name(), request.number(), argument);
  }

  /// Makes a request that carries a structure, which KVM reads, writes, or both.
  ///
  /// @return zero or more, as the request defines it
  public final int ioctl(Ioctl request, MemorySegment argument) throws LinuxException {
    return fd.ioctl(request.name(), request.number(), argument);
  }

  /// Makes a request that carries a structure.
  ///
  /// @return zero or more, as the request defines it
  public final int ioctl(Ioctl request, Struct argument) throws LinuxException {
    return ioctl(request, argument.memory());
  }

  @Override
  public void close() {
    fd.close();
  }
}
