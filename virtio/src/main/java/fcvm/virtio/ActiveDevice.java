package fcvm.virtio;

/// A device that serves its queues, from [VirtioDevice#activate] until the driver resets it.
///
/// The transport's lock is held in every call, so there is one at a time.
public interface ActiveDevice extends AutoCloseable {
  /// The driver made buffers available. Called on the device's event loop; serves what there is and
  /// returns. Not called if the device waits itself.
  ///
  /// @param queue the queue's index
  default void notified(int queue) {}

  /// Stops. When it returns, the device does not touch guest memory any more. Called on a vCPU
  /// thread (reset) or on the thread that ends the VM.
  @Override
  void close();
}
