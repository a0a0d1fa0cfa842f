package fcvm.virtio;

/// Feature bits that belong to queues and transport, not to one kind of device (virtio 1.3, section
/// 6). As masks.
public final class Features {
  /// A descriptor may refer to a table of descriptors.
  public static final long VIRTIO_F_INDIRECT_DESC = 1L << 28;

  /// Each side says at which index it wants to be notified next.
  public static final long VIRTIO_F_EVENT_IDX = 1L << 29;

  /// The interface of virtio 1.0 and later; fcvm speaks no other.
  public static final long VIRTIO_F_VERSION_1 = 1L << 32;

  /// What [Virtqueue] and [MmioTransport] do for every device.
  public static final long COMMON =
      VIRTIO_F_INDIRECT_DESC | VIRTIO_F_EVENT_IDX | VIRTIO_F_VERSION_1;

  private Features() {}
}
