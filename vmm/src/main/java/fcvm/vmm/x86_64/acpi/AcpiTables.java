package fcvm.vmm.x86_64.acpi;

import fcvm.vmm.AddressRange;
import fcvm.vmm.PciLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// All ACPI tables of a microVM, as they lie in memory: RSDP, then DSDT, FADT, MADT, MCFG where
/// there is PCI, XSDT.
public final class AcpiTables {
  private static final int RSDP_SIZE = 36;
  private static final int RSDP_CHECKSUM = 8;
  private static final int RSDP_EXTENDED_CHECKSUM = 32;
  private static final int RSDP_OLD_SIZE = 20;
  private static final int ALIGNMENT = 16;

  private final long base;
  private final ByteBuffer image;

  private AcpiTables(AddressRange where) {
    this.base = where.gpa();
    this.image = ByteBuffer.allocate(Math.toIntExact(where.size())).order(ByteOrder.LITTLE_ENDIAN);
    image.position(RSDP_SIZE);
  }

  /// The tables' bytes, for virtio devices on mmio.
  ///
  /// @param where they will be, the RSDP first; below 4 GiB
  /// @param vcpus processors, whose APIC ids count from 0
  /// @param devices the devices' register windows
  /// @param firstGsi the first device's interrupt; the next ones' follow
  public static byte[] image(
      AddressRange where, int vcpus, List<AddressRange> devices, int firstGsi) {
    return image(where, vcpus, Dsdt.of(devices, firstGsi), List.of());
  }

  /// The tables' bytes, for virtio devices on PCI.
  public static byte[] image(AddressRange where, int vcpus, PciLayout pci) {
    return image(where, vcpus, Dsdt.of(pci), List.of(Mcfg.of(pci.ecam())));
  }

  private static byte[] image(AddressRange where, int vcpus, byte[] dsdt, List<byte[]> more) {
    AcpiTables tables = new AcpiTables(where);
    List<Long> listed = new ArrayList<>();
    listed.add(tables.add(Fadt.of(tables.add(dsdt))));
    listed.add(tables.add(Madt.of(vcpus)));
    more.forEach(table -> listed.add(tables.add(table)));
    long xsdt = tables.add(xsdt(listed));
    tables.image.put(0, rsdp(xsdt));
    return tables.image.array();
  }

  private long add(byte[] table) {
    int at = (image.position() + ALIGNMENT - 1) & -ALIGNMENT;
    image.position(at).put(table);
    return base + at;
  }

  private static byte[] xsdt(List<Long> tables) {
    ByteBuffer body =
        ByteBuffer.allocate(tables.size() * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    tables.forEach(body::putLong);
    return AcpiTable.of("XSDT", 1, body.array());
  }

  /// Root system description pointer (5.2.5.3).
  private static byte[] rsdp(long xsdt) {
    ByteBuffer rsdp = ByteBuffer.allocate(RSDP_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    rsdp.put(AcpiTable.ascii("RSD PTR ")).put((byte) 0).put(AcpiTable.ascii("FCVM  "));
    rsdp.put((byte) 2).putInt(0).putInt(RSDP_SIZE).putLong(xsdt);
    rsdp.put(RSDP_CHECKSUM, AcpiTable.checksum(rsdp.array(), RSDP_OLD_SIZE));
    rsdp.put(RSDP_EXTENDED_CHECKSUM, AcpiTable.checksum(rsdp.array(), RSDP_SIZE));
    return rsdp.array();
  }
}
