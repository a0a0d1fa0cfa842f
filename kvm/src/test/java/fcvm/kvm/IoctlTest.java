package fcvm.kvm;

import static org.assertj.core.api.Assertions.assertThat;

import fcvm.kvm.aarch64.Counter;
import fcvm.kvm.aarch64.OneReg;
import fcvm.kvm.aarch64.VcpuInit;
import fcvm.kvm.x86_64.CpuId;
import fcvm.kvm.x86_64.Fpu;
import fcvm.kvm.x86_64.Lapic;
import fcvm.kvm.x86_64.Msrs;
import fcvm.kvm.x86_64.Pc;
import fcvm.kvm.x86_64.Regs;
import fcvm.kvm.x86_64.Sregs;
import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Request numbers, as the kernel's headers compose them.
class IoctlTest {
  private static final List<Class<?>> OWNERS =
      List.of(
          Kvm.class,
          VmFd.class,
          VcpuFd.class,
          DeviceFd.class,
          Regs.class,
          Sregs.class,
          Msrs.class,
          CpuId.class,
          Lapic.class,
          Fpu.class,
          Pc.class,
          VcpuInit.class,
          OneReg.class,
          Counter.class);

  @Test
  void numbers() throws Exception {
    Map<String, Long> numbers = new HashMap<>();
    for (Class<?> owner : OWNERS) {
      for (Field field : owner.getDeclaredFields()) {
        if (field.getType() == Ioctl.class) {
          field.setAccessible(true);
          Ioctl ioctl = (Ioctl) field.get(null);
          assertThat(ioctl.name()).isEqualTo(field.getName());
          numbers.put(ioctl.name(), ioctl.number());
        }
      }
    }
    assertThat(numbers)
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry("KVM_GET_API_VERSION", 0xae00L),
                Map.entry("KVM_CREATE_VM", 0xae01L),
                Map.entry("KVM_CHECK_EXTENSION", 0xae03L),
                Map.entry("KVM_GET_VCPU_MMAP_SIZE", 0xae04L),
                Map.entry("KVM_GET_SUPPORTED_CPUID", 0xc008ae05L),
                Map.entry("KVM_CREATE_VCPU", 0xae41L),
                Map.entry("KVM_GET_DIRTY_LOG", 0x4010ae42L),
                Map.entry("KVM_SET_USER_MEMORY_REGION", 0x4020ae46L),
                Map.entry("KVM_SET_TSS_ADDR", 0xae47L),
                Map.entry("KVM_SET_IDENTITY_MAP_ADDR", 0x4008ae48L),
                Map.entry("KVM_CREATE_IRQCHIP", 0xae60L),
                Map.entry("KVM_IRQ_LINE", 0x4008ae61L),
                Map.entry("KVM_SET_GSI_ROUTING", 0x4008ae6aL),
                Map.entry("KVM_IRQFD", 0x4020ae76L),
                Map.entry("KVM_CREATE_PIT2", 0x4040ae77L),
                Map.entry("KVM_IOEVENTFD", 0x4040ae79L),
                Map.entry("KVM_RUN", 0xae80L),
                Map.entry("KVM_GET_REGS", 0x8090ae81L),
                Map.entry("KVM_SET_REGS", 0x4090ae82L),
                Map.entry("KVM_GET_SREGS", 0x8138ae83L),
                Map.entry("KVM_SET_SREGS", 0x4138ae84L),
                Map.entry("KVM_GET_MSRS", 0xc008ae88L),
                Map.entry("KVM_SET_MSRS", 0x4008ae89L),
                Map.entry("KVM_SET_FPU", 0x41a0ae8dL),
                Map.entry("KVM_GET_LAPIC", 0x8400ae8eL),
                Map.entry("KVM_SET_LAPIC", 0x4400ae8fL),
                Map.entry("KVM_SET_CPUID2", 0x4008ae90L),
                Map.entry("KVM_GET_CPUID2", 0xc008ae91L),
                Map.entry("KVM_GET_MP_STATE", 0x8004ae98L),
                Map.entry("KVM_SET_MP_STATE", 0x4004ae99L),
                Map.entry("KVM_ENABLE_CAP", 0x4068aea3L),
                Map.entry("KVM_SIGNAL_MSI", 0x4020aea5L),
                Map.entry("KVM_GET_ONE_REG", 0x4010aeabL),
                Map.entry("KVM_SET_ONE_REG", 0x4010aeacL),
                Map.entry("KVM_ARM_VCPU_INIT", 0x4020aeaeL),
                Map.entry("KVM_ARM_PREFERRED_TARGET", 0x8020aeafL),
                Map.entry("KVM_ARM_SET_COUNTER_OFFSET", 0x4010aeb5L),
                Map.entry("KVM_ARM_VCPU_FINALIZE", 0x4004aec2L),
                Map.entry("KVM_CREATE_DEVICE", 0xc00caee0L),
                Map.entry("KVM_SET_DEVICE_ATTR", 0x4018aee1L),
                Map.entry("KVM_GET_DEVICE_ATTR", 0x4018aee2L),
                Map.entry("KVM_HAS_DEVICE_ATTR", 0x4018aee3L)));
  }
}
