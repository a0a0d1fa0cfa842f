package fcvm.virtio;

import static fcvm.virtio.MmioRegisters.*;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/// What a driver reads from a device's registers and configuration: memory that a monitor can show
/// the guest read-only, so that a read is a load and no exit. A virtio driver reads InterruptStatus
/// in every interrupt.
///
/// The interrupt's causes live here alone; all else is a copy of what its owner has, written before
/// the guest's access that changed it ends.
final class RegisterPage {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);
  private static final VarHandle ATOMIC = ValueLayout.JAVA_INT.withOrder(LITTLE_ENDIAN).varHandle();

  private static final int VERSION_2 = 2;

  /// No shared memory region has this length (4.2.2: SHMLen).
  private static final int NO_SHM = -1;

  private final MemorySegment memory;

  /// Fills in what never changes.
  ///
  /// @param memory [MmioTransport#SIZE] bytes, aligned to 4, of which others only read
  RegisterPage(DeviceType type, MemorySegment memory) {
    this.memory = memory;
    set(MAGIC_VALUE, MAGIC);
    set(VERSION, VERSION_2);
    set(DEVICE_ID, type.id());
    set(SHM_LEN_LOW, NO_SHM);
    set(SHM_LEN_HIGH, NO_SHM);
    set(SHM_BASE_LOW, NO_SHM);
    set(SHM_BASE_HIGH, NO_SHM);
  }

  void set(int register, int value) {
    ATOMIC.setOpaque(memory, (long) register, value);
  }

  /// The configuration space, to be written to.
  MemorySegment config() {
    return memory.asSlice(CONFIG);
  }

  /// Copies the device's configuration anew. A driver that reads it at the same time sees by the
  /// generation that it has to read again (4.2.2.1).
  void refresh(VirtioDevice device) {
    device.readConfig(0, config());
    ATOMIC.getAndAdd(memory, (long) CONFIG_GENERATION, 1);
  }

  /// Copies what a read gives; past the end, zeroes.
  void read(long offset, MemorySegment data) {
    long size = Math.clamp(MmioTransport.SIZE - offset, 0, data.byteSize());
    data.fill((byte) 0);
    if (size == Integer.BYTES && offset % Integer.BYTES == 0) {
      data.set(INT, 0, (int) ATOMIC.getOpaque(memory, offset));
    } else if (size > 0) {
      MemorySegment.copy(memory, offset, data, 0, size);
    }
  }

  /// Causes of the interrupt that were not acknowledged.
  int causes() {
    return (int) ATOMIC.getAcquire(memory, (long) INTERRUPT_STATUS);
  }

  void addCause(int cause) {
    ATOMIC.getAndBitwiseOr(memory, (long) INTERRUPT_STATUS, cause);
  }

  void removeCauses(int causes) {
    ATOMIC.getAndBitwiseAnd(memory, (long) INTERRUPT_STATUS, ~causes);
  }
}
