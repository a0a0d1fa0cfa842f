package fcvm.vmm.x86_64.acpi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/// Encodings as ACPICA's compiler produces them.
class AmlTest {
  private static String hex(byte[] aml) {
    return HexFormat.of().formatHex(aml);
  }

  @Test
  void integersAreAsShortAsTheyCanBe() {
    assertThat(hex(Aml.integer(0))).isEqualTo("00");
    assertThat(hex(Aml.integer(1))).isEqualTo("01");
    assertThat(hex(Aml.integer(0xff))).isEqualTo("0aff");
    assertThat(hex(Aml.integer(0x1234))).isEqualTo("0b3412");
    assertThat(hex(Aml.integer(0xc000_1000))).isEqualTo("0c001000c0");
  }

  @Test
  void names() {
    assertThat(hex(Aml.eisaId("PNP0501"))).isEqualTo("0c41d00501");
    assertThat(hex(Aml.name("_UID", Aml.integer(2)))).isEqualTo("085f5549440a02");
    assertThat(hex(Aml.string("AB"))).isEqualTo("0d414200");
    assertThatThrownBy(() -> Aml.name("uid", Aml.integer(2)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void resources() {
    assertThat(hex(Aml.memory32Fixed(0xc000_1000L, 0x1000))).isEqualTo("86090001001000c000100000");
    assertThat(hex(Aml.edgeInterrupt(5))).isEqualTo("890600030105000000");
    assertThat(hex(Aml.io(0x3f8, 8))).isEqualTo("4701f803f8030108");
    assertThat(hex(Aml.resourceTemplate(Aml.io(0x3f8, 8))))
        .isEqualTo("110d0a0a4701f803f80301087900");
  }

  @Test
  void packages() {
    assertThat(hex(Aml.packageOf(Aml.integer(5), Aml.integer(0)))).isEqualTo("1205020a0500");
    assertThat(hex(Aml.scope("\\_SB_"))).isEqualTo("10065c5f53425f");
    assertThat(hex(Aml.device("COM1"))).isEqualTo("5b8205434f4d31");
  }

  /// `PkgLength` counts itself and all that follows, whatever its own size.
  @Property
  void lengthsReachExactlyToTheEnd(@ForAll @IntRange(max = 0x12000) int size) {
    byte[] aml = Aml.scope("\\_SB_", new byte[size]);
    int lead = aml[1] & 0xff;
    int more = lead >> 6;
    int length = more == 0 ? lead & 0x3f : lead & 0xf;
    for (int i = 1; i <= more; i++) {
      length |= (aml[1 + i] & 0xff) << (8 * i - 4);
    }
    assertThat(length).isEqualTo(aml.length - 1);
  }
}
