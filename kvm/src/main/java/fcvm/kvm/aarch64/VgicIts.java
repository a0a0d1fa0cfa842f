package fcvm.kvm.aarch64;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import fcvm.kvm.DeviceFd;
import fcvm.kvm.VmFd;
import fcvm.linux.LinuxException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The interrupt translation service inside the kernel, which makes interrupts of messages. Beside
/// a [VgicV3]. Source: `Documentation/virt/kvm/devices/arm-vgic-its.rst`.
public final class VgicIts implements AutoCloseable {
  /// Size of its registers; they are aligned to 64 KiB.
  public static final long SIZE = 0x20000;

  private static final int KVM_DEV_TYPE_ARM_VGIC_ITS = 8;
  private static final int GRP_ADDR = 0;
  private static final int GRP_CTRL = 4;
  private static final int ADDR_TYPE = 4;
  private static final int CTRL_INIT = 0;

  private final DeviceFd device;

  private VgicIts(DeviceFd device) {
    this.device = device;
  }

  /// KVM_CREATE_DEVICE, with its registers at `gpa`.
  public static VgicIts create(VmFd vm, long gpa) throws LinuxException {
    VgicIts its = new VgicIts(vm.createDevice(KVM_DEV_TYPE_ARM_VGIC_ITS));
    try (Arena arena = Arena.ofConfined()) {
      its.device.setAttr(GRP_ADDR, ADDR_TYPE, arena.allocateFrom(JAVA_LONG, gpa));
      its.device.setAttr(GRP_CTRL, CTRL_INIT, MemorySegment.NULL);
      return its;
    } catch (LinuxException e) {
      its.close();
      throw e;
    }
  }

  @Override
  public void close() {
    device.close();
  }
}
