package fcvm.kvm;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.StructLayout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Sizes and offsets, as a C compiler finds them in the kernel's headers.
class LayoutTest {
  private static StructLayout layout(String name) throws ReflectiveOperationException {
    return (StructLayout) Structs.class.getDeclaredField(name).get(null);
  }

  @ParameterizedTest
  @CsvSource({
    "USERSPACE_MEMORY_REGION, 32",
    "DIRTY_LOG, 16",
    "IRQFD, 32",
    "IOEVENTFD, 64",
    "IRQ_LEVEL, 8",
    "MSI, 32",
    "IRQ_ROUTING, 8",
    "IRQ_ROUTING_ENTRY, 48",
    "ENABLE_CAP, 104",
    "CREATE_DEVICE, 12",
    "DEVICE_ATTR, 24",
    "MP_STATE, 4"
  })
  void sizes(String struct, long size) throws Exception {
    assertThat(layout(struct).byteSize()).isEqualTo(size);
  }

  @ParameterizedTest
  @CsvSource({
    "USERSPACE_MEMORY_REGION, slot, 0",
    "USERSPACE_MEMORY_REGION, flags, 4",
    "USERSPACE_MEMORY_REGION, guest_phys_addr, 8",
    "USERSPACE_MEMORY_REGION, memory_size, 16",
    "USERSPACE_MEMORY_REGION, userspace_addr, 24",
    "DIRTY_LOG, dirty_bitmap, 8",
    "IRQFD, fd, 0",
    "IRQFD, gsi, 4",
    "IRQFD, flags, 8",
    "IRQFD, resamplefd, 12",
    "IOEVENTFD, datamatch, 0",
    "IOEVENTFD, addr, 8",
    "IOEVENTFD, len, 16",
    "IOEVENTFD, fd, 20",
    "IOEVENTFD, flags, 24",
    "IRQ_LEVEL, irq, 0",
    "IRQ_LEVEL, level, 4",
    "MSI, devid, 16",
    "IRQ_ROUTING, nr, 0",
    "IRQ_ROUTING, flags, 4",
    "IRQ_ROUTING_ENTRY, gsi, 0",
    "IRQ_ROUTING_ENTRY, type, 4",
    "IRQ_ROUTING_ENTRY, flags, 8",
    "IRQ_ROUTING_ENTRY, u, 16",
    "ENABLE_CAP, cap, 0",
    "ENABLE_CAP, flags, 4",
    "ENABLE_CAP, args, 8",
    "CREATE_DEVICE, type, 0",
    "CREATE_DEVICE, fd, 4",
    "CREATE_DEVICE, flags, 8",
    "DEVICE_ATTR, flags, 0",
    "DEVICE_ATTR, group, 4",
    "DEVICE_ATTR, attr, 8",
    "DEVICE_ATTR, addr, 16"
  })
  void offsets(String struct, String field, long offset) throws Exception {
    assertThat(layout(struct).byteOffset(groupElement(field))).isEqualTo(offset);
  }

  @ParameterizedTest
  @CsvSource({
    "IMMEDIATE_EXIT, 1",
    "EXIT_REASON, 8",
    "UNION, 32",
    "UNION_SIZE, 256",
    "IO_DIRECTION, 32",
    "IO_SIZE, 33",
    "IO_PORT, 34",
    "IO_COUNT, 36",
    "IO_DATA_OFFSET, 40",
    "MMIO_PHYS_ADDR, 32",
    "MMIO_DATA, 40",
    "MMIO_LEN, 48",
    "MMIO_IS_WRITE, 52",
    "HYPERCALL_ARGS, 40",
    "HYPERCALL_RET, 88",
    "MSR_ERROR, 32",
    "MSR_INDEX, 44",
    "MSR_DATA, 48"
  })
  void offsetsOfKvmRun(String field, long offset) throws Exception {
    assertThat(KvmRun.class.getDeclaredField(field).getLong(null)).isEqualTo(offset);
  }
}
