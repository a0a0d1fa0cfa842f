package fcvm.kvm;

import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.sequenceLayout;
import static java.lang.foreign.MemoryLayout.structLayout;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.StructLayout;

/// The arguments of ioctls that both architectures have, as `include/uapi/linux/kvm.h` lays them
/// out.
final class Structs {
  /// `struct kvm_userspace_memory_region`.
  static final StructLayout USERSPACE_MEMORY_REGION =
      structLayout(
          JAVA_INT.withName("slot"),
          JAVA_INT.withName("flags"),
          JAVA_LONG.withName("guest_phys_addr"),
          JAVA_LONG.withName("memory_size"),
          JAVA_LONG.withName("userspace_addr"));

  /// `struct kvm_dirty_log`.
  static final StructLayout DIRTY_LOG =
      structLayout(JAVA_INT.withName("slot"), paddingLayout(4), JAVA_LONG.withName("dirty_bitmap"));

  /// `struct kvm_irqfd`.
  static final StructLayout IRQFD =
      structLayout(
          JAVA_INT.withName("fd"),
          JAVA_INT.withName("gsi"),
          JAVA_INT.withName("flags"),
          JAVA_INT.withName("resamplefd"),
          paddingLayout(16));

  /// `struct kvm_ioeventfd`.
  static final StructLayout IOEVENTFD =
      structLayout(
          JAVA_LONG.withName("datamatch"),
          JAVA_LONG.withName("addr"),
          JAVA_INT.withName("len"),
          JAVA_INT.withName("fd"),
          JAVA_INT.withName("flags"),
          paddingLayout(36));

  /// `struct kvm_irq_level`.
  static final StructLayout IRQ_LEVEL =
      structLayout(JAVA_INT.withName("irq"), JAVA_INT.withName("level"));

  /// `struct kvm_msi`.
  static final StructLayout MSI =
      structLayout(
          JAVA_INT.withName("address_lo"),
          JAVA_INT.withName("address_hi"),
          JAVA_INT.withName("data"),
          JAVA_INT.withName("flags"),
          JAVA_INT.withName("devid"),
          paddingLayout(12));

  /// `struct kvm_irq_routing`, without its entries.
  static final StructLayout IRQ_ROUTING =
      structLayout(JAVA_INT.withName("nr"), JAVA_INT.withName("flags"));

  /// `struct kvm_irq_routing_entry`; `u` is a union of 32 bytes.
  static final StructLayout IRQ_ROUTING_ENTRY =
      structLayout(
          JAVA_INT.withName("gsi"),
          JAVA_INT.withName("type"),
          JAVA_INT.withName("flags"),
          paddingLayout(4),
          sequenceLayout(8, JAVA_INT).withName("u"));

  /// `struct kvm_enable_cap`.
  static final StructLayout ENABLE_CAP =
      structLayout(
          JAVA_INT.withName("cap"),
          JAVA_INT.withName("flags"),
          sequenceLayout(4, JAVA_LONG).withName("args"),
          paddingLayout(64));

  /// `struct kvm_create_device`.
  static final StructLayout CREATE_DEVICE =
      structLayout(JAVA_INT.withName("type"), JAVA_INT.withName("fd"), JAVA_INT.withName("flags"));

  /// `struct kvm_device_attr`.
  static final StructLayout DEVICE_ATTR =
      structLayout(
          JAVA_INT.withName("flags"),
          JAVA_INT.withName("group"),
          JAVA_LONG.withName("attr"),
          JAVA_LONG.withName("addr"));

  /// `struct kvm_mp_state`.
  static final StructLayout MP_STATE = structLayout(JAVA_INT.withName("mp_state"));

  private Structs() {}
}
