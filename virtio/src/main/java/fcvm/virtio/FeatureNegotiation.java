package fcvm.virtio;

/// The features that a device offers and its driver accepts, which registers show in halves of 32
/// bits (virtio 1.3, section 2.2).
final class FeatureNegotiation {
  private final long offered;
  private int deviceSelect;
  private int driverSelect;
  private long accepted;

  FeatureNegotiation(long offered) {
    this.offered = offered;
  }

  void restore(int device, int driver, long features) {
    deviceSelect = device;
    driverSelect = driver;
    accepted = features;
  }

  void selectDevice(int half) {
    deviceSelect = half;
  }

  int deviceSelect() {
    return deviceSelect;
  }

  void selectDriver(int half) {
    driverSelect = half;
  }

  int driverSelect() {
    return driverSelect;
  }

  /// The selected half of what the device offers.
  int offeredHalf() {
    return half(offered, deviceSelect);
  }

  /// The selected half of what the driver accepted.
  int acceptedHalf() {
    return half(accepted, driverSelect);
  }

  private static int half(long features, int select) {
    return switch (select) {
      case 0 -> (int) features;
      case 1 -> (int) (features >>> 32);
      default -> 0;
    };
  }

  /// The driver accepts features of the selected half, instead of what it had of that.
  void accept(int value) {
    long bits = Integer.toUnsignedLong(value);
    switch (driverSelect) {
      case 0 -> accepted = (accepted & 0xffff_ffff_0000_0000L) | bits;
      case 1 -> accepted = (accepted & 0x0000_0000_ffff_ffffL) | (bits << 32);
      // We offer no feature above 63. Bits that we do not offer are refused at FEATURES_OK.
      default -> accepted |= bits == 0 ? 0 : ~offered;
    }
  }

  long accepted() {
    return accepted;
  }

  boolean isAcceptable() {
    return (accepted & ~offered) == 0 && (accepted & Features.VIRTIO_F_VERSION_1) != 0;
  }
}
