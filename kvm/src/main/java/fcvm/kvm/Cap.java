package fcvm.kvm;

/// Capabilities that [Kvm#checkExtension] and [VmFd#checkExtension] are asked for: KVM_CAP_* of
/// `include/uapi/linux/kvm.h`.
public final class Cap {
  public static final int IRQCHIP = 0;
  public static final int USER_MEMORY = 3;
  public static final int SET_TSS_ADDR = 4;
  public static final int EXT_CPUID = 7;
  public static final int NR_VCPUS = 9;
  public static final int NR_MEMSLOTS = 10;
  public static final int PIT2 = 33;
  public static final int IRQFD = 32;
  public static final int IOEVENTFD = 36;
  public static final int SET_IDENTITY_MAP_ADDR = 37;
  public static final int ADJUST_CLOCK = 39;
  public static final int VCPU_EVENTS = 41;
  public static final int DEBUGREGS = 50;
  public static final int XSAVE = 55;
  public static final int XCRS = 56;
  public static final int TSC_CONTROL = 60;
  public static final int MAX_VCPUS = 66;
  public static final int ONE_REG = 70;
  public static final int TSC_DEADLINE_TIMER = 72;
  public static final int SIGNAL_MSI = 77;
  public static final int DEVICE_CTRL = 89;
  public static final int ARM_PSCI_0_2 = 102;
  public static final int SPLIT_IRQCHIP = 121;
  public static final int ARM_PMU_V3 = 126;
  public static final int IMMEDIATE_EXIT = 136;
  public static final int X86_DISABLE_EXITS = 143;
  public static final int NESTED_STATE = 157;
  public static final int ARM_VM_IPA_SIZE = 165;
  public static final int ARM_SVE = 170;
  public static final int ARM_PTRAUTH_ADDRESS = 171;
  public static final int ARM_PTRAUTH_GENERIC = 172;
  public static final int STEAL_TIME = 187;
  public static final int COUNTER_OFFSET = 227;

  /// A vCPU may have a virtual EL2: nested virtualization on aarch64.
  public static final int ARM_EL2 = 240;

  /// A virtual EL2 may lack VHE (HCR_EL2.E2H is 0).
  public static final int ARM_EL2_E2H0 = 241;

  private Cap() {}
}
