package fcvm.vmm;

/// An input of the interrupt controller. Called on vCPU threads and by whoever brings input.
@FunctionalInterface
public interface InterruptLine {
  /// Raises or lowers the line.
  void level(boolean high);

  /// Raises and lowers it, which an edge-triggered input takes for one interrupt. The interrupt is
  /// the guest's when it returns: an irqfd would hand it to a thread of the kernel's first, since
  /// only message-signalled interrupts are delivered on the spot.
  default void pulse() {
    level(true);
    level(false);
  }
}
