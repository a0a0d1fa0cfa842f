package fcvm.vmm;

/// A range of guest physical addresses.
///
/// @param gpa its first address
/// @param size bytes, more than zero
public record AddressRange(long gpa, long size) {
  /// The size of a virtio-mmio device's register window.
  public static final long VIRTIO_MMIO_SIZE = 0x1000;

  /// The first address after it.
  public long end() {
    return gpa + size;
  }

  /// Whether `address` is in it.
  public boolean contains(long address) {
    return address >= gpa && address - gpa < size;
  }
}
