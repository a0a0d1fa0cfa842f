package fcvm.virtio;

import java.util.List;

/// The registers of a [Transport] and the position of its queues: all that a snapshot keeps of a
/// virtio device whose backend has no state of its own.
///
/// @param status the device status field (virtio 1.3, section 2.1)
/// @param deviceFeaturesSelect which half of the offered features is read, 0 or 1
/// @param driverFeaturesSelect which half of the accepted features is written, 0 or 1
/// @param driverFeatures features that the driver accepted
/// @param queueSelect the queue that the queue registers refer to, as written
/// @param interruptStatus pending causes: bit 0 used buffers, bit 1 configuration
/// @param vectors on PCI, the message-signalled interrupts of the configuration, then of each
///   queue; empty on mmio
/// @param queues in the device's order
public record TransportState(
    int status,
    int deviceFeaturesSelect,
    int driverFeaturesSelect,
    long driverFeatures,
    int queueSelect,
    int interruptStatus,
    List<Integer> vectors,
    List<QueueState> queues) {
  public TransportState {
    vectors = List.copyOf(vectors);
    queues = List.copyOf(queues);
  }
}
