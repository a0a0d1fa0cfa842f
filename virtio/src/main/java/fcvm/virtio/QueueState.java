package fcvm.virtio;

/// A virtqueue as the driver configured it and as far as the device has served it: all that a
/// snapshot keeps of it, since the rings themselves are in guest memory.
///
/// @param size number of descriptors
/// @param isReady the driver wrote 1 to QueueReady
/// @param descriptorTable gpa of the descriptor table
/// @param availableRing gpa of the available ring (driver area)
/// @param usedRing gpa of the used ring (device area)
/// @param nextAvailable free-running index of the next chain to take, 16 bits
/// @param nextUsed free-running index of the next chain to give back, 16 bits
/// @param signalledUsed value of `nextUsed` when the driver was last considered for an interrupt
public record QueueState(
    int size,
    boolean isReady,
    long descriptorTable,
    long availableRing,
    long usedRing,
    int nextAvailable,
    int nextUsed,
    int signalledUsed) {

  /// A queue that the driver has not touched.
  public static QueueState unused(int size) {
    return new QueueState(size, false, 0, 0, 0, 0, 0, 0);
  }

  QueueState withSize(int value) {
    return new QueueState(value, isReady, descriptorTable, availableRing, usedRing, 0, 0, 0);
  }

  QueueState withReady(boolean value) {
    return new QueueState(size, value, descriptorTable, availableRing, usedRing, 0, 0, 0);
  }

  QueueState withDescriptorTable(long gpa) {
    return new QueueState(size, isReady, gpa, availableRing, usedRing, 0, 0, 0);
  }

  QueueState withAvailableRing(long gpa) {
    return new QueueState(size, isReady, descriptorTable, gpa, usedRing, 0, 0, 0);
  }

  QueueState withUsedRing(long gpa) {
    return new QueueState(size, isReady, descriptorTable, availableRing, gpa, 0, 0, 0);
  }
}
