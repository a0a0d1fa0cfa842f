package fcvm.virtio;

/// A device's message-signalled interrupts.
public interface InterruptMessages {
  /// How many there are.
  int count();

  /// Sends one, or remembers it while the driver blocks it. Any thread; does not wait.
  ///
  /// @param vector its number, less than [#count]
  void send(int vector);
}
