package fcvm.vmm;

/// Ends the microVM on the guest's own request. Called on vCPU threads; returns at once, and the
/// first call decides.
public interface PowerSwitch {
  /// The guest turned its machine off.
  void powerOff();

  /// The guest reset its machine.
  void reboot();
}
