package fcvm.virtio;

/// The devices that fcvm has, with their numbers (virtio 1.3, section 5).
public enum DeviceType {
  NET(1),
  BLOCK(2),
  RNG(4),
  VSOCK(19),
  FS(26);

  private final int id;

  DeviceType(int id) {
    this.id = id;
  }

  /// The number that a driver reads from the DeviceID register.
  public int id() {
    return id;
  }
}
