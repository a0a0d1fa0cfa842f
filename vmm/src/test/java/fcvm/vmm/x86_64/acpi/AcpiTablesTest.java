package fcvm.vmm.x86_64.acpi;

import static org.assertj.core.api.Assertions.assertThat;

import fcvm.vmm.AddressRange;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AcpiTablesTest {
  private static final AddressRange WHERE = new AddressRange(0xe0000, 0x20000);

  private static ByteBuffer image(int vcpus, int devices) {
    List<AddressRange> ranges =
        IntStream.range(0, devices)
            .mapToObj(n -> new AddressRange(0xc000_1000L + n * 0x1000L, 0x1000))
            .toList();
    byte[] bytes = AcpiTables.image(WHERE, vcpus, ranges, 5);
    assertThat(bytes).hasSize((int) WHERE.size());
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static String text(ByteBuffer image, int at, int length) {
    byte[] bytes = new byte[length];
    image.get(at, bytes);
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  private static int sum(ByteBuffer image, int at, int length) {
    int sum = 0;
    for (int i = 0; i < length; i++) {
      sum += image.get(at + i);
    }
    return sum & 0xff;
  }

  /// The table at a physical address, after checking its checksum and signature.
  private static int table(ByteBuffer image, long gpa, String signature) {
    int at = (int) (gpa - WHERE.gpa());
    assertThat(text(image, at, 4)).isEqualTo(signature);
    assertThat(sum(image, at, image.getInt(at + 4))).isZero();
    return at;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 32})
  void everythingIsFoundFromTheRsdp(int vcpus) {
    ByteBuffer image = image(vcpus, 19);
    assertThat(text(image, 0, 8)).isEqualTo("RSD PTR ");
    assertThat(sum(image, 0, 20)).isZero();
    assertThat(sum(image, 0, 36)).isZero();
    int xsdt = table(image, image.getLong(24), "XSDT");
    int fadt = table(image, image.getLong(xsdt + 36), "FACP");
    int madt = table(image, image.getLong(xsdt + 44), "APIC");
    table(image, image.getLong(fadt + 140), "DSDT");
    assertThat(image.getInt(fadt + 4)).isEqualTo(276);
    assertThat(image.getInt(madt + 4)).isEqualTo(36 + 8 + 12 + 8 * vcpus);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 32})
  void theMadtListsEveryProcessor(int vcpus) {
    ByteBuffer image = image(vcpus, 0);
    int xsdt = table(image, image.getLong(24), "XSDT");
    int madt = table(image, image.getLong(xsdt + 44), "APIC");
    assertThat(image.getInt(madt + 36)).isEqualTo(0xfee0_0000);
    assertThat(image.get(madt + 44)).isEqualTo((byte) 1);
    assertThat(image.getInt(madt + 48)).isEqualTo(0xfec0_0000);
    for (int id = 0; id < vcpus; id++) {
      int entry = madt + 56 + 8 * id;
      assertThat(image.getShort(entry)).isEqualTo((short) 0x0800);
      assertThat(image.get(entry + 3)).isEqualTo((byte) id);
      assertThat(image.getInt(entry + 4)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = 1)
  void theFadtNamesThePowerRegisters(int vcpus) {
    ByteBuffer image = image(vcpus, 0);
    int xsdt = table(image, image.getLong(24), "XSDT");
    int fadt = table(image, image.getLong(xsdt + 36), "FACP");
    assertThat(image.getInt(fadt + 112) & 1 << 20).as("HW_REDUCED_ACPI").isNotZero();
    assertThat(image.getInt(fadt + 112) & 1 << 10).as("RESET_REG_SUP").isNotZero();
    assertThat(image.getInt(fadt + 116)).isEqualTo(0x0100_0801);
    assertThat(image.getLong(fadt + 120)).isEqualTo(0x602);
    assertThat(image.get(fadt + 128)).isEqualTo((byte) 1);
    assertThat(image.getLong(fadt + 248)).isEqualTo(0x600);
    assertThat(image.getLong(fadt + 260)).isEqualTo(0x601);
  }
}
