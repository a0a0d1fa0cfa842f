package fcvm.vmm;

/// A level-triggered interrupt input. Called on vCPU threads and by whoever brings input.
@FunctionalInterface
public interface InterruptLine {
  /// Raises or lowers the line.
  void level(boolean high);
}
