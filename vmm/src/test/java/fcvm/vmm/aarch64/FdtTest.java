package fcvm.vmm.aarch64;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class FdtTest {
  /// Byte for byte what `dtc` makes of `/dts-v1/; / { a = "b"; n@1 { c = <1 0xfffffffe>; a; }; };`,
  /// but for its own order of header padding.
  @Test
  void writesTheFormatOfTheSpecification() {
    byte[] tree =
        new Fdt()
            .begin("")
            .strings("a", "b")
            .begin("n@1")
            .cells("c", 1, -2)
            .flag("a")
            .end()
            .end()
            .toBytes();
    String expected =
        "d00dfeed"
            + "00000088" // magic, total size
            + "00000038"
            + "00000084"
            + "00000028" // structure, strings, reservations
            + "00000011"
            + "00000010"
            + "00000000" // version 17, compatible to 16, boot cpu
            + "00000004"
            + "0000004c" // sizes of strings and structure
            + "0000000000000000"
            + "0000000000000000" // no reservation
            + "00000001"
            + "00000000" // begin ""
            + "00000003"
            + "00000002"
            + "00000000"
            + "62000000" // a = "b"
            + "00000001"
            + "6e403100" // begin "n@1"
            + "00000003"
            + "00000008"
            + "00000002"
            + "00000001fffffffe" // c
            + "00000003"
            + "00000000"
            + "00000000" // a
            + "00000002"
            + "00000002"
            + "00000009" // end, end, END
            + "61006300"; // "a", "c"
    assertThat(HexFormat.of().formatHex(tree)).isEqualTo(expected);
  }

  @Test
  void longsAreTwoCells() {
    byte[] tree = new Fdt().begin("").longs("r", 0x1_2345_6789L).end().toBytes();
    assertThat(HexFormat.of().formatHex(tree)).contains("0000000800000000" + "0000000123456789");
  }

  @Test
  void refusesAnUnfinishedTree() {
    Fdt fdt = new Fdt().begin("");
    assertThatThrownBy(fdt::toBytes).isInstanceOf(IllegalStateException.class);
  }
}
