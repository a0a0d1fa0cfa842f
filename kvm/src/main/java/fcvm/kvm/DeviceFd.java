package fcvm.kvm;

import fcvm.linux.Errno;
import fcvm.linux.Fd;
import fcvm.linux.LinuxException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A device inside the kernel, such as a vGICv3: groups of attributes. Source:
/// `Documentation/virt/kvm/devices`.
public final class DeviceFd extends KvmFd {
  private static final long ATTR_SIZE = Structs.DEVICE_ATTR.byteSize();

  /// These are also ioctls of a vCPU, see [VcpuFd#setAttr].
  static final Ioctl KVM_SET_DEVICE_ATTR = Ioctl.write("KVM_SET_DEVICE_ATTR", 0xe1, ATTR_SIZE);

  static final Ioctl KVM_GET_DEVICE_ATTR = Ioctl.write("KVM_GET_DEVICE_ATTR", 0xe2, ATTR_SIZE);
  static final Ioctl KVM_HAS_DEVICE_ATTR = Ioctl.write("KVM_HAS_DEVICE_ATTR", 0xe3, ATTR_SIZE);

  DeviceFd(Fd fd) {
    super(fd);
  }

  /// KVM_SET_DEVICE_ATTR.
  ///
  /// @param value what the attribute is set to; [MemorySegment#NULL] for one that is a command
  public void setAttr(int group, long attr, MemorySegment value) throws LinuxException {
    call(this, KVM_SET_DEVICE_ATTR, group, attr, value);
  }

  /// KVM_GET_DEVICE_ATTR.
  ///
  /// @param value receives what the attribute is
  public void attr(int group, long attr, MemorySegment value) throws LinuxException {
    call(this, KVM_GET_DEVICE_ATTR, group, attr, value);
  }

  /// KVM_HAS_DEVICE_ATTR.
  public boolean hasAttr(int group, long attr) throws LinuxException {
    return has(this, group, attr);
  }

  static boolean has(KvmFd fd, int group, long attr) throws LinuxException {
    try {
      call(fd, KVM_HAS_DEVICE_ATTR, group, attr, MemorySegment.NULL);
      return true;
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENXIO || e.errno() == Errno.ENODEV) {
        return false;
      }
      throw e;
    }
  }

  static void call(KvmFd fd, Ioctl request, int group, long attr, MemorySegment value)
      throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      Struct argument =
          Struct.allocate(Structs.DEVICE_ATTR, arena)
              .set("group", group)
              .set("attr", attr)
              .set("addr", value.address());
      fd.ioctl(request, argument);
    } catch (LinuxException e) {
      throw new LinuxException(
          "%s of group %d attribute %#x".formatted(request.name(), group, attr), e.errno());
    }
  }
}
