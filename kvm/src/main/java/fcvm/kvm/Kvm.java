package fcvm.kvm;

import fcvm.linux.Fd;
import fcvm.linux.LinuxException;

/// The open `/dev/kvm`: KVM's system ioctls. Any thread may use it.
public final class Kvm extends KvmFd {
  /// Where KVM lives.
  public static final String DEVICE = "/dev/kvm";

  /// The only API version there has been since Linux 2.6.22.
  public static final int API_VERSION = 12;

  private static final Ioctl KVM_GET_API_VERSION = Ioctl.plain("KVM_GET_API_VERSION", 0x00);
  private static final Ioctl KVM_CREATE_VM = Ioctl.plain("KVM_CREATE_VM", 0x01);
  static final Ioctl KVM_CHECK_EXTENSION = Ioctl.plain("KVM_CHECK_EXTENSION", 0x03);
  private static final Ioctl KVM_GET_VCPU_MMAP_SIZE = Ioctl.plain("KVM_GET_VCPU_MMAP_SIZE", 0x04);

  private Kvm(Fd fd) {
    super(fd);
  }

  /// Opens `/dev/kvm`.
  ///
  /// @throws LinuxException ENOENT if the kernel has no KVM or the processor cannot virtualize,
  ///   EACCES if the user may not (group kvm)
  public static Kvm open() throws LinuxException {
    return new Kvm(Fd.open(DEVICE, Fd.O_RDWR));
  }

  /// KVM_GET_API_VERSION: [#API_VERSION].
  public int apiVersion() throws LinuxException {
    return ioctl(KVM_GET_API_VERSION, 0);
  }

  /// KVM_CHECK_EXTENSION.
  ///
  /// @param capability one of [Cap]
  /// @return 0 if KVM does not have it; else 1, or what the capability defines
  public int checkExtension(int capability) throws LinuxException {
    return ioctl(KVM_CHECK_EXTENSION, capability);
  }

  /// KVM_GET_VCPU_MMAP_SIZE: bytes to map of a vCPU's descriptor.
  public int vcpuMmapSize() throws LinuxException {
    return ioctl(KVM_GET_VCPU_MMAP_SIZE, 0);
  }

  /// KVM_CREATE_VM, with the architecture's default machine type.
  public VmFd createVm() throws LinuxException {
    return createVm(0);
  }

  /// KVM_CREATE_VM.
  ///
  /// @param type 0, or on aarch64 the width of guest physical addresses in bits
  public VmFd createVm(long type) throws LinuxException {
    return new VmFd(Fd.of(ioctl(KVM_CREATE_VM, type), "kvm vm"), vcpuMmapSize());
  }
}
