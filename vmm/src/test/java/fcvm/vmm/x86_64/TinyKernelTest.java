package fcvm.vmm.x86_64;

import static org.assertj.core.api.Assertions.assertThat;

import fcvm.vmm.MicroVm;
import fcvm.vmm.Nesting;
import fcvm.vmm.VmConfig;
import fcvm.vmm.VmExit;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whole microVMs on `/dev/kvm`, with kernels of a few instructions that mean the same in 32-bit
/// and in 64-bit mode.
@Timeout(60)
class TinyKernelTest {
  /// mov dx,0x3f8; mov al,'o'; out dx,al; mov al,'k'; out dx,al.
  private static final String SAY_OK = "66baf803 b06f ee b06b ee";

  /// mov dx,0x600; mov al,S5; out dx,al; jmp $.
  private static final String SLEEP_S5 = "66ba0006 b034 ee ebfe";

  /// mov al,0xfe; out 0x64,al; jmp $.
  private static final String RESET_8042 = "b0fe e664 ebfe";

  /// mov dx,0x602; mov al,1; out dx,al; jmp $.
  private static final String RESET_ACPI = "66ba0206 b001 ee ebfe";

  @TempDir Path dir;

  @BeforeAll
  static void needsKvm() {
    TinyGuests.assumeTheyRun();
  }

  private VmExit run(boolean pvh, String code, ByteArrayOutputStream serial) throws Exception {
    byte[] bytes = HexFormat.of().parseHex(code.replace(" ", ""));
    Path kernel = Files.write(dir.resolve("kernel"), KernelFile.vmlinux(pvh, bytes));
    VmConfig config =
        new VmConfig(
            new VmConfig.BootSource(kernel, null, "quiet"),
            new VmConfig.Machine(1, 16, Nesting.OFF, false),
            List.of(),
            List.of(),
            null,
            false);
    try (MicroVm vm = MicroVm.boot(config, serial)) {
      return vm.await();
    }
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void speaksAndPowersOff(boolean pvh) throws Exception {
    ByteArrayOutputStream serial = new ByteArrayOutputStream();
    assertThat(run(pvh, SAY_OK + SLEEP_S5, serial)).isEqualTo(new VmExit.PowerOff());
    assertThat(serial.toByteArray()).asString().isEqualTo("ok");
  }

  @ParameterizedTest
  @CsvSource({RESET_8042, RESET_ACPI})
  void resets(String code) throws Exception {
    assertThat(run(true, code, new ByteArrayOutputStream())).isEqualTo(new VmExit.Reboot());
  }
}
