package fcvm.virtio;

/// The parts of a virtqueue, each somewhere in guest memory (virtio 1.3, section 2.7).
enum QueueArea {
  DESCRIPTOR_TABLE,
  AVAILABLE_RING,
  USED_RING;

  /// Its address in a queue.
  long of(QueueState queue) {
    return switch (this) {
      case DESCRIPTOR_TABLE -> queue.descriptorTable();
      case AVAILABLE_RING -> queue.availableRing();
      case USED_RING -> queue.usedRing();
    };
  }

  /// The queue with another address for it.
  QueueState in(QueueState queue, long gpa) {
    return switch (this) {
      case DESCRIPTOR_TABLE -> queue.withDescriptorTable(gpa);
      case AVAILABLE_RING -> queue.withAvailableRing(gpa);
      case USED_RING -> queue.withUsedRing(gpa);
    };
  }
}
