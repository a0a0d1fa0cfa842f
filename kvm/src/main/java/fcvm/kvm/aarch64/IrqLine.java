package fcvm.kvm.aarch64;

/// The `irq` of [fcvm.kvm.VmFd#irqLine] on aarch64, a bit field.
public final class IrqLine {
  private static final int TYPE_SPI = 1;
  private static final int TYPE_PPI = 2;
  private static final int FIRST_SPI = 32;

  private IrqLine() {}

  /// A shared interrupt.
  ///
  /// @param spi counted from 0, as the GSI of an irqfd is: INTID 32 + spi
  public static int spi(int spi) {
    return TYPE_SPI << 24 | FIRST_SPI + spi;
  }

  /// A private interrupt of one vCPU.
  ///
  /// @param intid 16 to 31
  public static int ppi(int vcpu, int intid) {
    return TYPE_PPI << 24 | (vcpu & 0xff) << 16 | intid;
  }
}
