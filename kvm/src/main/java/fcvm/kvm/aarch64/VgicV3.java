package fcvm.kvm.aarch64;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import fcvm.kvm.DeviceFd;
import fcvm.kvm.VmFd;
import fcvm.linux.LinuxException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The interrupt controller inside the kernel, a GICv3. Created after all vCPUs, initialised before
/// the first runs. Source: `Documentation/virt/kvm/devices/arm-vgic-v3.rst`.
public final class VgicV3 implements AutoCloseable {
  /// Size of the distributor's registers.
  public static final long DISTRIBUTOR_SIZE = 0x10000;

  /// Size of one vCPU's redistributor.
  public static final long REDISTRIBUTOR_SIZE = 0x20000;

  /// Private interrupt by which the GIC asks a guest hypervisor for maintenance: PPI 9.
  public static final int MAINTENANCE_INTID = 25;

  private static final int KVM_DEV_TYPE_ARM_VGIC_V3 = 7;
  private static final int GRP_ADDR = 0;
  private static final int GRP_NR_IRQS = 3;
  private static final int GRP_CTRL = 4;
  private static final int GRP_MAINT_IRQ = 9;
  private static final int ADDR_TYPE_DIST = 2;
  private static final int ADDR_TYPE_REDIST = 3;
  private static final int CTRL_INIT = 0;

  private final DeviceFd device;

  private VgicV3(DeviceFd device) {
    this.device = device;
  }

  /// Whether KVM can make one: the computer's own interrupt controller must be one, too.
  public static boolean isSupported(VmFd vm) throws LinuxException {
    return vm.canCreateDevice(KVM_DEV_TYPE_ARM_VGIC_V3);
  }

  /// KVM_CREATE_DEVICE.
  public static VgicV3 create(VmFd vm) throws LinuxException {
    return new VgicV3(vm.createDevice(KVM_DEV_TYPE_ARM_VGIC_V3));
  }

  /// Where the distributor is: 64 KiB-aligned.
  public void distributor(long gpa) throws LinuxException {
    set(GRP_ADDR, ADDR_TYPE_DIST, gpa);
  }

  /// Where the redistributors are, one after another: 64 KiB-aligned.
  public void redistributors(long gpa) throws LinuxException {
    set(GRP_ADDR, ADDR_TYPE_REDIST, gpa);
  }

  /// How many interrupts there are, the 32 private ones included: a multiple of 32, 64 to 1024.
  public void interrupts(int count) throws LinuxException {
    setInt(GRP_NR_IRQS, count);
  }

  /// The interrupt for maintenance, of a machine whose vCPUs have an EL2: INTID 16 to 31.
  public void maintenanceInterrupt(int intid) throws LinuxException {
    setInt(GRP_MAINT_IRQ, intid);
  }

  /// Whether this kernel lets [#maintenanceInterrupt] be set.
  public boolean hasMaintenanceInterrupt() throws LinuxException {
    return device.hasAttr(GRP_MAINT_IRQ, 0);
  }

  /// All is set: nothing above can be changed any more.
  public void init() throws LinuxException {
    device.setAttr(GRP_CTRL, CTRL_INIT, MemorySegment.NULL);
  }

  private void set(int group, long attr, long value) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      device.setAttr(group, attr, arena.allocateFrom(JAVA_LONG, value));
    }
  }

  private void setInt(int group, int value) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      device.setAttr(group, 0, arena.allocateFrom(JAVA_INT, value));
    }
  }

  @Override
  public void close() {
    device.close();
  }
}
