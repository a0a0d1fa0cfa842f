package fcvm.virtio;

import static fcvm.virtio.PciRegisters.*;

import java.util.Random;

/// A storm of accesses on PCI.
final class PciStorm extends RegisterStorm {
  private static final int[] OFFSETS = {
    DEVICE_FEATURE_SELECT,
    DRIVER_FEATURE_SELECT,
    DRIVER_FEATURE,
    CONFIG_MSIX_VECTOR,
    DEVICE_STATUS,
    QUEUE_SELECT,
    QUEUE_SIZE,
    QUEUE_MSIX_VECTOR,
    QUEUE_ENABLE,
    QUEUE_DESC_LOW,
    QUEUE_DESC_HIGH,
    QUEUE_DRIVER_LOW,
    QUEUE_DEVICE_LOW,
    PciTransport.DEVICE_CONFIG,
    PciTransport.ISR,
    PciTransport.NOTIFY
  };
  private final PciDriver driver;

  PciStorm(PciDriver driver, Random random) {
    super(driver.transport, random, OFFSETS, PciTransport.SIZE);
    this.driver = driver;
  }

  @Override
  void initialise() {
    driver.negotiate();
    for (int i = 0; i < 3; i++) {
      int base = 0x1000 * i;
      driver.write(QUEUE_SELECT, 2, i);
      driver.write(QUEUE_SIZE, 2, 16);
      driver.write(QUEUE_MSIX_VECTOR, 2, random.nextInt(4));
      driver.writePair(QUEUE_DESC_LOW, base);
      driver.writePair(QUEUE_DRIVER_LOW, base + 0x800);
      driver.writePair(QUEUE_DEVICE_LOW, base + (random.nextInt(16) == 0 ? 0xc01 : 0xc00));
      driver.write(QUEUE_ENABLE, 2, 1);
    }
    driver.setStatus(15);
  }
}
