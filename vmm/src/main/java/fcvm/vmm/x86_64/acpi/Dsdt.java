package fcvm.vmm.x86_64.acpi;

import fcvm.vmm.AcpiPower;
import fcvm.vmm.AddressRange;
import fcvm.vmm.PciLayout;
import fcvm.vmm.x86_64.MemoryMap;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// Differentiated system description table: the devices, and how to power off.
///
/// ```
/// Scope (\_SB) {
///   Device (COM1) { Name (_HID, EisaId ("PNP0501")) ... }
///   Device (V000) { Name (_HID, "LNRO0005") ... }     // one for each virtio-mmio device, or
///   Device (PCI0) { Name (_HID, EisaId ("PNP0A08")) ... }
///   Device (ECAM) { Name (_HID, EisaId ("PNP0C02")) ... }
/// }
/// Name (\_S5, Package () { 5, 0, 0, 0 })
/// ```
final class Dsdt {
  /// What Linux's virtio-mmio driver calls its device.
  private static final String VIRTIO_MMIO = "LNRO0005";

  private static final String SERIAL_16550 = "PNP0501";
  private static final String PCI_EXPRESS_BRIDGE = "PNP0A08";
  private static final String PCI_BRIDGE = "PNP0A03";
  private static final String MOTHERBOARD = "PNP0C02";

  private Dsdt() {}

  static byte[] of(List<AddressRange> devices, int firstGsi) {
    byte[][] terms = new byte[1 + devices.size()][];
    terms[0] = com1();
    for (int n = 0; n < devices.size(); n++) {
      terms[1 + n] = virtio(n, devices.get(n), firstGsi + n);
    }
    return of(terms);
  }

  static byte[] of(PciLayout pci) {
    return of(com1(), bridge(pci), reserved(pci.ecam()));
  }

  private static byte[] of(byte[]... devices) {
    byte[] zero = Aml.integer(0);
    byte[] s5 = Aml.packageOf(Aml.integer(AcpiPower.SLEEP_TYPE_S5), zero, zero, zero);
    return AcpiTable.of(
        "DSDT", 2, Aml.concat(Aml.scope("\\_SB_", devices), Aml.name("\\_S5_", s5)));
  }

  private static byte[] com1() {
    return Aml.device(
        "COM1",
        Aml.name("_HID", Aml.eisaId(SERIAL_16550)),
        Aml.name("_UID", Aml.integer(0)),
        Aml.name(
            "_CRS",
            Aml.resourceTemplate(
                Aml.io((int) MemoryMap.COM1.gpa(), (int) MemoryMap.COM1.size()),
                Aml.edgeInterrupt(MemoryMap.COM1_GSI))));
  }

  private static byte[] virtio(int n, AddressRange window, int gsi) {
    return Aml.device(
        "V" + HexFormat.of().withUpperCase().toHexDigits(n, 3),
        Aml.name("_HID", Aml.string(VIRTIO_MMIO)),
        Aml.name("_UID", Aml.integer(n)),
        Aml.name("_CCA", Aml.integer(1)), // cache coherent
        Aml.name(
            "_CRS",
            Aml.resourceTemplate(
                Aml.memory32Fixed(window.gpa(), window.size()), Aml.edgeInterrupt(gsi))));
  }

  private static byte[] bridge(PciLayout pci) {
    List<byte[]> windows = new ArrayList<>();
    windows.add(Aml.busNumbers(0, 0));
    if (pci.ports() != null) {
      windows.add(Aml.portWindow(pci.ports()));
    }
    windows.add(Aml.memoryWindow(pci.memory()));
    return Aml.device(
        "PCI0",
        Aml.name("_HID", Aml.eisaId(PCI_EXPRESS_BRIDGE)),
        Aml.name("_CID", Aml.eisaId(PCI_BRIDGE)),
        Aml.name("_UID", Aml.integer(0)),
        Aml.name("_SEG", Aml.integer(0)),
        Aml.name("_BBN", Aml.integer(0)),
        Aml.name("_CCA", Aml.integer(1)), // cache coherent
        Aml.name("_CRS", Aml.resourceTemplate(windows.toArray(byte[][]::new))));
  }

  // Linux does not believe in configuration spaces that no device has.
  private static byte[] reserved(AddressRange ecam) {
    return Aml.device(
        "ECAM",
        Aml.name("_HID", Aml.eisaId(MOTHERBOARD)),
        Aml.name("_UID", Aml.integer(0)),
        Aml.name("_CRS", Aml.resourceTemplate(Aml.memory32Fixed(ecam.gpa(), ecam.size()))));
  }
}
