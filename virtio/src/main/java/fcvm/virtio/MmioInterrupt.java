package fcvm.virtio;

import java.util.List;

/// The one interrupt of a device on mmio: the causes that the driver has not acknowledged, which it
/// reads in its registers, and the edge that makes it look.
final class MmioInterrupt implements Interrupts {
  /// The device gave buffers back.
  static final int USED_BUFFER = 1;

  /// The configuration, or the device status, changed.
  static final int CONFIGURATION = 2;

  private final InterruptPin pin;
  private final RegisterPage registers;
  private final VirtioDevice device;

  MmioInterrupt(InterruptPin pin, RegisterPage registers, VirtioDevice device) {
    this.pin = pin;
    this.registers = registers;
    this.device = device;
  }

  /// Adds a cause, then sends an edge: in this order, the handler that the edge starts finds it.
  private void raise(int cause) {
    registers.addCause(cause);
    pin.pulse();
  }

  @Override
  public void usedBuffers(int queue) {
    raise(USED_BUFFER);
  }

  @Override
  public void statusChanged() {
    raise(CONFIGURATION);
  }

  @Override
  public void configurationChanged() {
    registers.refresh(device);
    raise(CONFIGURATION);
  }

  @Override
  public void reset() {
    restoreCauses(0);
  }

  @Override
  public int causes() {
    return registers.causes();
  }

  void acknowledge(int acknowledged) {
    registers.removeCauses(acknowledged);
  }

  @Override
  public void restoreCauses(int causes) {
    registers.set(MmioRegisters.INTERRUPT_STATUS, causes);
  }

  @Override
  public List<Integer> vectors() {
    return List.of();
  }

  @Override
  public void restoreVectors(List<Integer> vectors) {
    if (!vectors.isEmpty()) {
      throw new IllegalArgumentException("the state is of another kind of transport");
    }
  }
}
