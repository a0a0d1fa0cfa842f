package fcvm.virtio;

/// A transport's interrupt: the causes that the driver has not acknowledged, which it reads in its
/// registers, and the edge that makes it look.
///
/// Any thread may call it, without the transport's lock: a driver reads and acknowledges causes in
/// every interrupt, and must not wait there for a device that is busy.
final class Interrupt {
  /// The device gave buffers back.
  static final int USED_BUFFER = 1;

  /// The configuration, or the device status, changed.
  static final int CONFIGURATION = 2;

  private final InterruptPin pin;
  private final RegisterPage registers;

  Interrupt(InterruptPin pin, RegisterPage registers) {
    this.pin = pin;
    this.registers = registers;
  }

  /// Adds a cause, then sends an edge: in this order, the handler that the edge starts finds it.
  void raise(int cause) {
    registers.addCause(cause);
    pin.pulse();
  }

  /// Shows the driver the device's configuration as it is now, and says so.
  void configurationChanged(VirtioDevice device) {
    registers.refresh(device);
    raise(CONFIGURATION);
  }

  int causes() {
    return registers.causes();
  }

  void acknowledge(int acknowledged) {
    registers.removeCauses(acknowledged);
  }

  void restore(int value) {
    registers.set(MmioRegisters.INTERRUPT_STATUS, value);
  }
}
