package fcvm.virtio;

/// A device's input at the interrupt controller, edge-triggered.
@FunctionalInterface
public interface InterruptPin {
  /// Sends an edge. Any thread; does not wait.
  void pulse();
}
