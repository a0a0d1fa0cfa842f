package fcvm.virtio;

/// A driver broke the rules (or the host could not serve it) in a way that leaves the device unable
/// to go on. A value, never an exception: the device reports it and waits for a reset.
///
/// @param cause what is wrong
/// @param detail the offending index, address or length; its meaning follows from the cause
public record DeviceFault(Cause cause, long detail) {
  /// What can be wrong.
  public enum Cause {
    QUEUE_NOT_READY("the driver is ready but has not set up a queue"),
    QUEUE_ADDRESS("a ring of a queue is misaligned or outside memory"),
    QUEUE_SIZE("a queue's size is zero, too large or not a power of two"),
    AVAILABLE_INDEX("more chains are available than the queue has descriptors"),
    DESCRIPTOR_INDEX("a descriptor's index is outside its table"),
    DESCRIPTOR_ADDRESS("a buffer is outside memory"),
    DESCRIPTOR_ORDER("a device-readable descriptor follows a device-writable one"),
    DESCRIPTOR_LOOP("a chain is longer than the queue: it has a cycle"),
    INDIRECT("an indirect table was not negotiated, is nested, empty or outside memory"),
    REQUEST("a request lacks the fields that its device demands"),
    HOST("the host could not provide what the device needs to start");

    private final String text;

    Cause(String text) {
      this.text = text;
    }
  }

  @Override
  public String toString() {
    return "%s (0x%x)".formatted(cause.text, detail);
  }
}
