package fcvm.virtio;

/// Offsets of the common configuration of virtio over PCI (virtio 1.3, section 4.1.4.3).
final class PciRegisters {
  static final int DEVICE_FEATURE_SELECT = 0x00;
  static final int DEVICE_FEATURE = 0x04;
  static final int DRIVER_FEATURE_SELECT = 0x08;
  static final int DRIVER_FEATURE = 0x0c;
  static final int CONFIG_MSIX_VECTOR = 0x10;
  static final int NUM_QUEUES = 0x12;
  static final int DEVICE_STATUS = 0x14;
  static final int CONFIG_GENERATION = 0x15;
  static final int QUEUE_SELECT = 0x16;
  static final int QUEUE_SIZE = 0x18;
  static final int QUEUE_MSIX_VECTOR = 0x1a;
  static final int QUEUE_ENABLE = 0x1c;
  static final int QUEUE_DESC_LOW = 0x20;
  static final int QUEUE_DESC_HIGH = 0x24;
  static final int QUEUE_DRIVER_LOW = 0x28;
  static final int QUEUE_DRIVER_HIGH = 0x2c;
  static final int QUEUE_DEVICE_LOW = 0x30;
  static final int QUEUE_DEVICE_HIGH = 0x34;

  /// A vector of nobody's.
  static final int NO_VECTOR = 0xffff;

  private PciRegisters() {}
}
